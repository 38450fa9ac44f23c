//! Sending traps without being an agent: for programs that only tell (RFC 3413 §3, RFC 1157 §4.1.6).
//!
//! An agent sends its notifications itself. Informs are requests of a manager's:
//! [`Session::inform`](crate::manager::Session::inform).
//!
//! ```no_run
//! use mibc_runtime::net::TransportAddress;
//! use mibc_runtime::trap_sender::{TrapSender, notification};
//! use mibc_runtime::value::TimeTicks;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let collector = TransportAddress::Udp("192.0.2.1:162".parse()?);
//! let cold_start = "1.3.6.1.6.3.1.1.5.1".parse()?;
//! let varbinds = notification(TimeTicks(0), cold_start, [])?;
//! TrapSender::v2c(collector, "traps").send(&varbinds).await?;
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::task::{Poll, ready};

use tokio::time::timeout;

use crate::ber::{MAX_MESSAGE, TooLarge, Writer};
use crate::engine::Random;
use crate::message::{NotConvertible, TrapV1};
use crate::net::{
    BUFFER, Origin, OsRandom, Outbox, Tap, Transport, TransportAddress, Udp, dial, own_address, tapped,
};
use crate::oid::{Oid, OidError};
use crate::trap::{self, TRAP_TIMEOUT, Unwritten};
use crate::value::{TimeTicks, VarBind};

/// The varbinds of a notification: sysUpTime.0 and snmpTrapOID.0, then its own (RFC 3416 §4.2.6).
///
/// # Errors
/// None in fact: both names are valid.
pub fn notification(
    up_time: TimeTicks,
    identity: Oid,
    own: impl IntoIterator<Item = VarBind>,
) -> Result<Vec<VarBind>, OidError> {
    Ok(trap::varbinds(up_time, identity, own))
}

/// Why a trap was not sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrapError {
    /// It has no SNMPv1 form.
    #[error("the notification cannot be sent as an SNMPv1 trap: {0}")]
    NotV1(#[from] NotConvertible),
    /// The sender has another version.
    #[error("a Trap-PDU of SNMPv1 is sent by a sender of SNMPv1")]
    OnlyV1,
    /// It is larger than a datagram.
    #[error("the notification is too large: {0}")]
    TooLarge(#[from] TooLarge),
    /// The user cannot be worked with.
    #[cfg(feature = "usm")]
    #[error("{0}")]
    User(#[from] crate::usm::UserError),
    /// The system refuses to send it.
    #[error("cannot send the notification to {address}: {source}")]
    Socket {
        /// The receiver.
        address: TransportAddress,
        /// What the system says.
        source: io::Error,
    },
}

/// Sends traps to one receiver, in one form. Nothing tells whether they arrive, except that over TCP and the Unix domain
/// somebody must be there.
#[derive(Clone)]
pub struct TrapSender {
    address: TransportAddress,
    form: Form,
    local: Option<SocketAddr>,
    tap: Option<Tap>,
}

#[derive(Clone)]
enum Form {
    V1(Vec<u8>),
    V2c(Vec<u8>),
    #[cfg(feature = "usm")]
    V3(Box<v3::Sender>),
}

impl TrapSender {
    fn new(address: TransportAddress, form: Form) -> Self {
        Self { address, form, local: None, tap: None }
    }

    /// SNMPv1 traps of this community.
    #[must_use]
    pub fn v1(address: TransportAddress, community: impl Into<Vec<u8>>) -> Self {
        Self::new(address, Form::V1(community.into()))
    }

    /// SNMPv2c traps of this community.
    #[must_use]
    pub fn v2c(address: TransportAddress, community: impl Into<Vec<u8>>) -> Self {
        Self::new(address, Form::V2c(community.into()))
    }

    /// The local address to send datagrams from; the system chooses one unless set.
    #[must_use]
    pub fn local(mut self, local: Option<SocketAddr>) -> Self {
        self.local = local;
        self
    }

    /// Who is told of every message that is sent.
    #[must_use]
    pub fn tap(mut self, tap: Option<Tap>) -> Self {
        self.tap = tap;
        self
    }

    /// Sends a notification whose varbinds begin with sysUpTime.0 and snmpTrapOID.0; see [`notification`].
    ///
    /// # Errors
    /// It could not be written or sent.
    pub async fn send(&self, varbinds: &[VarBind]) -> Result<(), TrapError> {
        let form = match &self.form {
            Form::V1(community) => trap::Form::V1 { community, own: self.own_address() },
            Form::V2c(community) => trap::Form::V2c { community },
            #[cfg(feature = "usm")]
            Form::V3(sender) => sender.form()?,
        };
        let message = write(&form, varbinds)?;
        self.deliver(&message).await
    }

    /// Sends a Trap-PDU of SNMPv1 as it is.
    ///
    /// # Errors
    /// The sender is not one of SNMPv1; or the trap could not be written or sent.
    pub async fn send_v1(&self, trap: TrapV1) -> Result<(), TrapError> {
        let Form::V1(community) = &self.form else { return Err(TrapError::OnlyV1) };
        let message = write(&trap::Form::V1AsItIs { community, trap: &trap }, &[])?;
        self.deliver(&message).await
    }

    /// The IPv4 address that packets to the receiver come from; 0.0.0.0 if they have none (RFC 3584 §3.2).
    #[must_use]
    pub fn own_address(&self) -> Ipv4Addr {
        let chosen = || self.address.ip().and_then(|to| own_address(to).ok());
        match self.local.filter(|local| !local.ip().is_unspecified()).or_else(chosen).map(|own| own.ip()) {
            Some(IpAddr::V4(own)) => own,
            _ => Ipv4Addr::UNSPECIFIED,
        }
    }

    async fn deliver(&self, message: &[u8]) -> Result<(), TrapError> {
        let refused = |source| TrapError::Socket { address: self.address.clone(), source };
        let peer = self.address.canonical();
        let transport: Box<dyn Transport> = match (&peer, self.local) {
            (TransportAddress::Udp(_), Some(local)) => Box::new(Udp::bind(local, BUFFER).map_err(refused)?),
            _ => dial(&peer, &[]).map_err(refused)?,
        };
        let transport = tapped(transport, self.tap.as_ref());
        let mut outbox = Outbox::default();
        outbox.push(Origin::to(peer), message);
        let leave = poll_fn(|context| {
            while !outbox.is_empty() {
                match transport.try_send(&mut outbox) {
                    Ok(()) => {}
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        ready!(transport.poll_send_ready(context))?;
                    }
                    Err(error) => return Poll::Ready(Err(error)),
                }
            }
            Poll::Ready(Ok(()))
        });
        timeout(TRAP_TIMEOUT, leave).await.unwrap_or_else(|late| Err(late.into())).map_err(refused)
    }
}

fn write(form: &trap::Form<'_>, varbinds: &[VarBind]) -> Result<Vec<u8>, TrapError> {
    let request_id = (OsRandom::new().next_u32() >> 1) as i32;
    let mut writer = Writer::with_limit(MAX_MESSAGE);
    trap::write(&mut writer, form, request_id, varbinds)?;
    Ok(writer.finish()?.to_vec())
}

impl From<Unwritten> for TrapError {
    fn from(error: Unwritten) -> Self {
        match error {
            Unwritten::NotV1(error) => Self::NotV1(error),
            Unwritten::TooLarge(error) => Self::TooLarge(error),
        }
    }
}

/// Keeps communities and keys out of logs.
impl fmt::Debug for TrapSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrapSender").field("address", &self.address).finish_non_exhaustive()
    }
}

