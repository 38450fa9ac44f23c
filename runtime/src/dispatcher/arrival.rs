//! A message that has come.

use std::time::Instant;

use crate::access::Origin;

/// A message, when it came, and what its transport knows about it.
///
/// ```
/// use std::time::Instant;
/// use mibc_runtime::agent::{Arrival, Exchange, Responder};
///
/// # fn answer(responder: &Responder, octets: &[u8], peer: std::net::SocketAddr) -> Option<Vec<u8>> {
/// let mut exchange = Exchange::default();
/// let arrival = Arrival::new(Instant::now(), octets).from(&peer);
/// responder.respond(arrival, &mut exchange).ok().map(<[u8]>::to_vec)
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    // Only the user-based security model looks at the time.
    #[cfg_attr(not(feature = "usm"), allow(dead_code))]
    pub(crate) now: Instant,
    pub(crate) octets: &'a [u8],
    pub(crate) origin: Option<&'a dyn Origin>,
}

impl<'a> Arrival<'a> {
    /// These octets at this time.
    #[must_use]
    pub fn new(now: Instant, octets: &'a [u8]) -> Self {
        Self { now, octets, origin: None }
    }

    /// From there; access control and handlers can see it.
    #[must_use]
    pub fn from(self, origin: &'a dyn Origin) -> Self {
        Self { origin: Some(origin), ..self }
    }
}
