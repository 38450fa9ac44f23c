//! The agent's sinks and the listener, over loopback.

use crate::lab::{Lab, TRAP_OID, engine_id, link_down, oid, v2c};
use mibc_runtime::agent::{Account, Agent, Community, NotifyError, Sink};
use mibc_runtime::ber::Rules;
use mibc_runtime::engine::Report;
use mibc_runtime::listener::{Listener, ReceivedNotification, Sender};
use mibc_runtime::message::{Level, PduKind, Version};
use mibc_runtime::meta::Meta;
use mibc_runtime::net::TransportAddress;
use mibc_runtime::typed::{
    Binding, DecodeError, Module, NameError, Notification, NotificationReader, NotificationWriter, Scalar,
    access,
};
use mibc_runtime::usm::{Auth, Privacy, User};
use mibc_runtime::value::{Counter32, Gauge32, OctetString, Value, VarBind};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::timeout;

const LONG: Duration = Duration::from_secs(60);

struct Mib;

impl Module for Mib {
    const META: Meta<'static> = Meta::EMPTY;
}

const LOCATION: Scalar<Mib, OctetString, access::ReadOnly> = Scalar::new(&[1, 3, 6, 1, 4, 1, 9999, 1, 1]);

#[derive(Debug, PartialEq)]
struct Moved(Binding<(), OctetString>);

impl Notification for Moved {
    type Module = Mib;
    const OID: &'static [u32] = &[1, 3, 6, 1, 4, 1, 9999, 0, 7];

    fn write(&self, out: &mut NotificationWriter) -> Result<(), NameError> {
        out.scalar(LOCATION, &self.0)
    }

    fn read(input: &mut NotificationReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(input.scalar(LOCATION)?))
    }
}

#[derive(Debug)]
struct Other;

impl Notification for Other {
    type Module = Mib;
    const OID: &'static [u32] = &[1, 3, 6, 1, 4, 1, 9999, 0, 8];

    fn write(&self, _: &mut NotificationWriter) -> Result<(), NameError> {
        Ok(())
    }

