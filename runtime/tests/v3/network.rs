//! A network that loses, repeats, delays, reorders and damages, on a fake clock; every run of one seed is the same.

use crate::lab::{NAME, Xorshift, accounts, oid, responder};
use mibc_runtime::agent::{Arrival, Exchange, Responder};
use mibc_runtime::ber::{MAX_MESSAGE, Rules};
use mibc_runtime::engine::{Engine, ExchangeId, Outcome, Peer, Retry, V3Peer};
use mibc_runtime::message::{PduHeader, PduKind, Version};
use mibc_runtime::usm::{Credentials, KeyCache, User};
use mibc_runtime::value::{Value, VarBind};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How unkind the network is; chances in thousandths, each datagram anew.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Faults {
    pub(crate) lost: u32,
    pub(crate) repeated: u32,
    /// Some octets are others.
    pub(crate) damaged: u32,
    /// Answers that come a second time, earlier, from another address.
    pub(crate) misplaced: u32,
    /// Longest time under way; shorter ones overtake.
    pub(crate) delay: Duration,
}

/// An agent of the network; its address is its number.
pub(crate) struct Device {
    pub(crate) responder: Responder,
    exchange: Exchange,
    pub(crate) is_dead: bool,
}

/// What is under way.
struct Datagram {
    /// The device that it comes from or goes to.
    device: u16,
    /// Whom it says it is from; `None` for requests.
    from: Option<u16>,
    octets: Vec<u8>,
}

/// What somebody on the path sends beside what he sees: given a request, datagrams to the manager in the name of
/// the device, and given an answer, datagrams that arrive before it.
pub(crate) type Attacker = fn(&[u8], is_request: bool) -> Vec<Vec<u8>>;

pub(crate) struct Network {
    pub(crate) engine: Engine<u16, Xorshift>,
    pub(crate) devices: Vec<Device>,
    pub(crate) now: Instant,
    pub(crate) faults: Faults,
    pub(crate) attacker: Option<Attacker>,
    random: Xorshift,
    under_way: BTreeMap<(Instant, u64), Datagram>,
    number: u64,
}

