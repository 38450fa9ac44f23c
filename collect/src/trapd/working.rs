//! The work under one configuration: from listeners over rules to outputs.

use super::event::{Alert, Event, Namer};
use super::figures::Figures;
use super::handle::Commands;
use super::hearing::Hearing;
use super::held::Held;
use super::outlet::Outlet;
use super::parts::Parts;
use super::refusals::Reason;
use super::rule::{Rules, Verdict};
use super::waiting::{self, Stage, Waiting};
use crate::delivery::{Completion, Outcome};
use bytes::Bytes;
use mibc_runtime::listener::{Acknowledgement, ReceivedNotification};
use std::collections::VecDeque;
use std::future::{poll_fn, ready};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::sleep;

/// Notifications that are dealt with before outputs are woken, and before it is looked what else there is to do.
const TOGETHER: usize = 256;

/// How often it is looked what the kernel has dropped.
const SOMETIMES: Duration = Duration::from_secs(5);

type Next = (ReceivedNotification, Option<Acknowledgement>);

/// The work under one configuration.
pub(super) struct Working<'l> {
    namer: Namer<'l>,
    rules: Rules,
    held: Held<ReceivedNotification>,
    drain: Duration,
    /// Where an event is written.
    scratch: Vec<u8>,
}

/// Why work has ended.
pub(super) enum Ended {
    Stop,
    Deaf,
    Reload,
}

impl<'l> Working<'l> {
    pub(super) fn new(namer: Namer<'l>, rules: Rules, drain: Duration) -> Self {
        Self { namer, rules, held: Held::default(), drain, scratch: Vec::new() }
    }

    /// Tells what has not been told. What is held comes first under the next configuration.
    pub(super) fn end(mut self, left_over: &mut VecDeque<Waiting>) {
        // Rules have other places then.
        for waiting in left_over.iter_mut().filter(|waiting| matches!(waiting.stage, Stage::Held(_))) {
            waiting.stage = Stage::Counted;
        }
        for notification in self.held.all().rev() {
            left_over.push_front(Waiting { notification, stage: Stage::Counted });
        }
        self.rules.tell();
    }

    /// How many events have been made.
    pub(super) fn made(&self) -> u64 {
        self.namer.made()
    }

