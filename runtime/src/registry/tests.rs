//! The registry against the obvious model: a list of registrations, all of which are asked about every name.

use proptest::prelude::*;

use super::*;
use crate::oid::Oid;

fn oid(text: &str) -> Oid {
    text.parse().expect("a valid OID")
}

fn find(snapshot: &Snapshot<u32>, name: &Oid) -> Option<u32> {
    snapshot.context(b"")?.find(name).map(|region| *region.handler())
}

fn register(registry: &mut Registry<u32>, subtrees: Subtrees, handler: u32, priority: u8) -> RegistrationId {
    let priority = Priority::new(priority).expect("not 0");
    let registration = Registration::of(subtrees, handler, Owner(1)).priority(priority);
    registry.register(registration).expect("no duplicate")
}

/// What a model knows of a registration.
#[derive(Clone, Debug)]
struct Known {
    id: RegistrationId,
    registration: Registration<u32>,
    /// Each of its subtrees.
    subtrees: Vec<Oid>,
}

#[derive(Clone, Debug)]
enum Edit {
    Register(Registration<u32>),
    Replace(Registration<u32>),
    Withdraw(usize),
    WithdrawAll(Owner),
}

/// Subtrees, one by one.
fn spelled_out(subtrees: &Subtrees) -> Vec<Oid> {
    let arcs: Vec<u32> = subtrees.root().arcs().collect();
    let Some((position, high)) = subtrees.range_of() else { return vec![subtrees.root().clone()] };
    (arcs[position - 1]..=high)
        .map(|arc| {
            let mut arcs = arcs.clone();
            arcs[position - 1] = arc;
            Oid::from_arcs(&arcs).expect("an OID")
        })
        .collect()
}

/// Few arcs, so that registrations meet; some where an encoding grows or the OID space ends.
fn an_oid() -> impl Strategy<Value = Oid> {
    let arc = prop_oneof![6 => 0_u32..5, 1 => 126_u32..130, 1 => Just(u32::MAX)];
    let first =
        prop_oneof![6 => Just((1, 3)), 1 => Just((1, 39)), 1 => Just((2, u32::MAX)), 1 => Just((2, 0))];
    (first, proptest::collection::vec(arc, 0..5)).prop_map(|((first, second), rest)| {
        let arcs: Vec<u32> = [first, second].into_iter().chain(rest).collect();
        Oid::from_arcs(&arcs).expect("an OID")
    })
}

fn some_subtrees() -> impl Strategy<Value = Subtrees> {
    prop_oneof![
        3 => an_oid().prop_map(Subtrees::from),
        2 => (an_oid(), 0_usize..8, 0_u32..6).prop_map(|(root, position, more)| {
            let low = root.arcs().nth(position.saturating_sub(1)).unwrap_or(0);
            let range = Subtrees::range(root.clone(), position, low.saturating_add(more));
            range.unwrap_or(Subtrees::from(root))
        }),
    ]
}

fn a_registration() -> impl Strategy<Value = Registration<u32>> {
    let context = prop_oneof![4 => Just(""), 1 => Just("other")];
    (some_subtrees(), any::<u32>(), 1_u8..4, 0_u64..3, context).prop_map(
        |(subtrees, handler, priority, owner, context)| {
            Registration::of(subtrees, handler, Owner(owner))
                .priority(Priority::new(priority).expect("not 0"))
                .context(context)
        },
    )
}

fn an_edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        6 => a_registration().prop_map(Edit::Register),
        2 => a_registration().prop_map(Edit::Replace),
        4 => any::<usize>().prop_map(Edit::Withdraw),
        1 => (0_u64..3).prop_map(|owner| Edit::WithdrawAll(Owner(owner))),
    ]
}

/// A registration that stands in the way: one of the same context and priority with a subtree in common.
fn in_the_way<'k>(known: &'k [Known], registration: &Registration<u32>) -> Option<&'k Known> {
    let subtrees = spelled_out(registration.subtrees());
    known.iter().find(|known| {
        known.registration.context_name() == registration.context_name()
            && known.registration.rank() == registration.rank()
            && known.subtrees.iter().any(|subtree| subtrees.contains(subtree))
    })
}

