//! A subtree of another agent, served as one's own.

use std::ops::Bound;

use super::set::RemoteSet;
use crate::access::Principal;
use crate::entity::{Eventual, GetBatch, Handler, NextBatch, ReadError, SetError, Successors, Tested};
use crate::logs::PROXY;
use crate::manager::{Error, Session};
use crate::message::ErrorStatus;
use crate::oid::Oid;
use crate::value::{Value, VarBind};

/// How many successors are asked for at once.
const MAX_REPETITIONS: u32 = 50;

/// The least octets of a varbind, from which it follows how many fit.
const LEAST_VARBIND: usize = 12;

/// A subtree of another agent: what net-snmp's users know as `proxy`. Requests for its names go to the other agent, as
/// few as possible and many at a time; who asks needs no access there, only here.
///
/// ```no_run
/// use std::sync::Arc;
/// use mibc_runtime::agent::Agent;
/// use mibc_runtime::manager::{Manager, Target};
/// use mibc_runtime::proxy::RemoteSubtree;
/// # async fn serve(agent: &Agent) -> Result<(), Box<dyn std::error::Error>> {
/// let manager = Manager::bind().await?;
/// let device = manager.target(Target::v2c("192.0.2.7", "public"));
/// // The device's interfaces, below a root of one's own.
/// let (root, interfaces) = ("1.3.6.1.4.1.32473.7".parse()?, "1.3.6.1.2.1.2".parse()?);
/// RemoteSubtree::new(device, root).of(interfaces).serve(agent);
/// # Ok(())
/// # }
/// ```
///
/// An agent that does not answer costs what its [`Target`](crate::manager::Target) allows, and the requests that name it
/// end with genErr. A SET is tested by reading what it will change, so that it can be undone by setting that again when another
/// part of the same request fails; what was not there before cannot be undone.
#[derive(Clone, Debug)]
pub struct RemoteSubtree {
    session: Session,
    names: Names,
    context: Vec<u8>,
}

/// Which names here are which names there.
#[derive(Clone, Debug)]
pub(super) struct Names {
    here: Oid,
    there: Oid,
}

impl Names {
    /// The name that the other agent has for a name here; its root for all others.
    pub(super) fn there(&self, name: &Oid) -> Oid {
        let rest = name.strip_prefix(&self.here);
        // A root that is much longer there leaves no room for the longest names.
        rest.and_then(|rest| self.there.extend(rest).ok()).unwrap_or_else(|| self.there.clone())
    }

    /// The name here of one that the other agent has; `None` outside of its subtree.
    fn here(&self, name: &Oid) -> Option<Oid> {
        self.here.extend(name.strip_prefix(&self.there)?).ok()
    }
}

impl RemoteSubtree {
    /// The subtree of this root, which is the same at the other agent.
    #[must_use]
    pub fn new(session: Session, root: Oid) -> Self {
        Self { session, names: Names { there: root.clone(), here: root }, context: Vec::new() }
    }

    /// The other agent has it below this root.
    #[must_use]
    pub fn of(mut self, root: Oid) -> Self {
        self.names.there = root;
        self
    }

    /// Serves it in this context, instead of the one without a name. Which context the other agent is asked for is up to the
    /// session.
    #[must_use]
    pub fn in_context(self, name: impl Into<Vec<u8>>) -> Self {
        Self { context: name.into(), ..self }
    }

    /// Registers it with an agent.
    pub fn serve(self, agent: &crate::agent::Served) {
        let (context, root) = (self.context.clone(), self.names.here.clone());
        agent.register_in(context, root, std::sync::Arc::new(self));
    }

    /// The values of variables.
    async fn values(self, names: Vec<Oid>) -> Vec<Result<Value, ReadError>> {
        match self.session.get_oids(&names).await {
            Ok(found) => found.into_iter().map(|varbind| Ok(varbind.value)).collect(),
            Err(error) => {
                let error = read_error(&error);
                names.iter().map(|_| Err(error.clone())).collect()
            }
        }
    }

