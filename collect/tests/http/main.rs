//! The HTTP server over sockets: passwords, TLS, clients that are odd.

mod passwords;
mod place;
mod server;
#[cfg(feature = "tls")]
mod tls;
