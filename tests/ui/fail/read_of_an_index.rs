//! An index that is not accessible, asked for as if it were a value.
use mibc::{Session, mibs::if_mib::*};

fn read(router: Session) {
    let _ = router.get(IF_STACK_HIGHER_LAYER.at((1, 2)));
    let _ = router.table((IF_STACK_LOWER_LAYER, IF_STACK_STATUS));
}

fn main() {}
