//! What an access control model answers.

use std::sync::Arc;

use super::principal::Principal;
use super::view::View;

/// Decides what a principal may see and change (isAccessAllowed of RFC 3411 §4.3, for a whole request at once).
pub trait AccessControl: Send + Sync {
    /// The view of `context` that a principal has for operations of one kind. Whether a variable lies in it is the
    /// caller's question to the view.
    ///
    /// Called once for each request, so it should neither wait nor take long.
    ///
    /// # Errors
    ///
    /// Why the principal has no view, in the order of RFC 3415 §3.2: an unknown context is checked first.
    fn view(&self, principal: &Principal<'_>, context: &[u8], kind: ViewType) -> Result<Arc<View>, Refusal>;
}

/// What a view is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViewType {
    /// GET, GETNEXT and GETBULK.
    Read,
    /// SET.
    Write,
    /// Notifications.
    Notify,
}

/// Why a principal has no view (RFC 3415 §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// noSuchContext: an SNMPv3 request is answered with a Report that counts snmpUnknownContexts.
    #[error("noSuchContext: the context is not known")]
    NoSuchContext,
    /// noGroupName.
    #[error("noGroupName: the principal is not in any group")]
    NoGroupName,
    /// noAccessEntry.
    #[error("noAccessEntry: the group has no access to the context at this level of security")]
    NoAccessEntry,
    /// noSuchView.
    #[error("noSuchView: the group has no view for this kind of operation")]
    NoSuchView,
}
