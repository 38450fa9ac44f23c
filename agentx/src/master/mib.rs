//! AGENTX-MIB (RFC 2742): connections, sessions and registrations.

use std::ops::Bound;
use std::sync::{Arc, Weak};

use mibc_generated::agentx_mib::{
    AGENTX_CONN_TABLE_LAST_CHANGE, AGENTX_DEFAULT_TIMEOUT, AGENTX_MASTER_AGENT_X_VER,
    AGENTX_REGISTRATION_TABLE_LAST_CHANGE, AGENTX_SESSION_TABLE_LAST_CHANGE, AgentxConnectionEntry,
    AgentxConnectionIndex, AgentxConnectionTable, AgentxRegistrationEntry, AgentxRegistrationIndex,
    AgentxRegistrationTable, AgentxSessionAdminStatus, AgentxSessionEntry, AgentxSessionIndex,
    AgentxSessionSet, AgentxSessionTable, AgentxTAddress,
};
use mibc_generated::snmp_framework_mib::SnmpAdminString;
use mibc_generated::snmpv2_tc::{TDomain, TimeStamp, TruthValue};
use mibc_runtime::agent::{SetError, Undo};
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{OctetString, TimeTicks, Unsigned32};

use super::core::{Registered, Session};
use super::shared::{Connection, Shared, lock};
use crate::pdu::{CloseReason, Register, VERSION};

/// The tables. They do not keep the master agent alive.
struct Tables(Weak<Shared>);

/// Serves AGENTX-MIB.
pub(super) fn serve(shared: &Arc<Shared>) {
    let agent = &shared.agent;
    let timeout = i32::try_from(shared.rules.default_timeout.as_secs()).unwrap_or(255).clamp(0, 255);
    agent.serve(AGENTX_DEFAULT_TIMEOUT, move || timeout);
    agent.serve(AGENTX_MASTER_AGENT_X_VER, || VERSION.into());
    let changed = |of: fn(&Shared) -> TimeTicks| {
        let shared = Arc::downgrade(shared);
        move || TimeStamp(shared.upgrade().map_or(TimeTicks(0), |shared| of(&shared)))
    };
    agent.serve(AGENTX_CONN_TABLE_LAST_CHANGE, changed(|shared| lock(&shared.connections).changed));
    agent.serve(AGENTX_SESSION_TABLE_LAST_CHANGE, changed(|shared| shared.core().sessions_changed));
    agent.serve(AGENTX_REGISTRATION_TABLE_LAST_CHANGE, changed(|shared| shared.core().registrations_changed));
    let tables = Arc::new(Tables(Arc::downgrade(shared)));
    agent.serve_table(AgentxConnectionEntry, Arc::clone(&tables));
    agent.serve_table(AgentxSessionEntry, Arc::clone(&tables));
    agent.serve_table(AgentxRegistrationEntry, tables);
}

impl Tables {
    fn connection<T>(&self, index: &AgentxConnectionIndex, see: impl FnOnce(&Connection) -> T) -> Option<T> {
        let shared = self.0.upgrade()?;
        let connections = lock(&shared.connections);
        connections.rows.get(&index.agentx_conn_index.0).map(see)
    }

    fn session<T>(&self, index: &AgentxSessionIndex, see: impl FnOnce(&Session) -> T) -> Option<T> {
        let shared = self.0.upgrade()?;
        let core = shared.core();
        let session = core.sessions().get(&index.agentx_session_index.0);
        session.filter(|session| session.connection == index.agentx_conn_index.0).map(see)
    }

    fn registration<T>(
        &self,
        index: &AgentxRegistrationIndex,
        see: impl FnOnce(&Register) -> T,
    ) -> Option<T> {
        let AgentxRegistrationIndex { agentx_conn_index, agentx_session_index, agentx_reg_index } = *index;
        let session = AgentxSessionIndex { agentx_conn_index, agentx_session_index };
        let see = |Registered { what, .. }: &Registered| see(what);
        self.session(&session, |session| session.registrations.get(&agentx_reg_index.0).map(see)).flatten()
    }
}

impl AgentxConnectionTable for Tables {
    fn next(&self, after: Option<&AgentxConnectionIndex>) -> Option<AgentxConnectionIndex> {
        let shared = self.0.upgrade()?;
        let from = after.map_or(Bound::Unbounded, |after| Bound::Excluded(after.agentx_conn_index.0));
        let connections = lock(&shared.connections);
        let next = connections.rows.range((from, Bound::Unbounded)).next();
        next.map(|(row, _)| AgentxConnectionIndex { agentx_conn_index: Unsigned32(*row) })
    }

    fn agentx_conn_open_time(&self, index: &AgentxConnectionIndex) -> Option<TimeStamp> {
        self.connection(index, |connection| TimeStamp(connection.opened))
    }

    fn agentx_conn_transport_domain(&self, index: &AgentxConnectionIndex) -> Option<TDomain> {
        self.connection(index, |connection| TDomain(connection.domain.clone()))
    }

    fn agentx_conn_transport_address(&self, index: &AgentxConnectionIndex) -> Option<AgentxTAddress> {
        self.connection(index, |connection| AgentxTAddress(OctetString(connection.address.clone())))
    }
}

