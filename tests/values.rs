//! Values of generated types as plain Rust values: what converts into what.
#![cfg(all(feature = "snmpv2-mib", feature = "if-mib", feature = "inet-address-mib"))]

use mibc::mibs::{if_mib::*, inet_address_mib::*, snmpv2_tc::*};
use mibc::runtime::index::IndexError;
use mibc::typed::{NameError, Variable};
use mibc::{Counter32, Gauge32, Unsigned32};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

#[test]
fn addresses() {
    let v4: Ipv4Addr = "192.0.2.1".parse().unwrap();
    let v6: Ipv6Addr = "2001:db8::1".parse().unwrap();
    let octets = |address: &InetAddress| address.0.to_vec();
    for address in [InetAddress::from(v4), v4.octets().into(), IpAddr::from(v4).into()] {
        assert_eq!(octets(&address), [192, 0, 2, 1]);
    }
    for address in [InetAddress::from(v6), v6.octets().into(), IpAddr::from(v6).into()] {
        assert_eq!(octets(&address), v6.octets());
    }
    for (address, expected) in [(IpAddr::from(v4), InetAddressType::IPV4), (v6.into(), InetAddressType::IPV6)]
    {
        let (kind, octets) = InetAddress::with_type(address);
        assert_eq!((kind, octets.to_ip(kind)), (expected, Some(address)));
        assert_eq!(octets.to_ip(InetAddressType::DNS), None);
        assert_eq!(octets.to_ip(InetAddressType::IPV4Z), None);
    }
    let zoned = InetAddress::from(vec![192, 0, 2, 1, 0, 0, 0, 9]);
    assert_eq!(zoned.to_ip(InetAddressType::IPV4Z), Some(v4.into()));
    assert_eq!(InetAddress::from(&b"short"[..]).to_ip(InetAddressType::IPV4), None);
    assert_eq!(InetAddressIpv4::from(v4).to_string(), "192.0.2.1");
}

#[test]
fn truth_text_and_numbers() {
    assert_eq!((TruthValue::from(true), TruthValue::from(false)), (TruthValue::TRUE, TruthValue::FALSE));
    assert!(bool::from(TruthValue::TRUE) && !bool::from(TruthValue::FALSE) && !bool::from(TruthValue(7)));
    assert!(TruthValue::TRUE == true && TruthValue(0) == false);
    let name = DisplayString::from("eth0");
    assert!(name == "eth0" && name == *"eth0" && name != "eth1");
    assert_eq!(name.as_str(), Ok("eth0"));
    assert!(DisplayString::from(vec![0xff]).as_str().is_err());
    let index = InterfaceIndex(7);
    assert!(index == 7 && index > 6 && index < 8 && i64::from(index) == 7 && i32::from(index) == 7);
    assert!(Gauge32(5) == 5 && 5 == Gauge32(5) && Gauge32(5) > 4 && 4 < Unsigned32(5) && Counter32(1) != 2);
}

#[test]
fn negative_numbers_are_no_index() {
    let error = IF_DESCR.at(-1).oid().unwrap_err();
    assert!(matches!(error, NameError::Index { source: IndexError::Negative { found: -1 }, .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "an instance of ifDescr cannot be named: -1 is negative; a number in an index is 0 or more"
    );
    assert_eq!(IF_DESCR.at(i32::MAX).oid().unwrap().to_string(), "1.3.6.1.2.1.2.2.1.2.2147483647");
}
