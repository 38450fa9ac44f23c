//! Engines that are not any more what they were: behind their own clock, under another ID, or silent about it; and
//! agents that answer the question for the engine ID in their own way.

use crate::lab::{AGENT, Lab, Made, engine_id, keys, oid, response, see, user, values};
use mibc_runtime::ber::{Anomaly, Rules};
use mibc_runtime::engine::{Dropped, Engine, Outcome, Rejection, Report, Retry, V3Peer};
use mibc_runtime::message::{Level, PduHeader, PduKind};
use mibc_runtime::usm::{Auth, EngineClock, EngineId, User};
use mibc_runtime::value::{Counter32, OctetString, Value, VarBind};
use std::sync::Arc;
use std::time::Duration;

/// An agent made by hand, which answers whatever has the right engine ID, and is silent about any other.
struct Lax {
    engine: &'static str,
    clock: EngineClock,
    /// What it tells of its clock in answer to the question.
    told: EngineClock,
    /// Whether it answers the question at all.
    answers: bool,
    /// Says in a Report that nothing protects that a message is out of time.
    complains: bool,
    requests: usize,
}

impl Lax {
    fn new(boots: u32, time: u32) -> Self {
        let clock = EngineClock { boots, time };
        Self { engine: "lax", clock, told: clock, answers: true, complains: false, requests: 0 }
    }

    fn starts_again(&mut self, boots: u32, time: u32) {
        self.clock = EngineClock { boots, time };
        self.told = self.clock;
    }

    fn report(&self, request: &[u8], report: Report, clock: EngineClock) -> Made {
        let mut made = Made::get(&User::new("operator"), Level::NoAuthNoPriv);
        made.msg_id = see(request).header.msg_id;
        made.reportable = false;
        made.engine_id = engine_id(self.engine).as_bytes().to_vec();
        made.context_engine_id = made.engine_id.clone();
        made.clock = clock;
        made.header = PduHeader::new(PduKind::Report, 0);
        made.varbinds =
            vec![VarBind { name: report.oid().expect("it has one"), value: Value::Counter32(Counter32(1)) }];
        made
    }

    fn answer(&mut self, request: &[u8]) -> Option<Vec<u8>> {
        self.requests += 1;
        let seen = see(request);
        if seen.engine_id.is_empty() {
            let report = self.report(request, Report::UnknownEngineId, self.told);
            return self.answers.then(|| report.datagram());
        }
        if seen.engine_id != engine_id(self.engine).as_bytes() {
            return None;
        }
        if self.complains
            && (seen.clock.boots != self.clock.boots || seen.clock.time.abs_diff(self.clock.time) > 150)
        {
            return Some(self.report(request, Report::NotInTimeWindow, self.clock).datagram());
        }
        Some(self.response(request))
    }

    /// The response to a request of the reader, with its clock.
    fn response(&self, request: &[u8]) -> Vec<u8> {
        let (seen, reader) = (see(request), reader());
        let mut made = self.report(request, Report::UnknownEngineId, self.clock);
        made.user = "reader".into();
        made.level = Level::AuthNoPriv;
        made.keys = keys(&reader, &engine_id(self.engine));
        let request_id = seen.pdu.expect("it is not encrypted").request_id;
        made.header = PduHeader::new(PduKind::Response, request_id);
        made.varbinds = vec![VarBind::new(oid(crate::lab::NAME), OctetString::from(self.engine))];
        made.datagram()
    }
}

fn reader() -> User {
    user("reader", Auth::Sha1, None)
}

/// A peer of the reader without much patience.
fn peer(retries: u32) -> V3Peer<u16> {
    let retry = Retry { timeout: Duration::from_secs(1), retries, steady: false };
    V3Peer::new(AGENT, crate::lab::credentials(&reader()), retry)
}

/// A whole exchange with the agent.
fn get(lab: &mut Lab, agent: &mut Lax, peer: &Arc<V3Peer<u16>>) -> Outcome<u16> {
    let id = lab.start(peer);
    loop {
        while let Some(request) = lab.sent() {
            if let Some(answer) = agent.answer(&request) {
                let _ = lab.engine.handle_datagram(lab.now, AGENT, &answer);
            }
        }
        if let Some(outcome) = lab.engine.take(id) {
            assert!(lab.engine.is_empty());
            return outcome;
        }
        lab.wait();
    }
}

