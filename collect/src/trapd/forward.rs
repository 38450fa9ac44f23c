//! Notifications that are passed on as notifications.

use super::config::{Address, Credentials};
use crate::delivery::{Failure, Record, Sending, Sink};
use mibc_runtime::ber::{Rules, Writer};
use mibc_runtime::listener::ReceivedNotification;
use mibc_runtime::manager::{Manager, Session, Target};
use mibc_runtime::message::{Body, Decoder, Message, OwnedBody, Pdu, PduHeader, PduKind, Version};
use mibc_runtime::net::{EngineState, FileStore, TransportAddress};
use mibc_runtime::oid::Oid;
use mibc_runtime::trap_sender::{TrapError, TrapSender, notification};
use mibc_runtime::usm::EngineClock;
use mibc_runtime::value::{IpAddress, TimeTicks, Value, VarBind};
use std::fmt;
use std::time::{Duration, Instant};
use tokio::task::spawn_blocking;

const SNMP_TRAP_ADDRESS_0: &[u32] = &[1, 3, 6, 1, 6, 3, 18, 1, 3, 0];
const SNMP_TRAP_COMMUNITY_0: &[u32] = &[1, 3, 6, 1, 6, 3, 18, 1, 4, 0];

/// A notification as octets: a message of SNMPv2c without a community, which the sender takes apart again. It says where
/// the notification came from (RFC 3584 §3.1): snmpTrapAddress.0 is its source, unless a proxy has put another one there.
/// The community stays here.
pub(super) fn payload(received: &ReceivedNotification) -> Option<Vec<u8>> {
    let is = |varbind: &VarBind, arcs: &[u32]| varbind.name.arcs().eq(arcs.iter().copied());
    let identity = received.trap_oid.clone()?;
    let mut own: Vec<VarBind> =
        received.varbinds.iter().filter(|varbind| !is(varbind, SNMP_TRAP_COMMUNITY_0)).cloned().collect();
    let source = received.source.ip().map(|address| address.ip().to_canonical());
    if let Some(std::net::IpAddr::V4(source)) = source {
        let address = Value::IpAddress(IpAddress(source.octets()));
        match own.iter_mut().find(|varbind| is(varbind, SNMP_TRAP_ADDRESS_0)) {
            // What an agent of SNMPv1 says that does not know its address.
            Some(varbind) if varbind.value == Value::IpAddress(IpAddress([0; 4])) => varbind.value = address,
            Some(_) => {}
            None => own.push(VarBind { name: Oid::from_arcs(SNMP_TRAP_ADDRESS_0).ok()?, value: address }),
        }
    }
    let varbinds = notification(received.up_time.unwrap_or(TimeTicks(0)), identity, own).ok()?;
    let body = OwnedBody::Pdu(Pdu { header: PduHeader::new(PduKind::Trap, 0), varbinds });
    let mut writer = Writer::new();
    Message { version: Version::V2c, community: Vec::new(), body }.write(&mut writer);
    writer.finish().ok().map(<[u8]>::to_vec)
}

/// The varbinds of such octets.
fn varbinds(octets: &[u8]) -> Option<Vec<VarBind>> {
    let mut decoder = Decoder::new(Rules::Lenient);
    match decoder.decode(octets).ok()?.message.body {
        Body::Pdu(pdu) => Some(pdu.varbinds.iter().map(|varbind| varbind.to_varbind()).collect()),
        Body::TrapV1(_) => None,
    }
}

/// Passes notifications on to another receiver.
pub(super) struct Forward {
    address: Address,
    credentials: Credentials,
    inform: bool,
    timeout: Duration,
    way: Option<Way>,
    /// The engine of traps of SNMPv3, and since when.
    engine: Option<(EngineState, Instant)>,
}

enum Way {
    Traps(Box<TrapSender>),
    Informs(Box<Session>),
}

