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

/// S4: a symbol that the module imports itself is followed, and reported with its home.
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
fn a_typo_gets_a_suggestion_and_a_foreign_name_its_home() {
    let case = v2(&(object("fanSpeed", "Integer32", "", "test 1")
        + "n NOTIFICATION-TYPE OBJECTS { fanSpede } STATUS current DESCRIPTION \"d\" ::= { test 2 }
           m NOTIFICATION-TYPE OBJECTS { snmpTrapOID } STATUS current DESCRIPTION \"d\" ::= { test 3 }
           o OBJECT IDENTIFIER ::= { SNMPv2-MIB.snmpTrap 1 }"));
    assert_eq!(case.codes(), ["unknown-name", "unknown-name", "unknown-name"]);
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
