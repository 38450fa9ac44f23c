//! Copying few octets: a call of memcpy costs more than its work where a name or a number is copied.

/// Copies `from` to `to`; `None`, and nothing copied, where they differ in length.
#[inline(always)]
pub(crate) fn copy(to: &mut [u8], from: &[u8]) -> Option<()> {
    if to.len() != from.len() {
        return None;
    }
    match from.len() {
        2..=3 => copy_ends::<2>(to, from),
        4..=7 => copy_ends::<4>(to, from),
        8..=16 => copy_ends::<8>(to, from),
        17..=32 => copy_ends::<16>(to, from),
        1 => copy_ends::<1>(to, from),
        _ => {
            to.copy_from_slice(from);
            Some(())
        }
    }
}

/// Copies the first `N` octets and the last `N`, which may overlap.
#[inline(always)]
fn copy_ends<const N: usize>(to: &mut [u8], from: &[u8]) -> Option<()> {
    *to.first_chunk_mut::<N>()? = *from.first_chunk()?;
    *to.last_chunk_mut::<N>()? = *from.last_chunk()?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length() {
        let from: Vec<u8> = (0..=255).collect();
        for length in 0..=40 {
            let from = &from[..length];
            let mut to = vec![0xff; length];
            assert_eq!(copy(&mut to, from), Some(()));
            assert_eq!(to, from);
            assert_eq!(copy(&mut vec![0; length + 1], from), None);
        }
    }
}
