//! Tables, rows, columns, indexes.

use super::{case, v1, v2};
use crate::model::{IndexTarget, Kind, Ref};

const TABLE: &str = "
    table OBJECT-TYPE SYNTAX SEQUENCE OF Entry MAX-ACCESS not-accessible STATUS current DESCRIPTION \"d\"
      ::= { test 1 }
    entry OBJECT-TYPE SYNTAX Entry MAX-ACCESS not-accessible STATUS current DESCRIPTION \"d\"
      INDEX { name, IMPLIED second } ::= { table 1 }
    Entry ::= SEQUENCE { name OCTET STRING, second OCTET STRING, value Counter32 }
    value OBJECT-TYPE SYNTAX Counter32 MAX-ACCESS read-only STATUS current DESCRIPTION \"d\" ::= { entry 3 }
    name OBJECT-TYPE SYNTAX OCTET STRING MAX-ACCESS not-accessible STATUS current DESCRIPTION \"d\" ::= { entry 1 }
    second OBJECT-TYPE SYNTAX OCTET STRING MAX-ACCESS not-accessible STATUS current DESCRIPTION \"d\"
      ::= { entry 2 }
    single OBJECT-TYPE SYNTAX Counter32 MAX-ACCESS read-only STATUS current DESCRIPTION \"d\" ::= { test 2 }
    ";

/// S6: IMPLIED belongs to the row's index, not to the object.
#[test]
fn a_table() {
    let case = v2(TABLE);
    assert_eq!(case.codes(), [""; 0]);
    let kinds: Vec<&str> = ["table", "entry", "value", "name", "single"].map(|name| case.kind(name)).to_vec();
    assert_eq!(kinds, ["table", "row", "column", "column", "scalar"]);
    let Kind::Row(row) = &case.def("entry").kind else { panic!("a row") };
    assert_eq!(row.table, Some(case.def("table").id));
    let columns: Vec<&str> =
        row.columns.iter().map(|&id| case.0.model.spelling(case.0.model[id].name)).collect();
    assert_eq!(columns, ["name", "second", "value"], "by sub-identifier");
    let implied: Vec<bool> = row.index.iter().map(|item| item.implied).collect();
    assert_eq!(implied, [false, true]);
    let Kind::Table(_, row) = &case.def("table").kind else { panic!("a table") };
    assert_eq!(*row, Some(case.def("entry").id));
}

/// S7: a row of another module is augmented, and its index is used.
#[test]
fn augments() {
    let base = super::text_v2("", TABLE).replace("T-MIB", "B-MIB").replacen("test", "base", 1);
    let base = base.replace("{ test", "{ base");
    let text = super::text_v2(
        "entry FROM B-MIB",
        "xTable OBJECT-TYPE SYNTAX SEQUENCE OF XEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION \"d\"
           ::= { test 5 }
         xEntry OBJECT-TYPE SYNTAX XEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION \"d\"
           AUGMENTS { entry } ::= { xTable 1 }
         XEntry ::= SEQUENCE { x Integer32 }
         x OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION \"d\" ::= { xEntry 1 }",
    );
    let case = case(&[("T-MIB", &text), ("B-MIB", &base)]);
    assert_eq!(case.codes(), [""; 0]);
    let Kind::Row(row) = &case.def("xEntry").kind else { panic!("a row") };
    assert!(row.augments.and_then(Ref::bound).is_some());
    assert_eq!(case.0.model.index(case.def("xEntry").id).len(), 2);
}

