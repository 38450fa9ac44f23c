//! SETs of a master agent, phase by phase (RFC 2741 §7.2.4 and §7.3.1).

use std::sync::Arc;
use std::time::Duration;

use mibc_runtime::agent::{Failure, Served, StagedSet};
use mibc_runtime::logs;
use mibc_runtime::message::ErrorStatus;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::timeout;

use super::answer::{plain, principal};
use crate::pdu::{Bindings, Body, Envelope, Kind, Status};

/// The SET of a session that is under way: a master agent has one at a time.
pub(super) struct Sets {
    served: Arc<Served>,
    deadline: Duration,
    current: Option<Current>,
}

struct Current {
    transaction_id: u32,
    /// `None` once its commit has failed; it has been taken back then.
    set: Option<StagedSet>,
    undo_failed: bool,
}

/// Why a phase has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Refusal {
    status: Status,
    /// The varbind at fault, counted from 1.
    index: u16,
    /// An answer is missing.
    is_silent: bool,
}

impl Refusal {
    fn of_request(status: ErrorStatus) -> Self {
        Self { status: Status::from(status), index: 0, is_silent: false }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let Failure { status, index, is_silent } = failure;
        Self { status: Status::from(status), index: u16::try_from(index).unwrap_or(0), is_silent }
    }
}

impl Sets {
    pub(super) fn new(served: Arc<Served>, deadline: Duration) -> Self {
        Self { served, deadline, current: None }
    }

    /// Does one phase after the other, until the session is over. What has been committed and not been cleaned up then is
    /// taken back.
    pub(super) async fn run(
        mut self,
        mut phases: UnboundedReceiver<(Envelope, Body)>,
        answers: UnboundedSender<Vec<u8>>,
    ) {
        while let Some((to, body)) = phases.recv().await {
            let answer = self.phase(to, body).await;
            // The session may be over: then nobody waits for it.
            if !answer.is_empty() && answers.send(answer).is_err() {
                break;
            }
        }
    }

    /// Does one phase; the answer is empty for a clean-up, which has none.
    pub(super) async fn phase(&mut self, to: Envelope, body: Body) -> Vec<u8> {
        let mut out = Vec::new();
        let outcome = match body {
            Body::TestSet(bindings) => self.test(to.transaction_id, bindings).await,
            body => {
                let is_current = |current: &mut Current| current.transaction_id == to.transaction_id;
                let Some(current) = self.current.take_if(is_current) else {
                    if body.kind() != Kind::CleanupSet {
                        plain(Status::PROCESSING_ERROR, 0, to, &mut out);
                    }
                    return out;
                };
                match body {
                    Body::CommitSet => self.commit(current).await,
                    Body::UndoSet => self.undo(current).await,
                    _ => {
                        self.clean_up(current).await;
                        return out;
                    }
                }
            }
        };
        match outcome {
            Ok(()) => plain(Status::NO_ERROR, 0, to, &mut out),
            Err(Refusal { is_silent: true, .. }) => {}
            Err(Refusal { status, index, .. }) => plain(status, index, to, &mut out),
        }
        out
    }

    async fn test(&mut self, transaction_id: u32, bindings: Bindings) -> Result<(), Refusal> {
        if self.current.take().is_some() {
            tracing::warn!(target: logs::AGENTX, "the master agent begins a SET before the end of another, which is taken back");
        }
        let who = principal(transaction_id, bindings.context.as_deref());
        let mut set = self.served.set(who, bindings.varbinds);
        settle(&mut set, self.deadline).await?;
        self.current = Some(Current { transaction_id, set: Some(set), undo_failed: false });
        Ok(())
    }

    async fn commit(&mut self, mut current: Current) -> Result<(), Refusal> {
        let begun = current.set.as_mut().is_some_and(StagedSet::commit);
        let outcome = match &mut current.set {
            Some(set) if begun => settle(set, self.deadline).await,
            _ => Err(Refusal::of_request(ErrorStatus::COMMIT_FAILED)),
        };
        let outcome = outcome.map_err(|failure| {
            current.set = None;
            current.undo_failed = failure.status == Status::from(ErrorStatus::UNDO_FAILED);
            // The only error of this phase (RFC 2741 §7.2.4.2).
            Refusal { status: Status::from(ErrorStatus::COMMIT_FAILED), ..failure }
        });
        self.current = Some(current);
        outcome
    }

    async fn undo(&mut self, mut current: Current) -> Result<(), Refusal> {
        let failed = Refusal::of_request(ErrorStatus::UNDO_FAILED);
        if current.undo_failed {
            return Err(failed);
        }
        let Some(set) = &mut current.set else { return Ok(()) };
        if !set.undo() {
            // It has not been committed.
            set.clean_up();
        }
        settle(set, self.deadline).await.map_err(|_| failed)
    }

    async fn clean_up(&mut self, mut current: Current) {
        if let Some(set) = &mut current.set
            && set.clean_up()
            && let Err(failure) = settle(set, self.deadline).await
        {
            tracing::warn!(target: logs::AGENTX, status = %failure.status, "the end of a SET");
        }
    }
}

/// Waits for the end of a phase, but not for ever: the phase fails then, and what has been done is taken back, which may take
/// as long again.
async fn settle(set: &mut StagedSet, deadline: Duration) -> Result<(), Refusal> {
    loop {
        match timeout(deadline, set.settled()).await {
            Ok(outcome) => return outcome.map_err(Refusal::from),
            Err(_) => set.expire(),
        }
    }
}
