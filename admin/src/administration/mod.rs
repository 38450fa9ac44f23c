//! The administrative MIBs of an agent, for reading and writing: SNMP-VIEW-BASED-ACM-MIB, SNMP-USER-BASED-SM-MIB,
//! SNMP-TARGET-MIB, SNMP-NOTIFICATION-MIB and SNMP-COMMUNITY-MIB, and what SNMPv2-MIB has to write.
//!
//! An [`Administration`] has the rows of all their tables: those of a configuration, which are permanent, and those that
//! were made or changed over SNMP. What is set counts at once, for access control, users, communities and notifications;
//! what is nonVolatile or permanent is in the store before the SET is answered. A new configuration takes the place of the
//! old one and leaves what was made or changed over SNMP.
//!
//! Three choices where RFC 3414 leaves room or agents differ: a user that one SET clones and activates has the keys of its
//! template until they are changed, as in net-snmp's agent, and one that is made in steps is not ready before it has keys of
//! its own; without a store rows are volatile; keys are in the columns that change them, which
//! always read as empty.

mod access;
mod addresses;
mod capabilities;
mod error;
mod extensions;
mod journal;
mod level;
mod protocols;
mod proxies;
mod settings;
mod spin_lock;
mod statistics;
mod system;
mod table;
mod targets;
mod user_row;
mod users;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mibc_runtime::access::Vacm;
use mibc_runtime::agent::Agent;
use mibc_runtime::originator::Targets;

use crate::datastore::Datastore;
use crate::store::{Store, StoreJournal};
use access::AccessTables;
#[cfg(test)]
pub(crate) use access::access_of;
pub use addresses::Addresses;
pub use capabilities::Capabilities;
pub use error::AdministrationError;
pub use statistics::serve_statistics;
use system::SystemGroup;
pub use system::SystemText;
use targets::TargetTablesOverSnmp;
use users::{Senders, UserTable};

/// The rows of the administrative tables, and an agent that goes by them.
pub struct Administration {
    access: AccessTables,
    users: UserTable,
    targets: TargetTablesOverSnmp,
    system: SystemGroup,
}

impl Administration {
    /// With the rows that `kept` has. They count from [`configure`](Self::configure) on.
    ///
    /// # Errors
    /// The store has rows that cannot be read.
    pub fn open(
        kept: Option<&Arc<dyn Store>>,
        vacm: &Arc<Vacm>,
        targets: &Arc<Targets>,
    ) -> Result<Self, AdministrationError> {
        // One for all, so that a SET over several tables is one record.
        let journal = kept.map(|store| StoreJournal::new(Arc::clone(store)));
        let kept = journal.as_ref();
        let users = UserTable::open(kept, targets)?;
        let targets = TargetTablesOverSnmp::open(kept, targets, users.engine())?;
        Ok(Self { access: AccessTables::open(kept, vacm)?, users, targets, system: SystemGroup::open(kept) })
    }

    /// Has an agent go by the rows of a configuration and by those of SNMP. It must have been built with the same access
    /// control and targets, and be [administered](mibc_runtime::agent::AgentBuilder::administered).
    ///
    /// # Errors
    /// Something in the configuration cannot be a row. Nothing has changed then.
    pub fn configure(
        &self,
        rows: &Datastore,
        addresses: &Addresses,
        agent: &Agent,
    ) -> Result<(), AdministrationError> {
        let engine = agent.responder().local_users().ok_or(AdministrationError::NoEngine)?;
        // All that can be refused comes before all that changes something.
        let senders = Senders::of(rows)?;
        let users = self.users.stage(rows, engine.engine_id())?;
        let targets = self.targets.stage(rows, addresses, engine.engine_id())?;
        let access = self.access.stage(rows)?;
        users.commit()?;
        targets.commit()?;
        access.commit()?;
        self.users.install(&engine)?;
        self.targets.publish(|tables| self.users.publish(senders, tables));
        self.access.publish();
        Ok(())
    }

    /// Removes rows that managers have left notReady or notInService for `age`, and gives how many: RFC 2579 suggests
    /// [five minutes](mibc_runtime::rows::ABANDONED). The time of a row begins with the first call that sees it, so call it
    /// every minute or so. Rows of the configuration stay.
    ///
    /// # Errors
    /// The store fails: the rows of that table stay.
    pub fn expire(&self, now: Instant, age: Duration) -> Result<usize, AdministrationError> {
        Ok(self.access.expire(now, age)? + self.users.expire(now, age)? + self.targets.expire(now, age)?)
    }

    /// Serves the tables and their locks, sysORTable, snmpSetSerialNo and the agent's counters.
    pub fn serve(&self, agent: &Agent) {
        serve_statistics(agent);
        self.system.serve(agent);
        self.access.serve(agent);
        self.users.serve(agent);
        self.targets.serve(agent);
    }
}

impl Administration {
    /// sysORTable, to which rows can be added.
    #[must_use]
    pub fn capabilities(&self) -> &Arc<Capabilities> {
        self.system.capabilities()
    }

    /// Serves sysContact, sysName and sysLocation for reading and writing. They have the values that `configured` says until
    /// others are set, which are kept.
    pub fn serve_system(
        &self,
        agent: &Agent,
        configured: impl Fn(SystemText) -> String + Clone + Send + Sync + 'static,
    ) {
        self.system.serve_texts(agent, configured);
    }

    /// Serves snmpEnableAuthenTraps for reading and writing, and has the agent go by it. It is as configured until it is
    /// set, which is kept.
    pub fn serve_authentication_traps(&self, agent: &Agent, configured: bool) {
        self.system.serve_authentication_traps(agent, configured);
    }

    /// Another configuration says this of snmpEnableAuthenTraps. What was set over SNMP stays.
    pub fn configure_authentication_traps(&self, agent: &Agent, configured: bool) {
        self.system.configure_authentication_traps(agent, configured);
    }
}

impl fmt::Debug for Administration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Administration").finish_non_exhaustive()
    }
}
