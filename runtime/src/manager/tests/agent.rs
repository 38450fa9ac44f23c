//! A small agent: a sorted list of variables behind a socket, with faults to order.

use super::*;
use crate::message::{Decoder, Message, OwnedBody, Pdu, PduKind, Version};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

pub(super) struct Agent {
    pub(super) address: SocketAddr,
    pub(super) requests: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

/// What an agent does wrong.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Faults {
    /// Leaves every second request unanswered, beginning with the first.
    pub(super) deaf: bool,
    /// Answers from another port.
    pub(super) elsewhere: bool,
    /// Sends every response twice, and a damaged one before.
    pub(super) noisy: bool,
    /// Most varbinds of a response.
    pub(super) room: Option<usize>,
    /// Answers every GETNEXT and GETBULK with the same varbind.
    pub(super) stuck: bool,
    /// Leaves GETBULKs for more than this many repetitions unanswered.
    pub(super) most: Option<u32>,
    /// Answers GETBULK and GETNEXT with names that increase for ever.
    pub(super) endless: bool,
    /// Answers each request this much later, any number of them at a time.
    pub(super) delay: Duration,
    /// Says in SNMPv2c what only SNMPv1 says: noSuchName for what is missing, this to what is written.
    pub(super) old: Option<ErrorStatus>,
    /// Appends octets to every response.
    pub(super) trailing: bool,
    /// Its error statuses say of no varbind that they are about it.
    pub(super) blind: bool,
    /// At the end it gives its last variable again.
    pub(super) again: bool,
    /// What it makes of its responses.
    pub(super) change: Option<fn(Vec<u8>) -> Vec<u8>>,
    /// Falls silent after so many requests.
    pub(super) tires: Option<usize>,
}

impl Agent {
    pub(super) async fn new() -> Self {
        Self::with(Faults::default(), "127.0.0.1:0").await
    }

    pub(super) async fn with(faults: Faults, address: &str) -> Self {
        Self::of(variables(), faults, address).await
    }

    /// One that has these variables.
    pub(super) async fn of(mut variables: Vec<VarBind>, faults: Faults, address: &str) -> Self {
        let socket = Arc::new(UdpSocket::bind(address).await.expect("a socket"));
        let other = UdpSocket::bind(address).await.expect("a socket");
        let address = socket.local_addr().expect("an address");
        variables.sort_by(|a, b| a.name.cmp(&b.name));
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        let task = tokio::spawn(async move {
            let mut buffer = vec![0; 65_536];
            let mut decoder = Decoder::default();
            loop {
                let Ok((length, from)) = socket.recv_from(&mut buffer).await else { continue };
                let number = count.fetch_add(1, Ordering::Relaxed);
                if faults.tires.is_some_and(|most| number >= most) {
                    continue;
                }
                if faults.deaf && number.is_multiple_of(2) {
                    continue;
                }
                let decoded = decoder.decode(&buffer[..length]).expect("a request");
                let mut message = Message::from(&decoded.message);
                if message.community == b"wrong" {
                    continue;
                }
                if let OwnedBody::Pdu(pdu) = &mut message.body {
                    let repetitions = pdu.header.max_repetitions();
                    if pdu.header.kind == PduKind::GetBulk
                        && faults.most.is_some_and(|most| repetitions > most)
                    {
                        continue;
                    }
                    answer(&mut variables, message.version, pdu, faults);
                }
                let mut writer = crate::ber::Writer::new();
                message.write(&mut writer);
                let response = writer.finish().expect("fits");
                if faults.noisy {
                    let mut damaged = response.to_vec();
                    damaged[1] ^= 0x55;
                    let _ = socket.send_to(&damaged, from).await;
                    let _ = socket.send_to(response, from).await;
                }
                if let Some(change) = faults.change {
                    let _ = socket.send_to(&change(response.to_vec()), from).await;
                    continue;
                }
                if faults.trailing {
                    let mut response = response.to_vec();
                    response.push(0);
                    let _ = socket.send_to(&response, from).await;
                    continue;
                }
                if !faults.delay.is_zero() {
                    let (socket, response) = (Arc::clone(&socket), response.to_vec());
                    tokio::spawn(async move {
                        tokio::time::sleep(faults.delay).await;
                        let _ = socket.send_to(&response, from).await;
                    });
                    continue;
                }
                let via = if faults.elsewhere { &other } else { &*socket };
                let _ = via.send_to(response, from).await;
            }
        });
        Self { address, requests, task }
    }

