//! Names of the MIB in a configuration.

use mibc_generated as mibs;
use mibc_runtime::access::{Family, Mask};
use mibc_runtime::meta::Meta;
use mibc_runtime::oid::Oid;
use mibc_runtime::typed::Module;

/// Knows the OIDs of names.
pub trait Names {
    /// The OID of a definition; `name` is its name, perhaps with its module in front, as in `IF-MIB::ifTable`.
    fn oid(&self, name: &str) -> Option<Oid>;
}

/// The names of the standard modules that an agent is administered with, and of MIB-2.
#[derive(Clone, Copy, Debug, Default)]
pub struct StandardNames;

const MODULES: [Meta<'static>; 14] = [
    <mibs::snmpv2_smi::Snmpv2Smi as Module>::META,
    <mibs::snmpv2_mib::Snmpv2Mib as Module>::META,
    <mibs::if_mib::IfMib as Module>::META,
    <mibs::ip_mib::IpMib as Module>::META,
    <mibs::tcp_mib::TcpMib as Module>::META,
    <mibs::udp_mib::UdpMib as Module>::META,
    <mibs::host_resources_mib::HostResourcesMib as Module>::META,
    <mibs::snmp_framework_mib::SnmpFrameworkMib as Module>::META,
    <mibs::snmp_mpd_mib::SnmpMpdMib as Module>::META,
    <mibs::snmp_target_mib::SnmpTargetMib as Module>::META,
    <mibs::snmp_notification_mib::SnmpNotificationMib as Module>::META,
    <mibs::snmp_user_based_sm_mib::SnmpUserBasedSmMib as Module>::META,
    <mibs::snmp_view_based_acm_mib::SnmpViewBasedAcmMib as Module>::META,
    <mibs::snmp_community_mib::SnmpCommunityMib as Module>::META,
];

impl Names for StandardNames {
    fn oid(&self, name: &str) -> Option<Oid> {
        let (module, name) =
            name.split_once("::").map_or((None, name), |(module, name)| (Some(module), name));
        MODULES
            .iter()
            .filter(|meta| module.is_none_or(|module| meta.module() == module))
            .find_map(|meta| meta.object(name))
            .map(|object| object.oid())
    }
}

impl<N: Names + ?Sized> Names for &N {
    fn oid(&self, name: &str) -> Option<Oid> {
        (**self).oid(name)
    }
}

/// Longest text of an OID that is read: 128 numbers of ten digits, or as many names.
const MAX_TEXT: usize = 8_192;

/// What an OID is written like.
pub(crate) const OID_FORM: &str = "numbers (1.3.6.1.2.1.1), or a name of the MIB with or without its module and numbers behind \
                            it (system, IF-MIB::ifDescr.3)";

/// Reads an OID: `1.3.6`, `.1.3.6`, `system`, `SNMPv2-MIB::sysDescr.0`, `.iso.org.dod.internet`.
///
/// # Errors
/// What part of it is not known.
pub(crate) fn oid(text: &str, names: &dyn Names) -> Result<Oid, String> {
    Oid::from_arcs(&arcs(text, names)?).map_err(|error| format!("`{text}`: {error}"))
}

/// The same as numbers; it may also be the one number of a root.
fn arcs(text: &str, names: &dyn Names) -> Result<Vec<u32>, String> {
    if text.len() > MAX_TEXT {
        return Err(format!("an OID of {} octets is too long", text.len()));
    }
    let (module, path) = match text.split_once("::") {
        Some((module, path)) => (Some(module), path),
        None => (None, text.strip_prefix('.').unwrap_or(text)),
    };
    let mut parts = path.split('.');
    let first = parts.next().unwrap_or_default();
    let unknown = |name: &str| format!("`{name}` is no name that is known");
    let mut arcs: Vec<u32> = match (first.parse::<u32>(), module) {
        (Ok(number), None) if is_number(first) => vec![number],
        _ if first.is_empty() => return Err(format!("`{text}` is no OID")),
        (_, None) if first == "iso" => vec![1],
        (_, module) => {
            let full = module.map_or_else(|| first.to_owned(), |module| format!("{module}::{first}"));
            names.oid(&full).ok_or_else(|| unknown(&full))?.arcs().collect()
        }
    };
    for part in parts {
        if is_number(part) {
            arcs.push(
                part.parse()
                    .map_err(|_| format!("`{part}` is beyond the largest number of an OID, 4294967295"))?,
            );
            continue;
        }
        if part.is_empty() {
            return Err(format!("`{text}` has a dot too many"));
        }
        // A name behind another one is a child of it.
        let child = names.oid(part).ok_or_else(|| unknown(part))?;
        let child: Vec<u32> = child.arcs().collect();
        match child.split_last() {
            Some((last, parent)) if parent == arcs => arcs.push(*last),
            _ => return Err(format!("`{part}` is not directly below what is in front of it")),
        }
    }
    Ok(arcs)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit())
}

/// What subtrees are written like.
pub(crate) const FAMILY_FORM: &str = "an OID in numbers or names, with `*` for numbers that may be any, or with `/` and a mask behind \
                                  it as in 1.3.6.1.2.1.2.2.1.0.4/ff:a0";

