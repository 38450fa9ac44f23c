//! Which of several processes polls a device.

use super::hash::{hash, mix};
use std::fmt;
use std::str::FromStr;

/// Most processes that share devices.
const MOST: u32 = 10_000;

/// One of several processes that share devices without knowing of each other.
///
/// A device belongs to the process whose number gives the highest hash together with its name (rendezvous hashing). One
/// more process takes its share from all others, and no other device moves.
///
/// ```
/// use mibc_collect::poll::Shard;
///
/// let shards: Vec<Shard> = ["1/2", "2/2"].iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
/// assert_eq!(shards.iter().filter(|shard| shard.has("switch-1")).count(), 1);
/// # Ok::<(), mibc_collect::poll::ShardError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    number: u32,
    of: u32,
}

/// A text that is not a shard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a shard; expected a number and how many there are, such as 1/4 to 4/4")]
pub struct ShardError {
    /// The text.
    pub found: String,
}

impl Default for Shard {
    /// The only one.
    fn default() -> Self {
        Self { number: 1, of: 1 }
    }
}

impl Shard {
    /// Whether a device belongs to it.
    pub fn has(&self, device: &str) -> bool {
        if self.of == 1 {
            return true;
        }
        let name = hash(&[device]);
        let weight = |number: u32| mix(name ^ mix(u64::from(number)));
        let ours = weight(self.number);
        // Of equal weights the lower number has it.
        (1..=self.of).all(|other| match weight(other) {
            theirs if other < self.number => theirs < ours,
            theirs => theirs <= ours,
        })
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let wrong = || ShardError { found: text.to_owned() };
        let (number, of) = text.split_once('/').ok_or_else(wrong)?;
        let number: u32 = number.parse().map_err(|_| wrong())?;
        let of: u32 = of.parse().map_err(|_| wrong())?;
        if (1..=of).contains(&number) && of <= MOST { Ok(Self { number, of }) } else { Err(wrong()) }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shards(of: u32) -> Vec<Shard> {
        (1..=of).map(|number| format!("{number}/{of}").parse().expect("a shard")).collect()
    }

    fn owner(shards: &[Shard], device: &str) -> usize {
        let owners: Vec<usize> = (0..shards.len()).filter(|at| shards[*at].has(device)).collect();
        assert_eq!(owners.len(), 1, "{device}: {owners:?}");
        owners[0]
    }

    /// Disjoint, complete, even; and a fifth process takes a fifth, from all four.
    #[test]
    fn each_device_has_one_process() {
        let (four, five) = (shards(4), shards(5));
        let mut counts = [0; 4];
        let mut taken = [0; 4];
        for number in 0..10_000 {
            let device = format!("rack{}/switch-{number}", number % 7);
            let (before, after) = (owner(&four, &device), owner(&five, &device));
            counts[before] += 1;
            if after == 4 {
                taken[before] += 1;
            } else {
                assert_eq!(before, after, "{device} moves between processes that stay");
            }
        }
        assert!(counts.iter().all(|count| (2_300..2_700).contains(count)), "{counts:?}");
        assert!(taken.iter().all(|count| (400..600).contains(count)), "{taken:?}");
    }

    #[test]
    fn texts_that_are_not_shards() {
        for text in ["", "1", "0/4", "5/4", "1/0", "a/b", "1/4/4", "-1/4", "1/10001"] {
            let error = text.parse::<Shard>().expect_err(text);
            assert!(error.to_string().contains("such as 1/4 to 4/4"), "{error}");
        }
        assert_eq!(Shard::default().to_string(), "1/1");
    }
}
