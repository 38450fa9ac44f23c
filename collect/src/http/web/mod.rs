//! Who may ask, and how: passwords and TLS, in the form of Prometheus' `web.yml`.

mod file;
#[cfg(feature = "tls")]
mod tls;

use super::password::Users;
use crate::file_error::FileError;
use file::File;
use hyper::header::{HeaderName, HeaderValue};
use std::path::Path;
use std::sync::Arc;

/// Passwords, TLS and headers of a server. The default has none of them.
#[derive(Clone, Debug, Default)]
pub struct Web(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    users: Users,
    headers: Vec<(HeaderName, HeaderValue)>,
    #[cfg(feature = "tls")]
    tls: Option<tls::Tls>,
}

impl Web {
    /// Reads a `web.yml` and the files of certificates and keys that it names, which are relative to it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn load(file: &Path) -> Result<Self, FileError> {
        Self::read(file).map_err(|error| error.in_file(file))
    }

    fn read(file: &Path) -> Result<Self, FileError> {
        let text = FileError::read(file)?;
        Self::parse(&text, file).map_err(|error| error.named_in(&text))
    }

    fn parse(text: &str, file: &Path) -> Result<Self, FileError> {
        let parsed = File::parse(text)?;
        let folder = file.parent().unwrap_or_else(|| Path::new(""));
        let users = Users::new(parsed.basic_auth_users).map_err(FileError::new)?;
        let headers = parsed.http_server_config.headers()?;
        #[cfg(feature = "tls")]
        let inner = {
            let tls = parsed.tls_server_config.map(|tls| tls::Tls::new(tls, folder)).transpose();
            Inner { users, headers, tls: tls.map_err(FileError::new)? }
        };
        #[cfg(not(feature = "tls"))]
        let inner = match (parsed.tls_server_config, folder) {
            (None, _) => Inner { users, headers },
            (Some(_), _) => {
                return Err(FileError::new(
                    "`tls_server_config` is there, but this program is built without TLS",
                ));
            }
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Whether anybody may ask who reaches the port: without a password, and without a certificate.
    pub fn is_open(&self) -> bool {
        #[cfg(feature = "tls")]
        let certified = self.tls().is_some_and(tls::Tls::needs_certificates);
        #[cfg(not(feature = "tls"))]
        let certified = false;
        self.0.users.is_empty() && !certified
    }

    /// Whether connections are encrypted.
    pub fn has_tls(&self) -> bool {
        #[cfg(feature = "tls")]
        return self.tls().is_some();
        #[cfg(not(feature = "tls"))]
        false
    }

    #[cfg(feature = "tls")]
    pub(super) fn tls(&self) -> Option<&tls::Tls> {
        self.0.tls.as_ref()
    }

    pub(super) async fn allows(&self, authorization: Option<&str>) -> bool {
        self.0.users.allow(authorization).await
    }

    pub(super) fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.0.headers
    }
}
