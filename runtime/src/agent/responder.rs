//! The agent without sockets: a datagram in, a datagram out (RFC 3413 §3.2, RFC 3584 §4.2.2).

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
#[cfg(feature = "usm")]
use std::time::Instant;

use super::community::{Community, CommunityLookup, CommunityMember};
use super::served::Served;
use crate::access::{AccessControl, Vacm};
use crate::ber::MAX_MESSAGE;
use crate::engine::Counters;
use crate::entity::{Forwarder, Handler};
use crate::originator::Targets;
use crate::security::Communities;

/// Smallest limit on responses: every entity accepts messages of this size (RFC 3417 §3.2.1).
pub const MIN_MESSAGE: usize = 484;

/// Answers requests from what is registered. It holds no socket and reads no clock.
///
/// All methods take `&self`: requests can be answered from several threads while providers come and go. A request
/// sees what was registered when the request began.
pub struct Responder {
    pub(super) communities: Communities<CommunityMember>,
    /// Has the communities, instead of those above.
    pub(super) community_table: Option<Arc<Targets>>,
    /// Has the communities, before all others.
    pub(super) community_lookup: Option<Arc<dyn CommunityLookup>>,
    /// Has what communities and users may do.
    vacm: Arc<Vacm>,
    /// Whom requests are decided by: the same, unless the application has its own.
    access: Arc<dyn AccessControl>,
    served: Served,
    pub(super) counters: Arc<Counters>,
    pub(super) max_message: usize,
    /// Who passes on what is for others.
    pub(super) forwarder: Option<Arc<dyn Forwarder>>,
    /// Whose traps are passed on.
    #[cfg(all(feature = "usm", feature = "manager"))]
    pub(super) trap_senders: Option<super::trap_senders::TrapSenders>,
    #[cfg(feature = "usm")]
    authority: Option<Arc<crate::security::Authority>>,
}

impl Responder {
    /// A responder for these communities; of two with the same name, the later one counts.
    ///
    /// `max_message` is the largest response in octets; it is raised to [`MIN_MESSAGE`] and cut to what a UDP
    /// datagram can hold.
    #[must_use]
    pub fn new(communities: impl IntoIterator<Item = Community>, max_message: usize) -> Self {
        let communities: BTreeMap<Vec<u8>, Community> =
            communities.into_iter().map(|community| (community.name().to_vec(), community)).collect();
        let vacm = Arc::new(Vacm::new());
        let members = vacm.edit(|tables| {
            let numbered = communities.into_iter().zip(1..);
            numbered.map(|((name, community), number)| (name, community.fill(tables, number))).collect()
        });
        Self {
            communities: members,
            community_table: None,
            community_lookup: None,
            access: Arc::<Vacm>::clone(&vacm),
            vacm,
            served: Served::new(),
            counters: Arc::default(),
            max_message: max_message.clamp(MIN_MESSAGE, MAX_MESSAGE),
            forwarder: None,
            #[cfg(all(feature = "usm", feature = "manager"))]
            trap_senders: None,
            #[cfg(feature = "usm")]
            authority: None,
        }
    }

    /// Lets `access` decide about requests. What communities and users of the responder may do is without meaning
    /// then: it only knows their security names.
    #[must_use]
    pub fn with_access_control(self, access: Arc<dyn AccessControl>) -> Self {
        Self { access, ..self }
    }

    /// Finds communities in the snmpCommunityTable of these tables (RFC 3584 §5.2.1), with the address that a request
    /// comes from, instead of those that the responder was made with. The table can be changed at any time.
    #[must_use]
    pub fn with_community_table(self, targets: Arc<Targets>) -> Self {
        Self { community_table: Some(targets), ..self }
    }

    /// Asks `lookup` what communities mean, instead of those that the responder was made with.
    #[must_use]
    pub fn with_community_lookup(self, lookup: Arc<dyn CommunityLookup>) -> Self {
        Self { community_lookup: Some(lookup), ..self }
    }

