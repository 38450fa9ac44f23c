//! What all transports have in common.

use super::{Inbox, Origin, Outbox, TransportAddress};
use std::fmt;
use std::io;
use std::task::{Context, Poll};

/// A socket, or several of one kind, that messages come from and go to. It keeps their boundaries.
///
/// One task polls it; any may send.
pub(crate) trait Transport: Send + Sync + fmt::Debug {
    /// The address that it is bound to, if it is there for others to send to.
    fn local_address(&self) -> Option<&TransportAddress>;

    /// What the kernel has granted for messages that have arrived, in octets as the kernel counts them; `None`
    /// where it makes senders wait instead of losing messages.
    fn receive_buffer(&self) -> Option<usize>;

    /// Adds its socket to those whose dropped messages are counted, if the kernel drops any.
    #[cfg(feature = "listener")]
    fn count_drops(&self, _drops: &mut super::Drops) {}

    /// Nobody wants to receive for a while: what arrives need not wake anybody. Ends with the next
    /// [`poll_receive`](Self::poll_receive).
    #[cfg(feature = "listener")]
    fn rest(&self) {}

    /// Takes in what has arrived: at least one message, as many as the inbox has room for.
    ///
    /// # Errors
    ///
    /// Something happened to the socket; it may go on working.
    fn poll_receive(&self, cx: &mut Context<'_>, inbox: &mut Inbox) -> Poll<io::Result<()>>;

    /// Sends from the head of the outbox, and takes out what is sent or on its way.
    ///
    /// # Errors
    ///
    /// `WouldBlock` when nothing more can be sent before [`poll_send_ready`](Self::poll_send_ready) says
    /// so. Any other error is about the message at the head, which stays there.
    fn try_send(&self, outbox: &mut Outbox) -> io::Result<()>;

    /// Waits until sending is worth a try. A connection is opened by this.
    ///
    /// # Errors
    ///
    /// The peer cannot be reached.
    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Ends the connection that a message came by, if there is one. After octets that are not a message, nobody knows
    /// where the next message begins (RFC 3430 §2.1).
    fn hang_up(&self, _origin: &Origin) {}
}
