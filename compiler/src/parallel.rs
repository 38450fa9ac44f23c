//! Work on many things at once if the feature `parallel` is on; otherwise one after another. The results
//! are the same, in the same order.
//!
//! How many threads there are is Rayon's matter: as many as processors, or as `RAYON_NUM_THREADS` says, or those of
//! the pool that the caller runs in.

#[cfg(feature = "parallel")]
use rayon::prelude::*;
use std::ops::Range;

/// How many numbers of a range a thread takes at least.
#[cfg(feature = "parallel")]
const PIECE: usize = 1 << 9;

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

/// What `work` makes of each number of a range, in their order: for much work in small pieces. The results are written
/// at once to where they stay.
#[cfg(feature = "parallel")]
pub(crate) fn map_range<R: Send>(range: Range<usize>, work: impl Fn(usize) -> R + Send + Sync) -> Vec<R> {
    if range.len() <= PIECE || rayon::current_num_threads() < 2 {
        return range.map(work).collect();
    }
    range.into_par_iter().with_min_len(PIECE).map(work).collect()
}

/// What `work` makes of each number of a range, in their order.
#[cfg(not(feature = "parallel"))]
pub(crate) fn map_range<R>(range: Range<usize>, work: impl Fn(usize) -> R) -> Vec<R> {
    range.map(work).collect()
}

/// What `work` makes of each item of a list, which it may change, in their order: for much work in small pieces.
#[cfg(feature = "parallel")]
pub(crate) fn map_mut<T: Send, R: Send>(
    items: &mut [T],
    work: impl Fn(usize, &mut T) -> R + Send + Sync,
) -> Vec<R> {
    if items.len() <= PIECE || rayon::current_num_threads() < 2 {
        return items.iter_mut().enumerate().map(|(number, item)| work(number, item)).collect();
    }
    items.par_iter_mut().enumerate().with_min_len(PIECE).map(|(number, item)| work(number, item)).collect()
}

/// What `work` makes of each item of a list, which it may change, in their order.
#[cfg(not(feature = "parallel"))]
pub(crate) fn map_mut<T, R>(items: &mut [T], work: impl Fn(usize, &mut T) -> R) -> Vec<R> {
    items.iter_mut().enumerate().map(|(number, item)| work(number, item)).collect()
}

/// The result of `work` for each item, in the order of the items. The largest items are worked on first.
///
/// So no single thread has a long item left at the end. The smaller items also reuse the memory that a large one
/// needed for a while, which leaves fewer holes in memory than the opposite order.
#[cfg(feature = "parallel")]
pub(crate) fn map_largest_first<T: Send, R: Send>(
    items: Vec<T>,
    size: impl Fn(&T) -> usize,
    work: impl Fn(T) -> R + Send + Sync,
) -> Vec<R> {
    let sorted = by_size(items, size);
    let work = |(number, item)| (number, work(item));
    let done = match rayon::current_num_threads() {
        0 | 1 => sorted.into_iter().map(work).collect(),
        _ => sorted.into_iter().par_bridge().map(work).collect(),
    };
    in_order(done)
}

/// What `work` makes of each item, in the order of the items; the largest ones are worked on first, see above.
#[cfg(not(feature = "parallel"))]
pub(crate) fn map_largest_first<T, R>(
    items: Vec<T>,
    size: impl Fn(&T) -> usize,
    work: impl Fn(T) -> R,
) -> Vec<R> {
    in_order(by_size(items, size).into_iter().map(|(number, item)| (number, work(item))).collect())
}

/// The items with their places, the largest first.
fn by_size<T>(items: Vec<T>, size: impl Fn(&T) -> usize) -> Vec<(usize, T)> {
    let mut sorted: Vec<(usize, T)> = items.into_iter().enumerate().collect();
    sorted.sort_by_key(|(_, item)| std::cmp::Reverse(size(item)));
    sorted
}

/// Results in the order of their places.
fn in_order<R>(mut done: Vec<(usize, R)>) -> Vec<R> {
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::map_largest_first;
    use std::sync::Mutex;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        let seen = Mutex::new(Vec::new());
        let done = map_largest_first(
            vec![3, 9, 1, 7],
            |&size| size,
            |size| {
                if let Ok(mut seen) = seen.lock() {
                    seen.push(size);
                }
                size * 2
            },
        );
        assert_eq!(done, [6, 18, 2, 14]);
        let mut seen = seen.into_inner().unwrap_or_default();
        seen.sort_unstable();
        assert_eq!(seen, [1, 3, 7, 9]);
    }
}
