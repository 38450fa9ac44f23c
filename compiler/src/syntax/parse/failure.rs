//! What was expected and what was found, in words that authors of MIB modules use.

use super::{builder::Builder, grammar::Rule, way::Failure};
use crate::{
    diag::{Code, Diagnostic},
    syntax::scan::{CLAUSES, Kind, MACROS, Scanner, Token},
};

impl Failure {
    /// Whether a new clause could have begun here: what stood before it was complete.
    pub(super) fn between_clauses(&self) -> bool {
        self.expected.contains(&Rule::assign_mark) && !self.expected.contains(&Rule::macro_name)
    }

    /// `` `}` or a name ``: at most four alternatives, in words.
    fn expected_words(&self) -> String {
        let mut words: Vec<&str> = Vec::new();
        let clause = self.expected.contains(&Rule::text_kw);
        let known = self.expected.iter().map(|&rule| word(rule));
        for word in
            clause.then_some("a clause such as `SYNTAX`, `STATUS` or `DESCRIPTION`").into_iter().chain(known)
        {
            if !word.is_empty() && !words.contains(&word) {
                words.push(word);
            }
        }
        if self.expected.iter().any(|rule| matches!(rule, Rule::macro_name | Rule::tc_name)) {
            // Everything may follow a name; all of it at once helps nobody.
            if words.len() > 1 {
                words.retain(|word| !matches!(*word, "a type"));
            }
        }
        match words.as_slice() {
            [] => "something else".to_owned(),
            [only] => (*only).to_owned(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        }
    }
}

impl Builder<'_> {
    /// The diagnostic for a failure within the octets `start..end`, which `subject` names for people.
    pub(super) fn failed(&self, failure: &Failure, start: usize, end: usize, subject: &str) -> Diagnostic {
        let text = self.source.get(..end).unwrap_or(self.source);
        let mut tokens = Scanner::new(text, failure.at);
        let found = tokens.next();
        let expected = failure.expected_words();
        let (place, found_words) = match found {
            Some(token) => {
                (self.span(token.start as u32, caret_end(self.source, token)), found_in_words(text, token))
            }
            None => {
                let last = last_token_end(text, start).unwrap_or(failure.at) as u32;
                let what = if end == self.source.len() {
                    "the end of the file"
                } else {
                    "the end of the definition"
                };
                (self.span(last, last), what.to_owned())
            }
        };
        let mut diagnostic =
            Diagnostic::new(Code::Syntax, format!("{subject}: expected {expected}, found {found_words}"))
                .at(place, format!("expected {expected}"));
        if let Some(name) = Scanner::new(text, start).next().filter(|name| name.end <= failure.at) {
            diagnostic = diagnostic.also(self.span(name.start as u32, name.end as u32), "in this definition");
        }
        match self.hint(failure, text, start, found) {
            Some(hint) => diagnostic.help(hint),
            None => diagnostic,
        }
    }

    /// What usually lies behind a failure like this.
    fn hint(&self, failure: &Failure, text: &str, start: usize, found: Option<Token>) -> Option<String> {
        let Some(token) = found else {
            return Some("look for a missing `}`, `)` or closing quote before this place".to_owned());
        };
        let word = text.get(token.start..token.end).unwrap_or("");
        if token.kind == Kind::Word && continues_comment(self.source, token.start) {
            return Some(
                "a comment ends with its line: is this the rest of the one above? Begin it with `--`".into(),
            );
        }
        if looks_like_comment(text, token) {
            return Some("comments begin with two hyphens: `--`".to_owned());
        }
        let previous = previous_token(text, start, token.start);
        if previous.is_some_and(|previous| previous.kind == Kind::String) && failure.between_clauses() {
            if let Some(meant) = similar(word, CLAUSES) {
                return Some(format!("did you mean `{meant}`?"));
            }
            return Some(
                "a quote inside a text ends it and cannot be escaped: write ' instead of \"".to_owned(),
            );
        }
        if let Kind::Mark(b':' | b'=') = token.kind
            && failure.expected.iter().any(|rule| matches!(rule, Rule::assign_mark | Rule::text_kw))
        {
            return Some("an assignment is written `::=`".to_owned());
        }
        if failure.between_clauses() && token.kind == Kind::Word {
            return match similar(word, CLAUSES) {
                Some(meant) if meant != word => Some(format!("did you mean `{meant}`?")),
                _ => Some("the clauses of a macro end with `::=` and its value".to_owned()),
            };
        }
        if failure.expected.contains(&Rule::macro_name) && token.kind == Kind::Word {
            return similar(word, MACROS).map(|meant| format!("did you mean `{meant}`?"));
        }
        if failure.expected.contains(&Rule::string) && token.kind == Kind::OpenString {
            return Some("close the text with a quote".to_owned());
        }
        if failure.expected.contains(&Rule::string) {
            return Some("texts stand between quotes: \"…\"".to_owned());
        }
        let form = |rules: &[Rule]| rules.iter().any(|rule| failure.expected.contains(rule));
        if form(&[Rule::tc_name]) && token.kind == Kind::Mark(b'{') {
            return Some("an OID is written `name OBJECT IDENTIFIER ::= { parent number }`".to_owned());
        }
        let hint = if form(&[Rule::bound, Rule::piece, Rule::constraint]) {
            "a range is written `(low..high)`, a size `(SIZE (low..high))`"
        } else if form(&[Rule::open_paren, Rule::odd_label, Rule::numbers, Rule::quoted_digits]) {
            "labels are written `{ label(number), label(number) }`"
        } else if form(&[Rule::type_name, Rule::syntax, Rule::inner_syntax, Rule::leaf_syntax]) {
            "a type is a built-in one such as `Integer32` or `OCTET STRING`, or the name of another one"
        } else if form(&[Rule::oid_value, Rule::paren_number]) {
            "an object identifier is written `{ parent number }`"
        } else if form(&[Rule::close_brace]) {
            "a list is written `{ item, item }`"
        } else if form(&[Rule::assign_mark]) {
            "a definition is written `name MACRO … ::= { parent number }` or `Name ::= type`"
        } else if form(&[Rule::number]) {
            "a sub-identifier is a decimal number or `name(number)`"
        } else {
            "compare with a definition of the same kind in a standard module such as IF-MIB"
        };
        Some(hint.to_owned())
    }
}

