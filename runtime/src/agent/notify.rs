//! Notifications out: traps and informs (RFC 3413 §3.3, RFC 3416 §4.2.6 and §4.2.7).

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use tokio::time::{timeout, timeout_at};

use super::agent::Agent;
use super::sink::{Form, Inform, Sink, Trap};
use crate::ber::{MAX_MESSAGE, Rules, TooLarge, Writer};
#[cfg(feature = "usm")]
use crate::engine::Random;
use crate::engine::{Engine, Outcome, Peer, Report, StartError};
use crate::message::{
    ErrorStatus, Message, NotConvertible, OwnedBody, PduHeader, PduKind, Version, trap_from_notification,
};
use crate::net::{Line, OsRandom, TransportAddress, own_address};
use crate::oid::Oid;
use crate::security::{CommunityState, Protect};
use crate::typed::{NameError, Notification};
use crate::value::{IpAddress, TimeTicks, Value, VarBind};

const SYS_UP_TIME_0: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 3, 0];
const SNMP_TRAP_OID_0: [u32; 11] = [1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0];

/// How long a trap may take to leave: a connection has to be opened, and its receiver has to read.
const TRAP_TIMEOUT: Duration = Duration::from_secs(10);

/// Why a notification was not sent, or not received.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotifyError {
    /// An instance in the notification has no name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The OID of the notification is none.
    #[error("the notification has no valid OID: {0}")]
    Identity(#[from] crate::oid::OidError),
    /// It has no SNMPv1 form.
    #[error("the notification cannot be sent as an SNMPv1 trap: {0}")]
    NotV1(#[from] NotConvertible),
    /// It is larger than a datagram.
    #[error("the notification is too large: {0}")]
    TooLarge(#[from] TooLarge),
    /// The user of the sink cannot be worked with.
    #[cfg(feature = "usm")]
    #[error("the user of the sink cannot be used: {0}")]
    User(#[from] crate::usm::UserError),
    /// SNMPv3 traps are sent by an engine, and the agent is none.
    #[cfg(feature = "usm")]
    #[error("the agent is no engine of SNMPv3: give its builder a user, an engine store, or this sink")]
    NoEngine,
    /// The system refuses to send it.
    #[error("cannot send the notification to {address}: {source}")]
    Socket {
        /// The receiver.
        address: TransportAddress,
        /// What the system says.
        source: io::Error,
    },
    /// An inform has not been acknowledged.
    #[error("{address} has not acknowledged the inform: sent {attempts} times within {elapsed:?}")]
    Unacknowledged {
        /// The receiver.
        address: TransportAddress,
        /// How often it was sent.
        attempts: u32,
        /// How long that took, the last wait included.
        elapsed: Duration,
    },
    /// The receiver of an inform over SNMPv3 does not tell its engine ID.
    #[error(
        "{address} does not tell its engine ID, which an inform over SNMPv3 takes: asked {attempts} times"
    )]
    Undiscovered {
        /// The receiver.
        address: TransportAddress,
        /// How often it was asked.
        attempts: u32,
    },
    /// The receiver of an inform answers with a Report.
    #[error("{address} refuses the inform: {report}")]
    Report {
        /// The receiver.
        address: TransportAddress,
        /// What it says.
        report: Report,
    },
    /// The receiver of an inform answers with an error.
    #[error("{address} refuses the inform: {status}")]
    Refused {
        /// The receiver.
        address: TransportAddress,
        /// The error.
        status: ErrorStatus,
    },
}

impl Agent {
    /// Sends a notification to every sink of the agent, one after the other; informs wait for the acknowledgement.
    ///
    /// sysUpTime.0 is what the agent serves under this name, else the time since it was made.
    ///
    /// # Errors
    ///
    /// The first of what went wrong; the other sinks have got the notification all the same.
    pub async fn notify<N: Notification>(&self, notification: N) -> Result<(), NotifyError> {
        let varbinds = self.notification(N::OID, notification.varbinds()?)?;
        let mut result = Ok(());
        for sink in &self.shared.sinks {
            let sent = self.send(sink, &varbinds).await;
            result = result.and(sent);
        }
        result
    }

    /// Sends a notification to one receiver.
    ///
    /// # Errors
    ///
    /// It could not be written or sent, or an inform was not acknowledged.
    pub async fn notify_to<N: Notification>(&self, sink: &Sink, notification: N) -> Result<(), NotifyError> {
        let varbinds = self.notification(N::OID, notification.varbinds()?)?;
        self.send(sink, &varbinds).await
    }

    /// The varbinds of the message: sysUpTime.0 and snmpTrapOID.0 first.
    fn notification(&self, identity: &[u32], own: Vec<VarBind>) -> Result<Vec<VarBind>, NotifyError> {
        let mut varbinds = Vec::with_capacity(own.len() + 2);
        varbinds.push(VarBind::new(Oid::from_arcs(&SYS_UP_TIME_0)?, self.up_time()?));
        varbinds.push(VarBind::new(Oid::from_arcs(&SNMP_TRAP_OID_0)?, Oid::from_arcs(identity)?));
        varbinds.extend(own);
        Ok(varbinds)
    }

    fn up_time(&self) -> Result<TimeTicks, NotifyError> {
        let served = self.shared.responder.read(Oid::from_arcs(&SYS_UP_TIME_0)?.as_ref());
        Ok(match served {
            Ok(Value::TimeTicks(ticks)) => ticks,
            // Wraps after 497 days, as sysUpTime does.
            _ => TimeTicks((self.shared.started.elapsed().as_millis() / 10) as u32),
        })
    }

    async fn send(&self, sink: &Sink, varbinds: &[VarBind]) -> Result<(), NotifyError> {
        let refused = |source| sink.refused(source);
        let mut line = Line::to(&sink.address).map_err(refused)?;
        let trap = match &sink.form {
            Form::Trap(trap) => trap,
            Form::Inform(inform) => return sink.exchange(inform, line, varbinds).await,
        };
        let mut writer = Writer::with_limit(MAX_MESSAGE);
        self.write_trap(trap, varbinds, &sink.address, &mut writer)?;
        line.push(writer.finish()?);
        let sent = timeout(TRAP_TIMEOUT, line.flush()).await;
        sent.unwrap_or_else(|late| Err(late.into())).map_err(refused)
    }

    fn write_trap(
        &self,
        trap: &Trap,
        varbinds: &[VarBind],
        to: &TransportAddress,
        writer: &mut Writer,
    ) -> Result<(), NotifyError> {
        let header = PduHeader::new(PduKind::Trap, self.shared.next_request_id());
        let pdu = |writer: &mut Writer| header.write(writer, varbinds.iter().map(VarBind::as_ref));
        match trap {
            Trap::V1 { community } => {
                // An agent that speaks IPv6, or over the Unix domain, has no address to give (RFC 3584 §3.2).
                let own = match to.ip().and_then(|to| own_address(to).ok()).map(|own| own.ip()) {
                    Some(IpAddr::V4(own)) => own,
                    _ => Ipv4Addr::UNSPECIFIED,
                };
                let trap = trap_from_notification(varbinds, IpAddress(own.octets()))?;
                let body = OwnedBody::TrapV1(trap);
                Message { version: Version::V1, community: community.clone(), body }.write(writer);
            }
            Trap::V2c { community } => {
                CommunityState { version: Version::V2c, community }.generate(&(), writer, pdu)?;
            }
            #[cfg(feature = "usm")]
            Trap::V3(sender) => {
                let authority = self.shared.responder.authority().ok_or(NotifyError::NoEngine)?;
                let msg_id = (OsRandom::new().next_u32() >> 1) as i32;
                sender.write_trap(authority, Instant::now(), msg_id, writer, pdu)??;
            }
        }
        Ok(())
    }
}

impl Sink {
    /// Sends an inform and waits for its acknowledgement: an exchange like those of a manager.
    async fn exchange(
        &self,
        inform: &Inform,
        mut line: Line,
        varbinds: &[VarBind],
    ) -> Result<(), NotifyError> {
        let retry = self.retry;
        let mut engine = Engine::new(OsRandom::new(), Rules::Lenient);
        let header = PduHeader::new(PduKind::Inform, 0);
        let values = varbinds.iter().map(VarBind::as_ref);
        let begun = match inform {
            #[cfg(feature = "usm")]
            Inform::V3(sender) => engine.start_v3(Instant::now(), &sender.receiver(retry)?, header, values),
            Inform::V2c { community } => {
                let (version, community) = (Version::V2c, community.clone());
                let (any_source, any_community) = (false, false);
                let rules = Rules::Lenient;
                let peer = Peer { address: (), version, community, retry, any_source, any_community, rules };
                engine.start(Instant::now(), &peer, header, values)
            }
        };
        let id = begun.map_err(|error| match error {
            StartError::TooLarge(limit) => NotifyError::TooLarge(limit),
            other => self.refused(io::Error::other(other)),
        })?;
        loop {
            while let Some(transmit) = engine.poll_transmit() {
                line.push(transmit.datagram);
            }
            if let Some(outcome) = engine.take(id) {
                return self.outcome(outcome);
            }
            let Some(due) = engine.poll_timeout() else { continue };
            match timeout_at(due.into(), line.receive()).await {
                // What does not belong to it is passed over.
                Ok(Ok(message)) => drop(engine.handle_datagram(Instant::now(), (), message)),
                Ok(Err(error)) => engine.send_failed(id, error),
                Err(_) => engine.handle_timeout(Instant::now()),
            }
        }
    }

    fn refused(&self, source: io::Error) -> NotifyError {
        NotifyError::Socket { address: self.address.clone(), source }
    }

    fn outcome(&self, outcome: Outcome<()>) -> Result<(), NotifyError> {
        let address = self.address.clone();
        Err(match outcome {
            Outcome::Response(response) if response.error_status == ErrorStatus::NO_ERROR => return Ok(()),
            Outcome::Response(response) => NotifyError::Refused { address, status: response.error_status },
            Outcome::TimedOut { attempts, elapsed, .. } => {
                NotifyError::Unacknowledged { address, attempts, elapsed }
            }
            Outcome::Refused { report, .. } => NotifyError::Report { address, report },
            Outcome::Undiscovered { attempts, .. } => NotifyError::Undiscovered { address, attempts },
            Outcome::Unsent(source) => NotifyError::Socket { address, source },
        })
    }
}
