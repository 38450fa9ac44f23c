//! What errors say of answers that came and were not accepted.

use crate::engine::{Dropped, Rejection, Unaccepted};
use std::fmt;
use std::net::SocketAddr;

/// Prints behind "no response" what came nevertheless, why it was not accepted, and what to do.
pub(super) struct Came<'a>(pub(super) &'a Unaccepted, pub(super) &'a Option<SocketAddr>);

impl fmt::Display for Came<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(dropped, wrong_source) = self;
        let Some(last) = dropped.last else { return Ok(()) };
        match (last, wrong_source) {
            (Dropped::WrongSource(_), Some(address)) => {
                return write!(f, " from there, but one from {address}, which `any_source` would accept");
            }
            (Dropped::NotStrict(_, anomalies), _) => {
                return write!(f, "; one came that the target's strict rules refuse ({anomalies})");
            }
            _ => {}
        }
        f.write_str(" that could be accepted, though ")?;
        match dropped.count {
            1 => write!(f, "one came: it {}", Reason(last))?,
            count => write!(f, "{count} came: the last one {}", Reason(last))?,
        }
        write!(f, "; {}", advice(last))
    }
}

/// Prints behind a deadline what came before it and was not accepted.
pub(super) struct Before<'a>(pub(super) &'a Unaccepted, pub(super) &'a Option<SocketAddr>);

impl fmt::Display for Before<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.last {
            Some(_) => write!(f, "; no response{}", Came(self.0, self.1)),
            None => Ok(()),
        }
    }
}

/// Why an answer was not accepted: the end of a sentence about it.
struct Reason(Dropped);

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Dropped::Malformed(error) => return write!(f, "cannot be decoded ({error})"),
            Dropped::UnknownVersion(version) => {
                return write!(f, "has the version number {version}, which is not one of SNMP");
            }
            Dropped::UnknownPdu => "is not a response, but another PDU",
            Dropped::UnknownRequest => "has an ID that is not that of a request under way",
            Dropped::WrongSource(_) => "is from another address than the one asked",
            Dropped::WrongVersion(_) => "is of another version of SNMP than the request",
            Dropped::WrongCommunity(_) => "carries another community than the request",
            Dropped::NotStrict(_, anomalies) => return write!(f, "breaks the encoding rules ({anomalies})"),
            Dropped::SecurityModel(model) => {
                return write!(f, "has security model {model}, which is not the user-based one");
            }
            Dropped::InvalidFlags => "says that it is encrypted and not authenticated",
            Dropped::Rejected(_, rejection) => return write!(f, "cannot be believed ({rejection})"),
            other => return write!(f, "was not for the request ({other})"),
        })
    }
}

/// What may be done about it.
fn advice(ignored: Dropped) -> &'static str {
    match ignored {
        Dropped::WrongCommunity(_) => "`any_community` takes such answers, though they are easier to forge",
        Dropped::WrongVersion(_) => "ask in the version that the agent answers in",
        Dropped::UnknownRequest => {
            "it may be late, so that a longer timeout helps, or the agent does not give IDs back as they were"
        }
        Dropped::UnknownPdu => "perhaps something else than an agent is at this port",
        Dropped::SecurityModel(_) | Dropped::InvalidFlags => {
            "perhaps the agent does not know user-based security, or is asked through something that does not"
        }
        Dropped::Rejected(_, rejection) => match rejection {
            Rejection::Digest | Rejection::Decryption => {
                "perhaps the agent's key or protocol is another one, or something on the way changes messages"
            }
            Rejection::TimeWindow => {
                "its clock has gone back, and asking for it anew did not help: it is to count its boots"
            }
            Rejection::EngineId => {
                "another engine answers, and asking for its ID anew did not help: is there more than one at this \
                 address, or a proxy?"
            }
            Rejection::IllegalEngineId => "`any_engine_id` takes such engine IDs, up to 64 octets",
            Rejection::Level => "the agent is to answer at the security level of the request",
            _ => "the agent mixes up requests, or something between forges answers",
        },
        _ => {
            "the agent encodes it wrongly, or something else is at this port: a packet capture shows what it is"
        }
    }
}
