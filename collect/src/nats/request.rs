//! A connection, and requests to the API of JetStream.

use super::error::Error;
use async_nats::client::{Request, RequestErrorKind};
use async_nats::{Client, HeaderMap, Message};
use bytes::Bytes;
use serde_json::Value;
use std::time::Duration;

/// How long an answer may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// A connection to NATS. Clones share it.
#[derive(Clone, Debug)]
pub struct Nats {
    client: Client,
}

impl Nats {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The version of the server: 2.12.0 is (2, 12).
    pub(crate) fn version(&self) -> (u32, u32) {
        let info = self.client.server_info();
        let mut numbers = info.version.split(['.', '-']).map(|part| part.parse().unwrap_or(0));
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
    }

    /// Most octets of a message, headers included.
    pub(crate) fn most(&self) -> usize {
        self.client.max_payload()
    }

    /// Asks the API of JetStream, `STREAM.INFO.NAME` for example.
    pub(crate) async fn ask(&self, api: &str, body: &Value) -> Result<Value, Error> {
        let answer =
            self.request(format!("$JS.API.{api}"), HeaderMap::new(), body.to_string().into()).await?;
        let answer: Value = serde_json::from_slice(&answer.payload)
            .map_err(|error| Error::Unusable { what: api.to_owned(), reason: error.to_string() })?;
        refused(api, &answer)?;
        Ok(answer)
    }

    /// Sends a message that somebody answers.
    pub(super) async fn request(
        &self,
        subject: String,
        headers: HeaderMap,
        payload: Bytes,
    ) -> Result<Message, Error> {
        let request = Request::new().headers(headers).payload(payload).timeout(Some(PATIENCE));
        match self.client.send_request(subject.clone(), request).await {
            Ok(message) => Ok(message),
            Err(error) => Err(match error.kind() {
                RequestErrorKind::NoResponders => Error::Away {
                    what: subject,
                    reason: "nobody takes it: JetStream is not enabled, it is starting, or the stream does not exist"
                        .to_owned(),
                },
                RequestErrorKind::MaxPayloadExceeded | RequestErrorKind::InvalidSubject => {
                    Error::Unfit(format!("a message to `{subject}` cannot be sent: {error}"))
                }
                _ => Error::Away { what: subject, reason: error.to_string() },
            }),
        }
    }
}

/// The error that an answer has.
pub(super) fn refused(what: &str, answer: &Value) -> Result<(), Error> {
    let Some(error) = answer.get("error") else { return Ok(()) };
    let what = what.to_owned();
    let reason = error["description"].as_str().unwrap_or("no reason given").to_owned();
    // 5xx: the server or its cluster cannot do it now.
    if error["code"].as_u64().is_some_and(|code| code >= 500) {
        return Err(Error::Away { what, reason });
    }
    Err(Error::Refused { what, reason, code: error["err_code"].as_u64().unwrap_or(0) })
}
