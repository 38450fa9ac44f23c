//! The message processing model of SNMPv3, as far as it is the same for every engine (RFC 3412 §7.2).

use std::time::Instant;

use crate::ber::{self, Anomalies, Anomaly, Ledger, Reader};
use crate::message::{Decoder, Level, ScopedPduRef, SecurityParameters, UsmRef, V3Ref};
use crate::usm::EngineClock;

/// A message of SNMPv3 that has been taken apart, nothing of which is believed yet.
pub(crate) struct V3Message<'m> {
    /// When it arrived.
    pub(crate) now: Instant,
    /// All its octets, for the digest: none of what follows it in the datagram.
    pub(crate) whole: &'m [u8],
    pub(crate) message: V3Ref<'m>,
    pub(crate) usm: UsmRef<'m>,
    /// The level that it claims.
    pub(crate) level: Level,
    ledger: Ledger,
}

/// Why a message does not even reach a security model. It is counted, and never answered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unread {
    Malformed(ber::Error),
    /// This security model does not exist here.
    SecurityModel(i32),
    /// Privacy without authentication.
    Flags,
}

impl<'m> V3Message<'m> {
    /// RFC 3412 §7.2 (2) to (5).
    pub(crate) fn read(decoder: &Decoder, now: Instant, datagram: &'m [u8]) -> Result<Self, Unread> {
        let (message, mut ledger) = decoder.decode_v3(datagram).map_err(Unread::Malformed)?;
        let model = message.header.security_model;
        let level = message.header.flags.level();
        let usm = match (SecurityParameters::read(model, message.security, &mut ledger), level) {
            // No transport here says who a sender is: see `net::TransportIdentity`.
            (None | Some(Ok(SecurityParameters::Transport)), _) => return Err(Unread::SecurityModel(model)),
            (_, None) => return Err(Unread::Flags),
            (Some(Err(error)), _) => return Err(Unread::Malformed(error)),
            (Some(Ok(SecurityParameters::Usm(usm))), Some(level)) => (usm, level),
        };
        let (usm, level) = usm;
        let whole =
            if ledger.anomalies().contains(Anomaly::TrailingOctets) { cut(datagram) } else { datagram };
        Ok(Self { now, whole, message, usm, level, ledger })
    }

    /// The clock of the authoritative engine, as the message has it.
    pub(crate) fn clock(&self) -> EngineClock {
        EngineClock { boots: self.usm.boots, time: self.usm.time }
    }

    /// Its PDU, once it is accepted; `plain` is what a security model has decrypted.
    pub(crate) fn scoped<'x>(
        &self,
        decoder: &'x mut Decoder,
        plain: &'x [u8],
    ) -> Result<(ScopedPduRef<'x>, Anomalies), ber::Error>
    where
        'm: 'x,
    {
        let data = if self.level.has_privacy() { plain } else { self.message.data };
        let (scoped, anomalies) = decoder.decode_scoped(data)?;
        Ok((scoped, anomalies.union(self.ledger.anomalies())))
    }
}

#[cfg(feature = "listener")]
impl<'m> V3Message<'m> {
    /// The Trap-PDU of SNMPv1 that it has in place of a PDU, once it is accepted.
    pub(crate) fn scoped_trap<'x>(
        &self,
        decoder: &'x mut Decoder,
        plain: &'x [u8],
    ) -> Result<(crate::message::ScopedTrapRef<'x>, Anomalies), ber::Error>
    where
        'm: 'x,
    {
        let data = if self.level.has_privacy() { plain } else { self.message.data };
        let (scoped, anomalies) = decoder.decode_scoped_trap(data)?;
        Ok((scoped, anomalies.union(self.ledger.anomalies())))
    }
}

/// The message without what follows it.
#[cold]
fn cut(datagram: &[u8]) -> &[u8] {
    let mut reader = Reader::new(datagram);
    // It has been read before.
    let _ = reader.tlv(&mut Ledger::default());
    datagram.get(..datagram.len() - reader.rest().len()).unwrap_or(datagram)
}
