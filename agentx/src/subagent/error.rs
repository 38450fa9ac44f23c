//! What can go wrong between a sub-agent and its master agent.

use std::io;

use mibc_runtime::originator::EventError;

use crate::endpoint::{Endpoint, EndpointError};
use crate::pdu::Status;

/// Why a sub-agent cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The text does not say where.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The master agent cannot be reached.
    #[error(
        "there is no master agent at {endpoint}: {source}. Start one (for snmpd: `master agentx` and `agentXSocket`), or \
         let the sub-agent wait for it with `.wait_for_master()`"
    )]
    Master {
        /// Where it should have been.
        endpoint: Endpoint,
        /// What the system says.
        source: io::Error,
    },
}

/// Why a master agent has not done what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// It says so.
    #[error("the master agent refuses: {status} (variable {index})")]
    Refused {
        /// Why.
        status: Status,
        /// Which variable is at fault, counted from 1; 0 for none.
        index: usize,
    },
    /// The sub-agent was stopped before there was an answer.
    #[error("the sub-agent was stopped before the master agent answered")]
    Stopped,
}

/// Why a notification has not reached the master agent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotifyError {
    /// It is not one.
    #[error(transparent)]
    Event(#[from] EventError),
    /// Too many wait already.
    #[error(
        "{limit} notifications wait for the master agent, and there is no room for more: see \
         `SubAgentBuilder::notification_limit`"
    )]
    QueueFull {
        /// How many may wait.
        limit: usize,
    },
    /// The master agent does not send it.
    #[error("the master agent refuses the notification: {0}")]
    Refused(Status),
    /// The sub-agent was stopped before the master agent had it.
    #[error("the sub-agent was stopped before the master agent had the notification")]
    Stopped,
}
