//! Values from the TYPE and VALUE that people give to `set`.

use super::value::{fits, type_name};
use crate::meta::{TextError, TypeMeta};
use crate::oid::Oid;
use crate::syntax::BaseType;
use crate::value::{Bits, Counter32, Counter64, Gauge32, IpAddress, Opaque, TimeTicks, Value, ValueKind};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Why a type and a text give no value. Each says what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// A letter that is not a type.
    #[error(
        "`{found}` is not a type; expected = (by the MIB), i (INTEGER), u (unsigned), c (Counter32), C (Counter64), \
         t (TimeTicks), a (IP address), o (OID), s (string), x (octets in hexadecimal), d (octets in decimal), \
         b (BITS), n (NULL), F (float), D (double), I or U (64 bits with a sign or without)"
    )]
    Type {
        /// What was given.
        found: String,
    },
    /// By the MIB, without one.
    #[error(
        "`=` takes the type from the MIB, and no module that is known defines this object; give a type, such as `s`"
    )]
    Unknown,
    /// Another type than the object's.
    #[error("the object is of type {expected}, and `{found}` gives another; expected {instead}")]
    OtherType {
        /// The object's type.
        expected: &'static str,
        /// The letter that was given.
        found: char,
        /// Its type.
        given: &'static str,
        /// What the object takes.
        instead: String,
    },
    /// Not a value of the object's type.
    #[error("{}; expected {expected}", without_expected(reason))]
    Value {
        /// What is wrong.
        reason: TextError,
        /// What the object takes.
        expected: String,
    },
    /// Not a value of the type that was given.
    #[error("`{found}` is not {expected}")]
    Text {
        /// The text.
        found: String,
        /// What a text of the type is.
        expected: &'static str,
    },
    /// Not an OID, nor a name of one.
    #[error("expected an OID or a name: {reason}")]
    Oid {
        /// What is wrong with it.
        reason: String,
    },
}

/// The value that `text` is by `kind`, a letter as net-snmp's `snmpset` has them, or `=` for the object's own type,
/// `syntax`: labels, DISPLAY-HINT, ranges. A string (`s`) of a known object is read by its DISPLAY-HINT, too, and an
/// integer (`i`) may be one of its labels. Names of OIDs are looked up by `resolve`.
///
/// # Errors
/// The text is not valid, or with `syntax`, the value has another type or is outside of its ranges.
pub fn read(
    kind: &str,
    text: &str,
    syntax: Option<&TypeMeta<'_>>,
    resolve: &dyn Fn(&str) -> Result<Oid, String>,
) -> Result<Value, InputError> {
    let mut letters = kind.chars();
    let (Some(letter), None) = (letters.next(), letters.next()) else {
        return Err(InputError::Type { found: kind.to_owned() });
    };
    let by_mib = |syntax: &TypeMeta<'_>| {
        if syntax.base() == BaseType::ObjectIdentifier {
            return oid(text, resolve);
        }
        if let Some(address) = address(syntax, text) {
            return Ok(Value::OctetString(address.into()));
        }
        let wrong = |reason| InputError::Value { reason, expected: expected(syntax) };
        syntax.parse(text).map_err(wrong)
    };
    let value = match (letter, syntax) {
        ('=', None) => return Err(InputError::Unknown),
        ('=', Some(syntax)) => return by_mib(syntax),
        ('i', Some(syntax)) if syntax.base() == BaseType::Integer32 => return by_mib(syntax),
        ('s', Some(syntax)) if syntax.base() == BaseType::OctetString => return by_mib(syntax),
        ('b', Some(syntax)) if syntax.base() == BaseType::Bits => return by_mib(syntax),
        (letter, Some(syntax)) if kind_of(letter).is_some_and(|kind| !takes(syntax, letter, kind)) => {
            return Err(InputError::OtherType {
                expected: attribute(syntax.base()),
                found: letter,
                given: given(letter),
                instead: expected(syntax),
            });
        }
        _ => plain(letter, text, resolve)?,
    };
    match syntax {
        Some(syntax) if value.as_ref().kind() == ValueKind::OctetString => {
            let length = value.as_octets().map_or(0, <[u8]>::len);
            if i64::try_from(length).is_ok_and(|length| syntax.admits(length)) {
                return Ok(value);
            }
            let reason = TextError::Range {
                what: "the length in octets",
                found: length as i128,
                ranges: syntax.ranges_text(),
            };
            Err(InputError::Value { reason, expected: expected(syntax) })
        }
        _ => Ok(value),
    }
}

