//! The message format: what is not a message.

use crate::lab::{Made, operator, see};
use mibc_runtime::ber::{ErrorKind, Rules, V3Field};
use mibc_runtime::message::{Decoder, Level, UsmRef};

fn plain() -> Vec<u8> {
    Made::get(&operator(), Level::NoAuthNoPriv).datagram()
}

/// Puts other octets in the place of the first ones that are equal to `old`.
fn replaced(datagram: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let at = datagram.windows(old.len()).position(|w| w == old).expect("it is there");
    let mut datagram = datagram.to_vec();
    datagram[at..at + new.len()].copy_from_slice(new);
    datagram
}

fn error(datagram: &[u8]) -> ErrorKind {
    Decoder::default().decode_v3(datagram).expect_err("no message").kind
}

/// W12: msgID, msgMaxSize and msgFlags.
#[test]
fn header_fields() {
    let message = plain();
    assert_eq!(see(&message).header.msg_id, 77);
    // msgID 77, msgMaxSize 65507 in three octets.
    let (id, size) = ([2, 1, 77], [2, 3, 0, 0xff, 0xe3]);
    let kind = error(&replaced(&message, &id, &[2, 1, 0xff]));
    assert_eq!(kind, ErrorKind::Field { field: V3Field::MsgId, value: -1 });
    for (octets, value) in [([2, 3, 0, 1, 0xe3], 483), ([2, 3, 0xff, 0, 0], -65_536)] {
        let kind = error(&replaced(&message, &size, &octets));
        assert_eq!(kind, ErrorKind::Field { field: V3Field::MsgMaxSize, value });
    }
    let kind = error(&replaced(&message, &[4, 1, 4], &[4, 0, 5]));
    assert_eq!(kind, ErrorKind::WrongLength { expected: 1, found: 0 });
    let good = replaced(&message, &size, &[2, 3, 0, 1, 0xe4]);
    assert!(Decoder::default().decode_v3(&good).is_ok(), "484 is enough");
}

/// W12: msgFlags of two octets.
#[test]
fn flags_of_two_octets() {
    // Three octets of msgMaxSize become two, which makes room for one of the flags.
    let message = plain();
    let from = [2, 3, 0, 0xff, 0xe3, 4, 1, 4];
    let kind = error(&replaced(&message, &from, &[2, 2, 0x7f, 0xff, 4, 2, 4, 4]));
    assert_eq!(kind, ErrorKind::WrongLength { expected: 1, found: 2 });
}

/// M2: bits without meaning are ignored.
#[test]
fn other_flags_mean_nothing() {
    let message = replaced(&plain(), &[4, 1, 4], &[4, 1, 0xfc]);
    let flags = see(&message).header.flags;
    assert_eq!((flags.level(), flags.is_reportable()), (Some(Level::NoAuthNoPriv), true));
}

/// CVE-2026-8836, gosnmp: parameters of every length, up to what a datagram holds.
#[test]
fn long_parameters() {
    let message = plain();
    let (v3, mut ledger) = Decoder::new(Rules::Strict).decode_v3(&message).expect("a message");
    assert!(UsmRef::read(v3.security, &mut ledger).is_ok());
    for length in [13usize, 64, 127, 128, 255, 256, 4_000, 65_000] {
        let mut writer = mibc_runtime::ber::Writer::new();
        let long = vec![0xee; length];
        UsmRef {
            engine_id: &long[..length.min(100)],
            boots: 1,
            time: 1,
            user: b"operator",
            auth: &long,
            auth_offset: 0,
            privacy: b"",
        }
        .write(&mut writer);
        let octets = writer.finish().expect("it fits").to_vec();
        let mut reader = mibc_runtime::ber::Reader::new(&octets);
        let content = reader.expect(4, &mut ledger).expect("an OCTET STRING");
        let read = UsmRef::read(content, &mut ledger).expect("parameters of any length");
        assert_eq!((read.auth.len(), read.auth_offset), (length, octets.len() - 2 - length));
    }
}
