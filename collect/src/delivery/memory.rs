//! A queue in memory.

use super::completion::Completion;
use super::record::Record;
use super::settings::Batch;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Records with those who want to know what becomes of them.
#[derive(Debug, Default)]
pub(super) struct Memory {
    records: Mutex<VecDeque<(Record, Option<Completion>)>>,
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, VecDeque<(Record, Option<Completion>)>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn push(&self, record: Record, completion: Option<Completion>) {
        self.lock().push_back((record, completion));
    }

    /// Takes the oldest out, unless all are being sent. Gives its octets.
    pub(super) fn drop_oldest(&self) -> Option<usize> {
        let oldest = self.lock().pop_front();
        // Its completion is told here, outside of the lock.
        oldest.map(|(record, _)| record.octets())
    }

    /// Takes out what belongs to a batch.
    pub(super) fn take(&self, batch: &Batch) -> (Vec<Record>, Vec<Option<Completion>>) {
        let (mut records, mut completions, mut octets) = (Vec::new(), Vec::new(), 0);
        let mut waiting = self.lock();
        while let Some((record, _)) = waiting.front() {
            if !batch.has_room(records.len(), octets, record.octets()) {
                break;
            }
            octets += record.octets();
            let Some((record, completion)) = waiting.pop_front() else { break };
            records.push(record);
            completions.push(completion);
        }
        // A storm should not leave its memory behind.
        if waiting.is_empty() && waiting.capacity() > 4096 {
            waiting.shrink_to(1024);
        }
        (records, completions)
    }

    /// Drops all.
    pub(super) fn clear(&self) {
        let all = std::mem::take(&mut *self.lock());
        // Completions are told outside of the lock.
        drop(all);
    }

    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }
}
