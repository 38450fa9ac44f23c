//! A registry that many read while some change it.

use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError, RwLock};

use super::registry::Registry;
use super::snapshot::{Regions, Snapshot};

/// A registry behind a lock, and its last snapshot behind another: readers never wait for a change to be worked out.
pub struct SharedRegistry<H> {
    registry: Mutex<Registry<H>>,
    published: RwLock<Snapshot<H>>,
    watcher: OnceLock<Watcher>,
}

/// Who is told of changes.
type Watcher = Box<dyn Fn() + Send + Sync>;

impl<H: Clone> SharedRegistry<H> {
    /// With nothing registered.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The regions as they are now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot<H> {
        self.published.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks at all that is registered, which does not change meanwhile.
    pub fn inspect<T>(&self, see: impl FnOnce(&Registry<H>) -> T) -> T {
        see(&self.registry.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Has `watcher` called after each edit, for what goes by all that is registered. There is one: `false` if it is another.
    pub fn watch(&self, watcher: impl Fn() + Send + Sync + 'static) -> bool {
        self.watcher.set(Box::new(watcher)).is_ok()
    }

    /// The regions of one context as they are now.
    #[must_use]
    pub fn context(&self, name: &[u8]) -> Option<Regions<H>> {
        self.published.read().unwrap_or_else(PoisonError::into_inner).context(name).cloned()
    }

    /// Changes the registry. Readers see all changes of one call at once, when it returns.
    pub fn edit<T>(&self, change: impl FnOnce(&mut Registry<H>) -> T) -> T {
        let mut registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut registry);
        let snapshot = registry.snapshot();
        let mut published = self.published.write().unwrap_or_else(PoisonError::into_inner);
        // What nobody reads any more is freed after the lock.
        let before = std::mem::replace(&mut *published, snapshot);
        drop(published);
        drop(before);
        drop(registry);
        if let Some(watcher) = self.watcher.get() {
            watcher();
        }
        result
    }
}

impl<H> Default for SharedRegistry<H> {
    fn default() -> Self {
        Self { registry: Mutex::default(), published: RwLock::default(), watcher: OnceLock::new() }
    }
}

impl<H> fmt::Debug for SharedRegistry<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let published = self.published.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_tuple("SharedRegistry").field(&*published).finish()
    }
}
