//! Walks as streams.

use super::Session;
use super::error::Error;
use super::request::Step;
use super::session::unspecified;
use crate::engine::{Response, WalkPlan};
use crate::oid::Oid;
use crate::typed::NameError;
use crate::value::{VarBind, VarBindRef};

/// Everything under one OID, in order. [`Session::walk`] and [`Session::bulk_walk`] make it.
///
/// It ends where the subtree ends, and with an error where the agent's names do not increase: such a
/// walk would never end. After an error it is at its end.
#[derive(Debug)]
pub struct Walk {
    session: Session,
    plan: Result<WalkPlan, Option<NameError>>,
    page: Page,
    number: u32,
}

/// The last response, and how much of it has been handed out.
#[derive(Debug, Default)]
struct Page {
    response: Response,
    handed_out: usize,
    /// Octets of the varbinds handed out.
    octets: usize,
    accepted: usize,
}

impl Page {
    fn next(&mut self) -> Option<VarBindRef<'_>> {
        if self.handed_out >= self.accepted {
            return None;
        }
        let all = self.response.varbinds();
        let mut rest = all.skip(self.octets, self.handed_out).iter();
        let varbind = rest.next()?;
        self.octets = all.as_bytes().len() - rest.octets_left();
        self.handed_out += 1;
        Some(varbind)
    }
}

impl Walk {
    pub(super) fn new(session: Session, root: Result<Oid, NameError>, max_repetitions: u32) -> Self {
        let plan = match root {
            Ok(root) => Ok(WalkPlan::new(session.version(), root, max_repetitions)),
            Err(error) => Err(Some(error)),
        };
        Self { session, plan, page: Page::default(), number: 0 }
    }

    /// How many variables to ask for at a time; with 1 it uses GETNEXT. To be called before the first
    /// [`try_next`](Self::try_next).
    #[must_use]
    pub fn max_repetitions(mut self, max_repetitions: u32) -> Self {
        if let Ok(plan) = &mut self.plan {
            plan.set_max_repetitions(self.session.version(), max_repetitions);
        }
        self
    }

    /// Ends the walk with [`Error::Limit`] when more than `limit` variables come.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        if let Ok(plan) = &mut self.plan {
            plan.set_limit(limit);
        }
        self
    }

    /// The next variable; `None` at the end. Cancel-safe: a call whose future is dropped loses
    /// nothing.
    pub async fn try_next(&mut self) -> Result<Option<VarBind>, Error> {
        loop {
            if let Some(varbind) = self.page.next() {
                return Ok(Some(varbind.to_varbind()));
            }
            if !self.turn_page().await? {
                return Ok(None);
            }
        }
    }

    /// All that is left.
    pub async fn collect(mut self) -> Result<Vec<VarBind>, Error> {
        let mut varbinds = Vec::new();
        while let Some(varbind) = self.try_next().await? {
            varbinds.push(varbind);
        }
        Ok(varbinds)
    }

    /// Asks for more; false at the end.
    async fn turn_page(&mut self) -> Result<bool, Error> {
        let plan = match &mut self.plan {
            Ok(plan) => plan,
            Err(error) => return error.take().map_or(Ok(false), |error| Err(error.into())),
        };
        let header = plan.header();
        let step = Step { header, number: self.number.saturating_add(1) };
        if let Some(error) = plan.take_error() {
            let at = self.session.after(Step { number: self.number, ..step }, &self.page.response);
            return Err(self.session.plan_error(at, error));
        }
        let Some((_, name)) = plan.request() else { return Ok(false) };
        let result = self.session.exchange(step, [unspecified(name)]).await;
        let response = match result {
            Ok(response) => response,
            Err(error) => {
                plan.finish();
                return Err(error);
            }
        };
        self.number = step.number;
        let accepted = plan.accept(&response);
        self.page = Page { response, handed_out: 0, octets: 0, accepted };
        Ok(true)
    }
}
