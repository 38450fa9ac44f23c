use super::*;
use mibc_runtime::message::ErrorStatus;
use mibc_runtime::oid::Oid;
use mibc_runtime::registry::Priority;
use mibc_runtime::value::{
    Counter32, Counter64, Gauge32, IpAddress, OctetString, Opaque, TimeTicks, Value, VarBind,
};
use mibc_test_support::Xorshift;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

fn oid(text: &str) -> Oid {
    text.parse().expect("a valid OID")
}

fn octets(pdu: &Pdu) -> Vec<u8> {
    let mut octets = Vec::new();
    pdu.encode(&mut octets).expect("it is short");
    octets
}

fn decoded(octets: &[u8]) -> Result<Pdu, Box<dyn std::error::Error>> {
    let mut frames = Frames::new();
    frames.push(octets);
    let (header, payload) = frames.next_frame()?.ok_or("it is not whole")?;
    Ok(Pdu::decode(&header, payload)?)
}

fn pdu(order: ByteOrder, body: Body) -> Pdu {
    Pdu { order, session_id: 0x0102_0304, transaction_id: 5, packet_id: 6, body }
}

fn any_oid() -> impl Strategy<Value = Oid> {
    let start = prop_oneof![
        Just(vec![]),
        Just(vec![1, 3, 6, 1]),
        (0..=300_u32).prop_map(|x| vec![1, 3, 6, 1, x]),
        (0..3_u32, 0..40_u32).prop_map(|(a, b)| vec![a, b]),
    ];
    (start, vec(any::<u32>(), 0..20)).prop_map(|(mut arcs, rest)| {
        if arcs.is_empty() {
            return Oid::ZERO;
        }
        arcs.extend(rest);
        Oid::from_arcs(&arcs).expect("an OID")
    })
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i32>().prop_map(Value::Integer),
        vec(any::<u8>(), 0..40).prop_map(|octets| Value::OctetString(OctetString(octets))),
        Just(Value::Null),
        any_oid().prop_map(Value::ObjectIdentifier),
        any::<[u8; 4]>().prop_map(|octets| Value::IpAddress(IpAddress(octets))),
        any::<u32>().prop_map(|number| Value::Counter32(Counter32(number))),
        any::<u32>().prop_map(|number| Value::Gauge32(Gauge32(number))),
        any::<u32>().prop_map(|number| Value::TimeTicks(TimeTicks(number))),
        vec(any::<u8>(), 0..40).prop_map(|octets| Value::Opaque(Opaque(octets))),
        any::<u64>().prop_map(|number| Value::Counter64(Counter64(number))),
        Just(Value::NoSuchObject),
        Just(Value::NoSuchInstance),
        Just(Value::EndOfMibView),
    ]
}

fn any_context() -> impl Strategy<Value = Context> {
    option::of(vec(any::<u8>(), 0..9))
}

fn any_bindings() -> impl Strategy<Value = Bindings> {
    let varbind = (any_oid(), any_value()).prop_map(|(name, value)| VarBind { name, value });
    (any_context(), vec(varbind, 0..6)).prop_map(|(context, varbinds)| Bindings { context, varbinds })
}

fn any_search() -> impl Strategy<Value = Search> {
    let end = option::of(any_oid()).prop_map(|end| end.filter(|end| *end != Oid::ZERO));
    let range =
        (any_oid(), any::<bool>(), end).prop_map(|(start, include, end)| Range { start, include, end });
    (any_context(), vec(range, 0..6)).prop_map(|(context, ranges)| Search { context, ranges })
}

fn any_region() -> impl Strategy<Value = Region> {
    let range = option::of((1..=255_u8, any::<u32>()));
    (any_context(), 1..=255_u8, any_oid(), range).prop_map(|(context, priority, subtree, range)| {
        let priority = Priority::new(priority).expect("it is not 0");
        Region { context, priority, subtree, range }
    })
}

