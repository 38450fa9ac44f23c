//! The index of an instance from text: `3`, `any`, `"group"`, each by the type of its INDEX object.
//!
//! The way back is [`mibc_runtime::show::index`].

use super::question::Part;
use mibc_runtime::index::{Form, IndexError, IndexWriter};
use mibc_runtime::meta::{IndexObject, ObjectMeta, TextError};
use mibc_runtime::oid::{Oid, OidBuilder};
use mibc_runtime::show;
use mibc_runtime::syntax::BaseType;
use mibc_runtime::value::{OctetString, ValueRef};

/// Why the text after a name is not an index of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InstanceError {
    /// A word where a number is expected.
    #[error("expected a number after `{object}`, found `{found}`{}", hint(.similar))]
    NotANumber {
        /// The object.
        object: String,
        /// What stands there.
        found: String,
        /// A definition of this name that is near.
        similar: Option<String>,
        /// What the number would be.
        place: WordPlace,
    },
    /// A word that is not a label of the index object.
    #[error("`{found}` is not a label of `{index}`, which has {labels}{}", hint(.similar))]
    NotALabel {
        /// The index object.
        index: String,
        /// What stands there.
        found: String,
        /// The labels there are.
        labels: String,
        /// One of them that is near.
        similar: Option<String>,
    },
    /// A string without quotes.
    #[error("`{index}` is a string: write it in quotes, `\"{found}\"`")]
    NotQuoted {
        /// The index object.
        index: String,
        /// What stands there.
        found: String,
    },
    /// A string among numbers.
    #[error("expected a number after `{object}`, found {found}; its index is {index}")]
    NotAString {
        /// The object.
        object: String,
        /// What stands there.
        found: String,
        /// The names of the index objects.
        index: String,
    },
    /// A string that its type does not allow.
    #[error("`{index}`: {reason}")]
    Value {
        /// The index object.
        index: String,
        /// What is wrong with it.
        reason: TextError,
    },
    /// The parts are not an index.
    #[error("`{object}`: {reason}")]
    Index {
        /// The object.
        object: String,
        /// What is wrong.
        reason: IndexError,
    },
}

/// What a number behind a name would be, where a word stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WordPlace {
    /// Something below this node, or behind the last index object, which has this name.
    Below(String),
    /// The value of this index object.
    Index(String),
    /// The instance of a scalar.
    Scalar,
}

