//! An index in `oid!` with another number of parts than the row's.
use mibc::{mibs, oid};

fn main() {
    let _ = oid!("IF-MIB::ifDescr.1.2");
    let _ = oid!("IF-MIB::ifStackStatus.1");
    let _ = oid!("IF-MIB::ifStackStatus.0");
    let _ = oid!("IF-MIB::ifStackStatus.1.2");
    let _ = mibs::if_mib::IF_DESCR;
}
