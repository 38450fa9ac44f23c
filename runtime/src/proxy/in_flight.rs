//! Informs that are being passed on. Their senders repeat them meanwhile.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::access::Model;
use crate::entity::Foreign;
use crate::message::PduRef;
use crate::net::{Origin, TransportAddress};

/// What the repetitions of an inform have in common: all but the msgID, which changes with some senders.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    source: TransportAddress,
    model: Model,
    security_name: Vec<u8>,
    context_engine_id: Vec<u8>,
    context_name: Vec<u8>,
    request_id: i32,
    /// There are senders that have one request-id for all.
    varbinds: Vec<u8>,
}

type Informs = HashMap<Key, watch::Receiver<Option<bool>>>;

/// Informs that are being passed on, and who waits to hear whether they were acknowledged.
#[derive(Clone, Debug, Default)]
pub(super) struct InFlight(Arc<Mutex<Informs>>);

/// What an inform is.
pub(super) enum Inform {
    /// Nothing like it is on its way.
    New(Passing),
    /// It is on its way already.
    Again(Again),
}

/// An inform while it is passed on; without a word of the outcome its repetitions come to nothing.
pub(super) struct Passing {
    key: Option<Key>,
    informs: InFlight,
    outcome: watch::Sender<Option<bool>>,
}

/// The repetition of an inform.
pub(super) struct Again(watch::Receiver<Option<bool>>);

impl InFlight {
    /// Takes in an inform; one whose transport does not say where it is from is always new.
    pub(super) fn enter(&self, message: &Foreign<'_>, pdu: &PduRef<'_>) -> Inform {
        let who = message.who;
        let key = who.origin_as::<Origin>().map(|origin| Key {
            source: origin.peer().clone(),
            model: who.model,
            security_name: who.security_name.to_vec(),
            context_engine_id: message.context_engine_id.to_vec(),
            context_name: who.context_name.to_vec(),
            request_id: pdu.header.request_id,
            varbinds: pdu.varbinds.as_bytes().to_vec(),
        });
        let (outcome, news) = watch::channel(None);
        if let Some(key) = &key {
            let mut informs = self.lock();
            if let Some(first) = informs.get(key) {
                return Inform::Again(Again(first.clone()));
            }
            informs.insert(key.clone(), news);
        }
        Inform::New(Passing { key, informs: self.clone(), outcome })
    }

    fn lock(&self) -> MutexGuard<'_, Informs> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }
}

impl Passing {
    /// Whether it was acknowledged.
    pub(super) fn done(self, is_acknowledged: bool) {
        self.outcome.send_replace(Some(is_acknowledged));
    }
}

impl Drop for Passing {
    /// The next one like it is passed on again.
    fn drop(&mut self) {
        if let Some(key) = &self.key {
            self.informs.lock().remove(key);
        }
    }
}

impl Again {
    /// Waits for the first one: whether it was acknowledged.
    pub(super) async fn wait(mut self) -> bool {
        let outcome = self.0.wait_for(Option::is_some).await;
        outcome.is_ok_and(|outcome| *outcome == Some(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Principal;
    use crate::ber::{VarBinds, Writer};
    use crate::message::{Body, PduHeader, PduKind};
    use crate::value::{Value, VarBind};
    use std::net::SocketAddr;

    fn enter(informs: &InFlight, port: u16, name: &[u8], request_id: i32, text: &str) -> Inform {
        let origin = Origin::to(TransportAddress::Udp(SocketAddr::from(([192, 0, 2, 1], port))));
        let who = Principal::new(Model::USM, name).origin(Some(&origin));
        let varbind = VarBind::new("1.3.6.1.2.1.1.5.0".parse().expect("an OID"), Value::from(text));
        let mut writer = Writer::new();
        writer.varbind(varbind.name.as_ber(), varbind.value.as_ref());
        let octets = writer.finish().expect("it fits").to_vec();
        let header = PduHeader::new(PduKind::Inform, request_id);
        let pdu = PduRef { header, varbinds: VarBinds::checked_before(&octets, 1) };
        let body = Body::Pdu(pdu);
        let context_engine_id = b"\x80\0\x7e\xd9\x04a";
        let message = Foreign {
            who: &who,
            context_engine_id,
            community: None,
            body: &body,
            limit: crate::ber::MAX_MESSAGE,
        };
        informs.enter(&message, &pdu)
    }

    fn new(inform: Inform) -> Passing {
        match inform {
            Inform::New(passing) => passing,
            Inform::Again(_) => panic!("it is new"),
        }
    }

    fn again(inform: Inform) -> Again {
        match inform {
            Inform::New(_) => panic!("it is there"),
            Inform::Again(again) => again,
        }
    }

    #[tokio::test]
    async fn repetitions_join_the_first() {
        let informs = InFlight::default();
        let first = new(enter(&informs, 1, b"noc", 7, "a"));
        let second = again(enter(&informs, 1, b"noc", 7, "a"));
        // From elsewhere, of somebody else, with another number or another text it is another one.
        let others = [(2, b"noc", 7, "a"), (1, b"ops", 7, "a"), (1, b"noc", 8, "a"), (1, b"noc", 7, "b")];
        let others = others.map(|(port, name, id, text)| new(enter(&informs, port, name, id, text)));
        assert_eq!(informs.len(), 5);
        first.done(true);
        assert!(second.wait().await);
        // What has ended does not count any more.
        let next = new(enter(&informs, 1, b"noc", 7, "a"));
        let given_up = again(enter(&informs, 1, b"noc", 7, "a"));
        drop(next);
        assert!(!given_up.wait().await);
        drop(others);
        assert_eq!(informs.len(), 0);
    }
}
