//! Every macro and notation of SMIv1 and SMIv2, as the standards write them.

use super::*;
use crate::syntax::ast::{DefValKind, Index, IndexTarget, OidArc, OidValue};

fn arcs(oid: &OidValue<'_>) -> Vec<String> {
    let arc = |arc: &OidArc<'_>| match arc {
        OidArc::Qualified(qualified) => format!("{}.{}", qualified.module.text(), qualified.name.text()),
        OidArc::Name(name) => name.text().to_owned(),
        OidArc::Number(number) => number.text().to_owned(),
        OidArc::Named(arc) => format!("{}({})", arc.name.text(), arc.number.text()),
    };
    oid.arcs.list().iter().map(arc).collect()
}

#[test]
fn a_module_with_exports_and_imports() {
    let parsed = parsed(
        "A-MIB { iso org(3) 6 } DEFINITIONS ::= BEGIN EXPORTS a, B; IMPORTS x, Y FROM B-MIB OBJECT-TYPE FROM C-MIB;\n\
         a OBJECT IDENTIFIER ::= { x 1 } END",
    );
    assert!(parsed.diagnostics.is_empty(), "{:?}", said(&parsed));
    let module = only(parsed.modules);
    assert_eq!(module.name.text(), "A-MIB");
    assert_eq!(texts(&module.exports), ["a", "B"]);
    assert_eq!(texts(&module.imports[0].symbols), ["x", "Y"]);
    assert_eq!(module.imports[0].module.text(), "B-MIB");
    assert_eq!(texts(&module.imports[1].symbols), ["OBJECT-TYPE"]);
    assert_eq!(names(&module), ["a"]);
    assert_eq!(module.span.start, 0);
}

#[test]
fn module_identity_with_revisions() {
    let identity = only(clean(
        "m MODULE-IDENTITY LAST-UPDATED \"2\" ORGANIZATION \"o\" CONTACT-INFO \"c\" DESCRIPTION \"d\"\n\
         REVISION \"2\" DESCRIPTION \"two\" REVISION \"1\" DESCRIPTION \"one\" ::= { mib-2 5 }",
    ));
    let DefinitionKind::ModuleIdentity(identity) = identity.kind else { panic!("{identity:?}") };
    assert_eq!(identity.last_updated.map(|text| text.raw()), Some("2"));
    assert_eq!(identity.organization.map(|text| text.raw()), Some("o"));
    assert_eq!(identity.contact.map(|text| text.raw()), Some("c"));
    assert_eq!(identity.description.map(|text| text.raw()), Some("d"));
    let revisions: Vec<_> =
        identity.revisions.iter().map(|r| (r.date.raw(), r.description.map(|text| text.raw()))).collect();
    assert_eq!(revisions, [("2", Some("two")), ("1", Some("one"))]);
    assert_eq!(arcs(&identity.oid), ["mib-2", "5"]);
}

#[test]
fn object_type_of_both_versions() {
    let v2 = object(only(clean(
        "x OBJECT-TYPE SYNTAX Unsigned32 (1..9) UNITS \"s\" MAX-ACCESS read-create STATUS current DESCRIPTION \"d\"\n\
         REFERENCE \"r\" INDEX { a, IMPLIED b } DEFVAL { 7 } ::= { xEntry 2 }",
    )));
    assert_eq!(show(&v2.syntax.kind), "Unsigned32 RANGE 1..9");
    assert_eq!(v2.units.as_ref().map(|text| text.raw()), Some("s"));
    assert_eq!(v2.access.map(|word| word.text()), Some("read-create"));
    assert_eq!(v2.access_keyword.map(|word| word.text()), Some("MAX-ACCESS"));
    assert_eq!(v2.status.map(|word| word.text()), Some("current"));
    assert_eq!(v2.description.map(|text| text.raw()), Some("d"));
    assert_eq!(v2.reference.as_ref().map(|text| text.raw()), Some("r"));
    let Some(Index::Index(items)) = &v2.index else { panic!("{v2:?}") };
    assert_eq!(items.iter().map(|item| item.implied).collect::<Vec<_>>(), [false, true]);
    assert!(matches!(v2.default.map(|d| d.kind), Some(DefValKind::Number(n)) if n.text() == "7"));
    assert_eq!(arcs(&v2.oid), ["xEntry", "2"]);

    let v1 =
        object(only(clean("x OBJECT-TYPE SYNTAX INTEGER ACCESS read-write STATUS mandatory ::= { a 1 2 }")));
    assert_eq!(v1.access_keyword.map(|word| word.text()), Some("ACCESS"));
    assert!(v1.description.is_none());
    assert_eq!(arcs(&v1.oid), ["a", "1", "2"]);
}

