//! Notifications out: SNMPv1 traps, SNMPv2c traps and informs (RFC 3413 §3.3, RFC 3416 §4.2.6 and §4.2.7).

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

use super::agent::Agent;
use crate::ber::{MAX_MESSAGE, TooLarge, Writer};
use crate::message::{
    Body, Decoder, Message, NotConvertible, OwnedBody, Pdu, PduHeader, PduKind, Version,
    trap_from_notification,
};
use crate::oid::Oid;
use crate::typed::{NameError, Notification};
use crate::value::{IpAddress, TimeTicks, Value, VarBind};

const SYS_UP_TIME_0: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 3, 0];
const SNMP_TRAP_OID_0: [u32; 11] = [1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0];

/// How long an inform waits for its response before it is sent again, unless [`Sink::timeout`] says otherwise.
const INFORM_TIMEOUT: Duration = Duration::from_millis(1_500);

/// How often an inform is sent again, unless [`Sink::retries`] says otherwise.
const INFORM_RETRIES: u32 = 3;

/// A receiver of notifications, and the form in which it gets them.
#[derive(Clone)]
pub struct Sink {
    address: SocketAddr,
    community: Vec<u8>,
    form: Form,
    timeout: Duration,
    retries: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    TrapV1,
    TrapV2c,
    Inform,
}

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
    /// The system refuses to send it.
    #[error("cannot send the notification to {address}: {source}")]
    Socket {
        /// The receiver.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// An inform has not been acknowledged.
    #[error("{address} has not acknowledged the inform: sent {attempts} times, each waiting {timeout:?}")]
    Unacknowledged {
        /// The receiver.
        address: SocketAddr,
        /// How often it was sent.
        attempts: u32,
        /// How long each waited.
        timeout: Duration,
    },
}

impl Sink {
    fn new(address: SocketAddr, community: Vec<u8>, form: Form) -> Self {
        Self { address, community, form, timeout: INFORM_TIMEOUT, retries: INFORM_RETRIES }
    }

    /// Gets SNMPv1 traps. Notifications with a Counter64 cannot be sent there.
    #[must_use]
    pub fn v1(address: SocketAddr, community: impl Into<Vec<u8>>) -> Self {
        Self::new(address, community.into(), Form::TrapV1)
    }

    /// Gets SNMPv2c traps.
    #[must_use]
    pub fn v2c(address: SocketAddr, community: impl Into<Vec<u8>>) -> Self {
        Self::new(address, community.into(), Form::TrapV2c)
    }

    /// Gets SNMPv2c informs, which it acknowledges.
    #[must_use]
    pub fn inform(address: SocketAddr, community: impl Into<Vec<u8>>) -> Self {
        Self::new(address, community.into(), Form::Inform)
    }

    /// How long an inform waits for its acknowledgement before it is sent again; 1.5 seconds by default.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// How often an inform is sent again; 3 times by default.
    #[must_use]
    pub fn retries(self, retries: u32) -> Self {
        Self { retries, ..self }
    }
}

/// Keeps the community string out of logs.
impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink")
            .field("address", &self.address)
            .field("community", &"***")
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
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
        let refused = |source| NotifyError::Socket { address: sink.address, source };
        let socket = connect(sink.address).await.map_err(refused)?;
        let own = socket.local_addr().map_err(refused)?;
        let request_id = self.shared.next_request_id();
        let mut writer = Writer::with_limit(MAX_MESSAGE);
        sink.message(varbinds, own.ip(), request_id)?.write(&mut writer);
        let message = writer.finish()?;
        if sink.form != Form::Inform {
            socket.send(message).await.map_err(refused)?;
            return Ok(());
        }
        let attempts = sink.retries.saturating_add(1);
        for _ in 0..attempts {
            socket.send(message).await.map_err(refused)?;
            if sink.acknowledged(&socket, request_id).await {
                return Ok(());
            }
        }
        Err(NotifyError::Unacknowledged { address: sink.address, attempts, timeout: sink.timeout })
    }
}

impl Sink {
    fn message(&self, varbinds: &[VarBind], own: IpAddr, request_id: i32) -> Result<Message, NotConvertible> {
        let (version, body) = match self.form {
            Form::TrapV1 => {
                // An agent that speaks IPv6 has no address to give (RFC 3584 §3.2).
                let own = match own {
                    IpAddr::V4(own) => own,
                    IpAddr::V6(own) => own.to_ipv4_mapped().unwrap_or(Ipv4Addr::UNSPECIFIED),
                };
                let trap = trap_from_notification(varbinds, IpAddress(own.octets()))?;
                (Version::V1, OwnedBody::TrapV1(trap))
            }
            Form::TrapV2c => (Version::V2c, pdu(PduKind::Trap, request_id, varbinds)),
            Form::Inform => (Version::V2c, pdu(PduKind::Inform, request_id, varbinds)),
        };
        Ok(Message { version, community: self.community.clone(), body })
    }

    /// Waits for the response to an inform; other datagrams are passed over.
    async fn acknowledged(&self, socket: &UdpSocket, request_id: i32) -> bool {
        let deadline = Instant::now() + self.timeout;
        let mut decoder = Decoder::default();
        let mut buffer = vec![0; MAX_MESSAGE];
        // An error is the echo of a port that nobody listens on: the receiver may still come up.
        while let Ok(received) = timeout_at(deadline, socket.recv(&mut buffer)).await {
            let datagram = received.ok().and_then(|length| buffer.get(..length));
            let Some(Ok(decoded)) = datagram.map(|datagram| decoder.decode(datagram)) else {
                continue;
            };
            if let Body::Pdu(pdu) = decoded.message.body {
                let header = pdu.header;
                if header.kind == PduKind::Response
                    && header.request_id == request_id
                    && decoded.message.community == self.community
                {
                    return true;
                }
            }
        }
        false
    }
}

fn pdu(kind: PduKind, request_id: i32, varbinds: &[VarBind]) -> OwnedBody {
    OwnedBody::Pdu(Pdu { header: PduHeader::new(kind, request_id), varbinds: varbinds.to_vec() })
}

/// A socket of its own per notification: its address is the agent's on the way to this receiver, and nobody else can
/// acknowledge.
async fn connect(address: SocketAddr) -> io::Result<UdpSocket> {
    let any: IpAddr = match address {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).await?;
    socket.connect(address).await?;
    Ok(socket)
}