fn any_body() -> impl Strategy<Value = Body> {
    let text = || vec(any::<u8>(), 0..30);
    let choice = prop_oneof![Just(Choice::This), Just(Choice::Any), Just(Choice::New)];
    prop_oneof![
        (any::<u8>(), any_oid(), text()).prop_map(|(timeout, id, description)| Body::Open(Open {
            timeout,
            id,
            description
        })),
        (0..6_usize).prop_map(|at| Body::Close(CloseReason::ALL[at])),
        (any_region(), any::<u8>(), any::<bool>()).prop_map(|(region, timeout, is_instance)| Body::Register(
            Register { region, timeout, is_instance }
        )),
        any_region().prop_map(|region| Body::Unregister(Unregister { region })),
        any_search().prop_map(Body::Get),
        any_search().prop_map(Body::GetNext),
        (any_search(), any::<u16>(), any::<u16>()).prop_map(|(search, non_repeaters, max_repetitions)| {
            Body::GetBulk(Bulk { search, non_repeaters, max_repetitions })
        }),
        any_bindings().prop_map(Body::TestSet),
        prop_oneof![Just(Body::CommitSet), Just(Body::UndoSet), Just(Body::CleanupSet)],
        any_bindings().prop_map(Body::Notify),
        any_context().prop_map(Body::Ping),
        (choice, any_bindings()).prop_map(|(choice, bindings)| Body::IndexAllocate(choice, bindings)),
        any_bindings().prop_map(Body::IndexDeallocate),
        (any_context(), any_oid(), text()).prop_map(|(context, id, description)| Body::AddAgentCaps(
            Capabilities { context, id, description }
        )),
        (any_context(), any_oid()).prop_map(|(context, id)| Body::RemoveAgentCaps(context, id)),
        (any::<u32>(), any::<u16>(), any::<u16>(), any_bindings()).prop_map(
            |(up_time, status, index, bindings)| {
                Body::Response(Response {
                    up_time,
                    status: Status(status),
                    index,
                    varbinds: bindings.varbinds,
                })
            }
        ),
    ]
}

fn any_pdu() -> impl Strategy<Value = Pdu> {
    (any::<bool>(), any::<[u32; 3]>(), any_body()).prop_map(
        |(is_big, [session_id, transaction_id, packet_id], body)| {
            let order = if is_big { ByteOrder::Big } else { ByteOrder::Little };
            Pdu { order, session_id, transaction_id, packet_id, body }
        },
    )
}

proptest! {
    /// A1, A2: what is written is read as it was, in both byte orders; it is made of fours of octets.
    #[test]
    fn round_trip(pdu in any_pdu()) {
        let octets = octets(&pdu);
        prop_assert_eq!(octets.len() % 4, 0);
        prop_assert_eq!(decoded(&octets).expect("it is right"), pdu);
    }

    /// PDUs that are cut anywhere and come in pieces are the same PDUs.
    #[test]
    fn in_pieces(pdus in vec(any_pdu(), 1..4), piece in 1..50_usize) {
        let stream: Vec<u8> = pdus.iter().flat_map(octets).collect();
        let (mut frames, mut found) = (Frames::new(), Vec::new());
        for piece in stream.chunks(piece) {
            frames.push(piece);
            while let Some((header, payload)) = frames.next_frame().expect("it is right") {
                found.push(Pdu::decode(&header, payload).expect("it is right"));
            }
        }
        prop_assert_eq!(found, pdus);
    }

    /// What is damaged is an error or another PDU, which is written as it is read.
    #[test]
    fn damage(pdu in any_pdu(), seed in any::<u64>()) {
        let mut damaged = octets(&pdu);
        let mut random = Xorshift(seed | 1);
        for _ in 0..=random.below(4) {
            let at = random.below(damaged.len());
            if let Some(octet) = damaged.get_mut(at) {
                *octet = if random.below(2) == 0 { random.below(256) as u8 } else { *octet ^ 1 << random.below(8) };
            }
        }
        if random.below(4) == 0 {
            damaged.truncate(random.below(damaged.len()));
        }
        if let Ok(other) = decoded(&damaged) {
            prop_assert_eq!(decoded(&octets(&other)).expect("it is right"), other);
        }
    }
}

