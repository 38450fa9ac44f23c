//! What is polled when, and what becomes of it.

use crate::place::{Place, SAMPLES, address, check_ticks, device, devices, fleet, head, poller, ticks};
use mibc_runtime::agent::{Account, Agent};
use mibc_simulator::{Behaviour, Simulated};
use std::collections::BTreeSet;
use std::time::Duration;

pub(crate) fn many(simulator: &mibc_simulator::Simulator, count: u32) -> String {
    (0..count).map(|number| device(&format!("d{number}"), &address(simulator, number))).collect()
}

/// Every device comes once in each interval, and everything that was polled is stored, once.
#[tokio::test(flavor = "multi_thread")]
async fn all_devices_at_every_tick() {
    let simulator = devices().await;
    let place = poller(&(head("2s") + &many(&simulator, 200)), |_| {}, |_| {}).await;
    place.until(|status| status.polls >= 600).await;
    let handle = place.handle.clone();
    let before = handle.status().await.expect("it runs");
    let lines = place.stop().await;
    assert!(handle.status().await.is_none(), "it has stopped");
    assert_eq!(ticks(&lines).len(), 200);
    check_ticks(&lines);
    assert!(
        lines.iter().all(|line| line.up && line.samples == SAMPLES),
        "{:?}",
        lines.iter().find(|line| !line.up)
    );
    assert!(lines.len() as u64 >= before.polls);
    assert_eq!((before.down, before.incomplete, before.duplicates), (0, 0, 0));
    assert!(before.samples >= 599 * SAMPLES, "{before:?}");
    let line = &lines[0].json;
    assert_eq!((&line["profile"], &line["complete"]), (&"p".into(), &true.into()));
}

/// The sums that are counted are the sums that are stored.
#[tokio::test(flavor = "multi_thread")]
async fn sums() {
    let simulator = devices().await;
    let place = poller(&(head("500ms") + &many(&simulator, 40)), |_| {}, |_| {}).await;
    place.until(|status| status.polls >= 200).await;
    // All devices go, so nothing is polled any more, and the numbers stand still.
    place.handle.reload(fleet(place.folder.path(), &head("500ms"))).await.expect("good");
    let status = place
        .until(|status| {
            status.jobs == 0
                && status.in_flight == 0
                && status.outputs[0].1.sent == status.polls
                && status.polls > 0
        })
        .await;
    let lines = place.stop().await;
    assert_eq!(lines.len() as u64, status.polls);
    assert_eq!(lines.iter().map(|line| line.samples).sum::<u64>(), status.samples);
    check_ticks(&lines);
}

