use super::*;
use crate::value::{Counter64, OctetString};

const IN_OCTETS: &str = "1.3.6.1.2.1.31.1.1.1.6";

fn oid(text: &str) -> Oid {
    text.parse().expect("an OID")
}

fn names(names: &[&str]) -> Vec<VarBind> {
    names.iter().map(|name| VarBind::unspecified(oid(name))).collect()
}

fn octets(name: &str, text: &str) -> VarBind {
    VarBind::new(oid(name), Value::OctetString(OctetString(text.into())))
}

fn counter(name: &str) -> VarBind {
    VarBind::new(oid(name), Value::Counter64(Counter64(1 << 40)))
}

fn between(upstream: Version, downstream: Version, kind: PduKind, of: &[&str]) -> Translation {
    let header = if kind == PduKind::GetBulk { PduHeader::bulk(9, 0, 20) } else { PduHeader::new(kind, 9) };
    Translation::new(upstream, downstream, header, names(of))
}

/// RFC 3584 §4.3: between SNMPv2c and SNMPv3, and of one version, nothing changes.
#[test]
fn one_form_of_pdu() {
    use Version::{V1, V2c, V3};
    for (upstream, downstream) in [(V2c, V3), (V3, V2c), (V2c, V2c), (V3, V3), (V1, V1)] {
        let mut translation = between(upstream, downstream, PduKind::GetNext, &["1.3.6", "1.3.7"]);
        assert_eq!(translation.refusal(), None);
        let (header, asked) = translation.request();
        assert_eq!((header.kind, asked), (PduKind::GetNext, &names(&["1.3.6", "1.3.7"])[..]));
        let found = vec![counter("1.3.6.1"), VarBind::new(oid("1.3.7"), Value::EndOfMibView)];
        let answer = Answer::new(ErrorStatus::NO_ERROR, 0, found.clone());
        assert_eq!(translation.response(ErrorStatus::NO_ERROR, 0, found), Some(answer));
        let status = ErrorStatus::INCONSISTENT_NAME;
        let answer = Answer::new(status, 2, names(&["1.3.6", "1.3.7"]));
        assert_eq!(translation.response(status, 2, answer.varbinds.clone()), Some(answer));
    }
    let (header, _) = between(V3, V2c, PduKind::GetBulk, &["1.3"]).request();
    assert_eq!((header.kind, header.non_repeaters(), header.max_repetitions()), (PduKind::GetBulk, 0, 20));
}

/// C12: a GETBULK goes to SNMPv1 as GETNEXT; tooBig is asked again once, for the first variable.
#[test]
fn bulk_to_v1() {
    let mut bulk = between(Version::V3, Version::V1, PduKind::GetBulk, &["1.3.6", "1.3.7", "1.3.8"]);
    let (header, asked) = bulk.request();
    assert_eq!(header, PduHeader::new(PduKind::GetNext, 0));
    assert_eq!(asked.len(), 3);
    assert_eq!(bulk.response(ErrorStatus::TOO_BIG, 0, names(&["1.3.6", "1.3.7", "1.3.8"])), None);
    assert_eq!(bulk.request().1, names(&["1.3.6"]));
    let nothing = Answer::new(ErrorStatus::NO_ERROR, 0, Vec::new());
    assert_eq!(bulk.response(ErrorStatus::TOO_BIG, 0, names(&["1.3.6"])), Some(nothing.clone()));
    // What comes the second time is the answer.
    let mut bulk = between(Version::V2c, Version::V1, PduKind::GetBulk, &["1.3.6", "1.3.7"]);
    assert_eq!(bulk.response(ErrorStatus::TOO_BIG, 0, Vec::new()), None);
    let found = vec![octets("1.3.6.1", "found")];
    let answer = Answer::new(ErrorStatus::NO_ERROR, 0, found.clone());
    assert_eq!(bulk.response(ErrorStatus::NO_ERROR, 0, found), Some(answer));
    // With a single variable there is nothing to leave out.
    let mut bulk = between(Version::V2c, Version::V1, PduKind::GetBulk, &["1.3.6"]);
    assert_eq!(bulk.response(ErrorStatus::TOO_BIG, 0, Vec::new()), Some(nothing));
}

/// RFC 3584 §4.3.1: tooBig of SNMPv1 has varbinds, that of SNMPv2 has none. Other statuses stay (§4.4).
#[test]
fn errors_of_v1() {
    let mut get = between(Version::V2c, Version::V1, PduKind::Get, &["1.3.6", "1.3.7"]);
    let echo = names(&["1.3.6", "1.3.7"]);
    let answer = Answer::new(ErrorStatus::TOO_BIG, 0, Vec::new());
    assert_eq!(get.response(ErrorStatus::TOO_BIG, 1, echo.clone()), Some(answer));
    for status in [ErrorStatus::NO_SUCH_NAME, ErrorStatus::BAD_VALUE, ErrorStatus::GEN_ERR] {
        let answer = Answer::new(status, 2, echo.clone());
        assert_eq!(get.response(status, 2, echo.clone()), Some(answer));
    }
}

