//! Notifications over SNMPv3 (RFC 3412 §7.2, RFC 3413 §3.4).
//!
//! The sender of a trap is authoritative: it is checked with the user's keys for the sender's engine. The listener is
//! authoritative for informs: their senders ask for its engine ID and its clock.

use std::any::Any;
use std::collections::BTreeSet;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Instant;

use super::dropped::Dropped;
use super::notification::{Content, Sender, UserSender};
use super::receiver::{Acknowledgement, Arrival, Arrived, Buffers, Done, KnownSender, Receiver, State};
use super::remote_engines::{Principal, RemoteEngines};
use crate::ber::{self, Anomalies, ErrorKind, MAX_MESSAGE, TooLarge, Writer};
use crate::engine::{Report, count};
use crate::message::{Decoder, ErrorStatus, Level, PduKind, ScopedPduRef, TRAP_V1, Version};
use crate::net::{EngineState, EngineStore, boots_keeper, source_of};
use crate::security::{Authority, SecurityModel, Unread, UsmHeader, UsmState, V3Message};
use crate::usm::{Credentials, EngineId};

/// The engine of the listener, and those that it hears of.
#[derive(Debug)]
pub(super) struct Engines {
    /// For informs; each user with the least level that it is believed at.
    own: Authority<Level>,
    /// For traps.
    remote: RemoteEngines,
}

impl<A: Any + Clone + Eq + Hash> Receiver<A> {
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
        let own = Authority::new(state.engine_id, state.boots, now, salt, users.iter().cloned());
        let principals = users.into_iter().map(|(credentials, least)| Principal { credentials, least });
        self.v3 = Some(Engines { own, remote: RemoteEngines::new(principals, engines) });
        self
    }

    /// Saves the boots of the listener's engine in `store` when its time runs out, after 68 years, which counts as a
    /// boot. Does nothing without [users](Self::with_users).
    #[must_use]
    pub fn with_engine_store(mut self, store: Arc<dyn EngineStore>) -> Self {
        if let Some(v3) = &mut self.v3 {
            v3.own.save_boots(boots_keeper(*v3.own.engine_id(), store));
        }
        self
    }

    /// The listener's engine ID, if it takes SNMPv3.
    pub fn engine_id(&self) -> Option<EngineId> {
        self.v3.as_ref().map(|v3| *v3.own.engine_id())
    }
}

impl From<Unread> for Dropped {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Malformed(error) => Self::malformed(error),
            Unread::SecurityModel(model) => Self::SecurityModel(model),
            Unread::Flags => Self::InvalidFlags,
        }
    }
}

impl Engines {
    pub(super) fn receive<A: Any + Clone + Eq + Hash>(
        &self,
        state: &mut State,
        buffers: &mut Buffers,
        arrival: Arrival<'_, A>,
    ) -> Result<Done<A>, Dropped> {
        let message = V3Message::read(&buffers.decoder, arrival.now, arrival.datagram, &state.counters)?;
        if message.usm.engine_id == self.own.engine_id().as_bytes() {
            self.receive_own(state, buffers, arrival, &message)
        } else {
            self.receive_remote(state, buffers, arrival, &message)
        }
    }

    /// A message to the listener's engine: an inform, or a question for the engine.
    fn receive_own<A: Any + Clone + Eq + Hash>(
        &self,
        state: &mut State,
        buffers: &mut Buffers,
        arrival: Arrival<'_, A>,
        message: &V3Message<'_>,
    ) -> Result<Done<A>, Dropped> {
        let Buffers { decoder, writer, plain } = buffers;
        let session = self.own.session();
        let (member, protection) = match session.process_incoming(message, plain) {
            Ok(accepted) => accepted,
            Err(report) => return self.report(state, arrival.source, message, report, None, writer),
        };
        let (scoped, anomalies) = match message.scoped(decoder, plain) {
            Ok(scoped) => scoped,
            Err(error) if is_trap_v1(&error) => {
                let least = member.entry;
                return receive_trap_v1(
                    state,
                    arrival,
                    message,
                    (decoder, plain),
                    *self.own.engine_id(),
                    least,
                );
            }
            Err(_) if message.level.has_privacy() => {
                return self.report(state, arrival.source, message, Report::DecryptionError, None, writer);
            }
            Err(error) => {
                state.counters.count_malformed(&error);
                return Err(Dropped::malformed(error));
            }
        };
        if !matches!(scoped.pdu.header.kind, PduKind::Inform | PduKind::Trap) {
            count(&state.counters.unknown_pdus);
            return self.report(
                state,
                arrival.source,
                message,
                Report::UnknownPduHandler,
                Some(&scoped),
                writer,
            );
        }
        let header = &message.message.header;
        let taken = usize::try_from(header.max_size).unwrap_or(MAX_MESSAGE);
        let ack = Acknowledgement {
            state: protection,
            header: UsmHeader {
                msg_id: header.msg_id,
                reportable: false,
                context_engine_id: scoped.context_engine_id,
                context_name: scoped.context_name,
            },
            limit: state.max_response.min(taken),
        };
        if message.level < member.entry {
            return refuse(&ack, &scoped, writer);
        }
        let context = (scoped.context_engine_id, scoped.context_name);
        let from = Origin { message, engine_id: *self.own.engine_id(), context, anomalies };
        let arrived = Arrived { from: from.sender(), pdu: &scoped.pdu };
        state.notification(arrival, arrived, Some(ack), writer)
    }

