use std::{
    cmp::Ordering,
    collections::{HashSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

use proptest::{collection::vec, prelude::*};

use super::*;

fn oid(text: &str) -> Oid {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Arcs of a valid OID, of all lengths, with small and large numbers.
fn arcs() -> impl Strategy<Value = Vec<u32>> {
    let arc =
        prop_oneof![0_u32..300, any::<u32>(), Just(u32::MAX), Just(127), Just(128), Just(16383), Just(16384)];
    let start = prop_oneof![(0_u32..2, 0_u32..40), (Just(2), any::<u32>())];
    (start, vec(arc, 0..=MAX_ARCS - 2))
        .prop_map(|((first, second), rest)| [vec![first, second], rest].concat())
}

proptest! {
    #[test]
    fn arcs_octets_and_text_round_trip(arcs in arcs()) {
        let oid = Oid::from_arcs(&arcs).unwrap();
        prop_assert_eq!(oid.arcs().collect::<Vec<_>>(), arcs.clone());
        prop_assert_eq!(oid.len(), arcs.len());
        prop_assert_eq!(oid.arcs().len(), arcs.len());
        prop_assert_eq!(oid.last(), arcs[arcs.len() - 1]);
        prop_assert_eq!(&Oid::from_ber(oid.as_ber()).unwrap(), &oid);
        prop_assert_eq!(&oid.to_string().parse::<Oid>().unwrap(), &oid);
        prop_assert!(oid.as_ber().len() <= MAX_OCTETS);
        let mut builder = OidBuilder::new();
        builder.extend(arcs.iter().copied()).unwrap();
        prop_assert_eq!(&builder.finish().unwrap(), &oid);
    }

    #[test]
    fn order_is_that_of_the_arcs(a in arcs(), b in arcs(), shared in 0_usize..20) {
        // Random OIDs differ at once; these share a beginning.
        let near: Vec<u32> = a.iter().take(shared.max(2)).copied().chain(b.iter().skip(2).copied()).take(MAX_ARCS).collect();
        for (x, y) in [(&a, &b), (&a, &near), (&near, &b)] {
            let (left, right) = (Oid::from_arcs(x).unwrap(), Oid::from_arcs(y).unwrap());
            prop_assert_eq!(left.cmp(&right), x.cmp(y));
            prop_assert_eq!(compare(left.as_ber(), right.as_ber()), x.cmp(y));
            prop_assert_eq!(left == right, x == y);
            prop_assert_eq!(left.starts_with(&right), x.starts_with(y));
            let rest = left.strip_prefix(&right).map(|rest| rest.collect::<Vec<_>>());
            prop_assert_eq!(&rest, &x.strip_prefix(y.as_slice()).map(<[u32]>::to_vec));
            prop_assert_eq!(&left.strip_prefix_arcs(y).map(|rest| rest.collect::<Vec<_>>()), &rest);
            let common: Vec<u32> = x.iter().zip(y).take_while(|(p, q)| p == q).map(|(p, _)| *p).collect();
            let found = left.as_ref().common_prefix(right.as_ref()).map(|oid| oid.arcs().collect::<Vec<_>>());
            prop_assert_eq!(found, (common.len() >= 2).then_some(common));
        }
    }

    #[test]
    fn octets_that_are_accepted_are_canonical(content in vec(prop_oneof![any::<u8>(), 0_u8..128, Just(0x80)], 0..40)) {
        if let Ok(oid) = Oid::from_ber(&content) {
            let arcs: Vec<u32> = oid.arcs().collect();
            let again = Oid::from_arcs(&arcs).unwrap();
            prop_assert_eq!(again.as_ber(), content.as_slice());
        }
        if let Ok((oid, repaired)) = Oid::from_ber_lenient(&content) {
            prop_assert_eq!(!repaired, Oid::from_ber(&content).is_ok());
            prop_assert!(Oid::from_ber(oid.as_ber()).is_ok());
        }
    }

    #[test]
    fn text_never_panics(text in "[0-9. x-]{0,40}") {
        let _ = text.parse::<Oid>();
    }
}

/// S1: 128 sub-identifiers and 4294967295 pass, one more of either does not, on every way in.
#[test]
fn limits() {
    let mut arcs = vec![1, 3];
    arcs.resize(128, u32::MAX);
    let longest = Oid::from_arcs(&arcs).unwrap();
    assert_eq!(longest.len(), 128);
    assert_eq!(Oid::from_ber(longest.as_ber()).unwrap(), longest);
    assert_eq!(longest.to_string().parse::<Oid>().unwrap(), longest);
    assert_eq!(longest.child(1), Err(OidError::TooManyArcs));

    arcs.push(1);
    assert_eq!(Oid::from_arcs(&arcs), Err(OidError::TooManyArcs));
    let mut content = longest.as_ber().to_vec();
    content.push(1);
    assert_eq!(Oid::from_ber(&content), Err(OidError::TooManyArcs));
    assert_eq!(Oid::from_ber_lenient(&content).unwrap_err(), OidError::TooManyArcs);
    assert_eq!(format!("{longest}.1").parse::<Oid>(), Err(OidError::TooManyArcs));
    assert_eq!(Oid::from_arcs(&[1; 129]), Err(OidError::TooManyArcs));

    assert_eq!(oid("1.3.4294967295").as_ber(), [0x2b, 0x8f, 0xff, 0xff, 0xff, 0x7f]);
    assert_eq!(Oid::from_ber(&[0x2b, 0x90, 0x80, 0x80, 0x80, 0]), Err(OidError::ArcTooLarge { position: 3 }));
    assert_eq!("1.3.4294967296".parse::<Oid>(), Err(OidError::ArcTooLarge { position: 3 }));
    assert_eq!("1.3.99999999999999999999999".parse::<Oid>(), Err(OidError::ArcTooLarge { position: 3 }));
    assert_eq!(oid("2.4294967295").arcs().collect::<Vec<_>>(), [2, u32::MAX]);
    assert!(Oid::from_ber(&[0x90, 0x80, 0x80, 0x81, 0x00]).is_err());
}

/// W8: the first octet holds two arcs, also where the second is large.
#[test]
fn first_two_arcs() {
    for (text, content) in [
        ("0.0", &[0][..]),
        ("0.39", &[39]),
        ("1.0", &[40]),
        ("1.39", &[79]),
        ("2.0", &[80]),
        ("2.47", &[127]),
        ("2.48", &[0x81, 0x00]),
        ("2.999", &[0x88, 0x37]),
        ("2.999.3", &[0x88, 0x37, 3]),
    ] {
        assert_eq!(oid(text).as_ber(), content, "{text}");
        assert_eq!(Oid::from_ber(content).unwrap().to_string(), text);
    }
    assert_eq!("0.40".parse::<Oid>(), Err(OidError::SecondArc { first: 0, found: 40 }));
    assert_eq!("1.40.1".parse::<Oid>(), Err(OidError::SecondArc { first: 1, found: 40 }));
    assert_eq!("3.1".parse::<Oid>(), Err(OidError::FirstArc { found: 3 }));
}

/// W8, W9: padding and emptiness are errors where strict, put right where lenient; a cut arc is always an error.
#[test]
fn careless_octets() {
    assert_eq!(Oid::from_ber(&[]), Err(OidError::Empty));
    assert_eq!(Oid::from_ber(&[0x2b, 0x80, 0x06]), Err(OidError::Padded { position: 2 }));
    assert_eq!(Oid::from_ber(&[0x2b, 0x86]), Err(OidError::Unterminated));
    assert_eq!(Oid::from_ber_lenient(&[]).unwrap(), (Oid::ZERO, true));
    assert_eq!(Oid::from_ber_lenient(&[0x2b, 0x80, 0x80, 0x06]).unwrap(), (oid("1.3.6"), true));
    assert_eq!(Oid::from_ber_lenient(&[0x80, 0x2b, 6]).unwrap(), (oid("1.3.6"), true));
    assert_eq!(Oid::from_ber_lenient(&[0x2b, 6]).unwrap(), (oid("1.3.6"), false));
    assert_eq!(Oid::from_ber_lenient(&[0x2b, 0x80, 0x86]).unwrap_err(), OidError::Unterminated);
    assert_eq!(Oid::from_ber_lenient(&[0x80; 9]).unwrap_err(), OidError::Unterminated);
}

#[test]
fn text() {
    assert_eq!(oid(".1.3.6.1"), oid("1.3.6.1"));
    assert_eq!(format!("{:?}", oid("1.3.6.1")), "1.3.6.1");
    for (bad, position) in
        [("", 1), (".", 1), ("1..3", 2), ("1.3.", 3), ("1.+3", 2), ("1.3.x", 3), ("..1.3", 1), ("1.٣", 2)]
    {
        let error = bad.parse::<Oid>().unwrap_err();
        assert!(
            matches!(error, OidError::NotANumber { position: at, .. } if at == position),
            "{bad}: {error}"
        );
    }
    assert_eq!("1".parse::<Oid>(), Err(OidError::TooFewArcs { found: 1 }));
}

#[test]
fn short_ones_are_inline_and_constant() {
    const IF_DESCR: Option<Oid> = Oid::short(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 2]);
    assert_eq!(IF_DESCR, Some(oid("1.3.6.1.2.1.2.2.1.2")));
    assert_eq!(std::mem::size_of::<Oid>(), 32);
    assert_eq!(Oid::short(&[1; 31]).map(|oid| oid.as_ber().len()), Some(30));
    assert_eq!(Oid::short(&[1; 32]), None);
    assert_eq!(Oid::from_arcs(&[1; 32]).unwrap().len(), 32);
    assert_eq!(Oid::short(&[1]), None);
    assert_eq!(Oid::short(&[1, 40]), None);
}

#[test]
fn family() {
    let column = oid("1.3.6.1.2.1.2.2.1.2");
    let cell = column.extend([300, 7]).unwrap();
    assert_eq!(cell.to_string(), "1.3.6.1.2.1.2.2.1.2.300.7");
    assert_eq!(cell.last(), 7);
    assert_eq!(cell.parent().map(|oid| oid.last()), Some(300));
    assert_eq!(oid("2.999").last(), 999);
    assert_eq!(oid("2.999").parent(), None);
    assert_eq!(oid("1.3.6").parent(), Some(oid("1.3")));
    assert!(cell.strip_prefix_arcs(&[1]).is_some_and(|rest| rest.len() == 11));
    assert!(!column.starts_with(&cell));
    // 1.3.1 is not a prefix of 1.3.129, although their octets begin alike.
    assert!(!oid("1.3.129").starts_with(&oid("1.3.1")));
    assert_eq!(oid("1.3.129.5").as_ref().common_prefix(oid("1.3.130.5").as_ref()), Some(oid("1.3").as_ref()));
}

#[test]
fn a_number_of_more_octets_is_larger() {
    assert_eq!(oid("1.3.127").cmp(&oid("1.3.128")), Ordering::Less);
    assert_eq!(oid("1.3.16383").cmp(&oid("1.3.16384")), Ordering::Less);
    assert_eq!(oid("1.3.16384").cmp(&oid("1.3.16383.9")), Ordering::Greater);
    assert_eq!(oid("1.3").cmp(&oid("1.3.0")), Ordering::Less);
    assert!(oid("1.3").as_ref() < oid("1.3.0"));
}

#[test]
fn equal_ones_hash_alike() {
    let hash = |value: &dyn Fn(&mut DefaultHasher)| {
        let mut state = DefaultHasher::new();
        value(&mut state);
        state.finish()
    };
    let long = Oid::from_arcs(&[1; 60]).unwrap();
    assert_eq!(hash(&|state| long.hash(state)), hash(&|state| long.as_ref().hash(state)));
    let set: HashSet<Oid> = [long.clone(), oid("1.3"), long].into();
    assert_eq!(set.len(), 2);
}

#[test]
fn a_builder_refuses_and_stays_as_it_was() {
    let mut builder = OidBuilder::new();
    assert!(builder.is_empty());
    assert!(builder.push(3).is_err());
    builder.push(1).unwrap();
    assert!(builder.push(40).is_err());
    assert!(builder.clone().finish().is_err());
    builder.push(3).unwrap();
    assert_eq!(builder.len(), 2);
    assert_eq!(builder.finish().unwrap(), oid("1.3"));
}

#[test]
fn short_oids_are_those_of_the_builder() {
    let longest = [[1_u32, 3].as_slice(), &[u32::MAX; 5], &[1; 4]].concat();
    for arcs in [&[0, 39][..], &[2, u32::MAX], &[1, 3, 6, 1, 4, 1, 32473, 2, 1], &longest[..10], &longest] {
        for more in [None, Some(0), Some(128)] {
            let all: Vec<u32> = arcs.iter().copied().chain(more).collect();
            let mut builder = OidBuilder::new();
            builder.extend(all.iter().copied()).unwrap();
            let built = builder.finish().unwrap();
            let Some(short) = ShortOid::new(arcs, more) else {
                assert!(built.as_ber().len() > INLINE_OCTETS, "{built}");
                continue;
            };
            assert_eq!(short.oid(), built);
            let mut behind = OidBuilder::from(short);
            assert_eq!(behind.len(), all.len());
            behind.extend([7, 300_000]).unwrap();
            assert_eq!(behind.finish().unwrap(), built.extend([7, 300_000]).unwrap());
        }
    }
    for arcs in [&[][..], &[1], &[3, 1], &[0, 40], &[1, 40]] {
        assert!(ShortOid::new(arcs, None).is_none(), "{arcs:?}");
    }
    assert!(ShortOid::new(&[1], Some(3)).is_none());
}
