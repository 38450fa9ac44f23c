//! Members of BITS types.

use std::{fmt, marker::PhantomData};

use super::Convention;
use crate::value::Bits;

/// A named bit of BITS type `B`, as the constants of a generated type are.
pub struct Bit<B> {
    position: u32,
    set: PhantomData<fn() -> B>,
}

impl<B> Bit<B> {
    /// The bit at this position; 0 is the high bit of the first octet.
    pub const fn new(position: u32) -> Self {
        Self { position, set: PhantomData }
    }

    /// The bit's position.
    pub const fn position(self) -> u32 {
        self.position
    }
}

impl<B: Convention<Repr = Bits>> Bit<B> {
    /// The set of these bits.
    pub fn set<const N: usize>(bits: [Self; N]) -> B {
        B::wrap(bits.into_iter().map(Self::position).collect())
    }
}

impl<B> Clone for Bit<B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B> Copy for Bit<B> {}

impl<B> PartialEq for Bit<B> {
    fn eq(&self, other: &Self) -> bool {
        self.position == other.position
    }
}

impl<B> Eq for Bit<B> {}

impl<B> fmt::Debug for Bit<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bit({})", self.position)
    }
}
