//! Windows of a walk: from one to the next, through regions and what a view shows of them.

use super::{HandlerRegion, State, Walk};
use crate::access::{Run, View};
use crate::entity::encoded::Encoded;
use crate::entity::position::Position;
use crate::entity::query::{Handlers, Query};
use crate::oid::{Oid, OidRef};
use crate::registry::Place;

impl Walk {
    /// A name that begins behind the window: whether it is in another one of the same region, which the walk is in
    /// then. If not, the walk goes on elsewhere.
    #[cold]
    pub(super) fn pass_end(&mut self, query: &Query<'_>, encoded: &Encoded, name: OidRef<'_>) -> bool {
        if self.limit.is_some_and(|limit| query.name(limit) <= name) {
            self.settle(encoded);
            self.state = State::Ended;
            return false;
        }
        let Some(region) = self.region(query.handlers) else { return false };
        if region.ends_before(name) {
            self.leave_region(query.handlers);
            return false;
        }
        let Some(run) = self.seeker.seek(query.view, name) else {
            self.settle(encoded);
            self.state = State::Ended;
            return false;
        };
        if name < *run.lower() {
            self.from = Position::at(run.lower().clone());
            self.last_is_here = false;
            self.state = State::Outside;
            return false;
        }
        self.open(query, region);
        true
    }

    /// All instances of an object have one type: goes on behind the last of them.
    pub(super) fn skip(&mut self, object: Option<Oid>, name: OidRef<'_>) {
        self.state = State::Outside;
        match object.as_ref().map(|object| object.as_ref().after_subtree()) {
            Some(Some(next)) => self.from = Position::at(next),
            Some(None) => self.state = State::Ended,
            None => self.from = Position::after(name.to_oid()),
        }
    }

    /// Makes the last name of a window the position.
    pub(super) fn settle(&mut self, encoded: &Encoded) {
        if let Some((_, last)) = self.found
            && std::mem::take(&mut self.last_is_here)
        {
            self.from = Position::after(encoded.name(last).to_oid());
        }
    }

    pub(super) fn leave_region(&mut self, handlers: &Handlers) {
        self.last_is_here = false;
        match self.region(handlers).and_then(|region| region.upper()) {
            Some(upper) => {
                self.from = Position::at(upper.clone());
                self.state = State::Outside;
            }
            None => self.state = State::Ended,
        }
    }

    pub(super) fn region<'r>(&self, handlers: &'r Handlers) -> Option<HandlerRegion<'r>> {
        self.place.and_then(|place| handlers.get(place))
    }

    /// Finds the window at or behind the position; `None` where there is none.
    pub(super) fn seek(&mut self, query: &Query<'_>) -> Option<()> {
        loop {
            if !std::mem::take(&mut self.is_clipped) && !self.all_shown {
                self.clip(query.view)?;
            }
            let (place, region) = self.descend(query.handlers)?;
            self.place = Some(place);
            self.registration = Some(region.registration());
            if self.from.name() < region.lower() {
                self.from = Position::at(region.lower().clone());
                // The start of the region may lie outside of the view.
                continue;
            }
            if self.limit.is_some_and(|limit| query.name(limit) <= *self.from.name()) {
                return None;
            }
            self.open(query, region);
            self.is_touched = false;
            return Some(());
        }
    }

    /// Makes what the run of the view shows of the region the window; it ends where the request does, if that comes
    /// first.
    pub(super) fn open(&mut self, query: &Query<'_>, region: HandlerRegion<'_>) {
        let run = if self.all_shown { None } else { self.seeker.run(query.view) };
        let run_end = run.and_then(Run::upper);
        let is_within = run_end.is_some_and(|end| region.upper().is_none_or(|upper| end < upper));
        let end = if is_within { run_end } else { region.upper() };
        let limit = self.limit.map(|limit| query.name(limit));
        self.window_end = match limit.filter(|limit| end.is_none_or(|end| *limit < *end)) {
            Some(limit) => Some(limit.to_oid()),
            None => end.cloned(),
        };
        self.settled = usize::MAX;
        self.is_plain = !is_within && !query.v1 && (self.all_shown || self.seeker.is_certain());
    }

    /// Moves the position forward to where the view goes on; `None` at its end.
    pub(super) fn clip(&mut self, view: &View) -> Option<()> {
        let run = self.seeker.seek(view, self.from.name())?;
        if self.from.name() < run.lower() {
            self.from = Position::at(run.lower().clone());
        }
        self.all_shown = run.upper().is_none() && self.seeker.is_certain();
        Some(())
    }

    /// The region at or after the position: the one from the last step, else its neighbour, else a search.
    pub(super) fn descend<'r>(&self, handlers: &'r Handlers) -> Option<(Place, HandlerRegion<'r>)> {
        let name = self.from.name();
        if let Some(place) = self.place {
            let known = handlers.get(place)?;
            if !known.ends_before(name) {
                return Some((place, known));
            }
            let next = handlers.after(place)?;
            if !next.1.ends_before(name) {
                return Some(next);
            }
        }
        handlers.at_or_after(name)
    }
}
