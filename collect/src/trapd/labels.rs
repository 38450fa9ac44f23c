//! Labels that an output gives events.

use super::event::{Event, bounded};
use super::template::Template;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Labels by name. One without a text takes away the label of this name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Labels(pub(super) BTreeMap<String, Option<Template>>);

impl Labels {
    /// Writes them over those that are there. A label whose text is empty is one that is not there.
    pub(super) fn add<'a>(&'a self, all: &mut BTreeMap<&'a str, Cow<'a, str>>, event: &Event<'_>) {
        for (name, text) in &self.0 {
            let text = text.as_ref().map(|text| bounded(text.fill(event))).unwrap_or_default();
            all.insert(name, text.into());
        }
        all.retain(|_, text| !text.is_empty());
    }
}