impl fmt::Debug for Forward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forward").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Forward {
    pub(super) fn new(address: Address, credentials: Credentials, inform: bool, timeout: Duration) -> Self {
        Self { address, credentials, inform, timeout, way: None, engine: None }
    }

    /// Our own engine, which starts once for as long as the output lives.
    async fn engine(&mut self) -> Result<EngineState, Failure> {
        if let Some((state, _)) = self.engine {
            return Ok(state);
        }
        let Credentials::OwnEngine { engine_id, file, .. } = &self.credentials else {
            return Err(Failure::again("this output has no engine"));
        };
        let (configured, file) = (*engine_id, file.clone());
        let failure = |error: &dyn fmt::Display| Failure::again(format!("{}: {error}", file.display()));
        let store = FileStore::new(file.clone());
        let started = spawn_blocking(move || EngineState::start(&store, configured)).await;
        let state = started.map_err(|error| failure(&error))?.map_err(|error| failure(&error))?;
        tracing::info!(target: mibc_runtime::logs::TRAPD, address = %self.address, engine = %state.engine_id, boots = state.boots, "traps are forwarded from an engine");
        self.engine = Some((state, Instant::now()));
        Ok(state)
    }

    /// What the clock of our engine says.
    fn clock(&self) -> Option<EngineClock> {
        let (state, since) = self.engine?;
        let time = since.elapsed().as_secs().min(i32::MAX as u64) as u32;
        Some(EngineClock { boots: state.boots, time })
    }

    async fn way(&mut self) -> Result<Way, Failure> {
        if matches!(self.credentials, Credentials::OwnEngine { .. }) {
            self.engine().await?;
        }
        let failure = |error: &dyn fmt::Display| Failure::again(format!("{}: {error}", self.address));
        let found = TransportAddress::lookup(&self.address, 162).await.map_err(|error| failure(&error))?;
        let address = found.into_iter().next().ok_or_else(|| failure(&"the name has no address"))?;
        let read = |secret: &crate::delivery::Secret| secret.read().map_err(|error| failure(&error));
        if !self.inform {
            let sender = match &self.credentials {
                Credentials::V1(community) => TrapSender::v1(address, read(community)?.as_bytes()),
                Credentials::V2c(community) => TrapSender::v2c(address, read(community)?.as_bytes()),
                Credentials::OwnEngine { user, .. } => {
                    let engine = self.engine.zip(self.clock());
                    let ((state, _), clock) = engine.ok_or_else(|| failure(&"it has no engine"))?;
                    let sender = TrapSender::v3(address, user, state.engine_id, clock);
                    sender.map_err(|error| failure(&error))?
                }
                Credentials::V3(_) => return Err(failure(&"this user is for informs")),
            };
            return Ok(Way::Traps(Box::new(sender)));
        }
        let target = match &self.credentials {
            Credentials::V1(_) | Credentials::OwnEngine { .. } => return Err(failure(&"this is for traps")),
            Credentials::V2c(community) => Target::v2c(address, read(community)?.as_bytes()),
            Credentials::V3(user) => Target::v3(address, user.clone()),
        };
        let manager = Manager::bind().await.map_err(|error| failure(&error))?;
        Ok(Way::Informs(Box::new(manager.target(target.timeout(self.timeout)))))
    }

    async fn send_all(&mut self, batch: &[Record]) -> Result<(), Failure> {
        let mut way = match self.way.take() {
            Some(way) => way,
            None => self.way().await?,
        };
        if let (Way::Traps(sender), Some(clock)) = (&mut way, self.clock()) {
            sender.set_clock(clock);
        }
        for (sent, record) in batch.iter().enumerate() {
            let Some(varbinds) = varbinds(&record.payload) else {
                return Err(Failure::refused("what was kept is not a notification").taken(sent));
            };
            let failure = match &way {
                Way::Traps(sender) => match sender.send(&varbinds).await {
                    Ok(()) => None,
                    Err(error @ (TrapError::NotV1(_) | TrapError::TooLarge(_))) => {
                        Some(Failure::refused(format!("{}: {error}", self.address)))
                    }
                    Err(error) => Some(Failure::again(error.to_string())),
                },
                Way::Informs(session) => {
                    session.inform(&varbinds).await.err().map(|error| Failure::again(error.to_string()))
                }
            };
            if let Some(failure) = failure {
                return Err(failure.taken(sent));
            }
        }
        self.way = Some(way);
        Ok(())
    }
}

impl Sink for Forward {
    fn send<'a>(&'a mut self, batch: &'a [Record]) -> Sending<'a> {
        Box::pin(self.send_all(batch))
    }
}
