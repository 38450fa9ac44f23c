//! Answers for what a session has registered, by asking it (RFC 2741 §7.2).

use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use mibc_runtime::agent::{
    Eventual, GetBatch, Handler, NextBatch, Principal, ReadError, SetError, Successors, Tested,
};
use mibc_runtime::logs;
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::registry::{RegistrationId, Subtrees};
use mibc_runtime::value::{Value, VarBind};
use tokio::time::timeout;

use super::conduit::Conduit;
use super::link::{Asked, Link, NoAnswer};
use super::set::RemoteSet;
use crate::pdu::{CloseReason, Kind, Range, Response, Writer};

/// How many successors are asked for at once.
const MAX_REPETITIONS: usize = 256;

/// The least octets of a varbind in SNMP, from which it follows how many fit.
const LEAST_VARBIND: usize = 12;

/// Has a session closed.
pub(super) type Close = Box<dyn Fn(CloseReason) + Send + Sync>;

/// A session, for those who ask it. All that it has registered is given to this one handler, so that a SET is one.
pub(super) struct SubAgentHandler {
    pub(super) asker: Arc<Asker>,
}

/// What it takes to ask a session.
pub(super) struct Asker {
    pub(super) link: Link,
    pub(super) conduit: Arc<Conduit>,
    /// Closes the session.
    close: Close,
    /// How long answers may take.
    timeout: Duration,
    /// Registrations that have a timeout of their own.
    own: RwLock<Vec<OwnTimeout>>,
    /// It has answered GetBulk in a way that cannot be right.
    has_no_bulk: AtomicBool,
}

struct OwnTimeout {
    id: RegistrationId,
    subtrees: Subtrees,
    timeout: Duration,
}

/// Forgets a question when nobody waits for its answer any more.
struct Forget<'a> {
    link: &'a Link,
    packet_id: Option<u32>,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        if let Some(packet_id) = self.packet_id {
            self.link.forget(packet_id);
        }
    }
}

impl Asker {
    pub(super) fn new(link: Link, conduit: Arc<Conduit>, close: Close, timeout: Duration) -> Self {
        Self { link, conduit, close, timeout, own: RwLock::default(), has_no_bulk: AtomicBool::new(false) }
    }

    /// A registration has a timeout of its own.
    pub(super) fn add_timeout(&self, id: RegistrationId, subtrees: Subtrees, timeout: Duration) {
        let mut own = self.own.write().unwrap_or_else(PoisonError::into_inner);
        own.push(OwnTimeout { id, subtrees, timeout });
    }

    pub(super) fn remove_timeout(&self, id: RegistrationId) {
        self.own.write().unwrap_or_else(PoisonError::into_inner).retain(|own| own.id != id);
    }

