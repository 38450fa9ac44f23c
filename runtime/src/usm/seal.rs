//! Writing a protected message: once, back to front, encrypted and signed where it lies.

use super::{AuthKey, EngineClock, LocalKeys, MAX_MAC, PrivacyKey, SALT};
use crate::ber::{TooLarge, Writer, tag};
use crate::message::{Level, USM, UsmRef, V3Flags, V3Header, write_scoped};

/// Zeros for the digest before it is known.
const PLACEHOLDER: [u8; MAX_MAC] = [0; MAX_MAC];

/// Everything of a message but its PDU and its keys.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// msgID; not negative.
    pub msg_id: i32,
    /// msgMaxSize: the longest message that the sender takes.
    pub max_size: i32,
    /// Whether the receiver may answer with a Report: for confirmed operations.
    pub reportable: bool,
    /// The authoritative engine; empty for discovery.
    pub engine_id: &'a [u8],
    /// Its clock.
    pub clock: EngineClock,
    /// The user.
    pub user: &'a [u8],
    /// The engine that has the context.
    pub context_engine_id: &'a [u8],
    /// The context.
    pub context_name: &'a [u8],
    /// Makes the salt: never the same number twice with one key.
    pub salt: u64,
}

/// What a message is protected with.
#[derive(Clone, Copy, Debug)]
pub enum Protection<'k> {
    /// Nothing (noAuthNoPriv).
    None,
    /// A digest (authNoPriv).
    Auth(&'k AuthKey),
    /// A digest and a cipher (authPriv).
    AuthPriv(&'k AuthKey, &'k PrivacyKey),
}

impl LocalKeys {
    /// The keys for a message at this level; `None` when the user has none for it.
    pub fn protection(&self, level: Level) -> Option<Protection<'_>> {
        match (level, &self.auth, &self.privacy) {
            (Level::NoAuthNoPriv, _, _) => Some(Protection::None),
            (Level::AuthNoPriv, Some(auth), _) => Some(Protection::Auth(auth)),
            (Level::AuthPriv, Some(auth), Some(privacy)) => Some(Protection::AuthPriv(auth, privacy)),
            _ => None,
        }
    }
}

impl<'k> Protection<'k> {
    /// The level of the message.
    pub fn level(self) -> Level {
        match self {
            Protection::None => Level::NoAuthNoPriv,
            Protection::Auth(_) => Level::AuthNoPriv,
            Protection::AuthPriv(..) => Level::AuthPriv,
        }
    }

    fn keys(self) -> (Option<&'k AuthKey>, Option<&'k PrivacyKey>) {
        match self {
            Protection::None => (None, None),
            Protection::Auth(auth) => (Some(auth), None),
            Protection::AuthPriv(auth, privacy) => (Some(auth), Some(privacy)),
        }
    }
}

/// Writes a whole message, replacing whatever `writer` had, around the PDU that `write_pdu`
/// writes. [`Writer::finish`] has it.
///
/// # Errors
/// The message is longer than the limit of the writer.
pub fn seal(
    writer: &mut Writer,
    envelope: &Envelope<'_>,
    protection: Protection<'_>,
    write_pdu: impl FnOnce(&mut Writer),
) -> Result<(), TooLarge> {
    let (auth, privacy) = protection.keys();
    writer.clear();
    let mark = writer.mark();
    write_scoped(writer, envelope.context_engine_id, envelope.context_name, write_pdu);
    let mut salt = [0; SALT];
    if let Some(key) = privacy {
        writer.pad(mark, key.padding(writer.since(mark)));
        writer.finish()?;
        salt = key.salt(envelope.clock, envelope.salt);
        key.encrypt(envelope.clock, salt, writer.written_mut(mark));
        writer.wrap(tag::OCTET_STRING, mark);
    }
    let mac_len = auth.map_or(0, |key| key.protocol().mac_len());
    let digest = UsmRef {
        engine_id: envelope.engine_id,
        boots: envelope.clock.boots,
        time: envelope.clock.time,
        user: envelope.user,
        auth: PLACEHOLDER.get(..mac_len).unwrap_or_default(),
        auth_offset: 0,
        privacy: if privacy.is_some() { &salt } else { &[] },
    }
    .write(writer);
    V3Header {
        msg_id: envelope.msg_id,
        max_size: envelope.max_size,
        flags: V3Flags::new(protection.level(), envelope.reportable),
        security_model: USM,
    }
    .wrap(writer, mark);
    writer.finish()?;
    if let Some(key) = auth {
        let place = writer.since(digest);
        // There is room for the digest: it was written above.
        let _ = key.sign(writer.written_mut(mark), place..place + mac_len);
    }
    Ok(())
}
