//! DEFVAL by type (S9).

use super::{Case, object, v2};
use crate::model::DefaultValue;

/// The default of an object of that syntax, and what is reported.
fn default(syntax: &str, value: &str) -> (Option<DefaultValue>, Case) {
    let case = v2(&object("x", syntax, &format!("DEFVAL {{ {value} }}"), "test 1"));
    (case.object("x").default.as_deref().cloned(), case)
}

/// S9
#[test]
fn each_notation_by_its_type() {
    let (value, case) = default("BITS { a(0), b(1), c(2) }", "{ c, a }");
    let Some(DefaultValue::Bits(bits)) = value else { panic!("bits") };
    assert_eq!(bits.iter().map(|&bit| case.0.model.spelling(bit)).collect::<Vec<_>>(), ["c", "a"]);
    assert_eq!(case.codes(), [""; 0]);
    assert_eq!(default("BITS { a(0) }", "{}").0, Some(DefaultValue::Bits(Vec::new())));

    assert_eq!(default("OCTET STRING", "'00fF'H").0, Some(DefaultValue::Bytes(vec![0, 255])));
    assert_eq!(default("OCTET STRING", "'10000001'b").0, Some(DefaultValue::Bytes(vec![0x81])));
    assert_eq!(default("OCTET STRING", "''H").0, Some(DefaultValue::Bytes(Vec::new())));
    let (value, case) = default("DisplayString", "\"some text\"");
    let Some(DefaultValue::Text(text)) = value else { panic!("a text") };
    assert_eq!(case.0.model.text(text), "some text");

    let (value, case) = default("TruthValue", "false");
    let Some(DefaultValue::Label(label)) = value else { panic!("a label") };
    assert_eq!(case.0.model.spelling(label), "false");

    assert_eq!(default("Integer32", "-5").0, Some(DefaultValue::Int(-5)));
    assert_eq!(default("Unsigned32", "'ff'h").0, Some(DefaultValue::Int(255)));
    assert_eq!(default("IpAddress", "'c0000201'H").0, Some(DefaultValue::Bytes(vec![192, 0, 2, 1])));

    let (value, case) = default("AutonomousType", "test");
    let Some(DefaultValue::Oid(root, numbers)) = value else { panic!("an OID") };
    assert_eq!((root[0].bound(), numbers.len()), (Some(case.def("test").id), 0));
    assert_eq!(case.codes(), [""; 0]);
}

/// S9: several arcs are more than one name; the value is kept.
#[test]
fn oid_of_several_arcs() {
    let (value, case) = default("OBJECT IDENTIFIER", "{ 0 0 }");
    assert_eq!(value, Some(DefaultValue::Oid(Vec::new(), vec![0, 0])));
    assert_eq!(case.codes(), ["invalid-default"]);
    let (value, case) = default("OBJECT IDENTIFIER", "nowhere");
    assert!(matches!(value, Some(DefaultValue::Oid(root, _)) if root[0].bound().is_none()));
    assert_eq!(case.codes(), ["unknown-name"]);
}

/// S9: a counter has no default.
#[test]
fn counters() {
    let (value, case) = default("Counter32", "0");
    assert_eq!(value, Some(DefaultValue::Int(0)));
    assert_eq!(case.codes(), ["default-on-counter"]);
}

#[test]
fn misfits_are_reported_at_the_value() {
    for (syntax, value) in [
        ("Integer32", "\"0\""),
        ("Integer32", "something"),
        ("OCTET STRING", "0"),
        ("OCTET STRING", "{}"),
        ("IpAddress", "'00'H"),
        ("OBJECT IDENTIFIER", "\"0.0\""),
        ("BITS { a(0) }", "1"),
        ("INTEGER { a(1) }", "b"),
    ] {
        let (default, case) = default(syntax, value);
        assert_eq!(default, None, "{syntax} {value}");
        assert_eq!(case.caret(case.only("invalid-default")), value, "{syntax}");
    }
}

/// Values that are wrong but clear are kept.
#[test]
fn clear_mistakes() {
    let (value, case) = default("INTEGER { on(1), off(2) }", "2");
    assert!(matches!(value, Some(DefaultValue::Label(label)) if case.0.model.spelling(label) == "off"));
    assert_eq!(case.codes(), ["default-by-number"]);
    let (value, case) = default("TruthValue", "True");
    assert!(matches!(value, Some(DefaultValue::Label(label)) if case.0.model.spelling(label) == "true"));
    assert_eq!(case.codes(), ["invalid-default"]);
    let (value, case) = default("Integer32 (1..5)", "9");
    assert_eq!(value, Some(DefaultValue::Int(9)));
    assert_eq!(case.codes(), ["invalid-default"]);
    assert_eq!(default("INTEGER { on(1) }", "0").0, Some(DefaultValue::Int(0)));
    assert_eq!(default("IpAddress", "\"192.0.2.1\"").0, Some(DefaultValue::Bytes(vec![192, 0, 2, 1])));
}
