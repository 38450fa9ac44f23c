//! What a worker knows of the schedules of a partition, and how it learns that.

use super::{Partition, seconds};
use crate::fleet::book::Done;
use crate::fleet::gain::Gain;
use crate::fleet::layout::{self, GROUP, JOBS, RESULTS, STATE};
use crate::fleet::ledger::Saved;
use crate::fleet::results;
use crate::fleet::worker::Ask;
use crate::nats::Error;
use mibc_runtime::logs;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What a worker knows of the schedules of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knowledge {
    /// Nothing certain: the server was away.
    Lost,
    /// Somebody else has the partition still.
    Waiting,
    /// All of them. Jobs come for their ticks.
    Sure,
}

impl<A: Ask> Partition<A> {
    /// Learns which schedules there are and what is stored of their devices, and polls what is overdue.
    ///
    /// The server makes no jobs for ticks that it was away at, and a worker that was killed leaves jobs that come again only
    /// after a while. So what is overdue is looked up whenever a partition comes to us and whenever the server comes back.
    pub(super) async fn catch_up(self: &Arc<Self>, pin: Option<&str>) -> Knowledge {
        let known = self.caught_up(pin).await;
        if known.is_ok() {
            self.taking.works();
        }
        match known {
            Ok(true) => Knowledge::Sure,
            Ok(false) => Knowledge::Waiting,
            Err(error) => {
                self.fails(&error);
                tracing::debug!(target: logs::FLEET, partition = self.number, %error, "what is overdue cannot be looked up");
                Knowledge::Lost
            }
        }
    }

    async fn caught_up(self: &Arc<Self>, pin: Option<&str>) -> Result<bool, Error> {
        let nats = &self.shared.nats;
        let client = nats.pinned(JOBS, &layout::consumer(self.number), GROUP).await?;
        if client.is_some_and(|client| Some(&*client) != pin) {
            return Ok(false);
        }
        let found = nats.newest(STATE, &layout::partition(self.number)).await?;
        let newest = nats.stream(RESULTS).await?.map_or(0, |stream| stream.last());
        // It may be another stream than before. In the same one, a number that is too small does no harm.
        self.shared.newest.fetch_min(newest, Ordering::Relaxed);
        // Without an answer, nobody has counted here yet.
        let found = found.and_then(|message| serde_json::from_slice::<Saved>(&message.payload).ok());
        let found = found.unwrap_or_else(|| Saved { through: newest, ..Saved::default() });
        let before =
            Some(found.worker.clone()).filter(|before| !before.is_empty() && *before != self.shared.name);
        let news = self.ledger().begin(found, &self.shared.run, newest);
        if news {
            self.book().forget_done();
        }
        let (mut keys, now) = (HashSet::new(), seconds());
        nats.each(JOBS, &layout::schedules(self.number), |message| {
            let key = layout::key(&message.subject);
            match self.book().scheduled(key, &message.payload, now) {
                Ok(()) => drop(keys.insert(key.to_owned())),
                Err(reason) => self.shared.schedules.add(&message.subject, reason),
            }
        })
        .await?;
        // Devices that were removed: what is stored of them counts, and no schedule that has come back.
        let mut gone = HashMap::new();
        nats.each(STATE, &layout::gone(self.number, ">"), |message| {
            let since = std::str::from_utf8(&message.payload).ok().and_then(|text| text.parse::<u64>().ok());
            if let (Some(key), Some(since)) = (layout::gone_key(&message.subject), since) {
                gone.insert(key.to_owned(), since);
            }
        })
        .await?;
        for (key, since) in &gone {
            // A device that was applied again is another one, whatever clock says since when.
            let returned = self.book().since(key) == Some(*since);
            if keys.contains(key) && returned {
                match layout::remove(nats, &layout::schedule(self.number, key)).await {
                    Ok(()) => drop(keys.remove(key)),
                    // This worker may have no right to do that. The next `mibc fleet apply` does it.
                    Err(error) => {
                        tracing::warn!(target: logs::FLEET, subject = key, %error, "a schedule that has come back cannot be removed");
                    }
                }
            }
        }
        self.book().keep_only(&keys);
        let unknown = self.book().unknown();
        let subjects =
            unknown.iter().map(|(key, order)| (layout::result(&order.device, &order.profile), key));
        let subjects: HashMap<String, &Arc<str>> = subjects.collect();
        let mut asked: Vec<String> = subjects.keys().cloned().collect();
        if news {
            let removed = gone.keys().map(|key| layout::result_of(key));
            asked.extend(removed.filter(|results| !subjects.contains_key(results)));
        }
        let mut stored = HashMap::with_capacity(asked.len());
        results::stored_of(nats, &asked, |subject, done, counted| {
            if let Some(key) = subjects.get(subject) {
                stored.insert(Arc::clone(key), done);
            }
            if let Some(counted) = counted {
                self.ledger().count(counted);
            }
        })
        .await?;
        let overdue = {
            let mut book = self.book();
            for (key, _) in &unknown {
                // Of those whose job has come meanwhile, more is known.
                if book.done(key).is_none() {
                    book.stored(key, stored.get(key).copied().unwrap_or(Done::Nothing));
                }
            }
            book.overdue(seconds())
        };
        self.ledger().complete();
        self.save(true).await;
        if news || !overdue.is_empty() {
            self.shared.gains.add(Gain {
                partitions: usize::from(news),
                devices: if news { keys.len() } else { 0 },
                overdue: overdue.len(),
                before: before.filter(|_| news).into_iter().collect(),
            });
        }
        for job in overdue {
            tokio::spawn(Arc::clone(self).poll(job));
        }
        Ok(true)
    }
}
