//! The tables that say who gets notifications (RFC 3413 §4, RFC 3584 §5.3).

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::filter::{Filter, Filters};
use super::rows::{CommunityEntry, Notify, ProxyEntry, RowError, TargetAddress, TargetParams, check_name};
use super::selection::Selection;
use super::transport_mask;
use crate::access::Family;
use crate::net::TransportAddress;
use crate::oid::Oid;
use crate::persistent::Map;
#[cfg(feature = "usm")]
use crate::usm::{Credentials, EngineId};

/// Smallest snmpTargetAddrMMS but for 0.
const MIN_MMS: u32 = 484;

/// Targets, notification filters and communities at one time: clones share what they have in common, and cost nothing.
///
/// Only rows that are active belong here. Their row status and storage type are the caller's.
#[derive(Clone, Default)]
pub struct TargetTables {
    addresses: Rows<TargetAddress>,
    params: Rows<TargetParams>,
    notify: Rows<Notify>,
    filter_profiles: Rows<Vec<u8>>,
    filters: Map<Vec<u8>, Filters>,
    communities: Rows<CommunityEntry>,
    proxies: Rows<ProxyEntry>,
    /// Contexts that some parameters put notifications in.
    contexts: Rows<Vec<u8>>,
    #[cfg(feature = "usm")]
    users: Map<(Vec<u8>, Vec<u8>), Arc<Credentials>>,
    /// Users of single rows of parameters.
    #[cfg(feature = "usm")]
    params_users: Rows<Credentials>,
    /// Who gets notifications by these tables, made when it is asked for.
    selection: Arc<OnceLock<Arc<Selection>>>,
}

/// The rows of one table by their names, in the order of the MIB.
#[derive(Clone)]
pub struct Rows<T>(Map<Vec<u8>, Arc<T>>);

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self(Map::default())
    }
}

impl<T> Rows<T> {
    /// The row of this name.
    #[must_use]
    pub fn get(&self, name: &[u8]) -> Option<&T> {
        self.shared(name).map(|row| &**row)
    }

    /// All rows with their names, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &T)> {
        self.0.iter().map(|(name, row)| (name.as_slice(), &**row))
    }

    /// The first row behind a name.
    #[must_use]
    pub fn after(&self, name: &[u8]) -> Option<(&[u8], &T)> {
        let next = match self.0.last_where(|known| known.as_slice() <= name) {
            Some((place, ..)) => self.0.after(place),
            None => self.0.first(),
        };
        next.map(|(_, name, row)| (name.as_slice(), &**row))
    }

    pub(super) fn shared(&self, name: &[u8]) -> Option<&Arc<T>> {
        self.0
            .last_where(|known| known.as_slice() <= name)
            .filter(|(_, known, _)| *known == name)
            .map(|(.., row)| row)
    }

    pub(super) fn iter_shared(&self) -> impl Iterator<Item = (&[u8], &Arc<T>)> {
        self.0.iter().map(|(name, row)| (name.as_slice(), row))
    }

    fn set(&mut self, name: Vec<u8>, row: impl Into<Arc<T>>) {
        self.0.insert(name, row.into());
    }

    fn remove(&mut self, name: &[u8]) -> Option<T>
    where
        T: Clone,
    {
        self.0.remove(&name.to_vec()).map(Arc::unwrap_or_clone)
    }
}

impl<T> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("len", &self.0.iter().count()).finish()
    }
}

impl TargetTables {
    /// snmpTargetAddrTable and snmpTargetAddrExtTable.
    #[must_use]
    pub fn addresses(&self) -> &Rows<TargetAddress> {
        &self.addresses
    }