#[test]
fn spans_cover_what_they_name() {
    let text = "T-MIB DEFINITIONS ::= BEGIN x OBJECT-TYPE SYNTAX INTEGER { up(1) } -- c\n STATUS current ::= { y 1 } -- d\nEND";
    let parsed = parsed(text);
    let module = only(parsed.modules);
    let slice = |span: crate::source::Span| &text[span.range()];
    assert_eq!(slice(module.span), text);
    let definition = only(module.definitions);
    assert!(
        slice(definition.span()).starts_with("x OBJECT-TYPE")
            && slice(definition.span()).ends_with("{ y 1 }")
    );
    let object = object(definition);
    assert_eq!(slice(object.syntax.span), "INTEGER { up(1) }");
    assert_eq!(slice(object.oid.span), "{ y 1 }");
}

#[test]
fn index_items() {
    let index = |list: &str| object(only(clean(&object_with("X", list)))).index;
    assert!(matches!(index("AUGMENTS { ifEntry }"), Some(Index::Augments(row)) if row.text() == "ifEntry"));
    let Some(Index::Index(items)) = index("INDEX { INTEGER, OCTET STRING (SIZE (4)), MemoryTotal }") else {
        panic!()
    };
    assert!(matches!(&items[0].target, IndexTarget::Type(t) if show(&t.kind) == "INTEGER"));
    assert!(matches!(&items[1].target, IndexTarget::Type(t) if show(&t.kind) == "OCTET STRING SIZE 4"));
    assert!(matches!(&items[2].target, IndexTarget::Object(o) if o.text() == "MemoryTotal"));
}

/// S9
#[test]
fn default_values() {
    let default = |value: &str| {
        let parsed = object(only(clean(&object_with("X", &format!("DEFVAL {{ {value} }}")))));
        match parsed.default.map(|default| default.kind) {
            None => "none".to_owned(),
            Some(DefValKind::Name(name)) => format!("name {}", name.text()),
            Some(DefValKind::Number(number)) => format!("number {}", number.text()),
            Some(DefValKind::Text(text)) => format!("text {}", text.raw()),
            Some(DefValKind::Hex(digits)) => format!("hex {}", digits.text()),
            Some(DefValKind::Binary(digits)) => format!("binary {}", digits.text()),
            Some(DefValKind::Braces(list)) => {
                format!(
                    "braces {}",
                    arcs(&OidValue { arcs: list.into_vec().into(), span: parsed.oid.span }).join(" ")
                )
            }
        }
    };
    assert_eq!(default("{ a, b }"), "braces a b");
    assert_eq!(default("{}"), "braces ");
    assert_eq!(default("{ 0 0 }"), "braces 0 0");
    assert_eq!(default("{ iso org(3) 6 }"), "braces iso org(3) 6");
    assert_eq!(default("'00Ff'H"), "hex 00Ff");
    assert_eq!(default("'0101'b"), "binary 0101");
    assert_eq!(default("''H"), "hex ");
    assert_eq!(default("\"a -- b\""), "text a -- b");
    assert_eq!(default("up"), "name up");
    assert_eq!(default("-12"), "number -12");
    assert_eq!(default("a, b"), "braces a b");
    assert_eq!(default(""), "none");
}

#[test]
fn types() {
    assert_eq!(type_of("INTEGER"), "INTEGER");
    assert_eq!(type_of("OCTET  \n STRING (SIZE (0..32 | 64))"), "OCTET STRING SIZE 0..32 64");
    assert_eq!(type_of("OBJECT\tIDENTIFIER"), "OBJECT IDENTIFIER");
    assert_eq!(type_of("Integer32 (-5..-1 | 4 | MIN..MAX)"), "Integer32 RANGE -5..-1 4 MIN..MAX");
    assert_eq!(type_of("Counter32"), "Counter32");
    assert_eq!(type_of("SnmpAdminString"), "SnmpAdminString");
    assert_eq!(type_of("SNMPv2-TC.DisplayString"), "SNMPv2-TC.DisplayString");
    assert_eq!(type_of("BITS { a(0), b(1) }"), "BITS a=0 b=1");
    assert_eq!(type_of("BitsOfMine"), "BitsOfMine");
    assert_eq!(type_of("INTEGER { up(1), down(-2) }"), "INTEGER up=Some(Value(1)) down=Some(Value(-2))");
    assert_eq!(type_of("SEQUENCE OF IfEntry"), "SEQUENCE OF IfEntry");
    assert_eq!(type_of("INTEGER ('00'h..'ffffffff'H)"), "INTEGER RANGE '00'h..'ffffffff'H");
}

