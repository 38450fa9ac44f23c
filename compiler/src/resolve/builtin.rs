//! What every module may rely on: base types, macros, the roots of the OID tree, and where each is defined.

use mibc_runtime::syntax::BaseType;

/// The modules that define the SMI itself. Their symbols are the same whichever of them a module names.
const BASE_MODULES: &[&str] = &[
    "SNMPv2-SMI",
    "SNMPv2-TC",
    "SNMPv2-CONF",
    "RFC1155-SMI",
    "RFC-1212",
    "RFC-1215",
    "RFC1065-SMI",
    "SNMPv2-SMI-v1",
    "SNMPv2-TC-v1",
];

/// Spellings under which old modules import the base modules. No module has one of them as its real name.
const BASE_MODULE_ALIASES: &[&str] = &[
    "RFC-1155",
    "RFC-1155-SMI",
    "RFC1155",
    "RFC1212",
    "RFC1212-MIB",
    "RFC-1213",
    "RFC1215",
    "RFC1215-MIB",
    "RFC-1215-TRAP",
    "RFC1215-TRAP",
    "RFC1442-SMI",
    "RFC1443-TC",
    "RFC1902-SMI",
    "RFC1903-TC",
    "RFC2578-SMI",
    "RFC2579-TC",
    "SNMP-SMI",
    "SNMPV2-SMI",
    "SNMPv2-SMI-TC",
];

/// Whether a module of that name defines the SMI's own symbols.
pub(crate) fn is_base_module(name: &str) -> bool {
    BASE_MODULES.contains(&name)
}

/// Whether that name means one of the base modules, rightly or under an old spelling.
pub(super) fn means_base_module(name: &str) -> bool {
    is_base_module(name) || is_one_of(BASE_MODULE_ALIASES, name)
}

/// The modules that make their importers SMIv2, and the names of their documents.
const SMI_V2_BASE: &[&str] = &[
    "SNMPv2-SMI",
    "SNMPv2-TC",
    "SNMPv2-CONF",
    "RFC1442-SMI",
    "RFC1443-TC",
    "RFC1902-SMI",
    "RFC1903-TC",
    "RFC2578-SMI",
    "RFC2579-TC",
];

/// The modules that define macros of SMIv1, with old spellings of their names.
const SMI_V1_BASE: &[&str] = &[
    "RFC1155-SMI",
    "RFC1065-SMI",
    "RFC-1212",
    "RFC-1215",
    "SNMPv2-SMI-v1",
    "RFC-1155",
    "RFC-1155-SMI",
    "RFC1155",
    "RFC1212",
    "RFC1212-MIB",
    "RFC1215",
    "RFC1215-MIB",
    "RFC-1215-TRAP",
    "RFC1215-TRAP",
];

/// Whether a module of that name makes its importers SMIv2. Importers write such names in any case.
pub(super) fn is_smi_v2_base(name: &str) -> bool {
    is_one_of(SMI_V2_BASE, name)
}

/// Whether a module of that name defines macros of SMIv1, rightly or under an old spelling.
pub(super) fn is_smi_v1_base(name: &str) -> bool {
    is_one_of(SMI_V1_BASE, name)
}

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The types that every module may mean.
pub(super) const TYPES: &[&str] = &[
    "INTEGER",
    "OCTET STRING",
    "OBJECT IDENTIFIER",
    "BITS",
    "Integer32",
    "Unsigned32",
    "Counter32",
    "Counter64",
    "Gauge32",
    "TimeTicks",
    "IpAddress",
    "Opaque",
    "DisplayString",
    "TruthValue",
    "RowStatus",
    "MacAddress",
    "PhysAddress",
    "DateAndTime",
];

/// The built-in types of ASN.1 that the SMI uses.
pub(super) fn asn1_type(name: &str) -> Option<BaseType> {
    Some(match name {
        "INTEGER" => BaseType::Integer32,
        "OCTET STRING" => BaseType::OctetString,
        "OBJECT IDENTIFIER" => BaseType::ObjectIdentifier,
        "BITS" => BaseType::Bits,
        _ => return None,
    })
}

/// The base type of the SMI's application types, of both versions.
pub(super) fn application_type(name: &str) -> Option<BaseType> {
    Some(match name {
        "Integer32" => BaseType::Integer32,
        "Unsigned32" | "UInteger32" => BaseType::Unsigned32,
        "Counter32" | "Counter" => BaseType::Counter32,
        "Gauge32" | "Gauge" => BaseType::Gauge32,
        "TimeTicks" => BaseType::TimeTicks,
        "Counter64" => BaseType::Counter64,
        "IpAddress" | "NetworkAddress" => BaseType::IpAddress,
        "Opaque" => BaseType::Opaque,
        // Of RFC 1442.
        "NsapAddress" => BaseType::OctetString,
        _ => return None,
    })
}

/// The built-in type that a name means which is spelt with other capitals.
pub(super) fn type_meant(name: &str) -> Option<&'static str> {
    let known = TYPES.iter().chain(&["Counter", "Gauge", "NetworkAddress"]);
    known.copied().find(|known| known.eq_ignore_ascii_case(name) && *known != name)
}

/// The base type of a type that ASN.1 or the SMI defines.
pub(crate) fn base_type(name: &str) -> Option<BaseType> {
    asn1_type(name).or_else(|| application_type(name))
}

