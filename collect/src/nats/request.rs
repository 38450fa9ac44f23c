//! A connection, and requests to the API of JetStream.

use super::error::Error;
use async_nats::client::{Request, RequestErrorKind};
use async_nats::connection::State;
use async_nats::{Client, HeaderMap, Message};
use bytes::Bytes;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// How long an answer may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// A connection to NATS. Clones share it.
#[derive(Clone, Debug)]
pub struct Nats {
    client: Client,
    /// Whether there is a connection, as the client has told last.
    connected: watch::Receiver<bool>,
    /// What the server has complained of last.
    complaints: watch::Receiver<Arc<str>>,
}

impl Nats {
    pub(super) fn new(
        client: Client,
        connected: watch::Receiver<bool>,
        complaints: watch::Receiver<Arc<str>>,
    ) -> Self {
        Self { client, connected, complaints }
    }

    /// Comes back when the server says that we may not publish to a subject. Such a message has no answer.
    async fn forbidden(mut complaints: watch::Receiver<Arc<str>>, subject: &str) -> String {
        let subject = format!("\"{subject}\"");
        loop {
            if complaints.changed().await.is_err() {
                // The client has ended: what waits for it says so.
                std::future::pending::<()>().await;
            }
            let complaint = Arc::clone(&complaints.borrow_and_update());
            if complaint.to_ascii_lowercase().contains("permissions violation")
                && complaint.contains(&subject)
            {
                return complaint.to_string();
            }
        }
    }

    /// Whether there is a connection now. What is sent without one is kept until there is.
    pub(crate) fn is_connected(&self) -> bool {
        self.client.connection_state() == State::Connected
    }

    /// Waits for a connection, but not longer than for an answer. Whether there is one.
    pub(crate) async fn reachable(&self) -> bool {
        if self.is_connected() {
            return true;
        }
        let mut connected = self.connected.clone();
        let _ = timeout(PATIENCE, connected.wait_for(|connected| *connected)).await;
        self.is_connected()
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// A word that nobody else has.
    pub(crate) fn unique(&self) -> String {
        // The last part of an inbox is by chance.
        self.client.new_inbox().rsplit('.').next().unwrap_or_default().to_owned()
    }

    /// Comes back when the connection is lost.
    pub(crate) async fn lost(&self) {
        if self.connected.clone().wait_for(|connected| !*connected).await.is_err() {
            // The client has ended: what waits for it says so.
            std::future::pending::<()>().await;
        }
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

    /// Sends a message that somebody answers. It ends when the connection does: then no answer will come.
    pub(super) async fn request(
        &self,
        subject: String,
        headers: HeaderMap,
        payload: Bytes,
    ) -> Result<Message, Error> {
        if !self.reachable().await {
            return Err(Error::Away { what: subject, reason: "there is no connection".to_owned() });
        }
        let mut complaints = self.complaints.clone();
        complaints.mark_unchanged();
        let request = Request::new().headers(headers).payload(payload).timeout(Some(PATIENCE));
        let answer = tokio::select! {
            biased;
            answer = self.client.send_request(subject.clone(), request) => answer,
            () = self.lost() => {
                return Err(Error::Away { what: subject, reason: "the connection was lost".to_owned() });
            }
            reason = Self::forbidden(complaints, &subject) => {
                return Err(Error::NotAllowed { what: subject, reason });
            }
        };
        match answer {
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
