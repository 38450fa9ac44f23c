//! Texts made to hurt: deep, long, cut off. No panic, no stack overflow, no quadratic time.

use std::time::{Duration, Instant};

use super::*;

/// Generous: a debug build on a busy machine. Quadratic behaviour would take minutes.
const LIMIT: Duration = Duration::from_secs(1_200);

fn within_limit(text: &str) -> Parsed<'static> {
    let start = Instant::now();
    let parsed = parsed(text);
    assert!(start.elapsed() < LIMIT, "took {:?}", start.elapsed());
    parsed
}

#[test]
fn nesting_bombs() {
    const DEPTH: usize = 100_000;
    for open in [
        "{",
        "(",
        "[",
        "[1]",
        "SEQUENCE {",
        "CHOICE { a ",
        "SEQUENCE { a CHOICE { b ",
        "{ a (",
        "INTEGER { a(",
    ] {
        for head in ["X ::= ", "x OBJECT-TYPE SYNTAX ", "x OBJECT-TYPE DEFVAL { ", "x OBJECT IDENTIFIER ::= "]
        {
            let depth = if head == "X ::= " { DEPTH } else { DEPTH / 10 };
            let parsed = module(&format!("{head}{}", open.repeat(depth)));
            assert!(parsed.diagnostics.has_errors(), "{head}{open}");
            assert_eq!(parsed.modules.len(), 1);
        }
    }
}

#[test]
fn one_long_text() {
    let text = format!(
        "T-MIB DEFINITIONS ::= BEGIN x OBJECT-TYPE SYNTAX A DESCRIPTION \"{}\" ::= {{ y 1 }} END",
        "lorem ipsum ".repeat(100_000_000 / 12)
    );
    let parsed = within_limit(&text);
    assert!(parsed.diagnostics.is_empty());
    assert_eq!(parsed.modules[0].definitions.len(), 1);
}

#[test]
fn many_texts_never_closed() {
    let mut text = "T-MIB DEFINITIONS ::= BEGIN\n".to_owned();
    for n in 0..20_000 {
        text += &format!("x{n} OBJECT-TYPE SYNTAX A DESCRIPTION \"open ::= {{ y {n} }}\n");
    }
    let parsed = within_limit(&text);
    assert_eq!(parsed.diagnostics.len(), MAX_LISTED + 1);
    assert_eq!(parsed.diagnostics.iter().last().map(|d| d.code), Some(Code::TooMany));
}

#[test]
fn many_broken_definitions() {
    let mut text = "T-MIB DEFINITIONS ::= BEGIN\n".to_owned();
    for n in 0..20_000 {
        text += &format!("x{n} OBJECT-TYPE SYNTAX ( STATUS current ::= {{ y {n} }}\n");
    }
    let parsed = within_limit(&(text + "END"));
    assert_eq!(parsed.diagnostics.iter().last().map(|d| d.follow_ons), Some(20_000 - MAX_LISTED as u32));
    assert_eq!(parsed.modules[0].definitions.len(), 20_000, "each keeps its name and number");
}

#[test]
fn one_long_broken_definition() {
    for piece in [
        "a ",
        "{ ",
        "\" ",
        "-- ",
        "::= ",
        "a ::= ",
        "END ",
        "x { ",
        "SYNTAX ",
        "\n\"\nx MACRO ::= ",
        "a,",
        "'",
    ] {
        within_limit(&format!("T-MIB DEFINITIONS ::= BEGIN x OBJECT-TYPE {}", piece.repeat(50_000)));
        within_limit(&format!("T-MIB DEFINITIONS ::= BEGIN IMPORTS {}", piece.repeat(50_000)));
        within_limit(&piece.repeat(50_000));
    }
}

/// Every prefix of a module, and every module with one octet replaced, parses to something.
#[test]
fn cut_and_damaged_modules() {
    let text = include_str!("../../../../../mibs/text/SNMPv2-TM.mib");
    for end in (0..text.len()).step_by(17) {
        if let Some(prefix) = text.get(..end) {
            parse(&SourceFile { text: prefix.to_owned(), ..file("").clone() });
        }
    }
    let mut state: u32 = 1;
    for _ in 0..400 {
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..4 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = state as usize % bytes.len();
            bytes[at] = b"\"{}()|;,-:='[]\0\nAz9 \xFF"[(state >> 13) as usize % 21];
        }
        let text = crate::source::decode(&bytes).0.into_owned();
        let modules = parse(&SourceFile { text, ..file("").clone() }).modules.len();
        assert!(modules <= 3);
    }
}

/// No rule of the grammar reaches itself, which is what bounds the stack.
#[test]
fn the_grammar_does_not_recur() {
    let grammar = include_str!("../../smi.pest");
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut rules: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in grammar.lines().filter(|line| !line.trim_start().starts_with("//")) {
        let body = match line.split_once(" = ") {
            Some((name, body)) if name.chars().all(is_name) => {
                rules.push((name, Vec::new()));
                body
            }
            _ => line,
        };
        // Words inside literals are not rules.
        let unquoted: String = body.replace("\\\"", "").split('"').step_by(2).collect::<Vec<_>>().join(" ");
        let words: Vec<&'static str> = Box::leak(unquoted.into_boxed_str()).split(|c| !is_name(c)).collect();
        if let Some(rule) = rules.last_mut() {
            rule.1.extend(words);
        }
    }
    let mut left: Vec<&str> = rules.iter().map(|rule| rule.0).collect();
    assert!(left.len() > 50, "{left:?}");
    // Take away rules that use none of those left until nothing more goes: what remains is a circle.
    loop {
        let before = left.len();
        let using = |name: &str| {
            rules.iter().find(|r| r.0 == name).is_some_and(|r| r.1.iter().any(|u| left.contains(u)))
        };
        let circular: Vec<&str> = left.iter().copied().filter(|name| using(name)).collect();
        left = circular;
        if left.len() == before {
            break;
        }
    }
    assert!(left.is_empty(), "{left:?}");
}
