//! Receivers of notifications, and the form in which they get them.

use std::fmt;
use std::time::Duration;

#[cfg(feature = "usm")]
use super::sink_v3::Sender;
use crate::engine::Retry;
use crate::net::TransportAddress;

/// How long an inform waits for its response before it is sent again, unless [`Sink::timeout`] says otherwise.
const INFORM_TIMEOUT: Duration = Duration::from_millis(1_500);

/// How often an inform is sent again, unless [`Sink::retries`] says otherwise.
const INFORM_RETRIES: u32 = 3;

/// A receiver of notifications, and the form in which it gets them.
///
/// Its address is of any transport: a [`SocketAddr`](std::net::SocketAddr) is one of UDP, where receivers have port
/// 162; [`TransportAddress::lookup`] makes any other from text. Over TCP and the Unix domain each notification has a
/// connection of its own, so that one that does not arrive there is an error.
///
/// ```
/// use mibc_runtime::agent::Sink;
/// use mibc_runtime::net::TransportAddress;
/// use std::net::SocketAddr;
///
/// let collector = SocketAddr::from(([192, 0, 2, 1], 162));
/// let over_udp = Sink::v2c(collector, "traps");
/// let over_tcp = Sink::inform(TransportAddress::Tcp(collector), "traps");
/// ```
#[derive(Clone)]
pub struct Sink {
    pub(super) address: TransportAddress,
    pub(super) form: Form,
    pub(super) retry: Retry,
}

#[derive(Clone, Debug)]
pub(super) enum Form {
    Trap(Trap),
    Inform(Inform),
}

#[derive(Clone)]
pub(super) enum Trap {
    V1 {
        community: Vec<u8>,
    },
    V2c {
        community: Vec<u8>,
    },
    #[cfg(feature = "usm")]
    V3(Sender),
}

#[derive(Clone)]
pub(super) enum Inform {
    V2c {
        community: Vec<u8>,
    },
    #[cfg(feature = "usm")]
    V3(Sender),
}

impl Sink {
    fn new(address: impl Into<TransportAddress>, form: Form) -> Self {
        let address = address.into().canonical();
        Self {
            address,
            form,
            retry: Retry { timeout: INFORM_TIMEOUT, retries: INFORM_RETRIES, steady: false },
        }
    }

    /// Gets SNMPv1 traps. Notifications with a Counter64 cannot be sent there.
    #[must_use]
    pub fn v1(address: impl Into<TransportAddress>, community: impl Into<Vec<u8>>) -> Self {
        Self::new(address, Form::Trap(Trap::V1 { community: community.into() }))
    }

    /// Gets SNMPv2c traps.
    #[must_use]
    pub fn v2c(address: impl Into<TransportAddress>, community: impl Into<Vec<u8>>) -> Self {
        Self::new(address, Form::Trap(Trap::V2c { community: community.into() }))
    }

    /// Gets SNMPv2c informs, which it acknowledges.
    #[must_use]
    pub fn inform(address: impl Into<TransportAddress>, community: impl Into<Vec<u8>>) -> Self {
        Self::new(address, Form::Inform(Inform::V2c { community: community.into() }))
    }

    /// Gets SNMPv3 traps in the name of this user, at the highest level that it has keys for.
    ///
    /// The agent's own engine is the authoritative one (RFC 3414 §3.1 (6b)): receivers know the user under its
    /// engine ID. An [engine store](super::AgentBuilder::engine_store) keeps that over restarts.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn v3_trap(address: impl Into<TransportAddress>, user: crate::usm::User) -> Self {
        Self::new(address, Form::Trap(Trap::V3(Sender::new(user))))
    }

    /// Gets SNMPv3 informs in the name of this user, at the highest level that it has keys for.
    ///
    /// The receiver's engine is the authoritative one: its ID and its clock are found out by the first inform, and
    /// followed from then on.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn v3_inform(address: impl Into<TransportAddress>, user: crate::usm::User) -> Self {
        Self::new(address, Form::Inform(Inform::V3(Sender::new(user))))
    }

    /// The context that notifications over SNMPv3 are of; the one without a name unless set. Without effect on the
    /// older versions.
    #[cfg(feature = "usm")]
    #[must_use]
    pub fn context_name(mut self, name: impl Into<Vec<u8>>) -> Self {
        if let Form::Trap(Trap::V3(sender)) | Form::Inform(Inform::V3(sender)) = &mut self.form {
            sender.set_context_name(name.into());
        }
        self
    }

    /// How long an inform waits for its acknowledgement before it is sent again; 1.5 seconds by default. Each time it
    /// waits twice as long as the time before.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        self.retry(|retry| retry.timeout = timeout)
    }

    /// How often an inform is sent again; 3 times by default.
    #[must_use]
    pub fn retries(self, retries: u32) -> Self {
        self.retry(|retry| retry.retries = retries)
    }

    fn retry(mut self, change: impl FnOnce(&mut Retry)) -> Self {
        change(&mut self.retry);
        #[cfg(feature = "usm")]
        if let Form::Inform(Inform::V3(sender)) = &mut self.form {
            sender.forget();
        }
        self
    }

    /// Whether it takes an engine of SNMPv3 to send there.
    #[cfg(feature = "usm")]
    pub(super) fn is_v3_trap(&self) -> bool {
        matches!(self.form, Form::Trap(Trap::V3(_)))
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink")
            .field("address", &self.address)
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

/// Keeps communities and keys out of logs, as the next does.
impl fmt::Debug for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Trap::V1 { .. } => "SNMPv1",
            Trap::V2c { .. } => "SNMPv2c",
            #[cfg(feature = "usm")]
            Trap::V3(_) => "SNMPv3",
        })
    }
}

impl fmt::Debug for Inform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Inform::V2c { .. } => "SNMPv2c",
            #[cfg(feature = "usm")]
            Inform::V3(_) => "SNMPv3",
        })
    }
}
