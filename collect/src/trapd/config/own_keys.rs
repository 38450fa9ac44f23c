//! The keys that only some types of outputs have.

use super::raw::{RawOutput, RawSecret};
use std::ops::Range;
use toml::Spanned;

/// The types, each with the keys that only some have.
pub(super) const TYPES: [(&str, &[&str]); 11] = [
    ("lines", &["path"]),
    ("syslog", &["address", "transport", "facility", "app-name", "enterprise"]),
    ("http", &["url", "headers", "user", "password", "token", "ca-file", "timeout", "format"]),
    ("loki", &["url", "headers", "user", "password", "token", "ca-file", "timeout", "labels"]),
    (
        "alertmanager",
        &["url", "headers", "user", "password", "token", "ca-file", "timeout", "labels", "expires"],
    ),
    ("otlp", &["url", "headers", "user", "password", "token", "ca-file", "timeout"]),
    ("nats", &["url", "subject", "credentials", "ca-file"]),
    (
        "kafka",
        &[
            "brokers",
            "topic",
            "key",
            "tls",
            "ca-file",
            "certificate",
            "private-key",
            "mechanism",
            "user",
            "password",
            "compression",
            "timeout",
        ],
    ),
    ("forward", &["address", "version", "community", "user", "inform", "engine-id", "timeout"]),
    ("exec", &["command", "confirm", "timeout"]),
    ("traphandle", &["command", "confirm", "timeout", "processes"]),
];

impl RawOutput {
    /// The keys that only some types have, and where they are.
    pub(super) fn own_keys(&self) -> impl Iterator<Item = (&'static str, Range<usize>)> {
        fn place<T>(value: &Option<Spanned<T>>) -> Option<Range<usize>> {
            value.as_ref().map(Spanned::span)
        }
        let secret = |value: &Option<Spanned<RawSecret>>| value.as_ref().map(Spanned::span);
        [
            ("path", place(&self.path)),
            ("url", place(&self.url)),
            ("headers", place(&self.headers)),
            ("user", place(&self.user)),
            ("password", secret(&self.password)),
            ("token", secret(&self.token)),
            ("ca-file", place(&self.ca_file)),
            ("timeout", place(&self.timeout)),
            ("format", place(&self.format)),
            ("labels", place(&self.labels)),
            ("address", place(&self.address)),
            ("transport", place(&self.transport)),
            ("facility", place(&self.facility)),
            ("app-name", place(&self.app_name)),
            ("command", place(&self.command)),
            ("confirm", place(&self.confirm)),
            ("processes", place(&self.processes)),
            ("enterprise", place(&self.enterprise)),
            ("expires", place(&self.expires)),
            ("version", place(&self.version)),
            ("community", secret(&self.community)),
            ("inform", place(&self.inform)),
            ("engine-id", place(&self.engine_id)),
            ("subject", place(&self.subject)),
            ("credentials", place(&self.credentials)),
            ("brokers", place(&self.brokers)),
            ("topic", place(&self.topic)),
            ("key", place(&self.key)),
            ("tls", place(&self.tls)),
            ("certificate", place(&self.certificate)),
            ("private-key", place(&self.private_key)),
            ("mechanism", place(&self.mechanism)),
            ("compression", place(&self.compression)),
        ]
        .into_iter()
        .filter_map(|(key, place)| Some((key, place?)))
    }
}
