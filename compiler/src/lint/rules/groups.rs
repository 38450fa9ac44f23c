//! The groups that a clause names, and what they list.

use super::prelude::*;
use crate::model::DefId;
use crate::work;
use rustc_hash::{FxHashMap, FxHashSet};

/// The groups that one clause of a conformance statement names.
#[derive(Default)]
pub(super) struct Named {
    groups: FxHashSet<DefId>,
    /// What has been asked about.
    known: FxHashMap<DefId, bool>,
}

impl Named {
    /// Adds a group; `false` if it is not known.
    pub(super) fn add(&mut self, cx: &Context<'_, '_>, group: Ref<DefId>) -> bool {
        let Some(id) = group.bound().filter(|&id| matches!(cx.model[id].kind, Kind::Group(_))) else {
            return false;
        };
        self.groups.insert(id);
        true
    }

    /// Whether one of them lists an object.
    pub(super) fn list(&mut self, cx: &Context<'_, '_>, object: DefId) -> bool {
        let Named { groups, known } = self;
        *known.entry(object).or_insert_with(|| {
            let all = cx.facts.groups_of(cx.model, object);
            work::steps(all.len().min(groups.len()));
            // The shorter of both lists is gone through.
            match all.len() <= groups.len() {
                true => all.iter().any(|group| groups.contains(group)),
                false => groups.iter().any(|group| all.binary_search(group).is_ok()),
            }
        })
    }
}