/// A2: the OIDs that RFC 2741 §5.1 has as examples.
#[test]
fn oids_as_the_standard_writes_them() {
    let written = |text: &str| {
        let body = Body::RemoveAgentCaps(None, oid(text));
        octets(&pdu(ByteOrder::Big, body)).get(HEADER..).map(<[u8]>::to_vec).unwrap_or_default()
    };
    assert_eq!(written("1.3.6.1.2.1.1.1.0"), [4, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0]);
    assert_eq!(written("0.0"), [0, 0, 0, 0]);
    assert_eq!(written("1.2.3.4"), [4, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4]);
    // A prefix is one octet, and 0 says that there is none.
    assert_eq!(written("1.3.6.1.256").first(), Some(&5));
    assert_eq!(written("1.3.6.1.0").first(), Some(&5));
    assert_eq!(written("1.3.6.1.255"), [0, 255, 0, 0]);
    assert_eq!(written("1.3.6.1").first(), Some(&4));
}

/// A2: the search range of RFC 2741 §5.2.
#[test]
fn a_search_range() {
    let range = Range { start: oid("1.3.6.1.2.1.25.2"), include: true, end: Some(oid("1.3.6.1.2.1.25.2.1")) };
    let body = Body::GetNext(Search { context: None, ranges: vec![range] });
    let octets = octets(&pdu(ByteOrder::Big, body));
    assert_eq!(
        octets.get(HEADER..).expect("a payload"),
        [
            3, 2, 1, 0, 0, 0, 0, 1, 0, 0, 0, 25, 0, 0, 0, 2, //
            4, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 25, 0, 0, 0, 2, 0, 0, 0, 1
        ]
    );
}

/// A2: include outside of a search range, reserved octets and what fills up mean nothing.
#[test]
fn what_is_not_looked_at() {
    let caps = Capabilities { context: None, id: oid("1.3.6.1.4.1"), description: b"x".to_vec() };
    let right = pdu(ByteOrder::Big, Body::AddAgentCaps(caps));
    let mut octets = octets(&right);
    for at in [3, HEADER + 2, HEADER + 3, octets.len() - 1, octets.len() - 2] {
        octets[at] = 7;
    }
    assert_eq!(decoded(&octets).expect("it can be read"), right);
}

/// A1: the version, the length, and what they do to a connection.
#[test]
fn headers_that_end_a_connection() {
    let right = octets(&pdu(ByteOrder::Little, Body::Ping(None)));
    let fault = |at: usize, octet: u8| {
        let mut octets = right.clone();
        octets[at] = octet;
        let mut frames = Frames::new();
        frames.push(&octets);
        let error = frames.next_frame().expect_err("it is wrong");
        assert_eq!(frames.next_frame().expect_err("it stays wrong"), error);
        assert_eq!(error.header.session_id, 0x0102_0304);
        error.fault
    };
    assert_eq!(fault(0, 2), Fault::Version { found: 2 });
    assert_eq!(fault(16, 3), Fault::UnevenLength { found: 3 });
    assert_eq!(fault(19, 0x10), Fault::TooLong { found: 0x1000_0000 });
}

