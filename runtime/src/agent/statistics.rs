//! The agent's own counters as objects: the snmp group (RFC 3418 §2), and, with SNMPv3, the engine (RFC 3411 §5), the
//! statistics of message processing (RFC 3412 §5), of the contexts (RFC 3413 §4) and of the security model (RFC 3414 §5).

use std::sync::Arc;
use std::time::Instant;

use super::responder::Responder;
use crate::engine::Counters;
use crate::meta::Meta;
use crate::typed::{Module, Scalar, access};
use crate::value::Counter32;

/// Stands for the module of the objects; only the OIDs say where they are defined.
struct Statistics;

impl Module for Statistics {
    const META: Meta<'static> = Meta::EMPTY;
}

type Object<T> = Scalar<Statistics, T, access::ReadOnly>;

/// How one counter is read.
type Read = fn(&Counters) -> u32;

const SNMP: [(&[u32], Read); 7] = [
    (&[1, 3, 6, 1, 2, 1, 11, 1], Counters::in_pkts),
    (&[1, 3, 6, 1, 2, 1, 11, 3], Counters::bad_versions),
    (&[1, 3, 6, 1, 2, 1, 11, 4], Counters::bad_community_names),
    (&[1, 3, 6, 1, 2, 1, 11, 5], Counters::bad_community_uses),
    (&[1, 3, 6, 1, 2, 1, 11, 6], Counters::asn_parse_errs),
    (&[1, 3, 6, 1, 2, 1, 11, 31], Counters::silent_drops),
    // snmpProxyDrops: this agent is not a proxy.
    (&[1, 3, 6, 1, 2, 1, 11, 32], |_| 0),
];

#[cfg(feature = "usm")]
mod v3 {
    use super::{Object, Read, Responder};
    use crate::ber::MAX_MESSAGE;
    use crate::engine::Report;
    use crate::value::OctetString;
    use std::sync::Arc;
    use std::time::Instant;

    /// Counters that Reports carry, and snmpUnknownPDUHandlers, which the older versions move as well.
    pub(super) const REPORTS: [(&[u32], Read); 11] = [
        (&[1, 3, 6, 1, 6, 3, 11, 2, 1, 1], |c| c.reports().get(Report::UnknownSecurityModel)),
        (&[1, 3, 6, 1, 6, 3, 11, 2, 1, 2], |c| c.reports().get(Report::InvalidMessage)),
        (&[1, 3, 6, 1, 6, 3, 11, 2, 1, 3], |c| c.reports().get(Report::UnknownPduHandler)),
        (&[1, 3, 6, 1, 6, 3, 12, 1, 4], |c| c.reports().get(Report::UnavailableContext)),
        (&[1, 3, 6, 1, 6, 3, 12, 1, 5], |c| c.reports().get(Report::UnknownContext)),
        (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 1], |c| c.reports().get(Report::UnsupportedLevel)),
        (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 2], |c| c.reports().get(Report::NotInTimeWindow)),
        (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 3], |c| c.reports().get(Report::UnknownUser)),
        (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 4], |c| c.reports().get(Report::UnknownEngineId)),
        (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 5], |c| c.reports().get(Report::WrongDigest)),
        (&[1, 3, 6, 1, 6, 3, 15, 1, 1, 6], |c| c.reports().get(Report::DecryptionError)),
    ];

    const ENGINE_ID: Object<OctetString> = Object::new(&[1, 3, 6, 1, 6, 3, 10, 2, 1, 1]);
    const ENGINE_BOOTS: Object<i32> = Object::new(&[1, 3, 6, 1, 6, 3, 10, 2, 1, 2]);
    const ENGINE_TIME: Object<i32> = Object::new(&[1, 3, 6, 1, 6, 3, 10, 2, 1, 3]);
    const ENGINE_MAX_MESSAGE_SIZE: Object<i32> = Object::new(&[1, 3, 6, 1, 6, 3, 10, 2, 1, 4]);

    /// snmpEngine of SNMP-FRAMEWORK-MIB.
    pub(super) fn serve_engine(
        responder: &Responder,
        now: impl Fn() -> Instant + Clone + Send + Sync + 'static,
    ) {
        let Some(authority) = responder.authority() else { return };
        let engine_id = *authority.engine_id();
        responder.serve(ENGINE_ID, move || OctetString::from(engine_id.as_bytes()));
        let clock = Arc::clone(authority);
        let time = now.clone();
        responder.serve(ENGINE_BOOTS, move || positive(clock.clock(time()).boots));
        let clock = Arc::clone(authority);
        responder.serve(ENGINE_TIME, move || positive(clock.clock(now()).time));
        responder.serve(ENGINE_MAX_MESSAGE_SIZE, || MAX_MESSAGE as i32);
    }

    fn positive(value: u32) -> i32 {
        i32::try_from(value).unwrap_or(i32::MAX)
    }
}

impl Responder {
    /// Serves the agent's own counters: the snmp group, and, if it speaks SNMPv3, snmpEngine, snmpMPDStats, usmStats and
    /// those of contexts. `now` says what time it is, for snmpEngineTime.
    pub fn serve_statistics(&self, now: impl Fn() -> Instant + Clone + Send + Sync + 'static) {
        self.serve_counters(&SNMP);
        #[cfg(not(feature = "usm"))]
        let _ = now;
        #[cfg(feature = "usm")]
        if self.authority().is_some() {
            self.serve_counters(&v3::REPORTS);
            v3::serve_engine(self, now);
        }
    }

    fn serve_counters(&self, objects: &[(&'static [u32], Read)]) {
        for &(oid, read) in objects {
            let counters = Arc::clone(self.counters());
            self.serve(Object::new(oid), move || Counter32(read(&counters)));
        }
    }
}