    pub(super) async fn run(
        &mut self,
        parts: &mut Parts,
        commands: &mut watch::Receiver<Commands>,
        left_over: &mut VecDeque<Waiting>,
    ) -> Ended {
        let Parts { hearing, outlets, figures, .. } = parts;
        self.count_held(figures);
        let mut finishing = false;
        let mut looked = Instant::now();
        let mut together = 0;
        loop {
            if together >= TOGETHER && !left_over.is_empty() {
                together = 0;
                outlets.iter().for_each(Outlet::wake);
                yield_now().await;
            }
            let waiting = match left_over.pop_front() {
                Some(waiting) => Some((waiting, None)),
                None if together < TOGETHER => at_once(hearing, figures, together).map(new),
                None => None,
            };
            let next = match waiting {
                Some(next) => {
                    together += 1;
                    Some(next)
                }
                None => {
                    together = 0;
                    outlets.iter().for_each(Outlet::wake);
                    if looked.elapsed() >= SOMETIMES {
                        looked = Instant::now();
                        look(hearing, figures);
                        self.rules.tell();
                    }
                    let now = Instant::now();
                    let pause = self.held.next().map(|due| due.saturating_duration_since(now));
                    tokio::select! {
                        biased;
                        changed = commands.changed(), if !finishing => {
                            // The sender lives as long as the service.
                            let Commands { stop, .. } = *commands.borrow_and_update();
                            if changed.is_err() || stop {
                                finishing = true;
                                hearing.iter_mut().for_each(|hearing| hearing.listener.finish());
                                continue;
                            }
                            return Ended::Reload;
                        }
                        () = ready(()), if pause.is_some_and(|pause| pause.is_zero()) => {
                            let due = std::iter::from_fn(|| self.held.due(now)).take(TOGETHER);
                            left_over.extend(due.map(|(rule, notification)| {
                                Waiting { notification, stage: Stage::Held(rule) }
                            }));
                            self.count_held(figures);
                            continue;
                        }
                        next = next(hearing, figures) => next.map(new),
                        () = sleep(pause.map_or(SOMETIMES, |pause| pause.min(SOMETIMES))) => continue,
                    }
                }
            };
            let Some((waiting, acknowledgement)) = next else {
                look(hearing, figures);
                if self.held.len() > 0 {
                    let last = |notification| Waiting { notification, stage: Stage::Last };
                    left_over.extend(self.held.all().map(last));
                    self.count_held(figures);
                    continue;
                }
                return if finishing { Ended::Stop } else { Ended::Deaf };
            };
            let (made, drain) = (self.namer.made(), self.drain);
            let (event, verdict) = self.judge(figures, &waiting);
            let Verdict::Pass(only) = verdict else {
                let alert = event.alert;
                self.settle(figures, &verdict, alert, waiting.notification);
                // That is what the rule is for.
                if let Some(acknowledgement) = acknowledgement {
                    Figures::count(&figures.acknowledged);
                    acknowledgement.send();
                }
                continue;
            };
            event.write_json(&mut self.scratch);
            let json = Bytes::copy_from_slice(&self.scratch);
            let dealt = deal(outlets, figures, event, only, json, &waiting.notification, acknowledgement);
            tokio::select! {
                biased;
                () = dealt => {}
                () = interrupted(commands, finishing, drain) => {
                    if finishing || commands.borrow().stop {
                        // Its time is over: an inform is not acknowledged, a trap is lost.
                        let held = self.held.len() + left_over.len();
                        tracing::warn!(target: mibc_runtime::logs::TRAPD, held, "the service ends while an output has no room: notifications are lost");
                        return Ended::Stop;
                    }
                    commands.mark_unchanged();
                    self.namer.go_back(made);
                    // It comes with the new configuration; the sender of an inform repeats that.
                    if !waiting.notification.is_inform || waiting.stage != Stage::New {
                        left_over.push_front(Waiting { stage: Stage::Counted, ..waiting });
                    }
                    return Ended::Reload;
                }
            }
        }
    }

    /// Names a notification, and asks the rules about it.
    fn judge<'n>(&mut self, figures: &Figures, waiting: &'n Waiting) -> (Event<'n>, Verdict) {
        let Waiting { notification, stage } = waiting;
        if *stage == Stage::New {
            Figures::count(if notification.is_inform { &figures.informs } else { &figures.traps });
        }
        let now = SystemTime::now();
        let received = now.checked_sub(notification.received.elapsed()).unwrap_or(now);
        let mut event = self.namer.event(notification, received);
        let verdict = self.rules.judge(&mut event, notification, *stage, Instant::now());
        if let Verdict::Pass(_) = verdict {
            figures.severity(event.severity);
            if let Some(alert) = &event.alert {
                self.overtake(figures, alert);
            }
        }
        (event, verdict)
    }

    /// What does not go to outputs now is counted, or held.
    fn settle(
        &mut self,
        figures: &Figures,
        verdict: &Verdict,
        alert: Option<Alert>,
        notification: ReceivedNotification,
    ) {
        match (verdict, alert) {
            (Verdict::Drop, _) => Figures::count(&figures.dropped),
            (Verdict::Later(rule, due), Some(alert)) => {
                self.overtake(figures, &alert);
                let octets = waiting::octets(&notification);
                if !self.held.hold(&alert, *rule, *due, octets, notification) {
                    Figures::count(&figures.unheld);
                    self.left_out(figures, *rule);
                }
                self.count_held(figures);
            }
            _ => Figures::count(&figures.suppressed),
        }
    }

    /// What is held of an alert is out of date.
    fn overtake(&mut self, figures: &Figures, alert: &Alert) {
        if let Some(rule) = self.held.overtake(alert) {
            self.left_out(figures, rule);
            self.count_held(figures);
        }
    }

    /// An event is left out by the rate of this rule.
    fn left_out(&mut self, figures: &Figures, rule: usize) {
        Figures::count(&figures.suppressed);
        self.rules.leave_out(rule);
    }

    fn count_held(&self, figures: &Figures) {
        figures.held.store(self.held.len() as u64, Ordering::Relaxed);
    }
}

