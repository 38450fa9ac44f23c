//! What OIDs have turned out to be: walks and notifications come to the same objects again and again.

use super::{Answer, Form, Library};
use crate::model::Kind;
use crate::search::{Entry, EntryKind};
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::show::{self, Names, Style};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;

/// Most OIDs that are remembered. When there are more, all are asked for anew.
const MOST: usize = 16_384;

/// A definition with its name.
#[derive(Debug)]
pub(super) struct Named {
    /// What it is, for the OID that was first asked for.
    pub(super) answer: Answer,
    /// Its name, without an index.
    pub(super) prefix: String,
}

impl Named {
    pub(super) fn new(answer: Answer, form: Form) -> Self {
        Self { prefix: answer.prefix(form), answer }
    }

    /// Appends what follows the name in an OID that belongs to it.
    pub(super) fn push_index(&self, out: &mut String, oid: OidRef<'_>, style: &Style, names: Names<'_>) {
        let definition = self.answer.definition();
        let Some(rest) = definition.oid.as_ref().and_then(|own| oid.strip_prefix(own)) else { return };
        let column = match definition.kind {
            Kind::Column(..) => self.answer.object(),
            _ => None,
        };
        show::push_index(out, column.as_ref(), rest, style, names);
    }
}

/// What OIDs have turned out to be; nothing where no definition is above one.
///
/// The keys are octets of OIDs. A key that is whole stands for all that is below it as well: it is an object, or nothing
/// below it is defined. So no key is below one that is whole, and the greatest that is not beyond an OID decides about it.
#[derive(Debug, Default)]
pub(super) struct Known(BTreeMap<Box<[u8]>, Place>);

#[derive(Debug)]
struct Place {
    whole: bool,
    named: Option<Rc<Named>>,
}

impl Known {
    /// What an OID belongs to, if that is remembered.
    pub(super) fn find(&self, oid: OidRef<'_>) -> Option<&Option<Rc<Named>>> {
        let up_to = (Bound::Unbounded, Bound::Included(oid.as_ber()));
        let (key, place) = self.0.range::<[u8], _>(up_to).next_back()?;
        let same = key.len() == oid.as_ber().len();
        (oid.as_ber().starts_with(key) && (same || place.whole)).then_some(&place.named)
    }

    /// Remembers what an OID belongs to, and others that must belong to the same.
    pub(super) fn insert(&mut self, oid: OidRef<'_>, named: Option<Rc<Named>>, library: &Library) {
        if self.0.len() >= MOST {
            self.0.clear();
        }
        let own = named.as_ref().and_then(|named| named.answer.definition().oid.as_ref());
        // From the definition down to the OID: the first with nothing of its own below it.
        let mut prefixes = vec![oid.to_oid()];
        while let Some(parent) = prefixes.last().and_then(Oid::parent)
            && own.is_none_or(|own| parent.len() >= own.len())
        {
            prefixes.push(parent);
        }
        let is_scalar =
            named.as_ref().is_some_and(|named| matches!(named.answer.definition().kind, Kind::Scalar(_)));
        let whole = prefixes.iter().rev().find(|prefix| {
            // A name for the instance of a scalar says less than the scalar's own.
            let says_less = |entry: &Entry<'_>, at: OidRef<'_>| {
                is_scalar
                    && own == Some(*prefix)
                    && entry.kind == EntryKind::Value
                    && at.len() == prefix.len() + 1
                    && !library.prefers(entry.module.name)
            };
            let mut below = library.kept_or_current().below(prefix);
            below.all(|entry| entry.oid.is_some_and(|at| at == **prefix || says_less(&entry, at)))
        });
        let (key, whole) = match whole {
            Some(prefix) => (prefix.as_ber(), true),
            None => (oid.as_ber(), false),
        };
        self.0.insert(key.into(), Place { whole, named });
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, MOST};
    use crate::query::{Form, Library, Renderer};
    use crate::search::Cache;
    use crate::world::FsWorld;
    use mibc_runtime::oid::Oid;
    use mibc_runtime::show::Style;

    const OIDS: [&str; 19] = [
        "1.3.6.1.2.1.2.2.1.2.3",
        "1.3.6.1.2.1.2.2.1.8.7",
        "1.3.6.1.2.1.2.2.1.250.7",
        "1.3.6.1.2.1.2.2.1",
        "1.3.6.1.2.1.2.2.1.2",
        "1.3.6.1.2.1.1.3.0",
        "1.3.6.1.2.1.1.3.0.1",
        "1.3.6.1.2.1.1.3",
        "1.3.6.1.6.3.1.1.5.3",
        "1.3.6.1.6.3.1.1.5.3.1",
        "1.3.6.1.4.1.4242.1.2.3",
        "1.3.6.1.4.1.4242",
        "1.3.6.1.4.1.4243.7",
        "1.3.6.1.4.1",
        "1.3.6.1.2.1",
        "1.3",
        "1.3.6",
        "2.5.4.3",
        "0.0",
    ];

    fn library() -> Library {
        Library::new(FsWorld::new(), Cache::None)
    }

    /// Whatever was asked before, the answer is that of somebody who remembers nothing.
    #[test]
    fn the_order_of_questions_does_not_matter() {
        let library = library();
        let renderer = || Renderer::new(&library, Form::Module, Style::DEFAULT);
        let oids = OIDS.map(|oid| oid.parse::<Oid>().expect("an OID"));
        let alone: Vec<String> = oids.iter().map(|oid| renderer().name(oid.as_ref())).collect();
        assert_eq!(alone[0], "IF-MIB::ifDescr.3");
        assert_eq!((&*alone[8], &*alone[9]), ("IF-MIB::linkDown", "IF-MIB::linkDown.1"));
        for first in (0..oids.len()).step_by(5) {
            let renderer = renderer();
            for step in 0..2 * oids.len() {
                let place = match first % 2 {
                    0 => (first + step) % oids.len(),
                    _ => (first + 2 * oids.len() - step) % oids.len(),
                };
                let name = renderer.name(oids[place].as_ref());
                assert_eq!(name, alone[place], "{} after {}", OIDS[place], OIDS[first]);
            }
        }
    }

    #[test]
    fn an_index_has_its_place_in_the_name() {
        let library = library();
        let renderer = Renderer::new(&library, Form::Module, Style::DEFAULT);
        for oid in OIDS {
            let oid: Oid = oid.parse().expect("an OID");
            let (name, at) = renderer.name_and_index(oid.as_ref());
            assert_eq!(name, renderer.name(oid.as_ref()));
            let index = renderer.index(oid.as_ref());
            match at {
                Some(at) => assert_eq!(name[at..], index, "{name}"),
                None => assert_eq!(index, oid.to_string()),
            }
        }
    }

    #[test]
    fn memory_is_bounded() {
        let (library, mut known) = (library(), Known::default());
        for number in 0..MOST as u32 + 10 {
            let oid = Oid::from_arcs(&[1, 3, 6, 1, 4, 1, 99_000 + number, 1]).expect("an OID");
            known.insert(oid.as_ref(), None, &library);
            assert!(known.find(oid.as_ref()).is_some_and(Option::is_none));
        }
        assert!(known.0.len() <= MOST, "{}", known.0.len());
        let unknown = Oid::from_arcs(&[1, 3, 6, 1, 4, 1, 98_000]).expect("an OID");
        assert!(known.find(unknown.as_ref()).is_none());
    }
}
