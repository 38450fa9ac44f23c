//! What is behind the operations on typed names.

use super::error::Error;
use super::session::Answered;
use super::{Attempt, Session};
use crate::ber::Anomaly;
use crate::message::{PduHeader, PduKind};
use crate::typed::{Answers, DecodeError, ObjectRef, Query, Siblings};
use crate::value::{Value, VarBind};

impl Session {
    pub(super) async fn read<Q: Query>(&self, query: Q) -> Result<Q::Output, Error> {
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

    pub(super) async fn write(&self, varbinds: Vec<VarBind>, objects: &[ObjectRef]) -> Result<(), Error> {
        self.set_varbinds(&varbinds).await.map_err(|error| error.about(objects))
    }
}

/// For errors: the objects that a query asks for.
fn objects(query: &impl Query) -> Vec<ObjectRef> {
    let mut objects = Vec::new();
    query.objects(&mut objects);
    objects
}
