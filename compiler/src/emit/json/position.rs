//! Positions for people: lines and columns, both from 1.

use super::schema;
use crate::source::{SourceFile, Span};

/// Where the lines of one file start.
pub(super) struct Lines<'m> {
    file: &'m SourceFile,
    starts: Vec<usize>,
}

impl<'m> Lines<'m> {
    pub(super) fn new(file: &'m SourceFile) -> Lines<'m> {
        let breaks = file.text.bytes().enumerate().filter(|(_, octet)| *octet == b'\n').map(|(at, _)| at + 1);
        Lines { file, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// The place of a span. A column counts characters, not octets.
    pub(super) fn place(&self, span: Span) -> schema::Place<'m> {
        let (line, column) = self.at(span.start as usize);
        let (end_line, end_column) = self.at(span.end as usize);
        schema::Place {
            file: &self.file.name,
            line,
            column,
            end: schema::End { line: end_line, column: end_column },
        }
    }

    fn at(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = self.file.text.get(start..offset).unwrap_or("");
        (line, before.chars().count() + 1)
    }
}
