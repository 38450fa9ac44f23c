//! What is wrong with a configuration, and where.

use std::fmt;
use std::path::{Path, PathBuf};

/// A place in a configuration file: line and column, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Whether a problem stops an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The agent would start, and perhaps not do what was meant.
    Warning,
    /// The agent does not start.
    Error,
}

/// Something that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether it stops the agent.
    pub severity: Severity,
    /// Where; `None` for what is missing, and for a configuration that was made in Rust.
    pub place: Option<Place>,
    /// What was found and what was expected.
    pub what: String,
    /// What to do about it.
    pub advice: String,
}

impl Problem {
    pub(crate) fn error(place: Option<Place>, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { severity: Severity::Error, place, what: what.into(), advice: advice.into() }
    }

    pub(crate) fn warning(place: Option<Place>, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(place, what, advice) }
    }

    /// Whether it stops the agent.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// A line with the file's name in front.
    #[must_use]
    pub fn in_file(&self, file: &Path) -> String {
        match self.place {
            Some(_) => format!("{}:{self}", file.display()),
            None => format!("{}: {self}", file.display()),
        }
    }
}

/// One line: place, severity, what, advice.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(f, "{place}: ")?;
        }
        let severity = if self.is_error() { "error" } else { "warning" };
        write!(f, "{severity}: {}", self.what)?;
        if !self.advice.is_empty() {
            write!(f, "; {}", self.advice)?;
        }
        Ok(())
    }
}

/// All that is wrong with a configuration, in the order of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems {
    /// The file, if the text is from one.
    pub file: Option<PathBuf>,
    /// At least one of them is an error.
    pub list: Vec<Problem>,
}

/// A line for each problem.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.list.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            match &self.file {
                Some(file) => f.write_str(&problem.in_file(file))?,
                None => problem.fmt(f)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// Where the lines of a text begin.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, octet)| *octet == b'\n');
        Self { text, starts: std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect() }
    }

    /// The place of an octet.
    pub(super) fn place(&self, at: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= at).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let before = self.text.get(start..at).unwrap_or_default();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Place { line: number(line), column: number(before.chars().count() + 1) }
    }
}
