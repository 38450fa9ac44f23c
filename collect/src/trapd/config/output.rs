//! Outputs of a configuration.

use super::listeners::UserPlan;
use super::raw::{RawOutput, RawSecret};
use super::{Reading, address, listed};
use crate::FileError;
use crate::delivery::{
    Authorization, Batch, Framing, Http, HttpSettings, Limits, Overflow, Place, Secret, Settings,
    SyslogTransport,
};
#[cfg(feature = "kafka")]
use crate::trapd::key::EventKey;
use crate::trapd::labels::Labels;
use crate::trapd::severity::Severity;
use crate::trapd::syslog::Form;
use crate::written;
use mibc_runtime::usm::{EngineId, User};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;
use toml::Spanned;

/// An output: its queue, and where it takes events to.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::trapd) struct OutputPlan {
    pub(in crate::trapd) settings: Settings,
    pub(in crate::trapd) required: bool,
    /// Only events that are at least so bad.
    pub(in crate::trapd) severity: Option<Severity>,
    pub(in crate::trapd) kind: Kind,
}

impl OutputPlan {
    /// What it cannot write.
    pub(super) fn unwritable(&self) -> impl Iterator<Item = String> {
        let of_file = match &self.kind {
            Kind::Lines { path: Some(path), .. } => written::refused_file(path),
            _ => None,
        };
        let of_queue = match &self.settings.place {
            Place::Disk { folder, .. } => written::refused_folder(folder),
            Place::Memory => None,
        };
        of_file.into_iter().chain(of_queue).map(|why| format!("the output `{}`: {why}", self.settings.name))
    }
}

/// Where an output takes events to.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::trapd) enum Kind {
    /// Lines of standard output, or of a file.
    Lines {
        path: Option<PathBuf>,
        sync: bool,
    },
    Syslog {
        transport: SyslogTransport,
        address: String,
        form: Form,
    },
    Http {
        http: HttpPlan,
        lines: bool,
    },
    Loki {
        http: HttpPlan,
        labels: Labels,
    },
    Alertmanager {
        http: HttpPlan,
        labels: Labels,
        expires: Duration,
    },
    Otlp {
        http: HttpPlan,
    },
    #[cfg(feature = "nats")]
    Nats {
        url: String,
        subject: String,
        credentials: Option<PathBuf>,
        authorities: Option<PathBuf>,
    },
    #[cfg(feature = "kafka")]
    Kafka {
        settings: crate::delivery::KafkaSettings,
        key: EventKey,
    },
    Forward {
        address: Address,
        credentials: Credentials,
        inform: bool,
        timeout: Duration,
    },
    Process {
        command: Vec<String>,
        confirm: bool,
        timeout: Duration,
    },
    /// A process for each event, as snmptrapd starts them.
    Script {
        command: Vec<String>,
        processes: usize,
        confirm: bool,
        timeout: Duration,
    },
}

impl Kind {
    pub(in crate::trapd) fn is_script(&self) -> bool {
        matches!(self, Self::Script { .. })
    }
}

/// Requests of HTTP.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::trapd) struct HttpPlan {
    pub(in crate::trapd) url: String,
    pub(in crate::trapd) headers: Vec<(String, String)>,
    pub(in crate::trapd) authorization: Option<Authorization>,
    pub(in crate::trapd) timeout: Duration,
    pub(in crate::trapd) authorities: Option<PathBuf>,
}

impl HttpPlan {
    pub(in crate::trapd) fn settings(&self, framing: Framing) -> HttpSettings {
        let mut settings = HttpSettings::new(self.url.clone(), framing);
        settings.headers.clone_from(&self.headers);
        settings.authorization.clone_from(&self.authorization);
        settings.timeout = self.timeout;
        settings.authorities.clone_from(&self.authorities);
        settings
    }
}

/// A receiver of notifications.
pub(in crate::trapd) type Address = String;