    /// Sets a row of snmpTargetAddrTable, in the place of one with the same name.
    ///
    /// # Errors
    ///
    /// A value that its column cannot have.
    pub fn set_address(&mut self, name: impl Into<Vec<u8>>, row: TargetAddress) -> Result<(), RowError> {
        self.forget_selection();
        let name = name.into();
        check_name("snmpTargetAddrName", &name)?;
        check_name("snmpTargetAddrParams", &row.params)?;
        let address = transport_mask::octets(&row.address).len();
        if !row.t_mask.is_empty() && row.t_mask.len() != address {
            return Err(RowError::MaskLength { mask: row.t_mask.len(), address });
        }
        if row.mms != 0 && !(MIN_MMS..=i32::MAX as u32).contains(&row.mms) {
            return Err(RowError::MessageSize(row.mms));
        }
        if row.timeout > i32::MAX as u32 {
            return Err(RowError::Timeout(row.timeout));
        }
        self.addresses.set(name, row);
        Ok(())
    }

    /// Takes a row of snmpTargetAddrTable out, which is returned.
    pub fn remove_address(&mut self, name: &[u8]) -> Option<TargetAddress> {
        self.forget_selection();
        self.addresses.remove(name)
    }

    /// snmpTargetParamsTable.
    #[must_use]
    pub fn params(&self) -> &Rows<TargetParams> {
        &self.params
    }

    /// Sets a row of snmpTargetParamsTable, in the place of one with the same name.
    ///
    /// # Errors
    ///
    /// A name without octets, or with more than 32.
    pub fn set_params(&mut self, name: impl Into<Vec<u8>>, row: TargetParams) -> Result<(), RowError> {
        self.forget_selection();
        let name = name.into();
        check_name("snmpTargetParamsName", &name)?;
        self.params.set(name, row);
        Ok(())
    }

    /// Takes a row of snmpTargetParamsTable out, which is returned, with what is known of its context and user.
    pub fn remove_params(&mut self, name: &[u8]) -> Option<TargetParams> {
        self.forget_selection();
        self.contexts.remove(name);
        #[cfg(feature = "usm")]
        self.params_users.remove(name);
        self.params.remove(name)
    }

    /// Puts the notifications that are made with these parameters in this context, where they say no other. No standard
    /// column has this.
    pub fn set_params_context(&mut self, params: impl Into<Vec<u8>>, context: impl Into<Vec<u8>>) {
        self.forget_selection();
        self.contexts.set(params.into(), context.into());
    }

    pub(super) fn params_context(&self, params: &[u8]) -> Option<&Vec<u8>> {
        self.contexts.get(params)
    }

    /// snmpNotifyTable.
    #[must_use]
    pub fn notify(&self) -> &Rows<Notify> {
        &self.notify
    }

    /// Sets a row of snmpNotifyTable, in the place of one with the same name.
    ///
    /// # Errors
    ///
    /// A name without octets, or with more than 32.
    pub fn set_notify(&mut self, name: impl Into<Vec<u8>>, row: Notify) -> Result<(), RowError> {
        self.forget_selection();
        let name = name.into();
        check_name("snmpNotifyName", &name)?;
        self.notify.set(name, row);
        Ok(())
    }

    /// Takes a row of snmpNotifyTable out, which is returned.
    pub fn remove_notify(&mut self, name: &[u8]) -> Option<Notify> {
        self.forget_selection();
        self.notify.remove(name)
    }

    /// snmpNotifyFilterProfileTable: the profile of each row of parameters that has one.
    #[must_use]
    pub fn filter_profiles(&self) -> &Rows<Vec<u8>> {
        &self.filter_profiles
    }

    /// Sets a row of snmpNotifyFilterProfileTable: the notifications that are made with these parameters are filtered
    /// by this profile.
    ///
    /// # Errors
    ///
    /// A name without octets, or with more than 32.
    pub fn set_filter_profile(
        &mut self,
        params: impl Into<Vec<u8>>,
        profile: impl Into<Vec<u8>>,
    ) -> Result<(), RowError> {
        self.forget_selection();
        let (params, profile) = (params.into(), profile.into());
        check_name("snmpTargetParamsName", &params)?;
        check_name("snmpNotifyFilterProfileName", &profile)?;
        self.filter_profiles.set(params, profile);
        Ok(())
    }

