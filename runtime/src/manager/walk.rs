//! Walks as streams.

use super::deadline::Deadline;
use super::error::Error;
use super::log::Log;
use super::outstanding::Outstanding;
use super::pace::Pacing;
use super::request::Step;
use super::{Attempt, Details, Session};
use crate::engine::{Extent, Response, WalkPlan};
use crate::oid::Oid;
use crate::typed::NameError;
use crate::value::{VarBind, VarBindRef};
use futures_core::Stream;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// A walk that gives varbinds as they come; [`super::Walk`] gives them their type.
#[derive(Debug)]
pub(super) struct Walk {
    session: Session,
    plan: Result<WalkPlan, Option<NameError>>,
    pacing: Pacing,
    /// How long it may take; of the target unless set.
    budget: Option<Duration>,
    /// Set by the first request.
    deadline: Option<Deadline>,
    outstanding: Option<Outstanding>,
    page: Page,
    log: Log,
}

/// The last response, and how much of it has been handed out.
#[derive(Debug, Default)]
struct Page {
    response: Response,
    /// Varbinds gone past.
    position: usize,
    /// Their octets.
    octets: usize,
    accepted: usize,
    /// Places of varbinds that are not handed out, and how many of them were gone past.
    skipped: Vec<usize>,
    gone: usize,
}

impl Page {
    fn next(&mut self) -> Option<VarBindRef<'_>> {
        let all = self.response.varbinds();
        loop {
            if self.position >= self.accepted {
                return None;
            }
            let mut rest = all.skip(self.octets, self.position).iter();
            let varbind = rest.next()?;
            self.octets = all.as_bytes().len() - rest.octets_left();
            let position = self.position;
            self.position += 1;
            if self.skipped.get(self.gone) == Some(&position) {
                self.gone += 1;
                continue;
            }
            return Some(varbind);
        }
    }
}

impl Walk {
    /// Most variables of a walk without its own [`limit`](Self::limit): more than any table has that can be
    /// read while it stays the same, so that agents who invent names for ever come to an end.
    pub(super) const LIMIT: usize = 100_000_000;

    pub(super) fn new(
        session: Session,
        roots: Result<Vec<Oid>, NameError>,
        max_repetitions: Option<u32>,
    ) -> Self {
        let plan = roots.map_err(Some).map(|roots| {
            let mut plan = WalkPlan::several(session.version(), roots, 1);
            plan.set_limit(Self::LIMIT);
            plan
        });
        let budget = session.shared.target.deadline;
        Self {
            session,
            plan,
            pacing: Pacing::new(max_repetitions),
            budget,
            deadline: None,
            outstanding: None,
            page: Page::default(),
            log: Log::new(),
        }
    }

    /// How many variables to ask for at a time, whatever the target has shown to answer; with 1 it uses GETNEXT. To
    /// be called before the first [`try_next`](Self::try_next).
    #[must_use]
    pub(super) fn max_repetitions(mut self, max_repetitions: u32) -> Self {
        self.pacing = Pacing::new(Some(max_repetitions));
        self
    }

    /// Ends the walk with [`Error::Limit`] when more than `limit` variables come; [`LIMIT`](Self::LIMIT) unless set.
    #[must_use]
    pub(super) fn limit(mut self, limit: usize) -> Self {
        if let Ok(plan) = &mut self.plan {
            plan.set_limit(limit);
        }
        self
    }

    /// Puts up with names that do not increase, as some agents send them. It ends when a name comes again, which would
    /// lead in circles, and with [`Error::Limit`] when more than `limit` variables have come.
    #[must_use]
    pub(super) fn any_order(mut self, limit: usize) -> Self {
        if let Ok(plan) = &mut self.plan {
            plan.set_any_order(true);
            plan.set_limit(limit);
        }
        self
    }

    /// How far it goes; [`Extent::Subtree`] unless set. With another one it still begins after its OID.
    #[must_use]
    pub(super) fn extent(mut self, extent: Extent) -> Self {
        if let Ok(plan) = &mut self.plan {
            plan.set_extent(extent);
        }
        self
    }

