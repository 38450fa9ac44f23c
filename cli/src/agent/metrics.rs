//! What an agent has done, as samples for Prometheus.

use super::http::Shown;
use mibc_collect::Exposition;
use mibc_collect::http::process;
use mibc_runtime::engine::{Counters, Report};
use mibc_runtime::message::{PduKind, Version};
use std::time::UNIX_EPOCH;

/// All of it.
pub(super) fn of(shown: &Shown) -> Exposition {
    let mut out = Exposition::default();
    let agent = &shown.agent;
    messages(agent.counters(), &mut out);
    errors(agent.counters(), &mut out);
    let notifications = agent.notification_counters();
    for (outcome, count) in [
        ("sent", notifications.sent()),
        ("acknowledged", notifications.acknowledged()),
        ("unacknowledged", notifications.unacknowledged()),
        ("filtered", notifications.filtered()),
        ("hidden", notifications.hidden()),
        ("dropped", notifications.dropped()),
        ("failed", notifications.failed()),
    ] {
        let help = "Notifications by what became of them, once for each receiver.";
        out.counter("mibc_agent_notifications_total", help, &[("outcome", outcome)], count as f64);
    }
    let registrations = agent.registry().inspect(|registry| registry.len());
    let help = "Subtrees that are served, those of sub-agents among them.";
    out.gauge("mibc_agent_registrations", help, &[], registrations as f64);
    if let Some(master) = &shown.master {
        let help = "Sessions of sub-agents (AgentX).";
        out.gauge("mibc_agent_agentx_sessions", help, &[], master.sessions() as f64);
    }
    let (well, when) = shown.reload;
    let help = "Whether the last reload of the configuration was successful.";
    out.gauge("mibc_agent_config_last_reload_successful", help, &[], f64::from(u8::from(well)));
    let help = "When the configuration in use was read, in seconds since 1970.";
    let seconds = when.duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64());
    out.gauge("mibc_agent_config_last_reload_success_timestamp_seconds", help, &[], seconds);
    process::add_version(&mut out, "mibc_agent", env!("CARGO_PKG_VERSION"));
    process::add(&mut out);
    out
}

/// Messages, and requests by what they are.
fn messages(counters: &Counters, out: &mut Exposition) {
    let help = "Messages that arrived (snmpInPkts).";
    out.counter("mibc_agent_messages_received_total", help, &[], counters.in_pkts().into());
    let help = "Messages that were sent (snmpOutPkts).";
    out.counter("mibc_agent_messages_sent_total", help, &[], counters.out_pkts().into());
    for (version, name) in [(Version::V1, "1"), (Version::V2c, "2c"), (Version::V3, "3")] {
        for (kind, pdu) in [
            (PduKind::Get, "get"),
            (PduKind::GetNext, "getnext"),
            (PduKind::GetBulk, "getbulk"),
            (PduKind::Set, "set"),
        ] {
            // SNMPv1 does not have it.
            if (version, kind) == (Version::V1, PduKind::GetBulk) {
                continue;
            }
            let help = "Requests with a known community or user, by PDU and version.";
            let labels = [("pdu", pdu), ("version", name)];
            let count = counters.requests(kind, version);
            out.counter("mibc_agent_requests_total", help, &labels, count.into());
        }
    }
}

/// Messages that nothing but a Report comes of, and requests that are refused as a whole.
fn errors(counters: &Counters, out: &mut Exposition) {
    let report = |report| counters.reports().get(report);
    for (reason, count) in [
        ("malformed", counters.asn_parse_errs()),
        ("unknown_version", counters.bad_versions()),
        ("unknown_community", counters.bad_community_names()),
        ("community_not_allowed", counters.bad_community_uses()),
        ("response_too_big", counters.silent_drops()),
        ("unknown_pdu", counters.unknown_pdu_handlers()),
        ("invalid_message", report(Report::InvalidMessage)),
        ("unknown_security_model", report(Report::UnknownSecurityModel)),
        ("unsupported_security_level", report(Report::UnsupportedLevel)),
        ("not_in_time_window", report(Report::NotInTimeWindow)),
        ("unknown_user", report(Report::UnknownUser)),
        ("unknown_engine_id", report(Report::UnknownEngineId)),
        ("wrong_digest", report(Report::WrongDigest)),
        ("decryption_error", report(Report::DecryptionError)),
        ("unknown_context", report(Report::UnknownContext)),
        ("unavailable_context", report(Report::UnavailableContext)),
        ("proxy_drop", report(Report::ProxyDrops)),
    ] {
        let help = "Messages that were not answered as requests, by the reason. Each new manager of SNMPv3 makes an \
                    unknown_engine_id and perhaps a not_in_time_window.";
        out.counter("mibc_agent_errors_total", help, &[("reason", reason)], count.into());
    }
    let help = "Reports that were not sent, because there had been too many.";
    out.counter("mibc_agent_reports_withheld_total", help, &[], counters.reports_withheld().into());
}