/// A rule in words; empty for one that says nothing to people.
fn word(rule: Rule) -> &'static str {
    match rule {
        Rule::close_brace => "`}`",
        Rule::close_paren | Rule::missing_paren | Rule::lost_paren => "`)`",
        Rule::open_brace | Rule::names | Rule::index | Rule::defval | Rule::fields | Rule::inner_fields => {
            "`{`"
        }
        Rule::numbers => "`{`",
        Rule::open_paren | Rule::paren_number | Rule::constraint => "`(`",
        Rule::semicolon => "`;`",
        Rule::assign_mark => "`::=`",
        Rule::string => "a text in quotes",
        Rule::number | Rule::bound | Rule::piece => "a number",
        Rule::quoted_digits => "a hexadecimal or binary number",
        Rule::ident | Rule::qname | Rule::odd_name | Rule::word => "a name",
        Rule::label | Rule::odd_label => "a name",
        Rule::oid_value => "`{ parent number }`",
        Rule::other_value | Rule::braces => "a value",
        Rule::type_name
        | Rule::syntax
        | Rule::inner_syntax
        | Rule::leaf_syntax
        | Rule::sequence_kw
        | Rule::choice_kw
        | Rule::bits_kw
        | Rule::index_item
        | Rule::tag => "a type",
        Rule::of => "`OF`",
        Rule::size | Rule::bare_size => "`SIZE`",
        Rule::macro_name => "a macro such as `OBJECT-TYPE`",
        Rule::oid_type => "`OBJECT IDENTIFIER`",
        Rule::definition => "a definition",
        Rule::module => "a module",
        Rule::definitions => "`DEFINITIONS`",
        Rule::begin => "`BEGIN`",
        Rule::end => "`END`",
        Rule::from => "`FROM`",
        Rule::import => "an import",
        Rule::imports | Rule::imports_kw => "`IMPORTS`",
        Rule::exports => "`EXPORTS`",
        Rule::macro_body => "`BEGIN`",
        Rule::EOI => "the end of the definition",
        // Keywords are summed up as "a clause"; the rest begins with something that is named above.
        _ => "",
    }
}

fn found_in_words(text: &str, token: Token) -> String {
    const LONGEST: usize = 40;
    let whole = text.get(token.start..token.end).unwrap_or("");
    let line = whole.lines().next().unwrap_or("");
    let mut short: String = line.chars().take(LONGEST).collect();
    if short.len() < whole.len() {
        short.push('…');
    }
    match token.kind {
        Kind::String => format!("the text {short}"),
        Kind::OpenString => format!("a text that is never closed: {short}"),
        Kind::Word | Kind::Assign | Kind::Mark(_) => format!("`{short}`"),
    }
}

/// Whether the token begins what is a comment in other languages, or a rule drawn across the page.
fn looks_like_comment(text: &str, token: Token) -> bool {
    let rest = text.get(token.start..).unwrap_or("");
    let before = text.get(..token.start).unwrap_or("");
    ["//", "/*", "#", "!", "==", "**", "__", "\u{2013}", "\u{2014}"].iter().any(|mark| rest.starts_with(mark))
        || before.trim_end_matches([' ', '\t']).rsplit('\n').next() == Some("-")
}

/// Whether the line of octet `at` begins with words of which the line above ends in a comment.
fn continues_comment(source: &str, at: usize) -> bool {
    let before = source.get(..at).unwrap_or("");
    let Some((above, line)) = before.rsplit_once('\n') else { return false };
    let above = above.rsplit('\n').next().unwrap_or("");
    let words = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '\t' | ',' | '.' | '-');
    line.chars().all(words) && above.contains("--") && !above.trim_end().ends_with("--")
}

/// The caret stays on one line.
fn caret_end(source: &str, token: Token) -> u32 {
    let whole = source.get(token.start..token.end).unwrap_or("");
    let line = whole.find(['\n', '\r']).unwrap_or(whole.len());
    (token.start + line) as u32
}

fn previous_token(text: &str, start: usize, at: usize) -> Option<Token> {
    Scanner::new(text.get(..at)?, start).last()
}

fn last_token_end(text: &str, start: usize) -> Option<usize> {
    Scanner::new(text, start).last().map(|token| token.end)
}

/// The word of `known` that differs from `word` in at most two letters.
fn similar<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    /// Longer words are not misspelt keywords; computing the distance would be wasted work.
    const LONGEST: usize = 24;
    if word.len() > LONGEST || word.len() < 3 {
        return None;
    }
    let upper = word.to_ascii_uppercase();
    let (distance, best) = known.iter().map(|&known| (distance(&upper, known), known)).min()?;
    (distance <= 2 && distance * 3 <= best.len()).then_some(best)
}

/// The edit distance of two short words.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(b.bytes()) {
            let best = (diagonal + usize::from(x != y)).min(left + 1).min(*cell + 1);
            diagonal = *cell;
            *cell = best;
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}
