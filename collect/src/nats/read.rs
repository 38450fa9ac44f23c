//! Reading what a stream has, without a consumer.

use super::error::Error;
use super::pull::next;
use super::request::Nats;
use async_nats::{HeaderMap, Message, StatusCode};
use bytes::Bytes;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

/// Messages per request.
const BATCH: u32 = 4_000;

/// Subjects per request for their newest messages; the server takes 1,024.
const SUBJECTS: usize = 500;

/// How long the next message of a batch may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A message of a stream.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) subject: String,
    pub(crate) payload: Bytes,
    pub(crate) sequence: u64,
    headers: HeaderMap,
}

impl Stored {
    /// A header, if it has that.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(async_nats::HeaderValue::as_str)
    }

    fn of(message: Message) -> Option<Self> {
        let headers = message.headers?;
        let text = |name: &str| headers.get(name).map(|value| value.as_str().to_owned());
        let subject = text("Nats-Subject")?;
        let sequence = text("Nats-Sequence")?.parse().ok()?;
        Some(Self { subject, payload: message.payload, sequence, headers })
    }
}

impl Nats {
    /// The newest message of a subject.
    pub(crate) async fn newest(&self, stream: &str, subject: &str) -> Result<Option<Stored>, Error> {
        self.get(format!("$JS.API.DIRECT.GET.{stream}.{subject}"), Bytes::new()).await
    }

    /// The first message of a subject that has this number or a greater one.
    pub(crate) async fn next_of(
        &self,
        stream: &str,
        subject: &str,
        from: u64,
    ) -> Result<Option<Stored>, Error> {
        let body = json!({ "seq": from, "next_by_subj": subject });
        self.get(format!("$JS.API.DIRECT.GET.{stream}"), body.to_string().into()).await
    }

    /// The newest message of a subject that has a smaller number.
    pub(crate) async fn newest_before(
        &self,
        stream: &str,
        subject: &str,
        number: u64,
    ) -> Result<Option<Stored>, Error> {
        // 0 would be any number.
        let Some(last) = number.checked_sub(1).filter(|last| *last > 0) else { return Ok(None) };
        let mut found = None;
        let body = |from: u64| json!({ "seq": from, "batch": 1, "multi_last": [subject], "up_to_seq": last });
        self.batches(stream, body, &mut |message| found = Some(message)).await?;
        Ok(found)
    }

    async fn get(&self, api: String, body: Bytes) -> Result<Option<Stored>, Error> {
        let answer = self.request(api.clone(), HeaderMap::new(), body).await?;
        match answer.status {
            None => Stored::of(answer)
                .map(Some)
                .ok_or_else(|| Error::Unusable { what: api, reason: "the message has no number".to_owned() }),
            Some(StatusCode::NOT_FOUND) => Ok(None),
            Some(status) => Err(Error::Away { what: api, reason: format!("status {status}") }),
        }
    }

    /// All messages whose subjects match, oldest first. What is published meanwhile may be among them.
    pub(crate) async fn each(
        &self,
        stream: &str,
        subjects: &str,
        mut with: impl FnMut(Stored),
    ) -> Result<(), Error> {
        let body = |from: u64| json!({ "seq": from, "batch": BATCH, "next_by_subj": subjects });
        self.batches(stream, body, &mut with).await
    }

    /// The newest message of each of these subjects, where there is one.
    pub(crate) async fn newest_of(
        &self,
        stream: &str,
        subjects: &[String],
        mut with: impl FnMut(Stored),
    ) -> Result<(), Error> {
        for subjects in subjects.chunks(SUBJECTS) {
            let body = |from: u64| json!({ "seq": from, "batch": SUBJECTS, "multi_last": subjects });
            self.batches(stream, body, &mut with).await?;
        }
        Ok(())
    }

    /// Asks for messages until none is left. `body` is the request for those from a number on.
    async fn batches(
        &self,
        stream: &str,
        body: impl Fn(u64) -> Value,
        with: &mut impl FnMut(Stored),
    ) -> Result<(), Error> {
        let api = format!("$JS.API.DIRECT.GET.{stream}");
        let away = |reason: &str| Error::Away { what: api.clone(), reason: reason.to_owned() };
        if !self.reachable().await {
            return Err(away("there is no connection"));
        }
        let inbox = self.client().new_inbox();
        let mut answers =
            self.client().subscribe(inbox.clone()).await.map_err(|error| away(&error.to_string()))?;
        let mut from = 1_u64;
        loop {
            let begun = from;
            self.client()
                .publish_with_reply(api.clone(), inbox.clone(), body(from).to_string().into())
                .await
                .map_err(|error| away(&error.to_string()))?;
            let mut left = 0_u64;
            loop {
                let message = timeout(PATIENCE, next(&mut answers))
                    .await
                    .map_err(|_| away("a batch of messages did not come to its end"))?
                    .ok_or_else(|| away("the connection is closed"))?;
                match message.status {
                    None => {
                        if let Some(stored) = Stored::of(message) {
                            from = stored.sequence.saturating_add(1);
                            with(stored);
                        }
                    }
                    // The end of a batch.
                    Some(status) if status.as_u16() == 204 => {
                        let pending =
                            message.headers.as_ref().and_then(|headers| headers.get("Nats-Num-Pending"));
                        left = pending.and_then(|value| value.as_str().parse().ok()).unwrap_or(0);
                        break;
                    }
                    Some(StatusCode::NOT_FOUND) => break,
                    Some(status) => return Err(away(&format!("status {status}"))),
                }
            }
            if left == 0 {
                return Ok(());
            }
            if from == begun {
                return Err(away("the server says that there are more messages, and sends none"));
            }
        }
    }
}
