//! What can be kept of a definition in whose lists something cannot be read: the lists without that.

use std::ops::Range;

use super::{grammar::Rule, way::Way};
use crate::syntax::{
    odd_words::joins,
    scan::{CLAUSES, Kind, Scanner, Token, is_part_of_word},
};

/// Lists in lists that are looked at: types nest no deeper.
const MAX_DEPTH: usize = 4;

/// A definition without what cannot be read of its lists, every other octet in its place.
pub(super) struct Readable {
    pub(super) text: String,
    /// The first thing that was taken away; empty if a brace was only missing.
    pub(super) first: Range<usize>,
    /// How many things were taken away.
    pub(super) count: usize,
}

/// What a list is a list of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Items {
    Names,
    Index,
    Numbers,
    Fields,
    /// What a range or size consists of, in parentheses and with bars between.
    Pieces,
    /// Not known, or no list: left as it is.
    Other,
}

impl Items {
    /// What parses the text between two commas.
    fn rule(self) -> Option<Rule> {
        Some(match self {
            Items::Names => Rule::lone_names,
            Items::Index => Rule::lone_index,
            Items::Numbers => Rule::lone_numbers,
            Items::Fields => Rule::lone_fields,
            Items::Pieces => Rule::lone_pieces,
            Items::Other => return None,
        })
    }
}

/// One open list.
struct List {
    items: Items,
    /// Its brace, or parenthesis.
    open: usize,
    /// What closes it.
    closing: u8,
    /// Where the item begins.
    start: usize,
    /// How many parentheses are open in the item.
    parentheses: usize,
    /// Whether something of it was kept.
    kept: bool,
    /// Whether something of it was taken away.
    lost: bool,
}

impl List {
    fn new(items: Items, open: &Token, closing: u8) -> List {
        let (open, start) = (open.start, open.end);
        List { items, open, closing, start, parentheses: 0, kept: false, lost: false }
    }
}

/// The definition `slice` without the items of its lists that cannot be read, and with the braces that its lists lack;
/// `None` if that changes nothing.
pub(super) fn readable(slice: &str, way: Way) -> Option<Readable> {
    let mut reader = Reader { way, bytes: slice.as_bytes().to_vec(), first: 0..0, count: 0, closed: false };
    let mut lists: Vec<List> = Vec::new();
    let mut tokens = Scanner::new(slice, 0);
    let (mut before, mut second) = ("", "");
    let mut last_end = 0;
    while let Some(token) = tokens.next() {
        let word = tokens.word(Some(token));
        if !lists.is_empty() && begins_clause(tokens, token) {
            let mut end = last_end;
            for list in lists.drain(..).rev() {
                reader.item(&list, end);
                end = reader.close(end, list.closing);
            }
        }
        match token.kind {
            Kind::Mark(b'{') => {
                let items =
                    if lists.len() < MAX_DEPTH { items(before, second, lists.last()) } else { Items::Other };
                lists.push(List::new(items, &token, b'}'));
            }
            Kind::Mark(b'}') => {
                while lists.pop_if(|list| list.closing == b')').is_some() {}
                if let Some(mut list) = lists.pop() {
                    reader.end_item(&mut list, token.start);
                    reader.end_list(&list, token.end);
                }
            }
            Kind::Mark(mark @ (b',' | b';' | b'|')) => {
                if let Some(list) = lists.last_mut()
                    && (list.parentheses == 0 || list.items == Items::Numbers)
                    && list.items != Items::Other
                    && (mark != b'|' || list.items == Items::Pieces)
                {
                    reader.end_item(list, token.start);
                    list.start = token.end;
                    if list.items == Items::Pieces && !list.kept {
                        // Nothing is left before it.
                        reader.blank(token.start..token.end);
                        continue;
                    }
                    if mark == b';' {
                        reader.note(token.start..token.end);
                        reader.write(token.start, b',');
                    }
                }
            }
            Kind::Mark(b'(') if lists.len() < MAX_DEPTH && refines(before, second, lists.is_empty()) => {
                let size = tokens.word(tokens.peek()).eq_ignore_ascii_case("SIZE");
                lists.push(List::new(if size { Items::Other } else { Items::Pieces }, &token, b')'));
            }
            Kind::Mark(b'(') => {
                if let Some(list) = lists.last_mut() {
                    list.parentheses += 1;
                }
            }
            Kind::Mark(b')') => {
                if let Some(mut list) = lists.pop_if(|list| list.closing == b')' && list.parentheses == 0) {
                    reader.end_item(&mut list, token.start);
                    reader.end_list(&list, token.end);
                } else if let Some(list) = lists.last_mut() {
                    list.parentheses = list.parentheses.saturating_sub(1);
                }
            }
            _ => {}
        }
        (second, before) = (before, word);
        last_end = token.end;
    }
    let changed = reader.count > 0 || reader.closed;
    let text = String::from_utf8(reader.bytes).ok().filter(|_| changed)?;
    Some(Readable { text, first: reader.first, count: reader.count })
}

