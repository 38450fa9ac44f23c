//! Which modules a file defines, by a quick scan: `NAME DEFINITIONS ::= BEGIN`, no parsing.

use std::ops::Range;

use memchr::{memchr2, memmem, memrchr, memrchr2};

use super::utf16;

/// The names of the modules that `text` seems to define, in order. Blanks and comments may stand anywhere in a head.
/// No definition is overlooked; the head of a module that is quoted inside a text is taken for one.
pub fn module_names(text: &[u8]) -> Vec<&str> {
    module_heads(text).filter_map(|name| std::str::from_utf8(text.get(name)?).ok()).collect()
}

/// The same of the octets of a file, which may be UTF-16.
pub(crate) fn names_in(bytes: &[u8]) -> Vec<String> {
    let wide = utf16(bytes);
    let text = wide.as_deref().map_or(bytes, str::as_bytes);
    module_names(text).into_iter().map(str::to_owned).collect()
}

/// Where the names of those modules stand.
pub(crate) fn module_heads(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut exact = memmem::find_iter(text, b"DEFINITIONS").peekable();
    let mut other = memmem::find_iter(text, b"efinitions").filter_map(|at| at.checked_sub(1)).peekable();
    let both = std::iter::from_fn(move || match (exact.peek(), other.peek()) {
        (Some(one), Some(two)) if two < one => other.next(),
        (Some(_), _) => exact.next(),
        _ => other.next(),
    });
    both.filter_map(move |at| {
        let word = text.get(at..at + b"DEFINITIONS".len())?;
        let before = text.get(..at)?;
        let before = before.strip_suffix(b"PIB-").unwrap_or(before);
        if comment_start(before).is_some() {
            return None;
        }
        let after = trim_start(text.get(at + b"DEFINITIONS".len()..)?);
        if word != b"DEFINITIONS" {
            // `Definitions`, `definitions`: respelt by the parser. Prose has these words, too, but no assignment.
            let head = word.eq_ignore_ascii_case(b"DEFINITIONS")
                && after.starts_with(b"::=")
                && before.last().is_some_and(|b| !b.is_ascii_alphanumeric());
            return head.then(|| name_before(before)).flatten();
        }
        let after = [&b"IMPLICIT"[..], b"EXPLICIT", b"AUTOMATIC"]
            .iter()
            .find_map(|tags| trim_start(after.strip_prefix(*tags)?).strip_prefix(b"TAGS"))
            .map_or(after, trim_start);
        // `:=`, or nothing, is reported by the parser.
        let head = after.starts_with(b"::=") || after.starts_with(b":=") || after.starts_with(b"BEGIN");
        head.then(|| name_before(before)).flatten()
    })
}

fn name_before(before: &[u8]) -> Option<Range<usize>> {
    let mut before = trim_end(before);
    if before.last() == Some(&b'}') {
        // `NAME { iso org(3) … } DEFINITIONS`
        before = before.get(..memrchr(b'{', before)?)?;
        while let Some(comment) = comment_start(before) {
            before = before.get(..comment)?;
            before = before.get(..memrchr(b'{', before)?)?;
        }
        before = trim_end(before);
    }
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let start = before.iter().rposition(|b| !is_name(b)).map_or(0, |at| at + 1);
    let name = before.get(start..)?;
    // A digit in front is wrong, and read.
    let is_module =
        name.first().is_some_and(u8::is_ascii_alphanumeric) && name.iter().any(u8::is_ascii_alphabetic);
    is_module.then_some(start..start + name.len())
}

/// Without the blanks and comments in front. Blank is what the grammar takes for blank.
fn trim_start(mut text: &[u8]) -> &[u8] {
    loop {
        text = match text {
            [0..=b' ' | 0xA0, rest @ ..] | [0xC2, 0xA0, rest @ ..] | [0xEF, 0xBB, 0xBF, rest @ ..] => rest,
            [b'-', b'-', comment @ ..] => {
                let length = memchr2(b'\n', b'\r', comment).unwrap_or(comment.len());
                comment.get(length..).unwrap_or_default()
            }
            _ => return text,
        };
    }
}

/// Without the blanks and comments behind.
fn trim_end(mut text: &[u8]) -> &[u8] {
    loop {
        text = match text {
            [rest @ .., 0xC2, 0xA0] | [rest @ .., 0..=b' ' | 0xA0] | [rest @ .., 0xEF, 0xBB, 0xBF] => rest,
            _ => match comment_start(text) {
                Some(at) => text.get(..at).unwrap_or_default(),
                None => return text,
            },
        };
    }
}

/// Where in `text` the comment begins that reaches to its end.
fn comment_start(text: &[u8]) -> Option<usize> {
    let line = memrchr2(b'\n', b'\r', text).map_or(0, |at| at + 1);
    Some(line + memmem::find(text.get(line..)?, b"--")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_found() {
        let text =
            b"-- x\nA-MIB DEFINITIONS ::= BEGIN END\r\nb_2{ iso 3 }\tDEFINITIONS IMPLICIT TAGS\n::=BEGIN END";
        assert_eq!(module_names(text), ["A-MIB", "b_2"]);
        assert_eq!(module_names(b"\xEF\xBB\xBFA-MIB\xC2\xA0PIB-DEFINITIONS\xA0::= BEGIN"), ["A-MIB"]);
    }

    #[test]
    fn comments_may_stand_anywhere_in_a_head() {
        let text =
            b"A-MIB -- a\n-- DEFINITIONS of old\r\n--\r -- } x --\n DEFINITIONS -- b\n--\n ::= BEGIN END\n\
            B-MIB--c\n{ iso -- { d\n 3 } -- e\nDEFINITIONS --f\nIMPLICIT--g\nTAGS--h\n::=--i\nBEGIN";
        assert_eq!(module_names(text), ["A-MIB", "B-MIB"]);
    }

    #[test]
    fn neither_prose_nor_comments_are_heads() {
        assert!(module_names(b"the DEFINITIONS of A-MIB; 1 DEFINITIONS ::= BEGIN").is_empty());
        assert!(module_names(b"DEFINITIONS").is_empty());
        assert!(module_names(b"} DEFINITIONS ::=").is_empty());
        assert!(module_names(b"-- A-MIB DEFINITIONS ::= BEGIN\n x\n--A DEFINITIONS ::=").is_empty());
        assert!(module_names(b"A-MIB DEFINITIONS -- ::= BEGIN").is_empty());
    }

    #[test]
    fn careless_heads_count() {
        assert_eq!(module_names(b"2N-MIB DEFINITIONS := BEGIN END B DEFINITIONS BEGIN"), ["2N-MIB", "B"]);
        let text = b"A-MIB Definitions ::= Begin End B DEFINITIONS ::= BEGIN END C-MIB {iso 3} definitions --c\n::=begin";
        assert_eq!(module_names(text), ["A-MIB", "B", "C-MIB"]);
        assert!(
            module_names(b"the definitions BEGIN here, see Definitions := x, predefinitions ::=").is_empty()
        );
        let wide: Vec<u8> =
            "\u{FEFF}A-MIB DEFINITIONS ::=".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(names_in(&wide), ["A-MIB"]);
    }
}
