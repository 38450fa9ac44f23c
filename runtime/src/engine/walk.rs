//! Which request a walk sends next, and what its response means.

use super::Response;
use crate::message::{ErrorStatus, PduHeader, PduKind, Version};
use crate::oid::Oid;
use crate::value::ValueRef;

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

/// Walks everything under one OID with GETNEXT or GETBULK.
#[derive(Clone, Debug)]
pub struct WalkPlan {
    root: Oid,
    /// The name to ask on from.
    last: Oid,
    step: Step,
    /// How many more may come.
    left: Option<usize>,
    limit: usize,
    state: Progress,
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

impl WalkPlan {
    /// Walks what is under `root`. With `max_repetitions` above 1 it uses GETBULK, unless `version`
    /// lacks it.
    pub fn new(version: Version, root: Oid, max_repetitions: u32) -> Self {
        Self {
            last: root.clone(),
            root,
            step: Step::new(version, max_repetitions),
            left: None,
            limit: 0,
            state: Progress::Going,
        }
    }

    /// Ends the walk with [`PlanError::Limit`] when more than `limit` varbinds come.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.left = Some(limit);
    }

    /// Asks for this many varbinds at a time from now on; with 1 it uses GETNEXT.
    pub fn set_max_repetitions(&mut self, version: Version, max_repetitions: u32) {
        self.step = Step::new(version, max_repetitions);
    }

    /// The PDU of the next request, should there be one.
    pub fn header(&self) -> PduHeader {
        self.step.header()
    }

    /// Ends the walk here.
    pub fn finish(&mut self) {
        self.state = Progress::Done;
    }

    /// What is walked.
    pub fn root(&self) -> &Oid {
        &self.root
    }

    /// The next request: its PDU, and the one name in it. `None` after the end.
    pub fn request(&self) -> Option<(PduHeader, &Oid)> {
        match self.state {
            Progress::Going => Some((self.step.header(), &self.last)),
            Progress::Failed(_) | Progress::Done => None,
        }
    }

    /// Takes in the response to the last [`request`](Self::request). Gives how many of its leading
    /// varbinds belong to the walk; ask [`take_error`](Self::take_error) after handing those on.
    pub fn accept(&mut self, response: &Response) -> usize {
        match response.error_status {
            ErrorStatus::NO_ERROR => self.advance(response),
            ErrorStatus::NO_SUCH_NAME => {
                // SNMPv1's way to say that there is nothing after this name.
                self.state = Progress::Done;
                0
            }
            ErrorStatus::TOO_BIG if self.step.halved().is_some() => {
                self.step = self.step.halved().unwrap_or(Step::Next);
                0
            }
            status => {
                let name = (response.error_index == 1).then(|| self.last.clone());
                let index = response.error_index;
                self.state = Progress::Failed(PlanError::Status { status, index, name });
                0
            }
        }
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

    fn advance(&mut self, response: &Response) -> usize {
        let varbinds = response.varbinds();
        if varbinds.is_empty() {
            self.state = Progress::Failed(PlanError::Empty);
            return 0;
        }
        let mut accepted = 0;
        let mut previous = self.last.as_ref();
        for varbind in varbinds {
            if varbind.value == ValueRef::EndOfMibView || !varbind.name.starts_with(&self.root) {
                self.state = Progress::Done;
                break;
            }
            if varbind.name <= previous {
                self.state = Progress::Failed(PlanError::NotIncreasing {
                    previous: previous.to_oid(),
                    found: varbind.name.to_oid(),
                });
                break;
            }
            if let Some(left) = &mut self.left {
                let Some(fewer) = left.checked_sub(1) else {
                    self.state = Progress::Failed(PlanError::Limit(self.limit));
                    break;
                };
                *left = fewer;
            }
            previous = varbind.name;
            accepted += 1;
        }
        let last = previous.to_oid();
        self.last = last;
        accepted
    }
}
