//! Engines and plans against a fake clock, a fake network and a fake agent.

mod agent;
mod exchanges;
mod plans;
mod robustness;

use super::*;
use crate::ber::{Anomaly, MAX_MESSAGE, Rules};
use crate::message::{Decoder, ErrorStatus, Message, OwnedBody, Pdu, PduHeader, PduKind, Version};
use crate::oid::Oid;
use crate::value::{Value, ValueRef, VarBind, VarBindRef};
use mibc_test_support::Xorshift;
use std::time::{Duration, Instant};

/// Addresses of the fake network.
type Address = u16;

/// The generator for engines under test, which are not those that it knows itself.
#[derive(Clone, Debug)]
struct Numbers(Xorshift);

impl Random for Numbers {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }
}

fn engine() -> Engine<Address, Numbers> {
    with_seed(0x2545_f491_4f6c_dd1d)
}

fn with_seed(seed: u64) -> Engine<Address, Numbers> {
    Engine::new(Numbers(Xorshift(seed)), Rules::Lenient)
}

fn peer(address: Address) -> Peer<Address> {
    Peer {
        address,
        version: Version::V2c,
        community: b"public".to_vec(),
        retry: Retry { timeout: Duration::from_secs(1), retries: 2, steady: false },
        any_source: false,
        any_community: false,
        rules: Rules::Lenient,
        max_message: MAX_MESSAGE as u16,
    }
}

fn oid(text: &str) -> Oid {
    text.parse().expect("an OID")
}

/// Begins a get of sysUpTime.0.
fn get(engine: &mut Engine<Address, Numbers>, now: Instant, peer: &Peer<Address>) -> ExchangeId {
    let name = oid("1.3.6.1.2.1.1.3.0");
    let varbind = VarBindRef { name: name.as_ref(), value: ValueRef::Null };
    engine.start(now, peer, PduHeader::new(PduKind::Get, 0), [varbind]).expect("room")
}

fn decode(datagram: &[u8]) -> Message {
    let mut decoder = Decoder::new(Rules::Strict);
    Message::from(&decoder.decode(datagram).expect("a message").message)
}

fn encode(message: &Message) -> Vec<u8> {
    let mut writer = crate::ber::Writer::new();
    message.write(&mut writer);
    writer.finish().expect("fits").to_vec()
}

/// The response of an agent that answers everything with 42.
fn answer(request: &[u8]) -> Vec<u8> {
    let mut message = decode(request);
    if let OwnedBody::Pdu(Pdu { header, varbinds }) = &mut message.body {
        header.kind = PduKind::Response;
        varbinds.iter_mut().for_each(|varbind| varbind.value = Value::Integer(42));
    }
    encode(&message)
}

/// The one datagram that waits to be sent.
fn sent(engine: &mut Engine<Address, Numbers>) -> (Address, Vec<u8>) {
    let sent = engine.poll_transmit().map(|transmit| (transmit.to, transmit.datagram.to_vec()));
    let sent = sent.expect("something to send");
    assert!(engine.poll_transmit().is_none(), "one datagram only");
    sent
}

fn response(outcome: Option<Outcome<Address>>) -> Response {
    match outcome {
        Some(Outcome::Response(response)) => response,
        other => panic!("expected a response, found {other:?}"),
    }
}
