//! Acceptance 3: what comes of exchanges when the network, the agents or somebody between do what they should not.

use crate::lab::{Made, operator, see, user};
use crate::network::{Attacker, Device, Faults, Network, name};
use mibc_runtime::engine::{Outcome, Report, Retry};
use mibc_runtime::message::{Level, PduHeader, PduKind};
use mibc_runtime::usm::{Auth, EngineClock, Privacy, User};
use mibc_runtime::value::{Counter32, Value, VarBind};
use std::collections::HashMap;
use std::time::Duration;

const PATIENT: Retry = Retry { timeout: Duration::from_secs(1), retries: 7, steady: false };

/// How a number of exchanges ended.
#[derive(Debug, Default)]
struct Tally {
    answered: usize,
    unanswered: usize,
}

/// Asks each of the devices some times, over SNMPv2c and as each of the users; every answer must be right, and
/// every exchange must end.
fn poll(network: &mut Network, users: &[User], rounds: usize) -> Tally {
    let devices = network.devices.len() as u16;
    let mut tally = Tally::default();
    let v3: Vec<_> = (0..devices)
        .flat_map(|device| users.iter().map(move |user| (device, Network::v3(device, user, PATIENT))))
        .collect();
    for _ in 0..rounds {
        let mut asked = HashMap::new();
        for device in 0..devices {
            let id = network.ask(&Network::v2c(device, PATIENT));
            asked.insert(id, device);
        }
        for (device, peer) in &v3 {
            asked.insert(network.ask_v3(peer), *device);
        }
        for (id, outcome) in network.run() {
            let device = asked.remove(&id).expect("it was asked once");
            match &outcome {
                Outcome::Response(_) => {
                    assert_eq!(name(&outcome), Some(format!("device {device}")));
                    tally.answered += 1;
                }
                Outcome::TimedOut { attempts, .. } | Outcome::Undiscovered { attempts, .. } => {
                    assert_eq!(*attempts, PATIENT.retries + 1);
                    tally.unanswered += 1;
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(asked.is_empty(), "every exchange ends");
    }
    tally
}

fn users() -> [User; 3] {
    [operator(), user("reader", Auth::Sha1, None), User::new("guest")]
}

/// Loss, duplication, reordering and delay beyond the timeout.
#[test]
fn unkind_networks() {
    let long = Duration::from_millis(2_500);
    let cases = [
        Faults { lost: 200, ..Faults::default() },
        Faults { repeated: 500, delay: Duration::from_millis(50), ..Faults::default() },
        Faults { delay: long, ..Faults::default() },
        Faults { misplaced: 500, ..Faults::default() },
        Faults { lost: 200, repeated: 200, misplaced: 200, delay: long, damaged: 0 },
    ];
    for faults in cases {
        for seed in 1..=3 {
            let mut network = Network::new(seed, 5, faults);
            let tally = poll(&mut network, &users(), 5);
            // Of a hundred exchanges hardly one is lost eight times.
            assert!(tally.answered >= 97, "{faults:?}: {tally:?}");
        }
    }
}

/// Bytes that change under way: a message that is authenticated is right or nothing.
#[test]
fn corrupted_bytes() {
    for seed in 1..=10 {
        let faults = Faults { damaged: 300, delay: Duration::from_millis(10), ..Faults::default() };
        let mut network = Network::new(seed, 5, faults);
        let peers: Vec<_> = (0..5).map(|device| Network::v3(device, &operator(), PATIENT)).collect();
        let mut answered = 0;
        for _ in 0..10 {
            let mut asked = HashMap::new();
            for (device, peer) in peers.iter().enumerate() {
                asked.insert(network.ask_v3(peer), device);
            }
            for (id, outcome) in network.run() {
                let device = asked.remove(&id).expect("it was asked once");
                if let Some(name) = name(&outcome) {
                    assert_eq!(name, format!("device {device}"));
                    answered += 1;
                }
            }
            assert!(asked.is_empty());
        }
        // A damaged request makes the agent say that the digest is wrong, which ends the exchange.
        assert!(answered >= 25, "{answered} of 50");
    }
}

/// Answers that come from another address first do not count; the true ones do.
#[test]
fn wrong_sources() {
    let mut network = Network::new(7, 1, Faults { misplaced: 1_000, ..Faults::default() });
    assert_eq!(poll(&mut network, &users(), 3).answered, 12);
}

/// Devices that start again, are set back, or are replaced, all in the middle of lost and late datagrams.
#[test]
fn devices_that_change() {
    for seed in 1..=10 {
        let delay = Duration::from_millis(300);
        let mut network =
            Network::new(seed, 3, Faults { lost: 100, repeated: 100, delay, ..Faults::default() });
        let all: Vec<_> = (0..3u16)
            .flat_map(|device| users().map(|user| (device, Network::v3(device, &user, PATIENT))))
            .collect();
        for round in 0..8u32 {
            for device in 0..3u16 {
                let started = network.now;
                let boots = [4 + round, 1, 7, 3][(round % 4) as usize];
                // Every other time it is another engine.
                let name = format!("device {device}, engine {}", round / 2);
                network.devices[usize::from(device)] = Device::new(&name, boots, started);
            }
            network.now += Duration::from_secs(u64::from(round) * 400);
            let asked: HashMap<_, _> =
                all.iter().map(|(device, peer)| (network.ask_v3(peer), *device)).collect();
            let mut answered = 0;
            for (id, outcome) in network.run() {
                if let Some(name) = name(&outcome) {
                    assert_eq!(name, format!("device {}, engine {}", asked[&id], round / 2));
                    answered += 1;
                }
            }
            assert!(answered >= 8, "seed {seed}, round {round}: {answered} of 9");
        }
    }
}

/// Datagrams that somebody makes who sees everything and has no key.
fn forge(seen: &[u8], is_request: bool) -> Vec<Vec<u8>> {
    const FAR: EngineClock = EngineClock { boots: 900_000, time: 5 };
    let Some(&[0x30, ..]) = seen.get(..1) else { return Vec::new() };
    if !mibc_runtime::message::is_v3(seen) {
        return Vec::new();
    }
    let message = see(seen);
    let mut forged = Vec::new();
    let report = |report: Report, engine_id: &[u8], clock| {
        let mut made = Made::get(&operator(), Level::NoAuthNoPriv);
        made.msg_id = message.header.msg_id;
        made.reportable = false;
        made.engine_id = engine_id.to_vec();
        made.clock = clock;
        made.header = PduHeader::new(PduKind::Report, 0);
        let value = Value::Counter32(Counter32(1));
        made.varbinds = vec![VarBind { name: report.oid().expect("it has one"), value }];
        made.datagram()
    };
    if is_request && !message.engine_id.is_empty() {
        let reports = [
            Report::NotInTimeWindow,
            Report::UnknownUser,
            Report::WrongDigest,
            Report::DecryptionError,
            Report::UnsupportedLevel,
            Report::UnknownContext,
            Report::UnknownEngineId,
        ];
        forged.extend(reports.map(|which| report(which, &message.engine_id, FAR)));
    }
    if !is_request && message.header.flags.level() == Some(Level::AuthPriv) {
        // The same without privacy, and without anything.
        for level in [Level::AuthNoPriv, Level::NoAuthNoPriv] {
            let stranger = user("operator", Auth::Md5, Some(Privacy::Des));
            let mut made = Made::get(&stranger, level);
            made.msg_id = message.header.msg_id;
            made.reportable = false;
            made.engine_id = message.engine_id.clone();
            made.context_engine_id = message.engine_id.clone();
            made.header = PduHeader { kind: PduKind::Response, ..made.header };
            made.varbinds[0].value = Value::from("a lie");
            forged.push(made.datagram());
        }
    }
    forged
}

/// Forged Reports and downgraded answers, before every true one: users with keys are not deceived, and not kept
/// from what they asked for; nothing of it lasts.
#[test]
fn somebody_between() {
    let attack: Attacker = forge;
    for seed in 1..=5 {
        let delay = Duration::from_millis(20);
        let mut network =
            Network::new(seed, 3, Faults { lost: 50, repeated: 50, delay, ..Faults::default() });
        network.attacker = Some(attack);
        let keyed = [operator(), user("reader", Auth::Sha1, None)];
        let peers: Vec<_> = (0..3u16)
            .flat_map(|device| keyed.iter().map(move |user| (device, Network::v3(device, user, PATIENT))))
            .collect();
        let mut answered = 0;
        for _ in 0..10 {
            let asked: HashMap<_, _> =
                peers.iter().map(|(device, peer)| (network.ask_v3(peer), *device)).collect();
            for (id, outcome) in network.run() {
                match &outcome {
                    Outcome::Response(_) => {
                        assert_eq!(name(&outcome), Some(format!("device {}", asked[&id])));
                        answered += 1;
                    }
                    // A lost datagram and a forged refusal together end an exchange.
                    Outcome::Refused { .. } => {}
                    other => panic!("{other:?}"),
                }
            }
        }
        assert!(answered >= 45, "seed {seed}: {answered} of 60");
        network.attacker = None;
        network.faults = Faults::default();
        for (device, peer) in &peers {
            network.ask_v3(peer);
            let outcome = network.run().pop().expect("it ends").1;
            assert_eq!(name(&outcome), Some(format!("device {device}")), "nothing is left of it");
            let Outcome::Response(response) = outcome else { unreachable!() };
            assert_eq!(response.attempts, 1);
        }
    }
}

/// §3 row 15: one dead device among 1,000 delays none of the others.
#[test]
fn one_dead_among_a_thousand() {
    let faults = Faults { delay: Duration::from_millis(10), ..Faults::default() };
    let mut network = Network::new(3, 1_000, faults);
    network.devices[17].is_dead = true;
    let begun = network.now;
    let asked: HashMap<_, _> =
        (0..1_000u16).map(|device| (network.ask(&Network::v2c(device, PATIENT)), device)).collect();
    for (id, outcome) in network.run() {
        match outcome {
            Outcome::Response(response) => {
                assert!(response.elapsed <= Duration::from_millis(20) && response.attempts == 1);
            }
            Outcome::TimedOut { attempts: 8, .. } => assert_eq!(asked[&id], 17),
            other => panic!("{other:?}"),
        }
    }
    assert!(network.now - begun > Duration::from_secs(100), "that one was waited for to the end");
}
