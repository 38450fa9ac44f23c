//! Keywords and marks that are misspelt beyond doubt, for a file that does not parse whole: each is written as it is
//! meant, in its own octets, so that what parses afterwards stands where the source has it.

use super::scan::{CLAUSES, Kind, MACROS, Scanner, Token};

/// What was written as something else: octets `start..end` of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Respelling {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) meant: &'static str,
}

/// The text with what is misspelt respelt, every other octet in its place, and what was changed; `None` where that is
/// nothing.
pub(super) fn respelled(text: &str) -> Option<(String, Vec<Respelling>)> {
    let mut found: Vec<Respelling> = Vec::new();
    let mut tokens = Scanner::new(text, 0);
    let mut before: Option<Token> = None;
    while let Some(token) = tokens.next() {
        let respelling = match token.kind {
            Kind::Word if before.is_some_and(|before| matches!(before.kind, Kind::Word | Kind::Assign)) => {
                keyword(tokens, token)
            }
            Kind::Mark(b':') => assign(tokens, token),
            _ => None,
        };
        before = Some(token);
        if let Some(respelling) = respelling {
            while tokens.peek().is_some_and(|token| token.end <= respelling.end) {
                tokens.next();
            }
            found.push(respelling);
        }
    }
    let mut bytes = text.as_bytes().to_vec();
    found.retain(|respelling| write(&mut bytes, *respelling));
    let text = String::from_utf8(bytes).ok()?;
    (!found.is_empty()).then_some((text, found))
}

/// `object-type`, `OBJECT_TYPE`, `OBJECT TYPE` for a macro, `Object Identifier`; what follows has to fit, since names
/// may be spelt alike.
fn keyword(mut tokens: Scanner<'_>, first: Token) -> Option<Respelling> {
    let word = tokens.word(Some(first));
    let second = tokens.next()?;
    let respelling = |end, meant| Some(Respelling { start: first.start, end, meant });
    let words = tokens;
    let begins_clause = |token: Option<Token>| CLAUSES.contains(&words.word(token));
    let keywords = || MACROS.iter().copied().chain(["TEXTUAL-CONVENTION"]);
    if let Some(meant) = keywords().find(|meant| *meant != word && alike(word, meant)) {
        return begins_clause(Some(second)).then(|| respelling(first.end, meant)).flatten();
    }
    if second.kind != Kind::Word || second.start != first.end + 1 {
        return None;
    }
    let both = tokens.word(Some(Token { end: second.end, ..first }));
    let third = tokens.next();
    if both != "OBJECT IDENTIFIER" && alike(both, "OBJECT-IDENTIFIER") {
        let assigned = third.is_some_and(|token| matches!(token.kind, Kind::Assign | Kind::Mark(b':')));
        return assigned.then(|| respelling(second.end, "OBJECT IDENTIFIER")).flatten();
    }
    let meant = keywords().find(|meant| alike(both, meant))?;
    begins_clause(third).then(|| respelling(second.end, meant)).flatten()
}

/// The macro that a word of the source means, which may be misspelt.
pub(super) fn macro_meant(word: &str) -> &str {
    MACROS.iter().copied().find(|meant| alike(word, meant)).unwrap_or(word)
}

/// Whether the words differ in case and in what stands between their parts alone.
fn alike(word: &str, keyword: &str) -> bool {
    word.len() == keyword.len()
        && word.bytes().zip(keyword.bytes()).all(|(a, b)| {
            a.eq_ignore_ascii_case(&b) || (b == b'-' && matches!(a, b'_' | b' ' | b'\t' | b'\n'))
        })
}

/// `:=`, `: :=`, `:: =` before the brace of a value or the name of a type; with a blank beside it to make room.
fn assign(tokens: Scanner<'_>, first: Token) -> Option<Respelling> {
    const LONGEST: usize = 6;
    let mut end = first.end;
    let mut marks = vec![b':'];
    let mut ahead = tokens;
    while marks.last() != Some(&b'=') {
        let token = ahead.next()?;
        let Kind::Mark(mark @ (b':' | b'=')) = token.kind else { return None };
        marks.push(mark);
        end = token.end;
    }
    let follower = ahead.next()?;
    let fits = matches!(follower.kind, Kind::Word | Kind::Mark(b'{'));
    let short = end - first.start <= LONGEST && marks.len() <= 3;
    (fits && short).then_some(Respelling { start: first.start, end, meant: "::=" })
}

/// Writes what is meant, blanks in the rest. Whether there was room for it.
fn write(bytes: &mut [u8], respelling: Respelling) -> bool {
    let meant = respelling.meant.as_bytes();
    let (mut start, mut end) = (respelling.start, respelling.end);
    while end - start < meant.len() {
        // A line end may end a comment, which then would go on.
        if bytes.get(end).is_some_and(|&b| b <= b' ') {
            end += 1;
        } else if start > 0 && bytes.get(start - 1).is_some_and(|b| matches!(b, b' ' | b'\t')) {
            start -= 1;
        } else {
            return false;
        }
    }
    let Some(place) = bytes.get_mut(start..end) else { return false };
    place.fill(b' ');
    place[..meant.len()].copy_from_slice(meant);
    true
}

#[cfg(test)]
mod tests {
    use super::respelled;

    fn respell(text: &str) -> String {
        let (respelt, found) = respelled(text).expect("something to respell");
        assert_eq!(respelt.len(), text.len());
        assert!(found.iter().all(|one| text.get(one.start..one.end).is_some()));
        respelt
    }

    #[test]
    fn keywords_and_marks() {
        assert_eq!(respell("a object-type SYNTAX X"), "a OBJECT-TYPE SYNTAX X");
        assert_eq!(respell("a OBJECT_TYPE\nSYNTAX X"), "a OBJECT-TYPE\nSYNTAX X");
        assert_eq!(respell("a Object Type SYNTAX X"), "a OBJECT-TYPE SYNTAX X");
        assert_eq!(respell("a Object Identifier ::= { b 1 }"), "a OBJECT IDENTIFIER ::= { b 1 }");
        assert_eq!(respell("a OBJECT IDENTIFIER := { b 1 }"), "a OBJECT IDENTIFIER ::={ b 1 }");
        assert_eq!(respell("A ::= Textual Convention\nSTATUS x"), "A ::= TEXTUAL-CONVENTION\nSTATUS x");
        assert_eq!(respell("A : := X B :: = Y C\n:= Z"), "A ::=  X B ::=  Y C\n::=Z");
    }

    #[test]
    fn what_may_be_meant_stays() {
        for text in [
            "object-type ::= { a 1 }",
            "type status",
            "\"a := b\"",
            "{ object-type, b }",
            "a:=b",
            "x object type y",
        ] {
            assert_eq!(respelled(text), None, "{text}");
        }
    }
}
