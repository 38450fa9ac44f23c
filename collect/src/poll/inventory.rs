//! A server that gives lists of devices, as Prometheus asks one (`http_sd`).

use super::discovery::Group;
use crate::FileError;
use crate::delivery::{Authorization, Endpoint, HttpError};
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, HeaderName, HeaderValue, LOCATION};
use hyper::{Method, StatusCode};
use std::path::PathBuf;
use std::time::Duration;

/// A server that gives lists of devices, and how it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inventory {
    /// `http://host:port/path` or `https://…`.
    pub url: String,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// Who is asking.
    pub authorization: Option<Authorization>,
    /// A file with the certificates, in PEM, of those who may vouch for the server; otherwise the system's.
    pub authorities: Option<PathBuf>,
    /// How long it may take to answer.
    pub timeout: Duration,
    /// Most octets of an answer.
    pub octets: usize,
}

impl Inventory {
    /// A server that anybody may ask; it has 30 seconds for at most 64 MiB.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            headers: Vec::new(),
            authorization: None,
            authorities: None,
            timeout: Duration::from_secs(30),
            octets: 64 << 20,
        }
    }

    /// What a request needs to know.
    pub(super) fn endpoint(&self) -> Result<Endpoint, HttpError> {
        Endpoint::new(&self.url, &self.headers, self.authorization.clone(), self.authorities.as_deref())
    }

    /// Asks for the list. The server is told how often that happens.
    pub(super) async fn read(&self, interval: Duration) -> Result<Vec<Group>, FileError> {
        let groups = match tokio::time::timeout(self.timeout, self.ask(interval)).await {
            Ok(Ok(text)) => Group::parse(&text),
            Ok(Err(message)) => Err(FileError::new(message)),
            Err(_) => Err(FileError::new(format!("no answer within {:?}", self.timeout))),
        };
        groups.map_err(|error| error.in_file(&self.url))
    }

    async fn ask(&self, interval: Duration) -> Result<String, String> {
        let endpoint = self.endpoint().map_err(|error| error.to_string())?;
        let mut sender = endpoint.connect().await?;
        let headers = [
            (ACCEPT, HeaderValue::from_static("application/json")),
            (
                HeaderName::from_static("x-prometheus-refresh-interval-seconds"),
                HeaderValue::from(interval.as_secs()),
            ),
        ];
        let request = endpoint.request(Method::GET, headers, Empty::<Bytes>::new())?;
        let answer = sender.send_request(request).await.map_err(|error| error.to_string())?;
        if answer.status() != StatusCode::OK {
            let elsewhere = answer.headers().get(LOCATION).and_then(|place| place.to_str().ok());
            let elsewhere = elsewhere.map(|place| format!(", which leads to {place}")).unwrap_or_default();
            return Err(format!("the answer is {}{elsewhere}; expected 200", answer.status()));
        }
        let body = Limited::new(answer.into_body(), self.octets).collect().await.map_err(|error| {
            match error.is::<LengthLimitError>() {
                true => format!("the answer has more than {} octets, the limit of `octets`", self.octets),
                false => error.to_string(),
            }
        })?;
        String::from_utf8(body.to_bytes().into()).map_err(|error| error.to_string())
    }
}