/// The kind of the values that a letter gives; `None` if the letter is not known.
const fn kind_of(letter: char) -> Option<ValueKind> {
    Some(match letter {
        'i' => ValueKind::Integer,
        'u' => ValueKind::Gauge32,
        'c' => ValueKind::Counter32,
        'C' => ValueKind::Counter64,
        't' => ValueKind::TimeTicks,
        'a' => ValueKind::IpAddress,
        'o' => ValueKind::ObjectIdentifier,
        's' | 'x' | 'd' | 'b' => ValueKind::OctetString,
        'n' => ValueKind::Null,
        'F' | 'D' | 'I' | 'U' => ValueKind::Opaque,
        _ => return None,
    })
}

/// Whether an object takes what a letter gives. Bits are octets, too, but octets are not bits: a position without a
/// name means nothing.
fn takes(syntax: &TypeMeta<'_>, letter: char, kind: ValueKind) -> bool {
    fits(syntax.base(), kind) && (letter != 'b' || syntax.base() == BaseType::Bits)
}

/// What net-snmp calls the type that a letter gives.
const fn given(letter: char) -> &'static str {
    match letter {
        'i' => "INTEGER",
        'u' => "Unsigned32",
        'c' => "Counter32",
        'C' => "Counter64",
        't' => "Timeticks",
        'a' => "IpAddress",
        'o' => "OBJECT IDENTIFIER",
        's' | 'x' | 'd' => "OCTET STRING",
        'b' => "BITS",
        'n' => "NULL",
        _ => "Opaque",
    }
}

/// What net-snmp calls the type of an object.
const fn attribute(base: BaseType) -> &'static str {
    match base {
        BaseType::Unsigned32 => "Unsigned32",
        BaseType::Gauge32 => "Gauge32",
        other => type_name(other),
    }
}

/// What an object of this type takes, as the end of a sentence: "up, down or testing", "a number of 0..255".
pub fn expected(syntax: &TypeMeta<'_>) -> String {
    let labels: Vec<String> = syntax.labels().map(|(label, number)| format!("{label}({number})")).collect();
    let within = match syntax.ranges_text() {
        none if none.is_empty() => none,
        ranges => format!(" of {ranges}"),
    };
    let hint =
        syntax.hint().map_or_else(String::new, |hint| format!(" in the format of the DISPLAY-HINT `{hint}`"));
    match syntax.base() {
        BaseType::Integer32 if !labels.is_empty() => format!("one of {}", labels.join(", ")),
        BaseType::Bits => format!("any of {{{}}}, separated by commas", labels.join(", ")),
        BaseType::OctetString if within.is_empty() => format!("a string{hint}"),
        BaseType::OctetString => format!("a string{within} octets{hint}"),
        BaseType::ObjectIdentifier => "an OID or the name of one".to_owned(),
        BaseType::IpAddress => "an IPv4 address such as 192.0.2.1".to_owned(),
        BaseType::Opaque => "octets in hexadecimal".to_owned(),
        _ => format!("a number{within}{hint}"),
    }
}

/// What is wrong with a text, without what the end of the sentence says anyway.
fn without_expected(reason: &TextError) -> String {
    match reason {
        TextError::Label { found, .. } => format!("`{found}` is not a label of this type"),
        TextError::Address { found } => format!("`{found}` is not an address"),
        other => other.to_string(),
    }
}

fn oid(text: &str, resolve: &dyn Fn(&str) -> Result<Oid, String>) -> Result<Value, InputError> {
    resolve(text).map(Value::ObjectIdentifier).map_err(|reason| InputError::Oid { reason })
}

