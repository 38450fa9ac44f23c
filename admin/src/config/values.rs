//! The values of a configuration's keys.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use mibc_runtime::access::{ContextMatch, Family};
use mibc_runtime::message::Level;
use mibc_runtime::oid::Oid;
use mibc_runtime::usm::{self, EngineId};
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeValue, ValueDeserializer};

use super::document::{self, Text};
use super::hidden::Hidden;
use super::names::{FAMILY_FORM, Names, OID_FORM, family, oid};
use super::place::{Lines, Place, Problem};
use super::types::{Config, Grant, Subtree, View};
use super::{ALL, secrets};

/// Problems that are told at most; the text may be something else altogether.
pub(super) const MAX_PROBLEMS: usize = 100;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Permission {
    None,
    Read,
    Write,
}

/// Reads values, and tells what is wrong with them.
pub(super) struct Reader<'t> {
    pub(super) lines: Lines<'t>,
    pub(super) folder: &'t Path,
    pub(super) names: &'t dyn Names,
    pub(super) config: Config,
    pub(super) problems: Vec<Problem>,
    /// The names of all views so far.
    pub(super) view_names: HashSet<String>,
    /// Whether something could not be read at all, so that others may miss it.
    pub(super) lost: bool,
}

/// The views of a short form.
pub(super) struct Views {
    pub(super) read: String,
    pub(super) write: String,
    pub(super) notify: String,
}

impl Views {
    pub(super) fn grant(self, level: Level, context: String, context_match: ContextMatch) -> Grant {
        let Views { read, write, notify } = self;
        Grant { level, context, context_match, read, write, notify }
    }
}

