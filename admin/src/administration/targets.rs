//! SNMP-TARGET-MIB, SNMP-NOTIFICATION-MIB (RFC 3413) and SNMP-COMMUNITY-MIB (RFC 3584), and what else the targets need.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use mibc_generated::snmp_community_mib::{
    SNMP_COMMUNITY_CONTEXT_ENGINE_ID, SNMP_COMMUNITY_CONTEXT_NAME, SNMP_COMMUNITY_NAME,
    SNMP_COMMUNITY_SECURITY_NAME, SNMP_COMMUNITY_STORAGE_TYPE, SNMP_COMMUNITY_TRANSPORT_TAG,
    SNMP_TARGET_ADDR_MMS, SNMP_TARGET_ADDR_T_MASK, SnmpCommunityEntry, SnmpCommunityIndex,
    SnmpTargetAddrExtEntry,
};
use mibc_generated::snmp_framework_mib::SnmpMessageProcessingModel;
use mibc_generated::snmp_notification_mib::{
    SNMP_NOTIFY_FILTER_MASK, SNMP_NOTIFY_FILTER_PROFILE_NAME, SNMP_NOTIFY_FILTER_PROFILE_STOR_TYPE,
    SNMP_NOTIFY_FILTER_STORAGE_TYPE, SNMP_NOTIFY_FILTER_TYPE, SNMP_NOTIFY_STORAGE_TYPE, SNMP_NOTIFY_TAG,
    SNMP_NOTIFY_TYPE, SnmpNotifyEntry, SnmpNotifyFilterEntry, SnmpNotifyFilterIndex,
    SnmpNotifyFilterProfileEntry, SnmpNotifyFilterType, SnmpNotifyIndex, SnmpNotifyType,
};
use mibc_generated::snmp_proxy_mib::SnmpProxyEntry;
use mibc_generated::snmp_target_mib::{
    SNMP_TARGET_ADDR_PARAMS, SNMP_TARGET_ADDR_RETRY_COUNT, SNMP_TARGET_ADDR_STORAGE_TYPE,
    SNMP_TARGET_ADDR_T_ADDRESS, SNMP_TARGET_ADDR_T_DOMAIN, SNMP_TARGET_ADDR_TAG_LIST,
    SNMP_TARGET_ADDR_TIMEOUT, SNMP_TARGET_PARAMS_MP_MODEL, SNMP_TARGET_PARAMS_SECURITY_LEVEL,
    SNMP_TARGET_PARAMS_SECURITY_MODEL, SNMP_TARGET_PARAMS_SECURITY_NAME, SNMP_TARGET_PARAMS_STORAGE_TYPE,
    SNMP_TARGET_SPIN_LOCK, SnmpTargetAddrEntry, SnmpTargetAddrIndex, SnmpTargetParamsEntry,
    SnmpTargetParamsIndex,
};
use mibc_generated::snmpv2_tc::{TAddress, TDomain, TimeInterval};
use mibc_runtime::access::Model;
use mibc_runtime::agent::{Agent, RowState, SetError, TestAndIncr};
use mibc_runtime::message::Version;
use mibc_runtime::originator::{
    CommunityEntry, MpModel, Notify, NotifyType, Tag, TagList, TargetAddress, TargetParams, TargetTables,
    Targets, from_domain, to_domain,
};
use mibc_runtime::rows::{Change, RowEdit, RowError, RowRef, Source};
use mibc_runtime::usm::EngineId;

use super::access::family;
use super::addresses::Addresses;
use super::extensions::{Extension, Extensions, Removed, check_mask, follow_extension};
use super::level::{level_of, model_of, to_level, to_model};
use super::proxies::ProxyTable;
use super::table::{Fill, Staged, Table, active, follow, tag_of, used};
use super::users::Engine;
use super::{AdministrationError, spin_lock};
use crate::config;
use crate::datastore::{Datastore, Peer};
use crate::store::StoreJournal;

/// The parameters of addresses that nothing is sent to.
const NO_NOTIFICATIONS: &str = "no-notifications";

