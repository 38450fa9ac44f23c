//! One target as seen from a manager: its operations.

use super::deadline::Deadline;
use super::error::Error;
use super::request::{Shared, Step};
use super::{Record, Request, Rows, Table, Target, Walk, walk};
use crate::ber::{self, Anomalies};
use crate::engine::Response;
use crate::message::{ErrorStatus, PduHeader, PduKind, Version};
use crate::oid::Oid;
use crate::typed::{Assignment, FromRow, Query, ReadableColumns, Subtree, WritableVariable};
use crate::value::{Syntax, Value, ValueRef, VarBind, VarBindRef};
use std::sync::Arc;
use std::time::Duration;

/// Octets of varbinds in a request that may be split: with its headers it still fits an Ethernet frame.
const REQUEST_OCTETS: usize = 1_380;

/// An agent to talk to; [`Manager::target`](super::Manager::target) makes it.
///
/// Cheap to clone. Any number of operations can run at a time, each a future that does nothing until
/// it is awaited and takes its request back when it is dropped.
#[derive(Clone, Debug)]
pub struct Session {
    pub(super) shared: Arc<Shared>,
    pub(super) record: Option<Record>,
}

/// What came back for a list of names.
pub(super) enum Answered {
    /// One response has it all, in the order of the names.
    Whole(Step, Response),
    /// It took several requests.
    Pieces(Pieces),
}

/// Answers of several requests, and how the last of them went.
pub(super) struct Pieces {
    pub(super) varbinds: Vec<VarBind>,
    pub(super) step: Step,
    pub(super) attempts: u32,
    pub(super) elapsed: Duration,
    pub(super) anomalies: Anomalies,
}

impl Answered {
    fn into_varbinds(self) -> Vec<VarBind> {
        match self {
            Answered::Whole(_, response) => response.varbinds().iter().map(VarBindRef::to_varbind).collect(),
            Answered::Pieces(pieces) => pieces.varbinds,
        }
    }
}

impl Session {
    /// The target.
    pub fn target(&self) -> &Target {
        &self.shared.target
    }

    /// The time that an operation which begins now has.
    pub(super) fn deadline(&self) -> Deadline {
        Deadline::new(self.shared.target.deadline)
    }

    pub(super) fn version(&self) -> Version {
        self.shared.target.version
    }

