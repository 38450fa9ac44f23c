//! What follows the name of a column: its index.

use super::address::indexed;
use super::{Indexes, Names, Style};
use crate::index::{Form, IndexError, IndexReader};
use crate::meta::{IndexObject, ObjectMeta};
use crate::oid::{Arcs, Oid};
use crate::syntax::BaseType;
use crate::value::{OctetString, ValueRef};
use std::fmt::Write;
use std::net::Ipv4Addr;

/// The text of `rest`, the numbers behind an object's OID: empty, or with a dot (or in brackets) before each part.
///
/// Labels stand for their numbers. Strings are in double quotes if their length precedes them in the OID, and
/// in single quotes if it does not; both only if that text leads back to the same octets. Everything else is numbers
/// as in the OID, so that every OID has a text, and the text leads back to it.
pub fn index(object: Option<&ObjectMeta<'_>>, rest: Arcs<'_>, style: &Style, names: Names<'_>) -> String {
    let mut out = String::new();
    push_index(&mut out, object, rest, style, names);
    out
}

/// Appends the text of [`index()`].
pub fn push_index(
    out: &mut String,
    object: Option<&ObjectMeta<'_>>,
    rest: Arcs<'_>,
    style: &Style,
    names: Names<'_>,
) {
    if style.escaped_quotes {
        let plain = Style { escaped_quotes: false, ..*style };
        out.push_str(&index(object, rest, &plain, names).replace('"', "\\\"").replace('\'', "\\'"));
        return;
    }
    let mut reader = IndexReader::new(rest);
    let mut kind = None;
    let objects =
        object.filter(|_| style.indexes != Indexes::Numeric).into_iter().flat_map(ObjectMeta::index);
    for object in objects {
        let before = reader.clone();
        let part = match style.indexes {
            _ if before.rest().is_empty() && object.form != Form::Implied => break,
            Indexes::Extended => extended(&mut reader, &object, &mut kind, style, names).map(Some),
            _ => typed(&mut reader, &object, &mut kind, style),
        };
        match part {
            Ok(Some(text)) => match style.indexes {
                Indexes::Extended => out.extend(["[", &text, "]"]),
                _ => out.extend([".", &text]),
            },
            Ok(None) => {
                let taken = before.rest().len() - reader.rest().len();
                numbers(out, before.rest().take(taken));
            }
            Err(_) => {
                reader = before;
                break;
            }
        }
    }
    numbers(out, reader.rest());
}

fn numbers(out: &mut String, arcs: impl Iterator<Item = u32>) {
    for arc in arcs {
        // A string takes all that is written.
        let _ = write!(out, ".{arc}");
    }
}

/// Reads one index object: its text, or nothing if its numbers say it as well.
fn typed(
    reader: &mut IndexReader<'_>,
    object: &IndexObject<'_>,
    kind: &mut Option<u32>,
    style: &Style,
) -> Result<Option<String>, IndexError> {
    match object.syntax.base() {
        BaseType::Integer32 => {
            let number = reader.integer()?;
            *kind = u32::try_from(number).ok();
            Ok(object.syntax.label(number).map(str::to_owned))
        }
        BaseType::OctetString | BaseType::Opaque | BaseType::Bits => {
            let octets: OctetString = reader.part(object.form)?;
            Ok(string(object, *kind, &octets, style))
        }
        BaseType::ObjectIdentifier => reader.part::<Oid>(object.form).map(|_| None),
        BaseType::IpAddress => match object.form {
            Form::NetworkAddress => reader.network_address().map(|_| None),
            _ => reader.ip_address().map(|_| None),
        },
        _ => reader.unsigned().map(|_| None),
    }
}

/// Reads one index object for brackets.
fn extended(
    reader: &mut IndexReader<'_>,
    object: &IndexObject<'_>,
    kind: &mut Option<u32>,
    style: &Style,
    names: Names<'_>,
) -> Result<String, IndexError> {
    match object.syntax.base() {
        BaseType::Integer32 => {
            let number = reader.integer()?;
            *kind = u32::try_from(number).ok();
            Ok(object.syntax.label(number).map_or_else(|| number.to_string(), str::to_owned))
        }
        BaseType::OctetString | BaseType::Opaque | BaseType::Bits => {
            let octets: OctetString = reader.part(object.form)?;
            if let Some(text) = indexed(&object.syntax, *kind, &octets, style.octets_apart) {
                return Ok(quoted(&text, '"'));
            }
            if object.syntax.hint().is_none() {
                let plain = |octet: &u8| if octet.is_ascii_graphic() { char::from(*octet) } else { '.' };
                return Ok(format!("\"{}\"", octets.iter().map(plain).collect::<String>()));
            }
            Ok(super::value(ValueRef::OctetString(&octets), Some(&object.syntax), None, style, names))
        }
        BaseType::ObjectIdentifier => {
            let before = reader.clone();
            reader.part::<Oid>(object.form).map(|oid| names(oid.as_ref())).or_else(|error| {
                *reader = before;
                lone_root(reader, object.form).ok_or(error)
            })
        }
        BaseType::IpAddress => {
            let octets = match object.form {
                Form::NetworkAddress => reader.network_address()?,
                _ => reader.ip_address()?,
            };
            Ok(Ipv4Addr::from(octets).to_string())
        }
        _ => reader.unsigned().map(|number| number.to_string()),
    }
}

/// The name of an OID of one number, which indexes can hold though no OID is that short: `iso`.
fn lone_root(reader: &mut IndexReader<'_>, form: Form) -> Option<String> {
    let length = match form {
        Form::Variable => reader.unsigned().ok()?,
        _ => u32::try_from(reader.rest().len()).ok()?,
    };
    if length != 1 {
        return None;
    }
    reader.unsigned().ok().filter(|arc| *arc <= 2).map(|arc| root(arc).to_owned())
}

/// What net-snmp calls the first number of an OID: `ccitt`, `iso` or `joint-iso-ccitt`.
pub const fn root(arc: u32) -> &'static str {
    match arc {
        0 => "ccitt",
        1 => "iso",
        _ => "joint-iso-ccitt",
    }
}

/// A string in quotes, where that leads back to the same octets.
fn string(object: &IndexObject<'_>, kind: Option<u32>, octets: &[u8], style: &Style) -> Option<String> {
    let quote = if matches!(object.form, Form::Variable) { '"' } else { '\'' };
    if let Some(text) = indexed(&object.syntax, kind, octets, style.octets_apart) {
        return Some(quoted(&text, quote));
    }
    let text = object.syntax.display(ValueRef::OctetString(octets)).to_string();
    let back = object.syntax.parse(&text).ok()?;
    let same = !text.chars().any(char::is_control) && back.as_octets() == Some(octets);
    same.then(|| quoted(&text, quote))
}

/// A text in quotes, with a backslash before those inside.
fn quoted(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        if c == quote || c == '\\' {
            out.push('\\');
        }
        out.push(c);
    }
    out.push(quote);
    out
}
