use super::*;
use crate::agent::Served;
use crate::entity::{ReadError, SetError, StagedSet, Tested, Undo, UndoError, Variables, prepared};
use crate::message::ErrorStatus;
use crate::oid::Oid;
use crate::value::{Value, VarBind};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex};
use std::task::Waker;

fn oid(text: &str) -> Oid {
    text.parse().expect("a valid OID")
}

fn anybody() -> Principal<'static> {
    Principal::new(Model::ANY, &b""[..])
}

/// Variables that can be set, and what has happened to them.
#[derive(Default)]
struct Shelf {
    values: Arc<Mutex<BTreeMap<Oid, Value>>>,
    /// Commits of this value fail.
    breaks: Option<i32>,
}

impl Variables for Shelf {
    fn get(&self, name: OidRef<'_>) -> Result<Value, ReadError> {
        let values = self.values.lock().expect("no panic");
        Ok(values.get(&name.to_oid()).cloned().unwrap_or(Value::NoSuchInstance))
    }

    fn next(&self, from: Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
        let values = self.values.lock().expect("no panic");
        let found = values.range((from.map(OidRef::to_oid), Bound::Unbounded)).next();
        Ok(found.map(|(name, value)| VarBind::new(name.clone(), value.clone())))
    }

    fn test(&self, _: &Principal<'_>, changes: Vec<VarBind>) -> Tested {
        let (values, breaks) = (Arc::clone(&self.values), self.breaks);
        Ok(prepared(move || {
            if changes
                .iter()
                .any(|change| breaks.is_some_and(|breaks| change.value == Value::Integer(breaks)))
            {
                return Err(SetError::commit_failed());
            }
            let mut inside = values.lock().expect("no panic");
            let before: Vec<_> =
                changes.into_iter().map(|c| (c.name.clone(), inside.insert(c.name, c.value))).collect();
            drop(inside);
            Ok(Undo::try_with(move || {
                let mut inside = values.lock().map_err(|_| UndoError)?;
                for (name, value) in before {
                    match value {
                        Some(value) => inside.insert(name, value),
                        None => inside.remove(&name),
                    };
                }
                Ok(())
            }))
        }))
        .into()
    }
}

/// 1.3.9.1.1 to 1.3.9.1.5, and the same below 1.3.9.2.
fn served(breaks: Option<i32>) -> Served {
    let served = Served::new();
    for root in [1_u32, 2] {
        let root = Oid::from_arcs(&[1, 3, 9, root]).expect("an OID");
        let values = (1..=5_u32).map(|n| (root.child(n).expect("an OID"), Value::Integer(n as i32)));
        let shelf = Shelf { values: Arc::new(Mutex::new(values.collect())), breaks };
        served.register(root, Arc::new(shelf));
    }
    served
}

fn found(inquiry: &Inquiry) -> Vec<String> {
    assert_eq!(inquiry.outcome(), Some(Ok(())));
    inquiry.varbinds().map(|varbind| varbind.to_varbind().to_string()).collect()
}

#[test]
fn get_and_get_again() {
    let (served, mut inquiry) = (served(None), Inquiry::new());
    let names = [oid("1.3.9.1.3"), oid("1.3.9.1.9"), oid("1.3.10")];
    for _ in 0..2 {
        served.get(&mut inquiry, anybody(), names.iter().map(Oid::as_ref));
        assert_eq!(found(&inquiry), ["1.3.9.1.3 = 3", "1.3.9.1.9 = noSuchInstance", "1.3.10 = noSuchObject"]);
    }
}

/// A2, A4: nothing at or behind the end of a range, which may lie inside of a region, between two, or before the start.
#[test]
fn ranges_end() {
    let (served, mut inquiry) = (served(None), Inquiry::new());
    let mut next = |start: &str, include: bool, end: Option<&str>| {
        let (start, end) = (oid(start), end.map(oid));
        let range = SearchRange { start: start.as_ref(), include, end: end.as_ref().map(Oid::as_ref) };
        served.next(&mut inquiry, anybody(), [range]);
        found(&inquiry).concat()
    };
    assert_eq!(next("1.3.9.1.2", false, None), "1.3.9.1.3 = 3");
    assert_eq!(next("1.3.9.1.2", true, None), "1.3.9.1.2 = 2");
    assert_eq!(next("1.3.9.1.2", false, Some("1.3.9.1.4")), "1.3.9.1.3 = 3");
    assert_eq!(next("1.3.9.1.2", false, Some("1.3.9.1.3")), "1.3.9.1.2 = endOfMibView");
    assert_eq!(next("1.3.9.1.5", false, Some("1.3.9.2")), "1.3.9.1.5 = endOfMibView");
    assert_eq!(next("1.3.9.1.5", false, Some("1.3.9.2.2")), "1.3.9.2.1 = 1");
    assert_eq!(next("1.3.9.1.5", true, Some("1.3.9.1.1")), "1.3.9.1.5 = endOfMibView");
    assert_eq!(next("1.3.9.1", true, Some("1.3.9.1")), "1.3.9.1 = endOfMibView");
    assert_eq!(next("1.3.9.3", true, None), "1.3.9.3 = endOfMibView");
}

