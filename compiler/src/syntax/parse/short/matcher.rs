//! Where in a text the functions of the rules are, and what they have matched.

use crate::syntax::parse::{grammar::Rule, tree::Node};

/// What the functions of the rules call. Each method is true where something matched, and goes behind it; else the
/// matcher is where it was.
pub(super) struct Matcher<'t> {
    text: &'t [u8],
    at: usize,
    nodes: Vec<Node>,
    /// Within something that is only looked at.
    looks: bool,
    /// Within a leaf.
    in_leaf: bool,
}

impl<'t> Matcher<'t> {
    pub(super) fn new(text: &'t str) -> Matcher<'t> {
        Matcher { text: text.as_bytes(), at: 0, nodes: Vec::new(), looks: false, in_leaf: false }
    }

    /// What a rule matches at the beginning.
    pub(super) fn nodes(mut self, rule: fn(&mut Matcher<'_>) -> bool) -> Option<Vec<Node>> {
        rule(&mut self).then_some(self.nodes)
    }

    /// A rule that is noted where it stands within no leaf.
    #[inline]
    pub(super) fn rule(&mut self, rule: Rule, f: impl FnOnce(&mut Self) -> bool) -> bool {
        if self.looks || self.in_leaf { f(self) } else { self.noted(rule, f) }
    }

    /// A rule within which others are noted.
    #[inline]
    pub(super) fn branch(&mut self, rule: Rule, f: impl FnOnce(&mut Self) -> bool) -> bool {
        if self.looks {
            return f(self);
        }
        let outer = std::mem::replace(&mut self.in_leaf, false);
        let matched = self.noted(rule, f);
        self.in_leaf = outer;
        matched
    }

    /// A rule within which no other is noted.
    #[inline]
    pub(super) fn leaf(&mut self, rule: Rule, f: impl FnOnce(&mut Self) -> bool) -> bool {
        if self.looks || self.in_leaf {
            return f(self);
        }
        self.in_leaf = true;
        let start = self.at as u32;
        let matched = f(self);
        self.in_leaf = false;
        if matched {
            self.nodes.push(Node { rule, start, end: self.at as u32, next: self.nodes.len() as u32 + 1 });
        }
        matched
    }

    #[inline]
    fn noted(&mut self, rule: Rule, f: impl FnOnce(&mut Self) -> bool) -> bool {
        let number = self.nodes.len();
        self.nodes.push(Node { rule, start: self.at as u32, end: 0, next: 0 });
        if !f(self) {
            self.nodes.truncate(number);
            return false;
        }
        let (end, next) = (self.at as u32, self.nodes.len() as u32);
        if let Some(node) = self.nodes.get_mut(number) {
            (node.end, node.next) = (end, next);
        }
        true
    }

    /// One thing after another, all or none.
    #[inline]
    pub(super) fn all(&mut self, f: impl FnOnce(&mut Self) -> bool) -> bool {
        let (at, number) = (self.at, self.nodes.len());
        if f(self) {
            return true;
        }
        self.at = at;
        self.nodes.truncate(number);
        false
    }

    /// As often as it matches.
    #[inline]
    pub(super) fn repeat(&mut self, mut f: impl FnMut(&mut Self) -> bool) -> bool {
        while f(self) {}
        true
    }

    /// Once, if it matches.
    #[inline]
    pub(super) fn optional(&mut self, f: impl FnOnce(&mut Self) -> bool) -> bool {
        f(self);
        true
    }

    /// Looks whether something stands there, and stays.
    #[inline]
    pub(super) fn ahead(&mut self, f: impl FnOnce(&mut Self) -> bool) -> bool {
        let (at, outer) = (self.at, std::mem::replace(&mut self.looks, true));
        let found = f(self);
        (self.at, self.looks) = (at, outer);
        found
    }

    #[inline]
    fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    #[inline]
    fn forward(&mut self, found: bool, count: usize) -> bool {
        if found {
            self.at += count;
        }
        found
    }

    /// These characters.
    #[inline]
    pub(super) fn string(&mut self, string: &str) -> bool {
        let found = self.rest().starts_with(string.as_bytes());
        self.forward(found, string.len())
    }

    /// These letters, large or small.
    #[inline]
    pub(super) fn letters(&mut self, letters: &str) -> bool {
        let found = self.rest().get(..letters.len());
        let found = found.is_some_and(|found| found.eq_ignore_ascii_case(letters.as_bytes()));
        self.forward(found, letters.len())
    }

    /// One of the characters from one to another, all of ASCII.
    #[inline]
    pub(super) fn octet(&mut self, from: u8, to: u8) -> bool {
        let found = self.text.get(self.at).is_some_and(|octet| (from..=to).contains(octet));
        self.forward(found, 1)
    }

    /// A digit of a hexadecimal number.
    #[inline]
    pub(super) fn hexadecimal_digit(&mut self) -> bool {
        let found = self.text.get(self.at).is_some_and(u8::is_ascii_hexdigit);
        self.forward(found, 1)
    }

    /// One character, whichever it is.
    #[inline]
    pub(super) fn any(&mut self) -> bool {
        let count = match self.text.get(self.at) {
            None => return false,
            Some(..=0x7f) => 1,
            Some(..=0xdf) => 2,
            Some(..=0xef) => 3,
            Some(_) => 4,
        };
        self.forward(true, count)
    }

    /// Everything up to the first of these strings, or to the end.
    #[inline]
    pub(super) fn until(&mut self, strings: &[&str]) -> bool {
        let rest = self.rest();
        let found = match strings {
            [one] if one.len() == 1 => memchr::memchr(one.as_bytes()[0], rest),
            [one] => memchr::memmem::find(rest, one.as_bytes()),
            [one, other] if one.len() == 1 && other.len() == 1 => {
                memchr::memchr2(one.as_bytes()[0], other.as_bytes()[0], rest)
            }
            _ => (0..rest.len()).find(|&at| {
                let rest = rest.get(at..).unwrap_or_default();
                strings.iter().any(|string| rest.starts_with(string.as_bytes()))
            }),
        };
        self.forward(true, found.unwrap_or(rest.len()))
    }

    /// The beginning of the text.
    #[inline]
    pub(super) fn is_at_start(&self) -> bool {
        self.at == 0
    }

    /// The end of the text.
    #[inline]
    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }
}
