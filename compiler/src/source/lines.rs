//! Positions as people count them: lines and columns.

use crate::work;

/// A position in a text, both counted from 1; columns are characters, a tab is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The character in it, from 1.
    pub column: u32,
}

/// Where the lines of one text begin. Made once per file, asked often.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<u32>,
    length: u32,
    /// How many octets before every [`STEP`]th continue a character; empty if none does. Lines may be as long as the
    /// text, and be asked about as often.
    inner: Vec<u32>,
}

/// How many octets are counted at once.
const STEP: usize = 1 << 10;

/// Whether an octet continues a character.
fn is_inner(octet: &u8) -> bool {
    octet & 0xC0 == 0x80
}

impl Lines {
    /// Counts the lines of `text`.
    pub fn new(text: &str) -> Lines {
        work::steps(text.len() / 64 + 1);
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1));
        let mut inner = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for piece in text.as_bytes().chunks(STEP) {
                inner.push(count);
                count += piece.iter().filter(|octet| is_inner(octet)).count() as u32;
            }
            inner.push(count);
        }
        Lines { starts, length: text.len() as u32, inner }
    }

    /// The position of octet `at` of `text`, which must be the text that was counted. An octet beyond the end is
    /// taken for the end, one inside a character for that character.
    pub fn position(&self, text: &str, at: u32) -> Position {
        let line = self.line(at);
        let start = self.range(line).0;
        let at = at.min(self.length) as usize;
        // The first octets of characters, in other words all that do not continue one.
        let column = at - start - (self.inner_before(text, at) - self.inner_before(text, start));
        let inside = usize::from(text.as_bytes().get(at).is_some_and(is_inner));
        Position { line: line as u32 + 1, column: (column + 1 - inside) as u32 }
    }

    /// How many octets before `at` continue a character.
    fn inner_before(&self, text: &str, at: usize) -> usize {
        let Some(&counted) = self.inner.get(at / STEP) else { return 0 };
        let rest = text.as_bytes().get(at / STEP * STEP..at).unwrap_or_default();
        work::steps(rest.len() / 64 + 1);
        counted as usize + rest.iter().filter(|octet| is_inner(octet)).count()
    }

    /// The line of octet `at`, counted from 0.
    pub(crate) fn line(&self, at: u32) -> usize {
        self.starts.partition_point(|&start| start <= at).saturating_sub(1)
    }

    /// The octets of a line, counted from 0, with its line end.
    pub(crate) fn range(&self, line: usize) -> (usize, usize) {
        let at = |line: usize| self.starts.get(line).copied().unwrap_or(self.length) as usize;
        (at(line), at(line + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_from_one() {
        let text = "ab\n\tdé§f\r\n\nx";
        let lines = Lines::new(text);
        let at = |at| {
            let position = lines.position(text, at);
            (position.line, position.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(2), (1, 3));
        assert_eq!(at(3), (2, 1));
        assert_eq!(at(text.find('f').unwrap() as u32), (2, 5));
        assert_eq!(at(text.find('é').unwrap() as u32 + 1), (2, 3), "inside a character");
        assert_eq!(at(text.find('x').unwrap() as u32), (4, 1));
        assert_eq!(at(text.len() as u32), (4, 2));
        assert_eq!(at(u32::MAX), (4, 2));
        // Long lines of longer characters, counted in steps.
        let long = "é\n".to_owned() + &"aé§".repeat(5_000);
        let lines = Lines::new(&long);
        for number in (0..5_000).step_by(77) {
            let position = lines.position(&long, 3 + 5 * number + 3);
            assert_eq!((position.line, position.column), (2, 3 * number + 3));
        }
        assert_eq!(Lines::new("").position("", 0), Position { line: 1, column: 1 });
    }
}
