//! An instance of a scalar other than `.0`.
use mibc::{mibs, oid};

fn main() {
    let _ = oid!("IF-MIB::ifNumber.0");
    let _ = oid!("IF-MIB::ifNumber.1");
    let _ = mibs::if_mib::IF_NUMBER.at(1);
}