fn name(name: &str) -> [Value; 1] {
    [OctetString::from(name).into()]
}

/// U7: an engine that has fallen behind its own clock, as after a restart that it does not count, is asked anew, within
/// the request.
#[test]
fn clocks_that_go_back() {
    for (boots, time) in [(5, 3), (4, 100_000), (0, 0)] {
        let (mut lab, mut agent, peer) = (Lab::new(), Lax::new(5, 100_000), Arc::new(peer(1)));
        assert_eq!(values(get(&mut lab, &mut agent, &peer)), name("lax"));
        agent.starts_again(boots, time);
        agent.requests = 0;
        assert_eq!(values(get(&mut lab, &mut agent, &peer)), name("lax"));
        assert_eq!(agent.requests, 3, "the request, the question, the request");
        lab.requests.clear();
        assert_eq!(values(get(&mut lab, &mut agent, &peer)), name("lax"));
        assert_eq!(lab.requests.len(), 1, "in step again");
        assert_eq!(see(&lab.requests[0]).clock, agent.clock);
    }
}

/// RFC 3414 §3.2 (7b), §4: neither an old message nor a forged one moves a clock that is proven. What the answer to the
/// question says serves one exchange; only a response to a request that went out after it counts.
#[test]
fn old_and_forged_messages_do_not_set_clocks_back() {
    let (mut lab, mut agent, peer) = (Lab::new(), Lax::new(5, 100_000), Arc::new(peer(1)));
    get(&mut lab, &mut agent, &peer);
    let id = lab.start(&peer);
    let first = lab.sent().expect("a request");
    let true_clock = agent.clock;
    let far = EngineClock { boots: 1, time: 7 };
    // The answer to a request that nobody made is not a discovery.
    let uncalled = agent.report(&first, Report::UnknownEngineId, far).datagram();
    assert_eq!(lab.engine.handle_datagram(lab.now, AGENT, &uncalled), Ok(id));
    assert!(lab.sent().is_none(), "it changes nothing");
    // An authentic message that is behind: the engine is asked again.
    agent.clock = far;
    let old = agent.response(&first);
    let rejected = Err(Dropped::Rejected(id, Rejection::TimeWindow));
    assert_eq!(lab.engine.handle_datagram(lab.now, AGENT, &old), rejected);
    let question = lab.sent().expect("the question");
    assert!(see(&question).engine_id.is_empty());
    let forged = agent.report(&question, Report::UnknownEngineId, far).datagram();
    assert_eq!(lab.engine.handle_datagram(lab.now, AGENT, &forged), Ok(id));
    let second = lab.sent().expect("the request again");
    assert_eq!(see(&second).clock, far, "a guess, for this exchange");
    // It carries an msgID from before the question.
    assert_eq!(lab.engine.handle_datagram(lab.now, AGENT, &old), rejected);
    agent.clock = true_clock;
    let answer = agent.response(&second);
    assert_eq!(lab.engine.handle_datagram(lab.now, AGENT, &answer), Ok(id));
    values(lab.engine.take(id).expect("an end"));
    lab.requests.clear();
    get(&mut lab, &mut agent, &peer);
    assert_eq!(see(&lab.requests[0]).clock, true_clock, "nothing is left of it");
    assert_eq!(lab.requests.len(), 1);
}

/// An agent that is another engine now and says nothing to messages for the one it was: found out after an exchange
/// without an answer.
#[test]
fn engines_that_change_silently() {
    for retries in [0, 1, 3] {
        let (mut lab, mut agent, peer) = (Lab::new(), Lax::new(5, 1_000), Arc::new(peer(retries)));
        get(&mut lab, &mut agent, &peer);
        agent.engine = "successor";
        assert!(matches!(get(&mut lab, &mut agent, &peer), Outcome::TimedOut { .. }));
        assert_eq!(values(get(&mut lab, &mut agent, &peer)), name("successor"));
        assert_eq!(peer.engine_id(), Some(engine_id("successor")));
        lab.requests.clear();
        assert_eq!(values(get(&mut lab, &mut agent, &peer)), name("successor"));
        assert_eq!(lab.requests.len(), 1);
    }
}