/// MIB-TEXT §1: INDEX with bare types; undefined names; no INDEX at all; IMPLIED before the end.
#[test]
fn strange_indexes() {
    let row = |name: &str, index: &str, arc: u32| {
        format!(
            "{name}Table OBJECT-TYPE SYNTAX SEQUENCE OF {n}Entry ACCESS not-accessible STATUS mandatory ::= {{ test {arc} }}
             {name}Entry OBJECT-TYPE SYNTAX {n}Entry ACCESS not-accessible STATUS mandatory {index} ::= {{ {name}Table 1 }}
             {n}Entry ::= SEQUENCE {{ {name}Col INTEGER }}
             {name}Col OBJECT-TYPE SYNTAX INTEGER ACCESS read-only STATUS mandatory ::= {{ {name}Entry 1 }}\n",
            n = name.to_uppercase()
        )
    };
    let body = row("a", "INDEX { INTEGER, aCol, IpAddress }", 1)
        + &row("b", "INDEX { nowhere }", 2)
        + &row("c", "", 3)
        + &row("d", "INDEX { IMPLIED dCol, aCol }", 4)
        + &row("e", "INDEX { test }", 5);
    let case = v1(&body);
    assert_eq!(case.codes(), ["unknown-name", "missing-index", "implied-not-last", "wrong-kind"]);
    let Kind::Row(a) = &case.def("aEntry").kind else { panic!("a row") };
    let bare: Vec<bool> = a.index.iter().map(|item| matches!(item.target, IndexTarget::Type(_))).collect();
    assert_eq!(bare, [true, false, true]);
    let Kind::Row(b) = &case.def("bEntry").kind else { panic!("a row") };
    assert!(matches!(b.index[0].target, IndexTarget::Object(Ref::Unresolved(_))));
    assert_eq!(case.kind("bCol"), "column");
}

/// MIB-TEXT §2: columns are decided inside the module, whatever another module says of the same OID.
#[test]
fn kinds_are_of_the_module() {
    let other = super::text_v2(
        "",
        "t OBJECT IDENTIFIER ::= { test 1 } e OBJECT IDENTIFIER ::= { t 1 }
         s OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION \"d\" ::= { e 3 }",
    )
    .replace("T-MIB", "B-MIB");
    let case = case(&[("T-MIB", &super::text_v2("s FROM B-MIB", TABLE)), ("B-MIB", &other)]);
    assert_eq!(case.kind("value"), "column");
    let other = case.0.model.module("B-MIB").expect("the other module").id;
    assert_eq!(case.0.model.definition(other, "s").map(|d| d.kind.as_str()), Some("scalar"));
}

/// A column whose parent is written as the table and two numbers is a column all the same.
#[test]
fn columns_by_number() {
    let case = v2(&TABLE.replace("{ entry 3 }", "{ table 1 3 }"));
    assert_eq!(case.kind("value"), "column");
}

/// A row whose SEQUENCE is not there is still a row.
#[test]
fn missing_sequence() {
    let case =
        v2(&TABLE
            .replace("Entry ::= SEQUENCE { name OCTET STRING, second OCTET STRING, value Counter32 }", ""));
    assert_eq!(case.codes(), ["unknown-name"]);
    assert_eq!(case.only("unknown-name").follow_ons, 1);
    assert_eq!(case.kind("entry"), "row");
    assert_eq!(case.kind("value"), "column");
}

#[test]
fn circle_of_augments() {
    let case = v2(&TABLE.replace("INDEX { name, IMPLIED second }", "AUGMENTS { entry }"));
    assert_eq!(case.codes(), ["cyclic-augments"]);
    assert!(case.0.model.index(case.def("entry").id).is_empty());
}

#[test]
fn access_and_status_words() {
    let case = v2(
        "x OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS readonly STATUS Current DESCRIPTION \"d\" ::= { test 1 }
         y OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS sometimes STATUS perhaps DESCRIPTION \"d\" ::= { test 2 }",
    );
    assert_eq!(case.codes().iter().filter(|code| **code == "unknown-access").count(), 2);
    assert_eq!(case.codes().iter().filter(|code| **code == "unknown-status").count(), 2);
    assert_eq!(case.object("x").access, Some(mibc_runtime::syntax::Access::ReadOnly));
    assert_eq!(case.def("x").status, Some(mibc_runtime::syntax::Status::Current));
    assert_eq!(case.object("y").access, None);
}
