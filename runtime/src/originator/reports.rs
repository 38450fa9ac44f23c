//! Reports that are being filled in.

use std::collections::{HashMap, VecDeque};

use super::error::NotifyError;
use super::receiver::Receiver;
use super::report::{Delivered, Delivery, NotifyReport};

/// Names a report that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket(pub(super) u64);

/// Where in a report something belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slip {
    ticket: Ticket,
    position: usize,
}

impl Slip {
    pub(super) fn at(self, position: usize) -> Self {
        Self { position, ..self }
    }
}

/// Reports by ticket.
#[derive(Debug, Default)]
pub(super) struct Reports {
    last: u64,
    open: HashMap<u64, Open>,
    done: VecDeque<(Ticket, NotifyReport)>,
}

#[derive(Debug)]
struct Open {
    deliveries: Vec<Option<Delivery>>,
    missing: usize,
}

impl Reports {
    /// A report about so many receivers.
    pub(super) fn open(&mut self, receivers: usize) -> (Ticket, Slip) {
        self.last += 1;
        let ticket = Ticket(self.last);
        if receivers == 0 {
            self.done.push_back((ticket, NotifyReport::default()));
        } else {
            let deliveries = std::iter::repeat_with(|| None).take(receivers).collect();
            self.open.insert(ticket.0, Open { deliveries, missing: receivers });
        }
        (ticket, Slip { ticket, position: 0 })
    }

    /// Fills in what became of a notification at one receiver.
    pub(super) fn fill(&mut self, slip: Slip, receiver: &Receiver, result: Result<Delivered, NotifyError>) {
        let Some(open) = self.open.get_mut(&slip.ticket.0) else { return };
        let (target, address) = (receiver.name.clone(), receiver.address.clone());
        if let Some(place @ None) = open.deliveries.get_mut(slip.position) {
            *place = Some(Delivery { target, address, result });
            open.missing -= 1;
        }
        if open.missing == 0
            && let Some(open) = self.open.remove(&slip.ticket.0)
        {
            let deliveries = open.deliveries.into_iter().flatten().collect();
            self.done.push_back((slip.ticket, NotifyReport { deliveries, is_cut: false }));
        }
    }

    pub(super) fn next(&mut self) -> Option<(Ticket, NotifyReport)> {
        self.done.pop_front()
    }
}
