//! Canonical SMIv2 text of a module or of one definition.
//!
//! Written from the model: a module that is read again has the same facts. Its layout is our own; comments between
//! definitions stay, those inside of definitions go. SMIv1 becomes SMIv2 as RFC 3584 §2.1 says; what only a person
//! can decide is said in a comment. A definition that could not be resolved is written as in the source.

mod clauses;
mod comments;
mod conformance;
mod definition;
mod layout;
mod linkage;
mod syntax;

use crate::model::{DefId, Definition, Kind, Language, Model, Module, ModuleId, Type};
use crate::resolve::is_base_module;
use crate::source::Span;
use layout::Layout;
use linkage::Uses;

/// Why a module has no canonical text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SmiError {
    /// It defines the SMI itself, whose macros are not part of the model.
    #[error("{0} defines the SMI itself: its macros cannot be written; keep the text of the standard")]
    BaseModule(String),
}

/// What came of a module.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Formatted {
    /// The text.
    pub text: String,
    /// How many comments inside definitions are not in the text.
    pub lost_comments: usize,
    /// How many definitions are written as in the source because something in them is not resolved.
    pub verbatim: usize,
}

/// How the OID of a definition is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Assignment {
    /// As in a module: `{ ifEntry 2 }`.
    Parent,
    /// The whole path: `{ iso(1) org(3) dod(6) … ifEntry(1) 2 }`.
    Path,
}

/// The canonical text of a module.
///
/// # Errors
/// For a module that defines the SMI itself.
pub fn module_smi(model: &Model, module: ModuleId) -> Result<Formatted, SmiError> {
    let header = &model[module];
    let name = model.spelling(header.name);
    if is_base_module(name) {
        return Err(SmiError::BaseModule(name.to_owned()));
    }
    let mut writer = Writer::new(model, header);
    let (mut lost_comments, mut verbatim, mut noted) = (0, 0, false);
    let text = model.sources.file(header.file).text.as_str();
    let mut behind = linkage::end(text, header.name_span);
    for item in writer.items() {
        let span = item.span();
        noted |= writer.comments(text, behind, span.start as usize);
        behind = behind.max(span.end as usize);
        if item.is_resolved() {
            lost_comments += comments::within(model.sources.text(span));
        } else {
            verbatim += 1;
        }
        writer.item(&item);
        writer.out.blank();
    }
    noted |= writer.comments(text, behind, comments::end(text, behind));
    for duplicate in &header.duplicates {
        let name = model.spelling(duplicate.name);
        writer.out.blank();
        writer.out.line(&format!("-- A second definition of `{name}` is left out: the first one counts."));
    }
    writer.out.blank();
    let Writer { out, uses, .. } = writer;
    let mut whole = Layout::default();
    linkage::write(&mut whole, model, header, &uses, noted);
    whole.append(out);
    whole.line("END");
    Ok(Formatted { text: whole.finish(), lost_comments, verbatim })
}

/// The text of one definition.
pub fn definition_smi(model: &Model, id: DefId, assignment: Assignment) -> String {
    let definition = &model[id];
    let mut writer = Writer::new(model, &model[definition.module]);
    writer.assignment = assignment;
    writer.item(&Item::Definition(definition));
    writer.out.finish()
}

/// The text of one named type.
pub fn type_smi(model: &Model, id: crate::model::TypeId) -> String {
    let named = &model[id];
    let mut writer = Writer::new(model, &model[named.module]);
    writer.item(&Item::Type(named));
    writer.out.finish()
}

/// A definition or type, for one list of both in the order of the source.
enum Item<'m> {
    Definition(&'m Definition),
    Type(&'m Type),
}

impl Item<'_> {
    fn span(&self) -> Span {
        match self {
            Item::Definition(definition) => definition.span,
            Item::Type(named) => named.span,
        }
    }

    /// Whether everything that its text is made of is known.
    fn is_resolved(&self) -> bool {
        match self {
            Item::Definition(definition) => definition.unresolved.is_empty() && definition.oid.is_some(),
            Item::Type(named) => named.unresolved.is_empty() && named.syntax.base.is_some(),
        }
    }
}

/// Writes the items of one module and notes what they use.
struct Writer<'m> {
    model: &'m Model,
    module: &'m Module,
    out: Layout,
    uses: Uses<'m>,
    assignment: Assignment,
}

impl<'m> Writer<'m> {
    fn new(model: &'m Model, module: &'m Module) -> Writer<'m> {
        let uses = Uses::new(model, module);
        Writer { model, module, out: Layout::default(), uses, assignment: Assignment::Parent }
    }

    /// Definitions and types in the order of the source, the MODULE-IDENTITY first (RFC 2578 §3).
    fn items(&self) -> Vec<Item<'m>> {
        let definitions = self.module.definitions.iter().map(|&id| Item::Definition(&self.model[id]));
        let types = self.module.types.iter().map(|&id| Item::Type(&self.model[id]));
        let mut items: Vec<Item<'m>> = definitions.chain(types).collect();
        let first = |item: &Item<'_>| match item {
            Item::Definition(definition) => !matches!(definition.kind, Kind::ModuleIdentity),
            Item::Type(_) => true,
        };
        items.sort_by_key(|item| (first(item), item.span().start));
        items
    }

    /// The comments of a stretch of the source without a definition. Whether the note is among them that
    /// [`linkage::write`] adds.
    fn comments(&mut self, text: &str, from: usize, to: usize) -> bool {
        let mut noted = false;
        for comment in comments::between(text, from, to) {
            noted |= comment == linkage::CONVERTED[0];
            if comment.is_empty() { self.out.blank() } else { self.out.line(comment) }
        }
        noted
    }

    fn item(&mut self, item: &Item<'m>) {
        if !item.is_resolved() {
            return self.verbatim(item);
        }
        match item {
            Item::Definition(definition) => self.definition(definition),
            Item::Type(named) => self.named_type(named),
        }
    }

    /// As in the source, without blanks at the end of lines.
    fn verbatim(&mut self, item: &Item<'m>) {
        self.model.sources.text(item.span()).lines().for_each(|line| self.out.line(line.trim_end()));
        if let Item::Definition(definition) = item
            && let Kind::Row(row) = &definition.kind
        {
            self.sequence(row);
        }
    }

    fn is_v1(&self) -> bool {
        self.module.language == Language::SmiV1
    }
}

#[cfg(test)]
mod tests;
