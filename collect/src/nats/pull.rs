//! Jobs of a consumer that is pinned to one client.

use super::error::Error;
use super::request::Nats;
use async_nats::{HeaderMap, Message, StatusCode, Subscriber};
use bytes::Bytes;
use futures_core::Stream;
use serde_json::json;
use std::pin::Pin;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// The pull was made by a client that the consumer is not pinned to.
const WRONG_PIN: u16 = 423;

/// How long after its end a pull is waited for, before it is taken for lost.
const GRACE: Duration = Duration::from_secs(5);

/// Pulls the messages of a consumer.
///
/// Where its policy is `pinned_client`, the server pins the consumer to the first client that pulls, and gives messages to
/// no other one until that has not pulled for the consumer's `priority_timeout`. A pull that is waiting does not count: only
/// a new one does. So pulls are shorter than that time.
#[derive(Debug)]
pub(crate) struct Pull {
    nats: Nats,
    subject: String,
    /// The group, where the consumer is pinned to one client of it.
    group: Option<String>,
    /// Most octets of a pull; 0 for any number.
    octets: usize,
    inbox: String,
    messages: Subscriber,
    pin: Option<String>,
    pulls: u64,
}

/// A message that wants an acknowledgement.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) subject: String,
    pub(crate) payload: Bytes,
    headers: HeaderMap,
    reply: String,
}

impl Delivery {
    /// A header, if it has that.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(async_nats::HeaderValue::as_str)
    }
}

impl Pull {
    pub(crate) async fn open(
        nats: &Nats,
        stream: &str,
        consumer: &str,
        group: Option<&str>,
    ) -> Result<Self, Error> {
        let inbox = nats.client().new_inbox();
        let subject = format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}");
        let messages = nats
            .client()
            .subscribe(format!("{inbox}.*"))
            .await
            .map_err(|error| Error::Away { what: subject.clone(), reason: error.to_string() })?;
        Ok(Self {
            nats: nats.clone(),
            subject,
            group: group.map(str::to_owned),
            octets: 0,
            inbox,
            messages,
            pin: None,
            pulls: 0,
        })
    }

    /// Asks for messages, and gives each to `with` as it comes, until the pull has ended. It is an error if the server does
    /// not say that it has.
    pub(crate) async fn pull(
        &mut self,
        batch: usize,
        expires: Duration,
        mut with: impl FnMut(Delivery),
    ) -> Result<(), Error> {
        let away = |subject: &str, reason: &str| {
            Err(Error::Away { what: subject.to_owned(), reason: reason.to_owned() })
        };
        if !self.nats.reachable().await {
            return away(&self.subject, "there is no connection");
        }
        self.pulls += 1;
        let reply = format!("{}.{}", self.inbox, self.pulls);
        let mut body = json!({ "batch": batch, "expires": expires.as_nanos() as u64 });
        if let Some(group) = &self.group {
            body["group"] = json!(group);
        }
        if self.octets > 0 {
            body["max_bytes"] = json!(self.octets);
        }
        if let Some(pin) = &self.pin {
            body["id"] = json!(pin);
        }
        self.nats
            .client()
            .publish_with_reply(self.subject.clone(), reply.clone(), body.to_string().into())
            .await
            .map_err(|error| Error::Away { what: self.subject.clone(), reason: error.to_string() })?;
        let end = Instant::now() + expires + GRACE;
        let mut came = 0;
        while came < batch {
            let left = end.saturating_duration_since(Instant::now());
            let message = tokio::select! {
                biased;
                message = timeout(left, next(&mut self.messages)) => message,
                // A pull of a server that has been restarted has no end.
                () = self.nats.lost() => return away(&self.subject, "the connection was lost"),
            };
            let Ok(message) = message else { return away(&self.subject, "a pull did not come to its end") };
            let Some(message) = message else { return away(&self.subject, "the connection is closed") };
            let Some(status) = message.status else {
                came += 1;
                if let Some(delivery) = self.delivery(message) {
                    with(delivery);
                }
                continue;
            };
            if status.as_u16() == WRONG_PIN {
                self.pin = None;
            }
            // An earlier pull may end late.
            if message.subject.as_str() == reply {
                return match status {
                    StatusCode::NO_RESPONDERS => away(&self.subject, "the consumer is not there"),
                    _ => Ok(()),
                };
            }
        }
        Ok(())
    }

    /// A pull ends before it has more octets.
    pub(crate) fn limit(&mut self, octets: usize) {
        self.octets = octets;
    }

    /// What we are called where messages come to us.
    pub(crate) fn pin(&self) -> Option<&str> {
        self.pin.as_deref()
    }

    /// Whether messages come to us.
    pub(crate) fn is_pinned(&self) -> bool {
        self.pin.is_some()
    }

    fn delivery(&mut self, message: Message) -> Option<Delivery> {
        let headers = message.headers.unwrap_or_default();
        if let Some(pin) = headers.get("Nats-Pin-Id") {
            self.pin = Some(pin.as_str().to_owned());
        }
        let reply = message.reply?.to_string();
        Some(Delivery { subject: message.subject.to_string(), payload: message.payload, headers, reply })
    }
}

impl Nats {
    /// Says that a message is done. If this is lost, the message comes again.
    pub(crate) async fn acknowledge(&self, delivery: &Delivery) {
        self.say(delivery, "+ACK").await;
    }

    /// Gives a message back.
    pub(crate) async fn give_back(&self, delivery: &Delivery) {
        self.say(delivery, "-NAK").await;
    }

    /// Says that a message is being worked on, and is not to come again yet.
    pub(crate) async fn hold(&self, delivery: &Delivery) {
        self.say(delivery, "+WPI").await;
    }

    /// Says that a message can never be done, and is not to come again.
    pub(crate) async fn end(&self, delivery: &Delivery) {
        self.say(delivery, "+TERM").await;
    }

    async fn say(&self, delivery: &Delivery, word: &'static str) {
        // It fails only when the client has ended.
        let _ = self.client().publish(delivery.reply.clone(), Bytes::from_static(word.as_bytes())).await;
    }
}

/// The next message of a subscription.
pub(crate) async fn next(messages: &mut Subscriber) -> Option<Message> {
    std::future::poll_fn(|context| Pin::new(&mut *messages).poll_next(context)).await
}
