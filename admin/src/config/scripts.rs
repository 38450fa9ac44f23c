//! Programs that answer for objects.

use std::time::Duration;

use toml::Spanned;

use super::document::{self, Many};
use super::place::Place;
use super::types::{Script, ScriptKind};
use super::values::Reader;

/// Seconds that a program may take, unless it is told.
const TIMEOUT: i64 = 5;

/// Seconds that an output counts, unless it is told: as long as snmpd's.
const CACHE: i64 = 5;

/// Longest name of an `extend`: what an OID has room for.
const MAX_NAME: usize = 100;

impl Reader<'_> {
    pub(super) fn pass(&mut self, entry: document::Pass, place: Option<Place>) {
        let (root, command) = (self.oid(&entry.oid), self.command(entry.command, place));
        let timeout = self.seconds(entry.timeout.as_ref(), TIMEOUT, 1);
        let priority = entry.priority.as_ref().and_then(|priority| self.number(priority, 1..=255));
        let (Some(root), Some(command)) = (root, command) else { return };
        let is_same = |script: &Script| match &script.kind {
            ScriptKind::Pass { root: other, .. } => *other == root && script.priority == priority,
            ScriptKind::Extend { .. } => false,
        };
        if self.config.scripts.iter().any(is_same) {
            let at = Some(self.place(&entry.oid));
            let advice =
                "leave one of them out, or give it a `priority` of its own, of which the lower one counts";
            return self.error(at, format!("there are two [[pass]] for {root}"), advice);
        }
        let kind = ScriptKind::Pass { root, persistent: entry.persistent.unwrap_or(false) };
        self.config.scripts.push(Script { kind, command, timeout, priority, place });
    }

    pub(super) fn extend(&mut self, entry: document::Extend, place: Option<Place>) {
        let at = Some(self.place(&entry.name));
        let command = self.command(entry.command, place);
        let timeout = self.seconds(entry.timeout.as_ref(), TIMEOUT, 1);
        let cache = self.seconds(entry.cache.as_ref(), CACHE, 0);
        let name = entry.name.into_inner();
        if name.is_empty() || name.len() > MAX_NAME {
            let what = format!("the name has {} octets", name.len());
            return self.error(at, what, format!("expected 1 to {MAX_NAME}: it is part of OIDs"));
        }
        let is_same = |script: &Script| matches!(&script.kind, ScriptKind::Extend { name: other, .. } if *other == name);
        if self.config.scripts.iter().any(is_same) {
            return self.error(
                at,
                format!("there are two [[extend]] `{name}`"),
                "give each a name of its own",
            );
        }
        let Some(command) = command else { return };
        let kind = ScriptKind::Extend { name, cache };
        self.config.scripts.push(Script { kind, command, timeout, priority: None, place });
    }

    /// A program by its whole path, and its arguments.
    fn command(&mut self, Many(words): Many, place: Option<Place>) -> Option<Vec<String>> {
        let place = words.first().map(|word| self.place(word)).or(place);
        let words: Vec<String> = words.into_iter().map(Spanned::into_inner).collect();
        match words.first() {
            Some(program) if program.starts_with('/') => Some(words),
            Some(program) => {
                let what = format!("`{program}` is not the whole path of a program");
                let advice =
                    "write command = [\"/PATH/PROGRAM\", \"ARGUMENT\", …]: no shell and no PATH looks for it";
                self.error(place, what, advice);
                None
            }
            None => {
                self.error(
                    place,
                    "the `command` is empty",
                    "write command = [\"/PATH/PROGRAM\", \"ARGUMENT\", …]",
                );
                None
            }
        }
    }

    fn seconds(&mut self, given: Option<&Spanned<i64>>, default: i64, least: i64) -> Duration {
        let seconds = given.and_then(|seconds| self.number::<i64>(seconds, least..=3_600)).unwrap_or(default);
        Duration::from_secs(seconds.unsigned_abs())
    }
}