/// SNMPv3: the sender's own engine is the authoritative one (RFC 3414 §3.1 (6b)).
#[cfg(feature = "usm")]
mod v3 {
    use super::{Form, TrapError, TrapSender};
    use crate::engine::Random;
    use crate::message::Level;
    use crate::net::{OsRandom, TransportAddress};
    use crate::security::UsmState;
    use crate::trap;
    use crate::usm::{Credentials, EngineClock, EngineId, KeyCache, LocalKeys, User, UserError};

    #[derive(Clone)]
    pub(super) struct Sender {
        name: Vec<u8>,
        level: Level,
        keys: LocalKeys,
        engine_id: EngineId,
        clock: EngineClock,
        context_engine_id: EngineId,
        context_name: Vec<u8>,
    }

    impl TrapSender {
        /// SNMPv3 traps in the name of this user, at the highest level that it has keys for, from an engine with this
        /// ID and clock. Receivers know the user under that ID, and take nothing that is older by the clock than what
        /// came before: boots count how often the engine has started
        /// ([`EngineState::start`](crate::net::EngineState::start)).
        ///
        /// # Errors
        /// The user cannot be worked with.
        pub fn v3(
            address: TransportAddress,
            user: &User,
            engine_id: EngineId,
            clock: EngineClock,
        ) -> Result<Self, UserError> {
            let credentials = Credentials::new(user, &KeyCache::new())?;
            let sender = Sender {
                name: user.name().to_vec(),
                level: credentials.level(),
                keys: credentials.localize(&engine_id),
                engine_id,
                clock,
                context_engine_id: engine_id,
                context_name: Vec::new(),
            };
            Ok(Self::new(address, Form::V3(Box::new(sender))))
        }

        /// The context that the traps are of; the one without a name unless set. Without effect on the older versions,
        /// as is the next.
        #[must_use]
        pub fn context_name(mut self, name: impl Into<Vec<u8>>) -> Self {
            if let Form::V3(sender) = &mut self.form {
                sender.context_name = name.into();
            }
            self
        }

        /// What the clock of its engine says from now on, for senders that live for long. Without effect on the older
        /// versions.
        pub fn set_clock(&mut self, clock: EngineClock) {
            if let Form::V3(sender) = &mut self.form {
                sender.clock = clock;
            }
        }

        /// The engine that has the context; the sender's own unless set.
        #[must_use]
        pub fn context_engine_id(mut self, engine_id: EngineId) -> Self {
            if let Form::V3(sender) = &mut self.form {
                sender.context_engine_id = engine_id;
            }
            self
        }
    }

    impl Sender {
        /// How its traps are written.
        pub(super) fn form(&self) -> Result<trap::Form<'_>, TrapError> {
            let mut random = OsRandom::new();
            let protection = self.keys.protection(self.level).ok_or(UserError::PrivacyWithoutAuth)?;
            let state = UsmState {
                engine_id: self.engine_id.as_bytes(),
                clock: self.clock,
                user: &self.name,
                protection,
                salt: u64::from(random.next_u32()) << 32 | u64::from(random.next_u32()),
            };
            Ok(trap::Form::V3 {
                state,
                msg_id: (random.next_u32() >> 1) as i32,
                context_engine_id: self.context_engine_id.as_bytes(),
                context_name: &self.context_name,
            })
        }
    }
}
