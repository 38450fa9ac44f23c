//! What is lost and what is said where a definition does not parse: one diagnostic, the rest goes on.

use super::*;
use crate::syntax::ast::Index;

const A: &str = "a OBJECT IDENTIFIER ::= { x 1 }\n";
const Z: &str = "z OBJECT IDENTIFIER ::= { x 26 }\n";

/// `bad` between two good definitions: the one diagnostic and the names that are left.
fn bad(bad: &str) -> (String, Vec<&'static str>) {
    let parsed = module(&format!("IMPORTS x FROM Y;\n{A}{bad}\n{Z}"));
    let said = only(said(&parsed));
    let module = only(parsed.modules);
    assert_eq!(module.imports.len(), 1);
    (said, names(&module))
}

#[test]
fn a_broken_clause_costs_the_clause() {
    let (said, names) =
        bad("b OBJECT-TYPE SYNTAX INTEGER (1.. MAX-ACCESS read-only STATUS current ::= { a 1 }");
    assert_eq!(said, "syntax `b`: expected a number, found `MAX-ACCESS`");
    assert_eq!(names, ["a", "b", "z"]);
    let (said, names) = bad("b OBJECT-TYPE SYNTAX INTEGER DESCRIPTON \"x\" ::= { a 1 }");
    assert_eq!(
        said,
        "syntax `b`: expected a clause such as `SYNTAX`, `STATUS` or `DESCRIPTION` or `::=`, found `DESCRIPTON`"
    );
    assert_eq!(names, ["a", "b", "z"]);
    let (said, names) = bad("b OBJECT-TYPE SYNTAX INTEGER STATUS DESCRIPTION \"x\" ::= { a 1 }");
    assert_eq!(said, "syntax `b`: expected a name, found `DESCRIPTION`");
    assert_eq!(names, ["a", "b", "z"]);
    let (said, names) = bad("b OBJECT-TYPE SYNTAX INTEGER { up(1), down 2) } STATUS current ::= { a 1 }");
    assert_eq!(said, "syntax `b`: expected `(`, found `)`");
    assert_eq!(names, ["a", "b", "z"]);
    let (said, names) = bad("B ::= SEQUENCE { a INTEGER, ` b INTEGER }");
    assert_eq!(said, "syntax `B`: expected a name or `}`, found ```");
    assert_eq!(names, ["a", "B", "z"]);
}

#[test]
fn a_broken_value_costs_the_clauses() {
    for (text, found) in [
        ("b OBJECT-TYPE SYNTAX INTEGER ::= { a 1", "found the end of the definition"),
        ("b OBJECT-TYPE SYNTAX INTEGER ::= ( a 1 )", "found `(`"),
        ("b OBJECT-TYPE SYNTAX INTEGER ::= { a/1 }", "found `/`"),
        ("b OBJCT-TYPE SYNTAX INTEGER ::= { a 1 }", "found `SYNTAX`"),
        ("b OBJECT-TYPE SYNTAX A DESCRIPTION \"open ::= { a 1 }", "a text is never closed"),
    ] {
        let (said, names) = bad(text);
        assert!(said.ends_with(found), "{said}");
        assert_eq!(names, ["a", "b", "z"], "{text}");
    }
    let (said, names) = bad("b OBJECT-TYPE SYNTAX INTEGER ::= { 0x1 }");
    assert!(said.ends_with("found `0x1`"), "{said}");
    assert_eq!(names, ["a", "z"]);
}

#[test]
fn a_misspelt_keyword_costs_nothing() {
    for text in [
        "b OBJECT-TYPE SYNTAX INTEGER STATUS current := { a 1 }",
        "b Object-Type SYNTAX INTEGER STATUS current ::= { a 1 }",
        "b OBJECT TYPE SYNTAX INTEGER STATUS current ::= { a 1 }",
    ] {
        let parsed = module(text);
        assert_eq!(codes(&parsed), [Code::KeywordSpelling], "{text}");
        let object = object(only(only(parsed.modules).definitions));
        assert_eq!(object.status.map(|status| status.text()), Some("current"));
    }
}

