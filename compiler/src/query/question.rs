//! Reads what is asked: `ifDescr.3`, `IF-MIB::ifDescr.3`, `1.3.6.1`, `vacmAccessContextMatch."group"."".any.3`,
//! `ifDescr[3]`, `1.3.6.1."text"`.

use std::fmt;

/// A question in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question<'q> {
    /// What comes before `::`.
    pub(super) module: Option<&'q str>,
    pub(super) parts: Vec<Part>,
}

/// What stands between dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A descriptor or label.
    Word(String),
    /// Decimal digits.
    Number(u32),
    /// Text in quotes.
    Quoted(Text),
    /// What stands in brackets and has no quotes, as `-OX` writes an index: `[3]`, `[10.1.2.3]`, `[ipv4]`.
    Bracketed(String),
}

/// A text in quotes, as net-snmp has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) text: String,
    /// Single quotes: its length is not part of the OID, unless an object says otherwise.
    pub(super) single: bool,
}

impl Text {
    /// Its numbers in an OID, where no index object says what they are.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        let length = (!self.single).then(|| u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        length.into_iter().chain(self.text.bytes().map(u32::from))
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Word(word) => f.write_str(word),
            Part::Number(number) => number.fmt(f),
            Part::Quoted(text) => f.write_str(&quoted(&text.text)),
            Part::Bracketed(text) => write!(f, "[{text}]"),
        }
    }
}

/// A text as it stands in a question: between double quotes, with a backslash before those inside.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Why a text is not a question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuestionError {
    /// Nothing at all, or nothing between two dots.
    #[error(
        "a name or number is missing in `{question}`: write `ifDescr.3`, `IF-MIB::ifDescr.3` or `1.3.6.1.2.1.2`"
    )]
    Empty {
        /// The whole question.
        question: String,
    },
    /// A quote that is not closed.
    #[error("a quote in `{question}` is not closed")]
    OpenQuote {
        /// The whole question.
        question: String,
    },
    /// A bracket that is not closed.
    #[error("a bracket in `{question}` is not closed")]
    OpenBracket {
        /// The whole question.
        question: String,
    },
    /// Something behind a closing quote or bracket.
    #[error("expected a dot behind the closing quote or bracket in `{question}`, found `{found}`")]
    BehindQuote {
        /// The whole question.
        question: String,
        /// What stands there.
        found: char,
    },
    /// A number of 2^32 or more.
    #[error("`{number}` is above 4294967295, the largest sub-identifier (RFC 2578 section 3.5)")]
    TooLarge {
        /// The digits.
        number: String,
    },
}

impl<'q> Question<'q> {
    pub(super) fn parse(text: &'q str) -> Result<Question<'q>, QuestionError> {
        let plain = text.find(['"', '\'', '[']).unwrap_or(text.len());
        // One colon is enough, as for net-snmp's tools.
        let (module, rest) = match text.get(..plain).and_then(|plain| plain.split_once(':')) {
            Some((module, _)) => {
                let rest = text.get(module.len() + 1..).unwrap_or_default();
                (Some(module), rest.strip_prefix(':').unwrap_or(rest))
            }
            None => (None, text),
        };
        let empty = || QuestionError::Empty { question: text.to_owned() };
        if module.is_some_and(str::is_empty) {
            return Err(empty());
        }
        let mut parts = Vec::new();
        let mut rest = rest.strip_prefix('.').unwrap_or(rest);
        loop {
            let (part, behind) = part(text, rest)?;
            parts.push(part);
            match behind.chars().next() {
                None => return Ok(Question { module, parts }),
                Some('.') => rest = behind.get(1..).unwrap_or_default(),
                Some('[') => rest = behind,
                Some(found) => {
                    return Err(QuestionError::BehindQuote { question: text.to_owned(), found });
                }
            }
        }
    }

    /// The numbers, if there are only numbers.
    pub(super) fn numbers(&self) -> Option<Vec<u32>> {
        if self.module.is_some() {
            return None;
        }
        let number = |part: &Part| match part {
            Part::Number(number) => Some(*number),
            _ => None,
        };
        self.parts.iter().map(number).collect()
    }
}

/// The first part of `rest`, and what follows it.
fn part<'q>(question: &str, rest: &'q str) -> Result<(Part, &'q str), QuestionError> {
    if let Some(inside) = rest.strip_prefix('[') {
        return bracketed(question, inside);
    }
    if let Some(quoted) = text(question, rest) {
        return quoted;
    }
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let (word, behind) = rest.split_at(end);
    if word.is_empty() {
        return Err(QuestionError::Empty { question: question.to_owned() });
    }
    if !word.bytes().all(|octet| octet.is_ascii_digit()) {
        return Ok((Part::Word(word.to_owned()), behind));
    }
    match word.parse() {
        Ok(number) => Ok((Part::Number(number), behind)),
        Err(_) => Err(QuestionError::TooLarge { number: word.to_owned() }),
    }
}

