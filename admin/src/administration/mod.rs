//! The administrative MIBs of an agent, for reading and writing: SNMP-VIEW-BASED-ACM-MIB, SNMP-USER-BASED-SM-MIB,
//! SNMP-TARGET-MIB, SNMP-NOTIFICATION-MIB and SNMP-COMMUNITY-MIB, and what SNMPv2-MIB has to write.
//!
//! An [`Administration`] has the rows of all their tables: those of a configuration, which are permanent, and those that
//! were made or changed over SNMP. What is set counts at once, for access control, users, communities and notifications;
//! what is nonVolatile or permanent is in the store before the SET is answered. A new configuration takes the place of the
//! old one and leaves what was made or changed over SNMP.
//!
//! Three choices where RFC 3414 leaves room or agents differ: a user that is cloned is active with the keys of its template
//! until they are changed, as in net-snmp's agent; without a store rows are volatile; keys are in the columns that change
//! them, which always read as empty.

mod access;
mod addresses;
mod error;
mod journal;
mod level;
mod protocols;
mod spin_lock;
mod system;
mod table;
mod targets;
mod user_row;
mod users;

use std::fmt;
use std::sync::Arc;

use mibc_runtime::access::Vacm;
use mibc_runtime::agent::Agent;
use mibc_runtime::originator::Targets;

use crate::datastore::Datastore;
use crate::store::Store;
use access::AccessTables;
pub use addresses::Addresses;
pub use error::AdministrationError;
use system::SystemGroup;
pub use system::SystemText;
use targets::TargetTablesOverSnmp;
use users::UserTable;

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
        let users = UserTable::open(kept, targets)?;
        let targets = TargetTablesOverSnmp::open(kept, targets, users.engine())?;
        Ok(Self { access: AccessTables::open(kept, vacm)?, users, targets, system: SystemGroup::open(kept) })
    }

    /// Has an agent go by the rows of a configuration and by those of SNMP. It must have been built with the same access
    /// control and targets, and be [administered](mibc_runtime::agent::AgentBuilder::administered).
    ///
    /// # Errors
    /// Something in the configuration cannot be a row; tables before it have been changed then.
    pub fn configure(
        &self,
        rows: &Datastore,
        addresses: &Addresses,
        agent: &Agent,
    ) -> Result<(), AdministrationError> {
        let engine = agent.responder().local_users().ok_or(AdministrationError::NoEngine)?;
        self.users.configure(rows, &engine)?;
        self.targets.configure(rows, addresses, self.users.engine())?;
        self.targets.publish(|tables| self.users.publish(rows, tables))?;
        self.access.configure(rows)?;
        Ok(())
    }

    /// Serves the tables and their locks, sysORTable, snmpSetSerialNo and the agent's counters.
    pub fn serve(&self, agent: &Agent) {
        agent.serve_statistics();
        self.system.serve(agent);
        self.access.serve(agent);
        self.users.serve(agent);
        self.targets.serve(agent);
    }
}

impl Administration {
    /// Serves sysContact, sysName and sysLocation for reading and writing. They have the values that `configured` says until
    /// others are set, which are kept.
    pub fn serve_system(
        &self,
        agent: &Agent,
        configured: impl Fn(SystemText) -> String + Clone + Send + Sync + 'static,
    ) {
        self.system.serve_texts(agent, configured);
    }
}

impl fmt::Debug for Administration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Administration").finish_non_exhaustive()
    }
}
