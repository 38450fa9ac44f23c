//! Types: bases, hints, labels, ranges (S10).

use super::{object, v1, v2, v2_with};
use crate::model::Ref;
use mibc_runtime::syntax::BaseType;

#[test]
fn bases() {
    let syntaxes = [
        ("INTEGER", BaseType::Integer32),
        ("Integer32", BaseType::Integer32),
        ("INTEGER { up(1) }", BaseType::Integer32),
        ("Unsigned32", BaseType::Unsigned32),
        ("Counter32", BaseType::Counter32),
        ("Counter64", BaseType::Counter64),
        ("Gauge32", BaseType::Gauge32),
        ("TimeTicks", BaseType::TimeTicks),
        ("IpAddress", BaseType::IpAddress),
        ("Opaque", BaseType::Opaque),
        ("OCTET STRING", BaseType::OctetString),
        ("OBJECT IDENTIFIER", BaseType::ObjectIdentifier),
        ("BITS { a(0) }", BaseType::Bits),
    ];
    let body: String = syntaxes
        .iter()
        .enumerate()
        .map(|(n, (syntax, _))| object(&format!("x{n}"), syntax, "", &format!("test {n}")))
        .collect();
    let case = v2(&body);
    assert_eq!(case.codes(), [""; 0]);
    for (n, (written, base)) in syntaxes.iter().enumerate() {
        let syntax = case.syntax(&format!("x{n}"));
        assert_eq!(syntax.base, Some(*base), "{written}");
        assert_eq!(syntax.named, None, "{written} is no named type");
        assert!(syntax.range.is_empty(), "{written} is not restricted");
    }
}

