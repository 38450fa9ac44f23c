//! Splits a file into definitions without parsing it, for files that do not parse whole.

use super::odd_words::joins;
use super::scan::{CLAUSES, Kind, MACROS, Scanner, Token};

/// A stretch of the text and what seems to begin there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) guess: Guess,
    /// Where the name ends, where that is several words on one line: no name at all.
    pub(super) words_end: Option<usize>,
}

/// What seems to begin at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    /// `NAME DEFINITIONS ::= BEGIN`.
    Head,
    /// EXPORTS or IMPORTS.
    Linkage,
    /// A macro, or an OID assignment.
    Value,
    /// `Name ::= …`.
    Type,
    /// `NAME MACRO ::= BEGIN … END`.
    Macro,
    /// END.
    End,
    /// None of them.
    Stray,
}

/// How far `NAME { … } DEFINITIONS` is looked ahead, in tokens.
const HEAD_TOKENS: usize = 64;

/// Splits one text. Strings are trusted at first; see [`Splitter::next`].
#[derive(Debug)]
pub(super) struct Splitter<'a> {
    text: &'a str,
    /// Octets that may still be scanned with strings trusted. A text with many quotes left open would otherwise
    /// be scanned to its end once for each of them.
    budget: usize,
}

impl<'a> Splitter<'a> {
    pub(super) fn new(text: &'a str) -> Splitter<'a> {
        Splitter { text, budget: text.len().saturating_mul(8).saturating_add(1 << 16) }
    }

    /// The chunk that begins at the first token at or behind `at`; `None` at the end of the text.
    ///
    /// It ends before the next token that begins something; strings hide what they contain. Once the budget is
    /// spent it ends before the next line that looks like the beginning of a definition, inside a string or not.
    pub(super) fn next(&mut self, at: usize) -> Option<Chunk> {
        let mut tokens = Scanner::new(self.text, at);
        let first = tokens.next()?;
        let start = first.start;
        let mut guess = guess(tokens, first).unwrap_or(Guess::Stray);
        let mut words_end = None;
        let mut name = first;
        if guess == Guess::Stray
            && let Some((last, begun)) = self.several_words(tokens, first)
        {
            tokens = Scanner::new(self.text, last.end);
            (guess, words_end, name) = (begun, Some(last.end), last);
        }
        let mut end = match guess {
            Guess::End => first.end,
            Guess::Macro => macro_end(self.text, name.end),
            Guess::Head => head_end(self.text, first),
            _ if self.budget == 0 => self.line_head(start, self.text.len()).unwrap_or(self.text.len()),
            _ => self.body_end(tokens, name, guess),
        };
        self.budget = self.budget.saturating_sub(end - start);
        // Semicolons and commas behind a definition belong to it.
        if matches!(guess, Guess::Value | Guess::Type | Guess::Macro) {
            let mut behind = Scanner::new(self.text, end);
            while let Some(token) = behind.next()
                && matches!(token.kind, Kind::Mark(b';' | b','))
            {
                end = token.end;
            }
        }
        Some(Chunk { start, end, guess, words_end })
    }

    /// Where the definition, linkage or stray text ends that begins with `first`.
    fn body_end(&self, mut tokens: Scanner<'_>, first: Token, begun: Guess) -> usize {
        let mut end = first.end;
        let mut behind_assign = false;
        while let Some(token) = tokens.peek() {
            let mut ahead = tokens;
            ahead.next();
            if guess(ahead, token).is_some() {
                return end;
            }
            let stray = begun != Guess::Linkage && !behind_assign;
            if stray && self.several_words(ahead, token).is_some() {
                return end;
            }
            tokens = ahead;
            end = token.end;
            match token.kind {
                Kind::Mark(b';') if begun == Guess::Linkage => return end,
                Kind::Assign => {
                    behind_assign = true;
                    continue;
                }
                Kind::Mark(b'{') if behind_assign && begun == Guess::Value => {
                    return closing_brace(tokens, end);
                }
                Kind::Word if behind_assign && begun == Guess::Value => return bare_value_end(tokens, end),
                _ => {}
            }
            behind_assign = false;
        }
        // The end of the text: blanks and comments behind the last token do not matter.
        end
    }

    /// Where a line begins with `first` and has further words before what begins a definition: the last of these words,
    /// and what it begins. Which of them is the name, nobody knows.
    fn several_words(&self, mut tokens: Scanner<'_>, first: Token) -> Option<(Token, Guess)> {
        let keyword = |word: &str| {
            CLAUSES.contains(&word)
                || MACROS.contains(&word)
                || matches!(word, "FROM" | "BEGIN" | "DEFINITIONS")
        };
        let before = self.text.get(..first.start)?.trim_end_matches([' ', '\t']);
        let letter = self.text.as_bytes().get(first.start).is_some_and(u8::is_ascii_alphabetic);
        if first.kind != Kind::Word || !letter || !(before.is_empty() || before.ends_with('\n')) {
            return None;
        }
        let mut last = first;
        loop {
            if last.kind == Kind::Word && keyword(tokens.word(Some(last))) {
                return None;
            }
            let token = tokens.next()?;
            let beside = !self.text.get(last.end..token.start)?.contains('\n');
            if !beside || !(token.kind == Kind::Word || joins(token.kind)) {
                return None;
            }
            if let Some(begun @ (Guess::Value | Guess::Type | Guess::Macro)) = guess(tokens, token) {
                return Some((token, begun));
            }
            last = token;
        }
    }

    /// The first line of `from..to`, behind the one at `from`, that looks like the beginning of a definition, of
    /// a module, or like its end, whether or not a string hides it.
    pub(super) fn line_head(&self, from: usize, to: usize) -> Option<usize> {
        let mut at = from;
        loop {
            let rest = self.text.as_bytes().get(at..to)?;
            at += memchr::memchr(b'\n', rest)? + 1;
            let line = self.text.as_bytes().get(at..to)?;
            let blank = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            if line.get(blank).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
                && self.begins_definition(at)
            {
                return Some(at);
            }
        }
    }

    /// Whether the tokens at `at` clearly begin a definition: prose rarely looks like that.
    fn begins_definition(&self, at: usize) -> bool {
        let mut tokens = Scanner::new(self.text, at);
        let Some(first) = tokens.next() else { return false };
        match guess(tokens, first) {
            Some(Guess::Head | Guess::Macro) => true,
            Some(Guess::Value) => {
                let name = tokens.next();
                if tokens.word(name) == "OBJECT" {
                    return true;
                }
                let clause = tokens.next();
                CLAUSES.contains(&tokens.word(clause))
            }
            Some(Guess::Type) => {
                tokens.next();
                let kind = tokens.next();
                matches!(tokens.word(kind), "TEXTUAL-CONVENTION" | "SEQUENCE")
            }
            Some(Guess::End) => match tokens.next() {
                None => true,
                Some(token) => guess(tokens, token) == Some(Guess::Head),
            },
            _ => false,
        }
    }

    /// The string of `from..to` that hides the position `at`: where it begins, and whether what follows its end
    /// shows that the quotes are out of step.
    pub(super) fn hiding_string(&self, from: usize, at: usize) -> Option<(usize, bool)> {
        let mut tokens = Scanner::new(self.text, from);
        while let Some(token) = tokens.next() {
            if token.start > at {
                return None;
            }
            if token.end > at && matches!(token.kind, Kind::String | Kind::OpenString) {
                let follower = tokens.next();
                let plausible = match follower.map(|token| token.kind) {
                    None => token.kind == Kind::String,
                    Some(Kind::Assign | Kind::Mark(b'}' | b',')) => true,
                    Some(Kind::Word) => {
                        CLAUSES.contains(&tokens.word(follower))
                            || follower.is_some_and(|token| guess(tokens, token).is_some())
                    }
                    Some(_) => false,
                };
                return Some((token.start, !plausible));
            }
        }
        None
    }
}

/// What begins with the word `first`; `tokens` continues after it.
pub(super) fn guess(mut tokens: Scanner<'_>, first: Token) -> Option<Guess> {
    if first.kind != Kind::Word {
        return None;
    }
    match tokens.word(Some(first)) {
        "END" => return Some(Guess::End),
        "IMPORTS" | "EXPORTS" => return Some(Guess::Linkage),
        _ => {}
    }
    let second = tokens.next()?;
    let word = tokens.word(Some(first));
    match second.kind {
        Kind::Word => match tokens.word(Some(second)) {
            "DEFINITIONS" | "PIB-DEFINITIONS" => head_goes_on(tokens).then_some(Guess::Head),
            "MACRO" => (tokens.next()?.kind == Kind::Assign).then_some(Guess::Macro),
            _ if CLAUSES.contains(&word) || MACROS.contains(&word) => None,
            "OBJECT" => {
                let third = tokens.next();
                let assign = tokens.word(third).starts_with("IDENT") && tokens.next()?.kind == Kind::Assign;
                assign.then_some(Guess::Value)
            }
            // OBJECT is forgotten now and then.
            "IDENTIFIER" if word != "OBJECT" => (tokens.next()?.kind == Kind::Assign).then_some(Guess::Value),
            name if MACROS.contains(&name) => {
                // In a list of imports a comma, FROM or a semicolon would follow.
                let third = tokens.next()?;
                let listed =
                    matches!(third.kind, Kind::Mark(b',' | b';')) || tokens.word(Some(third)) == "FROM";
                (!listed).then_some(Guess::Value)
            }
            _ => None,
        },
        Kind::Assign if !CLAUSES.contains(&word) && word != "IDENTIFIER" => {
            let third = tokens.next()?;
            let letter = tokens.word(Some(third)).starts_with(|c: char| c.is_ascii_alphabetic() || c == '[');
            (letter && tokens.word(Some(third)) != "BEGIN").then_some(Guess::Type)
        }
        Kind::Mark(b'{') => {
            for _ in 0..HEAD_TOKENS {
                if tokens.next()?.kind == Kind::Mark(b'}') {
                    let next = tokens.next();
                    let head = matches!(tokens.word(next), "DEFINITIONS" | "PIB-DEFINITIONS");
                    return (head && head_goes_on(tokens)).then_some(Guess::Head);
                }
            }
            None
        }
        _ => None,
    }
}

/// Whether what follows DEFINITIONS makes it the head of a module and no prose.
fn head_goes_on(mut tokens: Scanner<'_>) -> bool {
    let Some(next) = tokens.next() else { return false };
    let word = tokens.word(Some(next));
    matches!(next.kind, Kind::Assign | Kind::Mark(b':'))
        || matches!(word, "IMPLICIT" | "EXPLICIT" | "AUTOMATIC" | "BEGIN")
}

/// Behind the `}` that closes the value whose `{` ends at `end`; before what begins something, if that is first.
fn closing_brace(mut tokens: Scanner<'_>, mut end: usize) -> usize {
    while let Some(token) = tokens.next() {
        if guess(tokens, token).is_some() {
            return end;
        }
        end = token.end;
        if token.kind == Kind::Mark(b'}') {
            return end;
        }
    }
    end
}

/// Behind a value without braces whose first part ends at `end`.
fn bare_value_end(mut tokens: Scanner<'_>, mut end: usize) -> usize {
    /// Longer than any OID.
    const LONGEST: usize = 1_000;
    let number = |tokens: &Scanner<'_>, token: Option<Token>| {
        let word = tokens.word(token);
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
    };
    for _ in 0..LONGEST {
        let token = tokens.next();
        match token.map(|token| token.kind) {
            Some(Kind::Mark(b'.')) => {}
            Some(Kind::Word) if number(&tokens, token) => end = token.map_or(end, |token| token.end),
            _ => break,
        }
    }
    end
}

/// Behind the BEGIN of the head that begins with `first`; behind the last token that could belong to it otherwise.
fn head_end(text: &str, first: Token) -> usize {
    let mut tokens = Scanner::new(text, first.end);
    let mut end = first.end;
    for _ in 0..HEAD_TOKENS + 8 {
        let Some(token) = tokens.next() else { return end };
        if end > first.end && guess(tokens, token).is_some() {
            return end;
        }
        end = token.end;
        if tokens.word(Some(token)) == "BEGIN" {
            return end;
        }
    }
    end
}

/// Behind the END of a macro whose name ends at `from`.
fn macro_end(text: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memmem::find(rest.as_bytes(), b"END")) {
        at += found + 3;
        if !text.as_bytes().get(at).is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            return at;
        }
    }
    text.len()
}
