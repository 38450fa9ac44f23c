//! What is wrong with a file of a configuration.

use std::fmt;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Largest file of a configuration that is read.
const MOST: u64 = 64 << 20;

/// Letters of what was found that a message has.
const LONG: usize = 80;

/// A file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileError {
    /// The file, where it is known.
    pub file: Option<PathBuf>,
    /// Line and column, where they are known; from 1.
    pub place: Option<(usize, usize)>,
    /// What was found, and what was expected.
    pub message: String,
}

impl FileError {
    /// An error without a place.
    pub fn new(message: impl Into<String>) -> Self {
        Self { file: None, place: None, message: message.into() }
    }

    /// The same error, in a file.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// The same error, at a place that is known or not.
    #[cfg(any(test, feature = "exporter"))]
    #[must_use]
    pub(crate) fn at(mut self, place: Option<(usize, usize)>) -> Self {
        self.place = place;
        self
    }

    /// The same error at the first line of a YAML text that has a key of its message, which are in backquotes; as it is if it has
    /// a place already, or there is no such line.
    #[must_use]
    pub(crate) fn named_in(mut self, text: &str) -> Self {
        let is_key = |line: &str, name: &str| {
            let rest = line.strip_prefix(['"', '\'']).unwrap_or(line).strip_prefix(name);
            let rest = rest.map(|rest| rest.strip_prefix(['"', '\'']).unwrap_or(rest).trim_start());
            !name.is_empty() && rest.is_some_and(|rest| rest.starts_with(':'))
        };
        let place = |name: &str| {
            let mut lines = text.lines().enumerate();
            lines.find_map(|(number, line)| {
                let words = line.trim_start_matches([' ', '-']);
                is_key(words, name).then(|| (number + 1, line.len() - words.len() + 1))
            })
        };
        let mut names = self.message.split('`').skip(1).step_by(2);
        self.place = self.place.or_else(|| names.find_map(place));
        self
    }

    /// What serde says of a YAML text, with its place apart.
    pub(crate) fn of_yaml(error: &serde_norway::Error) -> Self {
        let place = error.location().map(|place| (place.line(), place.column()));
        let mut message = error.to_string();
        if let Some((line, column)) = place {
            let told = format!(" at line {line} column {column}");
            message = message.replacen(&told, "", 1);
        }
        if message.contains("found character that cannot start any token") {
            message.push_str("; lines are indented with blanks, not with tabs");
        }
        // The text that was found can be all of the file.
        if let Some(expected) = message.rfind(", expected ").filter(|expected| *expected > LONG) {
            let found: String = message.chars().take(LONG).collect();
            message = format!("{found}…{}", message.get(expected..).unwrap_or_default());
        }
        // Its keys have underscores.
        Self { file: None, place, message: plain(&without_twins(&message, '-')) }
    }

    /// The text of a file, which has a limit.
    pub(crate) fn read(file: &Path) -> Result<Zeroizing<String>, Self> {
        let text = crate::file_text::read(file, MOST);
        text.map_err(|why| Self::new(format!("the file cannot be read: {why}")))
    }
}

/// What serde says, without the names of Rust's types.
pub(crate) fn plain(message: &str) -> String {
    let types = [
        ("u16", "a whole number from 0 to 65535"),
        ("u32", "a whole number from 0 to 4294967295"),
        ("u64", "a whole number that is not negative"),
        ("i64", "a whole number"),
        ("f64", "a number"),
    ];
    let named = |(name, words)| {
        message.strip_suffix(name)?.strip_suffix("expected ").map(|begin| format!("{begin}expected {words}"))
    };
    types.into_iter().find_map(named).unwrap_or_else(|| without_twins(message, '_'))
}

/// A list of keys without those that have this sign, where the same key is there with the other one: `a_b` and `a-b`.
fn without_twins(message: &str, sign: char) -> String {
    let Some((found, known)) = message.split_once(", expected one of `") else { return message.to_owned() };
    let other = if sign == '-' { "_" } else { "-" };
    let names: Vec<&str> = known.trim_end_matches('`').split("`, `").collect();
    let twin = |name: &str| name.contains(sign) && names.contains(&name.replace(sign, other).as_str());
    let kept: Vec<&str> = names.iter().copied().filter(|name| !twin(name)).collect();
    format!("{found}, expected one of `{}`", kept.join("`, `"))
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}:", file.display())?;
        }
        if let Some((line, column)) = self.place {
            write!(f, "{line}:{column}:")?;
        }
        let between = if self.file.is_some() || self.place.is_some() { " " } else { "" };
        write!(f, "{between}{}", self.message)
    }
}

impl std::error::Error for FileError {}

#[cfg(test)]
mod tests {
    use super::{FileError, plain};

    #[test]
    fn names_of_messages() {
        let text = "# one: 1\ntls:\n  'one': 2\n  - two: 3\n";
        let place = |message: &str| FileError::new(message).named_in(text).place;
        assert_eq!(place("`none` has `one`, expected `two`"), Some((3, 3)));
        assert_eq!(place("expected `two`"), Some((4, 5)));
        assert_eq!(place("one and `three`"), None);
        assert_eq!(FileError::new("`one`").at(Some((7, 7))).named_in(text).place, Some((7, 7)));
    }

    #[test]
    fn types_have_plain_names() {
        let said = plain("invalid type: integer `-1`, expected u32");
        assert_eq!(said, "invalid type: integer `-1`, expected a whole number from 0 to 4294967295");
        assert_eq!(plain("expected f64 or nothing"), "expected f64 or nothing");
        let said = plain("unknown field `x`, expected one of `a-b`, `a_b`, `c_d`, `e`");
        assert_eq!(said, "unknown field `x`, expected one of `a-b`, `c_d`, `e`");
    }
}
