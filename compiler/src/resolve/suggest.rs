//! "Did you mean": the closest of the names that would have been right.

/// How many searches one resolution makes: a module full of unknown names must not cost its square.
pub(super) const MAX_SEARCHES: u32 = 500;

/// How many candidates one search looks at.
const MAX_CANDIDATES: usize = 20_000;

/// Names longer than this are not compared.
const MAX_LEN: usize = 64;

/// More than any distance between two such names, and far from the end of its type.
const FAR: u8 = 128;

/// The candidate with the smallest edit distance to `name`, if it is small enough to be a typo. The first of
/// several in the order given.
pub(crate) fn closest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    closest_that(name, candidates.map(|candidate| (candidate, ())), |()| true)
}

/// Like [`closest`], but only among the candidates that `fits` accepts. `fits` is called only for close candidates.
pub(super) fn closest_that<'c, T>(
    name: &str,
    candidates: impl Iterator<Item = (&'c str, T)>,
    fits: impl Fn(T) -> bool,
) -> Option<&'c str> {
    if name.len() > MAX_LEN {
        return None;
    }
    let limit = match name.len() {
        0..=2 => return None,
        3..=5 => 1,
        6..=11 => 2,
        _ => 3,
    };
    let letters = letters(name);
    let mut best: Option<(usize, &str)> = None;
    for (candidate, about) in candidates.take(MAX_CANDIDATES) {
        let bound = best.map_or(limit + 1, |(distance, _)| distance);
        if candidate.len().abs_diff(name.len()) >= bound || candidate.len() > MAX_LEN || candidate == name {
            continue;
        }
        // An edit changes two letters at most: most candidates are out at once.
        if (self::letters(candidate) ^ letters).count_ones() as usize > 2 * (bound - 1) {
            continue;
        }
        if let Some(distance) = distance(name.as_bytes(), candidate.as_bytes(), bound)
            && fits(about)
        {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Which letters and digits a name has; those of different case are one.
fn letters(name: &str) -> u64 {
    name.bytes().fold(0, |set, byte| set | 1 << (byte.to_ascii_lowercase() & 0x3F))
}

/// The edit distance (insert, delete, replace, swap of neighbours) if it is below `bound`. If only the case differs,
/// the distance is one. Only the cells that can be below the bound are looked at.
fn distance(a: &[u8], b: &[u8], bound: usize) -> Option<usize> {
    if a.eq_ignore_ascii_case(b) {
        return Some(1);
    }
    let common = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[common..], &b[common..]);
    let common = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - common], &b[..b.len() - common]);
    // Small cells: most pairs differ at once, and then clearing the rows is most of the work.
    let mut rows = [[FAR; MAX_LEN + 2]; 3];
    for (j, cell) in (0u8..).zip(rows[0].iter_mut()) {
        *cell = j;
    }
    for i in 1..=a.len() {
        let (now, last, before) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        let (from, to) = (i.saturating_sub(bound).max(1), (i + bound).min(b.len()));
        rows[now][from - 1] = if from == 1 { i as u8 } else { FAR };
        let mut least = rows[now][from - 1];
        for j in from..=to {
            let replaced = rows[last][j - 1] + u8::from(a[i - 1] != b[j - 1]);
            let mut cell = replaced.min(rows[last][j] + 1).min(rows[now][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cell = cell.min(rows[before][j - 2] + 1);
            }
            rows[now][j] = cell;
            least = least.min(cell);
        }
        // The next row looks one cell further.
        rows[now][to + 1] = FAR;
        if usize::from(least) >= bound {
            return None;
        }
    }
    Some(usize::from(rows[a.len() % 3][b.len()])).filter(|distance| *distance < bound)
}

#[cfg(test)]
mod tests {
    use super::{closest, distance};

    #[test]
    fn distances() {
        let of = |a: &str, b: &str| distance(a.as_bytes(), b.as_bytes(), 5);
        assert_eq!(of("kitten", "sitting"), Some(3));
        assert_eq!(of("abc", "acb"), Some(1));
        assert_eq!(of("abcdef", "abef"), Some(2));
        assert_eq!(of("ab", "xabyz"), Some(3));
        assert_eq!(of("", "abc"), Some(3));
        assert_eq!(of("abcdefgh", "stuvwxyz"), None);
        assert_eq!(distance(b"kitten", b"sitting", 3), None);
    }

    #[test]
    fn a_typo_finds_its_name() {
        let names = ["ifIndex", "ifDescr", "ifType", "DisplayString"];
        assert_eq!(closest("ifIdnex", names.into_iter()), Some("ifIndex"));
        assert_eq!(closest("ifDesc", names.into_iter()), Some("ifDescr"));
        assert_eq!(closest("Displaystring", names.into_iter()), Some("DisplayString"));
        assert_eq!(closest("somethingElse", names.into_iter()), None);
        assert_eq!(closest("if", names.into_iter()), None);
    }
}
