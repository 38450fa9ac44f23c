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

#[cfg(feature = "agent")]
impl<A, R: Random> super::Engine<A, R> {
    /// A random number for who sends beside the exchanges.
    pub(crate) fn next_random(&mut self) -> u32 {
        self.random.next_u32()
    }
}
