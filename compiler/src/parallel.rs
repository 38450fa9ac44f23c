//! Work on many things at once, where the feature `parallel` is on; one after another where it is not. The results
//! are the same, in the same order.
//!
//! How many threads there are is Rayon's matter: as many as processors, or as `RAYON_NUM_THREADS` says, or those of
//! the pool that the caller runs in.

#[cfg(feature = "parallel")]
use rayon::prelude::*;

/// What `work` makes of each item, in the order of the items.
#[cfg(feature = "parallel")]
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    if items.len() < 2 || rayon::current_num_threads() < 2 {
        return items.into_iter().map(work).collect();
    }
    // Small pieces: one file can be as long as a thousand others.
    items.into_par_iter().with_max_len(1).map(work).collect()
}

/// What `work` makes of each item, in the order of the items.
#[cfg(not(feature = "parallel"))]
pub(crate) fn map<T, R>(items: Vec<T>, work: impl Fn(T) -> R) -> Vec<R> {
    items.into_iter().map(work).collect()
}

/// Does `work` on each item.
#[cfg(feature = "parallel")]
pub(crate) fn for_each<T: Send>(items: Vec<T>, work: impl Fn(T) + Send + Sync) {
    if items.len() < 2 || rayon::current_num_threads() < 2 {
        return items.into_iter().for_each(work);
    }
    items.into_par_iter().for_each(work);
}

/// Does `work` on each item.
#[cfg(not(feature = "parallel"))]
pub(crate) fn for_each<T>(items: Vec<T>, work: impl Fn(T)) {
    items.into_iter().for_each(work);
}