    /// The last name that was asked for where the agent said that it has nothing behind it: endOfMibView, or noSuchName
    /// from SNMPv1. `None` if the walk ended at something outside of it, or has not ended.
    pub(super) fn past_end(&self) -> Option<&Oid> {
        self.plan.as_ref().ok().and_then(WalkPlan::past_end)
    }

    /// Ends the walk with [`Error::Deadline`] when it has taken this long, from the first request on;
    /// [`Target::deadline`](super::Target::deadline) unless set.
    #[must_use]
    pub(super) fn deadline(mut self, deadline: Duration) -> Self {
        self.budget = Some(deadline);
        self
    }

    /// The next variable; `None` at the end. Cancel-safe: a call whose future is dropped loses
    /// nothing, and its request stays under way until the walk is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::NotIncreasing`], [`Error::Limit`], [`Error::Deadline`], and what happened to the request; then the walk is
    /// at its end.
    pub(super) async fn try_next(&mut self) -> Result<Option<VarBind>, Error> {
        // What has come is there without asking anybody.
        if let Some(varbind) = self.page.next() {
            return Ok(Some(varbind.to_varbind()));
        }
        poll_fn(|cx| self.poll_varbind(cx)).await
    }

    /// The target.
    pub(super) fn session(&self) -> &Session {
        &self.session
    }

    /// How far it has come, for errors.
    pub(super) fn at(&self) -> Box<Attempt> {
        self.log.at(&self.session)
    }

    /// How the requests so far went, and what was odd about the responses.
    pub(super) fn details(&self) -> Details {
        self.log.details
    }

    fn poll_varbind(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<VarBind>, Error>> {
        loop {
            if let Some(varbind) = self.page.next() {
                return Poll::Ready(Ok(Some(varbind.to_varbind())));
            }
            let request = match &mut self.outstanding {
                Some(request) => request,
                None => match self.next_request()? {
                    Some(request) => self.outstanding.insert(request),
                    None => return Poll::Ready(Ok(None)),
                },
            };
            let result = ready!(request.poll(cx));
            if let Some(request) = self.outstanding.take() {
                self.take_in(&request, result)?;
            }
        }
    }

    /// The next request; `None` at the end.
    fn next_request(&mut self) -> Result<Option<Outstanding>, Error> {
        let plan = match &mut self.plan {
            Ok(plan) => plan,
            Err(error) => return error.take().map_or(Ok(None), |error| Err(error.into())),
        };
        if let Some(error) = plan.take_error() {
            return Err(self.session.plan_error(self.log.at(&self.session), error));
        }
        plan.set_max_repetitions(self.session.version(), self.pacing.repetitions(&self.session));
        let Some((header, names)) = plan.request() else { return Ok(None) };
        let step = Step { header, number: self.log.begin() };
        let deadline = *self.deadline.get_or_insert_with(|| Deadline::new(self.budget));
        Ok(Some(Outstanding::new(&self.session, step, deadline, names.cloned().collect())))
    }

    /// Takes in how a request ended.
    fn take_in(&mut self, request: &Outstanding, result: Result<Response, Error>) -> Result<(), Error> {
        let Ok(plan) = &mut self.plan else { return Ok(()) };
        self.log.end(request.step, &result);
        let asks_for_less = self.pacing.learn(&self.session, request, &result);
        let response = match result {
            Ok(response) => response,
            Err(_) if asks_for_less => return Ok(()),
            Err(error) => {
                plan.finish();
                return Err(error);
            }
        };
        let accepted = plan.accept(&response);
        let skipped = plan.skipped().to_vec();
        self.page = Page { response, accepted, skipped, ..Page::default() };
        Ok(())
    }
}

impl Stream for Walk {
    type Item = Result<VarBind, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_varbind(cx).map(Result::transpose)
    }
}
