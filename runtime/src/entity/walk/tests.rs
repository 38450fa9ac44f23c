//! Walks through registered handlers.

use std::ops::Bound;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::access::View;
use crate::access::{Model, Principal};
use crate::ber::VarBinds;
use crate::entity::query::Handlers;
use crate::entity::retrieval::{Progress, Retrieval};
use crate::entity::variables::Variables;
use crate::oid::OidRef;
use crate::registry::{Owner, Registration, Registry};
use crate::value::{Value, VarBind};

fn oid(text: &str) -> Oid {
    text.parse().expect("a valid OID")
}

/// Serves the names it is made of; each value is `mark`.
struct Names {
    mark: i32,
    names: Vec<Oid>,
    asked: Arc<AtomicUsize>,
}

impl Variables for Names {
    fn get(&self, name: OidRef<'_>) -> Result<Value, ReadError> {
        Ok(if self.names.iter().any(|known| known.as_ref() == name) {
            Value::Integer(self.mark)
        } else {
            Value::NoSuchInstance
        })
    }

    fn next(&self, from: Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let found = self.names.iter().find(|name| match from {
            Bound::Included(from) => name.as_ref() >= from,
            Bound::Excluded(from) => name.as_ref() > from,
            Bound::Unbounded => true,
        });
        Ok(found.map(|name| VarBind::new(name.clone(), self.mark)))
    }
}

fn names(mark: i32, names: &[&str]) -> Arc<Names> {
    let mut names: Vec<Oid> = names.iter().map(|name| oid(name)).collect();
    names.sort();
    Arc::new(Names { mark, names, asked: Arc::default() })
}

/// Handlers by root.
fn serving<P: Variables + 'static>(handlers: impl IntoIterator<Item = (Oid, Arc<P>)>) -> Handlers {
    let mut registry: Registry<Arc<dyn Handler>> = Registry::new();
    for (root, handler) in handlers {
        registry.register(Registration::new(root, handler, Owner::APPLICATION)).expect("not there yet");
    }
    registry.snapshot().context(b"").cloned().expect("not empty")
}

/// The first `count` variables behind a name; `None` for genErr.
fn behind(handlers: &Handlers, view: &View, name: &Oid, count: u32) -> Option<Vec<(String, i32)>> {
    let who = Principal::new(Model::V2C, &b"tester"[..]);
    let query = Query { handlers, view, who: &who, v1: false, octets: name.as_ber() };
    let mut retrieval = Retrieval::default();
    let progress = retrieval.get_bulk(&query, std::iter::once(name.as_ref()), 0, count, usize::MAX);
    assert_ne!(progress, Progress::Waiting);
    (progress == Progress::Done(Ok(()))).then_some(())?;
    let mut pieces = Vec::new();
    retrieval.write(|octets| pieces.insert(0, octets.to_vec()));
    let octets = pieces.concat();
    let (varbinds, _) = VarBinds::from_content(&octets, crate::ber::Rules::Strict).expect("varbinds");
    let found = varbinds.iter().filter_map(|varbind| match varbind.value.to_value() {
        Value::Integer(mark) => Some((varbind.name.to_string(), mark)),
        _ => None,
    });
    Some(found.collect())
}

fn walk(handlers: &Handlers, view: &View) -> Vec<(String, i32)> {
    let whole = behind(handlers, view, &Oid::ZERO, u32::MAX).expect("readable");
    // It is the same step by step.
    let mut name = Oid::ZERO;
    for (position, expected) in whole.iter().enumerate() {
        let next = behind(handlers, view, &name, 1).expect("readable");
        assert_eq!(next.first(), Some(expected), "step {position}");
        name = oid(&expected.0);
    }
    assert_eq!(behind(handlers, view, &name, 1), Some(Vec::new()));
    whole
}

/// The last OIDs there are belong to a subtree without an end.
#[test]
fn the_end_of_the_oid_space_is_served() {
    let handlers = serving([
        (oid("2.4294967295"), names(1, &["2.4294967295.1", "2.4294967295.4294967295"])),
        (oid("2.4294967295.4294967295"), names(2, &["2.4294967295.4294967295"])),
    ]);
    let found = walk(&handlers, &View::everything());
    assert_eq!(found, [("2.4294967295.1".to_owned(), 1), ("2.4294967295.4294967295".to_owned(), 2)]);
}

/// P1: what a view hides is passed over, also in the middle of a handler.
#[test]
fn a_view_hides_what_it_does_not_include() {
    let handlers = serving([
        (oid("1.3.6"), names(1, &["1.3.6.1", "1.3.6.2", "1.3.6.3", "1.3.6.4.1", "1.3.6.4.2"])),
        (oid("1.3.7"), names(2, &["1.3.7.1"])),
    ]);
    let view = View::of([oid("1.3.6.2"), oid("1.3.6.4.2"), oid("1.3.8")]);
    let found: Vec<String> = walk(&handlers, &view).into_iter().map(|(name, _)| name).collect();
    assert_eq!(found, ["1.3.6.2", "1.3.6.4.2"]);
}

