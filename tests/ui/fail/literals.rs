//! Literals of `oid!` that are not names.
use mibc::{mibs, oid};

fn main() {
    let _ = oid!("ifDescr.1");
    let _ = oid!("IF-MIB::ifDescr.\"eth0\"");
    let _ = oid!("IF-MIB::ifDescr.4294967296");
    let _ = oid!("IF-MIB::ifDescr.");
    let _ = oid!("1.40.1");
    let name = "IF-MIB::ifDescr.1";
    let _ = oid!(name);
    let _ = mibs::if_mib::IF_DESCR;
}
