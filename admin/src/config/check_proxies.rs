//! Whether what is passed on has a way.

use std::collections::BTreeSet;

use mibc_runtime::message::Version;

use super::check::Check;
use super::types::{ProxyType, Send};

impl Check<'_> {
    pub(super) fn subtrees(&mut self) {
        let config = self.config;
        let mut roots = BTreeSet::new();
        for subtree in &config.subtrees {
            self.context(&subtree.context, subtree.place);
            self.context(&subtree.remote_context, subtree.place);
            if !roots.insert((&subtree.context, &subtree.root)) {
                let what = format!("there is a subtree {} above", subtree.root);
                self.error(subtree.place, what, "leave one of them out");
            }
            if !config.targets.iter().any(|target| target.name == subtree.target) {
                let advice = "write a [[target]] of this name, with `tags = []` if it gets no notifications";
                self.error(subtree.place, format!("there is no target `{}`", subtree.target), advice);
            }
        }
    }

    pub(super) fn proxies(&mut self) {
        let config = self.config;
        let mut names = BTreeSet::new();
        let targets: BTreeSet<&str> = config.targets.iter().map(|target| target.name.as_str()).collect();
        for proxy in &config.proxies {
            let place = proxy.place;
            self.name(&proxy.name, "a proxy", place);
            self.context(&proxy.context, place);
            if !names.insert(&proxy.name) {
                self.error(place, format!("there is a proxy `{}` above", proxy.name), "rename one of them");
            }
            if config.engine_id == Some(proxy.engine_id) {
                let advice = "give the `engine-id` of the agent that messages are for";
                self.error(place, "messages for the agent itself are not passed on", advice);
            }
            let Some(version) = self.known.parameters.get(proxy.parameters.as_str()).copied() else {
                self.error(
                    place,
                    format!("there are no parameters `{}`", proxy.parameters),
                    "write [[parameters]] of this name: they say in which version and in whose name messages come",
                );
                continue;
            };
            match proxy.proxy_type {
                ProxyType::Read | ProxyType::Write if !targets.contains(proxy.out.as_str()) => {
                    let advice =
                        "write a [[target]] of this name, with `tags = []` if it gets no notifications";
                    self.error(place, format!("there is no target `{}`", proxy.out), advice);
                }
                ProxyType::Trap | ProxyType::Inform => {
                    self.tag(&proxy.out, place);
                    if !self.known.tags.contains(proxy.out.as_str()) {
                        let advice = "write it into the `tags` of a [[target]]";
                        self.warn(place, format!("no target has the tag `{}`", proxy.out), advice);
                    }
                }
                _ => {}
            }
            if proxy.proxy_type == ProxyType::Inform && version == Version::V1 {
                self.error(place, "there are no informs in SNMPv1", "use parameters of version 2c or 3");
            }
            if proxy.proxy_type == ProxyType::Inform {
                let old = config.targets.iter().filter(|target| target.tags.contains(&proxy.out));
                let is_v1 = |send: &Send| match send {
                    Send::Parameters(name) => self.known.parameters.get(name.as_str()) == Some(&Version::V1),
                    Send::Community { version, .. } => *version == Version::V1,
                    Send::User { .. } => false,
                };
                let old: Vec<String> = old
                    .filter(|target| is_v1(&target.send))
                    .map(|target| format!("`{}`", target.name))
                    .collect();
                if !old.is_empty() {
                    let what = format!("{} with SNMPv1 get no informs", old.join(", "));
                    self.warn(place, what, "use version 2c or 3 for these targets");
                }
            }
        }
    }
}
