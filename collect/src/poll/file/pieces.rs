//! A file taken apart, so that a mistake in one piece does not hide those in others.

use super::raw::Raw;
use crate::file_error::plain;
use crate::toml_place::suggested;
use crate::toml_table;
use mibc_compiler::query::similar;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// How the keys of a file are written.
const KEYS: &str = "`include = [...]`, `snmp-yml = [...]`, [limits], [auth.NAME], [module.NAME], [[choose]], \
                    [profile.NAME], [[device]], [[file-sd]], [[http-sd]], [[output]]";

/// A mistake, and where it is.
pub(super) type Mistake = (Option<Range<usize>>, String);

/// Names of tables that are there but cannot be read. Who refers to one is not wrong.
#[derive(Debug, Default)]
pub(super) struct Broken {
    pub(super) auths: Vec<String>,
    pub(super) modules: Vec<String>,
    pub(super) profiles: Vec<String>,
    /// Keys that cannot be read at all.
    pub(super) whole: Vec<&'static str>,
}

/// What could be read.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    pub(super) raw: Raw,
    pub(super) broken: Broken,
    pub(super) mistakes: Vec<Mistake>,
}

impl Pieces {
    /// Reads all pieces that can be read. After mistakes in the syntax there are none.
    pub(super) fn read(text: &str) -> Self {
        let mut pieces = Self::default();
        let (document, wrong) = DeTable::parse_recoverable(text);
        if !wrong.is_empty() {
            pieces.mistakes.extend(wrong.iter().map(mistake));
            return pieces;
        }
        for (key, value) in document.into_inner() {
            pieces.piece(&key, value);
        }
        pieces
    }

    fn piece(&mut self, key: &Spanned<toml::de::DeString<'_>>, value: Spanned<DeValue<'_>>) {
        let Self { raw, broken, mistakes } = self;
        let mut told = Told(mistakes);
        match key.get_ref().as_ref() {
            "include" => raw.include = told.one(value).unwrap_or_default(),
            "snmp-yml" | "snmp_yml" => match told.one(value) {
                Some(files) => raw.snmp_yml = files,
                None => broken.whole.extend(["auth", "module"]),
            },
            "limits" => raw.limits = told.table("limits", value).unwrap_or_default(),
            "auth" => told.named("auth", value, &mut raw.auth, &mut broken.auths, &mut broken.whole),
            "module" => told.named("module", value, &mut raw.module, &mut broken.modules, &mut broken.whole),
            "profile" => {
                told.named("profile", value, &mut raw.profile, &mut broken.profiles, &mut broken.whole)
            }
            "choose" => raw.choose = told.many("choose", value),
            "device" => raw.device = told.many("device", value),
            "file-sd" | "file_sd" => raw.file_sd = told.many("file-sd", value),
            "http-sd" | "http_sd" => raw.http_sd = told.many("http-sd", value),
            "output" => raw.output = told.many("output", value),
            other => {
                let message = format!("`{other}` is not a key of this file; expected one of {KEYS}");
                told.0.push((Some(key.span()), message));
            }
        }
    }
}

/// What toml and serde say, in the words of a file.
fn mistake(error: &toml::de::Error) -> Mistake {
    let mut message = suggested(plain(error.message()));
    for (theirs, ours) in [("expected a sequence", "expected a list"), ("expected a map", "expected a table")]
    {
        message = message.replace(theirs, ours);
    }
    if let Some(name) = message.strip_prefix("missing field ") {
        message = format!("{name} is missing");
    } else if message == "duplicate key" {
        "the key is there already; expected each once. A table of which there can be several has two brackets, such as [[device]]"
            .clone_into(&mut message);
    }
    (error.span(), message)
}

/// Reads pieces, and keeps what is wrong with others.
struct Told<'m>(&'m mut Vec<Mistake>);

impl Told<'_> {
    fn one<T: DeserializeOwned>(&mut self, value: Spanned<DeValue<'_>>) -> Option<T> {
        let at = value.span();
        let (read, errors) = match value.into_inner() {
            DeValue::Table(table) => toml_table::read(at, table),
            other => match T::deserialize(ValueDeserializer::from(Spanned::new(at, other))) {
                Ok(read) => (Some(read), Vec::new()),
                Err(error) => (None, vec![error]),
            },
        };
        let named = |error: &toml::de::Error, what: &str| {
            let name = error.message().strip_prefix(what)?.split('`').next()?;
            Some(name.to_owned())
        };
        let unknown: Vec<String> =
            errors.iter().filter_map(|error| named(error, "unknown field `")).collect();
        // What is missing may be there under a name that is wrong, which is told.
        let misspelt = |error: &&toml::de::Error| {
            let missing = named(error, "missing field `");
            missing.is_some_and(|missing| similar(&missing, unknown.iter().map(String::as_str)).is_some())
        };
        self.0.extend(errors.iter().filter(|error| !misspelt(error)).map(mistake));
        read.filter(|_| errors.is_empty())
    }

    /// A table with this name.
    fn table<T: DeserializeOwned>(&mut self, name: &str, value: Spanned<DeValue<'_>>) -> Option<T> {
        if value.get_ref().is_table() {
            return self.one(value);
        }
        self.0.push((Some(value.span()), found(name, value.get_ref(), &format!("a table [{name}]"))));
        None
    }

    /// Tables with names.
    fn named<T: DeserializeOwned>(
        &mut self,
        what: &'static str,
        value: Spanned<DeValue<'_>>,
        into: &mut BTreeMap<Spanned<String>, T>,
        broken: &mut Vec<String>,
        whole: &mut Vec<&'static str>,
    ) {
        let at = value.span();
        let tables = match value.into_inner() {
            DeValue::Table(tables) => tables,
            other => {
                let message = found(what, &other, &format!("tables such as [{what}.NAME]"));
                whole.push(what);
                return self.0.push((Some(at), message));
            }
        };
        for (name, value) in tables {
            let name = Spanned::new(name.span(), name.into_inner().into_owned());
            if !value.get_ref().is_table() {
                // What belongs to a table whose name was forgotten.
                let message = format!(
                    "`{}` is {} of [{what}] itself; expected it in a table with a name, such as [{what}.NAME]",
                    name.get_ref(),
                    kind(value.get_ref()),
                );
                self.0.push((Some(name.span()), message));
                continue;
            }
            match self.one(value) {
                Some(read) => drop(into.insert(name, read)),
                None => broken.push(name.into_inner()),
            }
        }
    }

    /// Tables that come again and again.
    fn many<T: DeserializeOwned>(&mut self, what: &str, value: Spanned<DeValue<'_>>) -> Vec<T> {
        let at = value.span();
        let items = match value.into_inner() {
            DeValue::Array(items) => items,
            DeValue::Table(_) => {
                let message = format!("[{what}] is a table; expected [[{what}]], once for each");
                self.0.push((Some(at), message));
                return Vec::new();
            }
            other => {
                self.0.push((Some(at), found(what, &other, &format!("tables [[{what}]]"))));
                return Vec::new();
            }
        };
        items.into_iter().filter_map(|item| self.table(what, item)).collect()
    }
}

fn found(name: &str, value: &DeValue<'_>, expected: &str) -> String {
    format!("`{name}` is {}; expected {expected}", kind(value))
}

/// What a value is, with its article.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