    /// Reads a variable, or a tuple of up to 12, or an array of one type, in one request. A number of another number
    /// type than the object's is accepted if it fits, and [noted](Session::recorded), unless rules are strict. What the
    /// agent does not have is an [`Error::Value`] that names the object; `.optional()` makes it `None` instead.
    ///
    /// # Errors
    ///
    /// [`Error::Name`] if an index does not fit into an OID, [`Error::Value`] if a value is absent or of another type, and
    /// as [`get_oids`](Self::get_oids).
    pub fn get<'s, T, Q>(&'s self, query: Q) -> Request<'s, T>
    where
        Q: Query<Output = T> + Send + 's,
        T: 's,
    {
        Request::new(self.read(query))
    }

    /// Writes a variable, which takes exactly the object's type.
    ///
    /// # Errors
    ///
    /// [`Error::Name`] if an index does not fit into an OID, and as [`set_varbinds`](Self::set_varbinds).
    pub fn set<V, T>(&self, variable: V, value: T) -> Request<'_, ()>
    where
        V: WritableVariable<Written = T>,
        T: Syntax,
    {
        let object = variable.object();
        let varbind = variable.oid().map(|name| VarBind { name, value: value.to_value() });
        Request::new(async move { self.write(vec![varbind?], &[object]).await })
    }

    /// Writes several variables at once, all or none:
    /// `set_all([SYS_NAME.assign(name), SYS_LOCATION.assign(place)])`.
    ///
    /// # Errors
    ///
    /// As [`set`](Self::set).
    pub async fn set_all(&self, assignments: impl IntoIterator<Item = Assignment>) -> Result<(), Error> {
        let mut varbinds = Vec::new();
        let mut objects = Vec::new();
        for assignment in assignments {
            objects.push(assignment.object());
            varbinds.push(assignment.into_varbind()?);
        }
        self.write(varbinds, &objects).await
    }

    /// Reads a column, or a tuple of up to 12 whose rows have the same index type, row by row.
    pub fn table<C: ReadableColumns>(&self, columns: C) -> Table<C> {
        Table::new(self.clone(), columns)
    }

    /// Reads all rows of a table as structs with `#[derive(FromRow)]`, in the order of their index.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] if a cell that the struct must have is absent or of another type, [`Error::Index`] if
    /// a row has an index that the table cannot have, and those of walks. One row is enough;
    /// [`each_row`](Self::each_row) still gives the others.
    pub fn rows<'s, T>(&'s self) -> Request<'s, Vec<(T::Index, T)>>
    where
        T: FromRow<Index: Send> + Send + 's,
    {
        Request::new(self.each_row().collect())
    }

    /// Reads a table row by row as structs with `#[derive(FromRow)]`: an error for a row that makes none, and the next.
    pub fn each_row<T: FromRow>(&self) -> Rows<T> {
        Rows::new(self.clone())
    }

    /// Reads variables by name, in as few requests as [`Target::max_varbinds`], the size of an Ethernet
    /// frame, and what the target has shown to answer (tooBig halves, time grows) allow. What does not exist comes back
    /// as an exception value, [`NoSuchObject`](Value::NoSuchObject) or [`NoSuchInstance`](Value::NoSuchInstance); from
    /// an SNMPv1 agent always as the latter (RFC 3416 §4.2.1).
    ///
    /// # Errors
    ///
    /// No answer, or one that refuses all names; see the [module](super). Of several requests one that fails is enough.
    pub async fn get_oids(&self, names: &[Oid]) -> Result<Vec<VarBind>, Error> {
        self.ask(PduHeader::new(PduKind::Get, 0), names, Value::NoSuchInstance)
            .await
            .map(Answered::into_varbinds)
    }

    /// Reads the variable after each name. If there is none, the name itself comes back with
    /// [`EndOfMibView`](Value::EndOfMibView) (RFC 3416 §4.2.2).
    ///
    /// # Errors
    ///
    /// As [`get_oids`](Self::get_oids).
    pub async fn get_next(&self, names: &[Oid]) -> Result<Vec<VarBind>, Error> {
        self.ask(PduHeader::new(PduKind::GetNext, 0), names, Value::EndOfMibView)
            .await
            .map(Answered::into_varbinds)
    }

    /// Reads the variable after each of the first `non_repeaters` names, and up to `max_repetitions`
    /// variables after each of the others, row by row (RFC 3416 §4.2.3). From an SNMPv1 agent, that
    /// does not have this operation, one variable after each name (RFC 3584 §4.2.1). How many come is up to the agent:
    /// it cuts off what does not fit its response.
    ///
    /// # Errors
    ///
    /// No answer, or one with an error status; see the [module](super).
    pub async fn get_bulk(
        &self,
        non_repeaters: u32,
        max_repetitions: u32,
        names: &[Oid],
    ) -> Result<Vec<VarBind>, Error> {
        if self.version() == Version::V1 {
            return self.get_next(names).await;
        }
        let step = Step { header: PduHeader::bulk(0, non_repeaters, max_repetitions), number: 1 };
        let response = self.exchange(step, self.deadline(), names.iter().map(unspecified)).await?;
        if response.error_status != ErrorStatus::NO_ERROR {
            return Err(self.refused(step, &response, names));
        }
        Ok(response.varbinds().iter().map(VarBindRef::to_varbind).collect())
    }

    /// Writes variables, all or none (RFC 3416 §4.2.5). They go into one request, which is not split.
    ///
    /// # Errors
    ///
    /// [`Error::Status`] with the status and the name of the variable that the agent refuses; no answer. After
    /// [`Error::Timeout`] the agent may have written them: repeat only what may be written twice.
    pub async fn set_varbinds(&self, varbinds: &[VarBind]) -> Result<(), Error> {
        let step = Step { header: PduHeader::new(PduKind::Set, 0), number: 1 };
        let response = self.exchange(step, self.deadline(), varbinds.iter().map(VarBind::as_ref)).await?;
        if response.error_status == ErrorStatus::NO_ERROR {
            return Ok(());
        }
        let place = usize::try_from(response.error_index).ok().and_then(|index| index.checked_sub(1));
        let name = place.and_then(|place| varbinds.get(place)).map(|varbind| varbind.name.clone());
        Err(self.status(step, &response, name))
    }

    /// Walks everything under an OID, a column or a scalar, one variable per request. It begins with
    /// the first [`try_next`](Walk::try_next).
    ///
    /// Of a column it gives index and value, of anything else varbinds.
    pub fn walk<I, S: Subtree<Item = I>>(&self, subtree: S) -> Walk<I> {
        let walk = walk::Walk::new(self.clone(), subtree.root().map(|root| vec![root]), Some(1));
        Walk::of(&subtree, walk)
    }

    /// As [`walk`](Self::walk), many variables per request unless the agent speaks only SNMPv1: as many as it
    /// has shown to answer ([`Target::max_repetitions`]), unless the walk sets another number.
    pub fn bulk_walk<I, S: Subtree<Item = I>>(&self, subtree: S) -> Walk<I> {
        let walk = walk::Walk::new(self.clone(), subtree.root().map(|root| vec![root]), None);
        Walk::of(&subtree, walk)
    }

    /// As [`bulk_walk`](Self::bulk_walk), several subtrees side by side in the same requests. The variables of
    /// columns of one table come row by row, each column to its own end; what tells them apart is the name.
    /// [`table`](Self::table) joins them.
    pub fn walk_several<S: Subtree>(&self, subtrees: impl IntoIterator<Item = S>) -> Walk {
        let roots = subtrees.into_iter().map(|subtree| subtree.root()).collect();
        Walk::untyped(walk::Walk::new(self.clone(), roots, None))
    }

    /// Asks about each name and gives one varbind for each. What is too much for one request, or for one
    /// response in the agent's view, is split. In SNMPv1 one name without an answer fails the request: that one gets
    /// `absent`, the others are asked for again, so that all versions behave alike. If the error index does not say
    /// which, it asks for halves to find out.
    pub(super) async fn ask(
        &self,
        header: PduHeader,
        names: &[Oid],
        absent: Value,
    ) -> Result<Answered, Error> {
        let deadline = self.deadline();
        if !self.fits_one(names) {
            return self.ask_in_pieces(header, deadline, names, absent, None).await;
        }
        let step = Step { header, number: 1 };
        let response = self.exchange(step, deadline, names.iter().map(unspecified)).await?;
        if response.error_status != ErrorStatus::NO_ERROR {
            return self.ask_in_pieces(header, deadline, names, absent, Some(response)).await;
        }
        self.check(step, &response, names.iter())?;
        self.shared.learned.answered(names.len());
        Ok(Answered::Whole(step, response))
    }

    /// The same where one request does not do; `first` is what all names in one request were answered with.
    async fn ask_in_pieces(
        &self,
        header: PduHeader,
        deadline: Deadline,
        names: &[Oid],
        absent: Value,
        mut first: Option<Response>,
    ) -> Result<Answered, Error> {
        let mut answers: Vec<Option<VarBind>> = vec![None; names.len()];
        let mut step = Step { header, number: 0 };
        let mut last = (0, Duration::ZERO, Anomalies::NONE);
        let mut groups = match first {
            Some(_) => vec![(0..names.len()).collect()],
            None => self.groups(names),
        };
        while let Some(mut group) = groups.pop() {
            // What was too big for one group would be for the next.
            let most = self.most_names();
            if first.is_none() && group.len() > most {
                groups.push(group.split_off(most));
            }
            step.number = step.number.saturating_add(1);
            let asked = group.iter().filter_map(|place| names.get(*place));
            let response = match first.take() {
                Some(response) => response,
                None => self.exchange(step, deadline, asked.map(unspecified)).await?,
            };
            last = (response.attempts, response.elapsed, response.anomalies);
            let blamed = usize::try_from(response.error_index).ok().and_then(|index| index.checked_sub(1));
            let blamed = blamed.filter(|place| *place < group.len());
            match response.error_status {
                ErrorStatus::NO_ERROR => {
                    self.fill(step, &response, names, &group, &mut answers)?;
                    self.shared.learned.answered(group.len());
                }
                ErrorStatus::TOO_BIG if group.len() > 1 => {
                    self.shared.learned.too_big(group.len());
                    let rest = group.split_off(group.len() / 2);
                    groups.push(rest);
                    groups.push(group);
                }
                // Without a usable index, nothing tells which name is meant. Asking for halves does.
                ErrorStatus::NO_SUCH_NAME | ErrorStatus::GEN_ERR if blamed.is_none() && group.len() > 1 => {
                    let rest = group.split_off(group.len() / 2);
                    groups.push(rest);
                    groups.push(group);
                }
                // From SNMPv1, or from what translates it badly.
                ErrorStatus::NO_SUCH_NAME => {
                    let place = group.remove(blamed.unwrap_or(0));
                    if let (Some(answer), Some(name)) = (answers.get_mut(place), names.get(place)) {
                        *answer = Some(VarBind { name: name.clone(), value: absent.clone() });
                    }
                    if !group.is_empty() {
                        groups.push(group);
                    }
                }
                _ => {
                    // A request with a single name leaves no doubt.
                    let blamed = blamed.or((group.len() == 1).then_some(0));
                    let name = blamed.and_then(|n| names.get(*group.get(n)?)).cloned();
                    let mut error = self.status(step, &response, name);
                    if let Error::Status { index, .. } = &mut error
                        && let Some(place) = blamed.and_then(|n| group.get(n))
                    {
                        // Of the names as given, not of those in this request.
                        *index = i32::try_from(place + 1).unwrap_or(*index);
                    }
                    return Err(error);
                }
            }
        }
        let varbinds = answers.into_iter().flatten().collect();
        let (attempts, elapsed, anomalies) = last;
        Ok(Answered::Pieces(Pieces { varbinds, step, attempts, elapsed, anomalies }))
    }

    /// Most names of one request: what the caller allows, and what the target has shown to answer.
    fn most_names(&self) -> usize {
        usize::from(self.shared.target.max_varbinds.max(1)).min(self.shared.learned.most())
    }

    /// True when one request takes all names.
    fn fits_one(&self, names: &[Oid]) -> bool {
        let octets = |name: &Oid| ber::varbind_len(name.as_ber(), ValueRef::Null);
        names.len() <= self.most_names()
            && (names.len() <= 1 || names.iter().map(octets).sum::<usize>() <= REQUEST_OCTETS)
    }

    /// The names of each request, by their places; the last comes first.
    fn groups(&self, names: &[Oid]) -> Vec<Vec<usize>> {
        let most = self.most_names();
        let mut groups: Vec<Vec<usize>> = vec![Vec::new()];
        let mut octets = 0;
        for (place, name) in names.iter().enumerate() {
            let more = ber::varbind_len(name.as_ber(), ValueRef::Null);
            let full = groups.last().is_some_and(|group| {
                group.len() >= most || (!group.is_empty() && octets + more > REQUEST_OCTETS)
            });
            if full {
                groups.push(Vec::new());
                octets = 0;
            }
            octets += more;
            if let Some(group) = groups.last_mut() {
                group.push(place);
            }
        }
        groups.reverse();
        groups
    }

    /// Takes the answers of one response.
    fn fill(
        &self,
        step: Step,
        response: &Response,
        names: &[Oid],
        group: &[usize],
        answers: &mut [Option<VarBind>],
    ) -> Result<(), Error> {
        self.check(step, response, group.iter().filter_map(|place| names.get(*place)))?;
        for (place, varbind) in group.iter().zip(response.varbinds()) {
            if let Some(answer) = answers.get_mut(*place) {
                *answer = Some(varbind.to_varbind());
            }
        }
        Ok(())
    }

    /// Whether a response has one varbind for each name, and in answer to a GET that very name.
    fn check<'n>(
        &self,
        step: Step,
        response: &Response,
        names: impl Iterator<Item = &'n Oid> + Clone,
    ) -> Result<(), Error> {
        let varbinds = response.varbinds();
        let mismatch = |what| Error::Mismatch { at: self.after(step, response), what };
        if varbinds.len() != names.clone().count() {
            return Err(mismatch("it has another number of varbinds"));
        }
        if step.header.kind == PduKind::Get
            && names.zip(varbinds).any(|(name, varbind)| varbind.name != *name)
        {
            return Err(mismatch("it names other variables"));
        }
        Ok(())
    }

    fn refused(&self, step: Step, response: &Response, names: &[Oid]) -> Error {
        let place = usize::try_from(response.error_index).ok().and_then(|index| index.checked_sub(1));
        self.status(step, response, place.and_then(|place| names.get(place)).cloned())
    }

    pub(super) fn status(&self, step: Step, response: &Response, oid: Option<Oid>) -> Error {
        Error::Status {
            at: self.after(step, response),
            status: response.error_status,
            index: response.error_index,
            oid,
            object: None,
        }
    }
}

/// A name as requests carry it.
pub(super) fn unspecified(name: &Oid) -> VarBindRef<'_> {
    VarBindRef { name: name.as_ref(), value: ValueRef::Null }
}
