//! What the message in hand takes.

use crate::ber::Writer;
use crate::message::Decoder;

/// Buffers of who receives, used again for each message.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    pub(crate) decoder: Decoder,
    pub(crate) writer: Writer,
    /// A decrypted message.
    pub(crate) plain: Vec<u8>,
}

impl Buffers {
    /// With a decoder of its own kind.
    pub(crate) fn new(decoder: Decoder) -> Self {
        Self { decoder, writer: Writer::new(), plain: Vec::new() }
    }
}
