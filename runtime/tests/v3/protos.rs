//! Messages of SNMPv3 that are malformed by rule, also under signature and cipher, between agent and manager.

use crate::lab::{AGENT, Lab, Made, accounts, engine_id, keys, oid, operator, see, user, values};
use allocation_counter::measure;
use mibc_runtime::agent::{Account, ReadError, Variables};
use mibc_runtime::engine::{Dropped, Outcome, Rejection, Report};
use mibc_runtime::message::{Decoder, ErrorStatus, Level, PduHeader, PduKind};
use mibc_runtime::oid::OidRef;
use mibc_runtime::usm::{Auth, LocalKeys, Privacy, User};
use mibc_runtime::value::{Value, VarBind};
use mibc_test_support::v3::{ODD_LENGTHS, malformed, scoped, with_digest_of, with_salt_of};
use std::ops::Bound;
use std::sync::Arc;

/// DES has padding, which AES has not.
fn clerk() -> User {
    user("clerk", Auth::Md5, Some(Privacy::Des))
}

fn lab() -> Lab {
    let mut accounts = accounts();
    accounts.push(Account::read_write(clerk()));
    Lab::with(accounts)
}

/// The users of the lab, at each of their levels.
fn users() -> [(User, Level); 4] {
    [
        (operator(), Level::AuthPriv),
        (operator(), Level::AuthNoPriv),
        (clerk(), Level::AuthPriv),
        (User::new("guest"), Level::NoAuthNoPriv),
    ]
}

fn agent_keys(user: &User) -> LocalKeys {
    keys(user, &engine_id("agent"))
}

fn is_authenticated(datagram: &[u8]) -> bool {
    Decoder::default().decode_v3(datagram).expect("a message").0.header.flags.level()
        != Some(Level::NoAuthNoPriv)
}

/// CVE-2002-0012, CVE-2002-0013 (CERT CA-2002-03), gosnmp: each value of a request wrong in each way. Where the digest
/// does not fit the agent believes nothing; after each message it answers a good one.
#[test]
fn requests_with_every_value_wrong() {
    let mut lab = lab();
    let good = Made::get(&User::new("guest"), Level::NoAuthNoPriv).datagram();
    // Some of the SETs are good enough to change the value.
    let without_value = |answer: Option<Vec<u8>>| {
        let answer = see(&answer.expect("an answer"));
        (answer.pdu, answer.varbinds.first().map(|varbind| varbind.name.clone()))
    };
    let expected = without_value(lab.answer(&good));
    let mut count = 0;
    for (user, level) in users() {
        for header in
            [PduHeader::new(PduKind::Get, 1), PduHeader::bulk(1, 0, 20), PduHeader::new(PduKind::Set, 1)]
        {
            let datagram = Made { header, ..Made::get(&user, level) }.datagram();
            let [outside, inside] = malformed(&datagram, &agent_keys(&user));
            for (bad, signed) in
                outside.iter().map(|bad| (bad, false)).chain(inside.iter().map(|bad| (bad, true)))
            {
                if let Some(answer) = lab.answer(bad)
                    && level.has_auth()
                    && !signed
                {
                    assert!(!is_authenticated(&answer) || bad.starts_with(&datagram), "{bad:02x?}");
                }
                assert_eq!(without_value(lab.answer(&good)), expected, "after {bad:02x?}");
                lab.answers.clear();
                count += 1;
            }
        }
    }
    assert!(count > 5_000, "{count}");
}

/// The same in responses, to a manager: what is not signed ends no request, and what the agent itself signs may be an
/// answer or not, and does no harm.
#[test]
fn responses_with_every_value_wrong() {
    for (user, level) in [(operator(), Level::AuthPriv), (clerk(), Level::AuthPriv)] {
        let mut lab = lab();
        let peer = Arc::new(Lab::peer(&user));
        values(lab.get(&peer));
        let (mut id, mut ended) = (lab.start(&peer), 0);
        let request = lab.sent().expect("a request");
        let mut answer = lab.answer(&request).expect("an answer");
        assert_eq!(
            Decoder::default().decode_v3(&answer).expect("a message").0.header.flags.level(),
            Some(level)
        );
        let mut lists = malformed(&answer, &agent_keys(&user));
        for signed in [false, true] {
            for place in 0..lists[usize::from(signed)].len() {
                let bad = &lists[usize::from(signed)][place];
                let _ = lab.engine.handle_datagram(lab.now, AGENT, bad);
                let Some(outcome) = lab.engine.take(id) else { continue };
                assert!(signed || bad.starts_with(&answer), "{bad:02x?} was believed");
                if let Outcome::Response(response) = outcome {
                    assert!(response.varbinds().iter().count() <= bad.len());
                }
                ended += 1;
                id = lab.start(&peer);
                let request = lab.sent().expect("a request");
                answer = lab.answer(&request).expect("an answer");
                lists = malformed(&answer, &agent_keys(&user));
            }
        }
        assert!(ended > 0, "some deviations are borne");
        assert_eq!(lab.engine.handle_datagram(lab.now, AGENT, &answer), Ok(id), "and the true answer counts");
        values(lab.engine.take(id).expect("an end"));
    }
}