/// What can be read of a list is kept, and what was said tells what was not.
#[test]
fn a_broken_item_costs_the_item() {
    let read = |text: &str| {
        let parsed = module(text);
        let diagnostic = only(parsed.diagnostics.into_iter().collect());
        (only(only(parsed.modules).definitions).kind, diagnostic.help.last().cloned().unwrap_or_default())
    };
    for (list, members, said) in [
        ("{ a.0, b }", vec!["a", "b"], "`.0`"),
        ("{ a; b }", vec!["a", "b"], "`;`"),
        ("{ a, ?, b }", vec!["a", "b"], "`?`"),
        ("{ a, b/c, 7 9, d }", vec!["a", "d"], "`b/c` and 2 more parts of its lists"),
        ("{ a, b", vec!["a", "b"], "the rest of a list"),
        ("{ 1, 2 }", vec![], "`1` and 1 more part of its lists"),
    ] {
        let (kind, help) = read(&format!("x OBJECT-GROUP OBJECTS {list} STATUS current ::= {{ y 1 }}"));
        let DefinitionKind::ObjectGroup(group) = kind else { panic!("{list}: {kind:?}") };
        assert_eq!((texts(&group.members), group.status.is_some()), (members, true), "{list}");
        assert_eq!(help, format!("until then, `x` is read without {said}"), "{list}");
    }
    let (kind, help) = read("x TRAP-TYPE ENTERPRISE y VARIABLES { a.1.2, b } ::= 1");
    let DefinitionKind::TrapType(trap) = kind else { panic!("{kind:?}") };
    assert_eq!(
        (texts(&trap.variables), help.as_str()),
        (vec!["a", "b"], "until then, `x` is read without `.1.2`")
    );
    let (kind, _) =
        read("X ::= SEQUENCE { a INTEGER, b, c OCTET STRING (SIZE (1..)), d INTEGER { e(1), f(?) } }");
    let DefinitionKind::TypeAssignment(syntax) = kind else { panic!("{kind:?}") };
    assert_eq!(show(&syntax.kind), "a:INTEGER,d:INTEGER e=Some(Value(1))");
    for (syntax, left) in [
        ("BITS { a(0), b 1, c(2) }", "BITS a=0 c=2"),
        ("INTEGER { a(1), b(0x2) c(3) }", "INTEGER a=Some(Value(1)) c=Some(Value(3))"),
        ("INTEGER { a(1), b(2)", "INTEGER a=Some(Value(1)) b=Some(Value(2))"),
    ] {
        let (kind, _) = read(&format!(
            "x OBJECT-TYPE SYNTAX {syntax} STATUS current INDEX {{ a, 1.2, IMPLIED b }} ::= {{ y 1 }}"
        ));
        let DefinitionKind::ObjectType(object) = kind else { panic!("{syntax}: {kind:?}") };
        assert_eq!(show(&object.syntax.kind), left);
        let Some(Index::Index(items)) = object.index else { panic!("{syntax}") };
        assert_eq!(items.iter().map(|item| item.implied).collect::<Vec<_>>(), [false, true]);
    }
}

#[test]
fn a_broken_import_costs_the_import() {
    let parsed =
        module("IMPORTS a, b/c, 5, d FROM X-MIB { iso 3 } e, ? FROM Y-MIB;\nz OBJECT IDENTIFIER ::= { a 1 }");
    let diagnostic = only(parsed.diagnostics.into_iter().collect());
    assert_eq!(
        diagnostic.help.last().map(String::as_str),
        Some("until then, it is read without `b/c` and 2 more parts of its lists")
    );
    let module = only(parsed.modules);
    let imports: Vec<_> =
        module.imports.iter().map(|import| (import.module.text(), texts(&import.symbols))).collect();
    assert_eq!(imports, [("X-MIB", vec!["a", "d"]), ("Y-MIB", vec!["e"])]);
    assert_eq!(module.definitions.len(), 1);
}

