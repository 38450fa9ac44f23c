//! One walk in OID order through what is registered, clipped to a view.

use std::ops::Bound;

use super::encoded::{Encoded, PieceId};
use super::failure::Failure;
use super::handler::{Handler, ReadError};
use super::position::Position;
use super::query::{NamePlace, Query};
use crate::access::{Run, Seeker};
use crate::oid::{Oid, OidRef};
use crate::registry::{Place, Region, RegistrationId};
use crate::value::ValueRef;
use std::sync::Arc;

/// A walk, and what it has found.
///
/// It is in a window: the part of a region that one run of the view shows. The handler of the region fills it, until it
/// wants no more or the window ends; then it moves to the next window, perhaps of another handler.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    /// Where the request begins.
    start: NamePlace,
    /// Where the window begins, or the walk goes on.
    from: Position,
    /// The region of the position; `None` before the first descent.
    place: Option<Place>,
    /// Where the request ends, if it is about a range: the first name behind it.
    limit: Option<NamePlace>,
    /// Who is registered there.
    registration: Option<RegistrationId>,
    /// The first OID behind the window; `None` at the end of all.
    window_end: Option<Oid>,
    /// Names that begin with so many octets of the last one are in the window as it is.
    settled: usize,
    /// Where the view goes on.
    seeker: Seeker,
    /// The view shows all that is left.
    all_shown: bool,
    /// Whatever comes in the window is shown, in the version of the request, up to the end of the region.
    is_plain: bool,
    /// The position is in the run of the view that was found last.
    is_clipped: bool,
    /// The first and the last varbind.
    found: Option<(PieceId, PieceId)>,
    /// The last varbind is from this window.
    last_is_here: bool,
    /// Varbinds so far.
    count: u32,
    /// How many it may have, all in all.
    wanted: u32,
    octets: usize,
    /// How many octets it may have, all in all; at least one varbind is taken in any case.
    most_octets: usize,
    /// Varbinds whose values are waited for.
    promised: u32,
    state: State,
    /// The handler has done something about it.
    is_touched: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between two windows.
    Outside,
    /// In a window.
    Open,
    /// It wants nothing.
    Full,
    /// It has been promised something.
    Waiting,
    /// Nothing more is there, or shown.
    Ended,
}

/// Whom a walk asks, and what may be seen there.
pub(super) type HandlerRegion<'r> = Region<'r, Arc<dyn Handler>>;

impl Walk {
    /// A walk over all names after `name`, which is at `start` in the request.
    pub(crate) fn after(name: OidRef<'_>, start: NamePlace) -> Self {
        Self {
            start,
            from: Position::after(name.to_oid()),
            place: None,
            limit: None,
            registration: None,
            window_end: None,
            settled: usize::MAX,
            seeker: Seeker::new(),
            all_shown: false,
            is_plain: false,
            is_clipped: false,
            found: None,
            last_is_here: false,
            count: 0,
            wanted: 0,
            octets: 0,
            most_octets: 0,
            promised: 0,
            state: State::Full,
            is_touched: false,
        }
    }

    /// A walk over the names of a range: from `name`, which is at `start` in the request, up to and without the name at
    /// `limit`.
    pub(crate) fn within(
        name: OidRef<'_>,
        start: NamePlace,
        is_included: bool,
        limit: Option<NamePlace>,
    ) -> Self {
        let walk = Self { limit, ..Self::after(name, start) };
        if is_included { Self { from: Position::at(name.to_oid()), ..walk } } else { walk }
    }

    pub(crate) fn start(&self) -> NamePlace {
        self.start
    }

    /// Lets it have `more` varbinds, and octets besides what it has.
    pub(crate) fn want(&mut self, more: u32, octets: usize) {
        if self.state == State::Full && more > 0 {
            self.wanted = self.count.saturating_add(more);
            self.most_octets = self.octets.saturating_add(octets);
            self.state = State::Outside;
        }
    }

    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    pub(crate) fn first(&self) -> Option<PieceId> {
        self.found.map(|(first, _)| first)
    }

    pub(crate) fn last(&self) -> Option<PieceId> {
        self.found.map(|(_, last)| last)
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.state == State::Ended
    }

    pub(crate) fn is_open(&self) -> bool {
        self.state == State::Open
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.state == State::Waiting || self.promised > 0
    }