/// In whose name notifications are forwarded.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::trapd) enum Credentials {
    V1(Secret),
    V2c(Secret),
    V3(User),
    /// For traps: whose engine is ours, and is counted in a file.
    OwnEngine {
        user: User,
        engine_id: Option<EngineId>,
        file: PathBuf,
    },
}

/// The types, each with the keys that only some have.
const TYPES: [(&str, &[&str]); 11] = [
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

impl Reading<'_> {
    pub(super) fn outputs(
        &mut self,
        raw: Vec<Spanned<RawOutput>>,
        users: &BTreeMap<String, UserPlan>,
    ) -> Vec<OutputPlan> {
        if raw.is_empty() {
            self.mistakes.push(FileError::new("there is no [[output]]: expected at least one, such as `name = \"file\"`, `type = \"lines\"`, `path = \"traps.json\"`"));
        }
        let (mut names, mut folders) = (BTreeSet::new(), BTreeSet::new());
        let mut plans = Vec::new();
        for raw in raw {
            let (span, raw) = (raw.span(), raw.into_inner());
            if !names.insert(raw.name.as_ref().clone()) {
                self.wrong(raw.name.span(), format!("there are two outputs `{}`", raw.name.as_ref()));
            }
            let Some(plan) = self.output(span.clone(), raw, users) else { continue };
            if let Place::Disk { folder, .. } = &plan.settings.place
                && !folders.insert(folder.clone())
            {
                self.wrong(span, format!("two outputs have the folder {}", folder.display()));
            }
            plans.push(plan);
        }
        plans
    }

    fn output(
        &mut self,
        span: Range<usize>,
        raw: RawOutput,
        users: &BTreeMap<String, UserPlan>,
    ) -> Option<OutputPlan> {
        let kind = raw.kind.as_ref().as_str();
        let Some((_, own)) = TYPES.iter().find(|(name, _)| *name == kind) else {
            let known: Vec<&str> = TYPES.iter().map(|(name, _)| *name).collect();
            self.wrong(
                raw.kind.span(),
                format!("`{kind}` is not a type of output; expected {}", listed(&known)),
            );
            return None;
        };
        for (key, place) in raw.own_keys() {
            if !own.contains(&key) {
                let others: Vec<&str> =
                    TYPES.iter().filter(|(_, keys)| keys.contains(&key)).map(|(name, _)| *name).collect();
                self.wrong(
                    place,
                    format!("an output of type {kind} has no `{key}`: that belongs to {}", listed(&others)),
                );
            }
        }
        let before = self.mistakes.len();
        let settings = self.settings(&raw);
        let severity = raw.severity.as_ref().and_then(|severity| self.severity(severity));
        let required = raw.required;
        let kind = self.kind(&span, &raw, users)?;
        if required {
            self.required(&span, &kind, &settings);
        }
        (self.mistakes.len() == before).then_some(OutputPlan { settings, required, severity, kind })
    }

    /// What an output that is required must be able to promise.
    fn required(&mut self, span: &Range<usize>, kind: &Kind, settings: &Settings) {
        let cannot = match kind {
            Kind::Syslog { .. } => Some(
                "syslog over UDP or TCP has no acknowledgement, so an output of this type cannot be required; expected `required = false`",
            ),
            Kind::Forward { inform: false, .. } => Some(
                "traps have no acknowledgement, so this output cannot be required; expected `inform = true` or `required = false`",
            ),
            Kind::Process { confirm: false, .. } | Kind::Script { confirm: false, .. } => Some(
                "a process that does not confirm cannot be required; expected `confirm = true` or `required = false`",
            ),
            _ => None,
        };
        if let Some(cannot) = cannot {
            self.wrong(span.clone(), cannot);
        }
        if settings.overflow == Overflow::DropOldest && matches!(settings.place, Place::Disk { .. }) {
            self.wrong(span.clone(), "a required output must not drop what it has taken; expected `overflow = \"block\"` or `\"drop-newest\"`");
        }
    }

    fn settings(&mut self, raw: &RawOutput) -> Settings {
        let name = raw.name.as_ref();
        let mut settings = Settings::new(name.clone());
        let on_disk = match raw.queue.as_ref().map(|queue| queue.as_ref().as_str()) {
            None | Some("memory") => false,
            Some("disk") => true,
            Some(other) => {
                let other = format!("`queue` is `{other}`; expected memory or disk");
                self.wrong(raw.queue.as_ref().map_or(0..0, Spanned::span), other);
                false
            }
        };
        if on_disk {
            let folder = match (&raw.folder, &self.state) {
                (Some(folder), _) => Some(written::folder(self.folder).join(folder.as_ref())),
                (None, Some(state)) => Some(state.join("queues").join(file_name(name))),
                (None, None) => None,
            };
            match folder {
                Some(folder) => {
                    let sync = raw.sync.as_ref().is_none_or(|sync| *sync.as_ref());
                    settings.place = Place::Disk { folder, sync };
                }
                None => self.wrong(raw.name.span(), "a queue on disk needs a folder: expected `folder` here, or `state` at the top of the file"),
            }
            settings.limits = Limits { records: 1_000_000, octets: 1 << 30 };
        } else {
            for (key, place) in [
                ("folder", raw.folder.as_ref().map(Spanned::span)),
                ("sync", raw.sync.as_ref().map(Spanned::span)),
            ] {
                if let Some(place) = place
                    && raw.kind.as_ref() != "lines"
                {
                    self.wrong(
                        place,
                        format!("`{key}` belongs to a queue on disk; expected `queue = \"disk\"` with it"),
                    );
                }
            }
        }
        let number = |reading: &mut Self, key: &str, value: &Option<Spanned<usize>>, most: usize| {
            let value = value.as_ref()?;
            if !(1..=most).contains(value.as_ref()) {
                reading.wrong(value.span(), format!("`{key}` is {}; expected 1 to {most}", value.as_ref()));
                return None;
            }
            Some(*value.as_ref())
        };
        if let Some(records) = number(self, "max-records", &raw.max_records, 1_000_000_000) {
            settings.limits.records = records;
        }
        if let Some(octets) = number(self, "max-octets", &raw.max_octets, 1 << 40) {
            settings.limits.octets = octets;
        }
        let mut batch = Batch::default();
        if let Some(records) = number(self, "batch-records", &raw.batch_records, 100_000) {
            batch.records = records;
        }
        if let Some(octets) = number(self, "batch-octets", &raw.batch_octets, 64 << 20) {
            batch.octets = octets;
        }
        if let Some(linger) = &raw.linger {
            batch.linger = self.seconds("linger", linger, 0.0..=60.0);
        }
        settings.batch = batch;
        if let Some(pause) = &raw.max_pause {
            settings.pauses.most = self.seconds("max-pause", pause, 0.1..=3600.0);
        }
        settings.overflow = match raw.overflow.as_ref().map(|overflow| overflow.as_ref().as_str()) {
            None if raw.required => Overflow::Block,
            None => Overflow::DropOldest,
            Some("block") => Overflow::Block,
            Some("drop-oldest") => Overflow::DropOldest,
            Some("drop-newest") => Overflow::DropNewest,
            Some(other) => {
                let other = format!("`overflow` is `{other}`; expected block, drop-oldest or drop-newest");
                self.wrong(raw.overflow.as_ref().map_or(0..0, Spanned::span), other);
                Overflow::Block
            }
        };
        settings
    }

    fn kind(
        &mut self,
        span: &Range<usize>,
        raw: &RawOutput,
        users: &BTreeMap<String, UserPlan>,
    ) -> Option<Kind> {
        let timeout = match &raw.timeout {
            Some(timeout) => self.seconds("timeout", timeout, 0.1..=3600.0),
            None => Duration::from_secs(30),
        };
        Some(match raw.kind.as_ref().as_str() {
            "lines" => {
                let path = self.file(raw);
                let on_disk = raw.queue.as_ref().is_some_and(|queue| queue.as_ref() == "disk");
                let sync = !on_disk && raw.sync.as_ref().is_some_and(|sync| *sync.as_ref());
                Kind::Lines { path, sync }
            }
            "syslog" => self.syslog(span, raw)?,
            "http" => {
                let lines = match raw.format.as_ref().map(|format| format.as_ref().as_str()) {
                    None | Some("array") => false,
                    Some("lines") => true,
                    Some(other) => {
                        let other = format!("`format` is `{other}`; expected array or lines");
                        self.wrong(raw.format.as_ref().map_or(0..0, Spanned::span), other);
                        return None;
                    }
                };
                Kind::Http { http: self.http(span, raw, timeout)?, lines }
            }
            "loki" => Kind::Loki { http: self.http(span, raw, timeout)?, labels: self.labels(raw) },
            "alertmanager" => {
                let expires = match &raw.expires {
                    Some(expires) => self.seconds("expires", expires, 60.0..=31_536_000.0),
                    None => Duration::from_secs(86_400),
                };
                let labels = self.labels(raw);
                Kind::Alertmanager { http: self.http(span, raw, timeout)?, labels, expires }
            }
            "otlp" => Kind::Otlp { http: self.http(span, raw, timeout)? },
            "nats" => self.nats(span, raw)?,
            "kafka" => self.kafka(span, raw, timeout)?,
            "forward" => {
                let address = self.needed(span, "address", &raw.address)?;
                let place = raw.address.as_ref().map_or(0..0, Spanned::span);
                if let Err(error) = address::check_receiver(&address) {
                    self.wrong(place.clone(), error);
                }
                if let Some(own) = self.listening.iter().find(|own| address::is_same(own, &address)) {
                    let wrong = format!(
                        "`{address}` is where a listener of this file listens ({own}): notifications would go round and round; expected another receiver"
                    );
                    self.wrong(place, wrong);
                }
                let inform = raw.inform.as_ref().is_some_and(|inform| *inform.as_ref());
                let credentials = self.credentials(span, raw, users, inform)?;
                let timeout = if raw.timeout.is_some() { timeout } else { Duration::from_secs(5) };
                Kind::Forward { address, credentials, inform, timeout }
            }
            _ => self.program(span, raw, timeout)?,
        })
    }

    #[cfg(feature = "nats")]
    fn nats(&mut self, span: &Range<usize>, raw: &RawOutput) -> Option<Kind> {
        let url = self.needed(span, "url", &raw.url)?;
        let subject = raw.subject.as_ref().map_or("traps", |subject| subject.as_ref()).to_owned();
        let token = |token: &str| {
            !token.is_empty() && token.bytes().all(|c| c.is_ascii_graphic() && !b"*>".contains(&c))
        };
        if !subject.split('.').all(token) {
            let place = raw.subject.as_ref().map_or(0..0, Spanned::span);
            self.wrong(place, format!("`subject` is `{subject}`; expected words of visible ASCII with dots between, without * and >"));
        }
        let path =
            |path: &Option<Spanned<PathBuf>>| path.as_ref().map(|path| self.folder.join(path.as_ref()));
        let (credentials, authorities) = (path(&raw.credentials), path(&raw.ca_file));
        Some(Kind::Nats { url, subject, credentials, authorities })
    }

    #[cfg(not(feature = "nats"))]
    fn nats(&mut self, _: &Range<usize>, raw: &RawOutput) -> Option<Kind> {
        self.wrong(
            raw.kind.span(),
            "this program was built without NATS; expected one with the feature `nats`",
        );
        None
    }

    fn credentials(
        &mut self,
        span: &Range<usize>,
        raw: &RawOutput,
        users: &BTreeMap<String, UserPlan>,
        inform: bool,
    ) -> Option<Credentials> {
        let version = raw.version.as_ref().map(|version| version.as_ref().as_str());
        if let Some(name) = &raw.user {
            if version.is_some_and(|version| version != "3") || raw.community.is_some() {
                self.wrong(name.span(), "`user` is for version 3; expected either `user` or `community`");
                return None;
            }
            let Some(UserPlan { user, .. }) = users.get(name.as_ref()) else {
                let known: Vec<&str> = users.keys().map(String::as_str).collect();
                let wrong = format!("there is no [[user]] `{}`; expected {}", name.as_ref(), listed(&known));
                self.wrong(name.span(), wrong);
                return None;
            };
            if inform {
                if let Some(engine_id) = &raw.engine_id {
                    self.wrong(engine_id.span(), "`engine-id` is for traps: of informs it is that of the receiver; expected `inform = false`");
                }
                return Some(Credentials::V3(user.clone()));
            }
            let engine_id = raw.engine_id.as_ref().and_then(|text| match text.as_ref().parse::<EngineId>() {
                Ok(engine_id) => Some(engine_id),
                Err(error) => {
                    self.wrong(text.span(), format!("`engine-id`: `{}`: {error}", text.as_ref()));
                    None
                }
            });
            let Some(state) = &self.state else {
                self.wrong(name.span(), "traps of SNMPv3 need `state` at the top of the file: there it is counted how often their engine has started; expected that, or `inform = true`");
                return None;
            };
            let file = state.join(format!("forward-{}", file_name(raw.name.as_ref())));
            return Some(Credentials::OwnEngine { user: user.clone(), engine_id, file });
        }
        if let Some(engine_id) = &raw.engine_id {
            self.wrong(engine_id.span(), "`engine-id` is for traps of SNMPv3; expected `user` as well");
        }
        let Some(community) = &raw.community else {
            self.wrong(span.clone(), "an output of type forward needs `community`, or `user` for version 3");
            return None;
        };
        let community = self.secret(community.as_ref());
        match version {
            None | Some("2c") => Some(Credentials::V2c(community)),
            Some("1") if !inform => Some(Credentials::V1(community)),
            other => {
                let found = other.unwrap_or_default();
                self.wrong(
                    raw.version.as_ref().map_or(0..0, Spanned::span),
                    format!(
                        "`version` is `{found}`; expected \"1\" for traps, \"2c\", or `user` for version 3"
                    ),
                );
                None
            }
        }
    }

    pub(super) fn needed(
        &mut self,
        span: &Range<usize>,
        key: &str,
        value: &Option<Spanned<String>>,
    ) -> Option<String> {
        let value = value.as_ref().map(|value| value.as_ref().clone());
        if value.is_none() {
            self.wrong(span.clone(), format!("this output needs `{key}`"));
        }
        value
    }

    fn http(&mut self, span: &Range<usize>, raw: &RawOutput, timeout: Duration) -> Option<HttpPlan> {
        let url = self.needed(span, "url", &raw.url)?;
        let authorization = match (&raw.user, &raw.password, &raw.token) {
            (None, None, None) => None,
            (Some(user), Some(password), None) => {
                Some(Authorization::Basic(user.as_ref().clone(), self.secret(password.as_ref())))
            }
            (None, None, Some(token)) => Some(Authorization::Bearer(self.secret(token.as_ref()))),
            _ => {
                self.wrong(span.clone(), "expected `user` with `password`, or `token`, or none of them");
                return None;
            }
        };
        let headers = raw.headers.as_ref().map(|headers| headers.as_ref().clone()).unwrap_or_default();
        let plan = HttpPlan {
            url,
            headers: headers.into_iter().collect(),
            authorization,
            timeout,
            authorities: raw.ca_file.as_ref().map(|path| self.folder.join(path.as_ref())),
        };
        // What cannot work is said now, not when the first event comes.
        if let Err(error) = Http::new(plan.settings(Framing::new("application/json"))) {
            self.wrong(raw.url.as_ref().map_or(0..0, Spanned::span), error.to_string());
            return None;
        }
        Some(plan)
    }
}

impl RawOutput {
    /// The keys that only some types have, and where they are.
    fn own_keys(&self) -> impl Iterator<Item = (&'static str, Range<usize>)> {
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

/// The name of a folder for an output.
fn file_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    name.chars().map(plain).collect()
}
