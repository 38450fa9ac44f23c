//! Who may see and change what: the access control subsystem of RFC 3411, and the view-based model of RFC 3415.
//!
//! An agent asks its [`AccessControl`] about every request, whatever its version, and gets the [`View`] that the request
//! works in, or a [`Refusal`]. [`Vacm`] is the standard's model: contexts, groups of principals, access entries and view
//! families. A community or user that an agent is built with fills its tables. An application with its own rules
//! implements the trait:
//!
//! ```
//! use std::sync::Arc;
//! use mibc_runtime::access::{AccessControl, Principal, Refusal, View, ViewType};
//!
//! /// Everybody reads the system group, nobody writes.
//! struct SystemOnly(Arc<View>);
//!
//! impl AccessControl for SystemOnly {
//!     fn view(&self, _: &Principal<'_>, context: &[u8], kind: ViewType) -> Result<Arc<View>, Refusal> {
//!         match kind {
//!             _ if !context.is_empty() => Err(Refusal::NoSuchContext),
//!             ViewType::Read => Ok(Arc::clone(&self.0)),
//!             ViewType::Write | ViewType::Notify => Err(Refusal::NoSuchView),
//!         }
//!     }
//! }
//!
//! let system = SystemOnly(Arc::new(View::of(["1.3.6.1.2.1.1".parse()?])));
//! # let _ = system;
//! # Ok::<(), mibc_runtime::oid::OidError>(())
//! ```

mod control;
mod family;
mod patterns;
mod principal;
mod ranges;
mod tables;
mod vacm;
mod view;

pub use control::{AccessControl, Refusal, ViewType};
pub use family::{Family, Mask, MaskError};
pub use principal::{Model, Origin, OriginRef, Principal};
pub use tables::{AccessEntry, AccessIndex, ContextMatch, Tables};
pub use vacm::Vacm;
pub use view::{Run, Seeker, View};

#[cfg(test)]
mod tests;
