//! Which partition a key belongs to: that which Java's client chooses, so that all who write to a topic agree.

/// The partition of a key, of so many.
pub(super) fn of_key(key: &[u8], partitions: usize) -> usize {
    (murmur2(key) & 0x7fff_ffff) as usize % partitions.max(1)
}

/// MurmurHash 2 with Kafka's seed.
fn murmur2(octets: &[u8]) -> u32 {
    const FACTOR: u32 = 0x5bd1_e995;
    let mut hash = 0x9747_b28c ^ octets.len() as u32;
    let (fours, rest) = octets.as_chunks::<4>();
    for four in fours {
        let mut word = u32::from_le_bytes(*four).wrapping_mul(FACTOR);
        word ^= word >> 24;
        hash = hash.wrapping_mul(FACTOR) ^ word.wrapping_mul(FACTOR);
    }
    if !rest.is_empty() {
        for (place, octet) in rest.iter().enumerate() {
            hash ^= u32::from(*octet) << (8 * place);
        }
        hash = hash.wrapping_mul(FACTOR);
    }
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(FACTOR);
    hash ^ hash >> 15
}

#[cfg(test)]
mod tests {
    use super::{murmur2, of_key};

    /// Numbers that kafka-python gives, which has them from Java.
    #[test]
    fn the_numbers_of_others() {
        for (key, hash, of_seven) in [
            (&b""[..], 275_646_681, 2),
            (b"a", 2_731_586_172, 5),
            (b"ab", 316_155_434, 0),
            (b"abc", 479_470_107, 4),
            (b"abcd", 2_971_317_748, 5),
            (b"switch-1", 987_738_414, 5),
            (b"192.0.2.17", 4_185_043_158, 0),
            ("Gerät 7".as_bytes(), 3_841_069_093, 6),
            (b"2001:db8::1", 2_690_893_804, 2),
        ] {
            assert_eq!((murmur2(key), of_key(key, 7)), (hash, of_seven), "{key:?}");
        }
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(murmur2(&all), 2_346_620_022);
    }
}
