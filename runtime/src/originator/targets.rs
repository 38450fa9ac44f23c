//! The tables of notifications, which can change while notifications are sent.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::tables::TargetTables;

/// Who gets notifications: the tables of SNMP-TARGET-MIB, SNMP-NOTIFICATION-MIB and SNMP-COMMUNITY-MIB.
///
/// ```
/// use mibc_runtime::access::Model;
/// use mibc_runtime::message::Level;
/// use mibc_runtime::originator::{
///     CommunityEntry, MpModel, Notify, NotifyType, Tag, TagList, TargetAddress, TargetParams, Targets,
/// };
/// use std::net::SocketAddr;
///
/// let targets = Targets::new();
/// targets.edit(|tables| {
///     let collector = SocketAddr::from(([192, 0, 2, 1], 162));
///     let tag_list = TagList::new("noc night-shift")?;
///     tables.set_address("collector", TargetAddress { tag_list, ..TargetAddress::new(collector, "v2c") })?;
///     tables.set_params(
///         "v2c",
///         TargetParams {
///             mp_model: MpModel::V2C,
///             security_model: Model::V2C,
///             security_name: "noc".into(),
///             security_level: Level::NoAuthNoPriv,
///         },
///     )?;
///     tables.set_community("noc", CommunityEntry::new("s3cret", "noc"))?;
///     tables.set_notify("all", Notify { tag: Tag::new("noc")?, notify_type: NotifyType::Inform })?;
///     Ok::<(), Box<dyn std::error::Error>>(())
/// })?;
/// assert_eq!(targets.tables().addresses().iter().count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Targets {
    /// Whoever changes the tables has this.
    edit: Mutex<()>,
    published: RwLock<Arc<TargetTables>>,
}

impl Targets {
    /// Nobody gets notifications.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The tables as they are now; later changes do not alter what this returns.
    #[must_use]
    pub fn tables(&self) -> Arc<TargetTables> {
        Arc::clone(&self.published.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the tables. Notifications see all changes of one call at once, when it returns.
    pub fn edit<T>(&self, change: impl FnOnce(&mut TargetTables) -> T) -> T {
        let _alone = self.edit.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tables = TargetTables::clone(&self.tables());
        let result = change(&mut tables);
        let fresh = Arc::new(tables);
        let before = {
            let mut published = self.published.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *published, fresh)
        };
        drop(before);
        result
    }
}
