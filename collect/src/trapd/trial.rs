//! What a configuration makes of notifications, without sockets and outputs.

use super::config::{Config, OutputPlan};
use super::encode;
use super::event::Namer;
use super::rule::{Rules, Verdict};
use super::waiting::Stage;
use crate::delivery::Record;
use bytes::Bytes;
use mibc_compiler::query::Library;
use mibc_runtime::listener::ReceivedNotification;
use std::time::{Instant, SystemTime};

/// Gives notifications names, rules and forms as a service with the same configuration does, for tests and tools.
pub struct Trial<'l> {
    namer: Namer<'l>,
    rules: Rules,
    outputs: Vec<OutputPlan>,
    scratch: Vec<u8>,
}

impl std::fmt::Debug for Trial<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trial").field("outputs", &self.outputs.len()).finish_non_exhaustive()
    }
}

impl<'l> Trial<'l> {
    /// By this configuration, with names of this library.
    pub fn new(config: &Config, library: &'l Library) -> Self {
        let scripts = config.outputs.iter().any(|output| output.kind.is_script());
        let namer = Namer::new(library, 0, 0);
        Self {
            namer: if scripts { namer.for_scripts(library) } else { namer },
            rules: Rules::new(config.rules.clone()),
            outputs: config.outputs.clone(),
            scratch: Vec::new(),
        }
    }

    /// What outputs are given of a notification: their names, and records. What goes beyond a rate is not among them, also
    /// where a service hands it on later.
    pub fn records(
        &mut self,
        notification: &ReceivedNotification,
        received: SystemTime,
    ) -> Vec<(&str, Record)> {
        let mut event = self.namer.event(notification, received);
        let verdict = self.rules.judge(&mut event, notification, Stage::New, Instant::now());
        let Verdict::Pass(only) = verdict else { return Vec::new() };
        event.write_json(&mut self.scratch);
        let json = Bytes::copy_from_slice(&self.scratch);
        let mut records = Vec::new();
        for (place, plan) in self.outputs.iter().enumerate() {
            let wanted = only.as_ref().is_none_or(|only| only.contains(&place))
                && plan.severity.is_none_or(|least| event.severity <= least);
            if let Some(record) = wanted.then(|| encode::record(plan, &event, notification, &json)).flatten()
            {
                records.push((plan.settings.name.as_str(), record));
            }
        }
        records
    }
}
