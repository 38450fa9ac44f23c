//! `mib!`: modules compiled where the macro stands.
#![cfg(all(feature = "mib", feature = "agent"))]

mod mibs {
    mibc::mib! {
        include = "examples/quickstart/mibs",
        modules = ["ACME-POWER-MIB", "IF-MIB"],
        agent = ["acmeOutletTable", "ifTable"],
    }
}

use mibc::runtime::typed::Variable;
use mibs::acme_power_mib::*;

/// The table's trait is there.
struct Nothing;

impl AcmeOutletTable for Nothing {
    fn next(&self, _: Option<&AcmeOutletIndex>) -> Option<AcmeOutletIndex> {
        None
    }
}

/// A standard module is mibc's own, also where one of its tables is served.
impl mibs::if_mib::IfTable for Nothing {
    fn next(&self, after: Option<&mibc::mibs::if_mib::IfIndex>) -> Option<mibs::if_mib::IfIndex> {
        after.cloned()
    }
}

#[test]
fn the_modules_are_there() {
    let variable = mibc::oid!("ACME-POWER-MIB::acmePowerName.0");
    assert_eq!(variable.oid().unwrap().to_string(), "1.3.6.1.4.1.32473.1.1.1.0");
    let state = ACME_OUTLET_STATE.at((1, "A"));
    assert_eq!(state.oid().unwrap().to_string(), "1.3.6.1.4.1.32473.1.1.4.1.3.1.1.65");
    assert!(AcmeOutletTable::next(&Nothing, None).is_none());
    assert_eq!(AcmeOutletState::TRIPPED.to_string(), "tripped");
}
