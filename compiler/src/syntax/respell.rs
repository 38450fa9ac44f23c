//! Keywords and marks that are clearly misspelt, for a file that does not parse whole: each is written as it is
//! meant, in its own octets, so that what parses afterwards stands where the source has it.

use super::scan::{CLAUSES, Kind, MACROS, Scanner, Token};

/// What was written as something else: octets `start..end` of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Respelling {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) meant: &'static str,
}

/// The text with what is misspelt respelt, every other octet in its place, and what was changed; `None` if that is
/// nothing.
pub(super) fn respelled(text: &str) -> Option<(String, Vec<Respelling>)> {
    let mut found: Vec<Respelling> = Vec::new();
    let mut tokens = Scanner::new(text, 0);
    let mut place = Place::default();
    while let Some(token) = tokens.next() {
        let respelling = match token.kind {
            Kind::Word => place.word(tokens, token),
            Kind::Mark(b':') => assign(tokens, token),
            _ => None,
        };
        let read = respelling.map_or_else(|| tokens.word(Some(token)), |respelling| respelling.meant);
        if let Some(respelling) = respelling {
            while tokens.peek().is_some_and(|token| token.end <= respelling.end) {
                tokens.next();
            }
            found.push(respelling);
        }
        place.pass(tokens, token.kind, read);
    }
    let mut bytes = text.as_bytes().to_vec();
    found.retain(|respelling| write(&mut bytes, *respelling));
    let text = String::from_utf8(bytes).ok()?;
    (!found.is_empty()).then_some((text, found))
}

/// Which clauses can follow.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Clauses {
    /// Nothing: this is not a macro, or its value has been read.
    #[default]
    None,
    /// Those of a macro.
    Macro,
    /// Those of TEXTUAL-CONVENTION, whose last one is SYNTAX.
    Convention,
    /// None behind the type that comes.
    Type,
}

/// Where in a module a token stands.
#[derive(Default)]
struct Place<'a> {
    /// The token before, and what it is read as.
    before: Option<(Kind, &'a str)>,
    /// What the token before that is read as.
    second: &'a str,
    /// How many braces are open.
    depth: usize,
    clauses: Clauses,
    /// Between IMPORTS and its semicolon.
    imports: bool,
}

impl<'a> Place<'a> {
    /// What the word `token`, behind which `tokens` stands, is meant to be.
    fn word(&self, tokens: Scanner<'_>, token: Token) -> Option<Respelling> {
        let (kind, before) = self.before?;
        let word = tokens.word(Some(token));
        let follower = tokens.peek();
        let follows = |kind: Kind| follower.is_some_and(|token| token.kind == kind);
        let one = |meant: &'static str, fits: bool| {
            let respelling = Respelling { start: token.start, end: token.end, meant };
            (fits && word != meant && alike(word, meant)).then_some(respelling)
        };
        if matches!(kind, Kind::Word | Kind::Assign)
            && let Some(respelling) = keyword(tokens, token)
        {
            return Some(respelling);
        }
        if before == "::=" && self.second == "DEFINITIONS" {
            return one("BEGIN", true);
        }
        let clauses = self.clauses != Clauses::None;
        let type_awaited = clauses && before.ends_with("SYNTAX") || kind == Kind::Assign;
        if type_awaited || self.depth > 0 {
            let of = tokens.word(follower).eq_ignore_ascii_case("OF");
            let sequence = one("SEQUENCE", type_awaited && (of || follows(Kind::Mark(b'{'))));
            let two = |meant| two_words(tokens, token, meant);
            return sequence
                .or_else(|| two("BIT STRING"))
                .or_else(|| two("OCTET STRING"))
                .or_else(|| two("OBJECT IDENTIFIER"));
        }
        if clauses
            && !(CLAUSES.contains(&before) && before != "MODULE")
            && let Some(respelling) = clause(tokens, token)
        {
            return Some(respelling);
        }
        let behind_type = kind == Kind::Word && (clauses || self.second == "::=" || self.second == "SYNTAX");
        one("SIZE", behind_type && follows(Kind::Mark(b'(')))
            .or_else(|| one("FROM", self.imports && kind == Kind::Word && follows(Kind::Word)))
            .or_else(|| one("IMPORTS", before == "BEGIN" && follows(Kind::Word)))
            .or_else(|| one("EXPORTS", before == "BEGIN" && follows(Kind::Word)))
            .or_else(|| one("DEFINITIONS", follows(Kind::Assign)))
            .or_else(|| one("MIN", kind == Kind::Mark(b'(') && follows(Kind::Mark(b'.'))))
            .or_else(|| one("MAX", before == "." && (follows(Kind::Mark(b')')) || follows(Kind::Mark(b'|')))))
            .or_else(|| one("END", follower.is_none()))
    }

    /// A token of that kind is read as `read`; `tokens` continues after it.
    fn pass(&mut self, tokens: Scanner<'_>, kind: Kind, read: &'a str) {
        let kind = if read == "::=" { Kind::Assign } else { kind };
        if self.clauses == Clauses::Type {
            self.clauses = Clauses::None;
        }
        match kind {
            Kind::Word if read == "SYNTAX" && self.clauses == Clauses::Convention => {
                self.clauses = Clauses::Type;
            }
            Kind::Word if read == "IMPORTS" => self.imports = true,
            Kind::Word if MACROS.contains(&read) || read == "TEXTUAL-CONVENTION" => {
                let follower = tokens.word(tokens.peek());
                let first =
                    |clause: &str| clause.split_once('-').is_some_and(|(first, _)| alike(follower, first));
                if CLAUSES.iter().any(|clause| alike(follower, clause) || first(clause)) {
                    let convention = read == "TEXTUAL-CONVENTION";
                    self.clauses = if convention { Clauses::Convention } else { Clauses::Macro };
                    self.depth = 0;
                }
            }
            Kind::Assign => (self.clauses, self.depth) = (Clauses::None, 0),
            Kind::Mark(b';') => self.imports = false,
            Kind::Mark(b'{') => self.depth += 1,
            Kind::Mark(b'}') => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.second = self.before.map_or("", |(_, before)| before);
        self.before = Some((kind, read));
    }
}