/// One that answers in the name of the engine that it is now is asked at once.
#[test]
fn engines_that_answer_under_another_name() {
    let (mut lab, mut agent, peer) = (Lab::new(), Lax::new(5, 1_000), Arc::new(peer(1)));
    get(&mut lab, &mut agent, &peer);
    let id = lab.start(&peer);
    let request = lab.sent().expect("a request");
    agent.engine = "successor";
    let answer = agent.response(&request);
    let rejected = Err(Dropped::Rejected(id, Rejection::EngineId));
    assert_eq!(lab.engine.handle_datagram(lab.now, AGENT, &answer), rejected);
    while let Some(request) = lab.sent() {
        let answer = agent.answer(&request).expect("an answer");
        lab.engine.handle_datagram(lab.now, AGENT, &answer).expect("it counts");
    }
    assert_eq!(values(lab.engine.take(id).expect("an end")), name("successor"));
}

/// An agent that does not answer the question, known by configuration, is reached again after it was away, whatever
/// the number of attempts.
#[test]
fn agents_without_discovery() {
    for retries in [0, 1, 2] {
        let (mut lab, mut agent) = (Lab::new(), Lax::new(5, 1_000));
        agent.answers = false;
        let peer = Arc::new(peer(retries).known_engine_id(engine_id("lax")));
        assert_eq!(values(get(&mut lab, &mut agent, &peer)), name("lax"));
        agent.engine = "away";
        for _ in 0..3 {
            assert!(matches!(get(&mut lab, &mut agent, &peer), Outcome::TimedOut { .. }));
        }
        agent.engine = "lax";
        let answered = (0..2).filter(|_| matches!(get(&mut lab, &mut agent, &peer), Outcome::Response(_)));
        assert!(answered.count() >= 1, "{retries}");
    }
}

/// M6: a Report about the clock that nothing protects moves a clock that is a guess, at first contact and after a
/// restart; one that is proven stays.
#[test]
fn unprotected_reports_about_the_clock() {
    for known in [false, true] {
        let (mut lab, mut agent) = (Lab::new(), Lax::new(5, 100_000));
        (agent.complains, agent.told) = (true, EngineClock { boots: 0, time: 0 });
        let peer = match known {
            true => Arc::new(peer(1).known_engine_id(engine_id("lax"))),
            false => Arc::new(peer(1)),
        };
        assert_eq!(values(get(&mut lab, &mut agent, &peer)), name("lax"));
        assert_eq!(values(get(&mut lab, &mut agent, &peer)), name("lax"));
        agent.clock = EngineClock { boots: 5, time: 4 };
        agent.requests = 0;
        assert_eq!(values(get(&mut lab, &mut agent, &peer)), name("lax"));
        assert_eq!(agent.requests, 4, "the request, the question, a guess, another guess");
        // An agent that complains whatever it is told: an end, and soon.
        agent.clock.boots = 2_147_483_647;
        agent.clock.time = u32::MAX / 2;
        lab.requests.clear();
        agent.told = EngineClock { boots: 9, time: 9 };
        let mut never = |request: &[u8]| match agent.answer(request) {
            Some(_) if !see(request).engine_id.is_empty() => Some(
                agent.report(request, Report::NotInTimeWindow, EngineClock { boots: 3, time: 3 }).datagram(),
            ),
            answer => answer,
        };
        let id = lab.start(&peer);
        let outcome = loop {
            while let Some(request) = lab.sent() {
                let _ = never(&request).map(|answer| lab.engine.handle_datagram(lab.now, AGENT, &answer));
            }
            if let Some(outcome) = lab.engine.take(id) {
                break outcome;
            }
            lab.wait();
        };
        assert!(matches!(outcome, Outcome::Refused { report: Report::NotInTimeWindow, .. }), "{outcome:?}");
        assert!(lab.requests.len() <= 6, "{}", lab.requests.len());
    }
}

