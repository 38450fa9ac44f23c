//! What can be wrong with NATS.

use thiserror::Error;

/// What can be wrong with NATS.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// This is not the URL of a server.
    #[error(
        "`{url}` is not where a NATS server is ({reason}); expected nats://host:4222 or tls://host:4222, several with commas between them"
    )]
    Url {
        /// What was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No connection.
    #[error("cannot connect to NATS at {url}: {reason}; is nats-server running there, with -js?")]
    Connect {
        /// Where.
        url: String,
        /// Why.
        reason: String,
    },
    /// The server answers, but not to us: the credentials or the certificates do not fit.
    #[error("cannot log in to NATS at {url}: {reason}")]
    Denied {
        /// Where.
        url: String,
        /// Why, and what to do.
        reason: String,
    },
    /// No answer, which may be different in a moment.
    #[error("NATS did not answer ({what}): {reason}")]
    Away {
        /// What was asked.
        what: String,
        /// What came instead.
        reason: String,
    },
    /// The server knows us, but does not let us do this.
    #[error("NATS does not permit this ({what}): {reason}; give the user the permissions in docs/fleet.md")]
    NotAllowed {
        /// What was asked.
        what: String,
        /// The server's words.
        reason: String,
    },
    /// The server does not do what was asked.
    #[error("NATS refuses ({what}): {reason} (error {code})")]
    Refused {
        /// What was asked.
        what: String,
        /// The server's words.
        reason: String,
        /// The server's number for it.
        code: u64,
    },
    /// The server's answer does not have what it should have.
    #[error("NATS has sent an unexpected answer ({what}): {reason}")]
    Unusable {
        /// What was asked.
        what: String,
        /// What is missing.
        reason: String,
    },
    /// The server or its stream is not as it must be.
    #[error("{0}")]
    Unfit(String),
}

impl Error {
    /// Whether another attempt may succeed.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Away { .. } | Self::Connect { .. })
    }

    /// Whether another attempt may succeed, or would if the server's operator did something.
    pub(crate) fn may_pass(&self) -> bool {
        self.is_away() || matches!(self, Self::NotAllowed { .. })
    }
}
