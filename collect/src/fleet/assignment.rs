//! Which worker has which partition, as all workers compute it.

/// FNV-1a over the octets of the parts, and the last step of splitmix64. It must never change: workers of several versions
/// count on it, and so do the subjects of what is stored.
pub(super) fn hash(parts: &[&str]) -> u64 {
    let mut number = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        // Between parts is an octet that no text has.
        for octet in part.bytes().chain([0xff]) {
            number = (number ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

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
    use super::{hash, mine};

    #[test]
    fn numbers_never_change() {
        assert_eq!(hash(&["switch-1"]), 0x0666_91e5_73ed_4acc);
        assert_ne!(hash(&["a", "b"]), hash(&["ab"]));
    }

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
