//! 100,000 datagrams that are nearly SNMPv3: nobody panics, nobody is fooled, nothing is left behind.

use crate::lab::{AGENT, Lab, Made, Xorshift, operator, user, values};
use mibc_runtime::message::{Decoder, Level};
use mibc_runtime::usm::{Auth, Privacy};
use std::sync::Arc;

/// Datagrams of each kind.
const COUNT: usize = 50_000;

#[test]
fn mutated_requests() {
    let mut lab = Lab::new();
    let seeds = [
        Made::get(&operator(), Level::AuthPriv).datagram(),
        Made::get(&operator(), Level::AuthNoPriv).datagram(),
        Made::get(&user("guest", Auth::Md5, None), Level::NoAuthNoPriv).datagram(),
    ];
    let mut random = Xorshift(0x9e37_79b9_7f4a_7c15);
    for n in 0..COUNT {
        let seed = &seeds[n % seeds.len()];
        let datagram = random.damaged(seed);
        let answer = lab.answer(&datagram);
        if n % 3 < 2
            && datagram != *seed
            && let Some(answer) = answer
        {
            // What a key vouches for was not touched, or it was not believed: octets behind the message,
            // say, are not part of it.
            // An error comes with the varbinds of the request, octet by octet: those may be odd.
            let answer = Decoder::default().decode_v3(&answer).expect("a message").0.header;
            let intact = datagram.starts_with(seed);
            let refused = answer.flags.level() == Some(Level::NoAuthNoPriv);
            assert!(intact || refused, "{datagram:02x?}");
        }
        lab.answers.clear();
    }
    let peer = Arc::new(Lab::peer(&operator()));
    assert_eq!(values(lab.get(&peer)).len(), 1, "it still answers");
}

#[test]
fn mutated_answers() {
    let mut lab = Lab::new();
    let peer = Arc::new(Lab::peer(&user("operator", Auth::Sha256, Some(Privacy::Aes128))));
    let mut random = Xorshift(0x0123_4567_89ab_cdef);
    let question = {
        let id = lab.start(&peer);
        let question = lab.sent().expect("a question");
        (id, lab.answer(&question).expect("a Report"))
    };
    for _ in 0..COUNT / 10 {
        let _ = lab.engine.handle_datagram(lab.now, AGENT, &random.damaged(&question.1));
    }
    lab.engine.cancel(question.0);
    let peer = Arc::new(Lab::peer(&operator()));
    values(lab.get(&peer));
    let mut ended = 0;
    for _ in 0..50 {
        let id = lab.start(&peer);
        let request = lab.sent().expect("a request");
        let answer = lab.answer(&request).expect("an answer");
        for _ in 0..COUNT / 50 {
            let datagram = random.damaged(&answer);
            if datagram.starts_with(&answer) {
                continue;
            }
            let _ = lab.engine.handle_datagram(lab.now, AGENT, &datagram);
            if lab.engine.take(id).is_some() {
                ended += 1;
                break;
            }
        }
        lab.engine.cancel(id);
    }
    assert_eq!(ended, 0, "a forged answer was believed");
    assert!(lab.engine.is_empty());
    values(lab.get(&peer));
}
