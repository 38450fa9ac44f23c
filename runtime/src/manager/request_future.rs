//! What a typed operation gives to wait for.

use super::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A request that is sent when it is awaited, and taken back when it is dropped. [`Session::get`](super::Session::get)
/// and its like make it.
///
/// It knows the type of what it gives, not of what is asked: so a name that cannot be asked for is one error of the
/// compiler, not another where its future is made and a third where it is awaited.
#[must_use = "nothing is sent before it is awaited"]
pub struct Request<'s, T> {
    future: Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 's>>,
}

impl<'s, T> Request<'s, T> {
    pub(super) fn new(future: impl Future<Output = Result<T, Error>> + Send + 's) -> Self {
        Self { future: Box::pin(future) }
    }
}

impl<T> Future for Request<'_, T> {
    type Output = Result<T, Error>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.future.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for Request<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").finish_non_exhaustive()
    }
}