/// The same in the answer to the question for the engine ID, which nobody can sign.
#[test]
fn discoveries_with_every_value_wrong() {
    let mut lab = lab();
    let question = {
        let id = lab.start(&Arc::new(Lab::peer(&operator())));
        let question = lab.sent().expect("a question");
        lab.engine.cancel(id);
        question
    };
    let report = lab.answer(&question).expect("a Report");
    let lists = |report: &[u8]| {
        let [outside, _] = malformed(report, &agent_keys(&operator()));
        outside
    };
    let count = lists(&report).len();
    for place in 0..count {
        let peer = Arc::new(Lab::peer(&operator()));
        let id = lab.start(&peer);
        let question = lab.sent().expect("a question");
        let report = lab.answer(&question).expect("a Report");
        let bad = lists(&report).swap_remove(place);
        let _ = lab.engine.handle_datagram(lab.now, AGENT, &bad);
        // Whatever came of it: the agent answers what is asked next.
        match lab.finish(id) {
            Outcome::Response(_) | Outcome::Refused { .. } | Outcome::Undiscovered { .. } => {}
            other => panic!("{other:?} after {bad:02x?}"),
        }
        lab.requests.clear();
        lab.answers.clear();
    }
}

/// U5, CVE-2026-8836, CVE-2008-0960: digests and salts of other lengths, to the agent.
#[test]
fn requests_with_parameters_of_other_lengths() {
    let mut lab = lab();
    for (user, level) in users().into_iter().filter(|(_, level)| level.has_auth()) {
        let datagram = Made::get(&user, level).datagram();
        let right = see(&datagram).auth.len();
        let reported = |answer: Option<Vec<u8>>| {
            answer.map(|answer| Report::from_oid(see(&answer).varbinds[0].name.as_ref()))
        };
        for length in [0].into_iter().chain(ODD_LENGTHS).filter(|length| *length != right) {
            let answer = lab.answer(&with_digest_of(&datagram, length));
            let expected = (length <= 65_000).then_some(Report::WrongDigest);
            assert_eq!(reported(answer), expected, "{length}");
            if level.has_privacy() {
                let answer = lab.answer(&with_salt_of(&datagram, &agent_keys(&user), length));
                let expected = (length <= 65_000).then_some(Report::DecryptionError);
                assert_eq!(reported(answer), expected, "{length}");
            }
        }
        let answer = lab.answer(&datagram).expect("an answer");
        assert!(is_authenticated(&answer), "it still answers {user:?}");
    }
}

/// The same in responses, to a manager: the request waits on for the true one.
#[test]
fn responses_with_parameters_of_other_lengths() {
    for user in [operator(), clerk()] {
        let mut lab = lab();
        let peer = Arc::new(Lab::peer(&user));
        values(lab.get(&peer));
        let id = lab.start(&peer);
        let request = lab.sent().expect("a request");
        let answer = lab.answer(&request).expect("an answer");
        let right = see(&answer).auth.len();
        for length in [0].into_iter().chain(ODD_LENGTHS).filter(|length| *length != right) {
            let is_message = length <= 65_000;
            let digest = with_digest_of(&answer, length);
            let result = lab.engine.handle_datagram(lab.now, AGENT, &digest);
            assert_eq!(
                result == Err(Dropped::Rejected(id, Rejection::Digest)),
                is_message,
                "{length}: {result:?}"
            );
            let salt = with_salt_of(&answer, &agent_keys(&user), length);
            let result = lab.engine.handle_datagram(lab.now, AGENT, &salt);
            let expected = Err(Dropped::Rejected(id, Rejection::Decryption));
            assert_eq!(result == expected, is_message, "{length}: {result:?}");
            assert!(result.is_err() && lab.engine.take(id).is_none());
        }
        assert_eq!(lab.engine.handle_datagram(lab.now, AGENT, &answer), Ok(id));
        values(lab.engine.take(id).expect("an end"));
    }
}

/// CVE-2019-20892: a GETBULK that fails in its middle, over and over, leaves nothing of the security model's state behind.
#[test]
fn bulks_that_fail_in_the_middle() {
    struct Broken;
    impl Variables for Broken {
        fn get(&self, _: OidRef<'_>) -> Result<Value, ReadError> {
            Err(ReadError::new("the sensor is gone"))
        }
        fn next(&self, _: Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
            Err(ReadError::new("the sensor is gone"))
        }
    }
    let mut lab = lab();
    lab.responder.register(oid("1.3.6.1.2.1.2"), Arc::new(Broken));
    let varbinds = ["1.3.6.1.2.1.1", "1.3.6.1.2.1.1"].map(|name| VarBind::unspecified(oid(name))).to_vec();
    let made =
        Made { header: PduHeader::bulk(1, 0, 20), varbinds, ..Made::get(&operator(), Level::AuthPriv) };
    let datagram = made.datagram();
    let good = Made::get(&operator(), Level::AuthPriv).datagram();
    let mut ask = || {
        let answer = lab.answer(&datagram).expect("an answer");
        let (pdu, _) = open(&answer);
        assert_eq!((pdu.kind, pdu.error_status), (PduKind::Response, ErrorStatus::GEN_ERR));
        assert_eq!(open(&lab.answer(&good).expect("an answer")).1, 1, "the next one is answered");
        lab.answers.clear();
    };
    ask();
    assert_eq!(measure(|| (0..100).for_each(|_| ask())).count_current, 0, "allocations that are left");
}

/// Header and number of varbinds of what the agent says to the operator.
fn open(datagram: &[u8]) -> (PduHeader, usize) {
    let plain = scoped(datagram, &agent_keys(&operator()));
    let mut decoder = Decoder::default();
    let pdu = decoder.decode_scoped(&plain).expect("a scoped PDU").0.pdu;
    (pdu.header, pdu.varbinds.len())
}
