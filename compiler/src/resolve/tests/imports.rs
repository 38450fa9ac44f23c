//! IMPORTS, and names that are used without them (S4).

use super::{Case, case, object, v2, v2_with};
use crate::model::{ImportTarget, Language};

const BASE: &str =
    "B-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI DisplayString FROM SNMPv2-TC;
    b OBJECT IDENTIFIER ::= { enterprises 7 } END";

fn importing(symbols: &str) -> Case {
    let text = super::text_v2(&format!("{symbols} FROM B-MIB"), "here OBJECT IDENTIFIER ::= { b 1 }");
    case(&[("T-MIB", &text), ("B-MIB", BASE)])
}

/// S4: a symbol that the module does not define.
#[test]
fn unknown_symbol() {
    let case = importing("b, bb");
    assert_eq!(case.codes(), ["unknown-import"]);
    let report = case.only("unknown-import");
    assert_eq!(case.caret(report), "bb");
    assert!(report.message.contains("B-MIB does not define `bb`"));
    assert_eq!(case.oid("here"), "1.3.6.1.4.1.7.1");
    let target =
        case.module().imports.iter().find(|i| case.0.model.spelling(i.symbol) == "bb").map(|i| i.target);
    assert_eq!(target, Some(ImportTarget::Unresolved));
}

/// S4: a symbol that the module imports itself is followed, and reported with the module that defines it.
#[test]
fn indirect_symbol() {
    let text = super::text_v2("b FROM B-MIB enterprises FROM B-MIB", "here OBJECT IDENTIFIER ::= { b 1 }");
    let text = text.replacen("Opaque, enterprises FROM", "Opaque FROM", 1);
    let case = case(&[("T-MIB", &text), ("B-MIB", BASE)]);
    assert_eq!(case.codes(), ["indirect-import"]);
    assert_eq!(case.only("indirect-import").help, ["import it from SNMPv2-SMI"]);
    assert_eq!(case.oid("test"), "1.3.6.1.4.1.9");
}

/// S4: a macro from the wrong module is a matter of its own.
#[test]
fn macro_from_elsewhere() {
    let case = importing("b, TRAP-TYPE");
    assert_eq!(case.codes(), ["macro-import"]);
    assert_eq!(case.only("macro-import").help, ["import it from RFC-1215"]);
}

#[test]
fn built_in_types_are_not_imported() {
    let case = v2_with("BITS FROM SNMPv2-SMI", "");
    assert_eq!(case.codes(), ["builtin-import"]);
}

/// One diagnostic for a missing module; what follows is counted.
#[test]
fn missing_module_is_one_diagnostic() {
    let body = object("x", "GoneType", "", "gone 1") + &object("y", "GoneType", "", "x 1");
    let case = v2_with("gone, GoneType FROM GONE-MIB other FROM GONE-MIB", &body);
    assert_eq!(case.codes(), ["unknown-module"]);
    let report = case.only("unknown-module");
    assert_eq!(case.caret(report), "GONE-MIB");
    // Three symbols, two uses of the type, one of the parent, one OID below it.
    assert_eq!(report.follow_ons, 7);
    assert_eq!(case.0.missing, ["GONE-MIB"]);
    assert_eq!(case.oid("y"), "unknown");
    let unresolved: Vec<&str> = case.def("x").unresolved.iter().map(|&n| case.0.model.spelling(n)).collect();
    assert_eq!(unresolved, ["gone", "GoneType"]);
}

/// MIB-TEXT §1: well-known symbols resolve without any import, and are reported together.
#[test]
fn no_imports_at_all() {
    let case = case(&[(
        "T-MIB",
        "T-MIB DEFINITIONS ::= BEGIN
         t OBJECT IDENTIFIER ::= { enterprises 9 }
         x OBJECT-TYPE SYNTAX Counter ACCESS read-only STATUS mandatory ::= { t 1 }
         y OBJECT-TYPE SYNTAX DisplayString ACCESS read-only STATUS mandatory ::= { t 2 } END",
    )]);
    assert_eq!(case.codes(), ["missing-import", "missing-import", "missing-import"]);
    assert_eq!(case.module().language, Language::SmiV1);
    assert_eq!(case.oid("x"), "1.3.6.1.4.1.9.1");
    assert_eq!(case.syntax("x").base, Some(mibc_runtime::syntax::BaseType::Counter32));
    assert!(case.syntax("y").named.is_some());
    let help: Vec<&str> = case.0.diagnostics.iter().flat_map(|d| &d.help).map(String::as_str).collect();
    assert!(help.contains(&"add to IMPORTS: Counter, enterprises FROM RFC1155-SMI"), "{help:?}");
}

