//! The message format of SNMPv3 (RFC 3412 §6): a header, parameters of the security model, and a
//! scoped PDU, encrypted or not.

use super::{Level, PduKind, PduRef};
#[cfg(all(feature = "listener", feature = "usm"))]
use super::{TrapV1Ref, trap_v1};
#[cfg(all(feature = "listener", feature = "usm"))]
use crate::ber::Anomaly;
use crate::ber::{Error, ErrorKind, Failed, Ledger, Mark, Reader, V3Field, Writer, tag};

/// The number of the format in msgVersion.
pub(super) const VERSION: i32 = 3;

/// The security model number of the user-based security model (RFC 3411 §5).
pub const USM: i32 = 3;

/// Smallest msgMaxSize: every engine accepts messages of this size (RFC 3412 §6.3).
pub const MIN_MAX_SIZE: i32 = 484;

/// msgFlags: one octet of which three bits mean something; others are kept out (RFC 3412 §6.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct V3Flags(u8);

impl V3Flags {
    const AUTH: u8 = 1;
    const PRIVACY: u8 = 2;
    const REPORTABLE: u8 = 4;

    /// The flags of a message at this level.
    pub fn new(level: Level, reportable: bool) -> Self {
        let level = match level {
            Level::NoAuthNoPriv => 0,
            Level::AuthNoPriv => Self::AUTH,
            Level::AuthPriv => Self::AUTH | Self::PRIVACY,
        };
        Self(if reportable { level | Self::REPORTABLE } else { level })
    }

    /// The level; `None` for privacy without authentication, which is not a valid message (RFC 3412 §7.2 (5)).
    pub fn level(self) -> Option<Level> {
        match (self.0 & Self::AUTH != 0, self.is_encrypted()) {
            (false, false) => Some(Level::NoAuthNoPriv),
            (true, false) => Some(Level::AuthNoPriv),
            (true, true) => Some(Level::AuthPriv),
            (false, true) => None,
        }
    }

    /// True if the sender asks for a report of what is wrong with the message.
    pub fn is_reportable(self) -> bool {
        self.0 & Self::REPORTABLE != 0
    }

    fn is_encrypted(self) -> bool {
        self.0 & Self::PRIVACY != 0
    }
}

/// msgGlobalData.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct V3Header {
    /// Pairs a response with its request at the level of messages; never negative.
    pub msg_id: i32,
    /// The longest message that the sender takes, in octets; at least 484.
    pub max_size: i32,
    /// Level and reportable bit.
    pub flags: V3Flags,
    /// What msgSecurityParameters belong to; [`USM`] for the user-based security model.
    pub security_model: i32,
}

/// A message borrowed from a datagram, its security not looked at.
#[derive(Clone, Copy, Debug)]
pub struct V3Ref<'a> {
    /// The header.
    pub header: V3Header,
    /// msgSecurityParameters, as the security model defines them; see [`UsmRef::read`].
    pub security: Reader<'a>,
    /// The scoped PDU, for [`Decoder::decode_scoped`](super::Decoder::decode_scoped). When the flags say
    /// that there is privacy, it is encrypted.
    pub data: &'a [u8],
}

/// The security parameters of the user-based security model (RFC 3414 §2.4).
#[derive(Clone, Copy, Debug)]
pub struct UsmRef<'a> {
    /// The authoritative engine; any length, empty for discovery.
    pub engine_id: &'a [u8],
    /// Its snmpEngineBoots.
    pub boots: u32,
    /// Its snmpEngineTime, in seconds.
    pub time: u32,
    /// The user; at most 32 octets.
    pub user: &'a [u8],
    /// The digest; any length.
    pub auth: &'a [u8],
    /// Where in the message the digest begins.
    pub auth_offset: usize,
    /// The salt; any length.
    pub privacy: &'a [u8],
}

/// msgSecurityParameters, by the security model that they are of.
#[cfg(feature = "usm")]
#[derive(Clone, Copy, Debug)]
pub(crate) enum SecurityParameters<'a> {
    /// The user-based security model.
    Usm(UsmRef<'a>),
    /// The transport security model, which has none (RFC 5591 §4.1): what it knows of the sender, the transport says.
    Transport,
}

#[cfg(feature = "usm")]
impl<'a> SecurityParameters<'a> {
    /// The security model number of the transport security model (RFC 5591 §5.1).
    const TSM: i32 = 4;

