//! Reads what is asked: `ifDescr.3`, `IF-MIB::ifDescr.3`, `1.3.6.1`, `vacmAccessContextMatch."group"."".any.3`.

use std::fmt;

/// A question in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question<'q> {
    /// What stands before `::`.
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
    /// Text in single or double quotes.
    Quoted(String),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Word(word) => f.write_str(word),
            Part::Number(number) => number.fmt(f),
            Part::Quoted(text) => f.write_str(&quoted(text)),
        }
    }
}

/// A text as it stands in a question: between double quotes, with a backslash before those inside.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Why something is no question.
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
    /// Something behind a closing quote.
    #[error("expected a dot behind the closing quote in `{question}`, found `{found}`")]
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
        let plain = text.find(['"', '\'']).unwrap_or(text.len());
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
                Some('.') => rest = &behind[1..],
                Some(found) => {
                    return Err(QuestionError::BehindQuote { question: text.to_owned(), found });
                }
            }
        }
    }

    /// The numbers, where there are only numbers.
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
    if let Some(quote @ ('"' | '\'')) = rest.chars().next() {
        let mut text = String::new();
        let mut chars = rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => text.extend(chars.next().map(|(_, c)| c)),
                c if c == quote => return Ok((Part::Quoted(text), &rest[at + 1..])),
                c => text.push(c),
            }
        }
        return Err(QuestionError::OpenQuote { question: question.to_owned() });
    }
    let end = rest.find('.').unwrap_or(rest.len());
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
        assert!(matches!(Question::parse("1.4294967296"), Err(QuestionError::TooLarge { .. })));
    }
}
