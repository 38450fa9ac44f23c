//! Clauses that several macros have.

use super::syntax::one_line;
use super::{Assignment, Writer};
use crate::emit::json::clean;
use crate::model::{DefId, DefaultValue, Definition, Name, Ref, Text};
use mibc_runtime::oid::Oid;

impl<'m> Writer<'m> {
    /// STATUS, DESCRIPTION and REFERENCE.
    pub(super) fn common(&mut self, definition: &Definition) {
        if let Some(status) = definition.status {
            self.out.at(1, &format!("STATUS {}", super::syntax::status_of(status)));
        }
        self.prose(1, "DESCRIPTION", definition.description);
        self.prose(1, "REFERENCE", definition.reference);
    }

    pub(super) fn prose(&mut self, depth: usize, keyword: &str, text: Option<Text>) {
        if let Some(text) = text {
            self.out.prose(depth, keyword, &clean(self.model.text(text)));
        }
    }

    /// A text that is written on the line of its keyword.
    pub(super) fn short_text(&mut self, depth: usize, keyword: &str, text: Option<Text>) {
        if let Some(text) = text {
            self.out.short_text(depth, keyword, &one_line(self.model.text(text)));
        }
    }

    /// `{ a, b }` with a keyword, the names of definitions.
    pub(super) fn refs(&mut self, depth: usize, keyword: &str, refs: &[Ref<DefId>]) {
        let names: Vec<String> = refs.iter().map(|reference| self.reference(*reference)).collect();
        self.out.list(depth, keyword, &names);
    }

    /// A name that this text uses.
    pub(super) fn reference(&mut self, reference: Ref<DefId>) -> String {
        if let Ref::Bound(id) = reference {
            self.uses.definition(id);
        }
        self.model.ref_name(reference).to_owned()
    }

    pub(super) fn default(&mut self, depth: usize, default: Option<&DefaultValue>) {
        let names = |names: &[Name]| {
            names.iter().map(|name| self.model.spelling(*name)).collect::<Vec<_>>().join(", ")
        };
        let value = match default {
            None => return,
            Some(DefaultValue::Int(number)) => number.to_string(),
            Some(DefaultValue::Label(name)) => self.model.spelling(*name).to_owned(),
            Some(DefaultValue::Text(text)) => format!("\"{}\"", self.model.text(*text)),
            Some(DefaultValue::Bytes(octets)) => {
                let digits: String = octets.iter().map(|octet| format!("{octet:02X}")).collect();
                format!("'{digits}'H")
            }
            Some(DefaultValue::Bits(labels)) if labels.is_empty() => "{}".to_owned(),
            Some(DefaultValue::Bits(labels)) => format!("{{ {} }}", names(labels)),
            Some(DefaultValue::Oid(root, numbers)) => {
                let mut parts: Vec<String> = root.iter().map(|part| self.reference(*part)).collect();
                parts.extend(numbers.iter().map(u32::to_string));
                match (root.len(), numbers.len()) {
                    (1, 0) => parts.concat(),
                    _ => format!("{{ {} }}", parts.join(" ")),
                }
            }
        };
        self.out.at(depth, &format!("DEFVAL {{ {value} }}"));
    }

    /// `::= { parent 2 }`.
    pub(super) fn assign(&mut self, definition: &'m Definition) {
        let text = self.oid_value(definition);
        self.out.at(1, &format!("::= {{ {text} }}"));
    }

    pub(super) fn oid_value(&mut self, definition: &'m Definition) -> String {
        let Some(oid) = &definition.oid else { return String::new() };
        if self.assignment == Assignment::Path {
            return path(self.model, definition, oid);
        }
        let parent = definition.parent.map(|parent| &self.model[parent]);
        let below = parent.and_then(|parent| Some((parent, oid.strip_prefix(parent.oid.as_ref()?)?)));
        let (mut parts, arcs): (Vec<String>, Vec<u32>) = match below {
            Some((parent, arcs)) => {
                self.uses.definition(parent.id);
                (vec![self.model.spelling(parent.name).to_owned()], arcs.collect())
            }
            None => match oid.arcs().next() {
                Some(1) => (vec!["iso".to_owned()], oid.arcs().skip(1).collect()),
                _ => (Vec::new(), oid.arcs().collect()),
            },
        };
        parts.extend(arcs.iter().map(u32::to_string));
        parts.join(" ")
    }
}

/// The whole path with the names that are known: `iso(1) org(3) … 2`.
fn path(model: &crate::model::Model, definition: &Definition, oid: &Oid) -> String {
    let mut names: Vec<(usize, &str)> = Vec::new();
    let mut at = definition.parent;
    // A parent that is not shorter would be a circle.
    let mut length = oid.len();
    while let Some(id) = at {
        let Some(above) = model[id].oid.as_ref().filter(|above| above.len() < length) else { break };
        length = above.len();
        names.push((length, model.spelling(model[id].name)));
        at = model[id].parent;
    }
    let part = |(position, arc): (usize, u32)| {
        let name = names.iter().find(|(length, _)| *length == position + 1).map(|(_, name)| *name);
        match name.or((position == 0 && arc == 1).then_some("iso")) {
            Some(name) => format!("{name}({arc})"),
            None => arc.to_string(),
        }
    };
    oid.arcs().enumerate().map(part).collect::<Vec<_>>().join(" ")
}