    /// Takes a row of snmpNotifyFilterProfileTable out, and returns the name of the profile.
    pub fn remove_filter_profile(&mut self, params: &[u8]) -> Option<Vec<u8>> {
        self.forget_selection();
        self.filter_profiles.remove(params)
    }

    /// snmpNotifyFilterTable: profile, and subtree with mask and type.
    pub fn filters(&self) -> impl Iterator<Item = (&[u8], &Family)> {
        self.filters
            .iter()
            .flat_map(|(profile, rows)| rows.iter().map(move |family| (profile.as_slice(), family)))
    }

    /// Sets a row of snmpNotifyFilterTable, in the place of one with the same profile and subtree.
    ///
    /// # Errors
    ///
    /// A name without octets, or with more than 32.
    pub fn set_filter(&mut self, profile: impl Into<Vec<u8>>, family: Family) -> Result<(), RowError> {
        self.forget_selection();
        let profile = profile.into();
        check_name("snmpNotifyFilterProfileName", &profile)?;
        let mut filters = self.filters.remove(&profile).unwrap_or_default();
        filters.set(family);
        self.filters.insert(profile, filters);
        Ok(())
    }

    /// Takes a row of snmpNotifyFilterTable out, which is returned.
    pub fn remove_filter(&mut self, profile: &[u8], subtree: &Oid) -> Option<Family> {
        self.forget_selection();
        let profile = profile.to_vec();
        let mut filters = self.filters.remove(&profile)?;
        let removed = filters.remove(subtree);
        if !filters.is_empty() {
            self.filters.insert(profile, filters);
        }
        removed
    }

    /// The filter of the notifications that are made with these parameters.
    pub(super) fn filter(&self, params: &[u8]) -> Option<Arc<Filter>> {
        let profile = self.filter_profiles.get(params)?;
        let (_, known, filters) = self.filters.last_where(|known| known <= profile)?;
        (known == profile).then(|| filters.filter()).flatten()
    }

    /// snmpCommunityTable.
    #[must_use]
    pub fn communities(&self) -> &Rows<CommunityEntry> {
        &self.communities
    }

    /// Sets a row of snmpCommunityTable, replacing one with the same index.
    ///
    /// # Errors
    ///
    /// A name without octets, or with more than 32.
    pub fn set_community(&mut self, index: impl Into<Vec<u8>>, row: CommunityEntry) -> Result<(), RowError> {
        self.forget_selection();
        let index = index.into();
        check_name("snmpCommunityIndex", &index)?;
        check_name("snmpCommunitySecurityName", &row.security_name)?;
        self.communities.set(index, row);
        Ok(())
    }

    /// Takes a row of snmpCommunityTable out, which is returned.
    pub fn remove_community(&mut self, index: &[u8]) -> Option<CommunityEntry> {
        self.forget_selection();
        self.communities.remove(index)
    }

    /// snmpProxyTable.
    #[must_use]
    pub fn proxies(&self) -> &Rows<ProxyEntry> {
        &self.proxies
    }

    /// Sets a row of snmpProxyTable, replacing one with the same name.
    ///
    /// # Errors
    ///
    /// A name without octets, or with more than 32.
    pub fn set_proxy(&mut self, name: impl Into<Vec<u8>>, row: ProxyEntry) -> Result<(), RowError> {
        self.forget_selection();
        let name = name.into();
        check_name("snmpProxyName", &name)?;
        check_name("snmpProxyTargetParamsIn", &row.target_params_in)?;
        self.proxies.set(name, row);
        Ok(())
    }

    /// Takes a row of snmpProxyTable out, which is returned.
    pub fn remove_proxy(&mut self, name: &[u8]) -> Option<ProxyEntry> {
        self.forget_selection();
        self.proxies.remove(name)
    }

    /// What a message with this community string from there stands for (RFC 3584 §5.2.1): the first row with the string
    /// whose transport tag is empty or selects the address.
    #[must_use]
    pub fn find_community(&self, name: &[u8], from: &TransportAddress) -> Option<&CommunityEntry> {
        self.find_community_from(name, Some(from))
    }

