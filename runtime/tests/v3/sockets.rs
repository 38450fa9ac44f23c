//! The whole manager and the whole agent, over loopback.

use crate::lab::{Mib, SYS_NAME};
use mibc_runtime::agent::{Account, Agent, FileStore};
use mibc_runtime::engine::Report;
use mibc_runtime::manager::{Error, Hint, Manager, Phase, Target};
use mibc_runtime::net::TransportAddress;
use mibc_runtime::oid::Oid;
use mibc_runtime::typed::{Scalar, access};
use mibc_runtime::usm::{Auth, Privacy, User};
use mibc_runtime::value::OctetString;
use std::time::Duration;

const SYS_CONTACT: Scalar<Mib, OctetString, access::ReadWrite> = Scalar::new(&[1, 3, 6, 1, 2, 1, 1, 4]);

fn operator(passphrase: &str) -> User {
    User::new("operator").auth(Auth::Sha256, passphrase).privacy(Privacy::Aes256, "pancakes with it")
}

async fn agent() -> (Agent, mibc_runtime::agent::Running) {
    let agent = Agent::builder()
        .user(Account::read_write(operator("maplesyrup")))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    agent.serve(SYS_NAME, || OctetString::from("switch-1"));
    agent.serve_rw(SYS_CONTACT, || OctetString::from("me"), |_| Ok::<(), mibc_runtime::agent::SetError>(()));
    let running = agent.spawn();
    (agent, running)
}

#[tokio::test]
async fn a_typed_session() -> Result<(), Error> {
    let (agent, _running) = agent().await;
    let manager = Manager::bind().await?;
    let session = manager.target(Target::v3(agent.local_addr(), operator("maplesyrup")));
    assert_eq!(session.get(SYS_NAME).await?, OctetString::from("switch-1"));
    session.set(SYS_CONTACT, OctetString::from("you")).await?;
    let root: Oid = "1.3.6.1".parse().expect("an OID");
    assert_eq!(session.walk(root.clone()).collect().await?.len(), 2);
    assert_eq!(session.bulk_walk(root).collect().await?.len(), 2);
    assert_eq!(manager.outstanding(), 0);
    Ok(())
}

/// §3 rows 9 and 20: errors say which Report came and what to do.
#[tokio::test]
async fn errors() -> Result<(), Error> {
    let (agent, _running) = agent().await;
    let manager = Manager::bind().await?;
    let error = |user| {
        let session = manager.target(Target::v3(agent.local_addr(), user).timeout(Duration::from_secs(60)));
        async move { session.get(SYS_NAME).await.expect_err("refused") }
    };
    let wrong = error(operator("maplesirup")).await;
    assert!(matches!(wrong, Error::Report { report: Report::WrongDigest, .. }), "{wrong}");
    assert!(wrong.to_string().contains("passphrase or protocol differs"), "{wrong}");
    let unknown = error(User::new("nobody").auth(Auth::Md5, "maplesyrup")).await;
    assert!(unknown.to_string().contains("unknown user name"), "{unknown}");
    let short = error(operator("maple")).await;
    assert!(short.to_string().contains("at least 8"), "{short}");
    assert!(matches!(short, Error::User { .. }));
    let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    let target = Target::v3(silent.local_addr().expect("bound"), operator("maplesyrup"));
    let session = manager.target(target.timeout(Duration::from_millis(20)).retries(1));
    let timeout = session.get(SYS_NAME).await.expect_err("nobody answers");
    assert!(timeout.is_timeout());
    assert_eq!(timeout.attempt().map(|attempt| attempt.phase), Some(Phase::Discovery));
    assert!(!format!("{:?}", session.target()).contains("maple"));
    Ok(())
}

/// §3 row 11: same user name, different keys on different engines; each target has its own.
#[tokio::test]
async fn one_name_on_two_engines() -> Result<(), Error> {
    let (first, _running) = agent().await;
    let other = User::new("operator").auth(Auth::Md5, "another passphrase");
    let second =
        Agent::builder().user(Account::read_only(other.clone())).bind("127.0.0.1:0").await.expect("loopback");
    second.serve(SYS_NAME, || OctetString::from("switch-2"));
    let _also = second.spawn();
    let manager = Manager::bind().await?;
    let a = manager.target(Target::v3(first.local_addr(), operator("maplesyrup")));
    let b = manager.target(Target::v3(second.local_addr(), other));
    for _ in 0..3 {
        assert_eq!(a.get(SYS_NAME).await?, OctetString::from("switch-1"));
        assert_eq!(b.get(SYS_NAME).await?, OctetString::from("switch-2"));
    }
    Ok(())
}

