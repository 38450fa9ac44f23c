//! What a worker and `mibc fleet apply` say of their file.

use crate::{configuration, device, folder, mibc, run, said};
use mibc_test_support::http;
use mibc_test_support::nats::NatsServer;
use mibc_test_support::program::{PATIENCE, Program};
use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

#[test]
fn a_worker_says_what_its_file_does_not_have() {
    let Some(server) = NatsServer::start() else { return };
    let url = server.url();
    let (_runtime, simulator) = device();
    let fleet = configuration(&simulator.addr().to_string(), 1, 1);
    let folder = folder(&fleet);
    let output = run(folder.path(), &["poll", "fleet.toml", "--nats", &url]);
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.contains("run `mibc fleet apply` first"), "{errors}");
    said(folder.path(), &["fleet", "apply", "fleet.toml", "--nats", &url]);
    let other = fleet.split("[[device]]").next().expect("a part").replace("[profile.p]", "[profile.q]");
    fs::write(folder.path().join("other.toml"), &other).expect("a file");
    let worker = Program::start(&mut mibc(
        folder.path(),
        &["poll", "other.toml", "--nats", &url, "--listen", "127.0.0.1:0"],
    ));
    let address = worker.logs_after("listening, address: ");
    let own = |sample: &str| http::get(&address, "/metrics").number(sample);
    assert_eq!(http::get(&address, "/healthz").status, 200);
    let line = worker.logs("a device cannot be polled by this worker");
    assert!(line.contains("no profile `p`; write a table [profile.p]"), "{line}");
    assert_eq!(own("mibc_poll_polls_total"), 0.0);

    // It reads the file again.
    let again = |text: &str, logged: &str| {
        fs::write(folder.path().join("other.toml"), text).expect("a file");
        worker.signal("-HUP");
        worker.logs(logged)
    };
    again("profile = 7", "the configuration is refused");
    assert_eq!(own("mibc_poll_config_last_reload_successful"), 0.0);
    again(&fleet, "the configuration is read");
    let begun = Instant::now();
    while own("mibc_poll_polls_total") - own("mibc_poll_down_total") < 2.0
        || own("mibc_fleet_partitions") == 0.0
    {
        assert!(begun.elapsed() < PATIENCE, "nothing is polled");
        sleep(Duration::from_millis(100));
    }
    assert_eq!(own("mibc_poll_config_last_reload_successful"), 1.0);
    assert_eq!((own("mibc_poll_devices"), own("mibc_poll_jobs")), (1.0, 1.0));
    assert!(own("mibc_poll_late_seconds_count") >= 2.0);
    // What it knows of the device does not keep an auth that is gone.
    again(
        &other.replace("[auth.public]", "[auth.private]").replace("[profile.q]", "[profile.p]"),
        "cannot be polled",
    );
}

#[test]
fn a_worker_waits_for_a_server_that_starts_later() {
    let Some(mut server) = NatsServer::start() else { return };
    let url = server.url();
    let folder = folder(&configuration("192.0.2.1", 1, 60));
    said(folder.path(), &["fleet", "apply", "fleet.toml", "--nats", &url]);
    server.kill();
    let start = || Program::start(&mut mibc(folder.path(), &["poll", "fleet.toml", "--nats", &url]));
    let mut tired = start();
    tired.logs("waiting for the server");
    tired.signal("-TERM");
    assert_eq!(tired.status(), Some(0));
    let mut worker = start();
    worker.logs("waiting for the server");
    server.again();
    worker.logs("the worker begins");
    worker.signal("-TERM");
    assert_eq!(worker.status(), Some(0));
}

#[test]
fn mistakes() {
    let folder = folder(&configuration("192.0.2.1", 1, 1).replace("interval = 1", "interval = \"1500ms\""));
    let url = "nats://me:pass-word@127.0.0.1:1";
    let output = run(folder.path(), &["fleet", "apply", "fleet.toml", "--check"]);
    assert_eq!(output.status.code(), Some(1));
    let good = configuration("192.0.2.1", 2, 1);
    fs::write(folder.path().join("good.toml"), good).expect("a file");
    let said = said(folder.path(), &["fleet", "apply", "good.toml", "--check"]);
    assert_eq!(said, "the configuration is good: devices 2\n");
    let output = run(folder.path(), &["fleet", "apply", "fleet.toml", "--nats", url]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(
        errors.contains("profile `p` has the interval 1.5s; on NATS, expected whole seconds"),
        "{errors}"
    );
    let output = run(folder.path(), &["fleet", "status", "--nats", url]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("cannot connect to NATS at nats://127.0.0.1:1"), "{errors}");
    for wrong in ["nat://me:pass-word@host", "nats://host:4222,http://host", "nats://host:99999", " ,"] {
        let output = run(folder.path(), &["fleet", "status", "--nats", wrong]);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{errors}");
        let said = errors.contains("is not where a NATS server is (")
            && errors.contains("expected nats://host:4222 or");
        assert!(said && !errors.contains("pass-word") && !errors.contains("let us in"), "{errors}");
    }
    let list = configuration("192.0.2.1", 1, 1) + "[[file-sd]]\nfiles = [\"missing.json\"]\n";
    fs::write(folder.path().join("fleet.toml"), list).expect("a file");
    let output = run(folder.path(), &["fleet", "apply", "fleet.toml", "--nats", url]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains("missing.json"), "{errors}");
    let output = run(folder.path(), &["poll", "fleet.toml", "--nats", url, "--shard", "1/2"]);
    assert_eq!(output.status.code(), Some(2));
}
