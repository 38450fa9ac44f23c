//! TLS of clients.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::rustls::client::WantsClientCert;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
#[cfg(feature = "kafka")]
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, ConfigBuilder, RootCertStore};

/// Where systems keep the certificates that they trust.
const SYSTEM: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
];

/// Trusts the authorities in this file, or those of the system: the file that `SSL_CERT_FILE` names, or the system's own.
///
/// # Errors
/// The file cannot be read or has none; in words.
pub(super) fn client(authorities: Option<&Path>) -> Result<Arc<ClientConfig>, String> {
    Ok(Arc::new(trusting(authorities)?.with_no_client_auth()))
}

/// The same, with a certificate of ours and its key.
///
/// # Errors
/// A file cannot be read or has none; in words.
#[cfg(feature = "kafka")]
pub(super) fn client_with(
    authorities: Option<&Path>,
    certificate: &Path,
    key: &Path,
) -> Result<Arc<ClientConfig>, String> {
    let wrong = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(|certificates| certificates.collect::<Result<Vec<_>, _>>())
        .map_err(|error| wrong(certificate, &error))?;
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(key, &error))?;
    let config = trusting(authorities)?.with_client_auth_cert(chain, secret);
    Ok(Arc::new(config.map_err(|error| wrong(certificate, &error))?))
}

fn trusting(authorities: Option<&Path>) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, String> {
    let of_environment =
        || std::env::var_os("SSL_CERT_FILE").filter(|name| !name.is_empty()).map(PathBuf::from);
    let of_system = || SYSTEM.iter().map(PathBuf::from).find(|path| path.is_file());
    let path = authorities.map(Path::to_path_buf).or_else(of_environment).or_else(of_system);
    let Some(path) = path else {
        return Err("the system has no file with certificates of authorities: name one in the configuration"
            .to_owned());
    };
    let wrong = |error: &dyn std::fmt::Display| format!("the authorities in {}: {error}", path.display());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(&path).map_err(|error| wrong(&error))? {
        let certificate = certificate.map_err(|error| wrong(&error))?;
        // A system's file may have one that rustls does not know; one's own file should not.
        if let Err(error) = roots.add(certificate)
            && authorities.is_some()
        {
            return Err(wrong(&error));
        }
    }
    if roots.is_empty() {
        return Err(wrong(&"there is no certificate in PEM"));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(config.with_root_certificates(roots))
}
