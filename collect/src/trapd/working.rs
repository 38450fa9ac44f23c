//! The work under one configuration: from listeners over rules to outputs.

use super::event::Namer;
use super::figures::Figures;
use super::handle::Commands;
use super::hearing::Hearing;
use super::outlet::Outlet;
use super::parts::Parts;
use super::refusals::Reason;
use super::rule::{Rules, Verdict};
use crate::delivery::{Completion, Outcome};
use bytes::Bytes;
use mibc_runtime::listener::{Acknowledgement, ReceivedNotification};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::watch;
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
        Self { namer, rules, drain, scratch: Vec::new() }
    }

    /// Tells what has not been told.
    pub(super) fn end(mut self) {
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
        left_over: &mut VecDeque<ReceivedNotification>,
    ) -> Ended {
        let Parts { hearing, outlets, figures, .. } = parts;
        let mut finishing = false;
        let mut looked = Instant::now();
        let mut together = 0;
        loop {
            let waiting = match left_over.pop_front() {
                Some(trap) => Some((trap, None)),
                None if together < TOGETHER => at_once(hearing, figures, together),
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
                        next = next(hearing, figures) => next,
                        () = sleep(SOMETIMES) => continue,
                    }
                }
            };
            let Some((notification, acknowledgement)) = next else {
                look(hearing, figures);
                return if finishing { Ended::Stop } else { Ended::Deaf };
            };
            let (made, drain) = (self.namer.made(), self.drain);
            let dealt = self.deal(outlets, figures, &notification, acknowledgement);
            tokio::select! {
                biased;
                () = dealt => {}
                () = interrupted(commands, finishing, drain) => {
                    if finishing || commands.borrow().stop {
                        // Its time is over: an inform is not acknowledged, a trap is lost.
                        tracing::warn!(target: mibc_runtime::logs::TRAPD, "the service ends while an output has no room: notifications are lost");
                        return Ended::Stop;
                    }
                    commands.mark_unchanged();
                    self.namer.go_back(made);
                    // It comes with the new configuration; the sender of an inform repeats that.
                    if !notification.is_inform {
                        left_over.push_front(notification);
                    }
                    return Ended::Reload;
                }
            }
        }
    }

    /// Gives a notification to all outputs that it is for.
    fn deal(
        &mut self,
        outlets: &[Outlet],
        figures: &Arc<Figures>,
        notification: &ReceivedNotification,
        acknowledgement: Option<Acknowledgement>,
    ) -> impl Future<Output = ()> {
        let now = SystemTime::now();
        let received = now.checked_sub(notification.received.elapsed()).unwrap_or(now);
        let mut event = self.namer.event(notification, received);
        let verdict = self.rules.judge(&mut event, notification, Instant::now());
        let json = if let Verdict::Pass(_) = verdict {
            event.write_json(&mut self.scratch);
            Bytes::copy_from_slice(&self.scratch)
        } else {
            Bytes::new()
        };
        async move {
            Figures::count(if notification.is_inform { &figures.informs } else { &figures.traps });
            let only = match verdict {
                Verdict::Pass(only) => only,
                verdict => {
                    let counter =
                        if verdict == Verdict::Drop { &figures.dropped } else { &figures.suppressed };
                    Figures::count(counter);
                    // That was its purpose.
                    if let Some(acknowledgement) = acknowledgement {
                        Figures::count(&figures.acknowledged);
                        acknowledgement.send();
                    }
                    return;
                }
            };
            figures.severity(event.severity);
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
