//! Acceptance 7, CERT CA-2002-03: random and damaged datagrams.

use super::*;

const ROUNDS: usize = 100_000;

/// Something that a network could bring: noise, or a good message with some of it changed.
fn damaged(random: &mut Xorshift, good: &[u8]) -> Vec<u8> {
    if random.below(8) == 0 { random.noise(300) } else { random.damaged(good) }
}

#[test]
fn noise_neither_ends_exchanges_nor_stays() {
    let mut random = Xorshift(0x1234_5678_9abc_def1);
    let (mut engine, now) = (engine(), Instant::now());
    let quiet = get(&mut engine, now, &peer(7));
    let (_, unanswered) = sent(&mut engine);
    let foreign = answer(&unanswered);
    let mut answered = 0;
    for round in 0..ROUNDS {
        let id = get(&mut engine, now, &peer(1));
        let (_, request) = sent(&mut engine);
        let good = answer(&request);
        let seed = if round % 2 == 0 { &good } else { &foreign };
        let bad = damaged(&mut random, seed);
        let result = engine.handle_datagram(now, 1, &bad);
        assert!(engine.take(quiet).is_none(), "nothing came from its address");
        if result.is_ok() {
            // The change left a response: its varbinds can be gone through.
            let count = response(engine.take(id)).varbinds().iter().count();
            assert!(count <= bad.len() / 4);
            answered += 1;
        } else {
            assert_eq!(engine.handle_datagram(now, 1, &good), Ok(id), "{bad:02x?}");
            assert_eq!(response(engine.take(id)).varbinds().len(), 1);
        }
        assert_eq!(engine.len(), 1, "round {round}");
        while engine.poll_event().is_some() {}
    }
    assert!(answered > 1000, "only {answered} damaged responses could be read");
}

/// Whatever reads leniently is written again as something that reads the same.
#[test]
fn what_reads_can_be_written() {
    let mut random = Xorshift(99);
    let mut decoder = Decoder::default();
    let mut again = Decoder::default();
    let good = encode(&Message {
        version: Version::V2c,
        community: b"public".to_vec(),
        body: OwnedBody::Pdu(Pdu {
            header: PduHeader::new(PduKind::Response, -77),
            varbinds: agent::system(),
        }),
    });
    let mut read = 0;
    for _ in 0..ROUNDS / 2 {
        let bad = damaged(&mut random, &good);
        if let Ok(decoded) = decoder.decode(&bad) {
            let message = Message::from(&decoded.message);
            let written = encode(&message);
            let decoded = again.decode(&written).expect("own encoding");
            assert_eq!(Message::from(&decoded.message), message, "{bad:02x?}");
            read += 1;
        }
    }
    assert!(read > 1000, "only {read} could be read");
}