/// No name comes of a part of another word.
#[test]
fn odd_names_stay_whole() {
    let parsed = module(&format!(
        "{A}b/1-c OBJECT IDENTIFIER ::= {{ a 1 }}\nB+C ::= INTEGER\nd OBJECT IDENTIFIER ::= {{ b/1-c 2 }}\n{Z}"
    ));
    assert_eq!(said(&parsed), ["syntax `b/1-c` is not a name", "syntax `B+C` is not a name"]);
    let module = only(parsed.modules);
    assert_eq!(names(&module), ["a", "b/1-c", "B+C", "d", "z"]);
    let DefinitionKind::ValueAssignment(oid) = &module.definitions[3].kind else { panic!("a value") };
    assert_eq!(oid.arcs.list()[0].name().map(|name| name.text()), Some("b/1-c"));
    let (said, names) = bad("several words OBJECT IDENTIFIER ::= { a 1 }");
    assert_eq!((said.as_str(), names), ("syntax `several words` is not a name", vec!["a", "z"]));
    // Words on a line of their own have no part in the name.
    let (_, names) = bad("several words\nb OBJECT IDENTIFIER ::= { a 1 }");
    assert_eq!(names, ["a", "b", "z"]);
}

/// A type whose refinement is broken stays a type, and the object an object.
#[test]
fn a_broken_refinement_costs_the_refinement() {
    for (syntax, left) in [
        ("INTEGER (1..", "INTEGER"),
        ("OCTET STRING (SIZE (4 5 6", "OCTET STRING"),
        ("OBJECT IDENTIFIER )", "OBJECT IDENTIFIER"),
        ("INTEGER { up 1), down 2) }", "INTEGER"),
        ("INTEGER { up 1), down(2) }", "INTEGER down=Some(Value(2))"),
    ] {
        let parsed = module(&format!("b OBJECT-TYPE SYNTAX {syntax} STATUS current ::= {{ a 1 }}"));
        assert_eq!(codes(&parsed), [Code::Syntax], "{syntax}");
        let object = object(only(only(parsed.modules).definitions));
        assert_eq!(
            (show(&object.syntax.kind).as_str(), object.status.map(|s| s.text())),
            (left, Some("current"))
        );
    }
}

#[test]
fn every_failure_has_a_hint() {
    for text in [
        "b OBJECT-TYPE SYNTAX INTEGER (1..) ::= { a 1 }",
        "b OBJECT-TYPE SYNTAX ::= { a 1 }",
        "b OBJECT-TYPE SYNTAX X ::= { a ( }",
        "b OBJECT-TYPE SYNTAX X ::= a",
        "b OBJECT-TYPE SYNTAX X INDEX a ::= { a 1 }",
        "b OBJECT-TYPE SYNTAX INTEGER { a 1 } ::= { a 1 }",
        "b OBJECT-TYPE SYNTAX X STATUS 1 ::= { a 1 }",
        "b",
        "b ::=",
        "B ::= SEQUENCE { a }",
        "B ::= SEQUENCE OF",
        "b OBJECT IDENTIFIER ::= { }",
    ] {
        let diagnostic = only(module(text).diagnostics.into_iter().collect());
        assert!(diagnostic.help.len() >= 2 && diagnostic.primary.is_some(), "{text}: {diagnostic:?}");
    }
}

#[test]
fn places_and_hints() {
    let text = format!(
        "T-MIB DEFINITIONS ::= BEGIN\n{A}b OBJECT-TYPE SYNTAX INTEGER\n  DESCRIPTON \"x\" ::= {{ a 1 }}\nEND"
    );
    let parsed = parsed(&text);
    let diagnostic = only(parsed.diagnostics.into_iter().collect());
    let place = diagnostic.primary.expect("a place");
    assert_eq!(&text[place.span.range()], "DESCRIPTON");
    assert_eq!(
        diagnostic.help,
        ["did you mean `DESCRIPTION`?", "until then, `b` is read without `DESCRIPTON …`"]
    );
    assert_eq!(&text[diagnostic.secondary[0].span.range()], "b");

    let quoted = module("b OBJECT-TYPE SYNTAX INTEGER DESCRIPTION \"a \"quoted\" word\" ::= { a 1 }");
    let diagnostic = only(quoted.diagnostics.into_iter().collect());
    assert!(diagnostic.help[0].contains("cannot be escaped"), "{diagnostic:?}");
}

