//! Views and tables against what RFC 3415 says, name by name.

use proptest::prelude::*;

use super::*;
use crate::message::Level;
use crate::oid::Oid;

fn oid(text: &str) -> Oid {
    text.parse().expect("a valid OID")
}

/// V3: the families one by one.
fn shown(families: &[Family], name: &Oid) -> bool {
    let matching = families.iter().filter(|family| family.matches(name));
    let best = matching.max_by_key(|family| (family.subtree().len(), family.subtree().clone()));
    best.is_some_and(Family::is_included)
}

/// Few sub-identifiers, so that families meet.
fn arc() -> impl Strategy<Value = u32> {
    prop_oneof![6 => 0_u32..4, 1 => Just(127_u32), 1 => Just(128_u32), 1 => Just(u32::MAX)]
}

fn an_oid(longest: usize) -> impl Strategy<Value = Oid> {
    let first =
        prop_oneof![8 => Just((1, 3)), 1 => Just((1, 39)), 1 => Just((2, u32::MAX)), 1 => Just((0, 0))];
    (first, proptest::collection::vec(arc(), 0..longest)).prop_map(|((first, second), rest)| {
        let arcs: Vec<u32> = [first, second].into_iter().chain(rest).collect();
        Oid::from_arcs(&arcs).expect("an OID")
    })
}

fn a_family(with_masks: bool) -> impl Strategy<Value = Family> {
    let mask = proptest::collection::vec(0_usize..7, 0..if with_masks { 4 } else { 1 });
    (an_oid(5), any::<bool>(), mask).prop_map(|(subtree, included, wild)| {
        let family = if included { Family::included(subtree) } else { Family::excluded(subtree) };
        family.mask(Mask::wild(wild).expect("short"))
    })
}

fn families(with_masks: bool) -> impl Strategy<Value = Vec<Family>> {
    proptest::collection::vec(a_family(with_masks), 0..8).prop_map(|families| {
        let by_subtree: std::collections::BTreeMap<Oid, Family> =
            families.into_iter().map(|family| (family.subtree().clone(), family)).collect();
        by_subtree.into_values().collect()
    })
}

/// The OIDs where something may change in a view: what families name and its neighbours, in all combinations.
fn all_names() -> Vec<Oid> {
    let arcs = [0, 1, 2, 3, 4, 127, 128, 129, u32::MAX];
    let mut names: Vec<Oid> =
        ["0.0", "0.3", "1.0", "1.3", "1.39", "2.0", "2.3", "2.4294967295"].map(oid).to_vec();
    let mut last = names.clone();
    for _ in 0..3 {
        last = last.iter().flat_map(|name| arcs.map(|arc| name.child(arc).expect("short"))).collect();
        names.extend(last.iter().cloned());
    }
    names.sort();
    names
}

fn check(families: &[Family], probes: &[Oid], universe: &[Oid]) {
    let view = View::new(families.iter().cloned());
    let mut seeker = Seeker::new();
    let mut sorted = probes.to_vec();
    sorted.sort();
    for name in &sorted {
        let is_shown = shown(families, name);
        assert_eq!(view.contains(name), is_shown, "{name} in {families:?}");
        let run = view.next(name);
        assert_eq!(
            run.as_ref().is_some_and(|run| run.contains(name)),
            is_shown,
            "{run:?} at {name}, {families:?}"
        );
        assert_eq!(seeker.seek(&view, name).is_some_and(|run| run.contains(name)), is_shown);
        assert_eq!(
            seeker.seek(&view, name).map(|run| run.lower().max(name).clone()),
            run.as_ref().map(|run| run.lower().max(name).clone()),
        );
        // A linear scan finds nothing shown before the run, and all of the run shown.
        let first = universe.partition_point(|other| other < name);
        for other in universe.iter().skip(first) {
            if run.as_ref().is_none_or(|run| other < run.lower()) {
                assert!(!shown(families, other), "{other} was left out after {name}: {run:?}, {families:?}");
            } else if run.as_ref().is_some_and(|run| run.contains(other)) {
                assert!(shown(families, other), "{other} is not shown: {run:?}, {families:?}");
            } else {
                break;
            }
        }
        if let Some(run) = &run {
            assert!(run.ends_before(name) || shown(families, &run.lower().max(name).clone()));
        }
        let meets = universe
            .iter()
            .chain(families.iter().map(Family::subtree))
            .any(|other| other.starts_with(name) && shown(families, other));
        assert!(view.meets(name) || !meets, "{name} is met in {families:?}");
        assert_eq!(
            view.meets(name),
            run.is_some_and(|run| run.contains(name) || run.lower().starts_with(name))
        );
    }
}

