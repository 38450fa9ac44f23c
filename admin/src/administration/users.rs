//! SNMP-USER-BASED-SM-MIB (RFC 3414).

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use mibc_generated::snmp_user_based_sm_mib::{
    KeyChange, USM_USER_AUTH_KEY_CHANGE, USM_USER_AUTH_PROTOCOL, USM_USER_CLONE_FROM,
    USM_USER_OWN_AUTH_KEY_CHANGE, USM_USER_OWN_PRIV_KEY_CHANGE, USM_USER_PRIV_KEY_CHANGE,
    USM_USER_PRIV_PROTOCOL, USM_USER_SECURITY_NAME, USM_USER_SPIN_LOCK, USM_USER_STORAGE_TYPE, UsmUserEntry,
    UsmUserIndex,
};
use mibc_generated::snmpv2_tc::RowPointer;
use mibc_runtime::agent::{Agent, LocalUsers, RowState, TestAndIncr};
use mibc_runtime::oid::Oid;
use mibc_runtime::originator::{TargetTables, Targets};
use mibc_runtime::rows::{RowError, RowRef};
use mibc_runtime::usm::{Credentials, EngineId, KeyCache, Secret, User};

use super::AdministrationError;
use super::protocols::{auth_of, auth_oid, privacy_of, privacy_oid};
use super::spin_lock;
use super::table::{Fill, Staged, Table, active};
use super::user_row::settle;
use crate::datastore::Datastore;
use crate::store::StoreJournal;

/// The engine that users are of, once there is one.
pub(super) type Engine = Arc<RwLock<Option<LocalUsers>>>;

/// The table, and an engine that follows it.
pub(super) struct UserTable {
    users: Table<UsmUserEntry>,
    lock: TestAndIncr,
    engine: Engine,
    /// Whom the last configuration has made known to the engine.
    known: Mutex<Vec<Vec<u8>>>,
}

impl UserTable {
    pub(super) fn open(kept: Option<&StoreJournal>, targets: &Arc<Targets>) -> Result<Self, RowError> {
        let engine = Engine::default();
        let (of, targets) = (Arc::clone(&engine), Arc::clone(targets));
        let empty = || KeyChange(Vec::new().into());
        let users = Table::open(
            kept,
            Some(USM_USER_STORAGE_TYPE),
            |builder| {
                builder
                    .default_value(USM_USER_CLONE_FROM, RowPointer(Oid::ZERO))
                    .default_value(USM_USER_AUTH_PROTOCOL, auth_oid(None))
                    .default_value(USM_USER_PRIV_PROTOCOL, privacy_oid(None))
                    .hidden(USM_USER_CLONE_FROM, RowPointer(Oid::ZERO))
                    .hidden(USM_USER_AUTH_KEY_CHANGE, empty())
                    .hidden(USM_USER_OWN_AUTH_KEY_CHANGE, empty())
                    .hidden(USM_USER_PRIV_KEY_CHANGE, empty())
                    .hidden(USM_USER_OWN_PRIV_KEY_CHANGE, empty())
                    .settle(settle)
            },
            move |change| {
                let Some(index) = change.index() else { return };
                let (engine_id, name) = (index.usm_user_engine_id.0.0, index.usm_user_name.0.0);
                let user = active(change).and_then(credentials);
                let id = EngineId::new(&engine_id).ok();
                if let Some(users) = &*of.read().unwrap_or_else(PoisonError::into_inner)
                    && users.engine_id().as_bytes() == engine_id
                {
                    match &user {
                        Some(user) => users.set(user),
                        None => drop(users.remove(&name)),
                    }
                }
                if id.is_some() {
                    targets.edit(|tables| match user {
                        Some(user) => tables.set_user(id, user),
                        None => drop(tables.remove_user(id, &name)),
                    });
                }
            },
        )?;
        Ok(Self { users, lock: spin_lock::new(), engine, known: Mutex::default() })
    }

    /// The engine of the agent, once there is one.
    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(super) fn serve(&self, agent: &Agent) {
        self.users.serve(agent);
        spin_lock::serve(agent, USM_USER_SPIN_LOCK, &self.lock);
    }

