//! Values and parts of an index as the text of a label.

use crate::module::Text;
use mibc_runtime::display_hint::Hint;
use mibc_runtime::value::Value;
use std::fmt::Write;

/// Most octets that a part of an index can say it has: no OID is longer.
const MOST: usize = 128;

/// What a type number before an address, or before a port's name, says of it.
pub(super) fn combined(text: Text, number: i64) -> Option<Text> {
    match (text, number) {
        (Text::InetAddress | Text::InetAddressMissingSize, 1) => Some(Text::InetAddressIPv4),
        (Text::InetAddress | Text::InetAddressMissingSize, 2) => Some(Text::InetAddressIPv6),
        (Text::LldpPortId, 1 | 2 | 5 | 7) => Some(Text::DisplayString),
        (Text::LldpPortId, 3) => Some(Text::PhysAddress48),
        _ => None,
    }
}

/// Whether another number says what it is.
pub(super) fn is_combined(text: Text) -> bool {
    matches!(text, Text::InetAddress | Text::InetAddressMissingSize | Text::LldpPortId)
}

/// A value; octets as `text` says, or by the hint.
pub(super) fn of_value(value: &Value, text: Text, hint: Option<&str>) -> String {
    if let Some(number) = value.as_ref().as_i128() {
        return number.to_string();
    }
    match value {
        Value::ObjectIdentifier(oid) => oid.to_string(),
        Value::IpAddress(address) => address.to_string(),
        Value::OctetString(octets) => of_octets(octets, text, hint),
        Value::Opaque(octets) => match float(octets) {
            Some(Float::Single(number)) => number.to_string(),
            Some(Float::Double(number)) => number.to_string(),
            None => of_octets(octets, text, hint),
        },
        _ => String::new(),
    }
}

/// A floating point number in an Opaque.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Float {
    Single(f32),
    Double(f64),
}

/// net-snmp's encoding of floating point numbers: a tag of two octets, the length, the octets of the number.
pub(super) fn float(octets: &[u8]) -> Option<Float> {
    let number = octets.strip_prefix(&[0x9f])?;
    match number {
        [0x78, 4, number @ ..] => Some(Float::Single(f32::from_be_bytes(number.try_into().ok()?))),
        [0x79, 8, number @ ..] => Some(Float::Double(f64::from_be_bytes(number.try_into().ok()?))),
        _ => None,
    }
}

/// Octets of a value.
pub(super) fn of_octets(octets: &[u8], text: Text, hint: Option<&str>) -> String {
    if text == Text::OctetString
        && let Some(shown) = hinted(octets, hint)
    {
        return shown;
    }
    match text {
        Text::DisplayString => plain(octets),
        Text::PhysAddress48 => physical(&padded(octets, 6)),
        Text::InetAddressIPv4 => ipv4(&padded(octets, 4)),
        Text::InetAddressIPv6 => ipv6(&padded(octets, 16)),
        _ => hexadecimal(octets),
    }
}

/// By a DISPLAY-HINT. Hexadecimal digits are upper case, as in all labels.
fn hinted(octets: &[u8], hint: Option<&str>) -> Option<String> {
    let text = hint.filter(|_| !octets.is_empty())?;
    let hint = Hint::parse(text).ok().filter(|hint| !hint.is_integer())?;
    let mut shown = hint.octets(octets).to_string();
    if !text.contains(['a', 't']) {
        shown.make_ascii_uppercase();
    }
    Some(shown)
}

fn padded(octets: &[u8], length: usize) -> Vec<u8> {
    octets.iter().copied().chain(std::iter::repeat(0)).take(length).collect()
}

