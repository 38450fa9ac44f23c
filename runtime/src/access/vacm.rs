//! The view-based access control model (RFC 3415).

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::control::{AccessControl, Refusal, ViewType};
use super::principal::{Model, Principal};
use super::tables::Tables;
use super::view::View;
use crate::message::Level;

/// Access control by the tables of RFC 3415, which can change while requests are answered.
///
/// ```
/// use mibc_runtime::access::{
///     AccessControl, AccessEntry, AccessIndex, Family, Model, Principal, Refusal, Vacm, ViewType,
/// };
/// use mibc_runtime::message::Level;
///
/// let vacm = Vacm::new();
/// vacm.edit(|tables| {
///     tables.set_group(Model::USM, "alice", "operators");
///     tables.set_access(
///         AccessIndex {
///             group: "operators".into(),
///             context_prefix: Vec::new(),
///             model: Model::ANY,
///             level: Level::AuthPriv,
///         },
///         AccessEntry { read_view: "all".into(), ..AccessEntry::default() },
///     );
///     tables.set_family("all", Family::included("1.3".parse().expect("an OID")));
/// });
/// let alice = Principal::new(Model::USM, b"alice").level(Level::AuthPriv);
/// assert!(vacm.view(&alice, b"", ViewType::Read)?.contains(&"1.3.6.1".parse().expect("an OID")));
/// assert_eq!(vacm.view(&alice, b"", ViewType::Write), Err(Refusal::NoSuchView));
/// # Ok::<(), Refusal>(())
/// ```
#[derive(Debug)]
pub struct Vacm {
    /// Whoever changes the tables has this.
    edit: Mutex<()>,
    published: RwLock<Published>,
}

/// Decisions that are remembered. Those who ask most often are the first to ask.
const MAX_DECISIONS: usize = 16;

#[derive(Debug)]
struct Published {
    tables: Arc<Tables>,
    /// What the tables have given so far.
    decisions: Vec<Decision>,
}

struct Decision {
    model: Model,
    level: Level,
    kind: ViewType,
    security_name: Box<[u8]>,
    context: Box<[u8]>,
    view: Arc<View>,
}

impl Decision {
    fn is_about(&self, principal: &Principal<'_>, context: &[u8], kind: ViewType) -> bool {
        (self.model, self.level, self.kind) == (principal.model, principal.level, kind)
            && *self.security_name == *principal.security_name
            && *self.context == *context
    }
}

/// Without names: they can be those of users.
impl fmt::Debug for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision")
            .field("level", &self.level)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Vacm {
    /// With the default context, and nobody who has access to it.
    #[must_use]
    pub fn new() -> Self {
        let mut tables = Tables::default();
        tables.add_context("");
        let published = Published { tables: Arc::new(tables), decisions: Vec::new() };
        Self { edit: Mutex::new(()), published: RwLock::new(published) }
    }

    /// The tables as they are now; later changes do not alter what this returns.
    #[must_use]
    pub fn tables(&self) -> Arc<Tables> {
        Arc::clone(&self.published.read().unwrap_or_else(PoisonError::into_inner).tables)
    }

    /// Changes the tables. Requests see all changes of one call at once, when it returns.
    pub fn edit<T>(&self, change: impl FnOnce(&mut Tables) -> T) -> T {
        let _alone = self.edit.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tables = Tables::clone(&self.tables());
        let result = change(&mut tables);
        let fresh = Published { tables: Arc::new(tables), decisions: Vec::new() };
        let before = {
            let mut published = self.published.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *published, fresh)
        };
        drop(before);
        result
    }

    /// Keeps what `tables` have given, unless others have come meanwhile. Refusals are not kept: contexts can be
    /// made up.
    fn remember(
        &self,
        tables: &Arc<Tables>,
        principal: &Principal<'_>,
        context: &[u8],
        kind: ViewType,
        view: &Arc<View>,
    ) {
        let decision = Decision {
            model: principal.model,
            level: principal.level,
            kind,
            security_name: principal.security_name.as_ref().into(),
            context: context.into(),
            view: Arc::clone(view),
        };
        let mut published = self.published.write().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&published.tables, tables) && published.decisions.len() < MAX_DECISIONS {
            published.decisions.push(decision);
        }
    }
}

impl Default for Vacm {
    fn default() -> Self {
        Self::new()
    }
}

impl AccessControl for Vacm {
    fn view(&self, principal: &Principal<'_>, context: &[u8], kind: ViewType) -> Result<Arc<View>, Refusal> {
        let (tables, has_room) = {
            let published = self.published.read().unwrap_or_else(PoisonError::into_inner);
            let known =
                published.decisions.iter().find(|decision| decision.is_about(principal, context, kind));
            if let Some(known) = known {
                return Ok(Arc::clone(&known.view));
            }
            (Arc::clone(&published.tables), published.decisions.len() < MAX_DECISIONS)
        };
        let view = tables.view_for(principal, context, kind)?;
        if has_room {
            self.remember(&tables, principal, context, kind, &view);
        }
        Ok(view)
    }
}
