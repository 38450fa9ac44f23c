//! A SET of another agent's variables, in phases as far as that goes.

use crate::entity::{Eventual, Prepared, SetError, UndoError};
use crate::logs::PROXY;
use crate::manager::{Error, Session};
use crate::message::ErrorStatus;
use crate::value::VarBind;

/// Changes that the other agent is to make. It tests, commits and undoes one request by itself; between requests
/// there is only the way of setting what was there before.
pub(super) struct RemoteSet {
    session: Session,
    changes: Vec<VarBind>,
    before: Vec<VarBind>,
}

impl RemoteSet {
    /// Reads what will be changed: whether the agent is there, and what to undo with.
    pub(super) async fn test(session: Session, changes: Vec<VarBind>) -> Result<Box<dyn Prepared>, SetError> {
        let names: Vec<_> = changes.iter().map(|change| change.name.clone()).collect();
        match session.get_oids(&names).await {
            Ok(before) => Ok(Box::new(Self { session, changes, before })),
            Err(error) => {
                tracing::debug!(target: PROXY, %error, "another agent's variables are not set");
                Err(SetError::resource_unavailable())
            }
        }
    }
}

/// What the other agent says, as this one says it.
fn refusal(error: &Error) -> SetError {
    let Error::Status { status, index, .. } = error else {
        tracing::debug!(target: PROXY, %error, "another agent's variables are not set");
        return SetError::commit_failed();
    };
    let refusal = match *status {
        // An agent of SNMPv1 has no better words.
        ErrorStatus::NO_SUCH_NAME => SetError::no_creation(),
        ErrorStatus::BAD_VALUE => SetError::wrong_value(),
        ErrorStatus::READ_ONLY => SetError::not_writable(),
        ErrorStatus::AUTHORIZATION_ERROR => SetError::no_access(),
        other => SetError::with_status(other.of_set()),
    };
    match usize::try_from(*index).ok().and_then(|index| index.checked_sub(1)) {
        Some(position) => refusal.varbind(position),
        None => refusal,
    }
}

impl Prepared for RemoteSet {
    fn commit(&mut self) -> Eventual<Result<(), SetError>> {
        let (session, changes) = (self.session.clone(), self.changes.clone());
        Eventual::later(async move { session.set_varbinds(&changes).await.map_err(|error| refusal(&error)) })
    }

    fn undo(&mut self) -> Eventual<Result<(), UndoError>> {
        let session = self.session.clone();
        let (known, new): (Vec<VarBind>, Vec<VarBind>) =
            std::mem::take(&mut self.before).into_iter().partition(|varbind| !varbind.value.is_exception());
        Eventual::later(async move {
            if !known.is_empty()
                && let Err(error) = session.set_varbinds(&known).await
            {
                tracing::error!(target: PROXY, %error, "a SET of another agent's variables is not undone");
                return Err(UndoError);
            }
            if new.is_empty() { Ok(()) } else { Err(UndoError) }
        })
    }
}
