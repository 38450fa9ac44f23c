//! Textual conventions that collectors treat in a way of their own.

use crate::model::{Model, Ref, Syntax};
use mibc_runtime::syntax::BaseType;

/// How far a chain of types is followed: more than any module has, and an end for one that goes in a circle.
const MAX_DEPTH: usize = 32;

/// A convention that says what a value is, beyond its base type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::emit) enum Convention {
    /// Text: hint `255a`, `64t` and the like, or DisplayString of MIB-II, which has no hint.
    Text,
    /// Octets as hexadecimal numbers with colons: hint `1x:`.
    Address,
    /// RFC 2579.
    DateAndTime,
    /// RFC 4001.
    InetAddressType,
    InetAddress,
    InetAddressIPv4,
    InetAddressIPv6,
    /// LLDP-MIB.
    LldpPortId,
    LldpPortIdSubtype,
    /// Opaque with a floating point number in it (net-snmp, UCD).
    Float,
    Double,
}

impl Convention {
    /// The convention of a syntax: by the names of its types, the nearest first, then by its hint.
    pub(in crate::emit) fn of(model: &Model, syntax: &Syntax) -> Option<Convention> {
        let mut named = syntax.named;
        for _ in 0..MAX_DEPTH {
            let name = match named {
                None => break,
                Some(Ref::Unresolved(name)) => name,
                Some(Ref::Bound(id)) => model[id].name,
            };
            if let Some(known) = Convention::named(model.spelling(name), syntax.base) {
                return Some(known);
            }
            named = named.and_then(Ref::bound).and_then(|id| model[id].syntax.named);
        }
        if syntax.base != Some(BaseType::OctetString) {
            return None;
        }
        let hint = model.text(syntax.hint?);
        let digits = hint.strip_suffix(['a', 't']).unwrap_or_default();
        if hint == "1x:" {
            Some(Convention::Address)
        } else if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            Some(Convention::Text)
        } else {
            None
        }
    }

    fn named(name: &str, base: Option<BaseType>) -> Option<Convention> {
        Some(match (name, base?) {
            ("DisplayString", BaseType::OctetString) => Convention::Text,
            ("PhysAddress" | "MacAddress", BaseType::OctetString) => Convention::Address,
            ("DateAndTime", BaseType::OctetString) => Convention::DateAndTime,
            ("InetAddressType", BaseType::Integer32) => Convention::InetAddressType,
            ("InetAddress", BaseType::OctetString) => Convention::InetAddress,
            ("InetAddressIPv4", BaseType::OctetString) => Convention::InetAddressIPv4,
            ("InetAddressIPv6", BaseType::OctetString) => Convention::InetAddressIPv6,
            ("LldpPortId", BaseType::OctetString) => Convention::LldpPortId,
            ("LldpPortIdSubtype", BaseType::Integer32) => Convention::LldpPortIdSubtype,
            ("Float", BaseType::Opaque) => Convention::Float,
            ("Double", BaseType::Opaque) => Convention::Double,
            _ => return None,
        })
    }
}
