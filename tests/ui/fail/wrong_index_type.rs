//! A text where the row is indexed by a number.
use mibc::mibs::if_mib::*;

fn main() {
    let _ = IF_DESCR.at("eth0");
}