/// Many first requests to one target, also from several sessions, share one discovery.
#[tokio::test]
async fn one_discovery_for_many() -> Result<(), Error> {
    let (agent, _running) = agent().await;
    let manager = Manager::bind().await?;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let session = manager.target(Target::v3(agent.local_addr(), operator("maplesyrup")));
        tasks.spawn(async move { session.get(SYS_NAME).await });
    }
    while let Some(name) = tasks.join_next().await {
        assert_eq!(name.expect("no panic")?, OctetString::from("switch-1"));
    }
    let reports = agent.responder().report_counters().expect("it speaks SNMPv3");
    assert_eq!(reports.get(Report::UnknownEngineId), 1);
    Ok(())
}

/// Where discovery fails, it fails for all that wait for it, at once; one that is taken back hands on.
#[tokio::test]
async fn a_discovery_that_fails() -> Result<(), Error> {
    let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    let manager = Manager::bind().await?;
    let target = Target::v3(silent.local_addr().expect("bound"), operator("maplesyrup"));
    let session = manager.target(target.timeout(Duration::from_millis(50)).retries(0));
    let first = tokio::spawn({
        let session = session.clone();
        async move { session.get(SYS_NAME).await }
    });
    tokio::task::yield_now().await;
    first.abort();
    let _ = first.await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let session = session.clone();
        tasks.spawn(async move { session.get(SYS_NAME).await });
    }
    while let Some(result) = tasks.join_next().await {
        let error = result.expect("no panic").expect_err("nobody answers");
        assert_eq!(error.attempt().map(|at| (at.phase, at.attempt)), Some((Phase::Discovery, 1)));
    }
    let mut buffer = [0; 500];
    let datagrams = std::iter::from_fn(|| silent.try_recv(&mut buffer).ok()).count();
    assert!(datagrams <= 2, "{datagrams}");
    // Also where the agent refuses the user.
    let (agent, _running) = agent().await;
    let session = manager.target(Target::v3(agent.local_addr(), operator("maplesirup")));
    let errors = tokio::join!(session.get(SYS_NAME), session.get(SYS_NAME), session.get(SYS_NAME));
    for error in [errors.0, errors.1, errors.2] {
        assert!(matches!(error, Err(Error::Report { report: Report::WrongDigest, .. })), "{error:?}");
    }
    let reports = agent.responder().report_counters().expect("it speaks SNMPv3");
    assert_eq!(reports.get(Report::WrongDigest), 1);
    Ok(())
}

/// An agent that has answered before did not fall silent over its keys: the error does not guess at them.
#[tokio::test]
async fn silence_after_an_answer_is_not_about_keys() -> Result<(), Error> {
    let (agent, running) = agent().await;
    let manager = Manager::bind().await?;
    let target = Target::v3(agent.local_addr(), operator("maplesyrup"));
    let session = manager.target(target.timeout(Duration::from_millis(100)).retries(0));
    session.get(SYS_NAME).await?;
    running.stop().await.expect("an agent that stops");
    let error = session.get(SYS_NAME).await.expect_err("silence");
    assert!(matches!(error, Error::Timeout { hint: Hint::None, .. }), "{error:?}");
    assert!(error.to_string().ends_with("no response"), "{error}");
    Ok(())
}

/// An agent that starts anew without a store is another engine, with one it has more boots: the next request goes on
/// with either, on every transport.
#[tokio::test]
async fn an_agent_starts_anew() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let mut addresses = vec!["127.0.0.1:0".to_owned(), "tcp:127.0.0.1:0".to_owned()];
    if cfg!(unix) {
        addresses.push(format!("unix:{}", folder.path().join("stream").display()));
        addresses.push(format!("unixgram:{}", folder.path().join("datagrams").display()));
    }
    for address in addresses {
        for store in [None, Some(folder.path().join(address.replace(['/', ':'], "-")))] {
            let start = async |address: &str| -> Result<_, Box<dyn std::error::Error>> {
                let mut builder = Agent::builder().user(Account::read_only(operator("maplesyrup")));
                if let Some(store) = &store {
                    builder = builder.engine_store(FileStore::new(store));
                }
                let agent = builder.bind_to(TransportAddress::lookup(address, 0).await?)?;
                agent.serve(SYS_NAME, || OctetString::from("switch-1"));
                let address = agent.local_addresses().next().cloned().ok_or("it listens nowhere")?;
                Ok((address, agent.spawn()))
            };
            let (address, running) = start(&address).await?;
            let manager = Manager::bind().await?;
            // What was sent on a connection just before it broke is sent again after this.
            let timeout = Duration::from_millis(250);
            let target = Target::v3(address.clone(), operator("maplesyrup"));
            let session = manager.target(target.timeout(timeout).retries(5));
            session.get(SYS_NAME).await?;
            running.stop().await?;
            let (_, running) = start(&address.to_string()).await?;
            assert_eq!(session.get(SYS_NAME).await?, OctetString::from("switch-1"), "{address}");
            running.stop().await?;
        }
    }
    Ok(())
}
