//! From a message to its targets and back.

use std::collections::HashMap;
use std::future::{poll_fn, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::time::timeout;

use super::in_flight::{InFlight, Inform};
use super::translation::{Answer, Translation};
use crate::engine::{Counters, Retry, count};
use crate::entity::{Foreign, Forwarded, Forwarder, Forwarding};
use crate::logs::PROXY;
use crate::manager::{Error, Manager, Session, Target};
use crate::message::{Body, ErrorStatus, PduKind, PduRef, Version};
use crate::net::TransportAddress;
use crate::originator::{Destination, Event, Identity, Proxied, ProxyType, Receiver, Targets};
#[cfg(feature = "usm")]
use crate::usm::EngineId;
use crate::value::{VarBind, VarBindRef};

/// The longest time that a request waits for its target, whatever snmpTargetAddrTable says.
pub const LONGEST: Duration = Duration::from_secs(60);

/// Requests that may be under way to one target and context at a time; others wait.
const MAX_OUTSTANDING: usize = 256;

/// Targets and contexts that are remembered: the engines of SNMPv3 among them need not be asked who they are again.
const MAX_SESSIONS: usize = 4_096;

/// Sends a notification to a receiver: whether it was acknowledged.
pub(crate) type Deliver =
    Box<dyn Fn(&Arc<Receiver>, &Event) -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>;

/// Passes on what snmpProxyTable says.
pub(crate) struct Proxy {
    targets: Arc<Targets>,
    manager: Manager,
    deliver: Arc<Deliver>,
    counters: Arc<Counters>,
    /// The engine ID of the entity, whose own contexts are never passed on.
    own: Vec<u8>,
    sessions: Mutex<HashMap<Key, Session>>,
    informs: InFlight,
}

/// Where to, in whose name, and in which context.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    address: TransportAddress,
    version: i32,
    name: Vec<u8>,
    context_engine_id: Vec<u8>,
    context_name: Vec<u8>,
}

impl Proxy {
    pub(crate) fn new(
        targets: Arc<Targets>,
        manager: Manager,
        deliver: Deliver,
        counters: Arc<Counters>,
        own: Vec<u8>,
    ) -> Self {
        Self {
            targets,
            manager,
            deliver: Arc::new(deliver),
            counters,
            own,
            sessions: Mutex::default(),
            informs: InFlight::default(),
        }
    }

    fn request(&self, message: &Foreign<'_>, proxy_type: ProxyType, pdu: &PduRef<'_>) -> Option<Forwarding> {
        let (who, engine_id) = (message.who, message.context_engine_id);
        let tables = self.targets.tables();
        let target = match tables.proxied(proxy_type, engine_id, who) {
            Proxied::NotHere => return None,
            Proxied::NoTarget => None,
            Proxied::To(targets) => targets.first(),
        };
        let context = (engine_id, &*who.context_name);
        let destination = target.and_then(|target| tables.destination(target, context, &self.own));
        let version = destination.as_ref().map(|destination| destination.identity.version());
        let retry = destination.as_ref().map(|destination| destination.retry).unwrap_or_default();
        let session = destination.and_then(|destination| self.session(destination, context));
        let (Some(version), Some(session)) = (version, session) else {
            return Some(Box::pin(ready(Forwarded::Refused)));
        };
        let varbinds = pdu.varbinds.iter().map(|varbind| varbind.to_varbind()).collect();
        let translation = Translation::new(who.version, version, pdu.header, varbinds);
        let counters = Arc::clone(&self.counters);
        Some(Box::pin(async move {
            match timeout(patience(retry), pass(&session, translation)).await {
                Ok(Ok(Answer { status, index, varbinds, is_bad_use })) => {
                    if is_bad_use {
                        count(&counters.bad_community_uses);
                    }
                    Forwarded::Response { status, index, varbinds }
                }
                Ok(Err(error)) => failed(&error),
                Err(_) => {
                    tracing::debug!(target: PROXY, peer = %session.target(), "a request that was passed on is not answered");
                    Forwarded::Nothing
                }
            }
        }))
    }

    /// The way to a target; `None` if it cannot be asked about the context.
    fn session(&self, destination: Destination, context: (&[u8], &[u8])) -> Option<Session> {
        let Destination { address, retry, max_message, identity } = destination;
        let key = Key {
            address: address.clone(),
            version: identity.version().number(),
            name: identity.name().to_vec(),
            context_engine_id: context.0.to_vec(),
            context_name: context.1.to_vec(),
        };
        let target = match identity {
            Identity::Community(Version::V1, community) => Target::v1(address, community),
            Identity::Community(_, community) => Target::v2c(address, community),
            #[cfg(feature = "usm")]
            Identity::User(credentials, engine_id) => {
                let target = Target::v3_known(address, credentials)
                    .context_engine_id(EngineId::odd(context.0).ok()?)
                    .context_name(context.1);
                match engine_id {
                    Some(engine_id) => target.engine_id(engine_id),
                    None => target,
                }
            }
        };
        let target = target.timeout(retry.timeout).retries(retry.retries).max_message(max_message);
        // Each request is to find out for itself, and has its own deadline.
        let target = target.breaker(None).max_outstanding(MAX_OUTSTANDING);
        let session = self.manager.target(target);
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= MAX_SESSIONS && !sessions.contains_key(&key) {
            sessions.clear();
        }
        // Sessions of equal targets are one, as long as one of them is kept.
        sessions.insert(key, session.clone());
        Some(session)
    }

