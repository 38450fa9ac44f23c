//! What a notification tells, whoever gets it.

use super::error::NotifyError;
#[cfg(feature = "manager")]
use crate::message::Body;
use crate::message::{TrapV1, notification_from_trap, trap_oid};
use crate::oid::{Oid, OidError};
use crate::trap;
use crate::typed::{NameError, Notification};
use crate::value::{TimeTicks, VarBind};

/// snmpTraps of SNMPv2-MIB.
const SNMP_TRAPS: [u32; 10] = [1, 3, 6, 1, 6, 3, 1, 1, 5, 0];

/// A notification before it is a message: its OID, its variables, and the context that they are of.
///
/// ```
/// use mibc_runtime::originator::Event;
/// use mibc_runtime::value::VarBind;
///
/// let moved = Event::new("1.3.6.1.4.1.9999.0.7".parse()?)
///     .varbinds([VarBind::new("1.3.6.1.4.1.9999.1.1.0".parse()?, "attic")])
///     .context("vlan-7");
/// # let _ = moved;
/// # Ok::<(), mibc_runtime::oid::OidError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub(super) oid: Oid,
    pub(super) varbinds: Vec<VarBind>,
    pub(super) up_time: Option<TimeTicks>,
    pub(super) context_engine_id: Vec<u8>,
    pub(super) context_name: Option<Vec<u8>>,
    pub(super) received: Option<Received>,
}

/// That a notification is somebody else's, and is only passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Received {
    /// As it came, in the PDU of SNMPv1.
    pub(super) trap: Option<Box<TrapV1>>,
}

impl Event {
    /// A notification without variables; `oid` is what snmpTrapOID.0 says.
    #[must_use]
    pub fn new(oid: Oid) -> Self {
        Self {
            oid,
            varbinds: Vec::new(),
            up_time: None,
            context_engine_id: Vec::new(),
            context_name: None,
            received: None,
        }
    }

    /// A notification of a MIB.
    ///
    /// # Errors
    ///
    /// Its OID is not one, or an instance in it has no name.
    pub fn of<N: Notification>(notification: &N) -> Result<Self, EventError> {
        Ok(Self::new(Oid::from_arcs(N::OID)?).varbinds(notification.varbinds()?))
    }

    /// What a forwarder makes of an SNMPv1 trap (RFC 3584 §3.1): with snmpTrapAddress.0, snmpTrapCommunity.0 and
    /// snmpTrapEnterprise.0 if the trap does not have them itself. Its sysUpTime.0 is the trap's time stamp.
    ///
    /// # Errors
    ///
    /// Its snmpTrapOID would have more than 128 sub-identifiers.
    pub fn forwarded(trap: &TrapV1, community: &[u8]) -> Result<Self, OidError> {
        let oid = trap_oid(&trap.enterprise, trap.generic_trap, trap.specific_trap)?;
        let varbinds = notification_from_trap(trap, community)?.into_iter().skip(2);
        Ok(Self { up_time: Some(trap.time_stamp), ..Self::new(oid).varbinds(varbinds) })
    }

    /// A notification to be passed on as it came (RFC 3413 §3.5.2); `None` if it does not say what it is. `community` is that
    /// of its message.
    #[cfg(feature = "manager")]
    pub(crate) fn received(body: &Body<'_>, community: &[u8]) -> Option<Self> {
        match body {
            Body::TrapV1(trap) => {
                let trap = TrapV1::from(trap);
                let event = Self::forwarded(&trap, community).ok()?;
                Some(Self { received: Some(Received { trap: Some(Box::new(trap)) }), ..event })
            }
            Body::Pdu(pdu) => {
                let mut varbinds = pdu.varbinds.iter().map(|varbind| varbind.to_varbind());
                let (ticks, oid) = trap::identity(varbinds.next()?, varbinds.next()?)?;
                let event = Self::new(oid).up_time(ticks).varbinds(varbinds);
                Some(Self { received: Some(Received { trap: None }), ..event })
            }
        }
    }

    /// coldStart (RFC 3418): the agent has started, and its configuration may be another than before.
    #[must_use]
    pub fn cold_start() -> Self {
        Self::standard(1)
    }

    /// warmStart (RFC 3418): the agent has started with the configuration that it had.
    #[must_use]
    pub fn warm_start() -> Self {
        Self::standard(2)
    }

    /// authenticationFailure (RFC 3418): a message came that is not properly authenticated.
    #[must_use]
    pub fn authentication_failure() -> Self {
        Self::standard(5)
    }

    fn standard(number: u32) -> Self {
        let mut arcs = SNMP_TRAPS;
        arcs[9] = number;
        Self::new(Oid::from_arcs(&arcs).unwrap_or(Oid::ZERO))
    }

    /// Adds variables. sysUpTime.0 and snmpTrapOID.0, which come first in messages, do not belong here.
    #[must_use]
    pub fn varbinds(mut self, varbinds: impl IntoIterator<Item = VarBind>) -> Self {
        self.varbinds.extend(varbinds);
        self
    }

    /// sysUpTime.0, instead of that of the moment when it is sent.
    #[must_use]
    pub fn up_time(self, up_time: TimeTicks) -> Self {
        Self { up_time: Some(up_time), ..self }
    }

    /// The context that it is of; the default one unless set, or that which a receiver's parameters say.
    #[must_use]
    pub fn context(self, name: impl Into<Vec<u8>>) -> Self {
        Self { context_name: Some(name.into()), ..self }
    }

    /// The engine that the context is at; the sender's own unless set.
    #[must_use]
    pub fn context_engine_id(self, engine_id: impl Into<Vec<u8>>) -> Self {
        Self { context_engine_id: engine_id.into(), ..self }
    }

    /// The context that it is of, if it says one.
    #[must_use]
    pub fn context_name(&self) -> Option<&[u8]> {
        self.context_name.as_deref()
    }

    /// sysUpTime.0, if it has one of its own.
    #[must_use]
    pub fn own_up_time(&self) -> Option<TimeTicks> {
        self.up_time
    }

    /// The OID of the notification.
    #[must_use]
    pub fn oid(&self) -> &Oid {
        &self.oid
    }

    /// All varbinds of its messages: sysUpTime.0 and snmpTrapOID.0 first (RFC 3416 §4.2.6). `up_time` is that of the moment, for
    /// one that has none of its own.
    #[must_use]
    pub fn all_varbinds(&self, up_time: TimeTicks) -> Vec<VarBind> {
        let own = self.varbinds.iter().cloned();
        trap::varbinds(self.up_time.unwrap_or(up_time), self.oid.clone(), own)
    }
}

/// Why a notification of a MIB is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// An instance in the notification has no name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Its OID is not one.
    #[error("the notification has no valid OID: {0}")]
    Identity(#[from] OidError),
}

impl From<EventError> for NotifyError {
    fn from(error: EventError) -> Self {
        match error {
            EventError::Name(error) => Self::Name(error),
            EventError::Identity(error) => Self::Identity(error),
        }
    }
}
