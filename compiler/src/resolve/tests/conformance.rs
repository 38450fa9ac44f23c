//! Groups, compliance statements and capabilities (S25, S26).

use super::{case, object, v2};
use crate::model::Kind;
use mibc_runtime::syntax::{Access, BaseType};

/// S26: three diagnostics, each of its own code.
#[test]
fn groups_are_checked() {
    let base = super::text_v2("", &object("foreign", "Integer32", "", "test 1")).replace("T-MIB", "B-MIB");
    let text = super::text_v2(
        "foreign FROM B-MIB",
        &(object("grouped", "Integer32", "", "test 1")
            + &object("alone", "Integer32", "", "test 2")
            + "hidden OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS not-accessible STATUS current DESCRIPTION \"d\"
                 ::= { test 3 }
               group OBJECT-GROUP OBJECTS { grouped, foreign, hidden, nowhere } STATUS current DESCRIPTION \"d\"
                 ::= { test 4 }"),
    );
    let case = case(&[("T-MIB", &text), ("B-MIB", &base)]);
    assert_eq!(case.codes(), ["foreign-group-member", "inaccessible-group-member", "unknown-name"]);
    assert!(case.only("ungrouped-object").message.contains("`alone`"));
    let Kind::Group(group) = &case.def("group").kind else { panic!("a group") };
    assert_eq!(case.names(&group.members), ["grouped", "foreign", "hidden", "nowhere"]);
    assert!(!group.notifications);
}

/// S25: MIN-ACCESS, SYNTAX and WRITE-SYNTAX are kept; names are those of the module in the clause.
#[test]
fn compliance_is_kept() {
    let case = v2(&(object("x", "Integer32", "", "test 1")
        + "g OBJECT-GROUP OBJECTS { x } STATUS current DESCRIPTION \"d\" ::= { test 2 }
           c MODULE-COMPLIANCE STATUS current DESCRIPTION \"d\"
             MODULE MANDATORY-GROUPS { g } GROUP g DESCRIPTION \"why\"
               OBJECT x SYNTAX Integer32 (0..9) WRITE-SYNTAX INTEGER (1..5) MIN-ACCESS read-only DESCRIPTION \"d\"
             MODULE SNMPv2-MIB MANDATORY-GROUPS { snmpGroup }
             MODULE GONE-MIB MANDATORY-GROUPS { goneGroup }
             ::= { test 3 }"));
    assert_eq!(case.codes(), ["unknown-conformance-module"]);
    let Kind::Compliance(compliance) = &case.def("c").kind else { panic!("a compliance statement") };
    let [own, other, gone] = compliance.modules.as_slice() else { panic!("three clauses") };
    assert_eq!(case.0.model.spelling(own.module), "T-MIB");
    let x = &own.objects[0];
    assert_eq!(x.min_access, Some(Access::ReadOnly));
    assert_eq!(x.syntax.as_ref().map(|s| s.range.to_vec()), Some(vec![(0, 9)]));
    assert_eq!(
        x.write_syntax.as_ref().map(|s| (s.base, s.range.to_vec())),
        Some((Some(BaseType::Integer32), vec![(1, 5)]))
    );
    assert!(own.groups[0].1.is_some());
    assert!(other.mandatory[0].bound().is_some(), "loaded because the clause names it");
    assert!(gone.mandatory[0].bound().is_none());
}

#[test]
fn capabilities_are_kept() {
    let case = v2("a AGENT-CAPABILITIES PRODUCT-RELEASE \"1.0\" STATUS current DESCRIPTION \"d\"
             SUPPORTS SNMPv2-MIB INCLUDES { snmpGroup, systemGroup }
               VARIATION sysName ACCESS read-only DESCRIPTION \"d\"
               VARIATION snmpEnableAuthenTraps SYNTAX INTEGER { enabled(1) } ACCESS not-implemented DEFVAL { enabled }
                 DESCRIPTION \"d\"
             ::= { test 1 }");
    assert_eq!(case.codes(), [""; 0]);
    let Kind::Capabilities(capabilities) = &case.def("a").kind else { panic!("capabilities") };
    let supports = &capabilities.supports[0];
    assert_eq!(case.names(&supports.includes), ["snmpGroup", "systemGroup"]);
    assert_eq!(supports.variations[0].access, Some(Access::ReadOnly));
    assert!(supports.variations[1].default.is_some());
    assert_eq!(supports.variations[1].access, Some(Access::NotImplemented));
}
