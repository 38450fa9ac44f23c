//! Receivers of notifications, and the form in which they get them.

use std::fmt;
use std::time::Duration;

use super::builder::BindError;
#[cfg(feature = "usm")]
use super::sink_v3::Sender;
use crate::access::{AccessEntry, AccessIndex, Family, Model, Principal, Tables};
use crate::engine::Retry;
use crate::message::{Level, Version};
use crate::net::TransportAddress;
use crate::originator::{
    CommunityEntry, MpModel, Notify, NotifyError, NotifyType, Receiver, Tag, TagList, TargetAddress,
    TargetParams, TargetTables,
};

/// How long an inform waits for its response before it is sent again, unless [`Sink::timeout`] says otherwise.
const INFORM_TIMEOUT: Duration = Duration::from_millis(1_500);

/// How often an inform is sent again, unless [`Sink::retries`] says otherwise.
const INFORM_RETRIES: u32 = 3;

/// A receiver of notifications, and the form in which it gets them.
///
/// Its address is of any transport: a [`SocketAddr`](std::net::SocketAddr) is one of UDP, where receivers have port
/// 162; [`TransportAddress::lookup`] makes any other from text. Over TCP and the Unix domain a connection is opened when
/// there is something to send, and closed when nothing more is on its way, so that a receiver that is not there is an
/// error.
///
/// An agent that is built with a sink gets rows for it in its [`Targets`](crate::originator::Targets): an address, its
/// parameters and, for a community, a row of snmpCommunityTable, all of the name `sink-1`, `sink-2` and so on. The sink
/// may see every notification, unless the agent's access control already has an entry for its user: then the notify view
/// of that entry decides.
///
/// ```
/// use mibc_runtime::agent::Sink;
/// use mibc_runtime::net::TransportAddress;
/// use std::net::SocketAddr;
///
/// let collector = SocketAddr::from(([192, 0, 2, 1], 162));
/// let over_udp = Sink::v2c(collector, "traps");
/// let over_tcp = Sink::inform(TransportAddress::Tcp(collector), "traps");
/// ```
#[derive(Clone)]
pub struct Sink {
    address: TransportAddress,
    form: Form,
    notify_type: NotifyType,
    retry: Retry,
}

#[derive(Clone)]
enum Form {
    Community {
        version: Version,
        community: Vec<u8>,
    },
    #[cfg(feature = "usm")]
    V3(Sender),
}

impl Sink {
    fn new(address: impl Into<TransportAddress>, notify_type: NotifyType, form: Form) -> Self {
        let address = address.into().canonical();
        let retry = Retry { timeout: INFORM_TIMEOUT, retries: INFORM_RETRIES, steady: false };
        Self { address, form, notify_type, retry }
    }

    /// Gets SNMPv1 traps. Notifications with a Counter64 cannot be sent there.
    #[must_use]
    pub fn v1(address: impl Into<TransportAddress>, community: impl Into<Vec<u8>>) -> Self {
        let form = Form::Community { version: Version::V1, community: community.into() };
        Self::new(address, NotifyType::Trap, form)
    }

    /// Gets SNMPv2c traps.
    #[must_use]
    pub fn v2c(address: impl Into<TransportAddress>, community: impl Into<Vec<u8>>) -> Self {
        let form = Form::Community { version: Version::V2c, community: community.into() };
        Self::new(address, NotifyType::Trap, form)
    }

    /// Gets SNMPv2c informs, which it acknowledges.
    #[must_use]
    pub fn inform(address: impl Into<TransportAddress>, community: impl Into<Vec<u8>>) -> Self {
        let form = Form::Community { version: Version::V2c, community: community.into() };
        Self::new(address, NotifyType::Inform, form)
    }