    fn read(_: &mut NotificationReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

fn moved() -> Moved {
    Moved(LOCATION.with("attic".into()))
}

fn operator(passphrase: &str) -> User {
    User::new("operator").auth(Auth::Sha256, passphrase).privacy(Privacy::Aes128, "pancakes with it")
}

async fn listener() -> (Listener, SocketAddr) {
    let (listener, address) = listener_on("udp:127.0.0.1:0").await;
    (listener, address.ip().expect("UDP"))
}

async fn listener_on(address: &str) -> (Listener, TransportAddress) {
    let builder =
        Listener::builder().community("traps").user(operator("maplesyrup")).user(User::new("guest"));
    let addresses = TransportAddress::lookup(address, 0).await.expect("an address");
    let listener = builder.bind_to(addresses).expect("it listens");
    let address = listener.local_addresses().next().expect("an address").clone();
    (listener, address)
}

/// An agent that is an engine.
async fn agent() -> Agent {
    let builder = Agent::builder().user(Account::read_only(User::new("reader")));
    builder.bind("127.0.0.1:0").await.expect("loopback")
}

async fn next(listener: &mut Listener) -> ReceivedNotification {
    timeout(LONG, listener.next()).await.expect("it arrives").expect("the listener works")
}

fn fast(sink: Sink) -> Sink {
    sink.timeout(Duration::from_millis(30)).retries(2)
}

/// U9: a trap is of the agent's engine, an inform of the receiver's. All versions decode into the struct of the MIB.
#[tokio::test]
async fn every_form_arrives() {
    every_form_arrives_over("udp:127.0.0.1:0").await;
}

#[tokio::test]
async fn every_form_arrives_over_tcp() {
    every_form_arrives_over("tcp:127.0.0.1:0").await;
}

#[cfg(unix)]
#[tokio::test]
async fn every_form_arrives_over_the_unix_domain() {
    for transport in ["unix", "unixgram"] {
        let directory = tempfile::tempdir().expect("a directory");
        every_form_arrives_over(&format!("{transport}:{}", directory.path().join("traps").display())).await;
        // The socket goes with the listener, whose task ends when it has its turn.
        while directory.path().read_dir().expect("a directory").count() > 0 {
            tokio::task::yield_now().await;
        }
    }
}

async fn every_form_arrives_over(address: &str) {
    let (mut listener, address) = listener_on(address).await;
    let agent = agent().await;
    let to = || address.clone();
    let v3_trap = Sink::v3_trap(to(), operator("maplesyrup")).context_name("vlan-7");
    let v3_inform = Sink::v3_inform(to(), operator("maplesyrup"));
    let sinks = [
        (Sink::v1(to(), "traps"), Version::V1, false),
        (Sink::v2c(to(), "traps"), Version::V2c, false),
        (Sink::inform(to(), "traps"), Version::V2c, true),
        (v3_trap.clone(), Version::V3, false),
        (v3_trap, Version::V3, false),
        (Sink::v3_trap(to(), User::new("guest")), Version::V3, false),
        (v3_inform.clone(), Version::V3, true),
        (v3_inform, Version::V3, true),
        (Sink::v3_inform(to(), User::new("guest")), Version::V3, true),
    ];
    for (sink, version, is_inform) in sinks {
        let sent = tokio::join!(agent.notify_to(&sink, moved()), next(&mut listener));
        sent.0.unwrap_or_else(|error| panic!("{sink:?}: {error}"));
        let received = sent.1;
        assert_eq!((received.version, received.is_inform), (version, is_inform), "{sink:?}");
        let decoded = received.decode::<Moved>().expect("it is acmeMoved").expect("it decodes");
        assert_eq!(decoded.notification, moved());
        assert_eq!(decoded.extra.len(), if version == Version::V1 { 3 } else { 0 });
        assert!(received.decode::<Other>().is_none());
        assert!(received.up_time.is_some());
        let Sender::User(user) = received.sender else { continue };
        let expected = if is_inform { listener.engine_id() } else { agent.responder().engine_id() };
        assert_eq!(Some(user.engine_id), expected, "{sink:?}");
        let level = if user.name == b"guest" { Level::NoAuthNoPriv } else { Level::AuthPriv };
        assert_eq!(user.level, level);
    }
    assert_eq!(listener.overflows(), 0);
}

/// The receiver has been restarted: it is another engine, which is found out.
#[tokio::test]
async fn another_receiver() {
    let (first, address) = listener().await;
    let agent = agent().await;
    let sink = Sink::v3_inform(address, operator("maplesyrup"));
    agent.notify_to(&sink, moved()).await.expect("acknowledged");
    let before = first.engine_id();
    drop(first);
    let mut second = loop {
        let builder = Listener::builder().user(operator("maplesyrup"));
        match builder.bind(address).await {
            Ok(listener) => break listener,
            Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    };
    assert_ne!(second.engine_id(), before);
    agent.notify_to(&sink, moved()).await.expect("acknowledged");
    assert!(next(&mut second).await.is_inform);
}

/// Errors say what the receiver says, and what to do.
#[tokio::test]
async fn what_goes_wrong() {
    let (listener, address) = listener().await;
    let agent = agent().await;
    let patient = |sink: Sink| sink.timeout(LONG);
    let wrong = Sink::v3_inform(address, operator("maplesirup"));
    let error = agent.notify_to(&patient(wrong), moved()).await.expect_err("refused");
    assert!(matches!(error, NotifyError::Report { report: Report::WrongDigest, .. }), "{error}");
    assert!(error.to_string().contains("passphrase or protocol differs"), "{error}");
    let unknown = Sink::v3_inform(address, User::new("nobody"));
    let error = agent.notify_to(&patient(unknown), moved()).await.expect_err("refused");
    assert!(error.to_string().contains("unknown user name"), "{error}");
    let below = Sink::v3_inform(address, User::new("operator"));
    let error = agent.notify_to(&patient(below), moved()).await.expect_err("refused");
    assert!(matches!(error, NotifyError::Refused { .. }), "{error}");
    let short = Sink::v3_trap(address, operator("short"));
    let error = agent.notify_to(&short, moved()).await.expect_err("a short passphrase");
    assert!(error.to_string().contains("at least 8"), "{error}");
    // Nobody there.
    drop(listener);
    let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    let address = silent.local_addr().expect("bound");
    let error = agent.notify_to(&fast(Sink::v3_inform(address, operator("maplesyrup"))), moved()).await;
    assert!(matches!(error, Err(NotifyError::Undiscovered { attempts: 3, .. })), "{error:?}");
    let error = agent.notify_to(&fast(Sink::inform(address, "traps")), moved()).await;
    assert!(matches!(error, Err(NotifyError::Unacknowledged { attempts: 3, .. })), "{error:?}");
    // An agent without an engine sends no traps over SNMPv3.
    let agent = Agent::builder()
        .community(Community::read_only("public"))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    let error = agent.notify_to(&Sink::v3_trap(address, operator("maplesyrup")), moved()).await;
    assert!(matches!(error, Err(NotifyError::NoEngine)), "{error:?}");
}

/// Over a connection, a receiver that is not there is an error for traps as well, and costs the other sinks nothing.
#[tokio::test]
async fn nobody_at_the_other_end() {
    let (mut listener, address) = listener_on("tcp:127.0.0.1:0").await;
    let nobody = {
        let bound = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback");
        TransportAddress::Tcp(bound.local_addr().expect("bound"))
    };
    let agent = Agent::builder()
        .community(Community::read_only("public"))
        .sink(Sink::v2c(nobody.clone(), "traps"))
        .sink(Sink::inform(nobody.clone(), "traps"))
        .sink(Sink::v2c(address, "traps"))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    let error = agent.notify(moved()).await.expect_err("nobody listens there");
    assert!(matches!(&error, NotifyError::Socket { address, .. } if *address == nobody), "{error:?}");
    assert!(error.to_string().contains(&format!("to {nobody}: ")), "{error}");
    assert!(!next(&mut listener).await.is_inform);
}

/// A receiver that ends the connection instead of an acknowledgement: the inform is sent again by another one.
#[tokio::test]
async fn a_receiver_that_hangs_up() {
    let rude = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = TransportAddress::Tcp(rude.local_addr().expect("bound"));
    let agent = agent().await;
    let sink = Sink::inform(address, "traps").timeout(Duration::from_millis(30)).retries(12);
    let sending = tokio::spawn(async move { agent.notify_to(&sink, moved()).await });
    for hangs_up in [true, false] {
        let (stream, _) = rude.accept().await.expect("a connection");
        let mut inform = vec![0; 2_000];
        let length = loop {
            stream.readable().await.expect("an inform");
            match stream.try_read(&mut inform) {
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                read => break read.expect("an inform"),
            }
        };
        if hangs_up {
            continue;
        }
        // As an acknowledgement the inform itself will do, with the tag of a response.
        let tag = inform.iter().position(|octet| *octet == 0xa6).expect("an inform");
        inform[tag] = 0xa2;
        assert_eq!(stream.try_write(&inform[..length]).expect("room"), length);
        sending.await.expect("no panic").expect("acknowledged");
        return;
    }
}

/// A sink of the builder makes the agent an engine.
#[tokio::test]
async fn a_sink_makes_an_engine() {
    let (mut listener, address) = listener().await;
    let agent = Agent::builder()
        .community(Community::read_only("public"))
        .sink(Sink::v3_trap(address, operator("maplesyrup")))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    agent.notify(moved()).await.expect("sent");
    let received = next(&mut listener).await;
    let Sender::User(user) = received.sender else { panic!("a user") };
    assert_eq!(Some(user.engine_id), agent.responder().engine_id());
    assert_ne!(user.engine_id, engine_id("listener"));
    assert_eq!(received.trap_oid, Some(oid("1.3.6.1.4.1.9999.0.7")));
}

const LOAD: Scalar<Mib, Counter32, access::ReadOnly> = Scalar::new(&[1, 3, 6, 1, 4, 1, 9999, 1, 2]);

#[derive(Debug, PartialEq)]
struct Busy(Binding<(), Counter32>);

impl Notification for Busy {
    type Module = Mib;
    const OID: &'static [u32] = &[1, 3, 6, 1, 4, 1, 9999, 0, 9];

    fn write(&self, out: &mut NotificationWriter) -> Result<(), NameError> {
        out.scalar(LOAD, &self.0)
    }

    fn read(input: &mut NotificationReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(input.scalar(LOAD)?))
    }
}

/// A number of another number type: as managers do, it is accepted where it fits, and noted; strictly it is not.
#[test]
fn numbers_of_sibling_types() {
    let busy = |value: Value| {
        let mut lab = Lab::new();
        let mut varbinds = link_down();
        varbinds.truncate(1);
        varbinds.push(VarBind::new(oid(TRAP_OID), oid("1.3.6.1.4.1.9999.0.9")));
        varbinds.push(VarBind::new(oid("1.3.6.1.4.1.9999.1.2.0"), value));
        lab.trap(&v2c("traps", PduKind::Trap, 1, varbinds))
    };
    for (value, number, is_sibling) in [
        (Value::Counter32(Counter32(7)), Some(7), false),
        (Value::Gauge32(Gauge32(7)), Some(7), true),
        (Value::Integer(7), Some(7), true),
        (Value::Integer(-7), None, false),
        (Value::OctetString("7".into()), None, false),
    ] {
        let received = busy(value.clone());
        let decoded = received.decode::<Busy>().expect("it is acmeBusy");
        assert_eq!(decoded.as_ref().ok().map(|busy| busy.notification.0.value.0), number, "{value:?}");
        assert_eq!(decoded.is_ok_and(|busy| busy.has_siblings), is_sibling, "{value:?}");
        let strict = received.decode_by::<Busy>(Rules::Strict).expect("it is acmeBusy");
        assert_eq!(strict.is_ok(), number.is_some() && !is_sibling, "{value:?}");
        assert!(received.decode_by::<Other>(Rules::Strict).is_none());
    }
}
