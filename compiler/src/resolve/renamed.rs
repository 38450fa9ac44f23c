//! Modules that are imported under names they had once: of a document that did not name its module so, or in another
//! case.

/// Where the definitions are today that were imported from a module of that name. Only asked for names that no module
/// has.
pub(crate) fn successors(name: &str) -> &'static [&'static str] {
    match name {
        "RFC1066-MIB" | "RFC1156-MIB" | "MIB-II" | "MIB-2" | "MIB2" | "RFC1213" | "RFC-1213-MIB"
        | "RFC1213-MIB-II" => &["RFC1213-MIB"],
        "RFC1229-MIB" | "RFC1573-MIB" | "RFC2233-MIB" | "RFC2863-MIB" => &["IF-MIB"],
        "RFC1231-MIB" | "RFC1743-MIB" => &["TOKENRING-MIB"],
        "RFC1232-MIB" | "RFC1406-MIB" => &["DS1-MIB"],
        "RFC1233-MIB" | "RFC1407-MIB" => &["DS3-MIB"],
        "RFC1243-MIB" => &["APPLETALK-MIB"],
        "RFC1248-MIB" | "RFC1252-MIB" | "RFC1253-MIB" => &["OSPF-MIB"],
        "RFC1269-MIB" => &["BGP4-MIB"],
        "RFC1757-MIB" => &["RMON-MIB"],
        "RFC1284-MIB" | "RFC1398-MIB" | "RFC1623-MIB" | "RFC1643-MIB" => &["EtherLike-MIB"],
        "RFC1285-MIB" | "RFC1512-MIB" => &["FDDI-SMT73-MIB"],
        "RFC1286-MIB" | "RFC1493-MIB" => &["BRIDGE-MIB", "SOURCE-ROUTING-MIB"],
        "RFC1315-MIB" | "RFC2115-MIB" => &["FRAME-RELAY-DTE-MIB"],
        "RFC1316-MIB" => &["CHARACTER-MIB"],
        "RFC1317-MIB" => &["RS-232-MIB"],
        "RFC1318-MIB" => &["PARALLEL-MIB"],
        "RFC1354-MIB" => &["IP-FORWARD-MIB"],
        "RFC1389-MIB" => &["RIPv2-MIB"],
        "RFC1450-MIB" | "RFC1907-MIB" => &["SNMPv2-MIB"],
        "RFC1514-MIB" => &["HOST-RESOURCES-MIB"],
        "RFC1515-MIB" => &["MAU-MIB"],
        "RFC1595-MIB" => &["SONET-MIB"],
        "RFC1628-MIB" => &["UPS-MIB"],
        _ => in_another_case(name),
    }
}

/// A module that the program carries, if the names differ only in case.
fn in_another_case(name: &str) -> &'static [&'static str] {
    mibc_mibs::modules()
        .iter()
        .find(|module| module.name.eq_ignore_ascii_case(name))
        .map_or(&[], |module| std::slice::from_ref(&module.name))
}

#[cfg(test)]
mod tests {
    use super::successors;

    #[test]
    fn old_names_and_other_cases() {
        assert_eq!(successors("RFC1573-MIB"), ["IF-MIB"]);
        assert_eq!(successors("ETHERLIKE-MIB"), ["EtherLike-MIB"]);
        assert!(successors("RFC9999-MIB").is_empty());
    }
}
