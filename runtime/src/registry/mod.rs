//! Who answers for which OIDs: registrations, and the regions that follow from them.
//!
//! A [`Registration`] gives [`Subtrees`] in a context to a handler. Registrations may lie inside one another and on top
//! of one another; at each OID the one with the most sub-identifiers wins, and of those with equally many the one with
//! the lowest [`Priority`] (RFC 2741 §7.1.4.1). The [`Registry`] works this out as registrations come and go, so that a
//! request sees disjoint [`Region`]s in OID order. What a withdrawn registration has covered is what it was before.
//!
//! Readers have a [`Snapshot`], which no later change alters, and which costs nothing to take. [`SharedRegistry`] is for
//! a registry that many read while some change it.
//!
//! ```
//! use mibc_runtime::registry::{Owner, Registration, Registry};
//!
//! let mut registry = Registry::new();
//! registry.register(Registration::new("1.3.6.1.2".parse()?, "all", Owner::APPLICATION))?;
//! let id = registry.register(Registration::new("1.3.6.1.2.1.2".parse()?, "interfaces", Owner(7)))?;
//!
//! let name = "1.3.6.1.2.1.2.1.0".parse()?;
//! let before = registry.snapshot();
//! registry.withdraw(id);
//! let who = |snapshot: &mibc_runtime::registry::Snapshot<&'static str>| {
//!     snapshot.context(b"").and_then(|regions| regions.find(&name).map(|region| *region.handler()))
//! };
//! assert_eq!(who(&before), Some("interfaces"));
//! assert_eq!(who(&registry.snapshot()), Some("all"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod claims;
mod regions;
mod registration;
#[allow(clippy::module_inception)] // the module is the subject, the file is its handle
mod registry;
mod shared;
mod snapshot;
mod subtrees;
#[cfg(test)]
mod tests;

pub use registration::{Owner, Priority, RegisterError, Registration, RegistrationId};
pub use registry::Registry;
pub use shared::SharedRegistry;
pub use snapshot::{Place, Region, Regions, Snapshot};
pub use subtrees::{MAX_SUBTREES, Subtrees, SubtreesError};
