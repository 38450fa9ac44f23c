//! Requests that wait: slots in every order, time that runs out, SETs one after the other.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use mibc_runtime::agent::{
    Agent, Arrival, Community, Eventual, Exchange, GetBatch, Handler, NextBatch, Pending, Prepared,
    Principal, ReadError, Responder, SetError, Step, Successors, Transaction, UndoError,
};
use mibc_runtime::message::{Decoder, ErrorStatus, Message, OwnedBody, Pdu, PduHeader, PduKind, Version};
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Value, VarBind};
use tokio::sync::oneshot;

use crate::acme::{ACME_LIMIT, ACME_MODE, responder};
use crate::ask::{encode, oid, unspecified};

const ROOT: &str = "1.3.6.1.4.1.9999.7";

/// Begins a request; it must wait.
fn begin(responder: &Responder, kind: PduKind, varbinds: Vec<VarBind>) -> Transaction {
    let header = if kind == PduKind::GetBulk { PduHeader::bulk(1, 0, 3) } else { PduHeader::new(kind, 1) };
    let request = encode(Version::V2c, "private", header, varbinds);
    match responder.begin(Arrival::new(Instant::now(), &request), &mut Exchange::default()) {
        Ok(Step::Wait(transaction)) => transaction,
        other => panic!("it has to wait: {other:?}"),
    }
}

fn read(response: &[u8]) -> Pdu {
    let mut decoder = Decoder::default();
    let decoded = decoder.decode(response).expect("a valid response");
    match Message::from(&decoded.message).body {
        OwnedBody::Pdu(pdu) => pdu,
        OwnedBody::TrapV1(_) => panic!("a trap is no answer"),
    }
}

/// Whether something has come for a request.
fn is_settled(transaction: &mut Transaction) -> bool {
    transaction.poll_settled(&mut Context::from_waker(Waker::noop())).is_ready()
}

/// Goes on with a request that has come to its end.
fn resume(responder: &Responder, transaction: Transaction) -> Pdu {
    let mut exchange = Exchange::default();
    match responder.resume(transaction, Instant::now(), &mut exchange) {
        Ok(Step::Response(response)) => read(response),
        other => panic!("it has all it needs: {other:?}"),
    }
}

fn error(pdu: &Pdu) -> (ErrorStatus, i32) {
    (pdu.header.error_status, pdu.header.error_index)
}

/// Promises that a test keeps.
#[derive(Default)]
struct Gates(Mutex<BTreeMap<String, oneshot::Sender<Value>>>);

impl Gates {
    fn promise(&self, name: impl ToString) -> Pending<Result<Value, ReadError>> {
        let (sender, receiver) = oneshot::channel();
        self.0.lock().expect("not poisoned").insert(name.to_string(), sender);
        Box::pin(async move { receiver.await.map_err(|_| ReadError::new("the gate is gone")) })
    }

    fn keep(&self, name: &str, value: impl Into<Value>) {
        let sender = self.0.lock().expect("not poisoned").remove(name).expect("it was promised");
        sender.send(value.into()).expect("somebody waits");
    }
}

/// Variables 1 to 4 below its root: those with even numbers wait.
struct Half {
    root: Oid,
    gates: Arc<Gates>,
    /// How many variables each call was about.
    calls: Mutex<Vec<usize>>,
}

impl Half {
    fn serve(responder: &Responder, root: &str) -> Arc<Self> {
        let half = Arc::new(Self { root: oid(root), gates: Arc::default(), calls: Mutex::default() });
        responder.register(oid(root), Arc::clone(&half) as Arc<dyn Handler>);
        half
    }
}

impl Handler for Half {
    fn get(&self, who: &Principal<'_>, batch: &mut GetBatch<'_>) {
        assert_eq!((who.version, &*who.security_name), (Version::V2c, &b"community-2"[..]));
        self.calls.lock().expect("not poisoned").push(batch.len());
        while let Some(slot) = batch.next_slot() {
            let number = slot.name().last();
            if number % 2 == 0 {
                let name = slot.name();
                slot.wait(self.gates.promise(name));
            } else {
                slot.answer(&Value::Integer(number as i32));
            }
        }
    }

