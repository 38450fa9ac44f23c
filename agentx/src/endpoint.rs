//! Where a master agent is (RFC 2741 §8).

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// The port of master agents on TCP.
pub const PORT: u16 = 705;

/// The socket of master agents in the Unix domain.
pub const SOCKET: &str = "/var/agentx/master";

/// Where a master agent listens: `unix:/PATH`, or `tcp:HOST`, `tcp:HOST:PORT`.
///
/// ```
/// use mibc_agentx::Endpoint;
///
/// let endpoint: Endpoint = "tcp:localhost".parse()?;
/// assert_eq!(endpoint.to_string(), "tcp:localhost:705");
/// assert_eq!("/var/agentx/master".parse::<Endpoint>()?, Endpoint::default());
/// # Ok::<(), mibc_agentx::EndpointError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// A stream socket of the Unix domain.
    Unix(PathBuf),
    /// A name or address, and a port.
    Tcp(String, u16),
}

/// What is wrong with the text of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not where a master agent can be: expected `unix:/PATH`, `tcp:HOST` or `tcp:HOST:PORT`")]
pub struct EndpointError(String);

/// [`SOCKET`].
impl Default for Endpoint {
    fn default() -> Self {
        Self::Unix(PathBuf::from(SOCKET))
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        let error = || EndpointError(text.to_owned());
        if let Some(path) = text.strip_prefix("unix:").or_else(|| text.starts_with('/').then_some(text)) {
            return if path.is_empty() { Err(error()) } else { Ok(Self::Unix(PathBuf::from(path))) };
        }
        let rest = text.strip_prefix("tcp:").ok_or_else(error)?;
        // An address of IPv6 is in brackets, and has colons of its own.
        let (host, port) = match rest.strip_prefix('[').map(|inner| inner.split_once(']')) {
            Some(None) => return Err(error()),
            Some(Some((host, ""))) => (host, None),
            Some(Some((host, port))) => (host, Some(port.strip_prefix(':').ok_or_else(error)?)),
            None => rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port))),
        };
        let port = port.map_or(Ok(PORT), str::parse).map_err(|_| error())?;
        if host.is_empty() { Err(error()) } else { Ok(Self::Tcp(host.to_owned(), port)) }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tcp(host, port) if host.contains(':') => write!(f, "tcp:[{host}]:{port}"),
            Self::Tcp(host, port) => write!(f, "tcp:{host}:{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read() {
        for (text, written) in [
            ("unix:/run/agentx", "unix:/run/agentx"),
            ("/run/agentx", "unix:/run/agentx"),
            ("unix:relative", "unix:relative"),
            ("tcp:192.0.2.1", "tcp:192.0.2.1:705"),
            ("tcp:host:7050", "tcp:host:7050"),
            ("tcp:[2001:db8::1]", "tcp:[2001:db8::1]:705"),
            ("tcp:[::1]:1", "tcp:[::1]:1"),
        ] {
            assert_eq!(text.parse::<Endpoint>().expect(text).to_string(), written);
        }
        for text in [
            "",
            "unix:",
            "tcp:",
            "udp:host",
            "tcp:host:x",
            "tcp:host:70500",
            "tcp:[::1",
            "tcp:[::1]1",
            "host",
        ] {
            let error = text.parse::<Endpoint>().expect_err(text);
            assert!(error.to_string().contains("expected `unix:/PATH`"));
        }
    }
}