    /// Reads the parameters of a model; `None` if it is not known.
    pub(crate) fn read(
        model: i32,
        parameters: Reader<'a>,
        ledger: &mut Ledger,
    ) -> Option<Result<Self, Error>> {
        match model {
            USM => Some(UsmRef::read(parameters, ledger).map(Self::Usm)),
            Self::TSM => Some(Ok(Self::Transport)),
            _ => None,
        }
    }
}

/// A scoped PDU.
#[derive(Clone, Copy, Debug)]
pub struct ScopedPduRef<'a> {
    /// The engine that has the context.
    pub context_engine_id: &'a [u8],
    /// The context.
    pub context_name: &'a [u8],
    /// The PDU.
    pub pdu: PduRef<'a>,
}

/// True when a datagram says that it is SNMPv3; whether it is one is another question.
pub fn is_v3(datagram: &[u8]) -> bool {
    // One that ends before its end as well: SNMPv3 is to refuse it.
    let mut ledger = Ledger::forgiving();
    let fields = Reader::new(datagram).open(tag::SEQUENCE, &mut ledger);
    fields.is_ok_and(|mut fields| fields.integer(&mut ledger).is_ok_and(|version| version == VERSION))
}

impl<'a> V3Ref<'a> {
    pub(super) fn read(datagram: &'a [u8], ledger: &mut Ledger) -> Result<Self, Failed> {
        let mut outer = Reader::new(datagram);
        let mut fields = outer.expect(tag::SEQUENCE, ledger)?;
        let offset = fields.offset();
        let version = fields.integer(ledger)?;
        if version != VERSION {
            return Err(ledger.fail(offset, ErrorKind::Version(version)));
        }
        let header = V3Header::read(&mut fields.expect(tag::SEQUENCE, ledger)?, ledger)?;
        let security = fields.expect(tag::OCTET_STRING, ledger)?;
        let data = if header.flags.is_encrypted() {
            fields.octets(ledger)?
        } else {
            let scoped = fields.rest();
            fields.expect(tag::SEQUENCE, ledger)?;
            scoped.get(..scoped.len() - fields.rest().len()).unwrap_or_default()
        };
        fields.finish(ledger)?;
        outer.finish(ledger)?;
        Ok(Self { header, security, data })
    }
}

impl V3Header {
    fn read(fields: &mut Reader<'_>, ledger: &mut Ledger) -> Result<Self, Failed> {
        let msg_id = at_least(V3Field::MsgId, 0, fields, ledger)?;
        let max_size = at_least(V3Field::MsgMaxSize, MIN_MAX_SIZE, fields, ledger)?;
        let flags = fields.expect(tag::OCTET_STRING, ledger)?;
        let [flags] = *flags.rest() else {
            let found = u32::try_from(flags.rest().len()).unwrap_or(u32::MAX);
            return Err(ledger.fail(flags.offset(), ErrorKind::WrongLength { expected: 1, found }));
        };
        let security_model = at_least(V3Field::SecurityModel, 1, fields, ledger)?;
        fields.finish(ledger)?;
        Ok(Self { msg_id, max_size, flags: V3Flags(flags), security_model })
    }

    /// Closes the message around the security parameters and the scoped PDU that have been written.
    pub fn wrap(&self, writer: &mut Writer, mark: Mark) {
        let header = writer.mark();
        writer.integer(self.security_model);
        writer.tlv(tag::OCTET_STRING, &[self.flags.0]);
        writer.integer(self.max_size);
        writer.integer(self.msg_id);
        writer.wrap(tag::SEQUENCE, header);
        writer.integer(VERSION);
        writer.wrap(tag::SEQUENCE, mark);
    }
}

impl<'a> UsmRef<'a> {
    /// Most octets of a user name.
    const MAX_USER: usize = 32;

    /// Reads msgSecurityParameters, which lie in the message as an OCTET STRING with BER in it.
    ///
    /// # Errors
    /// The parameters are malformed, or a field is longer or larger than RFC 3414 allows.
    pub fn read(security: Reader<'a>, ledger: &mut Ledger) -> Result<Self, Error> {
        Self::take_apart(security, ledger).map_err(|Failed| ledger.error())
    }

