//! Notifications over SNMPv3 (RFC 3412 §7.2, RFC 3413 §3.4).
//!
//! The sender of a trap is authoritative: it is checked with the user's keys for the sender's engine. The listener is
//! authoritative for informs: their senders ask for its engine ID and its clock.

use std::collections::BTreeSet;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Instant;

use super::notification::{Content, Sender, UserSender};
use super::receiver::{Acknowledgement, Address, Arrived, Delivery, Done, Hearing, KnownSender, Receiver};
use super::remote_engines::{Principal, RemoteEngines};
use crate::ber::{Anomalies, TooLarge, Writer};
use crate::dispatcher::{Accepted, Answer, Arrival};
use crate::engine::Dropped;
use crate::message::{Decoder, ErrorStatus, Level, PduKind, ScopedPduRef, Version};
use crate::net::{EngineState, EngineStore, boots_keeper};
use crate::security::{Authority, UsmState, V3Message};
use crate::usm::{Credentials, EngineId};

/// The engine of the listener, and those that it hears of.
#[derive(Debug)]
pub(super) struct Engines {
    /// For informs.
    pub(super) own: Arc<Authority>,
    /// For traps; each user with the least level that it is believed at.
    pub(super) remote: RemoteEngines,
}

impl<A: Address> Receiver<A> {
    /// Takes SNMPv3 from these users as well, at the given level or a higher one. `state` is the listener's own
    /// engine, which senders of informs ask for; `salt` is random. With `engines`, only traps of these engines are
    /// taken.
    #[must_use]
    pub fn with_users(
        mut self,
        state: EngineState,
        now: Instant,
        salt: u64,
        users: impl IntoIterator<Item = (Credentials, Level)>,
        engines: Option<BTreeSet<EngineId>>,
    ) -> Self {
        let users: Vec<_> = users.into_iter().collect();
        let own = Authority::new(
            state.engine_id,
            state.boots,
            now,
            salt,
            users.iter().map(|(user, _)| user.clone()),
        );
        let principals = users.into_iter().map(|(credentials, least)| Principal::new(credentials, least));
        self.v3 = Some(Engines { own: Arc::new(own), remote: RemoteEngines::new(principals, engines) });
        self
    }

    /// Makes it part of an entity: with the engine of that, which these users are added to.
    #[cfg(all(feature = "manager", feature = "agent"))]
    pub(crate) fn of_engine(
        mut self,
        own: Arc<Authority>,
        users: Vec<(Credentials, Level)>,
        engines: Option<BTreeSet<EngineId>>,
    ) -> Self {
        users.iter().for_each(|(user, _)| own.set_user(user));
        let principals = users.into_iter().map(|(credentials, least)| Principal::new(credentials, least));
        self.v3 = Some(Engines { own, remote: RemoteEngines::new(principals, engines) });
        self
    }

    /// Saves the boots of the listener's engine in `store` when its time runs out, after 68 years, which counts as a
    /// boot. Does nothing without [users](Self::with_users).
    #[must_use]
    pub fn with_engine_store(mut self, store: Arc<dyn EngineStore>) -> Self {
        if let Some(own) = self.v3.as_mut().and_then(|v3| Arc::get_mut(&mut v3.own)) {
            own.save_boots(boots_keeper(*own.engine_id(), store));
        }
        self
    }

    /// The listener's engine ID, if it takes SNMPv3.
    pub fn engine_id(&self) -> Option<EngineId> {
        self.v3.as_ref().map(|v3| *v3.own.engine_id())
    }
}

