//! What addresses are called in tables, whose keys are to be small.

use std::collections::HashMap;

use crate::net::TransportAddress;

/// An address that something is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place(u32);

/// The addresses in use.
#[derive(Debug, Default)]
pub(super) struct Places {
    by_address: HashMap<TransportAddress, Place>,
    slots: Vec<Slot>,
    free: Vec<u32>,
}

#[derive(Debug)]
struct Slot {
    address: Option<TransportAddress>,
    uses: usize,
}

impl Places {
    /// The place of an address, if it is in use.
    pub(super) fn find(&self, address: &TransportAddress) -> Option<Place> {
        self.by_address.get(address).copied()
    }

    /// One more use of an address.
    pub(super) fn enter(&mut self, address: &TransportAddress) -> Place {
        if let Some(place) = self.find(address) {
            self.stay(place);
            return place;
        }
        let slot = Slot { address: Some(address.clone()), uses: 1 };
        let number = match self.free.pop() {
            Some(number) => number,
            None => {
                self.slots.push(Slot { address: None, uses: 0 });
                (self.slots.len() - 1) as u32 // as many as there are lanes and peers
            }
        };
        if let Some(place) = self.slots.get_mut(number as usize) {
            *place = slot;
        }
        self.by_address.insert(address.clone(), Place(number));
        Place(number)
    }

    /// One more use of an address that is in use.
    pub(super) fn stay(&mut self, place: Place) {
        if let Some(slot) = self.slots.get_mut(place.0 as usize) {
            slot.uses += 1;
        }
    }

    /// One use less.
    pub(super) fn leave(&mut self, place: Place) {
        let Some(slot) = self.slots.get_mut(place.0 as usize) else { return };
        slot.uses = slot.uses.saturating_sub(1);
        if slot.uses == 0
            && let Some(address) = slot.address.take()
        {
            self.by_address.remove(&address);
            self.free.push(place.0);
        }
    }

    /// How many are in use.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.by_address.len()
    }
}
