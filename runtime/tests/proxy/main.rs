//! The proxy forwarder over loopback: RFC 3413 §3.5, RFC 3584 §4.3.
#![cfg(all(feature = "agent", feature = "manager", feature = "listener", feature = "usm"))]
#![forbid(unsafe_code)]

mod entity;
mod lab;
mod notifications;
mod requests;
mod subtrees;
