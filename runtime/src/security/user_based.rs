//! The user-based security model, as far as it is the same for every engine (RFC 3414 §3).

use super::Report;
use super::{Protect, V3Message};
use crate::ber::{MAX_MESSAGE, TooLarge, Writer};
use crate::usm::{self, EngineClock, LocalKeys, Protection};

/// Checks level, digest and time of a message from a known user of a known engine, in the order of the standard, each
/// fault its own Report; then decrypts into `plain` (RFC 3414 §3.2 (5) to (8)).
///
/// `is_timely` is called only for authentic messages.
pub(crate) fn unprotect(
    message: &V3Message<'_>,
    keys: &LocalKeys,
    is_timely: impl FnOnce(EngineClock) -> bool,
    plain: &mut Vec<u8>,
) -> Result<(), Report> {
    if !message.level.has_auth() {
        return Ok(());
    }
    let Some(auth) = &keys.auth else { return Err(Report::UnsupportedLevel) };
    if message.level.has_privacy() && keys.privacy.is_none() {
        return Err(Report::UnsupportedLevel);
    }
    let usm = &message.usm;
    let place = usm.auth_offset..usm.auth_offset.saturating_add(usm.auth.len());
    auth.verify(message.whole, place).map_err(|_| Report::WrongDigest)?;
    let clock = message.clock();
    if !is_timely(clock) {
        return Err(Report::NotInTimeWindow);
    }
    if message.level.has_privacy()
        && let Some(privacy) = &keys.privacy
    {
        plain.clear();
        plain.extend_from_slice(message.message.data);
        privacy.decrypt(clock, usm.privacy, plain).map_err(|_| Report::DecryptionError)?;
    }
    Ok(())
}

/// Who a message is from, and what it is protected with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UsmState<'s> {
    /// The authoritative engine; empty for discovery.
    pub(crate) engine_id: &'s [u8],
    /// Its clock.
    pub(crate) clock: EngineClock,
    pub(crate) user: &'s [u8],
    pub(crate) protection: Protection<'s>,
    /// Makes the salt: never the same number twice with one key.
    pub(crate) salt: u64,
}

/// What a message of SNMPv3 says besides PDU and security.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UsmHeader<'h> {
    pub(crate) msg_id: i32,
    /// Whether the receiver may answer with a Report: for confirmed operations.
    pub(crate) reportable: bool,
    pub(crate) context_engine_id: &'h [u8],
    pub(crate) context_name: &'h [u8],
}

impl Protect for UsmState<'_> {
    type Header<'h> = UsmHeader<'h>;

    fn generate(
        &self,
        header: &UsmHeader<'_>,
        writer: &mut Writer,
        write_pdu: impl FnOnce(&mut Writer),
    ) -> Result<(), TooLarge> {
        let envelope = usm::Envelope {
            msg_id: header.msg_id,
            max_size: MAX_MESSAGE as i32,
            reportable: header.reportable,
            engine_id: self.engine_id,
            clock: self.clock,
            user: self.user,
            context_engine_id: header.context_engine_id,
            context_name: header.context_name,
            salt: self.salt,
        };
        usm::seal(writer, &envelope, self.protection, write_pdu)
    }

    fn overhead(&self, header: &UsmHeader<'_>) -> usize {
        /// Headers with long lengths, integers of full size, digest, salt and padding.
        const FIXED: usize = 11 * 6 + 9 * 6 + usm::MAX_MAC + usm::SALT + 8;
        FIXED
            + self.user.len()
            + self.engine_id.len()
            + header.context_engine_id.len()
            + header.context_name.len()
    }
}
