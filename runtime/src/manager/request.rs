//! One request and its response, with everything that can go wrong on the way named.

use super::error::{Attempt, Error, Hint, Phase};
use super::link::Link;
use super::target::{Endpoint, Target};
use super::{Links, Session};
use crate::ber::Anomalies;
use crate::engine::{Outcome, Peer, PlanError, Response, StartError};
use crate::message::PduHeader;
use crate::typed::ObjectRef;
use crate::value::VarBindRef;
use std::io;
use std::net::{SocketAddr, SocketAddrV6};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// What the sessions of one target share.
#[derive(Debug)]
pub(super) struct Shared {
    links: Arc<Links>,
    pub(super) target: Target,
    route: OnceCell<Route>,
}

/// The way to a target whose name has been looked up.
#[derive(Debug)]
struct Route {
    link: Arc<Link>,
    peer: Way,
}

/// How a target is spoken to.
#[derive(Debug)]
enum Way {
    Community(Peer<SocketAddr>),
    #[cfg(feature = "usm")]
    V3(Arc<crate::engine::V3Peer<SocketAddr>>),
}

impl Way {
    /// Why a request may go unanswered.
    fn hint(&self) -> Hint {
        match self {
            #[cfg(feature = "usm")]
            Way::V3(peer) if peer.level().has_privacy() => Hint::Privacy,
            _ => Hint::None,
        }
    }
}

/// Which request of an operation is under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) header: PduHeader,
    /// From 1.
    pub(super) number: u32,
}

impl Session {
    pub(super) fn new(links: Arc<Links>, target: Target) -> Self {
        Self { shared: Arc::new(Shared { links, target, route: OnceCell::new() }) }
    }

    /// Sends a request and waits for its response, whatever its error status.
    pub(super) async fn exchange<'v, I>(&self, step: Step, varbinds: I) -> Result<Response, Error>
    where
        I: IntoIterator<Item = VarBindRef<'v>, IntoIter: DoubleEndedIterator>,
    {
        let route = self.shared.route().await?;
        let started = match &route.peer {
            Way::Community(peer) => route.link.start(peer, step.header, varbinds),
            #[cfg(feature = "usm")]
            Way::V3(peer) => route.link.start_v3(peer, step.header, varbinds),
        };
        let exchange = started.map_err(|error| {
            let at = self.at(step, 0, Duration::ZERO);
            match error {
                StartError::TooLarge(too_large) => Error::TooLarge { at, limit: too_large.limit },
                StartError::Busy => Error::Busy { at },
            }
        })?;
        match exchange.await {
            Some(Outcome::Response(response)) => Ok(response),
            Some(Outcome::TimedOut { attempts, elapsed, wrong_source, anomalies }) => {
                let hint = route.peer.hint();
                let at = Box::new(Attempt { anomalies, ..*self.at(step, attempts, elapsed) });
                Err(Error::Timeout { at, wrong_source, hint })
            }
            Some(Outcome::Refused { report, attempts, elapsed }) => {
                Err(Error::Report { at: self.at(step, attempts, elapsed), report })
            }
            Some(Outcome::Undiscovered { attempts, elapsed, wrong_source }) => {
                let at = self.shared.at(Phase::Discovery, attempts, elapsed);
                Err(Error::Timeout { at, wrong_source, hint: Hint::None })
            }
            Some(Outcome::Unsent(source)) => {
                Err(Error::Send { at: self.at(step, 0, Duration::ZERO), source })
            }
            None => Err(Error::Closed { at: self.at(step, 0, Duration::ZERO) }),
        }
    }

    /// For errors: how far the operation came.
    pub(super) fn at(&self, step: Step, attempt: u32, elapsed: Duration) -> Box<Attempt> {
        let phase = Phase::Request { kind: step.header.kind, number: step.number };
        self.shared.at(phase, attempt, elapsed)
    }

