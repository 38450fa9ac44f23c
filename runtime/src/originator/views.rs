//! What receivers may see (RFC 3413 §3.3 (2), (3)).

use std::sync::Arc;

use super::error::NotifyError;
use super::lane::Content;
use super::receiver::Receiver;
use crate::access::{AccessControl, Vacm, ViewType};

/// Access control for notifications.
pub(super) struct Views {
    access: Arc<dyn AccessControl>,
    /// The access control, where the application has none of its own.
    vacm: Option<Arc<Vacm>>,
}

impl Views {
    pub(super) fn new(access: Arc<dyn AccessControl>) -> Self {
        Self { access, vacm: None }
    }

    pub(super) fn set_vacm(&mut self, vacm: Arc<Vacm>) {
        self.vacm = Some(vacm);
    }

    /// Whether the notification and all its variables are in the receiver's view.
    pub(super) fn check(&self, receiver: &Receiver, content: &Content) -> Result<(), NotifyError> {
        let context = content.context_for(receiver);
        let principal = receiver.principal(context);
        if receiver.is_unlisted
            && let Some(vacm) = &self.vacm
            && vacm.tables().select(&principal, context).is_err()
        {
            return Ok(());
        }
        let address = || receiver.address.clone();
        let view = self.access.view(&principal, context, ViewType::Notify);
        let view = view.map_err(|refusal| NotifyError::NoView { address: address(), refusal })?;
        let variables = content.varbinds.iter().map(|varbind| &varbind.name);
        match std::iter::once(&content.oid).chain(variables).find(|name| !view.contains(*name)) {
            Some(name) => Err(NotifyError::Hidden { address: address(), name: name.clone() }),
            None => Ok(()),
        }
    }
}
