//! SNMP with the MIB in the type system: MIB modules compiled to typed Rust, and a manager and an agent to run them.
//!
//! An OID, an index, an enumeration, a write to a read-only object that is wrong does not compile.
//!
//! - [`Manager`] asks agents, [`Agent`] answers.
//! - [`mibs`] has the standard modules; [`oid!`] names an object as MIBs do.
//! - Modules of one's own are compiled by `build.rs`, with the crate `mibc-compiler`.
//! - [`runtime`] is what generated code stands on.
#![forbid(unsafe_code)]

// Derives and generated code say `::mibc`, also in this crate's own tests.
#[allow(unused_extern_crates)]
extern crate self as mibc;

/// The standard MIB modules: one Rust module each, with the name in lower case and `_` for `-`.
#[doc(inline)]
pub use mibc_generated as mibs;
#[doc(inline)]
pub use mibc_runtime as runtime;

#[cfg(feature = "agent")]
#[doc(inline)]
pub use mibc_runtime::agent::{Agent, Community, SetError, Sink};
#[cfg(feature = "manager")]
#[doc(inline)]
pub use mibc_runtime::manager::{Error, Manager, Session, Table, Target, Walk};
#[doc(inline)]
pub use mibc_runtime::{
    index::Index,
    oid::Oid,
    typed::{FromRow, Notification},
    value::{
        Bits, Counter32, Counter64, Gauge32, IpAddress, OctetString, Opaque, TimeTicks, Unsigned32, Value,
        VarBind,
    },
};

pub use mibc_macros::{FromRow, Index, oid};
