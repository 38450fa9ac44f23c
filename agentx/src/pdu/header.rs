//! The header, which is the same for all PDUs (RFC 2741 §6.1).

use super::error::{Fault, FrameError};
use super::kind::Kind;

/// Octets of a header.
pub const HEADER: usize = 20;

/// The version of the protocol.
pub const VERSION: u8 = 1;

/// The longest payload that is read or written: 1 MiB. A message of SNMP has 65,507 octets at most, of which AgentX makes four
/// times as many, since each sub-identifier takes four.
pub const MAX_PAYLOAD: usize = 1 << 20;

/// How the octets of a number follow one another in a PDU (A1: each PDU says it for itself).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ByteOrder {
    /// The least significant octet first.
    Little,
    /// The most significant octet first: "network byte order".
    #[default]
    Big,
}

impl ByteOrder {
    /// As this machine has numbers in memory.
    #[must_use]
    pub const fn native() -> Self {
        if cfg!(target_endian = "big") { Self::Big } else { Self::Little }
    }

    pub(super) fn u16(self, octets: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(octets),
            Self::Big => u16::from_be_bytes(octets),
        }
    }

    pub(super) fn u32(self, octets: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(octets),
            Self::Big => u32::from_be_bytes(octets),
        }
    }

    pub(super) fn u64(self, octets: [u8; 8]) -> u64 {
        match self {
            Self::Little => u64::from_le_bytes(octets),
            Self::Big => u64::from_be_bytes(octets),
        }
    }

    pub(super) fn of_u16(self, number: u16) -> [u8; 2] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    pub(super) fn of_u32(self, number: u32) -> [u8; 4] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    pub(super) fn of_u64(self, number: u64) -> [u8; 8] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }
}

/// h.flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(pub u8);

impl Flags {
    /// r.subtree is the name of an instance.
    pub const INSTANCE_REGISTRATION: Self = Self(1);
    /// An index value that has never been used.
    pub const NEW_INDEX: Self = Self(1 << 1);
    /// An index value that is not in use.
    pub const ANY_INDEX: Self = Self(1 << 2);
    /// A context follows the header.
    pub const NON_DEFAULT_CONTEXT: Self = Self(1 << 3);
    /// Numbers have their most significant octet first.
    pub const NETWORK_BYTE_ORDER: Self = Self(1 << 4);

    /// Whether it has all of these.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These too, if `wanted`.
    #[must_use]
    pub const fn with(self, other: Self, wanted: bool) -> Self {
        if wanted { Self(self.0 | other.0) } else { self }
    }
}

/// What a PDU begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// h.type as it came; [`kind`](Self::kind) says what it means.
    pub type_number: u8,
    /// h.flags.
    pub flags: Flags,
    /// h.sessionID.
    pub session_id: u32,
    /// h.transactionID.
    pub transaction_id: u32,
    /// h.packetID.
    pub packet_id: u32,
    /// h.payload_length.
    pub payload_length: u32,
}

impl Header {
    /// Reads a header, and checks what has to be right for anything to be read behind it.
    ///
    /// # Errors
    ///
    /// Another version, a length that no PDU has or that is over the limit. The beginning of the next PDU is then unknown.
    pub fn read(octets: &[u8; HEADER]) -> Result<Self, FrameError> {
        let [version, type_number, flags, _, rest @ ..] = *octets;
        let flags = Flags(flags);
        let order = flags.order();
        let mut numbers = [0; 4];
        for (number, octets) in numbers.iter_mut().zip(rest.chunks_exact(4)) {
            *number = octets.try_into().map_or(0, |octets| order.u32(octets));
        }
        let [session_id, transaction_id, packet_id, payload_length] = numbers;
        let header = Self { type_number, flags, session_id, transaction_id, packet_id, payload_length };
        let fault = if version != VERSION {
            Fault::Version { found: version }
        } else if payload_length % 4 != 0 {
            Fault::UnevenLength { found: payload_length }
        } else if payload_length as usize > MAX_PAYLOAD {
            Fault::TooLong { found: payload_length as usize }
        } else {
            return Ok(header);
        };
        Err(FrameError { header, fault })
    }

    /// The kind of the PDU; `None` for a number that is not one.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        Kind::of(self.type_number)
    }

    /// The byte order of the PDU.
    #[must_use]
    pub fn order(&self) -> ByteOrder {
        self.flags.order()
    }
}

impl Flags {
    /// The byte order that they say.
    #[must_use]
    pub fn order(self) -> ByteOrder {
        if self.has(Self::NETWORK_BYTE_ORDER) { ByteOrder::Big } else { ByteOrder::Little }
    }
}
