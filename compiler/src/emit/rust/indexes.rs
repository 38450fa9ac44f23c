//! What an index consists of, and which row an index type is named after.
//!
//! An index type belongs to an ordered list of index objects, each with its IMPLIED. Rows with the same list share
//! it, and their columns can be read together: rows that augment another, rows of the same module, and rows that are
//! indexed by exactly the objects of a table of another module. The row it is named after is the first one (by OID)
//! of the module that defines an object of the list, else of the row's own module. That depends on the row's module
//! and on what it imports from, never on what else is compiled.

use crate::model::{DefId, IndexItem, IndexTarget, Kind, Model, ModuleId, Ref, Syntax};
use mibc_runtime::index::Form;
use mibc_runtime::syntax::BaseType;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;

/// One part of an index.
pub(super) struct Part<'a> {
    pub(super) target: Target<'a>,
    pub(super) syntax: &'a Syntax,
    pub(super) implied: bool,
}

/// What a part stands for.
#[derive(Clone, Copy)]
pub(super) enum Target<'a> {
    Object(DefId),
    /// A bare type (RFC 1212 §4.1.6): known by how it is written.
    Type(&'a str),
}

impl Part<'_> {
    /// The name of the object, or of the bare type.
    pub(super) fn name(&self, model: &Model) -> String {
        match self.target {
            Target::Object(id) => model.spelling(model[id].name).to_owned(),
            Target::Type(text) => text.split(['(', '{']).next().unwrap_or("").trim().to_owned(),
        }
    }

    /// How the part is encoded in the OID of an instance (RFC 2578 §7.7).
    pub(super) fn form(&self, model: &Model) -> Form {
        match &self.syntax.range[..] {
            [(low, high)] if self.is_string() && low == high => {
                usize::try_from(*low).map_or(Form::Variable, Form::Fixed)
            }
            _ if is_network_address(model, self.syntax) => Form::NetworkAddress,
            _ if self.implied => Form::Implied,
            _ => Form::Variable,
        }
    }

    fn is_string(&self) -> bool {
        matches!(self.syntax.base, Some(BaseType::OctetString | BaseType::Opaque))
    }
}

/// What makes two lists the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Object(DefId, bool),
    Type(String, bool),
}

/// The first row of each list of a module.
type FirstRows = FxHashMap<Vec<Key>, DefId>;

/// The owners of index types, found when first asked for.
pub(super) struct Indexes<'a> {
    model: &'a Model,
    /// For each module, the first row of each list.
    first: RefCell<FxHashMap<ModuleId, Rc<FirstRows>>>,
}

impl<'a> Indexes<'a> {
    pub(super) fn new(model: &'a Model) -> Indexes<'a> {
        Indexes { model, first: RefCell::default() }
    }

    /// The row that the index type of `row` is named after. `None` if the index is not known: it, or the type of
    /// an object in it, could not be bound.
    pub(super) fn owner(&self, row: DefId) -> Option<DefId> {
        let base = self.model.index_row(row)?;
        let parts = parts(self.model, base)?;
        let key = key(&parts);
        let definer = self.model[base].module;
        let defining = parts.iter().filter_map(|part| match part.target {
            Target::Object(id) => Some(self.model[id].module),
            Target::Type(_) => None,
        });
        let mut seen = FxHashSet::default();
        let owner = defining
            .chain([definer])
            .filter(|module| seen.insert(*module))
            .find_map(|module| self.first_of(module).get(&key).copied());
        // A row that is itself left out (it has no OID) owns nothing, so that no path leads nowhere.
        owner.filter(|owner| self.model[*owner].oid.is_some())
    }

    fn first_of(&self, module: ModuleId) -> Rc<FirstRows> {
        if let Some(known) = self.first.borrow().get(&module) {
            return Rc::clone(known);
        }
        let mut rows: Vec<DefId> = self.model[module].definitions.clone();
        rows.retain(|id| matches!(&self.model[*id].kind, Kind::Row(row) if row.augments.is_none()));
        rows.retain(|id| self.model[*id].oid.is_some());
        rows.sort_by(|a, b| self.model[*a].oid.cmp(&self.model[*b].oid).then(a.cmp(b)));
        let mut first = FxHashMap::default();
        for row in rows {
            if let Some(parts) = parts(self.model, row) {
                first.entry(key(&parts)).or_insert(row);
            }
        }
        let first = Rc::new(first);
        self.first.borrow_mut().insert(module, Rc::clone(&first));
        first
    }
}

/// The parts of a row's own INDEX; `None` if it has none or one of them is not known.
pub(super) fn parts(model: &Model, row: DefId) -> Option<Vec<Part<'_>>> {
    let Kind::Row(data) = &model[row].kind else { return None };
    let last = data.index.len().checked_sub(1)?;
    data.index.iter().enumerate().map(|(at, item)| part(model, item, at == last)).collect()
}

fn part<'a>(model: &'a Model, item: &'a IndexItem, last: bool) -> Option<Part<'a>> {
    // IMPLIED makes sense only for the last part (RFC 2578 §7.7): elsewhere the end could not be found.
    let implied = item.implied && last;
    match &item.target {
        IndexTarget::Object(Ref::Bound(id)) => match &model[*id].kind {
            Kind::Scalar(object) | Kind::Column(object, _) if object.syntax.base.is_some() => {
                Some(Part { target: Target::Object(*id), syntax: &object.syntax, implied })
            }
            _ => None,
        },
        IndexTarget::Object(Ref::Unresolved(_)) => None,
        IndexTarget::Type(syntax) if syntax.base.is_some() => {
            Some(Part { target: Target::Type(model.text(syntax.span)), syntax, implied })
        }
        IndexTarget::Type(_) => None,
    }
}

fn key(parts: &[Part<'_>]) -> Vec<Key> {
    let key = |part: &Part<'_>| match part.target {
        Target::Object(id) => Key::Object(id, part.implied),
        Target::Type(text) => Key::Type(text.split_whitespace().collect(), part.implied),
    };
    parts.iter().map(key).collect()
}

/// NetworkAddress has a sub-identifier for its kind before the address (RFC 1212 §4.1.6).
fn is_network_address(model: &Model, syntax: &Syntax) -> bool {
    matches!(syntax.named, Some(Ref::Bound(id)) if model[id].builtin && model.spelling(model[id].name) == "NetworkAddress")
}
