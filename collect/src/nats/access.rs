//! Where the server is, and as whom to speak to it.

use super::error::Error;
use super::request::Nats;
use async_nats::{ConnectError, ConnectErrorKind, ConnectOptions};
use mibc_runtime::logs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How long a connection may take.
const CONNECTING: Duration = Duration::from_secs(5);

/// The longest pause between attempts to connect.
const PAUSE: Duration = Duration::from_millis(500);

/// How often the server is asked whether it is still there. Two questions without an answer, and it is not.
const PING: Duration = Duration::from_secs(5);

/// How long errors of the server are not told after one.
const SILENCE: Duration = Duration::from_secs(30);

/// Where the server is, and as whom to speak to it.
///
/// Secrets come from files, or from the user and password in the URL.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Access {
    /// `nats://host:4222` or `tls://host:4222`; several with commas between them.
    pub url: String,
    /// A user, and a file with the password.
    pub user: Option<(String, PathBuf)>,
    /// A file with a token.
    pub token: Option<PathBuf>,
    /// A file with the seed of an nkey.
    pub nkey: Option<PathBuf>,
    /// A file of credentials as `nsc` writes it.
    pub credentials: Option<PathBuf>,
    /// Authorities that the server's certificate may come from, in PEM, instead of those of the system.
    pub authorities: Option<PathBuf>,
    /// Our certificate and its key, in PEM.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// The name that the server's tools show.
    pub name: String,
}

impl Access {
    /// A server without credentials, or with those in the URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), name: "mibc".to_owned(), ..Self::default() }
    }

    /// Connects. A connection that breaks later is made again, for as long as that takes.
    ///
    /// # Errors
    ///
    /// If no server answers within five seconds, it does not let us in, or a file cannot be read.
    pub async fn connect(&self) -> Result<Nats, Error> {
        let denied = |reason: String| Error::Denied { url: without_password(&self.url), reason };
        let not_a_url = |reason: String| Error::Url { url: without_password(&self.url), reason };
        // It begins with the first connection, which the client tells of late.
        let (told, connected) = watch::channel(true);
        let told = Arc::new(told);
        let (complain, complaints) = watch::channel(Arc::from(""));
        let complain = Arc::new((complain, Mutex::new(None::<Instant>)));
        let mut options = ConnectOptions::new()
            .name(&self.name)
            .connection_timeout(CONNECTING)
            .ping_interval(PING)
            .max_reconnects(None)
            .reconnect_delay_callback(|attempt| {
                PAUSE.min(Duration::from_millis(50 << attempt.min(6)))
            })
            .event_callback(move |event| {
                let (told, complain) = (Arc::clone(&told), Arc::clone(&complain));
                async move {
                    match event {
                        async_nats::Event::Disconnected => {
                            told.send_replace(false);
                            tracing::warn!(target: logs::FLEET, "the connection to NATS is lost: reconnecting");
                        }
                        async_nats::Event::Connected => {
                            told.send_replace(true);
                            tracing::info!(target: logs::FLEET, "connected to NATS");
                        }
                        async_nats::Event::ServerError(error) => {
                            complain.0.send_replace(error.to_string().into());
                            // Each message that is not allowed makes one.
                            let mut last = complain.1.lock().unwrap_or_else(PoisonError::into_inner);
                            if last.is_none_or(|last| last.elapsed() >= SILENCE) {
                                *last = Some(Instant::now());
                                tracing::warn!(target: logs::FLEET, %error, "NATS reports an error");
                            }
                        }
                        _ => {}
                    }
                }
            });
        if let Some((user, file)) = &self.user {
            options = options.user_and_password(user.clone(), secret(file).map_err(denied)?);
        }
        if let Some(file) = &self.token {
            options = options.token(secret(file).map_err(denied)?);
        }
        if let Some(file) = &self.nkey {
            options = options.nkey(secret(file).map_err(denied)?);
        }
        if let Some(file) = &self.credentials {
            let text = read(file).map_err(denied)?;
            options = options
                .credentials(&text)
                .map_err(|error| denied(format!("the credentials in {}: {error}", file.display())))?;
        }
        if let Some(file) = &self.authorities {
            options = options.add_root_certificates(file.clone());
        }
        if let Some((certificate, key)) = &self.certificate {
            options = options.add_client_certificate(certificate.clone(), key.clone());
        }
        let addresses = self.url.split(',').map(str::trim).filter(|url| !url.is_empty());
        let addresses = addresses
            .map(|url| url.parse::<async_nats::ServerAddr>())
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| not_a_url(error.to_string()))?;
        if addresses.is_empty() {
            return Err(not_a_url("it is empty".to_owned()));
        }
        // Given by the URL, as in other clients; a name without a password is a token.
        if let Some((name, password)) =
            addresses.iter().find_map(|url| Some((url.username()?, url.password())))
        {
            options = match password {
                Some(password) => options.user_and_password(plain(name), plain(password)),
                None => options.token(plain(name)),
            };
        }
        let client = options.connect(addresses).await.map_err(|error| self.failed(&error))?;
        Ok(Nats::new(client, connected, complaints))
    }

    fn failed(&self, error: &ConnectError) -> Error {
        let url = without_password(&self.url);
        match error.kind() {
            ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation => Error::Denied {
                url,
                reason: format!(
                    "{error}; expected a user with a password, a token, an nkey or a file of credentials that it knows"
                ),
            },
            _ if is_lasting(error) => Error::Denied { url, reason: error.to_string() },
            ConnectErrorKind::Tls | ConnectErrorKind::ServerParse => {
                Error::Denied { url, reason: error.to_string() }
            }
            _ => Error::Connect { url, reason: error.to_string() },
        }
    }
}

/// Whether an error is not one of the network, which passes: a certificate that is not trusted, a file that cannot be read.
fn is_lasting(error: &ConnectError) -> bool {
    use std::io::ErrorKind::{InvalidData, InvalidInput, NotFound, PermissionDenied};
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        if kind.is_some_and(|kind| matches!(kind, InvalidData | InvalidInput | NotFound | PermissionDenied)) {
            return true;
        }
        source = error.source();
    }
    false
}

/// A part of a URL, with `%` and two digits as the octet that they stand for.
fn plain(part: &str) -> String {
    let mut octets = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(octet) => {
                octets.push(octet);
                rest = &after[2..];
            }
            None => {
                octets.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&octets).into_owned()
}

/// What a file of a secret has, without the end of its line.
fn secret(file: &Path) -> Result<String, String> {
    Ok(read(file)?.trim_end_matches(['\r', '\n']).to_owned())
}

fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// A URL as it may be shown.
fn without_password(urls: &str) -> String {
    let shown = urls.split(',').map(|url| match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}{}", &url[..scheme + 3], &url[at + 1..]),
        (None, Some(at)) => url[at + 1..].to_owned(),
        _ => url.to_owned(),
    });
    shown.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::{plain, without_password};

    #[test]
    fn octets_of_a_url_are_what_they_stand_for() {
        assert_eq!(plain("a%40b%2F%c3%a4"), "a@b/ä");
        assert_eq!(plain("100%"), "100%");
        assert_eq!(plain("%zz%4"), "%zz%4");
    }

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(without_password("nats://host:4222"), "nats://host:4222");
        assert_eq!(without_password("nats://me:secret@host:4222"), "nats://host:4222");
        assert_eq!(without_password("nats://a@b:4222,tls://t0k@n@c"), "nats://b:4222,tls://c");
        assert_eq!(without_password("me:secret@host"), "host");
    }
}
