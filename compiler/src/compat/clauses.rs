//! Clauses that definitions and types have in common.

use super::{Comparison, Effect, Rule, Side};
use crate::emit::json::clean;
use crate::model::{DefId, DefaultValue, Ref, Text};
use mibc_runtime::syntax::Status;

/// Reads the texts of one side.
#[derive(Clone, Copy)]
pub(super) struct Texts<'m>(Side<'m>);

impl<'m> Texts<'m> {
    pub(super) fn of(side: Side<'m>) -> Texts<'m> {
        Texts(side)
    }

    /// White space as single blanks; nothing if there is nothing in it.
    pub(super) fn line(self, text: Option<Text>) -> Option<String> {
        let words = clean(self.0.model.text(text?));
        let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
        (!line.is_empty()).then_some(line)
    }

    pub(super) fn refs(self, refs: &[Ref<DefId>]) -> Vec<&'m str> {
        refs.iter().map(|name| self.0.model.ref_name(*name)).collect()
    }

    pub(super) fn default(self, default: &DefaultValue) -> String {
        let model = self.0.model;
        match default {
            DefaultValue::Int(number) => number.to_string(),
            DefaultValue::Label(name) => model.spelling(*name).to_owned(),
            DefaultValue::Text(text) => format!("\"{}\"", model.text(*text)),
            DefaultValue::Bytes(octets) if octets.is_empty() => "\"\"".to_owned(),
            DefaultValue::Bytes(octets) => {
                format!("'{}'H", octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>())
            }
            DefaultValue::Bits(names) => {
                let names: Vec<&str> = names.iter().map(|name| model.spelling(*name)).collect();
                format!("{{{}}}", names.join(", "))
            }
            DefaultValue::Oid(root, numbers) => {
                let names = self.refs(root).into_iter().map(str::to_owned);
                names.chain(numbers.iter().map(u32::to_string)).collect::<Vec<_>>().join(" ")
            }
        }
    }
}

/// Status, description and reference of something.
#[derive(Clone, Copy)]
pub(super) struct Common {
    pub(super) status: Option<Status>,
    pub(super) description: Option<Text>,
    pub(super) reference: Option<Text>,
}

impl Comparison<'_> {
    pub(super) fn common(&mut self, name: &str, old: Common, new: Common) {
        self.status(name, old.status, new.status);
        let (texts, new_texts) = (Texts::of(self.old), Texts::of(self.new));
        let description = (texts.line(old.description), new_texts.line(new.description));
        self.text(name, description, Rule::DescriptionChanged, Rule::DescriptionRemoved);
        let reference = (texts.line(old.reference), new_texts.line(new.reference));
        self.text(name, reference, Rule::ReferenceChanged, Rule::ReferenceRemoved);
    }

    /// A text that may be added and may change, but not go. Long ones are not repeated.
    fn text(&mut self, name: &str, text: (Option<String>, Option<String>), changed: Rule, removed: Rule) {
        match text {
            (old, new) if old == new => {}
            (Some(_), None) => self.push(removed, Effect::Careless, name, None, None),
            _ => self.push(changed, Effect::Allowed, name, None, None),
        }
    }

    fn status(&mut self, name: &str, old: Option<Status>, new: Option<Status>) {
        let (old, new) = (in_smi_v2(old), in_smi_v2(new));
        if old == new {
            return;
        }
        let lowered = matches!(
            (old, new),
            (Status::Current, Status::Deprecated | Status::Obsolete) | (Status::Deprecated, Status::Obsolete)
        );
        let (rule, effect) = if lowered {
            (Rule::StatusLowered, Effect::Allowed)
        } else {
            (Rule::StatusChanged, Effect::Breaks)
        };
        self.push(rule, effect, name, Some(old.as_str().to_owned()), Some(new.as_str().to_owned()));
    }
}

/// SMIv1's words for what is in force mean `current` (RFC 3584 §2.1.1 (6)).
fn in_smi_v2(status: Option<Status>) -> Status {
    match status {
        None | Some(Status::Mandatory | Status::Optional) => Status::Current,
        Some(other) => other,
    }
}
