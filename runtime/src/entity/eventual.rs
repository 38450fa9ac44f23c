//! What is there at once, or comes later.

use std::fmt;
use std::pin::Pin;

/// Something on its way. It owns what it needs: the request that asked for it is answered when it has come.
pub type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What a handler gives back: at once, or later.
pub enum Eventual<T> {
    /// It is there. This costs nothing.
    Now(T),
    /// It is waited for; other requests are answered meanwhile.
    Later(Pending<T>),
}

impl<T> Eventual<T> {
    /// What `future` will give.
    pub fn later(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self::Later(Box::pin(future))
    }

    /// Changes what comes.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U + Send + 'static) -> Eventual<U>
    where
        T: 'static,
    {
        match self {
            Self::Now(value) => Eventual::Now(change(value)),
            Self::Later(pending) => Eventual::later(async move { change(pending.await) }),
        }
    }
}

impl<T> From<T> for Eventual<T> {
    fn from(value: T) -> Self {
        Self::Now(value)
    }
}

impl<T: fmt::Debug> fmt::Debug for Eventual<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Now(value) => f.debug_tuple("Now").field(value).finish(),
            Self::Later(_) => f.write_str("Later(..)"),
        }
    }
}