/// The tables, and an originator that follows them.
pub(super) struct TargetTablesOverSnmp {
    addresses: Table<SnmpTargetAddrEntry>,
    /// snmpTargetAddrExtTable: a row for each of those.
    extensions: Arc<Table<SnmpTargetAddrExtEntry>>,
    params: Table<SnmpTargetParamsEntry>,
    notify: Table<SnmpNotifyEntry>,
    profiles: Table<SnmpNotifyFilterProfileEntry>,
    filters: Table<SnmpNotifyFilterEntry>,
    communities: Table<SnmpCommunityEntry>,
    proxies: ProxyTable,
    lock: TestAndIncr,
    targets: Arc<Targets>,
    /// Addresses of the configuration that no standard domain can tell.
    untold: Mutex<Vec<(Vec<u8>, TargetAddress)>>,
}

impl TargetTablesOverSnmp {
    pub(super) fn open(
        kept: Option<&StoreJournal>,
        targets: &Arc<Targets>,
        engine: &Engine,
    ) -> Result<Self, RowError> {
        let tables = || Arc::clone(targets);
        let (of, to) = (tables(), tables());
        let extensions = Arc::new(Table::<SnmpTargetAddrExtEntry>::open(
            kept,
            None,
            |builder| builder.on_test(move |change| check_mask(change, &of)),
            move |change| follow_extension(change, &to),
        )?);
        let for_test = Arc::clone(&extensions);
        let (of, to) = (Arc::clone(&extensions), tables());
        let removed = Removed::default();
        let addresses = Table::open(
            kept,
            Some(SNMP_TARGET_ADDR_STORAGE_TYPE),
            |builder| builder.on_test(move |change| check_address(change, &for_test)),
            move |change| follow_address(change, &of, &removed, &to),
        )?;
        let to = tables();
        let params = Table::open(
            kept,
            Some(SNMP_TARGET_PARAMS_STORAGE_TYPE),
            |builder| {
                builder
                    .frozen(SNMP_TARGET_PARAMS_MP_MODEL)
                    .frozen(SNMP_TARGET_PARAMS_SECURITY_MODEL)
                    .frozen(SNMP_TARGET_PARAMS_SECURITY_NAME)
                    .frozen(SNMP_TARGET_PARAMS_SECURITY_LEVEL)
            },
            follow(to, set_params, |tables, index| {
                drop(tables.remove_params(&index.snmp_target_params_name.0.0))
            }),
        )?;
        let to = tables();
        let notify = Table::open(
            kept,
            Some(SNMP_NOTIFY_STORAGE_TYPE),
            |builder| builder.on_test(tag_of(SNMP_NOTIFY_TAG)),
            follow(to, set_notify, |tables, index| drop(tables.remove_notify(&index.snmp_notify_name.0.0))),
        )?;
        let to = tables();
        let profiles = Table::open(
            kept,
            Some(SNMP_NOTIFY_FILTER_PROFILE_STOR_TYPE),
            |builder| builder,
            follow(to, set_profile, |tables, index| {
                drop(tables.remove_filter_profile(&index.snmp_target_params_name.0.0))
            }),
        )?;
        let to = tables();
        let filters = Table::open(
            kept,
            Some(SNMP_NOTIFY_FILTER_STORAGE_TYPE),
            |builder| builder,
            follow(to, set_filter, |tables, index| {
                let profile = &index.snmp_notify_filter_profile_name.0.0;
                drop(tables.remove_filter(profile, &index.snmp_notify_filter_subtree));
            }),
        )?;
        let (to, engine) = (tables(), Arc::clone(engine));
        let communities = Table::open(
            kept,
            Some(SNMP_COMMUNITY_STORAGE_TYPE),
            |builder| {
                builder
                    .optional(SNMP_COMMUNITY_CONTEXT_ENGINE_ID)
                    .adjust(move |_, row| in_own_engine(row, &engine))
                    .on_test(tag_of(SNMP_COMMUNITY_TRANSPORT_TAG))
            },
            follow(to, set_community, |tables, index| {
                drop(tables.remove_community(&index.snmp_community_index.0.0))
            }),
        )?;
        Ok(Self {
            addresses,
            extensions,
            params,
            notify,
            profiles,
            filters,
            communities,
            proxies: ProxyTable::open(kept, targets)?,
            lock: spin_lock::new(),
            targets: tables(),
            untold: Mutex::default(),
        })
    }