    /// How long answers about these names may take: the longest of what is said about them.
    fn timeout<'n>(&self, names: impl Iterator<Item = OidRef<'n>>) -> Duration {
        let own = self.own.read().unwrap_or_else(PoisonError::into_inner);
        if own.is_empty() {
            return self.timeout;
        }
        let of = |name: OidRef<'_>| {
            let found = own.iter().filter(|own| own.subtrees.contains(name)).map(|own| own.timeout).max();
            found.unwrap_or(self.timeout)
        };
        names.map(of).max().unwrap_or(self.timeout)
    }

    /// Sends a question.
    pub(super) fn ask(
        &self,
        kind: Kind,
        who: (u32, &[u8]),
        write: impl FnOnce(&mut Writer<'_>),
    ) -> Result<Asked, NoAnswer> {
        let (transaction_id, context) = who;
        self.conduit.send(|out| self.link.ask(out, kind, transaction_id, context, write))
    }

    /// Sends something that needs no answer.
    pub(super) fn tell(&self, kind: Kind, transaction_id: u32) {
        // A session that is over needs it no more.
        let _ = self.conduit.send(|out| self.link.tell(out, kind, transaction_id));
    }

    /// Waits for an answer.
    pub(super) async fn wait(
        &self,
        (packet_id, coming): Asked,
        patience: Duration,
    ) -> Result<Response, NoAnswer> {
        let mut forget = Forget { link: &self.link, packet_id: Some(packet_id) };
        let answer = timeout(patience, coming).await;
        forget.packet_id = None;
        match answer {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(_)) => Err(NoAnswer::Closed),
            Err(_) => {
                tracing::warn!(target: logs::AGENTX, session = self.link.session_id, ?patience, "a sub-agent has not answered");
                if self.link.timed_out(packet_id) {
                    (self.close)(CloseReason::Timeouts);
                }
                Err(NoAnswer::Timeout)
            }
        }
    }

    /// The answer makes no sense: whoever gave it is not talked to any more.
    pub(super) fn nonsense(&self, what: &str) -> NoAnswer {
        tracing::warn!(target: logs::AGENTX, session = self.link.session_id, what, "a sub-agent's answer makes no sense");
        (self.close)(CloseReason::ProtocolError);
        NoAnswer::Nonsense
    }

    /// The values of these names.
    async fn values(
        &self,
        asked: Asked,
        names: Vec<Oid>,
        patience: Duration,
    ) -> Vec<Result<Value, ReadError>> {
        let response = match self.wait(asked, patience).await {
            Ok(response) => response,
            Err(error) => return names.iter().map(|_| Err(read_error(error))).collect(),
        };
        if let Some(failed) = failed(&response, names.len()) {
            return failed.map(|error| error.map_or(Ok(Value::Integer(0)), Err)).collect();
        }
        let is_right = response.varbinds.len() == names.len()
            && response.varbinds.iter().zip(&names).all(|(varbind, name)| varbind.name == *name);
        if !is_right {
            let error = self.nonsense("other variables than those of the question");
            return names.iter().map(|_| Err(read_error(error))).collect();
        }
        response.varbinds.into_iter().map(|varbind| Ok(varbind.value)).collect()
    }

    /// Asks for successors.
    fn ask_next(&self, question: &NextQuestion) -> Result<Asked, NoAnswer> {
        let NextQuestion { transaction_id, context, ranges, repetitions } = question;
        let is_bulk = *repetitions > 1;
        let kind = if is_bulk { Kind::GetBulk } else { Kind::GetNext };
        self.ask(kind, (*transaction_id, context), |writer| {
            if is_bulk {
                writer.bulk(0, *repetitions);
            }
            for Range { start, include, end } in ranges {
                writer.range(start.as_ref(), *include, end.as_ref().map(Oid::as_ref));
            }
        })
    }

    /// What comes in each of some ranges.
    async fn successors(
        &self,
        asked: Asked,
        question: NextQuestion,
        patience: Duration,
    ) -> Vec<Result<Successors, ReadError>> {
        let count = question.ranges.len();
        let found = match self.found(asked, &question, patience).await {
            // net-snmp's sub-agents repeat a variable when GetBulk comes to the end of a range: they are not asked by it again.
            Err(NoAnswer::Nonsense) if question.repetitions > 1 => {
                tracing::debug!(target: logs::AGENTX, session = self.link.session_id, "the sub-agent is not good at GetBulk");
                self.has_no_bulk.store(true, Ordering::Relaxed);
                let single = NextQuestion { repetitions: 1, ..question };
                match self.ask_next(&single) {
                    Ok(asked) => self.found(asked, &single, patience).await,
                    Err(error) => Err(error),
                }
            }
            found => found,
        };
        match found {
            Ok(found) => found,
            Err(NoAnswer::Nonsense) => {
                let error = self.nonsense("not what comes next");
                (0..count).map(|_| Err(read_error(error))).collect()
            }
            Err(error) => (0..count).map(|_| Err(read_error(error))).collect(),
        }
    }

    /// The answer, if it is one.
    async fn found(
        &self,
        asked: Asked,
        question: &NextQuestion,
        patience: Duration,
    ) -> Result<Vec<Result<Successors, ReadError>>, NoAnswer> {
        let response = self.wait(asked, patience).await?;
        let count = question.ranges.len();
        if let Some(failed) = failed(&response, count) {
            let nothing = || Ok(Successors { varbinds: Vec::new(), is_end: true });
            return Ok(failed.map(|error| error.map_or_else(nothing, Err)).collect());
        }
        let found = response.varbinds.len();
        if found < count || found > count.saturating_mul(question.repetitions.into()) {
            return Err(NoAnswer::Nonsense);
        }
        let mut runs: Vec<Successors> = (0..count).map(|_| Successors::default()).collect();
        for (position, varbind) in response.varbinds.into_iter().enumerate() {
            let at = position % count.max(1);
            let (Some(run), Some(range)) = (runs.get_mut(at), question.ranges.get(at)) else { continue };
            if run.is_end {
                continue;
            }
            match varbind.value {
                Value::EndOfMibView => {
                    run.is_end = true;
                    continue;
                }
                Value::NoSuchObject | Value::NoSuchInstance | Value::Null => return Err(NoAnswer::Nonsense),
                _ => {}
            }
            let advances = match run.varbinds.last() {
                Some(last) => last.name < varbind.name,
                None => range.start < varbind.name || range.include && range.start == varbind.name,
            };
            if !advances {
                return Err(NoAnswer::Nonsense);
            }
            run.varbinds.push(varbind);
        }
        Ok(runs.into_iter().map(Ok).collect())
    }
}

