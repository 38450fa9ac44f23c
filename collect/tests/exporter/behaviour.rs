//! What the exporter answers, and how it copes with devices.

use crate::place::{
    Device, INTERFACES, NAMES, Place, Rows, agent, configuration, device, exporter, exporter_of, get, number,
    request, rows, started, way,
};
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Modules that soon give up.
const HASTY: &str = "    timeout: 300ms\n    retries: 1\n    max_repetitions: 2\n";

/// Modules that wait for as long as a scrape takes.
const PATIENT: &str = "    timeout: 60s\n    max_repetitions: 2\n";

/// Two modules with the same samples, one with others, and one of instances.
fn modules(asking: &str) -> String {
    let one = "    walk: [1.3.6.1.2.1.2.2.1.10.2, 1.3.6.1.2.1.2.2.1.99]\n    metrics: [{name: octets, oid: 1.3.6.1.2.1.2.2.1.10, \
               type: counter, help: h, indexes: [{labelname: ifIndex, type: gauge}]}]\n";
    configuration(asking, &[("interfaces", INTERFACES), ("names", NAMES), ("again", NAMES), ("one", one)])
}

/// A device with interfaces, and an exporter.
async fn beside(interfaces: i32) -> (Device, Place) {
    (device(&rows(interfaces)).await, exporter(&modules(HASTY), |_| {}).await)
}

fn module(target: impl std::fmt::Display, module: &str) -> String {
    format!("/snmp?target={target}&module={module}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scrape() {
    let (device, place) = beside(3).await;
    let answer = place.scrape(device.address, "interfaces").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.head.contains("content-type: text/plain; version=0.0.4"), "{answer:?}");
    for line in [
        "# HELP ifInOctets Octets received",
        "# TYPE ifInOctets counter",
        "ifInOctets{ifIndex=\"1\",ifDescr=\"eth1\"} 100",
        "ifInOctets{ifIndex=\"3\",ifDescr=\"eth3\"} 300",
        "snmp_scrape_pdus_returned{module=\"interfaces\"} 6",
        "snmp_scrape_packets_retried{module=\"interfaces\"} 0",
        "snmp_scrape_complete{module=\"interfaces\"} 1",
        "snmp_scrape_duplicates_dropped{module=\"interfaces\"} 0",
    ] {
        assert!(answer.body.lines().any(|found| found == line), "{line}\n{}", answer.body);
    }
    assert!(number(&answer.body, "snmp_scrape_packets_sent{module=\"interfaces\"}") >= 2.0);
    for name in ["snmp_scrape_walk_duration_seconds", "snmp_scrape_duration_seconds"] {
        assert!(number(&answer.body, &format!("{name}{{module=\"interfaces\"}}")) > 0.0);
    }
    let own = get(place.address, "/metrics").await.body;
    assert_eq!(number(&own, "snmp_collection_duration_seconds_count{module=\"interfaces\"}"), 1.0);
    assert_eq!(number(&own, "mibc_exporter_devices"), 1.0);
    assert!(number(&own, "snmp_packets_total") >= 2.0);
}

/// An instance is walked as one variable; a subtree that is not there gives nothing.
#[tokio::test(flavor = "multi_thread")]
async fn walks_of_instances() {
    let (device, place) = beside(3).await;
    let answer = place.scrape(device.address, "one").await;
    let found: Vec<_> = answer.body.lines().filter(|line| line.starts_with("octets")).collect();
    assert_eq!(found, ["octets{ifIndex=\"2\"} 200"], "{answer:?}");
    assert_eq!(number(&answer.body, "snmp_scrape_complete{module=\"one\"}"), 1.0);
}

