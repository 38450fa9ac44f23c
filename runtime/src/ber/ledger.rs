//! Rules of reading, and the list of what they let pass.

use super::{Anomalies, Anomaly, Error, ErrorKind};

/// How much deviation from the encoding rules is accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Rules {
    /// Reads what devices really send and notes each deviation.
    #[default]
    Lenient,
    /// Refuses every deviation but long-form lengths.
    Strict,
}

/// Carried through the reading of one message: the rules, and the anomalies met so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ledger {
    rules: Rules,
    anomalies: Anomalies,
}

impl Ledger {
    /// An empty ledger under `rules`.
    pub fn new(rules: Rules) -> Self {
        Self { rules, anomalies: Anomalies::NONE }
    }

    /// The rules in force.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// What has been met so far.
    pub fn anomalies(&self) -> Anomalies {
        self.anomalies
    }

    /// Notes an anomaly at `offset`; an error under strict rules.
    #[cold]
    pub fn note(&mut self, anomaly: Anomaly, offset: usize) -> Result<(), Error> {
        if self.rules == Rules::Strict && anomaly != Anomaly::LongLength {
            return Err(Error { offset, kind: ErrorKind::Anomaly(anomaly) });
        }
        self.anomalies.insert(anomaly);
        Ok(())
    }
}
