//! What net-snmp's snmpwalk prints: `.1.3.6.1.2.1.1.5.0 = STRING: "switch"`, with `-On`, and with `-Oe` and `-Ot` or without.
//!
//! A value may go on in the lines that follow, up to one that begins like a name. What the text does not say, such as the
//! octets of a string that a DISPLAY-HINT wrote, is taken as what it most likely is: see [`string`].

use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Counter32, Counter64, Gauge32, IpAddress, TimeTicks, Value};

use super::json::{opaque_of, shortest, unsigned};
use super::tagged::hexadecimal;
use super::{Reading, date, lines};
use crate::problem::shown;

/// Groups of hexadecimal digits with colons between them that are taken for an address of that many octets.
const LEAST_GROUPS: usize = 6;

/// What stands before the type that a value really has.
const WRONG_TYPE: &str = "Wrong Type (should be";

pub(super) fn read(octets: &[u8], reading: &mut Reading<'_>) {
    let mut problems = Vec::new();
    let lines = lines(octets, &mut problems);
    reading.problems.append(&mut problems);
    let mut begun: Option<Begun> = None;
    for (number, line) in lines {
        // Octets that are not UTF-8 are characters of ISO 8859-1, as most devices that have such mean them.
        match head(line) {
            Some((name, value)) => {
                finish(begun.take(), reading);
                begun = Some(Begun { line: number, name: text(name), value: value.to_vec() });
            }
            None => match &mut begun {
                Some(begun) => {
                    begun.value.push(b'\n');
                    begun.value.extend_from_slice(line);
                }
                None if line.trim_ascii().is_empty() || line.starts_with(b"#") => {}
                None => {
                    let found = shown(&text(line));
                    reading.problem(number, format!("expected `.1.3.6… = TYPE: value`, found `{found}`"));
                }
            },
        }
    }
    finish(begun, reading);
}

/// A value whose end has not been seen.
struct Begun {
    line: usize,
    name: String,
    value: Vec<u8>,
}

fn text(octets: &[u8]) -> String {
    match std::str::from_utf8(octets) {
        Ok(text) => text.to_owned(),
        Err(_) => octets.iter().map(|octet| char::from(*octet)).collect(),
    }
}

/// A line that begins with a name and an equals sign: both sides.
fn head(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = line.windows(2).position(|two| two == b" =")?;
    let (name, rest) = line.split_at_checked(at)?;
    let value = rest.get(2..)?;
    let value = if value.is_empty() { value } else { value.strip_prefix(b" ")? };
    // No name has blanks, and all have dots, of which those in numbers begin with one, iso, or a digit.
    let dotted =
        name.contains(&b'.') && !name.iter().any(|octet| octet.is_ascii_whitespace() || *octet == b'"');
    let first = name.first()?;
    let begins =
        *first == b'.' || first.is_ascii_digit() || name.starts_with(b"iso.") || name.starts_with(b"joint-");
    let symbolic = name.windows(2).any(|two| two == b"::") && first.is_ascii_alphabetic();
    (dotted && (begins || symbolic)).then_some((name, value))
}

fn finish(begun: Option<Begun>, reading: &mut Reading<'_>) {
    let Some(Begun { line, name, value }) = begun else { return };
    let result =
        oid(&name, reading).and_then(|name| Ok(value_of(&value, reading)?.map(|value| (name, value))));
    match result {
        Ok(Some((name, value))) => reading.draft.fixed(name, value),
        Ok(None) => {}
        Err(message) => reading.problem(line, message),
    }
}

/// A name in numbers, or one that somebody knows.
fn oid(text: &str, reading: &Reading<'_>) -> Result<Oid, String> {
    let text = text.trim();
    let roots = [("iso.", "1."), ("joint-iso-ccitt.", "2."), ("joint-iso-itu-t.", "2."), ("ccitt.", "0.")];
    let text = text.strip_prefix('.').unwrap_or(text);
    let rooted =
        roots.iter().find_map(|(name, number)| text.strip_prefix(name).map(|rest| format!("{number}{rest}")));
    let dotted = rooted.as_deref().unwrap_or(text);
    match dotted.parse() {
        Ok(oid) => Ok(oid),
        Err(_) if text.contains("::") => reading.names.and_then(|names| names(text)).ok_or_else(|| {
            format!("the name `{}` is not known: record with numbers (snmpwalk -On)", shown(text))
        }),
        Err(error) => Err(format!("`{}` is not an OID: {error}", shown(text))),
    }
}

