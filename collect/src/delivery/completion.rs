//! What became of a record.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everybody who was to take it has taken it.
    Taken,
    /// Somebody has not, and will not.
    Dropped,
}

/// Says what became of a record, when all who were to take it have said so.
///
/// Each of them has a clone, and says [`taken`](Self::taken). Dropping a clone without a word means that the record is not
/// taken: nothing is acknowledged because a task has ended. The one who made it says `taken` as well, after handing out
/// the clones.
pub struct Completion {
    shared: Arc<Shared>,
    said: bool,
}

struct Shared {
    dropped: AtomicBool,
    done: Mutex<Option<Done>>,
}

type Done = Box<dyn FnOnce(Outcome) + Send>;

impl Completion {
    /// Calls `done` when the last clone has been used up. It is called in the task of that one, so it must not wait.
    pub fn new(done: impl FnOnce(Outcome) + Send + 'static) -> Self {
        let shared = Shared { dropped: AtomicBool::new(false), done: Mutex::new(Some(Box::new(done))) };
        Self { shared: Arc::new(shared), said: false }
    }

    /// One, and what can be waited for. An error there means that it was lost: take it as dropped.
    pub fn channel() -> (Self, oneshot::Receiver<Outcome>) {
        let (sender, receiver) = oneshot::channel();
        let completion = Self::new(move |outcome| {
            // Nobody may be waiting any more.
            let _ = sender.send(outcome);
        });
        (completion, receiver)
    }

    /// The holder of this clone has taken the record.
    pub fn taken(mut self) {
        self.said = true;
    }

    /// The holder of this clone will not take the record.
    pub fn dropped(self) {
        drop(self);
    }
}

impl Clone for Completion {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), said: false }
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        if !self.said {
            self.shared.dropped.store(true, Ordering::Release);
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let outcome = if *self.dropped.get_mut() { Outcome::Dropped } else { Outcome::Taken };
        if let Some(done) = self.done.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            done(outcome);
        }
    }
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completion").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Completion, Outcome};

    /// What is said when so many have taken it and so many have not.
    fn outcome(taken: usize, dropped: usize) -> Outcome {
        let (completion, mut receiver) = Completion::channel();
        let takers: Vec<Completion> = (0..taken).map(|_| completion.clone()).collect();
        let droppers: Vec<Completion> = (0..dropped).map(|_| completion.clone()).collect();
        completion.taken();
        for taker in takers {
            assert!(receiver.try_recv().is_err(), "not all have spoken");
            taker.taken();
        }
        for dropper in droppers {
            assert!(receiver.try_recv().is_err(), "not all have spoken");
            dropper.dropped();
        }
        receiver.try_recv().expect("all have spoken")
    }

    #[test]
    fn all_must_take_it() {
        assert_eq!(outcome(0, 0), Outcome::Taken);
        assert_eq!(outcome(3, 0), Outcome::Taken);
        assert_eq!(outcome(2, 1), Outcome::Dropped);
        assert_eq!(outcome(0, 1), Outcome::Dropped);
    }

    #[test]
    fn silence_is_not_taking() {
        let (completion, mut receiver) = Completion::channel();
        drop(completion);
        assert_eq!(receiver.try_recv(), Ok(Outcome::Dropped));
    }
}
