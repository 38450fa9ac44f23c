//! Values as snmpsim writes them: a tag in decimal numbers, and text.

use mibc_runtime::ber::tag;
use mibc_runtime::value::{Counter32, Counter64, Gauge32, IpAddress, Opaque, TimeTicks, Value};

use crate::problem::shown;

/// Reads a value of a tag. The letter behind the tag is `x` for hexadecimal digits and `e` for the escapes of Python.
///
/// The text stands for octets: each of its characters is one.
pub(crate) fn value_of_tag(tag: u8, encoding: Option<char>, text: &str) -> Result<Value, String> {
    let octets = || match encoding {
        Some('x') => hexadecimal(text),
        Some('e') => unescaped(text),
        _ => latin(text),
    };
    let whole = text.trim();
    Ok(match tag {
        tag::INTEGER => Value::Integer(number(whole, "a number of 32 bits with a sign")?),
        tag::OCTET_STRING => Value::OctetString(octets()?.into()),
        tag::NULL => Value::Null,
        tag::OBJECT_IDENTIFIER => {
            let dotted = whole.strip_prefix('.').unwrap_or(whole);
            let oid = dotted.parse().map_err(|error| format!("`{}` is not an OID: {error}", shown(whole)))?;
            Value::ObjectIdentifier(oid)
        }
        tag::IP_ADDRESS => Value::IpAddress(IpAddress(match encoding {
            Some(_) => four(&octets()?)?,
            // snmpsim also writes the octets themselves.
            None => match whole.parse::<std::net::Ipv4Addr>() {
                Ok(address) => address.octets(),
                Err(_) => four(&latin(text)?)?,
            },
        })),
        tag::COUNTER32 => Value::Counter32(Counter32(number(whole, "a number of 32 bits")?)),
        tag::GAUGE32 => Value::Gauge32(Gauge32(number(whole, "a number of 32 bits")?)),
        tag::TIME_TICKS => Value::TimeTicks(TimeTicks(number(whole, "a number of 32 bits")?)),
        tag::OPAQUE => Value::Opaque(Opaque(octets()?)),
        tag::COUNTER64 => Value::Counter64(Counter64(number(whole, "a number of 64 bits")?)),
        tag::NO_SUCH_OBJECT => Value::NoSuchObject,
        tag::NO_SUCH_INSTANCE => Value::NoSuchInstance,
        tag::END_OF_MIB_VIEW => Value::EndOfMibView,
        // NsapAddress and UInteger32 of the first SNMPv2.
        0x45 | tag::UINTEGER32 => Value::Undecodable { tag, bytes: octets()?.into() },
        other => {
            return Err(format!(
                "{other} is not the tag of a value; there are 2, 4, 5, 6, 64 to 68, 70 and 128 to 130"
            ));
        }
    })
}

fn number<T: std::str::FromStr>(text: &str, what: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("expected {what}, found `{}`", shown(text)))
}

fn four(octets: &[u8]) -> Result<[u8; 4], String> {
    octets.try_into().map_err(|_| format!("expected an address of 4 octets, found {}", octets.len()))
}

/// Octets of text in which each character stands for one.
fn latin(text: &str) -> Result<Vec<u8>, String> {
    text.chars()
        .map(|c| {
            u8::try_from(u32::from(c)).map_err(|_| format!("`{c}` is not an octet; write it in hexadecimal"))
        })
        .collect()
}

/// Hexadecimal digits, two an octet, with or without blanks between octets.
pub(super) fn hexadecimal(text: &str) -> Result<Vec<u8>, String> {
    let text = text.trim();
    let text = text.strip_prefix("0x").unwrap_or(text);
    let digits: Option<Vec<u8>> = text
        .bytes()
        .filter(|octet| !octet.is_ascii_whitespace())
        .map(|octet| char::from(octet).to_digit(16).map(|digit| digit as u8))
        .collect();
    match digits {
        Some(digits) if digits.len() % 2 == 0 => {
            Ok(digits.chunks(2).map(|two| two.iter().fold(0, |octet, digit| octet << 4 | digit)).collect())
        }
        Some(_) => {
            Err(format!("expected two hexadecimal digits an octet, found an odd number in `{}`", shown(text)))
        }
        None => Err(format!("expected hexadecimal digits, found `{}`", shown(text))),
    }
}

/// Text with the escapes of Python's strings.
fn unescaped(text: &str) -> Result<Vec<u8>, String> {
    let mut octets = Vec::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        if c != '\\' {
            octets.extend(latin(c.encode_utf8(&mut [0; 4]))?);
            continue;
        }
        let escaped = characters.next();
        octets.push(match escaped {
            Some('\\') => b'\\',
            Some('\'') => b'\'',
            Some('"') => b'"',
            Some('a') => 7,
            Some('b') => 8,
            Some('t') => 9,
            Some('n') => 10,
            Some('v') => 11,
            Some('f') => 12,
            Some('r') => 13,
            Some('x') => {
                let two = [characters.next(), characters.next()].map(|c| c.and_then(|c| c.to_digit(16)));
                match two {
                    [Some(high), Some(low)] => (high << 4 | low) as u8,
                    _ => return Err("expected two hexadecimal digits behind \\x".to_owned()),
                }
            }
            Some(other) => return Err(format!("`\\{other}` is not an escape; write \\\\ for a backslash")),
            None => return Err("a backslash at the end: write \\\\".to_owned()),
        });
    }
    Ok(octets)
}
