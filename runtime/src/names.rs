//! Rust names for SMI names: one pure function per sort of Rust item.
//!
//! | item | SMI | Rust |
//! |---|---|---|
//! | module: lower case, `-` to `_`, words are not split | `SNMPv2-TC` | `snmpv2_tc` |
//! | constant (object, enumeration label) | `ifHCInOctets` | `IF_HC_IN_OCTETS` |
//! | type (convention, row, notification …) | `ifEntry` | `IfEntry` |
//! | member (field, method) | `ifIndex` | `if_index` |
//!
//! Words are split by heck: at an upper-case letter after a lower-case one, and at the last upper-case letter of a run
//! that goes on in lower case (`HCIn` is `HC`, `In`). A run of upper-case letters with a version behind it is one word,
//! so that `IPv4`, `IPv6` and `SNMPv2` stay whole: `inetIPv4Address` is `inet`, `IPv4`, `Address`. `IANA` at the
//! beginning is one too, whatever follows. Everything that is not an ASCII letter or digit separates words.
//!
//! Rust keywords become raw identifiers (`r#type`), or, where Rust has none (`self`, `Self`, `super`, `crate`), get
//! a trailing `_`. A name that would begin with a digit gets a leading `_`. The functions know nothing of
//! collisions: see [`suffix`].
//!
//! The compiler names what it writes by these functions, and the macro `oid!` what it refers to.

use heck::{ToPascalCase, ToShoutySnakeCase, ToSnakeCase};

/// The Rust module of an SMI module: `IF-MIB` is `if_mib`.
pub fn module(name: &str) -> String {
    identifier(separated(name).to_ascii_lowercase())
}

/// The constant of an object or of an enumeration label: `ifDescr` is `IF_DESCR`.
pub fn constant(name: &str) -> String {
    identifier(splittable(name).to_shouty_snake_case())
}

/// The type of a textual convention, row, notification, or of an object's own enumeration: `ifEntry` is `IfEntry`.
pub fn type_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    // Word by word, because `1` and `2b` must not run together.
    for word in splittable(name).to_snake_case().split('_') {
        if out.ends_with(|c: char| c.is_ascii_digit()) && word.starts_with(|c: char| c.is_ascii_digit()) {
            out.push('_');
        }
        out.push_str(&word.to_pascal_case());
    }
    identifier(out)
}

/// The field or method of an object: `ifDescr` is `if_descr`.
pub fn member(name: &str) -> String {
    identifier(splittable(name).to_snake_case())
}

/// The suffix that a name in a collision gets: four hexadecimal digits, computed only from its own spelling and role,
/// so that it does not depend on what it collides with. The hash is 32-bit FNV-1a, folded to 16 bits.
pub fn suffix(spelling: &str, role: &str) -> String {
    let mut hash: u32 = 0x811c_9dc5;
    for byte in role.bytes().chain([b':']).chain(spelling.bytes()) {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    format!("{:04x}", (hash >> 16) ^ (hash & 0xffff))
}

/// Puts a suffix behind a name in the style of the name: `LTE_STATUS_3FA9`, `LteStatus3fa9`, `lte_status_3fa9`.
pub fn with_suffix(name: &str, suffix: &str) -> String {
    let plain = name.strip_prefix("r#").unwrap_or(name);
    let lower = plain.bytes().any(|b| b.is_ascii_lowercase());
    let upper = plain.bytes().any(|b| b.is_ascii_uppercase());
    match (lower, upper) {
        (true, true) => format!("{plain}X{suffix}"),
        (true, false) => format!("{plain}_{suffix}"),
        (false, _) => format!("{plain}_{}", suffix.to_ascii_uppercase()),
    }
}

/// Makes an identifier of something that consists of ASCII letters, digits and `_`.
fn identifier(name: String) -> String {
    match name.as_str() {
        "" => "_X".to_owned(),
        "self" | "Self" | "super" | "crate" => name + "_",
        keyword if KEYWORDS.binary_search(&keyword).is_ok() => format!("r#{name}"),
        _ if name.starts_with(|c: char| c.is_ascii_digit()) => format!("_{name}"),
        _ => name,
    }
}

/// Every keyword of Rust 2024, strict and reserved, that has a raw form; sorted.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The name with every run of separators as one `_`, none at the ends.
fn separated(name: &str) -> String {
    pieces(name).collect::<Vec<_>>().join("_")
}

fn pieces(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|piece| !piece.is_empty())
}

/// The registry whose types go on in lower case: `IANAifType` is `IANA`, `if`, `Type`.
const REGISTRY: &str = "IANA";

/// The name for heck: ASCII letters, digits and separators, with `IPv4` written `Ipv4` where a version follows a run of
/// two or more upper-case letters, which makes it one word.
fn splittable(name: &str) -> String {
    let mut out: Vec<u8> = Vec::with_capacity(name.len() + 1);
    let rest = name.strip_prefix(REGISTRY).filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
    if rest.is_some() {
        out.extend_from_slice(REGISTRY.as_bytes());
        out.push(b'_');
    }
    let bytes = rest.unwrap_or(name).as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        let versioned = byte == b'v' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        let run = out.iter().rev().take_while(|b| b.is_ascii_uppercase()).count();
        if versioned && run >= 2 {
            let first = out.len() - run;
            out[first + 1..].make_ascii_lowercase();
        }
        out.push(if byte.is_ascii_alphanumeric() { byte } else { b'_' });
    }
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests;
