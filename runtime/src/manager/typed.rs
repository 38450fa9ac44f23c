//! Operations on typed names: what comes back is of the object's type.

use super::error::Error;
use super::rows::Rows;
use super::session::Answered;
use super::table::Table;
use super::{Attempt, Session};
use crate::ber::Anomaly;
use crate::message::{PduHeader, PduKind};
use crate::typed::access::Writable;
use crate::typed::{
    Answers, Assignment, Columns, DecodeError, FromRow, ObjectRef, Query, Siblings, Variable,
};
use crate::value::{Syntax, Value, VarBind};

impl Session {
    /// Reads a variable, or a tuple of up to 12 in one request. A number of another number type than the object's is
    /// accepted where it fits, and [noted](Session::recorded), unless rules are strict. What the agent does not have is an
    /// [`Error::Value`] that names the object; `.optional()` makes it `None` instead.
    ///
    /// # Errors
    ///
    /// [`Error::Name`] where an index makes no OID, [`Error::Value`] where a value is absent or of another type, and
    /// as [`get_oids`](Self::get_oids).
    pub async fn get<Q: Query>(&self, query: Q) -> Result<Q::Output, Error> {
        let mut names = Vec::new();
        query.names(&mut names)?;
        let answered = self.ask(PduHeader::new(PduKind::Get, 0), &names, Value::NoSuchInstance).await;
        match answered.map_err(|error| error.about(&objects(&query)))? {
            Answered::Whole(step, response) => self
                .decode(&query, Answers::borrowed(response.varbinds()))
                .map_err(|source| Error::Value { at: self.after(step, &response), source }),
            Answered::Pieces(pieces) => {
                self.decode(&query, Answers::new(&pieces.varbinds)).map_err(|source| {
                    let at = *self.at(pieces.step, pieces.attempts, pieces.elapsed);
                    Error::Value { at: Box::new(Attempt { anomalies: pieces.anomalies, ..at }), source }
                })
            }
        }
    }

    fn decode<Q: Query>(&self, query: &Q, answers: Answers<'_>) -> Result<Q::Output, DecodeError> {
        if !self.is_lenient() {
            return query.decode(&mut { answers });
        }
        let mut siblings = Siblings::new();
        let result = query.decode(&mut answers.accepting(&siblings));
        if siblings.take() {
            self.note_anomaly(Anomaly::SiblingType);
        }
        result
    }

    /// Writes a variable, which takes exactly the object's type.
    ///
    /// # Errors
    ///
    /// [`Error::Name`] where an index makes no OID, and as [`set_varbinds`](Self::set_varbinds).
    pub async fn set<V>(&self, variable: V, value: V::Value) -> Result<(), Error>
    where
        V: Variable<Access: Writable>,
    {
        let varbind = VarBind { name: variable.oid()?, value: value.to_value() };
        self.write(vec![varbind], &[variable.object()]).await
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
    pub fn table<C: Columns>(&self, columns: C) -> Table<C> {
        Table::new(self.clone(), columns)
    }

    /// Reads all rows of a table as structs with `#[derive(FromRow)]`, in the order of their index.
    ///
    /// # Errors
    ///
    /// [`Error::Value`] where a cell that the struct must have is absent or of another type, [`Error::Index`] where
    /// a row has an index that the table cannot have, and those of walks. One row is enough;
    /// [`each_row`](Self::each_row) gives the others all the same.
    pub async fn rows<T: FromRow>(&self) -> Result<Vec<(T::Index, T)>, Error> {
        self.each_row().collect().await
    }

    /// Reads a table row by row as structs with `#[derive(FromRow)]`: an error for a row that makes none, and the next.
    pub fn each_row<T: FromRow>(&self) -> Rows<T> {
        Rows::new(self.clone())
    }

    async fn write(&self, varbinds: Vec<VarBind>, objects: &[ObjectRef]) -> Result<(), Error> {
        self.set_varbinds(&varbinds).await.map_err(|error| error.about(objects))
    }
}

/// For errors: the objects that a query asks for.
fn objects(query: &impl Query) -> Vec<ObjectRef> {
    let mut objects = Vec::new();
    query.objects(&mut objects);
    objects
}