/// The base type behind `[APPLICATION n]` (RFC 1155 §3.2.3, RFC 2578 §7.1).
pub(super) fn application_tag(number: &str) -> Option<BaseType> {
    Some(match number {
        "0" => BaseType::IpAddress,
        "1" => BaseType::Counter32,
        "2" => BaseType::Gauge32,
        "3" => BaseType::TimeTicks,
        "4" => BaseType::Opaque,
        "5" => BaseType::OctetString,
        "6" => BaseType::Counter64,
        "7" => BaseType::Unsigned32,
        _ => return None,
    })
}

/// What a type of 64 bits that no standard defines comes closest to on the wire.
pub(super) fn nonstandard_type(name: &str) -> Option<BaseType> {
    Some(match name {
        "Unsigned64" | "UInteger64" | "Uint64" | "UInt64" | "Gauge64" | "CounterBasedGauge64" => {
            BaseType::Counter64
        }
        _ => return None,
    })
}

/// Whether it is the name of a macro of the SMI.
pub(super) fn is_macro(name: &str) -> bool {
    macro_module(name).is_some()
}

/// The module of SMIv2 that defines a macro, or of SMIv1 where SMIv2 has none of that name.
pub(crate) fn macro_module(name: &str) -> Option<&'static str> {
    Some(match name {
        "OBJECT-TYPE" | "MODULE-IDENTITY" | "OBJECT-IDENTITY" | "NOTIFICATION-TYPE" => "SNMPv2-SMI",
        "TEXTUAL-CONVENTION" => "SNMPv2-TC",
        "OBJECT-GROUP" | "NOTIFICATION-GROUP" | "MODULE-COMPLIANCE" | "AGENT-CAPABILITIES" => "SNMPv2-CONF",
        "TRAP-TYPE" => "RFC-1215",
        _ => return None,
    })
}

/// Whether a module is one that defines that macro.
pub(super) fn defines_macro(module: &str, name: &str) -> bool {
    macro_module(name) == Some(module)
        || name == "OBJECT-TYPE" && matches!(module, "RFC-1212" | "RFC1155-SMI" | "RFC1065-SMI")
        || name == "TRAP-TYPE" && module == "RFC1215-TRAP"
}

/// The arcs of the names that stand at the top of the tree, which ASN.1 and the SMI fix.
pub(super) fn well_known_arcs(name: &str) -> Option<&'static [u32]> {
    Some(match name {
        "ccitt" | "itu-t" => &[0],
        "iso" => &[1],
        "joint-iso-ccitt" | "joint-iso-itu-t" => &[2],
        "org" => &[1, 3],
        "dod" => &[1, 3, 6],
        "internet" => &[1, 3, 6, 1],
        "directory" => &[1, 3, 6, 1, 1],
        "mgmt" => &[1, 3, 6, 1, 2],
        "mib-2" => &[1, 3, 6, 1, 2, 1],
        "transmission" => &[1, 3, 6, 1, 2, 1, 10],
        "experimental" => &[1, 3, 6, 1, 3],
        "private" => &[1, 3, 6, 1, 4],
        "enterprises" => &[1, 3, 6, 1, 4, 1],
        "security" => &[1, 3, 6, 1, 5],
        "snmpV2" => &[1, 3, 6, 1, 6],
        "snmpDomains" => &[1, 3, 6, 1, 6, 1],
        "snmpProxys" => &[1, 3, 6, 1, 6, 2],
        "snmpModules" => &[1, 3, 6, 1, 6, 3],
        "zeroDotZero" => &[0, 0],
        _ => return None,
    })
}

/// Whether it is one of the three roots, which no module defines or imports.
pub(super) fn is_root(name: &str) -> bool {
    matches!(name, "ccitt" | "itu-t" | "iso" | "joint-iso-ccitt" | "joint-iso-itu-t")
}

/// Whether a base module is one of those that define a well-known symbol.
pub(super) fn defines(module: &str, name: &str) -> bool {
    let of = |smi_v2| well_known_module(name, smi_v2) == Some(module);
    // The two versions of RFC 1155 define the same.
    of(true) || of(false) || module == "RFC1065-SMI" && well_known_module(name, false) == Some("RFC1155-SMI")
}

/// The module that a symbol comes from when it is used without being imported: the one that defines it in the
/// given version of the SMI. `None` for symbols that are not well known.
pub fn well_known_module(name: &str, smi_v2: bool) -> Option<&'static str> {
    if let Some(definer) = macro_module(name) {
        return Some(if name == "OBJECT-TYPE" && !smi_v2 { "RFC-1212" } else { definer });
    }
    Some(match name {
        "Counter" | "Gauge" | "NetworkAddress" => "RFC1155-SMI",
        "Integer32" | "Unsigned32" | "Counter32" | "Gauge32" | "Counter64" => "SNMPv2-SMI",
        "IpAddress" | "TimeTicks" | "Opaque" | "internet" | "directory" | "mgmt" | "experimental"
        | "private" | "enterprises" => {
            if smi_v2 {
                "SNMPv2-SMI"
            } else {
                "RFC1155-SMI"
            }
        }
        "org" | "dod" | "mib-2" | "transmission" | "security" | "snmpV2" | "snmpDomains" | "snmpProxys"
        | "snmpModules" | "zeroDotZero" => "SNMPv2-SMI",
        "DisplayString" | "PhysAddress" if !smi_v2 => "RFC1213-MIB",
        "DisplayString" | "PhysAddress" | "MacAddress" | "TruthValue" | "TestAndIncr" | "AutonomousType"
        | "InstancePointer" | "VariablePointer" | "RowPointer" | "RowStatus" | "TimeStamp"
        | "TimeInterval" | "DateAndTime" | "StorageType" | "TDomain" | "TAddress" => "SNMPv2-TC",
        _ => return None,
    })
}
