//! Notifications that are passed on as notifications.

use crate::place::{LISTENER, Place, trap};
use mibc_runtime::ber::Rules;
use mibc_runtime::message::{Body, Decoder, PduKind};
use mibc_test_support::program::PATIENCE;
use std::net::UdpSocket;

/// The names of what a trap says that comes with the community of the output.
fn names(receiver: &UdpSocket) -> Vec<String> {
    let mut octets = [0; 2048];
    let length = receiver.recv(&mut octets).expect("a datagram");
    let mut decoder = Decoder::new(Rules::Strict);
    let message = decoder.decode(&octets[..length]).expect("a message").message;
    assert_eq!(message.community, b"others");
    let Body::Pdu(pdu) = message.body else { panic!("a notification of SNMPv2") };
    assert_eq!(pdu.header.kind, PduKind::Trap);
    pdu.varbinds.iter().map(|varbind| varbind.name.to_string()).collect()
}

/// C7: a notification is passed on with the address of its source; the community is not.
#[test]
fn forward() {
    let other = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    other.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let address = other.local_addr().expect("bound");
    let output = format!(
        "[[output]]\nname = \"o\"\ntype = \"forward\"\naddress = \"udp:{address}\"\ncommunity = \"others\"\n"
    );
    let place = Place::with(&format!("{LISTENER}{output}"));
    let service = place.start();
    service.send(&trap(5));
    let names = names(&other);
    let expected = [
        "1.3.6.1.2.1.1.3.0",
        "1.3.6.1.6.3.1.1.4.1.0",
        "1.3.6.1.2.1.2.2.1.1.5",
        "1.3.6.1.2.1.2.2.1.8.5",
        "1.3.6.1.6.3.18.1.3.0",
    ];
    assert_eq!(names, expected);
}

/// A chain: what came with a community is passed on as a trap of SNMPv3, and that with a community again. The engine of the
/// traps is counted over restarts.
#[test]
fn over_version_3() {
    let user = "[[user]]\nname = \"operator\"\nauth = \"SHA-256\"\nauth-passphrase = \"maplesyrup\"\nprivacy = \"AES\"\n";
    let other = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    other.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let address = other.local_addr().expect("bound");
    let second = Place::with(&format!(
        "{user}[[listener]]\naddress = \"udp:127.0.0.1:0\"\n\
         [[output]]\nname = \"file\"\ntype = \"lines\"\npath = \"traps.json\"\n\
         [[output]]\nname = \"o\"\ntype = \"forward\"\naddress = \"udp:{address}\"\ncommunity = \"others\"\n"
    ));
    let receiver = second.start();
    let engine = "80007ed9040a0b0c";
    let first = Place::with(&format!(
        "state = \"state\"\n{LISTENER}{user}[[output]]\nname = \"o\"\ntype = \"forward\"\naddress = \"udp:{}\"\nuser = \"operator\"\n\
         engine-id = \"0x{engine}\"\n",
        receiver.address
    ));
    for start in 1..=3 {
        let mut service = first.start();
        service.send(&trap(start));
        let line = service.logs("traps are forwarded from an engine");
        assert!(line.contains(engine) && line.contains(&format!("boots: {start}")), "{line}");
        let events = second.events_when("traps.json", start as usize);
        let event = &events[start as usize - 1];
        assert_eq!((&event["version"], &event["user"]), (&"v3".into(), &"operator".into()));
        assert_eq!((&event["engine"], &event["agent"]), (&engine.into(), &"127.0.0.1".into()));
        let names = names(&other);
        assert!(names.contains(&format!("1.3.6.1.2.1.2.2.1.8.{start}")), "{names:?}");
        service.signal("-TERM");
        assert_eq!(service.status(), Some(0));
    }
}
