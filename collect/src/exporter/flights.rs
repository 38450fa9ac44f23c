//! Work that is done once for all who want it at the same time.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// Work under way, and the places where its results will be.
type Running<K, V> = Arc<Mutex<HashMap<K, watch::Receiver<Option<Arc<V>>>>>>;

/// Work under way, by what it is about.
#[derive(Debug)]
pub(super) struct Flights<K: Eq + Hash, V> {
    running: Running<K, V>,
}

impl<K: Eq + Hash, V> Default for Flights<K, V> {
    fn default() -> Self {
        Self { running: Arc::default() }
    }
}

/// Takes the work off the list when it ends, whatever way.
struct Landing<K: Eq + Hash, V> {
    running: Running<K, V>,
    key: K,
}

impl<K: Eq + Hash, V> Drop for Landing<K, V> {
    fn drop(&mut self) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Send + Sync + 'static,
{
    /// The work that is under way, or `work`, which then begins; and whether it was under way. The work goes on if nobody
    /// waits for it any more.
    pub(super) fn join<F>(&self, key: K, work: impl FnOnce() -> F) -> (Flight<V>, bool)
    where
        F: Future<Output = V> + Send + 'static,
    {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(receiver) = running.get(&key) {
            return (Flight(receiver.clone()), true);
        }
        let (sender, receiver) = watch::channel(None);
        running.insert(key.clone(), receiver.clone());
        let landing = Landing { running: Arc::clone(&self.running), key };
        let work = work();
        tokio::spawn(async move {
            let value = Arc::new(work.await);
            // A scrape that comes from now on begins anew.
            drop(landing);
            sender.send_replace(Some(value));
        });
        (Flight(receiver), false)
    }
}

/// Work that is under way.
#[derive(Debug)]
pub(super) struct Flight<V>(watch::Receiver<Option<Arc<V>>>);

impl<V> Flight<V> {
    /// Its result; `None` if it has panicked.
    pub(super) async fn landed(mut self) -> Option<Arc<V>> {
        self.0.wait_for(Option::is_some).await.ok().and_then(|value| value.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::Notify;

    #[tokio::test]
    async fn work_is_shared_while_it_runs() {
        let flights: Arc<Flights<&str, usize>> = Arc::default();
        let (begun, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let join = |key| {
            let (flights, begun, go) = (Arc::clone(&flights), Arc::clone(&begun), Arc::clone(&go));
            tokio::spawn(async move {
                let work = || async move {
                    let number = begun.fetch_add(1, Ordering::SeqCst);
                    go.notified().await;
                    number
                };
                let (flight, shared) = flights.join(key, work);
                (flight.landed().await, shared)
            })
        };
        let first = join("a");
        while begun.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        let (second, other) = (join("a"), join("b"));
        while begun.load(Ordering::SeqCst) == 1 {
            tokio::task::yield_now().await;
        }
        go.notify_waiters();
        let results = [first.await, second.await, other.await].map(|result| result.expect("no panic"));
        assert_eq!(begun.load(Ordering::SeqCst), 2);
        assert_eq!(results[0].0, results[1].0);
        assert_eq!(results.map(|result| result.1), [false, true, false]);
        // Nothing is under way any more.
        go.notify_one();
        assert_eq!(join("a").await.expect("no panic"), (Some(Arc::new(2)), false));
    }

    #[tokio::test]
    async fn a_panic_is_no_result() {
        let flights: Flights<(), ()> = Flights::default();
        assert_eq!(flights.join((), || async { panic!("on purpose") }).0.landed().await, None);
        assert_eq!(flights.join((), || async {}).0.landed().await, Some(Arc::new(())));
    }
}
