//! The agent's own counters as objects: the snmp group (RFC 3418 §2), the engine (RFC 3411 §5), the statistics of message
//! processing (RFC 3412 §5), of contexts (RFC 3413 §4) and of the security model (RFC 3414 §5).

use std::sync::Arc;
use std::time::Instant;

use mibc_generated::snmp_framework_mib::{
    SNMP_ENGINE_BOOTS, SNMP_ENGINE_ID, SNMP_ENGINE_MAX_MESSAGE_SIZE, SNMP_ENGINE_TIME, SnmpEngineId,
};
use mibc_generated::snmp_mpd_mib::{
    SNMP_INVALID_MSGS, SNMP_UNKNOWN_PDU_HANDLERS, SNMP_UNKNOWN_SECURITY_MODELS,
};
use mibc_generated::snmp_target_mib::{SNMP_UNAVAILABLE_CONTEXTS, SNMP_UNKNOWN_CONTEXTS};
use mibc_generated::snmp_user_based_sm_mib::{
    USM_STATS_DECRYPTION_ERRORS, USM_STATS_NOT_IN_TIME_WINDOWS, USM_STATS_UNKNOWN_ENGINE_I_DS,
    USM_STATS_UNKNOWN_USER_NAMES, USM_STATS_UNSUPPORTED_SEC_LEVELS, USM_STATS_WRONG_DIGESTS,
};
use mibc_generated::snmpv2_mib::{
    SNMP_IN_ASN_PARSE_ERRS, SNMP_IN_BAD_COMMUNITY_NAMES, SNMP_IN_BAD_COMMUNITY_USES, SNMP_IN_BAD_VERSIONS,
    SNMP_IN_PKTS, SNMP_PROXY_DROPS, SNMP_SILENT_DROPS,
};
use mibc_runtime::agent::{Agent, Counters};
use mibc_runtime::ber::MAX_MESSAGE;
use mibc_runtime::engine::Report;
use mibc_runtime::value::Counter32;

/// Serves objects, each with what reads it from the agent's counters. A macro, because each is of a type of its own.
macro_rules! serve_counters {
    ($agent:ident, $($object:ident: $read:expr,)*) => {$({
        let (counters, read) = (Arc::clone($agent.counters()), $read);
        $agent.serve($object, move || Counter32(read(&counters)));
    })*};
}

/// Serves the counters of an agent: the snmp group, and, if it speaks SNMPv3, snmpEngine, snmpMPDStats, usmStats and those
/// of contexts.
///
/// What RFC 3418 calls obsolete in the snmp group (snmpInTooBigs, snmpOutGetRequests and the like) is not served: managers
/// read noSuchObject.
pub fn serve_statistics(agent: &Agent) {
    serve_counters!(agent,
        SNMP_IN_PKTS: Counters::in_pkts,
        SNMP_IN_BAD_VERSIONS: Counters::bad_versions,
        SNMP_IN_BAD_COMMUNITY_NAMES: Counters::bad_community_names,
        SNMP_IN_BAD_COMMUNITY_USES: Counters::bad_community_uses,
        SNMP_IN_ASN_PARSE_ERRS: Counters::asn_parse_errs,
        SNMP_SILENT_DROPS: Counters::silent_drops,
        SNMP_PROXY_DROPS: of(Report::ProxyDrops),
    );
    let Some(users) = agent.responder().local_users() else { return };
    serve_counters!(agent,
        SNMP_UNKNOWN_SECURITY_MODELS: of(Report::UnknownSecurityModel),
        SNMP_INVALID_MSGS: of(Report::InvalidMessage),
        SNMP_UNKNOWN_PDU_HANDLERS: of(Report::UnknownPduHandler),
        SNMP_UNAVAILABLE_CONTEXTS: of(Report::UnavailableContext),
        SNMP_UNKNOWN_CONTEXTS: of(Report::UnknownContext),
        USM_STATS_UNSUPPORTED_SEC_LEVELS: of(Report::UnsupportedLevel),
        USM_STATS_NOT_IN_TIME_WINDOWS: of(Report::NotInTimeWindow),
        USM_STATS_UNKNOWN_USER_NAMES: of(Report::UnknownUser),
        USM_STATS_UNKNOWN_ENGINE_I_DS: of(Report::UnknownEngineId),
        USM_STATS_WRONG_DIGESTS: of(Report::WrongDigest),
        USM_STATS_DECRYPTION_ERRORS: of(Report::DecryptionError),
    );
    let engine_id = users.engine_id();
    agent.serve(SNMP_ENGINE_ID, move || SnmpEngineId::from(engine_id.as_bytes()));
    let clock = users.clone();
    agent.serve(SNMP_ENGINE_BOOTS, move || positive(clock.clock(Instant::now()).boots));
    agent.serve(SNMP_ENGINE_TIME, move || positive(users.clock(Instant::now()).time));
    agent.serve(SNMP_ENGINE_MAX_MESSAGE_SIZE, || i32::try_from(MAX_MESSAGE).unwrap_or(i32::MAX));
}

/// The counter of what a Report says.
fn of(report: Report) -> impl Fn(&Counters) -> u32 {
    move |counters| counters.reports().get(report)
}

fn positive(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
