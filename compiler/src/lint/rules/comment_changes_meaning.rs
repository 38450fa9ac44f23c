//! A definition that says something else if comments end by the letter of the standard.
//!
//! By the letter a comment ends at the next pair of hyphens, and what follows on its line is text of the
//! module again. Authors rarely mean that, so mibc lets comments run to the end of their line. If a definition can be
//! read both ways, tools differ: in `up(1), -- normal -- down(2)` the label `down` is there for some of them only.

use super::prelude::*;
use crate::source::Span;
use crate::syntax::{early_end, has_other_reading};

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let mut definitions = m.tree.definitions.iter().peekable();
    while let Some(definition) = definitions.next() {
        let Span { start, end, .. } = definition.span();
        let next = definitions.peek().map_or(m.tree.span.end, |next| next.span().start);
        // A definition, and what stands between it and the next one.
        if let Some(found) = other_reading(m, start, end) {
            let name = definition.name.text();
            let message = format!("`{name}` says something else if comments end at their second `--`");
            out.push(found.report(m, message));
        }
        if let Some(found) = other_reading(m, end, next) {
            let message = "there are further definitions if comments end at their second `--`";
            out.push(found.report(m, message.to_owned()));
        }
    }
}

/// A comment that ends before its line does, and what follows it.
struct Found {
    comment: usize,
    behind: usize,
    end: usize,
}

impl Found {
    fn report(&self, m: &ModuleItem<'_, '_>, message: String) -> Diagnostic {
        let file = m.module.file;
        Diagnostic::new(Code::CommentChangesMeaning, message)
            .at(Span::new(file, self.behind, self.end), "read as a part of the comment")
            .also(Span::new(file, self.comment, self.comment + 2), "the comment begins here")
            .help("put the definition on its own line, and write no `--` inside comments")
    }
}

/// The first comment of a stretch that ends early, where that gives the stretch another meaning.
fn other_reading(m: &ModuleItem<'_, '_>, start: u32, end: u32) -> Option<Found> {
    let text = m.text.get(start as usize..end as usize)?;
    let (comment, behind) = early_end(text)?;
    if !has_other_reading(text) {
        return None;
    }
    let line = text.get(behind..)?.find(['\n', '\r']).map_or(text.len(), |line| behind + line);
    let start = start as usize;
    Some(Found { comment: start + comment, behind: start + behind, end: start + line })
}
