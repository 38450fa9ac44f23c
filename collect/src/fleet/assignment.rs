//! Which worker has which partition, as all workers compute it.

use crate::poll::hash::hash;

/// The partitions of a worker, if these are the workers.
///
/// Each partition goes to the worker that comes first for it in an order of their hashes, as long as that has no more than
/// its share. So all have about the same number, and few partitions move when a worker comes or goes.
pub(super) fn mine(partitions: u16, workers: &[&str], me: &str) -> Vec<u16> {
    if workers.is_empty() {
        return Vec::new();
    }
    let share = usize::from(partitions).div_ceil(workers.len());
    let mut counts = vec![0_usize; workers.len()];
    let mut mine = Vec::new();
    for partition in 0..partitions {
        let number = partition.to_string();
        let free = (0..workers.len()).filter(|at| counts[*at] < share);
        let Some(best) = free.max_by_key(|at| (hash(&[workers[*at], &number]), workers[*at])) else { break };
        counts[best] += 1;
        if workers[best] == me {
            mine.push(partition);
        }
    }
    mine
}

#[cfg(test)]
mod tests {
    use super::mine;

    #[test]
    fn every_partition_has_one_worker_and_shares_are_fair() {
        let workers = ["a", "b", "c", "d"];
        for count in 1..=workers.len() {
            let workers = &workers[..count];
            let mut all: Vec<u16> = Vec::new();
            for worker in workers {
                let mine = mine(64, workers, worker);
                assert!(mine.len() <= 64_usize.div_ceil(count), "{worker} has {}", mine.len());
                all.extend(mine);
            }
            all.sort_unstable();
            assert_eq!(all, (0..64).collect::<Vec<u16>>());
        }
        assert!(mine(64, &[], "a").is_empty());
        assert!(mine(64, &["b"], "a").is_empty());
    }

    #[test]
    fn most_partitions_stay_where_they_are() {
        let before = mine(64, &["a", "b", "c", "d"], "a");
        let after = mine(64, &["a", "b", "c"], "a");
        let stayed = before.iter().filter(|partition| after.contains(partition)).count();
        assert!(stayed * 4 >= before.len() * 3, "{stayed} of {}", before.len());
    }
}