/// Devices that do not answer harm no other, even if there is room for two polls only.
#[tokio::test(flavor = "multi_thread")]
async fn dead_devices() {
    let simulator = devices().await;
    // Nobody is there: the socket is never read.
    let nobody = std::net::UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let nobody = nobody.local_addr().expect("an address").to_string();
    let dead: String = (0..20).map(|number| device(&format!("dead{number}"), &nobody)).collect();
    let configuration = head("1s").replace("interval", "request-timeout = \"100ms\"\nretries = 1\ninterval")
        + "[limits]\nin-flight = 4\nsilent-in-flight = 2\n"
        + &many(&simulator, 20)
        + &dead;
    let place = poller(&configuration, |_| {}, |_| {}).await;
    let status = place.until(|status| status.silent_jobs == 20 && status.polls >= 200).await;
    assert_eq!(status.silent.len(), 20);
    assert!(status.down > 0 && status.silent[0].device.starts_with("dead"), "{status:?}");
    let good = |name: &str| !name.starts_with("dead");
    let from = place.lines().len();
    let lines = place
        .lines_until(|lines| {
            let later = ticks(&lines[from..]);
            later.iter().filter(|(name, ticks)| good(name) && ticks.len() >= 4).count() == 20
        })
        .await;
    for line in &lines {
        assert_eq!(line.up, good(&line.device), "{line:?}");
        assert!(line.up || line.json["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{line:?}");
    }
    let later: Vec<_> = lines.into_iter().skip(from).filter(|line| good(&line.device)).collect();
    check_ticks(&later);
}

/// A device that does not know our user is not up, but it answers.
#[tokio::test(flavor = "multi_thread")]
async fn devices_that_refuse() {
    let user = Account::read_only(mibc_runtime::usm::User::new("somebody"));
    let agent = Agent::builder().user(user).bind("127.0.0.1:0").await.expect("an agent");
    let address = agent.local_addr().to_string();
    let _running = agent.spawn();
    let configuration = head("500ms").replace(
        "community = \"public\"",
        "version = 3\nusername = \"nobody\"\nsecurity_level = \"authNoPriv\"\nauth_protocol = \"SHA\"\npassword = \"maplesyrup\"",
    ) + &device("d", &address);
    let place = poller(&configuration, |_| {}, |_| {}).await;
    let status = place.until(|status| status.down >= 2 && !status.silent.is_empty()).await;
    assert_eq!((status.silent_jobs, status.refusing_jobs), (0, 1), "{status:?}");
    let silent = &status.silent[0];
    assert!(
        silent.refused
            && silent.reason.as_ref().is_some_and(|reason| reason.contains("refused: unknown user name")),
        "{status:?}"
    );
    let text = {
        let mut text = String::new();
        status.exposition().write_to(&mut text);
        text
    };
    assert!(
        text.contains("\nmibc_poll_refusing_jobs 1\n") && text.contains("\nmibc_poll_silent_jobs 0\n"),
        "{text}"
    );
    let lines = place.stop().await;
    assert!(lines.iter().all(
        |line| !line.up && line.json["reason"].as_str().is_some_and(|reason| reason.contains("refused"))
    ));
}

/// The value of a scalar is a label of all samples of a profile; the poll's own words do not have it.
#[tokio::test(flavor = "multi_thread")]
async fn labels_from_scalars() {
    let simulator = devices().await;
    let configuration = head("500ms")
        .replace("modules = [\"small\"]", "modules = [\"small\", \"names\"]\nlabels-from = [\"sysName\"]");
    let place =
        poller(&(configuration.clone() + &device("d", &address(&simulator, 1))), |_| {}, |_| {}).await;
    let lines = place.lines_until(|lines| !lines.is_empty()).await;
    let samples = lines[0].json["samples"].as_array().expect("a list").clone();
    assert_eq!(samples.len() as u64, SAMPLES + 1);
    assert!(samples.iter().all(|sample| sample["labels"]["sysName"] == "simulated"), "{samples:?}");
    assert!(lines[0].json["labels"].get("sysName").is_none());
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("snmp.yml"), crate::place::MODULES).expect("a file");
    let file = folder.path().join("fleet.toml");
    for wrong in ["ifHCInOctets", "sysNam"] {
        std::fs::write(&file, configuration.replace("sysName", wrong)).expect("a file");
        let problems = mibc_collect::poll::Fleet::load(&file).expect_err(wrong);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].to_string().ends_with(&format!(
            "fleet.toml:6:16: `{wrong}` is not a scalar of the profile's modules; expected one that `walk` of a module names, such as `sysName`"
        )), "{problems:?}");
    }
}

/// A device that comes back is asked for everything again.
#[tokio::test(flavor = "multi_thread")]
async fn back_again() {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let address = socket.local_addr().expect("an address").to_string();
    let configuration = head("500ms")
        .replace("interval", "request-timeout = \"50ms\"\nretries = 0\ninterval")
        + &device("d", &address);
    let place = poller(&configuration, |_| {}, |_| {}).await;
    place.until(|status| status.down >= 2 && status.silent_jobs == 1).await;
    drop(socket);
    let name = "1.3.6.1.2.1.1.3.0".parse().expect("an OID");
    let ticks = mibc_runtime::value::Value::TimeTicks(mibc_runtime::value::TimeTicks(5));
    let recording = mibc_simulator::Recording::of([mibc_runtime::value::VarBind::new(name, ticks)]);
    let simulator = Simulated::of(recording).listen(address).spawn().await.expect("a device");
    let status = place.until(|status| status.silent_jobs == 0).await;
    assert!(status.silent.is_empty());
    let lines = place.lines_until(|lines| lines.last().is_some_and(|line| line.up)).await;
    assert_eq!(lines.last().map(|line| line.samples), Some(1));
    drop(simulator);
}

