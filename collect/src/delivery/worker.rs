//! Takes what is in a queue to a sink.

use super::completion::Completion;
use super::figures::Figures;
use super::output::Shared;
use super::pause::Pause;
use super::record::Record;
use super::settings::Batch;
use super::sink::{Kind, Sink};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

/// How long to wait when the queue cannot be read.
const UNREADABLE: Duration = Duration::from_secs(1);

/// How often losses are said while nothing else happens.
const SOMETIMES: Duration = Duration::from_secs(10);

pub(super) struct Worker {
    shared: Arc<Shared>,
    sink: Box<dyn Sink>,
    /// Sinks that take its place.
    successors: mpsc::UnboundedReceiver<Box<dyn Sink>>,
    stopped: watch::Receiver<bool>,
    pause: Pause,
}

impl Worker {
    pub(super) fn new(
        shared: Arc<Shared>,
        sink: Box<dyn Sink>,
        successors: mpsc::UnboundedReceiver<Box<dyn Sink>>,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        let pause = Pause::new(shared.settings().pauses);
        Self { shared, sink, successors, stopped, pause }
    }

    /// Works until the output stops and nothing is left.
    pub(super) async fn run(mut self) {
        loop {
            self.succeed().await;
            let batch = self.shared.settings().batch;
            if !batch.linger.is_zero() && self.shared.gate.waiting().records > 0 {
                self.linger(batch).await;
            }
            let (records, completions) = match self.shared.take(&batch).await {
                Ok(batch) => batch,
                Err(error) => {
                    tracing::error!(target: mibc_runtime::logs::DELIVERY, output = %self.shared.figures.name, %error, "a queue cannot be read");
                    sleep(UNREADABLE).await;
                    continue;
                }
            };
            if records.is_empty() {
                if self.is_over().await {
                    self.close().await;
                    return;
                }
                continue;
            }
            let octets = records.iter().map(Record::octets).sum();
            self.deliver(&records, completions).await;
            self.shared.done(records.len(), octets).await;
        }
    }

    /// Waits until there is something to send; true if there will be nothing any more.
    async fn is_over(&mut self) -> bool {
        if *self.stopped.borrow() {
            return self.shared.left().await == 0;
        }
        let shared = Arc::clone(&self.shared);
        let sink = tokio::select! {
            () = shared.ready.notified() => None,
            _ = self.stopped.wait_for(|stopped| *stopped) => None,
            Some(sink) = self.successors.recv() => Some(sink),
            () = sleep(SOMETIMES) => {
                shared.figures.say();
                None
            }
        };
        if let Some(sink) = sink {
            self.adopt(sink).await;
        }
        false
    }

    /// Gives what comes from now on to the newest sink.
    async fn succeed(&mut self) {
        while let Ok(sink) = self.successors.try_recv() {
            self.adopt(sink).await;
        }
    }

    /// Another sink takes the place of the one before.
    async fn adopt(&mut self, sink: Box<dyn Sink>) {
        self.close().await;
        self.sink = sink;
        self.pause = Pause::new(self.shared.settings().pauses);
    }

    async fn close(&mut self) {
        if let Err(failure) = self.sink.close().await {
            tracing::warn!(target: mibc_runtime::logs::DELIVERY, output = %self.shared.figures.name, reason = %failure.reason, "an output does not end well");
        }
    }

    /// Waits for others, until a batch is full or the time is over.
    async fn linger(&mut self, batch: Batch) {
        let ready = Arc::clone(&self.shared.ready);
        let full = async {
            loop {
                let waiting = self.shared.gate.waiting();
                if waiting.records >= batch.records || waiting.octets >= batch.octets {
                    break;
                }
                ready.notified().await;
            }
        };
        let sink = tokio::select! {
            _ = timeout(batch.linger, full) => None,
            _ = self.stopped.wait_for(|stopped| *stopped) => None,
            Some(sink) = self.successors.recv() => Some(sink),
        };
        if let Some(sink) = sink {
            self.adopt(sink).await;
        }
    }

    /// Sends records until each has been taken or refused. One that is refused among others is sent without them, so
    /// that it takes no others with it.
    async fn deliver(&mut self, records: &[Record], mut completions: Vec<Option<Completion>>) {
        let mut complete = |range: Range<usize>, taken: bool| {
            for completion in completions.get_mut(range).unwrap_or_default() {
                match completion.take() {
                    Some(completion) if taken => completion.taken(),
                    Some(completion) => completion.dropped(),
                    None => {}
                }
            }
        };
        let figures = Arc::clone(&self.shared.figures);
        // The next part is the last of these.
        let mut parts: Vec<Range<usize>> = std::iter::once(0..records.len()).collect();
        while let Some(part) = parts.pop() {
            let Some(batch) = records.get(part.clone()).filter(|batch| !batch.is_empty()) else { continue };
            self.succeed().await;
            Figures::add(&figures.attempts, 1);
            let Err(failure) = self.sink.send(batch).await else {
                self.works();
                Figures::add(&figures.sent, batch.len());
                complete(part, true);
                continue;
            };
            Figures::add(&figures.failures, 1);
            let taken = failure.taken.min(batch.len());
            let rest = part.start + taken..part.end;
            Figures::add(&figures.sent, taken);
            complete(part.start..rest.start, true);
            match failure.kind {
                Kind::Again(after) => {
                    if taken > 0 {
                        self.pause.reset();
                    }
                    parts.push(rest);
                    let pause = self.pause.next(after);
                    self.fails(&failure.reason, pause);
                    tokio::select! {
                        () = sleep(pause) => {}
                        Some(sink) = self.successors.recv() => self.adopt(sink).await,
                    }
                }
                Kind::Refused if rest.len() == 1 => {
                    self.works();
                    tracing::debug!(target: mibc_runtime::logs::DELIVERY, output = %figures.name, reason = %failure.reason, "a record is refused by its receiver");
                    figures.refused(&failure.reason);
                    complete(rest, false);
                }
                Kind::Refused => {
                    self.works();
                    let middle = rest.start + rest.len() / 2;
                    parts.extend([middle..rest.end, rest.start..middle]);
                }
            }
        }
    }

    /// The receiver is there.
    fn works(&mut self) {
        self.pause.reset();
        if self.shared.figures.failing.swap(false, Ordering::Relaxed) {
            tracing::info!(target: mibc_runtime::logs::DELIVERY, output = %self.shared.figures.name, "an output works again");
        }
    }

    /// It is not.
    fn fails(&mut self, reason: &str, pause: Duration) {
        let output = &self.shared.figures.name;
        if self.shared.figures.failing.swap(true, Ordering::Relaxed) {
            tracing::debug!(target: mibc_runtime::logs::DELIVERY, %output, %reason, ?pause, "an output fails again");
        } else {
            tracing::warn!(target: mibc_runtime::logs::DELIVERY, %output, %reason, "an output fails: trying again until it succeeds");
        }
    }
}