/// Values of keys.
impl<'t> Reader<'t> {
    pub(super) fn error(&mut self, place: Option<Place>, what: impl Into<String>, advice: impl Into<String>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem::error(place, what, advice));
        }
    }

    pub(super) fn place<T>(&self, value: &Spanned<T>) -> Place {
        self.lines.place(value.span().start)
    }

    /// An error of the TOML itself, or of the type of a value.
    pub(super) fn syntax(&mut self, error: &toml::de::Error) {
        let place = error.span().map(|span| self.lines.place(span.start));
        let what =
            error.message().replace("unknown field", "unknown key").replace("missing field", "missing key");
        self.error(place, what, "");
    }

    /// One entry of a list of tables, or a table. Keys that are wrong are told and left out, so that all of them are told.
    pub(super) fn entry<T: DeserializeOwned>(&mut self, value: Spanned<DeValue<'t>>) -> Option<T> {
        let span = value.span();
        let DeValue::Table(mut table) = value.into_inner() else {
            let place = Some(self.lines.place(span.start));
            self.error(place, "this is not a table", "expected KEY = VALUE in lines below it");
            self.lost = true;
            return None;
        };
        let (mut wrong, mut whole) = (BTreeSet::new(), true);
        loop {
            let left = Spanned::new(span.clone(), DeValue::Table(table.clone()));
            let error = match T::deserialize(ValueDeserializer::from(left)) {
                Ok(entry) => return Some(entry).filter(|_| whole),
                Err(error) => error,
            };
            let missing = error.message().strip_prefix("missing field `");
            let missing = missing.and_then(|rest| rest.split('`').next());
            if missing.is_none_or(|missing| !wrong.contains(missing)) {
                self.syntax(&error);
            }
            // An unknown key changes nothing about the others.
            whole &= error.message().starts_with("unknown field");
            self.lost |= !whole;
            let at = error.span().map_or(usize::MAX, |span| span.start);
            let guilty =
                table.iter().find(|(key, value)| key.span().contains(&at) || value.span().contains(&at));
            let key = guilty.map(|(key, _)| key.clone()).filter(|_| missing.is_none())?;
            table.remove(&key);
            wrong.insert(key.get_ref().to_string());
        }
    }

    /// All entries of a list of tables.
    pub(super) fn entries<T: DeserializeOwned>(
        &mut self,
        value: Option<Spanned<DeValue<'t>>>,
        name: &str,
    ) -> Vec<(T, Option<Place>)> {
        let Some(value) = value else { return Vec::new() };
        let place = self.place(&value);
        let DeValue::Array(array) = value.into_inner() else {
            self.error(
                Some(place),
                format!("`{name}` is not a list of tables"),
                format!("write [[{name}]] above the keys of each"),
            );
            self.lost = true;
            return Vec::new();
        };
        let mut entries = Vec::new();
        for value in array {
            let place = self.place(&value);
            if let Some(entry) = self.entry(value) {
                entries.push((entry, Some(place)));
            }
        }
        entries
    }

    /// The value of a key at the top.
    pub(super) fn value<T: DeserializeOwned>(&mut self, value: Option<Spanned<DeValue<'t>>>) -> Option<T> {
        match T::deserialize(ValueDeserializer::from(value?)) {
            Ok(value) => Some(value),
            Err(error) => {
                self.syntax(&error);
                None
            }
        }
    }

    pub(super) fn one_of<T: Copy + PartialEq>(&mut self, text: &Text, words: &[(&str, T)]) -> Option<T> {
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text.get_ref()));
        if found.is_none() {
            // Other spellings of a word are not told.
            let first = |position: usize, value: T| {
                words.iter().position(|(_, other)| *other == value) == Some(position)
            };
            let words: Vec<String> = words
                .iter()
                .enumerate()
                .filter(|(position, (_, value))| first(*position, *value))
                .map(|(_, (word, _))| format!("\"{word}\""))
                .collect();
            let place = Some(self.place(text));
            self.error(
                place,
                format!("`{}` is not known here", text.get_ref()),
                format!("expected one of {}", words.join(", ")),
            );
        }
        found.map(|(_, value)| *value)
    }

    pub(super) fn protocol<T: std::str::FromStr<Err: std::fmt::Display>>(
        &mut self,
        text: &Text,
    ) -> Option<T> {
        match text.get_ref().parse() {
            Ok(protocol) => Some(protocol),
            Err(error) => {
                let place = Some(self.place(text));
                self.error(place, error.to_string(), "");
                None
            }
        }
    }

    pub(super) fn number<T: TryFrom<i64>>(
        &mut self,
        number: &Spanned<i64>,
        range: std::ops::RangeInclusive<i64>,
    ) -> Option<T> {
        let value = Some(*number.get_ref())
            .filter(|value| range.contains(value))
            .and_then(|value| T::try_from(value).ok());
        if value.is_none() {
            let place = Some(self.place(number));
            self.error(
                place,
                format!("`{}` is out of range", number.get_ref()),
                format!("expected {} to {}", range.start(), range.end()),
            );
        }
        value
    }

    pub(super) fn engine_id(&mut self, text: &Text) -> Option<EngineId> {
        match text.get_ref().parse() {
            Ok(engine_id) => Some(engine_id),
            Err(error) => {
                let place = Some(self.place(text));
                self.error(place, format!("`{}` is no engine ID: {error}", text.get_ref()), "");
                None
            }
        }
    }

    pub(super) fn oid(&mut self, text: &Text) -> Option<Oid> {
        match oid(text.get_ref(), self.names) {
            Ok(oid) => Some(oid),
            Err(error) => {
                let place = Some(self.place(text));
                self.error(place, error, format!("expected {OID_FORM}"));
                None
            }
        }
    }

    pub(super) fn families(&mut self, entry: &document::View) -> Vec<Subtree> {
        let mut families = Vec::new();
        for (list, included) in [(&entry.include, true), (&entry.exclude, false)] {
            for text in list.iter().flat_map(|list| &list.0) {
                let place = Some(self.place(text));
                match family(text.get_ref(), self.names) {
                    Ok(family) if included => families.push(Subtree { family, place }),
                    Ok(family) => {
                        let excluded =
                            Family::excluded(family.subtree().clone()).mask(family.mask_of().clone());
                        families.push(Subtree { family: excluded, place });
                    }
                    Err(error) => self.error(place, error, format!("expected {FAMILY_FORM}")),
                }
            }
        }
        families
    }

    /// The views of a short form; nothing if nothing is granted.
    pub(super) fn views(
        &mut self,
        permission: Permission,
        view: Option<&Text>,
        notify: Option<&Text>,
    ) -> Option<Views> {
        let read = match (permission, view) {
            (Permission::None, Some(view)) => {
                let place = Some(self.place(view));
                self.error(
                    place,
                    "a view without access shows nothing",
                    "leave `view` out, or change `access`",
                );
                String::new()
            }
            (Permission::None, None) => String::new(),
            (_, Some(view)) => self.view(view),
            (_, None) => self.implied_all(),
        };
        let notify = notify.map_or_else(|| read.clone(), |notify| self.view(notify));
        let write = if permission == Permission::Write { read.clone() } else { String::new() };
        (!read.is_empty() || !notify.is_empty()).then_some(Views { read, write, notify })
    }

    pub(super) fn implied_all(&mut self) -> String {
        if self.view_names.insert(ALL.to_owned()) {
            let families = vec![Subtree { family: Family::everything(), place: None }];
            self.config.views.push(View { name: ALL.to_owned(), families, implied: true, place: None });
        }
        ALL.to_owned()
    }

    /// The name of a view: of one in the file, of everything, or of one that is made of a subtree.
    pub(super) fn view(&mut self, text: &Text) -> String {
        let name = text.get_ref();
        if name.is_empty() || self.view_names.contains(name) {
            return name.clone();
        }
        if name == ALL {
            return self.implied_all();
        }
        let place = Some(self.place(text));
        match family(name, self.names) {
            Ok(family) => {
                let short = |name: &String| name.len() <= super::check::MAX_NAME;
                let numbers = family.subtree().to_string();
                let count = self.config.views.len();
                let candidates = [name.clone(), numbers, format!("subtree-{count}")];
                let own = candidates.into_iter().find(short).unwrap_or_default();
                let families = vec![Subtree { family, place }];
                if !self.view_names.insert(own.clone()) {
                    return own;
                }
                self.config.views.push(View { name: own.clone(), families, implied: true, place });
                own
            }
            Err(_) => {
                let known: Vec<String> = self
                    .config
                    .views
                    .iter()
                    .filter(|view| !view.implied)
                    .map(|view| format!("`{}`", view.name))
                    .collect();
                let known =
                    if known.is_empty() { "there is no [[view]]".to_owned() } else { known.join(", ") };
                self.error(
                    place,
                    format!("there is no view `{name}`"),
                    format!("expected the name of a [[view]] ({known}), `{ALL}`, or {OID_FORM}"),
                );
                // In its place, so that it is told once.
                let stand_in = format!("unknown-{}", self.config.views.len());
                let families = Vec::new();
                self.config.views.push(View { name: stand_in.clone(), families, implied: true, place });
                stand_in
            }
        }
    }

    /// A secret that is written in the file, or in one of its own.
    pub(super) fn secret(
        &mut self,
        text: Option<Text>,
        file: Option<Text>,
        key: &str,
        place: Option<Place>,
    ) -> Option<Hidden> {
        match (text, file) {
            (Some(text), None) => Some(Hidden::new(text.into_inner())),
            (None, Some(file)) => match secrets::first_line(&self.folder.join(file.get_ref())) {
                Ok(text) => Some(Hidden::new(text.as_str())),
                Err(error) => {
                    let place = Some(self.place(&file));
                    self.error(
                        place,
                        error,
                        format!("`{key}-file` is a file whose first line is the secret"),
                    );
                    None
                }
            },
            (None, None) => {
                self.error(place, format!("there is no `{key}`"), format!("write `{key}` or `{key}-file`"));
                None
            }
            (Some(_), Some(file)) => {
                let place = Some(self.place(&file));
                self.error(
                    place,
                    format!("there are both `{key}` and `{key}-file`"),
                    "leave one of them out",
                );
                None
            }
        }
    }

    /// The secret of a protocol, and whether it is localized.
    pub(super) fn key(
        &mut self,
        key: &str,
        has_protocol: bool,
        forms: [(Option<Text>, Option<Text>); 3],
        place: Option<Place>,
    ) -> Option<(usm::Secret, bool)> {
        let mut given = forms
            .into_iter()
            .zip(["passphrase", "key", "master-key"])
            .filter(|((text, file), _)| text.is_some() || file.is_some());
        let first = given.next();
        if given.next().is_some() {
            self.error(
                place,
                format!("the user has more than one secret for `{key}`"),
                format!("keep one of `{key}-passphrase`, `{key}-key` and `{key}-master-key`"),
            );
            return None;
        }
        let Some(((text, file), form)) = first else {
            if has_protocol {
                self.error(
                    place,
                    format!("the user has no secret for `{key}`"),
                    format!("write `{key}-passphrase`, or `{key}-key` (localized) or `{key}-master-key` in hexadecimal, or one of these with `-file`"),
                );
            }
            return None;
        };
        if !has_protocol {
            self.error(
                place,
                format!("the user has a secret for `{key}`, and no protocol"),
                format!("write {key} = \"…\""),
            );
            return None;
        }
        let at = text.as_ref().or(file.as_ref()).map(|text| self.place(text));
        let secret = self.secret(text, file, &format!("{key}-{form}"), place)?;
        if form == "passphrase" {
            return Some((usm::Secret::passphrase(secret.reveal()), false));
        }
        let Some(octets) = crate::hex::octets(secret.reveal()) else {
            // The key itself does not belong into a message.
            self.error(at, format!("`{key}-{form}` is not pairs of hexadecimal digits"), "");
            return None;
        };
        let localized = form == "key";
        Some((
            if localized { usm::Secret::localized(&*octets) } else { usm::Secret::master(&*octets) },
            localized,
        ))
    }
}
