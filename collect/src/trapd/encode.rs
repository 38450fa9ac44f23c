//! An event in the forms in which outputs take it.

use super::config::{Kind, OutputPlan};
use super::event::{Event, State};
use super::labels::Labels;
use super::time::{nanoseconds, rfc3339};
use super::{forward, syslog};
use crate::delivery::{Framing, Record};
use bytes::Bytes;
use mibc_runtime::listener::ReceivedNotification;
use serde::Serialize;
use serde_json::json;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The name of the service where receivers want one.
const SERVICE: &str = "mibc-trapd";

/// How records of an output become the body of a request.
pub(super) fn framing(kind: &Kind) -> Framing {
    match kind {
        Kind::Http { lines: true, .. } => Framing::lines("application/x-ndjson"),
        Kind::Loki { .. } => Framing::array("{\"streams\":", "}"),
        Kind::Otlp { .. } => Framing::array(
            concat!(
                "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":",
                "{\"stringValue\":\"mibc-trapd\"}}]},\"scopeLogs\":[{\"scope\":{\"name\":\"mibc\",\"version\":\"",
                env!("CARGO_PKG_VERSION"),
                "\"},\"logRecords\":"
            ),
            "}]}]}",
        ),
        _ => Framing::array("", ""),
    }
}

/// The record of an event for an output; `None` if the output has no use for it. `json` is the event as JSON.
pub(super) fn record(
    plan: &OutputPlan,
    event: &Event<'_>,
    notification: &ReceivedNotification,
    json: &Bytes,
) -> Option<Record> {
    let text = || std::str::from_utf8(json).unwrap_or_default();
    #[cfg_attr(not(any(feature = "nats", feature = "kafka")), expect(unused_mut))]
    // only there it becomes another one
    let mut subject = event.short_name().to_owned();
    let payload = match &plan.kind {
        #[cfg(feature = "nats")]
        Kind::Nats { subject: first, .. } => {
            subject = format!("{first}.{}.{}", event.severity.as_str(), token(event.short_name()));
            json.clone()
        }
        #[cfg(feature = "kafka")]
        Kind::Kafka { key, .. } => {
            subject = key.of(event).to_owned();
            json.clone()
        }
        Kind::Lines { .. } | Kind::Http { .. } | Kind::Process { .. } => json.clone(),
        Kind::Syslog { form, .. } => syslog::message(event, form).into(),
        Kind::Script { .. } => event.script.clone()?.into(),
        Kind::Loki { labels, .. } => loki(event, labels, text()).into(),
        Kind::Alertmanager { labels, expires, .. } => alert(event, labels, *expires)?.into(),
        Kind::Otlp { .. } => otlp(event, text()).into(),
        Kind::Forward { .. } => forward::payload(notification)?.into(),
    };
    Some(Record { id: event.id.clone(), subject, payload })
}

/// A word of a subject of NATS.
#[cfg(feature = "nats")]
fn token(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' };
    let token: String = name.chars().map(plain).collect();
    if token.is_empty() { "unknown".to_owned() } else { token }
}

/// A stream of Loki with one entry. Labels are few, since each combination of their values is a stream.
fn loki(event: &Event<'_>, labels: &Labels, json: &str) -> String {
    let mut stream: BTreeMap<&str, Cow<'_, str>> = BTreeMap::new();
    stream.insert("service_name", SERVICE.into());
    stream.insert("severity", event.severity.as_str().into());
    stream.insert("notification", event.notification.as_str().into());
    stream.insert("agent", event.agent.as_str().into());
    labels.add(&mut stream, event);
    json!({ "stream": stream, "values": [[nanoseconds(event.received).to_string(), json]] }).to_string()
}

/// An alert of Alertmanager's API of version 2. What tells it from others is the same when it ends.
fn alert(event: &Event<'_>, labels: &Labels, expires: std::time::Duration) -> Option<String> {
    let alert = event.alert.as_ref()?;
    let mut all: BTreeMap<&str, Cow<'_, str>> = BTreeMap::new();
    all.insert("alertname", alert.name.as_str().into());
    all.insert("key", alert.key.as_str().into());
    all.insert("severity", alert.severity.as_str().into());
    all.insert("job", SERVICE.into());
    all.insert("instance", event.agent.as_str().into());
    labels.add(&mut all, event);
    let annotations =
        json!({ "summary": event.line(), "agent": event.agent, "source": event.source, "event": event.id });
    let mut body = json!({ "labels": all, "annotations": annotations });
    let end = match alert.state {
        State::Raise => {
            body["startsAt"] = event.time.clone().into();
            event.received.checked_add(expires).unwrap_or(event.received)
        }
        State::Clear => event.received,
    };
    body["endsAt"] = rfc3339(end).into();
    Some(body.to_string())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogRecord<'e> {
    time_unix_nano: String,
    observed_time_unix_nano: String,
    severity_number: u8,
    severity_text: &'static str,
    body: Text<'e>,
    attributes: Vec<Attribute<'e>>,
}

#[derive(Serialize)]
struct Attribute<'e> {
    key: String,
    value: Text<'e>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Text<'e> {
    string_value: Cow<'e, str>,
}

/// A record of OpenTelemetry's logs, in JSON. The event as a whole is an attribute, too.
fn otlp(event: &Event<'_>, json: &str) -> String {
    let nanoseconds = nanoseconds(event.received).to_string();
    let mut attributes = Vec::new();
    let mut add = |key: &str, value: &str| {
        if !value.is_empty() {
            let value = Text { string_value: value.to_owned().into() };
            attributes.push(Attribute { key: key.to_owned(), value });
        }
    };
    add("event.name", &event.notification);
    add("snmp.trap.oid", event.oid.as_deref().unwrap_or_default());
    add("snmp.version", event.version);
    add("snmp.kind", event.kind);
    add("source.address", &event.source);
    add("snmp.agent", &event.agent);
    add("snmp.user", event.user.as_deref().unwrap_or_default());
    add("mibc.event.id", &event.id);
    add("mibc.rule", event.rule.as_deref().unwrap_or_default());
    if let Some(alert) = &event.alert {
        add("mibc.alert.name", &alert.name);
        add("mibc.alert.key", &alert.key);
        add("mibc.alert.state", if alert.state == State::Raise { "raise" } else { "clear" });
    }
    for variable in &event.varbinds {
        add(&format!("snmp.varbind.{}", variable.name), &variable.text);
    }
    add("mibc.event", json);
    let record = LogRecord {
        time_unix_nano: nanoseconds.clone(),
        observed_time_unix_nano: nanoseconds,
        severity_number: event.severity.otlp(),
        severity_text: event.severity.as_str(),
        body: Text { string_value: event.line().into() },
        attributes,
    };
    serde_json::to_string(&record).unwrap_or_default()
}