/// GETBULK ends for each range by itself.
#[test]
fn bulk_in_ranges() {
    let (served, mut inquiry) = (served(None), Inquiry::new());
    let names = ["1.3.9.1", "1.3.9.1.3", "1.3.9.1.5", "1.3.9.2", "1.3.9.2.4", "1.3.9.3"].map(oid);
    let [a, b, c, d, e, f] = &names;
    let ranges = [(a, Some(b)), (b, Some(c)), (d, Some(f)), (e, None)].map(|(start, end)| SearchRange {
        start: start.as_ref(),
        include: false,
        end: end.map(Oid::as_ref),
    });
    served.bulk(&mut inquiry, anybody(), ranges, (1, 3), 10_000);
    assert_eq!(
        found(&inquiry),
        [
            "1.3.9.1.1 = 1",
            "1.3.9.1.4 = 4",
            "1.3.9.2.1 = 1",
            "1.3.9.2.5 = 5",
            "1.3.9.1.4 = endOfMibView",
            "1.3.9.2.2 = 2",
            "1.3.9.2.5 = endOfMibView",
            "1.3.9.1.4 = endOfMibView",
            "1.3.9.2.3 = 3",
            "1.3.9.2.5 = endOfMibView",
        ]
    );
}

fn settled(set: &mut StagedSet) -> Result<(), Failure> {
    match set.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => panic!("all answer at once"),
    }
}

fn value(served: &Served, name: &str) -> Value {
    served.read(oid(name).as_ref()).expect("it can be read")
}

/// A5: each phase when it is asked for, and no other.
#[test]
fn the_phases_of_a_set() {
    let served = served(Some(13));
    let changes =
        |second: i32| vec![VarBind::new(oid("1.3.9.1.1"), 7), VarBind::new(oid("1.3.9.2.1"), second)];
    let mut set = served.set(anybody(), changes(8));
    assert_eq!(settled(&mut set), Ok(()));
    assert!(!set.undo() && !set.is_done());
    assert_eq!(value(&served, "1.3.9.1.1"), Value::Integer(1));
    assert!(set.commit());
    assert_eq!(settled(&mut set), Ok(()));
    assert!(!set.commit());
    assert_eq!(value(&served, "1.3.9.2.1"), Value::Integer(8));
    assert!(set.undo());
    assert_eq!((settled(&mut set), set.is_done()), (Ok(()), true));
    assert_eq!(value(&served, "1.3.9.1.1"), Value::Integer(1));
    assert!(!set.commit() && !set.clean_up());

    // Its turn has come to its end: another one begins, commits and stays.
    let mut set = served.set(anybody(), changes(9));
    assert_eq!(settled(&mut set), Ok(()));
    assert!(set.commit());
    assert_eq!(settled(&mut set), Ok(()));
    assert!(set.clean_up());
    assert_eq!((settled(&mut set), set.is_done()), (Ok(()), true));
    assert_eq!(value(&served, "1.3.9.2.1"), Value::Integer(9));

    // The second commit fails: the first is taken back.
    let mut set = served.set(anybody(), changes(13));
    assert_eq!(settled(&mut set), Ok(()));
    assert!(set.commit());
    assert_eq!(
        settled(&mut set),
        Err(Failure { status: ErrorStatus::COMMIT_FAILED, index: 2, is_silent: false })
    );
    assert!(set.is_done());
    let mut set = served.set(anybody(), changes(14));
    assert_eq!(settled(&mut set), Ok(()));
    assert!(set.commit());
    assert_eq!(settled(&mut set), Ok(()));
    // The one who asked is gone.
    drop(set);
    assert_eq!(value(&served, "1.3.9.1.1"), Value::Integer(7));
    assert_eq!(value(&served, "1.3.9.2.1"), Value::Integer(9));
}