/// Two modules with the same samples: they come once, and are counted.
#[tokio::test(flavor = "multi_thread")]
async fn several_modules() {
    let (device, place) = beside(3).await;
    let answer =
        get(place.address, &format!("{}&module=again,interfaces", module(device.address, "names"))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        answer.body.matches("ifDescr{ifIndex=\"2\",ifDescr=\"eth2\"} 1\n").count(),
        1,
        "{}",
        answer.body
    );
    assert_eq!(answer.body.matches("# TYPE ifDescr ").count(), 1);
    for module in ["names", "again", "interfaces"] {
        assert_eq!(number(&answer.body, &format!("snmp_scrape_complete{{module=\"{module}\"}}")), 1.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_refused() {
    let place = exporter(&modules(HASTY), |settings| {
        settings.allowed = vec!["192.0.2.0/24".parse().expect("a network")];
    })
    .await;
    for (path, status, said) in [
        ("/snmp", 400, "'target' parameter must be specified once"),
        ("/snmp?target=192.0.2.1&auth=x", 400, "Unknown auth 'x'"),
        ("/snmp?target=192.0.2.1&module=x", 400, "Unknown module 'x'"),
        ("/snmp?target=192.0.2.1", 400, "Unknown module 'if_mib'"),
        ("/snmp?target=ipx://192.0.2.1&module=names", 400, "the transport of 'ipx://192.0.2.1' is 'ipx'"),
        (
            "/snmp?target=192.0.2.1:70000&module=names",
            400,
            "'192.0.2.1:70000' is not a target; expected a host",
        ),
        ("/snmp?target=192.0.2.1%0a&module=names", 400, "is not a target"),
        ("/snmp?target=[2001:db8::1]:161&module=names", 403, "in no network that may be scraped"),
        ("/snmp?target=127.0.0.1&module=names", 403, "in no network that may be scraped"),
        ("/snmp?target=udp://127.0.0.1&module=names", 403, "in no network that may be scraped"),
        ("/snmp?target=localhost:161&module=names", 403, "in no network that may be scraped"),
        ("/snmp?target=unix:/run/x&module=names", 403, "not a host"),
        ("/snmp?target=unixgram:x&module=names", 403, "not a host"),
        ("/nothing", 404, "see /"),
        ("/-/reload", 405, "POST"),
    ] {
        let answer = get(place.address, path).await;
        assert_eq!(answer.status, status, "{path} {answer:?}");
        assert!(answer.body.contains(said), "{path} {answer:?}");
    }
    let answer = request(place.address, "DELETE", "/metrics", "").await;
    assert_eq!(answer.status, 405);
    assert!(number(&get(place.address, "/metrics").await.body, "snmp_request_errors_total") >= 10.0);
}

/// The error of a target that is not there names the objects.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_target() {
    let (device, place) = beside(3).await;
    let dead = way(device.address, Duration::ZERO, 0).await;
    let failed = place.scrape(dead.address, "interfaces").await;
    assert_eq!(failed.status, 500, "{failed:?}");
    assert!(failed.body.contains(&format!("error scraping target {}", dead.address)), "{failed:?}");
    assert!(failed.body.contains(": walk of 1.3.6.1.2.1.2.2.1."), "{failed:?}");
    assert!(failed.body.contains("no response"), "{failed:?}");
    assert!(
        ["module interfaces: ifInOctets: ", "module interfaces: ifDescr: "]
            .iter()
            .any(|name| failed.body.contains(name))
    );
}

/// A device that answers nothing is given up after one exchange, in which a walk asks once for less.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_target_is_given_up() {
    let device = device(&rows(3)).await;
    let dead = way(device.address, Duration::ZERO, 0).await;
    let place = exporter(&modules("    retries: 3\n    timeout: 100ms\n"), |_| {}).await;
    let failed = place.scrape(dead.address, "names").await;
    assert!(
        failed.body.contains("ifDescr: walk of 1.3.6.1.2.1.2.2.1.2: no response to 5 requests in "),
        "{failed:?}"
    );
    let requests = dead.requests.load(std::sync::atomic::Ordering::SeqCst);
    assert!((5..=6).contains(&requests), "{requests}");
}

/// The time of the request ends a scrape: what has come is shown, and that it is not all.
#[tokio::test(flavor = "multi_thread")]
async fn partial_results() {
    let device = device(&rows(200)).await;
    // Nothing comes after some rows.
    let way = way(device.address, Duration::ZERO, 4).await;
    let place = exporter(&modules(PATIENT), |_| {}).await;
    let started = Instant::now();
    let head = "X-Prometheus-Scrape-Timeout-Seconds: 1.5\r\n";
    let answer = request(place.address, "GET", &module(way.address, "names"), head).await;
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
    assert_eq!(answer.status, 200, "{answer:?}");
    let found = answer.body.lines().filter(|line| line.starts_with("ifDescr{")).count();
    assert!((1..200).contains(&found), "{found}");
    assert_eq!(number(&answer.body, "snmp_scrape_complete{module=\"names\"}"), 0.0);
    let own = get(place.address, "/metrics").await.body;
    assert_eq!(number(&own, "mibc_exporter_incomplete_scrapes_total"), 1.0);
}

/// Scrapes of one module of one target at the same time are one walk.
#[tokio::test(flavor = "multi_thread")]
async fn shared_walks() {
    let device = device(&rows(10)).await;
    let way = way(device.address, Duration::from_millis(60), usize::MAX).await;
    let place = exporter(&modules(PATIENT), |_| {}).await;
    let alone = place.scrape(way.address, "names").await;
    let of_one = way.requests.swap(0, Ordering::SeqCst);
    assert!(of_one >= 1 && alone.status == 200);
    let scrape = || place.scrape(way.address, "names");
    let (a, b, c, d) = tokio::join!(scrape(), scrape(), scrape(), scrape());
    for answer in [&a, &b, &c, &d] {
        let samples = |text: &str| -> Vec<String> {
            text.lines().filter(|line| line.starts_with("ifDescr")).map(str::to_owned).collect()
        };
        assert_eq!(samples(&answer.body), samples(&alone.body));
    }
    let shared = number(&get(place.address, "/metrics").await.body, "mibc_exporter_shared_scrapes_total");
    assert!(shared >= 1.0, "{shared}");
    let walks = 4 - shared as usize;
    assert!(way.requests.load(Ordering::SeqCst) <= walks * of_one, "{shared} of 4 were shared");
}

/// A hundred targets at once. One that is dead, one that answers once and one that is slow take their own time, and no other's.
#[tokio::test(flavor = "multi_thread")]
async fn many_targets_at_once() {
    let mut devices = Vec::new();
    for _ in 0..100 {
        devices.push(device(&rows(3)).await);
    }
    let long = Duration::from_secs(3_600);
    let [dead, once, slow] = [(Duration::ZERO, 0), (Duration::ZERO, 1), (long, usize::MAX)]
        .map(|(delay, most)| way(devices[0].address, delay, most));
    let bad = [dead.await, once.await, slow.await];
    let place = exporter(&modules(PATIENT), |_| {}).await;
    let address = place.address;
    let scrape = move |target: SocketAddr| {
        tokio::spawn(async move { get(address, &module(target, "interfaces")).await })
    };
    let waiting = bad.each_ref().map(|way| scrape(way.address));
    for way in &bad {
        while way.requests.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    let scrapes: Vec<_> = devices.iter().map(|device| scrape(device.address)).collect();
    for scrape in scrapes {
        let answer = scrape.await.expect("no panic");
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.body.contains("ifInOctets{ifIndex=\"3\",ifDescr=\"eth3\"} 300"), "{answer:?}");
    }
    assert!(waiting.iter().all(|scrape| !scrape.is_finished()), "the bad ones are still waited for");
    let own = get(address, "/metrics").await.body;
    assert_eq!(number(&own, "snmp_request_in_flight"), 3.0);
    waiting.iter().for_each(|scrape| scrape.abort());
}

async fn reload(place: &Place) -> crate::place::Answer {
    request(place.address, "POST", "/-/reload", "Content-Length: 0\r\n").await
}

#[tokio::test(flavor = "multi_thread")]
async fn reloading() {
    let (device, place) = beside(1).await;
    std::fs::write(&place.file, "modules:\n  names: {walk: [ifDescr]}\n").expect("a file");
    let answer = reload(&place).await;
    assert_eq!(answer.status, 500);
    let said = format!("{}:2:", place.file.display());
    assert!(
        answer.body.contains(&said) && answer.body.contains("`ifDescr` is not an OID in numbers"),
        "{answer:?}"
    );
    assert_eq!(place.scrape(device.address, "names").await.status, 200, "the one before stays");
    let own = get(place.address, "/metrics").await.body;
    assert_eq!(number(&own, "mibc_exporter_config_last_reload_successful"), 0.0);
    std::fs::write(&place.file, modules(HASTY).replace("  names:", "  other:")).expect("a file");
    assert_eq!(reload(&place).await.status, 200);
    assert_eq!(place.scrape(device.address, "names").await.status, 400);
    assert_eq!(place.scrape(device.address, "other").await.status, 200);
    std::fs::write(&place.file, "# nothing\n").expect("a file");
    assert!(reload(&place).await.body.contains("there are no modules"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages() {
    let place = exporter(&modules(HASTY), |_| {}).await;
    let page = get(place.address, "/").await;
    assert!(
        page.body.contains("<option value=\"interfaces\">") && page.head.contains("text/html"),
        "{page:?}"
    );
    for path in ["/healthz", "/-/healthy"] {
        assert_eq!(get(place.address, path).await.body, "Healthy");
    }
    assert_eq!(get(place.address, "/sd").await.body, "[]");
    let head = request(place.address, "HEAD", "/metrics", "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

/// Names of MIB objects instead of a file that a generator has written.
#[tokio::test(flavor = "multi_thread")]
async fn modules_of_names() {
    let device = device(&rows(2)).await;
    let configuration = format!(
        "[auth.public_v2]\ncommunity = \"public\"\n[module.interfaces]\nmibs = [\"IF-MIB\"]\ntables = [\"ifTable\"]\n\
         lookups = [\"ifDescr\"]\ndrop-source-indexes = true\n[[target]]\naddress = \"{}\"\nmodules = [\"interfaces\"]\n\
         labels = {{ site = \"cellar\" }}\n",
        device.address
    );
    let place = exporter_of("exporter.toml", &configuration, |_| {}).await;
    let answer = place.scrape(device.address, "interfaces").await;
    assert!(answer.body.contains("ifInOctets{ifDescr=\"eth2\"} 200\n"), "{answer:?}");
    let targets: serde_json::Value =
        serde_json::from_str(&get(place.address, "/sd").await.body).expect("JSON");
    assert_eq!(targets[0]["targets"][0], device.address.to_string());
    assert_eq!(targets[0]["labels"]["__param_module"], "interfaces");
    assert_eq!(targets[0]["labels"]["site"], "cellar");
    drop(place.folder);
}

/// `auto` are the modules for the kind of device.
#[tokio::test(flavor = "multi_thread")]
async fn modules_by_sys_object_id() {
    let rows = rows(2);
    let (known, other) =
        (kind_of_device(&rows, "1.3.6.1.4.1.99999.1.7").await, kind_of_device(&rows, "1.3.6.1.4.1.5").await);
    let none = device(&rows).await;
    let configuration = "[auth.public_v2]\n[module.a]\nmibs = [\"IF-MIB\"]\nwalk = [\"ifDescr\"]\n[module.b]\nmibs = [\"IF-MIB\"]\n\
         walk = [\"ifInOctets\"]\n[[choose]]\nobject-id = \"1.3.6.1.4.1.99999\"\nmodules = [\"b\"]\n";
    let place = exporter_of("exporter.toml", configuration, |_| {}).await;
    let answer = place.scrape(known.address, "auto").await;
    assert!(
        answer.body.contains("ifInOctets{ifIndex=\"2\"} 200\n") && !answer.body.contains("ifDescr{"),
        "{answer:?}"
    );
    let answer = place.scrape(known.address, "a,auto").await;
    assert!(
        answer.body.contains("ifInOctets{ifIndex=\"2\"} 200\n") && answer.body.contains("ifDescr{"),
        "{answer:?}"
    );
    let answer = place.scrape(other.address, "auto").await;
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("no `choose` fits its sysObjectID 1.3.6.1.4.1.5"), "{answer:?}");
    let answer = place.scrape(none.address, "auto").await;
    assert!(answer.body.contains("the device has no sysObjectID"), "{answer:?}");
}

async fn kind_of_device(rows: &Rows, object_id: &str) -> Device {
    let agent = agent(rows).await;
    let object_id: mibc_runtime::oid::Oid = object_id.parse().expect("an OID");
    agent.serve(mibc_generated::snmpv2_mib::SYS_OBJECT_ID, move || object_id.clone());
    started(&agent)
}

#[test]
fn mistakes_in_files() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text, said) in [
        ("a.yml", "auths:\n  x: {version: 5}\n", "a.yml:2:6: auths.x: `version` is 5; expected 1, 2 or 3"),
        (
            "a.toml",
            "[module.x]\nmibs = [\"NO-SUCH-MIB\"]\n",
            "a.toml:2:9: module `x`: there is no MIB module `NO-SUCH-MIB`",
        ),
        ("a.toml", "[module.x]\nmibs = [\"IF-MIB\"]\ntables = [\"noTable\"]\n", "a.toml:3:11: module `x`: "),
        ("a.toml", "[[target]]\naddress = \"x\"\n", "missing field `modules`"),
        ("a.yml", "modules:\n  x: {}\n", "there are no auths"),
        (
            "a.toml",
            "[auth.x]\n[module.x]\nmibs = [\"IF-MIB\"]\n[[choose]]\nmodules = [\"y\"]\n",
            "a.toml:5:12: a `choose` has the module `y`, which is not there; expected one of `x`",
        ),
        (
            "a.toml",
            "[auth.x]\n[module.x]\nmibs = [\"IF-MIB\"]\n[[target]]\naddress = \"h\"\nmodules = [\"x\"]\n",
            "a.toml:5:11: the target `h` has the auth `public_v2`, which is not there; expected one of `x`",
        ),
        (
            "a.toml",
            "[auth.x]\n[module.x]\nmibs = [\"IF-MIB\"]\n[[target]]\naddress = \"h\"\nauth = \"z\"\nmodules = [\"x\"]\n",
            "a.toml:6:8: the target `h` has the auth `z`",
        ),
        ("a.toml", "include = [\"x\"]\n", "a.toml:1:12: there is no folder `"),
        ("a.toml", "web-config = \"none.yml\"\n", "a.toml:1:14 names the file"),
        (
            "a.yml",
            "auths:\n  x:\n    version: 3\n    username: u\n    security_level: authNoPriv\n    password: $A\nmodules:\n  m: {}\n",
            "a.yml:2:3: auth `x`: ",
        ),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, text).expect("a file");
        let problems = mibc_collect::exporter::load(&vec![file].into()).expect_err(text);
        assert!(problems[0].to_string().contains(said), "{}", problems[0]);
    }
    let absent =
        mibc_collect::exporter::load(&vec![folder.path().join("absent.yml")].into()).expect_err("absent");
    assert!(absent[0].to_string().contains("the file cannot be read"), "{}", absent[0]);
    // A target of a module that is not there, and a name in two files.
    let (one, two) = (folder.path().join("one.yml"), folder.path().join("two.toml"));
    std::fs::write(&one, modules(HASTY)).expect("a file");
    std::fs::write(&two, "[[target]]\naddress = \"x\"\nmodules = [\"none\"]\n").expect("a file");
    let problems = mibc_collect::exporter::load(&vec![one.clone(), two].into()).expect_err("no module");
    assert!(problems[0].to_string().contains("has the module `none`, which is not there"), "{}", problems[0]);
    let problems = mibc_collect::exporter::load(&vec![one.clone(), one].into()).expect_err("twice");
    assert!(problems[0].to_string().contains("in an earlier file too"), "{}", problems[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping() {
    let device = device(&rows(3)).await;
    let way = way(device.address, Duration::from_millis(200), usize::MAX).await;
    let place = exporter(&modules(PATIENT), |_| {}).await;
    let path = module(way.address, "names");
    let address: SocketAddr = place.address;
    let scrape = tokio::spawn(async move { get(address, &path).await });
    while way.requests.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    place.stop.stop();
    assert_eq!(scrape.await.expect("no panic").status, 200, "a scrape under way ends");
    tokio::time::timeout(Duration::from_secs(30), place.running).await.expect("it ends").expect("no panic");
}
