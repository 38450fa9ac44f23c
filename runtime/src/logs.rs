//! The targets of what mibc logs by `tracing`.
//!
//! Each event has one of these targets, a level, a message that does not change, and fields. `docs/logs.md` lists all of
//! them, with what each means. Names of modules are not targets, so a filter such as `mibc::agent=debug` keeps its meaning.
//!
//! | level | what it is for |
//! |---|---|
//! | `ERROR` | something is lost, or cannot go on |
//! | `WARN` | something is left out or dropped, and an operator can do something about it |
//! | `INFO` | what changes in operation, such as a target that is not asked any more |
//! | `DEBUG` | a single message or request: why it was refused, dropped or sent again |
//! | `TRACE` | each notification that has been delivered |
//!
//! Communities, passphrases and keys are never in an event.

/// The manager: requests, discovery, retries, circuit breakers.
pub const MANAGER: &str = "mibc::manager";
/// The agent: requests, access control, handlers.
pub const AGENT: &str = "mibc::agent";
/// The listener: notifications that are received.
pub const LISTENER: &str = "mibc::listener";
/// Notifications that an agent sends.
pub const NOTIFICATIONS: &str = "mibc::notifications";
/// What is passed on to other agents, and their subtrees.
pub const PROXY: &str = "mibc::proxy";
/// SNMPv3 of agents and listeners: Reports that are sent or withheld.
pub const SECURITY: &str = "mibc::security";
/// Sockets and connections.
pub const TRANSPORT: &str = "mibc::transport";
/// Row stores.
pub const ROWS: &str = "mibc::rows";
/// The administrative tables of an agent, and its configuration (`mibc-admin`).
pub const ADMINISTRATION: &str = "mibc::administration";
/// The exporter for Prometheus (`mibc-collect`).
pub const EXPORTER: &str = "mibc::exporter";
/// Records on their way to servers, files and processes (`mibc-collect`).
pub const DELIVERY: &str = "mibc::delivery";
/// The receiver of notifications as a service (`mibc-collect`).
pub const TRAPD: &str = "mibc::trapd";
/// The HTTP server of daemons (`mibc-collect`).
pub const HTTP: &str = "mibc::http";
/// Fleets on NATS: workers, their connection and their partitions (`mibc-collect`).
pub const FLEET: &str = "mibc::fleet";
/// Devices polled on a clock (`mibc-collect`).
pub const POLL: &str = "mibc::poll";
/// AgentX: sub-agents and the master agent (`mibc-agentx`).
pub const AGENTX: &str = "mibc::agentx";
/// Simulated devices (`mibc-simulator`).
pub const SIMULATOR: &str = "mibc::simulator";
/// The command `mibc agent`.
pub const COMMAND: &str = "mibc::command";
