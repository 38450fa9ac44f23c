//! Requests to an agent from end to end: decoding, access control, the registry, handlers that answer at once, later or
//! never, a row store, SETs in all their phases, and the response.

use mibc_generated::if_mib::{IF_RCV_ADDRESS_TYPE, IfRcvAddressEntry, IfRcvAddressType};
use mibc_runtime::agent::{Arrival, Community, Exchange, Responder, SetError, Step, Transaction};
use mibc_runtime::ber::Rules;
use mibc_runtime::message::{Body, Decoder, ErrorStatus, Message, OwnedBody, Pdu, PduKind, Version};
use mibc_runtime::meta::Meta;
use mibc_runtime::oid::Oid;
use mibc_runtime::rows::{RowStore, Source};
use mibc_runtime::typed::{Module, Scalar, Variable, access};
use mibc_runtime::value::{OctetString, Value, VarBind};
use std::ops::Bound;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

/// Longest message that the agent may send.
const LIMIT: usize = 1_472;

/// Rows of the table, at most.
const ROWS: usize = 50;

/// Requests of one input that are answered; further ones tell nothing new.
const REQUESTS: usize = 40;

struct Mib;

impl Module for Mib {
    const META: Meta<'static> = Meta::EMPTY;
}

const NAME: Scalar<Mib, OctetString, access::ReadWrite> = Scalar::new(&[1, 3, 6, 1, 4, 1, 32473, 9, 1]);
const LATE: Scalar<Mib, i32, access::ReadOnly> = Scalar::new(&[1, 3, 6, 1, 4, 1, 32473, 9, 2]);
/// Behind the table, so that a SET of both has something to undo when this one fails.
const FRAIL: Scalar<Mib, i32, access::ReadWrite> = Scalar::new(&[1, 3, 6, 1, 4, 1, 32473, 10]);
/// Behind everything, so that a walk has gone through all else.
const NEVER: Scalar<Mib, i32, access::ReadOnly> = Scalar::new(&[1, 3, 6, 1, 4, 1, 32473, 11]);

/// What [`FRAIL`] passes its test with and fails in its commit.
const BREAKS: i32 = 13;

const NARROW: [u32; 8] = [1, 3, 6, 1, 4, 1, 32473, 9];

/// Is there when it is polled for the second time.
struct Late(bool);

