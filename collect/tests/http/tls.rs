//! TLS, with certificates of servers and clients.

use crate::place::{Files, Place, server};
use mibc_test_support::certificates::{
    AUTHORITY, CLIENT, CLIENT_KEY, RENEWED, RENEWED_KEY, SERVER, SERVER_KEY,
};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

const PLAIN: &str = "tls_server_config: {cert_file: server.pem, key_file: server-key.pem}\n";

fn files(web: &str) -> Files {
    Files::new(&[
        ("web.yml", web),
        ("server.pem", SERVER),
        ("server-key.pem", SERVER_KEY),
        ("authority.pem", AUTHORITY),
    ])
}

/// The certificate of the server and its answer, asked by a client with or without a certificate of its own.
async fn ask(place: &Place, certificate: Option<(&str, &str)>) -> std::io::Result<(Vec<u8>, String)> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(AUTHORITY.as_bytes()).expect("PEM")).expect("an authority");
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("versions").with_root_certificates(roots);
    let config = match certificate {
        None => config.with_no_client_auth(),
        Some((chain, key)) => {
            let chain = vec![CertificateDer::from_pem_slice(chain.as_bytes()).expect("PEM")];
            let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("PEM");
            config.with_client_auth_cert(chain, key).expect("a pair")
        }
    };
    let name = ServerName::try_from("localhost").expect("a name");
    let stream = TcpStream::connect(place.address).await?;
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    let certificate = stream.get_ref().1.peer_certificates().expect("a certificate")[0].to_vec();
    stream.write_all(b"GET /x HTTP/1.0\r\nHost: x\r\n\r\n").await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Ok((certificate, text))
}

fn der(text: &str) -> Vec<u8> {
    CertificateDer::from_pem_slice(text.as_bytes()).expect("PEM").to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_read_again() {
    let files = files(PLAIN);
    let web = files.load().expect("a file");
    assert!(web.has_tls() && web.is_open());
    let place = server(web, 8).await;
    let (certificate, text) = ask(&place, None).await.expect("an answer");
    assert!(certificate == der(SERVER) && text.ends_with("/x "), "{text}");
    files.write("server.pem", RENEWED);
    let error = files.load().expect_err("the key is the old one").to_string();
    assert!(error.contains("web.yml: the certificate and the key do not fit each other"), "{error}");
    files.write("server-key.pem", RENEWED_KEY);
    place.handle.set_web(files.load().expect("a file"));
    assert_eq!(ask(&place, None).await.expect("an answer").0, der(RENEWED));
    // Who speaks no TLS gets nothing.
    let mut plain = TcpStream::connect(place.address).await.expect("it listens");
    plain.write_all(b"GET /x HTTP/1.0\r\n\r\n").await.expect("it is sent");
    let mut octets = Vec::new();
    let _ = plain.read_to_end(&mut octets).await;
    assert!(!String::from_utf8_lossy(&octets).contains("HTTP/1"), "{octets:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_of_clients() {
    let with = |more: &str| {
        format!(
            "tls_server_config:\n  cert_file: server.pem\n  key_file: server-key.pem\n  client_ca_file: authority.pem\n  \
             client_auth_type: RequireAndVerifyClientCert\n{more}"
        )
    };
    let own = Some((CLIENT, CLIENT_KEY));
    let files = files(&with(""));
    let web = files.load().expect("a file");
    assert!(!web.is_open());
    let place = server(web, 8).await;
    assert!(ask(&place, own).await.expect("an answer").1.ends_with("/x "));
    assert!(ask(&place, None).await.is_err(), "it has no certificate");
    for (names, good) in [("[client.example.net]", true), ("[other.example.net, 192.0.2.1]", false)] {
        files.write("web.yml", &with(&format!("  client_allowed_sans: {names}\n")));
        place.handle.set_web(files.load().expect("a file"));
        let answered = ask(&place, own).await.is_ok_and(|(_, text)| text.ends_with("/x "));
        assert_eq!(answered, good, "{names}");
    }
    files.write("web.yml", &with("").replace("RequireAnd", "").replace("ClientCert", "ClientCertIfGiven"));
    place.handle.set_web(files.load().expect("a file"));
    assert!(ask(&place, None).await.expect("an answer").1.ends_with("/x "));
}
