//! Rules of a configuration.

use super::raw::{OneOrMany, RawRate, RawRule, RawSecrets, RawValue, RawValues, RawVarbind};
use super::{Reading, listed};
use crate::network::Network;
use crate::span::Seconds;
use crate::trapd::event::State;
use crate::trapd::rate::Rate;
use crate::trapd::rule::{AlertRule, Condition, Expected, Rule, SentBy};
use crate::trapd::severity::Severity;
use crate::trapd::template::Template;
use mibc_compiler::model::Kind;
use mibc_runtime::oid::Oid;
use regex_lite::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;
use zeroize::Zeroizing;

/// What a name should be one of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Notification,
    Object,
    Anything,
}

impl Reading<'_> {
    /// The OID of a name or a number.
    pub(super) fn oid(&self, name: &str, wanted: Wanted) -> Result<Oid, String> {
        if let Ok(oid) = name.trim_start_matches('.').parse::<Oid>() {
            return Ok(oid);
        }
        let answer = self.names.translate(name).map_err(|error| error.to_string())?;
        let kind = &answer.definition().kind;
        let is_object = matches!(kind, Kind::Scalar(_) | Kind::Column(..) | Kind::Row(_) | Kind::Table(..));
        match wanted {
            Wanted::Notification if is_object => Err(format!(
                "`{name}` is a {}; expected the name of a notification, or an OID",
                kind.as_str()
            )),
            Wanted::Object if !is_object => {
                Err(format!("`{name}` is a {}; expected the name of an object, or an OID", kind.as_str()))
            }
            _ => Ok(answer.oid),
        }
    }

    fn oids(&mut self, raw: Option<Spanned<OneOrMany<String>>>, wanted: Wanted) -> Vec<Oid> {
        let Some(raw) = raw else { return Vec::new() };
        let (span, mut oids) = (raw.span(), Vec::new());
        for name in raw.into_inner().into_vec() {
            match self.oid(&name, wanted) {
                Ok(oid) => oids.push(oid),
                Err(error) => self.wrong(span.clone(), error),
            }
        }
        oids
    }

    pub(super) fn rules(
        &mut self,
        raw: Vec<Spanned<RawRule>>,
        outputs: &[&str],
        users: &[&str],
    ) -> Vec<Rule> {
        let (mut rules, mut places) = (Vec::new(), Vec::new());
        let mut known = BTreeSet::new();
        for (number, raw) in raw.into_iter().enumerate() {
            let place = raw.span();
            let rule = self.rule(number + 1, raw.into_inner(), outputs, users);
            if !known.insert(rule.name.clone()) {
                self.wrong(place.clone(), format!("there are two rules `{}`", rule.name));
            }
            rules.push(rule);
            places.push(place);
        }
        self.severities(&mut rules, &places);
        rules
    }

    /// What ends something has the severity of what begins it.
    fn severities(&mut self, rules: &mut [Rule], places: &[Range<usize>]) {
        let mut raised: BTreeMap<String, Severity> = BTreeMap::new();
        for (rule, place) in rules.iter().zip(places) {
            if let Some(alert) = rule.alert.as_ref().filter(|alert| alert.state == State::Raise) {
                let before = raised.insert(alert.name.clone(), alert.severity);
                if let Some(before) = before.filter(|before| *before != alert.severity) {
                    let wrong = format!(
                        "this rule raises the alert `{}` with the severity {}, another one with {}; expected one severity, or another `alert` for one of them",
                        alert.name,
                        alert.severity.as_str(),
                        before.as_str()
                    );
                    self.wrong(place.clone(), wrong);
                }
            }
        }
        for (rule, place) in rules.iter_mut().zip(places) {
            let Some(alert) = rule.alert.as_mut().filter(|alert| alert.state == State::Clear) else {
                continue;
            };
            match raised.get(&alert.name) {
                Some(severity) => alert.severity = *severity,
                None => {
                    let known: Vec<&str> = raised.keys().map(String::as_str).collect();
                    let wrong = format!(
                        "this rule clears the alert `{}`, which no rule raises; expected `alert` to be that of a rule with `raise`: {}",
                        alert.name,
                        listed(&known)
                    );
                    self.wrong(place.clone(), wrong);
                }
            }
        }
    }

    fn rule(&mut self, number: usize, raw: RawRule, outputs: &[&str], users: &[&str]) -> Rule {
        let name = raw.name.unwrap_or_else(|| format!("rule {number}"));
        let severity = raw.severity.and_then(|severity| self.severity(&severity));
        let mut sources = Vec::new();
        if let Some(source) = raw.source {
            let span = source.span();
            for source in source.into_inner().into_vec() {
                match source.parse::<Network>() {
                    Ok(network) => sources.push(network),
                    Err(error) => self.wrong(span.clone(), error.to_string()),
                }
            }
        }
        let senders = self.senders(raw.community, raw.user, users);
        let conditions = raw.varbind.into_iter().filter_map(|raw| self.condition(raw)).collect();
        let (key, state) = match (raw.raise, raw.clear) {
            (Some(_), Some(clear)) => {
                self.wrong(clear.span(), "a rule has `raise` or `clear`, not both");
                (None, State::Clear)
            }
            (Some(raise), None) => (Some(raise), State::Raise),
            (None, clear) => (clear, State::Clear),
        };
        let alert =
            key.and_then(|key| match Template::parse(key.as_ref(), &|name| self.oid(name, Wanted::Object)) {
                Ok(template) => Some(AlertRule {
                    name: raw.alert.as_ref().map_or_else(|| name.clone(), |alert| alert.as_ref().clone()),
                    key: template,
                    state,
                    severity: severity.unwrap_or_default(),
                }),
                Err(error) => {
                    self.wrong(key.span(), error);
                    None
                }
            });
        if let (Some(alert), None) = (&raw.alert, &alert) {
            self.wrong(
                alert.span(),
                "a rule with `alert` needs `raise` or `clear`, which say what it begins or ends",
            );
        }
        let rate = raw.rate.and_then(|rate| self.rate(&rate));
        let outputs = raw.outputs.map(|names| {
            let mut places = Vec::new();
            for name in names {
                match outputs.iter().position(|output| output == name.as_ref()) {
                    Some(place) => places.push(place),
                    None => self.wrong(
                        name.span(),
                        format!("there is no output `{}`; expected {}", name.as_ref(), listed(outputs)),
                    ),
                }
            }
            places
        });
        let (notifications, subtrees) =
            (self.oids(raw.notification, Wanted::Notification), self.oids(raw.below, Wanted::Anything));
        Rule {
            name,
            notifications,
            subtrees,
            sources,
            senders,
            conditions,
            severity,
            alert,
            drop: raw.drop,
            rate,
            outputs,
            goes_on: raw.goes_on,
        }
    }

    /// Who notifications are from that a rule is for.
    fn senders(
        &mut self,
        communities: Option<Spanned<RawSecrets>>,
        names: Option<Spanned<OneOrMany<String>>>,
        users: &[&str],
    ) -> Vec<SentBy> {
        let mut senders = Vec::new();
        if let Some(communities) = communities {
            let span = communities.span();
            let secrets = match communities.into_inner() {
                RawSecrets::One(secret) => vec![secret],
                RawSecrets::Many(secrets) => secrets,
            };
            for secret in secrets {
                match self.secret(&secret).read() {
                    Ok(text) => senders.push(SentBy::Community(Zeroizing::new(text.as_bytes().to_vec()))),
                    Err(error) => self.wrong(span.clone(), error),
                }
            }
        }
        if let Some(names) = names {
            let span = names.span();
            for name in names.into_inner().into_vec() {
                if !users.contains(&name.as_str()) {
                    let wrong = format!("there is no [[user]] `{name}`; expected {}", listed(users));
                    self.wrong(span.clone(), wrong);
                }
                senders.push(SentBy::User(name));
            }
        }
        senders
    }

    fn rate(&mut self, raw: &Spanned<RawRate>) -> Option<Rate> {
        let RawRate { events, seconds: Seconds(seconds) } = *raw.as_ref();
        if events == 0 || !(0.001..=86_400.0).contains(&seconds) {
            let wrong = format!(
                "a rate of {events} events in {seconds} seconds; expected at least 1 event in 0.001 to 86400 seconds"
            );
            self.wrong(raw.span(), wrong);
            return None;
        }
        Some(Rate { events, period: Duration::from_secs_f64(seconds) })
    }

    pub(super) fn severity(&mut self, name: &Spanned<String>) -> Option<Severity> {
        let found = Severity::named(name.as_ref());
        if found.is_none() {
            let known: Vec<&str> = Severity::ALL.iter().map(|severity| severity.as_str()).collect();
            self.wrong(
                name.span(),
                format!("`{}` is not a severity; expected {}", name.as_ref(), listed(&known)),
            );
        }
        found
    }

    fn condition(&mut self, raw: RawVarbind) -> Option<Condition> {
        let object = match self.oid(raw.name.as_ref(), Wanted::Object) {
            Ok(object) => object,
            Err(error) => {
                self.wrong(raw.name.span(), error);
                return None;
            }
        };
        let matches = match raw.matches {
            None => None,
            Some(pattern) => match Regex::new(pattern.as_ref()) {
                Ok(regex) => Some(regex),
                Err(error) => {
                    self.wrong(pattern.span(), format!("`matches` is not a regular expression: {error}"));
                    None
                }
            },
        };
        let equals =
            raw.equals.map(RawValues::into_vec).unwrap_or_default().into_iter().map(|value| match value {
                RawValue::Number(number) => Expected::Number(number),
                RawValue::Text(text) => Expected::Text(text),
            });
        let equals: Vec<Expected> = equals.collect();
        let labels = self.enumeration(raw.name.as_ref());
        for expected in &equals {
            if let Expected::Text(text) = expected
                && !labels.is_empty()
                && !labels.contains(text)
            {
                let known: Vec<&str> = labels.iter().map(String::as_str).collect();
                let wrong = format!(
                    "`{text}` is not a label of {}; expected {}, or a number",
                    raw.name.as_ref(),
                    listed(&known)
                );
                self.wrong(raw.name.span(), wrong);
            }
        }
        let (at_least, at_most) = (self.bound("at-least", raw.at_least), self.bound("at-most", raw.at_most));
        if let (Some(least), Some(most)) = (at_least, at_most)
            && least > most
        {
            self.wrong(raw.name.span(), format!("nothing is at least {least} and at most {most}"));
        }
        Some(Condition { object, equals, matches, at_least, at_most })
    }

    /// The labels of an object that is an enumeration.
    fn enumeration(&self, name: &str) -> Vec<String> {
        let Ok(answer) = self.names.translate(name) else { return Vec::new() };
        match &answer.definition().kind {
            Kind::Scalar(object) | Kind::Column(object, _) => {
                let labels = object.syntax.enums.iter();
                labels.map(|(label, _)| answer.model().spelling(*label).to_owned()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// A number that others can be compared with.
    fn bound(&mut self, key: &str, raw: Option<Spanned<f64>>) -> Option<f64> {
        let raw = raw?;
        let number = *raw.as_ref();
        if !number.is_finite() {
            self.wrong(raw.span(), format!("`{key}` is {number}; expected a finite number"));
            return None;
        }
        Some(number)
    }
}