impl Future for Late {
    type Output = i32;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<i32> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(7);
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

struct Agent {
    responder: Responder,
    rows: RowStore<IfRcvAddressEntry>,
    name: Arc<Mutex<OctetString>>,
    frail: Arc<Mutex<i32>>,
    exchange: Exchange,
}

fn read<T: Clone>(mutex: &Mutex<T>) -> T {
    mutex.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn write<T>(mutex: &Mutex<T>, value: T) {
    *mutex.lock().unwrap_or_else(PoisonError::into_inner) = value;
}

impl Agent {
    fn new() -> Self {
        let narrow = Oid::from_arcs(&NARROW).expect("an OID");
        let communities = [
            Community::read_only("public"),
            Community::read_write("private"),
            Community::read_write("narrow").view([narrow]),
        ];
        let responder = Responder::new(communities, LIMIT);
        let rows = RowStore::<IfRcvAddressEntry>::builder()
            .limit(ROWS)
            .row((1, vec![2]), |row| row)
            .row((1, vec![2, 3]), |row| row.set(IF_RCV_ADDRESS_TYPE, IfRcvAddressType::NON_VOLATILE))
            .row((2, vec![]), |row| row)
            // A row of interface 9 passes its test and fails in its commit, but not on the way back.
            .on_commit(|change| match change.index() {
                Some(index) if index.if_index.0 == 9 && change.source() != Source::Undo => {
                    Err(SetError::commit_failed())
                }
                _ => Ok(()),
            })
            .build()
            .expect("IF-MIB has the table");
        let (name, frail) = (Arc::new(Mutex::new(OctetString::from("fuzz"))), Arc::new(Mutex::new(1)));
        let (from, to) = (Arc::clone(&name), Arc::clone(&name));
        responder.serve_rw(
            NAME,
            move || read(&from),
            move |value| {
                write(&to, value);
                Ok::<(), SetError>(())
            },
        );
        let (from, to) = (Arc::clone(&frail), Arc::clone(&frail));
        responder.serve_rw(
            FRAIL,
            move || read(&from),
            move |value| {
                if value == BREAKS {
                    return Err(SetError::commit_failed());
                }
                write(&to, value);
                Ok(())
            },
        );
        responder.serve_async(LATE, || Late(false));
        responder.serve_async(NEVER, std::future::pending);
        responder.serve_rows(&rows);
        Self { responder, rows, name, frail, exchange: Exchange::default() }
    }

    /// All that a SET can change.
    fn state(&self) -> (OctetString, i32, Vec<VarBind>) {
        (read(&self.name), read(&self.frail), self.rows.run(Bound::Unbounded, usize::MAX))
    }

    /// The response to a datagram, waited for if need be.
    fn answer(&mut self, datagram: &[u8]) -> Option<Vec<u8>> {
        let now = Instant::now();
        let Self { responder, exchange, .. } = self;
        let mut request = match responder.begin(Arrival::new(now, datagram), exchange).ok()? {
            Step::Response(response) => return Some(response.to_vec()),
            Step::Wait(request) => request,
            Step::Nothing => return None,
        };
        // What is late comes at the second look; who waits longer waits in vain. A SET may be undone in another step.
        for _ in 0..8 {
            let step = if is_settled(&mut request) {
                responder.resume(request, now, exchange)
            } else {
                responder.expire(request, now, exchange)
            };
            match step.ok()? {
                Step::Response(response) => return Some(response.to_vec()),
                Step::Wait(again) => request = again,
                Step::Nothing => return None,
            }
        }
        panic!("a request that never ends");
    }
}

fn is_settled(request: &mut Transaction) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    (0..4).any(|_| request.poll_settled(&mut context).is_ready())
}

/// Datagrams, each behind its length in two octets, one after the other to one agent. What it answers is a response to what
/// was asked, as long as it may be, in order, and of the community's view; a SET is done as a whole or not at all; and the
/// agent goes on answering.
pub fn transaction(data: &[u8]) {
    let mut agent = Agent::new();
    let mut rest = data;
    for _ in 0..REQUESTS {
        let Some((length, behind)) = rest.split_first_chunk::<2>() else { break };
        let (datagram, behind) = behind.split_at(usize::from(u16::from_be_bytes(*length)).min(behind.len()));
        rest = behind;
        check(&mut agent, datagram);
    }
    assert!(agent.rows.len() <= ROWS.max(3), "more rows than there may be");
    let still = agent.responder.read(NAME.oid().expect("a name").as_ref());
    assert_eq!(still, Ok(Value::OctetString(read(&agent.name))), "it goes on answering");
}

/// A message and its PDU.
pub(crate) fn decoded(datagram: &[u8], rules: Rules) -> Option<(Version, Vec<u8>, Pdu)> {
    let mut decoder = Decoder::new(rules);
    let decoded = decoder.decode(datagram).ok()?;
    let Body::Pdu(_) = decoded.message.body else { return None };
    let message = Message::from(&decoded.message);
    let OwnedBody::Pdu(pdu) = message.body else { return None };
    Some((message.version, message.community, pdu))
}

fn check(agent: &mut Agent, datagram: &[u8]) {
    let before = agent.state();
    let answer = agent.answer(datagram);
    let asked = decoded(datagram, Rules::Lenient);
    let Some(answer) = answer else {
        let silent = agent.responder.counters().silent_drops() > 0;
        assert!(silent || agent.state() == before, "a SET without an answer");
        return;
    };
    assert!(answer.len() <= LIMIT, "{} octets", answer.len());
    let (version, community, asked) = asked.expect("what is answered can be read");
    let (same_version, same_community, response) = decoded(&answer, Rules::Lenient).expect("a message");
    assert_eq!((version, community.as_slice()), (same_version, same_community.as_slice()));
    let header = response.header;
    assert_eq!((header.kind, header.request_id), (PduKind::Response, asked.header.request_id));
    let index = usize::try_from(header.error_index).expect("an index");
    if header.error_status != ErrorStatus::NO_ERROR {
        assert!(index <= asked.varbinds.len(), "error-index {index} of {}", asked.varbinds.len());
        assert_eq!(agent.state(), before, "a SET that failed has changed something");
        return;
    }
    assert_eq!(index, 0);
    match asked.header.kind {
        PduKind::Set => assert_eq!(names(&response.varbinds), names(&asked.varbinds)),
        PduKind::Get => {
            assert_eq!(names(&response.varbinds), names(&asked.varbinds));
            assert_eq!(agent.state(), before);
        }
        PduKind::GetNext => {
            assert_eq!(response.varbinds.len(), asked.varbinds.len());
            for (asked, found) in asked.varbinds.iter().zip(&response.varbinds) {
                assert!(found.name > asked.name || found.value == Value::EndOfMibView, "{found}");
            }
            assert_eq!(agent.state(), before);
        }
        PduKind::GetBulk => assert_eq!(agent.state(), before),
        kind => panic!("{kind:?} is not a request"),
    }
    if community == b"narrow" {
        let is_shown = |varbind: &VarBind| varbind.name.arcs().take(NARROW.len()).eq(NARROW);
        let is_value = |varbind: &&VarBind| {
            !matches!(varbind.value, Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView)
        };
        let mut values = response.varbinds.iter().filter(is_value);
        assert!(values.all(is_shown), "what the view hides");
    }
}

fn names(varbinds: &[VarBind]) -> Vec<&Oid> {
    varbinds.iter().map(|varbind| &varbind.name).collect()
}
