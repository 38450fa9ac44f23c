//! A power strip that exists only in memory, and the agent that serves it.

use crate::mibs::acme_power_mib::*;
use mibc::agent::{Agent, SetError};
use mibc::mibs::snmpv2_tc::DisplayString;
use mibc::rows::{RowError, RowStore};
use mibc::{Gauge32, TimeTicks};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The outlets, by bank and name.
#[derive(Clone, Debug)]
pub struct Strip {
    outlets: RowStore<AcmeOutletEntry>,
}

impl Strip {
    /// A strip with five outlets on two banks, one of them tripped.
    ///
    /// # Errors
    /// An outlet that the MIB does not allow; the values below are fine.
    pub fn example() -> Result<Strip, RowError> {
        let outlets = RowStore::<AcmeOutletEntry>::builder()
            .on_test(|change| match change.after().and_then(|outlet| outlet.get(ACME_OUTLET_STATE)) {
                // The strip itself says that.
                Some(AcmeOutletState::TRIPPED) if change.is_changed(ACME_OUTLET_STATE) => {
                    Err(SetError::wrong_value().column(ACME_OUTLET_STATE.sub_id()))
                }
                _ => Ok(()),
            })
            // An outlet that is switched is reset.
            .adjust(|before, outlet| {
                match before.and_then(|before| before.get(ACME_OUTLET_STATE)) == outlet.get(ACME_OUTLET_STATE)
                {
                    true => outlet,
                    false => outlet.set(ACME_OUTLET_ALARMS, AcmeOutletAlarms::from([])),
                }
            })
            .build()?;
        let fine = || AcmeOutletAlarms::from([]);
        let overload = AcmeOutletAlarms::from([AcmeOutletAlarms::OVERLOAD, AcmeOutletAlarms::GROUND_FAULT]);
        for (bank, name, state, current, alarms, label) in [
            (1, "A", AcmeOutletState::ON, 12, fine(), "core switch"),
            (1, "B", AcmeOutletState::ON, 8, fine(), "firewall"),
            (1, "C", AcmeOutletState::OFF, 0, fine(), ""),
            (2, "A", AcmeOutletState::TRIPPED, 0, overload, "coffee machine"),
            (2, "spare", AcmeOutletState::OFF, 0, fine(), ""),
        ] {
            outlets.insert((bank, name), |outlet| {
                outlet
                    .set(ACME_OUTLET_STATE, state)
                    .set(ACME_OUTLET_CURRENT, current)
                    .set(ACME_OUTLET_ALARMS, alarms)
                    .set(ACME_OUTLET_LABEL, label)
            })?;
        }
        Ok(Strip { outlets })
    }

    /// Serves the strip's scalars and its table.
    pub fn serve(&self, agent: &Agent) {
        let name = Arc::new(Mutex::new(DisplayString::from("rack 7")));
        let written = Arc::clone(&name);
        agent.serve_rw(
            ACME_POWER_NAME,
            move || lock(&name).clone(),
            move |value| {
                *lock(&written) = value;
                Ok(())
            },
        );
        let strip = self.clone();
        agent.serve(ACME_POWER_TOTAL, move || strip.total());
        let started = Instant::now();
        agent.serve(ACME_POWER_UP_TIME, move || TimeTicks((started.elapsed().as_millis() / 10) as u32));
        agent.serve_rows(&self.outlets);
    }

    /// What all outlets draw together, in watts, at 230 volts.
    fn total(&self) -> Gauge32 {
        let outlets = self.outlets.snapshot();
        let currents = outlets.iter().filter_map(|outlet| outlet.get(ACME_OUTLET_CURRENT));
        Gauge32(currents.map(|tenths| tenths.0 as u32 * 23).sum())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
