//! The rows that a configuration stands for.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use mibc_runtime::access::{AccessEntry, AccessIndex, Family, Model};
use mibc_runtime::message::{Level, Version};

use super::Datastore;
use super::rows::{AddressRow, CommunityRow, NotifyRow, ParametersRow, Peer, ProxyRow, Sourced, UserRow};
use crate::config::{ALL, Community, Config, Grant, Network, Peers, ProxyType, Send, Source, Target};

/// The view that shows everything, where a configuration has another one of the usual name.
const EVERYTHING: &str = "everything";

impl Datastore {
    /// The rows of a configuration that was checked.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let mut rows = Self::default();
        let own = config.communities.iter().filter(|community| community.engine_id.is_none());
        let contexts = config.contexts.iter().chain(own.map(|community| &community.context));
        let contexts = contexts.chain(config.subtrees.iter().map(|subtree| &subtree.context));
        for name in contexts.map(|name| name.as_bytes().to_vec()).chain([Vec::new()]) {
            rows.contexts.insert(name, Sourced::configured(()));
        }
        for view in &config.views {
            for subtree in &view.families {
                rows.add_family(&view.name, subtree.family.clone());
            }
        }
        for row in &config.groups {
            rows.add_group(row.model, row.member.as_bytes(), &row.group);
        }
        for row in &config.access {
            rows.add_access(&row.group, row.model, &row.grant);
        }
        rows.add_users(config);
        rows.add_communities(config);
        rows.add_targets(config);
        rows.add_proxies(config);
        for row in &config.notify {
            let notify = NotifyRow { tag: row.tag.clone(), kind: row.kind };
            rows.notify.insert(row.name.as_bytes().to_vec(), Sourced::configured(notify));
        }
        for filter in &config.filters {
            for subtree in &filter.families {
                let index = (filter.name.as_bytes().to_vec(), subtree.family.subtree().clone());
                rows.filters.insert(index, Sourced::configured(subtree.family.clone()));
            }
        }
        rows
    }

    fn add_family(&mut self, view: &str, family: Family) {
        let index = (view.as_bytes().to_vec(), family.subtree().clone());
        self.families.insert(index, Sourced::configured(family));
    }

    fn add_group(&mut self, model: Model, member: &[u8], group: &str) {
        let row = Sourced::configured(group.as_bytes().to_vec());
        self.groups.insert((model, member.to_vec()), row);
    }

    fn add_access(&mut self, group: &str, model: Model, grant: &Grant) {
        let index = AccessIndex {
            group: group.as_bytes().to_vec(),
            context_prefix: grant.context.as_bytes().to_vec(),
            model,
            level: grant.level,
        };
        let entry = AccessEntry {
            context_match: grant.context_match,
            read_view: grant.read.as_bytes().to_vec(),
            write_view: grant.write.as_bytes().to_vec(),
            notify_view: grant.notify.as_bytes().to_vec(),
        };
        self.access.insert(index, Sourced::configured(entry));
    }

    fn add_users(&mut self, config: &Config) {
        for user in &config.users {
            let name = user.user.name();
            if let Some(grant) = &user.grant {
                // Such a user is the one member of a group of its name.
                self.add_group(Model::USM, name, &String::from_utf8_lossy(name));
                self.add_access(&String::from_utf8_lossy(name), Model::USM, grant);
            }
            let row = UserRow { user: user.user.clone(), auth: user.auth, privacy: user.privacy };
            self.users.insert((user.engine_id, name.to_vec()), Sourced::configured(row));
        }
    }

    fn add_communities(&mut self, config: &Config) {
        // What one entry refuses, later ones of the same community cannot permit.
        let mut refused: BTreeMap<&str, Vec<&Source>> = BTreeMap::new();
        for (position, community) in config.communities.iter().enumerate() {
            let number = position + 1;
            let security_name = security_name(community, position);
            if let Some(grant) = &community.grant {
                let group = format!("community-{number}");
                for model in [Model::V1, Model::V2C] {
                    self.add_group(model, security_name.as_bytes(), &group);
                }
                self.add_access(&group, Model::ANY, grant);
            }
            let tag = if community.sources.is_empty() { String::new() } else { format!("source-{number}") };
            let denied = refused.entry(community.name.reveal()).or_default();
            let mut permitted = Vec::new();
            for source in &community.sources {
                if source.refused {
                    denied.push(source);
                } else {
                    permitted.extend(without(&source.peers, denied));
                }
            }
            for (part, peers) in permitted.into_iter().enumerate() {
                let row = AddressRow {
                    peer: Peer::Senders(peers),
                    timeout: Duration::from_millis(1_500),
                    retries: 0,
                    tags: vec![tag.clone()],
                    parameters: Vec::new(),
                };
                self.addresses.insert(format!("{tag}-{}", part + 1).into_bytes(), Sourced::configured(row));
            }
            let row = CommunityRow {
                name: community.name.clone(),
                security_name: security_name.into_bytes(),
                engine_id: community.engine_id,
                context: community.context.as_bytes().to_vec(),
                transport_tag: tag,
            };
            self.communities.insert(format!("community-{number:06}").into_bytes(), Sourced::configured(row));
        }
    }

    fn add_targets(&mut self, config: &Config) {
        for row in &config.parameters {
            let parameters = ParametersRow {
                version: row.version,
                security_name: row.security_name.as_bytes().to_vec(),
                level: row.level,
            };
            self.add_parameters(&row.name, parameters, row.filter.as_deref());
        }
        let users: BTreeMap<&[u8], Level> =
            config.users.iter().map(|user| (user.user.name(), user.user.level())).collect();
        let mut taken: BTreeSet<&str> = config.parameters.iter().map(|row| row.name.as_str()).collect();
        for (position, target) in config.targets.iter().enumerate() {
            let own = if taken.insert(&target.name) {
                target.name.clone()
            } else {
                format!("target-{}", position + 1)
            };
            let parameters = match &target.send {
                Send::Parameters(name) => name.clone(),
                Send::Community { version, community, filter } => {
                    let security_name = format!("target-{}", position + 1);
                    let row = CommunityRow {
                        name: community.clone(),
                        security_name: security_name.clone().into_bytes(),
                        engine_id: None,
                        context: Vec::new(),
                        transport_tag: sending_tag(position),
                    };
                    let index = format!("target-{:06}", position + 1).into_bytes();
                    self.communities.insert(index, Sourced::configured(row));
                    let model = if *version == Version::V1 { Model::V1 } else { Model::V2C };
                    self.add_notifier(config, model, security_name.as_bytes());
                    let security_name = security_name.into_bytes();
                    let row = ParametersRow { version: *version, security_name, level: Level::NoAuthNoPriv };
                    self.add_parameters(&own, row, filter.as_deref());
                    own
                }
                Send::User { user, level, filter } => {
                    let level = level.or_else(|| users.get(user.as_bytes()).copied()).unwrap_or_default();
                    if !self.groups.contains_key(&(Model::USM, user.as_bytes().to_vec())) {
                        self.add_notifier(config, Model::USM, user.as_bytes());
                    }
                    let security_name = user.as_bytes().to_vec();
                    self.add_parameters(
                        &own,
                        ParametersRow { version: Version::V3, security_name, level },
                        filter.as_deref(),
                    );
                    own
                }
            };
            // A community that is only for sending is for its one address.
            let is_community = matches!(target.send, Send::Community { .. });
            self.add_target(target, parameters, is_community.then(|| sending_tag(position)));
        }
    }

    fn add_proxies(&mut self, config: &Config) {
        for (number, proxy) in config.proxies.iter().enumerate() {
            let row = ProxyRow {
                proxy_type: proxy.proxy_type,
                engine_id: proxy.engine_id,
                context: proxy.context.as_bytes().to_vec(),
                parameters: proxy.parameters.as_bytes().to_vec(),
                out: proxy.out.clone(),
            };
            self.proxies.insert(proxy.name.as_bytes().to_vec(), Sourced::configured(row));
            let goes_to = |target: &Target| match proxy.proxy_type {
                ProxyType::Read | ProxyType::Write => target.name == proxy.out,
                ProxyType::Trap | ProxyType::Inform => target.tags.contains(&proxy.out),
            };
            for (position, target) in config.targets.iter().enumerate().filter(|(_, target)| goes_to(target))
            {
                // A community is found by the context that it is for.
                if let Send::Community { community, .. } = &target.send {
                    let row = CommunityRow {
                        name: community.clone(),
                        security_name: format!("target-{}", position + 1).into_bytes(),
                        engine_id: Some(proxy.engine_id),
                        context: proxy.context.as_bytes().to_vec(),
                        transport_tag: sending_tag(position),
                    };
                    let index = format!("target-{:06}-proxy-{:06}", position + 1, number + 1);
                    self.communities.insert(index.into_bytes(), Sourced::configured(row));
                }
            }
        }
    }

    fn add_parameters(&mut self, name: &str, row: ParametersRow, filter: Option<&str>) {
        let name = name.as_bytes().to_vec();
        if let Some(filter) = filter {
            self.profiles.insert(name.clone(), Sourced::configured(filter.as_bytes().to_vec()));
        }
        self.parameters.insert(name, Sourced::configured(row));
    }

    fn add_target(&mut self, target: &Target, parameters: String, tag: Option<String>) {
        let row = AddressRow {
            peer: Peer::Receiver(target.address.clone()),
            timeout: target.timeout,
            retries: target.retries,
            tags: target.tags.iter().cloned().chain(tag).collect(),
            parameters: parameters.into_bytes(),
        };
        self.addresses.insert(target.name.as_bytes().to_vec(), Sourced::configured(row));
    }

    /// A principal that gets every notification, and may do nothing else.
    fn add_notifier(&mut self, config: &Config, model: Model, security_name: &[u8]) {
        let view = match config.view(ALL) {
            Some(view) if !view.implied => EVERYTHING,
            _ => ALL,
        };
        self.add_family(view, Family::everything());
        let group = String::from_utf8_lossy(security_name).into_owned();
        self.add_group(model, security_name, &group);
        let grant = Grant {
            level: Level::NoAuthNoPriv,
            context: String::new(),
            context_match: Default::default(),
            read: String::new(),
            write: String::new(),
            notify: view.to_owned(),
        };
        self.add_access(&group, model, &grant);
    }
}

/// The tag of the community and the address of a target.
fn sending_tag(position: usize) -> String {
    format!("target-{}-community", position + 1)
}

/// The security name of a community: its own, or one that says nothing about its string.
fn security_name(community: &Community, position: usize) -> String {
    community.security_name.clone().unwrap_or_else(|| format!("community-{}", position + 1))
}

/// What is left of senders without those that are refused.
fn without(peers: &Peers, refused: &[&Source]) -> Vec<Peers> {
    let Peers::Network(network) = peers else {
        let same = refused.iter().any(|source| source.peers == *peers);
        return if same { Vec::new() } else { vec![peers.clone()] };
    };
    let mut left = vec![*network];
    for source in refused {
        if let Peers::Network(taken) = &source.peers {
            left = left.iter().flat_map(|network: &Network| network.without(taken)).collect();
        }
    }
    left.into_iter().map(Peers::Network).collect()
}
