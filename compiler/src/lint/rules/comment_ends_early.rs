//! A comment that by the letter of the standard ends before its line does.
//!
//! A comment ends at the next pair of hyphens, not only at the end of the line. What follows a second `--` is
//! text of the module again for a tool that follows the letter: lines of hyphens are read differently by
//! different tools, depending on their length. mibc lets comments run to the end of the line, unless a definition
//! parses only by the letter of the standard.

use super::prelude::*;
use crate::source::Span;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let Some((start, behind)) = crate::syntax::early_end(m.text) else { return };
    let file = m.module.file;
    out.push(
        Diagnostic::new(
            Code::CommentEndsEarly,
            "a comment ends at its second `--`, before the end of the line",
        )
        .at(
            Span::new(file, behind, behind + 1),
            "by the letter of the standard this is not a comment; it is read as one if it parses so",
        )
        .also(
            Span::new(file, start, start + 2),
            "the comment begins here; the first of its kind in this file",
        )
        .help("let comments have no `--` inside, and write lines of `=` rather than of `-`"),
    );
}
