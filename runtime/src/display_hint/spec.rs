//! The language of hints.

use super::MAX_OCTETS;

/// A hint that is not valid, or a text that does not follow its hint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} at character {position}")]
pub struct HintError {
    /// Where, counted in characters from 1.
    pub position: usize,
    /// What should have been there.
    pub expected: &'static str,
}

impl HintError {
    /// At the point where `rest` begins, the end of `whole`.
    pub(super) fn new(whole: &str, rest: &str, expected: &'static str) -> Self {
        let done = whole.len().saturating_sub(rest.len());
        let position = whole.char_indices().take_while(|(at, _)| *at < done).count() + 1;
        Self { position, expected }
    }
}

/// An integer format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Integer {
    /// With this many digits behind the decimal point.
    Decimal(usize),
    Hexadecimal,
    Octal,
    Binary,
}

impl Integer {
    pub(super) const PLAIN: Self = Self::Decimal(0);

    /// Most digits behind the decimal point: more than any number has.
    const MAX_DECIMALS: usize = 40;

    pub(super) fn parse(text: &str) -> Result<Self, HintError> {
        match text {
            "d" => Ok(Self::PLAIN),
            "x" => Ok(Self::Hexadecimal),
            "o" => Ok(Self::Octal),
            "b" => Ok(Self::Binary),
            _ => {
                let Some(digits) = text.strip_prefix("d-") else {
                    let rest = text.strip_prefix(['d', 'x', 'o', 'b']);
                    return Err(match rest {
                        Some(rest) => {
                            HintError::new(text, rest, "the end of the integer format, or `-` behind `d`")
                        }
                        None => HintError::new(text, text, "`d`, `x`, `o`, `b`, `*` or an octet length"),
                    });
                };
                let decimals = digits.parse().ok().filter(|count| *count <= Self::MAX_DECIMALS);
                let plain = digits.bytes().all(|octet| octet.is_ascii_digit());
                match decimals.filter(|_| plain) {
                    Some(count) => Ok(Self::Decimal(count)),
                    None => Err(HintError::new(text, digits, "a number of decimals, at most 40")),
                }
            }
        }
    }
}

/// How the octets of one application are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Hexadecimal,
    Decimal,
    Octal,
    Ascii,
    Utf8,
}

/// One octet-format specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spec {
    /// Whether the next octet says how often.
    pub(super) repeat: bool,
    /// Octets per application.
    pub(super) length: usize,
    pub(super) format: Format,
    pub(super) separator: Option<char>,
    pub(super) terminator: Option<char>,
}

/// A list of octet-format specifications: at least one, all right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Specs<'a>(&'a str);

impl<'a> Specs<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, HintError> {
        let mut rest = text;
        loop {
            (_, rest) = take(text, rest)?;
            if rest.is_empty() {
                return Ok(Self(text));
            }
        }
    }

    /// The specifications in order, the last one again and again; with each whether it is one of those.
    pub(super) fn cycle(self) -> impl Iterator<Item = (Spec, bool)> {
        let (whole, mut rest) = (self.0, self.0);
        let mut last = None;
        std::iter::from_fn(move || {
            let again = rest.is_empty();
            if !again {
                let (spec, behind) = take(whole, rest).ok()?;
                rest = behind;
                last = Some(spec);
            }
            last.map(|spec| (spec, again))
        })
    }
}

/// One specification from the front of `rest`, a part of `whole`.
fn take<'a>(whole: &str, rest: &'a str) -> Result<(Spec, &'a str), HintError> {
    let (repeat, rest) = match rest.strip_prefix('*') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let end = rest.bytes().position(|octet| !octet.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, rest) = rest.split_at(end);
    if digits.is_empty() {
        return Err(HintError::new(whole, rest, "an octet length"));
    }
    // A length beyond that of any value is as good as that.
    let length = digits.parse().unwrap_or(MAX_OCTETS).min(MAX_OCTETS);
    let mut chars = rest.chars();
    let format = match chars.next() {
        Some('x') => Format::Hexadecimal,
        Some('d') => Format::Decimal,
        Some('o') => Format::Octal,
        Some('a') => Format::Ascii,
        Some('t') => Format::Utf8,
        _ => return Err(HintError::new(whole, rest, "a display format: `x`, `d`, `o`, `a` or `t`")),
    };
    let mut mark = || {
        let mut ahead = chars.clone();
        let found = ahead.next().filter(|c| !c.is_ascii_digit() && *c != '*');
        if found.is_some() {
            chars = ahead;
        }
        found
    };
    let separator = mark();
    let terminator = if repeat && separator.is_some() { mark() } else { None };
    Ok((Spec { repeat, length, format, separator, terminator }, chars.as_str()))
}