/// Whether what follows a list begins with `token`. Labels may be spelt as keywords are.
fn begins_clause(mut tokens: Scanner<'_>, token: Token) -> bool {
    token.kind == Kind::Assign
        || CLAUSES.contains(&tokens.word(Some(token)))
            && tokens.next().is_some_and(|next| !matches!(next.kind, Kind::Mark(b'(' | b',' | b'}')))
}

/// Whether a parenthesis after the words `second` and `before` refines a type; `bare`: outside of any list.
fn refines(before: &str, second: &str, bare: bool) -> bool {
    let name = before.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    before.eq_ignore_ascii_case("SIZE")
        || bare && name && (before == "STRING" || matches!(second, "SYNTAX" | "WRITE-SYNTAX" | "::="))
}

/// What the list after the words `second` and `before` holds.
fn items(before: &str, second: &str, around: Option<&List>) -> Items {
    match before {
        "OBJECTS" | "NOTIFICATIONS" | "VARIABLES" | "MANDATORY-GROUPS" | "INCLUDES" | "CREATION-REQUIRES" => {
            Items::Names
        }
        "INDEX" | "AUGMENTS" => Items::Index,
        "SEQUENCE" | "CHOICE" => Items::Fields,
        "INTEGER" | "BITS" | "STRING" => Items::Numbers,
        // Behind the name of a type.
        _ if matches!(second, "SYNTAX" | "WRITE-SYNTAX" | "::=") => Items::Numbers,
        _ if around.is_some_and(|list| list.items == Items::Fields) => Items::Numbers,
        // A value, the OID of a module, or what belongs to a misspelt keyword.
        _ => Items::Other,
    }
}

/// The text, and what was taken away from it.
struct Reader {
    way: Way,
    bytes: Vec<u8>,
    first: Range<usize>,
    count: usize,
    closed: bool,
}

impl Reader {
    /// The item of a list that ends at `end`: taken away where it cannot be read. Whether something of it is left, and
    /// whether something went.
    fn item(&mut self, list: &List, end: usize) -> (bool, bool) {
        let Some(rule) = list.items.rule() else { return (true, false) };
        if self.parses(rule, list.start, end) {
            return (
                self.bytes.get(list.start..end).is_some_and(|item| item.iter().any(|b| *b > b' ')),
                false,
            );
        }
        let pieces = match list.items {
            Items::Names => self.runs(list.start, end),
            Items::Numbers => self.behind_parentheses(list.start, end),
            _ => std::iter::once(list.start..end).collect(),
        };
        let mut kept = false;
        for piece in pieces {
            if self.parses(rule, piece.start, piece.end) {
                kept = true;
                continue;
            }
            if let Some(marks) = self.stray_marks(rule, &piece) {
                kept = true;
                marks.into_iter().for_each(|mark| self.take_away(mark));
                continue;
            }
            // `name.0` is an instance of what is meant.
            let name = (list.items == Items::Names).then(|| self.instance(&piece)).flatten();
            kept |= name.is_some();
            self.take_away(name.unwrap_or(piece.start)..piece.end);
        }
        (kept, true)
    }

    fn end_item(&mut self, list: &mut List, end: usize) {
        let (kept, lost) = self.item(list, end);
        list.kept |= kept;
        list.lost |= lost;
    }

    /// A list ended at `end`. If no label is left, it is not an enumeration, and no refinement without a piece.
    fn end_list(&mut self, list: &List, end: usize) {
        if matches!(list.items, Items::Numbers | Items::Pieces) && list.lost && !list.kept {
            self.blank(list.open..end);
        }
    }

    /// Closes a list with `mark` behind the octet `end`, if there is room; where it ends then.
    fn close(&mut self, end: usize, mark: u8) -> usize {
        if self.bytes.get(end).is_none_or(|b| *b > b' ') {
            return end;
        }
        self.write(end, mark);
        self.closed = true;
        end + 1
    }

