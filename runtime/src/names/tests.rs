//! Tests of the naming rules.

use super::*;

#[test]
fn modules_are_not_split_into_words() {
    for (smi, rust) in [
        ("IF-MIB", "if_mib"),
        ("SNMPv2-TC", "snmpv2_tc"),
        ("IANAifType-MIB", "ianaiftype_mib"),
        ("AH_TRAP_MIB", "ah_trap_mib"),
        ("A--B-", "a_b"),
        ("type", "r#type"),
        ("SELF", "self_"),
        ("3COM-MIB", "_3com_mib"),
    ] {
        assert_eq!(module(smi), rust, "{smi}");
    }
}

#[test]
fn words_of_constants_types_and_members() {
    for (smi, constant_name, type_case) in [
        ("ifDescr", "IF_DESCR", "IfDescr"),
        ("ifHCInOctets", "IF_HC_IN_OCTETS", "IfHcInOctets"),
        ("sysORID", "SYS_ORID", "SysOrid"),
        ("inetIPv4Address", "INET_IPV4_ADDRESS", "InetIpv4Address"),
        ("InetAddressIPv6z", "INET_ADDRESS_IPV6Z", "InetAddressIpv6z"),
        ("SNMPv2", "SNMPV2", "Snmpv2"),
        ("snmpSNMPv2MIB", "SNMP_SNMPV2_MIB", "SnmpSnmpv2Mib"),
        ("IPv6AddrPrefix", "IPV6_ADDR_PREFIX", "Ipv6AddrPrefix"),
        ("ethernetDHCPv6Config", "ETHERNET_DHCPV6_CONFIG", "EthernetDhcpv6Config"),
        ("IANAifType", "IANA_IF_TYPE", "IanaIfType"),
        ("ianaifTypeMIB", "IANAIF_TYPE_MIB", "IanaifTypeMib"),
        ("IANAIpRoute", "IANA_IP_ROUTE", "IanaIpRoute"),
        ("BAv2", "BAV2", "Bav2"),
        ("Av2", "AV2", "Av2"),
        ("leaveVlan", "LEAVE_VLAN", "LeaveVlan"),
        ("dot1dBasePort", "DOT1D_BASE_PORT", "Dot1dBasePort"),
        ("ssid_2g", "SSID_2G", "Ssid2g"),
        ("e1-1", "E1_1", "E1_1"),
        ("x509Cert", "X509_CERT", "X509Cert"),
        ("10Mbps", "_10MBPS", "_10mbps"),
        ("a", "A", "A"),
        ("", "_X", "_X"),
        ("--", "_X", "_X"),
        ("Δ", "_X", "_X"),
    ] {
        assert_eq!(constant(smi), constant_name, "{smi}");
        assert_eq!(type_name(smi), type_case, "{smi}");
    }
}

#[test]
fn keywords_become_raw_or_get_an_underscore() {
    assert_eq!(member("type"), "r#type");
    assert_eq!(member("self"), "self_");
    assert_eq!(member("crate"), "crate_");
    assert_eq!(type_name("self"), "Self_");
    assert_eq!(constant("self"), "SELF");
    assert_eq!(member("ifType"), "if_type");
    assert!(KEYWORDS.is_sorted());
    for keyword in KEYWORDS {
        let name = member(keyword);
        assert!(syn::parse_str::<syn::Ident>(&name).is_ok() || name.starts_with("r#"), "{name}");
        assert!(syn::parse_str::<syn::ItemFn>(&format!("fn {name}() {{}}")).is_ok(), "{name}");
    }
}

#[test]
fn every_name_is_an_identifier() {
    let tail = ["", "a", "A", "0", "-", "_", "v4", "IPv6", "Self", "type", "9z", "ß", " ", "\""];
    for a in tail {
        for b in tail {
            for c in tail {
                let smi = format!("{a}{b}{c}");
                for name in [module(&smi), constant(&smi), type_name(&smi), member(&smi)] {
                    assert!(
                        syn::parse_str::<syn::ItemFn>(&format!("fn {name}() {{}}")).is_ok(),
                        "{smi}: {name}"
                    );
                    let suffixed = with_suffix(&name, &suffix(&smi, "test"));
                    assert!(
                        syn::parse_str::<syn::ItemFn>(&format!("fn {suffixed}() {{}}")).is_ok(),
                        "{suffixed}"
                    );
                }
            }
        }
    }
}

#[test]
fn suffixes_depend_on_the_spelling_alone() {
    assert_eq!(suffix("lteStatus", "object"), suffix("lteStatus", "object"));
    assert_ne!(suffix("lteStatus", "object"), suffix("LteStatus", "object"));
    assert_ne!(suffix("LteStatus", "object"), suffix("LteStatus", "type"));
    assert_eq!(with_suffix("LTE_STATUS", "3fa9"), "LTE_STATUS_3FA9");
    assert_eq!(with_suffix("LteStatus", "3fa9"), "LteStatusX3fa9");
    assert_eq!(with_suffix("lte_status", "3fa9"), "lte_status_3fa9");
    assert_eq!(with_suffix("r#type", "3fa9"), "type_3fa9");
}