    pub(super) fn v2c(&self) -> Target {
        Target::v2c(self.address, "public")
    }

    pub(super) fn v1(&self) -> Target {
        Target::v1(self.address, "public")
    }

    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn answer(variables: &mut [VarBind], version: Version, pdu: &mut Pdu, faults: Faults) {
    let version = if faults.old.is_some() { Version::V1 } else { version };
    let header = pdu.header;
    pdu.header.kind = PduKind::Response;
    (pdu.header.error_status, pdu.header.error_index) = (ErrorStatus::NO_ERROR, 0);
    let asked = pdu.varbinds.clone();
    let mut fail = None;
    match header.kind {
        PduKind::Get => {
            for (n, varbind) in pdu.varbinds.iter_mut().enumerate() {
                match variables.iter().find(|known| known.name == varbind.name) {
                    Some(known) => varbind.value = known.value.clone(),
                    None if version == Version::V1 => {
                        fail = fail.or(Some((ErrorStatus::NO_SUCH_NAME, n + 1)))
                    }
                    None => varbind.value = Value::NoSuchObject,
                }
            }
        }
        PduKind::GetNext | PduKind::GetBulk => {
            let repetitions = if header.kind == PduKind::GetBulk { header.max_repetitions() } else { 1 };
            let mut names: Vec<Oid> = pdu.varbinds.iter().map(|varbind| varbind.name.clone()).collect();
            pdu.varbinds.clear();
            for _ in 0..repetitions {
                for (n, name) in names.iter_mut().enumerate() {
                    let next = variables.iter().find(|known| known.name > *name);
                    let next = if faults.stuck { variables.last() } else { next };
                    let next = if faults.again { next.or(variables.last()) } else { next };
                    if faults.endless {
                        let last = name.arcs().last().unwrap_or(0);
                        let next = if last == u32::MAX { name.child(0) } else { name.child(last + 1) };
                        if let Ok(next) = next {
                            *name = next;
                        }
                        pdu.varbinds.push(VarBind::new(name.clone(), 1));
                        continue;
                    }
                    if let Some(known) = next {
                        *name = known.name.clone();
                        pdu.varbinds.push(known.clone());
                    } else if version == Version::V1 {
                        fail = fail.or(Some((ErrorStatus::NO_SUCH_NAME, n + 1)));
                    } else {
                        pdu.varbinds.push(VarBind { name: name.clone(), value: Value::EndOfMibView });
                    }
                }
            }
        }
        PduKind::Set => {
            for (n, varbind) in asked.iter().enumerate() {
                match variables.iter_mut().find(|known| known.name == varbind.name) {
                    Some(_) if faults.old.is_some() => {
                        fail = fail.or(faults.old.map(|status| (status, n + 1)))
                    }
                    Some(known) => known.value = varbind.value.clone(),
                    None => fail = fail.or(Some((ErrorStatus::NOT_WRITABLE, n + 1))),
                }
            }
        }
        other => panic!("{other:?} is no request"),
    }
    if faults.room.is_some_and(|room| pdu.varbinds.len() > room) {
        if header.kind == PduKind::GetBulk {
            pdu.varbinds.truncate(faults.room.unwrap_or(0));
        } else {
            fail = Some((ErrorStatus::TOO_BIG, 0));
        }
    }
    if let Some((status, index)) = fail {
        let index = if faults.blind { 0 } else { index as i32 };
        (pdu.header.error_status, pdu.header.error_index) = (status, index);
        pdu.varbinds = asked;
    }
}
