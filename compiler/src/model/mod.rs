//! The resolved model: every module of a compilation with its names bound.
//!
//! Things are held in arenas of the [`Model`] and named by ids; texts stay where they were written, as
//! [`Span`](crate::source::Span)s of the [`SourceMap`](crate::source::SourceMap) that the model owns.
//! A name that could not be bound stays, as [`Ref::Unresolved`].

mod conformance;
mod definition;
mod ids;
mod module;
mod names;
mod object;
mod query;
mod shared;
mod table;
mod types;

pub use conformance::{
    Capabilities, Compliance, ComplianceModule, Group, ObjectRefinement, Supports, Variation,
};
pub use definition::{Definition, Kind, Notification};
pub use ids::{DefId, ModuleId, Ref, TypeId};
pub use module::{Duplicate, Import, ImportTarget, Language, Module, Revision, Text};
pub use names::{Name, Names};
pub use object::{DefaultValue, Object};
pub use query::Model;
pub use shared::Shared;
pub use table::{IndexItem, IndexTarget, Row};
pub use types::{Range, Syntax, Type, TypeRef};
