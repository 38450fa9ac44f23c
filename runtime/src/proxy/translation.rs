//! What a request and its response become between two versions (RFC 3584 §4.3 and §4.4), without sockets or clock.

use crate::message::{ErrorStatus, PduHeader, PduKind, Version};
use crate::oid::Oid;
use crate::value::{Value, VarBind};

/// Last sub-identifiers that the names of Counter64s get, so that one GETNEXT skips the other instances (RFC 3584
/// §4.3.2). The first is for agents that know only 16 bits.
const SKIPS: [u32; 2] = [65_535, u32::MAX];

/// A request that is passed on.
#[derive(Debug)]
pub(super) struct Translation {
    /// Of who asks.
    upstream: Version,
    /// Of who is asked.
    downstream: Version,
    /// As it came.
    received: PduHeader,
    varbinds: Vec<VarBind>,
    /// The names that are asked for now.
    asked: Vec<VarBind>,
    /// A GETBULK that was too big as GETNEXT is asked again for its first variable.
    is_shortened: bool,
}

/// What who asks is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: ErrorStatus,
    pub(super) index: i32,
    pub(super) varbinds: Vec<VarBind>,
    /// It was authorizationError, for which SNMPv1 has no word (RFC 3584 §4.4).
    pub(super) is_bad_use: bool,
}

impl Answer {
    pub(super) fn new(status: ErrorStatus, index: i32, varbinds: Vec<VarBind>) -> Self {
        Self { status, index, varbinds, is_bad_use: false }
    }
}

impl Translation {
    /// Of this request.
    pub(super) fn new(
        upstream: Version,
        downstream: Version,
        received: PduHeader,
        varbinds: Vec<VarBind>,
    ) -> Self {
        let asked = match received.kind {
            PduKind::Set => varbinds.clone(),
            // Their values are without meaning, and SNMPv1 does not know all of them.
            _ => varbinds.iter().map(|varbind| VarBind::unspecified(varbind.name.clone())).collect(),
        };
        Self { upstream, downstream, received, varbinds, asked, is_shortened: false }
    }

    /// The answer that needs no question: SNMPv1 has no Counter64, so no object there takes one.
    pub(super) fn refusal(&self) -> Option<Answer> {
        if self.downstream != Version::V1 || self.received.kind != PduKind::Set {
            return None;
        }
        let at = self.asked.iter().position(is_counter64)?;
        Some(Answer::new(ErrorStatus::WRONG_TYPE, index_of(at), self.varbinds.clone()))
    }

    /// What to send; its request-id is the sender's business.
    pub(super) fn request(&self) -> (PduHeader, &[VarBind]) {
        let header = match self.received.kind {
            PduKind::GetBulk if self.downstream == Version::V1 => PduHeader::new(PduKind::GetNext, 0),
            PduKind::GetBulk => {
                PduHeader::bulk(0, self.received.non_repeaters(), self.received.max_repetitions())
            }
            kind => PduHeader::new(kind, 0),
        };
        (header, &self.asked)
    }

    /// Takes a response; `None` if [`request`](Self::request) is to be sent again.
    pub(super) fn response(
        &mut self,
        status: ErrorStatus,
        index: i32,
        varbinds: Vec<VarBind>,
    ) -> Option<Answer> {
        match (self.upstream == Version::V1, self.downstream == Version::V1) {
            (false, true) => self.answer_of_v1(status, index, varbinds),
            (true, false) => self.answer_for_v1(status, index, varbinds),
            _ => Some(Answer::new(status, index, varbinds)),
        }
    }

    /// RFC 3584 §4.3.1.
    fn answer_of_v1(&mut self, status: ErrorStatus, index: i32, varbinds: Vec<VarBind>) -> Option<Answer> {
        if status != ErrorStatus::TOO_BIG {
            return Some(Answer::new(status, index, varbinds));
        }
        if self.received.kind != PduKind::GetBulk {
            return Some(Answer::new(status, 0, Vec::new()));
        }
        if !self.is_shortened && self.asked.len() > 1 {
            self.is_shortened = true;
            self.asked.truncate(1);
            return None;
        }
        Some(Answer::new(ErrorStatus::NO_ERROR, 0, Vec::new()))
    }

    /// RFC 3584 §4.3.2.
    fn answer_for_v1(&mut self, status: ErrorStatus, index: i32, varbinds: Vec<VarBind>) -> Option<Answer> {
        if status != ErrorStatus::NO_ERROR {
            let in_v1 = status.to_v1();
            // SNMPv1 has no error without a variable but tooBig and genErr: the first is at fault.
            let has_place = matches!(in_v1, ErrorStatus::NO_SUCH_NAME | ErrorStatus::BAD_VALUE);
            let index = match in_v1 {
                ErrorStatus::TOO_BIG => 0,
                _ if has_place => index.max(1),
                _ => index,
            };
            let is_bad_use = status == ErrorStatus::AUTHORIZATION_ERROR;
            return Some(Answer { is_bad_use, ..Answer::new(in_v1, index, self.varbinds.clone()) });
        }
        let is_next = self.received.kind == PduKind::GetNext;
        let has_no_name =
            |varbind: &VarBind| varbind.value.is_exception() || (!is_next && is_counter64(varbind));
        if let Some(at) = varbinds.iter().position(has_no_name) {
            let status = ErrorStatus::NO_SUCH_NAME;
            return Some(Answer::new(status, index_of(at), self.varbinds.clone()));
        }
        if !varbinds.iter().any(is_counter64) {
            return Some(Answer::new(status, index, varbinds));
        }
        for (asked, found) in self.asked.iter_mut().zip(varbinds) {
            if is_counter64(&found) {
                // A name that does not come after the one before would be asked for again and again.
                if found.name <= asked.name {
                    return Some(Answer::new(ErrorStatus::GEN_ERR, 0, self.varbinds.clone()));
                }
                asked.name = behind(&found.name);
            }
        }
        None
    }
}

/// The name to go on from behind a Counter64: as far as other instances of its object may reach.
fn behind(name: &Oid) -> Oid {
    let arcs: Vec<u32> = name.arcs().collect();
    let Some((last, object)) = arcs.split_last() else { return name.clone() };
    let skip = SKIPS.into_iter().find(|skip| last < skip).unwrap_or(*last);
    Oid::from_arcs(object).and_then(|object| object.child(skip)).unwrap_or_else(|_| name.clone())
}

fn is_counter64(varbind: &VarBind) -> bool {
    matches!(varbind.value, Value::Counter64(_))
}

/// Of a varbind, in error-index.
fn index_of(position: usize) -> i32 {
    i32::try_from(position + 1).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests;