fn hint(name: &Option<String>) -> String {
    name.as_ref().map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

/// The OID of an instance: `oid` is that of the definition, `object` what is known of a column. A name in the place of
/// an OID is looked up by `resolve`.
pub(super) fn encode(
    name: &str,
    oid: &Oid,
    object: Option<ObjectMeta<'_>>,
    parts: &[Part],
    resolve: &dyn Fn(&str) -> Option<Oid>,
) -> Result<Oid, InstanceError> {
    let mut writer = IndexWriter::new(oid);
    let mut rest = parts;
    let mut kind = None;
    for index in object.iter().flat_map(ObjectMeta::index) {
        let Some((first, behind)) = rest.split_first() else { break };
        rest = match first {
            Part::Number(number) => {
                if index.syntax.base() == BaseType::Integer32 {
                    kind = Some(*number);
                }
                let count = numbers_of(&index, *number).min(rest.len());
                let (taken, behind) = rest.split_at(count);
                write_numbers(name, &index, &mut writer, taken)?;
                behind
            }
            Part::Word(word) => {
                let number = label(&index, word)?;
                kind = u32::try_from(number).ok();
                writer.integer(number);
                behind
            }
            Part::Quoted(text) => {
                write_text(&index, kind, &text.text, &mut writer)?;
                behind
            }
            Part::Bracketed(text) => {
                write_bracketed(&index, &mut kind, text, &mut writer, resolve)?;
                behind
            }
        };
    }
    // Behind the last index object everything is numbers, and texts are those of their octets.
    let last = object.iter().flat_map(ObjectMeta::index).last();
    let last = last.map_or(name, |index| index.name).to_owned();
    for part in rest {
        let not_a_number = |found: &str| InstanceError::NotANumber {
            object: name.to_owned(),
            found: found.to_owned(),
            similar: None,
            place: WordPlace::Below(last.clone()),
        };
        match part {
            Part::Number(number) => writer.unsigned(*number),
            Part::Word(word) => return Err(not_a_number(word)),
            Part::Quoted(text) => text.numbers().for_each(|number| writer.unsigned(number)),
            Part::Bracketed(text) => {
                for number in text.trim_start_matches('.').split('.') {
                    writer.unsigned(number.parse().map_err(|_| not_a_number(text))?);
                }
            }
        }
    }
    writer.finish().map_err(|reason| InstanceError::Index { object: name.to_owned(), reason })
}

/// How many numbers an index object takes whose first is `first`.
fn numbers_of(index: &IndexObject<'_>, first: u32) -> usize {
    let first = usize::try_from(first).unwrap_or(usize::MAX);
    match (index.syntax.base(), index.form) {
        (BaseType::IpAddress, Form::NetworkAddress) => 5,
        (BaseType::IpAddress, _) => 4,
        (BaseType::OctetString | BaseType::Opaque | BaseType::Bits, Form::Fixed(size)) => size,
        (
            BaseType::OctetString | BaseType::Opaque | BaseType::Bits | BaseType::ObjectIdentifier,
            Form::Implied,
        ) => usize::MAX,
        (BaseType::OctetString | BaseType::Opaque | BaseType::Bits | BaseType::ObjectIdentifier, _) => {
            first.saturating_add(1)
        }
        _ => 1,
    }
}

fn write_numbers(
    name: &str,
    index: &IndexObject<'_>,
    writer: &mut IndexWriter,
    parts: &[Part],
) -> Result<(), InstanceError> {
    for part in parts {
        match part {
            Part::Number(number) => writer.unsigned(*number),
            Part::Word(found) => {
                return Err(InstanceError::NotANumber {
                    object: index.name.to_owned(),
                    found: found.clone(),
                    similar: None,
                    place: WordPlace::Index(index.name.to_owned()),
                });
            }
            Part::Quoted(_) | Part::Bracketed(_) => {
                return Err(InstanceError::NotAString {
                    object: name.to_owned(),
                    found: part.to_string(),
                    index: format!("`{}` in numbers", index.name),
                });
            }
        }
    }
    Ok(())
}

/// The number of a label.
fn label(index: &IndexObject<'_>, word: &str) -> Result<i32, InstanceError> {
    let labels = || index.syntax.labels().map(|(label, _)| label);
    match index.syntax.number(word) {
        Some(number) if index.syntax.base() == BaseType::Integer32 => Ok(number),
        _ if labels().next().is_some() && index.syntax.base() == BaseType::Integer32 => {
            Err(InstanceError::NotALabel {
                index: index.name.to_owned(),
                found: word.to_owned(),
                labels: labels().collect::<Vec<_>>().join(", "),
                similar: crate::resolve::closest(word, labels()).map(str::to_owned),
            })
        }
        _ if matches!(index.syntax.base(), BaseType::OctetString | BaseType::Opaque | BaseType::Bits) => {
            Err(InstanceError::NotQuoted { index: index.name.to_owned(), found: word.to_owned() })
        }
        _ => Err(InstanceError::NotANumber {
            object: index.name.to_owned(),
            found: word.to_owned(),
            similar: None,
            place: WordPlace::Index(index.name.to_owned()),
        }),
    }
}

/// What stands between brackets, as [`show::index`] writes it there.
fn write_bracketed(
    index: &IndexObject<'_>,
    kind: &mut Option<u32>,
    text: &str,
    writer: &mut IndexWriter,
    resolve: &dyn Fn(&str) -> Option<Oid>,
) -> Result<(), InstanceError> {
    match index.syntax.base() {
        BaseType::Integer32 => {
            let number = text.parse().or_else(|_| label(index, text))?;
            *kind = u32::try_from(number).ok();
            writer.integer(number);
        }
        BaseType::ObjectIdentifier => {
            let numeric = text.trim_start_matches('.').parse().ok();
            let oid = numeric.or_else(|| resolve(text)).ok_or_else(|| InstanceError::NotANumber {
                object: index.name.to_owned(),
                found: text.to_owned(),
                similar: None,
                place: WordPlace::Index(index.name.to_owned()),
            })?;
            writer.part(&oid, index.form);
        }
        _ => write_text(index, *kind, text.strip_prefix("STRING: ").unwrap_or(text), writer)?,
    }
    Ok(())
}

fn write_text(
    index: &IndexObject<'_>,
    kind: Option<u32>,
    text: &str,
    writer: &mut IndexWriter,
) -> Result<(), InstanceError> {
    if let Some(octets) = show::address_octets(&index.syntax, kind, text) {
        writer.part(&OctetString::from(octets.as_slice()), index.form);
        return Ok(());
    }
    let value = index.syntax.parse(text);
    let value = value.map_err(|reason| InstanceError::Value { index: index.name.to_owned(), reason })?;
    match value.as_ref() {
        ValueRef::OctetString(octets) | ValueRef::Opaque(octets) => {
            writer.part(&OctetString::from(octets), index.form);
        }
        ValueRef::ObjectIdentifier(oid) => writer.part(&oid.to_oid(), index.form),
        ValueRef::IpAddress(address) => match index.form {
            Form::NetworkAddress => writer.network_address(address.0),
            _ => writer.ip_address(address.0),
        },
        ValueRef::Integer(number) => writer.integer(number),
        other => match other.as_i128().and_then(|number| u32::try_from(number).ok()) {
            Some(number) => writer.unsigned(number),
            None => writer.fail(IndexError::Missing { expected: "a number" }),
        },
    }
    Ok(())
}

/// The numbers of an OID from here on, behind a prefix that may have a single one.
pub(super) fn oid_of(arcs: impl IntoIterator<Item = u32>) -> Result<Oid, mibc_runtime::oid::OidError> {
    let mut builder = OidBuilder::new();
    builder.extend(arcs)?;
    builder.finish()
}