    /// The same for a message whose transport says nothing of its sender: only rows without a transport tag are for it.
    #[must_use]
    pub fn find_community_from(
        &self,
        name: &[u8],
        from: Option<&TransportAddress>,
    ) -> Option<&CommunityEntry> {
        let rows = self.communities.iter().map(|(_, row)| row).filter(|row| row.name == name);
        rows.into_iter().find(|row| match from {
            Some(from) => self.selection().allows(&row.transport_tag, from),
            None => row.transport_tag.as_octets().is_empty(),
        })
    }

    /// Makes a user known in whose name notifications are sent: for all engines, or for one, which is the entity's own
    /// for traps and the receiver's for informs.
    #[cfg(feature = "usm")]
    pub fn set_user(&mut self, engine_id: Option<EngineId>, user: impl Into<Arc<Credentials>>) {
        self.forget_selection();
        let user = user.into();
        let engine_id = engine_id.map(|id| id.as_bytes().to_vec()).unwrap_or_default();
        self.users.insert((user.name().to_vec(), engine_id), user);
    }

    /// Forgets a user; tells whether it was known.
    #[cfg(feature = "usm")]
    pub fn remove_user(&mut self, engine_id: Option<EngineId>, name: &[u8]) -> bool {
        self.forget_selection();
        let engine_id = engine_id.map(|id| id.as_bytes().to_vec()).unwrap_or_default();
        self.users.remove(&(name.to_vec(), engine_id)).is_some()
    }

    /// Has these parameters use this user, whatever [`set_user`](Self::set_user) says about its name: receivers can know
    /// users of one name by different secrets.
    #[cfg(feature = "usm")]
    pub fn set_params_user(&mut self, params: impl Into<Vec<u8>>, user: impl Into<Arc<Credentials>>) {
        self.forget_selection();
        self.params_users.set(params.into(), user);
    }

    #[cfg(feature = "usm")]
    pub(super) fn params_user(&self, params: &[u8]) -> Option<&Arc<Credentials>> {
        self.params_users.shared(params)
    }

    /// The user of an engine, or else the one for all.
    #[cfg(all(feature = "usm", feature = "manager"))]
    pub(crate) fn user_of(&self, engine_id: &EngineId, name: &[u8]) -> Option<&Arc<Credentials>> {
        let name = name.to_vec();
        let of = |engine_id: &[u8]| {
            let wanted = (name.clone(), engine_id.to_vec());
            let found = self.users.last_where(|known| *known <= wanted)?;
            (*found.1 == wanted).then_some(found.2)
        };
        of(engine_id.as_bytes()).or_else(|| of(&[]))
    }

    /// All users of a name, the one for all engines first.
    #[cfg(feature = "usm")]
    pub(super) fn users<'t>(
        &'t self,
        name: &'t [u8],
    ) -> impl Iterator<Item = (Option<EngineId>, &'t Arc<Credentials>)> + 't {
        let mut next = match self.users.last_where(|(known, _)| known.as_slice() < name) {
            Some((place, ..)) => self.users.after(place),
            None => self.users.first(),
        };
        std::iter::from_fn(move || {
            let (place, (known, engine_id), user) = next.filter(|(_, (known, _), _)| known == name)?;
            let _ = known;
            next = self.users.after(place);
            Some((EngineId::new(engine_id).ok(), user))
        })
    }

    /// Who gets notifications by these tables, and what is passed on.
    pub(super) fn selection(&self) -> &Arc<Selection> {
        self.selection.get_or_init(|| Arc::new(Selection::new(self)))
    }

    /// For every change: what clones of before have made, or will make, is not of these tables.
    fn forget_selection(&mut self) {
        if Arc::get_mut(&mut self.selection).is_none_or(|own| own.get().is_some()) {
            self.selection = Arc::default();
        }
    }
}

/// Without names: they can be those of users.
impl fmt::Debug for TargetTables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TargetTables")
            .field("addresses", &self.addresses)
            .field("params", &self.params)
            .field("notify", &self.notify)
            .field("communities", &self.communities)
            .finish_non_exhaustive()
    }
}
