//! Notifications: conversions, and who hears of what.

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use mibc_runtime::engine::Report;
use mibc_runtime::listener::{Listener, ReceivedNotification, Sender};
use mibc_runtime::manager::{Manager, Target};
use mibc_runtime::message::{Decoder, GenericTrap, Level, Message, OwnedBody, TrapV1, Version};
use mibc_runtime::net::TransportAddress;
use mibc_runtime::originator::ProxyType;
use mibc_runtime::trap_sender::TrapSender;
use mibc_runtime::usm::{EngineClock, EngineId};
use mibc_runtime::value::{IpAddress, TimeTicks, Value, VarBind};
use mibc_test_support::v3::{engine_id, link_down, oid};

use crate::lab::{Proxy, VERSIONS, device_user, proxy_user};

const TRAP_ADDRESS: &str = "1.3.6.1.6.3.18.1.3.0";
const TRAP_COMMUNITY: &str = "1.3.6.1.6.3.18.1.4.0";
const TRAP_ENTERPRISE: &str = "1.3.6.1.6.3.1.1.4.3.0";

/// linkDown as SNMPv1 has it.
fn trap_v1() -> TrapV1 {
    TrapV1 {
        enterprise: oid("1.3.6.1.4.1.32473.1"),
        agent_addr: IpAddress([192, 0, 2, 7]),
        generic_trap: GenericTrap(2),
        specific_trap: 0,
        time_stamp: TimeTicks(4_200),
        varbinds: link_down().split_off(2),
    }
}

/// Sends a trap to the proxy as a device of this engine does.
async fn send(proxy: &Proxy, version: Version, id: EngineId) {
    let to = TransportAddress::Udp(proxy.agent.local_addr());
    match version {
        Version::V1 => TrapSender::v1(to, "in").send_v1(trap_v1()).await,
        Version::V2c => TrapSender::v2c(to, "in").send(&link_down()).await,
        _ => {
            let clock = EngineClock { boots: 3, time: 100 };
            TrapSender::v3(to, &proxy_user(), id, clock).expect("a user").send(&link_down()).await
        }
    }
    .expect("it leaves");
}

async fn listener() -> Listener {
    Listener::builder().community("device").user(device_user()).bind("127.0.0.1:0").await.expect("loopback")
}

async fn heard(listener: &mut Listener) -> ReceivedNotification {
    tokio::time::timeout(Duration::from_secs(10), listener.next()).await.expect("in time").expect("one")
}

fn value<'v>(varbinds: &'v [VarBind], name: &str) -> Option<&'v Value> {
    varbinds.iter().find(|varbind| varbind.name == oid(name)).map(|varbind| &varbind.value)
}

