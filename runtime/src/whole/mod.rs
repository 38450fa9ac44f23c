//! A whole SNMP entity (RFC 3411 §3.1.3): manager, agent and listener on the same sockets, with one engine.
//!
//! ```no_run
//! use mibc_runtime::agent::{Agent, Community};
//! use mibc_runtime::listener::Listener;
//! use mibc_runtime::manager::Target;
//! use mibc_runtime::whole::Entity;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let entity = Entity::bind("0.0.0.0:161").await?;
//! let manager = entity.manager();
//! let agent = entity.agent(Agent::builder().community(Community::read_only("public")))?;
//! let mut listener = entity.listener(Listener::builder().community("traps"))?;
//! let _running = agent.spawn();
//! let neighbour = manager.target(Target::v2c("192.0.2.1", "public"));
//! while let Some(notification) = listener.next().await {
//!     println!("{} {:?}", notification.source, notification.trap_oid);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The handles are what they are by themselves. One task takes in what comes to the sockets and hands it out; it ends
//! with the last handle. Agent and listener are one engine of SNMPv3, with one ID, one clock and one list of users.
//!
//! What is different:
//!
//! - Requests and the agent's notifications leave from the sockets that everything comes to; informs are exchanges in the same
//!   table as requests. To an address family that the entity has no UDP socket for, manager and agent have one other socket,
//!   and connections to others over TCP and the Unix domain belong to whoever opens them.
//! - A listener whose queue is full does not make the others wait: traps are dropped then, and informs are not acknowledged,
//!   so that they are repeated. [`Listener::overflows`](crate::listener::Listener::overflows) counts both.

mod builder;
mod entity;
mod run;

pub use builder::{BindError, EntityBuilder};
pub use entity::Entity;
