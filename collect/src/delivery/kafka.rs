//! Kafka.

use super::record::Record;
use super::secret::Secret;
use super::sink::{Failure, Sending, Sink};
use super::tls;
use crate::kafka::{Access, Compression, Error, Login, Mechanism, Message, Producer};
use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

/// Where records go, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KafkaSettings {
    /// Addresses of brokers, as in `kafka1:9092`; one that answers is enough.
    pub brokers: Vec<String>,
    /// The topic, which must be there.
    pub topic: String,
    /// TLS, if it is to be used.
    pub tls: Option<KafkaTls>,
    /// A user and the password, and how that is proved.
    pub login: Option<(Mechanism, String, Secret)>,
    /// How records are made smaller.
    pub compression: Compression,
    /// How long a broker may take.
    pub timeout: Duration,
}

/// TLS of connections to brokers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KafkaTls {
    /// A file with authorities, instead of those of the system.
    pub authorities: Option<PathBuf>,
    /// Files with our certificate and its key.
    pub certificate: Option<(PathBuf, PathBuf)>,
}

/// Writes records to a topic of Kafka, each with its subject as key and its identity in the header `id`. Each is taken when all
/// replicas in sync have it.
///
/// Of a batch that fails in part, only what failed is sent again. A broker that has taken records but whose answer is lost gets
/// them twice.
#[derive(Debug)]
pub struct Kafka {
    settings: KafkaSettings,
    producer: Option<Producer>,
    /// Identities of records that are taken, while others before them are not.
    taken: HashSet<String>,
}

impl KafkaSettings {
    /// Brokers without TLS and passwords, and records as they are.
    pub fn new(brokers: Vec<String>, topic: impl Into<String>) -> Self {
        Self {
            brokers,
            topic: topic.into(),
            tls: None,
            login: None,
            compression: Compression::None,
            timeout: Duration::from_secs(30),
        }
    }

    /// Reads the files and secrets that it names.
    fn access(&self) -> Result<Access, String> {
        let mut access = Access::new(self.brokers.clone());
        access.timeout = self.timeout;
        if let Some(KafkaTls { authorities, certificate }) = &self.tls {
            let authorities = authorities.as_deref();
            access.tls = Some(match certificate {
                Some((certificate, key)) => tls::client_with(authorities, certificate, key)?,
                None => tls::client(authorities)?,
            });
        }
        if let Some((mechanism, user, password)) = &self.login {
            access.login = Some(Login::new(*mechanism, user.clone(), password.read()?));
        }
        Ok(access)
    }
}

impl Kafka {
    /// A sink that connects when it has something to send.
    pub fn new(settings: KafkaSettings) -> Self {
        Self { settings, producer: None, taken: HashSet::new() }
    }

    async fn write(&mut self, batch: &[Record]) -> Result<(), Failure> {
        let producer = match &mut self.producer {
            Some(producer) => producer,
            None => {
                let access = self.settings.access().map_err(Failure::again)?;
                let Self { settings, producer, .. } = self;
                producer.insert(Producer::new(access, settings.topic.clone(), settings.compression))
            }
        };
        let is_taken = |record: &Record| !record.id.is_empty() && self.taken.contains(&record.id);
        let missing: Vec<usize> = (0..batch.len()).filter(|place| !is_taken(&batch[*place])).collect();
        let messages: Vec<Message> = missing.iter().map(|place| message(&batch[*place])).collect();
        let mut outcomes = producer.write(&messages).await;
        let failed = outcomes.iter().position(Result::is_err);
        if outcomes.iter().any(|outcome| matches!(outcome, Err(Error::Login { .. } | Error::Connect { .. })))
        {
            // Certificates and passwords may be others by now.
            self.producer = None;
        }
        let end = failed.map_or(batch.len(), |first| missing[first]);
        for record in &batch[..end] {
            self.taken.remove(&record.id);
        }
        let Some(first) = failed else { return Ok(()) };
        for (place, outcome) in missing.iter().zip(&outcomes).skip(first) {
            if outcome.is_ok() && !batch[*place].id.is_empty() {
                self.taken.insert(batch[*place].id.clone());
            }
        }
        let Err(error) = outcomes.swap_remove(first) else { return Ok(()) };
        let failure = match error.is_refused() {
            true => Failure::refused(error.to_string()),
            false => Failure::again(error.to_string()),
        };
        Err(failure.taken(end))
    }
}

fn message(record: &Record) -> Message {
    Message { key: record.subject.clone(), id: record.id.clone(), payload: record.payload.clone() }
}

impl Sink for Kafka {
    fn send<'a>(&'a mut self, batch: &'a [Record]) -> Sending<'a> {
        Box::pin(self.write(batch))
    }
}

#[cfg(all(test, unix))]
mod tests;
