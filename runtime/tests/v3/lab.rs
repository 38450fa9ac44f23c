//! An engine, an agent, a clock, and everything that goes between them.

use mibc_runtime::agent::{Account, Arrival, Community, EngineState, Exchange, Grant, Responder};
use mibc_runtime::ber::Rules;
use mibc_runtime::engine::{Engine, ExchangeId, Outcome, Response, Retry, V3Peer};
use mibc_runtime::message::{Decoder, Level, PduHeader, PduKind, UsmRef, V3Header};
use mibc_runtime::meta::Meta;
use mibc_runtime::typed::{Module, Scalar, access};
use mibc_runtime::usm::{Auth, EngineClock, User};
use mibc_runtime::value::{OctetString, Value, VarBind, VarBindRef};
pub(crate) use mibc_test_support::Xorshift;
pub(crate) use mibc_test_support::v3::{Made, NAME, credentials, engine_id, keys, oid, operator, user};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub(crate) struct Mib;

impl Module for Mib {
    const META: Meta<'static> = Meta::EMPTY;
}

pub(crate) const SYS_NAME: Scalar<Mib, OctetString, access::ReadWrite> =
    Scalar::new(&[1, 3, 6, 1, 2, 1, 1, 5]);

/// Address of the agent.
pub(crate) const AGENT: u16 = 161;

pub(crate) struct Lab {
    pub(crate) engine: Engine<u16, Xorshift>,
    pub(crate) responder: Responder,
    pub(crate) exchange: Exchange,
    pub(crate) now: Instant,
    /// Everything that the engine has sent.
    pub(crate) requests: Vec<Vec<u8>>,
    /// Everything that the agent has answered.
    pub(crate) answers: Vec<Vec<u8>>,
}

/// An agent with a name that can be read and written.
pub(crate) fn responder(name: &str, boots: u32, started: Instant, accounts: Vec<Account>) -> Responder {
    let state = EngineState { engine_id: engine_id(name), boots };
    let responder = Responder::new([Community::read_only("public")], 65_507)
        .with_users(state, started, 0x1234_5678_9abc, accounts)
        .expect("good users");
    let value = Arc::new(Mutex::new(OctetString::from(name)));
    let written = Arc::clone(&value);
    responder.serve_rw(
        SYS_NAME,
        move || value.lock().expect("not poisoned").clone(),
        move |name| {
            *written.lock().expect("not poisoned") = name;
            Ok::<(), mibc_runtime::agent::SetError>(())
        },
    );
    responder
}

/// The accounts of most tests: an operator who may do everything, a reader who proves itself, a guest.
pub(crate) fn accounts() -> Vec<Account> {
    vec![
        Account::read_write(operator()),
        Account::read_only(user("reader", Auth::Sha1, None)),
        Account::new(User::new("guest"), Grant::read_only()),
    ]
}

impl Lab {
    pub(crate) fn new() -> Self {
        Self::with(accounts())
    }

    pub(crate) fn with(accounts: Vec<Account>) -> Self {
        let now = Instant::now();
        // The agent has been up for a while.
        let responder = responder("agent", 3, now, accounts);
        Self {
            engine: Engine::new(Xorshift(0x2545_f491_4f6c_dd1d), Rules::Strict),
            responder,
            exchange: Exchange::default(),
            now: now + Duration::from_secs(1_000),
            requests: Vec::new(),
            answers: Vec::new(),
        }
    }

    pub(crate) fn peer(user: &User) -> V3Peer<u16> {
        let retry = Retry { timeout: Duration::from_secs(1), retries: 2, steady: false };
        V3Peer::new(AGENT, credentials(user), retry)
    }

    pub(crate) fn start(&mut self, peer: &Arc<V3Peer<u16>>) -> ExchangeId {
        let varbind = VarBind::unspecified(oid(NAME));
        let header = PduHeader::new(PduKind::Get, 0);
        self.engine.start_v3(self.now, peer, header, [varbind.as_ref()]).expect("room")
    }

    /// The next datagram that the engine sends.
    pub(crate) fn sent(&mut self) -> Option<Vec<u8>> {
        let datagram = self.engine.poll_transmit()?.datagram.to_vec();
        self.requests.push(datagram.clone());
        Some(datagram)
    }

