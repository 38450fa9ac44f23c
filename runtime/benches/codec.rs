//! Time per message of the BER reader and writer: `cargo bench -p mibc-runtime --bench codec`.
//!
//! Prints nanoseconds per message, the best of many short rounds, so that a busy machine shows little,
//! and allocations per message.

use mibc_runtime::ber::{Rules, Writer};
use mibc_runtime::message::{Decoder, ErrorStatus, PduHeader, Version, write_community};
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Counter32, Counter64, TimeTicks, Value, VarBind};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 1000;
const MESSAGES: u32 = 500;

/// The message of the comparison with other libraries (`benches/compare-manager`).
fn varbinds() -> Vec<VarBind> {
    let name = |column| Oid::from_arcs(&[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, column, 1001]).expect("an OID");
    let value = |column| match column % 5 {
        1 => Value::from(0x1234),
        2 => Counter32(0x1234_5678).into(),
        3 => "GigabitEthernet0".into(),
        4 => Counter64(0x0123_4567_89ab).into(),
        _ => TimeTicks(0x000a_0b0c).into(),
    };
    (1..=10).map(|column| VarBind { name: name(column), value: value(column) }).collect()
}

fn encode(writer: &mut Writer, varbinds: &[VarBind]) {
    let header = PduHeader::response(0x0102_0304, ErrorStatus::NO_ERROR, 0);
    writer.clear();
    write_community(writer, Version::V2c, b"public", |w| {
        header.write(w, varbinds.iter().map(VarBind::as_ref));
    });
}

fn best(what: &str, mut work: impl FnMut()) {
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..MESSAGES {
            work();
        }
        best = best.min(start.elapsed().as_nanos() as f64 / f64::from(MESSAGES));
    }
    let allocations = allocation_counter::measure(&mut work).count_total;
    println!("{what:<44} {best:>8.1} ns  {allocations:>2} allocations");
}

fn main() {
    let varbinds = varbinds();
    let mut writer = Writer::new();
    encode(&mut writer, &varbinds);
    let datagram = writer.finish().expect("fits").to_vec();
    println!("a response with 10 varbinds, {} octets", datagram.len());

    best("encode", || {
        encode(&mut writer, black_box(&varbinds));
        black_box(writer.finish().is_ok());
    });
    let mut decoder = Decoder::new(Rules::Lenient);
    best("decode and check", || {
        let decoded = decoder.decode(black_box(&datagram)).expect("a message");
        black_box(decoded.message.pdu().map(|pdu| pdu.varbinds.len()));
    });
    best("decode, check and go through the varbinds", || {
        let decoded = decoder.decode(black_box(&datagram)).expect("a message");
        for varbind in decoded.message.pdu().expect("no trap").varbinds {
            black_box(varbind);
        }
    });
    best("decode into owned varbinds", || {
        let decoded = decoder.decode(black_box(&datagram)).expect("a message");
        let varbinds = decoded.message.pdu().expect("no trap").varbinds;
        let owned: Vec<VarBind> = varbinds.iter().map(|varbind| varbind.to_varbind()).collect();
        black_box(owned);
    });
}
