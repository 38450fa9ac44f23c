//! Positions for people: lines and columns, both from 1.

use super::schema;
use crate::source::{SourceMap, Span};

/// The place of a span. A column counts characters, not octets.
pub(super) fn place(sources: &SourceMap, span: Span) -> schema::Place<'_> {
    let file = sources.file(span.file);
    let at = |at| sources.lines(span.file).position(&file.text, at);
    let (start, end) = (at(span.start), at(span.end));
    schema::Place {
        file: &file.name,
        line: start.line as usize,
        column: start.column as usize,
        end: schema::End { line: end.line as usize, column: end.column as usize },
    }
}
