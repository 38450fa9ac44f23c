//! How names and values that people give are read: net-snmp's `-I`.

use super::Failure;
use clap::Args;
use mibc_compiler::query::Library;
use mibc_runtime::oid::Oid;
use mibc_runtime::show::{self, InputError};
use mibc_runtime::syntax::BaseType;
use mibc_runtime::value::Value;
use regex_lite::{Regex, RegexBuilder};
use std::borrow::Cow;

/// Longest pattern that is taken for a regular expression.
const LONGEST_PATTERN: usize = 1024;

/// How input is read.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Names")]
pub(crate) struct Input {
    /// Letters as in net-snmp after -I: b (regular expressions for names), h (no DISPLAY-HINT for values), r (no
    /// check of values), R (names from anywhere, as always), u (names and OIDs without a dot in front begin at mib-2).
    #[arg(id = "input", long = "input", value_name = "LETTERS", help_heading = "Names")]
    letters: Vec<String>,
    /// Text to add to each name that is given (net-snmp: -Is .0).
    #[arg(long, value_name = "TEXT", help_heading = "Names", allow_hyphen_values = true)]
    suffix: Option<String>,
    /// Text before each name that is given (net-snmp: -IS IF-MIB::).
    #[arg(long, value_name = "TEXT", help_heading = "Names", allow_hyphen_values = true)]
    prefix: Option<String>,
}

impl Input {
    /// # Errors
    /// An unknown letter.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let wrong = self.letters.iter().flat_map(|letters| letters.chars()).find(|c| !"bhrRu".contains(*c));
        match wrong {
            Some(letter) => Err(format!("--input {letter}: expected letters of b h r R u").into()),
            None => Ok(()),
        }
    }

    pub(crate) fn has(&self, letter: char) -> bool {
        self.letters.iter().any(|letters| letters.contains(letter))
    }

    /// The name that is meant where this one is given.
    ///
    /// # Errors
    /// With `b`, an invalid pattern or one that matches no name.
    pub(crate) fn name<'t>(&self, library: &Library, text: &'t str) -> Result<Cow<'t, str>, Failure> {
        let mut name = Cow::Borrowed(text);
        if self.has('b') {
            name = Cow::Owned(best(library, text)?);
        }
        if let Some(prefix) = &self.prefix {
            name = Cow::Owned(format!("{prefix}{name}"));
        }
        if let Some(suffix) = &self.suffix {
            name = Cow::Owned(format!("{name}{suffix}"));
        }
        if self.has('u') && name.starts_with(|c: char| c.is_ascii_digit()) {
            name = Cow::Owned(format!("1.3.6.1.2.1.{name}"));
        }
        Ok(name)
    }

    /// As [`show::read`], with `h` and `r` where they are given.
    ///
    /// # Errors
    /// Text that is not a value.
    pub(super) fn value(
        &self,
        kind: &str,
        text: &str,
        syntax: Option<&mibc_runtime::meta::TypeMeta<'_>>,
        resolve: &dyn Fn(&str) -> Result<Oid, String>,
    ) -> Result<Value, InputError> {
        let string = syntax.is_some_and(|syntax| syntax.base() == BaseType::OctetString);
        if self.has('h') && string && matches!(kind, "s" | "=") {
            let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
            if self.has('r') || syntax.is_some_and(|syntax| syntax.admits(length)) {
                return Ok(Value::OctetString(text.into()));
            }
        }
        match show::read(kind, text, syntax, resolve) {
            Err(_) if self.has('r') && kind != "=" => show::read(kind, text, None, resolve),
            read => read,
        }
    }
}

/// The name that a regular expression finds, case apart: of the modules that -m names, then the one where it begins
/// earliest, and of several the shortest.
fn best(library: &Library, pattern: &str) -> Result<String, Failure> {
    let found = matching(library, pattern)?;
    let best =
        found.into_iter().min_by_key(|found| (!library.prefers(found.module), found.at, found.name.len()));
    best.map(|found| found.whole()).ok_or_else(|| format!("no name matches `{pattern}`").into())
}

/// A name that a pattern finds.
pub(crate) struct Match<'l> {
    /// Where in the name the pattern begins.
    pub(crate) at: usize,
    pub(crate) module: &'l str,
    pub(crate) name: &'l str,
}

impl Match<'_> {
    /// With its module.
    pub(crate) fn whole(&self) -> String {
        format!("{}::{}", self.module, self.name)
    }
}

/// All names that a regular expression finds, by OID.
///
/// # Errors
/// Text that is not a regular expression.
pub(crate) fn matching<'l>(library: &'l Library, pattern: &str) -> Result<Vec<Match<'l>>, Failure> {
    let regex = regex(pattern)?;
    let index = library.index();
    let mut found: Vec<_> = index
        .entries()
        .filter(|entry| entry.oid.is_some() && !entry.module.shadowed)
        .filter_map(|entry| regex.find(entry.name).map(|place| (place.start(), entry)))
        .collect();
    found.sort_by(|(_, a), (_, b)| a.oid.cmp(&b.oid));
    found.dedup_by(|(_, a), (_, b)| a.oid == b.oid && a.name == b.name);
    Ok(found
        .into_iter()
        .map(|(at, entry)| Match { at, module: entry.module.name, name: entry.name })
        .collect())
}

fn regex(pattern: &str) -> Result<Regex, Failure> {
    if pattern.len() > LONGEST_PATTERN {
        return Err(format!("a pattern has at most {LONGEST_PATTERN} octets").into());
    }
    let built = RegexBuilder::new(pattern).case_insensitive(true).build();
    built.map_err(|error| format!("`{pattern}` is not a regular expression: {error}").into())
}
