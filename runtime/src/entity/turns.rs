//! SETs of one entity, one after the other.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

/// Whose turn it is.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    queue: Mutex<Queue>,
    /// A turn has ended, or its SET waits.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    last: u64,
    /// The first one has the turn.
    waiting: VecDeque<Entry>,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    /// Where it is told that it has the turn.
    waker: Option<Waker>,
    /// It has the turn and waits for something: nobody can tell for how long.
    is_parked: bool,
}

/// A place in the queue, given up when dropped.
pub(crate) struct Turn {
    turns: Arc<Turns>,
    number: u64,
}

impl Turns {
    /// A place at the end of the queue.
    pub(crate) fn queue_up(self: &Arc<Self>) -> Turn {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.last += 1;
        let number = queue.last;
        queue.waiting.push_back(Entry { number, waker: None, is_parked: false });
        Turn { turns: Arc::clone(self), number }
    }
}

impl Turn {
    /// Whether it is its turn.
    pub(crate) fn has_come(&self) -> bool {
        let queue = self.turns.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.has(self.number)
    }

    /// Ready when it is its turn.
    pub(crate) fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        let mut queue = self.turns.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.has(self.number) {
            return Poll::Ready(());
        }
        if let Some(entry) = queue.waiting.iter_mut().find(|entry| entry.number == self.number) {
            entry.waker = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    /// Waits for the SETs before it, which other threads are about; `false` where one of them waits itself.
    pub(crate) fn block(&self) -> bool {
        let mut queue = self.turns.queue.lock().unwrap_or_else(PoisonError::into_inner);
        while !queue.has(self.number) {
            if queue.waiting.front().is_some_and(|first| first.is_parked) {
                return false;
            }
            queue = self.turns.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    /// Says that its SET has to wait.
    pub(crate) fn park(&self) {
        let mut queue = self.turns.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = queue.waiting.iter_mut().find(|entry| entry.number == self.number) {
            entry.is_parked = true;
        }
        self.turns.changed.notify_all();
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let next = {
            let mut queue = self.turns.queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.waiting.retain(|entry| entry.number != self.number);
            queue.waiting.front_mut().and_then(|first| first.waker.take())
        };
        self.turns.changed.notify_all();
        if let Some(next) = next {
            next.wake();
        }
    }
}

impl Queue {
    fn has(&self, number: u64) -> bool {
        self.waiting.front().is_some_and(|first| first.number == number)
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Turn").field(&self.number).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// First come, first served; who gives up does not hold up the others.
    #[test]
    fn turns_are_in_order() {
        let turns = Arc::new(Turns::default());
        let [first, second, third] = [turns.queue_up(), turns.queue_up(), turns.queue_up()];
        let cx = Context::from_waker(Waker::noop());
        assert!(first.has_come() && first.block());
        assert!(second.poll(&cx).is_pending() && third.poll(&cx).is_pending());
        first.park();
        assert!(!second.block());
        drop(second);
        assert!(third.poll(&cx).is_pending());
        drop(first);
        assert!(third.poll(&cx).is_ready() && third.block());
        drop(third);
        assert!(turns.queue_up().has_come());
    }

    /// A thread that blocks goes on when the one before it has finished.
    #[test]
    fn threads_wait_for_each_other() {
        let turns = Arc::new(Turns::default());
        let first = turns.queue_up();
        let second = turns.queue_up();
        let thread = std::thread::spawn(move || second.block());
        drop(first);
        assert!(thread.join().expect("no panic"));
    }
}