    /// What the agent says to a datagram.
    pub(crate) fn answer(&mut self, datagram: &[u8]) -> Option<Vec<u8>> {
        let answer =
            self.responder.respond(Arrival::new(self.now, datagram), &mut self.exchange).ok()?.to_vec();
        self.answers.push(answer.clone());
        Some(answer)
    }

    /// Carries datagrams to and fro until neither side has anything to say.
    pub(crate) fn settle(&mut self) {
        while let Some(request) = self.sent() {
            if let Some(answer) = self.answer(&request) {
                let _ = self.engine.handle_datagram(self.now, AGENT, &answer);
            }
        }
    }

    /// Lets time pass to the next deadline.
    pub(crate) fn wait(&mut self) -> Duration {
        let due = self.engine.poll_timeout().expect("something to wait for");
        let waited = due.saturating_duration_since(self.now);
        self.now = due;
        self.engine.handle_timeout(due);
        waited
    }

    pub(crate) fn pass(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    /// A whole exchange.
    pub(crate) fn ask<'v>(
        &mut self,
        peer: &Arc<V3Peer<u16>>,
        header: PduHeader,
        varbinds: impl IntoIterator<Item = VarBindRef<'v>, IntoIter: DoubleEndedIterator>,
    ) -> Outcome<u16> {
        let id = self.engine.start_v3(self.now, peer, header, varbinds).expect("room");
        self.finish(id)
    }

    /// What becomes of an exchange.
    pub(crate) fn finish(&mut self, id: ExchangeId) -> Outcome<u16> {
        loop {
            self.settle();
            if let Some(outcome) = self.engine.take(id) {
                assert!(self.engine.is_empty());
                return outcome;
            }
            self.wait();
        }
    }

    pub(crate) fn get(&mut self, peer: &Arc<V3Peer<u16>>) -> Outcome<u16> {
        let varbind = VarBind::unspecified(oid(NAME));
        self.ask(peer, PduHeader::new(PduKind::Get, 0), [varbind.as_ref()])
    }
}

pub(crate) fn response(outcome: Outcome<u16>) -> Response {
    match outcome {
        Outcome::Response(response) => response,
        other => panic!("expected a response, found {other:?}"),
    }
}

/// The values of a response without error.
pub(crate) fn values(outcome: Outcome<u16>) -> Vec<Value> {
    let response = response(outcome);
    assert_eq!(response.error_status.0, 0);
    response.varbinds().iter().map(|varbind| varbind.to_varbind().value).collect()
}

/// What is to be seen of a message without keys.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) header: V3Header,
    pub(crate) engine_id: Vec<u8>,
    pub(crate) clock: EngineClock,
    pub(crate) user: Vec<u8>,
    pub(crate) auth: Vec<u8>,
    pub(crate) auth_offset: usize,
    pub(crate) salt: Vec<u8>,
    /// Kind and request-id, where the PDU is not encrypted.
    pub(crate) pdu: Option<PduHeader>,
    pub(crate) varbinds: Vec<VarBind>,
}

pub(crate) fn see(datagram: &[u8]) -> Seen {
    let mut decoder = Decoder::new(Rules::Strict);
    let (message, mut ledger) = decoder.decode_v3(datagram).expect("a message");
    let usm = UsmRef::read(message.security, &mut ledger).expect("security parameters");
    let is_plain = message.header.flags.level() != Some(Level::AuthPriv);
    let scoped = is_plain.then(|| decoder.decode_scoped(message.data).expect("a scoped PDU").0);
    Seen {
        header: message.header,
        engine_id: usm.engine_id.to_vec(),
        clock: EngineClock { boots: usm.boots, time: usm.time },
        user: usm.user.to_vec(),
        auth: usm.auth.to_vec(),
        auth_offset: usm.auth_offset,
        salt: usm.privacy.to_vec(),
        pdu: scoped.map(|scoped| scoped.pdu.header),
        varbinds: scoped
            .map(|scoped| scoped.pdu.varbinds.iter().map(|v| v.to_varbind()).collect())
            .unwrap_or_default(),
    }
}
