//! Requests of HTTP/1.1, each with a batch of records.

use super::endpoint::{Endpoint, without_secrets};
use super::framing::Framing;
use super::record::Record;
use super::secret::Secret;
use super::sink::{Failure, Sending, Sink};
use crate::base64;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Method, Request, StatusCode};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::timeout;

/// Octets of an answer that are read.
const ANSWER: usize = 64 << 10;

/// Characters of an answer that a reason has.
const SHOWN: usize = 300;

/// Where requests go, and what is in them.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpSettings {
    /// `http://host:port/path` or `https://…`.
    pub url: String,
    /// How records become a body.
    pub framing: Framing,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// Who is asking.
    pub authorization: Option<Authorization>,
    /// How long a request may take, with its connection.
    pub timeout: Duration,
    /// A file with the certificates, in PEM, of those who may vouch for the server; otherwise the system's.
    pub authorities: Option<PathBuf>,
}

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Authorization {
    /// A name and a password.
    Basic(String, Secret),
    /// A token.
    Bearer(Secret),
}

/// Why there can be no requests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The address is not one.
    #[error("`{url}`: {reason}; expected http://HOST:PORT/PATH or https://HOST:PORT/PATH")]
    Url {
        /// What was given.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// A header is not one.
    #[error("the header `{name}` has a character that headers cannot have")]
    Header {
        /// Its name.
        name: String,
    },
    /// Certificates to check the server by were not found.
    #[error("{0}")]
    Tls(String),
}

/// Sends batches as requests with the method POST, over one connection, which is kept.
///
/// Taken is what is answered with a status of 200 to 299. Statuses that speak of the request's content (400, 413, 415,
/// 422) refuse it. All others are worth another attempt, also those that say that the server or its configuration is wrong.
pub struct Http {
    url: String,
    framing: Framing,
    timeout: Duration,
    endpoint: Endpoint,
    connection: Option<SendRequest<Full<Bytes>>>,
}

impl HttpSettings {
    /// Requests to this address, without a name or a password, each 30 seconds at most.
    pub fn new(url: impl Into<String>, framing: Framing) -> Self {
        Self {
            url: url.into(),
            framing,
            headers: Vec::new(),
            authorization: None,
            timeout: Duration::from_secs(30),
            authorities: None,
        }
    }
}

impl Http {
    /// Connects when there is something to send.
    ///
    /// # Errors
    /// The settings cannot work.
    pub fn new(settings: HttpSettings) -> Result<Self, HttpError> {
        let HttpSettings { url, framing, headers, authorization, timeout, authorities } = settings;
        let endpoint = Endpoint::new(&url, &headers, authorization, authorities.as_deref())?;
        let url = without_secrets(&url);
        Ok(Self { url, framing, timeout, endpoint, connection: None })
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, Failure> {
        self.endpoint.connect().await.map_err(|error| self.again(&error))
    }

    fn again(&self, error: &dyn fmt::Display) -> Failure {
        Failure::again(format!("{}: {error}", self.url))
    }

    fn request(&self, body: Bytes) -> Result<Request<Full<Bytes>>, Failure> {
        let kind = HeaderValue::from_str(&self.framing.content_type).ok().map(|kind| (CONTENT_TYPE, kind));
        let packed = self.framing.pack.map(|(_, name)| (CONTENT_ENCODING, HeaderValue::from_static(name)));
        let request = self.endpoint.request(Method::POST, kind.into_iter().chain(packed), Full::new(body));
        request.map_err(|error| self.again(&error))
    }

    async fn exchange(&mut self, body: Bytes) -> Result<(), Failure> {
        let (mut connection, mut kept) = match self.connection.take().filter(|kept| !kept.is_closed()) {
            Some(connection) => (connection, true),
            None => (self.connect().await?, false),
        };
        let answer = loop {
            let answer = match connection.ready().await {
                Ok(()) => connection.send_request(self.request(body.clone())?).await,
                Err(error) => Err(error),
            };
            match answer {
                Ok(answer) => break answer,
                // The server may have closed a connection that was idle.
                Err(_) if kept => {
                    kept = false;
                    connection = self.connect().await?;
                }
                Err(error) => return Err(self.again(&format_args!("the request: {error}"))),
            }
        };
        let status = answer.status();
        let after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let text = Limited::new(answer.into_body(), ANSWER).collect().await;
        if text.is_ok() {
            self.connection = Some(connection);
        }
        if status.is_success() {
            return Ok(());
        }
        let text = text.map(|text| shown(&text.to_bytes())).unwrap_or_default();
        let reason = format!("{}: the answer is {status}{text}", self.url);
        let failure = match status {
            StatusCode::BAD_REQUEST
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::UNPROCESSABLE_ENTITY => Failure::refused(reason),
            _ => Failure::again(reason),
        };
        Err(after.map_or(failure.clone(), |seconds| failure.after(Duration::from_secs(seconds))))
    }
}

impl Sink for Http {
    fn send<'a>(&'a mut self, batch: &'a [Record]) -> Sending<'a> {
        Box::pin(async move {
            let body = Bytes::from(self.framing.body(batch));
            let limit = self.timeout;
            match timeout(limit, self.exchange(body)).await {
                Ok(result) => result,
                Err(_) => Err(self.again(&format_args!("no answer within {limit:?}"))),
            }
        })
    }
}

impl Authorization {
    /// The value of the header `Authorization`; the secret is read anew.
    pub(super) fn header(&self) -> Result<HeaderValue, String> {
        let text = match self {
            Self::Basic(name, password) => {
                let both = zeroize::Zeroizing::new(format!("{name}:{}", password.read()?.as_str()));
                format!("Basic {}", base64::encode(both.as_bytes()))
            }
            Self::Bearer(token) => format!("Bearer {}", token.read()?.as_str()),
        };
        let text = zeroize::Zeroizing::new(text);
        HeaderValue::from_str(&text)
            .map_err(|_| "the secret has a character that headers cannot have".to_owned())
    }
}

/// The beginning of an answer, on one line.
fn shown(octets: &[u8]) -> String {
    let text = String::from_utf8_lossy(octets);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = words.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
    if text.is_empty() { text } else { format!(": {text}") }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("url", &self.url).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Authorization, Http, HttpError, HttpSettings};
    use crate::delivery::{Framing, Secret};

    #[test]
    fn a_name_and_its_password() {
        let header = Authorization::Basic("user".to_owned(), Secret::text("pass")).header();
        assert_eq!(header.expect("a header"), "Basic dXNlcjpwYXNz");
    }

    #[test]
    fn addresses_that_cannot_work() {
        for (url, expected) in [
            ("", "not a URL"),
            ("localhost", "there is no scheme"),
            ("/path", "there is no scheme"),
            ("ftp://localhost/", "the scheme ftp is not known"),
            ("http://user:pass@localhost/", "do not belong in the URL"),
        ] {
            let error = Http::new(HttpSettings::new(url, Framing::new("x/y"))).expect_err(url);
            assert!(matches!(&error, HttpError::Url { reason, .. } if reason.contains(expected)), "{error}");
        }
        assert!(Http::new(HttpSettings::new("http://[::1]:8080/x?y=z", Framing::new("x/y"))).is_ok());
    }
}