    pub(crate) fn place(&self) -> Option<Place> {
        self.place
    }

    pub(crate) fn registration(&self) -> Option<RegistrationId> {
        self.registration
    }

    pub(crate) fn is_touched(&self) -> bool {
        self.is_touched
    }

    /// Forgets that the handler has done something.
    pub(crate) fn untouch(&mut self) {
        self.is_touched = false;
    }

    /// How many it still wants.
    pub(crate) fn wanted(&self) -> usize {
        self.wanted.saturating_sub(self.count) as usize
    }

    /// How many octets there are left for them.
    pub(crate) fn octets_left(&self) -> usize {
        self.most_octets.saturating_sub(self.octets)
    }

    /// Where the region ends.
    pub(crate) fn until<'q>(&self, query: &'q Query<'_>) -> Option<&'q Oid> {
        self.region(query.handlers).and_then(|region| region.upper())
    }

    /// From where the handler has to go on.
    pub(crate) fn from<'f>(&'f self, encoded: &'f Encoded) -> Bound<OidRef<'f>> {
        match self.found {
            Some((_, last)) if self.last_is_here => Bound::Excluded(encoded.name(last)),
            _ => self.from.as_bound(),
        }
    }

    /// Goes on to the next window, unless it is in one, or needs none; whether it is in one then.
    pub(crate) fn arm(&mut self, query: &Query<'_>, encoded: &Encoded) -> bool {
        if self.state == State::Outside {
            self.settle(encoded);
            self.state = if self.seek(query).is_some() { State::Open } else { State::Ended };
        }
        self.state == State::Open
    }

    /// Takes a successor; whether the handler should go on to the next.
    ///
    /// # Errors
    ///
    /// It is not one: a walk that does not advance would never end.
    #[inline]
    pub(crate) fn push(
        &mut self,
        query: &Query<'_>,
        encoded: &mut Encoded,
        name: OidRef<'_>,
        value: ValueRef<'_>,
    ) -> Result<bool, ReadError> {
        self.is_touched = true;
        if self.state != State::Open {
            return Ok(false);
        }
        let (advances, same) = match self.found {
            Some((_, last)) if self.last_is_here => {
                let (order, same) = encoded.name(last).compare(name);
                (order.is_lt(), same)
            }
            _ => (self.from.admits(name), 0),
        };
        if !advances {
            return Err(ReadError::new("a handler's next() did not advance"));
        }
        if same < self.settled && !self.is_before_end(name) && !self.pass_end(query, encoded, name) {
            return Ok(false);
        }
        if !self.is_plain {
            return self.push_with_care(query, encoded, name, value);
        }
        self.take(encoded, name, value)
    }

    /// Whether a name is before the end of the window.
    fn is_before_end(&mut self, name: OidRef<'_>) -> bool {
        let Some(end) = &self.window_end else { return true };
        let (order, same) = name.compare(end.as_ref());
        // The number in which they differ decides.
        self.settled = name.number_end(same);
        order.is_lt()
    }

    /// As [`push`](Self::push), for a value that is promised; also the varbind that is to get it.
    pub(crate) fn push_promised(
        &mut self,
        query: &Query<'_>,
        encoded: &mut Encoded,
        name: OidRef<'_>,
    ) -> Result<(bool, Option<PieceId>), ReadError> {
        let before = self.count;
        // The empty string stands for it.
        let goes_on = self.push(query, encoded, name, ValueRef::OctetString(&[]))?;
        if self.count == before {
            return Ok((goes_on, None));
        }
        self.promised += 1;
        Ok((goes_on, self.last()))
    }

    /// Gives a varbind the value that was promised for it.
    pub(crate) fn settle_found(
        &mut self,
        query: &Query<'_>,
        encoded: &mut Encoded,
        piece: PieceId,
        value: ValueRef<'_>,
    ) -> Result<(), ReadError> {
        self.promised = self.promised.saturating_sub(1);
        if value.is_exception() || matches!(value, ValueRef::Null) {
            return Err(ReadError::new("a handler promised a value, and gave none"));
        }
        if query.v1 && matches!(value, ValueRef::Counter64(_)) {
            // GETNEXT: it has found nothing else. The region is that of the name.
            let name = encoded.name(piece).to_oid();
            (self.found, self.count, self.last_is_here) = (None, 0, false);
            let object = query.handlers.find(&name).and_then(|region| region.handler().object(name.as_ref()));
            self.skip(object, name.as_ref());
            return Ok(());
        }
        encoded.replace(piece, value);
        Ok(())
    }

