//! What may be done with an object, as types.
//!
//! Written out, because a macro here would stand in every message about them; and not recommended, because no message
//! needs the list of those that would do.

/// `not-accessible`: an index, seen in instance names only.
#[derive(Clone, Copy, Debug)]
pub struct NotAccessible;

/// `accessible-for-notify`: a varbind of notifications only.
#[derive(Clone, Copy, Debug)]
pub struct AccessibleForNotify;

/// `read-only`.
#[derive(Clone, Copy, Debug)]
pub struct ReadOnly;

#[diagnostic::do_not_recommend]
impl Readable for ReadOnly {}

/// `read-write`.
#[derive(Clone, Copy, Debug)]
pub struct ReadWrite;

#[diagnostic::do_not_recommend]
impl Readable for ReadWrite {}
#[diagnostic::do_not_recommend]
impl Writable for ReadWrite {}

/// `read-create`: a write can create the row.
#[derive(Clone, Copy, Debug)]
pub struct ReadCreate;

#[diagnostic::do_not_recommend]
impl Readable for ReadCreate {}
#[diagnostic::do_not_recommend]
impl Writable for ReadCreate {}

/// `write-only`, of SMIv1.
#[derive(Clone, Copy, Debug)]
pub struct WriteOnly;

#[diagnostic::do_not_recommend]
impl Writable for WriteOnly {}

/// Access that lets GET, GETNEXT and GETBULK return the object (RFC 2578 §7.3).
#[diagnostic::on_unimplemented(
    message = "this object cannot be read",
    label = "its MAX-ACCESS is `{Self}`",
    note = "objects that are read-only, read-write or read-create can be read; what is not accessible is in the index of each row"
)]
pub trait Readable {}

/// Access that lets SET name the object (RFC 2578 §7.3).
#[diagnostic::on_unimplemented(
    message = "this object cannot be written",
    label = "its MAX-ACCESS is `{Self}`",
    note = "objects that are read-write or read-create can be written"
)]
pub trait Writable {}
