//! Values as net-snmp's commands print them.

use super::{Names, Strings, Style};
use crate::ber::tag;
use crate::display_hint::Hint;
use crate::meta::TypeMeta;
use crate::syntax::BaseType;
use crate::value::odd::Special;
use crate::value::{TimeTicks, ValueKind, ValueRef};
use std::fmt::Write;

/// Octets in a line of hexadecimal.
const LINE: usize = 16;

/// A value with its type in front: `INTEGER: up(1)`, `STRING: lo`, `Hex-STRING: 00 1B `.
///
/// By the type of its object if that is given: labels, DISPLAY-HINT, `units`. A value of another type than the
/// object's is written by its own, behind `Wrong Type (should be INTEGER): `. OIDs are written by `names`.
pub fn value(
    value: ValueRef<'_>,
    syntax: Option<&TypeMeta<'_>>,
    units: Option<&str>,
    style: &Style,
    names: Names<'_>,
) -> String {
    let mut out = String::new();
    let fitting = syntax.filter(|syntax| fits(syntax.base(), value.kind()));
    if let (Some(syntax), None) = (syntax, fitting)
        && !style.quick
        && has_type(value.kind())
    {
        let _ = write!(out, "Wrong Type (should be {}): ", type_name(syntax.base()));
    }
    write_value(&mut out, value, fitting, style, names);
    let measured = fitting.is_some_and(|syntax| syntax.base() != BaseType::Bits);
    if let Some(units) = units.filter(|_| style.units && measured) {
        out.push(' ');
        out.push_str(units);
    }
    if style.one_line { in_one_line(out) } else { out }
}

/// With escapes for what a reader of lines may take for the end of one, and for other control characters.
fn in_one_line(text: String) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if !text.contains(breaks) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{2028}' | '\u{2029}' => push(&mut out, format_args!("\\u{:04x}", u32::from(c))),
            c if c.is_control() => push(&mut out, format_args!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// Whether a value of this kind can be one of an object with this base type.
pub const fn fits(base: BaseType, kind: ValueKind) -> bool {
    matches!(
        (base, kind),
        (BaseType::Integer32, ValueKind::Integer)
            | (BaseType::OctetString | BaseType::Bits, ValueKind::OctetString)
            | (BaseType::ObjectIdentifier, ValueKind::ObjectIdentifier)
            | (BaseType::IpAddress, ValueKind::IpAddress)
            | (BaseType::Counter32, ValueKind::Counter32)
            | (BaseType::Gauge32 | BaseType::Unsigned32, ValueKind::Gauge32)
            | (BaseType::TimeTicks, ValueKind::TimeTicks)
            | (BaseType::Opaque, ValueKind::Opaque)
            | (BaseType::Counter64, ValueKind::Counter64)
    )
}

/// Whether values of this kind have a type that could be a wrong one; exceptions and what is undecodable have not.
const fn has_type(kind: ValueKind) -> bool {
    !matches!(
        kind,
        ValueKind::NoSuchObject
            | ValueKind::NoSuchInstance
            | ValueKind::EndOfMibView
            | ValueKind::Undecodable(_)
    )
}

/// What net-snmp calls a type that it expected.
pub const fn type_name(base: BaseType) -> &'static str {
    match base {
        BaseType::Integer32 => "INTEGER",
        BaseType::Unsigned32 | BaseType::Gauge32 => "Gauge32 or Unsigned32",
        BaseType::Counter32 => "Counter32",
        BaseType::Counter64 => "Counter64",
        BaseType::TimeTicks => "Timeticks",
        BaseType::OctetString => "OCTET STRING",
        BaseType::ObjectIdentifier => "OBJECT IDENTIFIER",
        BaseType::IpAddress => "IpAddress",
        BaseType::Opaque => "Opaque",
        BaseType::Bits => "BITS",
    }
}