    fn notification(&self, message: &Foreign<'_>, proxy_type: ProxyType) -> Option<Forwarding> {
        let (who, engine_id) = (message.who, message.context_engine_id);
        let tables = self.targets.tables();
        let is_inform = proxy_type == ProxyType::Inform;
        let nowhere = if is_inform { Forwarded::Refused } else { Forwarded::Nothing };
        let receivers = match tables.proxied(proxy_type, engine_id, who) {
            Proxied::NotHere => return None,
            Proxied::NoTarget => return Some(Box::pin(ready(nowhere))),
            Proxied::To(receivers) => receivers.to_vec(),
        };
        let Some(event) = Event::received(message.body, message.community.unwrap_or_default()) else {
            tracing::debug!(target: PROXY, "a notification that does not say what it is is not passed on");
            return Some(Box::pin(ready(nowhere)));
        };
        let event = event.context_engine_id(engine_id).context(&*who.context_name);
        let inform = match message.body {
            Body::Pdu(pdu) if is_inform => {
                let varbinds: Vec<VarBind> = pdu.varbinds.iter().map(VarBindRef::to_varbind).collect();
                Some((self.informs.enter(message, pdu), varbinds))
            }
            _ => None,
        };
        let deliver = Arc::clone(&self.deliver);
        Some(Box::pin(async move {
            let deliver = || receivers.iter().map(|receiver| deliver(receiver, &event)).collect::<Vec<_>>();
            let Some((inform, varbinds)) = inform else {
                // It goes on its way also if nobody waits.
                drop(deliver());
                return Forwarded::Nothing;
            };
            let is_acknowledged = match inform {
                Inform::New(passing) => {
                    let is_acknowledged = first(&mut deliver()).await;
                    passing.done(is_acknowledged);
                    is_acknowledged
                }
                Inform::Again(again) => again.wait().await,
            };
            if is_acknowledged {
                return Forwarded::Response { status: ErrorStatus::NO_ERROR, index: 0, varbinds };
            }
            Forwarded::Nothing
        }))
    }
}

impl Forwarder for Proxy {
    fn forward(&self, message: &Foreign<'_>) -> Option<Forwarding> {
        let engine_id = message.context_engine_id;
        if engine_id.is_empty() || engine_id == self.own {
            return None;
        }
        let pdu = match message.body {
            Body::TrapV1(_) => return self.notification(message, ProxyType::Trap),
            Body::Pdu(pdu) => pdu,
        };
        match pdu.header.kind {
            PduKind::Get | PduKind::GetNext | PduKind::GetBulk => self.request(message, ProxyType::Read, pdu),
            PduKind::Set => self.request(message, ProxyType::Write, pdu),
            PduKind::Trap => self.notification(message, ProxyType::Trap),
            PduKind::Inform => self.notification(message, ProxyType::Inform),
            PduKind::Response | PduKind::Report => None,
        }
    }
}

impl Identity {
    fn version(&self) -> Version {
        match self {
            Self::Community(version, _) => *version,
            #[cfg(feature = "usm")]
            Self::User(..) => Version::V3,
        }
    }

    fn name(&self) -> &[u8] {
        match self {
            Self::Community(_, community) => community,
            #[cfg(feature = "usm")]
            Self::User(credentials, _) => credentials.name(),
        }
    }
}

/// Asks until there is an answer.
async fn pass(session: &Session, mut translation: Translation) -> Result<Answer, Error> {
    if let Some(refusal) = translation.refusal() {
        return Ok(refusal);
    }
    loop {
        let (header, varbinds) = translation.request();
        let response = session.pass(header, varbinds).await?;
        let found: Vec<VarBind> = response.varbinds().iter().map(VarBindRef::to_varbind).collect();
        if let Some(answer) = translation.response(response.error_status, response.error_index, found) {
            return Ok(answer);
        }
    }
}

/// What becomes of a request that has no answer.
fn failed(error: &Error) -> Forwarded {
    tracing::debug!(target: PROXY, %error, "a request is not passed on");
    match error {
        Error::Timeout { .. } | Error::Deadline { .. } | Error::Closed { .. } => Forwarded::Nothing,
        Error::Report { report, value, .. } => Forwarded::Report { report: *report, value: *value },
        _ => Forwarded::Refused,
    }
}

/// How long all attempts take.
fn patience(retry: Retry) -> Duration {
    let attempts = 1_u32.checked_shl(retry.retries.saturating_add(1)).unwrap_or(0).wrapping_sub(1);
    let all = retry.timeout.saturating_mul(attempts);
    // Repetitions wait up to a quarter longer.
    all.saturating_add(all / 4).min(LONGEST)
}

/// Waits for the first that succeeds; `false` if none does.
async fn first(running: &mut Vec<Pin<Box<dyn Future<Output = bool> + Send>>>) -> bool {
    poll_fn(|cx| {
        let mut has_succeeded = false;
        running.retain_mut(|one| match one.as_mut().poll(cx) {
            Poll::Ready(succeeded) => {
                has_succeeded |= succeeded;
                false
            }
            Poll::Pending => true,
        });
        if has_succeeded || running.is_empty() { Poll::Ready(has_succeeded) } else { Poll::Pending }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_has_an_end() {
        let retry =
            |timeout, retries| Retry { timeout: Duration::from_millis(timeout), retries, steady: false };
        assert_eq!(patience(retry(1_000, 0)), Duration::from_millis(1_250));
        assert_eq!(patience(retry(1_000, 2)), Duration::from_millis(8_750));
        assert_eq!(patience(retry(15_000, 3)), LONGEST);
        assert_eq!(patience(retry(u64::MAX, 255)), LONGEST);
        assert_eq!(patience(retry(0, 40)), Duration::ZERO);
    }
}
