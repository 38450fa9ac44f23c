//! What becomes of a job: a poll, a result that is stored, an acknowledgement.

use super::{PAUSE, Partition, now};
use crate::fleet::book::{Arrival, Done, Job, Outcome};
use crate::fleet::layout;
use crate::fleet::order::due;
use crate::fleet::results::{self, Outgoing};
use crate::fleet::worker::Ask;
use crate::nats::Delivery;
use mibc_runtime::logs;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::sleep;

impl<A: Ask> Partition<A> {
    /// A job has come.
    pub(super) fn arrived(self: &Arc<Self>, delivery: Delivery) {
        let next = delivery.header("Nats-Schedule-Next").map(str::to_owned);
        let subject = delivery.subject.clone();
        let key = layout::key(&subject);
        let payload = delivery.payload.clone();
        let due = |order: &crate::fleet::order::Order| due(next.as_deref()?, order.interval);
        let arrival = self.book().arrive(key, &payload, due, delivery);
        match arrival {
            Ok(Arrival::Start(job)) => {
                tokio::spawn(Arc::clone(self).poll(job));
            }
            Ok(Arrival::Held) => {}
            Ok(Arrival::Done(delivery)) => {
                let nats = self.shared.nats.clone();
                tokio::spawn(async move { nats.acknowledge(&delivery).await });
            }
            Err((reason, delivery)) => {
                self.shared.jobs.add(&subject, reason);
                // It would come again and again.
                let nats = self.shared.nats.clone();
                tokio::spawn(async move { nats.end(&delivery).await });
            }
        }
    }

    /// Polls, and then polls again if a newer job has come.
    pub(super) async fn poll(self: Arc<Self>, mut job: Job<Delivery>) {
        let Ok(_permit) = self.shared.permits.acquire().await else { return };
        job = self.book().newest(job);
        loop {
            let outcome = self.once(&job).await;
            if let Some(delivery) = job.delivery.as_ref().filter(|_| outcome.stored) {
                self.shared.nats.acknowledge(delivery).await;
            }
            let (next, again) = self.book().finish(&job.key, job.due, outcome);
            if let Some(delivery) = again {
                self.shared.nats.acknowledge(&delivery).await;
            }
            match next {
                Some(next) => job = next,
                None => break,
            }
        }
        self.ended.notify_one();
    }

    async fn once(&self, job: &Job<Delivery>) -> Outcome {
        let (nats, order) = (&self.shared.nats, &job.order);
        let subject = layout::result(&order.device, &order.profile);
        let done = self.done(job, &subject).await;
        if done.has(job) {
            return Outcome { stored: true, up: true, ..Outcome::default() };
        }
        let begun = now();
        let lag = begun.saturating_sub(Duration::from_secs(job.due));
        self.book().begins(u64::try_from(lag.as_millis()).unwrap_or(u64::MAX));
        let device = match self.device(job) {
            Ok(device) => device,
            Err(reason) => {
                // It is not acknowledged, so a worker that can poll it still may. Then it comes again, and is not news.
                if !self.book().said(&job.key, &reason) {
                    tracing::warn!(target: logs::FLEET, device = order.device, profile = order.profile, %reason, "a device cannot be polled by this worker");
                }
                return Outcome { reason: Some(reason), ..Outcome::default() };
            }
        };
        let answer = self.shared.ask.ask(device, order, job.due, nats.most().saturating_sub(4_096)).await;
        let took = u64::try_from(now().saturating_sub(begun).as_millis()).unwrap_or(u64::MAX);
        let result = Outgoing {
            subject,
            device: &order.device,
            profile: &order.profile,
            due: job.due,
            missed: done.missed(job),
            up: answer.up,
            parts: &answer.parts,
        };
        let begun = self.ledger().store(self.shared.newest.load(Ordering::Relaxed));
        let stored = result.store(nats, &self.shared.storing).await;
        let mut ledger = self.ledger();
        if let Ok(Some(counted)) = stored {
            if counted.fresh && counted.sequence <= begun {
                // The stream is another one.
                self.shared.newest.store(counted.sequence, Ordering::Relaxed);
            } else {
                self.shared.newest.fetch_max(counted.sequence, Ordering::Relaxed);
            }
            ledger.count(counted);
        }
        ledger.end(begun);
        drop(ledger);
        let (up, refused, reason) = (answer.up, answer.refused, answer.reason);
        match stored {
            Ok(_) => Outcome { stored: true, up, refused, took, reason },
            Err(error) => {
                // One that is refused for ever comes again and again, and where all are that is told of all together.
                let reason = error.to_string();
                if !self.shared.storing.is_told() && !self.book().said(&job.key, &reason) {
                    tracing::error!(target: logs::FLEET, device = order.device, profile = order.profile, %error, "a result is refused");
                }
                Outcome { stored: false, up, refused, took, reason: Some(reason) }
            }
        }
    }

    /// What is stored of a device, asked for once after the partition has come to us.
    async fn done(&self, job: &Job<Delivery>, subject: &str) -> Done {
        loop {
            if let Some(done) = self.book().done(&job.key) {
                return done;
            }
            match results::stored(&self.shared.nats, subject).await {
                Ok((done, counted)) => {
                    self.book().stored(&job.key, done);
                    if let Some(counted) = counted {
                        self.ledger().count(counted);
                    }
                }
                Err(_) => sleep(PAUSE).await,
            }
        }
    }

    fn device(&self, job: &Job<Delivery>) -> Result<Arc<A::Device>, String> {
        let warm = self.book().warm(&job.key);
        if let Some(device) = warm.filter(|device| self.shared.ask.is_current(device)) {
            return Ok(device);
        }
        let device = Arc::new(self.shared.ask.device(&job.order)?);
        self.book().keep(job, Arc::clone(&device));
        Ok(device)
    }
}