/// A text in quotes, should `rest` begin with one. As `-OE` writes them, there may be a backslash before the quotes;
/// those inside of the text have two then.
fn text<'q>(question: &str, rest: &'q str) -> Option<Result<(Part, &'q str), QuestionError>> {
    let escaped = rest.strip_prefix('\\').filter(|rest| rest.starts_with(['"', '\'']));
    let rest = escaped.unwrap_or(rest);
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (mut text, mut chars) = (String::new(), rest.char_indices().skip(1).peekable());
    let found = |text, at: usize| {
        let part = Part::Quoted(Text { text, single: quote == '\'' });
        Some(Ok((part, rest.get(at + 1..).unwrap_or_default())))
    };
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote && escaped.is_none() => return found(text, at),
            '\\' => match (chars.next(), escaped) {
                (Some((at, c)), Some(_)) if c == quote => return found(text, at),
                (Some((_, '\\')), Some(_)) => {
                    // A quote inside has its own backslash, and one more.
                    text.push(chars.next_if(|(_, c)| *c == quote).map_or('\\', |(_, c)| c));
                }
                (next, _) => text.extend(next.map(|(_, c)| c)),
            },
            c => text.push(c),
        }
    }
    Some(Err(QuestionError::OpenQuote { question: question.to_owned() }))
}

/// What stands between brackets; `rest` begins behind the opening one.
fn bracketed<'q>(question: &str, rest: &'q str) -> Result<(Part, &'q str), QuestionError> {
    let open = || QuestionError::OpenBracket { question: question.to_owned() };
    if let Some(quoted) = text(question, rest) {
        let (part, behind) = quoted?;
        return match behind.strip_prefix(']') {
            Some(behind) => Ok((part, behind)),
            None => Err(behind.chars().next().map_or_else(open, |found| QuestionError::BehindQuote {
                question: question.to_owned(),
                found,
            })),
        };
    }
    let (inside, behind) = rest.split_once(']').ok_or_else(open)?;
    if inside.is_empty() {
        return Err(QuestionError::Empty { question: question.to_owned() });
    }
    Ok((Part::Bracketed(inside.to_owned()), behind))
}

#[cfg(test)]
mod tests {
    use super::{Part, Question, QuestionError};

    fn parts(text: &str) -> Vec<String> {
        Question::parse(text).expect("a question").parts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn parts_and_modules() {
        assert_eq!(parts("ifDescr.3"), ["ifDescr", "3"]);
        assert_eq!(parts(".1.3.6"), ["1", "3", "6"]);
        assert_eq!(parts(r#"x."a.b\"c"."".any"#), ["x", r#""a.b\"c""#, "\"\"", "any"]);
        assert_eq!(parts("x.'a b'"), ["x", "\"a b\""]);
        assert_eq!(
            parts(r#"x[3]["a].b"]['c'].4[1.2.3.4][usm]"#),
            ["x", "[3]", r#""a].b""#, r#""c""#, "4", "[1.2.3.4]", "[usm]"]
        );
        assert_eq!(parts(r#"x.\"a\\"b\\c\".3.\'d\'"#), ["x", r#""a\"b\\c""#, "3", r#""d""#]);
        assert_eq!(Question::parse("IF-MIB::ifDescr").expect("a question").module, Some("IF-MIB"));
        let one_colon = Question::parse("IF-MIB:ifDescr.3").expect("a question");
        assert_eq!((one_colon.module, one_colon.parts.len()), (Some("IF-MIB"), 2));
        assert_eq!(Question::parse("x.\"A::b\"").expect("a question").module, None);
        assert_eq!(Question::parse("1.3").expect("a question").numbers(), Some(vec![1, 3]));
        assert_eq!(Question::parse("a.3").expect("a question").numbers(), None);
        assert_eq!(Question::parse("é").expect("a question").parts, [Part::Word("é".into())]);
    }

    #[test]
    fn what_is_no_question() {
        for text in ["", ".", "a.", "a..b", "::x", ":x", "M::", "M:"] {
            assert!(matches!(Question::parse(text), Err(QuestionError::Empty { .. })), "{text}");
        }
        assert!(matches!(Question::parse("a.\"b\\\""), Err(QuestionError::OpenQuote { .. })));
        assert!(matches!(Question::parse("a.\"b\"c"), Err(QuestionError::BehindQuote { found: 'c', .. })));
        for text in ["a[", "a[3", "a[\"b\"", "a.\"b\"[3"] {
            assert!(matches!(Question::parse(text), Err(QuestionError::OpenBracket { .. })), "{text}");
        }
        for (text, behind) in [("a[\"b\"c]", 'c'), ("a[3]b", 'b')] {
            let error = Question::parse(text);
            assert!(
                matches!(error, Err(QuestionError::BehindQuote { found, .. }) if found == behind),
                "{text}"
            );
        }
        assert!(matches!(Question::parse("a[]"), Err(QuestionError::Empty { .. })));
        assert!(matches!(Question::parse("a.\\\"b\""), Err(QuestionError::OpenQuote { .. })));
        assert!(matches!(Question::parse("1.4294967296"), Err(QuestionError::TooLarge { .. })));
    }
}
