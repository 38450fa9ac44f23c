//! What is stored of a device.

use super::{FORGET, Job};
use crate::fleet::calendar;
use crate::fleet::order::Order;

/// What is stored of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::fleet) enum Done {
    Nothing,
    Tick(u64),
}

impl Done {
    /// Whether the result of a job is stored already. A tick far in the future is the work of a clock that was wrong.
    pub(in crate::fleet) fn has<D>(self, job: &Job<D>) -> bool {
        match self {
            Self::Nothing => false,
            Self::Tick(tick) => {
                tick >= job.due && tick - job.due <= FORGET.saturating_mul(job.order.interval)
            }
        }
    }

    /// The last tick of an order that is not in the future, if it is known when that was.
    pub(super) fn last(self, order: &Order, now: u64) -> Option<u64> {
        let interval = order.interval.max(1);
        let phase = calendar::phase(&order.device, &order.profile, interval);
        calendar::last(interval, phase, now)
            .or(match self {
                // It counts from what is stored, as long as that is of the same schedule.
                Self::Tick(tick) if tick >= order.since => {
                    Some(tick + now.saturating_sub(tick) / interval * interval)
                }
                _ => None,
            })
            .filter(|tick| *tick > order.since)
    }

    /// How many ticks were missed before a job.
    pub(in crate::fleet) fn missed<D>(self, job: &Job<D>) -> u64 {
        let (order, interval) = (&job.order, job.order.interval.max(1));
        match self {
            Self::Tick(tick) if tick >= order.since => {
                (job.due.saturating_sub(tick) / interval).saturating_sub(1)
            }
            _ if order.since == 0 => 0,
            _ => job.due.saturating_sub(order.since) / interval,
        }
    }
}
