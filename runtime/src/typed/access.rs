//! What may be done with an object, as types.
//!
//! Written out, because a macro here would stand in every message about them.

/// `not-accessible`: an index, seen in instance names only.
#[derive(Clone, Copy, Debug)]
pub struct NotAccessible;

/// `accessible-for-notify`: a varbind of notifications only.
#[derive(Clone, Copy, Debug)]
pub struct AccessibleForNotify;

/// `read-only`.
#[derive(Clone, Copy, Debug)]
pub struct ReadOnly;

impl Readable for ReadOnly {}

/// `read-write`.
#[derive(Clone, Copy, Debug)]
pub struct ReadWrite;

impl Readable for ReadWrite {}
impl Writable for ReadWrite {}

/// `read-create`: a write can create the row.
#[derive(Clone, Copy, Debug)]
pub struct ReadCreate;

impl Readable for ReadCreate {}
impl Writable for ReadCreate {}

/// `write-only`, of SMIv1.
#[derive(Clone, Copy, Debug)]
pub struct WriteOnly;

impl Writable for WriteOnly {}

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
