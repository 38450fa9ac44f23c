//! Makes a value of a table of TOML, and says all that is wrong with it.

use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, ValueDeserializer};

/// Mistakes that are told at most; the text may be something else altogether.
pub(crate) const MOST: usize = 100;

/// Makes a value of a table. What is wrong is left out, and reading goes on without it; there is no value if nothing can be made
/// of the rest.
pub(crate) fn read<T: DeserializeOwned>(
    span: Range<usize>,
    mut table: DeTable<'_>,
) -> (Option<T>, Vec<toml::de::Error>) {
    let (mut errors, mut left_out) = (Vec::new(), BTreeSet::new());
    loop {
        let left = Spanned::new(span.clone(), DeValue::Table(table.clone()));
        let error = match T::deserialize(ValueDeserializer::from(left)) {
            Ok(value) => return (Some(value), errors),
            Err(error) => error,
        };
        let key = error.span().and_then(|span| remove(&mut table, span.start));
        let missing = error.message().strip_prefix("missing field `");
        let missing = missing.and_then(|rest| rest.split('`').next());
        if missing.is_none_or(|missing| !left_out.contains(missing)) {
            errors.push(error);
        }
        match key.filter(|_| errors.len() < MOST) {
            Some(key) => left_out.insert(key),
            None => return (None, errors),
        };
    }
}

/// Takes out what is at a place: a key of the innermost table, or a whole entry of a list. Gives the name of the key.
fn remove(table: &mut DeTable<'_>, at: usize) -> Option<String> {
    let key = table.iter().find(|(key, value)| key.span().contains(&at) || holds(value, at));
    let key = key.map(|(key, _)| key.clone())?;
    let name = key.get_ref().to_string();
    if !key.span().contains(&at) {
        match table.get_mut(&key)?.get_mut() {
            DeValue::Table(inner) => {
                if let Some(name) = remove(inner, at) {
                    return Some(name);
                }
            }
            DeValue::Array(items) => {
                if let Some(place) = items.iter().position(|item| holds(item, at)) {
                    let inner = match items.get_mut(place).map(Spanned::get_mut) {
                        Some(DeValue::Table(inner)) => remove(inner, at),
                        _ => None,
                    };
                    if inner.is_none() {
                        let rest = std::mem::replace(items, DeArray::new()).into_iter().enumerate();
                        *items = rest.filter(|(at, _)| *at != place).map(|(_, item)| item).collect();
                    }
                    return Some(inner.unwrap_or(name));
                }
            }
            _ => {}
        }
    }
    table.remove(&key);
    Some(name)
}

/// Whether a value is at a place. Tables with a head of their own have their keys elsewhere.
fn holds(value: &Spanned<DeValue<'_>>, at: usize) -> bool {
    value.span().contains(&at)
        || match value.get_ref() {
            DeValue::Table(table) => {
                table.iter().any(|(key, value)| key.span().contains(&at) || holds(value, at))
            }
            DeValue::Array(items) => items.iter().any(|item| holds(item, at)),
            _ => false,
        }
}