/// A device that loses requests is still polled at every tick.
#[tokio::test(flavor = "multi_thread")]
async fn lossy_devices() {
    let recording = mibc_simulator::Recording::of([mibc_runtime::value::VarBind::new(
        "1.3.6.1.2.1.1.3.0".parse().expect("an OID"),
        mibc_runtime::value::Value::TimeTicks(mibc_runtime::value::TimeTicks(5)),
    )]);
    let lossy = Behaviour { loss: 0.2, ..Behaviour::default() };
    let simulator =
        Simulated::of(recording).behaviour(lossy).listen("0.0.0.0:0").spawn().await.expect("devices");
    let configuration = head("1s").replace("interval", "request-timeout = \"50ms\"\nretries = 5\ninterval")
        + &many(&simulator, 30);
    let place = poller(&configuration, |_| {}, |_| {}).await;
    let status = place.until(|status| status.polls >= 120).await;
    assert!(status.retries > 0, "{status:?}");
    check_ticks(&place.stop().await);
}

/// Processes that share devices have each one once; nobody tells them of each other.
#[tokio::test(flavor = "multi_thread")]
async fn shards() {
    let simulator = devices().await;
    let configuration = head("500ms") + &many(&simulator, 60);
    let mut places = Vec::new();
    for number in 1..=3 {
        let shard = format!("{number}/3").parse().expect("a shard");
        places.push(poller(&configuration, |settings| settings.shard = shard, |_| {}).await);
    }
    let mut all = BTreeSet::new();
    for place in places {
        let ours = place.until(|status| status.polls >= 3 * status.jobs as u64).await.devices;
        let lines = place.stop().await;
        let names: BTreeSet<String> = lines.into_iter().map(|line| line.device).collect();
        assert_eq!(names.len(), ours);
        for name in names {
            assert!(all.insert(name.clone()), "{name} is polled twice");
        }
    }
    assert_eq!(all.len(), 60);
}

/// Several profiles of one device, one of them with modules by its kind.
#[tokio::test(flavor = "multi_thread")]
async fn profiles() {
    let simulator = devices().await;
    let configuration = head("500ms")
        + "[[choose]]\nobject-id = \"1.3.6.1.4.1.8072\"\nmodules = [\"names\"]\n[[choose]]\nmodules = [\"small\"]\n"
        + "[profile.kind]\nmodules = [\"auto\"]\ninterval = \"1s\"\n"
        + &device("d", &address(&simulator, 1)).replace("address", "profile = [\"p\", \"kind\"]\naddress");
    let place = poller(&configuration, |_| {}, |_| {}).await;
    let lines = place
        .lines_until(|lines| {
            ["p", "kind"].iter().all(|name| lines.iter().any(|line| line.json["profile"] == *name))
        })
        .await;
    for line in &lines {
        let names: Vec<&str> = line.json["samples"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|sample| sample["name"].as_str())
            .collect();
        let expected: &[&str] = match line.json["profile"].as_str() {
            Some("kind") => &["sysName"],
            _ => &["sysUpTime", "ifHCInOctets", "ifHCInOctets", "ifHCInOctets"],
        };
        assert_eq!(names, expected, "{line:?}");
    }
}

/// Its own samples, as Prometheus takes them.
#[tokio::test(flavor = "multi_thread")]
async fn metrics() {
    let simulator = devices().await;
    let place: Place = poller(&(head("500ms") + &many(&simulator, 3)), |_| {}, |_| {}).await;
    let status = place.until(|status| status.polls >= 6 && status.outputs[0].1.sent > 0).await;
    let mut text = String::new();
    status.exposition().write_to(&mut text);
    for line in [
        "mibc_poll_devices 3",
        &format!("mibc_poll_polls_total {}", status.polls),
        "mibc_poll_replaced_total 0",
        "mibc_output_dropped_total{output=\"json-lines\",reason=\"overflow\"} 0",
        &format!("mibc_output_sent_total{{output=\"json-lines\"}} {}", status.outputs[0].1.sent),
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(status.late < Duration::from_secs(3_600), "{status:?}");
}
