//! What a printed page leaves in the text of an RFC: the footer with the number of the page, and the header of the
//! next one. Both may fall into the middle of a definition.

use memchr::memmem;

/// The text of an RFC has a page break within its first octets, if it has any.
const FIRST_PAGES: usize = 16 << 10;
/// How many blank lines may stand between a footer and the header that follows it.
const MAX_GAP: usize = 8;

/// The text with the lines of page breaks blanked out, every other octet in its place; `None` where it has none.
pub(super) fn without_breaks(text: &str) -> Option<String> {
    let start = text.as_bytes().get(..FIRST_PAGES).unwrap_or(text.as_bytes());
    memmem::find(start, b"[Page ")?;
    let mut blanked = String::with_capacity(text.len());
    // How many more lines may be blank before the header.
    let mut header_within = None;
    for line in text.split_inclusive('\n') {
        let content = line.trim_matches(|c: char| c <= ' ');
        let goes = if is_footer(content) {
            header_within = Some(MAX_GAP);
            true
        } else if let Some(left) = header_within {
            header_within = if content.is_empty() && left > 0 { Some(left - 1) } else { None };
            is_header(line)
        } else {
            false
        };
        if goes {
            blanked.extend(line.bytes().map(|b| if b == b'\n' || b == b'\r' { b as char } else { ' ' }));
        } else {
            blanked.push_str(line);
        }
    }
    Some(blanked)
}

/// `Author   Standards Track   [Page 12]`.
fn is_footer(line: &str) -> bool {
    line.strip_suffix(']')
        .and_then(|line| line.rsplit_once("[Page "))
        .is_some_and(|(_, number)| !number.is_empty() && number.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// `RFC 1213   MIB-II   March 1991`, at the left margin. A form feed may stand before it.
fn is_header(line: &str) -> bool {
    let line = line.trim_start_matches('\u{c}');
    line.strip_prefix("RFC ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        || ["Internet-Draft", "Internet Draft"]
            .iter()
            .any(|draft| line.get(..draft.len()).is_some_and(|word| word.eq_ignore_ascii_case(draft)))
}

#[cfg(test)]
mod tests {
    use super::without_breaks;

    #[test]
    fn footers_and_headers_go_and_nothing_moves() {
        let text = "a\n\nDoe   Standards Track   [Page 3]\n\u{c}\nRFC 99  Things  May 2001\r\n\nRFC 99 b\n";
        let blanked = without_breaks(text).expect("a page break");
        assert_eq!(blanked.len(), text.len());
        assert_eq!(blanked.split_whitespace().collect::<Vec<_>>(), ["a", "RFC", "99", "b"]);
        assert_eq!(blanked.matches('\n').count(), text.matches('\n').count());
    }

    #[test]
    fn other_texts_are_left_alone() {
        assert_eq!(without_breaks("RFC 99\n\u{c}\nRFC 99\n"), None);
        let text = "see [Page 3] of é\nRFC 99\n";
        assert_eq!(without_breaks(text).as_deref(), Some(text));
    }
}