#[test]
fn a_text_that_is_never_closed() {
    for after in ["", "c OBJECT-TYPE SYNTAX A DESCRIPTION \"fine\" ::= { a 3 }\n"] {
        let (said, names) = bad(&format!("b OBJECT-TYPE SYNTAX A DESCRIPTION \"open ::= {{ a 2 }}\n{after}"));
        assert_eq!(said, "unterminated-string `b`: a text is never closed");
        assert_eq!(names.first(), Some(&"a"));
        assert_eq!(names.last(), Some(&"z"));
        assert_eq!(names.contains(&"c"), !after.is_empty());
    }
}

#[test]
fn a_text_that_is_never_opened() {
    let (said, names) = bad("b OBJECT-TYPE SYNTAX A DESCRIPTION never opened.\" ::= { a 2 }\n\
         c OBJECT-TYPE SYNTAX A DESCRIPTION \"fine\" ::= { a 3 }");
    assert_eq!(said, "syntax `b`: expected a text in quotes, found `never`");
    assert!(names.contains(&"c") && names.contains(&"z"), "{names:?}");
}

#[test]
fn examples_inside_texts_are_no_definitions() {
    let (_, names) = bad(
        "b OBJECT-TYPE SYNTAX A DESCRIPTION \"such as\n  e OBJECT-TYPE\n  SYNTAX INTEGER ::= { e 1 }\" STATUS ::= { a 2 }",
    );
    assert_eq!(names, ["a", "b", "z"]);
}

#[test]
fn modules_without_end() {
    let one = parsed("A DEFINITIONS ::= BEGIN x OBJECT IDENTIFIER ::= { iso 1 }\n");
    assert_eq!(codes(&one), [Code::MissingEnd]);
    assert_eq!(names(&only(one.modules)), ["x"]);
    let two = parsed("A DEFINITIONS ::= BEGIN x OBJECT IDENTIFIER ::= { iso 1 } B DEFINITIONS ::= BEGIN END");
    assert_eq!(codes(&two), [Code::MissingEnd]);
    assert_eq!(two.modules.iter().map(|m| m.name.text()).collect::<Vec<_>>(), ["A", "B"]);
    let open = parsed("A DEFINITIONS ::= BEGIN x OBJECT-TYPE SYNTAX A DESCRIPTION \"open ::= { iso 1 }\n");
    assert_eq!(codes(&open), [Code::UnterminatedString], "one cause, one diagnostic");
}

#[test]
fn text_around_modules() {
    let parsed = parsed("Some prose, with \"quotes\".\nA DEFINITIONS ::= BEGIN END\nEND junk { here }");
    assert_eq!(codes(&parsed), [Code::StrayText, Code::StrayText]);
    assert!(!parsed.diagnostics.has_errors());
    assert_eq!(parsed.modules.len(), 1);
    let lost = super::parsed("A DEFINITIONS ::= BEGIN END x OBJECT IDENTIFIER ::= { iso 1 }");
    assert!(lost.diagnostics.has_errors(), "a definition is lost");
    assert_eq!(codes(&super::parsed("no module at all")), [Code::NoModule]);
    assert_eq!(codes(&super::parsed("")), [Code::NoModule]);
}

#[test]
fn imports_that_do_not_parse_are_salvaged() {
    let parsed = parsed(
        "A DEFINITIONS ::= BEGIN IMPORTS a, b FROM B-MIB ) c FROM C-MIB;\nx OBJECT IDENTIFIER ::= { a 1 } END",
    );
    assert_eq!(codes(&parsed), [Code::Syntax]);
    let module = only(parsed.modules);
    assert_eq!(module.imports.iter().map(|i| i.module.text()).collect::<Vec<_>>(), ["B-MIB", "C-MIB"]);
    assert_eq!(names(&module), ["x"]);
}

