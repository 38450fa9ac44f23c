//! The short way to match texts finds what pest's parser finds; what does not match costs one parse of pest's more.

use std::path::Path;

use super::{
    corpus::{corpus, each_file},
    *,
};
use crate::syntax::{
    chunk::Splitter,
    parse::{short, tree::Tree, way::OCTETS},
};

/// The rules that texts are parsed by.
const WHOLE: [Rule; 11] = [
    Rule::file,
    Rule::lone_head,
    Rule::lone_linkage,
    Rule::lone_definition,
    Rule::lone_definitions,
    Rule::lone_names,
    Rule::lone_numbers,
    Rule::lone_index,
    Rule::lone_fields,
    Rule::lone_pieces,
    Rule::oid_value,
];

/// Whether a text matches, for both ways alike: with the same tree or the same error.
fn matches(rule: Rule, text: &str) -> bool {
    let by_pest = Way::Pest.tree(rule, text, 7);
    let short = short::nodes(rule, text).map(|nodes| Tree::of_nodes(nodes, 7));
    assert_eq!(short.as_ref(), by_pest.as_ref().ok(), "{rule:?}: {text}");
    assert_eq!(Way::Short.tree(rule, text, 7), by_pest, "{rule:?}: {text}");
    by_pest.is_ok()
}

/// The rest of a text in the pieces that are parsed where it does not parse whole.
fn chunks(text: &str) -> Vec<&str> {
    let mut splitter = Splitter::new(text);
    let (mut chunks, mut at) = (Vec::new(), 0);
    while let Some(chunk) = splitter.next(at) {
        at = chunk.end;
        chunks.extend(text.get(chunk.start..chunk.end));
    }
    chunks
}

#[test]
fn every_rule_matches_the_same() {
    let mut matched = 0;
    for text in [
        "",
        " ",
        "\u{feff}\u{a0}A DEFINITIONS ::= BEGIN END",
        "A { iso 3 } PIB-DEFINITIONS IMPLICIT TAGS ::= BEGIN",
        "EXPORTS a, B; IMPORTS c, 4d FROM E { iso 2 } F FROM G;",
        "IMPORTS é FROM E;",
        "a OBJECT-TYPE SYNTAX INTEGER { a(1), \"é\"(2, n/a(3) } -- é\u{2014} -- STATUS current ::= { b 1 }",
        "a OBJECT-TYPE DESCRIPTION \"é \u{1F980}\" INDEX { implied b, SIZE, INTEGER (0..'ff'H | MIN..max) } ::= b.1.2",
        "a OBJECT-TYPE DEFVAL { { 1, { }, b.c '0'b -5 } } ::= 5",
        "A ::= [APPLICATION 3] IMPLICIT SEQUENCE { a CHOICE { b SEQUENCE OF C }, d BIT  STRING { e(0) } }",
        "A ::= TEXTUAL-CONVENTION SYNTAX OCTET\nSTRING (Size (0..3) | 5)",
        "A MACRO ::= BEGIN TYPE NOTATION ::= \"é\" ENDE END",
        "a INTEGER ::= 5 b C.D ::= \"\u{1F980}\" ; ,",
        "a OBJECT IDENTIFIER ::= { b.1(2) 3c(4), d }",
        "a 0x1f 5-b _c 0x1g",
        "a(1), b(-2) \u{1F980}(3)",
        "{ a 1 2(3) }",
        "a INTEGER b SIZE",
        "IMPLIED a IMPLIEDa OCTET STRING",
        "a TRAP-TYPE ENTERPRISE b VARIABLES { c } ::= 1 MODULE",
        "\u{1F980}",
        "a b\u{0}\u{1a}",
        "a ::= BEGIN",
        "--\r--",
    ] {
        for rule in WHOLE {
            // Cut at each character, so that each part is tried at the end of a text too.
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            matched += ends.filter(|&end| matches(rule, &text[..end])).count();
        }
    }
    assert!(matched > 500, "{matched} texts matched");
}

/// The sources of the suite, whole and cut at each of their words.
#[test]
fn the_suite_matches_the_same() {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let (mut whole, mut cut) = (0, 0);
    for entry in std::fs::read_dir(suite).expect("the suite").flatten() {
        if entry.path().extension().is_none_or(|extension| extension != "mib") {
            continue;
        }
        let text = String::from_utf8_lossy(&std::fs::read(entry.path()).expect("a source")).into_owned();
        whole += usize::from(matches(Rule::file, &text));
        for chunk in chunks(&text) {
            for token in Scanner::new(chunk, 0) {
                for rule in [Rule::lone_definition, Rule::lone_linkage, Rule::lone_head] {
                    cut += usize::from(matches(rule, &chunk[..token.end]));
                }
            }
        }
    }
    assert!(whole > 30 && cut > 500, "{whole} sources, {cut} parts of them");
}

#[test]
fn real_modules_match_the_same() {
    for (folder, step) in [("standard", 12), ("vendor", 40)] {
        let Some(folder) = corpus(folder) else { return };
        let mut matched = 0;
        each_file(folder, step, |file| {
            matched += usize::from(matches(Rule::file, &file.text));
            for chunk in chunks(&file.text) {
                matched += usize::from(matches(Rule::lone_definition, chunk));
            }
        });
        assert!(matched > 500, "{matched} texts matched");
    }
}

/// What pest is given to parse of a module with broken definitions, and the length of the module.
fn by_pest(broken: usize) -> (usize, usize) {
    let definition =
        "x OBJECT-TYPE SYNTAX INTEGER { a(1) ? b(?) } MAX-ACCESS ? STATUS ! DESCRIPTION 5 ::= { y 1 }\n";
    let text = format!("T-MIB DEFINITIONS ::= BEGIN\n{}END\n", definition.repeat(broken));
    OCTETS.set(0);
    let parsed = parsed(&text);
    assert!(parsed.diagnostics.len() >= broken);
    (OCTETS.get(), text.len())
}

#[test]
fn pest_parses_only_what_does_not_match() {
    OCTETS.set(0);
    clean(&object_with("INTEGER { a(1) }", ""));
    assert_eq!(OCTETS.get(), 0);
    let ((small, length), (large, _)) = (by_pest(100), by_pest(200));
    assert!(small > 0 && large <= 2 * small, "{small}, {large} for twice the text");
    assert!(small <= 6 * length, "{small} of {length} octets");
}