/// Reads subtrees of a view: an OID, in which `*` is any number, or with a mask behind a slash.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn family(text: &str, names: &dyn Names) -> Result<Family, String> {
    let (subtree, mask) = text.split_once('/').map_or((text, None), |(subtree, mask)| (subtree, Some(mask)));
    let front = subtree.split_once(".*").map_or(subtree, |(front, _)| front);
    let mut arcs = arcs(front, names)?;
    let mut wild = Vec::new();
    for part in subtree.get(front.len()..).unwrap_or_default().split('.').skip(1) {
        match part {
            "*" => {
                wild.push(arcs.len());
                arcs.push(0);
            }
            part if is_number(part) => {
                arcs.push(part.parse().map_err(|_| format!("`{part}` is beyond 4294967295"))?);
            }
            part => {
                return Err(format!("`{part}` is neither a number nor `*`: behind a `*` there are no names"));
            }
        }
    }
    if arcs.len() == 1 {
        // A root by itself is not an OID: the names below it begin with the root and any number.
        wild.push(1);
        arcs.push(0);
    }
    let subtree = Oid::from_arcs(&arcs).map_err(|error| format!("`{text}`: {error}"))?;
    let mut octets = octets(mask.unwrap_or_default())?;
    for position in wild {
        let at = position / 8;
        if octets.len() <= at {
            octets.resize(at + 1, 0xff);
        }
        if let Some(octet) = octets.get_mut(at) {
            *octet &= !(0x80 >> (position % 8));
        }
    }
    let mask = Mask::new(octets).map_err(|error| error.to_string())?;
    Ok(Family::included(subtree).mask(mask))
}

/// The octets of a mask: `ff:a0`, `ff.a0`, `0xff a0`; an empty text has none.
fn octets(text: &str) -> Result<Vec<u8>, String> {
    let parts = text.split([':', '.', ' ']).filter(|part| !part.is_empty());
    let octet = |part: &str| {
        let digits = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")).unwrap_or(part);
        let is_hex = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let value = is_hex.then(|| u8::from_str_radix(digits, 16).ok()).flatten();
        value.ok_or_else(|| format!("`{part}` is not an octet of a mask, which is two hexadecimal digits"))
    };
    parts.map(octet).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Result<String, String> {
        oid(text, &StandardNames).map(|oid| oid.to_string())
    }

    #[test]
    fn oids() {
        for (written, expected) in [
            ("1.3.6.1.2.1.1", "1.3.6.1.2.1.1"),
            (".1.3.6", "1.3.6"),
            ("system", "1.3.6.1.2.1.1"),
            ("SNMPv2-MIB::sysDescr.0", "1.3.6.1.2.1.1.1.0"),
            (".iso.org.dod.internet.mgmt.mib-2.system", "1.3.6.1.2.1.1"),
            (".iso.org.6.internet.private", "1.3.6.1.4"),
            ("interfaces", "1.3.6.1.2.1.2"),
            ("mib-2.interfaces.ifTable", "1.3.6.1.2.1.2.2"),
            ("snmpModules", "1.3.6.1.6.3"),
            ("enterprises.9", "1.3.6.1.4.1.9"),
        ] {
            assert_eq!(text(written).as_deref(), Ok(expected), "{written}");
        }
        for (wrong, reason) in [
            ("", "is no OID"),
            (".", "is no OID"),
            ("sysDescription", "`sysDescription` is no name"),
            ("IF-MIB::sysDescr", "`IF-MIB::sysDescr` is no name"),
            ("system..1", "a dot too many"),
            ("system.ifDescr", "not directly below"),
            ("1.3.4294967296", "beyond the largest"),
            ("9.1", "9.1"),
        ] {
            assert!(text(wrong).is_err_and(|error| error.contains(reason)), "{wrong}: {:?}", text(wrong));
        }
        assert!(text(&"1.".repeat(10_000)).is_err());
    }

    #[test]
    fn families() {
        let row = family("ifEntry.*.4", &StandardNames).expect("a family");
        assert_eq!(row.subtree().to_string(), "1.3.6.1.2.1.2.2.1.0.4");
        assert!(row.matches(&"1.3.6.1.2.1.2.2.1.7.4".parse::<Oid>().expect("an OID")));
        assert!(!row.matches(&"1.3.6.1.2.1.2.2.1.7.5".parse::<Oid>().expect("an OID")));
        let masked = family("1.3.6.1.2.1.2.2.1.0.4/ff:a0", &StandardNames).expect("a family");
        assert_eq!(masked.mask_of().as_octets(), [0xff, 0xa0]);
        assert_eq!(
            family("system", &StandardNames),
            Ok(Family::included("1.3.6.1.2.1.1".parse().expect("an OID")))
        );
        for root in [".1", "iso", "1.*", "1/80"] {
            let root = family(root, &StandardNames).expect("a family");
            assert!(root.matches(&"1.0.8802".parse::<Oid>().expect("an OID")), "{root:?}");
            assert!(!root.matches(&"2.0".parse::<Oid>().expect("an OID")), "{root:?}");
        }
        for wrong in [
            "ifEntry.*.ifDescr",
            "system/ffg",
            "system/100",
            "*",
            ".*.1",
            &format!("system/{}", "ff:".repeat(17)),
        ] {
            assert!(family(wrong, &StandardNames).is_err(), "{wrong}");
        }
    }
}
