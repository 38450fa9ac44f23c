//! Which modules a file defines, by a quick scan: `NAME DEFINITIONS ::= BEGIN`, no parsing.

use memchr::memmem;

/// The names of the modules that `text` seems to define, in order. Text in comments may be mistaken for a
/// definition; a definition is never overlooked unless a comment stands inside its head.
pub fn module_names(text: &[u8]) -> Vec<&str> {
    memmem::find_iter(text, b"DEFINITIONS")
        .filter_map(|at| {
            let before = text.get(..at)?;
            let before = before.strip_suffix(b"PIB-").unwrap_or(before);
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
        before = trim_end(before.get(..memchr::memrchr(b'{', before)?)?);
    }
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let start = before.iter().rposition(|b| !is_name(b)).map_or(0, |at| at + 1);
    let name = std::str::from_utf8(before.get(start..)?).ok()?;
    name.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(name)
}

fn trim_start(text: &[u8]) -> &[u8] {
    let blank = text.iter().take_while(|b| **b <= b' ').count();
    text.get(blank..).unwrap_or_default()
}

fn trim_end(text: &[u8]) -> &[u8] {
    let blank = text.iter().rev().take_while(|b| **b <= b' ').count();
    text.get(..text.len() - blank).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_found() {
        let text =
            b"-- x\nA-MIB DEFINITIONS ::= BEGIN END\r\nb_2{ iso 3 }\tDEFINITIONS IMPLICIT TAGS\n::=BEGIN END";
        assert_eq!(module_names(text), ["A-MIB", "b_2"]);
    }

    #[test]
    fn prose_is_no_head() {
        assert!(module_names(b"the DEFINITIONS of A-MIB; 1 DEFINITIONS ::= BEGIN").is_empty());
        assert!(module_names(b"DEFINITIONS").is_empty());
        assert!(module_names(b"} DEFINITIONS ::=").is_empty());
    }
}
