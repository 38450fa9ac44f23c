//! SNMPv3 with keys: an agent and a manager are handed messages of any bytes, as they are, and once more encrypted and
//! signed with the right key, so that nonsense reaches what lies behind the digest.

use mibc_runtime::agent::{Account, Arrival, Community, EngineState, Exchange, Responder, SetError};
use mibc_runtime::ber::Rules;
use mibc_runtime::engine::{Engine, ExchangeId, Outcome, Retry, V3Peer};
use mibc_runtime::message::{Decoder, Level, PduHeader, PduKind, UsmRef};
use mibc_runtime::meta::Meta;
use mibc_runtime::oid::Oid;
use mibc_runtime::typed::{Module, Scalar, access};
use mibc_runtime::usm::{
    Auth, Credentials, EngineClock, EngineId, KeyCache, LocalKeys, Privacy, SALT, Secret, User,
};
use mibc_runtime::value::{OctetString, VarBind};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

struct Mib;

impl Module for Mib {
    const META: Meta<'static> = Meta::EMPTY;
}

const SYS_NAME: Scalar<Mib, OctetString, access::ReadWrite> = Scalar::new(&[1, 3, 6, 1, 2, 1, 1, 5]);
const NAME: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 5, 0];

/// The agent's name in text, and how long it has been up.
const ENGINE: &str = "agent";
const BOOTS: u32 = 3;
const UPTIME: u64 = 1_000;

/// Longest message that the agent may send.
const LIMIT: usize = 1_472;

/// Four octets of an input that stand for the msgID, or the request-id, of the last request.
const MSG_ID: [u8; 4] = *b"MMMM";
const REQUEST_ID: [u8; 4] = *b"RRRR";

fn user(name: &str, auth: Auth, privacy: Privacy) -> User {
    let master = Secret::master(vec![0x5a; auth.key_len()]);
    User::new(name).auth(auth, master.clone()).privacy(privacy, master)
}

fn users() -> [User; 2] {
    [user("operator", Auth::Sha256, Privacy::Aes128), user("veteran", Auth::Md5, Privacy::Des)]
}

fn engine_id() -> EngineId {
    EngineId::from_text(32_473, ENGINE).expect("a good engine ID")
}

fn credentials(user: &User) -> Credentials {
    Credentials::new(user, &KeyCache::new()).expect("a good user")
}

/// An agent with one object, and its clock.
struct Agent {
    responder: Responder,
    exchange: Exchange,
    now: Instant,
}

impl Agent {
    fn new() -> Self {
        let started = Instant::now();
        let state = EngineState { engine_id: engine_id(), boots: BOOTS };
        let accounts =
            users().map(Account::read_write).into_iter().chain([Account::read_only(User::new("guest"))]);
        let responder = Responder::new([Community::read_write("private")], LIMIT)
            .with_users(state, started, 1, accounts)
            .expect("good users");
        responder.serve_rw(SYS_NAME, || OctetString::from(ENGINE), |_| Ok::<(), SetError>(()));
        let now = started + Duration::from_secs(UPTIME);
        Self { responder, exchange: Exchange::default(), now }
    }

    fn answer(&mut self, datagram: &[u8]) -> Option<Vec<u8>> {
        self.responder.respond(Arrival::new(self.now, datagram), &mut self.exchange).ok().map(<[u8]>::to_vec)
    }
}

/// Where in a message its parts lie, as far as the keys go over them.
struct Places {
    level: Option<Level>,
    clock: EngineClock,
    salt: Option<[u8; SALT]>,
    digest: Range<usize>,
    data: Range<usize>,
    user: Vec<u8>,
}

impl Places {
    fn find(datagram: &[u8]) -> Option<Self> {
        let decoder = Decoder::new(Rules::Lenient);
        let (message, mut ledger) = decoder.decode_v3(datagram).ok()?;
        let usm = UsmRef::read(message.security, &mut ledger).ok()?;
        let begin = (message.data.as_ptr() as usize).checked_sub(datagram.as_ptr() as usize)?;
        Some(Self {
            level: message.header.flags.level(),
            clock: EngineClock { boots: usm.boots, time: usm.time },
            salt: usm.privacy.try_into().ok(),
            digest: usm.auth_offset..usm.auth_offset + usm.auth.len(),
            data: begin..begin + message.data.len(),
            user: usm.user.to_vec(),
        })
    }

    fn keys(&self) -> Option<LocalKeys> {
        let user = users().into_iter().find(|user| user.name() == self.user)?;
        Some(credentials(&user).localize(&engine_id()))
    }
}

/// Encrypts and signs a message in place, whatever it says, if it is one of a known user and has room for it.
fn protect(datagram: &[u8]) -> Option<Vec<u8>> {
    let places = Places::find(datagram)?;
    let keys = places.keys()?;
    let mut datagram = datagram.to_vec();
    if places.level?.has_privacy() {
        let (key, data) = (keys.privacy?, datagram.get_mut(places.data)?);
        if data.len() % 8 != 0 && key.protocol() == Privacy::Des {
            return None;
        }
        key.encrypt(places.clock, places.salt?, data);
    }
    keys.auth?.sign(&mut datagram, places.digest).ok()?;
    Some(datagram)
}