/// A value; `None` where the line says that there is none.
fn value_of(octets: &[u8], reading: &Reading<'_>) -> Result<Option<Value>, String> {
    let whole = text(octets);
    let mut plain = whole.as_str();
    if let Some(rest) = plain.strip_prefix(WRONG_TYPE) {
        // The type that comes behind it is the one that the device has sent.
        plain = rest.split_once("): ").map_or(rest, |(_, value)| value);
    }
    if let Some(value) = without_type(plain) {
        return Ok(value);
    }
    let (kind, rest) = plain.split_once(':').ok_or_else(|| {
        format!(
            "expected a type such as `STRING:`, found `{}`; -Oq and -Ov leave out what is needed",
            shown(plain)
        )
    })?;
    // One blank belongs to the type.
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let first = || rest.trim();
    Ok(Some(match kind.to_ascii_lowercase().as_str() {
        "integer" | "integer32" => Value::Integer(number(first(), "a number of 32 bits with a sign")?),
        "string" => Value::OctetString(string(rest).into()),
        "hex-string" => Value::OctetString(hexadecimal_before_text(rest)?.into()),
        "bits" => Value::OctetString(bits(first())?.into()),
        "oid" => Value::ObjectIdentifier(oid(first(), reading)?),
        "ipaddress" => Value::IpAddress(IpAddress(
            first()
                .parse::<std::net::Ipv4Addr>()
                .map(|address| address.octets())
                .map_err(|_| format!("expected an IPv4 address, found `{}`", shown(first())))?,
        )),
        "network address" => network_address(first())?,
        "gauge32" | "unsigned32" | "gauge" => {
            Value::Gauge32(Gauge32(number(first(), "a number of 32 bits")?))
        }
        "counter32" | "counter" => Value::Counter32(Counter32(number(first(), "a number of 32 bits")?)),
        "counter64" => Value::Counter64(Counter64(number(first(), "a number of 64 bits")?)),
        "timeticks" => Value::TimeTicks(TimeTicks(ticks(first())?)),
        "opaque" => opaque(first())?,
        "null" => Value::Null,
        _ => {
            return Err(format!(
                "`{}` is not a type of net-snmp's: STRING, Hex-STRING, INTEGER, OID, IpAddress, Counter32, Gauge32, \
                 Timeticks, Counter64, BITS and Opaque are",
                shown(kind)
            ));
        }
    }))
}

/// What stands without a type. `Some(None)`: there is no variable.
fn without_type(text: &str) -> Option<Option<Value>> {
    let ends = ["No more variables left in this MIB View", "End of MIB"];
    if ends.iter().any(|end| text.starts_with(end)) {
        return Some(None);
    }
    if text.starts_with("No Such Object available") {
        return Some(Some(Value::NoSuchObject));
    }
    if text.starts_with("No Such Instance currently") {
        return Some(Some(Value::NoSuchInstance));
    }
    Some(Some(match text.trim() {
        "\"\"" | "" => Value::OctetString(Vec::new().into()),
        "NULL" => Value::Null,
        // -Ot leaves out the type.
        digits if digits.bytes().all(|octet| octet.is_ascii_digit()) => {
            Value::TimeTicks(TimeTicks(digits.parse().ok()?))
        }
        _ => return None,
    }))
}

/// A number, perhaps as an enumeration `up(1)` or with a unit behind it.
fn number<T: std::str::FromStr>(text: &str, what: &str) -> Result<T, String> {
    let first = text.split_whitespace().next().unwrap_or_default();
    let enumerated = || text.rsplit_once('(').and_then(|(_, rest)| rest.split(')').next());
    // A DISPLAY-HINT such as d-2 puts a point into it.
    let unpointed = || first.replacen('.', "", 1);
    first
        .parse()
        .ok()
        .or_else(|| enumerated()?.parse().ok())
        .or_else(|| unpointed().parse().ok())
        .ok_or_else(|| format!("expected {what}, found `{}`", shown(text)))
}