fn write_value(
    out: &mut String,
    value: ValueRef<'_>,
    syntax: Option<&TypeMeta<'_>>,
    style: &Style,
    names: Names<'_>,
) {
    let mark = |name: &'static str| if style.quick { "" } else { name };
    match value {
        ValueRef::Integer(number) => {
            out.push_str(mark("INTEGER: "));
            integer(out, number, syntax, style);
        }
        ValueRef::OctetString(octets) => match syntax {
            Some(syntax) if syntax.base() == BaseType::Bits => bits(out, octets, syntax, style),
            _ => string(out, octets, syntax, style),
        },
        ValueRef::ObjectIdentifier(oid) => {
            out.push_str(mark("OID: "));
            out.push_str(&names(oid));
        }
        ValueRef::TimeTicks(ticks) => time_ticks(out, ticks, style),
        ValueRef::IpAddress(address) => push(out, format_args!("{}{address}", mark("IpAddress: "))),
        ValueRef::Counter32(number) => {
            out.push_str(mark("Counter32: "));
            number_by_hint(out, number.0.into(), syntax);
        }
        ValueRef::Gauge32(number) => {
            out.push_str(mark("Gauge32: "));
            number_by_hint(out, number.0.into(), syntax);
        }
        ValueRef::Counter64(number) => {
            out.push_str(mark("Counter64: "));
            number_by_hint(out, number.0.into(), syntax);
        }
        ValueRef::Opaque(octets) => {
            if let Some(number) = value.special() {
                out.push_str(mark("Opaque: "));
                return special(out, number, style);
            }
            out.push_str(mark("OPAQUE: "));
            hexadecimal(out, octets, style);
        }
        ValueRef::Null => out.push_str("NULL"),
        ValueRef::NoSuchObject => out.push_str("No Such Object available on this agent at this OID"),
        ValueRef::NoSuchInstance => out.push_str("No Such Instance currently exists at this OID"),
        ValueRef::EndOfMibView => {
            out.push_str("No more variables left in this MIB View (It is past the end of the MIB tree)")
        }
        ValueRef::Undecodable { tag, .. } => match (value.odd_integer(), value.special()) {
            (Some(number), _) => push(out, format_args!("{}{number}", mark(odd_mark(tag)))),
            (None, Some(number)) => special(out, number, style),
            (None, None) => push(out, format_args!("{value}")),
        },
    }
}

/// Writing to a `String` does not fail.
fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

fn hint<'a>(syntax: Option<&TypeMeta<'a>>) -> Option<Hint<'a>> {
    syntax.and_then(TypeMeta::hint).and_then(|hint| Hint::parse(hint).ok())
}

fn number_by_hint(out: &mut String, number: i128, syntax: Option<&TypeMeta<'_>>) {
    match hint(syntax).filter(Hint::is_integer) {
        Some(hint) => push(out, format_args!("{}", hint.integer(number))),
        None => push(out, format_args!("{number}")),
    }
}

fn integer(out: &mut String, number: i32, syntax: Option<&TypeMeta<'_>>, style: &Style) {
    let label = syntax.and_then(|syntax| syntax.label(number)).filter(|_| !style.numeric_enums);
    match label {
        Some(label) if style.quick => out.push_str(label),
        Some(label) => push(out, format_args!("{label}({number})")),
        None => number_by_hint(out, number.into(), syntax),
    }
}

/// `(12796) 0:02:07.96`; quick: `0:0:02:07.96`, with the days in front.
fn time_ticks(out: &mut String, TimeTicks(ticks): TimeTicks, style: &Style) {
    if style.numeric_ticks {
        return push(out, format_args!("{ticks}"));
    }
    let (hundredths, seconds) = (ticks % 100, ticks / 100);
    let (minutes, hours, days) = (seconds / 60 % 60, seconds / 3600 % 24, seconds / 86_400);
    let seconds = seconds % 60;
    if style.quick {
        return push(out, format_args!("{days}:{hours}:{minutes:02}:{seconds:02}.{hundredths:02}"));
    }
    push(out, format_args!("Timeticks: ({ticks}) "));
    match days {
        0 => {}
        1 => out.push_str("1 day, "),
        _ => push(out, format_args!("{days} days, ")),
    }
    push(out, format_args!("{hours}:{minutes:02}:{seconds:02}.{hundredths:02}"));
}