fn apply(registry: &mut Registry<u32>, known: &mut Vec<Known>, edit: Edit) {
    let add = |registry: &mut Registry<u32>, known: &mut Vec<Known>, registration: Registration<u32>| {
        let subtrees = spelled_out(registration.subtrees());
        let blocked = in_the_way(known, &registration).is_some();
        match registry.register(registration.clone()) {
            Ok(id) => {
                assert!(!blocked, "{registration:?} is a duplicate");
                known.push(Known { id, registration, subtrees });
            }
            Err(RegisterError::Duplicate { subtree, priority, existing }) => {
                assert!(blocked, "{registration:?} is not a duplicate");
                let existing = known.iter().find(|known| known.id == existing).expect("registered");
                assert!(existing.subtrees.contains(&subtree) && subtrees.contains(&subtree));
                assert_eq!(existing.registration.rank(), priority);
            }
        }
    };
    match edit {
        Edit::Register(registration) => add(registry, known, registration),
        Edit::Replace(registration) => {
            let same = known.iter().position(|known| {
                let there = &known.registration;
                there.owner() == registration.owner()
                    && there.subtrees() == registration.subtrees()
                    && there.context_name() == registration.context_name()
                    && there.rank() == registration.rank()
            });
            match same {
                Some(at) => {
                    let subtrees = known.remove(at).subtrees;
                    let id = registry.replace(registration.clone()).expect("replaces");
                    known.push(Known { id, registration, subtrees });
                }
                None => add(registry, known, registration),
            }
        }
        Edit::Withdraw(at) => {
            if !known.is_empty() {
                let gone = known.remove(at % known.len());
                assert_eq!(registry.withdraw(gone.id), Some(gone.registration));
                assert_eq!(registry.withdraw(gone.id), None);
            }
        }
        Edit::WithdrawAll(owner) => {
            let (gone, kept) = known.drain(..).partition(|known| known.registration.owner() == owner);
            *known = kept;
            let gone: Vec<Known> = gone;
            let mut gone: Vec<_> = gone.into_iter().map(|known| (known.id, known.registration)).collect();
            gone.sort_by_key(|(id, _)| *id);
            let gone: Vec<_> = gone.into_iter().map(|(_, registration)| registration).collect();
            assert_eq!(registry.withdraw_all(owner), gone);
        }
    }
}

/// Who should answer for `name`.
fn winner(known: &[Known], context: &[u8], name: &Oid) -> Option<RegistrationId> {
    known
        .iter()
        .filter(|known| known.registration.context_name() == context)
        .filter(|known| known.subtrees.iter().any(|subtree| name.starts_with(subtree)))
        .min_by_key(|known| {
            (std::cmp::Reverse(known.registration.subtrees().root().len()), known.registration.rank())
        })
        .map(|known| known.id)
}

type Run = (Oid, Option<Oid>, RegistrationId);

/// The regions that there should be: between any two borders of subtrees the winner is one.
fn expected_regions(known: &[Known], context: &[u8]) -> Vec<Run> {
    let mut borders: Vec<Oid> = known
        .iter()
        .flat_map(|known| &known.subtrees)
        .flat_map(|subtree| [Some(subtree.clone()), subtree.as_ref().after_subtree()])
        .flatten()
        .collect();
    borders.sort();
    borders.dedup();
    let mut runs: Vec<Run> = Vec::new();
    for (at, lower) in borders.iter().enumerate() {
        let Some(id) = winner(known, context, lower) else { continue };
        let upper = borders.get(at + 1).cloned();
        match runs.last_mut() {
            Some((_, end, last)) if *last == id && end.as_ref() == Some(lower) => *end = upper,
            _ => runs.push((lower.clone(), upper, id)),
        }
    }
    runs
}

fn regions_of(snapshot: &Snapshot<u32>, context: &[u8]) -> Vec<Run> {
    let regions = snapshot.context(context).cloned().unwrap_or_default();
    regions
        .iter()
        .map(|region| (region.lower().clone(), region.upper().cloned(), region.registration()))
        .collect()
}

