//! What one socket keeps from datagram to datagram.

use super::standard::AuthenticationFailure;
use crate::ber::TooLarge;
use crate::engine::Dropped;
use crate::entity::Retrieval;
use crate::security::Buffers;

/// Buffers of one socket, used again for each datagram.
#[derive(Debug, Default)]
pub struct Exchange {
    pub(super) buffers: Buffers,
    pub(super) retrieval: Retrieval,
    /// What was not authentic about the last datagram.
    pub(super) failure: Option<AuthenticationFailure>,
}

impl Exchange {
    /// What was not authentic about the last datagram, if anything: what authenticationFailure tells of.
    pub fn take_authentication_failure(&mut self) -> Option<AuthenticationFailure> {
        self.failure.take()
    }

    pub(super) fn response(&self) -> Result<&[u8], Dropped> {
        self.buffers.writer.finish().map_err(|TooLarge { limit }| Dropped::Silent { limit })
    }
}
