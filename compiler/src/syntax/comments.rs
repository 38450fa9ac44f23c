//! Where comments end: at the end of the line, or by the letter of the standard.

use std::borrow::Cow;

/// Where a comment ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Comments {
    /// At the end of the line: what the authors of real modules expect, who draw lines of dashes. A definition that
    /// parses only by the letter of the standard is read so.
    #[default]
    Line,
    /// At the next `--` or the end of the line, whichever comes first (RFC 2578 §3.4, ASN.1).
    Asn1,
}

impl Comments {
    /// The text with only comments of the first kind left in it, every octet in its place: under
    /// [`Comments::Asn1`], comments are blanked out.
    pub(super) fn apply(self, text: &str) -> Cow<'_, str> {
        match self {
            Comments::Line => Cow::Borrowed(text),
            Comments::Asn1 => blank_comments(text),
        }
    }
}

fn blank_comments(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut blanked = String::with_capacity(text.len());
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'"', b'-', bytes.get(at..).unwrap_or_default()) {
        at += found;
        match bytes.get(at..).unwrap_or_default() {
            [b'"', rest @ ..] => at += 2 + memchr::memchr(b'"', rest).unwrap_or(rest.len()),
            [b'-', b'-', rest @ ..] => {
                let end = at + 2 + comment_length(rest);
                blanked.push_str(text.get(copied..at).unwrap_or_default());
                blanked.extend(std::iter::repeat_n(' ', end - at));
                (copied, at) = (end, end);
            }
            _ => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    blanked.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(blanked)
}

/// The first comment that by the letter of the standard ends before its line does: where it begins, and where the
/// first character stands behind it that is not blank.
pub(crate) fn early_end(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'"', b'-', bytes.get(at..)?) {
        at += found;
        match bytes.get(at..)? {
            [b'"', rest @ ..] => at += 2 + memchr::memchr(b'"', rest).unwrap_or(rest.len()),
            [b'-', b'-', rest @ ..] => {
                let end = at + 2 + comment_length(rest);
                let blanks = bytes.get(end..)?.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
                match bytes.get(end + blanks..)? {
                    // The end of the line, or a further comment, such as the rest of a line of hyphens.
                    [] | [b'\n' | b'\r', ..] | [b'-', b'-', ..] => at = end + blanks,
                    _ => return Some((at, end + blanks)),
                }
            }
            _ => at += 1,
        }
    }
    None
}

/// The text with blanks in place of the comments that end before their lines do; `None` without such comments.
/// Lines of hyphens do not count as such comments, whatever their length.
pub(super) fn without_closed(text: &str) -> Option<String> {
    let (mut at, mut copied, mut without) = (0, 0, String::new());
    while let Some((start, behind)) = text.get(at..).and_then(early_end) {
        let comment = at + start..at + behind;
        at += behind;
        if text.get(at..)?.starts_with('-') {
            at += text.get(at..)?.find(['\n', '\r']).unwrap_or(text.len() - at);
        } else {
            without.push_str(text.get(copied..comment.start)?);
            without.extend(std::iter::repeat_n(' ', comment.len()));
            copied = comment.end;
        }
    }
    if copied == 0 {
        return None;
    }
    without.push_str(text.get(copied..)?);
    Some(without)
}

/// How long a comment is behind its `--`, its closing `--` included.
fn comment_length(rest: &[u8]) -> usize {
    let mut at = 0;
    // No further than to its end: a line may hold a million comments.
    while let Some(found) = memchr::memchr3(b'-', b'\n', b'\r', rest.get(at..).unwrap_or_default()) {
        at += found;
        match rest.get(at..).unwrap_or_default() {
            [b'-', b'-', ..] => return at + 2,
            [b'-', ..] => at += 1,
            _ => return at,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_that_end_before_their_line() {
        assert_eq!(early_end("a -- b -- c\n"), Some((2, 10)));
        for fine in
            ["a -- b\nc", "a ----\n", "a -- b -- \t\n", "\"x -- y -- z\" b", "-- a - b\n", "--", "a -- b --"]
        {
            assert_eq!(early_end(fine), None, "{fine:?}");
        }
        assert_eq!(early_end("-----\n"), Some((0, 4)), "a hyphen behind an empty comment");
        assert_eq!(early_end(&"-- ".repeat(1_000_000)), None);
        assert_eq!(early_end(&"-".repeat(1_000_000)), None);
    }

    #[test]
    fn comments_that_are_closed() {
        let text = "a -- é -- b --c--d\n----- e -- f\n\"-- g -- h\" i -- j -- -- k -- l\n";
        let without = without_closed(text).expect("some are closed");
        assert_eq!(without.len(), text.len());
        let expected = "a b d\n----- e -- f\n\"-- g -- h\" i -- j -- l\n";
        assert_eq!(
            without.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "),
            expected
        );
        assert_eq!(without_closed("a -- b\n-----\n-- c --\n"), None);
    }

    /// S3
    #[test]
    fn the_standard_ends_a_comment_at_the_next_two_dashes() {
        let text = "-- a -- b OBJECT-TYPE -- é\n\"x -- y\" c--d--e\n-----\nf";
        let blanked = Comments::Asn1.apply(text);
        assert_eq!(blanked.len(), text.len());
        assert_eq!(
            blanked.split_whitespace().collect::<Vec<_>>(),
            ["b", "OBJECT-TYPE", "\"x", "--", "y\"", "c", "e", "-", "f"]
        );
        assert_eq!(Comments::Line.apply(text), text);
    }
}
