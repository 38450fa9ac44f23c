//! Names with characters that no name can have, such as `port/1` and `a.b`: for a file that does not parse whole, each
//! is made to look like a name, so that what parses afterwards stands where the source has it. So are words with letters
//! of other alphabets that are only referred to: `Fooé` is not `Foo`.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::{
    chunk::{Guess, guess},
    scan::{Kind, Scanner, Token, is_letter},
};

/// The text with odd names made plain wherever they stand, every other octet in its place, and those of them that it
/// defines; `None` if it has none.
pub(super) fn plain_words(text: &str) -> Option<(String, FxHashSet<String>)> {
    let mut defined: FxHashSet<&str> = FxHashSet::default();
    let mut foreign: Vec<Range<usize>> = Vec::new();
    each_run(text, |tokens, before, start, last| {
        let Some(run) = text.get(start..last.end) else { return };
        if matches!(guess(tokens, last), Some(Guess::Value | Guess::Type | Guess::Macro)) {
            defined.insert(run);
        } else if run.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) {
            // A label of an enumeration may be anything.
            let in_list = matches!(before, Some(Kind::Mark(b'{' | b',')));
            let is_label = in_list && tokens.peek().is_some_and(|next| next.kind == Kind::Mark(b'('));
            foreign.extend((!is_label).then_some(start..last.end));
        }
    });
    if defined.is_empty() && foreign.is_empty() {
        return None;
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut make_plain = |run: Range<usize>| {
        if let Some(run) = bytes.get_mut(run) {
            run.iter_mut().filter(|b| !is_plain(**b)).for_each(|b| *b = b'x');
        }
    };
    foreign.into_iter().for_each(&mut make_plain);
    if !defined.is_empty() {
        each_run(text, |_, _, start, last| {
            if text.get(start..last.end).is_some_and(|run| defined.contains(run)) {
                make_plain(start..last.end);
            }
        });
    }
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

/// Calls `found` for every run of words and marks without a blank between, two words at least: with what follows, what
/// stands before it, where it begins, and its last word.
fn each_run<'a>(text: &'a str, mut found: impl FnMut(Scanner<'a>, Option<Kind>, usize, Token)) {
    let mut tokens = Scanner::new(text, 0);
    let mut run: Option<(usize, Token, usize)> = None;
    let (mut last_kind, mut before) = (None, None);
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
            _ => {
                before = last_kind;
                word.then_some((token.start, token, 1))
            }
        };
        last_kind = Some(token.kind);
        if let Some((start, last, 2..)) = run
            && word
            && tokens
                .peek()
                .is_none_or(|next| next.start != last.end || next.kind != Kind::Word && !joins(next.kind))
        {
            found(tokens, before, start, Token { kind: Kind::Word, ..last });
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
    fn words_with_letters_of_other_alphabets() {
        assert_eq!(
            plain(
                "SYNTAX Port\u{e9} INDEX { gr\u{f6}sse } a ::= { Se\u{f1}al 1 } \u{e9} OBJECTS { \u{fc}b }"
            )
            .as_deref(),
            Some("SYNTAX Portxx INDEX { grxxsse } a ::= { Sexxal 1 } \u{e9} OBJECTS { xxb }")
        );
    }

    #[test]
    fn what_is_not_a_name_stays() {
        for text in [
            "SYNTAX INTEGER { gr\u{fc}n(1), m\u{fc}de (2) }",
            "\"Port\u{e9}\" -- Port\u{e9}",
            "a OBJECT-TYPE SYNTAX INTEGER { n/a(1) } UNITS m/s ::= { A-MIB.b 1 }",
            "SYNTAX INTEGER (1..5) a OBJECT IDENTIFIER ::= { b 1 }",
            "\"a/b OBJECT IDENTIFIER ::= \" -- c/d OBJECT IDENTIFIER ::= { e 1 }",
            "a/ OBJECT IDENTIFIER ::= { b 1 }",
        ] {
            assert_eq!(plain(text), None, "{text}");
        }
    }
}
