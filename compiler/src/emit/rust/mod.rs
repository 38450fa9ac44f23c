//! Typed Rust from the model: one Rust module for each SMI module.
//!
//! ```text
//! Model + Options ─▶ scope (a name for everything) ─▶ meta (packed metadata)
//!                 ─▶ types · objects · tables · notifications · agent ─▶ TokenStream ─▶ syn::File ─▶ prettyplease
//! ```
//!
//! Pure: the same model gives the same text, sorted by OID, without dates and paths. What is written always
//! compiles; what cannot be written, because a name could not be bound, is named in the header of the file.
//!
//! A module contains a marker type of its own name (`IfMib`), a constant per named OID (`IF_DESCR`, typed where it is
//! a scalar or column), a marker type per row (`IfEntry`), an index type per new list of index objects (`IfIndex`), a
//! type per textual convention and per inline enumeration, and a struct per notification. It depends only on the
//! runtime, which it calls `rt`.

mod agent;
mod conformance;
mod context;
mod conversions;
mod defaults;
pub mod docs;
mod indexes;
pub(crate) mod meta;
mod module;
mod notifications;
mod objects;
mod scope;
mod tables;
mod types;

pub use agent::unknown_tables;
pub use conformance::unserved_tables;
pub use mibc_runtime::names;
pub use module::{ALLOW, EmitError, File, bundle, file, files, index};

/// How Rust is written.
#[derive(Clone, Debug, Hash)]
pub struct Options {
    /// The path of the runtime: `::mibc::runtime` in applications that depend on the facade.
    pub runtime: String,
    /// Where the standard modules are that the compiler carries, `::mibc::mibs`. Modules that come from there are
    /// referred to, not written. `None` writes them too.
    pub standard: Option<String>,
    /// Further modules that are elsewhere: SMI name and path of the Rust module, `("ACME-TC", "acme::acme_tc")`.
    pub externs: Vec<(String, String)>,
    /// Tables that an agent serves, by name (`acmeOutletTable`, also `ACME-MIB::acmeOutletTable`): they get a trait. In
    /// a module that is elsewhere it is there already.
    pub agent: Vec<String>,
    /// The cargo feature behind which every table gets a trait, in a file of its own ([`File::agent`]): what is not
    /// wanted is not even read then. `mibc::mibs` is written so.
    pub agent_feature: Option<String>,
}

impl Default for Options {
    /// For an application that depends on the facade `mibc`.
    fn default() -> Options {
        Options {
            runtime: "::mibc::runtime".to_owned(),
            standard: Some("::mibc::mibs".to_owned()),
            externs: Vec::new(),
            agent: Vec::new(),
            agent_feature: None,
        }
    }
}

#[cfg(test)]
mod tests;
