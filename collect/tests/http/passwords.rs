//! Who may ask, by a name and a password.

use crate::place::{Files, request, server};
use mibc_collect::http::Web;

/// ann, whose password is `letmein`, with the smallest cost that there is.
const ANN: &str = "basic_auth_users:\n  ann: HASH\nhttp_server_config:\n  headers: {X-Frame-Options: deny}\n";

fn ann() -> String {
    ANN.replace("HASH", &bcrypt::hash("letmein", 4).expect("a hash"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_and_a_password() {
    let files = Files::new(&[("web.yml", &ann())]);
    let web = files.load().expect("a file");
    assert!(!web.is_open() && Web::default().is_open());
    let place = server(web, 16).await;
    // ann:letmein, ann:wrong, bob:letmein
    for (head, status) in [
        ("Authorization: Basic YW5uOmxldG1laW4=\r\n", 200),
        ("Authorization: Basic YW5uOndyb25n\r\n", 401),
        ("Authorization: Basic Ym9iOmxldG1laW4=\r\n", 401),
        ("", 401),
    ] {
        let answer = request(place.address, "GET", "/metrics", head).await;
        assert_eq!(answer.status, status, "{head}");
        assert!(answer.head.contains("x-frame-options: deny"), "{answer:?}");
        assert_eq!(answer.head.contains("www-authenticate: basic"), status == 401, "{answer:?}");
        assert_eq!(answer.body.contains("/metrics"), status == 200, "{answer:?}");
    }
    // Others from now on, also on the same server.
    place.handle.set_web(Web::default());
    assert_eq!(request(place.address, "GET", "/metrics", "").await.status, 200);
}

#[test]
fn files_that_are_refused() {
    for (text, said) in [
        ("basic_auth_users:\n  ann: letmein\n", "web.yml:2:3: the password of `ann` is not a hash of bcrypt"),
        ("basic_auth:\n  ann: x\n", "web.yml:1:1: unknown field `basic_auth`"),
        ("http_server_config: {headers: {Server: x}}\n", "web.yml: the header `Server` cannot be set"),
        ("tls_server_config: {}\n", "web.yml:1:1: `tls_server_config`"),
    ] {
        let error = Files::new(&[("web.yml", text)]).load().expect_err(text).to_string();
        assert!(error.contains(said) && !error.contains("letmein"), "{error}");
    }
    let error = Files::new(&[]).load().expect_err("absent").to_string();
    assert!(error.contains("web.yml: the file cannot be read"), "{error}");
    assert!(!Files::new(&[("web.yml", "")]).load().expect("an empty file").has_tls());
}