/// Errors say what is wrong, and where.
#[test]
fn errors_name_the_place() {
    let error = |body: Body, change: &dyn Fn(&mut Vec<u8>)| {
        let mut octets = octets(&pdu(ByteOrder::Big, body));
        change(&mut octets);
        let length = (octets.len() - HEADER) as u32;
        octets[16..20].copy_from_slice(&length.to_be_bytes());
        decoded(&octets).expect_err("it is wrong").to_string()
    };
    let set = || {
        let varbind = VarBind::new(oid("1.3.6.1.4.1.1"), 7);
        Body::TestSet(Bindings { context: None, varbinds: vec![varbind] })
    };
    assert_eq!(
        error(set(), &|octets| octets.truncate(octets.len() - 4)),
        "a malformed agentx-TestSet-PDU: the payload ends at octet 16, in the middle of an Integer, which needs 4 octets more"
    );
    assert_eq!(
        error(set(), &|octets| octets[HEADER + 1] = 3),
        "a malformed agentx-TestSet-PDU: at octet 0 of the payload: v.type is 3, which is not a type of value"
    );
    assert_eq!(
        error(set(), &|octets| octets[HEADER + 4] = 129),
        "a malformed agentx-TestSet-PDU: the payload ends at octet 20, in the middle of the sub-identifiers of an object \
         identifier, which needs 504 octets more"
    );
    assert_eq!(
        error(Body::CommitSet, &|octets| octets.extend([0; 8])),
        "a malformed agentx-CommitSet-PDU: 8 octets more than the PDU has, from octet 0 of the payload on"
    );
    assert_eq!(
        error(Body::CommitSet, &|octets| octets[1] = 19),
        "a malformed PDU: h.type is 19: expected 1 to 18"
    );
    assert_eq!(
        error(Body::Close(CloseReason::Other), &|octets| octets[HEADER] = 7),
        "a malformed agentx-Close-PDU: c.reason is 7: expected 1 to 6"
    );
    let region = Region { context: None, priority: Priority::default(), subtree: oid("1.3"), range: None };
    assert_eq!(
        error(Body::Unregister(Unregister { region }), &|octets| octets[HEADER + 1] = 0),
        "a malformed agentx-Unregister-PDU: r.priority is 0: expected 1 to 255"
    );
}

/// More than 128 sub-identifiers are not an OID, also where the prefix makes them too many.
#[test]
fn long_oids() {
    let with = |prefix: u8, count: usize| {
        let right = Body::RemoveAgentCaps(None, Oid::ZERO);
        let mut octets = octets(&pdu(ByteOrder::Big, right));
        octets.truncate(HEADER);
        octets.extend([count as u8, prefix, 0, 0]);
        octets.extend([0, 0, 0, 1].repeat(count));
        let length = (octets.len() - HEADER) as u32;
        octets[16..20].copy_from_slice(&length.to_be_bytes());
        decoded(&octets)
    };
    assert!(with(0, 128).is_ok() && with(4, 123).is_ok());
    assert!(with(0, 129).is_err() && with(4, 124).is_err());
    // One sub-identifier is what comes first below it.
    let Ok(Pdu { body: Body::RemoveAgentCaps(_, short), .. }) = with(0, 1) else { panic!("it can be read") };
    assert_eq!(short, oid("1.0"));
}

/// What does not fit is not sent, and leaves nothing behind.
#[test]
fn too_long() {
    let varbind = VarBind::new(oid("1.3.6.1.4.1.1"), OctetString(vec![0; MAX_PAYLOAD]));
    let long = pdu(ByteOrder::Big, Body::Notify(Bindings { context: None, varbinds: vec![varbind] }));
    let mut out = vec![1, 2, 3];
    let error = long.encode(&mut out).expect_err("it is too long");
    assert!(error.octets > MAX_PAYLOAD);
    assert_eq!(out, [1, 2, 3]);
}

#[test]
fn statuses() {
    assert_eq!(Status::DUPLICATE_REGISTRATION.to_string(), "duplicateRegistration");
    assert_eq!(Status(268).name(), Some("processingError"));
    assert_eq!(Status(269).to_string(), "unknown(269)");
    assert_eq!(Status(17).to_string(), "notWritable");
    assert_eq!(Status::PARSE_ERROR.to_error_status(), ErrorStatus::GEN_ERR);
    assert_eq!(Status(14).to_error_status(), ErrorStatus::COMMIT_FAILED);
    assert_eq!(Status::from(ErrorStatus(70_000)), Status(5));
}
