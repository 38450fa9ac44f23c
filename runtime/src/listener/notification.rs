//! A notification as it was received.

use std::fmt;
use std::time::Instant;

use crate::ber::{Anomalies, Anomaly, Rules};
use crate::message::{GenericTrap, TrapV1, TrapV1Ref, Version, add_origin, trap_oid};
use crate::net::TransportAddress;
use crate::oid::Oid;
use crate::typed::{DecodeError, Notification, NotificationReader, Received, Siblings};
#[cfg(feature = "usm")]
use crate::value::OctetString;
use crate::value::{IpAddress, TimeTicks, Value, VarBind};

const SYS_UP_TIME_0: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 3, 0];
const SNMP_TRAP_OID_0: &[u32] = &[1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0];
const SNMP_TRAP_ENTERPRISE_0: &[u32] = &[1, 3, 6, 1, 6, 3, 1, 1, 4, 3, 0];
const ZERO_DOT_ZERO: &[u32] = &[0, 0];
const SNMP_TRAP_ADDRESS_0: &[u32] = &[1, 3, 6, 1, 6, 3, 18, 1, 3, 0];

/// A trap or an inform, whatever its version, in the form of SNMPv2.
///
/// An SNMPv1 trap is converted as RFC 3584 §3.1 says: its identity is [`trap_oid`](Self::trap_oid), and behind its own
/// varbinds come snmpTrapAddress.0, snmpTrapCommunity.0 and snmpTrapEnterprise.0, unless it has them itself.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ReceivedNotification<A = TransportAddress> {
    /// The address that it came from. That of a proxy, if there is one: see [`agent_addr`](Self::agent_addr).
    pub source: A,
    /// The address of ours that it was sent to; `None` if the system does not tell.
    pub destination: Option<A>,
    /// The version of the message.
    pub version: Version,
    /// True for an inform, which has been acknowledged, unless that is done
    /// [later](super::ListenerBuilder::acknowledge_later).
    pub is_inform: bool,
    /// Who sent it.
    pub sender: Sender,
    /// sysUpTime.0 of the sender, in hundredths of a second; `None` if it does not say.
    pub up_time: Option<TimeTicks>,
    /// snmpTrapOID.0, which says what has happened; `None` if it does not say.
    pub trap_oid: Option<Oid>,
    /// The varbinds but for sysUpTime.0 and snmpTrapOID.0.
    pub varbinds: Vec<VarBind>,
    /// What was odd about it but accepted, because nobody repeats a trap.
    pub anomalies: Anomalies,
    /// When it was received. Notifications may wait for some time in the queue.
    pub received: Instant,
}

/// Who a notification is from, as far as its version tells.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sender {
    /// SNMPv1 and SNMPv2c: anyone who knows this community.
    Community(Vec<u8>),
    /// SNMPv3.
    #[cfg(feature = "usm")]
    User(UserSender),
}

/// Who a notification over SNMPv3 is from.
#[cfg(feature = "usm")]
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserSender {
    /// The user's name.
    pub name: Vec<u8>,
    /// How the message was protected.
    pub level: crate::message::Level,
    /// The authoritative engine: the sender's own for a trap, the listener's for an inform.
    pub engine_id: crate::usm::EngineId,
    /// The engine that has the context, usually the sender's own.
    pub context_engine_id: Vec<u8>,
    /// The context.
    pub context_name: Vec<u8>,
}

impl<A> ReceivedNotification<A> {
    /// Decodes it as a notification that the MIB defines; `None` if it is another one.
    ///
    /// ```
    /// # use mibc_runtime::{listener::ReceivedNotification, typed::Notification};
    /// # fn show<LinkDown: Notification + std::fmt::Debug>(received: &ReceivedNotification) {
    /// match received.decode::<LinkDown>() {
    ///     Some(Ok(link_down)) => println!("{:?}", link_down.notification),
    ///     Some(Err(error)) => println!("linkDown, but {error}"),
    ///     None => println!("something else"),
    /// }
    /// # }
    /// ```
    ///
    /// As a manager does, it lets numbers stand for each other where their types differ and the value fits, and notes it
    /// in [`Received::has_siblings`]; [`decode_by`](Self::decode_by) with [`Rules::Strict`] does not.
    ///
    /// # Errors
    /// A varbind that the definition lists is missing, or has a value or an index of another type.
    pub fn decode<N: Notification>(&self) -> Option<Result<Received<N>, DecodeError>> {
        self.decode_by(Rules::Lenient)
    }