    /// Makes ready to take the users of a configuration in.
    pub(super) fn stage(
        &self,
        rows: &Datastore,
        own: EngineId,
    ) -> Result<Staged<'_, UsmUserEntry>, AdministrationError> {
        let mut fills = Vec::new();
        for ((engine_id, name), row) in &rows.users {
            let engine_id = engine_id.unwrap_or(own);
            let row = &row.row;
            let keys =
                row.user.local_keys(&engine_id).map_err(|error| AdministrationError::user(name, &error))?;
            let index = UsmUserIndex {
                usm_user_engine_id: engine_id.as_bytes().to_vec().into(),
                usm_user_name: name.clone().into(),
            };
            let octets = |key: Option<mibc_runtime::usm::Key>| {
                KeyChange(key.map(|key| key.as_bytes().to_vec()).unwrap_or_default().into())
            };
            let (auth_key, privacy_key) = (octets(keys.0), octets(keys.1));
            let fill: Fill<'_, UsmUserEntry> = Box::new(move |edit| {
                edit.set(USM_USER_SECURITY_NAME, name.clone())
                    .set(USM_USER_AUTH_PROTOCOL, auth_oid(row.auth))
                    .set(USM_USER_PRIV_PROTOCOL, privacy_oid(row.privacy))
                    .set(USM_USER_AUTH_KEY_CHANGE, auth_key)
                    .set(USM_USER_PRIV_KEY_CHANGE, privacy_key)
            });
            fills.push((index, fill));
        }
        Ok(self.users.stage(fills.into_iter().collect())?)
    }

    /// Makes the users that there are now those of an engine.
    pub(super) fn install(&self, engine: &LocalUsers) -> Result<(), AdministrationError> {
        let own = engine.engine_id();
        *self.engine.write().unwrap_or_else(PoisonError::into_inner) = Some(engine.clone());
        // SETs wait meanwhile.
        self.users.store().edit(|_| {
            let mut names = Vec::new();
            self.users.each_active(|row| {
                let is_own = row.index().is_some_and(|index| index.usm_user_engine_id.0.0 == own.as_bytes());
                if let Some(user) = credentials(row).filter(|_| is_own) {
                    engine.set(&user);
                    names.push(user.name().to_vec());
                }
            });
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            for name in known.iter().filter(|name| !names.contains(name)) {
                engine.remove(name);
            }
            *known = names;
            Ok(())
        })?;
        Ok(())
    }

    /// Removes rows that were left unfinished.
    pub(super) fn expire(&self, now: Instant, age: Duration) -> Result<usize, RowError> {
        self.users.expire(now, age)
    }

    /// The users in whose names notifications are sent: `senders`, and those of SNMP.
    pub(super) fn publish(&self, senders: Senders, tables: &mut TargetTables) {
        for (engine_id, user) in senders.0 {
            tables.set_user(engine_id, user);
        }
        self.users.each_active(|row| {
            let Some(index) = row.index().filter(|index| self.users.is_of_snmp(index)) else { return };
            if let (Ok(id), Some(user)) = (EngineId::new(&index.usm_user_engine_id.0.0), credentials(row)) {
                tables.set_user(Some(id), user);
            }
        });
    }
}

/// The users of a configuration, in whose names notifications are sent. They are known at every engine by their
/// passphrases.
pub(super) struct Senders(Vec<(Option<EngineId>, Credentials)>);

impl Senders {
    pub(super) fn of(rows: &Datastore) -> Result<Self, AdministrationError> {
        let cache = KeyCache::new();
        let credentials = rows.users.iter().map(|((engine_id, name), row)| {
            let user = Credentials::new(&row.row.user, &cache);
            user.map(|user| (*engine_id, user)).map_err(|error| AdministrationError::user(name, &error))
        });
        Ok(Self(credentials.collect::<Result<_, _>>()?))
    }
}

/// The user of a row, with the keys that are in it.
fn credentials(row: RowRef<'_, UsmUserEntry>) -> Option<Credentials> {
    if row.state() != RowState::Active {
        return None;
    }
    let mut user = User::new(&row.index()?.usm_user_name.0.0);
    let key = |column| row.get(column).map(|key: KeyChange| Secret::localized(&key.0.0));
    if let Some(auth) = row.get(USM_USER_AUTH_PROTOCOL).and_then(|oid| auth_of(&oid).known()) {
        user = user.auth(auth, key(USM_USER_AUTH_KEY_CHANGE)?);
        if let Some(privacy) = row.get(USM_USER_PRIV_PROTOCOL).and_then(|oid| privacy_of(&oid).known()) {
            user = user.privacy(privacy, key(USM_USER_PRIV_KEY_CHANGE)?);
        }
    }
    match Credentials::new(&user, &KeyCache::new()) {
        Ok(credentials) => Some(credentials),
        Err(error) => {
            // A row that was kept is damaged.
            tracing::error!(target: mibc_runtime::logs::ADMINISTRATION, %error, "a user of usmUserTable cannot be used");
            None
        }
    }
}
