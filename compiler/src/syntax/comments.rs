//! Where comments end: at the end of the line, or by the letter of the standard.

use std::borrow::Cow;

/// Where a comment ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Comments {
    /// At the end of the line: what the authors of real modules expect, who draw lines of dashes.
    #[default]
    Line,
    /// At the next `--` or the end of the line, whichever comes first (RFC 2578 §3.4, ASN.1).
    Asn1,
}

impl Comments {
    /// The text with nothing but comments of the first kind left in it, every octet in its place: under
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

/// How long a comment is behind its `--`, its closing `--` included.
fn comment_length(rest: &[u8]) -> usize {
    let line = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    let line = rest.get(..line).unwrap_or_default();
    memchr::memmem::find(line, b"--").map_or(line.len(), |at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

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