    /// For errors after a response: how far the operation came.
    pub(super) fn after(&self, step: Step, response: &Response) -> Box<Attempt> {
        let at = *self.at(step, response.attempts, response.elapsed);
        Box::new(Attempt { anomalies: response.anomalies, ..at })
    }

    /// The error of a walk or table read.
    pub(super) fn plan_error(&self, at: Box<Attempt>, error: PlanError) -> Error {
        match error {
            PlanError::NotIncreasing { previous, found } => Error::NotIncreasing { at, previous, found },
            PlanError::Empty => Error::Mismatch { at, what: "it has no varbinds" },
            PlanError::Status { status, index, name } => {
                Error::Status { at, status, index, oid: name, object: None }
            }
            PlanError::Limit(limit) => Error::Limit { at, limit },
        }
    }
}

impl Error {
    /// Adds what object an error status is about.
    pub(super) fn about(mut self, objects: &[ObjectRef]) -> Self {
        if let Error::Status { index, object, .. } = &mut self {
            let place = usize::try_from(*index).ok().and_then(|index| index.checked_sub(1));
            *object = place.and_then(|place| objects.get(place)).copied();
        }
        self
    }
}

impl Shared {
    fn at(&self, phase: Phase, attempt: u32, elapsed: Duration) -> Box<Attempt> {
        let target = self.target.to_string();
        let attempts = self.target.retry.retries.saturating_add(1);
        Box::new(Attempt { target, phase, attempt, attempts, elapsed, anomalies: Anomalies::NONE })
    }

    /// The way to the target; looks up its name unless that has succeeded before.
    async fn route(&self) -> Result<&Route, Error> {
        if let Some(route) = self.route.get() {
            return Ok(route);
        }
        self.route
            .get_or_try_init(|| async {
                let (address, link) = self.find_address().await.map_err(|source| {
                    let at = self.at(Phase::Resolve, 0, Duration::ZERO);
                    Error::Resolve { at, source }
                })?;
                Ok(Route { link, peer: self.way(address)? })
            })
            .await
    }

    fn way(&self, address: SocketAddr) -> Result<Way, Error> {
        let target = &self.target;
        #[cfg(feature = "usm")]
        if let Some(v3) = &target.v3 {
            let peer = v3.peer(address, target, self.links.keys());
            let peer = peer.map_err(|source| Error::User { target: target.to_string(), source })?;
            return Ok(Way::V3(Arc::new(peer)));
        }
        Ok(Way::Community(Peer {
            address,
            version: target.version,
            community: target.community.clone(),
            retry: target.retry,
            any_source: target.any_source,
            rules: target.rules,
        }))
    }

    async fn find_address(&self) -> io::Result<(SocketAddr, Arc<Link>)> {
        let target = &self.target;
        let mut addresses: Vec<SocketAddr> = match target.address.endpoint() {
            Endpoint::Socket(address) => vec![address],
            Endpoint::Host(host, port) => tokio::net::lookup_host((host, port)).await?.collect(),
        };
        addresses.iter_mut().for_each(normalise);
        // Agents that speak both are rarely asked for IPv6 by name; other tools take IPv4 as well.
        addresses.sort_by_key(SocketAddr::is_ipv6);
        let (address, link) = addresses
            .into_iter()
            .find_map(|address| Some((address, self.links.to(&address)?)))
            .ok_or_else(|| io::Error::other("no address of a family that the manager has a socket for"))?;
        Ok((address, Arc::clone(link)))
    }
}

/// Writes an address as the kernel will write it in responses: IPv4 as such, and a zone where it
/// means something.
fn normalise(address: &mut SocketAddr) {
    address.set_ip(address.ip().to_canonical());
    if let SocketAddr::V6(v6) = address {
        let zone = if v6.ip().is_unicast_link_local() { v6.scope_id() } else { 0 };
        *v6 = SocketAddrV6::new(*v6.ip(), v6.port(), 0, zone);
    }
}
