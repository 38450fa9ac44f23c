//! GET, GETNEXT and GETBULK over what is registered (RFC 3416 §4.2.1 to §4.2.3).
//!
//! One code serves all versions. An SNMPv1 request sees what is there without its Counter64 variables, and an exception
//! ends it with noSuchName (RFC 3584 §4.2.2).
//!
//! A step asks each handler for all that is open of it. When nothing is open any more, the request is answered, or waits;
//! when what it waits for has come, the next step asks for what is open then.

use super::encoded::{Encoded, PieceId};
use super::failure::Failure;
use super::get_batch::{self, GetBatch, Slot, SlotState};
use super::handler::ReadError;
use super::next_batch::{self, NextBatch};
use super::query::{Handlers, Query};
use super::waits::{Arrived, Waits};
use super::walk::{HandlerRegion, Walk};
use crate::access::{Model, Principal, Seeker, View};
use crate::ber::VarBinds;
use crate::message::ErrorStatus;
use crate::oid::OidRef;
use crate::registry::RegistrationId;
use crate::value::{Value, ValueRef, VarBindRef};

/// Slots of a GET whose regions need not be looked for twice.
const REMEMBERED: usize = 16;

/// One request that reads. It is used again for other requests.
#[derive(Debug, Default)]
pub(crate) struct Retrieval {
    slots: Vec<Slot>,
    walks: Vec<Walk>,
    encoded: Encoded,
    /// Whom to ask for which slot or walk.
    members: Vec<(RegistrationId, u32)>,
    /// The varbinds of the response.
    response: Vec<PieceId>,
    bulk: Option<Bulk>,
    failure: Option<Failure>,
    waits: Waits,
}

/// What GETBULK asks.
#[derive(Clone, Copy, Debug)]
struct Bulk {
    non_repeaters: usize,
    max_repetitions: u32,
    /// Octets of varbinds.
    budget: usize,
}

/// Where a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// The response is known, or why there is none.
    Done(Result<(), Failure>),
    /// It has to wait.
    Waiting,
}

impl Retrieval {
    fn clear(&mut self) {
        self.slots.clear();
        self.walks.clear();
        self.encoded.clear();
        self.response.clear();
        self.bulk = None;
        self.failure = None;
        self.waits.clear();
    }