/// A question for successors.
struct NextQuestion {
    transaction_id: u32,
    context: Vec<u8>,
    ranges: Vec<Range>,
    repetitions: u16,
}

/// Which question failed, if one did: `None` for the others.
fn failed(response: &Response, count: usize) -> Option<impl Iterator<Item = Option<ReadError>>> {
    if response.status.is_ok() {
        return None;
    }
    let at = usize::from(response.index).saturating_sub(1).min(count.saturating_sub(1));
    let error = ReadError::with_status(
        response.status.to_error_status(),
        format!("the sub-agent answers {}", response.status),
    );
    Some((0..count).map(move |position| (position == at).then(|| error.clone())))
}

pub(super) fn read_error(error: NoAnswer) -> ReadError {
    ReadError::new(error.to_string())
}

impl Handler for SubAgentHandler {
    fn get(&self, who: &Principal<'_>, batch: &mut GetBatch<'_>) {
        let names: Vec<Oid> = (0..batch.len()).filter_map(|at| batch.name(at).map(OidRef::to_oid)).collect();
        let patience = self.asker.timeout(names.iter().map(Oid::as_ref));
        let asked = self.asker.ask(Kind::Get, (who.request, &who.context_name), |writer| {
            for name in &names {
                writer.range(name.as_ref(), false, None);
            }
        });
        match asked {
            Ok(asked) => {
                let asker = Arc::clone(&self.asker);
                batch.wait_for_all(Box::pin(async move { asker.values(asked, names, patience).await }));
            }
            Err(error) => {
                while let Some(slot) = batch.next_slot() {
                    slot.fail(&read_error(error));
                }
            }
        }
    }

    fn next(&self, who: &Principal<'_>, batch: &mut NextBatch<'_>) {
        let mut ranges: Vec<Range> = Vec::with_capacity(batch.len());
        let mut repetitions = 1;
        let most = if self.asker.has_no_bulk.load(Ordering::Relaxed) { 1 } else { MAX_REPETITIONS };
        for at in 0..batch.len() {
            let Some(run) = batch.run(at) else { continue };
            let (start, include) = match run.from_oid() {
                Bound::Included(name) => (name, true),
                Bound::Excluded(name) => (name, false),
                Bound::Unbounded => (Oid::ZERO, true),
            };
            ranges.push(Range { start, include, end: run.until().cloned() });
            let fits = run.octets_left() / LEAST_VARBIND + 1;
            repetitions = run.wanted().min(fits).min(most).max(repetitions);
        }
        if ranges.is_empty() {
            return;
        }
        let patience = self.asker.timeout(ranges.iter().map(|range| range.start.as_ref()));
        let question = NextQuestion {
            transaction_id: who.request,
            context: who.context_name.to_vec(),
            ranges,
            repetitions: u16::try_from(repetitions).unwrap_or(u16::MAX),
        };
        match self.asker.ask_next(&question) {
            Ok(asked) => {
                let asker = Arc::clone(&self.asker);
                batch
                    .wait_for_all(Box::pin(async move { asker.successors(asked, question, patience).await }));
            }
            Err(error) => {
                for at in 0..batch.len() {
                    if let Some(run) = batch.run(at) {
                        run.fail(&read_error(error));
                    }
                }
            }
        }
    }

    fn test(&self, who: &Principal<'_>, changes: Vec<VarBind>) -> Tested {
        let is_odd = |change: &VarBind| matches!(change.value, Value::Undecodable { .. });
        if let Some(at) = changes.iter().position(is_odd) {
            return Err(SetError::wrong_type().varbind(at)).into();
        }
        let patience = self.asker.timeout(changes.iter().map(|change| change.name.as_ref()));
        let set = RemoteSet::new(Arc::clone(&self.asker), who.request, patience);
        let asked = self.asker.ask(Kind::TestSet, (who.request, &who.context_name), |writer| {
            for change in &changes {
                writer.varbind(change.name.as_ref(), change.value.as_ref());
            }
        });
        match asked {
            Ok(asked) => Eventual::later(set.tested(asked)),
            Err(error) => {
                tracing::debug!(target: logs::AGENTX, %error, "a SET of a sub-agent's variables");
                Err(SetError::resource_unavailable()).into()
            }
        }
    }
}