/// Text; each run of octets that are not UTF-8 becomes one U+FFFD.
fn plain(octets: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(octets) {
        return text.to_owned();
    }
    let mut text = String::with_capacity(octets.len());
    let mut broken = false;
    for chunk in octets.utf8_chunks() {
        if !chunk.valid().is_empty() {
            broken = false;
            text.push_str(chunk.valid());
        }
        if !chunk.invalid().is_empty() && !std::mem::replace(&mut broken, true) {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    text
}

fn hexadecimal(octets: &[u8]) -> String {
    if octets.is_empty() {
        return String::new();
    }
    let mut text = String::with_capacity(2 + 2 * octets.len());
    text.push_str("0x");
    for octet in octets {
        let _ = write!(text, "{octet:02X}");
    }
    text
}

fn physical(octets: &[u8]) -> String {
    let parts: Vec<String> = octets.iter().map(|octet| format!("{octet:02X}")).collect();
    parts.join(":")
}

fn ipv4(octets: &[u8]) -> String {
    let parts: Vec<String> = octets.iter().map(u8::to_string).collect();
    parts.join(".")
}

fn ipv6(octets: &[u8]) -> String {
    let parts: Vec<String> = octets
        .chunks_exact(2)
        .map(|pair| pair.iter().map(|octet| format!("{octet:02X}")).collect())
        .collect();
    parts.join(":")
}

/// How octets are written in an index.
#[derive(Clone, Copy, Default)]
pub(super) struct Form<'h> {
    /// How many there are, if the index does not say so; 0 if it does.
    pub(super) fixed_size: usize,
    /// Whether they are the rest of the index.
    pub(super) implied: bool,
    /// Their DISPLAY-HINT.
    pub(super) hint: Option<&'h str>,
}

/// A part of an index: its text, and the numbers that it takes. Missing numbers are zeros, because some devices leave out
/// trailing ones.
pub(super) fn of_index(rest: &mut &[u32], text: Text, form: Form<'_>) -> (String, Vec<u32>) {
    match text {
        Text::InetAddress | Text::LldpPortId => {
            let mut ahead = *rest;
            let head = split(&mut ahead, 2);
            let (kind, length) = (head.first().copied().unwrap_or(0), head.get(1).copied().unwrap_or(0));
            match combined(text, i64::from(kind)) {
                Some(text) => {
                    *rest = ahead;
                    after(head, of_index(rest, text, Form::default()))
                }
                None => {
                    let fixed_size = length as usize + 2;
                    octets(rest, Text::OctetString, Form { fixed_size, ..Form::default() })
                }
            }
        }
        Text::InetAddressMissingSize => {
            let mut ahead = *rest;
            let head = split(&mut ahead, 1);
            match combined(text, i64::from(head.first().copied().unwrap_or(0))) {
                Some(text) => {
                    *rest = ahead;
                    after(head, of_index(rest, text, Form::default()))
                }
                None => octets(rest, Text::OctetString, Form { implied: true, ..Form::default() }),
            }
        }
        Text::PhysAddress48 => fixed(rest, text, 6),
        Text::InetAddressIPv4 => fixed(rest, text, 4),
        Text::InetAddressIPv6 => fixed(rest, text, 16),
        Text::OctetString | Text::DisplayString => octets(rest, text, form),
    }
}

fn after(mut head: Vec<u32>, (text, used): (String, Vec<u32>)) -> (String, Vec<u32>) {
    head.extend(used);
    (text, head)
}

fn fixed(rest: &mut &[u32], text: Text, length: usize) -> (String, Vec<u32>) {
    let used = split(rest, length);
    (of_octets(&bytes(&used), text, None), used)
}

fn octets(rest: &mut &[u32], text: Text, form: Form<'_>) -> (String, Vec<u32>) {
    let Form { fixed_size, implied, hint } = form;
    let (mut used, mut length) = (Vec::new(), if implied { rest.len() } else { fixed_size });
    if length == 0 && !implied {
        used = split(rest, 1);
        length = used.first().copied().unwrap_or(0) as usize;
    }
    let content = split(rest, length.min(MOST));
    let shown = of_octets(&bytes(&content), text, hint);
    used.extend(content);
    (shown, used)
}

/// The next numbers, filled up with zeros.
pub(super) fn split(rest: &mut &[u32], count: usize) -> Vec<u32> {
    let (head, tail) = rest.split_at(count.min(rest.len()));
    *rest = tail;
    head.iter().copied().chain(std::iter::repeat(0)).take(count).collect()
}

/// Each number as an octet: the low eight bits.
fn bytes(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().map(|number| number.to_be_bytes()[3]).collect()
}