/// An agent is handed a message of any bytes: without the key it gets nothing but a Report, with the key whatever it
/// likes; what the agent answers is in order and as long as it may be, and it goes on answering.
pub fn usm_agent(data: &[u8]) {
    let mut agent = Agent::new();
    if let Some(answer) = agent.answer(data) {
        assert!(answer.len() <= LIMIT);
        let authentic = Places::find(&answer).is_some_and(|places| places.level != Some(Level::NoAuthNoPriv));
        // An authenticated Report is the answer to the right key at the wrong time.
        assert!(!authentic, "a digest that was never made");
    }
    if let Some(datagram) = protect(data)
        && let Some(answer) = agent.answer(&datagram)
    {
        assert!(answer.len() <= LIMIT);
        let places = Places::find(&answer).expect("a message");
        let asked = Places::find(&datagram).expect("a message");
        assert!(
            places.level <= asked.level || places.level == Some(Level::AuthNoPriv),
            "more than was asked for"
        );
        if places.level.is_some_and(Level::has_auth) {
            let key = places.keys().and_then(|keys| keys.auth).expect("a user of the agent");
            assert!(key.verify(&answer, places.digest).is_ok(), "the agent signs what it says");
        }
    }
    let [operator, _] = users();
    let mut manager = Manager::new(&operator, true);
    assert!(manager.get(&mut agent), "it goes on answering");
}

/// A manager with one peer.
struct Manager {
    engine: Engine<u16, fn() -> u32>,
    peer: Arc<V3Peer<u16>>,
    now: Instant,
    keys: LocalKeys,
}

impl Manager {
    const ADDRESS: u16 = 161;

    fn new(user: &User, knows_engine: bool) -> Self {
        let retry = Retry { timeout: Duration::from_secs(1), retries: 2, steady: false };
        let credentials = credentials(user);
        let keys = credentials.localize(&engine_id());
        let peer = V3Peer::new(Self::ADDRESS, credentials, retry);
        let peer = Arc::new(if knows_engine { peer.known_engine_id(engine_id()) } else { peer });
        Self { engine: Engine::new(|| 0x1234_5678, Rules::Lenient), peer, now: Instant::now(), keys }
    }

    fn start(&mut self) -> ExchangeId {
        let varbind = VarBind::unspecified(Oid::from_arcs(NAME).expect("an OID"));
        let header = PduHeader::new(PduKind::Get, 0);
        self.engine.start_v3(self.now, &self.peer, header, [varbind.as_ref()]).expect("room")
    }

    fn sent(&mut self) -> Option<Vec<u8>> {
        self.engine.poll_transmit().map(|transmit| transmit.datagram.to_vec())
    }

    fn hand(&mut self, datagram: &[u8]) {
        let _ = self.engine.handle_datagram(self.now, Self::ADDRESS, datagram);
    }

    /// Goes on until the exchange has ended; whether with a response.
    fn finish(&mut self, id: ExchangeId, agent: &mut Agent) -> bool {
        loop {
            while let Some(request) = self.sent() {
                if let Some(answer) = agent.answer(&request) {
                    self.hand(&answer);
                }
            }
            if let Some(outcome) = self.engine.take(id) {
                return matches!(outcome, Outcome::Response(_));
            }
            self.now = self.engine.poll_timeout().expect("something to wait for");
            self.engine.handle_timeout(self.now);
            agent.now = agent.now.max(self.now);
        }
    }

    fn get(&mut self, agent: &mut Agent) -> bool {
        let id = self.start();
        self.finish(id, agent)
    }

    /// msgID and request-id of a request of its own.
    fn ids(&self, request: &[u8]) -> Option<([u8; 4], [u8; 4])> {
        let mut decoder = Decoder::new(Rules::Strict);
        let (message, _) = decoder.decode_v3(request).ok()?;
        let places = Places::find(request)?;
        let mut data = message.data.to_vec();
        let msg_id = message.header.msg_id;
        if places.level?.has_privacy() {
            self.keys.privacy.as_ref()?.decrypt(places.clock, &places.salt?, &mut data).ok()?;
        }
        let (scoped, _) = decoder.decode_scoped(&data).ok()?;
        Some((msg_id.to_be_bytes(), scoped.pdu.header.request_id.to_be_bytes()))
    }
}

fn replace(data: &mut [u8], from: [u8; 4], to: [u8; 4]) {
    let places: Vec<usize> =
        data.windows(4).enumerate().filter(|(_, found)| *found == from).map(|(at, _)| at).collect();
    for at in places {
        data.iter_mut().skip(at).zip(to).for_each(|(place, octet)| *place = octet);
    }
}

/// A manager waits for an answer and is handed messages of any bytes, each behind its length in two octets: unsigned
/// ones end no exchange with a response and leave nothing behind, signed ones may say what they like.
pub fn usm_manager(data: &[u8]) {
    let Some((flags, mut rest)) = data.split_first() else { return };
    let [operator, veteran] = users();
    let mut agent = Agent::new();
    let mut manager = Manager::new(if flags & 1 == 0 { &operator } else { &veteran }, flags & 2 == 0);
    let signs = flags & 4 == 0;
    let id = manager.start();
    let mut last = None;
    while let Some((length, behind)) = rest.split_first_chunk::<2>() {
        let (chunk, behind) = behind.split_at(usize::from(u16::from_be_bytes(*length)).min(behind.len()));
        rest = behind;
        while let Some(request) = manager.sent() {
            last = manager.ids(&request).or(last);
        }
        let mut chunk = chunk.to_vec();
        if let Some((msg_id, request_id)) = last {
            replace(&mut chunk, MSG_ID, msg_id);
            replace(&mut chunk, REQUEST_ID, request_id);
        }
        manager.hand(&chunk);
        if let Some(outcome) = manager.engine.take(id) {
            assert!(!matches!(outcome, Outcome::Response(_)), "believed without a digest");
            break;
        }
        if signs && let Some(chunk) = protect(&chunk) {
            manager.hand(&chunk);
            if manager.engine.take(id).is_some() {
                break;
            }
        }
    }
    manager.engine.cancel(id);
    assert!(manager.engine.is_empty());
    let answered = manager.get(&mut agent);
    assert!(signs || answered, "what nobody has signed has done harm");
}
