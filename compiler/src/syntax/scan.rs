//! Tokens of MIB text, for the places where the grammar gave up: where definitions begin, what was found.
//!
//! This is not a parser: it knows blanks, comments, strings and words, and never fails.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name, keyword or number.
    Word,
    /// A quoted string with its quotes.
    String,
    /// A quote that no other quote follows: reaches to the end of the text.
    OpenString,
    /// `::=`
    Assign,
    /// Any other single character.
    Mark(u8),
}

/// One token: octets `start..end` of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Token {
    /// Whether it is a character that means nothing in MIB text.
    pub(super) fn means_nothing(&self) -> bool {
        matches!(self.kind, Kind::Mark(mark) if !b"{}()[]|,;:=.'-".contains(&mark))
    }
}

/// Reads tokens from a position on. Cheap to copy, which is how one looks ahead.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    /// Starts at octet `at`, or at the end if no character starts there.
    pub(super) fn new(text: &'a str, at: usize) -> Scanner<'a> {
        Scanner { text, at: if text.is_char_boundary(at) { at } else { text.len() } }
    }

    /// The text of a token; empty for none.
    pub(super) fn word(&self, token: Option<Token>) -> &'a str {
        token.and_then(|token| self.text.get(token.start..token.end)).unwrap_or("")
    }

    /// The next token, not consumed.
    pub(super) fn peek(&self) -> Option<Token> {
        let mut ahead = *self;
        ahead.next()
    }

    fn skip_blanks(&mut self) {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at..).unwrap_or_default() {
                [0..=b' ', ..] => self.at += 1,
                [b'-', b'-', rest @ ..] => {
                    self.at += 2 + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                }
                [0xC2, 0xA0, ..] => self.at += 2,
                [0xEF, 0xBB, 0xBF, ..] => self.at += 3,
                _ => return,
            }
        }
    }
}

impl Iterator for Scanner<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_blanks();
        let start = self.at;
        let rest = self.text.as_bytes().get(start..)?;
        let (kind, length) = match rest {
            [] => return None,
            [b'"', tail @ ..] => match memchr::memchr(b'"', tail) {
                Some(length) => (Kind::String, length + 2),
                None => (Kind::OpenString, rest.len()),
            },
            [b':', b':', b'=', ..] => (Kind::Assign, 3),
            [b, ..] if is_word(*b) => {
                let mut length = 1;
                while let Some(&b) = rest.get(length)
                    && (is_word(b) || b == b'-' && rest.get(length + 1) != Some(&b'-'))
                {
                    length += 1;
                }
                (Kind::Word, length)
            }
            [b, ..] => {
                let length =
                    self.text.get(start..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
                (Kind::Mark(*b), length)
            }
        };
        self.at = start + length;
        Some(Token { kind, start, end: self.at })
    }
}

/// Whether the character `start..end` of `text` is a letter or digit; as a mark of its own, it is one that no name can have.
pub(super) fn is_letter(text: &str, start: usize, end: usize) -> bool {
    text.get(start..end).is_some_and(|mark| mark.chars().all(char::is_alphanumeric))
}

/// Whether the character `start..end` of `text` is a letter that touches a word. Without it the rest would be another word,
/// which nobody wrote.
pub(super) fn is_part_of_word(text: &str, start: usize, end: usize) -> bool {
    let word = |at: Option<usize>| at.and_then(|at| text.as_bytes().get(at)).is_some_and(|b| is_word(*b));
    is_letter(text, start, end) && (word(start.checked_sub(1)) || word(Some(end)))
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

/// The macros that a definition's name may precede.
pub(super) const MACROS: &[&str] = &[
    "OBJECT-TYPE",
    "NOTIFICATION-TYPE",
    "TRAP-TYPE",
    "OBJECT-IDENTITY",
    "OBJECT-GROUP",
    "NOTIFICATION-GROUP",
    "MODULE-IDENTITY",
    "MODULE-COMPLIANCE",
    "AGENT-CAPABILITIES",
];

/// The keywords that begin a clause.
pub(super) const CLAUSES: &[&str] = &[
    "SYNTAX",
    "WRITE-SYNTAX",
    "MAX-ACCESS",
    "ACCESS",
    "MIN-ACCESS",
    "PIB-ACCESS",
    "STATUS",
    "DESCRIPTION",
    "REFERENCE",
    "UNITS",
    "DISPLAY-HINT",
    "REVISION",
    "LAST-UPDATED",
    "ORGANIZATION",
    "CONTACT-INFO",
    "PRODUCT-RELEASE",
    "OBJECTS",
    "NOTIFICATIONS",
    "VARIABLES",
    "MANDATORY-GROUPS",
    "INCLUDES",
    "CREATION-REQUIRES",
    "INDEX",
    "AUGMENTS",
    "DEFVAL",
    "GROUP",
    "OBJECT",
    "SUPPORTS",
    "VARIATION",
    "MODULE",
    "ENTERPRISE",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<&str> {
        let scanner = Scanner::new(text, 0);
        scanner.map(|token| scanner.word(Some(token))).collect()
    }

    #[test]
    fn tokens_of_all_kinds() {
        let text = "a-b::={x 1}--c\n \"s -- t\"e--f\r\n_g§-";
        assert_eq!(tokens(text), ["a-b", "::=", "{", "x", "1", "}", "\"s -- t\"", "e", "_g", "§", "-"]);
        assert_eq!(tokens("a \"open"), ["a", "\"open"]);
        assert_eq!(tokens(" \u{FEFF}\u{A0}\0\u{1A}"), Vec::<&str>::new());
    }
}
