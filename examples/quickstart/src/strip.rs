//! A power strip that exists only in memory, and the agent that serves it.

use crate::mibs::acme_power_mib::*;
use mibc::agent::table::next_key;
use mibc::agent::{Agent, SetError, Undo};
use mibc::mibs::snmpv2_tc::DisplayString;
use mibc::{Gauge32, TimeTicks};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// One outlet of the strip.
#[derive(Clone, Debug)]
struct Outlet {
    state: AcmeOutletState,
    current: AcmeTenths,
    alarms: AcmeOutletAlarms,
    label: DisplayString,
}

/// The outlets, by bank and name.
#[derive(Clone, Debug)]
pub struct Strip {
    outlets: Arc<Mutex<BTreeMap<AcmeOutletIndex, Outlet>>>,
}

impl Strip {
    /// A strip with five outlets on two banks, one of them tripped.
    pub fn example() -> Strip {
        let fine = || AcmeOutletAlarms::from([]);
        let overload = AcmeOutletAlarms::from([AcmeOutletAlarms::OVERLOAD, AcmeOutletAlarms::GROUND_FAULT]);
        let outlets = [
            (1, "A", AcmeOutletState::ON, 12, fine(), "core switch"),
            (1, "B", AcmeOutletState::ON, 8, fine(), "firewall"),
            (1, "C", AcmeOutletState::OFF, 0, fine(), ""),
            (2, "A", AcmeOutletState::TRIPPED, 0, overload, "coffee machine"),
            (2, "spare", AcmeOutletState::OFF, 0, fine(), ""),
        ];
        let outlets = outlets.into_iter().map(|(bank, name, state, current, alarms, label)| {
            let outlet = Outlet { state, current: AcmeTenths(current), alarms, label: label.into() };
            (AcmeOutletIndex::from((bank, name)), outlet)
        });
        Strip { outlets: Arc::new(Mutex::new(outlets.collect())) }
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
        agent.serve_table(AcmeOutletEntry, Arc::new(self.clone()));
    }

    /// What all outlets draw together, in watts, at 230 volts.
    fn total(&self) -> Gauge32 {
        Gauge32(lock(&self.outlets).values().map(|outlet| outlet.current.0 as u32 * 23).sum())
    }

    fn read<T>(&self, index: &AcmeOutletIndex, cell: impl FnOnce(&Outlet) -> T) -> Option<T> {
        lock(&self.outlets).get(index).map(cell)
    }
}

impl AcmeOutletTable for Strip {
    fn next(&self, after: Option<&AcmeOutletIndex>) -> Option<AcmeOutletIndex> {
        next_key(&lock(&self.outlets), after)
    }

    fn acme_outlet_state(&self, index: &AcmeOutletIndex) -> Option<AcmeOutletState> {
        self.read(index, |outlet| outlet.state)
    }

    fn acme_outlet_current(&self, index: &AcmeOutletIndex) -> Option<AcmeTenths> {
        self.read(index, |outlet| outlet.current)
    }

    fn acme_outlet_alarms(&self, index: &AcmeOutletIndex) -> Option<AcmeOutletAlarms> {
        self.read(index, |outlet| outlet.alarms.clone())
    }

    fn acme_outlet_label(&self, index: &AcmeOutletIndex) -> Option<DisplayString> {
        self.read(index, |outlet| outlet.label.clone())
    }

    fn test(&self, rows: &[AcmeOutletSet]) -> Result<(), SetError> {
        let outlets = lock(&self.outlets);
        for (position, row) in rows.iter().enumerate() {
            if !outlets.contains_key(&row.index) {
                return Err(SetError::no_creation().row(position));
            }
            if row.acme_outlet_state == Some(AcmeOutletState::TRIPPED) {
                return Err(SetError::wrong_value().row(position).column(ACME_OUTLET_STATE.sub_id()));
            }
        }
        Ok(())
    }

    fn commit(&self, rows: &[AcmeOutletSet]) -> Result<Undo, SetError> {
        let mut outlets = lock(&self.outlets);
        let before = outlets.clone();
        for row in rows {
            let Some(outlet) = outlets.get_mut(&row.index) else { continue };
            if let Some(state) = row.acme_outlet_state {
                outlet.state = state;
                outlet.alarms = AcmeOutletAlarms::from([]);
            }
            if let Some(label) = &row.acme_outlet_label {
                outlet.label = label.clone();
            }
        }
        let strip = Arc::clone(&self.outlets);
        Ok(Undo::with(move || *lock(&strip) = before))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