#[test]
fn bases_of_smi_v1() {
    let case = v1("a OBJECT-TYPE SYNTAX Counter ACCESS read-only STATUS mandatory ::= { test 1 }
         b OBJECT-TYPE SYNTAX Gauge ACCESS read-only STATUS mandatory ::= { test 2 }
         c OBJECT-TYPE SYNTAX NetworkAddress ACCESS read-only STATUS mandatory ::= { test 3 }
         Tagged ::= [APPLICATION 3] IMPLICIT INTEGER (0..4294967295)
         d OBJECT-TYPE SYNTAX Tagged ACCESS read-only STATUS mandatory ::= { test 4 }");
    assert_eq!(case.codes(), [""; 0]);
    assert_eq!(case.syntax("a").base, Some(BaseType::Counter32));
    assert_eq!(case.syntax("b").base, Some(BaseType::Gauge32));
    assert_eq!(case.syntax("c").base, Some(BaseType::IpAddress));
    assert!(case.syntax("c").named.is_some(), "its index encoding is its own");
    assert_eq!(case.syntax("d").base, Some(BaseType::TimeTicks));
    assert!(case.syntax("d").range.is_empty());
}

#[test]
fn chains_inherit() {
    let case = v2(&("Name ::= TEXTUAL-CONVENTION DISPLAY-HINT \"255a\" STATUS current DESCRIPTION \"d\"
           SYNTAX OCTET STRING (SIZE (0..255))
         Short ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"d\" SYNTAX Name (SIZE (1..32))
         State ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"d\" SYNTAX INTEGER { up(1), down(2), test(3) }
         "
    .to_owned()
        + &object("name", "Short", "", "test 1")
        + &object("state", "State { down(2), up(1) }", "", "test 2")
        + &object("plain", "State", "", "test 3")));
    assert_eq!(case.codes(), [""; 0]);
    let name = case.syntax("name");
    assert_eq!(name.hint.map(|hint| case.0.model.text(hint)), Some("255a"));
    assert_eq!(*name.range, [(1, 32)]);
    assert!(name.declared_range.is_empty(), "nothing is written at the object");
    assert_eq!(name.named, Some(Ref::Bound(case.named_type("Short").id)));
    assert_eq!(case.enums(case.syntax("state")), [("down".to_owned(), 2), ("up".to_owned(), 1)]);
    assert!(case.syntax("state").declared_labels);
    assert_eq!(case.syntax("plain").enums.len(), 3);
    assert!(case.syntax("plain").enums.same(&case.named_type("State").syntax.enums));
}

/// MIB-TEXT §2: a DisplayString of RFC1213-MIB is what the text says, a plain OCTET STRING.
#[test]
fn display_string_of_rfc1213() {
    let text = object("x", "DisplayString", "", "test 1");
    let with_tc = v2(&text);
    assert_eq!(*with_tc.syntax("x").range, [(0, 255)]);
    let plain = super::text_v2("DisplayString FROM RFC1213-MIB", &text)
        .replace("DisplayString, TruthValue", "TruthValue");
    let plain = super::case(&[("T-MIB", &plain)]);
    assert_eq!(plain.syntax("x").hint, None);
    assert!(plain.syntax("x").range.is_empty());
}

/// S10: what goes beyond the parent's range is reported; what is declared and what is left are both kept.
#[test]
fn ranges_beyond_the_parent() {
    let case =
        v2(&("Octet ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"d\" SYNTAX Integer32 (0..255)\n"
            .to_owned()
            + &object("x", "Octet (1..256)", "", "test 1")
            + &object("y", "Octet (MIN..10 | 20)", "", "test 2")
            + &object("z", "DisplayString (SIZE (0..300))", "", "test 3")));
    assert_eq!(case.codes(), ["range-beyond-parent", "range-beyond-parent"]);
    assert_eq!(*case.syntax("x").range, [(1, 255)]);
    assert_eq!(*case.syntax("x").declared_range, [(1, 256)]);
    assert_eq!(*case.syntax("y").range, [(0, 10), (20, 20)]);
    assert_eq!(*case.syntax("z").range, [(0, 255)]);
}

/// MIB-TEXT §2: adjacent pieces stay pieces, also as a parent that a refinement spans.
#[test]
fn adjacent_pieces() {
    let case =
        v2(&("Vlan ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"d\" SYNTAX INTEGER (0 | 1..4094)\n"
            .to_owned()
            + &object("x", "Vlan", "", "test 1")
            + &object("y", "Vlan (0..10)", "", "test 2")));
    assert_eq!(case.codes(), [""; 0]);
    assert_eq!(*case.syntax("x").range, [(0, 0), (1, 4094)]);
    assert_eq!(*case.syntax("y").range, [(0, 10)]);
}

/// MIB-TEXT §1: hex and binary bounds, descending ranges, bounds beyond the base type, SIZE on the wrong type.
#[test]
fn strange_ranges() {
    let body = object("hex", "Unsigned32 ('00'h..'ff'H)", "", "test 1")
        + &object("down", "Integer32 (0..-1)", "", "test 2")
        + &object("wide", "Integer32 (0..4294967295)", "", "test 3")
        + &object("sized", "INTEGER (SIZE (4))", "", "test 4")
        + &object("unsized", "OCTET STRING (0..4)", "", "test 5")
        + &object("double", "Integer32 (1..5 | 3..9)", "", "test 6")
        + &object("whole", "Integer32 (-2147483648..2147483647)", "", "test 7");
    let case = v2(&body);
    assert_eq!(
        case.codes(),
        ["invalid-range", "invalid-range", "constraint-kind", "constraint-kind", "invalid-range"]
    );
    assert_eq!(*case.syntax("hex").range, [(0, 255)]);
    assert!(case.syntax("down").range.is_empty());
    assert_eq!(*case.syntax("wide").range, [(0, 4_294_967_295)]);
    assert_eq!(*case.syntax("sized").range, [(4, 4)]);
    assert_eq!(*case.syntax("unsized").range, [(0, 4)]);
    assert!(case.syntax("whole").range.is_empty(), "everything is no restriction");
}

#[test]
fn labels() {
    let body = object("neg", "INTEGER { low(-1), Up(1), other-one(2) }", "", "test 1")
        + &object("twice", "INTEGER { a(1), b(2), a(3), c(2) }", "", "test 2")
        + &object("huge", "INTEGER { a(99999999999999999999) , b(1) }", "", "test 3")
        + &object("bits", "BITS { a(0), b(9), c(-1) }", "", "test 4")
        + &object("more", "TruthValue { maybe(3) }", "", "test 5");
    let case = v2(&body);
    assert_eq!(case.codes(), ["duplicate-label", "invalid-label", "invalid-label", "label-beyond-parent"]);
    assert_eq!(case.enums(case.syntax("neg"))[0], ("low".to_owned(), -1));
    assert_eq!(case.syntax("twice").enums.len(), 4, "every number keeps its label");
    assert_eq!(case.enums(case.syntax("huge")), [("b".to_owned(), 1)]);
    assert_eq!(case.syntax("bits").bits.len(), 2);
    assert_eq!(case.enums(case.syntax("more")), [("maybe".to_owned(), 3)]);
}

#[test]
fn unknown_types_stay_by_name() {
    let body = object("x", "Nowhere", "", "test 1")
        + &object("y", "Unsigned64", "", "test 2")
        + &object("z", "Counter23", "", "test 3");
    let case = v2(&body);
    assert_eq!(case.codes(), ["unknown-name"; 3]);
    assert!(matches!(case.syntax("x").named, Some(Ref::Unresolved(_))));
    assert_eq!(case.syntax("x").base, None);
    assert_eq!(case.syntax("y").base, Some(BaseType::Counter64));
    let help: Vec<&str> = case.0.diagnostics.iter().flat_map(|d| &d.help).map(String::as_str).collect();
    assert_eq!(help[2], "did you mean `Counter32`?");
    // An unknown type on the way leaves the rest of the chain as it is.
    let case = v2_with("", &("T ::= Nowhere\n".to_owned() + &object("x", "T", "", "test 1")));
    assert_eq!(case.codes(), ["unknown-name"]);
    assert_eq!(case.syntax("x").named, Some(Ref::Bound(case.named_type("T").id)));
}

#[test]
fn circles() {
    let case = v2(&("A ::= B B ::= C C ::= A Self ::= Self (SIZE (1..2))\n".to_owned()
        + &object("x", "A", "", "test 1")));
    assert_eq!(case.codes(), ["cyclic-type", "cyclic-type"]);
    assert_eq!(case.syntax("x").base, None);
}