    pub(super) fn serve(&self, agent: &Agent) {
        // A SET of both tables commits them in this order.
        self.addresses.serve(agent);
        Extensions::serve(self.extensions.store(), agent);
        self.params.serve(agent);
        self.notify.serve(agent);
        self.profiles.serve(agent);
        self.filters.serve(agent);
        self.communities.serve(agent);
        self.proxies.serve(agent);
        spin_lock::serve(agent, SNMP_TARGET_SPIN_LOCK, &self.lock);
    }

    /// Makes ready to take the rows of a configuration in.
    pub(super) fn stage(
        &self,
        rows: &Datastore,
        found: &Addresses,
        engine: EngineId,
    ) -> Result<StagedTargets<'_>, AdministrationError> {
        let (addresses, extensions, untold) = self.stage_addresses(rows, found)?;
        let params = rows.parameters.iter().map(|(name, row)| {
            let row = &row.row;
            let (mp, model) = match row.version {
                Version::V1 => (MpModel::V1, Model::V1),
                Version::V2c => (MpModel::V2C, Model::V2C),
                _ => (MpModel::V3, Model::USM),
            };
            let fill: Fill<'_, SnmpTargetParamsEntry> = Box::new(move |edit| {
                edit.set(SNMP_TARGET_PARAMS_MP_MODEL, SnmpMessageProcessingModel(mp.0 as i32))
                    .set(SNMP_TARGET_PARAMS_SECURITY_MODEL, to_model(model))
                    .set(SNMP_TARGET_PARAMS_SECURITY_NAME, row.security_name.clone())
                    .set(SNMP_TARGET_PARAMS_SECURITY_LEVEL, to_level(row.level))
            });
            (SnmpTargetParamsIndex { snmp_target_params_name: name.clone().into() }, fill)
        });
        let params = self.params.stage(params.collect())?;
        let notify = rows.notify.iter().map(|(name, row)| {
            let kind = match row.row.kind {
                config::NotifyType::Trap => SnmpNotifyType::TRAP,
                config::NotifyType::Inform => SnmpNotifyType::INFORM,
            };
            let fill: Fill<'_, SnmpNotifyEntry> = Box::new(move |edit| {
                edit.set(SNMP_NOTIFY_TAG, row.row.tag.clone()).set(SNMP_NOTIFY_TYPE, kind)
            });
            (SnmpNotifyIndex { snmp_notify_name: name.clone().into() }, fill)
        });
        let notify = self.notify.stage(notify.collect())?;
        let profiles = rows.profiles.iter().map(|(params, profile)| {
            let fill: Fill<'_, SnmpNotifyFilterProfileEntry> =
                Box::new(|edit| edit.set(SNMP_NOTIFY_FILTER_PROFILE_NAME, profile.row.clone()));
            (SnmpTargetParamsIndex { snmp_target_params_name: params.clone().into() }, fill)
        });
        let profiles = self.profiles.stage(profiles.collect())?;
        let filters = rows.filters.iter().map(|((profile, subtree), family)| {
            let kind = match family.row.is_included() {
                true => SnmpNotifyFilterType::INCLUDED,
                false => SnmpNotifyFilterType::EXCLUDED,
            };
            let fill: Fill<'_, SnmpNotifyFilterEntry> = Box::new(move |edit| {
                edit.set(SNMP_NOTIFY_FILTER_MASK, family.row.mask_of().as_octets())
                    .set(SNMP_NOTIFY_FILTER_TYPE, kind)
            });
            let index = SnmpNotifyFilterIndex {
                snmp_notify_filter_profile_name: profile.clone().into(),
                snmp_notify_filter_subtree: subtree.clone(),
            };
            (index, fill)
        });
        let filters = self.filters.stage(filters.collect())?;
        let communities = rows.communities.iter().map(|(index, row)| {
            let row = &row.row;
            let fill: Fill<'_, SnmpCommunityEntry> = Box::new(move |edit| {
                let engine_id = row.engine_id.unwrap_or(engine);
                edit.set(SNMP_COMMUNITY_CONTEXT_ENGINE_ID, engine_id.as_bytes().to_vec())
                    .set(SNMP_COMMUNITY_NAME, row.name.reveal().as_bytes().to_vec())
                    .set(SNMP_COMMUNITY_SECURITY_NAME, row.security_name.clone())
                    .set(SNMP_COMMUNITY_CONTEXT_NAME, row.context.clone())
                    .set(SNMP_COMMUNITY_TRANSPORT_TAG, row.transport_tag.clone())
            });
            (SnmpCommunityIndex { snmp_community_index: index.clone().into() }, fill)
        });
        let communities = self.communities.stage(communities.collect())?;
        let proxies = self.proxies.stage(rows)?;
        Ok(StagedTargets {
            addresses,
            extensions,
            params,
            notify,
            profiles,
            filters,
            communities,
            proxies,
            untold,
            to: &self.untold,
        })
    }

    #[allow(clippy::type_complexity)] // the parts of a staged configuration, named where they are used
    fn stage_addresses(
        &self,
        rows: &Datastore,
        found: &Addresses,
    ) -> Result<
        (Staged<'_, SnmpTargetAddrEntry>, Staged<'_, SnmpTargetAddrExtEntry>, Vec<(Vec<u8>, TargetAddress)>),
        AdministrationError,
    > {
        let mut addresses: BTreeMap<_, Fill<'_, SnmpTargetAddrEntry>> = BTreeMap::new();
        let mut extensions: BTreeMap<_, Fill<'_, SnmpTargetAddrExtEntry>> = BTreeMap::new();
        let mut untold = Vec::new();
        for (name, row) in &rows.addresses {
            let row = &row.row;
            let is_receiver = matches!(row.peer, Peer::Receiver(_));
            for (number, (address, mask)) in found.of(row).into_iter().enumerate() {
                let name = match number {
                    0 => name.clone(),
                    number => [name.as_slice(), format!("-{}", number + 1).as_bytes()].concat(),
                };
                let params = if is_receiver { row.parameters.clone() } else { NO_NOTIFICATIONS.into() };
                let timeout = i32::try_from(row.timeout.as_millis() / 10).unwrap_or(i32::MAX);
                let tags = row.tags.join(" ");
                let Some((domain, octets)) = to_domain(&address).filter(|(_, octets)| !octets.is_empty())
                else {
                    let fail = |why: &dyn std::fmt::Display| AdministrationError::target(&name, &why);
                    let entry = TargetAddress {
                        timeout: timeout.unsigned_abs(),
                        retry_count: row.retries,
                        tag_list: TagList::new(tags).map_err(|error| fail(&error))?,
                        ..TargetAddress::new(address, params)
                    };
                    let checked = TargetTables::default().set_address(name.clone(), entry.clone());
                    checked.map_err(|error| fail(&error))?;
                    untold.push((name, entry));
                    continue;
                };
                let retries = i32::from(row.retries);
                let index = SnmpTargetAddrIndex { snmp_target_addr_name: name.into() };
                let fill: Fill<'_, SnmpTargetAddrExtEntry> = Box::new(move |edit| {
                    edit.set(SNMP_TARGET_ADDR_T_MASK, mask).set(SNMP_TARGET_ADDR_MMS, 0)
                });
                extensions.insert(index.clone(), fill);
                let fill: Fill<'_, SnmpTargetAddrEntry> = Box::new(move |edit| {
                    edit.set(SNMP_TARGET_ADDR_T_DOMAIN, TDomain(domain))
                        .set(SNMP_TARGET_ADDR_T_ADDRESS, TAddress(octets.into()))
                        .set(SNMP_TARGET_ADDR_TIMEOUT, TimeInterval(timeout))
                        .set(SNMP_TARGET_ADDR_RETRY_COUNT, retries)
                        .set(SNMP_TARGET_ADDR_TAG_LIST, tags)
                        .set(SNMP_TARGET_ADDR_PARAMS, params)
                });
                addresses.insert(index, fill);
            }
        }
        let addresses = self.addresses.stage(addresses)?;
        // Rows that were made over SNMP have extensions, too.
        for row in self.addresses.store().snapshot().iter() {
            let made = |index: &SnmpTargetAddrIndex| {
                self.addresses.is_of_snmp(index) && !extensions.contains_key(index)
            };
            if let Some(index) = row.index().filter(made) {
                let now = Extension::of(self.extensions.store(), &index);
                extensions.insert(index, Box::new(move |edit| now.fill(edit)));
            }
        }
        let extensions = self.extensions.stage(extensions)?;
        Ok((addresses, extensions, untold))
    }

    /// Removes rows that were left unfinished.
    pub(super) fn expire(&self, now: Instant, age: Duration) -> Result<usize, RowError> {
        Ok(self.addresses.expire(now, age)?
            + self.params.expire(now, age)?
            + self.notify.expire(now, age)?
            + self.profiles.expire(now, age)?
            + self.filters.expire(now, age)?
            + self.communities.expire(now, age)?
            + self.proxies.expire(now, age)?)
    }

    /// Has notifications and communities go by the rows as they are now, and by what `add` adds.
    pub(super) fn publish(&self, add: impl FnOnce(&mut TargetTables)) {
        self.targets.edit(|tables| {
            let mut fresh = TargetTables::default();
            let extensions = self.extensions.store().snapshot();
            self.addresses.each_active(|row| {
                set_address(&mut fresh, row, row.index().and_then(|index| extensions.row(&index)));
            });
            for (name, entry) in self.untold.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                used(fresh.set_address(name.clone(), entry.clone()));
            }
            self.params.each_active(|row| set_params(&mut fresh, row));
            self.notify.each_active(|row| set_notify(&mut fresh, row));
            self.profiles.each_active(|row| set_profile(&mut fresh, row));
            self.filters.each_active(|row| set_filter(&mut fresh, row));
            self.communities.each_active(|row| set_community(&mut fresh, row));
            self.proxies.publish(&mut fresh);
            add(&mut fresh);
            *tables = fresh;
        });
    }
}

