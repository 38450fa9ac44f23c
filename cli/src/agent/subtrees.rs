//! Subtrees of other agents.

use mibc_admin::config::{Config, Parameters, Send, Target as Peer};
use mibc_runtime::agent::Agent;
use mibc_runtime::logs::COMMAND;
use mibc_runtime::manager::{Manager, Target};
use mibc_runtime::message::{Level, Version};
use mibc_runtime::oid::Oid;
use mibc_runtime::proxy::RemoteSubtree;

/// Where a subtree is served: its context and its root.
pub(super) type Place = (String, Oid);

/// Serves the subtrees of a configuration instead of those of the one before, and says where.
pub(super) fn serve(config: &Config, agent: &Agent, manager: &Manager, before: &[Place]) -> Vec<Place> {
    for (context, root) in before {
        agent.withdraw_in(context.as_bytes(), root);
    }
    let mut places = Vec::new();
    for subtree in &config.subtrees {
        let peer = config.targets.iter().find(|target| target.name == subtree.target);
        let Some(target) = peer.and_then(|peer| target(config, peer)) else {
            let (root, name) = (&subtree.root, &subtree.target);
            tracing::error!(target: COMMAND, %root, name, "a subtree is not served: its agent cannot be asked");
            continue;
        };
        let target = target.timeout(peer.map_or_else(Default::default, |peer| peer.timeout));
        let session = manager.target(target.context_name(subtree.remote_context.as_str()));
        RemoteSubtree::new(session, subtree.root.clone())
            .of(subtree.remote_root.clone())
            .in_context(subtree.context.as_str())
            .serve(agent);
        places.push((subtree.context.clone(), subtree.root.clone()));
    }
    places
}

/// How a target of the configuration is asked.
fn target(config: &Config, peer: &Peer) -> Option<Target> {
    let address = peer.address.as_str();
    let of_community = |version, community: &str| match version {
        Version::V1 => Target::v1(address, community),
        _ => Target::v2c(address, community),
    };
    let of_user = |name: &str, level: Option<Level>| {
        let user = config.users.iter().find(|user| user.user.name() == name.as_bytes())?;
        // A user has one level here: that of its keys.
        (level.is_none_or(|level| level == user.user.level())).then(|| Target::v3(address, user.user.clone()))
    };
    let target = match &peer.send {
        Send::Community { version, community, .. } => of_community(*version, community.reveal()),
        Send::User { user, level, .. } => of_user(user, *level)?,
        Send::Parameters(name) => {
            let row: &Parameters = config.parameters.iter().find(|row| row.name == *name)?;
            if row.version == Version::V3 {
                of_user(&row.security_name, Some(row.level))?
            } else {
                let mut communities = config.communities.iter();
                let named = |name: &Option<String>| name.as_ref() == Some(&row.security_name);
                let community = communities.find(|community| named(&community.security_name))?;
                of_community(row.version, community.name.reveal())
            }
        }
    };
    Some(target.retries(peer.retries.into()))
}
