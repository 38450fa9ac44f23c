//! The standard SNMP MIB modules as text, embedded in the program.
//!
//! The compiler falls back on these when a module that is imported is on no
//! search path. Definitions (names, OIDs, syntaxes, ranges, access, status,
//! conformance) are those of the standards; descriptions are the project's
//! own. `SOURCES.md` of this crate names the origin of every module.
//!
//! ```
//! let module = mibc_mibs::find("IF-MIB").expect("a standard module");
//! assert!(module.text().starts_with("IF-MIB DEFINITIONS"));
//! ```
//!
//! With the feature `compressed`, texts are deflated in the program. A text is inflated when it is first asked for.
#![forbid(unsafe_code)]

#[cfg(feature = "compressed")]
mod compressed;
#[cfg(not(feature = "compressed"))]
mod plain;

#[cfg(feature = "compressed")]
use compressed::{Text, text};
#[cfg(not(feature = "compressed"))]
use plain::{Text, text};

/// One MIB module.
#[derive(Debug, Clone, Copy)]
pub struct Module {
    /// Name of the module, for example `IF-MIB`.
    pub name: &'static str,
    text: Text,
}

impl Module {
    /// Its text in ASN.1, ASCII with LF at line ends, one module per text.
    #[must_use]
    pub fn text(&self) -> &'static str {
        self.text.get()
    }

    /// How many octets its text has.
    #[must_use]
    pub fn size(&self) -> usize {
        self.text.size()
    }

    /// What the program has of its text: all of it, or the deflated form. Not the same octets for another text.
    #[must_use]
    pub fn embedded(&self) -> &'static [u8] {
        self.text.embedded()
    }
}

/// Lists modules whose text is in `text/NAME.mib`.
macro_rules! modules {
    ($($name:literal),* $(,)?) => {
        &[$(Module { name: $name, text: text!($name) }),*]
    };
}

/// Every embedded module, sorted by name in byte order.
// A static, since every crate that uses a constant has a copy of the texts.
pub static MODULES: &[Module] = modules![
    "AGENTX-MIB",
    "BGP4-MIB",
    "BRIDGE-MIB",
    "DIFFSERV-DSCP-TC",
    "DIFFSERV-MIB",
    "DISMAN-EVENT-MIB",
    "DISMAN-SCHEDULE-MIB",
    "DOCS-IF-MIB",
    "ENTITY-MIB",
    "ENTITY-SENSOR-MIB",
    "ENTITY-STATE-MIB",
    "ENTITY-STATE-TC-MIB",
    "EtherLike-MIB",
    "HC-PerfHist-TC-MIB",
    "HCNUM-TC",
    "HOST-RESOURCES-MIB",
    "HOST-RESOURCES-TYPES",
    "IANA-ADDRESS-FAMILY-NUMBERS-MIB",
    "IANA-ENTITY-MIB",
    "IANA-MAU-MIB",
    "IANA-RTPROTO-MIB",
    "IANAifType-MIB",
    "IF-MIB",
    "INET-ADDRESS-MIB",
    "INTEGRATED-SERVICES-MIB",
    "IP-FORWARD-MIB",
    "IP-MIB",
    "IPV6-TC",
    "LLDP-MIB",
    "LM-SENSORS-MIB",
    "MAU-MIB",
    "MPLS-TC-STD-MIB",
    "NET-SNMP-AGENT-MIB",
    "NET-SNMP-EXTEND-MIB",
    "NET-SNMP-MIB",
    "NET-SNMP-TC",
    "NOTIFICATION-LOG-MIB",
    "OSPF-MIB",
    "P-BRIDGE-MIB",
    "POWER-ETHERNET-MIB",
    "PerfHist-TC-MIB",
    "Q-BRIDGE-MIB",
    "RFC-1212",
    "RFC-1215",
    "RFC1065-SMI",
    "RFC1155-SMI",
    "RFC1158-MIB",
    "RFC1213-MIB",
    "RFC1271-MIB",
    "RMON-MIB",
    "RMON2-MIB",
    "RSTP-MIB",
    "SNMP-COMMUNITY-MIB",
    "SNMP-FRAMEWORK-MIB",
    "SNMP-MPD-MIB",
    "SNMP-NOTIFICATION-MIB",
    "SNMP-PROXY-MIB",
    "SNMP-TARGET-MIB",
    "SNMP-TLS-TM-MIB",
    "SNMP-TSM-MIB",
    "SNMP-USER-BASED-SM-MIB",
    "SNMP-USM-AES-MIB",
    "SNMP-USM-DH-OBJECTS-MIB",
    "SNMP-USM-HMAC-SHA2-MIB",
    "SNMP-VIEW-BASED-ACM-MIB",
    "SNMPv2-CONF",
    "SNMPv2-MIB",
    "SNMPv2-SMI",
    "SNMPv2-TC",
    "SNMPv2-TM",
    "TCP-MIB",
    "TOKEN-RING-RMON-MIB",
    "TRANSPORT-ADDRESS-MIB",
    "UCD-DEMO-MIB",
    "UCD-DISKIO-MIB",
    "UCD-SNMP-MIB",
    "UDP-MIB",
    "UPS-MIB",
    "UUID-TC-MIB",
];

/// Every embedded module, sorted by name in byte order.
#[must_use]
pub const fn modules() -> &'static [Module] {
    MODULES
}

/// Looks a module up by its exact, case-sensitive name.
///
/// Returns `None` if no embedded module has that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Module> {
    let at = MODULES.binary_search_by(|module| module.name.cmp(name)).ok()?;
    MODULES.get(at)
}

#[cfg(test)]
mod tests;
