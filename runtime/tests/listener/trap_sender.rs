//! Notifications of who is not an agent, to the listener over loopback.

use crate::lab::{engine_id, link_down, oid, operator};
use mibc_runtime::engine::Report;
use mibc_runtime::listener::{Listener, ReceivedNotification, Sender};
use mibc_runtime::manager::{Error, Manager, Target};
use mibc_runtime::message::{GenericTrap, NotConvertible, TrapV1, Version};
use mibc_runtime::net::TransportAddress;
use mibc_runtime::trap_sender::{TrapError, TrapSender, notification};
use mibc_runtime::usm::{EngineClock, User, UserError};
use mibc_runtime::value::{Counter64, IpAddress, OctetString, TimeTicks, VarBind};
use std::time::Duration;
use tokio::time::timeout;

const LONG: Duration = Duration::from_secs(60);
const CLOCK: EngineClock = EngineClock { boots: 3, time: 100 };

async fn listener() -> (Listener, TransportAddress) {
    let builder = Listener::builder().community("traps").user(operator()).user(User::new("guest"));
    let listener = builder.bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addresses().next().cloned().expect("an address");
    (listener, address)
}

async fn next(listener: &mut Listener) -> ReceivedNotification {
    timeout(LONG, listener.next()).await.expect("it arrives").expect("the listener works")
}

fn engine(received: &ReceivedNotification) -> Vec<u8> {
    match &received.sender {
        Sender::User(user) => user.engine_id.as_bytes().to_vec(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn traps_of_every_version() {
    let (mut listener, to) = listener().await;
    let v3 = |user: &User| TrapSender::v3(to.clone(), user, engine_id("teller"), CLOCK).expect("a good user");
    for (sender, version) in [
        (TrapSender::v1(to.clone(), "traps"), Version::V1),
        (TrapSender::v2c(to.clone(), "traps"), Version::V2c),
        (v3(&operator()).context_name("there"), Version::V3),
        (v3(&User::new("guest")).context_engine_id(engine_id("other")), Version::V3),
    ] {
        sender.send(&link_down()).await.expect("sent");
        let received = next(&mut listener).await;
        assert_eq!((received.version, received.is_inform), (version, false));
        assert_eq!(received.trap_oid, Some(oid("1.3.6.1.6.3.1.1.5.3")));
        assert_eq!(received.up_time, Some(TimeTicks(4_200)));
        if version == Version::V3 {
            assert_eq!(engine(&received), engine_id("teller").as_bytes());
        }
        if version == Version::V1 {
            assert_eq!(received.agent_addr(), Some(IpAddress([127, 0, 0, 1])), "its own");
        }
    }
    // A Trap-PDU as it is.
    let trap = TrapV1 {
        enterprise: oid("1.3.6.1.4.1.9999"),
        agent_addr: IpAddress([192, 0, 2, 1]),
        generic_trap: GenericTrap::ENTERPRISE_SPECIFIC,
        specific_trap: 5,
        time_stamp: TimeTicks(7),
        varbinds: Vec::new(),
    };
    TrapSender::v1(to.clone(), "traps").send_v1(trap.clone()).await.expect("sent");
    let received = next(&mut listener).await;
    assert_eq!(received.trap_oid, Some(oid("1.3.6.1.4.1.9999.0.5")));
    assert_eq!(received.agent_addr(), Some(IpAddress([192, 0, 2, 1])));
    let refused = TrapSender::v2c(to, "traps").send_v1(trap).await;
    assert!(matches!(refused, Err(TrapError::OnlyV1)), "{refused:?}");
}

#[tokio::test]
async fn what_goes_wrong() {
    let (_listener, to) = listener().await;
    let wide = VarBind::new(oid("1.3.6.1.4.1.9999.1.0"), Counter64(1));
    let varbinds = notification(TimeTicks(1), oid("1.3.6.1.4.1.9999.0.1"), [wide]).expect("names");
    let sent = TrapSender::v1(to.clone(), "traps").send(&varbinds).await;
    assert!(matches!(sent, Err(TrapError::NotV1(NotConvertible::Counter64(3)))), "{sent:?}");
    let large = VarBind::new(oid("1.3.6.1.4.1.9999.1.0"), OctetString::from(vec![0; 70_000]));
    let varbinds = notification(TimeTicks(1), oid("1.3.6.1.4.1.9999.0.1"), [large]).expect("names");
    let sent = TrapSender::v2c(to.clone(), "traps").send(&varbinds).await;
    assert!(matches!(sent, Err(TrapError::TooLarge(_))), "{sent:?}");
    let hasty = User::new("x").auth(mibc_runtime::usm::Auth::Sha1, "short");
    let made = TrapSender::v3(to, &hasty, engine_id("teller"), CLOCK);
    assert!(matches!(made, Err(UserError::ShortPassphrase { .. })), "{made:?}");
    let nobody =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("loopback");
    let sent = TrapSender::v2c(TransportAddress::Tcp(nobody), "traps").send(&link_down()).await;
    assert!(matches!(sent, Err(TrapError::Socket { .. })), "{sent:?}");
}

#[tokio::test]
async fn informs_of_a_manager() {
    let (mut listener, to) = listener().await;
    let manager = Manager::bind().await.expect("sockets");
    for target in [Target::v2c(to.clone(), "traps"), Target::v3(to.clone(), operator())] {
        let session = manager.target(target);
        session.inform(&link_down()).await.expect("acknowledged");
        assert!(next(&mut listener).await.is_inform);
    }
    let v3 = manager.target(Target::v3(to.clone(), operator()));
    v3.inform(&link_down()).await.expect("acknowledged");
    assert_eq!(v3.engine_id(), listener.engine_id());
    let hasty = |target: Target| target.timeout(Duration::from_millis(50)).retries(0);
    let silent = manager.target(hasty(Target::v2c(to.clone(), "others")));
    let error = silent.inform(&link_down()).await.expect_err("nobody knows the community");
    assert!(error.is_timeout() && error.to_string().contains(": inform, attempt 1 of 1"), "{error}");
    let unknown = manager.target(Target::v3(to.clone(), User::new("nobody")));
    let error = unknown.inform(&link_down()).await.expect_err("nobody knows the user");
    assert!(matches!(error, Error::Report { report: Report::UnknownUser, .. }), "{error}");
    let error =
        manager.target(Target::v1(to, "traps")).inform(&link_down()).await.expect_err("no such operation");
    assert!(error.to_string().contains("SNMPv1 has no informs"), "{error}");
}