/// `Status`, `Max-Access`, `MAX ACCESS` for the keyword of a clause, before what can be its value.
fn clause(mut tokens: Scanner<'_>, first: Token) -> Option<Respelling> {
    let word = tokens.word(Some(first));
    let second = tokens.next()?;
    let (meant, end, value) = match CLAUSES.iter().find(|clause| alike(word, clause)) {
        Some(meant) => (*meant, first.end, second),
        None => {
            let both = tokens.word(Some(Token { end: second.end, ..first }));
            let meant = CLAUSES.iter().find(|clause| alike(both, clause))?;
            (*meant, second.end, tokens.next()?)
        }
    };
    let value_word = tokens.word(Some(value));
    let fits = match meant {
        "STATUS" | "ACCESS" | "MAX-ACCESS" | "MIN-ACCESS" | "PIB-ACCESS" => {
            VALUES.iter().any(|known| alike(value_word, known))
        }
        "SYNTAX" | "WRITE-SYNTAX" => matches!(value.kind, Kind::Word | Kind::Mark(b'[')),
        "GROUP" | "OBJECT" | "SUPPORTS" | "VARIATION" => value.kind == Kind::Word,
        "MODULE" | "ENTERPRISE" => matches!(value.kind, Kind::Word | Kind::Assign | Kind::Mark(b'{')),
        "OBJECTS" | "NOTIFICATIONS" | "VARIABLES" | "MANDATORY-GROUPS" | "INCLUDES" | "CREATION-REQUIRES"
        | "INDEX" | "AUGMENTS" | "DEFVAL" => value.kind == Kind::Mark(b'{'),
        _ => matches!(value.kind, Kind::String | Kind::OpenString),
    };
    (fits && word != meant).then_some(Respelling { start: first.start, end, meant })
}

/// The values of STATUS and ACCESS.
const VALUES: &[&str] = &[
    "current",
    "deprecated",
    "obsolete",
    "mandatory",
    "optional",
    "not-accessible",
    "accessible-for-notify",
    "read-only",
    "read-write",
    "read-create",
    "write-only",
    "not-implemented",
];