fn check(snapshot: &Snapshot<u32>, known: &[Known], probes: &[Oid]) {
    for context in ["", "other"].map(str::as_bytes) {
        let expected = expected_regions(known, context);
        assert_eq!(regions_of(snapshot, context), expected);
        let regions = snapshot.context(context).cloned().unwrap_or_default();
        assert_eq!(snapshot.context(context).is_some(), !expected.is_empty());
        for name in probes {
            assert_eq!(regions.find(name).map(|region| region.registration()), winner(known, context, name));
            let successor =
                expected.iter().find(|(_, upper, _)| upper.as_ref().is_none_or(|upper| upper > name));
            let found = regions.at_or_after(name);
            assert_eq!(found.map(|(_, region)| region.lower()), successor.map(|(lower, ..)| lower));
            if let Some((place, region)) = found {
                assert_eq!(regions.get(place).map(|found| found.lower()), Some(region.lower()));
                let next = expected.iter().find(|(lower, ..)| lower > region.lower());
                let after = regions.after(place).map(|(_, region)| region.lower());
                assert_eq!(after, next.map(|(lower, ..)| lower));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// After every edit the regions are those of the model; snapshots stay what they were.
    #[test]
    fn regions_are_those_of_the_model(
        edits in proptest::collection::vec(an_edit(), 1..40),
        probes in proptest::collection::vec(an_oid(), 20),
        kept in 0_usize..40,
    ) {
        let (mut registry, mut known) = (Registry::new(), Vec::new());
        let mut before = None;
        for (at, edit) in edits.into_iter().enumerate() {
            apply(&mut registry, &mut known, edit);
            check(&registry.snapshot(), &known, &probes);
            prop_assert_eq!(registry.len(), known.len());
            if at == kept {
                before = Some((registry.snapshot(), known.clone()));
            }
        }
        if let Some((snapshot, known)) = before {
            check(&snapshot, &known, &probes);
        }
        for owner in 0..3 {
            apply(&mut registry, &mut known, Edit::WithdrawAll(Owner(owner)));
        }
        prop_assert!(registry.is_empty() && registry.snapshot().contexts().next().is_none());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Many registrations below a few parents: the map has several levels.
    #[test]
    fn many_regions_are_those_of_the_model(seed in any::<u64>()) {
        let (mut registry, mut known) = (Registry::new(), Vec::new());
        let mut number = seed | 1;
        let mut random = |limit: u64| {
            number ^= number << 13;
            number ^= number >> 7;
            number ^= number << 17;
            u32::try_from(number % limit).expect("small")
        };
        let snapshots: Vec<_> = (0..4)
            .map(|_| {
                for _ in 0..300 {
                    let edit = if random(3) == 0 {
                        Edit::Withdraw(random(1 << 20) as usize)
                    } else {
                        let arcs = [1, 3, random(3), random(400)];
                        let arcs = if random(20) == 0 { &arcs[..3] } else { &arcs };
                        let priority = u8::try_from(1 + random(3)).ok().and_then(Priority::new).expect("not 0");
                        let root = Oid::from_arcs(arcs).expect("an OID");
                        Edit::Register(Registration::new(root, 0, Owner(1)).priority(priority))
                    };
                    apply(&mut registry, &mut known, edit);
                }
                (registry.snapshot(), known.clone())
            })
            .collect();
        for (snapshot, known) in snapshots {
            assert_eq!(regions_of(&snapshot, b""), expected_regions(&known, b""));
        }
    }
}

/// RFC 2741 §7.1.4.1: more sub-identifiers win, whatever the priority.
#[test]
fn the_longer_subtree_wins_inside_a_shorter_one() {
    let mut registry = Registry::new();
    register(&mut registry, oid("1.3.6.1.2").into(), 1, 1);
    let inner = register(&mut registry, oid("1.3.6.1.2.1.5").into(), 2, 255);
    assert_eq!(find(&registry.snapshot(), &oid("1.3.6.1.2.1.5.0")), Some(2));
    assert_eq!(find(&registry.snapshot(), &oid("1.3.6.1.2.1.6.0")), Some(1));
    registry.withdraw(inner);
    assert_eq!(find(&registry.snapshot(), &oid("1.3.6.1.2.1.5.0")), Some(1));
    let regions = registry.snapshot();
    assert_eq!(regions.context(b"").map(|regions| regions.iter().count()), Some(1), "one piece again");
}

#[test]
fn the_lower_priority_number_wins_and_the_next_best_comes_back() {
    let mut registry = Registry::new();
    let name = oid("1.3.6.1.2.1.1.1.0");
    register(&mut registry, oid("1.3.6.1.2.1.1").into(), 200, 200);
    let best = register(&mut registry, oid("1.3.6.1.2.1.1").into(), 10, 10);
    let second = register(&mut registry, oid("1.3.6.1.2.1.1").into(), 20, 20);
    assert_eq!(find(&registry.snapshot(), &name), Some(10));
    registry.withdraw(second);
    assert_eq!(find(&registry.snapshot(), &name), Some(10));
    registry.withdraw(best);
    assert_eq!(find(&registry.snapshot(), &name), Some(200));
}

/// A row of a table in all of its columns, and another that overlaps it in some.
#[test]
fn a_range_covers_its_subtrees_only() {
    let mut registry = Registry::new();
    let row = Subtrees::range(oid("1.3.6.1.2.1.2.2.1.1.7"), 10, 22).expect("a range");
    assert!(row.contains(&oid("1.3.6.1.2.1.2.2.1.22.7")));
    assert!(!row.contains(&oid("1.3.6.1.2.1.2.2.1.23.7")));
    assert!(!row.contains(&oid("1.3.6.1.2.1.2.2.1.22.8")));
    let id = register(&mut registry, row, 7, 127);
    let some = Subtrees::range(oid("1.3.6.1.2.1.2.2.1.20.7"), 10, 30).expect("a range");
    register(&mut registry, some.clone(), 30, 200);
    let who = |registry: &Registry<u32>, name| find(&registry.snapshot(), &oid(name));
    assert_eq!(who(&registry, "1.3.6.1.2.1.2.2.1.21.7"), Some(7));
    assert_eq!(who(&registry, "1.3.6.1.2.1.2.2.1.23.7"), Some(30));
    assert_eq!(who(&registry, "1.3.6.1.2.1.2.2.1.1.8"), None);
    let duplicate = registry.register(Registration::of(some, 1, Owner(9)));
    let expected = RegisterError::Duplicate {
        subtree: oid("1.3.6.1.2.1.2.2.1.20.7"),
        priority: Priority::default(),
        existing: id,
    };
    assert_eq!(duplicate, Err(expected));
    registry.withdraw(id);
    assert_eq!(who(&registry, "1.3.6.1.2.1.2.2.1.21.7"), Some(30));
    assert_eq!(who(&registry, "1.3.6.1.2.1.2.2.1.1.7"), None);
}

/// Also one that could not be spelled out.
#[test]
fn a_range_of_the_last_sub_identifier_is_one_region() {
    let mut registry = Registry::new();
    let all = Subtrees::range(oid("1.3.6.1.4.1.5"), 7, u32::MAX).expect("a range");
    register(&mut registry, all, 1, 127);
    register(&mut registry, oid("1.3.6.1.4.1.9").into(), 2, 1);
    let snapshot = registry.snapshot();
    let regions: Vec<u32> =
        snapshot.context(b"").expect("not empty").iter().map(|region| *region.handler()).collect();
    assert_eq!(regions, [1, 2, 1]);
    assert_eq!(find(&snapshot, &oid("1.3.6.1.4.1.4294967295.3")), Some(1));
    assert_eq!(find(&snapshot, &oid("1.3.6.1.4.1.4")), None);
}

#[test]
fn what_is_no_range_is_refused() {
    let range = |position, high| Subtrees::range(oid("1.3.6.1.5.7"), position, high);
    assert_eq!(range(0, 9), Err(SubtreesError::Position { len: 6, found: 0 }));
    assert_eq!(range(7, 9), Err(SubtreesError::Position { len: 6, found: 7 }));
    assert_eq!(range(6, 6), Err(SubtreesError::Empty { low: 7, high: 6 }));
    assert_eq!(
        range(5, 5 + MAX_SUBTREES),
        Err(SubtreesError::TooMany { found: u64::from(MAX_SUBTREES) + 1 })
    );
    assert!(range(5, 4 + MAX_SUBTREES).is_ok());
    assert!(matches!(range(2, 40), Err(SubtreesError::Oid(_))));
    assert_eq!(range(6, 7), Ok(Subtrees::from(oid("1.3.6.1.5.7"))));
    assert_eq!(range(2, 5).map(|range| range.to_string()), Ok("1.[3-5].6.1.5.7".to_owned()));
}

/// A batch is seen whole or not at all, and readers keep what they have.
#[test]
fn one_edit_is_one_snapshot() {
    let shared = SharedRegistry::new();
    let before = shared.snapshot();
    shared.edit(|registry| {
        for number in 0..100 {
            register(registry, oid("1.3.6.1").child(number).expect("short").into(), number, 127);
            assert_eq!(find(&shared.snapshot(), &oid("1.3.6.1.0.0")), None);
        }
    });
    assert_eq!(find(&shared.snapshot(), &oid("1.3.6.1.99.0")), Some(99));
    assert_eq!(find(&before, &oid("1.3.6.1.99.0")), None);
    shared.edit(|registry| registry.withdraw_all(Owner(1)));
    assert_eq!(find(&shared.snapshot(), &oid("1.3.6.1.99.0")), None);
}
