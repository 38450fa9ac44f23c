//! The typed face of a MIB: what generated constants and types are made of.
//!
//! A generated module has a marker type for itself ([`Module`]) and one per conceptual row ([`Row`]), and a constant
//! per object: a [`Scalar`] or a [`Column`], which know the type of their values and what may be done with them
//! ([`access`]). What can be asked for is a trait: [`Variable`] for one name, [`Query`] for one request,
//! [`Columns`] for a table, [`FromRow`] for a table as structs of the user's own; [`Notification`] is for what agents
//! send. A mistake in names, indexes, types or access is a type error with its own text.
//!
//! All of it is thin: markers and numbers, on functions that are not generic and so compiled once.

pub mod access;
mod binding;
mod bit;
mod column;
mod columns;
mod convention;
#[cfg(test)]
mod convention_tests;
mod error;
mod format;
mod from_row;
mod instance;
mod module;
mod node;
mod notification;
mod object;
mod query;
mod scalar;
mod sibling;
mod variable;
mod writable;

pub use binding::{Assignment, Binding};
pub use bit::Bit;
pub use column::{AnyColumn, Column};
pub use columns::{Columns, ReadableColumns, RowCells, TableColumn};
pub use convention::{Convention, TypeInfo, debug_enum, fmt_bits, fmt_enum, fmt_hinted};
pub use error::{DecodeError, NameError, Problem};
pub use format::{debug, display, display_index};
pub use from_row::FromRow;
#[doc(hidden)]
pub use from_row::{field_object, optional_field, required_field};
pub use instance::{Instance, Literal};
pub use module::{Module, Row};
#[doc(hidden)]
pub use node::UniqueName;
pub use node::{Ambiguous, BelowNode, Node};
pub use notification::{Notification, NotificationReader, NotificationWriter, Received};
pub use object::ObjectRef;
pub use query::{Answers, Optional, Query};
pub use scalar::Scalar;
#[doc(hidden)]
pub use scalar::ScalarInstance;
pub use sibling::Siblings;
pub use variable::{Subtree, Variable};
pub use writable::WritableVariable;
