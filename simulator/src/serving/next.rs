//! GETNEXT and GETBULK.

use std::ops::Bound;
use std::time::Duration;

use mibc_runtime::agent::{NextBatch, NextRun, Principal, ReadError, Successors};
use mibc_runtime::ber::varbind_len;
use mibc_runtime::message::Version;
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::value::{Value, ValueRef, VarBind};

use super::get::{failed, plain_null};
use super::notify;
use crate::device::{Device, Fate, Found, Now};
use crate::store::{EntryRef, Recording};
use crate::variation::Operation;

pub(super) fn answer(device: &Device, now: Now, who: &Principal<'_>, batch: &mut NextBatch<'_>) {
    let v1 = who.version == Version::V1;
    match device.fate(batch.len()) {
        Fate::Lost => fail(batch, &ReadError::silent("the simulated device loses it")),
        Fate::Failed(status) => fail(batch, &ReadError::with_status(status, "the simulated device fails")),
        Fate::Answered(delay) => {
            while let Some(run) = batch.next_run() {
                match delay {
                    Duration::ZERO if device.is_plain() && device.behaviour.endless.is_none() => {
                        plainly(device.recording(), v1, run);
                    }
                    Duration::ZERO => at_once(device, now, v1, run),
                    delay => later(device, now, v1, delay, run),
                }
            }
        }
    }
}

fn fail(batch: &mut NextBatch<'_>, error: &ReadError) {
    while let Some(run) = batch.next_run() {
        run.fail(error);
    }
}

/// SNMPv1 has no Counter64, and an exception has no successor.
fn is_shown(value: ValueRef<'_>, v1: bool) -> bool {
    let is_missing_in_v1 = matches!(value, ValueRef::Counter64(_));
    !value.is_exception() && (!v1 || !is_missing_in_v1)
}

/// From a recording that is always the same.
fn plainly(recording: &Recording, v1: bool, mut run: NextRun<'_>) {
    let mut cursor = recording.from(run.from());
    while let Some((name, entry)) = cursor.advance() {
        let EntryRef::Fixed(value) = entry else { continue };
        if !is_shown(value, v1) {
            continue;
        }
        let goes_on = match value {
            ValueRef::Null => run.imitate(name, ValueRef::Null),
            value => run.push(name, value),
        };
        if !goes_on {
            return;
        }
    }
    run.end();
}

/// What comes behind a place.
enum Step {
    Value(Oid, Value),
    Later(Oid, Duration, Value),
    Failed(ReadError),
    End,
}

/// Successors of a device that varies, one after the other.
struct Steps<'d> {
    device: &'d Device,
    now: Now,
    v1: bool,
}

impl Steps<'_> {
    fn behind(&self, from: Bound<&Oid>) -> Step {
        let mut from = from.cloned();
        loop {
            let Some((name, found)) = self.first(from.as_ref().map(Oid::as_ref)) else { return Step::End };
            notify(self.device, name.as_ref(), Operation::Read, self.now);
            let (delay, value) = match found {
                Found::Value(value) => (None, value.to_value()),
                Found::Made(value) => (None, value),
                Found::Later(delay, value) => (Some(delay), value),
                Found::Failed(status) => return Step::Failed(failed(status)),
                Found::Silent => {
                    return Step::Failed(ReadError::silent("the recording has no answer for it"));
                }
                Found::Missing => {
                    from = Bound::Excluded(name);
                    continue;
                }
            };
            if !is_shown(value.as_ref(), self.v1) {
                from = Bound::Excluded(name);
                continue;
            }
            return match delay {
                Some(delay) => Step::Later(name, delay, plain_null(value)),
                None => Step::Value(name, plain_null(value)),
            };
        }
    }

    /// The first name of the recording and of the snapshots as they are now.
    fn first(&self, from: Bound<OidRef<'_>>) -> Option<(Oid, Found<'_>)> {
        let own = self.first_of(self.device.recording(), from);
        let snapshots = self.device.subtrees().iter().filter_map(|subtree| subtree.at(self.now.0));
        let in_subtrees = snapshots.filter_map(|snapshot| self.first_of(snapshot, from));
        in_subtrees.chain(own).min_by(|(one, _), (other, _)| one.cmp(other))
    }

    fn first_of<'d>(&'d self, recording: &'d Recording, from: Bound<OidRef<'_>>) -> Option<(Oid, Found<'d>)> {
        let is_own = std::ptr::eq(recording, self.device.recording());
        let mut cursor = recording.from(from);
        loop {
            let (name, entry) = cursor.advance()?;
            // A snapshot hides what the recording has in its subtree.
            if is_own && self.device.subtrees().iter().any(|subtree| name.starts_with(&subtree.root)) {
                continue;
            }
            return Some((name.to_oid(), self.device.read(recording, name, entry, self.now)));
        }
    }

    /// For a walk that never ends: the first name again behind the last.
    fn back(&self, from: Bound<&Oid>, next: Option<&Oid>) -> Option<(Oid, Value)> {
        let root = self.device.behaviour.endless.as_ref()?;
        let (Bound::Included(from) | Bound::Excluded(from)) = from else { return None };
        let leaves =
            from.starts_with(root) && from != root && !next.is_some_and(|next| next.starts_with(root));
        if leaves { self.device.first_below(root) } else { None }
    }
}

fn at_once(device: &Device, now: Now, v1: bool, mut run: NextRun<'_>) {
    let steps = Steps { device, now, v1 };
    let mut from = run.from_oid();
    loop {
        let step = steps.behind(from.as_ref());
        let next = match &step {
            Step::Value(name, _) | Step::Later(name, ..) => Some(name),
            Step::Failed(_) | Step::End => None,
        };
        if let Some((name, value)) = steps.back(from.as_ref(), next) {
            if !run.imitate(&name, &value) {
                return;
            }
            from = Bound::Excluded(name);
            continue;
        }
        let (name, goes_on) = match step {
            Step::Value(name, value) => {
                let goes_on = run.push(&name, &value);
                (name, goes_on)
            }
            Step::Later(name, delay, value) => {
                let goes_on = run.push_later(&name, || {
                    Box::pin(async move {
                        tokio::time::sleep(delay).await;
                        Ok(value)
                    })
                });
                (name, goes_on)
            }
            Step::Failed(error) => return run.fail(&error),
            Step::End => return run.end(),
        };
        if !goes_on {
            return;
        }
        from = Bound::Excluded(name);
    }
}

/// All that is wanted, after a while.
fn later(device: &Device, now: Now, v1: bool, delay: Duration, run: NextRun<'_>) {
    let steps = Steps { device, now, v1 };
    let (mut from, mut octets, mut longest) = (run.from_oid(), 0, delay);
    let mut found = Successors::default();
    while found.varbinds.len() < run.wanted() && octets < run.octets_left() {
        let step = steps.behind(from.as_ref());
        let (name, value) = match step {
            Step::Value(name, value) => (name, value),
            Step::Later(name, more, value) => {
                longest = longest.max(delay + more);
                (name, value)
            }
            // What comes before it is answered first.
            Step::Failed(error) if found.varbinds.is_empty() => return run.fail(&error),
            Step::Failed(_) => break,
            Step::End => {
                found.is_end = true;
                break;
            }
        };
        octets += varbind_len(name.as_ber(), value.as_ref());
        found.varbinds.push(VarBind { name: name.clone(), value });
        from = Bound::Excluded(name);
    }
    run.wait(Box::pin(async move {
        tokio::time::sleep(longest).await;
        Ok(found)
    }));
}
