//! RFC 3413 §3.5: messages whose context is not of the agent go to its forwarder, and what it says goes back.

use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};

use mibc_runtime::agent::{
    Account, Arrival, Community, Dropped, EngineState, Exchange, Foreign, Forwarded, Forwarder, Forwarding,
    Responder, Step, Transaction,
};
use mibc_runtime::engine::Report;
use mibc_runtime::message::{
    Body, Decoder, ErrorStatus, Level, Message, OwnedBody, Pdu, PduHeader, PduKind, Version,
};
use mibc_runtime::originator::{CommunityEntry, Targets};
use mibc_runtime::usm::EngineId;
use mibc_runtime::value::{Value, VarBind};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

use crate::lab::{Made, NAME, engine_id, keys, oid, operator};
use mibc_test_support::v3::{link_down, scoped};

/// What a forwarder was asked: security name, version, contextEngineID, contextName, kind of PDU.
type Asked = (Vec<u8>, Version, Vec<u8>, Vec<u8>, Option<PduKind>);

/// Takes what is for an engine "behind" or a context "behind", and answers when the test says so.
#[derive(Default)]
struct Later {
    asked: Mutex<Vec<Asked>>,
    promises: Mutex<Vec<oneshot::Sender<Forwarded>>>,
}

impl Forwarder for Later {
    fn forward(&self, message: &Foreign<'_>) -> Option<Forwarding> {
        let behind = engine_id("behind");
        if message.context_engine_id != behind.as_bytes() && *message.who.context_name != *b"behind" {
            return None;
        }
        let kind = match message.body {
            Body::Pdu(pdu) => Some(pdu.header.kind),
            Body::TrapV1(_) => None,
        };
        let (name, context) = (message.who.security_name.to_vec(), message.who.context_name.to_vec());
        let asked = (name, message.who.version, message.context_engine_id.to_vec(), context, kind);
        self.asked.lock().expect("not poisoned").push(asked);
        let (sender, receiver) = oneshot::channel();
        self.promises.lock().expect("not poisoned").push(sender);
        Some(Box::pin(async { receiver.await.unwrap_or(Forwarded::Nothing) }))
    }
}

struct Proxy {
    responder: Responder,
    later: Arc<Later>,
    exchange: Exchange,
    now: Instant,
}

impl Proxy {
    fn new() -> Self {
        let now = Instant::now();
        let later = Arc::new(Later::default());
        let targets = Arc::new(Targets::new());
        targets.edit(|tables| {
            let behind =
                CommunityEntry { context_engine_id: engine_id("behind").as_bytes().to_vec(), ..entry("far") };
            tables.set_community("far", behind).expect("a good row");
            tables.set_community("near", entry("near")).expect("a good row");
        });
        let state = EngineState { engine_id: engine_id("agent"), boots: 3 };
        let responder = Responder::new([Community::read_only("public")], 65_507)
            .with_community_table(targets)
            .with_users(state, now, 5, [Account::read_only(operator())])
            .expect("good users")
            .with_forwarder(Arc::<Later>::clone(&later));
        responder.serve(crate::lab::SYS_NAME, || "agent".into());
        Self { responder, later, exchange: Exchange::default(), now: now + Duration::from_secs(1_000) }
    }

    fn begin(&mut self, datagram: &[u8]) -> Result<Option<Transaction>, Dropped> {
        match self.responder.begin(Arrival::new(self.now, datagram), &mut self.exchange)? {
            Step::Wait(transaction) => Ok(Some(transaction)),
            _ => Ok(None),
        }
    }

    /// Begins, lets the forwarder say this, and gives what is sent back; empty if nothing is.
    fn forward(&mut self, datagram: &[u8], says: Forwarded) -> Result<Vec<u8>, Dropped> {
        let mut transaction = self.begin(datagram)?.expect("it is passed on");
        assert!(transaction.is_forwarded());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(transaction.poll_settled(&mut cx).is_pending());
        let promise = self.later.promises.lock().expect("not poisoned").pop().expect("it was asked");
        promise.send(says).expect("somebody waits");
        assert!(transaction.poll_settled(&mut cx).is_ready());
        Ok(match self.responder.resume(transaction, self.now, &mut self.exchange)? {
            Step::Response(response) => response.to_vec(),
            Step::Nothing => Vec::new(),
            Step::Wait(_) => panic!("it is settled"),
        })
    }