    /// It cannot go on: the request fails at its varbind, or before it.
    #[cold]
    pub(crate) fn fail(
        &mut self,
        encoded: &Encoded,
        position: u32,
        failure: &mut Option<Failure>,
        error: &ReadError,
    ) {
        let name = match self.from(encoded) {
            Bound::Included(name) | Bound::Excluded(name) => name,
            Bound::Unbounded => OidRef::from(&Oid::ZERO),
        };
        Failure::note(failure, Failure::unreadable(position as usize, name, error));
        self.is_touched = true;
        self.state = State::Ended;
    }

    /// The handler has nothing more in the region.
    pub(crate) fn end_region(&mut self, query: &Query<'_>) {
        self.is_touched = true;
        if self.state == State::Open {
            self.leave_region(query.handlers);
        }
    }

    /// The handler has promised something.
    pub(crate) fn wait(&mut self) {
        self.is_touched = true;
        self.state = State::Waiting;
    }

    /// What was promised has come.
    pub(crate) fn go_on(&mut self) {
        self.state = State::Open;
    }

    /// As [`take`](Self::take), where not everything is shown, or the run of the view ends within the region.
    fn push_with_care(
        &mut self,
        query: &Query<'_>,
        encoded: &mut Encoded,
        name: OidRef<'_>,
        value: ValueRef<'_>,
    ) -> Result<bool, ReadError> {
        if !self.all_shown && !self.seeker.is_certain() && !query.view.contains(name) {
            self.from = Position::after(name.to_oid());
            self.last_is_here = false;
            return Ok(true);
        }
        let Some(region) = self.region(query.handlers) else { return Ok(false) };
        if query.v1 && matches!(value, ValueRef::Counter64(_)) {
            self.last_is_here = false;
            let object = region.handler().object(name);
            self.skip(object, name);
            return Ok(false);
        }
        let goes_on = self.take(encoded, name, value)?;
        if self.all_shown {
            return Ok(goes_on);
        }
        // The view may show nothing more than what is below the name, and there may be nothing.
        let end = self.seeker.run(query.view).and_then(Run::upper);
        let is_last = end.is_some_and(|end| name.reaches(end.as_ref())) && !region.handler().nests();
        if is_last && let Some(next) = self.seeker.go_on(query.view) {
            self.from = Position::at(next.lower().clone());
            self.last_is_here = false;
            if self.state == State::Open && !region.ends_before(self.from.name()) {
                self.open(query, region);
                return Ok(false);
            }
            self.is_clipped = true;
            if self.state == State::Open {
                self.state = State::Outside;
            }
            return Ok(false);
        }
        Ok(goes_on)
    }

    /// Takes whatever it is; whether the handler should go on from there.
    pub(crate) fn imitate(&mut self, encoded: &mut Encoded, name: OidRef<'_>, value: ValueRef<'_>) -> bool {
        self.is_touched = true;
        self.state == State::Open && self.add(encoded, name, value)
    }

    #[inline]
    fn take(
        &mut self,
        encoded: &mut Encoded,
        name: OidRef<'_>,
        value: ValueRef<'_>,
    ) -> Result<bool, ReadError> {
        if value.is_exception() || matches!(value, ValueRef::Null) {
            return Err(ReadError::new("the next() of a handler gave an exception, or no value"));
        }
        Ok(self.add(encoded, name, value))
    }

    #[inline]
    fn add(&mut self, encoded: &mut Encoded, name: OidRef<'_>, value: ValueRef<'_>) -> bool {
        let piece = encoded.push(name, value);
        self.octets += encoded.len(piece);
        self.found = match self.found {
            Some((first, last)) => {
                encoded.link(last, piece);
                Some((first, piece))
            }
            None => Some((piece, piece)),
        };
        self.last_is_here = true;
        self.count += 1;
        if self.count >= self.wanted || self.octets >= self.most_octets {
            self.state = State::Full;
            return false;
        }
        true
    }
}

mod window;

#[cfg(test)]
mod tests;
