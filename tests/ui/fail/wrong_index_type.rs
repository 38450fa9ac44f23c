//! A text, or a negative number, where the row is indexed by a number.
use mibc::{Unsigned32, mibs::if_mib::*, mibs::snmpv2_mib::*};

fn main() {
    let _ = IF_DESCR.at("eth0");
    let _: Unsigned32 = (-1).into();
    let _ = SYS_ORID.at(1_u64);
}
