//! A write to an object whose MAX-ACCESS is read-only.
use mibc::{Session, mibs::if_mib::*};

fn write(router: Session) {
    let _ = router.set(IF_OPER_STATUS.at(1), IfOperStatus::UP);
    let _ = router.set_all([IF_ADMIN_STATUS.at(1).assign(IfAdminStatus::UP), IF_NUMBER.assign(2)]);
}

fn main() {}
