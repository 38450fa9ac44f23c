//! Outputs of a configuration.

use super::credentials::{Address, Credentials};
use super::http::HttpPlan;
use super::listeners::UserPlan;
use super::own_keys::TYPES;
use super::raw::RawOutput;
use super::{Reading, address, listed};
use crate::FileError;
use crate::delivery::{Overflow, Place, Settings, SyslogTransport};
#[cfg(feature = "kafka")]
use crate::trapd::key::EventKey;
use crate::trapd::labels::Labels;
use crate::trapd::severity::Severity;
use crate::trapd::syslog::Form;
use crate::written;
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
}