    /// Variables of this kind are found one at a time, each after waiting.
    fn next(&self, _: &Principal<'_>, batch: &mut NextBatch<'_>) {
        self.calls.lock().expect("not poisoned").push(batch.len());
        while let Some(run) = batch.next_run() {
            let from = run.from_oid();
            let next =
                (1..=4).map(|number| self.root.child(number).expect("short")).find(|name| match &from {
                    std::ops::Bound::Excluded(from) => name > from,
                    std::ops::Bound::Included(from) => name >= from,
                    std::ops::Bound::Unbounded => true,
                });
            match next {
                None => run.end(),
                Some(name) => {
                    let value = self.gates.promise(&name);
                    run.wait(Box::pin(async move {
                        let varbinds = vec![VarBind { name, value: value.await? }];
                        Ok(Successors { varbinds, is_end: false })
                    }));
                }
            }
        }
    }
}

/// All orders of the numbers below `count`.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(count - 1);
    shorter
        .iter()
        .flat_map(|order| {
            (0..count).map(move |at| {
                let mut order = order.clone();
                order.insert(at, count - 1);
                order
            })
        })
        .collect()
}

/// Slots of two handlers come in every order; the response is the same, and nobody is asked twice.
#[test]
fn slots_come_in_every_order() {
    let names = ["1.1", "2.2", "1.2", "2.3", "2.4", "1.4"].map(|name| format!("{ROOT}.{name}"));
    let waiting = ["2.2", "1.2", "2.4", "1.4"].map(|name| format!("{ROOT}.{name}"));
    for order in orders(4) {
        let responder = responder(65_507);
        let halves = [1, 2].map(|number| Half::serve(&responder, &format!("{ROOT}.{number}")));
        let mut transaction = begin(&responder, PduKind::Get, unspecified(&names.each_ref().map(|n| &**n)));
        for at in order {
            assert!(!is_settled(&mut transaction));
            let name = &waiting[at];
            let half = if name.starts_with(&format!("{ROOT}.1.")) { &halves[0] } else { &halves[1] };
            half.gates.keep(name, at as i32 + 100);
        }
        assert!(is_settled(&mut transaction));
        let pdu = resume(&responder, transaction);
        assert_eq!(error(&pdu), (ErrorStatus::NO_ERROR, 0));
        let expected: Vec<VarBind> = names
            .iter()
            .zip([1, 100, 101, 3, 102, 103])
            .map(|(name, value)| VarBind::new(oid(name), value))
            .collect();
        assert_eq!(pdu.varbinds, expected);
        // In one batch each.
        assert!(halves.iter().all(|half| *half.calls.lock().expect("not poisoned") == [3]));
        assert_eq!((responder.counters().in_pkts(), responder.counters().out_pkts()), (1, 1));
    }
}

/// GETBULK: what has come leads on, and only open runs are asked again.
#[test]
fn runs_go_on_step_by_step() {
    let responder = responder(65_507);
    let half = Half::serve(&responder, ROOT);
    let from = [ROOT.to_owned(), format!("{ROOT}.3")];
    let mut transaction = begin(&responder, PduKind::GetBulk, unspecified(&from.each_ref().map(|n| &**n)));
    let answer = |transaction: &mut Transaction, numbers: &[i32]| {
        assert!(!is_settled(transaction));
        numbers.iter().for_each(|number| half.gates.keep(&format!("{ROOT}.{number}"), *number));
        assert!(is_settled(transaction));
    };
    answer(&mut transaction, &[1, 4]);
    // The second run is at its end: nobody waits for it any more.
    for number in [2, 3] {
        match responder.resume(transaction, Instant::now(), &mut Exchange::default()) {
            Ok(Step::Wait(again)) => transaction = again,
            other => panic!("there are more: {other:?}"),
        }
        answer(&mut transaction, &[number]);
    }
    let pdu = resume(&responder, transaction);
    let values: Vec<Value> = pdu.varbinds.iter().map(|varbind| varbind.value.clone()).collect();
    let (end, number) = (Value::EndOfMibView, Value::Integer);
    assert_eq!(values, [number(1), number(4), number(2), end.clone(), number(3), end]);
    assert_eq!(*half.calls.lock().expect("not poisoned"), [2, 2, 1]);
}

