//! Circles, depth and sheer size.

use super::{all_of, codes, module, one};
use std::fmt::Write;

/// gosmi #52: modules that import from each other in a circle, with OIDs that form one.
#[test]
fn modules_that_import_from_each_other() {
    let files: Vec<(String, String)> = (0..1_000)
        .map(|n| {
            let next = (n + 1) % 1_000;
            let text = format!(
                "M{n}-MIB DEFINITIONS ::= BEGIN IMPORTS x{next} FROM M{next}-MIB; \
                 x{n} OBJECT IDENTIFIER ::= {{ x{next} {n} }} END"
            );
            (format!("M{n}-MIB"), text)
        })
        .collect();
    let compilation = all_of(&files);
    assert_eq!(codes(&compilation), ["cyclic-import", "cyclic-oid"]);
    assert_eq!(compilation.diagnostics.len(), 2, "one for each root cause");
    assert_eq!(compilation.model.modules().len(), 1_000);
}

/// gosmi #52: types and OIDs that are their own parents.
#[test]
fn types_and_oids_that_are_their_own_parents() {
    let compilation = one(&module(
        "T ::= T\nU ::= V (0..9)\nV ::= U\n\
         W ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"\" SYNTAX W (SIZE (1..2))\n\
         a OBJECT IDENTIFIER ::= { a 1 }\nb OBJECT IDENTIFIER ::= { c 1 }\nc OBJECT IDENTIFIER ::= { b 1 }\n\
         o OBJECT-TYPE SYNTAX T MAX-ACCESS read-only STATUS current DESCRIPTION \"\" ::= { x 1 }\n\
         p OBJECT-TYPE SYNTAX W MAX-ACCESS read-only STATUS current DESCRIPTION \"\" ::= { b 1 }",
    ));
    assert_eq!(codes(&compilation), ["cyclic-oid", "cyclic-type"]);
    assert_eq!(compilation.diagnostics.len(), 5);
    assert!(compilation.model.definitions().iter().any(|d| d.oid.is_some()));
}

/// MIB bombs: 10^6 labels.
#[test]
fn a_million_labels() {
    let mut labels = String::with_capacity(20_000_000);
    for n in 0..1_000_000 {
        write!(labels, "l{n}({n}),").expect("a string");
    }
    labels.pop();
    let compilation = one(&module(&format!(
        "T ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"\" SYNTAX INTEGER {{ {labels} }}\n\
         o OBJECT-TYPE SYNTAX T MAX-ACCESS read-only STATUS current DESCRIPTION \"\" ::= {{ x 1 }}\n\
         p OBJECT-TYPE SYNTAX T MAX-ACCESS read-only STATUS current DESCRIPTION \"\" ::= {{ x 2 }}"
    )));
    let model = &compilation.model;
    let types: Vec<usize> = model.types().iter().map(|ty| ty.syntax.enums.len()).collect();
    assert_eq!(types.iter().max(), Some(&1_000_000));
}

/// MIB bombs: nesting of every kind, and 10^6 SEQUENCE OF.
#[test]
fn braces_in_braces() {
    let compilation = one(&module(&format!(
        "T ::= {} X\nafter OBJECT IDENTIFIER ::= {{ x 7 }}",
        "SEQUENCE OF ".repeat(1_000_000)
    )));
    assert!(compilation.diagnostics.has_errors());
    for (open, close) in [("{", "}"), ("SEQUENCE {", "}"), ("(", ")"), ("{ a(", ")}"), ("[1]", "")] {
        for head in ["T ::= ", "o OBJECT-TYPE SYNTAX ", "o OBJECT IDENTIFIER ::= "] {
            let (open, close) = (open.repeat(100_000), close.repeat(100_000));
            let compilation =
                one(&module(&format!("{head}{open} x {close}\nafter OBJECT IDENTIFIER ::= {{ x 7 }}")));
            assert!(compilation.diagnostics.has_errors(), "{head}");
            assert_eq!(compilation.model.modules().iter().filter(|module| !module.embedded).count(), 1);
        }
    }
}

/// MIB bombs: a text of 100 MB.
#[test]
fn a_text_of_a_hundred_megabytes() {
    let text = "A description without an end. ".repeat(100_000_000 / 30);
    let compilation = one(&module(&format!(
        "o OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION \"{text}\" ::= {{ x 1 }}\n\
         p OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION \"\" ::= {{ x 2 }}"
    )));
    let own: Vec<&str> =
        compilation.model.definitions().iter().map(|d| compilation.model.spelling(d.name)).collect();
    assert!(own.contains(&"o") && own.contains(&"p"));
}

/// gosmi #52: whatever is never closed.
#[test]
fn ends_everywhere() {
    let whole = module(
        "T ::= INTEGER { up(1), down(2) }\n\
         t OBJECT-TYPE SYNTAX SEQUENCE OF E MAX-ACCESS not-accessible STATUS current DESCRIPTION \"t\" ::= { x 1 }\n\
         e OBJECT-TYPE SYNTAX E MAX-ACCESS not-accessible STATUS current DESCRIPTION \"e\" INDEX { c } ::= { t 1 }\n\
         E ::= SEQUENCE { c OCTET STRING (SIZE (0..'ff'H)) }\n\
         c OBJECT-TYPE SYNTAX OCTET STRING (SIZE (0..'ff'H)) MAX-ACCESS read-only STATUS current\n\
           DESCRIPTION \"c\" DEFVAL { '00'H } ::= { e 1 } -- a comment",
    );
    for end in 1..whole.trim_end().len() {
        let compilation = one(&whole[..end]);
        let found = !compilation.requested.is_empty();
        assert!(!found || compilation.diagnostics.iter().count() > 0, "cut at {end} without a word");
    }
    for open in ["\"", "{", "(", "[", "'", "--", "IMPORTS", "EXPORTS", "MACRO ::= BEGIN", "::=", "\"a\" \""] {
        let compilation = one(&format!("X-MIB DEFINITIONS ::= BEGIN {open}"));
        assert!(!compilation.diagnostics.is_empty(), "{open}");
    }
}

/// gosmi #52, §3 row 2: duplicate modules, in 10^4 files and in one.
#[test]
fn ten_thousand_modules_of_one_name() {
    let text = "X-MIB DEFINITIONS ::= BEGIN x OBJECT IDENTIFIER ::= { iso 3 } END\n";
    let files: Vec<(String, String)> = (0..10_000).map(|n| (format!("{n}/X-MIB"), text.to_owned())).collect();
    let compilation = all_of(&files);
    assert_eq!(codes(&compilation), ["ambiguous-module"]);
    assert_eq!(compilation.requested.len(), 1);
    let together = one(&text.repeat(10_000));
    assert_eq!(codes(&together), ["ambiguous-module"]);
}
