use super::*;
use std::time::Duration;

#[test]
fn forgotten_entries_do_not_pile_up() {
    let start = Instant::now();
    let mut deadlines = Deadlines::default();
    let id = |slot| ExchangeId { slot, generation: 0 };
    // Ten that stay, and many that come and go.
    for slot in 0..10 {
        deadlines.insert(start, id(slot));
    }
    for n in 0..100_000 {
        deadlines.insert(start + Duration::from_millis(n), id(10));
        deadlines.forget(|_, id| id.slot < 10);
        assert!(deadlines.queue.len() <= 2 * 10 + SLACK + 1);
    }
    let mut due: Vec<_> = std::iter::from_fn(|| deadlines.pop(start)).map(|(_, id)| id.slot).collect();
    due.sort_unstable();
    due.dedup_by_key(|slot| (*slot).min(10));
    assert_eq!(due, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for slot in 0..10 {
        deadlines.forget(|_, other| other.slot > slot);
    }
    assert_eq!(deadlines.next(), None);
}
