//! What can be kept of a definition that does not parse: the text without the clause that failed.

use crate::syntax::scan::{CLAUSES, Kind, MACROS, Scanner, Token, is_part_of_word};

/// The OID value of the definition `slice`, its usual mistakes corrected, and where it begins: other
/// brackets than braces, quotes or dots in it, no brace at the end. Strings are not trusted: one that is never closed
/// may have led here.
pub(super) fn oid_value(slice: &str) -> Option<(usize, String)> {
    const LONGEST: usize = 1000;
    let opening = |assign: usize| {
        let first = Scanner::new(slice, assign).next()?;
        matches!(first.kind, Kind::Mark(b'{' | b'(' | b'[')).then_some(first)
    };
    let first = slice.match_indices(":=").find_map(|(at, mark)| opening(at + mark.len()))?;
    let (mut value, mut labelled) = (String::from("{"), false);
    for character in slice.get(first.end..)?.chars().take(LONGEST) {
        value.push(match character {
            '}' | ']' => '}',
            // `name(1)` stays; the `)` of `( parent 1 )` does not.
            ')' if !labelled => '}',
            '.' | '"' | '\'' => ' ',
            character => character,
        });
        labelled = (labelled || character == '(') && character != ')';
        if value.ends_with('}') {
            return Some((first.start, value));
        }
    }
    // In the place of the blank behind it, so that nothing moves.
    let end = value.trim_end().len();
    let blank = value.get(end..=end)?.len();
    value.replace_range(end..end + blank, "}");
    Some((first.start, value))
}

/// What a definition is read without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// A character that means nothing.
    Character(String),
    /// The clause of that keyword.
    Clause(String),
    /// What refines its type.
    Refinement,
    /// What stands where a clause could begin, and begins with that.
    Text(String),
}

/// The definition `slice` with what failed at octet `at` blanked out, every other octet in its place. `None` where
/// nothing can be taken away without the rest losing its meaning.
///
/// If a single character means nothing in MIB text, only that character is removed. Otherwise the clause around `at`
/// is removed or, if the clause before it was complete (`between`), the text between that clause and the next one.
pub(super) fn without_failure(slice: &str, at: usize, between: bool) -> Option<(String, Lost)> {
    let found = Scanner::new(slice, at).next();
    let spare = |token: &Token| token.means_nothing() && !is_part_of_word(slice, token.start, token.end);
    if let Some(token) = found.filter(spare) {
        let lost = Lost::Character(slice.get(token.start..token.end)?.to_owned());
        return Some((blanked(slice, token.start, token.end)?, lost));
    }
    let mut tokens = Scanner::new(slice, 0);
    let (_name, head) = (tokens.next()?, tokens.next()?);
    if !MACROS.contains(&tokens.word(Some(head))) && head.kind != Kind::Assign {
        return None;
    }
    let at = found.map_or(slice.len(), |token| token.start);
    let (mut from, mut to) = (between.then_some(at), None);
    let mut lost = Lost::Text(tokens.word(found).to_owned());
    let mut bare_type = None;
    while let Some(token) = tokens.next() {
        let boundary = token.kind == Kind::Assign || CLAUSES.contains(&tokens.word(Some(token)));
        if !boundary {
            continue;
        }
        let before = if between { token.start <= at } else { token.start < at };
        if !before {
            to = Some(token.start);
            break;
        }
        if token.kind == Kind::Assign {
            // The failure lies in the value; without that nothing remains.
            return None;
        }
        if !between {
            from = Some(token.start);
            lost = Lost::Clause(tokens.word(Some(token)).to_owned());
            bare_type = type_end(tokens, token);
        }
    }
    // A textual convention ends with its last clause; everything else needs the value that is still to come.
    let to = match to {
        Some(to) => to,
        None if head.kind == Kind::Assign => slice.len(),
        None => return None,
    };
    // A type whose refinement failed is better than none.
    let refinement = bare_type.filter(|&end| end <= at).and_then(|end| blanked(slice, end, to));
    match refinement {
        Some(text) => Some((text, Lost::Refinement)),
        None => Some((blanked(slice, from?, to)?, lost)),
    }
}

/// Where the name of the type ends behind the keyword SYNTAX; `None` behind another one, and for types that are
/// nothing without what follows their name.
fn type_end(mut tokens: Scanner<'_>, keyword: Token) -> Option<usize> {
    if !tokens.word(Some(keyword)).ends_with("SYNTAX") {
        return None;
    }
    let first = tokens.next().filter(|token| token.kind == Kind::Word)?;
    match tokens.word(Some(first)) {
        "SEQUENCE" | "CHOICE" | "BITS" => None,
        "OCTET" | "OBJECT" => tokens.next().map(|second| second.end),
        _ => Some(first.end),
    }
}

/// Whether the definition is `Name ::= SEQUENCE { …`.
pub(super) fn is_sequence(slice: &str) -> bool {
    let mut tokens = Scanner::new(slice, 0);
    let (_name, assign, keyword) = (tokens.next(), tokens.next(), tokens.next());
    assign.is_some_and(|token| token.kind == Kind::Assign)
        && tokens.word(keyword) == "SEQUENCE"
        && tokens.next().is_some_and(|token| token.kind == Kind::Mark(b'{'))
}

/// `slice` with blanks in `from..to`; `None` if that takes nothing away.
fn blanked(slice: &str, from: usize, to: usize) -> Option<String> {
    let gone = slice.get(from..to)?;
    if gone.bytes().all(|b| b <= b' ') {
        return None;
    }
    let mut text = String::with_capacity(slice.len());
    text.push_str(slice.get(..from)?);
    text.extend(gone.bytes().map(|b| if b == b'\n' || b == b'\r' { b as char } else { ' ' }));
    text.push_str(slice.get(to..)?);
    Some(text)
}