    /// GET: the named variables, exceptions in the place of those that are not there.
    pub(crate) fn get<'n>(&mut self, query: &Query<'_>, names: impl Iterator<Item = OidRef<'n>>) -> Progress {
        self.clear();
        self.members.clear();
        let mut seeker = Seeker::new();
        let mut regions = [None; REMEMBERED];
        for (position, name) in (0_u32..).zip(names) {
            let mut slot = Slot { name: query.place(name), place: None, state: SlotState::Open };
            match query.handlers.at(name) {
                Some((place, region)) if seeker.shows(query.view, name) => {
                    slot.place = Some(place);
                    if let Some(remembered) = regions.get_mut(position as usize) {
                        *remembered = Some(region);
                    }
                    self.members.push((region.registration(), position));
                }
                // Hidden is the same as absent: what is left to tell is whether any instance of the object is visible.
                hidden => {
                    let object = hidden.and_then(|(_, region)| region.handler().object(name));
                    let value = match object {
                        Some(object) if query.view.meets(&object) => ValueRef::NoSuchInstance,
                        _ => ValueRef::NoSuchObject,
                    };
                    let Self { encoded, failure, .. } = self;
                    get_batch::settle(name, query.v1, &mut slot, position, encoded, failure, value);
                }
            }
            self.slots.push(slot);
        }
        self.ask_for_values(query, &regions);
        self.advance(query)
    }

    /// GETNEXT: the successor of each name, endOfMibView with the name itself where there is none.
    pub(crate) fn get_next<'n>(
        &mut self,
        query: &Query<'_>,
        names: impl Iterator<Item = OidRef<'n>>,
    ) -> Progress {
        self.clear();
        self.start_walks(query, names);
        self.begin_next(query)
    }

    /// GETBULK: one successor of each of the first `non_repeaters` names, up to `max_repetitions` of the others, as many
    /// as fit `budget` octets of varbinds.
    ///
    /// It ends early after a repetition in which every column was at its end.
    pub(crate) fn get_bulk<'n>(
        &mut self,
        query: &Query<'_>,
        names: impl Iterator<Item = OidRef<'n>>,
        non_repeaters: u32,
        max_repetitions: u32,
        budget: usize,
    ) -> Progress {
        self.clear();
        self.start_walks(query, names);
        self.begin_bulk(query, non_repeaters, max_repetitions, budget)
    }

    /// The first variable of each range, or several of them, as GETBULK gives them: how many ranges have one only, how many
    /// repetitions the others have, in how many octets.
    pub(crate) fn ranges(
        &mut self,
        query: &Query<'_>,
        walks: impl Iterator<Item = Walk>,
        bulk: Option<(u32, u32, usize)>,
    ) -> Progress {
        self.clear();
        self.walks.extend(walks);
        match bulk {
            Some((non_repeaters, max_repetitions, budget)) => {
                self.begin_bulk(query, non_repeaters, max_repetitions, budget)
            }
            None => self.begin_next(query),
        }
    }

    fn begin_next(&mut self, query: &Query<'_>) -> Progress {
        for walk in &mut self.walks {
            walk.want(1, usize::MAX);
        }
        self.advance(query)
    }

    fn begin_bulk(
        &mut self,
        query: &Query<'_>,
        non_repeaters: u32,
        max_repetitions: u32,
        budget: usize,
    ) -> Progress {
        let non_repeaters = usize::try_from(non_repeaters).unwrap_or(usize::MAX).min(self.walks.len());
        self.bulk = Some(Bulk { non_repeaters, max_repetitions, budget });
        let (single, repeaters) = self.walks.split_at_mut(non_repeaters);
        for walk in single {
            walk.want(1, usize::MAX);
        }
        let share = budget / repeaters.len().max(1);
        for walk in repeaters {
            walk.want(max_repetitions, share);
        }
        self.advance(query)
    }

    /// The varbinds of the response, in its order.
    pub(crate) fn varbinds(&self) -> impl Iterator<Item = VarBindRef<'_>> {
        self.response.iter().filter_map(|piece| self.encoded.varbind(*piece))
    }

    /// Puts in what has been waited for, and goes on.
    pub(crate) fn go_on(&mut self, query: &Query<'_>) -> Progress {
        let Self { slots, walks, encoded, failure, waits, .. } = self;
        for arrived in waits.take() {
            match arrived {
                Arrived::Value(at, value) => {
                    let Some(slot) = slots.get_mut(at as usize) else { continue };
                    let name = query.name(slot.name);
                    match &value {
                        Ok(value) => {
                            get_batch::settle(name, query.v1, slot, at, encoded, failure, value.into());
                        }
                        Err(error) => Failure::note(failure, Failure::unreadable(at as usize, name, error)),
                    }
                }
                Arrived::Found(at, piece, value) => {
                    if let Some(walk) = walks.get_mut(at as usize) {
                        next_batch::settle_found(query, walk, at, piece, encoded, failure, value);
                    }
                }
                Arrived::Successors(at, found) => {
                    if let Some(walk) = walks.get_mut(at as usize) {
                        next_batch::settle(query, walk, at, encoded, failure, found);
                    }
                }
            }
        }
        self.advance(query)
    }

    /// Whom it waits for.
    pub(crate) fn waits(&mut self) -> &mut Waits {
        &mut self.waits
    }

    /// The first varbind that has no value, for a request whose time has run out.
    pub(crate) fn first_open(&self) -> usize {
        let slot = self.slots.iter().position(|slot| !matches!(slot.state, SlotState::Known(_)));
        slot.or_else(|| self.walks.iter().position(Walk::is_waiting)).unwrap_or(0)
    }

    /// Writes the varbinds of the response, back to front.
    pub(crate) fn write(&self, write: impl FnMut(&[u8])) {
        self.encoded.backwards(&self.response, write);
    }

    /// Leaves out the last varbind, where there may be fewer; whether there was one.
    pub(crate) fn shorten(&mut self) -> bool {
        self.bulk.is_some() && self.response.pop().is_some()
    }

    fn start_walks<'n>(&mut self, query: &Query<'_>, names: impl Iterator<Item = OidRef<'n>>) {
        self.walks.extend(names.map(|name| Walk::after(name, query.place(name))));
    }

    fn advance(&mut self, query: &Query<'_>) -> Progress {
        loop {
            self.ask_for_successors(query);
            if self.failure.is_some() {
                break;
            }
            if !self.waits.is_empty() {
                return Progress::Waiting;
            }
            if self.is_complete() {
                self.compose(query);
                break;
            }
        }
        Progress::Done(self.failure.map_or(Ok(()), Err))
    }

    /// Asks for all that is open; of the first slots the regions are known.
    fn ask_for_values(&mut self, query: &Query<'_>, regions: &[Option<HandlerRegion<'_>>]) {
        let Self { slots, encoded, members, failure, waits, .. } = self;
        if !members.is_sorted() {
            members.sort_unstable();
        }
        for members in members.chunk_by(|a, b| a.0 == b.0) {
            let Some(first) = members.first().map(|(_, at)| *at as usize) else { continue };
            let place = || slots.get(first).and_then(|slot| slot.place);
            let found = || place().and_then(|place| query.handlers.get(place));
            let Some(region) = regions.get(first).copied().unwrap_or_else(found) else { continue };
            let mut batch = GetBatch { query, slots, encoded, members, next: 0, failure, waits };
            region.handler().get(query.who, &mut batch);
            batch.finish();
        }
    }

    /// Asks until every walk has what it wants, has ended or waits.
    fn ask_for_successors(&mut self, query: &Query<'_>) {
        let Self { walks, encoded, members, failure, waits, .. } = self;
        while failure.is_none() {
            members.clear();
            for (at, walk) in (0_u32..).zip(walks.iter_mut()) {
                if walk.arm(query, encoded)
                    && let Some(registration) = walk.registration()
                {
                    walk.untouch();
                    members.push((registration, at));
                }
            }
            if members.is_empty() {
                break;
            }
            if !members.is_sorted() {
                members.sort_unstable();
            }
            for members in members.chunk_by(|a, b| a.0 == b.0) {
                let walk = members.first().and_then(|(_, at)| walks.get(*at as usize));
                let place = walk.and_then(Walk::place);
                let Some(region) = place.and_then(|place| query.handlers.get(place)) else { continue };
                let (next, given, is_again) = (0, None, false);
                let mut batch =
                    NextBatch { query, walks, encoded, members, next, given, is_again, failure, waits };
                region.handler().next(query.who, &mut batch);
                batch.finish();
            }
        }
    }

    /// Whether every walk has what it needs; if not, those that need more want it now.
    fn is_complete(&mut self) -> bool {
        let Some(Bulk { non_repeaters, max_repetitions, budget }) = self.bulk else { return true };
        let encoded = &self.encoded;
        let (single, repeaters) = self.walks.split_at_mut(non_repeaters);
        let used = single.iter().filter_map(Walk::last).map(|piece| encoded.len(piece)).sum();
        let Some(budget) = budget.checked_sub(used) else { return true };
        // Repetitions that are complete: a walk that has ended has as many as there are.
        let open = repeaters.iter().filter(|walk| !walk.has_ended());
        let Some(complete) = open.map(Walk::count).min() else { return true };
        if complete >= max_repetitions {
            return true;
        }
        let used: usize = repeaters.iter().map(|walk| octets_of_first(encoded, walk, complete)).sum();
        let Some(left) = budget.checked_sub(used).filter(|left| *left > 0) else { return true };
        let behind = repeaters.iter().filter(|walk| !walk.has_ended() && walk.count() == complete).count();
        let share = left / behind.max(1);
        for walk in repeaters.iter_mut().filter(|walk| walk.count() == complete) {
            walk.want(max_repetitions - complete, share.max(1));
        }
        false
    }

    /// Puts the varbinds of the response in order.
    fn compose(&mut self, query: &Query<'_>) {
        let Self { slots, walks, encoded, response, bulk, failure, .. } = self;
        response.extend(slots.iter().filter_map(|slot| match slot.state {
            SlotState::Known(piece) => Some(piece),
            _ => None,
        }));
        let (non_repeaters, mut left) =
            bulk.map_or((walks.len(), usize::MAX), |b| (b.non_repeaters, b.budget));
        let mut push = |encoded: &Encoded, piece: PieceId| {
            let rest = left.checked_sub(encoded.len(piece));
            rest.inspect(|rest| {
                left = *rest;
                response.push(piece);
            })
        };
        for (position, walk) in walks.iter().take(non_repeaters).enumerate() {
            if walk.first().is_none() && query.v1 {
                Failure::note(failure, Failure::at(ErrorStatus::NO_SUCH_NAME, position));
            }
            let piece = walk.first().unwrap_or_else(|| end_of(query, encoded, walk));
            if push(encoded, piece).is_none() {
                return;
            }
        }
        let repeaters = walks.get(non_repeaters..).unwrap_or_default();
        let mut next: Vec<Option<PieceId>> = repeaters.iter().map(Walk::first).collect();
        let mut ends: Vec<Option<PieceId>> = vec![None; repeaters.len()];
        let repetitions = bulk.map_or(0, |bulk| bulk.max_repetitions);
        for _ in 0..repetitions {
            let mut all_ended = true;
            for ((walk, next), end) in repeaters.iter().zip(&mut next).zip(&mut ends) {
                let piece = match *next {
                    Some(piece) => {
                        all_ended = false;
                        *next = encoded.next(piece);
                        piece
                    }
                    // Others have gone further than the response does.
                    None if !walk.has_ended() => return,
                    None => *end.get_or_insert_with(|| end_of(query, encoded, walk)),
                };
                if push(encoded, piece).is_none() {
                    return;
                }
            }
            if all_ended {
                return;
            }
        }
    }
}