/// A walk from run to run comes to the same as a search for each.
fn check_walk(families: &[Family]) {
    let view = View::new(families.iter().cloned());
    let mut seeker = Seeker::new();
    let mut name = Oid::ZERO;
    for _ in 0..200 {
        let run = seeker.seek(&view, &name).cloned();
        let fresh = view.next(&name);
        let first = |run: &Option<Run>| run.as_ref().map(|run| run.lower().max(&name).clone());
        assert_eq!(first(&run), first(&fresh), "after {name} in {families:?}");
        assert_eq!(seeker.run(&view), run.as_ref());
        let mut ahead = seeker.clone();
        let beyond = run.as_ref().and_then(Run::upper).and_then(|upper| view.next(upper));
        assert_eq!(ahead.go_on(&view).map(Run::lower), beyond.as_ref().map(Run::lower));
        let Some(run) = run else { return };
        assert!(shown(families, run.lower()), "{run:?} after {name} in {families:?}");
        match run.upper() {
            Some(upper) => name = upper.clone(),
            None => return,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// V6
    #[test]
    fn walks_from_run_to_run(families in families(true), rows in proptest::collection::vec((1_u32..30, 0_u32..9), 0..30)) {
        let with_rows = rows.iter().map(|(row, shape)| {
            let name = oid("1.3.0").child(*row).expect("short");
            match shape {
                0 => Family::excluded(name),
                1 => Family::excluded(name.child(*row).expect("short")),
                _ => Family::included(name),
            }
            .mask(Mask::wild([2]).expect("short"))
        });
        let by_subtree: std::collections::BTreeMap<Oid, Family> =
            families.into_iter().chain(with_rows).map(|family| (family.subtree().clone(), family)).collect();
        check_walk(&by_subtree.into_values().collect::<Vec<_>>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// V3, V4: subtrees inside of subtrees, shown and hidden.
    #[test]
    fn views_without_wildcards(families in families(false), probes in proptest::collection::vec(an_oid(6), 12)) {
        check(&families, &probes, &all_names());
    }

    /// V3, V4, V6: the same with masks.
    #[test]
    fn views_with_wildcards(families in families(true), probes in proptest::collection::vec(an_oid(6), 12)) {
        check(&families, &probes, &all_names());
    }

    /// Many families: a search can give up, and is right as far as it has come.
    #[test]
    fn tangled_views_are_right_about_what_is_hidden(
        families in proptest::collection::vec(a_family(true), 30..60),
        probes in proptest::collection::vec(an_oid(6), 8),
    ) {
        let view = View::new(families.clone());
        let families: std::collections::BTreeMap<Oid, Family> =
            families.into_iter().map(|family| (family.subtree().clone(), family)).collect();
        let families: Vec<Family> = families.into_values().collect();
        let universe = all_names();
        for name in &probes {
            let run = view.next(name);
            let first = universe.partition_point(|other| other < name);
            let hidden = universe.iter().skip(first).take_while(|other| {
                run.as_ref().is_none_or(|run| *other < run.lower())
            });
            for other in hidden {
                prop_assert!(!shown(&families, other), "{} was left out after {}: {:?}", other, name, run);
            }
        }
    }
}

/// Families that name one sub-identifier each, at different depths, and hide one another: 2^40 combinations of places.
#[test]
fn a_search_ends_whatever_the_families_are() {
    let mut families = vec![Family::excluded(oid("1.3"))];
    for depth in 2..42 {
        let arcs: Vec<u32> = [1, 3].into_iter().chain((2..60).map(|at| u32::from(at == depth))).collect();
        let subtree = Oid::from_arcs(&arcs).expect("an OID");
        let mask = Mask::wild((2..60).filter(|at| *at != depth)).expect("short");
        let hidden = Family::excluded(subtree.child(1).expect("short")).mask(mask.clone());
        families.extend([hidden, Family::included(subtree).mask(mask)]);
    }
    let view = View::new(families.clone());
    let mut name = oid("1.3");
    let mut seeker = Seeker::new();
    for _ in 0..100 {
        let Some(run) = seeker.seek(&view, &name).cloned() else { return };
        assert!(run.lower() >= &name || run.contains(&name));
        assert_eq!(view.contains(run.lower()), shown(&families, run.lower()));
        match run.upper() {
            Some(upper) => name = upper.clone(),
            None => return,
        }
    }
}

#[test]
fn subtrees_side_by_side_and_inside_one_another_are_one_run() {
    let view = View::of([oid("1.3.6.1.2"), oid("1.3.6.1.2.1"), oid("1.3.6.1.3"), oid("1.3.6.1.5")]);
    let run = view.next(&oid("1.3")).expect("something is shown");
    assert_eq!((run.lower(), run.upper()), (&oid("1.3.6.1.2"), Some(&oid("1.3.6.1.4"))));
    assert_eq!(view.next(&oid("1.3.6.1.4.9")).map(|run| run.lower().clone()), Some(oid("1.3.6.1.5")));
    assert_eq!(view.next(&oid("1.3.6.1.6")), None);
    assert!(View::everything().contains(&oid("0.0")) && !View::of([]).meets(&oid("0.0")));
}

#[test]
fn an_object_is_met_when_one_of_its_instances_is_visible() {
    let view = View::of([oid("1.3.6.1.2.1.2.2.1.2.3")]);
    assert!(view.meets(&oid("1.3.6.1.2.1.2.2.1.2")));
    assert!(!view.meets(&oid("1.3.6.1.2.1.2.2.1.3")));
    assert!(view.meets(&oid("1.3.6.1.2.1.2.2.1.2.3.4")));
    let row = Family::included(oid("1.3.6.1.2.1.2.2.1.0.3")).mask(Mask::wild([9]).expect("short"));
    let view = View::new([row]);
    assert!(view.meets(&oid("1.3.6.1.2.1.2.2.1.22")));
    assert!(!view.meets(&oid("1.3.6.1.2.1.2.2.1.22.4")));
}

/// V3: bits from the left, missing ones are 1, and of equally long families the greatest counts.
#[test]
fn masks_are_read_from_the_left() {
    let mask = Mask::new([0xff, 0xbf]).expect("short");
    assert!(mask.is_wild(9) && !mask.is_wild(8) && !mask.is_wild(16));
    assert_eq!(Mask::wild([9]), Ok(mask));
    assert_eq!(Mask::new([0; 17]), Err(MaskError { found: 17 }));
    let column = |arc| oid("1.3.6.1.2.1.2.2.1").child(arc).and_then(|column| column.child(7)).expect("short");
    let view = View::new([
        Family::included(column(1)).mask(Mask::wild([9]).expect("short")),
        Family::excluded(column(5)).mask(Mask::wild([10]).expect("short")),
    ]);
    assert!(view.contains(&column(1)));
    assert!(!view.contains(&column(5)), "the greater of two that match");
}

fn entry(read: &str) -> AccessEntry {
    AccessEntry { read_view: read.into(), ..AccessEntry::default() }
}

fn index(context_prefix: &str, model: Model, level: Level) -> AccessIndex {
    AccessIndex { group: "group".into(), context_prefix: context_prefix.into(), model, level }
}

fn vacm(rows: &[(&str, Model, Level, ContextMatch)]) -> Vacm {
    let vacm = Vacm::new();
    vacm.edit(|tables| {
        tables.set_group(Model::USM, "alice", "group");
        tables.add_context("vlan-7");
        for (at, (prefix, model, level, context_match)) in rows.iter().enumerate() {
            let entry = AccessEntry { context_match: *context_match, ..entry(&format!("view {at}")) };
            tables.set_access(index(prefix, *model, *level), entry);
        }
    });
    vacm
}

fn alice(level: Level) -> Principal<'static> {
    Principal::new(Model::USM, b"alice".as_slice()).level(level)
}

/// V1, V5: each refusal, in the order of RFC 3415 §3.2.
#[test]
fn refusals_come_in_order() {
    let vacm = vacm(&[("", Model::USM, Level::AuthNoPriv, ContextMatch::Exact)]);
    let ask = |principal: &Principal<'_>, context: &str, kind| vacm.view(principal, context.as_bytes(), kind);
    let (alice, bob) = (alice(Level::AuthNoPriv), Principal::new(Model::USM, b"bob".as_slice()));
    assert_eq!(ask(&bob, "nowhere", ViewType::Read), Err(Refusal::NoSuchContext));
    assert_eq!(ask(&bob, "", ViewType::Read), Err(Refusal::NoGroupName));
    let unproven = alice.clone().level(Level::NoAuthNoPriv);
    assert_eq!(ask(&unproven, "", ViewType::Read), Err(Refusal::NoAccessEntry));
    assert_eq!(ask(&alice, "vlan-7", ViewType::Read), Err(Refusal::NoAccessEntry));
    assert_eq!(ask(&alice, "", ViewType::Write), Err(Refusal::NoSuchView));
    assert_eq!(ask(&alice, "", ViewType::Notify), Err(Refusal::NoSuchView));
    // A view that is named and has no families shows nothing.
    let view = ask(&alice, "", ViewType::Read).expect("a view");
    assert!(!view.contains(&oid("1.3.6.1")));
}

/// V2: model before context before level, whatever the order of the rows.
#[test]
fn the_access_entry_is_chosen_by_preference() {
    use ContextMatch::{Exact, Prefix};
    use Level::{AuthNoPriv, AuthPriv, NoAuthNoPriv};
    let rows = [
        ("", Model::USM, NoAuthNoPriv, Prefix),
        ("vlan-7", Model::ANY, AuthPriv, Exact),
        ("vlan-", Model::USM, NoAuthNoPriv, Prefix),
        ("vlan-7", Model::USM, NoAuthNoPriv, Exact),
        ("vlan-7", Model::USM, AuthNoPriv, Exact),
        ("vlan-7", Model::TSM, AuthPriv, Exact),
    ];
    // What is chosen among the first so many rows, at the highest level.
    for (count, expected) in [(1, 0), (2, 0), (3, 2), (4, 3), (5, 4), (6, 4)] {
        let vacm = vacm(&rows[..count]);
        let tables = vacm.tables();
        let chosen = tables.select(&alice(AuthPriv), b"vlan-7").expect("an entry");
        assert_eq!(chosen.read_view, format!("view {expected}").into_bytes(), "of {count}");
    }
    let vacm = vacm(&rows[1..]);
    let tables = vacm.tables();
    assert_eq!(tables.select(&alice(AuthPriv), b""), Err(Refusal::NoAccessEntry), "no prefix fits");
    let low = tables.select(&alice(NoAuthNoPriv), b"vlan-7").expect("an entry");
    assert_eq!(low.read_view, b"view 2");
}

/// Rows come and go one by one; who has older tables sees none of it.
#[test]
fn rows_come_and_go() {
    let vacm = vacm(&[("", Model::ANY, Level::NoAuthNoPriv, ContextMatch::Exact)]);
    let row = index("", Model::ANY, Level::NoAuthNoPriv);
    vacm.edit(|tables| {
        tables.set_access(row.clone(), entry("all"));
        tables.set_family("all", Family::included(oid("1.3")));
    });
    let before = vacm.tables();
    let sees = |tables: &Tables, name| {
        let view = tables.view_for(&alice(Level::NoAuthNoPriv), b"", ViewType::Read);
        view.map(|view| view.contains(&oid(name)))
    };
    assert_eq!(sees(&before, "1.3.6.1"), Ok(true));
    vacm.edit(|tables| tables.set_family("all", Family::excluded(oid("1.3.6"))));
    assert_eq!(sees(&vacm.tables(), "1.3.6.1"), Ok(false));
    assert_eq!(vacm.tables().families(b"all").count(), 2);
    let gone = vacm.edit(|tables| tables.remove_family(b"all", &oid("1.3.6")));
    assert_eq!(gone, Some(Family::excluded(oid("1.3.6"))));
    assert_eq!(sees(&vacm.tables(), "1.3.6.1"), Ok(true));
    assert_eq!(vacm.edit(|tables| tables.remove_access(&row)), Some(entry("all")));
    assert_eq!(vacm.edit(|tables| tables.remove_access(&row)), None);
    assert_eq!(sees(&vacm.tables(), "1.3.6.1"), Err(Refusal::NoAccessEntry));
    assert_eq!(vacm.edit(|tables| tables.remove_group(Model::USM, b"alice")), Some(b"group".to_vec()));
    assert_eq!(sees(&vacm.tables(), "1.3.6.1"), Err(Refusal::NoGroupName));
    assert!(vacm.edit(|tables| tables.remove_context(b"")));
    assert_eq!(sees(&vacm.tables(), "1.3.6.1"), Err(Refusal::NoSuchContext));
    assert_eq!(sees(&before, "1.3.6.1"), Ok(true));
    assert_eq!(before.all_access().count(), 1);
    assert_eq!(before.groups().count(), 1);
    assert_eq!(before.view_names().count(), 1);
    assert_eq!(before.contexts().count(), 2);
}
