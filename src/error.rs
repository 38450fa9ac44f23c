//! One error for programs that do several things.

use mibc_runtime::{index::IndexError, oid::OidError, typed};
use std::{fmt, io, net::AddrParseError};

/// Everything that can go wrong for a program that asks agents, is one, or receives notifications: `?` makes it of the
/// error of each of these, which [`source`](std::error::Error::source) and [`Display`](std::fmt::Display) pass through.
/// `Debug` writes the same text as `Display`, since that is what a `main` that returns the error prints.
///
/// ```
/// use mibc::{Agent, Community, Listener, Manager, mibs::if_mib::*, runtime::typed::Notification};
///
/// async fn start() -> Result<(), mibc::Error> {
///     let _manager = Manager::bind().await?;
///     let listener = Listener::builder().community("traps").bind("127.0.0.1:0").await?;
///     let agent = Agent::builder().community(Community::read_only("public")).bind("127.0.0.1:0").await?;
///     agent.notify(LinkDown::at(7, IfAdminStatus::UP, IfOperStatus::DOWN)).await?;
///     agent.spawn().stop().await?;
///     drop(listener);
///     Ok(())
/// }
///
/// let error = LinkDown::at(-7, IfAdminStatus::UP, IfOperStatus::DOWN).varbinds().map_err(mibc::Error::from);
/// assert!(matches!(error, Err(mibc::Error::Name(_))));
/// assert_eq!(format!("{error:?}"), format!("Err({})", error.unwrap_err()));
/// # #[tokio::main]
/// # async fn main() -> Result<(), mibc::Error> { start().await }
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Of a manager: no answer, a refusal, an answer that does not fit.
    #[cfg(feature = "manager")]
    #[error(transparent)]
    Manager(#[from] crate::manager::Error),
    /// An agent cannot listen.
    #[cfg(feature = "agent")]
    #[error(transparent)]
    AgentBind(#[from] crate::agent::BindError),
    /// A notification was not sent, or not acknowledged.
    #[cfg(feature = "agent")]
    #[error(transparent)]
    Notify(#[from] crate::agent::NotifyError),
    /// Rows cannot be as the application wants them.
    #[cfg(feature = "agent")]
    #[error(transparent)]
    Rows(#[from] crate::rows::RowError),
    /// A listener cannot listen.
    #[cfg(feature = "listener")]
    #[error(transparent)]
    ListenerBind(#[from] crate::listener::BindError),
    /// An entity cannot be where it is to be.
    #[cfg(all(feature = "manager", feature = "agent", feature = "listener"))]
    #[error(transparent)]
    EntityBind(#[from] crate::whole::BindError),
    /// A user of SNMPv3 cannot be worked with.
    #[cfg(feature = "usm")]
    #[error(transparent)]
    User(#[from] crate::usm::UserError),
    /// A variable has no name on the wire.
    #[error(transparent)]
    Name(#[from] typed::NameError),
    /// What was received is not what the MIB says.
    #[error(transparent)]
    Decode(#[from] typed::DecodeError),
    /// Sub-identifiers are not an index.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// An OID is not valid.
    #[error(transparent)]
    Oid(#[from] OidError),
    /// A text is not an address.
    #[error(transparent)]
    Address(#[from] AddrParseError),
    /// What the system says, also of an agent that runs.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
