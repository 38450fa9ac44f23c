//! What a request waits for.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use super::encoded::PieceId;
use super::eventual::Pending;
use super::handler::ReadError;
use super::next_batch::Successors;
use crate::value::Value;

/// Values, and successors, that handlers have promised to one request.
#[derive(Default)]
pub(crate) struct Waits {
    waiting: Vec<Wait>,
    arrived: Vec<Arrived>,
    /// How many have not arrived.
    left: usize,
    bell: Option<Arc<Bell>>,
}

struct Wait {
    /// `None` once it has arrived.
    promise: Option<Promise>,
    button: Option<(Arc<Button>, Waker)>,
}

/// For which slots or walks something is promised.
pub(crate) enum Promise {
    Value(u32, Pending<Result<Value, ReadError>>),
    Values(Vec<u32>, Pending<Vec<Result<Value, ReadError>>>),
    /// The value of a varbind that a walk has found.
    Found(u32, PieceId, Pending<Result<Value, ReadError>>),
    Successors(u32, Pending<Result<Successors, ReadError>>),
    AllSuccessors(Vec<u32>, Pending<Vec<Result<Successors, ReadError>>>),
}

/// What has come, for which slot or walk.
pub(crate) enum Arrived {
    Value(u32, Result<Value, ReadError>),
    Found(u32, PieceId, Result<Value, ReadError>),
    Successors(u32, Result<Successors, ReadError>),
}

impl Waits {
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        if !self.is_empty() {
            *self = Self::default();
        }
    }

    pub(crate) fn push(&mut self, promise: Promise) {
        self.waiting.push(Wait { promise: Some(promise), button: None });
        self.left += 1;
    }

    /// Ready when everything has arrived. Of many promises only those are looked at that have news.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let bell = Arc::clone(self.bell.get_or_insert_with(|| Arc::new(Bell::new(self.waiting.len()))));
        for at in bell.answer(cx.waker()) {
            let Some(wait) = self.waiting.get_mut(at) else { continue };
            let (button, waker) = wait.button.get_or_insert_with(|| bell.button(at));
            button.is_pressed.store(false, Ordering::Release);
            let Some(promise) = &mut wait.promise else { continue };
            if promise.poll(&mut Context::from_waker(waker), &mut self.arrived).is_ready() {
                wait.promise = None;
                self.left -= 1;
            }
        }
        if self.left == 0 { Poll::Ready(()) } else { Poll::Pending }
    }

    /// What has come, once everything has.
    pub(crate) fn take(&mut self) -> Vec<Arrived> {
        std::mem::take(self).arrived
    }
}

impl fmt::Debug for Waits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waits").field("left", &self.left).finish_non_exhaustive()
    }
}

impl Promise {
    fn poll(&mut self, cx: &mut Context<'_>, arrived: &mut Vec<Arrived>) -> Poll<()> {
        match self {
            Self::Value(slot, pending) => {
                pending.as_mut().poll(cx).map(|value| arrived.push(Arrived::Value(*slot, value)))
            }
            Self::Values(slots, pending) => pending.as_mut().poll(cx).map(|values| {
                let values = values.into_iter().map(Some).chain(std::iter::repeat(None));
                let each = slots.iter().zip(values);
                arrived
                    .extend(each.map(|(slot, value)| Arrived::Value(*slot, value.unwrap_or_else(too_few))));
            }),
            Self::Found(walk, piece, pending) => {
                pending.as_mut().poll(cx).map(|value| arrived.push(Arrived::Found(*walk, *piece, value)))
            }
            Self::Successors(walk, pending) => {
                pending.as_mut().poll(cx).map(|found| arrived.push(Arrived::Successors(*walk, found)))
            }
            Self::AllSuccessors(walks, pending) => pending.as_mut().poll(cx).map(|found| {
                let found = found.into_iter().map(Some).chain(std::iter::repeat_with(|| None));
                let each = walks.iter().zip(found);
                arrived.extend(
                    each.map(|(walk, found)| Arrived::Successors(*walk, found.unwrap_or_else(too_few))),
                );
            }),
        }
    }
}

fn too_few<T>() -> Result<T, ReadError> {
    Err(ReadError::new("a handler gave less than it was asked for"))
}

/// Remembers who has news, and wakes the one who waits for all.
struct Bell {
    state: Mutex<BellState>,
}

struct BellState {
    news: Vec<usize>,
    waker: Option<Waker>,
}

/// Says that one promise has news.
struct Button {
    at: usize,
    bell: Arc<Bell>,
    is_pressed: AtomicBool,
}

impl Bell {
    /// At first everybody is to be asked.
    fn new(count: usize) -> Self {
        Self { state: Mutex::new(BellState { news: (0..count).collect(), waker: None }) }
    }

    fn button(self: &Arc<Self>, at: usize) -> (Arc<Button>, Waker) {
        let button = Arc::new(Button { at, bell: Arc::clone(self), is_pressed: AtomicBool::new(false) });
        (Arc::clone(&button), Waker::from(button))
    }

    /// Who has news; from now on `waker` is told of more.
    fn answer(&self, waker: &Waker) -> Vec<usize> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut state.waker {
            Some(known) => known.clone_from(waker),
            none => *none = Some(waker.clone()),
        }
        std::mem::take(&mut state.news)
    }
}

impl Wake for Button {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.is_pressed.swap(true, Ordering::AcqRel) {
            return;
        }
        let waker = {
            let mut state = self.bell.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.news.push(self.at);
            state.waker.clone()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use std::task::Waker;

    /// Counts how often it is asked; ready when told.
    struct Asked {
        asked: Arc<AtomicUsize>,
        gate: Arc<Mutex<(bool, Option<Waker>)>>,
    }

    impl Future for Asked {
        type Output = Result<Value, ReadError>;

        fn poll(self: std::pin::Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            let mut gate = self.gate.lock().expect("not poisoned");
            gate.1 = Some(cx.waker().clone());
            if gate.0 { Poll::Ready(Ok(Value::Integer(1))) } else { Poll::Pending }
        }
    }

    /// Of a thousand promises each is asked twice, in whatever order they are kept: once at first, once for its news.
    #[test]
    fn only_who_has_news_is_asked() {
        let asked = Arc::new(AtomicUsize::new(0));
        let gates: Vec<_> = (0..1_000).map(|_| Arc::new(Mutex::new((false, None::<Waker>)))).collect();
        let mut waits = Waits::default();
        for (slot, gate) in gates.iter().enumerate() {
            let promise = Asked { asked: Arc::clone(&asked), gate: Arc::clone(gate) };
            waits.push(Promise::Value(slot as u32, Box::pin(promise)));
        }
        let mut cx = Context::from_waker(Waker::noop());
        assert!(waits.poll(&mut cx).is_pending());
        for (kept, gate) in gates.iter().rev().enumerate() {
            let waker = {
                let mut gate = gate.lock().expect("not poisoned");
                gate.0 = true;
                gate.1.take().expect("it was asked")
            };
            // Pressing twice is pressing once.
            waker.wake_by_ref();
            waker.wake();
            assert_eq!(waits.poll(&mut cx).is_ready(), kept == 999);
        }
        assert_eq!(asked.load(Ordering::Relaxed), 2_000);
        assert_eq!(waits.take().len(), 1_000);
        assert!(waits.is_empty());
    }
}