    fn parses(&self, rule: Rule, start: usize, end: usize) -> bool {
        let item = self.bytes.get(start..end).and_then(|item| std::str::from_utf8(item).ok());
        item.is_some_and(|item| self.way.matches(rule, item))
    }

    /// The stretches without a blank in them, and texts.
    fn runs(&self, start: usize, end: usize) -> Vec<Range<usize>> {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for token in self.tokens(start, end) {
            match runs.last_mut() {
                Some(run) if run.end == token.start => run.end = token.end,
                _ => runs.push(token.start..token.end),
            }
        }
        runs
    }

    /// The stretches that end with a parenthesis.
    fn behind_parentheses(&self, start: usize, end: usize) -> Vec<Range<usize>> {
        let mut pieces: Vec<Range<usize>> = Vec::new();
        let mut open = false;
        for token in self.tokens(start, end) {
            match pieces.last_mut() {
                Some(piece) if open => piece.end = token.end,
                _ => pieces.push(token.start..token.end),
            }
            open = token.kind != Kind::Mark(b')');
        }
        pieces
    }

    /// The characters of a piece that mean nothing, if it can be read without them. Between two words they stay: these
    /// would be names that nobody wrote.
    fn stray_marks(&self, rule: Rule, piece: &Range<usize>) -> Option<Vec<Range<usize>>> {
        let tokens = self.tokens(piece.start, piece.end);
        let mut left = self.bytes.get(piece.clone())?.to_vec();
        let mut marks = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            if !token.means_nothing() {
                continue;
            }
            let text = self.bytes.get(piece.clone()).and_then(|text| std::str::from_utf8(text).ok())?;
            if is_part_of_word(text, token.start - piece.start, token.end - piece.start) {
                return None;
            }
            let word = |token: Option<&Token>, beside: usize| {
                token.is_some_and(|token| {
                    token.kind == Kind::Word && (token.end == beside || token.start == beside)
                })
            };
            if word(at.checked_sub(1).and_then(|at| tokens.get(at)), token.start)
                && word(tokens.get(at + 1), token.end)
            {
                return None;
            }
            left.get_mut(token.start - piece.start..token.end - piece.start)?.fill(b' ');
            marks.push(token.start..token.end);
        }
        let left = String::from_utf8(left).ok()?;
        let reads = !marks.is_empty() && !left.trim().is_empty() && self.way.matches(rule, &left);
        reads.then_some(marks)
    }

    /// Where the name ends in `name.0`.
    fn instance(&self, run: &Range<usize>) -> Option<usize> {
        let mut tokens = self.tokens(run.start, run.end).into_iter();
        let name = tokens.next()?;
        let numbers = tokens.all(|token| match token.kind {
            Kind::Mark(b'.') => true,
            Kind::Word => {
                self.bytes.get(token.start..token.end).is_some_and(|word| word.iter().all(u8::is_ascii_digit))
            }
            _ => false,
        });
        (numbers && self.parses(Rule::lone_names, name.start, name.end)).then_some(name.end)
    }

    fn tokens(&self, start: usize, end: usize) -> Vec<Token> {
        let text = self.bytes.get(start..end).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or("");
        let shifted = |token: Token| Token { start: start + token.start, end: start + token.end, ..token };
        Scanner::new(text, 0).map(shifted).collect()
    }

    fn take_away(&mut self, range: Range<usize>) {
        let solid = |b: &u8| *b > b' ';
        let Some(gone) = self.bytes.get(range.clone()) else { return };
        let (Some(from), Some(to)) = (gone.iter().position(solid), gone.iter().rposition(solid)) else {
            return;
        };
        let solid = range.start + from..range.start + to + 1;
        self.note(solid.clone());
        self.blank(solid);
    }

    fn note(&mut self, range: Range<usize>) {
        if self.count == 0 {
            self.first = range;
        }
        self.count += 1;
    }

    fn blank(&mut self, range: Range<usize>) {
        if let Some(gone) = self.bytes.get_mut(range) {
            gone.iter_mut().filter(|b| !matches!(**b, b'\n' | b'\r')).for_each(|b| *b = b' ');
        }
    }

    fn write(&mut self, at: usize, octet: u8) {
        if let Some(place) = self.bytes.get_mut(at) {
            *place = octet;
        }
    }
}

