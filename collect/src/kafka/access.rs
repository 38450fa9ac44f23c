//! Where the brokers are, and as whom to speak to them.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::rustls::ClientConfig;
use zeroize::Zeroizing;

/// The port of brokers.
const PORT: u16 = 9092;

/// Where the brokers are, and as whom to speak to them.
#[derive(Clone)]
#[non_exhaustive]
pub struct Access {
    /// Addresses of brokers, as in `kafka1:9092`. One that answers is enough: it tells the others.
    pub brokers: Vec<String>,
    /// TLS, if it is to be used.
    pub tls: Option<Arc<ClientConfig>>,
    /// Who we are, if that has to be said.
    pub login: Option<Login>,
    /// How long a broker may take.
    pub timeout: Duration,
    /// The name that brokers' logs and figures have.
    pub name: String,
}

/// Who we are.
#[derive(Clone)]
#[non_exhaustive]
pub struct Login {
    /// How it is proved.
    pub mechanism: Mechanism,
    /// The name.
    pub user: String,
    /// The password.
    pub password: Zeroizing<String>,
}

/// How a password is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// It is sent as it is, for connections with TLS.
    Plain,
    /// By a proof with SHA-256 (RFC 7677).
    ScramSha256,
    /// By a proof with SHA-512.
    ScramSha512,
}

/// How records are made smaller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// They stay as they are.
    #[default]
    None = 0,
    /// Snappy.
    Snappy = 2,
}

impl Access {
    /// Brokers without TLS and passwords, each of which may take 30 seconds.
    pub fn new(brokers: Vec<String>) -> Self {
        Self { brokers, tls: None, login: None, timeout: Duration::from_secs(30), name: "mibc".to_owned() }
    }
}

impl Login {
    /// A name and its password.
    pub fn new(mechanism: Mechanism, user: impl Into<String>, password: Zeroizing<String>) -> Self {
        Self { mechanism, user: user.into(), password }
    }
}

impl Mechanism {
    /// What SASL calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha512 => "SCRAM-SHA-512",
        }
    }
}

impl FromStr for Mechanism {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Plain, Self::ScramSha256, Self::ScramSha512];
        let found = all.into_iter().find(|mechanism| mechanism.name().eq_ignore_ascii_case(text));
        found.ok_or_else(|| {
            format!(
                "`{text}` is not a mechanism that is known; expected plain, scram-sha-256 or scram-sha-512"
            )
        })
    }
}

impl FromStr for Compression {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            "snappy" => Ok(Self::Snappy),
            _ => Err(format!("`{text}` is not a compression that is known; expected none or snappy")),
        }
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("brokers", &self.brokers).finish_non_exhaustive()
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("mechanism", &self.mechanism)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// The host and the port of an address.
///
/// # Errors
/// It is not one; in words.
pub fn host_and_port(address: &str) -> Result<(&str, u16), String> {
    let wrong = || {
        format!(
            "`{address}` is not the address of a broker; expected a host with a port, as in kafka1:9092 or [2001:db8::1]:9092"
        )
    };
    let (host, port) = match address.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']').ok_or_else(wrong)?;
            match after.strip_prefix(':') {
                Some(port) => (host, Some(port)),
                None if after.is_empty() => (host, None),
                None => return Err(wrong()),
            }
        }
        None => match address.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (address, None),
        },
    };
    let named = !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c == '/' || c == ',');
    match port.map_or(Ok(PORT), str::parse) {
        Ok(port) if named && port > 0 => Ok((host, port)),
        _ => Err(wrong()),
    }
}

/// Whether a text can be the name of a topic.
///
/// # Errors
/// It cannot; in words.
pub fn check_topic(topic: &str) -> Result<(), String> {
    let plain = |c: u8| c.is_ascii_alphanumeric() || b"._-".contains(&c);
    if (1..=249).contains(&topic.len()) && topic.bytes().all(plain) && topic != "." && topic != ".." {
        return Ok(());
    }
    Err(format!(
        "`{topic}` cannot be the name of a topic; expected 1 to 249 letters of ASCII, digits and `._-`"
    ))
}

#[cfg(test)]
mod tests {
    use super::{check_topic, host_and_port};

    #[test]
    fn addresses() {
        for (address, host, port) in [
            ("kafka1:9093", "kafka1", 9093),
            ("kafka1", "kafka1", 9092),
            ("192.0.2.1:1", "192.0.2.1", 1),
            ("[2001:db8::1]:9094", "2001:db8::1", 9094),
            ("[::1]", "::1", 9092),
        ] {
            assert_eq!(host_and_port(address), Ok((host, port)));
        }
        for address in [
            "",
            ":9092",
            "kafka:",
            "kafka:x",
            "kafka:0",
            "kafka:99999",
            "::1",
            "[::1",
            "[::1]9092",
            "http://kafka:9092",
            "a,b",
            "a b",
        ] {
            assert!(host_and_port(address).is_err(), "{address}");
        }
    }

    #[test]
    fn topics() {
        assert_eq!(check_topic("snmp.traps_of-us"), Ok(()));
        for topic in ["", ".", "..", "a b", "ä", "a/b", &"x".repeat(250)] {
            assert!(check_topic(topic).is_err(), "{topic}");
        }
    }
}
