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

/// Names that are kept as they stand can be referred to.
#[test]
fn names_with_a_digit_in_front_are_referred_to() {
    let parsed = module(
        "EXPORTS 2g; IMPORTS 3g, _4g FROM X-MIB;
        2g OBJECT IDENTIFIER ::= { 3g 1 }
        a OBJECT IDENTIFIER ::= { 2g 5g(1) X-MIB.3g _4g 2 }
        Row ::= SEQUENCE { 2gA INTEGER, _b 7Type }
        2gTable OBJECT-TYPE SYNTAX SEQUENCE OF 2gRow DEFVAL { 10half } ::= { 2g 2 }
        2gEntry OBJECT-TYPE SYNTAX 2gRow INDEX { 2gA, IMPLIED _b } ::= { 2gTable 1 }
        more OBJECT-TYPE SYNTAX 2gRow AUGMENTS { 2gEntry } DEFVAL { { 1st, 2nd } } ::= { 2gTable 2 }
        group OBJECT-GROUP OBJECTS { 2gA, _b } ::= { 2g 3 }
        trap TRAP-TYPE ENTERPRISE 2g VARIABLES { 2gA } ::= 1
        has MODULE-COMPLIANCE MODULE 2G-MIB GROUP 2gGroup OBJECT 2gA ::= { 2g 4 }
        can AGENT-CAPABILITIES SUPPORTS 2G-MIB INCLUDES { 2gGroup } VARIATION 2gA ::= { 2g 5 }
        other OBJECT IDENTIFIER ::= 2g",
    );
    let codes: std::collections::BTreeSet<Code> = codes(&parsed).into_iter().collect();
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), [Code::NameSpelling]);
    assert_eq!(only(parsed.modules).definitions.len(), 11);
    // Numbers in the notation of other languages are not names.
    assert_eq!(self::codes(&module("a OBJECT IDENTIFIER ::= { b 0x1F }")), [Code::Syntax]);
}

#[test]
fn oid_values_in_other_notations() {
    for (value, arcs) in [
        ("{ a.1.2 }", 3),
        ("{ 1.3.6 }", 3),
        ("a 1", 2),
        ("a.1", 2),
        ("1.3.6.1", 4),
        ("a b(1) 2", 3),
        ("{ a.b(1).2 }", 2),
    ] {
        for text in [
            format!("x OBJECT IDENTIFIER ::= {value} y OBJECT IDENTIFIER ::= {{ a 1 }}"),
            format!("x OBJECT-TYPE SYNTAX INTEGER ::= {value} y OBJECT IDENTIFIER ::= {{ a 1 }}"),
            format!("x TRAP-TYPE ENTERPRISE {value} ::= 1 y OBJECT IDENTIFIER ::= {{ a 1 }}"),
        ] {
            let parsed = module(&text);
            assert_eq!(codes(&parsed), [Code::OidNotation], "{text}");
            let module = only(parsed.modules);
            assert_eq!(names(&module), ["x", "y"], "{text}");
            let oid = match &module.definitions[0].kind {
                DefinitionKind::ValueAssignment(oid) => oid,
                DefinitionKind::ObjectType(object) => &object.oid,
                DefinitionKind::TrapType(trap) => &trap.enterprise,
                other => panic!("{text}: {other:?}"),
            };
            assert_eq!(oid.arcs.list().len(), arcs, "{text}");
        }
    }
}

/// RFC 2580 §5.4: everything about a module may be left out.
#[test]
fn compliance_with_an_empty_module() {
    for module_clause in ["MODULE", "MODULE X-MIB", "MODULE X-MIB { iso 3 }", "MODULE MODULE X-MIB", ""] {
        let text = format!("x MODULE-COMPLIANCE STATUS current {module_clause} ::= {{ y 3 }}");
        let DefinitionKind::ModuleCompliance(compliance) = only(clean(&text)).kind else { panic!("{text}") };
        assert_eq!(compliance.oid.arcs.list().len(), 2, "{text}");
        assert_eq!(compliance.modules.len(), module_clause.matches("MODULE").count(), "{text}");
    }
    for text in [
        "x MODULE-COMPLIANCE MODULE GROUP a ::= { y 3 }",
        "x MODULE-COMPLIANCE MODULE OBJECT a ::= { y 3 }",
        "x AGENT-CAPABILITIES SUPPORTS X-MIB ::= { y 3 }",
        "x AGENT-CAPABILITIES SUPPORTS X-MIB VARIATION a ::= { y 3 }",
    ] {
        assert_eq!(clean(text).len(), 1, "{text}");
    }
}

#[test]
fn types_of_rfc_1442_and_keywords_in_small_letters() {
    for (syntax, read) in [
        ("BIT STRING { a(0), b(1) }", "BITS a=0 b=1"),
        ("BIT STRING (SIZE (8))", "BITS"),
        ("OCTET STRING (size (0..5))", "OCTET STRING SIZE 0..5"),
        ("Octet String Size (1)", "OCTET STRING SIZE 1"),
        ("Sequence Of X", "SEQUENCE OF X"),
    ] {
        let parsed =
            module(&object_with(syntax, "").replace("STATUS", "Status").replace("MAX-ACCESS", "Max-Access"));
        assert!(
            codes(&parsed).iter().all(|code| *code == Code::KeywordSpelling),
            "{syntax}: {:?}",
            said(&parsed)
        );
        let object = object(only(only(parsed.modules).definitions));
        assert_eq!(show(&object.syntax.kind), read);
        assert!(object.access.is_some() && object.status.is_some(), "{syntax}");
    }
    let parsed = module(
        "x OBJECT-TYPE SYNTAX Y INDEX { implied a, Implied b } ::= { y 1 } z OBJECT-TYPE SYNTAX Y INDEX { implied } ::= { y 2 }",
    );
    assert_eq!(codes(&parsed), [Code::KeywordSpelling, Code::KeywordSpelling]);
}