    /// As [`decode`](Self::decode), under `rules`.
    ///
    /// # Errors
    /// A varbind that the definition lists is missing, or has a value or an index of another type.
    pub fn decode_by<N: Notification>(&self, rules: Rules) -> Option<Result<Received<N>, DecodeError>> {
        if !self.is::<N>() {
            return None;
        }
        if rules == Rules::Strict {
            return Some(N::decode(&self.varbinds));
        }
        let mut siblings = Siblings::new();
        let received = NotificationReader::new(&self.varbinds).accepting(&siblings).finish();
        let has_siblings = siblings.take();
        Some(received.map(|received| Received { has_siblings, ..received }))
    }

    /// Whether it is this notification of a MIB.
    pub fn is<N: Notification>(&self) -> bool {
        self.trap_oid.as_ref().is_some_and(|oid| oid.arcs().eq(N::OID.iter().copied()))
    }

    /// snmpTrapAddress.0: the address of the agent where a proxy has passed the notification on, and what an SNMPv1
    /// trap gives as its agent's; 0.0.0.0 there is common.
    pub fn agent_addr(&self) -> Option<IpAddress> {
        self.varbinds.iter().find_map(|varbind| match varbind.value {
            Value::IpAddress(address) if is(&varbind.name, SNMP_TRAP_ADDRESS_0) => Some(address),
            _ => None,
        })
    }
}

/// What the varbinds of a notification begin with, and the others.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) up_time: Option<TimeTicks>,
    pub(super) trap_oid: Option<Oid>,
    pub(super) rest: Vec<VarBind>,
    /// What of it is odd.
    pub(super) anomalies: Anomalies,
}

impl Content {
    /// Takes sysUpTime.0 and snmpTrapOID.0 out, which should be the first two. 0.0, as which an OID
    /// without octets reads, is not the OID of a notification.
    pub(super) fn of_pdu(varbinds: impl IntoIterator<Item = VarBind>) -> Self {
        let mut content = Self::default();
        let mut places = (None, None);
        for (place, varbind) in varbinds.into_iter().enumerate() {
            match varbind.value {
                Value::TimeTicks(ticks) if content.up_time.is_none() && is(&varbind.name, SYS_UP_TIME_0) => {
                    content.up_time = Some(ticks);
                    places.0 = Some(place);
                }
                Value::ObjectIdentifier(oid)
                    if content.trap_oid.is_none()
                        && is(&varbind.name, SNMP_TRAP_OID_0)
                        && !is(&oid, ZERO_DOT_ZERO) =>
                {
                    content.trap_oid = Some(oid);
                    places.1 = Some(place);
                }
                _ => content.rest.push(varbind),
            }
        }
        if places != (Some(0), Some(1)) {
            content.anomalies.insert(Anomaly::OddHeading);
        }
        content
    }

    /// The same of an SNMPv1 trap that was read with these anomalies (RFC 3584 §3.1).
    pub(super) fn of_trap(trap: TrapV1Ref<'_>, community: Option<&[u8]>, anomalies: Anomalies) -> Self {
        let mut trap = TrapV1::from(&trap);
        let mut content = Self { up_time: Some(trap.time_stamp), ..Self::default() };
        content.rest = std::mem::take(&mut trap.varbinds);
        let is_generic = matches!(trap.generic_trap, GenericTrap(0..=5));
        let has_enterprise = !anomalies.contains(Anomaly::OddField) || !is(&trap.enterprise, ZERO_DOT_ZERO);
        if (is_generic || has_enterprise) && !anomalies.contains(Anomaly::UnknownTrapNumber) {
            content.trap_oid = trap_oid(&trap.enterprise, trap.generic_trap, trap.specific_trap).ok();
            if content.trap_oid.is_none() {
                content.anomalies.insert(Anomaly::OddField); // an enterprise of too many sub-identifiers
            }
        }
        add_origin(&mut content.rest, &trap, community);
        if !has_enterprise {
            // It would say 0.0.
            content.rest.retain(|varbind| {
                !is(&varbind.name, SNMP_TRAP_ENTERPRISE_0)
                    || !matches!(&varbind.value, Value::ObjectIdentifier(oid) if is(oid, ZERO_DOT_ZERO))
            });
        }
        content
    }
}

fn is(name: &Oid, arcs: &[u32]) -> bool {
    name.arcs().eq(arcs.iter().copied())
}

/// Keeps the community out of logs.
impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Community(_) => f.write_str("Community(***)"),
            #[cfg(feature = "usm")]
            Self::User(user) => f.debug_tuple("User").field(user).finish(),
        }
    }
}

/// Names as text, engines in hexadecimal.
#[cfg(feature = "usm")]
impl fmt::Debug for UserSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |octets: &[u8]| OctetString::from(octets);
        f.debug_struct("UserSender")
            .field("name", &text(&self.name))
            .field("level", &self.level)
            .field("engine_id", &self.engine_id)
            .field("context_engine_id", &text(&self.context_engine_id))
            .field("context_name", &text(&self.context_name))
            .finish()
    }
}
