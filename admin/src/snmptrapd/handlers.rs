//! What is done with notifications: `traphandle` and `forward`.

use mibc_runtime::oid::Oid;
use std::cmp::Reverse;

use super::senders::Types;
use crate::config::{Names, oid};
use crate::snmpd::line::{word, words};

/// What is done with a notification besides logging it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// A program is started, with these arguments.
    Execute(Vec<String>),
    /// It is passed on to this address.
    Forward(String),
}

/// Lines with the same OID.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The OID as it stands there; `None` for all that have no other group.
    pub(super) text: Option<String>,
    /// The OID, if it is known.
    pub(super) oid: Option<Oid>,
    /// Whether the group is for all below its OID as well.
    pub(super) is_subtree: bool,
    pub(super) is_logged: bool,
    pub(super) actions: Vec<Action>,
}

impl Action {
    pub(super) fn is_allowed(&self, types: Types) -> bool {
        match self {
            Self::Execute(_) => types.execute,
            Self::Forward(_) => types.net,
        }
    }
}

impl Group {
    /// Whether a notification of this OID has this group, if no other one is before it.
    pub(super) fn has(&self, notification: &Oid) -> bool {
        match (&self.text, &self.oid) {
            (None, _) => true,
            (_, Some(oid)) => oid == notification || self.is_subtree && notification.starts_with(oid),
            _ => false,
        }
    }
}

/// The groups, in the order in which they are tried.
#[derive(Debug, Default)]
pub(super) struct Groups(pub(super) Vec<Group>);

impl Groups {
    /// Adds the action of a line for this OID, with its `*`, or for `default`.
    pub(super) fn add(&mut self, text: &str, action: Action, names: &dyn Names) {
        let (text, is_subtree) = match text.strip_suffix('*') {
            Some(text) => (text.trim_end_matches('.'), true),
            None => (text, false),
        };
        let text = Some(text.trim_start_matches('.').to_owned()).filter(|text| text != "default");
        let known = text.as_ref().and_then(|text| oid(text, names).ok());
        let same = |group: &&mut Group| match (&group.oid, &known) {
            (Some(own), Some(known)) => own == known,
            _ => group.text == text,
        };
        match self.0.iter_mut().find(same) {
            // Whether it has a `*` is only looked at in the first line of an OID.
            Some(group) => group.actions.push(action),
            None => {
                self.0.push(Group { text, oid: known, is_subtree, is_logged: true, actions: vec![action] })
            }
        }
    }

    /// How many actions there are.
    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|group| group.actions.len()).sum()
    }

    /// All notifications have a group from now on, and that with the most special OID is the first.
    pub(super) fn settle(&mut self) {
        if self.0.iter().all(|group| group.text.is_some()) {
            self.0.push(Group {
                text: None,
                oid: None,
                is_subtree: true,
                is_logged: true,
                actions: Vec::new(),
            });
        }
        // Names that are not known are those of notifications.
        self.0.sort_by_cached_key(|group| {
            Reverse((group.text.is_some(), group.oid.is_none(), group.oid.clone()))
        });
    }

    /// This notification is not logged, whatever else is done with it.
    pub(super) fn ignore(&mut self, text: &str, notification: &Oid) {
        let Some(place) = self.0.iter().position(|group| group.has(notification)) else { return };
        let Some(group) = self.0.get_mut(place) else { return };
        if group.text.is_some() && !group.is_subtree {
            group.is_logged = false;
            return;
        }
        let own = Group {
            text: Some(text.to_owned()),
            oid: Some(notification.clone()),
            is_subtree: false,
            is_logged: false,
            actions: group.actions.clone(),
        };
        self.0.insert(place, own);
    }
}

/// `OID PROGRAM [ARGUMENTS]`, with the OID taken off. A shell is only asked where the line has something for it.
pub(super) fn command(rest: &str) -> Result<Vec<String>, String> {
    let rest = rest.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || " \t\"'_./:=,@%+-".contains(c);
    let command = words(rest);
    match command.first() {
        None => Err("there is no program".to_owned()),
        Some(_) if rest.chars().all(plain) => Ok(command),
        Some(_) => Ok(["/bin/sh", "-c", rest].map(str::to_owned).to_vec()),
    }
}

/// The OID of a line.
pub(super) fn target(rest: &mut &str) -> Result<String, String> {
    let text = word(rest).filter(|text| !text.is_empty()).ok_or("there is no OID")?;
    if text.trim_end_matches('*').trim_matches('.').is_empty() {
        return Err(format!(
            "`{text}` has no OID; expected one, or `default` for all that no other line is for"
        ));
    }
    Ok(text)
}
