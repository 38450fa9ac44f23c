//! Names with characters that no name can have, such as `port/1` and `a.b`: for a file that does not parse whole, each
//! is made to look like a name, so that what parses afterwards stands where the source has it.

use rustc_hash::FxHashSet;

use super::{
    chunk::{Guess, guess},
    scan::{Kind, Scanner, Token, is_letter},
};

/// The text with the odd names that it defines made plain wherever they stand, every other octet in its place, and
/// these names; `None` if it has none.
pub(super) fn plain_words(text: &str) -> Option<(String, FxHashSet<String>)> {
    let mut defined: FxHashSet<&str> = FxHashSet::default();
    each_run(text, |tokens, start, last| {
        let begins = matches!(guess(tokens, last), Some(Guess::Value | Guess::Type | Guess::Macro));
        if begins && let Some(run) = text.get(start..last.end) {
            defined.insert(run);
        }
    });
    if defined.is_empty() {
        return None;
    }
    let mut bytes = text.as_bytes().to_vec();
    each_run(text, |_, start, last| {
        if text.get(start..last.end).is_some_and(|run| defined.contains(run))
            && let Some(run) = bytes.get_mut(start..last.end)
        {
            run.iter_mut().filter(|b| !is_plain(**b)).for_each(|b| *b = b'x');
        }
    });
    Some((String::from_utf8(bytes).ok()?, defined.into_iter().map(str::to_owned).collect()))
}

/// Whether a name consists of what names consist of; underscores are common enough.
pub(super) fn is_plain_word(name: &str) -> bool {
    name.bytes().all(is_plain)
}

fn is_plain(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')
}

/// Whether a mark can stand in the middle of what was meant to be a name.
pub(super) fn joins(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Mark(
            b'/' | b'.'
                | b'&'
                | b'+'
                | b'#'
                | b'@'
                | b'\\'
                | b'*'
                | b'?'
                | b'!'
                | b'$'
                | b'%'
                | b'~'
                | 0x80..
        )
    )
}

/// Calls `found` for every run of words and marks without a blank between, two words at least: with what follows, where
/// the run begins, and its last word.
fn each_run<'a>(text: &'a str, mut found: impl FnMut(Scanner<'a>, usize, Token)) {
    let mut tokens = Scanner::new(text, 0);
    let mut run: Option<(usize, Token, usize)> = None;
    while let Some(token) = tokens.next() {
        // `é` is one that no name can have, and the word with it is still one.
        let word = match token.kind {
            Kind::Word => true,
            Kind::Mark(0x80..) => is_letter(text, token.start, token.end),
            _ => false,
        };
        run = match run {
            Some((start, last, words)) if last.end == token.start && (word || joins(token.kind)) => {
                Some((start, token, words + usize::from(word)))
            }
            _ => word.then_some((token.start, token, 1)),
        };
        if let Some((start, last, 2..)) = run
            && word
            && tokens.peek().is_none_or(|next| next.start != last.end || !joins(next.kind))
        {
            found(tokens, start, Token { kind: Kind::Word, ..last });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Option<String> {
        plain_words(text).map(|(text, _)| text)
    }

    #[test]
    fn names_that_are_defined() {
        assert_eq!(
            plain("p/1.a OBJECT IDENTIFIER ::= { b/c 1 } é.d ::= INTEGER x ::= { p/1.a 2 }").as_deref(),
            Some("px1xa OBJECT IDENTIFIER ::= { b/c 1 } xxxd ::= INTEGER x ::= { px1xa 2 }")
        );
        assert_eq!(
            plain("\u{e9}a OBJECT-TYPE SYNTAX X b\u{df} OBJECT IDENTIFIER ::= { \u{e9}a 1 } \u{e9} ::= X")
                .as_deref(),
            Some("xxa OBJECT-TYPE SYNTAX X bxx OBJECT IDENTIFIER ::= { xxa 1 } \u{e9} ::= X")
        );
        assert_eq!(
            plain("gr\u{f6}\u{df}e OBJECT-TYPE SYNTAX X").as_deref(),
            Some("grxxxxe OBJECT-TYPE SYNTAX X")
        );
    }

    #[test]
    fn what_is_no_name_stays() {
        for text in [
            "a OBJECT-TYPE SYNTAX INTEGER { n/a(1) } UNITS m/s ::= { A-MIB.b 1 }",
            "SYNTAX INTEGER (1..5) a OBJECT IDENTIFIER ::= { b 1 }",
            "\"a/b OBJECT IDENTIFIER ::= \" -- c/d OBJECT IDENTIFIER ::= { e 1 }",
            "a/ OBJECT IDENTIFIER ::= { b 1 }",
        ] {
            assert_eq!(plain(text), None, "{text}");
        }
    }
}