    /// What comes in each of some windows.
    async fn successors(self, windows: Vec<Window>, repetitions: u32) -> Vec<Result<Successors, ReadError>> {
        match self.try_successors(&windows, repetitions).await {
            Ok(runs) => runs.into_iter().map(Ok).collect(),
            Err(error) => windows.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn try_successors(
        &self,
        windows: &[Window],
        repetitions: u32,
    ) -> Result<Vec<Successors>, ReadError> {
        let failed = |error: Error| read_error(&error);
        let mut runs: Vec<Successors> = windows.iter().map(|_| Successors::default()).collect();
        // GETNEXT never gives the name itself.
        let included: Vec<usize> =
            windows.iter().enumerate().filter(|(_, window)| window.is_included).map(|(at, _)| at).collect();
        if !included.is_empty() {
            let names: Vec<Oid> =
                included.iter().filter_map(|at| Some(windows.get(*at)?.from.clone())).collect();
            let found = self.session.get_oids(&names).await.map_err(failed)?;
            for (at, varbind) in included.iter().zip(found) {
                if let Some(run) = runs.get_mut(*at).filter(|_| !varbind.value.is_exception()) {
                    let name = self.names.here(&varbind.name).unwrap_or(varbind.name);
                    run.varbinds.push(VarBind { name, value: varbind.value });
                }
            }
        }
        let names: Vec<Oid> = windows.iter().map(|window| window.from.clone()).collect();
        let mut found = Vec::new();
        if repetitions > 1 {
            match self.session.get_bulk(0, repetitions, &names).await {
                Ok(varbinds) => found = varbinds,
                Err(Error::Status { status: ErrorStatus::TOO_BIG, .. }) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        // Not even one for each: one at a time can be split.
        if found.len() < names.len() {
            found = self.session.get_next(&names).await.map_err(failed)?;
        }
        let mut last: Vec<&Oid> = names.iter().collect();
        for (position, varbind) in found.iter().enumerate() {
            let at = position % names.len().max(1);
            let (Some(run), Some(window), Some(last)) = (runs.get_mut(at), windows.get(at), last.get_mut(at))
            else {
                continue;
            };
            if run.is_end {
                continue;
            }
            if varbind.value.is_exception() {
                run.is_end = true;
                continue;
            }
            if varbind.name <= **last {
                return Err(ReadError::new(format!("{} came after {last}", varbind.name)));
            }
            *last = &varbind.name;
            match self.names.here(&varbind.name) {
                Some(name) if window.until.as_ref().is_none_or(|until| name < *until) => {
                    run.varbinds.push(VarBind { name, value: varbind.value.clone() });
                }
                _ => run.is_end = true,
            }
        }
        Ok(runs)
    }
}

/// Where successors are looked for: from a name there to a name here.
struct Window {
    from: Oid,
    is_included: bool,
    until: Option<Oid>,
}

fn read_error(error: &Error) -> ReadError {
    tracing::debug!(target: PROXY, %error, "another agent's subtree cannot be read");
    ReadError::new(error.to_string())
}

impl Handler for RemoteSubtree {
    fn get(&self, _: &Principal<'_>, batch: &mut GetBatch<'_>) {
        let names: Vec<Oid> = (0..batch.len())
            .filter_map(|at| batch.name(at).map(|name| self.names.there(&name.to_oid())))
            .collect();
        batch.wait_for_all(Box::pin(self.clone().values(names)));
    }

    fn next(&self, _: &Principal<'_>, batch: &mut NextBatch<'_>) {
        let (mut windows, mut repetitions) = (Vec::with_capacity(batch.len()), 1);
        for at in 0..batch.len() {
            let Some(run) = batch.run(at) else { continue };
            let (from, is_included) = match run.from_oid() {
                Bound::Included(name) => (name, true),
                Bound::Excluded(name) => (name, false),
                Bound::Unbounded => (self.names.here.clone(), true),
            };
            windows.push(Window { from: self.names.there(&from), is_included, until: run.until().cloned() });
            let fits = run.octets_left() / LEAST_VARBIND + 1;
            let wanted = u32::try_from(run.wanted().min(fits)).unwrap_or(u32::MAX);
            repetitions = wanted.min(MAX_REPETITIONS).max(repetitions);
        }
        if !windows.is_empty() {
            batch.wait_for_all(Box::pin(self.clone().successors(windows, repetitions)));
        }
    }

    fn test(&self, _: &Principal<'_>, changes: Vec<VarBind>) -> Tested {
        let is_odd = |change: &VarBind| matches!(change.value, Value::Undecodable { .. });
        if let Some(at) = changes.iter().position(is_odd) {
            return Err(SetError::wrong_type().varbind(at)).into();
        }
        let there = |change: VarBind| VarBind { name: self.names.there(&change.name), value: change.value };
        let changes = changes.into_iter().map(there).collect();
        Eventual::later(RemoteSet::test(self.session.clone(), changes))
    }
}

impl std::fmt::Debug for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Window").field("from", &self.from).field("until", &self.until).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(text: &str) -> Oid {
        text.parse().expect("an OID")
    }

    #[test]
    fn names_of_both_sides() {
        let names = Names { here: oid("1.3.6.1.4.1.9"), there: oid("1.3.6.1.2.1.2") };
        assert_eq!(names.there(&oid("1.3.6.1.4.1.9.2.1")), oid("1.3.6.1.2.1.2.2.1"));
        assert_eq!(names.there(&oid("1.3.6.1.4.1.9")), oid("1.3.6.1.2.1.2"));
        assert_eq!(names.there(&oid("1.3")), oid("1.3.6.1.2.1.2"));
        assert_eq!(names.here(&oid("1.3.6.1.2.1.2.2.1")), Some(oid("1.3.6.1.4.1.9.2.1")));
        assert_eq!(names.here(&oid("1.3.6.1.2.1.31")), None);
    }
}