/// U1: the answer to the question is what it says of the engine, whatever counter it carries, if any, and in which PDU.
#[test]
fn answers_to_the_question() {
    let changes: [fn(&mut Made); 5] = [
        |_| {},
        |made| made.varbinds.clear(),
        |made| made.varbinds[0].name = oid("1.3.6.1.4.1.32473.1.0"),
        |made| made.varbinds[0].name = Report::UnsupportedLevel.oid().expect("it has one"),
        |made| made.header.kind = PduKind::Response,
    ];
    for change in changes {
        for user in [reader(), User::new("reader")] {
            let (mut lab, mut agent) = (Lab::new(), Lax::new(5, 1_000));
            let retry = Retry { timeout: Duration::from_secs(1), retries: 0, steady: false };
            let peer = Arc::new(V3Peer::new(AGENT, crate::lab::credentials(&user), retry));
            let id = lab.start(&peer);
            let question = lab.sent().expect("the question");
            let mut made = agent.report(&question, Report::UnknownEngineId, agent.clock);
            change(&mut made);
            assert_eq!(lab.engine.handle_datagram(lab.now, AGENT, &made.datagram()), Ok(id));
            let request = lab.sent().expect("the request");
            assert_eq!(see(&request).engine_id, engine_id("lax").as_bytes());
            if user == reader() {
                let answer = agent.answer(&request).expect("an answer");
                assert_eq!(lab.engine.handle_datagram(lab.now, AGENT, &answer), Ok(id));
                assert_eq!(values(lab.engine.take(id).expect("an end")), name("lax"));
            }
        }
    }
}

/// W10: the digest is over the message, not over what follows it in the datagram.
#[test]
fn octets_after_a_protected_message() {
    for user in [crate::lab::operator(), reader()] {
        let mut lab = Lab::new();
        lab.engine = Engine::new(crate::lab::Xorshift(7), Rules::Lenient);
        let peer = Arc::new(Lab::peer(&user));
        values(lab.get(&peer));
        for octets in [&[0][..], &[0x30, 0x84, 0xff], &[0; 300]] {
            let id = lab.start(&peer);
            let request = [&lab.sent().expect("a request"), octets].concat();
            let answer = [&lab.answer(&request).expect("the agent puts up with it"), octets].concat();
            assert_eq!(lab.engine.handle_datagram(lab.now, AGENT, &answer), Ok(id));
            let response = response(lab.engine.take(id).expect("an end"));
            assert!(response.anomalies.contains(Anomaly::TrailingOctets));
            // A message that somebody has cut or lengthened inside is as wrong as before.
            let id = lab.start(&peer);
            let request = lab.sent().expect("a request");
            let mut answer = lab.answer(&request).expect("an answer");
            let last = answer.len() - 1;
            answer[last] ^= 1;
            answer.push(0);
            let ignored = lab.engine.handle_datagram(lab.now, AGENT, &answer);
            assert_eq!(ignored, Err(Dropped::Rejected(id, Rejection::Digest)));
            lab.engine.cancel(id);
        }
    }
}

/// U22: an engine ID that the standard does not allow is refused, and told; on request it is worked with.
#[test]
fn odd_engine_ids() {
    for octets in [&[9][..], &[1, 2, 3, 4], &[0xee; 33], &[7; 64], &[0; 12]] {
        let (mut lab, agent) = (Lab::new(), Lax::new(5, 1_000));
        let odd = EngineId::odd(octets).expect("an odd one");
        let answer = |request: &[u8]| {
            let (seen, mut made) =
                (see(request), agent.report(request, Report::UnknownEngineId, agent.clock));
            (made.engine_id, made.context_engine_id) = (octets.to_vec(), octets.to_vec());
            if !seen.engine_id.is_empty() {
                assert_eq!(seen.engine_id, octets);
                (made.user, made.level) = ("reader".into(), Level::AuthNoPriv);
                made.keys = keys(&reader(), &odd);
                let request_id = seen.pdu.expect("it is not encrypted").request_id;
                made.header = PduHeader::new(PduKind::Response, request_id);
            }
            made.datagram()
        };
        let id = lab.start(&Arc::new(peer(0)));
        let question = lab.sent().expect("a question");
        let rejected = Dropped::Rejected(id, Rejection::IllegalEngineId);
        assert_eq!(lab.engine.handle_datagram(lab.now, AGENT, &answer(&question)), Err(rejected));
        lab.wait();
        match lab.engine.take(id) {
            Some(Outcome::Undiscovered { dropped, .. }) => {
                assert_eq!((dropped.count, dropped.last), (1, Some(rejected)));
            }
            other => panic!("{other:?}"),
        }
        let known = peer(0).known_engine_id(odd).any_engine_id(true);
        for peer in [peer(0).any_engine_id(true), known] {
            let peer = Arc::new(peer);
            let id = lab.start(&peer);
            while let Some(request) = lab.sent() {
                lab.engine.handle_datagram(lab.now, AGENT, &answer(&request)).expect("it counts");
            }
            response(lab.engine.take(id).expect("an end"));
            assert_eq!(peer.engine_id(), Some(odd));
        }
    }
}
