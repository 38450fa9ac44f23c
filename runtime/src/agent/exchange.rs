//! What one socket keeps from datagram to datagram.

use super::dropped::Dropped;
use super::standard::AuthenticationFailure;
use crate::ber::{TooLarge, Writer};
use crate::entity::Retrieval;
use crate::message::Decoder;

/// Buffers of one socket, used again for each datagram.
#[derive(Debug, Default)]
pub struct Exchange {
    pub(super) decoder: Decoder,
    pub(super) writer: Writer,
    /// A decrypted message.
    pub(super) plain: Vec<u8>,
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
        self.writer.finish().map_err(|TooLarge { limit }| Dropped::Silent { limit })
    }
}
