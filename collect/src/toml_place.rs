//! Where something is in a text of TOML.

use crate::file_error::FileError;

/// What is wrong with a text that should be TOML.
pub(crate) fn problem(text: &str, error: &toml::de::Error) -> FileError {
    let mut problem = FileError::new(error.message());
    problem.place = error.span().map(|span| place(text, span.start));
    problem
}

/// Line and column of a position, from 1.
pub(crate) fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
    (line, column)
}
