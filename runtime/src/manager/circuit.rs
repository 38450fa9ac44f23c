//! The circuit breaker of a target: one that does not answer is not asked for a while.

use std::fmt;
use std::time::{Duration, Instant};

/// When to stop asking a target that does not answer, and for how long.
///
/// After `timeouts` requests in a row that went unanswered, all their repetitions included, the circuit
/// is open: operations fail at once with [`Error::CircuitOpen`](super::Error::CircuitOpen). When `pause` is over, the
/// next request goes out on its own, as a probe. Any response closes the circuit; an unanswered probe begins another
/// pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Breaker {
    /// Unanswered requests in a row that open the circuit; at least 1.
    pub timeouts: u32,
    /// How long nothing is sent.
    pub pause: Duration,
}

impl Default for Breaker {
    /// Five requests, half a minute.
    fn default() -> Self {
        Self { timeouts: 5, pause: Duration::from_secs(30) }
    }
}

/// An open circuit, as it was when it was asked for. Prints as the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenCircuit {
    /// Requests in a row that went unanswered.
    pub timeouts: u32,
    /// Since when it is open.
    pub open_for: Duration,
    /// When the next probe may go out; zero while one is under way or due.
    pub probe_in: Duration,
}

impl fmt::Display for OpenCircuit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { timeouts, open_for, probe_in } = self;
        write!(
            f,
            "its last {timeouts} requests went unanswered, and it has not been asked for {:.1} s; ",
            open_for.as_secs_f64()
        )?;
        if probe_in.is_zero() {
            f.write_str("a probe is under way")
        } else {
            write!(f, "the next probe may go out in {:.1} s", probe_in.as_secs_f64())
        }
    }
}

/// What is known of a target's readiness to answer.
#[derive(Debug, Default)]
pub(super) struct Circuit {
    timeouts: u32,
    /// On the heap, since most targets answer.
    open: Option<Box<Open>>,
}

#[derive(Debug)]
struct Open {
    since: Instant,
    /// From when on a probe may go out.
    probe: Instant,
    /// A probe is under way.
    probing: bool,
}

/// How a request was let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// The circuit was closed.
    Free,
    /// As the one probe of an open circuit.
    Probe,
}

impl Circuit {
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// The circuit, if it is open.
    pub(super) fn open(&self, now: Instant) -> Option<OpenCircuit> {
        let open = self.open.as_ref()?;
        Some(OpenCircuit {
            timeouts: self.timeouts,
            open_for: now.saturating_duration_since(open.since),
            probe_in: if open.probing { Duration::ZERO } else { open.probe.saturating_duration_since(now) },
        })
    }

    /// Why a request that came now would not go out, if so.
    pub(super) fn refusal(&self, now: Instant) -> Option<OpenCircuit> {
        let open = self.open.as_ref()?;
        if open.probing || now < open.probe { self.open(now) } else { None }
    }

    /// Lets a request through, or says why not.
    pub(super) fn admit(&mut self, now: Instant) -> Result<Pass, OpenCircuit> {
        if let Some(refusal) = self.refusal(now) {
            return Err(refusal);
        }
        match &mut self.open {
            None => Ok(Pass::Free),
            Some(open) => {
                open.probing = true;
                Ok(Pass::Probe)
            }
        }
    }

    /// A response came. Whether this has closed the circuit.
    pub(super) fn answered(&mut self) -> bool {
        std::mem::take(self).open.is_some()
    }

    /// A request went unanswered. How many did in a row, if this has opened the circuit.
    pub(super) fn timed_out(&mut self, now: Instant, pass: Pass, breaker: Breaker) -> Option<u32> {
        self.timeouts = self.timeouts.saturating_add(1);
        match &mut self.open {
            Some(open) if pass == Pass::Probe => {
                open.probing = false;
                open.probe = now + breaker.pause.min(MAX_PAUSE);
            }
            // Sent before the circuit opened: it tells nothing new.
            Some(_) => {}
            None if self.timeouts >= breaker.timeouts.max(1) => {
                self.open = Some(Box::new(Open {
                    since: now,
                    probe: now + breaker.pause.min(MAX_PAUSE),
                    probing: false,
                }));
                return Some(self.timeouts);
            }
            None => {}
        }
        None
    }