/// One future for a whole batch, which gives too little: what is missing is genErr.
#[test]
fn a_batch_waits_as_one() {
    struct Whole(Arc<Gates>);
    impl Handler for Whole {
        fn get(&self, _: &Principal<'_>, batch: &mut GetBatch<'_>) {
            let value = self.0.promise("all");
            let count = batch.len() - 1;
            batch.wait_for_all(Box::pin(async move {
                let value = value.await;
                vec![value; count]
            }));
        }
        fn next(&self, _: &Principal<'_>, _: &mut NextBatch<'_>) {}
    }
    let responder = responder(65_507);
    let gates = Arc::<Gates>::default();
    responder.register(oid(ROOT), Arc::new(Whole(Arc::clone(&gates))));
    let names = [format!("{ROOT}.1"), format!("{ROOT}.2"), format!("{ROOT}.3")];
    let mut transaction = begin(&responder, PduKind::Get, unspecified(&names.each_ref().map(|n| &**n)));
    gates.keep("all", 5);
    assert!(is_settled(&mut transaction));
    assert_eq!(error(&resume(&responder, transaction)), (ErrorStatus::GEN_ERR, 3));
    // Who answers nothing at all is at fault too.
    let request =
        encode(Version::V2c, "public", PduHeader::new(PduKind::GetNext, 1), unspecified(&[ROOT, ROOT]));
    let mut exchange = Exchange::default();
    let pdu =
        read(responder.respond(Arrival::new(Instant::now(), &request), &mut exchange).expect("an answer"));
    assert_eq!(error(&pdu), (ErrorStatus::GEN_ERR, 1));
}

/// Time that runs out is genErr for the first variable that is missing; the promises are given up.
#[test]
fn time_runs_out() {
    let responder = responder(65_507);
    let half = Half::serve(&responder, ROOT);
    let names = [format!("{ROOT}.1"), format!("{ROOT}.2"), format!("{ROOT}.4")];
    let mut transaction = begin(&responder, PduKind::Get, unspecified(&names.each_ref().map(|n| &**n)));
    assert!(!is_settled(&mut transaction));
    half.gates.keep(&names[1], 2);
    assert!(!is_settled(&mut transaction));
    let mut exchange = Exchange::default();
    let pdu = match responder.expire(transaction, Instant::now(), &mut exchange) {
        Ok(Step::Response(response)) => read(response),
        other => panic!("it is over: {other:?}"),
    };
    // The second has come, and has not been put in: it is the first without a value.
    assert_eq!(error(&pdu), (ErrorStatus::GEN_ERR, 2));
    assert!(half.gates.0.lock().expect("not poisoned").values().all(oneshot::Sender::is_closed));
}

/// An agent answers when its deadline has passed, and others meanwhile.
#[tokio::test]
async fn an_agent_keeps_its_deadline() {
    let agent = Agent::builder()
        .community(Community::read_only("public"))
        .deadline(Duration::from_millis(50))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    agent.serve_async(ACME_MODE, std::future::pending);
    agent.serve(ACME_LIMIT, || 7);
    let _running = agent.spawn();
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    socket.connect(agent.local_addr()).await.expect("loopback");
    let names = ["1.3.6.1.4.1.9999.1.3.0", "1.3.6.1.4.1.9999.1.5.0"];
    let request = encode(Version::V2c, "public", PduHeader::new(PduKind::Get, 9), unspecified(&names));
    socket.send(&request).await.expect("loopback");
    let mut buffer = [0; 2_000];
    let received = tokio::time::timeout(Duration::from_secs(60), socket.recv(&mut buffer)).await;
    let length = received.expect("an answer").expect("loopback");
    assert_eq!(error(&read(&buffer[..length])), (ErrorStatus::GEN_ERR, 2));
}

/// What happens to the handlers of a SET, in order.
type Log = Arc<Mutex<Vec<String>>>;

/// A handler whose phases wait, where it is told so, and go wrong.
#[derive(Clone)]
struct Slow {
    name: &'static str,
    log: Log,
    gates: Arc<Gates>,
    /// Phases that wait.
    waits: &'static [&'static str],
    /// Phases that fail.
    fails: &'static [&'static str],
}

impl Slow {
    fn phase<T: Send + 'static>(&self, phase: &'static str, good: T, bad: T) -> Eventual<T> {
        self.log.lock().expect("not poisoned").push(format!("{phase} {}", self.name));
        let result = if self.fails.contains(&phase) { bad } else { good };
        if !self.waits.contains(&phase) {
            return result.into();
        }
        let gate = self.gates.promise(format!("{phase} {}", self.name));
        Eventual::later(async move {
            let _ = gate.await;
            result
        })
    }
}

