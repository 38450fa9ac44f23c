//! An engine that asks two agents, one of them dead, on a fake clock.

use mibc_runtime::agent::{Account, Arrival, Community, EngineState, Exchange, Responder};
use mibc_runtime::ber::{MAX_MESSAGE, Rules};
use mibc_runtime::engine::{Engine, Outcome, Peer, Retry, V3Peer};
use mibc_runtime::message::{PduHeader, PduKind, Version};
use mibc_runtime::oid::Oid;
use mibc_runtime::usm::{Auth, Credentials, EngineId, KeyCache, Secret, User};
use mibc_runtime::value::VarBind;
use mibc_test_support::Xorshift;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Requests under way at a time.
const WINDOW: usize = 1_000;

const ALIVE: u16 = 1;
const DEAD: u16 = 2;

/// What has become of requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// A response came.
    pub(crate) answered: usize,
    /// None came.
    pub(crate) timed_out: usize,
    /// Most slots of the engine's table that were in use.
    pub(crate) slots: usize,
}

/// The engine, its agents, and the clock.
pub(crate) struct World {
    engine: Engine<u16, Xorshift>,
    responder: Responder,
    exchange: Exchange,
    now: Instant,
    names: Vec<VarBind>,
    v3: bool,
    v2c_peers: [Peer<u16>; 2],
    v3_peers: [Arc<V3Peer<u16>>; 2],
    /// What has become of requests so far.
    pub(crate) tally: Tally,
}

impl World {
    /// A world in which SNMPv3 or SNMPv2c is spoken.
    pub(crate) fn new(v3: bool) -> Result<Self, Box<dyn Error>> {
        let now = Instant::now();
        let user = User::new("operator").auth(Auth::Sha256, Secret::master([7; 32]));
        let state = EngineState { engine_id: EngineId::from_text(32_473, "soak")?, boots: 1 };
        let responder = Responder::new([Community::read_only("public")], 65_507).with_users(
            state,
            now,
            1,
            vec![Account::read_write(user.clone())],
        )?;
        let retry = Retry { timeout: Duration::from_secs(1), retries: 1, steady: false };
        let v2c = |address| Peer {
            address,
            version: Version::V2c,
            community: b"public".to_vec(),
            retry,
            any_source: false,
            any_community: false,
            rules: Rules::Lenient,
            max_message: MAX_MESSAGE as u16,
        };
        let credentials = Credentials::new(&user, &KeyCache::new())?;
        let v3_peer = |address| Arc::new(V3Peer::new(address, credentials.clone(), retry));
        let name: Oid = "1.3.6.1.2.1.1.5.0".parse()?;
        Ok(Self {
            engine: Engine::new(Xorshift(0x2545_f491_4f6c_dd1d), Rules::Lenient),
            responder,
            exchange: Exchange::default(),
            now,
            names: vec![VarBind::unspecified(name)],
            v3,
            v2c_peers: [v2c(ALIVE), v2c(DEAD)],
            v3_peers: [v3_peer(ALIVE), v3_peer(DEAD)],
            tally: Tally::default(),
        })
    }

    /// Makes so many requests, every other one to the dead agent, and waits for the end of all.
    pub(crate) fn run(&mut self, requests: usize) -> Result<(), Box<dyn Error>> {
        let mut begun = 0;
        loop {
            while begun < requests && self.engine.len() < WINDOW {
                self.begin(begun % 2)?;
                begun += 1;
            }
            self.carry();
            while let Some(id) = self.engine.poll_event() {
                match self.engine.take(id) {
                    Some(Outcome::Response(_)) => self.tally.answered += 1,
                    Some(Outcome::TimedOut { .. } | Outcome::Undiscovered { .. }) => {
                        self.tally.timed_out += 1
                    }
                    other => return Err(format!("an exchange ended with {other:?}").into()),
                }
            }
            if begun < requests && self.engine.len() < WINDOW {
                continue;
            }
            let Some(due) = self.engine.poll_timeout() else { return Ok(()) };
            self.now = due;
            self.engine.handle_timeout(due);
        }
    }

    /// How many exchanges the engine keeps.
    pub(crate) fn kept(&self) -> usize {
        self.engine.len()
    }

    fn begin(&mut self, peer: usize) -> Result<(), Box<dyn Error>> {
        let header = PduHeader::new(PduKind::Get, 0);
        let names = self.names.iter().map(VarBind::as_ref);
        let id = match (self.v3, self.v2c_peers.get(peer), self.v3_peers.get(peer)) {
            (true, _, Some(peer)) => self.engine.start_v3(self.now, peer, header, names)?,
            (_, Some(peer), _) => self.engine.start(self.now, peer, header, names)?,
            _ => return Err("there are two agents".into()),
        };
        self.tally.slots = self.tally.slots.max(id.slot() + 1);
        Ok(())
    }

    /// Carries datagrams to and fro until there are none.
    fn carry(&mut self) {
        while let Some(transmit) = self.engine.poll_transmit() {
            if transmit.to == DEAD {
                continue;
            }
            let request = transmit.datagram.to_vec();
            if let Ok(answer) = self.responder.respond(Arrival::new(self.now, &request), &mut self.exchange) {
                let _ = self.engine.handle_datagram(self.now, ALIVE, answer);
            }
        }
    }
}

/// Octets of this process in memory, where the system tells.
pub(crate) fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}
