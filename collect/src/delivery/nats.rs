//! NATS JetStream.

use super::record::Record;
use super::sink::{Failure, Sending, Sink};
use crate::nats::{Access, Error, Nats, Outgoing};

/// Publishes records to streams of NATS JetStream. Each is taken when a stream has stored it.
///
/// A record without a subject goes to the one of the sink. A stream drops a record whose identity it has had within its
/// `duplicate_window`, so one that is sent again is stored once.
#[derive(Debug)]
pub struct JetStream {
    access: Access,
    subject: String,
    connection: Option<Nats>,
}

impl JetStream {
    /// A sink that connects when it has something to send.
    pub fn new(access: Access, subject: impl Into<String>) -> Self {
        Self { access, subject: subject.into(), connection: None }
    }

    async fn publish(&mut self, batch: &[Record]) -> Result<(), Failure> {
        let nats = match &self.connection {
            Some(nats) => nats.clone(),
            None => {
                let nats = self.access.connect().await.map_err(|error| failure(&error))?;
                self.connection.insert(nats).clone()
            }
        };
        let outgoing: Vec<Outgoing> = batch.iter().map(|record| self.outgoing(record)).collect();
        for (taken, outcome) in nats.publish_all(&outgoing).await.into_iter().enumerate() {
            if let Err(error) = outcome {
                return Err(failure(&error).taken(taken));
            }
        }
        Ok(())
    }

    fn outgoing(&self, record: &Record) -> Outgoing {
        let subject = if record.subject.is_empty() { &self.subject } else { &record.subject };
        Outgoing { subject: subject.clone(), id: record.id.clone(), payload: record.payload.clone() }
    }
}

impl Sink for JetStream {
    fn send<'a>(&'a mut self, batch: &'a [Record]) -> Sending<'a> {
        Box::pin(self.publish(batch))
    }
}

/// What a stream refuses it may take later, when there is room in it; what cannot be sent at all it never takes.
fn failure(error: &Error) -> Failure {
    match error {
        Error::Unfit(reason) => Failure::refused(reason.clone()),
        other => Failure::again(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::JetStream;
    use crate::delivery::{Failure, Kind, Record, Sink};
    use crate::nats::Access;
    use mibc_test_support::nats::NatsServer;
    use serde_json::json;

    fn record(id: &str, payload: &str) -> Record {
        Record { id: id.to_owned(), ..Record::new(payload.to_owned()) }
    }

    async fn send(sink: &mut JetStream, batch: &[Record]) -> Result<(), Failure> {
        sink.send(batch).await
    }

    #[tokio::test]
    async fn records_are_stored_in_order_and_once() {
        let Some(mut server) = NatsServer::start() else { return };
        let access = Access::new(server.url());
        let mut sink = JetStream::new(access.clone(), "events.all");
        // The stream does not exist yet: the records have to wait.
        let failure = send(&mut sink, &[record("1", "a")]).await.expect_err("no stream");
        assert_eq!((failure.taken, failure.kind), (0, Kind::Again(None)), "{failure}");
        let nats = access.connect().await.expect("a connection");
        nats.ensure_stream(&json!({ "name": "EVENTS", "subjects": ["events.>"], "allow_direct": true }))
            .await
            .expect("a stream");
        let mut batch: Vec<Record> =
            (0..500).map(|number| record(&number.to_string(), &format!("{number}"))).collect();
        send(&mut sink, &batch).await.expect("all are stored");
        // Sent again after the server was killed, with some more.
        server.kill();
        server.again();
        batch.push(Record { subject: "events.other".to_owned(), ..record("", "last") });
        while let Err(failure) = send(&mut sink, &batch).await {
            assert!(matches!(failure.kind, Kind::Again(_)), "{failure}");
            assert_eq!(failure.taken, 0, "{failure}");
        }
        let mut stored = Vec::new();
        nats.each("EVENTS", "events.>", |message| stored.push((message.subject, message.payload)))
            .await
            .expect("all of them");
        assert!(stored.len() >= 501);
        for (number, (subject, payload)) in stored[..500].iter().enumerate() {
            assert_eq!((subject.as_str(), &payload[..]), ("events.all", number.to_string().as_bytes()));
        }
        // The one without an identity may be stored twice, but no other one is.
        assert!(
            stored[500..]
                .iter()
                .all(|(subject, payload)| subject == "events.other" && &payload[..] == b"last")
        );
    }

    #[tokio::test]
    async fn what_cannot_be_sent_is_refused_and_the_others_are_counted() {
        let Some(server) = NatsServer::start() else { return };
        let access = Access::new(server.url());
        let nats = access.connect().await.expect("a connection");
        nats.ensure_stream(&json!({ "name": "EVENTS", "subjects": ["events.>"] })).await.expect("a stream");
        let mut sink = JetStream::new(access, "events.all");
        let large = "x".repeat(nats.most() + 1);
        let batch = [record("1", "a"), record("2", "b"), record("3", &large), record("4", "c")];
        let failure = send(&mut sink, &batch).await.expect_err("one is too large");
        assert_eq!((failure.taken, failure.kind), (2, Kind::Refused), "{failure}");
        let mut nobody = JetStream::new(Access::new("nats://127.0.0.1:1"), "events.all");
        let failure = send(&mut nobody, &batch).await.expect_err("nobody is there");
        assert_eq!(failure.kind, Kind::Again(None), "{failure}");
    }
}