    /// A request ended in a way that tells nothing.
    pub(super) fn abandoned(&mut self, pass: Pass) {
        if pass == Pass::Probe
            && let Some(open) = &mut self.open
        {
            open.probing = false;
        }
    }
}

/// Longest pause, whatever the breaker says: an `Instant` cannot hold every time.
const MAX_PAUSE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    const BREAKER: Breaker = Breaker { timeouts: 3, pause: Duration::from_secs(10) };

    /// A circuit that three timeouts have opened.
    fn open(now: Instant) -> Circuit {
        let mut circuit = Circuit::default();
        for _ in 0..3 {
            assert_eq!(circuit.admit(now), Ok(Pass::Free));
            circuit.timed_out(now, Pass::Free, BREAKER);
        }
        circuit
    }

    /// §3 row 15: closed, open, half open, and back.
    #[test]
    fn timeouts_in_a_row_open_it() {
        let now = Instant::now();
        let mut circuit = Circuit::default();
        for _ in 0..10 {
            circuit.timed_out(now, Pass::Free, BREAKER);
            circuit.timed_out(now, Pass::Free, BREAKER);
            circuit.answered();
        }
        assert_eq!(circuit.admit(now), Ok(Pass::Free), "not in a row");
        let mut circuit = open(now);
        let later = now + Duration::from_secs(4);
        let refusal = circuit.admit(later).expect_err("open");
        assert_eq!((refusal.timeouts, refusal.open_for.as_secs(), refusal.probe_in.as_secs()), (3, 4, 6));
        let text = "its last 3 requests went unanswered, and it has not been asked for 4.0 s; the next probe may go out in 6.0 s";
        assert_eq!(refusal.to_string(), text);
    }

    #[test]
    fn one_probe_at_a_time() {
        let now = Instant::now();
        let mut circuit = open(now);
        let due = now + Duration::from_secs(10);
        assert!(circuit.admit(due - Duration::from_nanos(1)).is_err());
        assert_eq!(circuit.admit(due), Ok(Pass::Probe));
        let refusal = circuit.admit(due).expect_err("a probe is under way");
        assert!(refusal.probe_in.is_zero() && refusal.to_string().ends_with("a probe is under way"));
        // Whoever takes it back lets the next one probe.
        circuit.abandoned(Pass::Probe);
        assert_eq!(circuit.admit(due), Ok(Pass::Probe));
        circuit.timed_out(due, Pass::Probe, BREAKER);
        let refusal = circuit.admit(due).expect_err("another pause");
        assert_eq!((refusal.timeouts, refusal.open_for.as_secs(), refusal.probe_in.as_secs()), (4, 10, 10));
        let due = due + Duration::from_secs(10);
        assert_eq!(circuit.admit(due), Ok(Pass::Probe));
        circuit.answered();
        assert_eq!(circuit.admit(due), Ok(Pass::Free));
        assert!(circuit.open(due).is_none());
    }

    /// Requests from before it opened neither prolong it nor count as probes; their responses close it.
    #[test]
    fn latecomers() {
        let now = Instant::now();
        let mut circuit = open(now);
        circuit.timed_out(now + Duration::from_secs(9), Pass::Free, BREAKER);
        circuit.abandoned(Pass::Free);
        assert_eq!(circuit.admit(now + Duration::from_secs(10)), Ok(Pass::Probe));
        circuit.answered();
        assert_eq!(circuit.admit(now), Ok(Pass::Free));
    }

    #[test]
    fn extremes() {
        let now = Instant::now();
        let breaker = Breaker { timeouts: 0, pause: Duration::MAX };
        let mut circuit = Circuit::default();
        circuit.timed_out(now, Pass::Free, breaker);
        assert!(circuit.admit(now).is_err());
    }
}
