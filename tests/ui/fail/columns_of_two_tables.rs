//! Columns of rows with different indexes in one table read.
use mibc::{Session, mibs::if_mib::*};

fn read(router: Session) {
    let _ = router.table((IF_DESCR, IF_STACK_STATUS));
}

fn main() {}
