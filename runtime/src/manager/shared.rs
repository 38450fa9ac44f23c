//! A manager on sockets that others receive from: what is for it is brought by a dispatcher.

use std::any::Any;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::runtime::Handle;

use super::{Links, Manager, registry};
use crate::ber::{Anomalies, Rules};
use crate::dispatcher::TakesResponses;
use crate::engine::Dropped;
use crate::link::{Link, UdpLinks, engine_address};
use crate::message::{MessageRef, PduRef};
use crate::net::{BUFFER, Origin, Outlet, Transport, TransportAddress, Udp};

/// A link whose socket others receive from.
#[derive(Debug)]
pub(crate) struct SharedLink(Arc<Link>);

/// A message that may be for one of a manager's exchanges.
pub(crate) struct Received<'l> {
    link: Option<&'l Link>,
    from: SocketAddr,
    octets: usize,
}

impl Manager {
    /// A manager that sends by these transports, and its side of each of them. It keeps what it is given.
    pub(crate) fn sharing(
        outlet: &Outlet,
    ) -> (impl FnOnce(Arc<dyn Any + Send + Sync>) -> Self + use<>, Vec<Option<SharedLink>>) {
        let runtime = Handle::current();
        let (mut v4, mut v6) = (None, None);
        let mut links = Vec::new();
        for transport in outlet.share() {
            let Some(TransportAddress::Udp(address)) = transport.local_address() else {
                links.push(None);
                continue;
            };
            let family = if address.is_ipv4() { &mut v4 } else { &mut v6 };
            if family.is_some() {
                links.push(None);
                continue;
            }
            let link = Arc::new(Link::new(Box::new(transport), Rules::Lenient, &runtime));
            *family = Some(Arc::clone(&link));
            links.push(Some(SharedLink(link)));
        }
        // A socket of its own for what the others do not reach.
        let own = |any: SocketAddr| {
            let transport = Udp::bind(any, BUFFER).ok()?;
            Some(Arc::new(Link::new(Box::new(transport), Rules::Lenient, &runtime)))
        };
        let v4 = v4.or_else(|| own(SocketAddr::from(([0; 4], 0))));
        let v6 = v6.or_else(|| own(SocketAddr::from(([0_u16; 8], 0))));
        let make = move |keeper| {
            let links = Links {
                v4,
                v6,
                connections: Mutex::default(),
                rules: Rules::Lenient,
                tap: None,
                runtime,
                registry: registry::Registry::default(),
                #[cfg(feature = "usm")]
                keys: crate::usm::KeyCache::new(),
                _keeper: Some(keeper),
            };
            Self { links: Arc::new(links) }
        };
        (make, links)
    }

    /// Its links for UDP, for who sends by them as well.
    pub(crate) fn udp_links(&self) -> UdpLinks {
        UdpLinks { v4: self.links.v4.clone(), v6: self.links.v6.clone() }
    }
}

impl<'l> Received<'l> {
    /// From there, of so many octets.
    pub(crate) fn new(link: Option<&'l SharedLink>, origin: &Origin, octets: usize) -> Self {
        let from = engine_address(origin.peer());
        Self { link: link.map(|link| &*link.0), from, octets }
    }
}

impl TakesResponses for Received<'_> {
    type Outcome = ();

    fn respond(
        &mut self,
        now: Instant,
        message: &MessageRef<'_>,
        pdu: &PduRef<'_>,
        anomalies: Anomalies,
    ) -> Result<(), Dropped> {
        let link = self.link.ok_or(Dropped::UnknownRequest)?;
        let from = self.from;
        link.take_in_one(self.octets, |exchanges| exchanges.respond(now, from, message, pdu, anomalies))
    }

    #[cfg(feature = "usm")]
    fn waits_for(&self, msg_id: i32) -> bool {
        self.link.is_some_and(|link| link.waits_for(msg_id))
    }

    #[cfg(feature = "usm")]
    fn respond_v3(
        &mut self,
        message: &crate::security::V3Message<'_>,
        decoder: &mut crate::message::Decoder,
        plain: &mut Vec<u8>,
    ) -> Result<(), Dropped> {
        let link = self.link.ok_or(Dropped::UnknownRequest)?;
        let from = self.from;
        link.take_in_one(self.octets, |exchanges| exchanges.respond_v3(from, message, decoder, plain))
    }

    fn note(&mut self, now: Instant, dropped: Dropped) {
        if let Some(link) = self.link {
            link.note_dropped(now, self.from, dropped);
        }
    }
}