#[test]
fn type_assignments() {
    let assigned = |text: &str| match only(clean(text)).kind {
        DefinitionKind::TypeAssignment(syntax) => show(&syntax.kind),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        assigned("E ::= SEQUENCE { a INTEGER, b OCTET STRING (SIZE(4)), c BITS { x(0) } }"),
        "a:INTEGER,b:OCTET STRING SIZE 4,c:BITS x=0"
    );
    assert_eq!(assigned("C ::= CHOICE { n NULL, o CHOICE { p [1] IMPLICIT T } }"), "n:NULL,o:p:[ 1] true T");
    assert_eq!(
        assigned("IpAddress ::= [APPLICATION 0] IMPLICIT OCTET STRING (SIZE (4))"),
        "[APPLICATION 0] true OCTET STRING SIZE 4"
    );
    assert_eq!(assigned("X ::= DisplayString (SIZE (0..8))"), "DisplayString SIZE 0..8");
}

#[test]
fn textual_convention() {
    let definition = only(clean(
        "D ::= TEXTUAL-CONVENTION DISPLAY-HINT \"1x:\" STATUS current DESCRIPTION \"d\" REFERENCE \"r\" SYNTAX OCTET STRING (SIZE (6))",
    ));
    let DefinitionKind::TextualConvention(convention) = definition.kind else { panic!("{definition:?}") };
    assert_eq!(convention.display_hint.map(|text| text.raw()), Some("1x:"));
    assert_eq!(convention.status.map(|word| word.text()), Some("current"));
    assert_eq!(convention.reference.map(|text| text.raw()), Some("r"));
    assert_eq!(show(&convention.syntax.kind), "OCTET STRING SIZE 6");
}

#[test]
fn notifications_traps_groups_and_identities() {
    let definitions = clean(
        "n NOTIFICATION-TYPE OBJECTS { a, b } STATUS current DESCRIPTION \"\" ::= { p 0 1 }\n\
         t TRAP-TYPE ENTERPRISE e VARIABLES { a } DESCRIPTION \"\" ::= 7\n\
         u TRAP-TYPE ENTERPRISE { e 3 } ::= 0\n\
         g OBJECT-GROUP OBJECTS { a, b } STATUS current DESCRIPTION \"\" ::= { p 2 }\n\
         h NOTIFICATION-GROUP NOTIFICATIONS { n } STATUS current DESCRIPTION \"\" ::= { p 3 }\n\
         i OBJECT-IDENTITY STATUS current DESCRIPTION \"\" REFERENCE \"r\" ::= { p 4 }",
    );
    let DefinitionKind::NotificationType(n) = &definitions[0].kind else { panic!() };
    assert_eq!(texts(&n.objects), ["a", "b"]);
    let DefinitionKind::TrapType(t) = &definitions[1].kind else { panic!() };
    assert_eq!((arcs(&t.enterprise).join("."), t.number.text()), ("e".into(), "7"));
    assert_eq!(texts(&t.variables), ["a"]);
    let DefinitionKind::TrapType(u) = &definitions[2].kind else { panic!() };
    assert_eq!((arcs(&u.enterprise).join("."), u.number.text()), ("e.3".into(), "0"));
    let DefinitionKind::ObjectGroup(g) = &definitions[3].kind else { panic!() };
    assert_eq!(texts(&g.members), ["a", "b"]);
    let DefinitionKind::NotificationGroup(h) = &definitions[4].kind else { panic!() };
    assert_eq!(texts(&h.members), ["n"]);
    let DefinitionKind::ObjectIdentity(i) = &definitions[5].kind else { panic!() };
    assert_eq!(i.reference.map(|text| text.raw()), Some("r"));
}

/// S25
#[test]
fn module_compliance() {
    let definition = only(clean(
        "c MODULE-COMPLIANCE STATUS current DESCRIPTION \"d\"\n\
         MODULE -- this module\n MANDATORY-GROUPS { g1, g2 }\n GROUP g3 DESCRIPTION \"g\"\n\
         OBJECT o SYNTAX INTEGER { a(1) } WRITE-SYNTAX INTEGER (1..2) MIN-ACCESS read-only DESCRIPTION \"o\"\n\
         MODULE OTHER-MIB { iso 3 } GROUP g4 DESCRIPTION \"\" ::= { p 1 }",
    ));
    let DefinitionKind::ModuleCompliance(compliance) = definition.kind else { panic!("{definition:?}") };
    assert_eq!(compliance.description.map(|text| text.raw()), Some("d"));
    let [own, other] = compliance.modules.as_slice() else { panic!("{compliance:?}") };
    assert!(own.module.is_none());
    assert_eq!(texts(&own.mandatory), ["g1", "g2"]);
    assert_eq!(own.groups[0].description.map(|text| text.raw()), Some("g"));
    let object = &own.objects[0];
    assert_eq!(object.min_access.map(|word| word.text()), Some("read-only"));
    assert_eq!(object.syntax.as_ref().map(|s| show(&s.kind)).as_deref(), Some("INTEGER a=Some(Value(1))"));
    assert_eq!(object.write_syntax.as_ref().map(|s| show(&s.kind)).as_deref(), Some("INTEGER RANGE 1..2"));
    assert_eq!(object.description.map(|text| text.raw()), Some("o"));
    assert_eq!(other.module.map(|name| name.text()), Some("OTHER-MIB"));
    assert_eq!(other.groups[0].group.text(), "g4");
}

