//! Which request a walk sends next, and what its response means.

use super::Response;
use super::seen::Seen;
use crate::ber::tag;
use crate::message::{ErrorStatus, PduHeader, PduKind, Version};
use crate::oid::{Oid, OidRef};
use crate::value::{ValueRef, VarBindRef};

/// Why a walk or a table cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The agent answered with a name that does not come after the one asked for, so that asking on
    /// could go on for ever.
    #[error("the agent went backwards: {found} came after {previous}")]
    NotIncreasing {
        /// The name asked for, or the one before in the response.
        previous: Oid,
        /// The name that came.
        found: Oid,
    },
    /// A response without error and without varbinds.
    #[error("the agent answered with fewer varbinds than asked for")]
    Empty,
    /// A response with an error status that does not mean the end.
    #[error("the agent answered {status}")]
    Status {
        /// The status.
        status: ErrorStatus,
        /// Which varbind of the request it is about, from 1; 0 for none.
        index: i32,
        /// The name of that varbind.
        name: Option<Oid>,
    },
    /// More rows than the caller allowed.
    #[error("more than {0} were found")]
    Limit(usize),
}

/// How far a walk goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extent {
    /// To the end of what is below its root.
    #[default]
    Subtree,
    /// As long as the first number is the root's: everything below `iso`, which is not an OID by itself.
    Branch,
    /// To the end of what the agent shows.
    Everything,
}

/// Walks everything under one or several OIDs with GETNEXT or GETBULK.
///
/// Several are walked side by side: a request asks for what follows in each, so that the columns of a table come row
/// by row. Each ends on its own.
#[derive(Clone, Debug)]
pub struct WalkPlan {
    lanes: Vec<Lane>,
    /// Lanes of the present request, by their place in it.
    asked: Vec<usize>,
    /// Most lanes of a request.
    max_lanes: usize,
    /// The same, while it is to be found out which of several lanes an error without a usable index is about.
    suspects: usize,
    step: Step,
    /// The agent refused a GETBULK: no other is sent.
    one_by_one: bool,
    /// How many more varbinds may come.
    left: Option<usize>,
    limit: usize,
    /// What has come, where names need not increase.
    any_order: Option<Seen>,
    extent: Extent,
    /// Places in the last response, below what was accepted, that do not belong to any lane.
    skipped: Vec<usize>,
    state: Progress,
}

/// One of the OIDs under which everything is walked.
#[derive(Clone, Debug)]
struct Lane {
    root: Oid,
    /// The name to ask on from.
    last: Oid,
    done: bool,
    /// The agent said that it has nothing behind `last`.
    past_end: bool,
}

/// The operation that takes the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Next,
    Bulk { max_repetitions: u32 },
}

#[derive(Clone, Debug)]
enum Progress {
    Going,
    Failed(PlanError),
    Done,
}

impl Step {
    /// GETBULK where the version has it and there is more than one to ask for (RFC 3584 §4.2.1).
    pub(super) fn new(version: Version, max_repetitions: u32) -> Self {
        match max_repetitions {
            ..=1 => Step::Next,
            _ if version == Version::V1 => Step::Next,
            max_repetitions => Step::Bulk { max_repetitions },
        }
    }

    /// The PDU of a request without varbinds; the engine sets the request-id.
    pub(super) fn header(self) -> PduHeader {
        match self {
            Step::Next => PduHeader::new(PduKind::GetNext, 0),
            Step::Bulk { max_repetitions } => PduHeader::bulk(0, 0, max_repetitions),
        }
    }

    /// The step to try after tooBig, if there is a smaller one.
    pub(super) fn halved(self) -> Option<Step> {
        match self {
            Step::Next => None,
            Step::Bulk { max_repetitions: ..=3 } => Some(Step::Next),
            Step::Bulk { max_repetitions } => Some(Step::Bulk { max_repetitions: max_repetitions / 2 }),
        }
    }
}

impl Extent {
    fn holds(self, root: &Oid, name: OidRef<'_>) -> bool {
        match self {
            Extent::Subtree => name.starts_with(root),
            Extent::Branch => name.arcs().next() == root.arcs().next(),
            Extent::Everything => true,
        }
    }
}

impl WalkPlan {
    /// Walks what is under `root`. With `max_repetitions` above 1 it uses GETBULK, unless `version`
    /// lacks it.
    pub fn new(version: Version, root: Oid, max_repetitions: u32) -> Self {
        Self::several(version, [root], max_repetitions)
    }

    /// Walks what is under each of several roots, side by side.
    pub fn several(version: Version, roots: impl IntoIterator<Item = Oid>, max_repetitions: u32) -> Self {
        let lane = |root: Oid| Lane { last: root.clone(), root, done: false, past_end: false };
        let lanes: Vec<Lane> = roots.into_iter().map(lane).collect();
        Self {
            asked: (0..lanes.len()).collect(),
            max_lanes: usize::MAX,
            suspects: usize::MAX,
            step: Step::new(version, max_repetitions),
            one_by_one: false,
            left: None,
            limit: 0,
            any_order: None,
            extent: Extent::Subtree,
            skipped: Vec::new(),
            state: if lanes.is_empty() { Progress::Done } else { Progress::Going },
            lanes,
        }
    }

