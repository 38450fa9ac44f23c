//! Publishing, acknowledged by a stream.

use super::error::Error;
use super::request::{Nats, refused};
use async_nats::HeaderMap;
use bytes::Bytes;
use serde_json::Value;

/// What a stream has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Accepted {
    /// The stream.
    pub stream: String,
    /// Its number there.
    pub sequence: u64,
    /// Whether the stream had a message with this identity already, and has not stored this one.
    pub duplicate: bool,
}

impl Nats {
    /// Publishes a message and waits until a stream has stored it. A stream drops a message whose identity it has had
    /// within its window; an empty one is not an identity.
    ///
    /// # Errors
    ///
    /// If no stream takes it in time, or a stream refuses it.
    pub async fn publish(
        &self,
        subject: &str,
        id: &str,
        headers: &[(&'static str, String)],
        payload: Bytes,
    ) -> Result<Accepted, Error> {
        let mut map = HeaderMap::new();
        if !id.is_empty() {
            map.insert("Nats-Msg-Id", id);
        }
        for (name, value) in headers {
            map.insert(*name, value.as_str());
        }
        let answer = self.request(subject.to_owned(), map, payload).await?;
        accepted(subject, &answer.payload)
    }
}

/// What a stream has answered.
pub(super) fn accepted(subject: &str, answer: &[u8]) -> Result<Accepted, Error> {
    let unusable = || Error::Unusable {
        what: subject.to_owned(),
        reason: "it was answered, but not by a stream".to_owned(),
    };
    let answer: Value = serde_json::from_slice(answer).map_err(|_| unusable())?;
    refused(subject, &answer)?;
    match (answer["stream"].as_str(), answer["seq"].as_u64()) {
        (Some(stream), Some(sequence)) => Ok(Accepted {
            stream: stream.to_owned(),
            sequence,
            duplicate: answer["duplicate"].as_bool().unwrap_or(false),
        }),
        _ => Err(unusable()),
    }
}
