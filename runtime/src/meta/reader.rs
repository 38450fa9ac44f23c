//! Reading packed metadata.

use std::fmt;

/// The packed metadata of one module.
#[derive(Clone, Copy)]
pub struct Meta<'a> {
    bytes: &'a [u8],
}

impl<'a> Meta<'a> {
    /// Metadata of a module without anything.
    pub const EMPTY: Meta<'static> = Meta::new(&[]);

    /// Metadata made by the compiler. Bytes are looked at when asked for; wrong ones describe nothing.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

impl fmt::Debug for Meta<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Meta({} bytes)", self.bytes.len())
    }
}