/// Rows that the tables will have.
pub(super) struct StagedTargets<'t> {
    addresses: Staged<'t, SnmpTargetAddrEntry>,
    extensions: Staged<'t, SnmpTargetAddrExtEntry>,
    params: Staged<'t, SnmpTargetParamsEntry>,
    notify: Staged<'t, SnmpNotifyEntry>,
    profiles: Staged<'t, SnmpNotifyFilterProfileEntry>,
    filters: Staged<'t, SnmpNotifyFilterEntry>,
    communities: Staged<'t, SnmpCommunityEntry>,
    proxies: Staged<'t, SnmpProxyEntry>,
    untold: Vec<(Vec<u8>, TargetAddress)>,
    to: &'t Mutex<Vec<(Vec<u8>, TargetAddress)>>,
}

impl StagedTargets<'_> {
    pub(super) fn commit(self) -> Result<(), RowError> {
        self.addresses.commit()?;
        self.extensions.commit()?;
        self.params.commit()?;
        self.notify.commit()?;
        self.profiles.commit()?;
        self.filters.commit()?;
        self.communities.commit()?;
        self.proxies.commit()?;
        *self.to.lock().unwrap_or_else(PoisonError::into_inner) = self.untold;
        Ok(())
    }
}

/// A community is for the contexts of the agent itself, unless its row says another engine.
fn in_own_engine<'a>(
    row: RowEdit<'a, SnmpCommunityEntry>,
    engine: &Engine,
) -> RowEdit<'a, SnmpCommunityEntry> {
    let engine = engine.read().unwrap_or_else(PoisonError::into_inner);
    match &*engine {
        Some(users) if row.get(SNMP_COMMUNITY_CONTEXT_ENGINE_ID).is_none() => {
            row.set(SNMP_COMMUNITY_CONTEXT_ENGINE_ID, users.engine_id().as_bytes().to_vec())
        }
        _ => row,
    }
}

