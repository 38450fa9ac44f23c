//! InetAddress, whose octets another object gives a meaning (RFC 4001 §3).

use crate::meta::TypeMeta;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The textual convention of addresses, and that of the objects that say which kind an address is of.
const ADDRESS: &str = "InetAddress";
const KIND: &str = "InetAddressType";

/// Kinds: the numbers of InetAddressType.
const IPV4: u32 = 1;
const IPV6: u32 = 2;
const IPV4Z: u32 = 3;
const IPV6Z: u32 = 4;
const DNS: u32 = 16;

/// Whether values of this type are addresses of a kind that another object says.
pub fn is_address(syntax: &TypeMeta<'_>) -> bool {
    syntax.name() == Some(ADDRESS)
}

/// Whether values of this type say of which kind addresses are.
pub fn is_address_kind(syntax: &TypeMeta<'_>) -> bool {
    syntax.name() == Some(KIND)
}

/// The text of an InetAddress of this kind, as people write it: `192.0.2.1`, `2001:db8::1`, with `%` and the zone's
/// number, or a name. `None` for other types, other kinds, and octets that do not fit the kind.
pub fn address_text(syntax: &TypeMeta<'_>, kind: Option<u32>, octets: &[u8]) -> Option<String> {
    let v4 = |octets: &[u8]| Some(Ipv4Addr::from(<[u8; 4]>::try_from(octets).ok()?));
    let v6 = |octets: &[u8]| Some(Ipv6Addr::from(<[u8; 16]>::try_from(octets).ok()?));
    let zone = |octets: &[u8]| Some(u32::from_be_bytes(octets.try_into().ok()?));
    match kind.filter(|_| is_address(syntax))? {
        IPV4 => Some(v4(octets)?.to_string()),
        IPV6 => Some(v6(octets)?.to_string()),
        IPV4Z => {
            let (address, behind) = octets.split_at_checked(4)?;
            Some(format!("{}%{}", v4(address)?, zone(behind)?))
        }
        IPV6Z => {
            let (address, behind) = octets.split_at_checked(16)?;
            Some(format!("{}%{}", v6(address)?, zone(behind)?))
        }
        DNS if !octets.is_empty() && octets.iter().all(u8::is_ascii_graphic) => {
            std::str::from_utf8(octets).ok().map(str::to_owned)
        }
        _ => None,
    }
}

/// The same as it stands in an index; with `octets_apart`, IPv6 addresses in the way of net-snmp, `fe:80:00:...:01`.
pub(super) fn indexed(
    syntax: &TypeMeta<'_>,
    kind: Option<u32>,
    octets: &[u8],
    octets_apart: bool,
) -> Option<String> {
    let text = address_text(syntax, kind, octets)?;
    if !octets_apart || !matches!(kind, Some(IPV6 | IPV6Z)) {
        return Some(text);
    }
    let (address, _) = octets.split_at_checked(16)?;
    let apart: Vec<String> = address.iter().map(|octet| format!("{octet:02x}")).collect();
    let zone = text.find('%').and_then(|start| text.get(start..)).unwrap_or_default();
    Some(apart.join(":") + zone)
}

/// The octets of an IPv6 address that is written with each of them apart.
fn apart(text: &str) -> Option<Vec<u8>> {
    let octet = |pair: &str| u8::from_str_radix(pair, 16).ok().filter(|_| !pair.starts_with('+'));
    let octets: Option<Vec<u8>> = text.split(':').map(octet).collect();
    octets.filter(|octets| octets.len() == 16)
}

/// The octets of an InetAddress of this kind from its text; the way back from [`address_text`], which takes IPv6
/// addresses with each octet apart as well.
pub fn address_octets(syntax: &TypeMeta<'_>, kind: Option<u32>, text: &str) -> Option<Vec<u8>> {
    let v4 = |text: &str| Some(text.parse::<Ipv4Addr>().ok()?.octets().to_vec());
    let v6 = |text: &str| match text.parse::<Ipv6Addr>() {
        Ok(address) => Some(address.octets().to_vec()),
        Err(_) => apart(text),
    };
    let zoned = |address: Option<Vec<u8>>, zone: &str| {
        Some([address?.as_slice(), &zone.parse::<u32>().ok()?.to_be_bytes()].concat())
    };
    match kind.filter(|_| is_address(syntax))? {
        IPV4 => v4(text),
        IPV6 => v6(text),
        IPV4Z => text.split_once('%').and_then(|(address, zone)| zoned(v4(address), zone)),
        IPV6Z => text.split_once('%').and_then(|(address, zone)| zoned(v6(address), zone)),
        DNS if !text.is_empty() && text.bytes().all(|c| c.is_ascii_graphic()) => Some(text.into()),
        _ => None,
    }
}