/// The value of a variable as the agent itself sees it. What would have to be waited for cannot be read.
pub(crate) fn read_one(handlers: &Handlers, name: OidRef<'_>) -> Result<Value, ReadError> {
    let (view, who) = (View::everything(), Principal::new(Model::ANY, &b""[..]));
    let query = Query { handlers, view: &view, who: &who, v1: false, octets: name.as_ber() };
    let mut retrieval = Retrieval::default();
    match retrieval.get(&query, std::iter::once(name)) {
        Progress::Done(Ok(())) => {
            let found = VarBinds::checked_before(retrieval.encoded.octets(), 1).iter().next();
            Ok(found.map_or(Value::Null, |varbind| varbind.value.to_value()))
        }
        Progress::Done(Err(_)) => Err(ReadError::new("the variable could not be read")),
        Progress::Waiting => Err(ReadError::new("the value would have to be waited for")),
    }
}

/// How many octets the first varbinds of a walk take.
fn octets_of_first(encoded: &Encoded, walk: &Walk, count: u32) -> usize {
    let pieces = std::iter::successors(walk.first(), |piece| encoded.next(*piece));
    pieces.take(count as usize).map(|piece| encoded.len(piece)).sum()
}

/// endOfMibView, with the last name of a walk.
fn end_of(query: &Query<'_>, encoded: &mut Encoded, walk: &Walk) -> PieceId {
    match walk.last() {
        Some(last) => {
            let name = encoded.name(last).to_oid();
            encoded.push(name.as_ref(), ValueRef::EndOfMibView)
        }
        None => encoded.push(query.name(walk.start()), ValueRef::EndOfMibView),
    }
}
