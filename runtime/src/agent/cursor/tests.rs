//! Walks through registered providers.

use std::ops::Bound;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::oid::OidRef;
use crate::registry::{Owner, Registration, Registry};
use crate::value::Value;

fn oid(text: &str) -> Oid {
    text.parse().expect("a valid OID")
}

/// Serves the names it is made of; each value is `mark`.
struct Names {
    mark: i32,
    names: Vec<Oid>,
    asked: Arc<AtomicUsize>,
}

impl Provider for Names {
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

/// Providers by root.
fn serving<P: Provider + 'static>(providers: impl IntoIterator<Item = (Oid, Arc<P>)>) -> Handlers {
    let mut registry: Registry<Arc<dyn Provider>> = Registry::new();
    for (root, provider) in providers {
        registry.register(Registration::new(root, provider, Owner::APPLICATION)).expect("not there yet");
    }
    registry.snapshot().context(b"").cloned().expect("not empty")
}

fn walk(handlers: &Handlers, view: &View) -> Vec<(String, i32)> {
    let mut cursor = Cursor::after(Oid::ZERO);
    let mut found = Vec::new();
    while let Some(varbind) = cursor.advance(handlers, view).expect("readable") {
        let Value::Integer(mark) = varbind.value else { panic!("a mark") };
        found.push((varbind.name.to_string(), mark));
    }
    found
}

/// The last OIDs there are belong to a subhandlers without an end.
#[test]
fn the_end_of_the_oid_space_is_served() {
    let handlers = serving([
        (oid("2.4294967295"), names(1, &["2.4294967295.1", "2.4294967295.4294967295"])),
        (oid("2.4294967295.4294967295"), names(2, &["2.4294967295.4294967295"])),
    ]);
    let found = walk(&handlers, &View::everything());
    assert_eq!(found, [("2.4294967295.1".to_owned(), 1), ("2.4294967295.4294967295".to_owned(), 2)]);
}

/// P1: what a view hides is passed over, also in the middle of a provider.
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

/// A walk asks each provider once per name and once for its end, however many there are.
#[test]
fn a_walk_asks_providers_as_often_as_there_are_names() {
    let asked = Arc::new(AtomicUsize::new(0));
    let handlers = serving((1..=1_000).map(|number| {
        let root = oid("1.3.6.1.4.1").child(number).expect("short");
        let name = root.child(0).expect("short");
        (root, Arc::new(Names { mark: 1, names: vec![name], asked: Arc::clone(&asked) }))
    }));
    assert_eq!(walk(&handlers, &View::everything()).len(), 1_000);
    assert_eq!(asked.load(Ordering::Relaxed), 2_000);
    // One GETNEXT in the middle: one provider, or two where the first is at its end.
    asked.store(0, Ordering::Relaxed);
    let mut cursor = Cursor::after(oid("1.3.6.1.4.1.500.0"));
    let next = cursor.advance(&handlers, &View::everything()).expect("readable").expect("not the end");
    assert_eq!(next.name, oid("1.3.6.1.4.1.501.0"));
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

/// A provider that stands still does not make an endless walk.
#[test]
fn a_provider_that_does_not_advance_is_an_error() {
    struct Stuck;
    impl Provider for Stuck {
        fn get(&self, _: OidRef<'_>) -> Result<Value, ReadError> {
            Ok(Value::Integer(1))
        }
        fn next(&self, _: Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
            Ok(Some(VarBind::new("1.3.6.5".parse().expect("valid"), 1)))
        }
    }
    let handlers = serving([(oid("1.3.6"), Arc::new(Stuck))]);
    let mut cursor = Cursor::after(oid("1.3.6.1"));
    assert!(cursor.advance(&handlers, &View::everything()).is_ok());
    assert!(cursor.advance(&handlers, &View::everything()).is_err());
}
