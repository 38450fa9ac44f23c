//! Which modules a file defines, by a quick scan: `NAME DEFINITIONS ::= BEGIN`, no parsing.

use memchr::{memchr2, memmem, memrchr, memrchr2};

/// The names of the modules that `text` seems to define, in order. Blanks and comments may stand anywhere in a head.
/// No definition is overlooked; the head of a module that is quoted inside a text is taken for one.
pub fn module_names(text: &[u8]) -> Vec<&str> {
    memmem::find_iter(text, b"DEFINITIONS")
        .filter_map(|at| {
            let before = text.get(..at)?;
            let before = before.strip_suffix(b"PIB-").unwrap_or(before);
            if comment_start(before).is_some() {
                return None;
            }
            let after = trim_start(text.get(at + b"DEFINITIONS".len()..)?);
            let after = [&b"IMPLICIT"[..], b"EXPLICIT", b"AUTOMATIC"]
                .iter()
                .find_map(|tags| trim_start(after.strip_prefix(*tags)?).strip_prefix(b"TAGS"))
                .map_or(after, trim_start);
            after.starts_with(b"::=").then(|| name_before(before)).flatten()
        })
        .collect()
}

fn name_before(before: &[u8]) -> Option<&str> {
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
    let name = std::str::from_utf8(before.get(start..)?).ok()?;
    name.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(name)
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
}
