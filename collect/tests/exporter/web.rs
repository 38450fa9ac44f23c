//! Who may ask the exporter, and what it shows of its configuration.

use crate::place::{exporter, exporter_of, get, request};
use mibc_collect::exporter::{Sources, load};
use std::fs;

const AUTHS: &str = "auths:
  public_v2: {community: hush, version: 2}
  safe: {version: 3, username: operator, security_level: authPriv, password: hush-hush, priv_password: hush-hush}
";
const MODULES: &str = "modules:
  names:
    walk: [1.3.6.1.2.1.2.2.1.2]
    metrics: [{name: ifDescr, oid: 1.3.6.1.2.1.2.2.1.2, type: DisplayString, help: h, indexes: [{labelname: ifIndex, type: gauge}]}]
";

#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_without_its_secrets() {
    let place = exporter(&format!("{AUTHS}{MODULES}"), |_| {}).await;
    let shown = get(place.address, "/config").await;
    assert_eq!(shown.status, 200);
    assert!(!shown.body.contains("hush"), "{}", shown.body);
    for part in ["username: operator", "community: <secret>", "name: ifDescr", "labelname: ifIndex"] {
        assert!(shown.body.contains(part), "{part}: {}", shown.body);
    }
    // Of names: what they were compiled to.
    let text = "[auth.public_v2]\ncommunity = \"hush\"\n[module.a]\nmibs = [\"IF-MIB\"]\nwalk = [\"ifDescr\"]\nretries = 7\ntimeout = 1.5\n";
    let place = exporter_of("exporter.toml", text, |_| {}).await;
    let shown = get(place.address, "/config").await.body;
    assert!(
        !shown.contains("hush") && shown.contains("retries: 7") && shown.contains("timeout: 1.5s"),
        "{shown}"
    );
    let file = place.folder.path().join("shown.yml");
    fs::write(&file, &shown).expect("a file");
    let again = load(&vec![file].into()).expect("what is shown can be read");
    assert_eq!(again.modules["a"].asking.retries, 7);
}

/// `web.yml` is read with the rest, and again with it.
#[tokio::test(flavor = "multi_thread")]
async fn passwords() {
    let folder = tempfile::tempdir().expect("a folder");
    let web = folder.path().join("web.yml");
    let users = |password: &str| {
        format!("basic_auth_users: {{ann: {}}}\n", bcrypt::hash(password, 4).expect("a hash"))
    };
    fs::write(&web, users("letmein")).expect("a file");
    let text = format!(
        "web-config = \"{}\"\n[auth.public_v2]\n[module.a]\nmibs = [\"IF-MIB\"]\nwalk = [\"ifDescr\"]\n",
        web.display()
    );
    let place = exporter_of("exporter.toml", &text, |_| {}).await;
    let ask = async |method, path, credentials: &str| {
        let head = format!("Content-Length: 0\r\nAuthorization: Basic {credentials}\r\n");
        request(place.address, method, path, &head).await
    };
    // ann:letmein, ann:wrong
    let (right, wrong) = ("YW5uOmxldG1laW4=", "YW5uOndyb25n");
    for path in ["/", "/metrics", "/healthz", "/config", "/snmp?target=192.0.2.1&module=none"] {
        assert_eq!(get(place.address, path).await.status, 401, "{path}");
        assert_eq!(ask("GET", path, wrong).await.status, 401, "{path}");
        assert_ne!(ask("GET", path, right).await.status, 401, "{path}");
    }
    assert_eq!(ask("POST", "/-/reload", wrong).await.status, 401);
    // A file that is not good changes nothing.
    fs::write(&web, "basic_auth_users: {ann: letmein}\n").expect("a file");
    let refused = ask("POST", "/-/reload", right).await;
    assert!(refused.status == 500 && refused.body.contains("the password of `ann`"), "{refused:?}");
    assert_eq!(ask("GET", "/metrics", right).await.status, 200);
    fs::write(&web, users("wrong")).expect("a file");
    assert_eq!(ask("POST", "/-/reload", right).await.status, 200);
    assert_eq!(ask("GET", "/metrics", right).await.status, 401);
    assert_eq!(ask("GET", "/metrics", wrong).await.status, 200);
    // It is given in one place.
    let mut sources = Sources::from(vec![place.file.clone()]);
    sources.web = Some(web);
    let error = load(&sources).expect_err("twice")[0].to_string();
    assert!(error.contains("`web-config` is given twice"), "{error}");
}