/// MIB-TEXT §1: the base modules of both versions are interchangeable.
#[test]
fn base_modules_are_interchangeable() {
    let case = case(&[(
        "T-MIB",
        "T-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises, Counter32, Integer32, DisplayString FROM RFC1155-SMI
         OBJECT-TYPE FROM RFC1212;
         x OBJECT-TYPE SYNTAX Counter32 ACCESS read-only STATUS mandatory ::= { enterprises 9 }
         y OBJECT-TYPE SYNTAX DisplayString ACCESS read-only STATUS mandatory ::= { enterprises 10 } END",
    )]);
    assert!(case.codes().iter().all(|&code| code == "base-module-mismatch"), "{:?}", case.codes());
    assert_eq!(case.syntax("x").base, Some(mibc_runtime::syntax::BaseType::Counter32));
    assert_eq!(case.syntax("x").named, None);
    assert!(case.syntax("y").base.is_some());
}

#[test]
fn a_typo_gets_a_suggestion_and_a_foreign_name_its_module() {
    let case = v2(&(object("fanSpeed", "Integer32", "", "test 1")
        + "n NOTIFICATION-TYPE OBJECTS { fanSpede } STATUS current DESCRIPTION \"d\" ::= { test 2 }
           m NOTIFICATION-TYPE OBJECTS { snmpTrapOID } STATUS current DESCRIPTION \"d\" ::= { test 3 }
           o OBJECT IDENTIFIER ::= { SNMPv2-MIB.snmpTrap 1 }"));
    // What the standard defines is read as its own.
    assert_eq!(case.codes(), ["unknown-name", "missing-import"]);
    let help: Vec<&str> = case.0.diagnostics.iter().flat_map(|d| &d.help).map(String::as_str).collect();
    assert_eq!(help[0], "did you mean `fanSpeed`?");
}

#[test]
fn defined_in_another_module() {
    let text = super::text_v2(
        "b FROM B-MIB",
        "n NOTIFICATION-TYPE OBJECTS { x } STATUS current DESCRIPTION \"d\" ::= { test 2 }",
    );
    let other = BASE.replace("END", &(object("x", "INTEGER", "", "b 1") + "END"));
    let case = case(&[("T-MIB", &text), ("B-MIB", &other)]);
    assert_eq!(case.only("unknown-name").help, ["it is defined in B-MIB: import it from there"]);
}

/// The objects of a vendor's module, the names of some of which are the standard's.
const VENDOR: &str = "AAA-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI;
    aaa OBJECT IDENTIFIER ::= { enterprises 8 } ifIndex OBJECT IDENTIFIER ::= { aaa 1 }
    InetAddress ::= OCTET STRING (SIZE (4)) END";

/// A name that only standard modules define is theirs, although nothing imports from them.
#[test]
fn names_of_standard_modules() {
    let body = object("x", "InetPortNumber", "", "test 1")
        + &object("y", "PhysicalIndex", "", "test 2")
        + "n NOTIFICATION-TYPE OBJECTS { ifIndex } STATUS current DESCRIPTION \"d\" ::= { test 3 }
           o OBJECT IDENTIFIER ::= { dot1dBridge 7 }";
    let case = v2_with("PhysicalIndex FROM SNMPv2-TC", &body);
    assert_eq!(case.codes().iter().filter(|&&code| code == "missing-import").count(), 3);
    assert_eq!(case.only("misplaced-import").help, ["import it from ENTITY-MIB"]);
    assert_eq!(case.codes().len(), 4);
    assert_eq!(case.oid("o"), "1.3.6.1.2.1.17.7");
    assert_eq!(case.syntax("x").base, Some(mibc_runtime::syntax::BaseType::Unsigned32));
    assert_eq!(case.syntax("y").base, Some(mibc_runtime::syntax::BaseType::Integer32));
    let help: Vec<&str> = case.0.diagnostics.iter().flat_map(|d| &d.help).map(String::as_str).collect();
    assert!(help.contains(&"add to IMPORTS: ifIndex FROM IF-MIB"), "{help:?}");
    // A type derived from one that is so found.
    let derived = "T ::= U\nU ::= InetPortNumber\n".to_owned() + &object("x", "T (1..9)", "", "test 1");
    let case = v2(&derived);
    assert_eq!((case.codes(), case.syntax("x").range.to_vec()), (vec!["missing-import"], vec![(1, 9)]));
}

/// A name that others define, too, may be theirs: the standard's module is proposed, nothing is decided.
#[test]
fn names_of_standard_modules_and_of_others() {
    let body = object("x", "InetAddress", "", "test 1") + &object("y", "InetAddressType", "", "test 2");
    let text = super::text_v2("InetAddress FROM SNMPv2-TC ifIndex FROM B-MIB", &body);
    let case = case(&[("T-MIB", &text), ("B-MIB", BASE), ("AAA-MIB", VENDOR)]);
    assert_eq!(case.codes(), ["unknown-import", "unknown-import", "missing-import"]);
    let help: Vec<&str> = case.0.diagnostics.iter().flat_map(|d| &d.help).map(String::as_str).collect();
    assert_eq!(help[0], "it is defined in INET-ADDRESS-MIB: import it from there");
    assert_eq!(help[1], "it is defined in IF-MIB: import it from there");
    let text = super::text_v2("", "o OBJECT IDENTIFIER ::= { ifIndex 1 }");
    let case = super::case(&[("T-MIB", &text), ("AAA-MIB", VENDOR)]);
    assert_eq!(case.only("unknown-name").help, ["it is defined in IF-MIB: import it from there"]);
}

/// What the clauses of a conformance statement name is in the module that they name, not in the standard's.
#[test]
fn names_of_other_modules_clauses() {
    let case = case(&[(
        "T-MIB",
        &super::text_v2(
            "b FROM B-MIB",
            "c MODULE-COMPLIANCE STATUS current DESCRIPTION \"d\" MODULE B-MIB MANDATORY-GROUPS { ifGeneralGroup }
             ::= { test 1 }",
        ),
    ), ("B-MIB", BASE)]);
    assert_eq!(case.codes(), ["unknown-name"]);
}

/// A module whose macros are all of SMIv1 is of SMIv1, whatever else it borrows.
#[test]
fn the_version_is_that_of_the_macros() {
    let of = |imports: &str| {
        let text =
            format!("T-MIB DEFINITIONS ::= BEGIN IMPORTS {imports}; t OBJECT IDENTIFIER ::= {{ iso 3 }} END");
        case(&[("T-MIB", &text)]).module().language
    };
    assert_eq!(of("OBJECT-TYPE FROM RFC-1212 DisplayString FROM SNMPv2-TC"), Language::SmiV1);
    assert_eq!(of("OBJECT-TYPE FROM RFC1212 Counter64 FROM SNMPv2-SMI"), Language::SmiV1);
    assert_eq!(of("TRAP-TYPE FROM RFC-1215 DisplayString FROM SNMPv2-TC"), Language::SmiV1);
    assert_eq!(of("TRAP-TYPE FROM RFC-1215 OBJECT-TYPE FROM SNMPv2-SMI"), Language::SmiV2);
    assert_eq!(of("OBJECT-TYPE FROM RFC-1212 NOTIFICATION-TYPE FROM SNMPv2-SMI"), Language::SmiV2);
    assert_eq!(of("enterprises FROM RFC1155-SMI DisplayString FROM SNMPv2-TC"), Language::SmiV2);
    assert_eq!(of("DisplayString FROM SNMPv2-TC"), Language::SmiV2);
}

/// MIB-TEXT §2: of two modules that define a parent, the imported one counts; with no import it is unresolved.
#[test]
fn parent_of_two_modules() {
    let one = "A-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI; p OBJECT IDENTIFIER ::= { enterprises 1 } END";
    let two = "B-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI; p OBJECT IDENTIFIER ::= { enterprises 2 } END";
    let with = super::text_v2("p FROM B-MIB", "x OBJECT IDENTIFIER ::= { p 1 }");
    assert_eq!(case(&[("T-MIB", &with), ("A-MIB", one), ("B-MIB", two)]).oid("x"), "1.3.6.1.4.1.2.1");
    let without = super::text_v2("", "x OBJECT IDENTIFIER ::= { p 1 }");
    let case = case(&[("T-MIB", &without), ("A-MIB", one), ("B-MIB", two)]);
    assert_eq!(case.oid("x"), "unknown");
    assert_eq!(case.codes(), ["unknown-name"]);
}

#[test]
fn circles_of_imports() {
    let a =
        "A-MIB DEFINITIONS ::= BEGIN IMPORTS b FROM B-MIB iso2 FROM A-MIB; a OBJECT IDENTIFIER ::= { b 1 }
        iso2 OBJECT IDENTIFIER ::= { iso 2 } END";
    let b = "B-MIB DEFINITIONS ::= BEGIN IMPORTS iso2 FROM A-MIB; b OBJECT IDENTIFIER ::= { iso2 5 } END";
    let case = case(&[("A-MIB", a), ("B-MIB", b)]);
    assert_eq!(case.codes(), ["cyclic-import"]);
    assert_eq!(case.oid("a"), "1.2.5.1");
}

/// A symbol that each of two modules imports from the other ends as unknown.
#[test]
fn symbol_that_goes_in_circles() {
    let a = "A-MIB DEFINITIONS ::= BEGIN IMPORTS x FROM B-MIB; END";
    let b = "B-MIB DEFINITIONS ::= BEGIN IMPORTS x FROM A-MIB; END";
    let codes = case(&[("A-MIB", a), ("B-MIB", b)]).codes();
    assert_eq!(codes, ["unknown-import", "cyclic-import", "unknown-import"]);
}
