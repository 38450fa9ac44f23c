//! From the tables to receivers (RFC 3413 §5).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "usm")]
use super::receiver::V3User;
use super::receiver::{Community, Receiver, Security, Unusable};
use super::rows::{CommunityEntry, MpModel, NotifyType, TargetAddress, TargetParams};
use super::tables::TargetTables;
use super::tags::Tag;
use super::transport_mask;
use crate::access::Model;
use crate::ber::MAX_MESSAGE;
use crate::engine::Retry;
use crate::message::{Level, Version};
use crate::net::TransportAddress;

/// What the tables select. Made once, for all notifications until the tables change.
pub(super) struct Selection {
    pub(super) receivers: Vec<Arc<Receiver>>,
    /// Rows of snmpCommunityTable by security name, each in the order of the table.
    communities: HashMap<Vec<u8>, Vec<Arc<CommunityEntry>>>,
    /// Addresses by tag.
    tags: HashMap<Vec<u8>, Vec<Tagged>>,
    #[cfg(feature = "manager")]
    pub(super) proxies: super::proxied::Proxies,
}

/// A row of snmpTargetAddrTable that a tag selects.
pub(super) struct Tagged {
    pub(super) name: Vec<u8>,
    pub(super) row: Arc<TargetAddress>,
}

impl Selection {
    pub(super) fn new(tables: &TargetTables) -> Self {
        let mut tags: HashMap<Vec<u8>, Vec<Tagged>> = HashMap::new();
        for (name, row) in tables.addresses().iter_shared() {
            for tag in row.tag_list.tags() {
                let tagged = Tagged { name: name.to_vec(), row: Arc::clone(row) };
                tags.entry(tag.to_vec()).or_default().push(tagged);
            }
        }
        let mut communities: HashMap<Vec<u8>, Vec<Arc<CommunityEntry>>> = HashMap::new();
        for (_, row) in tables.communities().iter_shared() {
            communities.entry(row.security_name.clone()).or_default().push(Arc::clone(row));
        }
        // Two rows may select the same address: it gets one trap, and one inform.
        let mut known = HashSet::new();
        let mut receivers = Vec::new();
        for (_, notify) in tables.notify().iter() {
            for Tagged { name, row } in tags.get(notify.tag.as_octets()).into_iter().flatten() {
                let receiver = receiver(tables, name, row, notify.notify_type);
                if known.insert((name.clone(), receiver.notify_type)) {
                    receivers.push(Arc::new(receiver));
                }
            }
        }
        #[cfg(feature = "manager")]
        let proxies = super::proxied::Proxies::new(tables, &tags);
        Self {
            receivers,
            communities,
            tags,
            #[cfg(feature = "manager")]
            proxies,
        }
    }

    /// Whether a community with this transport tag may be used from or to an address.
    pub(super) fn allows(&self, tag: &Tag, address: &TransportAddress) -> bool {
        let selected = || self.tags.get(tag.as_octets()).into_iter().flatten();
        tag.as_octets().is_empty()
            || selected()
                .any(|Tagged { row, .. }| transport_mask::matches(&row.address, &row.t_mask, address))
    }

    /// The community string for notifications in this name (RFC 3584 §5.2.3). `own` is the entity's engine ID.
    pub(super) fn community(
        &self,
        security_name: &[u8],
        (context_engine_id, context_name): (&[u8], &[u8]),
        own: &[u8],
        to: &TransportAddress,
    ) -> Option<Arc<CommunityEntry>> {
        let or_own = |id: &[u8]| if id.is_empty() { own.to_vec() } else { id.to_vec() };
        let wanted = or_own(context_engine_id);
        self.communities
            .get(security_name)?
            .iter()
            .find(|row| {
                or_own(&row.context_engine_id) == wanted
                    && row.context_name == context_name
                    && self.allows(&row.transport_tag, to)
            })
            .cloned()
    }
}

pub(super) fn receiver(
    tables: &TargetTables,
    name: &[u8],
    row: &TargetAddress,
    notify_type: NotifyType,
) -> Receiver {
    let params = tables.params().get(&row.params);
    let security = match params {
        Some(params) => security(tables, &row.params, params),
        None => Security::Unusable(Unusable::NoParams),
    };
    let is_v1 = params.is_some_and(|params| params.mp_model == MpModel::V1);
    let is_v3 = params.is_some_and(|params| params.mp_model == MpModel::V3);
    Receiver {
        name: name.to_vec(),
        address: row.address.canonical(),
        // SNMPv1 has no informs (RFC 3584 §4.2.3).
        notify_type: if is_v1 { NotifyType::Trap } else { notify_type },
        retry: Retry {
            timeout: Duration::from_millis(u64::from(row.timeout) * 10),
            retries: row.retry_count.into(),
            steady: false,
        },
        limit: match usize::try_from(row.mms) {
            // Messages of SNMPv3 say what their senders take.
            Ok(mms) if mms > 0 && !is_v3 => mms.min(MAX_MESSAGE),
            _ => MAX_MESSAGE,
        },
        model: params.map_or(Model::ANY, |params| params.security_model),
        security_name: params.map(|params| params.security_name.clone()).unwrap_or_default(),
        level: params.map(|params| params.security_level).unwrap_or_default(),
        security,
        filter: tables.filter(&row.params),
        context: tables.params_context(&row.params).cloned(),
        is_unlisted: false,
    }
}

fn security(tables: &TargetTables, name: &[u8], params: &TargetParams) -> Security {
    let (mp_model, security_model) = (params.mp_model, params.security_model);
    let version = match (mp_model, security_model) {
        (MpModel::V1, Model::V1) => Version::V1,
        (MpModel::V2C, Model::V2C) => Version::V2c,
        #[cfg(feature = "usm")]
        (MpModel::V3, Model::USM) => return users(tables, name, params),
        _ => {
            return Security::Unusable(Unusable::Models {
                mp_model: mp_model.0,
                security_model: security_model.0,
            });
        }
    };
    #[cfg(not(feature = "usm"))]
    let _ = (tables, name);
    if params.security_level != Level::NoAuthNoPriv {
        return Security::Unusable(Unusable::CommunityLevel(params.security_level));
    }
    Security::Community { version, community: Community::Table }
}

/// The users of a row of parameters.
#[cfg(feature = "usm")]
fn users(tables: &TargetTables, name: &[u8], params: &TargetParams) -> Security {
    let level = params.security_level;
    let found: Vec<_> = match tables.params_user(name) {
        Some(user) => vec![(None, user)],
        None => tables.users(&params.security_name).collect(),
    };
    if found.is_empty() {
        return Security::Unusable(Unusable::NoUser);
    }
    let at_level = found.into_iter().filter_map(|(engine_id, user)| {
        let known = Arc::clone(user);
        let credentials =
            if user.level() == level { Arc::clone(user) } else { Arc::new(user.at_level(level)?) };
        Some(V3User { engine_id, known, credentials })
    });
    let at_level: Vec<V3User> = at_level.collect();
    if at_level.is_empty() { Security::Unusable(Unusable::UserLevel(level)) } else { Security::V3(at_level) }
}