impl Handler for Slow {
    fn get(&self, _: &Principal<'_>, batch: &mut GetBatch<'_>) {
        while let Some(slot) = batch.next_slot() {
            slot.answer(&Value::Integer(1));
        }
    }

    fn next(&self, _: &Principal<'_>, batch: &mut NextBatch<'_>) {
        while let Some(run) = batch.next_run() {
            run.end();
        }
    }

    fn test(&self, _: &Principal<'_>, _: Vec<VarBind>) -> Eventual<Result<Box<dyn Prepared>, SetError>> {
        let prepared: Box<dyn Prepared> = Box::new(self.clone());
        self.phase("test", Ok(prepared), Err(SetError::inconsistent_value()))
    }
}

impl Prepared for Slow {
    fn commit(&mut self) -> Eventual<Result<(), SetError>> {
        self.phase("commit", Ok(()), Err(SetError::commit_failed()))
    }

    fn seal(&mut self) -> Eventual<Result<(), SetError>> {
        self.phase("seal", Ok(()), Err(SetError::commit_failed()))
    }

    fn undo(&mut self) -> Eventual<Result<(), UndoError>> {
        self.phase("undo", Ok(()), Err(UndoError))
    }

    fn clean_up(&mut self) -> Eventual<()> {
        self.phase("clean up", (), ())
    }
}

/// Handlers a, b and c; how each waits and fails.
fn slow(phases: [(&'static [&'static str], &'static [&'static str]); 3]) -> (Responder, Log, Arc<Gates>) {
    let responder = responder(65_507);
    let (log, gates) = (Log::default(), Arc::<Gates>::default());
    for (number, (name, (waits, fails))) in (1..).zip(["a", "b", "c"].into_iter().zip(phases)) {
        let slow = Slow { name, log: Arc::clone(&log), gates: Arc::clone(&gates), waits, fails };
        responder.register(oid(ROOT).child(number).expect("short"), Arc::new(slow));
    }
    (responder, log, gates)
}

fn changes() -> Vec<VarBind> {
    (1..=3).map(|number| VarBind::new(oid(&format!("{ROOT}.{number}.0")), 1)).collect()
}

/// Runs a SET to its end, keeping one promise at a time.
fn run(responder: &Responder, gates: &Gates) -> Pdu {
    let mut transaction = begin(responder, PduKind::Set, changes());
    loop {
        while !is_settled(&mut transaction) {
            let name = gates.0.lock().expect("not poisoned").keys().next_back().cloned().expect("it waits");
            gates.keep(&name, 0);
        }
        let mut exchange = Exchange::default();
        match responder.resume(transaction, Instant::now(), &mut exchange).expect("an answer") {
            Step::Response(response) => return read(response),
            Step::Wait(again) => transaction = again,
            Step::Nothing => panic!("a request is answered"),
        }
    }
}

const ALL: &[&str] = &["test", "commit", "seal", "undo", "clean up"];

fn taken(log: &Log) -> String {
    std::mem::take(&mut *log.lock().expect("not poisoned")).join(", ")
}

/// P9: the phases of a SET whose handlers wait come in the same order as those of one whose handlers do not.
#[test]
fn phases_that_wait_are_in_order() {
    let (responder, log, gates) = slow([(ALL, &[]), (&[], &[]), (ALL, &[])]);
    assert_eq!(error(&run(&responder, &gates)), (ErrorStatus::NO_ERROR, 0));
    assert_eq!(
        taken(&log),
        "test a, test b, test c, commit a, commit b, commit c, seal a, seal b, seal c, clean up a, clean up b, clean up c"
    );
}

/// P9: a test that fails ends it before anything is committed; who has allowed its part is told.
#[test]
fn a_test_that_fails_after_waiting() {
    let (responder, log, gates) = slow([(ALL, &[]), (ALL, &["test"]), (&[], &["test"])]);
    assert_eq!(error(&run(&responder, &gates)), (ErrorStatus::INCONSISTENT_VALUE, 2));
    assert_eq!(taken(&log), "test a, test b, test c, clean up a");
}

