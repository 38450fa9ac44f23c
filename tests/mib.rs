//! `mib!`: modules compiled where the macro stands.
#![cfg(all(feature = "mib", feature = "agent"))]

mod mibs {
    mibc::mib! {
        include = "examples/quickstart/mibs",
        modules = ["ACME-POWER-MIB"],
        agent = ["acmeOutletTable"],
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

#[test]
fn the_modules_are_there() {
    let variable = mibc::oid!("ACME-POWER-MIB::acmePowerName.0");
    assert_eq!(variable.oid().unwrap().to_string(), "1.3.6.1.4.1.32473.1.1.1.0");
    let state = ACME_OUTLET_STATE.at((1, "A"));
    assert_eq!(state.oid().unwrap().to_string(), "1.3.6.1.4.1.32473.1.1.4.1.3.1.1.65");
    assert!(Nothing.next(None).is_none());
    assert_eq!(AcmeOutletState::TRIPPED.to_string(), "tripped");
}
