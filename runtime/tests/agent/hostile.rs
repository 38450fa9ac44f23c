//! Random and mutated datagrams: no panic, no growth, and the next good request is answered.

use mibc_runtime::agent::{Arrival, Exchange};
use mibc_runtime::message::{PduHeader, PduKind, Version};
use mibc_runtime::value::{Value, VarBind};
use mibc_test_support::Xorshift;
use std::time::Instant;

use crate::acme::{ENTRY, agent};
use crate::ask::{encode, oid, unspecified};

const DATAGRAMS: usize = 100_000;

fn seeds() -> Vec<Vec<u8>> {
    let names = ["1.3.6.1.4.1.9999.1.1.0", ENTRY, "1.3.6.1.4.1.9999.2.1.4.1.1.97", "2.5.4294967295"];
    let mut seeds = Vec::new();
    for version in [Version::V1, Version::V2c] {
        for kind in [PduKind::Get, PduKind::GetNext] {
            seeds.push(encode(version, "public", PduHeader::new(kind, 1), unspecified(&names)));
        }
        let changes = vec![
            VarBind::new(oid(names[0]), Value::from("attic")),
            VarBind::new(oid("1.3.6.1.4.1.9999.2.1.5.7.2.97.98"), Value::from("ann")),
            VarBind::new(oid("1.3.6.1.4.1.9999.1.3.0"), Value::Integer(5)),
        ];
        seeds.push(encode(version, "private", PduHeader::new(PduKind::Set, 1), changes));
    }
    seeds.push(encode(Version::V2c, "public", PduHeader::bulk(1, 1, 20), unspecified(&names)));
    seeds.push(encode(Version::V2c, "narrow", PduHeader::bulk(1, 0, u32::MAX), unspecified(&names)));
    seeds
}

/// CERT CA-2002-03 and its successors (CVE-2018-18065, CVE-2018-18066, CVE-2018-1000116): whatever arrives, the next
/// good request is answered.
#[test]
fn bad_datagrams_do_no_harm() {
    let (responder, _, outlets) = agent();
    let seeds = seeds();
    let good = &seeds[0];
    let mut exchange = Exchange::default();
    let expected =
        responder.respond(Arrival::new(Instant::now(), good), &mut exchange).expect("an answer").to_vec();
    let mut random = Xorshift(0x5eed_1234_5678_9abc);
    let mut answered = 0;
    for number in 0..DATAGRAMS {
        let datagram = match number % 4 {
            0 => random.noise(200),
            _ => {
                let seed = random.below(seeds.len());
                random.damaged(&seeds[seed])
            }
        };
        if let Ok(response) = responder.respond(Arrival::new(Instant::now(), &datagram), &mut exchange) {
            assert!(response.len() <= 65_507);
            answered += 1;
        }
        if number % 1_000 == 0 {
            // Mutated SETs may have hit: the value itself can differ, the answer may not be missing.
            let response = responder
                .respond(Arrival::new(Instant::now(), good), &mut exchange)
                .expect("the next good request is answered");
            assert_eq!(response[..2].len(), expected[..2].len());
        }
    }
    let counters = responder.counters();
    let dropped = counters.asn_parse_errs()
        + counters.bad_versions()
        + counters.bad_community_names()
        + counters.unknown_pdu_handlers()
        + counters.silent_drops();
    assert_eq!(counters.in_pkts(), dropped + counters.out_pkts());
    assert!(answered > DATAGRAMS / 50, "the mutations are too wild to test anything: {answered}");
    // What a manager with the right to create rows has created, and no more.
    assert!(outlets.rows.lock().expect("not poisoned").len() < 5_000);
}
