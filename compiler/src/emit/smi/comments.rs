//! The comments of the source: those between definitions are kept, line by line.

/// The comments of a stretch of the source that has no definition. Each is a line; one that follows something
/// counts too. Lines without content behind a comment are one empty line.
pub(super) fn between(text: &str, from: usize, to: usize) -> impl Iterator<Item = &str> {
    let gap = text.get(from..to).unwrap_or_default();
    let mut open = false;
    // Text in front of the next definition, on the same line, does not count as a line.
    let lines = gap.split_inclusive('\n').filter(|line| line.ends_with('\n') || line.contains("--"));
    lines.filter_map(move |line| match line.find("--") {
        Some(at) => {
            open = true;
            line.get(at..).map(str::trim_end)
        }
        None => {
            let empty = open && line.trim().is_empty();
            open &= !empty;
            empty.then_some("")
        }
    })
}

/// Where the comments end that follow octet `from`: where anything else stands.
pub(super) fn end(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let mut at = from;
    for (number, line) in rest.split_inclusive('\n').enumerate() {
        // What follows the last definition on its line is a comment or nothing.
        let content = line.trim();
        if !content.is_empty() && !content.starts_with("--") && (number > 0 || !content.contains("--")) {
            break;
        }
        at += line.len();
    }
    at
}

/// How many comments are inside a definition.
pub(super) fn within(definition: &str) -> usize {
    let mut count = 0;
    let mut rest = definition.as_bytes();
    while let Some(at) = memchr::memchr2(b'"', b'-', rest) {
        let (found, behind) = (rest[at], &rest[at + 1..]);
        rest = if found == b'"' {
            memchr::memchr(b'"', behind).map_or(&[], |end| &behind[end + 1..])
        } else if behind.first() == Some(&b'-') {
            count += 1;
            memchr::memchr(b'\n', behind).map_or(&[], |end| &behind[end..])
        } else {
            behind
        };
    }
    count
}

#[cfg(test)]
mod tests {
    use super::{between, within};

    #[test]
    fn comments_are_lines() {
        let text = "x\n\n  -- one\n   \n\n } -- two  \n  AB";
        assert_eq!(between(text, 1, text.len() - 2).collect::<Vec<_>>(), ["-- one", "", "-- two"]);
        assert_eq!(between(text, 9, 2).count(), 0);
        assert_eq!(within("a -- b -- c\n \"d -- e\" -1 --"), 2);
        assert_eq!(within("\"open -- "), 0);
    }
}