/// Whether the token `at` of a list that does not parse is a name, and no part of something else.
pub(super) fn is_name(tokens: &[Token], at: usize, text: &str, way: Way) -> bool {
    let Some(token) = tokens.get(at) else { return false };
    let beside = |other: Option<&Token>, touches: fn(&Token, &Token) -> bool| {
        other.is_some_and(|other| joins(other.kind) && touches(token, other))
    };
    token.kind == Kind::Word
        && !beside(at.checked_sub(1).and_then(|at| tokens.get(at)), |token, other| other.end == token.start)
        && !beside(tokens.get(at + 1), |token, other| token.end == other.start)
        && text.get(token.start..token.end).is_some_and(|name| way.matches(Rule::lone_names, name))
}

#[cfg(test)]
mod tests {
    use super::{Way, readable};

    fn read(text: &str) -> String {
        let readable = readable(text, Way::Short).expect("something to take away");
        assert_eq!(readable.text.len(), text.len());
        readable.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn items_go_and_lists_stay() {
        for (written, left) in [
            ("OBJECTS { a.0, b; c/d, 5, \"e\" f(1) g }", "OBJECTS { a , b, , , g }"),
            ("OBJECTS { a`, ?, b?c, § d }", "OBJECTS { a , , , d }"),
            ("SEQUENCE { a ` INTEGER, b OCTET STRING? }", "SEQUENCE { a INTEGER, b OCTET STRING }"),
            ("INTEGER { a(1), b(0x2), c(3) d(-) e(5) }", "INTEGER { a(1), , c(3) e(5) }"),
            ("SYNTAX INTEGER { a, b }", "SYNTAX INTEGER"),
            ("INDEX { IMPLIED a, 1, b (1..2, 3), ? }", "INDEX { IMPLIED a, , b (1..2, 3), }"),
            (
                "SEQUENCE { a INTEGER { b(1), c(d) }, e, f OCTET STRING (SIZE (1..2)) }",
                "SEQUENCE { a INTEGER { b(1), }, , f OCTET STRING (SIZE (1..2)) }",
            ),
            ("OBJECTS { a, \u{e9}b, c\u{df}, \u{e9} d }", "OBJECTS { a, , , d }"),
            ("SYNTAX INTEGER (1..2 | max | 7..9)", "SYNTAX INTEGER (1..2 | | 7..9)"),
            ("SYNTAX Some-Type (?, 7..9 | x)", "SYNTAX Some-Type ( 7..9 | )"),
            ("SYNTAX OCTET STRING (SIZE (0 | max..8 | 8))", "SYNTAX OCTET STRING (SIZE (0 | | 8))"),
            ("A ::= OCTET STRING SIZE (max | 8)", "A ::= OCTET STRING SIZE ( 8)"),
            ("SYNTAX INTEGER (0..max) STATUS", "SYNTAX INTEGER STATUS"),
            ("SYNTAX INTEGER (0..1 | 5 STATUS x", "SYNTAX INTEGER (0..1 | 5)STATUS x"),
            ("SEQUENCE { a OCTET STRING (SIZE (1 | x)), b }", "SEQUENCE { a OCTET STRING (SIZE (1 | )), }"),
            ("OBJECTS { a, b STATUS current", "OBJECTS { a, b}STATUS current"),
            ("SEQUENCE { a INTEGER { b(1)   ::=", "SEQUENCE { a INTEGER { b(1)}} ::="),
        ] {
            assert_eq!(read(written), left);
        }
    }

    #[test]
    fn what_can_be_read_stays() {
        for text in [
            "OBJECTS { a, b, } ::= { c 1 }",
            "INTEGER { n/a(1), \"x\"(2), STATUS(3) next(4 } ::= { c 1 }",
            "SYNTAX INTEGER (0..1 | -5 | 'ff'H | MIN..MAX) ::= a (3)",
            "DEFVAL { { ?, 1 } } MODULE X { 1 ? } OBJCTS { a b } ::= { ? 1 }",
        ] {
            assert!(readable(text, Way::Short).is_none(), "{text}");
        }
    }

    #[test]
    fn the_work_grows_with_the_text() {
        let items = "a/b, ".repeat(200_000);
        assert_eq!(
            readable(&format!("OBJECTS {{ {items} c }}"), Way::Short).map(|found| found.count),
            Some(200_000)
        );
        readable(&"SEQUENCE { a ".repeat(100_000), Way::Short);
        readable(&"SIZE (".repeat(100_000), Way::Short);
        readable(&format!("SYNTAX INTEGER ({}", "a | ".repeat(200_000)), Way::Short);
        readable(&"\"".repeat(100_001), Way::Short);
    }
}
