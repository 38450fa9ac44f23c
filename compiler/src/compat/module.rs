//! The header of the module, and its types.

use super::clauses::{Common, Texts};
use super::{Comparison, Effect, Rule, Side};
use crate::model::{Language, Text, Type};

impl Comparison<'_> {
    pub(super) fn types(&mut self) {
        let (old, new) = (self.old, self.new);
        for &id in &old.model[old.module].types {
            let was = &old.model[id];
            let name = old.model.spelling(was.name);
            match new.model.named_type(new.module, name) {
                Some(is) => self.named_type(name, was, is),
                None => self.push(Rule::Removed, Effect::Breaks, name, None, None),
            }
        }
        for &id in &new.model[new.module].types {
            let name = new.model.spelling(new.model[id].name);
            if old.model.named_type(old.module, name).is_none() {
                self.push(Rule::Added, Effect::Allowed, name, None, None);
            }
        }
    }

    fn named_type(&mut self, name: &str, old: &Type, new: &Type) {
        match (old.textual_convention, new.textual_convention) {
            (false, true) => self.push(Rule::Convention, Effect::Allowed, name, None, None),
            (true, false) => self.push(Rule::NoConvention, Effect::Careless, name, None, None),
            _ => {}
        }
        let common =
            |t: &Type| Common { status: t.status, description: t.description, reference: t.reference };
        self.common(name, common(old), common(new));
        self.syntax(name, &old.syntax, &new.syntax, false);
        let hint = |side: Side<'_>, hint: Option<Text>| hint.map(|hint| side.model.text(hint).to_owned());
        match (hint(self.old, old.syntax.hint), hint(self.new, new.syntax.hint)) {
            (was, is) if was == is => {}
            (was, None) => self.push(Rule::HintRemoved, Effect::Careless, name, was, None),
            (was, is) => self.push(Rule::HintChanged, Effect::Allowed, name, was, is),
        }
    }

    /// Name, version of the SMI, dates. To be compared last: whether something has changed matters.
    pub(super) fn header(&mut self) {
        let (old, new) = (&self.old.model[self.old.module], &self.new.model[self.new.module]);
        let was = self.old.model.spelling(old.name);
        let is = self.new.model.spelling(new.name);
        if was != is {
            self.push(Rule::ModuleRenamed, Effect::Breaks, was, Some(was.to_owned()), Some(is.to_owned()));
        }
        if old.language != new.language {
            let word = |language| match language {
                Language::SmiV1 => Some("SMIv1".to_owned()),
                Language::SmiV2 => Some("SMIv2".to_owned()),
            };
            let (old, new) = (word(old.language), word(new.language));
            self.push(Rule::LanguageChanged, Effect::Allowed, is, old, new);
        }
        let updated = (
            Texts::of(self.old).line(old.last_updated).map(|date| sortable(&date)),
            Texts::of(self.new).line(new.last_updated).map(|date| sortable(&date)),
        );
        if let (Some(before), Some(now)) = updated {
            if before == now && !self.changes.is_empty() {
                self.push(Rule::NotUpdated, Effect::Careless, is, None, Some(now));
            } else if now < before {
                self.push(Rule::UpdatedBackwards, Effect::Careless, is, Some(before), Some(now));
            }
        }
        let dates = |side: Side<'_>| {
            let revisions = side.model[side.module].revisions.iter();
            revisions.filter_map(|r| Texts::of(side).line(Some(r.date))).collect::<Vec<String>>()
        };
        let (before, now) = (dates(self.old), dates(self.new));
        let now: Vec<String> = now.iter().map(|date| sortable(date)).collect();
        for date in before.iter().filter(|date| !now.contains(&sortable(date))) {
            self.push(Rule::RevisionRemoved, Effect::Careless, is, Some(date.clone()), None);
        }
    }
}

/// Years of two digits are of the 1900s (RFC 2578 §2, ExtUTCTime).
fn sortable(date: &str) -> String {
    if date.len() == "YYMMDDhhmmZ".len() { format!("19{date}") } else { date.to_owned() }
}
