//! Which users have their access beside them, and which have it by groups.

use std::collections::{BTreeMap, BTreeSet};

use mibc_runtime::access::{ContextMatch, Model};
use mibc_runtime::message::Level;
use mibc_runtime::usm::EngineId;

use super::access::own_group;
use super::state::{Access, AsWhom, State, User, UserGrant, View};

/// A user as it is written.
pub(super) struct Settled<'s> {
    pub(super) user: &'s User,
    pub(super) engine_id: Option<EngineId>,
    /// What it may do, if no group says that.
    pub(super) grant: Option<&'s UserGrant>,
    pub(super) notify: bool,
}

/// Decides which users have their access written beside them, and makes rows of groups of what others have.
pub(super) fn settle(state: &mut State) {
    let own_id = state.engine.id();
    let senders = senders(state);
    let grants = std::mem::take(&mut state.user_grants);
    let mut members: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, _, group) in &state.groups {
        *members.entry(group).or_default() += 1;
    }
    let named: BTreeSet<&str> = state.access.iter().map(|row| row.group.as_str()).collect();
    let mut by_user: BTreeMap<&str, Vec<&UserGrant>> = BTreeMap::new();
    for grant in &grants {
        by_user.entry(&grant.user).or_default().push(grant);
    }
    let levels: BTreeMap<&str, Level> = state
        .users
        .iter()
        .filter(|user| user.engine_id.is_none() || user.engine_id == own_id)
        .map(|user| (user.name.as_str(), level_of(user)))
        .collect();
    let mut short = BTreeSet::new();
    for (user, of_user) in &by_user {
        let group = own_group(user);
        let alone = state.group(Model::USM, user) == Some(group.as_str())
            && members.get(group.as_str()) == Some(&1)
            && !named.contains(group.as_str());
        let [only] = &of_user[..] else { continue };
        let reaches = levels.get(user).is_some_and(|own| only.level <= *own);
        let sends = senders.get(*user).is_none_or(|lowest| *lowest >= only.level);
        // A group of the name of the user would be in the way.
        let free = !members.contains_key(user);
        if alone && reaches && sends && free && only.model == Model::USM && only.read {
            short.insert((*user).to_owned());
        }
    }
    let mut rows = Vec::new();
    let mut kept = Vec::new();
    for grant in grants {
        if short.contains(&grant.user) && grant.model == Model::USM {
            kept.push(grant);
            continue;
        }
        let view = Some(grant.view);
        rows.push(Access {
            group: own_group(&grant.user),
            context: grant.context,
            context_match: grant.context_match,
            model: grant.model,
            level: grant.level,
            read: view.clone().filter(|_| grant.read),
            write: view.filter(|_| grant.write),
            notify: None,
        });
    }
    state.user_grants = kept;
    for row in rows {
        state.add_access(row);
    }
    // snmpd asks no view whether a notification may be sent.
    let full = senders.keys().filter(|user| !short.contains(*user));
    let notified: BTreeSet<String> =
        full.filter_map(|user| state.group(Model::USM, user).map(str::to_owned)).collect();
    state.groups.retain(|(model, member, _)| *model != Model::USM || !short.contains(member));
    for group in &notified {
        state.add_access(Access {
            group: group.clone(),
            context: String::new(),
            context_match: ContextMatch::Prefix,
            model: Model::USM,
            level: Level::NoAuthNoPriv,
            read: None,
            write: None,
            notify: None,
        });
    }
    for row in state.access.iter_mut().filter(|row| notified.contains(&row.group)) {
        row.notify = Some(View::All);
    }
}

/// In whose name notifications are sent, and at which level at least.
fn senders(state: &State) -> BTreeMap<String, Level> {
    let mut senders: BTreeMap<String, Level> = BTreeMap::new();
    for sink in &state.sinks {
        if let AsWhom::User(name, level) = &sink.as_whom {
            let lowest = senders.entry(name.clone()).or_insert(*level);
            *lowest = (*lowest).min(*level);
        }
    }
    senders
}

/// The users as they are written, once their access is settled.
pub(super) fn users(state: &State) -> Vec<Settled<'_>> {
    let (own_id, senders) = (state.engine.id(), senders(state));
    let grants: BTreeMap<&str, &UserGrant> =
        state.user_grants.iter().map(|grant| (grant.user.as_str(), grant)).collect();
    let in_group: BTreeSet<&str> = state
        .groups
        .iter()
        .filter(|(model, ..)| *model == Model::USM)
        .map(|(_, member, _)| member.as_str())
        .collect();
    let mut seen = BTreeSet::new();
    let mut users = Vec::new();
    for user in &state.users {
        let engine_id = user.engine_id.filter(|id| Some(*id) != own_id);
        if !seen.insert((engine_id, user.name.as_str())) {
            continue;
        }
        let own = engine_id.is_none();
        let grant = grants.get(user.name.as_str()).copied().filter(|_| own);
        let notify = own && senders.contains_key(&user.name) && !in_group.contains(user.name.as_str());
        users.push(Settled { user, engine_id, grant, notify });
    }
    users
}

pub(crate) fn level_of(user: &User) -> Level {
    match (&user.auth, &user.privacy) {
        (None, _) => Level::NoAuthNoPriv,
        (Some(_), None) => Level::AuthNoPriv,
        (Some(_), Some(_)) => Level::AuthPriv,
    }
}