/// A letter of another alphabet does not end the name that is referred to.
#[test]
fn references_with_letters_of_other_alphabets() {
    let parsed = module("B ::= INTEGER\nb OBJECT-TYPE SYNTAX B\u{e9} ::= { a 1 }");
    let module = only(parsed.modules);
    assert_eq!(names(&module), ["B", "b"]);
    let DefinitionKind::ObjectType(object) = &module.definitions[1].kind else { panic!("an object") };
    assert_eq!(object.syntax.unqualified().map(|name| name.text()), Some("B\u{e9}"));
}

/// A name in quotes is that name, and said to be wrong.
#[test]
fn quoted_names_in_imports() {
    let parsed = parsed(
        "A DEFINITIONS ::= BEGIN IMPORTS a, \"b\" FROM \"B-MIB\" c FROM \"not one\" d FROM \"\" e FROM E;\nEND",
    );
    assert_eq!(codes(&parsed), [Code::Syntax]);
    let module = only(parsed.modules);
    let read = module.imports.iter().map(|import| {
        let symbols: Vec<_> = import.symbols.iter().map(|symbol| symbol.text()).collect();
        (symbols, import.module.text())
    });
    assert_eq!(read.collect::<Vec<_>>(), [(vec!["a", "b"], "B-MIB"), (vec!["c", "d", "e"], "E")]);
}

#[test]
fn every_definition_of_a_broken_file_is_found() {
    let (said, names) = bad("M MACRO ::= BEGIN \"X\" END\n\
         t TRAP-TYPE ENTERPRISE e ::= 3\n\
         C ::= CHOICE { a INTEGER }\n\
         D ::= TEXTUAL-CONVENTION STATUS current SYNTAX INTEGER { a(1) }\n\
         e OBJECT-TYPE SYNTAX OBJECT IDENTIFIER STATUS current ::= { a 1 } ;\n\
         bad bad bad\n\
         f OBJECT-TYPE SYNTAX INTEGER ::= { a 2 }\n");
    assert!(said.starts_with("syntax `bad`"), "{said}");
    assert_eq!(names, ["a", "M", "t", "C", "D", "e", "f", "z"]);
}

#[test]
fn a_comment_broken_over_two_lines() {
    let parsed = module(&format!("{A}-- a comment that\ngoes on here\n{Z}"));
    let diagnostic = only(parsed.diagnostics.into_iter().collect());
    assert!(diagnostic.help[0].contains("a comment ends with its line"), "{diagnostic:?}");
    assert_eq!(names(&parsed.modules[0]), ["a", "z"]);

    let parsed = module("b OBJECT-TYPE SYNTAX X -- a comment that\ngoes on here\nSTATUS current ::= { a 1 }");
    let diagnostic = only(parsed.diagnostics.into_iter().collect());
    assert!(diagnostic.help[0].contains("a comment ends with its line"), "{diagnostic:?}");
    assert_eq!(object(only(only(parsed.modules).definitions)).status.map(|s| s.text()), Some("current"));
}

/// Found by the fuzz target `chunker`: behind an unfinished IMPORTS a definition without OBJECT still begins.
#[test]
fn an_unfinished_import_costs_no_definition() {
    let text = "IMPORTS\nb IDENTIFIER ::= { x 2 }\n";
    let whole = module(&format!("{text}{Z}"));
    assert_eq!(names(&only(whole.modules)), ["b", "z"]);
    let pieces = module(&format!("{text}{Z}}}\n"));
    assert_eq!(names(&only(pieces.modules)), ["b", "z"]);
}

/// S3: a definition that makes no sense where its comments end with their lines has them end at the next two dashes,
/// and its neighbours as before.
#[test]
fn comments_of_a_definition_that_parses_only_by_the_standard() {
    let parsed = module(
        "a OBJECT IDENTIFIER -- one -- ::= { x 1 }\n\
         b OBJECT IDENTIFIER ::= { x 2 } -- two -- c OBJECT IDENTIFIER ::= { x 3 }\n\
         d OBJECT-TYPE SYNTAX X -- four -- ACCESS read-only STATUS mandatory -----\n\
         -- of -- ::= { x -- of -- 4 } -----\n\
         e OBJECT IDENTIFIER ::= { x 5 }\n",
    );
    assert_eq!(codes(&parsed), []);
    assert_eq!(names(&only(parsed.modules)), ["a", "b", "d", "e"]);
}
