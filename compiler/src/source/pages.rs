//! What printed pages leave in the text of a module: the footer with the number of the page, and the header of the
//! next one. Both may fall into the middle of a definition, and either may be there without the other.

use memchr::memmem;

/// How many blank lines may stand between a footer and the header that follows it.
const MAX_GAP: usize = 8;
/// How many blanks set a footer's number apart from its words.
const WIDE: usize = 2;
/// How far from the margin a number stands that is a whole footer.
const FAR: usize = 30;

/// The text with the lines of page breaks blanked out, every other octet in its place; `None` if it has none.
pub(super) fn without_breaks(text: &str) -> Option<String> {
    if !may_have_breaks(text) {
        return None;
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut blanked = String::with_capacity(text.len());
    let (mut copied, mut at) = (0, 0);
    // How many more lines may be blank before the header.
    let mut header_within = None;
    let mut quoted = false;
    for (number, line) in lines.iter().enumerate() {
        let content = line.trim_matches(|c: char| c <= ' ');
        let after = lines.get(number + 1..).unwrap_or_default();
        let goes = if let Some(footer) = Footer::of(content)
            && footer.is_one(line, quoted, after)
        {
            header_within = Some(MAX_GAP);
            true
        } else if content.is_empty() {
            header_within = match header_within {
                // A form feed ends a page too.
                _ if line.contains('\u{c}') => Some(MAX_GAP),
                Some(left) if left > 0 => Some(left - 1),
                _ => None,
            };
            false
        } else {
            let header = is_header(line) && (header_within.is_some() || line.starts_with('\u{c}'));
            header_within = None;
            header || is_dated_header(line)
        };
        if goes {
            blanked.push_str(text.get(copied..at)?);
            blanked.extend(line.bytes().map(|b| if b == b'\n' || b == b'\r' { b as char } else { ' ' }));
            copied = at + line.len();
        } else {
            quoted = quoted_behind(line, quoted);
        }
        at += line.len();
    }
    if copied == 0 {
        return None;
    }
    blanked.push_str(text.get(copied..)?);
    Some(blanked)
}

/// Whether it is worth to look at the lines.
fn may_have_breaks(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins_number =
        |at| bytes.get(at + 1..at + 6).is_some_and(|word| word.eq_ignore_ascii_case(b"page "));
    memchr::memchr_iter(b'[', bytes).any(begins_number)
        || memmem::find_iter(bytes, b" Page ").any(|at| {
            let line = text.get(at..).and_then(|rest| rest.lines().next());
            line.is_some_and(|line| Footer::of(line.trim_end()).is_some())
        })
        || HEADERS.iter().any(|header| {
            memmem::find_iter(bytes, header).any(|at| {
                let begins = at == 0 || matches!(bytes.get(at - 1), Some(b'\n' | b'\x0c'));
                let rest = text.get(at..).unwrap_or("");
                begins && rest.lines().next().is_some_and(is_dated_header)
            })
        })
}

/// What ends as a footer does: `Author   Standards Track   [Page 12]`.
struct Footer<'t> {
    /// What stands before the number of the page.
    words: &'t str,
    /// Whether the number is in brackets.
    bracketed: bool,
}