/// A row of snmpTargetAddrTable has one in snmpTargetAddrExtTable as long as it is there.
fn follow_address(
    change: &Change<'_, SnmpTargetAddrEntry>,
    extensions: &Table<SnmpTargetAddrExtEntry>,
    removed: &Removed,
    targets: &Targets,
) {
    let Some(index) = change.index() else { return };
    let done = match (change.before().is_some(), change.after().is_some()) {
        (false, true) => {
            // A row that comes back, because its SET has failed elsewhere, is as it was.
            let before = removed.take(&index).filter(|_| change.source() == Source::Undo);
            extensions
                .follow(|store| store.insert(index.clone(), |edit| before.unwrap_or_default().fill(edit)))
        }
        (true, false) => {
            removed.keep(&index, extensions.store());
            extensions.follow(|store| store.remove(index.clone()).map(drop))
        }
        _ => Ok(()),
    };
    if let Err(error) = done {
        tracing::error!(target: mibc_runtime::logs::ADMINISTRATION, %error, "a row of snmpTargetAddrExtTable does not follow its address");
    }
    let rows = extensions.store().snapshot();
    targets.edit(|tables| match active(change) {
        Some(row) => set_address(tables, row, rows.row(&index)),
        None => drop(tables.remove_address(&index.snmp_target_addr_name.0.0)),
    });
}