    /// Lets `handler` answer for all OIDs of every context in which nothing is registered; it sees the context in the
    /// principal. Which contexts there are is for [access control](Self::with_access_control) to say.
    #[must_use]
    pub fn with_any_context(mut self, handler: Arc<dyn Handler>) -> Self {
        self.served.answer_elsewhere(handler);
        self
    }

    #[cfg(all(feature = "usm", feature = "manager"))]
    pub(super) fn with_trap_senders(self, senders: super::trap_senders::TrapSenders) -> Self {
        Self { trap_senders: Some(senders), ..self }
    }

    /// The users of SNMPv3, which can be changed at any time; `None` if the agent does not speak it.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn local_users(&self) -> Option<super::LocalUsers> {
        self.authority.as_ref().map(|authority| super::LocalUsers::of(Arc::clone(authority)))
    }

    /// The tables of what communities and users may do; they can be changed at any time.
    #[must_use]
    pub fn vacm(&self) -> &Arc<Vacm> {
        &self.vacm
    }

    /// Makes it an engine of SNMPv3 as well, with these users. Its time begins to count at `now`; `salt` is random: what
    /// encrypted messages are made different with begins there.
    ///
    /// # Errors
    ///
    /// The first user that cannot be worked with, such as for a passphrase that is too short.
    #[cfg(feature = "usm")]
    pub fn with_users(
        self,
        state: super::EngineState,
        now: Instant,
        salt: u64,
        accounts: impl IntoIterator<Item = super::Account>,
    ) -> Result<Self, crate::usm::UserError> {
        let accounts: Vec<super::Account> = accounts.into_iter().collect();
        let authority = super::v3::authority(state, now, salt, &accounts)?;
        self.vacm.edit(|tables| {
            for (account, number) in accounts.iter().zip(1..) {
                account.fill(tables, number);
            }
        });
        Ok(Self { authority: Some(Arc::new(authority)), ..self })
    }

    /// Makes it part of an entity: with the engine of that, which these users are added to.
    #[cfg(all(feature = "usm", feature = "manager", feature = "listener"))]
    pub(crate) fn of_engine(
        self,
        authority: Arc<crate::security::Authority>,
        accounts: &[super::Account],
    ) -> Result<Self, crate::usm::UserError> {
        let cache = crate::usm::KeyCache::new();
        for account in accounts {
            authority.set_user(&crate::usm::Credentials::new(account.user(), &cache)?);
        }
        self.vacm.edit(|tables| {
            for (account, number) in accounts.iter().zip(1..) {
                account.fill(tables, number);
            }
        });
        Ok(Self { authority: Some(authority), ..self })
    }

    /// Saves the boots of the engine in `store` when its time runs out, after 68 years, which counts as a boot. Does
    /// nothing without [users](Self::with_users).
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn with_engine_store(mut self, store: Arc<dyn super::EngineStore>) -> Self {
        if let Some(authority) = self.authority.as_mut().and_then(Arc::get_mut) {
            authority.save_boots(crate::net::boots_keeper(*authority.engine_id(), store));
        }
        self
    }

    /// The agent's engine ID, if it speaks SNMPv3.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn engine_id(&self) -> Option<crate::usm::EngineId> {
        self.authority.as_ref().map(|authority| *authority.engine_id())
    }

    #[cfg(feature = "usm")]
    pub(super) fn authority(&self) -> Option<&Arc<crate::security::Authority>> {
        self.authority.as_ref()
    }

    /// What was wrong with messages of SNMPv3 so far, if the agent speaks it.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn report_counters(&self) -> Option<&super::ReportCounters> {
        self.authority.as_ref().map(|_| self.counters.reports())
    }

    /// What has been counted so far.
    #[must_use]
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    pub(super) fn access(&self) -> &dyn AccessControl {
        &*self.access
    }
}

/// What it serves: all methods of [`Served`].
impl Deref for Responder {
    type Target = Served;

    fn deref(&self) -> &Served {
        &self.served
    }
}

impl fmt::Debug for Responder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responder")
            .field("communities", &self.communities)
            .field("served", &self.served)
            .field("max_message", &self.max_message)
            .finish_non_exhaustive()
    }
}