impl<'t> Footer<'t> {
    /// `None` if a line, without blanks around it, does not end so: with `[Page 12]` in any case, or with `Page 12`, or
    /// `Page 12 of 40`.
    fn of(line: &'t str) -> Option<Footer<'t>> {
        const MARK: &str = "[page ";
        if let Some(inner) = line.strip_suffix(']') {
            let at = inner.rfind('[')?;
            let mark = inner.get(at..at + MARK.len())?;
            let number = inner.get(at + MARK.len()..)?.trim();
            let is_number =
                !number.is_empty() && number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            let words = inner.get(..at)?;
            return (mark.eq_ignore_ascii_case(MARK) && is_number)
                .then_some(Footer { words, bracketed: true });
        }
        if !line.ends_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let at = line.rfind("Page ")?;
        let (words, number) = (line.get(..at)?, line.get(at + "Page ".len()..)?);
        let is_number = |text: &str| {
            let text = text.trim();
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
        };
        let counts = match number.split_once(" of ") {
            Some((number, all)) => is_number(number) && is_number(all),
            None => is_number(number),
        };
        (counts && !words.ends_with(|c: char| c > ' ')).then_some(Footer { words, bracketed: false })
    }

    /// Whether its line is a footer, and not a part of a definition. Within a text anything may be meant: there it has
    /// to look like one, or be followed by what follows one. Without brackets it must look like one anywhere.
    fn is_one(&self, line: &str, quoted: bool, after: &[&str]) -> bool {
        let words = self.words;
        let margin =
            line.trim_start_matches('\u{c}').bytes().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let gap = words.len() - words.trim_end().len();
        let set_apart = if words.is_empty() { margin >= FAR } else { margin == 0 && gap >= WIDE };
        if !self.bracketed && !set_apart {
            return false;
        }
        if quoted {
            let looks_so = set_apart && self.bracketed;
            return !words.contains('"') && (looks_so || page_follows(after));
        }
        let means_something = words.contains(['"', '{', '}', ';', '(', ')']) || words.contains("--");
        let keyword = |word: &str| {
            word.len() > 3
                && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'-')
                && KEYWORDS.contains(&word)
        };
        !means_something && !words.contains("::=") && !words.split_whitespace().any(keyword)
    }
}

/// Words that footers do not have.
const KEYWORDS: &[&str] = &[
    "SYNTAX",
    "MAX-ACCESS",
    "ACCESS",
    "STATUS",
    "DESCRIPTION",
    "REFERENCE",
    "INDEX",
    "AUGMENTS",
    "DEFVAL",
    "UNITS",
    "DISPLAY-HINT",
    "OBJECT",
    "OBJECTS",
    "OBJECT-TYPE",
    "IDENTIFIER",
    "IMPORTS",
    "FROM",
    "BEGIN",
    "SEQUENCE",
    "INTEGER",
    "NOTIFICATION-TYPE",
    "TRAP-TYPE",
    "OBJECT-IDENTITY",
    "OBJECT-GROUP",
    "MODULE-IDENTITY",
    "MODULE-COMPLIANCE",
    "TEXTUAL-CONVENTION",
    "MODULE",
    "GROUP",
    "ENTERPRISE",
    "VARIABLES",
];

/// Whether a form feed or the header of a page comes before anything else.
fn page_follows(after: &[&str]) -> bool {
    for line in after.iter().take(MAX_GAP + 1) {
        if line.contains('\u{c}') {
            return true;
        }
        if line.bytes().any(|b| b > b' ') {
            return is_header(line);
        }
    }
    false
}

/// How headers begin.
const HEADERS: [&[u8]; 3] = [b"RFC ", b"Internet-Draft", b"INTERNET-DRAFT"];

/// `RFC 1213   MIB-II   March 1991`, at the left margin. A form feed may stand before it.
fn is_header(line: &str) -> bool {
    let line = line.trim_start_matches('\u{c}');
    line.strip_prefix("RFC ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        || ["Internet-Draft", "Internet Draft"]
            .iter()
            .any(|draft| line.get(..draft.len()).is_some_and(|word| word.eq_ignore_ascii_case(draft)))
}

/// A header with its three parts set apart, the last of which is a month: what nothing else looks like.
fn is_dated_header(line: &str) -> bool {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    if !is_header(line) {
        return false;
    }
    let line = line.trim();
    let Some((title, date)) = line.rsplit_once("  ") else { return false };
    let parts = || title.trim_end().split("  ").filter(|part| !part.trim().is_empty());
    let mut date = date.split_whitespace();
    let month = date.next().is_some_and(|word| MONTHS.iter().any(|month| word.starts_with(month)));
    let year =
        date.next_back().is_some_and(|year| year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()));
    parts().count() >= 2 && month && year && !line.contains('"')
}

