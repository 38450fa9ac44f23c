//! A column where one variable is asked for.
use mibc::{Session, mibs, oid};

fn read(router: Session) {
    let _ = router.get(mibs::if_mib::IF_DESCR);
    let _ = router.get(oid!("IF-MIB::ifDescr"));
    let _ = router.get((mibs::if_mib::IF_NUMBER, mibs::if_mib::IF_DESCR));
}

fn main() {}
