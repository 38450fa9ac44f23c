//! The community-based security models of SNMPv1 and SNMPv2c (RFC 3584 §5.2).

use std::collections::BTreeMap;
use std::fmt;

use super::{Protect, SecurityModel};
use crate::ber::{TooLarge, Writer};
use crate::message::{MessageRef, Version, write_community};

/// Community strings, and what each stands for.
#[derive(Clone)]
pub(crate) struct Communities<T> {
    by_name: BTreeMap<Vec<u8>, T>,
}

/// The community of a message is not known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnknownCommunity;

impl<T> FromIterator<(Vec<u8>, T)> for Communities<T> {
    /// Of two with the same name, the later one counts.
    fn from_iter<I: IntoIterator<Item = (Vec<u8>, T)>>(communities: I) -> Self {
        Self { by_name: communities.into_iter().collect() }
    }
}

/// Keeps the community strings out of logs.
impl<T> fmt::Debug for Communities<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Communities").field("len", &self.by_name.len()).finish()
    }
}

impl<T> SecurityModel for Communities<T> {
    type Message<'m> = MessageRef<'m>;
    type State<'s>
        = &'s T
    where
        T: 's;
    type Fault = UnknownCommunity;

    fn process_incoming<'s>(
        &'s self,
        message: &MessageRef<'_>,
        _plain: &mut Vec<u8>,
    ) -> Result<&'s T, UnknownCommunity> {
        self.by_name.get(message.community).ok_or(UnknownCommunity)
    }
}

/// What a message of SNMPv1 or SNMPv2c is protected with: nothing, but a name.
#[derive(Clone, Copy)]
pub(crate) struct CommunityState<'m> {
    pub(crate) version: Version,
    pub(crate) community: &'m [u8],
}

impl Protect for CommunityState<'_> {
    type Header<'h> = ();

    fn generate(
        &self,
        (): &(),
        writer: &mut Writer,
        write_pdu: impl FnOnce(&mut Writer),
    ) -> Result<(), TooLarge> {
        writer.clear();
        write_community(writer, self.version, self.community, write_pdu);
        writer.finish().map(|_| ())
    }

    fn overhead(&self, (): &()) -> usize {
        /// Headers of message, PDU and varbind list with long lengths, version, three integers of full size, and
        /// the header of the community.
        const FIXED: usize = 3 * 6 + 3 + 3 * 6 + 4;
        FIXED + self.community.len()
    }
}
