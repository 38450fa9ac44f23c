//! TLS by rustls.

use super::file::TlsServer;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::client::verify_server_name;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::server::{ParsedCertificate, WebPkiClientVerifier};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{
    CipherSuite, NamedGroup, RootCertStore, ServerConfig, SupportedCipherSuite, SupportedProtocolVersion,
};
use tokio_rustls::server::TlsStream;
use zeroize::Zeroizing;

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Largest file of certificates or of a key.
const MOST: u64 = 1 << 20;

/// How connections are encrypted, and which clients may connect.
pub(in crate::http) struct Tls {
    acceptor: TlsAcceptor,
    /// Whether clients must have certificates.
    certified: bool,
    /// Names that the certificate of a client must have one of; any if there are none.
    names: Vec<ServerName<'static>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("names", &self.names).finish_non_exhaustive()
    }
}

impl Tls {
    /// What a file says; the files that it names are relative to `folder`.
    pub(super) fn new(file: TlsServer, folder: &Path) -> Result<Self, String> {
        let certificate =
            pem("cert", file.cert.map(Zeroizing::new), "cert_file", file.cert_file.as_deref(), folder)?;
        let certificate = certificate.ok_or("`tls_server_config` needs `cert_file` or `cert`")?;
        let key = pem("key", file.key.map(|key| key.0), "key_file", file.key_file.as_deref(), folder)?;
        let key = key.ok_or("`tls_server_config` needs `key_file` or `key`")?;
        let chain = certificates(&certificate, "`cert_file` or `cert`")?;
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes())
            .map_err(|error| format!("`key_file` or `key` has no private key in PEM: {error}"))?;
        let authority = pem(
            "client_ca",
            file.client_ca.map(Zeroizing::new),
            "client_ca_file",
            file.client_ca_file.as_deref(),
            folder,
        )?;
        let mut provider = ring::default_provider();
        choose_suites(&mut provider, &file.cipher_suites)?;
        choose_groups(&mut provider, &file.curve_preferences)?;
        let provider = Arc::new(provider);
        let versions = versions(file.min_version.as_deref(), file.max_version.as_deref())?;
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&versions)
            .map_err(|error| format!("no cipher suite fits the versions of TLS: {error}"))?;
        let clients = file.client_auth_type.as_deref().unwrap_or("NoClientCert");
        let builder = match (clients, authority) {
            ("NoClientCert", None) => builder.with_no_client_auth(),
            ("NoClientCert", Some(_)) => {
                return Err("there is a `client_ca`, but `client_auth_type` is NoClientCert; expected \
                            RequireAndVerifyClientCert"
                    .to_owned());
            }
            ("VerifyClientCertIfGiven" | "RequireAndVerifyClientCert", Some(authority)) => {
                let mut roots = RootCertStore::empty();
                for root in certificates(&authority, "`client_ca_file` or `client_ca`")? {
                    roots.add(root).map_err(|error| format!("a certificate of `client_ca`: {error}"))?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                let verifier = match clients {
                    "VerifyClientCertIfGiven" => verifier.allow_unauthenticated(),
                    _ => verifier,
                };
                let verifier = verifier.build().map_err(|error| format!("`client_ca`: {error}"))?;
                builder.with_client_cert_verifier(verifier)
            }
            ("VerifyClientCertIfGiven" | "RequireAndVerifyClientCert", None) => {
                return Err(format!("`client_auth_type: {clients}` needs `client_ca_file` or `client_ca`"));
            }
            // These look at no signature: anybody can have such a certificate.
            (other, _) => {
                return Err(format!(
                    "`client_auth_type` is `{other}`; expected NoClientCert, VerifyClientCertIfGiven or \
                     RequireAndVerifyClientCert"
                ));
            }
        };
        if !file.client_allowed_sans.is_empty() && clients != "RequireAndVerifyClientCert" {
            return Err(
                "`client_allowed_sans` needs `client_auth_type: RequireAndVerifyClientCert`".to_owned()
            );
        }
        let name = |text: String| {
            ServerName::try_from(text.clone()).map_err(|_| {
                format!("`client_allowed_sans` has `{text}`; expected a DNS name or an IP address")
            })
        };
        let names = file.client_allowed_sans.into_iter().map(name).collect::<Result<_, _>>()?;
        let mut config = builder
            .with_single_cert(chain, key)
            .map_err(|error| format!("the certificate and the key do not fit each other: {error}"))?;
        config.ignore_client_order = file.prefer_server_cipher_suites;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let certified = file.client_auth_type.as_deref() == Some("RequireAndVerifyClientCert");
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), certified, names })
    }

    /// Whether nobody without a certificate can connect.
    pub(super) fn needs_certificates(&self) -> bool {
        self.certified
    }

    /// Does the handshake of a connection.
    pub(in crate::http) async fn accept<S>(&self, stream: S) -> Result<TlsStream<S>, String>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let accepted = timeout(HANDSHAKE, self.acceptor.accept(stream)).await;
        let stream = accepted
            .map_err(|_| format!("the handshake has taken more than {} seconds", HANDSHAKE.as_secs()))?
            .map_err(|error| error.to_string())?;
        if !self.names.is_empty() {
            let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
            let certificate =
                certificate.and_then(|certificate| ParsedCertificate::try_from(certificate).ok());
            let fits = |certificate: &ParsedCertificate<'_>| {
                self.names.iter().any(|name| verify_server_name(certificate, name).is_ok())
            };
            if !certificate.is_some_and(|certificate| fits(&certificate)) {
                return Err("the client's certificate has no name of `client_allowed_sans`".to_owned());
            }
        }
        Ok(stream)
    }
}

