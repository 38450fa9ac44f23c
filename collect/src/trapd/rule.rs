//! What becomes of a notification.
//!
//! Rules are tried in order, and the first that matches decides; with `continue` it goes on to the others, and what they
//! say counts more. All that a rule names must be so: one of its notifications or a notification below one of its subtrees,
//! one of its sources, its communities or its users, each of its varbinds.

use super::event::{Alert, Event, State};
use super::rate::{Buckets, Rate};
use super::severity::Severity;
use super::template::Template;
use super::waiting::Stage;
use crate::network::Network;
use mibc_runtime::listener::{ReceivedNotification, Sender};
use mibc_runtime::oid::Oid;
use regex_lite::Regex;
use std::fmt;
use std::time::Instant;
use zeroize::Zeroizing;

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    pub(super) name: String,
    pub(super) notifications: Vec<Oid>,
    pub(super) subtrees: Vec<Oid>,
    pub(super) sources: Vec<Network>,
    pub(super) senders: Vec<SentBy>,
    pub(super) conditions: Vec<Condition>,
    pub(super) severity: Option<Severity>,
    pub(super) alert: Option<AlertRule>,
    pub(super) drop: bool,
    pub(super) rate: Option<Rate>,
    /// Only these outputs, by their places.
    pub(super) outputs: Option<Vec<usize>>,
    pub(super) goes_on: bool,
}

/// Who a notification is from.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum SentBy {
    Community(Zeroizing<Vec<u8>>),
    User(String),
}

/// Without the community, which is a secret.
impl fmt::Debug for SentBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Community(_) => f.write_str("Community"),
            Self::User(name) => f.debug_tuple("User").field(name).finish(),
        }
    }
}

impl SentBy {
    fn is(&self, sender: &Sender) -> bool {
        match (self, sender) {
            (Self::Community(name), Sender::Community(community)) => **name == *community,
            (Self::User(name), Sender::User(user)) => name.as_bytes() == user.name,
            _ => false,
        }
    }
}

/// What a rule begins or ends.
#[derive(Clone, Debug)]
pub(super) struct AlertRule {
    pub(super) name: String,
    pub(super) key: Template,
    pub(super) state: State,
    /// While it lasts: of the rule that begins it.
    pub(super) severity: Severity,
}

/// What a varbind must be.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) object: Oid,
    pub(super) equals: Vec<Expected>,
    pub(super) matches: Option<Regex>,
    pub(super) at_least: Option<f64>,
    pub(super) at_most: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Number(i64),
    Text(String),
}

/// What rules say about an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It goes to these outputs, or to all.
    Pass(Option<Vec<usize>>),
    /// It is dropped.
    Drop,
    /// It is one too many.
    Suppress,
    /// The same, but of an alert, whose last event is handed on: there is room for it in the rate of this rule then.
    Later(usize, Instant),
}

impl Rule {
    fn matches(&self, event: &Event<'_>, notification: &ReceivedNotification) -> bool {
        let oid = notification.trap_oid.as_ref();
        let named = self.notifications.is_empty() && self.subtrees.is_empty()
            || oid.is_some_and(|oid| {
                self.notifications.contains(oid)
                    || self.subtrees.iter().any(|subtree| oid.starts_with(subtree))
            });
        let from = || {
            let source = notification.source.ip().map(|address| address.ip());
            self.sources.is_empty()
                || source.is_some_and(|source| self.sources.iter().any(|network| network.contains(source)))
        };
        let sent = || self.senders.is_empty() || self.senders.iter().any(|by| by.is(&notification.sender));
        named && from() && sent() && self.conditions.iter().all(|condition| condition.holds(event))
    }
}

impl Condition {
    fn holds(&self, event: &Event<'_>) -> bool {
        let Some(variable) = event.find(&self.object) else { return false };
        let value = variable.varbind.value.as_ref();
        let number = value.to_number();
        let equals = |expected: &Expected| match expected {
            Expected::Number(expected) => number == Some(i128::from(*expected)),
            Expected::Text(expected) => variable.text == *expected,
        };
        let real = || number.map(|number| number as f64).or_else(|| value.to_f64());
        (self.equals.is_empty() || self.equals.iter().any(equals))
            && self.matches.as_ref().is_none_or(|regex| regex.is_match(&variable.text))
            && self.at_least.is_none_or(|least| real().is_some_and(|real| real >= least))
            && self.at_most.is_none_or(|most| real().is_some_and(|real| real <= most))
    }
}

/// Rules with what they remember.
#[derive(Debug)]
pub(super) struct Rules {
    rules: Vec<Rule>,
    buckets: Vec<Buckets>,
}

impl Rules {
    pub(super) fn new(rules: Vec<Rule>) -> Self {
        let buckets = rules.iter().map(|_| Buckets::default()).collect();
        Self { rules, buckets }
    }

    /// Writes into the event what rules say about it.
    pub(super) fn judge(
        &mut self,
        event: &mut Event<'_>,
        notification: &ReceivedNotification,
        stage: Stage,
        now: Instant,
    ) -> Verdict {
        let (mut outputs, mut later) = (None, None);
        for (place, (rule, buckets)) in self.rules.iter().zip(&mut self.buckets).enumerate() {
            if !rule.matches(event, notification) {
                continue;
            }
            if rule.drop {
                return Verdict::Drop;
            }
            let key = rule.alert.as_ref().map(|alert| alert.key.fill(event));
            if let Some(rate) = rule.rate.filter(|_| later.is_none() && stage.asks(place)) {
                // What an alert loses is lost to it: what one key says does not count against another.
                let of = key.as_deref().unwrap_or(&event.agent);
                match buckets.take(rate, of, now, stage.asks_again(place)) {
                    Ok(suppressed) => event.suppressed += suppressed,
                    Err(_) if key.is_none() => {
                        buckets.leave_out();
                        return Verdict::Suppress;
                    }
                    // Rules behind may say that it is of another alert.
                    Err(when) => later = Some(Verdict::Later(place, when)),
                }
            }
            event.rule = Some(rule.name.clone());
            if let Some(severity) = rule.severity {
                event.severity = severity;
            }
            if let Some((alert, key)) = rule.alert.as_ref().zip(key) {
                event.alert = Some(Alert::new(alert.name.clone(), key, alert.state, alert.severity));
            }
            if rule.outputs.is_some() {
                outputs.clone_from(&rule.outputs);
            }
            if !rule.goes_on {
                break;
            }
        }
        later.unwrap_or(Verdict::Pass(outputs))
    }

    /// What the rate of this rule has held is left out.
    pub(super) fn leave_out(&mut self, place: usize) {
        if let Some(buckets) = self.buckets.get_mut(place) {
            buckets.leave_out();
        }
    }

    /// Tells the log of what rates have left out since the last time.
    pub(super) fn tell(&mut self) {
        for (rule, buckets) in self.rules.iter().zip(&mut self.buckets) {
            let events = buckets.untold();
            if events > 0 {
                tracing::warn!(target: mibc_runtime::logs::TRAPD, rule = %rule.name, events, "events are beyond the rate of a rule: they are left out");
            }
        }
    }
}