impl<A: Address> Hearing<'_, A> {
    /// A notification from a user that is known: with an `answer` to the listener's engine, else of the sender's.
    pub(super) fn receive(
        &mut self,
        arrival: Arrival<'_>,
        engine_id: EngineId,
        accepted: Accepted<'_>,
        answer: Option<Answer<'_>>,
        writer: &mut Writer,
    ) -> Result<Done<A>, Dropped> {
        let Accepted { user, level, scoped, anomalies } = accepted;
        let ack = answer.map(|Answer { state, header, limit }| Acknowledgement { state, header, limit });
        if self.least(user).is_none_or(|least| level < least) {
            return self.refuse(ack.as_ref(), scoped, writer);
        }
        let context = (scoped.context_engine_id, scoped.context_name);
        let from = Origin { user, level, engine_id, context, anomalies };
        let arrived = Arrived { from: from.sender(), pdu: &scoped.pdu };
        let Self { state, source, has_room, .. } = self;
        let delivery = Delivery::new(arrival, *source, *has_room);
        state.notification(delivery, arrived, ack, writer)
    }

    /// A Trap-PDU of SNMPv1 in a message of SNMPv3 that has been accepted.
    #[cold]
    pub(super) fn receive_trap_v1(
        &mut self,
        arrival: Arrival<'_>,
        engine_id: EngineId,
        message: &V3Message<'_>,
        decoder: &mut Decoder,
        plain: &[u8],
    ) -> Result<Done<A>, Dropped> {
        let (scoped, anomalies) = message.scoped_trap(decoder, plain).map_err(Dropped::malformed)?;
        let (user, level) = (message.usm.user, message.level);
        if self.least(user).is_none_or(|least| level < least) {
            return Err(Dropped::Level);
        }
        let trap = scoped.trap;
        let context = (scoped.context_engine_id, scoped.context_name);
        let from = Origin { user, level, engine_id, context, anomalies };
        // Its message has a number of its own each time.
        let numbers = (trap.generic_trap.0, trap.specific_trap, trap.time_stamp.0);
        let same = (trap.enterprise.as_ber(), trap.agent_addr.0, numbers, trap.varbinds.as_bytes());
        let Self { state, source, has_room, .. } = self;
        let delivery = Delivery::new(arrival, *source, *has_room);
        state.trap_v1(delivery, from.sender(), same, Content::of_trap(trap, None, anomalies))
    }

    /// The level below which a user is not believed; `None` for one that is not listened to.
    fn least(&self, user: &[u8]) -> Option<Level> {
        self.senders?.least(user)
    }

    /// Tells the sender of an inform that its user must protect it better; a trap is dropped.
    fn refuse(
        &self,
        ack: Option<&Acknowledgement<'_, UsmState<'_>>>,
        scoped: &ScopedPduRef<'_>,
        writer: &mut Writer,
    ) -> Result<Done<A>, Dropped> {
        let Some(ack) = ack.filter(|_| scoped.pdu.header.kind == PduKind::Inform) else {
            return Err(Dropped::Level);
        };
        let request_id = scoped.pdu.header.request_id;
        ack.respond(writer, request_id, ErrorStatus::AUTHORIZATION_ERROR, scoped.pdu.varbinds.as_bytes())
            .map_err(|TooLarge { limit }| Dropped::Silent { limit })?;
        Ok(Done { refused: Some(Dropped::Level), ..self.state.replied(None) })
    }
}

/// A message of SNMPv3 that has been accepted.
struct Origin<'m> {
    user: &'m [u8],
    level: Level,
    engine_id: EngineId,
    /// Its engine and its name.
    context: (&'m [u8], &'m [u8]),
    anomalies: Anomalies,
}

impl<'m> Origin<'m> {
    fn sender(&self) -> KnownSender<impl Hash, impl FnOnce() -> Sender> {
        let Self { user, level, engine_id, context, anomalies } = *self;
        let sender = move || {
            Sender::User(UserSender {
                name: user.to_vec(),
                level,
                engine_id,
                context_engine_id: context.0.to_vec(),
                context_name: context.1.to_vec(),
            })
        };
        // The msgID is new in a repetition.
        let identity = (engine_id, user, context);
        let is_authentic = level.has_auth();
        KnownSender { version: Version::V3, identity, is_authentic, sender, anomalies }
    }
}
