//! A text where octets are expected that are not text.
use mibc::mibs::{inet_address_mib::InetAddress, snmpv2_tc::PhysAddress};

fn main() {
    let _ = InetAddress::from("192.0.2.1");
    let _: PhysAddress = "00:11:22:33:44:55".into();
}
