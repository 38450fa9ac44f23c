//! Streams and consumers, made where they are missing.

use super::error::Error;
use super::request::Nats;
use serde_json::{Value, json};

/// The server's number for a stream that does not exist.
const NO_STREAM: u64 = 10059;

/// The server's number for a consumer that does not exist.
const NO_CONSUMER: u64 = 10014;

/// A stream as it is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stream {
    /// Its configuration and state, in the server's JSON.
    pub info: Value,
}

impl Stream {
    /// Messages in it.
    pub fn messages(&self) -> u64 {
        self.info["state"]["messages"].as_u64().unwrap_or(0)
    }

    /// The number of the newest message that it has had.
    pub fn last(&self) -> u64 {
        self.info["state"]["last_seq"].as_u64().unwrap_or(0)
    }

    /// Octets that it takes.
    pub fn octets(&self) -> u64 {
        self.info["state"]["bytes"].as_u64().unwrap_or(0)
    }

    /// The server's time when it said this, in RFC 3339.
    pub(crate) fn time(&self) -> Option<&str> {
        self.info["ts"].as_str()
    }

    /// When it was made, in RFC 3339.
    pub(crate) fn created(&self) -> Option<&str> {
        self.info["created"].as_str()
    }

    /// What somebody has noted in its configuration.
    pub(crate) fn note(&self, key: &str) -> Option<&str> {
        self.info["config"]["metadata"][key].as_str()
    }
}

impl Nats {
    /// A stream, if it exists.
    ///
    /// # Errors
    ///
    /// If the server does not answer.
    pub async fn stream(&self, name: &str) -> Result<Option<Stream>, Error> {
        optional(self.ask(&format!("STREAM.INFO.{name}"), &json!({})).await, NO_STREAM)
            .map(|info| info.map(|info| Stream { info }))
    }

    /// Makes a stream if it does not exist. One that exists stays as it is: its limits are its owner's.
    #[cfg(test)]
    pub(crate) async fn ensure_stream(&self, config: &Value) -> Result<Stream, Error> {
        let name = config["name"].as_str().unwrap_or_default();
        if let Some(stream) = self.stream(name).await? {
            return Ok(stream);
        }
        self.ask(&format!("STREAM.CREATE.{name}"), config).await.map(|info| Stream { info })
    }

    /// Makes a stream. One that exists gets only these settings of the configuration; the rest is its owner's.
    pub(crate) async fn set_stream(&self, config: &Value, settings: &[&str]) -> Result<(), Error> {
        let name = config["name"].as_str().unwrap_or_default();
        let Some(stream) = self.stream(name).await? else {
            return self.ask(&format!("STREAM.CREATE.{name}"), config).await.map(drop);
        };
        let mut changed = stream.info["config"].clone();
        for setting in settings {
            match (config[*setting].as_object(), changed[*setting].as_object_mut()) {
                (Some(new), Some(old)) => old.extend(new.clone()),
                _ => changed[*setting] = config[*setting].clone(),
            }
        }
        if changed == stream.info["config"] {
            return Ok(());
        }
        self.ask(&format!("STREAM.UPDATE.{name}"), &changed).await.map(drop)
    }

    /// Removes a stream and all that it has. `false` if there was none.
    ///
    /// # Errors
    ///
    /// If the server does not answer, or does not let us do it.
    pub async fn remove_stream(&self, name: &str) -> Result<bool, Error> {
        let answer = self.ask(&format!("STREAM.DELETE.{name}"), &json!({})).await;
        optional(answer, NO_STREAM).map(|answer| answer.is_some())
    }

    /// Removes a consumer, if it exists.
    pub(crate) async fn remove_consumer(&self, stream: &str, name: &str) -> Result<(), Error> {
        optional(self.ask(&format!("CONSUMER.DELETE.{stream}.{name}"), &json!({})).await, NO_CONSUMER)
            .map(drop)
    }

    /// The client that a consumer is pinned to.
    pub(crate) async fn pinned(
        &self,
        stream: &str,
        consumer: &str,
        group: &str,
    ) -> Result<Option<String>, Error> {
        let info = self.consumer(stream, consumer).await?.unwrap_or_default();
        let groups = info["priority_groups"].as_array();
        let mut groups = groups.into_iter().flatten().filter(|state| state["group"] == group);
        let client = groups.find_map(|state| state["pinned_client_id"].as_str().map(str::to_owned));
        Ok(client.filter(|client| !client.is_empty()))
    }

    /// What a consumer has delivered and has still to deliver, in the server's JSON.
    pub(crate) async fn consumer(&self, stream: &str, name: &str) -> Result<Option<Value>, Error> {
        optional(self.ask(&format!("CONSUMER.INFO.{stream}.{name}"), &json!({})).await, NO_CONSUMER)
    }

    /// Makes a consumer or changes it to this configuration.
    pub(crate) async fn ensure_consumer(&self, stream: &str, config: &Value) -> Result<(), Error> {
        let name = config["durable_name"].as_str().unwrap_or_default();
        let body = json!({ "stream_name": stream, "config": config });
        self.ask(&format!("CONSUMER.CREATE.{stream}.{name}"), &body).await.map(drop)
    }

    /// Lets another worker have a pinned consumer.
    pub(crate) async fn unpin(&self, stream: &str, consumer: &str, group: &str) -> Result<(), Error> {
        self.ask(&format!("CONSUMER.UNPIN.{stream}.{consumer}"), &json!({ "group": group })).await.map(drop)
    }

    /// How many subjects that match have messages.
    pub(crate) async fn count(&self, stream: &str, subjects: &str) -> Result<u64, Error> {
        let info =
            self.ask(&format!("STREAM.INFO.{stream}"), &json!({ "subjects_filter": subjects })).await?;
        Ok(info["total"].as_u64().unwrap_or(0))
    }

    /// Removes the messages of a subject; how many there were.
    pub(crate) async fn purge(&self, stream: &str, subject: &str) -> Result<u64, Error> {
        let answer = self.ask(&format!("STREAM.PURGE.{stream}"), &json!({ "filter": subject })).await?;
        Ok(answer["purged"].as_u64().unwrap_or(0))
    }
}

fn optional(answer: Result<Value, Error>, missing: u64) -> Result<Option<Value>, Error> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(Error::Refused { code, .. }) if code == missing => Ok(None),
        Err(error) => Err(error),
    }
}
