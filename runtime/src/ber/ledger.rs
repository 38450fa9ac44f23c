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

/// Reading failed; the [`Ledger`] has the error. Empty, so that results of the reader are as small as
/// what they hold and stay in registers: carrying the error in each cost half of the reading time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed;

/// Carried through the reading of one message: the rules, the anomalies met so far, and the error that
/// ended it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ledger {
    rules: Rules,
    /// Also what only a notification is forgiven for.
    forgiving: bool,
    anomalies: Anomalies,
    error: Option<Error>,
}

impl Ledger {
    /// An empty ledger under `rules`.
    pub fn new(rules: Rules) -> Self {
        Self { rules, forgiving: false, anomalies: Anomalies::NONE, error: None }
    }

    /// An empty ledger for notifications: under lenient rules, and what is missing or odd in the message itself
    /// costs no more than itself. Nobody repeats a trap.
    pub(crate) fn forgiving() -> Self {
        Self { forgiving: true, ..Self::new(Rules::Lenient) }
    }

    /// Whether it is one for notifications.
    pub(crate) fn is_forgiving(&self) -> bool {
        self.forgiving
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
    ///
    /// # Errors
    /// Under [`Rules::Strict`], every anomaly is an error, except [`Anomaly::LongLength`].
    #[cold]
    pub fn note(&mut self, anomaly: Anomaly, offset: u32) -> Result<(), Failed> {
        if self.rules == Rules::Strict && anomaly != Anomaly::LongLength {
            return Err(self.fail(offset, ErrorKind::Anomaly(anomaly)));
        }
        self.anomalies.insert(anomaly);
        Ok(())
    }

    /// Keeps the error; give the result on as `Err`.
    #[cold]
    pub fn fail(&mut self, offset: u32, kind: ErrorKind) -> Failed {
        self.error = Some(Error { offset, kind });
        Failed
    }

    /// The error behind a [`Failed`].
    pub fn error(&self) -> Error {
        // A reader fails only through `fail`; the other case is that nothing has failed.
        self.error.unwrap_or(Error { offset: 0, kind: ErrorKind::Truncated })
    }
}
