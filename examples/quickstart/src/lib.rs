//! A MIB of one's own, in both roles: [`strip`] serves it, the program reads and writes it.
#![forbid(unsafe_code)]

/// What the build script made of `mibs/ACME-POWER-MIB.mib`.
pub mod mibs {
    include!(concat!(env!("OUT_DIR"), "/mibs.rs"));
}

pub mod strip;
