//! What the parts of a configuration name, to be found at once.

use std::collections::{BTreeMap, BTreeSet};

use mibc_runtime::access::Model;
use mibc_runtime::message::{Level, Version};

use super::types::{Config, NotifyType, Send, Target};

pub(super) struct Known<'c> {
    pub(super) views: BTreeSet<&'c str>,
    /// Model and security name.
    pub(super) members: BTreeSet<(Model, &'c str)>,
    pub(super) groups: BTreeSet<&'c str>,
    /// Of communities.
    pub(super) security_names: BTreeSet<&'c str>,
    /// Users with access of their own.
    pub(super) granted: BTreeSet<&'c [u8]>,
    /// The highest level of each user.
    pub(super) levels: BTreeMap<&'c [u8], Level>,
    /// Security names that notifications are sent in.
    pub(super) senders: BTreeSet<&'c str>,
    pub(super) tags: BTreeSet<&'c str>,
    /// Tags whose targets get informs.
    pub(super) informed: BTreeSet<&'c str>,
    pub(super) parameters: BTreeMap<&'c str, Version>,
    pub(super) filters: BTreeSet<&'c str>,
}

impl<'c> Known<'c> {
    pub(super) fn of(config: &'c Config) -> Self {
        let mut levels: BTreeMap<&[u8], Level> = BTreeMap::new();
        for user in &config.users {
            let level = levels.entry(user.user.name()).or_default();
            *level = user.user.level().max(*level);
        }
        let sender = |target: &'c Target| match &target.send {
            Send::User { user, .. } => Some(user.as_str()),
            _ => None,
        };
        let own = config.parameters.iter().map(|row| row.security_name.as_str());
        let informs = config.notify.iter().filter(|notify| notify.kind == NotifyType::Inform);
        let granted = config.users.iter().filter(|user| user.grant.is_some());
        Self {
            views: config.views.iter().map(|view| view.name.as_str()).collect(),
            members: config.groups.iter().map(|row| (row.model, row.member.as_str())).collect(),
            groups: config.groups.iter().map(|row| row.group.as_str()).collect(),
            security_names: config
                .communities
                .iter()
                .filter_map(|row| row.security_name.as_deref())
                .collect(),
            granted: granted.map(|user| user.user.name()).collect(),
            levels,
            senders: config.targets.iter().filter_map(sender).chain(own).collect(),
            tags: config.targets.iter().flat_map(|target| &target.tags).map(String::as_str).collect(),
            informed: informs.map(|notify| notify.tag.as_str()).collect(),
            parameters: config.parameters.iter().map(|row| (row.name.as_str(), row.version)).collect(),
            filters: config.filters.iter().map(|filter| filter.name.as_str()).collect(),
        }
    }
}