#[test]
fn agent_capabilities() {
    let definition = only(clean(
        "a AGENT-CAPABILITIES PRODUCT-RELEASE \"p\" STATUS current DESCRIPTION \"d\" REFERENCE \"r\"\n\
         SUPPORTS X-MIB INCLUDES { g1, g2 }\n\
         VARIATION o SYNTAX INTEGER (1..2) ACCESS read-only DESCRIPTION \"v\"\n\
         VARIATION e CREATION-REQUIRES { a, b } DEFVAL { 3 } DESCRIPTION \"w\"\n\
         SUPPORTS Y-MIB INCLUDES { g3 } ::= { p 1 }",
    ));
    let DefinitionKind::AgentCapabilities(agent) = definition.kind else { panic!("{definition:?}") };
    assert_eq!(agent.product_release.map(|text| text.raw()), Some("p"));
    assert_eq!(agent.description.map(|text| text.raw()), Some("d"));
    let [x, y] = agent.supports.as_slice() else { panic!("{agent:?}") };
    assert_eq!((x.module.text(), texts(&x.includes)), ("X-MIB", vec!["g1", "g2"]));
    assert_eq!(x.variations[0].access.map(|word| word.text()), Some("read-only"));
    assert_eq!(x.variations[0].description.map(|text| text.raw()), Some("v"));
    assert_eq!(texts(&x.variations[1].creation_requires), ["a", "b"]);
    assert!(x.variations[1].default.is_some());
    assert_eq!(texts(&y.includes), ["g3"]);
}

#[test]
fn macro_bodies_are_skipped() {
    let definitions = clean(
        "OBJECT-TYPE MACRO ::= BEGIN TYPE NOTATION ::= \"SYNTAX\" type(TYPE ObjectSyntax) APPENDIX ENDED END\n\
         a OBJECT IDENTIFIER ::= { b 1 }",
    );
    assert!(matches!(definitions[0].kind, DefinitionKind::Macro));
    assert_eq!((definitions[0].name.text(), definitions[1].name.text()), ("OBJECT-TYPE", "a"));
}

/// S2
#[test]
fn texts_hold_anything_but_quotes() {
    let definition =
        object(only(clean("x OBJECT-TYPE SYNTAX A DESCRIPTION \"a -- b\n  END ::= { é\" ::= { y 1 }")));
    assert_eq!(definition.description.map(|text| text.raw()), Some("a -- b\n  END ::= { é"));
    // Two quotes are the end of one text and the beginning of another, which belongs nowhere.
    let text =
        "T-MIB DEFINITIONS ::= BEGIN\nx OBJECT-TYPE SYNTAX A DESCRIPTION \"one \"\" two\" ::= { y 1 }\nEND";
    let parsed = parsed(text);
    let [definition] = &only(parsed.modules).definitions[..] else { panic!("one definition") };
    let DefinitionKind::ObjectType(x) = &definition.kind else { panic!("{definition:?}") };
    assert_eq!(x.description.map(|text| text.raw()), Some("one "));
    assert_eq!(only(parsed.diagnostics.into_iter().collect()).code, Code::Syntax);
}

/// S3
#[test]
fn comments_by_line_and_by_the_standard() {
    let text = "T-MIB DEFINITIONS ::= BEGIN\na OBJECT IDENTIFIER ::= { x 1 } -- one -- b OBJECT IDENTIFIER ::= { x 2 }\n---------\nEND";
    assert_eq!(names(&only(parsed(text).modules)), ["a"]);
    let by_standard = parse_with(file(text), Comments::Asn1);
    assert_eq!(names(&only(by_standard.modules)), ["a", "b"]);
    // Nine dashes are two comments and one dash too many.
    assert_eq!(only(by_standard.diagnostics.into_iter().collect()).code, Code::Syntax);
}

#[test]
fn numbers_know_their_value() {
    use crate::syntax::ast::Bound;
    let object = object(only(clean(&object_with(
        "INTEGER ('ff'H..'101'b | -3..MAX | 99999999999999999999999999999999999999999999)",
        "",
    ))));
    let constraint = object.syntax.constraint().expect("a range");
    let values: Vec<_> =
        constraint.pieces.iter().map(|p| (p.low.value(), p.high.map(|h| h.value()))).collect();
    assert_eq!(
        values,
        [
            (Some(Bound::Value(255)), Some(Some(Bound::Value(5)))),
            (Some(Bound::Value(-3)), Some(Some(Bound::Max))),
            (None, None)
        ]
    );
}