    fn last_asked(&self) -> Asked {
        self.later.asked.lock().expect("not poisoned").last().expect("it was asked").clone()
    }
}

fn entry(name: &str) -> CommunityEntry {
    CommunityEntry::new(name, name)
}

fn found() -> Forwarded {
    let varbinds = vec![VarBind::new(oid(NAME), "behind")];
    Forwarded::Response { status: ErrorStatus::NO_ERROR, index: 0, varbinds }
}

/// The scoped PDU of a response from the agent: its context and PDU.
fn read(datagram: &[u8]) -> (Vec<u8>, Pdu) {
    let plain = scoped(datagram, &keys(&operator(), &engine_id("agent")));
    let mut decoder = Decoder::default();
    let (scoped, _) = decoder.decode_scoped(&plain).expect("a scoped PDU");
    let varbinds = scoped.pdu.varbinds.iter().map(|varbind| varbind.to_varbind()).collect();
    (scoped.context_engine_id.to_vec(), Pdu { header: scoped.pdu.header, varbinds })
}

fn community(version: Version, name: &str, header: PduHeader, varbinds: Vec<VarBind>) -> Vec<u8> {
    let body = OwnedBody::Pdu(Pdu { header, varbinds });
    let mut writer = mibc_runtime::ber::Writer::new();
    Message { version, community: name.as_bytes().to_vec(), body }.write(&mut writer);
    writer.finish().expect("it fits").to_vec()
}

fn behind(level: Level) -> Made {
    Made { context_engine_id: engine_id("behind").as_bytes().to_vec(), ..Made::get(&operator(), level) }
}

#[test]
fn a_request_over_snmpv3() {
    let mut proxy = Proxy::new();
    for level in [Level::AuthNoPriv, Level::AuthPriv] {
        let response = proxy.forward(&behind(level).datagram(), found()).expect("an answer");
        let (context, pdu) = read(&response);
        assert_eq!(context, engine_id("behind").as_bytes());
        assert_eq!((pdu.header.kind, pdu.header.request_id), (PduKind::Response, 4711));
        assert_eq!(pdu.varbinds, [VarBind::new(oid(NAME), "behind")]);
        let asked = proxy.last_asked();
        let expected = (b"operator".to_vec(), Version::V3, engine_id("behind").as_bytes().to_vec());
        assert_eq!((asked.0, asked.1, asked.2), expected);
    }
    // What is for the agent is not for the forwarder, nor what it leaves.
    assert!(proxy.begin(&Made::get(&operator(), Level::AuthPriv).datagram()).expect("an answer").is_none());
    let other = engine_id("other").as_bytes().to_vec();
    let unknown = Made { context_engine_id: other, ..Made::get(&operator(), Level::AuthPriv) };
    assert!(proxy.begin(&unknown.datagram()).expect("a Report").is_none());
    let counters = proxy.responder.report_counters().expect("it speaks SNMPv3");
    assert_eq!(counters.get(Report::UnknownPduHandler), 1);
    assert_eq!(proxy.later.asked.lock().expect("not poisoned").len(), 2);
}

#[test]
fn a_context_without_an_engine_of_its_own() {
    let mut proxy = Proxy::new();
    let named = Made { context_name: "behind".into(), ..Made::get(&operator(), Level::AuthPriv) };
    let response = proxy.forward(&named.datagram(), found()).expect("an answer");
    assert_eq!(read(&response).1.varbinds, [VarBind::new(oid(NAME), "behind")]);
    let unknown = Made { context_name: "nowhere".into(), ..Made::get(&operator(), Level::AuthPriv) };
    assert!(proxy.begin(&unknown.datagram()).expect("a Report").is_none());
    let counters = proxy.responder.report_counters().expect("it speaks SNMPv3");
    assert_eq!(counters.get(Report::UnknownContext), 1);
}

