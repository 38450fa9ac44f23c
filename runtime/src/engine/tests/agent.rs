//! An agent for the plans to ask: a sorted list of variables.

use super::*;
use crate::value::{Counter64, TimeTicks};

/// Answers requests from its variables; both versions, as the standards say.
pub(super) struct FakeAgent {
    pub(super) version: Version,
    pub(super) variables: Vec<VarBind>,
    /// Most varbinds of a response; more are tooBig, or cut off in a GETBULK.
    pub(super) room: usize,
    pub(super) requests: usize,
    /// What it says at the end: the name that was asked with this, or for `None` its last variable again.
    pub(super) end: Option<Value>,
    /// What it refuses every request with in which something is at the end.
    pub(super) refusal: Option<ErrorStatus>,
    /// The error index that it sends for a right one.
    pub(super) index: fn(usize) -> usize,
}

impl FakeAgent {
    pub(super) fn new(version: Version, mut variables: Vec<VarBind>) -> Self {
        variables.sort_by(|a, b| a.name.cmp(&b.name));
        let end = Some(Value::EndOfMibView);
        Self { version, variables, room: 1000, requests: 0, end, refusal: None, index: |index| index }
    }

    /// The response to a walk's or table's request, as the engine would hand it out.
    pub(super) fn ask(&mut self, header: PduHeader, names: &[Oid]) -> Response {
        self.requests += 1;
        let mut varbinds = Vec::new();
        match header.kind {
            PduKind::GetNext => {
                for (place, name) in names.iter().enumerate() {
                    match self.next(name) {
                        Some(varbind) => varbinds.push(varbind.clone()),
                        None if self.version == Version::V1 => {
                            return response_of(ErrorStatus::NO_SUCH_NAME, (self.index)(place + 1), &[]);
                        }
                        None => varbinds.push(self.end(name)),
                    }
                }
                if varbinds.len() > self.room {
                    return response_of(ErrorStatus::TOO_BIG, 0, &[]);
                }
            }
            PduKind::GetBulk => {
                assert_eq!(self.version, Version::V2c, "no GETBULK in SNMPv1");
                let mut names = names.to_vec();
                for _ in 0..header.max_repetitions() {
                    for name in &mut names {
                        let varbind = self.next(name).cloned().unwrap_or_else(|| self.end(name));
                        *name = varbind.name.clone();
                        varbinds.push(varbind);
                    }
                }
                varbinds.truncate(self.room);
            }
            other => panic!("{other:?} is not for walking"),
        }
        let ended = varbinds.iter().position(|varbind| varbind.value == Value::EndOfMibView);
        if let (Some(refusal), Some(place)) = (self.refusal, ended) {
            return response_of(refusal, (self.index)(place % names.len() + 1), &[]);
        }
        response_of(ErrorStatus::NO_ERROR, 0, &varbinds)
    }

    fn next(&self, name: &Oid) -> Option<&VarBind> {
        let after = self.variables.partition_point(|varbind| varbind.name <= *name);
        self.variables.get(after)
    }

    fn end(&self, name: &Oid) -> VarBind {
        match (&self.end, self.variables.last()) {
            (None, Some(last)) => last.clone(),
            (end, _) => VarBind { name: name.clone(), value: end.clone().unwrap_or(Value::EndOfMibView) },
        }
    }
}

pub(super) fn response_of(error_status: ErrorStatus, error_index: usize, varbinds: &[VarBind]) -> Response {
    let mut writer = crate::ber::Writer::new();
    for varbind in varbinds.iter().rev() {
        writer.varbind(varbind.name.as_ber(), varbind.value.as_ref());
    }
    let content = writer.finish().expect("fits").to_vec();
    let error_index = error_index as i32;
    Response { error_status, error_index, content, count: varbinds.len(), ..Response::default() }
}

/// Part of a system group, with a value of most types.
pub(super) fn system() -> Vec<VarBind> {
    vec![
        VarBind::new(oid("1.3.6.1.2.1.1.1.0"), Value::from("a description")),
        VarBind::new(oid("1.3.6.1.2.1.1.2.0"), oid("1.3.6.1.4.1.99999.1")),
        VarBind::new(oid("1.3.6.1.2.1.1.3.0"), TimeTicks(0xf000_0000)),
        VarBind::new(oid("1.3.6.1.2.1.1.7.0"), 72),
        VarBind::new(oid("1.3.6.1.2.1.1.8.0"), Counter64(u64::MAX)),
        VarBind { name: oid("1.3.6.1.2.1.1.9.0"), value: Value::NoSuchInstance },
    ]
}