/// `Octet String` for a type of two words.
fn two_words(mut tokens: Scanner<'_>, first: Token, meant: &'static str) -> Option<Respelling> {
    let second = tokens.next()?;
    let (one, two) = meant.split_once(' ')?;
    let written = (tokens.word(Some(first)), tokens.word(Some(second)));
    let fits = written != (one, two) && alike(written.0, one) && alike(written.1, two);
    let adjacent = second.start == first.end + 1;
    (fits && adjacent).then_some(Respelling { start: first.start, end: second.end, meant })
}

/// `object-type`, `OBJECT_TYPE`, `OBJECT TYPE` for a macro, `Object Identifier`; what follows has to fit, since names
/// may be spelt alike.
fn keyword(mut tokens: Scanner<'_>, first: Token) -> Option<Respelling> {
    let word = tokens.word(Some(first));
    let second = tokens.next()?;
    let respelling = |end, meant| Some(Respelling { start: first.start, end, meant });
    let words = tokens;
    let begins_clause = |token: Option<Token>| CLAUSES.iter().any(|clause| alike(words.word(token), clause));
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

/// The keyword of a clause that a word of the source means, which may be misspelt.
pub(super) fn clause_meant(word: &str) -> &str {
    if word.bytes().all(|b| b.is_ascii_uppercase() || b == b'-') {
        return word;
    }
    CLAUSES.iter().copied().find(|meant| alike(word, meant)).unwrap_or(word)
}

/// Whether the words differ only in case and in what separates their parts.
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
    fn keywords_of_clauses() {
        assert_eq!(
            respell(
                "a OBJECT-TYPE Syntax X Max Access Read-Only status current Description \"d\" Index { b } ::= { c 1 }"
            ),
            "a OBJECT-TYPE SYNTAX X MAX-ACCESS Read-Only STATUS current DESCRIPTION \"d\" INDEX { b } ::= { c 1 }"
        );
        assert_eq!(
            respell(
                "A ::= TEXTUAL-CONVENTION Display-Hint \"d\" Status current Syntax Octet String size (1)"
            ),
            "A ::= TEXTUAL-CONVENTION DISPLAY-HINT \"d\" STATUS current SYNTAX OCTET STRING SIZE (1)"
        );
        assert_eq!(respell("a Object-Type Syntax Sequence Of X"), "a OBJECT-TYPE SYNTAX SEQUENCE Of X");
        assert_eq!(respell("A ::= SEQUENCE { b Octet String }"), "A ::= SEQUENCE { b OCTET STRING }");
        assert_eq!(respell("BEGIN Imports a From B; End"), "BEGIN IMPORTS a FROM B; END");
        assert_eq!(
            respell("A Definitions ::= Begin exports b; END"),
            "A DEFINITIONS ::= BEGIN EXPORTS b; END"
        );
        assert_eq!(
            respell("A ::= TEXTUAL-CONVENTION DISPLAY HINT \"d\" STATUS x SYNTAX INTEGER (min..1 | 2..Max)"),
            "A ::= TEXTUAL-CONVENTION DISPLAY-HINT \"d\" STATUS x SYNTAX INTEGER (MIN..1 | 2..MAX)"
        );
        assert_eq!(respell("A { iso 3 } definitions::=begin"), "A { iso 3 } DEFINITIONS::=BEGIN");
        assert_eq!(
            respell("a MODULE-COMPLIANCE Module Group b ::="),
            "a MODULE-COMPLIANCE MODULE GROUP b ::="
        );
    }

    #[test]
    fn what_may_be_meant_stays() {
        for text in [
            "object-type ::= { a 1 }",
            "definitions ::= begin",
            "Definitions of terms begin here",
            "A ::= SEQUENCE { begin INTEGER } exports",
            "type status",
            "\"a := b\"",
            "{ object-type, b }",
            "a:=b",
            "x object type y",
            // Names, labels and prose.
            "status OBJECT IDENTIFIER ::= { a 1 }",
            "a OBJECT-TYPE SYNTAX Index { status(1), object(2) } INDEX { index } ::= { status 1 }",
            "A ::= TEXTUAL-CONVENTION SYNTAX INTEGER syntax OBJECT IDENTIFIER ::= { a 1 }",
            "IMPORTS from, status FROM X;",
            "Status of this Memo, size (of it), Syntax X",
        ] {
            assert_eq!(respelled(text), None, "{text}");
        }
    }
}
