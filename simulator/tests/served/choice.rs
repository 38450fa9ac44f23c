//! Which device answers: by community, context, address, and user.

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use mibc_runtime::manager::{Manager, Target};
use mibc_runtime::usm::{Auth, Privacy, Secret, User};
use mibc_runtime::value::Value;
use mibc_simulator::Simulated;

use crate::asking::{get, oid, session};

const NAME: &str = "1.3.6.1.2.1.1.5.0";

/// A folder with devices, each of which has its own name.
fn folder(names: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for name in names {
        let file = folder.path().join(format!("{name}.snmprec"));
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, format!("{NAME}|4|{name}\n")).expect("it is written");
    }
    folder
}

#[tokio::test]
async fn a_community_is_the_path_of_a_file() {
    let folder = folder(&["public", "lab/one", "lab/deep/two"]);
    let simulator = Simulated::load(folder.path()).expect("recordings").spawn().await.expect("loopback");
    for name in ["public", "lab/one", "lab/deep/two"] {
        let found = get(&session(simulator.addr(), name).await, NAME).await;
        assert_eq!(found.expect("it answers"), Value::from(name));
    }
    let short = Target::v2c(simulator.addr(), "lab/none").timeout(Duration::from_millis(200)).retries(0);
    let session = Manager::bind().await.expect("a socket").target(short);
    assert!(session.get_oids(&[oid(NAME)]).await.is_err(), "nobody has that name");
    let counters = simulator.agent().counters();
    assert_eq!(counters.bad_community_names(), 1);
}

#[tokio::test]
async fn a_context_chooses_in_version_3() {
    let folder = folder(&["public", "lab/one"]);
    let user = || {
        User::new("alice")
            .auth(Auth::Sha256, Secret::passphrase("a long secret"))
            .privacy(Privacy::Aes128, Secret::passphrase("another secret"))
    };
    let simulated = Simulated::load(folder.path()).expect("recordings").user(user());
    let simulator = simulated.spawn().await.expect("loopback");
    let manager = Manager::bind().await.expect("a socket");
    for name in ["public", "lab/one"] {
        let target = Target::v3(simulator.addr(), user()).context_name(name);
        let found = get(&manager.target(target), NAME).await;
        assert_eq!(found.expect("it answers"), Value::from(name));
    }
    let missing = manager.target(Target::v3(simulator.addr(), user()).context_name("none"));
    let error = missing.get_oids(&[oid(NAME)]).await.expect_err("there is none").to_string();
    assert!(error.to_lowercase().contains("context"), "{error}");
}

#[tokio::test]
async fn each_address_of_loopback_can_be_a_device() {
    let folder = folder(&["127.0.0.5", "127.0.0.6", "127.0.0.6/special", "public"]);
    let simulated = Simulated::load(folder.path()).expect("recordings").listen("0.0.0.0:0");
    let simulator = simulated.spawn().await.expect("all addresses");
    let port = simulator.addr().port();
    for (address, community, expected) in [
        ("127.0.0.5", "public", "127.0.0.5"),
        ("127.0.0.6", "whatever", "127.0.0.6"),
        ("127.0.0.6", "special", "127.0.0.6/special"),
        ("127.0.0.7", "public", "public"),
    ] {
        let address = SocketAddr::new(address.parse().expect("an address"), port);
        let found = get(&session(address, community).await, NAME).await;
        assert_eq!(found.expect("it answers"), Value::from(expected), "{address} {community}");
    }
}

#[tokio::test]
async fn an_address_that_is_listened_on_alone_is_known_as_well() {
    let folder = folder(&["127.0.0.8", "127.0.0.9"]);
    let simulated = Simulated::load(folder.path()).expect("recordings");
    let simulator = simulated.listen("127.0.0.8:0").listen("127.0.0.9:0").spawn().await.expect("loopback");
    for address in simulator.agent().local_addrs() {
        let found = get(&session(address, "c").await, NAME).await;
        assert_eq!(found.expect("it answers"), Value::from(&*address.ip().to_string()));
    }
}

/// As in snmpsim: a folder with the number of the transport, and in it the address of the manager.
#[tokio::test]
async fn the_address_of_a_manager_can_choose() {
    let folder = folder(&["public", "public/1.3.6.1.6.1.1.0/127.0.0.1", "other/1.3.6.1.6.1.1.0"]);
    let simulator = Simulated::load(folder.path()).expect("recordings").spawn().await.expect("loopback");
    for (community, expected) in
        [("public", "public/1.3.6.1.6.1.1.0/127.0.0.1"), ("other", "other/1.3.6.1.6.1.1.0")]
    {
        let found = get(&session(simulator.addr(), community).await, NAME).await;
        assert_eq!(found.expect("it answers"), Value::from(expected));
    }
}

#[tokio::test]
async fn a_single_device_answers_to_every_name_until_it_is_dropped() {
    let simulator = crate::asking::device("1.3.6.1.2.1.1.5.0|4|only\n").spawn().await.expect("loopback");
    let address = simulator.addr();
    for community in ["public", "anything", ""] {
        let found = get(&session(address, community).await, NAME).await;
        assert_eq!(found.expect("it answers"), Value::from("only"));
    }
    drop(simulator);
    // The task ends soon.
    for _ in 0..200 {
        if tokio::net::UdpSocket::bind(address).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the socket is still there");
}
