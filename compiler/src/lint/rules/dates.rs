//! The dates of a module.

use crate::lint::context::ModuleItem;
use crate::syntax::ast::Text;

/// Calls `visit` for LAST-UPDATED and each REVISION.
pub(super) fn each(m: &ModuleItem<'_, '_>, mut visit: impl FnMut(Text<'_>)) {
    let Some((_, identity)) = m.identity() else { return };
    identity.last_updated.into_iter().chain(identity.revisions.iter().map(|r| r.date)).for_each(&mut visit);
}
