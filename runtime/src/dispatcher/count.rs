//! The one place that counts what is wrong with messages.
//!
//! A Report carries the counter that it moves, so what is reported, or would be, is counted where Reports are made.

use crate::engine::{Counters, Dropped};
use crate::security::count;

#[cfg(feature = "usm")]
use crate::engine::Report;

/// Counts a message that nothing comes of.
#[cold]
pub(crate) fn count_dropped(counters: &Counters, dropped: &Dropped) {
    match dropped {
        Dropped::Malformed(_) | Dropped::Counter64InV1 => count(&counters.asn_parse_errs),
        Dropped::UnknownVersion(_) => count(&counters.bad_versions),
        Dropped::UnknownCommunity => count(&counters.bad_community_names),
        Dropped::UnknownPdu => {
            count(&counters.unknown_pdus);
            #[cfg(feature = "usm")]
            counters.reports().count(Report::UnknownPduHandler);
        }
        Dropped::Silent { .. } => count(&counters.silent_drops),
        #[cfg(feature = "usm")]
        Dropped::UnknownContext => {
            counters.reports().count(Report::UnknownContext);
        }
        #[cfg(feature = "usm")]
        Dropped::SecurityModel(_) => {
            counters.reports().count(Report::UnknownSecurityModel);
        }
        #[cfg(feature = "usm")]
        Dropped::InvalidFlags => {
            counters.reports().count(Report::InvalidMessage);
        }
        #[cfg(feature = "usm")]
        Dropped::Rejected(_, rejection) => {
            if let Some(report) = rejection.report() {
                counters.reports().count(report);
            }
        }
        _ => {}
    }
}
