//! Another configuration, while the service runs.

use crate::place::{FILE, LISTENER, Place, Service, number, trap};
use mibc_test_support::http;
use mibc_test_support::program::PATIENCE;
use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::UnixDatagram;

/// A wrong file changes nothing, a good one changes what it changes.
#[test]
fn reload() {
    let place = Place::with(&format!("http = \"127.0.0.1:0\"\n{LISTENER}{FILE}"));
    let service = place.start();
    let metrics = service.logs_after("metrics are served, address: ");
    service.send(&trap(1));
    place.events_when("traps.json", 1);
    assert_eq!(http::get(&metrics, "/healthz").status, 200);
    place.write("trapd.toml", "log = 1\n");
    service.signal("-HUP");
    assert!(service.logs("the configuration has a mistake").contains("trapd.toml:1:7"));
    service.logs("the service keeps the old one");
    assert_eq!(http::get(&metrics, "/metrics").number("mibc_trapd_config_last_reload_successful"), 0.0);
    service.send(&trap(2));
    place.events_when("traps.json", 2);
    // The listener stays, also its port.
    let rule = "[[rule]]\nname = \"mine\"\nnotification = \"linkDown\"\nseverity = \"critical\"\n";
    let other = "[[output]]\nname = \"other\"\ntype = \"lines\"\npath = \"other.json\"\n";
    place.write("trapd.toml", &format!("http = \"127.0.0.1:0\"\n{LISTENER}{FILE}{other}{rule}"));
    fs::rename(place.path("traps.json"), place.path("traps.old")).expect("it is renamed");
    service.signal("-HUP");
    service.logs("the configuration is read");
    service.send(&trap(3));
    let events = place.events_when("other.json", 1);
    assert_eq!((&events[0]["severity"], &events[0]["rule"]), (&"critical".into(), &"mine".into()));
    assert_eq!(number(&place.events_when("traps.json", 1)[0]), 3, "the file was opened anew");
    assert_eq!(place.events("traps.old").len(), 2);
    let metrics = http::get(&metrics, "/metrics");
    assert_eq!(metrics.number("mibc_trapd_notifications_total{kind=\"trap\"}"), 3.0);
    assert_eq!(metrics.number("mibc_trapd_output_sent_total{output=\"other\"}"), 1.0);
    assert_eq!(metrics.number("mibc_trapd_config_last_reload_successful"), 1.0);
}

/// The level of the command line is stronger than that of the file, also after a reload.
#[test]
fn the_level_of_the_log() {
    let place = Place::with(&format!("log = \"error\"\n{LISTENER}{FILE}"));
    let service = Service::start(&mut place.mibc(&["trapd", "--config", "trapd.toml", "--log", "info"]));
    for _ in 0..2 {
        service.signal("-HUP");
        service.logs("the configuration is read");
    }
}

/// A file that is good, but whose listener, output or page cannot start, changes nothing either.
#[test]
fn what_cannot_start_changes_nothing() {
    let place = Place::with(&format!("{LISTENER}{FILE}"));
    let service = place.start();
    let own = format!("[[listener]]\naddress = \"udp:{}\"\ncommunities = [\"traps\"]\n", service.address);
    let udp = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let udp = udp.local_addr().map(|address| (udp, address)).expect("bound");
    let tcp = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let tcp = tcp.local_addr().map(|address| (tcp, address)).expect("bound");
    place.write("file", "");
    let taken = format!("[[listener]]\naddress = \"udp:{}\"\ncommunities = [\"traps\"]\n", udp.1);
    let drop = "[[rule]]\ndrop = true\n";
    let queue = "queue = \"disk\"\nfolder = \"file\"\n";
    let changed = own.replace("traps", "others");
    for (configuration, said) in [
        // A listener that is new; one whose place another one has that is to end; both of them with another output.
        (format!("{LISTENER}{taken}{FILE}{drop}"), udp.1.to_string()),
        (format!("{taken}{FILE}{drop}"), udp.1.to_string()),
        (format!("{changed}{taken}{drop}{FILE}"), udp.1.to_string()),
        (format!("http = \"{}\"\n{LISTENER}{FILE}{drop}", tcp.1), tcp.1.to_string()),
        (format!("{LISTENER}{FILE}{queue}{drop}"), "`file`".to_owned()),
        (format!("state = \"file\"\n{LISTENER}{FILE}{drop}"), "file".to_owned()),
    ] {
        place.write("trapd.toml", &configuration);
        let before = place.events("traps.json").len();
        service.signal("-HUP");
        let line = service.logs("the new configuration does not start: the service keeps the old one");
        assert!(line.contains(&said), "{line}");
        service.send(&trap(7));
        place.events_when("traps.json", before + 1);
    }
    // The same address with another community takes the place of the one before.
    place.write("trapd.toml", &format!("{changed}{FILE}"));
    service.signal("-HUP");
    service.logs("the configuration is read");
    let before = place.events("traps.json").len();
    service.send(&trap(8));
    place.write("trapd.toml", &format!("{own}{FILE}"));
    service.signal("-HUP");
    service.logs("the configuration is read");
    service.send(&trap(9));
    let events = place.events_when("traps.json", before + 1);
    assert_eq!(number(&events[before]), 9, "the community of the one before is not known meanwhile");
}