    /// Gets SNMPv3 traps in the name of this user, at the highest level that it has keys for.
    ///
    /// The agent's own engine is the authoritative one (RFC 3414 §3.1 (6b)): receivers know the user under its
    /// engine ID. An [engine store](super::AgentBuilder::engine_store) keeps that over restarts.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn v3_trap(address: impl Into<TransportAddress>, user: crate::usm::User) -> Self {
        Self::new(address, NotifyType::Trap, Form::V3(Sender::new(user)))
    }

    /// Gets SNMPv3 informs in the name of this user, at the highest level that it has keys for.
    ///
    /// The receiver's engine is the authoritative one: its ID and its clock are found out by the first inform, and
    /// followed from then on.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn v3_inform(address: impl Into<TransportAddress>, user: crate::usm::User) -> Self {
        Self::new(address, NotifyType::Inform, Form::V3(Sender::new(user)))
    }

    /// The context of notifications over SNMPv3 that name none themselves; the one without a name unless set. Without
    /// effect on the older versions.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn context_name(mut self, name: impl Into<Vec<u8>>) -> Self {
        if let Form::V3(sender) = &mut self.form {
            sender.context_name = name.into();
        }
        self
    }

    /// How long an inform waits for its acknowledgement before it is sent again; 1.5 seconds by default. Each time it
    /// waits twice as long as the time before. In the tables it becomes hundredths of a second.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.retry.timeout = timeout;
        self
    }

    /// How often an inform is sent again; 3 times by default, 255 times at most.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retry.retries = retries.min(u8::MAX.into());
        self
    }

    /// Whether it takes an engine of SNMPv3 to send there.
    #[cfg(feature = "usm")]
    pub(super) fn is_v3_trap(&self) -> bool {
        self.notify_type == NotifyType::Trap && matches!(self.form, Form::V3(_))
    }

    /// The receiver that it is, beside the tables.
    pub(super) fn receiver(&self) -> Result<Receiver, NotifyError> {
        let (address, notify_type, retry) = (self.address.clone(), self.notify_type, self.retry);
        Ok(match &self.form {
            Form::Community { version, community } => {
                Receiver::with_community(address, notify_type, retry, *version, community.clone())
            }
            #[cfg(feature = "usm")]
            Form::V3(sender) => {
                let context = sender.context_name.clone();
                Receiver::with_user(address, notify_type, retry, sender.credentials()?, context)
            }
        })
    }

    /// Adds the rows that it is; `number` tells sinks apart. Where access control has no entry for it, it may see
    /// everything.
    pub(super) fn fill(
        &self,
        number: usize,
        targets: &mut TargetTables,
        vacm: &mut Tables,
    ) -> Result<(), BindError> {
        let name = format!("sink-{number}");
        let tag = match self.notify_type {
            NotifyType::Trap => "sink-traps",
            NotifyType::Inform => "sink-informs",
        };
        let tag_list = TagList::new(tag).unwrap_or_default();
        let notify = Notify { tag: Tag::new(tag).unwrap_or_default(), notify_type: self.notify_type };
        targets.set_notify(tag, notify)?;
        let hundredths = self.retry.timeout.as_millis().div_ceil(10).min(i32::MAX as u128);
        let address = TargetAddress {
            tag_list,
            timeout: hundredths as u32,
            retry_count: u8::try_from(self.retry.retries).unwrap_or(u8::MAX),
            ..TargetAddress::new(self.address.clone(), name.as_str())
        };
        targets.set_address(name.as_str(), address)?;
        let (params, context) = match &self.form {
            Form::Community { version, community } => {
                targets
                    .set_community(name.as_str(), CommunityEntry::new(community.as_slice(), name.as_str()))?;
                let (mp_model, security_model) = match version {
                    Version::V1 => (MpModel::V1, Model::V1),
                    _ => (MpModel::V2C, Model::V2C),
                };
                let security_level = Level::NoAuthNoPriv;
                let security_name = name.clone().into_bytes();
                (TargetParams { mp_model, security_model, security_name, security_level }, Vec::new())
            }
            #[cfg(feature = "usm")]
            Form::V3(sender) => {
                let user = sender.credentials()?;
                let params = TargetParams {
                    mp_model: MpModel::V3,
                    security_model: Model::USM,
                    security_name: user.name().to_vec(),
                    security_level: user.level(),
                };
                targets.set_params_user(name.as_str(), user);
                if !sender.context_name.is_empty() {
                    targets.set_params_context(name.as_str(), sender.context_name.as_slice());
                }
                (params, sender.context_name.clone())
            }
        };
        show_everything(vacm, &params, context);
        targets.set_params(name, params)?;
        Ok(())
    }
}

/// Lets a sink see every notification of a context, unless access control has an entry for it.
fn show_everything(vacm: &mut Tables, params: &TargetParams, context: Vec<u8>) {
    const SINKS: &str = "sinks";
    let (model, name, level) = (params.security_model, &params.security_name, params.security_level);
    if vacm.select(&Principal::new(model, name.as_slice()).level(level), &context).is_ok() {
        return;
    }
    let group = match vacm.group(model, name) {
        Some(group) => group.to_vec(),
        None => {
            vacm.set_group(model, name.as_slice(), SINKS);
            SINKS.into()
        }
    };
    vacm.add_context(context.as_slice());
    vacm.set_family(SINKS, Family::everything());
    let index = AccessIndex { group, context_prefix: context, model, level };
    vacm.set_access(index, AccessEntry { notify_view: SINKS.into(), ..AccessEntry::default() });
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink")
            .field("address", &self.address)
            .field("form", &self.form)
            .field("notify_type", &self.notify_type)
            .finish_non_exhaustive()
    }
}

/// Keeps communities and keys out of logs.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Form::Community { version: Version::V1, .. } => "SNMPv1",
            Form::Community { .. } => "SNMPv2c",
            #[cfg(feature = "usm")]
            Form::V3(_) => "SNMPv3",
        })
    }
}
