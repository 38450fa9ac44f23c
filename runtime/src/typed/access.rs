//! What may be done with an object, as types.

macro_rules! markers {
    ($($(#[$doc:meta])* $name:ident: $($can:ident)*;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        $(impl $can for $name {})*
    )*};
}

markers! {
    /// `not-accessible`: an index, seen in instance names only.
    NotAccessible: ;
    /// `accessible-for-notify`: a varbind of notifications only.
    AccessibleForNotify: ;
    /// `read-only`.
    ReadOnly: Readable;
    /// `read-write`.
    ReadWrite: Readable Writable;
    /// `read-create`: a write can create the row.
    ReadCreate: Readable Writable;
    /// `write-only`, of SMIv1.
    WriteOnly: Writable;
}

/// Access that lets GET, GETNEXT and GETBULK return the object (RFC 2578 §7.3).
#[diagnostic::on_unimplemented(
    message = "this object cannot be read",
    label = "its MAX-ACCESS is {Self}",
    note = "objects with MAX-ACCESS ReadOnly, ReadWrite or ReadCreate can be read; an index is part of each row's index instead"
)]
pub trait Readable {}

/// Access that lets SET name the object (RFC 2578 §7.3).
#[diagnostic::on_unimplemented(
    message = "this object cannot be written",
    label = "its MAX-ACCESS is {Self}",
    note = "objects with MAX-ACCESS ReadWrite or ReadCreate can be written"
)]
pub trait Writable {}
