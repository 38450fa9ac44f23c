//! Where something is in a text of TOML.

#[cfg(any(feature = "exporter", feature = "trapd"))]
use crate::file_error::{FileError, plain};
use mibc_compiler::query::similar;

/// What is wrong with a text that should be TOML.
#[cfg(any(feature = "exporter", feature = "trapd"))]
pub(crate) fn problem(text: &str, error: &toml::de::Error) -> FileError {
    let mut problem = FileError::new(suggested(plain(error.message())));
    problem.place = error.span().map(|span| place(text, span.start));
    problem
}

/// What serde says of a name that it does not know, with the one that is meant in place of all that there are.
pub(crate) fn suggested(message: String) -> String {
    let meant = || {
        let (begin, known) = message.split_once("`, expected one of ")?;
        let (_, found) = begin.strip_prefix("unknown ")?.split_once('`')?;
        let meant = similar(found, known.split('`').skip(1).step_by(2))?;
        Some(format!("{begin}`, expected `{meant}`"))
    };
    meant().unwrap_or(message)
}

/// Line and column of a position, from 1.
pub(crate) fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
    (line, column)
}

/// Where a name of a message is in the table that begins at a place: the first of those in backquotes that the table has in
/// quotes.
#[cfg(feature = "config")]
pub(crate) fn named(text: &str, table: (usize, usize), message: &str) -> Option<(usize, usize)> {
    let names = message.split('`').skip(1).step_by(2);
    let lines = text.lines().enumerate().skip(table.0);
    let lines: Vec<(usize, &str)> = lines.take_while(|(_, line)| !line.starts_with('[')).collect();
    names.into_iter().find_map(|name| {
        let quoted = format!("\"{name}\"");
        let found = lines.iter().find_map(|(number, line)| Some((number + 1, line.split_once(&quoted)?.0)));
        found.map(|(number, before)| (number, before.chars().count() + 1))
    })
}

#[cfg(all(test, feature = "config"))]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_meant() {
        let said = |text: &str| suggested(text.to_owned());
        let known = "expected one of `timeout`, `retries`";
        assert_eq!(
            said(&format!("unknown field `timout`, {known}")),
            "unknown field `timout`, expected `timeout`"
        );
        assert_eq!(
            said(&format!("unknown variant `retrie`, {known}")),
            "unknown variant `retrie`, expected `retries`"
        );
        for other in [format!("unknown field `x`, {known}"), "missing field `x`".to_owned()] {
            assert_eq!(said(&other), other);
        }
    }

    #[test]
    fn names_in_tables() {
        let text = "[a]\nx = [\"one\", \"two\"]\n[b]\nx = [\"three\"]\n";
        assert_eq!(named(text, (1, 2), "`a`: `two` is not `one`"), Some((2, 13)));
        assert_eq!(named(text, (1, 2), "`three` is not there"), None, "it is in another table");
    }
}