/// A text in PEM, which is in the file itself or in another one.
fn pem(
    key: &str,
    inline: Option<Zeroizing<String>>,
    file_key: &str,
    file: Option<&Path>,
    folder: &Path,
) -> Result<Option<Zeroizing<String>>, String> {
    match (inline, file) {
        (Some(_), Some(_)) => Err(format!("`{key}` and `{file_key}` are both there; expected one of them")),
        (Some(text), None) => Ok(Some(text)),
        (None, Some(file)) => {
            let path = folder.join(file);
            let text = crate::file_text::read(&path, MOST)
                .map_err(|why| format!("`{file_key}`: {} cannot be read: {why}", path.display()))?;
            Ok(Some(text))
        }
        (None, None) => Ok(None),
    }
}

fn certificates(text: &str, whose: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    let certificates = certificates.map_err(|error| format!("{whose} is not PEM: {error}"))?;
    if certificates.is_empty() {
        return Err(format!("{whose} has no certificate; expected PEM with BEGIN CERTIFICATE"));
    }
    Ok(certificates)
}

fn versions(
    least: Option<&str>,
    most: Option<&str>,
) -> Result<Vec<&'static SupportedProtocolVersion>, String> {
    let number = |key: &str, name: &str| match name {
        "TLS12" => Ok(2),
        "TLS13" => Ok(3),
        other => Err(format!("`{key}` is `{other}`; expected TLS12 or TLS13")),
    };
    let least = number("min_version", least.unwrap_or("TLS12"))?;
    let most = number("max_version", most.unwrap_or("TLS13"))?;
    if least > most {
        return Err("`min_version` is TLS13 and `max_version` TLS12; expected it not to be higher".to_owned());
    }
    let all = [(2, &TLS12), (3, &TLS13)];
    Ok(all
        .into_iter()
        .filter(|(number, _)| (least..=most).contains(number))
        .map(|(_, version)| version)
        .collect())
}

/// Of TLS 1.2 only the named suites are left; those of TLS 1.3 always stay, as with Prometheus' own programs.
fn choose_suites(provider: &mut CryptoProvider, names: &[String]) -> Result<(), String> {
    if names.is_empty() {
        return Ok(());
    }
    let name = |suite: &SupportedCipherSuite| suite_name(suite.suite());
    let (newer, older): (Vec<_>, Vec<_>) =
        provider.cipher_suites.drain(..).partition(|suite| suite.tls13().is_some());
    let mut chosen = newer;
    for wanted in names {
        match older.iter().find(|suite| name(suite) == *wanted) {
            Some(suite) => chosen.push(*suite),
            // Named for completeness' sake: it cannot be switched off.
            None if chosen.iter().any(|suite| name(suite) == *wanted) => {}
            None => {
                let known: Vec<String> = older.iter().map(name).collect();
                return Err(format!("`cipher_suites` has `{wanted}`; expected some of {}", known.join(", ")));
            }
        }
    }
    provider.cipher_suites = chosen;
    Ok(())
}