/// `(12345) 0:02:03.45`, or the number.
fn ticks(text: &str) -> Result<u32, String> {
    let number = text.strip_prefix('(').and_then(|rest| rest.split(')').next()).unwrap_or(text);
    number.trim().parse().map_err(|_| format!("expected (hundredths of a second), found `{}`", shown(text)))
}

/// A string. In quotes it is what it is, with `\"` and `\\`. Without them a DISPLAY-HINT has written it: six groups of
/// hexadecimal digits or more are an address, a date is a DateAndTime, and anything else is text.
fn string(text: &str) -> Vec<u8> {
    if let Some(quoted) = text.strip_prefix('"') {
        return unquoted(quoted);
    }
    let trimmed = text.trim();
    let groups: Vec<&str> = trimmed.split(':').collect();
    let octet = |group: &&str| (group.len() <= 2).then(|| u8::from_str_radix(group, 16).ok()).flatten();
    if groups.len() >= LEAST_GROUPS
        && let Some(octets) = groups.iter().map(octet).collect::<Option<Vec<u8>>>()
    {
        return octets;
    }
    date::octets(trimmed).unwrap_or_else(|| text.as_bytes().to_vec())
}

/// Up to the quote that ends it.
fn unquoted(text: &str) -> Vec<u8> {
    let mut found = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => match characters.next() {
                Some(escaped @ ('"' | '\\')) => found.push(escaped),
                // Older tools do not escape.
                Some(other) => found.extend(['\\', other]),
                None => found.push('\\'),
            },
            '"' if characters.as_str().trim().is_empty() => break,
            other => found.push(other),
        }
    }
    found.into_bytes()
}

/// Octets in hexadecimal, and perhaps the text that they are, in brackets (`-OT`).
fn hexadecimal_before_text(text: &str) -> Result<Vec<u8>, String> {
    let digits: String = text
        .lines()
        .map(|line| {
            // Text beside the digits is behind two blanks.
            let end = line.find("  ").unwrap_or(line.len());
            line.get(..end).unwrap_or(line).to_owned() + " "
        })
        .collect();
    hexadecimal(&digits)
}

/// Octets in hexadecimal, then the names of bits that are set.
fn bits(text: &str) -> Result<Vec<u8>, String> {
    let octets = text
        .split_whitespace()
        .take_while(|word| word.len() == 2 && word.bytes().all(|octet| octet.is_ascii_hexdigit()));
    let digits: String = octets.collect();
    match digits.is_empty() && !text.is_empty() {
        true => Err(format!("expected octets in hexadecimal, found `{}`", shown(text))),
        false => hexadecimal(&digits),
    }
}

fn network_address(text: &str) -> Result<Value, String> {
    let octets: Vec<u8> = text.split(':').map_while(|group| u8::from_str_radix(group, 16).ok()).collect();
    <[u8; 4]>::try_from(octets.as_slice())
        .map(|octets| Value::IpAddress(IpAddress(octets)))
        .map_err(|_| format!("expected four octets such as 0A:00:00:01, found `{}`", shown(text)))
}

/// net-snmp's numbers in an Opaque, or its octets.
fn opaque(text: &str) -> Result<Value, String> {
    let Some((kind, number)) = text.split_once(':') else {
        return hexadecimal(text).map(|octets| Value::Opaque(octets.into()));
    };
    let number = number.trim();
    let wrong = || format!("expected a number in the Opaque, found `{}`", shown(number));
    let first = number.split_whitespace().next().unwrap_or_default();
    Ok(match kind.to_ascii_lowercase().as_str() {
        "float" => opaque_of(0x78, &first.parse::<f32>().map_err(|_| wrong())?.to_be_bytes()),
        "double" => opaque_of(0x79, &first.parse::<f64>().map_err(|_| wrong())?.to_be_bytes()),
        "int64" => opaque_of(0x7a, &shortest(&first.parse::<i64>().map_err(|_| wrong())?.to_be_bytes())),
        "uint64" => opaque_of(0x7b, &unsigned(first.parse::<u64>().map_err(|_| wrong())?)),
        _ => {
            return Err(format!(
                "`{}` is not a type in an Opaque: Float, Double, Int64 and UInt64 are",
                shown(kind)
            ));
        }
    })
}
