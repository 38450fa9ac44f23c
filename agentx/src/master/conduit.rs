//! A connection of sub-agents, as those who send over it see it.

use std::io;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use super::link::NoAnswer;
use crate::stream::Stream;

/// Octets that may wait for a sub-agent that does not read.
const MAX_OUT: usize = 4 << 20;

/// A connection, and what waits to be sent over it.
#[derive(Debug)]
pub(super) struct Conduit {
    pub(super) stream: Stream,
    out: Mutex<Vec<u8>>,
    /// Something has to wait.
    pub(super) wake: Notify,
}

impl Conduit {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, out: Mutex::default(), wake: Notify::new() }
    }

    /// Sends what `write` writes, at once if there is room.
    pub(super) fn send<T>(
        &self,
        write: impl FnOnce(&mut Vec<u8>) -> Result<T, NoAnswer>,
    ) -> Result<T, NoAnswer> {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if out.len() >= MAX_OUT {
            return Err(NoAnswer::Busy);
        }
        let is_first = out.is_empty();
        let written = write(&mut out)?;
        if is_first {
            // Who reads sees that the connection is gone.
            let _ = self.stream.write(&mut out);
        }
        if !out.is_empty() {
            self.wake.notify_one();
        }
        Ok(written)
    }

    /// Sends what waits; whether something still does.
    pub(super) fn flush(&self) -> io::Result<bool> {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        self.stream.write(&mut out)?;
        Ok(!out.is_empty())
    }

    /// Whether something waits.
    pub(super) fn has_out(&self) -> bool {
        !self.out.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Whether there is room for answers.
    pub(super) fn has_room(&self) -> bool {
        self.out.lock().unwrap_or_else(PoisonError::into_inner).len() < MAX_OUT / 2
    }
}
