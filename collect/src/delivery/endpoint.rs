//! A place that speaks HTTP/1.1, with or without TLS.

use super::http::{Authorization, HttpError};
use super::tls;
use hyper::body::Body;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, HOST, HeaderName, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Uri};
use hyper_util::rt::TokioIo;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

const AGENT: &str = concat!("mibc/", env!("CARGO_PKG_VERSION"));

/// Where requests go, and what all of them have in their heads.
pub(crate) struct Endpoint {
    host: String,
    port: u16,
    authority: HeaderValue,
    path: Uri,
    headers: Vec<(HeaderName, HeaderValue)>,
    authorization: Option<Authorization>,
    tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
}

/// A URL for people: a user, a password and what is behind `?` may be secrets.
pub(crate) fn without_secrets(url: &str) -> String {
    let (place, query) = url.split_once('?').map_or((url, ""), |(place, _)| (place, "?***"));
    let from = place.find("://").map_or(0, |scheme| scheme + 3);
    let (scheme, rest) = place.split_at(from);
    let host = rest.find('/').unwrap_or(rest.len());
    let rest = match rest.get(..host).and_then(|host| host.rfind('@')) {
        Some(at) => format!("***{}", rest.split_at(at).1),
        None => rest.to_owned(),
    };
    format!("{scheme}{rest}{query}")
}

impl Endpoint {
    /// The place of a URL. `authorities` is a file with the certificates of those who may vouch for a server with TLS;
    /// otherwise it is the system's.
    ///
    /// # Errors
    /// The URL, a header or the certificates cannot be used.
    pub(crate) fn new(
        url: &str,
        headers: &[(String, String)],
        authorization: Option<Authorization>,
        authorities: Option<&Path>,
    ) -> Result<Self, HttpError> {
        let wrong = |reason: String| HttpError::Url { url: without_secrets(url), reason };
        let uri: Uri = url.parse().map_err(|error| wrong(format!("not a URL: {error}")))?;
        let secure = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            Some(other) => return Err(wrong(format!("the scheme {other} is not known"))),
            None => return Err(wrong("there is no scheme".to_owned())),
        };
        let authority = uri.authority().ok_or_else(|| wrong("there is no host".to_owned()))?;
        if authority.as_str().contains('@') {
            return Err(wrong("a name and a password do not belong in the URL".to_owned()));
        }
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let port = authority.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let authority =
            HeaderValue::from_str(authority.as_str()).map_err(|_| wrong("not a host".to_owned()))?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let path = path.parse().map_err(|error| wrong(format!("not a path: {error}")))?;
        let mut named = Vec::with_capacity(headers.len());
        for (name, value) in headers {
            let wrong = || HttpError::Header { name: name.clone() };
            let value = HeaderValue::from_str(value).map_err(|_| wrong())?;
            named.push((HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?, value));
        }
        let tls = match secure {
            true => {
                let name = ServerName::try_from(host.clone()).map_err(|error| wrong(error.to_string()))?;
                Some((tls::client(authorities).map_err(HttpError::Tls)?, name))
            }
            false => None,
        };
        Ok(Self { host, port, authority, path, headers: named, authorization, tls })
    }

    /// A connection. What goes wrong is said in words.
    pub(crate) async fn connect<B>(&self) -> Result<SendRequest<B>, String>
    where
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let address = (self.host.as_str(), self.port);
        let stream = TcpStream::connect(address).await.map_err(|error| format!("connecting: {error}"))?;
        let _ = stream.set_nodelay(true);
        match &self.tls {
            None => shake_hands(stream).await,
            Some((config, name)) => {
                let connected = TlsConnector::from(Arc::clone(config)).connect(name.clone(), stream).await;
                shake_hands(connected.map_err(|error| format!("TLS: {error}"))?).await
            }
        }
    }

    /// A request; `more` are headers that those of the place can replace.
    pub(crate) fn request<B>(
        &self,
        method: Method,
        more: impl IntoIterator<Item = (HeaderName, HeaderValue)>,
        body: B,
    ) -> Result<Request<B>, String> {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = self.path.clone();
        let headers = request.headers_mut();
        headers.insert(HOST, self.authority.clone());
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.extend(more);
        if let Some(authorization) = &self.authorization {
            let mut value = authorization.header().map_err(|error| format!("the request: {error}"))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        Ok(request)
    }
}

async fn shake_hands<B, S>(stream: S) -> Result<SendRequest<B>, String>
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| format!("connecting: {error}"))?;
    tokio::spawn(async move {
        // What goes wrong is told to the request.
        let _ = connection.await;
    });
    Ok(sender)
}

#[cfg(test)]
mod tests {
    use super::without_secrets;

    #[test]
    fn urls_for_people() {
        for (url, shown) in [
            ("https://host:8086/write?u=root&p=pw", "https://host:8086/write?***"),
            ("http://user:p@ss@host/x", "http://***@host/x"),
            ("http://host", "http://host"),
            ("http://host/a@b", "http://host/a@b"),
            ("user:pw@host?token=x", "***@host?***"),
            ("", ""),
        ] {
            assert_eq!(without_secrets(url), shown, "{url}");
        }
    }
}