/// Domain, address and mask fit together, and tags are tags.
fn check_address(
    change: &Change<'_, SnmpTargetAddrEntry>,
    extensions: &Table<SnmpTargetAddrExtEntry>,
) -> Result<(), SetError> {
    let Some(row) = change.after() else { return Ok(()) };
    let was_active = change.before().is_some_and(|row| row.state() == RowState::Active);
    let stays = was_active && row.state() == RowState::Active;
    for (is_changed, column) in [
        (change.is_changed(SNMP_TARGET_ADDR_T_DOMAIN), SNMP_TARGET_ADDR_T_DOMAIN.sub_id()),
        (change.is_changed(SNMP_TARGET_ADDR_T_ADDRESS), SNMP_TARGET_ADDR_T_ADDRESS.sub_id()),
    ] {
        if stays && is_changed {
            return Err(SetError::inconsistent_value().column(column));
        }
    }
    if let (Some(domain), Some(address)) =
        (row.get(SNMP_TARGET_ADDR_T_DOMAIN), row.get(SNMP_TARGET_ADDR_T_ADDRESS))
        && from_domain(&domain.0, &address.0.0).is_none()
    {
        return Err(SetError::inconsistent_value().column(SNMP_TARGET_ADDR_T_ADDRESS.sub_id()));
    }
    // The mask may have been set while the row was not active.
    let length = row.get(SNMP_TARGET_ADDR_T_ADDRESS).map_or(0, |address| address.0.len());
    let mask = change.index().and_then(|index| extensions.store().get(&index, SNMP_TARGET_ADDR_T_MASK));
    if row.state() == RowState::Active && mask.is_some_and(|mask| !mask.is_empty() && mask.len() != length) {
        return Err(SetError::inconsistent_value().column(SNMP_TARGET_ADDR_T_ADDRESS.sub_id()));
    }
    let tags = row.get(SNMP_TARGET_ADDR_TAG_LIST).map(|tags| TagList::new(tags.0.0));
    match tags {
        Some(Err(_)) => Err(SetError::wrong_value().column(SNMP_TARGET_ADDR_TAG_LIST.sub_id())),
        _ => Ok(()),
    }
}

fn set_address(
    tables: &mut TargetTables,
    row: RowRef<'_, SnmpTargetAddrEntry>,
    extension: Option<RowRef<'_, SnmpTargetAddrExtEntry>>,
) {
    let (Some(index), Some(domain), Some(address)) =
        (row.index(), row.get(SNMP_TARGET_ADDR_T_DOMAIN), row.get(SNMP_TARGET_ADDR_T_ADDRESS))
    else {
        return;
    };
    let name = index.snmp_target_addr_name.0.0;
    let Some(address) = from_domain(&domain.0, &address.0.0) else { return };
    let params = row.get(SNMP_TARGET_ADDR_PARAMS).map(|name| name.0.0).unwrap_or_default();
    let mut t_mask =
        extension.and_then(|row| row.get(SNMP_TARGET_ADDR_T_MASK)).map(|mask| mask.0).unwrap_or_default();
    let length = to_domain(&address).map_or(0, |(_, octets)| octets.len());
    if t_mask.len() != length {
        // The address has become another one since: it has to match as a whole.
        t_mask.clear();
    }
    let number = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
    let entry = TargetAddress {
        timeout: number(row.get(SNMP_TARGET_ADDR_TIMEOUT).map(|time| time.0)).unwrap_or(1_500),
        retry_count: number(row.get(SNMP_TARGET_ADDR_RETRY_COUNT)).map_or(3, |count| count.min(255) as u8),
        tag_list: row
            .get(SNMP_TARGET_ADDR_TAG_LIST)
            .and_then(|tags| TagList::new(tags.0.0).ok())
            .unwrap_or_default(),
        t_mask,
        mms: number(extension.and_then(|row| row.get(SNMP_TARGET_ADDR_MMS))).unwrap_or(484),
        ..TargetAddress::new(address, params)
    };
    used(tables.set_address(name, entry));
}

