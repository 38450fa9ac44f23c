//! What can go wrong between types and varbinds.

use super::ObjectRef;
use crate::{
    index::IndexError,
    oid::{Oid, OidError},
    value::WrongType,
};

/// A variable that has no name on the wire: its index does not fit.
///
/// `.at(index)` takes any index of the right type; whether it can be written as sub-identifiers shows when the
/// name is made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// The name is not an OID; most often the index makes it longer than 128 sub-identifiers.
    #[error("an instance of {object} cannot be named: {source}")]
    Oid {
        /// The object.
        object: ObjectRef,
        /// What is wrong with the OID.
        source: OidError,
    },
    /// The index is not one that the object's row can have.
    #[error("an instance of {object} cannot be named: {source}")]
    Index {
        /// The object.
        object: ObjectRef,
        /// What is wrong with the index.
        source: IndexError,
    },
    /// A binding of another object than the notification has in this place.
    #[error(
        "{field} of the notification is bound to an instance of {found}; bind it with the constant of {field}"
    )]
    WrongObject {
        /// The object that the notification's definition lists here.
        field: ObjectRef,
        /// The object that the binding is of.
        found: ObjectRef,
    },
}

/// An answer that does not give the value asked for.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{} ({oid}): {problem}", object.instance_name(oid))]
pub struct DecodeError {
    /// The object.
    pub object: ObjectRef,
    /// The name of the variable, with its instance.
    pub oid: Oid,
    /// What is wrong.
    pub problem: Problem,
}

/// Why a value is missing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The agent does not implement the object (RFC 3416 §4.2.1).
    #[error("the agent does not have this object (noSuchObject)")]
    NoSuchObject,
    /// The agent implements the object and has no such instance (RFC 3416 §4.2.1).
    #[error("the agent has no such instance (noSuchInstance)")]
    NoSuchInstance,
    /// Nothing follows in the agent's view (RFC 3416 §4.2.2).
    #[error("the end of the agent's MIB view (endOfMibView)")]
    EndOfMibView,
    /// A row without this column, read into a field that is not an `Option`.
    #[error("the row has no value in this column; an `Option` takes a hole")]
    Hole,
    /// A varbind of this object is missing.
    #[error("no varbind carries it")]
    Missing,
    /// A value of another type than the object's.
    #[error(transparent)]
    WrongType(#[from] WrongType),
    /// Sub-identifiers after the object's OID that are not an index of its row.
    #[error("the instance is not an index of its row: {0}")]
    Index(#[from] IndexError),
}
