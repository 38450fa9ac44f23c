//! Several messages published at once.

use super::error::Error;
use super::publish::{Accepted, accepted};
use super::pull::next;
use super::request::{Nats, PATIENCE};
use async_nats::{HeaderMap, StatusCode};
use bytes::Bytes;
use std::time::Instant;
use tokio::time::timeout;

/// A message to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Its subject.
    pub subject: String,
    /// Its identity; empty if it has none.
    pub id: String,
    /// Its payload.
    pub payload: Bytes,
}

impl Nats {
    /// Publishes messages in this order, without waiting for one before the next is sent, and says of each what became of
    /// it. A stream may have stored one although its answer is lost.
    pub async fn publish_all(&self, messages: &[Outgoing]) -> Vec<Result<Accepted, Error>> {
        let away = |subject: &str, reason: &str| {
            Err(Error::Away { what: subject.to_owned(), reason: reason.to_owned() })
        };
        let inbox = self.client().new_inbox();
        let mut answers = match self.client().subscribe(format!("{inbox}.*")).await {
            Ok(answers) => answers,
            Err(error) => {
                return messages.iter().map(|message| away(&message.subject, &error.to_string())).collect();
            }
        };
        let mut outcomes: Vec<Option<Result<Accepted, Error>>> = Vec::with_capacity(messages.len());
        for (number, message) in messages.iter().enumerate() {
            let mut headers = HeaderMap::new();
            if !message.id.is_empty() {
                headers.insert("Nats-Msg-Id", message.id.as_str());
            }
            let reply = format!("{inbox}.{number}");
            let (subject, payload) = (message.subject.clone(), message.payload.clone());
            let sent = self.client().publish_with_reply_and_headers(subject, reply, headers, payload).await;
            // It is not sent because of what it is: too large, or without a good subject.
            outcomes.push(sent.err().map(|error| {
                Err(Error::Unfit(format!("a message to `{}` cannot be sent: {error}", message.subject)))
            }));
        }
        let mut missing = outcomes.iter().filter(|outcome| outcome.is_none()).count();
        let end = Instant::now() + PATIENCE;
        while missing > 0 {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(Some(answer)) = timeout(left, next(&mut answers)).await else { break };
            let number = answer.subject.rsplit('.').next().and_then(|number| number.parse::<usize>().ok());
            let Some(number) = number.filter(|number| outcomes.get(*number).is_some_and(Option::is_none))
            else {
                continue;
            };
            let subject = &messages[number].subject;
            outcomes[number] = Some(match answer.status {
                Some(StatusCode::NO_RESPONDERS) => away(subject, "no stream takes it"),
                _ => accepted(subject, &answer.payload),
            });
            missing -= 1;
        }
        let outcomes = outcomes.into_iter().zip(messages);
        outcomes
            .map(|(outcome, message)| outcome.unwrap_or_else(|| away(&message.subject, "no answer in time")))
            .collect()
    }
}