/// RFC 3413 §3.5.1.1 (2): what cannot be passed on is reported with snmpProxyDrops; no answer stays none.
#[test]
fn refused_and_unanswered() {
    let mut proxy = Proxy::new();
    let datagram = behind(Level::AuthPriv).datagram();
    let report = proxy.forward(&datagram, Forwarded::Refused).expect("a Report");
    let (context, pdu) = read(&report);
    assert_eq!(context, engine_id("agent").as_bytes());
    assert_eq!((pdu.header.kind, pdu.header.request_id), (PduKind::Report, 4711));
    let name = Report::ProxyDrops.oid().expect("it has a name");
    assert_eq!(pdu.varbinds, [VarBind { name, value: Value::Counter32(mibc_runtime::value::Counter32(1)) }]);
    assert_eq!(proxy.forward(&datagram, Forwarded::Nothing), Err(Dropped::NotForwarded));
    // Nobody waits for it any longer.
    let transaction = proxy.begin(&datagram).expect("it is passed on").expect("it waits");
    let given_up = proxy.responder.expire(transaction, proxy.now, &mut proxy.exchange).map(drop);
    assert_eq!(given_up, Err(Dropped::NotForwarded));
    // The older versions have no Reports.
    let v2c = community(
        Version::V2c,
        "far",
        PduHeader::new(PduKind::Get, 9),
        vec![VarBind::unspecified(oid(NAME))],
    );
    assert_eq!(proxy.forward(&v2c, Forwarded::Refused), Err(Dropped::NotForwarded));
    assert_eq!(proxy.responder.counters().reports().get(Report::ProxyDrops), 2);
}

/// RFC 3584 §5.2.1: snmpCommunityContextEngineID says where a community leads.
#[test]
fn communities_of_another_engine() {
    let mut proxy = Proxy::new();
    for version in [Version::V1, Version::V2c] {
        let header = PduHeader::new(PduKind::GetNext, -5);
        let request = community(version, "far", header, vec![VarBind::unspecified(oid("1.3"))]);
        let response = proxy.forward(&request, found()).expect("an answer");
        let mut decoder = Decoder::default();
        let message = Message::from(&decoder.decode(&response).expect("a message").message);
        assert_eq!((message.version, message.community.as_slice()), (version, b"far".as_slice()));
        let OwnedBody::Pdu(pdu) = message.body else { panic!("a response") };
        assert_eq!((pdu.header.kind, pdu.header.request_id), (PduKind::Response, -5));
        assert_eq!(proxy.last_asked().1, version);
    }
    // A responder that cannot wait forwards nothing.
    let header = PduHeader::new(PduKind::Get, 1);
    let request = community(Version::V2c, "far", header, vec![VarBind::unspecified(oid(NAME))]);
    let arrival = Arrival::new(proxy.now, &request);
    let now = proxy.responder.respond(arrival, &mut proxy.exchange).map(<[u8]>::to_vec);
    assert_eq!(now, Err(Dropped::UnknownCommunity));
}

#[test]
fn notifications() {
    let mut proxy = Proxy::new();
    let header = |kind| PduHeader::new(kind, 12);
    let trap = community(Version::V2c, "far", header(PduKind::Trap), link_down());
    assert_eq!(proxy.forward(&trap, Forwarded::Nothing), Ok(Vec::new()));
    assert_eq!(proxy.last_asked().4, Some(PduKind::Trap));
    let inform = community(Version::V2c, "far", header(PduKind::Inform), link_down());
    let acknowledged = Forwarded::Response { status: ErrorStatus::NO_ERROR, index: 0, varbinds: link_down() };
    let response = proxy.forward(&inform, acknowledged.clone()).expect("an acknowledgement");
    let mut decoder = Decoder::default();
    let message = Message::from(&decoder.decode(&response).expect("a message").message);
    let OwnedBody::Pdu(pdu) = message.body else { panic!("a response") };
    assert_eq!((pdu.header.kind, pdu.header.request_id, pdu.varbinds), (PduKind::Response, 12, link_down()));
    // Over SNMPv3 to this engine, of the context of another one.
    let made =
        Made { context_engine_id: engine_id("behind").as_bytes().to_vec(), ..to_agent(PduKind::Inform) };
    let response = proxy.forward(&made.datagram(), acknowledged).expect("an acknowledgement");
    assert_eq!(read(&response).1.varbinds, link_down());
    // The rest has no receiver.
    let own = community(Version::V2c, "near", header(PduKind::Trap), link_down());
    assert_eq!(proxy.begin(&own).map(|_| ()), Err(Dropped::UnknownPdu));
}

/// A notification to the agent's engine.
fn to_agent(kind: PduKind) -> Made {
    let get = Made::get(&operator(), Level::AuthPriv);
    let id: EngineId = engine_id("agent");
    Made { header: PduHeader::new(kind, 4711), varbinds: link_down(), keys: keys(&operator(), &id), ..get }
}
