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

/// RFC 2578 §7.1: a value that a base type cannot hold is not a default, in any notation and for any derived type.
#[test]
fn limits_of_the_base_type() {
    for (syntax, least, most) in [
        ("Integer32", "-2147483648", "2147483647"),
        ("INTEGER", "-2147483648", "2147483647"),
        ("Unsigned32", "0", "4294967295"),
        ("Gauge32", "0", "4294967295"),
        ("TimeTicks", "0", "4294967295"),
        ("Counter32", "0", "4294967295"),
        ("Counter64", "0", "18446744073709551615"),
    ] {
        let invalid = |value: &str| default(syntax, value).1.codes().contains(&"invalid-default");
        let (low, high): (i128, i128) = (least.parse().expect("a number"), most.parse().expect("a number"));
        assert!(!invalid(least) && !invalid(most), "{syntax}");
        for value in [low - 1, high + 1] {
            assert!(invalid(&value.to_string()), "{syntax} {value}");
            assert_eq!(default(syntax, &value.to_string()).0, None, "{syntax} {value}");
        }
        assert!(invalid("'123456789ABCDEF01'H") && invalid(&format!("'1{}'B", "0".repeat(64))), "{syntax}");
    }
    let case = v2(&("T ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"d\" SYNTAX Unsigned32\nU ::= T\n"
        .to_owned() + &object("x", "U", "DEFVAL { -1 }", "test 1")));
    assert_eq!(case.codes(), ["invalid-default"]);
}

/// Of a definition, or a type, whose SYNTAX could not be read the default says nothing: the cause is reported.
#[test]
fn of_a_broken_syntax() {
    let broken = "INTEGER { up(1), (2) }";
    assert_eq!(v2(&object("x", broken, "DEFVAL { up }", "test 1")).codes(), ["syntax"]);
    let named =
        format!("T ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"d\" SYNTAX {broken}\nU ::= T\n");
    assert_eq!(v2(&(named + &object("x", "U", "DEFVAL { up }", "test 1"))).codes(), ["syntax"]);
    // What stands beside it is told.
    let both = object("x", broken, "", "test 1") + &object("y", "Integer32", "DEFVAL { up }", "test 2");
    assert_eq!(v2(&both).codes(), ["syntax", "invalid-default"]);
}

/// Long lists of labels are looked up in tables, with the same answers.
#[test]
fn of_long_lists() {
    let labels: Vec<String> = (0..100).map(|n| format!("l{n}({n})")).collect();
    let (enumeration, bits) =
        (format!("INTEGER {{ {} }}", labels.join(", ")), format!("BITS {{ {} }}", labels.join(", ")));
    let label = |value: &str| match default(&enumeration, value) {
        (Some(DefaultValue::Label(label)), case) => {
            (case.0.model.spelling(label).to_owned(), case.codes().join(" "))
        }
        (_, case) => (String::new(), case.codes().join(" ")),
    };
    let answer = |label: &str, codes: &str| (label.to_owned(), codes.to_owned());
    assert_eq!(label("l77"), answer("l77", ""));
    assert_eq!(label("L77"), answer("l77", "invalid-default"));
    assert_eq!(label("77"), answer("l77", "default-by-number"));
    assert_eq!(label("l777"), answer("", "invalid-default"));
    let (value, case) = default(&bits, "'C000000001'H");
    let Some(DefaultValue::Bits(set)) = value else { panic!("bits") };
    assert_eq!(set.iter().map(|&bit| case.0.model.spelling(bit)).collect::<Vec<_>>(), ["l0", "l1", "l39"]);
    assert_eq!(default(&bits, "{ l99, l5 }").1.codes(), [""; 0]);
    assert_eq!(default(&bits, "{ l99, l100 }").1.codes(), ["invalid-default"]);
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