/// Gives an event to all outputs that it is for.
async fn deal(
    outlets: &[Outlet],
    figures: &Arc<Figures>,
    event: Event<'_>,
    only: Option<Vec<usize>>,
    json: Bytes,
    notification: &ReceivedNotification,
    acknowledgement: Option<Acknowledgement>,
) {
    let completion = acknowledgement.map(|acknowledgement| {
        let figures = Arc::clone(figures);
        Completion::new(move |outcome| match outcome {
            Outcome::Taken => {
                Figures::count(&figures.acknowledged);
                acknowledgement.send();
            }
            Outcome::Dropped => Figures::count(&figures.unacknowledged),
        })
    });
    for (place, outlet) in outlets.iter().enumerate() {
        if only.as_ref().is_none_or(|only| only.contains(&place)) {
            outlet.offer(&event, notification, &json, completion.as_ref()).await;
        }
    }
    if let Some(completion) = completion {
        completion.taken();
    }
}

/// Waits until the work is to be interrupted: for another configuration, or since the time to end is over.
async fn interrupted(commands: &watch::Receiver<Commands>, finishing: bool, drain: Duration) {
    let mut commands = commands.clone();
    if !finishing {
        let changed = commands.changed().await;
        if changed.is_ok() && !commands.borrow().stop {
            return;
        }
    }
    sleep(drain).await;
}

fn new((notification, acknowledgement): Next) -> (Waiting, Option<Acknowledgement>) {
    (Waiting { notification, stage: Stage::New }, acknowledgement)
}

/// A notification that waits already; `step` says whose turn it is.
fn at_once(hearing: &mut [Hearing], figures: &Figures, step: usize) -> Option<Next> {
    let (first, behind) = hearing.split_at_mut_checked(step % hearing.len().max(1))?;
    behind.iter_mut().chain(first).find_map(|hearing| {
        loop {
            let next = hearing.listener.try_next_unacknowledged()?;
            if admitted(hearing, figures, &next) {
                return Some(next);
            }
        }
    })
}

/// Whether a notification comes from where its community is accepted from. If not, it is counted; an inform is not
/// acknowledged.
fn admitted(hearing: &Hearing, figures: &Figures, (notification, _): &Next) -> bool {
    let admitted = hearing.plan.admits(notification);
    if !admitted {
        figures.refusals.note(&notification.source, Reason::Source, Instant::now());
    }
    admitted
}

/// The next notification of any listener; `None` when all have ended.
async fn next(hearing: &mut [Hearing], figures: &Figures) -> Option<Next> {
    poll_fn(|context| {
        let mut open = false;
        for hearing in hearing.iter_mut().filter(|hearing| hearing.open) {
            loop {
                match hearing.listener.poll_unacknowledged(context) {
                    Poll::Ready(Some(next)) if admitted(hearing, figures, &next) => {
                        return Poll::Ready(Some(next));
                    }
                    Poll::Ready(Some(_)) => continue,
                    Poll::Ready(None) => hearing.open = false,
                    Poll::Pending => open = true,
                }
                break;
            }
        }
        if open { Poll::Pending } else { Poll::Ready(None) }
    })
    .await
}

/// Counts what listeners have counted.
fn look(hearing: &[Hearing], figures: &Figures) {
    let overflows: u64 = hearing.iter().map(|hearing| hearing.listener.overflows()).sum();
    let before = figures.overflows.swap(overflows, Ordering::Relaxed);
    if overflows > before {
        let messages = overflows - before;
        tracing::warn!(target: mibc_runtime::logs::TRAPD, messages, total = overflows, "messages are lost: they came faster than they could be taken");
    }
    figures.refusals.tell(Instant::now());
}
