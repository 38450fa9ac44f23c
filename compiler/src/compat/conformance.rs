//! Groups, compliance statements, capabilities.

use super::clauses::Texts;
use super::definition::list;
use super::syntax::words;
use super::{Comparison, Effect, Rule, Side};
use crate::model::{Capabilities, Compliance, Group, Name, Syntax};
use mibc_runtime::syntax::Access;

impl Comparison<'_> {
    /// The members in any order.
    pub(super) fn group(&mut self, name: &str, old: &Group, new: &Group) {
        let mut was = Texts::of(self.old).refs(&old.members);
        let mut is = Texts::of(self.new).refs(&new.members);
        was.sort_unstable();
        is.sort_unstable();
        self.sets(Rule::MembersChanged, name, &was, &is);
    }

    pub(super) fn compliance(&mut self, name: &str, old: &Compliance, new: &Compliance) {
        let (was, is) = (requirements(self.old, old), requirements(self.new, new));
        let (was, is): (Vec<&str>, Vec<&str>) =
            (was.iter().map(String::as_str).collect(), is.iter().map(String::as_str).collect());
        self.sets(Rule::RequirementsChanged, name, &was, &is);
    }

    pub(super) fn capabilities(&mut self, name: &str, old: &Capabilities, new: &Capabilities) {
        let (was, is) = (promises(self.old, old), promises(self.new, new));
        let (was, is): (Vec<&str>, Vec<&str>) =
            (was.iter().map(String::as_str).collect(), is.iter().map(String::as_str).collect());
        self.sets(Rule::CapabilitiesChanged, name, &was, &is);
    }

    /// Compares two sorted lists: what is in only one of them has changed.
    fn sets(&mut self, rule: Rule, name: &str, was: &[&str], is: &[&str]) {
        let alone = |a: &[&'_ str], b: &[&str]| {
            let alone: Vec<&str> = a.iter().filter(|item| b.binary_search(item).is_err()).copied().collect();
            (!alone.is_empty()).then(|| list(&alone))
        };
        let (gone, new) = (alone(was, is), alone(is, was));
        if gone.is_some() || new.is_some() {
            let gone = gone.map(|gone| format!("without {gone}"));
            let new = new.map(|new| format!("with {new}"));
            self.push(rule, Effect::Breaks, name, gone, new);
        }
    }
}

/// What a compliance statement asks for, one line each, sorted.
fn requirements(side: Side<'_>, compliance: &Compliance) -> Vec<String> {
    let mut lines = Vec::new();
    for clause in &compliance.modules {
        let module = module(side, clause.module);
        lines.extend(clause.mandatory.iter().map(|group| format!("{module}{}", side.model.ref_name(*group))));
        let conditional = clause.groups.iter();
        lines.extend(
            conditional.map(|(group, _)| format!("{module}{} on condition", side.model.ref_name(*group))),
        );
        for object in &clause.objects {
            let name = side.model.ref_name(object.object);
            lines.push(format!(
                "{module}{name}{}",
                refinement(
                    side,
                    object.syntax.as_ref(),
                    object.write_syntax.as_ref(),
                    ("MIN-ACCESS", object.min_access)
                )
            ));
        }
    }
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// What a capabilities statement promises, one line each, sorted.
fn promises(side: Side<'_>, capabilities: &Capabilities) -> Vec<String> {
    let texts = Texts::of(side);
    let mut lines: Vec<String> = texts.line(capabilities.product_release).into_iter().collect();
    for supports in &capabilities.supports {
        let module = module(side, supports.module);
        lines
            .extend(supports.includes.iter().map(|group| format!("{module}{}", side.model.ref_name(*group))));
        for variation in &supports.variations {
            let name = side.model.ref_name(variation.object);
            let mut line = format!(
                "{module}{name}{}",
                refinement(
                    side,
                    variation.syntax.as_ref(),
                    variation.write_syntax.as_ref(),
                    ("ACCESS", variation.access)
                )
            );
            if !variation.creation_requires.is_empty() {
                let required = texts.refs(&variation.creation_requires);
                line.push_str(&format!(" CREATION-REQUIRES {}", required.join(", ")));
            }
            if let Some(default) = &variation.default {
                line.push_str(&format!(" DEFVAL {}", texts.default(default)));
            }
            lines.push(line);
        }
    }
    lines.sort_unstable();
    lines.dedup();
    lines
}

fn refinement(
    side: Side<'_>,
    syntax: Option<&Syntax>,
    write_syntax: Option<&Syntax>,
    (keyword, access): (&str, Option<Access>),
) -> String {
    let mut text = String::new();
    for (keyword, syntax) in [("SYNTAX", syntax), ("WRITE-SYNTAX", write_syntax)] {
        if let Some(syntax) = syntax {
            text.push_str(&format!(" {keyword} {}", words(side, syntax)));
        }
    }
    if let Some(access) = access {
        text.push_str(&format!(" {keyword} {access}"));
    }
    text
}

/// The module before a name, unless it is the one that is compared.
fn module(side: Side<'_>, name: Name) -> String {
    if name == side.model[side.module].name {
        String::new()
    } else {
        format!("{}::", side.model.spelling(name))
    }
}