/// A queue on disk is taken over by an output that has changed.
#[test]
fn a_queue_is_taken_over() {
    let output = |more: &str| {
        format!(
            "[[output]]\nname = \"file\"\ntype = \"lines\"\npath = \"traps.json\"\nqueue = \"disk\"\nfolder = \"queue\"\n{more}"
        )
    };
    let place = Place::with(&format!("{LISTENER}{}", output("")));
    let service = place.start();
    for (number, more) in [(1, "max-records = 10\n"), (2, "max-records = 20\n"), (3, "")] {
        service.send(&trap(number));
        place.write("trapd.toml", &format!("{LISTENER}{}", output(more)));
        service.signal("-HUP");
        service.logs("the configuration is read");
    }
    service.send(&trap(4));
    assert_eq!(place.events_when("traps.json", 4).iter().map(number).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

/// The service manager is told when the service goes by the new configuration, not before.
#[test]
fn the_service_manager_is_told() {
    let place = Place::with(&format!("{LISTENER}{FILE}"));
    let manager = UnixDatagram::bind(place.path("notify")).expect("a socket");
    manager.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let told = || {
        let mut octets = [0; 64];
        let length = manager.recv(&mut octets).expect("a datagram");
        // What is behind the first line is the time.
        String::from_utf8_lossy(&octets[..length]).lines().next().unwrap_or_default().to_owned()
    };
    let mut command = place.mibc(&["trapd", "--config", "trapd.toml"]);
    let mut service = Service::start(command.env("NOTIFY_SOCKET", place.path("notify")));
    assert_eq!(told(), "READY=1");
    for severity in ["error", "notice", "warning"] {
        let rule = format!("[[rule]]\nseverity = \"{severity}\"\n");
        place.write("trapd.toml", &format!("{LISTENER}{FILE}{rule}"));
        let before = place.events("traps.json").len();
        service.signal("-HUP");
        assert_eq!([told(), told()], ["RELOADING=1", "READY=1"]);
        service.send(&trap(1 + before as i32));
        assert_eq!(place.events_when("traps.json", before + 1)[before]["severity"], severity);
    }
    // Also when all stays as it was.
    place.write("trapd.toml", "log = 1\n");
    service.signal("-HUP");
    assert_eq!([told(), told()], ["RELOADING=1", "READY=1"]);
    service.signal("-TERM");
    assert_eq!(told(), "STOPPING=1");
    assert_eq!(service.status(), Some(0));
}

/// Passwords of `/metrics`, which change with a reload.
#[test]
fn passwords() {
    const HASH: &str = "$2b$04$CScZ3qo8P5LC9VcjCiBdAuvbM.xH2yUECsyZZBooGo64bG3nf04qK";
    let place = Place::with(&format!("http = \"127.0.0.1:0\"\nweb-config = \"web.yml\"\n{LISTENER}{FILE}"));
    place.write("web.yml", &format!("basic_auth_users:\n  ann: {HASH}\n"));
    let service = place.start();
    let metrics = service.logs_after("metrics are served, address: ");
    let status = |head: &str| http::request(&metrics, "GET", "/metrics", head).status;
    let known = "Authorization: Basic YW5uOmxldG1laW4=\r\n";
    assert_eq!((status(""), status(known)), (401, 200));
    place.write("web.yml", "");
    service.signal("-HUP");
    service.logs("the configuration is read");
    assert_eq!(status(""), 200);
}
