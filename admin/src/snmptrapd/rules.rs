//! Which notification goes where.

use mibc_runtime::oid::Oid;

use super::handlers::{Action, Group};
use super::reader::Parts;
use super::senders::{Sender, Types};

/// A rule as it is written.
pub(super) struct Rule<'p> {
    /// Whose notifications, if not those of all.
    pub(super) sender: Option<&'p Sender>,
    /// The OID, and whether it is that of a subtree.
    pub(super) oid: Option<(&'p str, bool)>,
    pub(super) is_logged: bool,
    pub(super) actions: Vec<&'p Action>,
}

/// The rules, in order. The last is for all that is left.
pub(super) fn rules(parts: &Parts) -> Vec<Rule<'_>> {
    let mut rules = Vec::new();
    let is_bound = |sender: &Sender| {
        !parts.is_open && parts.senders.iter().any(|other| other.is_same(sender) && !other.is_free())
    };
    for sender in parts.senders.iter().filter(|sender| is_bound(sender)) {
        for group in &parts.groups.0 {
            if let Some(oid) = oid(group, sender) {
                rules.push(rule(parts, Some(sender), oid, group, sender.types));
            }
        }
        if sender.below.is_some() {
            rules.push(Rule { sender: Some(sender), oid: None, is_logged: false, actions: Vec::new() });
        }
    }
    for group in &parts.groups.0 {
        let oid = group.text.as_deref().map(|text| (text, group.is_subtree));
        rules.push(rule(parts, None, oid, group, Types::ALL));
    }
    rules
}

fn rule<'p>(
    parts: &Parts,
    sender: Option<&'p Sender>,
    oid: Option<(&'p str, bool)>,
    group: &'p Group,
    types: Types,
) -> Rule<'p> {
    let actions = group.actions.iter().filter(|action| action.is_allowed(types)).collect();
    Rule { sender, oid, is_logged: types.log && group.is_logged && !parts.is_silent, actions }
}

/// What a group has in common with what a sender may send; `None` if that is nothing.
#[expect(clippy::option_option)] // none at all, all that is left, or an OID
fn oid<'p>(group: &'p Group, sender: &'p Sender) -> Option<Option<(&'p str, bool)>> {
    let own = group.text.as_deref().map(|text| (text, group.is_subtree));
    let Some((text, below)) = &sender.below else { return Some(own) };
    let limit = Some((text.as_str(), true));
    if own.is_none() {
        return Some(limit);
    }
    let starts = |oid: &Option<Oid>, with: &Option<Oid>| match (oid, with) {
        (Some(oid), Some(with)) => oid.starts_with(with),
        _ => false,
    };
    if starts(&group.oid, below) {
        Some(own)
    } else if group.is_subtree && starts(below, &group.oid) {
        Some(limit)
    } else {
        None
    }
}
