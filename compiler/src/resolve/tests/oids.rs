//! OID values (S1, S12).

use super::{case, v1, v2};
use crate::model::Kind;

#[test]
fn named_and_several_arcs() {
    let case = case(&[(
        "T-MIB",
        "T-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI;
         a OBJECT IDENTIFIER ::= { iso org(3) dod(6) 1 }
         b OBJECT IDENTIFIER ::= { a 4 private 1 2 }
         c OBJECT IDENTIFIER ::= { enterprises 0 1 }
         d OBJECT IDENTIFIER ::= { 1 3 6 }
         e OBJECT IDENTIFIER ::= { iso(1) org(3) }
         f OBJECT IDENTIFIER ::= { joint-iso-ccitt 999 }
         g OBJECT IDENTIFIER ::= { ccitt 0 }
         h OBJECT IDENTIFIER ::= { SNMPv2-SMI.enterprises 5 }
         i OBJECT IDENTIFIER ::= { h }
         END",
    )]);
    assert_eq!(case.oid("a"), "1.3.6.1");
    assert_eq!(case.oid("b"), "1.3.6.1.4.1.2");
    assert_eq!(case.oid("c"), "1.3.6.1.4.1.0.1");
    assert_eq!(case.oid("d"), "1.3.6");
    assert_eq!(case.oid("e"), "1.3");
    assert_eq!(case.oid("f"), "2.999");
    assert_eq!(case.oid("g"), "0.0");
    assert_eq!(case.oid("h"), "1.3.6.1.4.1.5");
    assert_eq!(case.oid("i"), "1.3.6.1.4.1.5");
    assert_eq!(case.codes(), ["missing-import"], "`private`");
}

/// S1
#[test]
fn limits() {
    let arcs = |count: usize| vec!["1"; count].join(" ");
    let case = v2(&format!(
        "good OBJECT IDENTIFIER ::= {{ iso {} }}
         long OBJECT IDENTIFIER ::= {{ iso {} }}
         longer OBJECT IDENTIFIER ::= {{ good 1 }}
         below OBJECT IDENTIFIER ::= {{ longer 1 }}
         most OBJECT IDENTIFIER ::= {{ test 4294967295 }}
         more OBJECT IDENTIFIER ::= {{ test 4294967296 }}",
        arcs(127),
        arcs(128),
    ));
    assert_eq!(case.def("good").oid.as_ref().map(|oid| oid.len()), Some(128));
    assert_eq!(case.oid("most"), "1.3.6.1.4.1.9.4294967295");
    for name in ["long", "longer", "below", "more"] {
        assert_eq!(case.oid(name), "unknown", "{name}");
    }
    assert_eq!(case.codes(), ["invalid-oid", "invalid-oid", "invalid-oid"]);
    let follow_ons: Vec<u32> = case.0.diagnostics.iter().map(|d| d.follow_ons).collect();
    assert_eq!(follow_ons, [0, 1, 0], "`below` follows from `longer`");
}

/// S12: the model keeps enterprise.0.number, also for the generic traps.
#[test]
fn traps() {
    let case = v1("x OBJECT-TYPE SYNTAX INTEGER ACCESS read-only STATUS mandatory ::= { test 1 }
         boom TRAP-TYPE ENTERPRISE test VARIABLES { x, y } DESCRIPTION \"d\" ::= 7
         braced TRAP-TYPE ENTERPRISE { test 3 } ::= 0
         lost TRAP-TYPE ENTERPRISE nowhere ::= 1");
    assert_eq!(case.oid("boom"), "1.3.6.1.4.1.9.0.7");
    assert_eq!(case.oid("braced"), "1.3.6.1.4.1.9.3.0.0");
    assert_eq!(case.oid("lost"), "unknown");
    assert_eq!(case.codes(), ["unknown-name", "unknown-name"]);
    let Kind::Notification(boom) = &case.def("boom").kind else { panic!("a notification") };
    assert_eq!(boom.trap, Some(7));
    assert_eq!(case.names(&boom.objects), ["x", "y"]);
    assert_eq!(boom.objects[1].bound(), None);
}

/// MIB-TEXT §1: a descriptor in upper case is a parent as good as any.
#[test]
fn upper_case_parent() {
    let case = v2("Upper OBJECT IDENTIFIER ::= { test 1 } x OBJECT IDENTIFIER ::= { Upper 2 }");
    assert_eq!(case.oid("x"), "1.3.6.1.4.1.9.1.2");
}

#[test]
fn circles() {
    let case =
        v2("a OBJECT IDENTIFIER ::= { b 1 } b OBJECT IDENTIFIER ::= { c 1 } c OBJECT IDENTIFIER ::= { a 1 }
         below OBJECT IDENTIFIER ::= { b 2 } own OBJECT IDENTIFIER ::= { own 1 }");
    assert_eq!(case.codes(), ["cyclic-oid", "cyclic-oid"]);
    let first = case.0.diagnostics.iter().next().expect("a diagnostic");
    assert_eq!(first.message, "the OIDs of these definitions form a circle: a → b → c → a");
    assert_eq!(first.follow_ons, 1);
    assert!(["a", "b", "c", "below", "own"].iter().all(|name| case.oid(name) == "unknown"));
}

/// MIB-TEXT §2: the first of two definitions counts, what hangs on the name hangs on the first.
#[test]
fn duplicates() {
    let case = v2("a OBJECT IDENTIFIER ::= { test 1 } a OBJECT IDENTIFIER ::= { test 2 }
         x OBJECT IDENTIFIER ::= { a 3 }
         T ::= INTEGER T ::= OCTET STRING");
    assert_eq!(case.codes(), ["duplicate-name", "duplicate-name"]);
    assert_eq!(case.oid("a"), "1.3.6.1.4.1.9.1");
    assert_eq!(case.oid("x"), "1.3.6.1.4.1.9.1.3");
    let [second, second_type] = case.module().duplicates.as_slice() else { panic!("two duplicates") };
    let second = second.definition.bound().expect("a definition");
    assert_eq!(
        case.0.model[second].oid.as_ref().map(ToString::to_string).as_deref(),
        Some("1.3.6.1.4.1.9.2")
    );
    assert!(second_type.named_type.is_some());
    assert_eq!(case.named_type("T").syntax.base, Some(mibc_runtime::syntax::BaseType::Integer32));
    assert_eq!(case.module().definitions.len(), 3);
}

/// MIB-TEXT §2: both are kept, the first one counts for the module.
#[test]
fn two_module_identities() {
    let case =
        v2("more MODULE-IDENTITY LAST-UPDATED \"202501010000Z\" ORGANIZATION \"o2\" CONTACT-INFO \"c\"
         DESCRIPTION \"d\" ::= { test 1 }");
    assert_eq!(case.codes(), ["duplicate-module-identity"]);
    assert_eq!(case.kind("more"), "module-identity");
    let organization = case.module().organization.map(|text| case.0.model.text(text));
    assert_eq!(organization, Some("o"));
}
