//! A name that meets another in Rust: `oid!` cannot say which is meant.
use mibc::{Session, oid, runtime::typed::Ambiguous};

mod mibs {
    pub(crate) mod my_mib {
        /// `fooBar` is `FOO_BAR_0A1B`, `foo-bar` is `FOO_BAR_2C3D`.
        pub(crate) const FOO_BAR: crate::Ambiguous = crate::Ambiguous;
    }
}

fn read(router: Session) {
    oid!("MY-MIB::fooBar.1");
    oid!("MY-MIB::foo-bar.0");
    let _ = router.get(oid!("MY-MIB::fooBar"));
}

fn main() {}