/// P9: a commit that fails, and an undo that fails too.
#[test]
fn a_commit_that_fails_after_waiting() {
    let (responder, log, gates) = slow([(ALL, &[]), (ALL, &[]), (ALL, &["commit"])]);
    assert_eq!(error(&run(&responder, &gates)), (ErrorStatus::COMMIT_FAILED, 3));
    let phases = "test a, test b, test c, commit a, commit b, commit c, undo b, undo a, clean up a, clean up b, clean up c";
    assert_eq!(taken(&log), phases);
    let (responder, log, gates) = slow([(ALL, &[]), (ALL, &["undo"]), (ALL, &["commit"])]);
    assert_eq!(error(&run(&responder, &gates)), (ErrorStatus::UNDO_FAILED, 0));
    assert_eq!(taken(&log), phases);
}

/// P9: sealing that fails when all is committed: all of it is undone.
#[test]
fn a_seal_that_fails() {
    let (responder, log, gates) = slow([(ALL, &[]), (ALL, &["seal"]), (&[], &[])]);
    assert_eq!(error(&run(&responder, &gates)), (ErrorStatus::COMMIT_FAILED, 2));
    let phases = "test a, test b, test c, commit a, commit b, commit c, seal a, seal b, undo c, undo b, undo a, \
                  clean up a, clean up b, clean up c";
    assert_eq!(taken(&log), phases);
    // Time that runs out, and an agent that stops.
    let (responder, log, _gates) = slow([(&[], &[]), (&["seal"], &[]), (&[], &[])]);
    let transaction = begin(&responder, PduKind::Set, changes());
    let mut exchange = Exchange::default();
    match responder.expire(transaction, Instant::now(), &mut exchange).expect("an answer") {
        Step::Response(response) => assert_eq!(error(&read(response)), (ErrorStatus::GEN_ERR, 2)),
        Step::Nothing => panic!("a request is answered"),
        Step::Wait(_) => panic!("nothing is left to wait for"),
    }
    assert!(taken(&log).ends_with("seal b, undo c, undo b, undo a, clean up a, clean up b, clean up c"));
    drop(begin(&responder, PduKind::Set, changes()));
    assert!(taken(&log).ends_with("seal b, undo c, undo b, undo a"));
}

/// Handlers are committed in the order in which they were registered, whatever the order in a request.
#[test]
fn the_order_of_handlers() {
    let (responder, log, _gates) = slow([(&[], &[]), (&[], &[]), (&[], &[])]);
    let header = PduHeader::new(PduKind::Set, 1);
    let backwards = changes().into_iter().rev().collect();
    let request = encode(Version::V2c, "private", header, backwards);
    let mut exchange = Exchange::default();
    let answer = responder.begin(Arrival::new(Instant::now(), &request), &mut exchange);
    assert!(matches!(answer, Ok(Step::Response(_))));
    assert!(taken(&log).contains("commit a, commit b, commit c"));
}

/// Time that runs out in the middle of a commit: what has been done, and what was about to be, is undone.
#[test]
fn time_runs_out_in_a_commit() {
    let (responder, log, gates) = slow([(&[], &[]), (&["commit", "undo"], &[]), (&[], &[])]);
    let mut exchange = Exchange::default();
    let transaction = begin(&responder, PduKind::Set, changes());
    let Ok(Step::Wait(mut transaction)) = responder.expire(transaction, Instant::now(), &mut exchange) else {
        panic!("the undo waits");
    };
    gates.keep("undo b", 0);
    assert!(is_settled(&mut transaction));
    assert_eq!(error(&resume(&responder, transaction)), (ErrorStatus::GEN_ERR, 2));
    let phases =
        "test a, test b, test c, commit a, commit b, undo b, undo a, clean up a, clean up b, clean up c";
    assert_eq!(taken(&log), phases);
    // Once more, for the undo as well.
    let transaction = begin(&responder, PduKind::Set, changes());
    let Ok(Step::Wait(transaction)) = responder.expire(transaction, Instant::now(), &mut exchange) else {
        panic!("the undo waits");
    };
    let pdu = match responder.expire(transaction, Instant::now(), &mut exchange) {
        Ok(Step::Response(response)) => read(response),
        other => panic!("it is over: {other:?}"),
    };
    assert_eq!(error(&pdu), (ErrorStatus::UNDO_FAILED, 0));
    assert_eq!(taken(&log), phases);
}

