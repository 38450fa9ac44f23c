//! The text of a `web.yml`.

use crate::file_error::FileError;
use crate::yaml;
use hyper::header::{HeaderName, HeaderValue};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Headers that may be set, and what their values may be; any if there is nothing.
const HEADERS: [(&str, &[&str]); 5] = [
    ("Content-Security-Policy", &[]),
    ("X-Frame-Options", &["deny", "sameorigin"]),
    ("X-Content-Type-Options", &["nosniff"]),
    ("X-XSS-Protection", &[]),
    ("Strict-Transport-Security", &[]),
];

/// What it has.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    pub(super) tls_server_config: Option<TlsServer>,
    #[serde(default)]
    pub(super) http_server_config: HttpServer,
    #[serde(default)]
    pub(super) basic_auth_users: BTreeMap<String, String>,
}

/// Certificates, and who may connect.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "read, and then refused as a whole"))]
pub(super) struct TlsServer {
    #[serde(default)]
    pub(super) cert: Option<String>,
    #[serde(default)]
    pub(super) key: Option<Key>,
    #[serde(default)]
    pub(super) client_ca: Option<String>,
    #[serde(default)]
    pub(super) cert_file: Option<PathBuf>,
    #[serde(default)]
    pub(super) key_file: Option<PathBuf>,
    #[serde(default)]
    pub(super) client_ca_file: Option<PathBuf>,
    #[serde(default)]
    pub(super) client_auth_type: Option<String>,
    #[serde(default)]
    pub(super) client_allowed_sans: Vec<String>,
    #[serde(default)]
    pub(super) min_version: Option<String>,
    #[serde(default)]
    pub(super) max_version: Option<String>,
    #[serde(default)]
    pub(super) cipher_suites: Vec<String>,
    #[serde(default = "yes")]
    pub(super) prefer_server_cipher_suites: bool,
    #[serde(default)]
    pub(super) curve_preferences: Vec<String>,
}

/// A private key that is not shown.
#[derive(Deserialize)]
#[serde(from = "String")]
pub(super) struct Key(
    #[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "read, and then refused"))]
    pub(super)  zeroize::Zeroizing<String>,
);

impl From<String> for Key {
    fn from(text: String) -> Self {
        Self(zeroize::Zeroizing::new(text))
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

fn yes() -> bool {
    true
}

/// Headers of all answers.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HttpServer {
    /// Whether HTTP/2 may be spoken. This server speaks HTTP/1.1 in any case, and clients agree to that.
    #[serde(default, rename = "http2")]
    _http2: Option<bool>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

impl File {
    pub(super) fn parse(text: &str) -> Result<Self, FileError> {
        // An empty file has nothing.
        if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            return Ok(Self::default());
        }
        yaml::read(text)
    }
}

impl HttpServer {
    pub(super) fn headers(&self) -> Result<Vec<(HeaderName, HeaderValue)>, FileError> {
        let mut headers = Vec::new();
        for (name, value) in &self.headers {
            let Some((_, values)) = HEADERS.iter().find(|(known, _)| known == name) else {
                let known = HEADERS.map(|(known, _)| known).join(", ");
                return Err(FileError::new(format!(
                    "the header `{name}` cannot be set; expected one of {known}"
                )));
            };
            if value.is_empty() {
                continue;
            }
            if !values.is_empty() && !values.contains(&value.as_str()) {
                let values = values.join(" or ");
                return Err(FileError::new(format!("the header `{name}` is `{value}`; expected {values}")));
            }
            let wrong =
                |_| FileError::new(format!("the header `{name}` has letters that HTTP does not allow"));
            let value = HeaderValue::from_str(value).map_err(wrong)?;
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|error| FileError::new(format!("the header `{name}`: {error}")))?;
            headers.push((name, value));
        }
        Ok(headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_keys() {
        let text = "tls_server_config:\n  cert_file: a.pem\n  key: x\n  min_version: TLS13\nhttp_server_config:\n  http2: false\n  \
                    headers: {X-Frame-Options: deny, X-XSS-Protection: ''}\nbasic_auth_users:\n  ann: hash\n";
        let file = File::parse(text).expect("a file");
        let tls = file.tls_server_config.as_ref().expect("TLS");
        assert!(tls.prefer_server_cipher_suites && !format!("{file:?}").contains("\"x\""));
        let headers = file.http_server_config.headers().expect("headers");
        assert_eq!(headers.len(), 1, "{headers:?}");
        assert_eq!(headers[0].1, "deny");
        assert!(File::parse("# nothing\n").expect("a file").basic_auth_users.is_empty());
    }

    #[test]
    fn mistakes() {
        for (text, said) in [
            ("tls_config: {}\n", "1:1: unknown field `tls_config`"),
            ("tls_server_config:\n  cert: x\n  certificate: y\n", "unknown field `certificate`"),
            ("basic_auth_users: [ann]\n", "1:19: "),
        ] {
            let error = File::parse(text).expect_err(text).to_string();
            assert!(error.contains(said), "{error}");
        }
        for (header, said) in [
            ("Server: x", "the header `Server` cannot be set; expected one of Content-Security-Policy"),
            ("X-Frame-Options: allow", "is `allow`; expected deny or sameorigin"),
            ("X-XSS-Protection: \"a\\nb\"", "letters that HTTP does not allow"),
        ] {
            let file =
                File::parse(&format!("http_server_config:\n  headers: {{{header}}}\n")).expect("a file");
            let error = file.http_server_config.headers().expect_err(header).to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
