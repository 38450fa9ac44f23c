//! What became of a notification at each receiver.

use std::time::Duration;

use super::error::NotifyError;
use crate::net::TransportAddress;

/// What became of a notification.
#[derive(Debug, Default)]
#[must_use = "a receiver may not have got the notification"]
pub struct NotifyReport {
    pub(super) deliveries: Vec<Delivery>,
    pub(super) is_cut: bool,
}

/// What became of a notification at one receiver.
#[derive(Debug)]
pub struct Delivery {
    /// The receiver's name (snmpTargetAddrName); without octets for one that the application has named itself.
    pub target: Vec<u8>,
    /// Where it is.
    pub address: TransportAddress,
    /// What became of the notification.
    pub result: Result<Delivered, NotifyError>,
}

/// How a notification was dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivered {
    /// The system has the trap. Nobody tells whether it arrives.
    Sent,
    /// The receiver has acknowledged the inform.
    Acknowledged {
        /// How often it was sent.
        attempts: u32,
        /// From the first time to the acknowledgement.
        elapsed: Duration,
    },
    /// The receiver's filter does not let it pass, so it was not sent.
    Filtered,
}

impl NotifyReport {
    /// Of a notification that nobody can say more of.
    pub(crate) fn cut() -> Self {
        Self { deliveries: Vec::new(), is_cut: true }
    }

    /// One per receiver, in the order of the tables.
    #[must_use]
    pub fn deliveries(&self) -> &[Delivery] {
        &self.deliveries
    }

    /// The same, to keep.
    #[must_use]
    pub fn into_deliveries(self) -> Vec<Delivery> {
        self.deliveries
    }

    /// The first failure.
    ///
    /// # Errors
    ///
    /// What went wrong at the first receiver that did not get it, filters apart. Or the runtime in which the agent was
    /// bound has ended.
    pub fn into_result(self) -> Result<(), NotifyError> {
        if self.is_cut {
            return Err(NotifyError::Ended);
        }
        self.deliveries.into_iter().try_for_each(|delivery| delivery.result.map(drop))
    }
}
