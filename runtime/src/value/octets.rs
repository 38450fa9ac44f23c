//! Octet strings.

use std::{borrow::Cow, fmt, ops, str::Utf8Error};

/// An OCTET STRING: text or any other octets, at most 65,535 by SMI (RFC 2578 §7.1.2).
///
/// Prints as text if it is printable UTF-8, else as hexadecimal octets: `de ad be ef`.
///
/// Ordered as byte strings are. SNMP tables indexed by a string of variable length are in another order, shorter
/// strings first: see [`index::order`](crate::index::order).
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OctetString(pub Vec<u8>);

impl OctetString {
    /// Without octets.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The octets as text.
    ///
    /// # Errors
    /// They are not UTF-8.
    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(&self.0)
    }

    /// The octets as text, with U+FFFD for what is not UTF-8.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
}

impl ops::Deref for OctetString {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl ops::DerefMut for OctetString {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl AsRef<[u8]> for OctetString {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<&str> for OctetString {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for OctetString {
    fn from(text: String) -> Self {
        Self(text.into_bytes())
    }
}

impl From<&[u8]> for OctetString {
    fn from(octets: &[u8]) -> Self {
        Self(octets.into())
    }
}

impl<const N: usize> From<[u8; N]> for OctetString {
    fn from(octets: [u8; N]) -> Self {
        Self(octets.into())
    }
}

impl<const N: usize> From<&[u8; N]> for OctetString {
    fn from(octets: &[u8; N]) -> Self {
        Self(octets.into())
    }
}

impl From<Vec<u8>> for OctetString {
    fn from(octets: Vec<u8>) -> Self {
        Self(octets)
    }
}

impl From<OctetString> for Vec<u8> {
    fn from(octets: OctetString) -> Self {
        octets.0
    }
}

impl TryFrom<OctetString> for String {
    type Error = std::string::FromUtf8Error;

    fn try_from(octets: OctetString) -> Result<Self, Self::Error> {
        Self::from_utf8(octets.0)
    }
}

impl PartialEq<[u8]> for OctetString {
    fn eq(&self, other: &[u8]) -> bool {
        self.0 == other
    }
}

impl PartialEq<str> for OctetString {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for OctetString {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl fmt::Display for OctetString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt_octets(&self.0, f)
    }
}

impl fmt::Debug for OctetString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_octets(&self.0, f)
    }
}

/// The octets of an `Opaque`: some BER encoding that SNMP does not look into (RFC 2578 §7.1.9).
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Opaque(pub Vec<u8>);

impl ops::Deref for Opaque {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Opaque {
    fn from(octets: Vec<u8>) -> Self {
        Self(octets)
    }
}

impl From<Opaque> for Vec<u8> {
    fn from(octets: Opaque) -> Self {
        octets.0
    }
}

impl fmt::Display for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt_hex(&self.0, f)
    }
}

impl fmt::Debug for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opaque(")?;
        fmt_hex(&self.0, f)?;
        f.write_str(")")
    }
}

/// The octets as text, if they are text that a person can read.
fn printable(octets: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(octets).ok()?;
    text.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r')).then_some(text)
}

/// Octets for people: as text if printable, otherwise in hexadecimal.
pub(crate) fn fmt_octets(octets: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match printable(octets) {
        Some(text) => f.pad(text),
        None => fmt_hex(octets, f),
    }
}

/// Octets for programmers: text in quotes, or hexadecimal.
pub(super) fn debug_octets(octets: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match printable(octets) {
        Some(text) => fmt::Debug::fmt(text, f),
        None => fmt_hex(octets, f),
    }
}

/// Two digits per octet, separated by blanks.
pub(super) fn fmt_hex(octets: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (at, octet) in octets.iter().enumerate() {
        write!(f, "{}{octet:02x}", if at == 0 { "" } else { " " })?;
    }
    Ok(())
}
