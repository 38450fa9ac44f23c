//! What an engine says in a Report: why it will not process a message (RFC 3412 §7.1 (3), RFC 3414 §3.2).

use crate::oid::{Oid, OidRef};
use core::fmt;

/// The counter that a Report carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Report {
    /// usmStatsUnsupportedSecLevels.
    UnsupportedLevel,
    /// usmStatsNotInTimeWindows.
    NotInTimeWindow,
    /// usmStatsUnknownUserNames.
    UnknownUser,
    /// usmStatsUnknownEngineIDs.
    UnknownEngineId,
    /// usmStatsWrongDigests.
    WrongDigest,
    /// usmStatsDecryptionErrors.
    DecryptionError,
    /// snmpUnknownSecurityModels.
    UnknownSecurityModel,
    /// snmpInvalidMsgs.
    InvalidMessage,
    /// snmpUnknownPDUHandlers.
    UnknownPduHandler,
    /// snmpUnavailableContexts.
    UnavailableContext,
    /// snmpUnknownContexts.
    UnknownContext,
    /// snmpProxyDrops.
    ProxyDrops,
    /// A counter that no standard names for this.
    Other,
}

/// The instance of each counter.
const COUNTERS: [(Report, &[u32]); 12] = [
    (Report::UnsupportedLevel, &[1, 3, 6, 1, 6, 3, 15, 1, 1, 1, 0]),
    (Report::NotInTimeWindow, &[1, 3, 6, 1, 6, 3, 15, 1, 1, 2, 0]),
    (Report::UnknownUser, &[1, 3, 6, 1, 6, 3, 15, 1, 1, 3, 0]),
    (Report::UnknownEngineId, &[1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0]),
    (Report::WrongDigest, &[1, 3, 6, 1, 6, 3, 15, 1, 1, 5, 0]),
    (Report::DecryptionError, &[1, 3, 6, 1, 6, 3, 15, 1, 1, 6, 0]),
    (Report::UnknownSecurityModel, &[1, 3, 6, 1, 6, 3, 11, 2, 1, 1, 0]),
    (Report::InvalidMessage, &[1, 3, 6, 1, 6, 3, 11, 2, 1, 2, 0]),
    (Report::UnknownPduHandler, &[1, 3, 6, 1, 6, 3, 11, 2, 1, 3, 0]),
    (Report::UnavailableContext, &[1, 3, 6, 1, 6, 3, 12, 1, 4, 0]),
    (Report::UnknownContext, &[1, 3, 6, 1, 6, 3, 12, 1, 5, 0]),
    (Report::ProxyDrops, &[1, 3, 6, 1, 2, 1, 11, 32, 0]),
];

impl Report {
    /// What the first varbind of a Report names.
    pub fn from_oid(name: OidRef<'_>) -> Self {
        COUNTERS
            .iter()
            .find(|(_, arcs)| name.arcs().eq(arcs.iter().copied()))
            .map_or(Report::Other, |(report, _)| *report)
    }

    /// The instance of the counter; `None` for [`Other`](Self::Other).
    pub fn oid(self) -> Option<Oid> {
        let (_, arcs) = COUNTERS.iter().find(|(report, _)| *report == self)?;
        Oid::from_arcs(arcs).ok()
    }

    /// The descriptor of the counter.
    pub fn counter(self) -> &'static str {
        match self {
            Report::UnsupportedLevel => "usmStatsUnsupportedSecLevels",
            Report::NotInTimeWindow => "usmStatsNotInTimeWindows",
            Report::UnknownUser => "usmStatsUnknownUserNames",
            Report::UnknownEngineId => "usmStatsUnknownEngineIDs",
            Report::WrongDigest => "usmStatsWrongDigests",
            Report::DecryptionError => "usmStatsDecryptionErrors",
            Report::UnknownSecurityModel => "snmpUnknownSecurityModels",
            Report::InvalidMessage => "snmpInvalidMsgs",
            Report::UnknownPduHandler => "snmpUnknownPDUHandlers",
            Report::UnavailableContext => "snmpUnavailableContexts",
            Report::UnknownContext => "snmpUnknownContexts",
            Report::ProxyDrops => "snmpProxyDrops",
            Report::Other => "a counter that is not known",
        }
    }

    /// What is wrong, and what to do about it.
    fn advice(self) -> &'static str {
        match self {
            Report::UnsupportedLevel => {
                "unsupported security level: the other engine has no such keys for this user; send without privacy, or \
                 have the user given its protocols there"
            }
            Report::NotInTimeWindow => {
                "not in the time window, also with the clock that it tells: the other engine's boots or time are not \
                 kept as they should be"
            }
            Report::UnknownUser => "unknown user name: the other engine has no such user",
            Report::UnknownEngineId => "unknown engine ID: another engine answers than the one spoken to",
            Report::WrongDigest => {
                "wrong digest: the authentication passphrase or protocol differs from the other engine's"
            }
            Report::DecryptionError => {
                "decryption error: the privacy passphrase or protocol differs from the other engine's; with \
                 AES-192 and AES-256 try the other key extension (Reeder or not)"
            }
            Report::UnknownSecurityModel => {
                "unknown security model: the other engine does not know user-based security"
            }
            Report::InvalidMessage => "invalid message: the other engine does not accept its flags",
            Report::UnknownPduHandler => {
                "no application there handles this operation for the context engine ID that was asked"
            }
            Report::UnavailableContext => "the context exists, but is not available now",
            Report::UnknownContext => "unknown context: the other engine has no context of this name",
            Report::ProxyDrops => "the proxy there does not know where to pass this on to",
            Report::Other => "the other engine reports something that no standard names",
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.advice(), self.counter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_have_names() -> Result<(), crate::oid::OidError> {
        for (report, _) in COUNTERS {
            let oid = report.oid().unwrap_or_else(|| panic!("{report:?} has no OID"));
            assert_eq!(Report::from_oid(oid.as_ref()), report);
            assert!(report.to_string().contains(report.counter()));
        }
        assert_eq!(Report::from_oid(Oid::from_arcs(&[1, 3, 6])?.as_ref()), Report::Other);
        Ok(())
    }
}
