//! What errors say of answers that came and were not accepted.

use crate::engine::{Dropped, Ignored, Rejection};
use std::fmt;
use std::net::SocketAddr;

/// Prints behind "no response" what came nevertheless, why it was not accepted, and what to do.
pub(super) struct Came<'a>(pub(super) &'a Dropped, pub(super) &'a Option<SocketAddr>);

impl fmt::Display for Came<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(dropped, wrong_source) = self;
        let Some(last) = dropped.last else { return Ok(()) };
        match (last, wrong_source) {
            (Ignored::WrongSource(_), Some(address)) => {
                return write!(f, " from there, but one from {address}, which `any_source` would accept");
            }
            (Ignored::NotStrict(_, anomalies), _) => {
                return write!(f, "; one came that the target's strict rules refuse ({anomalies})");
            }
            _ => {}
        }
        f.write_str(" that could be accepted, though ")?;
        match dropped.count {
            1 => write!(f, "one came: it {last}")?,
            count => write!(f, "{count} came: the last one {last}")?,
        }
        write!(f, "; {}", advice(last))
    }
}

/// Prints behind a deadline what came before it and was not accepted.
pub(super) struct Before<'a>(pub(super) &'a Dropped, pub(super) &'a Option<SocketAddr>);

impl fmt::Display for Before<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.last {
            Some(_) => write!(f, "; no response{}", Came(self.0, self.1)),
            None => Ok(()),
        }
    }
}

/// What may be done about it.
fn advice(ignored: Ignored) -> &'static str {
    match ignored {
        Ignored::WrongCommunity(_) => "`any_community` takes such answers, though they are easier to forge",
        Ignored::WrongVersion(_) => "ask in the version that the agent answers in",
        Ignored::UnknownRequest => {
            "it may be late, so that a longer timeout helps, or the agent does not give IDs back as they were"
        }
        Ignored::NotAResponse => "perhaps something else than an agent is at this port",
        Ignored::SecurityModel(_) | Ignored::InvalidFlags => {
            "perhaps the agent does not know user-based security, or is asked through something that does not"
        }
        Ignored::Rejected(_, rejection) => match rejection {
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