/// C7: a trap of SNMPv1 gets snmpTrapAddress.0, snmpTrapCommunity.0 and snmpTrapEnterprise.0. C8: one of SNMPv2 goes to
/// SNMPv1 with the address that it says, or 0.0.0.0.
#[tokio::test]
async fn nine_pairs_of_traps() {
    let device = engine_id("device");
    let proxy = Proxy::start(device).await;
    proxy.edit(|tables| tables.set_user(Some(device), mibc_test_support::v3::credentials(&proxy_user())));
    for downstream in VERSIONS {
        for upstream in VERSIONS {
            // Traps of SNMPv1 have no number: one listener would take them for the same.
            let mut listener = listener().await;
            proxy.add_address("out", listener.local_addr(), downstream);
            let pair = format!("{upstream:?} to {downstream:?}");
            proxy.add_row(ProxyType::Trap, device, upstream, "device");
            send(&proxy, upstream, device).await;
            let heard = tokio::time::timeout(Duration::from_secs(10), listener.next()).await;
            let heard = heard.expect(&pair).expect(&pair);
            assert_eq!((heard.version, heard.is_inform), (downstream, false), "{pair}");
            assert_eq!(heard.up_time, Some(TimeTicks(4_200)), "{pair}");
            assert_eq!(heard.trap_oid, Some(oid("1.3.6.1.6.3.1.1.5.3")), "{pair}");
            assert_eq!(heard.varbinds.first(), link_down().get(2), "{pair}");
            if let Sender::User(sender) = &heard.sender {
                assert_eq!(sender.context_engine_id, device.as_bytes(), "{pair}");
                assert_eq!((&sender.name[..], sender.level), (&b"device"[..], Level::AuthPriv), "{pair}");
            }
            let address = value(&heard.varbinds, TRAP_ADDRESS);
            let community = value(&heard.varbinds, TRAP_COMMUNITY);
            let enterprise = value(&heard.varbinds, TRAP_ENTERPRISE);
            let ip = |octets| Some(Value::IpAddress(IpAddress(octets)));
            match (upstream, downstream) {
                (Version::V1, Version::V2c | Version::V3) => {
                    assert_eq!(address.cloned(), ip([192, 0, 2, 7]), "{pair}");
                    assert_eq!(community.and_then(Value::as_octets), Some(&b"in"[..]), "{pair}");
                    let sent = Value::ObjectIdentifier(oid("1.3.6.1.4.1.32473.1"));
                    assert_eq!(enterprise, Some(&sent), "{pair}");
                    assert_eq!(heard.varbinds.len(), 4, "{pair}");
                }
                // The listener adds what it has in the PDU.
                (Version::V1, _) => assert_eq!(address.cloned(), ip([192, 0, 2, 7]), "{pair}"),
                (_, Version::V1) => assert_eq!(address.cloned(), ip([0, 0, 0, 0]), "{pair}"),
                _ => assert_eq!(heard.varbinds.len(), 1, "{pair}"),
            }
            listener.close().await;
        }
    }
}

fn receive(socket: &UdpSocket) -> Message {
    let mut buffer = [0; 2_048];
    let length = socket.recv(&mut buffer).expect("a datagram");
    let mut decoder = Decoder::for_notifications();
    Message::from(&decoder.decode(&buffer[..length]).expect("a message").message)
}

fn collector() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    socket.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    let address = socket.local_addr().expect("bound");
    (socket, address)
}

/// What came over SNMPv1 leaves over SNMPv1 as it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_trap_of_snmpv1_stays_as_it_is() {
    let device = engine_id("device");
    let proxy = Proxy::start(device).await;
    let (socket, address) = collector();
    proxy.add_address("out", address, Version::V1);
    proxy.add_row(ProxyType::Trap, device, Version::V1, "device");
    send(&proxy, Version::V1, device).await;
    let message = receive(&socket);
    assert_eq!((message.version, message.community.as_slice()), (Version::V1, &b"device"[..]));
    assert_eq!(message.body, OwnedBody::TrapV1(trap_v1()));
}

/// C8: a Counter64 has no form in SNMPv1; the other targets get the notification all the same.
#[tokio::test]
async fn a_counter64_does_not_go_to_snmpv1() {
    let device = engine_id("device");
    let proxy = Proxy::start(device).await;
    let mut one = listener().await;
    let mut other = listener().await;
    proxy.add_address("v1", one.local_addr(), Version::V1);
    proxy.add_address("v2c", other.local_addr(), Version::V2c);
    proxy.add_row(ProxyType::Trap, device, Version::V2c, "device");
    let mut varbinds = link_down();
    varbinds.push(VarBind::new(oid("1.3.6.1.2.1.31.1.1.1.6.7"), mibc_runtime::value::Counter64(1 << 40)));
    let to = TransportAddress::Udp(proxy.agent.local_addr());
    TrapSender::v2c(to, "in").send(&varbinds).await.expect("it leaves");
    assert_eq!(heard(&mut other).await.varbinds.len(), 2);
    send(&proxy, Version::V2c, device).await;
    // The first that comes there is the second.
    assert_eq!(value(&heard(&mut one).await.varbinds, "1.3.6.1.2.1.31.1.1.1.6.7"), None);
}