/// A walk asks each handler once per name and once for its end, however many there are.
#[test]
fn a_walk_asks_handlers_as_often_as_there_are_names() {
    let asked = Arc::new(AtomicUsize::new(0));
    let handlers = serving((1..=1_000).map(|number| {
        let root = oid("1.3.6.1.4.1").child(number).expect("short");
        let name = root.child(0).expect("short");
        (root, Arc::new(Names { mark: 1, names: vec![name], asked: Arc::clone(&asked) }))
    }));
    let all = behind(&handlers, &View::everything(), &Oid::ZERO, u32::MAX).expect("readable");
    assert_eq!(all.len(), 1_000);
    assert_eq!(asked.load(Ordering::Relaxed), 2_000);
    // One GETNEXT in the middle: one handler, or two where the first is at its end.
    asked.store(0, Ordering::Relaxed);
    let next = behind(&handlers, &View::everything(), &oid("1.3.6.1.4.1.500.0"), 1);
    assert_eq!(next, Some(vec![("1.3.6.1.4.1.501.0".to_owned(), 1)]));
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

/// A handler that stands still does not make an endless walk.
#[test]
fn a_handler_that_does_not_advance_is_an_error() {
    struct Stuck;
    impl Variables for Stuck {
        fn get(&self, _: OidRef<'_>) -> Result<Value, ReadError> {
            Ok(Value::Integer(1))
        }
        fn next(&self, _: Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
            Ok(Some(VarBind::new("1.3.6.5".parse().expect("valid"), 1)))
        }
    }
    let handlers = serving([(oid("1.3.6"), Arc::new(Stuck))]);
    let from = oid("1.3.6.1");
    assert!(behind(&handlers, &View::everything(), &from, 1).is_some());
    assert!(behind(&handlers, &View::everything(), &from, 2).is_none());
}

/// Names that are behind a region do not count, however much they have in common with those before.
#[test]
fn a_handler_that_goes_on_behind_its_region() {
    let inside =
        ["1.3.6.200.1", "1.3.6.200.1.130.5", "1.3.6.200.1.130.6", "1.3.6.200.130.1", "1.3.6.200.16384"];
    let ends = ["1.3.6.201", "1.3.6.255", "1.3.6.16384", "1.3.6.25600.1", "1.3.7", "2.5"];
    for end in ends {
        let all: Vec<&str> = inside.iter().copied().chain([end]).collect();
        for skipped in 0..inside.len() {
            let all: Vec<&str> = all.iter().skip(skipped).copied().collect();
            let handlers = serving([(oid("1.3.6.200"), names(1, &all)), (oid("2.6"), names(2, &["2.6.1"]))]);
            let found: Vec<String> =
                walk(&handlers, &View::everything()).into_iter().map(|(name, _)| name).collect();
            let expected: Vec<&str> = inside.iter().skip(skipped).copied().chain(["2.6.1"]).collect();
            assert_eq!(found, expected, "{end}");
            let view = View::of([oid("1.3.6.200.1.130"), oid("2.6")]);
            let found = walk(&handlers, &view);
            assert!(found.iter().all(|(name, _)| view.contains(&oid(name))), "{end}: {found:?}");
        }
    }
}

proptest::proptest! {
    /// What two names have in common, and the number in which they differ, tell where a third one is that goes on as
    /// one of them.
    #[test]
    fn what_is_settled_is_so(
        end in proptest::collection::vec(proptest::sample::select(vec![0_u32, 1, 127, 128, 200, 16_384, u32::MAX]), 1..5),
        last in proptest::collection::vec(proptest::sample::select(vec![0_u32, 1, 127, 128, 200, 16_384, u32::MAX]), 1..5),
        next in proptest::collection::vec(proptest::sample::select(vec![0_u32, 1, 127, 128, 200, 16_384, u32::MAX]), 1..5),
        kept in 0..5_usize,
    ) {
        let base = oid("1.3.6");
        let made = |arcs: &[u32]| base.extend(arcs.iter().copied()).expect("short");
        let next: Vec<u32> = last.iter().take(kept).copied().chain(next).collect();
        let (end, last, next) = (made(&end), made(&last), made(&next));
        let (order, same) = last.as_ref().compare(end.as_ref());
        proptest::prop_assert_eq!(order, last.cmp(&end));
        let (_, with_next) = last.as_ref().compare(next.as_ref());
        if order.is_lt() && with_next >= last.as_ref().number_end(same) {
            proptest::prop_assert!(next < end);
        }
    }
}