/// IP addresses as people write them, for the conventions of RFC 4001 that hold one.
fn address(syntax: &TypeMeta<'_>, text: &str) -> Option<Vec<u8>> {
    let v4 = || text.parse::<Ipv4Addr>().ok().map(|address| address.octets().to_vec());
    let v6 = || text.parse::<Ipv6Addr>().ok().map(|address| address.octets().to_vec());
    match syntax.name()? {
        "InetAddress" => v4().or_else(v6),
        "InetAddressIPv4" => v4(),
        "InetAddressIPv6" | "Ipv6Address" => v6(),
        _ => None,
    }
}

/// A value that is read only by its letter.
fn plain(
    letter: char,
    text: &str,
    resolve: &dyn Fn(&str) -> Result<Oid, String>,
) -> Result<Value, InputError> {
    const UNSIGNED: &str = "a number of 0..4294967295";
    let wrong = |expected| InputError::Text { found: text.to_owned(), expected };
    let unsigned = || text.parse::<u32>().map_err(|_| wrong(UNSIGNED));
    Ok(match letter {
        'i' => Value::Integer(text.parse().map_err(|_| wrong("a number of -2147483648..2147483647"))?),
        'u' => Value::Gauge32(Gauge32(unsigned()?)),
        'c' => Value::Counter32(Counter32(unsigned()?)),
        't' => Value::TimeTicks(TimeTicks(unsigned()?)),
        'C' => {
            let number = text.parse().map_err(|_| wrong("a number of 0..18446744073709551615"))?;
            Value::Counter64(Counter64(number))
        }
        'a' => {
            let address = text.parse::<IpAddress>();
            Value::IpAddress(address.map_err(|_| wrong("an IPv4 address such as 192.0.2.1"))?)
        }
        'o' => return oid(text, resolve),
        's' => Value::OctetString(text.into()),
        'x' => {
            let octets = crate::meta::hexadecimal(text);
            let octets = octets.ok_or_else(|| wrong("a list of octets in hexadecimal such as `00 1b 21`"))?;
            Value::OctetString(octets.into())
        }
        'd' => {
            let octets: Result<Vec<u8>, _> =
                text.split([' ', '.']).filter(|part| !part.is_empty()).map(str::parse).collect();
            let octets = octets.map_err(|_| wrong("a list of octets in decimal such as `0 27 33`"))?;
            Value::OctetString(octets.into())
        }
        'b' => {
            let mut bits = Bits::new();
            for part in text.split([' ', ',']).filter(|part| !part.is_empty()) {
                let position = part.parse().ok().filter(|position| *position <= Bits::MAX_POSITION);
                bits.insert(position.ok_or_else(|| wrong("a list of bit positions such as `0 3 9`"))?);
            }
            Value::OctetString(bits.as_octets().into())
        }
        'n' => Value::Null,
        'F' => {
            let number: f32 = text.parse().map_err(|_| wrong("a floating point number"))?;
            Value::Opaque(Opaque([&[0x9f, 0x78, 4], number.to_be_bytes().as_slice()].concat()))
        }
        'D' => {
            let number: f64 = text.parse().map_err(|_| wrong("a floating point number"))?;
            Value::Opaque(Opaque([&[0x9f, 0x79, 8], number.to_be_bytes().as_slice()].concat()))
        }
        'I' => {
            let number: i64 = text.parse().map_err(|_| wrong("a number of 64 bits"))?;
            Value::Opaque(Opaque(special(0x7a, &number.to_be_bytes(), number < 0)))
        }
        'U' => {
            let number: u64 = text.parse().map_err(|_| wrong("a number of 0..18446744073709551615"))?;
            Value::Opaque(Opaque(special(0x7b, &number.to_be_bytes(), false)))
        }
        other => return Err(InputError::Type { found: other.to_string() }),
    })
}

/// A number of 64 bits as net-snmp puts it into `Opaque`: tag, length, and no more octets than it needs.
fn special(tag: u8, octets: &[u8; 8], negative: bool) -> Vec<u8> {
    let sign: u8 = if negative { 0xff } else { 0 };
    let mut octets: Vec<u8> = std::iter::once(sign).chain(octets.iter().copied()).collect();
    while let [first, second, ..] = octets.as_slice()
        && *first == sign
        && (second & 0x80 != 0) == negative
    {
        octets.remove(0);
    }
    let length = u8::try_from(octets.len()).unwrap_or(u8::MAX);
    [&[0x9f, tag, length], octets.as_slice()].concat()
}
