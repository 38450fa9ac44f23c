//! The view-based access control model (RFC 3415).

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::control::{AccessControl, Refusal, ViewType};
use super::principal::Principal;
use super::tables::Tables;
use super::view::View;

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
    tables: RwLock<Arc<Tables>>,
}

impl Vacm {
    /// With the default context, and nobody who has access to it.
    #[must_use]
    pub fn new() -> Self {
        let mut tables = Tables::default();
        tables.add_context("");
        Self { edit: Mutex::new(()), tables: RwLock::new(Arc::new(tables)) }
    }

    /// The tables as they are now; later changes do not alter what this returns.
    #[must_use]
    pub fn tables(&self) -> Arc<Tables> {
        Arc::clone(&self.tables.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the tables. Requests see all changes of one call at once, when it returns.
    pub fn edit<T>(&self, change: impl FnOnce(&mut Tables) -> T) -> T {
        let _alone = self.edit.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tables = Tables::clone(&self.tables());
        let result = change(&mut tables);
        let before = {
            let mut shared = self.tables.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *shared, Arc::new(tables))
        };
        drop(before);
        result
    }
}

impl Default for Vacm {
    fn default() -> Self {
        Self::new()
    }
}

impl AccessControl for Vacm {
    fn view(&self, principal: &Principal<'_>, context: &[u8], kind: ViewType) -> Result<Arc<View>, Refusal> {
        self.tables().view_for(principal, context, kind)
    }
}
