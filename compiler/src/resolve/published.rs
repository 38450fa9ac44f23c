//! Where standard modules are published that the program does not carry: the hint for those that are missing most often.

/// Names and documents, sorted by name.
const PUBLISHED: &[(&str, &str)] = &[
    ("ADSL-LINE-MIB", "RFC 2662"),
    ("ADSL-TC-MIB", "RFC 2662"),
    ("ALARM-MIB", "RFC 3877"),
    ("ATM-MIB", "RFC 2515"),
    ("ATM-TC-MIB", "RFC 2514"),
    ("BFD-STD-MIB", "RFC 7331"),
    ("CAPWAP-BASE-MIB", "RFC 5833"),
    ("CHARACTER-MIB", "RFC 1658"),
    ("CIRCUIT-IF-MIB", "RFC 3201"),
    ("DIAL-CONTROL-MIB", "RFC 2128"),
    ("DISMAN-EXPRESSION-MIB", "RFC 2982"),
    ("DISMAN-PING-MIB", "RFC 4560"),
    ("DISMAN-TRACEROUTE-MIB", "RFC 4560"),
    ("DOCS-CABLE-DEVICE-MIB", "RFC 4639"),
    ("DOCS-IETF-QOS-MIB", "RFC 4323"),
    ("DOT3-EPON-MIB", "RFC 4837"),
    ("DOT3-OAM-MIB", "RFC 4878"),
    ("DS1-MIB", "RFC 4805"),
    ("DS3-MIB", "RFC 3896"),
    ("FC-MGMT-MIB", "RFC 4044"),
    ("FIBRE-CHANNEL-FE-MIB", "RFC 2837"),
    ("FLOAT-TC-MIB", "RFC 6340"),
    ("FRAME-RELAY-DTE-MIB", "RFC 2115"),
    ("GMPLS-LSR-STD-MIB", "RFC 4803"),
    ("GMPLS-TC-STD-MIB", "RFC 4801"),
    ("GMPLS-TE-STD-MIB", "RFC 4802"),
    ("HDSL2-SHDSL-LINE-MIB", "RFC 4319"),
    ("IANA-ITU-ALARM-TC-MIB", "RFC 3877"),
    ("IANA-PWE3-MIB", "RFC 5601"),
    ("IEEE8021-PAE-MIB", "IEEE 802.1X"),
    ("IEEE8023-LAG-MIB", "IEEE 802.1AX"),
    ("IGMP-STD-MIB", "RFC 2933"),
    ("IPMCAST-MIB", "RFC 5132"),
    ("IPMROUTE-STD-MIB", "RFC 2932"),
    ("IPSEC-SPD-MIB", "RFC 4807"),
    ("IPV6-MIB", "RFC 2465"),
    ("ISDN-MIB", "RFC 2127"),
    ("ISIS-MIB", "RFC 4444"),
    ("ITU-ALARM-MIB", "RFC 3877"),
    ("ITU-ALARM-TC-MIB", "RFC 3877"),
    ("Job-Monitoring-MIB", "RFC 2707"),
    ("LLDP-EXT-DOT1-MIB", "IEEE 802.1AB"),
    ("LLDP-EXT-DOT3-MIB", "IEEE 802.1AB"),
    ("LLDP-V2-MIB", "IEEE 802.1AB"),
    ("MPLS-FTN-STD-MIB", "RFC 3814"),
    ("MPLS-L3VPN-STD-MIB", "RFC 4382"),
    ("MPLS-LDP-STD-MIB", "RFC 3815"),
    ("MPLS-LSR-STD-MIB", "RFC 3813"),
    ("MPLS-TC-EXT-STD-MIB", "RFC 7697"),
    ("MPLS-TE-STD-MIB", "RFC 3812"),
    ("MTA-MIB", "RFC 2789"),
    ("NETWORK-SERVICES-MIB", "RFC 2788"),
    ("NTPv4-MIB", "RFC 5907"),
    ("OSPFV3-MIB", "RFC 5643"),
    ("PARALLEL-MIB", "RFC 1660"),
    ("PIM-MIB", "RFC 2934"),
    ("PIM-STD-MIB", "RFC 5060"),
    ("PPP-LCP-MIB", "RFC 1471"),
    ("PW-STD-MIB", "RFC 5601"),
    ("PW-TC-STD-MIB", "RFC 5542"),
    ("Printer-MIB", "RFC 3805"),
    ("RADIUS-AUTH-CLIENT-MIB", "RFC 4668"),
    ("RIPv2-MIB", "RFC 1724"),
    ("RS-232-MIB", "RFC 1659"),
    ("SMON-MIB", "RFC 2613"),
    ("SNMP-REPEATER-MIB", "RFC 2108"),
    ("SONET-MIB", "RFC 3592"),
    ("SOURCE-ROUTING-MIB", "RFC 1525"),
    ("TE-LINK-STD-MIB", "RFC 4220"),
    ("TUNNEL-MIB", "RFC 4087"),
    ("VDSL-LINE-MIB", "RFC 3728"),
    ("VPN-TC-STD-MIB", "RFC 4265"),
    ("VRRP-MIB", "RFC 2787"),
    ("VRRPV3-MIB", "RFC 6527"),
];

/// The document that defines a standard module.
pub(super) fn document(module: &str) -> Option<&'static str> {
    let at = PUBLISHED.binary_search_by_key(&module, |(name, _)| name).ok()?;
    PUBLISHED.get(at).map(|(_, document)| *document)
}

#[cfg(test)]
mod tests {
    use super::{PUBLISHED, document};

    #[test]
    fn every_module_is_found_and_none_is_carried() {
        for (name, published) in PUBLISHED {
            assert_eq!(document(name), Some(*published));
            assert!(mibc_mibs::find(name).is_none(), "{name} is built in");
        }
        assert_eq!(document("X-MIB"), None);
    }
}
