//! Outputs of type `kafka`.

use super::Reading;
use super::output::Kind;
use super::raw::RawOutput;
use std::ops::Range;
use std::time::Duration;
#[cfg(feature = "kafka")]
use {
    crate::delivery::{KafkaSettings, KafkaTls},
    crate::kafka::{Compression, Mechanism, check_topic, host_and_port},
    crate::trapd::key::EventKey,
    std::path::PathBuf,
    toml::Spanned,
};

impl Reading<'_> {
    #[cfg(not(feature = "kafka"))]
    pub(super) fn kafka(&mut self, _: &Range<usize>, raw: &RawOutput, _: Duration) -> Option<Kind> {
        self.wrong(
            raw.kind.span(),
            "this program was built without Kafka; expected the package mibc-full, or one with the feature `kafka`",
        );
        None
    }

    #[cfg(feature = "kafka")]
    pub(super) fn kafka(&mut self, span: &Range<usize>, raw: &RawOutput, timeout: Duration) -> Option<Kind> {
        let before = self.mistakes.len();
        let brokers = raw.brokers.as_ref().map(|brokers| brokers.as_ref().clone()).unwrap_or_default();
        if brokers.is_empty() {
            let place = raw.brokers.as_ref().map_or(span.clone(), Spanned::span);
            self.wrong(place, "this output needs `brokers`; expected a list, as in [\"kafka1:9092\"]");
        }
        for broker in &brokers {
            if let Err(message) = host_and_port(broker) {
                self.wrong(raw.brokers.as_ref().map_or(0..0, Spanned::span), message);
            }
        }
        let topic = self.needed(span, "topic", &raw.topic).unwrap_or_default();
        if let (Some(place), Err(message)) = (raw.topic.as_ref().map(Spanned::span), check_topic(&topic)) {
            self.wrong(place, message);
        }
        let mut settings = KafkaSettings::new(brokers, topic);
        settings.timeout = timeout;
        settings.compression = self.parsed(&raw.compression).unwrap_or(Compression::None);
        settings.tls = self.kafka_tls(raw);
        let mechanism: Option<Mechanism> = self.parsed(&raw.mechanism);
        match (&raw.user, &raw.password) {
            (None, None) => {
                if let Some(place) = raw.mechanism.as_ref().map(Spanned::span) {
                    self.wrong(place, "`mechanism` belongs to `user`, which is missing");
                }
            }
            (Some(user), Some(password)) => match mechanism {
                Some(mechanism) => {
                    let password = self.secret(password.as_ref());
                    settings.login = Some((mechanism, user.as_ref().clone(), password));
                }
                None if raw.mechanism.is_some() => {}
                None => self.wrong(
                    user.span(),
                    "`mechanism` is missing; expected plain, scram-sha-256 or scram-sha-512",
                ),
            },
            _ => self.wrong(span.clone(), "expected `user` with `password`, or none of them"),
        }
        let key = match raw.key.as_ref().map(|key| key.as_ref().as_str()) {
            None | Some("agent") => EventKey::Agent,
            Some("source") => EventKey::Source,
            Some("alert") => EventKey::Alert,
            Some(other) => {
                let message = format!("`key` is `{other}`; expected agent, source or alert");
                self.wrong(raw.key.as_ref().map_or(0..0, Spanned::span), message);
                EventKey::Agent
            }
        };
        (self.mistakes.len() == before).then_some(Kind::Kafka { settings, key })
    }

    /// A text in a form of its own; wrong ones are told.
    #[cfg(feature = "kafka")]
    fn parsed<T: std::str::FromStr<Err = String>>(&mut self, text: &Option<Spanned<String>>) -> Option<T> {
        let text = text.as_ref()?;
        match text.as_ref().parse() {
            Ok(value) => Some(value),
            Err(message) => {
                self.wrong(text.span(), message);
                None
            }
        }
    }

    #[cfg(feature = "kafka")]
    fn kafka_tls(&mut self, raw: &RawOutput) -> Option<KafkaTls> {
        let path =
            |path: &Option<Spanned<PathBuf>>| path.as_ref().map(|path| self.folder.join(path.as_ref()));
        let authorities = path(&raw.ca_file);
        let certificate = match (path(&raw.certificate), path(&raw.private_key)) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            _ => {
                let place = raw.certificate.as_ref().or(raw.private_key.as_ref()).map_or(0..0, Spanned::span);
                self.wrong(place, "expected `certificate` with `private-key`, or none of them");
                None
            }
        };
        let files = authorities.is_some() || certificate.is_some();
        match raw.tls.as_ref().map(|tls| *tls.as_ref()) {
            Some(false) if files => {
                let place = raw.tls.as_ref().map_or(0..0, Spanned::span);
                self.wrong(place, "`tls` is false, but there are certificates; expected `tls = true`");
                None
            }
            Some(true) => Some(KafkaTls { authorities, certificate }),
            _ => files.then_some(KafkaTls { authorities, certificate }),
        }
    }
}
