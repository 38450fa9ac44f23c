//! What becomes of a notification.
//!
//! Rules are tried in order, and the first that matches decides; with `continue` it goes on to the others, and what they
//! say counts more. All that a rule names must be so: one of its notifications or a notification below one of its subtrees,
//! one of its sources, each of its varbinds.

use super::event::{Alert, Event, State};
use super::rate::{Buckets, Rate};
use super::severity::Severity;
use super::template::Template;
use crate::network::Network;
use mibc_runtime::oid::Oid;
use regex_lite::Regex;
use std::net::IpAddr;
use std::time::Instant;

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    pub(super) name: String,
    pub(super) notifications: Vec<Oid>,
    pub(super) subtrees: Vec<Oid>,
    pub(super) sources: Vec<Network>,
    pub(super) conditions: Vec<Condition>,
    pub(super) severity: Option<Severity>,
    pub(super) alert: Option<AlertRule>,
    pub(super) drop: bool,
    pub(super) rate: Option<Rate>,
    /// Only these outputs, by their places.
    pub(super) outputs: Option<Vec<usize>>,
    pub(super) goes_on: bool,
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
}

impl Rule {
    fn matches(&self, event: &Event<'_>, oid: Option<&Oid>, source: Option<IpAddr>) -> bool {
        let named = self.notifications.is_empty() && self.subtrees.is_empty()
            || oid.is_some_and(|oid| {
                self.notifications.contains(oid)
                    || self.subtrees.iter().any(|subtree| oid.starts_with(subtree))
            });
        let from = || {
            self.sources.is_empty()
                || source.is_some_and(|source| self.sources.iter().any(|network| network.contains(source)))
        };
        named && from() && self.conditions.iter().all(|condition| condition.holds(event))
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
        oid: Option<&Oid>,
        source: Option<IpAddr>,
        now: Instant,
    ) -> Verdict {
        let mut outputs = None;
        for (rule, buckets) in self.rules.iter().zip(&mut self.buckets) {
            if !rule.matches(event, oid, source) {
                continue;
            }
            if rule.drop {
                return Verdict::Drop;
            }
            if let Some(rate) = rule.rate {
                match buckets.take(rate, &event.source, now) {
                    Some(suppressed) => event.suppressed += suppressed,
                    None => return Verdict::Suppress,
                }
            }
            event.rule = Some(rule.name.clone());
            if let Some(severity) = rule.severity {
                event.severity = severity;
            }
            if let Some(alert) = &rule.alert {
                let key = alert.key.fill(event);
                event.alert = Some(Alert::new(alert.name.clone(), key, alert.state, alert.severity));
            }
            if rule.outputs.is_some() {
                outputs.clone_from(&rule.outputs);
            }
            if !rule.goes_on {
                break;
            }
        }
        Verdict::Pass(outputs)
    }
}