impl Network {
    pub(crate) fn new(seed: u64, devices: u16, faults: Faults) -> Self {
        let now = Instant::now() + Duration::from_secs(1_000);
        let device = |n: u16| Device::new(&format!("device {n}"), 3, now);
        Self {
            engine: Engine::new(Xorshift(seed | 1), Rules::Lenient),
            devices: (0..devices).map(device).collect(),
            now,
            faults,
            attacker: None,
            random: Xorshift(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
            under_way: BTreeMap::new(),
            number: 0,
        }
    }

    pub(crate) fn v3(device: u16, user: &User, retry: Retry) -> Arc<V3Peer<u16>> {
        let credentials = Credentials::new(user, &KeyCache::new()).expect("a good user");
        Arc::new(V3Peer::new(device, credentials, retry))
    }

    pub(crate) fn v2c(device: u16, retry: Retry) -> Peer<u16> {
        Peer {
            address: device,
            version: Version::V2c,
            community: b"public".to_vec(),
            retry,
            any_source: false,
            any_community: false,
            rules: Rules::Lenient,
            max_message: MAX_MESSAGE as u16,
        }
    }

    /// Begins to ask a device for its name.
    pub(crate) fn ask(&mut self, peer: &Peer<u16>) -> ExchangeId {
        let varbind = VarBind::unspecified(oid(NAME));
        let header = PduHeader::new(PduKind::Get, 0);
        self.engine.start(self.now, peer, header, [varbind.as_ref()]).expect("room")
    }

    pub(crate) fn ask_v3(&mut self, peer: &Arc<V3Peer<u16>>) -> ExchangeId {
        let varbind = VarBind::unspecified(oid(NAME));
        let header = PduHeader::new(PduKind::Get, 0);
        self.engine.start_v3(self.now, peer, header, [varbind.as_ref()]).expect("room")
    }

    /// Lets time pass until nothing waits and nothing is under way; gives how each exchange ended.
    pub(crate) fn run(&mut self) -> Vec<(ExchangeId, Outcome<u16>)> {
        let mut ended = Vec::new();
        loop {
            self.send();
            while let Some(id) = self.engine.poll_event() {
                ended.push((id, self.engine.take(id).expect("it has ended")));
            }
            let arrival = self.under_way.keys().next().map(|(at, _)| *at);
            let due = self.engine.poll_timeout();
            let Some(next) = [arrival, due].into_iter().flatten().min() else { break };
            self.now = self.now.max(next);
            if arrival == Some(next) {
                self.arrive();
            } else {
                self.engine.handle_timeout(self.now);
            }
        }
        assert!(self.engine.is_empty() && self.engine.poll_timeout().is_none(), "something is left");
        ended
    }

    fn send(&mut self) {
        while let Some(transmit) = self.engine.poll_transmit() {
            let (device, octets) = (transmit.to, transmit.datagram.to_vec());
            for forged in self.attacker.map(|attack| attack(&octets, true)).unwrap_or_default() {
                self.queue(Duration::ZERO, Datagram { device, from: Some(device), octets: forged });
            }
            self.carry(Datagram { device, from: None, octets });
        }
    }

    fn arrive(&mut self) {
        let Some((_, datagram)) = self.under_way.pop_first() else { return };
        let Datagram { device, from, octets } = datagram;
        if let Some(from) = from {
            let _ = self.engine.handle_datagram(self.now, from, &octets);
            return;
        }
        let Some(agent) = self.devices.get_mut(usize::from(device)) else { return };
        if agent.is_dead {
            return;
        }
        let Ok(answer) = agent.responder.respond(Arrival::new(self.now, &octets), &mut agent.exchange) else {
            return;
        };
        let answer = answer.to_vec();
        if self.happens(self.faults.misplaced) {
            self.queue(
                Duration::ZERO,
                Datagram { device, from: Some(device ^ 0x8000), octets: answer.clone() },
            );
        }
        for forged in self.attacker.map(|attack| attack(&answer, false)).unwrap_or_default() {
            self.queue(Duration::ZERO, Datagram { device, from: Some(device), octets: forged });
        }
        self.carry(Datagram { device, from: Some(device), octets: answer });
    }

    fn carry(&mut self, mut datagram: Datagram) {
        if self.happens(self.faults.repeated) {
            let Datagram { device, from, ref octets } = datagram;
            let delay = self.delay();
            self.queue(delay, Datagram { device, from, octets: octets.clone() });
        }
        if self.happens(self.faults.lost) {
            return;
        }
        if self.happens(self.faults.damaged) {
            for _ in 0..=self.random.next_u32() % 3 {
                let place = self.random.next_u32() as usize % datagram.octets.len();
                datagram.octets[place] = self.random.next_u32() as u8;
            }
        }
        let delay = self.delay();
        self.queue(delay, datagram);
    }

    fn queue(&mut self, delay: Duration, datagram: Datagram) {
        self.number += 1;
        self.under_way.insert((self.now + delay, self.number), datagram);
    }

    fn happens(&mut self, thousandths: u32) -> bool {
        self.random.next_u32() % 1_000 < thousandths
    }

    fn delay(&mut self) -> Duration {
        self.faults.delay.mul_f64(f64::from(self.random.next_u32() % 1_000) / 1_000.0)
    }
}

impl Device {
    /// A device that started when it says, with this many boots before.
    pub(crate) fn new(name: &str, boots: u32, started: Instant) -> Self {
        let responder = responder(name, boots, started, accounts());
        Self { responder, exchange: Exchange::default(), is_dead: false }
    }
}

/// The name in a response without error.
pub(crate) fn name(outcome: &Outcome<u16>) -> Option<String> {
    let Outcome::Response(response) = outcome else { return None };
    assert_eq!(response.error_status.0, 0);
    let varbind = response.varbinds().iter().next()?.to_varbind();
    match varbind.value {
        Value::OctetString(name) => Some(String::from_utf8_lossy(&name).into_owned()),
        other => panic!("{other:?}"),
    }
}