fn set_params(tables: &mut TargetTables, row: RowRef<'_, SnmpTargetParamsEntry>) {
    let (Some(index), Some(mp), Some(model), Some(name), Some(level)) = (
        row.index(),
        row.get(SNMP_TARGET_PARAMS_MP_MODEL),
        row.get(SNMP_TARGET_PARAMS_SECURITY_MODEL),
        row.get(SNMP_TARGET_PARAMS_SECURITY_NAME),
        row.get(SNMP_TARGET_PARAMS_SECURITY_LEVEL),
    ) else {
        return;
    };
    let entry = TargetParams {
        mp_model: MpModel(u32::try_from(mp.0).unwrap_or(u32::MAX)),
        security_model: model_of(model),
        security_name: name.0.0,
        security_level: level_of(level),
    };
    used(tables.set_params(index.snmp_target_params_name.0.0, entry));
}

fn set_notify(tables: &mut TargetTables, row: RowRef<'_, SnmpNotifyEntry>) {
    let Some(index) = row.index() else { return };
    let tag = row.get(SNMP_NOTIFY_TAG).and_then(|tag| Tag::new(tag.0.0).ok()).unwrap_or_default();
    let notify_type = match row.get(SNMP_NOTIFY_TYPE) {
        Some(SnmpNotifyType::INFORM) => NotifyType::Inform,
        _ => NotifyType::Trap,
    };
    used(tables.set_notify(index.snmp_notify_name.0.0, Notify { tag, notify_type }));
}

fn set_profile(tables: &mut TargetTables, row: RowRef<'_, SnmpNotifyFilterProfileEntry>) {
    if let (Some(index), Some(profile)) = (row.index(), row.get(SNMP_NOTIFY_FILTER_PROFILE_NAME)) {
        used(tables.set_filter_profile(index.snmp_target_params_name.0.0, profile.0.0));
    }
}

fn set_filter(tables: &mut TargetTables, row: RowRef<'_, SnmpNotifyFilterEntry>) {
    let Some(index) = row.index() else { return };
    let mask = row.get(SNMP_NOTIFY_FILTER_MASK).unwrap_or_default();
    let included = row.get(SNMP_NOTIFY_FILTER_TYPE) != Some(SnmpNotifyFilterType::EXCLUDED);
    let family = family(index.snmp_notify_filter_subtree, mask.0, included);
    used(tables.set_filter(index.snmp_notify_filter_profile_name.0.0, family));
}

fn set_community(tables: &mut TargetTables, row: RowRef<'_, SnmpCommunityEntry>) {
    let (Some(index), Some(name), Some(security_name)) =
        (row.index(), row.get(SNMP_COMMUNITY_NAME), row.get(SNMP_COMMUNITY_SECURITY_NAME))
    else {
        return;
    };
    let engine_id = row.get(SNMP_COMMUNITY_CONTEXT_ENGINE_ID);
    let context = row.get(SNMP_COMMUNITY_CONTEXT_NAME);
    let tag = row.get(SNMP_COMMUNITY_TRANSPORT_TAG).map(|tag| Tag::new(tag.0.0));
    let transport_tag = match tag {
        None => Tag::default(),
        Some(Ok(tag)) => tag,
        // Without its tag it would be for everybody.
        Some(Err(error)) => return used(Err::<(), _>(error)),
    };
    let entry = CommunityEntry {
        context_engine_id: engine_id.map(|id| id.0.0).unwrap_or_default(),
        context_name: context.map(|name| name.0.0).unwrap_or_default(),
        transport_tag,
        ..CommunityEntry::new(name.0, security_name.0.0)
    };
    used(tables.set_community(index.snmp_community_index.0.0, entry));
}