    fn take_apart(mut security: Reader<'a>, ledger: &mut Ledger) -> Result<Self, Failed> {
        let mut fields = security.expect(tag::SEQUENCE, ledger)?;
        let engine_id = fields.octets(ledger)?;
        let boots = at_least(V3Field::EngineBoots, 0, &mut fields, ledger)?;
        let time = at_least(V3Field::EngineTime, 0, &mut fields, ledger)?;
        let user = fields.expect(tag::OCTET_STRING, ledger)?;
        if user.rest().len() > Self::MAX_USER {
            let value = i32::try_from(user.rest().len()).unwrap_or(i32::MAX);
            return Err(ledger.fail(user.offset(), ErrorKind::Field { field: V3Field::UserName, value }));
        }
        let auth = fields.expect(tag::OCTET_STRING, ledger)?;
        let privacy = fields.octets(ledger)?;
        fields.finish(ledger)?;
        security.finish(ledger)?;
        Ok(Self {
            engine_id,
            boots: boots.unsigned_abs(),
            time: time.unsigned_abs(),
            user: user.rest(),
            auth: auth.rest(),
            auth_offset: auth.offset() as usize,
            privacy,
        })
    }

    /// Writes msgSecurityParameters; gives the place of the first octet of the digest.
    pub fn write(&self, writer: &mut Writer) -> Mark {
        let mark = writer.mark();
        writer.tlv(tag::OCTET_STRING, self.privacy);
        writer.octets(self.auth);
        let digest = writer.mark();
        writer.header(tag::OCTET_STRING, self.auth.len());
        writer.tlv(tag::OCTET_STRING, self.user);
        writer.integer(clamp(self.time));
        writer.integer(clamp(self.boots));
        writer.tlv(tag::OCTET_STRING, self.engine_id);
        writer.wrap(tag::SEQUENCE, mark);
        writer.wrap(tag::OCTET_STRING, mark);
        digest
    }
}

impl<'a> ScopedPduRef<'a> {
    /// Reads a scoped PDU; what follows it is padding.
    pub(super) fn read(octets: &'a [u8], ledger: &mut Ledger) -> Result<Self, Failed> {
        let mut fields = Reader::new(octets).expect(tag::SEQUENCE, ledger)?;
        let context_engine_id = fields.octets(ledger)?;
        let context_name = fields.octets(ledger)?;
        let offset = fields.offset();
        let (tag, content) = fields.tlv(ledger)?;
        let kind = PduKind::from_tag(tag).ok_or_else(|| ledger.fail(offset, ErrorKind::PduType(tag)))?;
        let pdu = PduRef::read(kind, content, ledger)?;
        fields.finish(ledger)?;
        Ok(Self { context_engine_id, context_name, pdu })
    }
}

/// A scoped PDU that has a Trap-PDU of SNMPv1 in it, against the rules.
#[cfg(all(feature = "listener", feature = "usm"))]
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScopedTrapRef<'a> {
    pub(crate) context_engine_id: &'a [u8],
    pub(crate) context_name: &'a [u8],
    pub(crate) trap: TrapV1Ref<'a>,
}

#[cfg(all(feature = "listener", feature = "usm"))]
impl<'a> ScopedTrapRef<'a> {
    /// Reads it; what follows it is padding.
    pub(super) fn read(octets: &'a [u8], ledger: &mut Ledger) -> Result<Self, Failed> {
        let mut fields = Reader::new(octets).expect(tag::SEQUENCE, ledger)?;
        let context_engine_id = fields.octets(ledger)?;
        let context_name = fields.octets(ledger)?;
        let offset = fields.offset();
        let (tag, content) = fields.tlv(ledger)?;
        if tag != trap_v1::TAG {
            return Err(ledger.fail(offset, ErrorKind::PduType(tag)));
        }
        ledger.note(Anomaly::ForeignPdu, offset)?;
        let trap = TrapV1Ref::read(content, ledger)?;
        fields.finish(ledger)?;
        Ok(Self { context_engine_id, context_name, trap })
    }
}

/// Writes a scoped PDU around the PDU that `write_pdu` writes.
pub fn write_scoped(
    writer: &mut Writer,
    context_engine_id: &[u8],
    context_name: &[u8],
    write_pdu: impl FnOnce(&mut Writer),
) {
    let mark = writer.mark();
    write_pdu(writer);
    writer.tlv(tag::OCTET_STRING, context_name);
    writer.tlv(tag::OCTET_STRING, context_engine_id);
    writer.wrap(tag::SEQUENCE, mark);
}

fn at_least(field: V3Field, least: i32, fields: &mut Reader<'_>, ledger: &mut Ledger) -> Result<i32, Failed> {
    let offset = fields.offset();
    match fields.integer(ledger)? {
        value if value < least => Err(ledger.fail(offset, ErrorKind::Field { field, value })),
        value => Ok(value),
    }
}

fn clamp(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
