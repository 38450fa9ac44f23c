//! `type = "kafka"`: results as records of a topic.

use super::output::{Mistake, OutputConfig};
use crate::delivery::Sink;
#[cfg(feature = "kafka")]
use crate::{
    delivery::{Kafka, KafkaSettings, KafkaTls, Secret},
    kafka::{Compression, Mechanism, check_topic, host_and_port},
};
#[cfg(feature = "kafka")]
use toml::Spanned;

/// Keys that Kafka does not have.
#[cfg(feature = "kafka")]
const OTHERS: [&str; 4] = ["path", "url", "headers", "token-file"];

#[cfg(not(feature = "kafka"))]
impl OutputConfig {
    /// What is wrong with an output to Kafka.
    pub(super) fn kafka_mistakes(&self) -> Vec<Mistake> {
        let message = "this program was built without Kafka; expected the package mibc-full, or one with the feature `kafka`";
        vec![(self.format.span(), message.to_owned())]
    }

    /// Where its records go.
    pub(super) fn kafka_sink(&self) -> Result<Box<dyn Sink>, String> {
        Err("this program was built without Kafka".to_owned())
    }
}

#[cfg(feature = "kafka")]
impl OutputConfig {
    /// What is wrong with an output to Kafka.
    pub(super) fn kafka_mistakes(&self) -> Vec<Mistake> {
        let mut mistakes = self.foreign(&OTHERS);
        let mut wrong = |at, message: String| mistakes.push((at, message));
        let here = self.format.span();
        match &self.brokers {
            Some(brokers) if !brokers.get_ref().is_empty() => {
                for broker in brokers.get_ref() {
                    if let Err(message) = host_and_port(broker) {
                        wrong(brokers.span(), message);
                    }
                }
            }
            Some(brokers) => wrong(
                brokers.span(),
                "`brokers` is empty; expected at least one, as in [\"kafka1:9092\"]".to_owned(),
            ),
            None => wrong(
                here.clone(),
                "`brokers` is missing; expected a list, as in [\"kafka1:9092\"]".to_owned(),
            ),
        }
        match &self.topic {
            Some(topic) => {
                if let Err(message) = check_topic(topic.get_ref()) {
                    wrong(topic.span(), message);
                }
            }
            None => wrong(
                here.clone(),
                "`topic` is missing; expected the name of a topic that is there".to_owned(),
            ),
        }
        if let Err((at, message)) = self.mechanism() {
            wrong(at, message);
        }
        if let Err((at, message)) = self.smaller() {
            wrong(at, message);
        }
        match (&self.username, &self.password_file, &self.password_env) {
            (None, None, None) => {
                if let Some(mechanism) = &self.mechanism {
                    wrong(mechanism.span(), "`mechanism` belongs to `username`, which is missing".to_owned());
                }
            }
            (Some(_), Some(_), None) | (Some(_), None, Some(_)) => {
                if self.mechanism.is_none() {
                    wrong(
                        here.clone(),
                        "`mechanism` is missing; expected plain, scram-sha-256 or scram-sha-512".to_owned(),
                    );
                }
            }
            _ => wrong(
                here.clone(),
                "expected `username` with either `password-file` or `password-env`, or none of them"
                    .to_owned(),
            ),
        }
        match (&self.certificate, &self.private_key) {
            (Some(file), None) => {
                wrong(file.span(), "`private-key` is missing: a certificate has a key".to_owned())
            }
            (None, Some(file)) => {
                wrong(file.span(), "`certificate` is missing: a key belongs to a certificate".to_owned())
            }
            _ => {}
        }
        if let Some(tls) = &self.tls
            && !tls.get_ref()
            && (self.authorities.is_some() || self.certificate.is_some())
        {
            wrong(tls.span(), "`tls` is false, but there are certificates; expected `tls = true`".to_owned());
        }
        mistakes
    }

    fn mechanism(&self) -> Result<Option<Mechanism>, Mistake> {
        let name = self.mechanism.as_ref();
        name.map(|name| name.get_ref().parse().map_err(|message| (name.span(), message))).transpose()
    }

    /// Polls of large devices are longer than what brokers take, unless they are made smaller.
    fn smaller(&self) -> Result<Compression, Mistake> {
        let name = self.compression.as_ref();
        let known = name.map(|name| name.get_ref().parse().map_err(|message| (name.span(), message)));
        known.unwrap_or(Ok(Compression::Snappy))
    }

    /// Where its records go.
    pub(super) fn kafka_sink(&self) -> Result<Box<dyn Sink>, String> {
        let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.get_ref().clone());
        let brokers = self.brokers.as_ref().map(|brokers| brokers.get_ref().clone()).unwrap_or_default();
        let mut settings = KafkaSettings::new(brokers, text(&self.topic).unwrap_or_default());
        settings.compression = self.smaller().map_err(|(_, message)| message)?;
        settings.timeout = self.timeout.map_or(settings.timeout, |timeout| timeout.0);
        let certificate = match (&self.certificate, &self.private_key) {
            (Some(certificate), Some(key)) => Some((certificate.get_ref().clone(), key.get_ref().clone())),
            _ => None,
        };
        let wanted = self.tls.as_ref().is_some_and(|tls| *tls.get_ref());
        if wanted || certificate.is_some() || self.authorities.is_some() {
            settings.tls = Some(KafkaTls { authorities: self.authorities.clone(), certificate });
        }
        let secret = self.password_file.clone().map(Secret::File);
        let secret = secret.or_else(|| text(&self.password_env).map(Secret::Environment));
        let mechanism = self.mechanism().map_err(|(_, message)| message)?;
        if let (Some(mechanism), Some(user), Some(secret)) = (mechanism, &self.username, secret) {
            settings.login = Some((mechanism, user.clone(), secret));
        }
        Ok(Box::new(Kafka::new(settings)))
    }
}
