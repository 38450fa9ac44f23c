//! What real modules do that the standards do not: read, and said where it is off.

use super::*;
use crate::syntax::ast::OidArc;

#[test]
fn blanks_of_all_kinds() {
    let text =
        "\u{FEFF}T-MIB DEFINITIONS ::=\r\nBEGIN\0\ta\u{A0}OBJECT IDENTIFIER::={x 1}--\r\n\u{C}END\r\n\u{1A}";
    let parsed = parsed(text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", said(&parsed));
    assert_eq!(names(&only(parsed.modules)), ["a"]);
}

#[test]
fn windows_1252_is_noted_once() {
    let mut map = SourceMap::default();
    let id = map.add_bytes("x", b"T-MIB DEFINITIONS ::= BEGIN -- \x96\x96\nEND");
    let parsed = parse(map.file(id));
    assert_eq!(codes(&parsed), [Code::NotUtf8]);
    assert_eq!(parsed.modules.len(), 1);
}

#[test]
fn clauses_in_any_order_and_of_both_versions() {
    let definitions = clean(
        "x OBJECT-TYPE DEFVAL { 1 } DESCRIPTION \"d\" INDEX { a } STATUS mandatory ACCESS read-only UNITS \"u\" SYNTAX Gauge ::= { y 1 }\n\
         D ::= TEXTUAL-CONVENTION SYNTAX INTEGER DESCRIPTION \"d\" STATUS current DISPLAY-HINT \"d\"\n\
         t TRAP-TYPE DESCRIPTION \"d\" VARIABLES { } ENTERPRISE e ::= 1",
    );
    assert_eq!(definitions.len(), 3);
    assert!(matches!(definitions[2].kind, DefinitionKind::TrapType(_)));
}

#[test]
fn odd_names_are_read() {
    let parsed = parsed(
        "ip_pbx DEFINITIONS ::= BEGIN IMPORTS ssid_2g FROM Other_mib;\n\
         MemoryTotal OBJECT-TYPE SYNTAX displayString ACCESS read-only STATUS mandatory ::= { ssid_2g 1 }\n\
         3comThing OBJECT IDENTIFIER ::= { x 1 }\n\
         trailing- OBJECT IDENTIFIER ::= { x 2 }\n\
         rowTable OBJECT-TYPE SYNTAX SEQUENCE OF rowEntry ::= { x 3 }\n\
         rowEntry ::= SEQUENCE { a lowerType }\n\
         END",
    );
    assert_eq!(
        said(&parsed),
        [
            "name-spelling `MemoryTotal` begins with an upper-case letter",
            "name-spelling `ip_pbx` begins with a lower-case letter; 1 other name of this module likewise",
            "name-spelling `ip_pbx` contains an underscore",
            "name-spelling `3comThing` begins with a digit or an underscore",
            "name-spelling `trailing-` ends with a hyphen",
        ]
    );
    let module = only(parsed.modules);
    assert_eq!(module.name.text(), "ip_pbx");
    assert_eq!(names(&module), ["MemoryTotal", "3comThing", "trailing-", "rowTable", "rowEntry"]);
}

#[test]
fn commas_and_semicolons_are_forgiven_and_reported() {
    let said_of = |text: &str| codes(&module(text));
    assert_eq!(said_of("E ::= SEQUENCE { a INTEGER b INTEGER }"), [Code::MissingComma]);
    assert_eq!(said_of("E ::= SEQUENCE { a INTEGER, b INTEGER, }"), [Code::ExtraComma]);
    assert_eq!(said_of("E ::= SEQUENCE { a, INTEGER }"), [Code::ExtraComma]);
    assert_eq!(said_of("E ::= SEQUENCE { a INTEGER -- , \n b INTEGER }"), [Code::MissingComma]);
    assert_eq!(said_of("E ::= INTEGER { a(1) b(2) c(3), }"), [Code::MissingComma, Code::ExtraComma]);
    assert_eq!(said_of("g OBJECT-GROUP OBJECTS { a b } ::= { x 1 }"), [Code::MissingComma]);
    assert_eq!(said_of("IMPORTS a b FROM C-MIB;"), [Code::MissingComma]);
    assert_eq!(said_of("IMPORTS a, FROM C-MIB;"), [Code::ExtraComma]);
    assert_eq!(said_of("IMPORTS a FROM C-MIB\nx OBJECT IDENTIFIER ::= { a 1 }"), [Code::MissingSemicolon]);
    assert_eq!(said_of("x OBJECT IDENTIFIER ::= { a 1 };, y OBJECT IDENTIFIER ::= { a 2 }"), []);
    let module = only(module("E ::= SEQUENCE { a INTEGER b INTEGER, }").modules);
    let DefinitionKind::TypeAssignment(syntax) = &module.definitions[0].kind else { panic!() };
    assert_eq!(show(&syntax.kind), "a:INTEGER,b:INTEGER");
}

#[test]
fn several_modules_in_one_file() {
    let parsed = parsed(
        "A DEFINITIONS ::= BEGIN END\n-- b\nB DEFINITIONS ::= BEGIN x OBJECT IDENTIFIER ::= { iso 1 } END",
    );
    assert!(parsed.diagnostics.is_empty());
    assert_eq!(
        parsed.modules.iter().map(|m| (m.name.text(), m.definitions.len())).collect::<Vec<_>>(),
        [("A", 0), ("B", 1)]
    );
}

#[test]
fn labels_that_are_none() {
    let parsed = module("E ::= INTEGER { n/a(1), \"0:00\"(2), 10-full(3), Upper_Case(-4) }");
    assert_eq!(codes(&parsed), [Code::LabelSpelling, Code::LabelSpelling]);
    let module = only(parsed.modules);
    let DefinitionKind::TypeAssignment(syntax) = &module.definitions[0].kind else { panic!() };
    assert_eq!(
        show(&syntax.kind),
        "INTEGER n/a=Some(Value(1)) 0:00=Some(Value(2)) 10-full=Some(Value(3)) Upper_Case=Some(Value(-4))"
    );
}

#[test]
fn restrictions_written_differently() {
    assert_eq!(type_of("OCTET STRING SIZE (4)"), "OCTET STRING SIZE 4");
    assert_eq!(type_of("INTEGER (SIZE (1..2))"), "INTEGER SIZE 1..2");
    assert_eq!(type_of("INTEGER (0..-1)"), "INTEGER RANGE 0..-1");
    assert_eq!(type_of("INTEGER { a(1) } (1..2)"), "INTEGER a=Some(Value(1)) RANGE 1..2");
    assert_eq!(type_of("Unsigned64 (0..18446744073709551615)"), "Unsigned64 RANGE 0..18446744073709551615");
    let parsed = module("E ::= INTEGER (1..2) (3..4)");
    assert_eq!(codes(&parsed), [Code::ExtraConstraint]);
}

#[test]
fn qualified_and_named_arcs() {
    let definition = only(clean("x OBJECT IDENTIFIER ::= { A-MIB.root dod(6) 1, 2 }"));
    let DefinitionKind::ValueAssignment(oid) = definition.kind else { panic!() };
    assert!(
        matches!(&oid.arcs.list()[0], OidArc::Qualified(name) if name.module.text() == "A-MIB" && name.name.text() == "root")
    );
    assert!(matches!(&oid.arcs.list()[1], OidArc::Named(arc) if arc.number.text() == "6"));
    assert_eq!(oid.arcs.list().len(), 4);
}

#[test]
fn clauses_missing_doubled_or_misplaced() {
    let parsed = module("x OBJECT-TYPE STATUS current STATUS deprecated DISPLAY-HINT \"d\" ::= { y 1 }");
    assert_eq!(codes(&parsed), [Code::DuplicateClause, Code::MisplacedClause, Code::MissingClause]);
    assert!(matches!(parsed.modules[0].definitions[0].kind, DefinitionKind::ValueAssignment(_)));
    let twice = module("x OBJECT-IDENTITY STATUS current STATUS deprecated ::= { y 1 }");
    let DefinitionKind::ObjectIdentity(identity) = &twice.modules[0].definitions[0].kind else { panic!() };
    assert_eq!(identity.status.map(|word| word.text()), Some("current"), "the first counts");

    let parsed = module("t TRAP-TYPE ENTERPRISE e STATUS current ::= { e 0 1 }");
    assert_eq!(codes(&parsed), [Code::MisplacedClause, Code::TrapValue]);
    assert!(matches!(parsed.modules[0].definitions[0].kind, DefinitionKind::NotificationType(_)));

    let parsed = module("t TRAP-TYPE ::= 3 D ::= TEXTUAL-CONVENTION STATUS current");
    assert_eq!(codes(&parsed), [Code::MissingClause, Code::MissingClause]);

    let parsed = module("x OBJECT-IDENTITY STATUS current ::= 3");
    assert_eq!(codes(&parsed), [Code::Syntax]);
}

#[test]
fn constants_have_no_part_in_smi() {
    let parsed = module("max-bindings INTEGER ::= 2147483647 root OID ::= { iso 3 }");
    assert_eq!(codes(&parsed), [Code::IgnoredDefinition]);
    assert_eq!(names(&parsed.modules[0]), ["root"]);
}

/// A file full of oddities lists its errors first.
#[test]
fn errors_are_not_crowded_out() {
    let odd = "E ::= INTEGER { a(1), }\n".repeat(MAX_LISTED + 5);
    let parsed = module(&format!("{odd}x OBJECT-TYPE SYNTAX ( ::= {{ y 1 }}"));
    assert_eq!(parsed.diagnostics.len(), MAX_LISTED + 1);
    assert!(codes(&parsed).contains(&Code::Syntax));
    assert_eq!(parsed.diagnostics.iter().last().map(|d| d.follow_ons), Some(6));
}
