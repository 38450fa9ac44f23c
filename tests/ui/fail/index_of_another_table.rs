//! One number where the row is indexed by two.
use mibc::mibs::if_mib::*;

fn main() {
    let _ = IF_STACK_STATUS.at(1);
}
