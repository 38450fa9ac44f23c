//! Notifications out (RFC 3416 §4.2.6 and §4.2.7, RFC 3584 §3.2).

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use mibc_runtime::agent::{Agent, Community, NotifyError, Sink};
use mibc_runtime::message::{
    Decoder, GenericTrap, Message, NotConvertible, OwnedBody, PduHeader, PduKind, Version,
};
use mibc_runtime::oid::Oid;
use mibc_runtime::typed::{
    Binding, DecodeError, NameError, Notification, NotificationReader, NotificationWriter, Scalar, access,
};
use mibc_runtime::value::{Counter64, IpAddress, OctetString, TimeTicks, Value};
use tokio::net::UdpSocket;

use crate::acme::{ACME_CHARGE, ACME_LOCATION, AcmeMib};
use crate::ask::oid;

const SYS_UP_TIME: Scalar<AcmeMib, TimeTicks, access::ReadOnly> = Scalar::new(&[1, 3, 6, 1, 2, 1, 1, 3]);

/// acmeMoved { acmeLocation }, with an OID whose second to last sub-identifier is 0.
struct AcmeMoved(Binding<(), OctetString>);

impl Notification for AcmeMoved {
    type Module = AcmeMib;
    const OID: &'static [u32] = &[1, 3, 6, 1, 4, 1, 9999, 0, 7];

    fn write(&self, out: &mut NotificationWriter) -> Result<(), NameError> {
        out.scalar(ACME_LOCATION, &self.0)
    }

    fn read(input: &mut NotificationReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(input.scalar(ACME_LOCATION)?))
    }
}

/// acmeCharged { acmeCharge }
struct AcmeCharged(Binding<(), Counter64>);

impl Notification for AcmeCharged {
    type Module = AcmeMib;
    const OID: &'static [u32] = &[1, 3, 6, 1, 4, 1, 9999, 0, 8];

    fn write(&self, out: &mut NotificationWriter) -> Result<(), NameError> {
        out.scalar(ACME_CHARGE, &self.0)
    }

    fn read(input: &mut NotificationReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(input.scalar(ACME_CHARGE)?))
    }
}

async fn receiver() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    let address = socket.local_addr().expect("bound");
    (socket, address)
}

async fn receive(socket: &UdpSocket) -> (Message, SocketAddr) {
    let mut buffer = vec![0; 65_507];
    let received = tokio::time::timeout(Duration::from_secs(60), socket.recv_from(&mut buffer)).await;
    let (length, peer) = received.expect("it arrives").expect("loopback");
    let mut decoder = Decoder::default();
    let message = Message::from(&decoder.decode(&buffer[..length]).expect("a valid message").message);
    (message, peer)
}

async fn agent(sink: Sink) -> Agent {
    let agent = Agent::builder()
        .community(Community::read_only("public"))
        .sink(sink)
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    agent.serve(SYS_UP_TIME, || TimeTicks(4_200));
    agent
}

fn moved() -> AcmeMoved {
    AcmeMoved(ACME_LOCATION.with("attic".into()))
}

/// P13
#[tokio::test]
async fn a_v2c_trap_begins_with_up_time_and_identity() {
    let (socket, address) = receiver().await;
    agent(Sink::v2c(address, "traps")).await.notify(moved()).await.expect("sent");
    let (message, _) = receive(&socket).await;
    assert_eq!((message.version, &*message.community), (Version::V2c, &b"traps"[..]));
    let OwnedBody::Pdu(pdu) = message.body else { panic!("an SNMPv2 trap") };
    assert_eq!(pdu.header.kind, PduKind::Trap);
    let found: Vec<(String, Value)> =
        pdu.varbinds.into_iter().map(|varbind| (varbind.name.to_string(), varbind.value)).collect();
    let expected = [
        ("1.3.6.1.2.1.1.3.0".to_owned(), Value::from(TimeTicks(4_200))),
        ("1.3.6.1.6.3.1.1.4.1.0".to_owned(), Value::from(oid("1.3.6.1.4.1.9999.0.7"))),
        ("1.3.6.1.4.1.9999.1.1.0".to_owned(), Value::from("attic")),
    ];
    assert_eq!(found, expected);
}

/// C8
#[tokio::test]
async fn a_v1_trap_has_enterprise_and_own_address() {
    let (socket, address) = receiver().await;
    let agent = agent(Sink::v1(address, "traps")).await;
    agent.notify(moved()).await.expect("sent");
    let (message, _) = receive(&socket).await;
    let OwnedBody::TrapV1(trap) = message.body else { panic!("an SNMPv1 trap") };
    assert_eq!(trap.enterprise, oid("1.3.6.1.4.1.9999"));
    assert_eq!((trap.generic_trap, trap.specific_trap), (GenericTrap::ENTERPRISE_SPECIFIC, 7));
    assert_eq!(trap.agent_addr, IpAddress(Ipv4Addr::LOCALHOST.octets()));
    assert_eq!(trap.time_stamp, TimeTicks(4_200));
    let names: Vec<Oid> = trap.varbinds.into_iter().map(|varbind| varbind.name).collect();
    assert_eq!(names, [oid("1.3.6.1.4.1.9999.1.1.0")]);
}

/// C8: no Counter64 over SNMPv1.
#[tokio::test]
async fn a_counter64_is_not_sent_to_a_v1_receiver() {
    let (_socket, address) = receiver().await;
    let agent = agent(Sink::v2c(address, "traps")).await;
    let charged = || AcmeCharged(ACME_CHARGE.with(Counter64(1)));
    let refused = agent.notify_to(&Sink::v1(address, "traps"), charged()).await;
    assert!(matches!(refused, Err(NotifyError::NotV1(NotConvertible::Counter64(3)))), "{refused:?}");
    agent.notify(charged()).await.expect("SNMPv2c has it");
}

#[tokio::test]
async fn an_inform_waits_for_its_acknowledgement() {
    let (socket, address) = receiver().await;
    let sink = Sink::inform(address, "traps").timeout(Duration::from_millis(50)).retries(5);
    let agent = agent(sink).await;
    let sending = tokio::spawn(async move { agent.notify(moved()).await });
    // The first is lost; the second is answered, after a response that belongs to another request.
    let (first, _) = receive(&socket).await;
    let (second, peer) = receive(&socket).await;
    assert_eq!(first, second);
    let OwnedBody::Pdu(pdu) = second.body else { panic!("an inform") };
    assert_eq!(pdu.header.kind, PduKind::Inform);
    for request_id in [pdu.header.request_id.wrapping_add(1), pdu.header.request_id] {
        let header = PduHeader::response(request_id, Default::default(), 0);
        let response = crate::ask::encode(Version::V2c, "traps", header, pdu.varbinds.clone());
        socket.send_to(&response, peer).await.expect("loopback");
    }
    sending.await.expect("no panic").expect("acknowledged");
}

#[tokio::test]
async fn an_inform_that_nobody_acknowledges_is_an_error() {
    let (_socket, address) = receiver().await;
    let sink = Sink::inform(address, "traps").timeout(Duration::from_millis(10)).retries(1);
    let text = agent(sink).await.notify(moved()).await.expect_err("nobody answers").to_string();
    assert!(text.contains(&address.to_string()) && text.contains('2'), "{text}");
}

/// No secrets in logs.
#[test]
fn debug_hides_the_community() {
    let sink = Sink::v2c(SocketAddr::from(([127, 0, 0, 1], 162)), "s3cret");
    assert!(!format!("{sink:?}").contains("s3cret"));
}