/// RFC 3413 §3.5.2 (5): an inform is acknowledged when somebody behind the proxy has acknowledged it. C13: none goes over
/// SNMPv1.
#[tokio::test]
async fn informs() {
    let device = engine_id("device");
    let proxy = Proxy::start(device).await;
    let manager = Manager::bind().await.expect("loopback");
    for downstream in [Version::V2c, Version::V3] {
        let mut listener = listener().await;
        let mut old = self::listener().await;
        let (silent, dead) = collector();
        proxy.add_address("out", listener.local_addr(), downstream);
        proxy.add_address("dead", dead, Version::V2c);
        proxy.add_address("old", old.local_addr(), Version::V1);
        for upstream in [Version::V2c, Version::V3] {
            proxy.add_row(ProxyType::Inform, device, upstream, "device");
            let session = proxy.session(&manager, device, upstream);
            session.inform(&link_down()).await.expect("it is acknowledged");
            let heard = heard(&mut listener).await;
            assert_eq!((heard.version, heard.is_inform), (downstream, true));
            assert_eq!(heard.varbinds.first(), link_down().get(2));
        }
        drop(silent);
        assert!(old.try_next().is_none());
        listener.close().await;
    }
    // Nobody acknowledges: nor does the proxy.
    let (_silent, dead) = collector();
    proxy.add_address("out", dead, Version::V2c);
    let target = Target::v2c(proxy.agent.local_addr(), "in").timeout(Duration::from_millis(400)).retries(0);
    assert!(manager.target(target).inform(&link_down()).await.expect_err("no answer").is_timeout());
    // Only a target of SNMPv1: there is nobody to pass it on to.
    proxy.edit(|tables| {
        for name in ["out", "dead"] {
            tables.remove_address(name.as_bytes());
        }
    });
    let session = proxy.session(&manager, device, Version::V3);
    let error = session.inform(&link_down()).await.expect_err("refused");
    let refused = matches!(error, mibc_runtime::manager::Error::Report { report: Report::ProxyDrops, .. });
    assert!(refused, "{error}");
}

