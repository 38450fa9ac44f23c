//! Walks whose items are of the type of what is walked.

use super::error::Error;
use super::{Details, walk};
use crate::ber::Anomaly;
use crate::engine::Extent;
use crate::oid::Oid;
use crate::typed::{DecodeError, ObjectRef, Siblings, Subtree};
use crate::value::VarBind;
use futures_core::Stream;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// Everything under one OID, in order, or under several side by side. [`Session::walk`](super::Session::walk),
/// [`Session::bulk_walk`](super::Session::bulk_walk) and [`Session::walk_several`](super::Session::walk_several) make
/// it.
///
/// Its items are index and value if a column is walked, otherwise varbinds.
///
/// It ends where the subtrees end, and with an error where the agent's names do not increase: such a
/// walk would never end. After an error it is at its end. It is a [`Stream`] as well.
pub struct Walk<I = VarBind> {
    inner: walk::Walk,
    object: Option<ObjectRef>,
    item: Item<I>,
}

/// What makes an item of a varbind: [`Subtree::item`].
type Item<I> = fn(Option<ObjectRef>, VarBind, Option<&Siblings>) -> Result<I, DecodeError>;

impl Walk {
    /// Most variables of a walk without its own [`limit`](Self::limit): more than any table has that can be
    /// read while it stays the same, so that agents who invent names for ever come to an end.
    pub const LIMIT: usize = walk::Walk::LIMIT;

    pub(super) fn untyped(inner: walk::Walk) -> Self {
        Self { inner, object: None, item: |_, varbind, _| Ok(varbind) }
    }
}

impl<I> Walk<I> {
    pub(super) fn of<S: Subtree<Item = I>>(subtree: &S, inner: walk::Walk) -> Self {
        Self { inner, object: subtree.walked(), item: S::item }
    }

    /// How many variables to ask for at a time, whatever the target has shown to answer; with 1 it uses GETNEXT. To
    /// be called before the first [`try_next`](Self::try_next).
    #[must_use]
    pub fn max_repetitions(mut self, max_repetitions: u32) -> Self {
        self.inner = self.inner.max_repetitions(max_repetitions);
        self
    }

    /// Ends the walk with [`Error::Limit`] when more than `limit` variables come; [`LIMIT`](Walk::LIMIT) unless set.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.inner = self.inner.limit(limit);
        self
    }

    /// Puts up with names that do not increase, as some agents send them. It ends when a name comes again, which would
    /// lead in circles, and with [`Error::Limit`] when more than `limit` variables have come.
    #[must_use]
    pub fn any_order(mut self, limit: usize) -> Self {
        self.inner = self.inner.any_order(limit);
        self
    }

    /// How far it goes; [`Extent::Subtree`] unless set. With another one it still begins after its OID.
    #[must_use]
    pub fn extent(mut self, extent: Extent) -> Self {
        self.inner = self.inner.extent(extent);
        self
    }

    /// The last name that was asked for where the agent said that it has nothing behind it: endOfMibView, or noSuchName
    /// from SNMPv1. `None` if the walk ended at something outside of it, or has not ended.
    pub fn past_end(&self) -> Option<&Oid> {
        self.inner.past_end()
    }

    /// Ends the walk with [`Error::Deadline`] when it has taken this long, from the first request on;
    /// [`Target::deadline`](super::Target::deadline) unless set.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.inner = self.inner.deadline(deadline);
        self
    }

    /// The next item; `None` at the end. Cancel-safe: a call whose future is dropped loses
    /// nothing, and its request stays under way until the walk is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] if an item is of another type than its column: the next one still comes.
    /// [`Error::NotIncreasing`], [`Error::Limit`], [`Error::Deadline`], and what happened to the request: then the walk is
    /// at its end.
    pub async fn try_next(&mut self) -> Result<Option<I>, Error> {
        match self.inner.try_next().await? {
            Some(varbind) => self.typed(varbind).map(Some),
            None => Ok(None),
        }
    }

    /// All that is left.
    ///
    /// # Errors
    ///
    /// The first one; what came before it is lost. Use [`try_next`](Self::try_next) to keep it.
    pub async fn collect(mut self) -> Result<Vec<I>, Error> {
        let mut items = Vec::new();
        while let Some(item) = self.try_next().await? {
            items.push(item);
        }
        Ok(items)
    }

    /// How the requests so far went, and what was odd about the responses.
    pub fn details(&self) -> Details {
        self.inner.details()
    }

    fn typed(&self, varbind: VarBind) -> Result<I, Error> {
        let session = self.inner.session();
        let item = if session.is_lenient() {
            let mut siblings = Siblings::new();
            let item = (self.item)(self.object, varbind, Some(&siblings));
            if siblings.take() {
                session.note_anomaly(Anomaly::SiblingType);
            }
            item
        } else {
            (self.item)(self.object, varbind, None)
        };
        item.map_err(|source| Error::Value { at: self.inner.at(), source })
    }
}

impl<I> Stream for Walk<I> {
    type Item = Result<I, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.inner).poll_next(cx);
        next.map(|next| next.map(|varbind| varbind.and_then(|varbind| self.typed(varbind))))
    }
}

impl<I> fmt::Debug for Walk<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walk")
            .field("inner", &self.inner)
            .field("object", &self.object)
            .finish_non_exhaustive()
    }
}