    /// Ends the walk with [`PlanError::Limit`] when more than `limit` varbinds come.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.left = Some(limit);
    }

    /// Puts up with names that do not increase, which some agents send. A name that comes again ends the walk of its
    /// OID: from there on it would go in circles. Names that are ever new are left to the limit, so set one.
    pub fn set_any_order(&mut self, any_order: bool) {
        self.any_order = any_order.then(Seen::default);
    }

    /// Goes on behind the subtree of a root, or not.
    pub fn set_extent(&mut self, extent: Extent) {
        self.extent = extent;
    }

    /// The last name that was asked for where the agent said that it has nothing behind it: endOfMibView, or noSuchName
    /// from SNMPv1. Of several roots the first that ended so.
    pub fn past_end(&self) -> Option<&Oid> {
        self.lanes.iter().find(|lane| lane.past_end).map(|lane| &lane.last)
    }

    /// Asks for this many varbinds at a time from now on; with 1 it uses GETNEXT.
    pub fn set_max_repetitions(&mut self, version: Version, max_repetitions: u32) {
        self.step = Step::new(version, if self.one_by_one { 1 } else { max_repetitions });
    }

    /// The PDU of the next request, should there be one.
    pub fn header(&self) -> PduHeader {
        self.step.header()
    }

    /// Ends the walk here.
    pub fn finish(&mut self) {
        self.state = Progress::Done;
    }

    /// The next request: its PDU, and the names in it, at least one. `None` after the end.
    pub fn request(&self) -> Option<(PduHeader, impl DoubleEndedIterator<Item = &Oid>)> {
        match self.state {
            Progress::Going => Some((
                self.step.header(),
                self.asked.iter().filter_map(|place| Some(&self.lanes.get(*place)?.last)),
            )),
            Progress::Failed(_) | Progress::Done => None,
        }
    }

    /// Takes in the response to the last [`request`](Self::request). Gives how many of its leading
    /// varbinds belong to the walk, but for those that are [skipped](Self::skipped); ask
    /// [`take_error`](Self::take_error) after handing those on.
    pub fn accept(&mut self, response: &Response) -> usize {
        self.skipped.clear();
        let accepted = match response.error_status {
            ErrorStatus::NO_ERROR => self.advance(response),
            // It may be about any of the repetitions: those before it are there to be asked for one by one.
            ErrorStatus::NO_SUCH_NAME | ErrorStatus::GEN_ERR if self.step != Step::Next => {
                (self.step, self.one_by_one) = (Step::Next, true);
                0
            }
            // Without a usable index, nothing tells which name is meant. Asking for fewer at a time does.
            ErrorStatus::NO_SUCH_NAME | ErrorStatus::GEN_ERR
                if self.asked.len() > 1 && self.asked_place(response.error_index).is_none() =>
            {
                self.suspects = self.asked.len() / 2;
                0
            }
            ErrorStatus::NO_SUCH_NAME => {
                // SNMPv1's way to say that there is nothing after this name.
                let place = self.asked_place(response.error_index).unwrap_or(0);
                if let Some(lane) = self.asked.get(place).and_then(|lane| self.lanes.get_mut(*lane)) {
                    (lane.done, lane.past_end) = (true, true);
                }
                self.suspects = usize::MAX;
                0
            }
            ErrorStatus::TOO_BIG if self.step.halved().is_some() => {
                self.step = self.step.halved().unwrap_or(Step::Next);
                0
            }
            ErrorStatus::TOO_BIG if self.asked.len() > 1 => {
                self.max_lanes = self.asked.len() / 2;
                0
            }
            status => {
                let index = response.error_index;
                let lane = self.asked_place(index).and_then(|place| self.lanes.get(*self.asked.get(place)?));
                let name = lane.map(|lane| lane.last.clone());
                self.state = Progress::Failed(PlanError::Status { status, index, name });
                0
            }
        };
        self.asked.clear();
        let going = self.lanes.iter().enumerate().filter(|(_, lane)| !lane.done);
        self.asked.extend(going.map(|(place, _)| place).take(self.max_lanes.min(self.suspects)));
        if self.asked.is_empty() && matches!(self.state, Progress::Going) {
            self.state = Progress::Done;
        }
        accepted
    }

    /// Places in the last response, in order, whose varbinds do not belong to any OID that is walked: what follows the end
    /// of one of several.
    pub fn skipped(&self) -> &[usize] {
        &self.skipped
    }

    /// Why the walk ended before its end; once.
    pub fn take_error(&mut self) -> Option<PlanError> {
        match std::mem::replace(&mut self.state, Progress::Done) {
            Progress::Failed(error) => Some(error),
            state => {
                self.state = state;
                None
            }
        }
    }

    /// The place in the request that an error index, from 1, is about.
    fn asked_place(&self, index: i32) -> Option<usize> {
        let place = usize::try_from(index).ok()?.checked_sub(1)?;
        (place < self.asked.len()).then_some(place)
    }

    fn advance(&mut self, response: &Response) -> usize {
        let varbinds = response.varbinds();
        if varbinds.is_empty() {
            self.state = Progress::Failed(PlanError::Empty);
            return 0;
        }
        let Self { lanes, asked, left, skipped, any_order, .. } = self;
        // The last name of each lane, as long as it is in this response.
        let mut previous: Vec<Option<OidRef<'_>>> = vec![None; asked.len()];
        let mut going = asked.len();
        let mut accepted = 0;
        let mut place = 0;
        let mut unreadable: Vec<(usize, Oid, Oid)> = Vec::new();
        for (position, varbind) in varbinds.iter().enumerate() {
            let (Some(lane), Some(previous)) =
                (asked.get(place).and_then(|lane| lanes.get_mut(*lane)), previous.get_mut(place))
            else {
                break;
            };
            let lane_place = place;
            place = if place + 1 == asked.len() { 0 } else { place + 1 };
            if lane.done {
                skipped.push(position); // a GETBULK response goes on past the end of a column
                continue;
            }
            let before = previous.unwrap_or(lane.last.as_ref());
            let ends = is_end(varbind, before)
                || !self.extent.holds(&lane.root, varbind.name) && !may_be_below(&varbind, &lane.root);
            let increases = ends || varbind.name > before;
            // Its name is only the beginning of what it was: it belongs to the walk, but not to the order of names.
            let leads_nowhere = !increases && is_unreadable(&varbind);
            let is_old = |seen: &mut Seen| !seen.is_new(&lane.root, varbind.name, increases);
            if ends || !leads_nowhere && any_order.as_mut().is_some_and(is_old) {
                (lane.done, lane.past_end) = (true, varbind.value == ValueRef::EndOfMibView);
                skipped.push(position);
                going -= 1;
                if going == 0 {
                    break;
                }
                continue;
            }
            if leads_nowhere {
                unreadable.push((lane_place, before.to_oid(), varbind.name.to_oid()));
            } else if !increases && any_order.is_none() {
                self.state = Progress::Failed(PlanError::NotIncreasing {
                    previous: before.to_oid(),
                    found: varbind.name.to_oid(),
                });
                break;
            }
            if let Some(left) = left.as_mut() {
                let Some(fewer) = left.checked_sub(1) else {
                    self.state = Progress::Failed(PlanError::Limit(self.limit));
                    break;
                };
                *left = fewer;
            }
            if !leads_nowhere {
                *previous = Some(varbind.name);
            }
            accepted = position + 1;
        }
        // A lane with nothing else would be asked again, and the agent say the same again.
        let is_stuck = |lane: usize| {
            let done = asked.get(lane).and_then(|lane| lanes.get(*lane)).is_none_or(|lane| lane.done);
            !done && previous.get(lane).is_some_and(Option::is_none)
        };
        let stuck = unreadable.into_iter().find(|(lane, ..)| is_stuck(*lane));
        if let (Some((_, previous, found)), Progress::Going) = (stuck, &self.state) {
            self.state = Progress::Failed(PlanError::NotIncreasing { previous, found });
        }
        for (lane, previous) in asked.iter().zip(previous) {
            if let (Some(lane), Some(previous)) = (lanes.get_mut(*lane), previous) {
                lane.last = previous.to_oid();
            }
        }
        skipped.truncate(skipped.partition_point(|position| *position < accepted));
        accepted
    }
}

/// Whether a varbind says that nothing follows the name `asked`. It does so with an exception (RFC 3416 §4.2.2 has
/// only endOfMibView for this, agents send the others as well), or by repeating the request: a name without a value.
pub(super) fn is_end(varbind: VarBindRef<'_>, asked: OidRef<'_>) -> bool {
    varbind.value.is_exception() || (varbind.value == ValueRef::Null && varbind.name == asked)
}

/// Whether the name of a varbind cannot be read and what there is of it leaves open whether it is below `root`.
pub(super) fn may_be_below(varbind: &VarBindRef<'_>, root: &Oid) -> bool {
    // Of a name of which nothing can be read, 0.0 is left.
    is_unreadable(varbind) && (root.starts_with(varbind.name) || varbind.name == Oid::ZERO.as_ref())
}

/// Whether the name of a varbind may be only the beginning of one that cannot be read.
fn is_unreadable(varbind: &VarBindRef<'_>) -> bool {
    matches!(varbind.value, ValueRef::Undecodable { tag: tag::SEQUENCE, .. })
}
