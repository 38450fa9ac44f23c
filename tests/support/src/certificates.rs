//! Certificates for tests of TLS on this machine: an authority, two servers (`localhost`, `127.0.0.1`, `::1`) and a client
//! (`client.example.net`). They are valid from 2020 to 2120. Nothing else trusts the authority, whose key is thrown away.

/// The authority.
pub const AUTHORITY: &str = include_str!("../certificates/authority.pem");
/// A server.
pub const SERVER: &str = include_str!("../certificates/server.pem");
/// Its key.
pub const SERVER_KEY: &str = include_str!("../certificates/server-key.pem");
/// Another certificate of the server.
pub const RENEWED: &str = include_str!("../certificates/renewed.pem");
/// Its key.
pub const RENEWED_KEY: &str = include_str!("../certificates/renewed-key.pem");
/// A client.
pub const CLIENT: &str = include_str!("../certificates/client.pem");
/// Its key.
pub const CLIENT_KEY: &str = include_str!("../certificates/client-key.pem");
