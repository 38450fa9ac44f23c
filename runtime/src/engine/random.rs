//! Where an engine gets its randomness from.

/// A source of random numbers. Request-ids come from it, so over a network it must not be
/// predictable.
pub trait Random {
    /// The next 32 random bits.
    fn next_u32(&mut self) -> u32;
}

impl<F: FnMut() -> u32> Random for F {
    fn next_u32(&mut self) -> u32 {
        self()
    }
}
