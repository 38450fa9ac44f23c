//! A SET of a sub-agent's variables, from the master agent's side (RFC 2741 §7.2.5.4 to §7.2.5.6).

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use mibc_runtime::agent::{Eventual, Prepared, SetError, UndoError};
use mibc_runtime::logs;
use mibc_runtime::message::ErrorStatus;

use super::handler::Asker;
use super::link::{Asked, NoAnswer};
use crate::pdu::{Kind, Response};

/// TestSet has been sent: CleanupSet ends the SET.
const TESTED: u8 = 0;
/// CommitSet has been sent, and not failed: UndoSet or CleanupSet ends the SET.
const COMMITTED: u8 = 1;
/// The sub-agent has been told of the end.
const OVER: u8 = 2;

/// The part of a SET that is a session's. Whatever becomes of it, the session is told of the end, once.
pub(super) struct RemoteSet {
    session: Arc<Session>,
}

struct Session {
    asker: Arc<Asker>,
    transaction_id: u32,
    patience: Duration,
    stage: AtomicU8,
}

impl RemoteSet {
    pub(super) fn new(asker: Arc<Asker>, transaction_id: u32, patience: Duration) -> Self {
        let stage = AtomicU8::new(TESTED);
        Self { session: Arc::new(Session { asker, transaction_id, patience, stage }) }
    }

    /// Waits for the answer to TestSet.
    pub(super) async fn tested(self, asked: Asked) -> Result<Box<dyn Prepared>, SetError> {
        // When this is dropped, so is the SET, and the session hears of it.
        let response = self.session.asker.wait(asked, self.session.patience).await;
        match response {
            Ok(response) if response.status.is_ok() => Ok(Box::new(self)),
            other => Err(error(other)),
        }
    }
}

impl Session {
    fn ask(&self, kind: Kind) -> Result<Asked, NoAnswer> {
        self.asker.ask(kind, (self.transaction_id, b""), |_| {})
    }

    async fn answer(&self, asked: Result<Asked, NoAnswer>) -> Result<Response, NoAnswer> {
        self.asker.wait(asked?, self.patience).await
    }

    /// UndoSet, which is the end of the SET.
    async fn undo(&self, asked: Result<Asked, NoAnswer>) -> Result<(), UndoError> {
        match self.answer(asked).await {
            Ok(response) if response.status.is_ok() => Ok(()),
            _ => Err(UndoError),
        }
    }

    /// Tells the session of the end, if it has not been told.
    fn end(&self) {
        match self.stage.swap(OVER, Ordering::AcqRel) {
            OVER => {}
            _ => self.asker.tell(Kind::CleanupSet, self.transaction_id),
        }
    }
}

impl Prepared for RemoteSet {
    fn commit(&mut self) -> Eventual<Result<(), SetError>> {
        let session = Arc::clone(&self.session);
        session.stage.store(COMMITTED, Ordering::Release);
        let asked = session.ask(Kind::CommitSet);
        Eventual::later(async move {
            let failed = match session.answer(asked).await {
                Ok(response) if response.status.is_ok() => return Ok(()),
                other => error(other),
            };
            // Who has been sent CommitSet is sent UndoSet, also where it has failed (RFC 2741 §7.2.5.5).
            session.stage.store(OVER, Ordering::Release);
            let undone = session.undo(session.ask(Kind::UndoSet)).await;
            Err(if undone.is_ok() || failed.status() == ErrorStatus::GEN_ERR {
                failed
            } else {
                SetError::undo_failed()
            })
        })
    }

    fn undo(&mut self) -> Eventual<Result<(), UndoError>> {
        let session = Arc::clone(&self.session);
        if session.stage.swap(OVER, Ordering::AcqRel) != COMMITTED {
            return Eventual::Now(Ok(()));
        }
        // It is sent also where nobody waits for the answer.
        let asked = session.ask(Kind::UndoSet);
        Eventual::later(async move { session.undo(asked).await })
    }

    fn clean_up(&mut self) -> Eventual<()> {
        self.session.end();
        Eventual::Now(())
    }
}

impl Drop for RemoteSet {
    fn drop(&mut self) {
        self.session.end();
    }
}

/// Why a phase has failed, as a manager reads it.
fn error(answer: Result<Response, NoAnswer>) -> SetError {
    match answer {
        Ok(response) => {
            let error = SetError::with_status(response.status.to_error_status().of_set());
            match usize::from(response.index).checked_sub(1) {
                Some(at) => error.varbind(at),
                None => error,
            }
        }
        Err(error) => {
            tracing::debug!(target: logs::AGENTX, %error, "a SET of a sub-agent's variables");
            SetError::gen_err()
        }
    }
}
