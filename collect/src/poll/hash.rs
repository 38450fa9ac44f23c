//! Numbers of names that are the same on every machine and in every version.

/// FNV-1a over the octets, and a step of mixing, so that names that differ little have numbers that differ much. It must
/// never change: processes of several versions share a fleet, and subjects of what is stored depend on it.
pub(crate) fn hash(parts: &[&str]) -> u64 {
    let mut number = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        // Between parts is an octet that no text has.
        for octet in part.bytes().chain([0xff]) {
            number = (number ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    mix(number)
}

/// The last step of splitmix64.
pub(super) fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Other processes of a fleet count on it.
    #[test]
    fn numbers_never_change() {
        assert_eq!(hash(&["switch-1"]), 0x0666_91e5_73ed_4acc);
        assert_ne!(hash(&["a", "b"]), hash(&["ab"]));
    }
}