/// Whether a text is open behind a line, `quoted` before it.
fn quoted_behind(line: &str, mut quoted: bool) -> bool {
    let bytes = line.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'"', b'-', bytes.get(at..).unwrap_or_default()) {
        at += found + 1;
        if bytes.get(at - 1) == Some(&b'"') {
            quoted = !quoted;
        } else if !quoted && bytes.get(at) == Some(&b'-') {
            return false;
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::without_breaks;

    /// What is left of a text, line by line; nothing may move.
    fn left(text: &str) -> Vec<String> {
        let blanked = without_breaks(text).unwrap_or_else(|| text.to_owned());
        assert_eq!(blanked.len(), text.len());
        assert_eq!(blanked.matches('\n').count(), text.matches('\n').count());
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        blanked.lines().map(words).filter(|line| !line.is_empty()).collect()
    }

    #[test]
    fn footers_and_headers_go_and_nothing_moves() {
        let text = "a\n\nDoe   Standards Track   [Page 3]\n\u{c}\nRFC 99  Things  May 2001\r\n\nRFC 99 b\n";
        assert_eq!(left(text), ["a", "RFC 99 b"]);
    }

    #[test]
    fn either_goes_without_the_other() {
        assert_eq!(left("a\nDoe & Roe     [Page 5 ]\nb\n[Page iv]\nc\n"), ["a", "b", "c"]);
        assert_eq!(left("\"a\n\nDoe          [Page 5]\n\n b\"\n"), ["\"a", "b\""]);
        assert_eq!(left("a\nRFC 1213            MIB-II          March 1991\nb\n"), ["a", "b"]);
        assert_eq!(left("\"a\n\u{c}RFC 99  Things  May 2001\nb\"\n"), ["\"a", "b\""]);
        assert_eq!(left("\"a\nDoe [Page 5]\n\n\nRFC 99  Things\nb\"\n"), ["\"a", "b\""]);
        assert_eq!(left("a\nDoe & Roe     [page 5]\nb\n    [PAGE 6]\nc\n"), ["a", "b", "c"]);
        let alone = format!("a\n{}Page 7\nb\nAcme   Guide   Page 8 of 40\nc\n", " ".repeat(40));
        assert_eq!(left(&alone), ["a", "b", "c"]);
        assert_eq!(left("\"a\nDoe     Page 5\n\u{c}\nRFC 99  Things\nb\"\n"), ["\"a", "b\""]);
        // Far behind the first pages, too.
        let far = format!("{}\nDoe          [Page 99]\n", "x\n".repeat(20_000));
        assert_eq!(left(&far).len(), 20_000);
    }

    #[test]
    fn what_means_something_stays() {
        for text in [
            "a OBJECT IDENTIFIER ::= { b 1 } -- as in [Page 20]\n",
            "-- all of it   [Page 20]\n",
            "a OBJECT IDENTIFIER ::= { b 1 }    [Page 20]\n",
            "SYNTAX Integer32    [Page 20]\n",
            "DESCRIPTION \"see the handbook    [Page 20]\n and more\"\n",
            "DESCRIPTION \"see the handbook\n on   [Page 20]\n and\n RFC 99  Things  May 2001\"\n",
            "DESCRIPTION \"see\n[Page 20]\nand more\"\n",
            "see [Page 3] of é\nRFC 99\n",
            "a OBJECT IDENTIFIER ::= {\n Page 7\n}\n",
            "a OBJECT IDENTIFIER ::= {\npage    page 7\n}\n",
            "SYNTAX INTEGER { a(1) }   -- Page 7\n",
            "a OBJECT IDENTIFIER ::= { b   Page 7\n}\n",
            "DESCRIPTION \"see the manual,    Page 7\n and more\"\n",
            "DESCRIPTION \"see\nthe manual,    Page 7\n and more\"\n",
            "SYNTAX   INTEGER -- of a HomePage 7\nSYNTAX   Home Page 7\n",
            "RFC 99\n\u{c}x\nRFC 99\n",
            "\"\nRFC 1213 defines it, in March 1991\n\"\n",
        ] {
            assert_eq!(without_breaks(text), None, "{text}");
        }
    }
}