impl AgentxSessionTable for Tables {
    fn next(&self, after: Option<&AgentxSessionIndex>) -> Option<AgentxSessionIndex> {
        let shared = self.0.upgrade()?;
        let core = shared.core();
        let after = after.map(|after| (after.agentx_conn_index.0, after.agentx_session_index.0));
        let sessions = core.sessions().values().map(|session| (session.connection, session.id));
        let (connection, session) = sessions.filter(|one| Some(*one) > after).min()?;
        Some(AgentxSessionIndex {
            agentx_conn_index: Unsigned32(connection),
            agentx_session_index: Unsigned32(session),
        })
    }

    fn agentx_session_object_id(&self, index: &AgentxSessionIndex) -> Option<Oid> {
        self.session(index, |session| session.open.id.clone())
    }

    fn agentx_session_descr(&self, index: &AgentxSessionIndex) -> Option<SnmpAdminString> {
        self.session(index, |session| {
            let words = session.open.description.iter().copied().take(255).collect();
            SnmpAdminString(OctetString(words))
        })
    }

    fn agentx_session_admin_status(&self, index: &AgentxSessionIndex) -> Option<AgentxSessionAdminStatus> {
        self.session(index, |_| AgentxSessionAdminStatus::UP)
    }

    fn agentx_session_open_time(&self, index: &AgentxSessionIndex) -> Option<TimeStamp> {
        self.session(index, |session| TimeStamp(session.opened))
    }

    fn agentx_session_agent_x_ver(&self, index: &AgentxSessionIndex) -> Option<i32> {
        self.session(index, |_| VERSION.into())
    }

    fn agentx_session_timeout(&self, index: &AgentxSessionIndex) -> Option<i32> {
        self.session(index, |session| session.open.timeout.into())
    }

    fn test(&self, rows: &[AgentxSessionSet]) -> Result<(), SetError> {
        for (position, row) in rows.iter().enumerate() {
            if self.session(&row.index, |_| ()).is_none() {
                return Err(SetError::no_creation().row(position));
            }
        }
        Ok(())
    }

    /// Setting down(2) closes the session, which cannot be taken back. A session that is there is up.
    fn commit(&self, rows: &[AgentxSessionSet]) -> Result<Undo, SetError> {
        let shared = self.0.upgrade().ok_or_else(SetError::commit_failed)?;
        for row in rows {
            if row.agentx_session_admin_status == Some(AgentxSessionAdminStatus::DOWN) {
                shared.close(row.index.agentx_session_index.0, CloseReason::ByManager);
            }
        }
        Ok(Undo::nothing())
    }
}

impl AgentxRegistrationTable for Tables {
    fn next(&self, after: Option<&AgentxRegistrationIndex>) -> Option<AgentxRegistrationIndex> {
        let shared = self.0.upgrade()?;
        let core = shared.core();
        let after = after.map_or((0, 0, 0), |after| {
            (after.agentx_conn_index.0, after.agentx_session_index.0, after.agentx_reg_index.0)
        });
        let first = |session: &Session| {
            let place = (session.connection, session.id);
            let from = match place.cmp(&(after.0, after.1)) {
                std::cmp::Ordering::Less => return None,
                std::cmp::Ordering::Equal => Bound::Excluded(after.2),
                std::cmp::Ordering::Greater => Bound::Unbounded,
            };
            let next = session.registrations.range((from, Bound::Unbounded)).next();
            next.map(|(row, _)| (place.0, place.1, *row))
        };
        let (connection, session, row) = core.sessions().values().filter_map(first).min()?;
        Some(AgentxRegistrationIndex {
            agentx_conn_index: Unsigned32(connection),
            agentx_session_index: Unsigned32(session),
            agentx_reg_index: Unsigned32(row),
        })
    }

    fn agentx_reg_context(&self, index: &AgentxRegistrationIndex) -> Option<OctetString> {
        self.registration(index, |what| OctetString(what.region.context.clone().unwrap_or_default()))
    }

    fn agentx_reg_start(&self, index: &AgentxRegistrationIndex) -> Option<Oid> {
        self.registration(index, |what| what.region.subtree.clone())
    }

    fn agentx_reg_range_sub_id(&self, index: &AgentxRegistrationIndex) -> Option<Unsigned32> {
        self.registration(index, |what| Unsigned32(what.region.range.map_or(0, |(at, _)| at.into())))
    }

    fn agentx_reg_upper_bound(&self, index: &AgentxRegistrationIndex) -> Option<Unsigned32> {
        self.registration(index, |what| Unsigned32(what.region.range.map_or(0, |(_, upper)| upper)))
    }

    fn agentx_reg_priority(&self, index: &AgentxRegistrationIndex) -> Option<Unsigned32> {
        self.registration(index, |what| Unsigned32(what.region.priority.get().into()))
    }

    fn agentx_reg_timeout(&self, index: &AgentxRegistrationIndex) -> Option<i32> {
        self.registration(index, |what| what.timeout.into())
    }

    fn agentx_reg_instance(&self, index: &AgentxRegistrationIndex) -> Option<TruthValue> {
        self.registration(index, |what| if what.is_instance { TruthValue::TRUE } else { TruthValue::FALSE })
    }
}