/// C13: GETNEXT of SNMPv1 is asked again from each Counter64 until none is left.
#[test]
fn counters_are_skipped() {
    let of = ["1.3.6.1.2.1.31.1.1.1.5.9", "1.3.6.1.2.1.1.5"];
    let mut next = between(Version::V1, Version::V2c, PduKind::GetNext, &of);
    let name = octets("1.3.6.1.2.1.1.5.0", "lab");
    let found = vec![counter(&format!("{IN_OCTETS}.1")), name.clone()];
    assert_eq!(next.response(ErrorStatus::NO_ERROR, 0, found), None);
    // All is asked again, and the other instances are skipped.
    assert_eq!(next.request().1, names(&[&format!("{IN_OCTETS}.65535"), of[1]]));
    let found = vec![counter(&format!("{IN_OCTETS}.70000")), name.clone()];
    assert_eq!(next.response(ErrorStatus::NO_ERROR, 0, found), None);
    assert_eq!(next.request().1, names(&[&format!("{IN_OCTETS}.4294967295"), of[1]]));
    let found = vec![octets("1.3.6.1.2.1.31.1.1.1.18.1", "alias"), name];
    let answer = Answer::new(ErrorStatus::NO_ERROR, 0, found.clone());
    assert_eq!(next.response(ErrorStatus::NO_ERROR, 0, found), Some(answer));
}

/// An agent whose Counter64s do not increase is not asked for ever.
#[test]
fn counters_that_go_in_circles() {
    let of = ["1.3.6.1.2.1.31.1.1.1.7"];
    let mut next = between(Version::V1, Version::V3, PduKind::GetNext, &of);
    let answer = Answer::new(ErrorStatus::GEN_ERR, 0, names(&of));
    assert_eq!(
        next.response(ErrorStatus::NO_ERROR, 0, vec![counter(&format!("{IN_OCTETS}.1"))]),
        Some(answer)
    );
    let mut last =
        between(Version::V1, Version::V3, PduKind::GetNext, &["1.3.6.1.2.1.31.1.1.1.6.4294967294"]);
    let highest = counter("1.3.6.1.2.1.31.1.1.1.6.4294967295");
    assert_eq!(last.response(ErrorStatus::NO_ERROR, 0, vec![highest.clone()]), None);
    assert!(last.response(ErrorStatus::NO_ERROR, 0, vec![highest]).is_some());
}

/// RFC 3584 §4.3.2: Counter64 and exceptions are noSuchName, with the varbinds of the request.
#[test]
fn exceptions_to_v1() {
    let of = ["1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.9.0"];
    let name = octets(of[0], "lab");
    for second in [
        VarBind::new(oid(of[1]), Value::NoSuchObject),
        VarBind::new(oid(of[1]), Value::NoSuchInstance),
        counter(of[1]),
    ] {
        let mut get = between(Version::V1, Version::V3, PduKind::Get, &of);
        let answer = Answer::new(ErrorStatus::NO_SUCH_NAME, 2, names(&of));
        assert_eq!(get.response(ErrorStatus::NO_ERROR, 0, vec![name.clone(), second]), Some(answer));
    }
    let mut next = between(Version::V1, Version::V2c, PduKind::GetNext, &of);
    let end = VarBind::new(oid(of[1]), Value::EndOfMibView);
    let answer = Answer::new(ErrorStatus::NO_SUCH_NAME, 2, names(&of));
    assert_eq!(next.response(ErrorStatus::NO_ERROR, 0, vec![counter("1.3.6.1.2.1.1.6"), end]), Some(answer));
}

/// RFC 3584 §4.4.
#[test]
fn errors_to_v1() {
    let of = ["1.3.6.1.2.1.1.5.0"];
    for (status, index, in_v1, then) in [
        (ErrorStatus::WRONG_VALUE, 1, ErrorStatus::BAD_VALUE, 1),
        (ErrorStatus::INCONSISTENT_NAME, 1, ErrorStatus::NO_SUCH_NAME, 1),
        (ErrorStatus::COMMIT_FAILED, 1, ErrorStatus::GEN_ERR, 1),
        (ErrorStatus::UNDO_FAILED, 0, ErrorStatus::GEN_ERR, 0),
        (ErrorStatus::TOO_BIG, 0, ErrorStatus::TOO_BIG, 0),
        (ErrorStatus::AUTHORIZATION_ERROR, 0, ErrorStatus::NO_SUCH_NAME, 1),
    ] {
        let mut set = between(Version::V1, Version::V2c, PduKind::Set, &of);
        let answer = set.response(status, index, Vec::new()).expect("an answer");
        assert_eq!((answer.status, answer.index), (in_v1, then), "{status}");
        assert_eq!(answer.varbinds, names(&of), "SNMPv1 repeats the request");
        assert_eq!(answer.is_bad_use, status == ErrorStatus::AUTHORIZATION_ERROR);
    }
}

/// No object of SNMPv1 takes a Counter64, and no message of it can have one.
#[test]
fn counters_are_not_set_in_v1() {
    let of = vec![octets("1.3.6.1.2.1.1.5.0", "lab"), counter("1.3.6.1.2.1.1.9.0")];
    let header = PduHeader::new(PduKind::Set, 9);
    let set = |downstream| Translation::new(Version::V2c, downstream, header, of.clone());
    let answer = Answer::new(ErrorStatus::WRONG_TYPE, 2, of.clone());
    assert_eq!(set(Version::V1).refusal(), Some(answer));
    assert_eq!(set(Version::V3).refusal(), None);
    // In a GET it is without meaning.
    let get = Translation::new(Version::V2c, Version::V1, PduHeader::new(PduKind::Get, 9), of);
    assert_eq!(get.refusal(), None);
    assert_eq!(get.request().1, names(&["1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.9.0"]));
}
