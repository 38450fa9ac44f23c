//! Patterns for names: `*` stands for any characters, `?` for one. Case does not matter.

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(Vec<u8>);

impl Glob {
    /// A pattern. Without `*` and `?` it matches only its own text.
    pub fn new(pattern: &str) -> Glob {
        Glob(pattern.to_ascii_lowercase().into_bytes())
    }

    /// Whether the whole of a name matches. Takes at most length of the name times length of the pattern steps.
    pub fn matches(&self, name: &str) -> bool {
        let (pattern, name) = (&self.0, name.as_bytes());
        let (mut p, mut n) = (0, 0);
        // Behind the last `*`, and where in the name it is taken to end.
        let mut star: Option<(usize, usize)> = None;
        while n < name.len() {
            match pattern.get(p) {
                Some(b'*') => {
                    star = Some((p + 1, n));
                    p += 1;
                }
                Some(b'?') => (p, n) = (p + 1, n + 1),
                Some(octet) if name.get(n).is_some_and(|other| other.to_ascii_lowercase() == *octet) => {
                    (p, n) = (p + 1, n + 1);
                }
                _ => match star {
                    Some((behind, end)) => {
                        star = Some((behind, end + 1));
                        (p, n) = (behind, end + 1);
                    }
                    None => return false,
                },
            }
        }
        pattern.iter().skip(p).all(|octet| *octet == b'*')
    }
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[test]
    fn patterns() {
        let matches = |pattern: &str, name: &str| Glob::new(pattern).matches(name);
        assert!(matches("ifhc*octets", "ifHCInOctets") && !matches("ifhc*octets", "ifInOctets"));
        assert!(matches("if?escr", "ifDescr") && !matches("if?escr", "ifXDescr"));
        assert!(matches("*", "") && matches("**", "x") && matches("", "") && !matches("", "x"));
        assert!(matches("*a*b*c", "xxaxxbxxbcc") && !matches("*a*b*c", "abca"));
        assert!(!matches(&"*a".repeat(40), &"a".repeat(39)));
        assert!(matches("ifDescr", "ifDescr") && !matches("ifDesc", "ifDescr"));
    }
}