/// The name that Prometheus' programs use: `TLS_AES_128_GCM_SHA256` for `TLS13_AES_128_GCM_SHA256`.
fn suite_name(suite: CipherSuite) -> String {
    format!("{suite:?}").replacen("TLS13_", "TLS_", 1)
}

fn choose_groups(provider: &mut CryptoProvider, names: &[String]) -> Result<(), String> {
    if names.is_empty() {
        return Ok(());
    }
    let mut chosen = Vec::with_capacity(names.len());
    for name in names {
        let group = match name.as_str() {
            "X25519" => NamedGroup::X25519,
            "CurveP256" => NamedGroup::secp256r1,
            "CurveP384" => NamedGroup::secp384r1,
            other => {
                return Err(format!(
                    "`curve_preferences` has `{other}`; expected some of X25519, CurveP256, CurveP384"
                ));
            }
        };
        chosen.extend(provider.kx_groups.iter().copied().find(|known| known.name() == group));
    }
    provider.kx_groups = chosen;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use mibc_test_support::certificates::{CLIENT, CLIENT_KEY, SERVER, SERVER_KEY};

    fn tls(text: &str) -> Result<Tls, String> {
        let mut value: TlsServer = serde_norway::from_str(text).expect("YAML");
        if value.cert.is_none() && value.cert_file.is_none() {
            value.cert = Some(SERVER.to_owned());
            value.key = Some(SERVER_KEY.to_owned().into());
        }
        Tls::new(value, Path::new("/nowhere"))
    }

    #[test]
    fn what_is_accepted() {
        for text in [
            "{}",
            "{min_version: TLS13}",
            "{max_version: TLS12}",
            "{cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256], prefer_server_cipher_suites: false}",
            "{curve_preferences: [CurveP256, X25519]}",
        ] {
            if let Err(error) = tls(text) {
                panic!("{text}: {error}");
            }
        }
    }

    #[test]
    fn what_is_refused() {
        for (text, said) in [
            ("{cert: x, cert_file: y}", "`cert` and `cert_file` are both there"),
            ("{cert: x}", "needs `key_file` or `key`"),
            ("{cert: x, key: y}", "has no certificate; expected PEM"),
            ("{cert_file: absent.pem}", "`cert_file`: /nowhere/absent.pem cannot be read"),
            ("{min_version: TLS10}", "`min_version` is `TLS10`; expected TLS12 or TLS13"),
            ("{min_version: TLS13, max_version: TLS12}", "expected it not to be higher"),
            ("{cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]}", "expected some of TLS_ECDHE_"),
            ("{curve_preferences: [CurveP521]}", "`CurveP521`; expected some of X25519"),
            ("{client_auth_type: RequireAnyClientCert}", "expected NoClientCert, VerifyClientCertIfGiven or"),
            ("{client_auth_type: RequireAndVerifyClientCert}", "needs `client_ca_file` or `client_ca`"),
            ("{client_ca: x}", "`client_auth_type` is NoClientCert"),
            ("{client_ca: x, client_auth_type: VerifyClientCertIfGiven}", "`client_ca` has no certificate"),
            ("{client_allowed_sans: [a]}", "needs `client_auth_type: RequireAndVerifyClientCert`"),
        ] {
            let error = tls(text).expect_err(text);
            assert!(error.contains(said), "{text}: {error}");
        }
        // Somebody else's key.
        let file = TlsServer {
            cert: Some(CLIENT.to_owned()),
            key: Some(SERVER_KEY.to_owned().into()),
            ..serde_norway::from_str("{}").expect("YAML")
        };
        let error = Tls::new(file, Path::new("")).expect_err("another's key");
        assert!(error.contains("do not fit each other"), "{error}");
        assert!(CLIENT_KEY != SERVER_KEY);
    }
}
