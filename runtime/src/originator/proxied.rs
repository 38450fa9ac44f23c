//! Which messages snmpProxyTable has passed on, and to whom (RFC 3413 §3.5, §4.2).

use std::collections::HashMap;
use std::sync::Arc;

use super::receiver::{Community, Receiver, Security};
use super::rows::{MpModel, NotifyType, ProxyType, TargetParams};
use super::selection::{Tagged, receiver};
use super::tables::TargetTables;
use crate::access::Principal;
use crate::engine::Retry;
use crate::logs::PROXY;
use crate::message::Version;
use crate::net::TransportAddress;
#[cfg(feature = "usm")]
use crate::usm::{Credentials, EngineId};

/// What the table says about a message.
pub(crate) enum Proxied<'t> {
    /// Nothing: it is not for the proxy.
    NotHere,
    /// Messages of this kind and engine are passed on, and this one has no target.
    NoTarget,
    /// It goes to one of them, or, if it is a notification, to all.
    To(&'t [Arc<Receiver>]),
}

/// Where a request goes, and how.
pub(crate) struct Destination {
    pub(crate) address: TransportAddress,
    pub(crate) retry: Retry,
    /// The longest message that it takes (snmpTargetAddrMMS).
    pub(crate) max_message: usize,
    pub(crate) identity: Identity,
}

/// In whose name a request goes.
pub(crate) enum Identity {
    Community(Version, Vec<u8>),
    /// A user, and its engine if it is only for that.
    #[cfg(feature = "usm")]
    User(Arc<Credentials>, Option<EngineId>),
}

/// The rows, by contextEngineID, in the order of their names.
#[derive(Default)]
pub(super) struct Proxies(HashMap<Vec<u8>, Vec<Row>>);

struct Row {
    proxy_type: ProxyType,
    context_name: Vec<u8>,
    /// What messages have to be; `None` for parameters that are not there.
    params: Option<TargetParams>,
    receivers: Vec<Arc<Receiver>>,
}

impl Proxies {
    pub(super) fn new(tables: &TargetTables, tags: &HashMap<Vec<u8>, Vec<Tagged>>) -> Self {
        let mut rows: HashMap<Vec<u8>, Vec<Row>> = HashMap::new();
        for (_, entry) in tables.proxies().iter() {
            let notify_type = match entry.proxy_type {
                ProxyType::Read | ProxyType::Write => None,
                ProxyType::Trap => Some(NotifyType::Trap),
                ProxyType::Inform => Some(NotifyType::Inform),
            };
            let receivers = match notify_type {
                None => {
                    let name = &entry.single_target_out;
                    let row = tables.addresses().get(name);
                    row.map(|row| Arc::new(receiver(tables, name, row, NotifyType::Trap)))
                        .into_iter()
                        .collect()
                }
                Some(notify_type) => {
                    let tag = entry.multiple_target_out.as_octets();
                    let tagged = tags.get(tag).into_iter().flatten();
                    tagged
                        .map(|Tagged { name, row }| Arc::new(receiver(tables, name, row, notify_type)))
                        // An inform is never passed on over SNMPv1 (RFC 3584 §4.3.2).
                        .filter(|receiver| receiver.notify_type == notify_type)
                        .collect()
                }
            };
            rows.entry(entry.context_engine_id.clone()).or_default().push(Row {
                proxy_type: entry.proxy_type,
                context_name: entry.context_name.clone(),
                params: tables.params().get(&entry.target_params_in).cloned(),
                receivers,
            });
        }
        Self(rows)
    }

    fn find(&self, proxy_type: ProxyType, context_engine_id: &[u8], who: &Principal<'_>) -> Proxied<'_> {
        let rows = self.0.get(context_engine_id).into_iter().flatten();
        let mut of_type = rows.filter(|row| row.proxy_type == proxy_type).peekable();
        if of_type.peek().is_none() {
            return Proxied::NotHere;
        }
        let found = of_type.find(|row| {
            row.context_name == *who.context_name && row.params.as_ref().is_some_and(|row| accepts(row, who))
        });
        match found {
            Some(row) if !row.receivers.is_empty() => Proxied::To(&row.receivers),
            _ => Proxied::NoTarget,
        }
    }
}

/// Whether a message comes as the parameters say.
fn accepts(params: &TargetParams, who: &Principal<'_>) -> bool {
    let mp_model = match who.version {
        Version::V1 => MpModel::V1,
        Version::V2c => MpModel::V2C,
        _ => MpModel::V3,
    };
    params.mp_model == mp_model
        && params.security_model == who.model
        && params.security_name == *who.security_name
        && params.security_level <= who.level
}

impl TargetTables {
    /// Where a message of this kind and context goes, by snmpProxyTable.
    pub(crate) fn proxied(
        &self,
        proxy_type: ProxyType,
        context_engine_id: &[u8],
        who: &Principal<'_>,
    ) -> Proxied<'_> {
        self.selection().proxies.find(proxy_type, context_engine_id, who)
    }

    /// How a request of this context gets to a target; `own` is the entity's engine ID. `None` if its rows do not say it.
    pub(crate) fn destination(
        &self,
        target: &Receiver,
        context: (&[u8], &[u8]),
        own: &[u8],
    ) -> Option<Destination> {
        let identity = match &target.security {
            Security::Community { version, community: Community::Given(community) } => {
                Identity::Community(*version, community.clone())
            }
            Security::Community { version, community: Community::Table } => {
                let selection = self.selection();
                let row = selection.community(&target.security_name, context, own, &target.address)?;
                Identity::Community(*version, row.name.clone())
            }
            #[cfg(feature = "usm")]
            Security::V3(users) => {
                // The one for all engines comes before one for a single engine, and is not that of this engine.
                let elsewhere =
                    users.iter().filter(|user| user.engine_id.is_none_or(|id| id.as_bytes() != own));
                let user = elsewhere.min_by_key(|user| user.engine_id.is_some())?;
                Identity::User(Arc::clone(&user.credentials), user.engine_id)
            }
            Security::Unusable(reason) => {
                tracing::debug!(target: PROXY, peer = %target.address, %reason, "a message cannot be passed on");
                return None;
            }
        };
        let (address, retry, max_message) = (target.address.clone(), target.retry, target.limit);
        Some(Destination { address, retry, max_message, identity })
    }
}