fn string(out: &mut String, octets: &[u8], syntax: Option<&TypeMeta<'_>>, style: &Style) {
    if let Some(hint) = hint(syntax).filter(|hint| !hint.is_integer()) {
        if !style.quick {
            out.push_str("STRING: ");
        }
        let shown = hint.octets(octets);
        let shown = if style.padded_hex { shown } else { shown.unpadded() };
        let plain = |c: char| if c.is_control() && !c.is_ascii_whitespace() { '.' } else { c };
        out.extend(shown.to_string().chars().map(plain));
        return;
    }
    let printable = |octet: &u8| octet.is_ascii_graphic() || is_space(*octet);
    let hex = match style.strings {
        Strings::Guess => !octets.iter().all(printable),
        Strings::Text => false,
        Strings::Hex => true,
    };
    if style.plain {
        for (place, octet) in octets.iter().enumerate() {
            match hex {
                true => push(out, format_args!("{}{octet:02X}", if place > 0 { " " } else { "" })),
                false => out.push(if printable(octet) { char::from(*octet) } else { '.' }),
            }
        }
        return;
    }
    match (octets.is_empty(), hex) {
        (true, _) => out.push_str("\"\""),
        (false, true) if style.quick => {
            out.push('"');
            hexadecimal(out, octets, style);
            out.push('"');
        }
        (false, true) => {
            out.push_str("Hex-STRING: ");
            hexadecimal(out, octets, style);
        }
        (false, false) => {
            out.push_str(if style.quick { "\"" } else { "STRING: \"" });
            for octet in octets {
                if matches!(octet, b'"' | b'\\') {
                    out.push('\\');
                }
                out.push(if printable(octet) { char::from(*octet) } else { '.' });
            }
            out.push('"');
        }
    }
}

/// What C's `isspace` says.
const fn is_space(octet: u8) -> bool {
    matches!(octet, b' ' | 0x09..=0x0d)
}

/// Two digits and a blank per octet, in lines of 16.
fn hexadecimal(out: &mut String, octets: &[u8], style: &Style) {
    for (at, line) in octets.chunks(LINE).enumerate() {
        if at > 0 && (style.text_beside_hex || !style.one_line) {
            out.push(if style.one_line { ' ' } else { '\n' });
        }
        for octet in line {
            push(out, format_args!("{octet:02X} "));
        }
        if style.text_beside_hex {
            out.push_str("  [");
            out.extend(line.iter().map(|octet| match octet {
                octet if octet.is_ascii_graphic() || is_space(*octet) => char::from(*octet),
                _ => '.',
            }));
            out.push(']');
        }
    }
}

fn bits(out: &mut String, octets: &[u8], syntax: &TypeMeta<'_>, style: &Style) {
    let set = (0_i32..).step_by(8).zip(octets).flat_map(|(position, octet)| {
        (0..8).filter(move |bit| octet & 0x80 >> bit != 0).map(move |bit| position.saturating_add(bit))
    });
    let label = |position| syntax.label(position).filter(|_| !style.numeric_enums);
    if style.plain {
        for (place, position) in set.enumerate() {
            out.push_str(if place > 0 { " " } else { "" });
            match label(position) {
                Some(label) => out.push_str(label),
                None => push(out, format_args!("{position}")),
            }
        }
        return;
    }
    if style.quick {
        out.push('"');
        hexadecimal(out, octets, style);
        out.push('"');
        return;
    }
    out.push_str("BITS: ");
    hexadecimal(out, octets, style);
    for position in set {
        match label(position) {
            Some(label) => push(out, format_args!("{label}({position}) ")),
            None => push(out, format_args!("{position} ")),
        }
    }
}

/// Numbers in the form in which net-snmp puts them into `Opaque`.
fn special(out: &mut String, number: Special, style: &Style) {
    let mark = |name: &'static str| if style.quick { "" } else { name };
    match number {
        Special::Float(number) => {
            push(out, format_args!("{}{}", mark("Float: "), style.floats.show(number.into())));
        }
        // net-snmp calls both so.
        Special::Double(number) => {
            push(out, format_args!("{}{}", mark("Float: "), style.floats.show(number)))
        }
        Special::Counter64(number) => push(out, format_args!("{}{number}", mark("Counter64: "))),
        Special::Int64(number) => push(out, format_args!("{}{number}", mark("Int64: "))),
        Special::Uint64(number) => push(out, format_args!("{}{number}", mark("UInt64: "))),
    }
}

/// What stands before a number beyond the range of its type. UInteger32 has nothing, as with net-snmp.
const fn odd_mark(number_tag: u8) -> &'static str {
    match number_tag {
        tag::INTEGER => "INTEGER: ",
        tag::COUNTER32 => "Counter32: ",
        tag::GAUGE32 => "Gauge32: ",
        tag::TIME_TICKS => "Timeticks: ",
        tag::COUNTER64 => "Counter64: ",
        _ => "",
    }
}
