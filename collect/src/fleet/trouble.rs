//! What keeps a worker from its work. It is told once, not at each attempt.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Attempts that fail for so long are news; one that fails by chance is not.
const NEWS: Duration = Duration::from_millis(500);

/// Attempts that fail until one succeeds.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    /// Whether there is any, for the many attempts that succeed.
    any: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// When the first attempt failed, and why the last one did.
    failing: Option<(Instant, String)>,
    told: bool,
}

/// What has not been told yet.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum News {
    /// Attempts fail, for this reason.
    Begins(String),
    /// They succeed again.
    Ends,
}

impl Trouble {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An attempt has failed.
    pub(super) fn fails(&self, reason: &impl ToString) {
        let mut state = self.state();
        let since = state.failing.as_ref().map_or_else(Instant::now, |(since, _)| *since);
        state.failing = Some((since, reason.to_string()));
        self.any.store(true, Ordering::Relaxed);
    }

    /// An attempt has succeeded.
    pub(super) fn works(&self) {
        if self.any.load(Ordering::Relaxed) {
            self.state().failing = None;
            self.any.store(false, Ordering::Relaxed);
        }
    }

    /// Why the last attempt failed.
    pub(super) fn reason(&self) -> Option<String> {
        self.state().failing.as_ref().map(|(_, reason)| reason.clone())
    }

    /// Whether it was told, and goes on.
    pub(super) fn is_told(&self) -> bool {
        self.any.load(Ordering::Relaxed) && self.state().told
    }

    /// What is to be told now.
    pub(super) fn news(&self) -> Option<News> {
        let mut state = self.state();
        let news = match &state.failing {
            Some((since, reason)) if !state.told && since.elapsed() >= NEWS => News::Begins(reason.clone()),
            None if state.told => News::Ends,
            _ => return None,
        };
        state.told = !state.told;
        Some(news)
    }

    /// The reason, if it has lasted for so long.
    pub(super) fn lasts(&self, time: Duration) -> Option<String> {
        let state = self.state();
        let (since, reason) = state.failing.as_ref()?;
        (since.elapsed() >= time).then(|| reason.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::{NEWS, News, Trouble};
    use std::time::Duration;

    #[test]
    fn trouble_is_told_once() {
        let trouble = Trouble::default();
        trouble.fails(&"at first");
        assert_eq!((trouble.is_told(), trouble.lasts(Duration::MAX)), (false, None));
        while trouble.lasts(NEWS).is_none() {
            std::thread::yield_now();
        }
        trouble.fails(&"later");
        assert_eq!(trouble.news(), Some(News::Begins("later".to_owned())));
        trouble.fails(&"still");
        assert_eq!((trouble.news(), trouble.is_told()), (None, true));
        assert_eq!(trouble.reason().as_deref(), Some("still"));
        trouble.works();
        assert_eq!((trouble.news(), trouble.news()), (Some(News::Ends), None));
        // One that fails by chance.
        trouble.fails(&"once");
        trouble.works();
        assert_eq!((trouble.news(), trouble.reason()), (None, None));
    }
}