/// A SET that is given up half-way, as when the agent stops, is undone.
#[test]
fn a_set_that_is_dropped_is_undone() {
    let (responder, log, _gates) = slow([(&[], &[]), (&["commit"], &[]), (&[], &[])]);
    drop(begin(&responder, PduKind::Set, changes()));
    assert_eq!(taken(&log), "test a, test b, test c, commit a, commit b, undo b, undo a");
    // One that has only been tested has nothing to undo.
    let (responder, log, _gates) = slow([(&["test"], &[]), (&[], &[]), (&[], &[])]);
    drop(begin(&responder, PduKind::Set, changes()));
    assert_eq!(taken(&log), "test a, test b, test c");
}

/// SETs are one after the other, also when one waits; a GET is answered meanwhile.
#[test]
fn sets_take_turns() {
    let (responder, log, gates) = slow([(&["commit"], &[]), (&[], &[]), (&[], &[])]);
    let mut first = begin(&responder, PduKind::Set, changes());
    let mut second = begin(&responder, PduKind::Set, changes());
    let third = begin(&responder, PduKind::Set, changes());
    assert_eq!(taken(&log), "test a, test b, test c, commit a");
    assert!(!is_settled(&mut first) && !is_settled(&mut second));
    let mut exchange = Exchange::default();
    let mut at_once = |kind| {
        let varbinds = if kind == PduKind::Set { changes() } else { unspecified(&[&format!("{ROOT}.1.0")]) };
        let request = encode(Version::V2c, "private", PduHeader::new(kind, 1), varbinds);
        read(responder.respond(Arrival::new(Instant::now(), &request), &mut exchange).expect("an answer"))
    };
    assert_eq!(error(&at_once(PduKind::Get)), (ErrorStatus::NO_ERROR, 0));
    // Who cannot wait for its turn does nothing.
    assert_eq!(error(&at_once(PduKind::Set)), (ErrorStatus::GEN_ERR, 1));
    gates.keep("commit a", 0);
    assert!(is_settled(&mut first));
    assert_eq!(error(&resume(&responder, first)), (ErrorStatus::NO_ERROR, 0));
    taken(&log);
    // The one that gives up does not hold up the last.
    drop(third);
    assert!(is_settled(&mut second));
    let Ok(Step::Wait(mut second)) = responder.resume(second, Instant::now(), &mut Exchange::default())
    else {
        panic!("its commit waits");
    };
    assert_eq!(taken(&log), "test a, test b, test c, commit a");
    gates.keep("commit a", 0);
    assert!(is_settled(&mut second));
    assert_eq!(error(&resume(&responder, second)), (ErrorStatus::NO_ERROR, 0));
}

/// A handler that waits for ever does not make a request that may not wait do so.
#[test]
fn who_cannot_wait_is_answered() {
    let (responder, log, _gates) = slow([(&[], &[]), (&["commit", "undo"], &[]), (&[], &[])]);
    let request = encode(Version::V2c, "private", PduHeader::new(PduKind::Set, 1), changes());
    let mut exchange = Exchange::default();
    let response =
        responder.respond(Arrival::new(Instant::now(), &request), &mut exchange).expect("an answer");
    assert_eq!(error(&read(response)), (ErrorStatus::UNDO_FAILED, 0));
    assert!(taken(&log).ends_with("undo b, undo a, clean up a, clean up b, clean up c"));
}

/// Waiting can be dropped and taken up again.
#[tokio::test]
async fn waiting_loses_nothing_when_it_is_interrupted() {
    let responder = responder(65_507);
    let half = Half::serve(&responder, ROOT);
    let names = [format!("{ROOT}.2"), format!("{ROOT}.4")];
    let mut transaction = begin(&responder, PduKind::Get, unspecified(&names.each_ref().map(|n| &**n)));
    {
        let mut settled = pin!(transaction.settled());
        let mut cx = Context::from_waker(Waker::noop());
        assert_eq!(settled.as_mut().poll(&mut cx), Poll::Pending);
        half.gates.keep(&names[1], 4);
        assert_eq!(settled.as_mut().poll(&mut cx), Poll::Pending);
    }
    half.gates.keep(&names[0], 2);
    let mut exchange = Exchange::default();
    let response = responder.finish(transaction, Instant::now, &mut exchange).await.expect("an answer");
    let values: Vec<Value> = read(response).varbinds.into_iter().map(|varbind| varbind.value).collect();
    assert_eq!(values, [Value::Integer(2), Value::Integer(4)]);
}