/// Traps of engines whose users are not known, or in the name of others, do not get through.
#[tokio::test]
async fn traps_that_are_not_authentic() {
    let device = engine_id("device");
    let proxy = Proxy::start(device).await;
    let mut listener = listener().await;
    proxy.add_address("out", listener.local_addr(), Version::V2c);
    proxy.add_row(ProxyType::Trap, device, Version::V3, "device");
    let taken_in = async |count: u32| {
        while proxy.agent.counters().in_pkts() < count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    // Its user is not known.
    send(&proxy, Version::V3, device).await;
    taken_in(1).await;
    // Known by other keys.
    let other = mibc_test_support::v3::user("manager", mibc_runtime::usm::Auth::Sha512, None);
    proxy.edit(|tables| tables.set_user(Some(device), mibc_test_support::v3::credentials(&other)));
    send(&proxy, Version::V3, device).await;
    taken_in(2).await;
    // Known for another engine.
    let good = mibc_test_support::v3::credentials(&proxy_user());
    proxy.edit(|tables| {
        tables.remove_user(Some(device), b"manager");
        tables.set_user(Some(engine_id("other")), good.clone());
    });
    send(&proxy, Version::V3, device).await;
    taken_in(3).await;
    // Keys that come later count from then on.
    proxy.edit(|tables| tables.set_user(Some(device), good));
    let to = TransportAddress::Udp(proxy.agent.local_addr());
    let mut last = link_down();
    last.truncate(2);
    let clock = EngineClock { boots: 4, time: 1 };
    let sender = TrapSender::v3(to, &proxy_user(), device, clock).expect("a user");
    sender.send(&last).await.expect("it leaves");
    assert_eq!(heard(&mut listener).await.varbinds, []);
    assert!(listener.try_next().is_none());
}

/// An inform that its sender repeats while it is on its way is passed on once, and each repetition is acknowledged.
#[tokio::test]
async fn repeated_informs() {
    use mibc_runtime::ber::Writer;
    use mibc_runtime::message::{Pdu, PduHeader, PduKind};
    use tokio::net::UdpSocket;

    async fn read(socket: &UdpSocket) -> (Message, SocketAddr) {
        let mut buffer = [0; 2_048];
        let received = tokio::time::timeout(Duration::from_secs(60), socket.recv_from(&mut buffer)).await;
        let (length, peer) = received.expect("in time").expect("loopback");
        let mut decoder = Decoder::for_notifications();
        (Message::from(&decoder.decode(&buffer[..length]).expect("a message").message), peer)
    }
    fn encode(message: &Message) -> Vec<u8> {
        let mut writer = Writer::new();
        message.write(&mut writer);
        writer.finish().expect("it fits").to_vec()
    }
    let inform = |request_id| {
        let pdu = Pdu { header: PduHeader::new(PduKind::Inform, request_id), varbinds: link_down() };
        let (version, community) = (Version::V2c, b"in".to_vec());
        encode(&Message { version, community, body: OwnedBody::Pdu(pdu) })
    };
    let acknowledge = |message: Message| {
        let OwnedBody::Pdu(Pdu { header, varbinds }) = message.body else { panic!("an inform") };
        let header = PduHeader::response(header.request_id, Default::default(), 0);
        encode(&Message { body: OwnedBody::Pdu(Pdu { header, varbinds }), ..message })
    };

    let device = engine_id("device");
    let proxy = Proxy::start(device).await;
    let collector = UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    proxy.add_address("out", collector.local_addr().expect("bound"), Version::V2c);
    // The proxy itself does not repeat anything during the test.
    proxy.edit(|tables| {
        let row = tables.addresses().get(b"out").expect("a row").clone();
        let row = mibc_runtime::originator::TargetAddress { timeout: 6_000, ..row };
        tables.set_address("out", row).expect("a row");
    });
    proxy.add_row(ProxyType::Inform, device, Version::V2c, "device");
    let (sender, other) = (UdpSocket::bind("127.0.0.1:0").await, UdpSocket::bind("127.0.0.1:0").await);
    let (sender, other) = (sender.expect("loopback"), other.expect("loopback"));
    let to = proxy.agent.local_addr();
    for _ in 0..3 {
        sender.send_to(&inform(7), to).await.expect("loopback");
    }
    // The same from somebody else is another one.
    other.send_to(&inform(7), to).await.expect("loopback");
    while proxy.agent.counters().in_pkts() < 4 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (first, peer) = read(&collector).await;
    let (second, _) = read(&collector).await;
    for message in [first, second] {
        collector.send_to(&acknowledge(message), peer).await.expect("loopback");
    }
    let request_id = |message: Message| match message.body {
        OwnedBody::Pdu(pdu) if pdu.header.kind == PduKind::Response => pdu.header.request_id,
        other => panic!("{other:?}"),
    };
    for _ in 0..3 {
        assert_eq!(request_id(read(&sender).await.0), 7);
    }
    assert_eq!(request_id(read(&other).await.0), 7);
    // When it is over, the same is passed on again; nothing else has come in between.
    let mut marked = link_down();
    marked.truncate(2);
    let pdu = Pdu { header: PduHeader::new(PduKind::Inform, 8), varbinds: marked.clone() };
    let last = Message { version: Version::V2c, community: b"in".to_vec(), body: OwnedBody::Pdu(pdu) };
    sender.send_to(&encode(&last), to).await.expect("loopback");
    let OwnedBody::Pdu(passed) = read(&collector).await.0.body else { panic!("an inform") };
    assert_eq!(passed.varbinds, marked);
}
