//! Names that the module does not have, and a module that is not there.
use mibc::{mibs, oid};

fn main() {
    let _ = oid!("IF-MIB::ifDesc.1");
    let _ = mibs::if_mib::IF_DESC;
    let _ = oid!("IFF-MIB::ifDescr.1");
}
