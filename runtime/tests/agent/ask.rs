//! A manager of a few lines.

use mibc_runtime::agent::{Arrival, Dropped, Exchange, Responder};
use mibc_runtime::ber::Writer;
use mibc_runtime::message::{Decoder, ErrorStatus, Message, OwnedBody, Pdu, PduHeader, PduKind, Version};
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Value, VarBind};
use std::time::Instant;

/// What came back.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: ErrorStatus,
    pub(crate) index: i32,
    pub(crate) varbinds: Vec<VarBind>,
}

impl Answer {
    pub(crate) fn values(&self) -> Vec<Value> {
        self.varbinds.iter().map(|varbind| varbind.value.clone()).collect()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.varbinds.iter().map(|varbind| varbind.name.to_string()).collect()
    }

    pub(crate) fn error(&self) -> (ErrorStatus, i32) {
        (self.status, self.index)
    }
}

/// A manager with a version and a community.
pub(crate) struct Manager<'r> {
    pub(crate) responder: &'r Responder,
    pub(crate) version: Version,
    pub(crate) community: &'static str,
}

impl Manager<'_> {
    pub(crate) fn get(&self, names: &[&str]) -> Answer {
        self.ask(PduHeader::new(PduKind::Get, 1), unspecified(names))
    }

    pub(crate) fn next(&self, names: &[&str]) -> Answer {
        self.ask(PduHeader::new(PduKind::GetNext, 2), unspecified(names))
    }

    pub(crate) fn bulk(&self, non_repeaters: u32, max_repetitions: u32, names: &[&str]) -> Answer {
        self.ask(PduHeader::bulk(3, non_repeaters, max_repetitions), unspecified(names))
    }

    pub(crate) fn set(&self, changes: &[(&str, Value)]) -> Answer {
        let varbinds = changes.iter().map(|(name, value)| VarBind::new(oid(name), value.clone())).collect();
        self.ask(PduHeader::new(PduKind::Set, 4), varbinds)
    }

    /// Everything, step by step.
    pub(crate) fn walk(&self) -> Vec<VarBind> {
        let mut found: Vec<VarBind> = Vec::new();
        let mut name = "0.0".to_owned();
        loop {
            let mut answer = self.next(&[&name]);
            if answer.status != ErrorStatus::NO_ERROR || answer.values() == [Value::EndOfMibView] {
                return found;
            }
            let varbind = answer.varbinds.remove(0);
            assert!(found.last().is_none_or(|last| last.name < varbind.name), "{varbind} goes backwards");
            name = varbind.name.to_string();
            found.push(varbind);
        }
    }

    pub(crate) fn ask(&self, header: PduHeader, varbinds: Vec<VarBind>) -> Answer {
        self.try_ask(header, varbinds).expect("an answer")
    }

    pub(crate) fn try_ask(&self, header: PduHeader, varbinds: Vec<VarBind>) -> Result<Answer, Dropped> {
        let request = encode(self.version, self.community, header, varbinds);
        let mut exchange = Exchange::default();
        let response = self.responder.respond(Arrival::new(Instant::now(), &request), &mut exchange)?;
        let mut decoder = Decoder::default();
        let decoded = decoder.decode(response).expect("a valid response");
        assert_eq!(decoded.message.version, self.version);
        // C10: the same community octets.
        assert_eq!(decoded.message.community, self.community.as_bytes());
        let OwnedBody::Pdu(pdu) = Message::from(&decoded.message).body else { panic!("a trap is no answer") };
        assert_eq!(pdu.header.kind, PduKind::Response);
        assert_eq!(pdu.header.request_id, header.request_id);
        Ok(Answer { status: pdu.header.error_status, index: pdu.header.error_index, varbinds: pdu.varbinds })
    }
}

pub(crate) fn oid(text: &str) -> Oid {
    text.parse().expect("a valid OID")
}

pub(crate) fn unspecified(names: &[&str]) -> Vec<VarBind> {
    names.iter().map(|name| VarBind::unspecified(oid(name))).collect()
}

pub(crate) fn encode(
    version: Version,
    community: &str,
    header: PduHeader,
    varbinds: Vec<VarBind>,
) -> Vec<u8> {
    let message =
        Message { version, community: community.into(), body: OwnedBody::Pdu(Pdu { header, varbinds }) };
    let mut writer = Writer::new();
    message.write(&mut writer);
    writer.finish().expect("it fits a datagram").to_vec()
}
