//! The task of a transport.

use super::{Leaving, Shared, State, engine_address, now};
use crate::net::Inbox;
use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::time::Sleep;

/// Messages taken in together.
const RECEIVE_BATCH: usize = 32;

/// Batches taken in before other tasks get their turn.
const BATCHES: usize = 4;

/// Runs until it is dropped.
pub(super) fn drive(shared: Arc<Shared>) -> impl Future<Output = ()> {
    let closing = CloseOnDrop(shared);
    async move {
        let shared = &*closing.0;
        let mut inbox = Inbox::new(RECEIVE_BATCH);
        let mut callers = Vec::new();
        let mut timer = pin!(tokio::time::sleep(Duration::ZERO));
        poll_fn(|cx| {
            shared.receive(&mut inbox, &mut callers, cx);
            shared.run_timers(timer.as_mut(), &mut callers, cx);
            Poll::<()>::Pending
        })
        .await;
    }
}

impl Shared {
    /// Takes in messages until there are none, or others should have their turn.
    fn receive(&self, inbox: &mut Inbox, callers: &mut Vec<Waker>, cx: &mut Context<'_>) {
        for _ in 0..BATCHES {
            inbox.clear();
            match self.transport.poll_receive(cx, inbox) {
                Poll::Pending => return,
                Poll::Ready(Ok(())) => self.take_in(inbox, callers),
                // Some systems report what befell an earlier datagram; its timeout will tell.
                Poll::Ready(Err(error)) => {
                    tracing::debug!(target: crate::logs::TRANSPORT, %error, "receiving failed")
                }
            }
        }
        cx.waker().wake_by_ref();
    }

    fn take_in(&self, inbox: &Inbox, callers: &mut Vec<Waker>) {
        let now = now();
        let mut state = self.lock();
        for (message, origin) in inbox.iter() {
            match state.engine.handle_datagram(now, engine_address(origin.peer()), message) {
                Ok(id) => state.shares.answered(&self.budget, id, message.len()),
                Err(reason) => {
                    let octets = message.len();
                    tracing::debug!(target: crate::logs::TRANSPORT, peer = %origin.peer(), octets, ?reason, "a message is ignored");
                }
            }
        }
        callers.extend(std::iter::from_fn(|| state.next_caller()));
        drop(state);
        callers.drain(..).for_each(Waker::wake);
    }

    /// Repeats and ends what is due, sends what waits, and sets the timer.
    fn run_timers(&self, mut timer: Pin<&mut Sleep>, callers: &mut Vec<Waker>, cx: &mut Context<'_>) {
        let mut state = self.lock();
        loop {
            let now = now();
            if state.engine.poll_timeout().is_some_and(|deadline| deadline <= now) {
                state.engine.handle_timeout(now);
            }
            self.send(&mut state, cx);
            callers.extend(std::iter::from_fn(|| state.next_caller()));
            let share = state.shares.expire(&self.budget, now).filter(|_| self.budget.is_short());
            let deadline = state.engine.poll_timeout().into_iter().chain(share).min();
            if let Some(deadline) = deadline
                && state.armed.is_none_or(|armed| deadline < armed)
            {
                timer.as_mut().reset(deadline.into());
                state.armed = Some(deadline);
            }
            if state.armed.is_none() || timer.as_mut().poll(cx).is_pending() {
                break;
            }
            state.armed = None;
        }
        state.set_driver(cx.waker());
        drop(state);
        callers.drain(..).for_each(Waker::wake);
    }

    fn send(&self, state: &mut State, cx: &mut Context<'_>) {
        while !self.send_queued(state) {
            match self.transport.poll_send_ready(cx) {
                Poll::Pending => break,
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) => state.fail_queued(&error),
            }
        }
    }
}

impl State {
    /// The peer cannot be reached: everything that waits to be sent has failed.
    fn fail_queued(&mut self, error: &io::Error) {
        loop {
            self.fill_outbox();
            if self.leaving.is_empty() {
                break;
            }
            // What the connection before had taken may have arrived: an exchange asks again.
            let taken = self.leaving.len().saturating_sub(self.outbox.len());
            for (at, message) in std::mem::take(&mut self.leaving).into_iter().enumerate() {
                if at < taken && matches!(message, Leaving::Exchange(_)) {
                    continue;
                }
                self.not_sent(message, io::Error::new(error.kind(), error.to_string()));
            }
            while self.outbox.pop().is_some() {}
        }
    }

    fn set_driver(&mut self, waker: &Waker) {
        match &mut self.driver {
            Some(driver) => driver.clone_from(waker),
            None => self.driver = Some(waker.clone()),
        }
    }
}

/// Tells callers that no response can come any more, however the task ends, even before it began.
struct CloseOnDrop(Arc<Shared>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}