    /// A message that names another engine: a trap of that engine, or a question to the listener by somebody who does
    /// not know its engine ID.
    fn receive_remote<A: Any + Clone + Eq + Hash>(
        &self,
        state: &mut State,
        buffers: &mut Buffers,
        arrival: Arrival<'_, A>,
        message: &V3Message<'_>,
    ) -> Result<Done<A>, Dropped> {
        let Buffers { decoder, writer, plain } = buffers;
        let expects_answer = message.message.header.flags.is_reportable()
            && (message.level.has_privacy()
                || message
                    .scoped(decoder, &[])
                    .is_ok_and(|(scoped, _)| scoped.pdu.header.kind.is_confirmed()));
        let reported = |report| {
            state.counters.reports().count(report);
            Dropped::Reported(report)
        };
        let (principal, engine_id) = match self.remote.process_incoming(message, plain) {
            Ok(accepted) => accepted,
            Err(_) if expects_answer => {
                return self.report(state, arrival.source, message, Report::UnknownEngineId, None, writer);
            }
            Err(report) => return Err(reported(report)),
        };
        let (scoped, anomalies) = match message.scoped(decoder, plain) {
            Ok(scoped) => scoped,
            Err(error) if is_trap_v1(&error) => {
                let least = principal.least;
                return receive_trap_v1(state, arrival, message, (decoder, plain), engine_id, least);
            }
            Err(_) if message.level.has_privacy() => return Err(reported(Report::DecryptionError)),
            Err(error) => {
                state.counters.count_malformed(&error);
                return Err(Dropped::malformed(error));
            }
        };
        if expects_answer && scoped.pdu.header.kind.is_confirmed() {
            return self.report(
                state,
                arrival.source,
                message,
                Report::UnknownEngineId,
                Some(&scoped),
                writer,
            );
        }
        if message.level < principal.least {
            return Err(Dropped::Level);
        }
        let context = (scoped.context_engine_id, scoped.context_name);
        let from = Origin { message, engine_id, context, anomalies };
        let arrived = Arrived { from: from.sender(), pdu: &scoped.pdu };
        state.notification(arrival, arrived, None::<Acknowledgement<'_, UsmState<'_>>>, writer)
    }

    /// Answers with a Report, if the message may be answered with one at all.
    fn report<A: Any>(
        &self,
        state: &State,
        source: &A,
        message: &V3Message<'_>,
        report: Report,
        scoped: Option<&ScopedPduRef<'_>>,
        writer: &mut Writer,
    ) -> Result<Done<A>, Dropped> {
        writer.set_limit(state.max_response);
        match self.own.report(source_of(source), message, report, scoped, &state.counters, writer) {
            Ok(true) => Ok(Done { replied: true, notification: None }),
            Ok(false) => Err(Dropped::Reported(report)),
            Err(TooLarge { limit }) => Err(Dropped::Silent { limit }),
        }
    }
}

/// Whether a scoped PDU cannot be read because it has the Trap-PDU of SNMPv1 in it.
fn is_trap_v1(error: &ber::Error) -> bool {
    matches!(error.kind, ErrorKind::PduType(TRAP_V1))
}

/// A Trap-PDU of SNMPv1 in a message of SNMPv3 that has been accepted.
#[cold]
fn receive_trap_v1<A: Clone + Eq + Hash>(
    state: &mut State,
    arrival: Arrival<'_, A>,
    message: &V3Message<'_>,
    (decoder, plain): (&mut Decoder, &[u8]),
    engine_id: EngineId,
    least: Level,
) -> Result<Done<A>, Dropped> {
    let (scoped, anomalies) = message.scoped_trap(decoder, plain).map_err(|error| {
        state.counters.count_malformed(&error);
        Dropped::malformed(error)
    })?;
    if message.level < least {
        return Err(Dropped::Level);
    }
    let trap = scoped.trap;
    let context = (scoped.context_engine_id, scoped.context_name);
    let from = Origin { message, engine_id, context, anomalies };
    // Its message has a number of its own each time.
    let numbers = (trap.generic_trap.0, trap.specific_trap, trap.time_stamp.0);
    let same = (trap.enterprise.as_ber(), trap.agent_addr.0, numbers, trap.varbinds.as_bytes());
    state.trap_v1(arrival, from.sender(), same, Content::of_trap(trap, None, anomalies))
}

/// Tells the sender of an inform that its user must protect it better; a trap is dropped.
fn refuse<A>(
    ack: &Acknowledgement<'_, UsmState<'_>>,
    scoped: &ScopedPduRef<'_>,
    writer: &mut Writer,
) -> Result<Done<A>, Dropped> {
    if scoped.pdu.header.kind != PduKind::Inform {
        return Err(Dropped::Level);
    }
    let request_id = scoped.pdu.header.request_id;
    ack.respond(writer, request_id, ErrorStatus::AUTHORIZATION_ERROR, scoped.pdu.varbinds.as_bytes())
        .map_err(|TooLarge { limit }| Dropped::Silent { limit })?;
    Ok(Done { replied: true, notification: None })
}

/// A message of SNMPv3 that has been accepted.
struct Origin<'m> {
    message: &'m V3Message<'m>,
    engine_id: EngineId,
    /// Its engine and its name.
    context: (&'m [u8], &'m [u8]),
    anomalies: Anomalies,
}

impl<'m> Origin<'m> {
    fn sender(&self) -> KnownSender<impl Hash, impl FnOnce() -> Sender> {
        let Self { message, engine_id, context, anomalies } = *self;
        let user = message.usm.user;
        let sender = move || {
            Sender::User(UserSender {
                name: user.to_vec(),
                level: message.level,
                engine_id,
                context_engine_id: context.0.to_vec(),
                context_name: context.1.to_vec(),
            })
        };
        // The msgID is new in a repetition.
        let identity = (engine_id, user, context);
        let is_authentic = message.level.has_auth();
        KnownSender { version: Version::V3, identity, is_authentic, sender, anomalies }
    }
}
