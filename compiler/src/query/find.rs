//! Definitions and types by name, kind, type and module.

use super::{Glob, Library};
use crate::model::{Kind, Model, Ref, Syntax};
use crate::search::{Entry, EntryKind};
use mibc_runtime::oid::Oid;

/// What is looked for; what is absent does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A pattern for the name.
    pub name: Option<Glob>,
    /// The kinds that will do; all if there is none.
    pub kinds: Vec<EntryKind>,
    /// A pattern for the type: the name of any type of the chain, or of the base type.
    pub syntax: Option<Glob>,
    /// A pattern for the module.
    pub module: Option<Glob>,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// The module.
    pub module: String,
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
    /// Its OID.
    pub oid: Option<Oid>,
    /// The names of its types from the outside to the base; empty unless [`Filter::syntax`] asks for it.
    pub types: Vec<String>,
}

/// Everything that passes, by OID; types and what has no OID first, by name. Modules are compiled only where a type
/// is asked for.
pub fn find(library: &Library, filter: &Filter) -> Vec<Found> {
    let passes = |entry: &Entry<'_>| {
        !entry.module.shadowed
            && filter.name.as_ref().is_none_or(|glob| glob.matches(entry.name))
            && filter.module.as_ref().is_none_or(|glob| glob.matches(entry.module.name))
            && (filter.kinds.is_empty() || filter.kinds.contains(&entry.kind))
    };
    let found = |entry: Entry<'_>| Found {
        module: entry.module.name.to_owned(),
        name: entry.name.to_owned(),
        kind: entry.kind,
        oid: entry.oid.map(|oid| oid.to_oid()),
        types: Vec::new(),
    };
    let mut all: Vec<Found> = library.index().entries().filter(passes).map(found).collect();
    if let Some(glob) = &filter.syntax {
        let mut modules: Vec<&str> = all.iter().map(|found| found.module.as_str()).collect();
        modules.sort_unstable();
        modules.dedup();
        let compilation = library.compile(&modules);
        for found in &mut all {
            found.types = types_of(&compilation.model, &found.module, &found.name);
        }
        all.retain(|found| found.types.iter().any(|name| glob.matches(name)));
    }
    all.sort_by(|a, b| (&a.oid, &a.name, &a.module).cmp(&(&b.oid, &b.name, &b.module)));
    all.dedup();
    all
}

/// The names of the types of an object or of a type, from the outside to the base.
fn types_of(model: &Model, module: &str, name: &str) -> Vec<String> {
    let Some(module) = model.module(module) else { return Vec::new() };
    if let Some(definition) = model.definition(module.id, name) {
        return match &definition.kind {
            Kind::Scalar(object) | Kind::Column(object, _) => chain(model, &object.syntax),
            _ => Vec::new(),
        };
    }
    model.named_type(module.id, name).map(|named| chain(model, &named.syntax)).unwrap_or_default()
}

fn chain(model: &Model, syntax: &Syntax) -> Vec<String> {
    let mut names = Vec::new();
    let mut named = syntax.named;
    for _ in 0..=model.types().len() {
        match named {
            Some(Ref::Bound(id)) => {
                names.push(model.spelling(model[id].name).to_owned());
                named = model[id].syntax.named;
            }
            Some(Ref::Unresolved(name)) => {
                names.push(model.spelling(name).to_owned());
                break;
            }
            None => break,
        }
    }
    names.extend(syntax.base.map(|base| base.as_str().to_owned()));
    names
}
