//! Why a datagram ended no exchange.

use super::{ExchangeId, Rejection};
use crate::ber::{self, Anomalies};
use core::fmt;

/// Why a datagram ended no exchange. Prints as the end of a sentence about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ignored {
    /// It is not a message.
    Undecodable(ber::Error),
    /// It is a message, but no response.
    NotAResponse,
    /// No exchange waits for its request-id: late, repeated, or never asked for.
    UnknownRequest,
    /// An exchange waits for it, but from another address.
    WrongSource(ExchangeId),
    /// An exchange waits for it, but in another version.
    WrongVersion(ExchangeId),
    /// An exchange waits for it, but it does not carry the community of the request (RFC 3584 §5.2.1).
    WrongCommunity(ExchangeId),
    /// An exchange waits for it, but its peer is to follow the encoding rules, and these are the
    /// deviations.
    NotStrict(ExchangeId, Anomalies),
    /// It is a message of SNMPv3 with a security model that this engine does not have.
    SecurityModel(i32),
    /// It is a message of SNMPv3 with privacy but without authentication.
    InvalidFlags,
    /// An exchange waits for it, but it cannot be believed.
    Rejected(ExchangeId, Rejection),
}

impl Ignored {
    /// The exchange that waits for it, if that is known.
    pub fn exchange(self) -> Option<ExchangeId> {
        match self {
            Ignored::WrongSource(id)
            | Ignored::WrongVersion(id)
            | Ignored::WrongCommunity(id)
            | Ignored::NotStrict(id, _)
            | Ignored::Rejected(id, _) => Some(id),
            Ignored::Undecodable(_)
            | Ignored::NotAResponse
            | Ignored::UnknownRequest
            | Ignored::SecurityModel(_)
            | Ignored::InvalidFlags => None,
        }
    }
}

impl fmt::Display for Ignored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Ignored::Undecodable(error) => return write!(f, "cannot be decoded ({error})"),
            Ignored::NotAResponse => "is not a response, but another PDU",
            Ignored::UnknownRequest => "has an ID that is not that of a request under way",
            Ignored::WrongSource(_) => "is from another address than the one asked",
            Ignored::WrongVersion(_) => "is of another version of SNMP than the request",
            Ignored::WrongCommunity(_) => "carries another community than the request",
            Ignored::NotStrict(_, anomalies) => return write!(f, "breaks the encoding rules ({anomalies})"),
            Ignored::SecurityModel(model) => {
                return write!(f, "has security model {model}, which is not the user-based one");
            }
            Ignored::InvalidFlags => "says that it is encrypted and not authenticated",
            Ignored::Rejected(_, rejection) => return write!(f, "cannot be believed ({rejection})"),
        })
    }
}
