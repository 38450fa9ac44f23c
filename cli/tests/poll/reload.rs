//! SIGHUP: devices, outputs and limits change, or nothing does.

use crate::place::{CONFIGURATION, mibc};
use crate::polled::{device, folder};
use mibc_test_support::http;
use mibc_test_support::program::{PATIENCE, Program};
use mibc_test_support::receiver::Receiver;
use std::fs;
use std::os::unix::net::UnixDatagram;

#[test]
fn reload_and_stop() {
    let folder = folder(CONFIGURATION);
    let file = folder.path().join("fleet.toml");
    let mut program =
        Program::start(&mut mibc(folder.path(), &["poll", "fleet.toml", "--listen", "127.0.0.1:0"]));
    assert!(program.logs("devices are known").contains("devices: 1, jobs: 1"));
    let address = program.logs_after("listening, address: ");
    let own = |sample: &str| http::get(&address, "/metrics").number(sample);
    assert_eq!(own("mibc_poll_devices"), 1.0);
    assert_eq!(http::get(&address, "/healthz").status, 200);
    assert_eq!(http::get(&address, "/nothing").status, 404);
    fs::write(&file, CONFIGURATION.replace("\"p\"", "\"q\"").replace("if_mib", "if_mob")).expect("a file");
    program.signal("-HUP");
    let fault = program.logs("the configuration has a mistake");
    assert!(
        fault.contains("fleet.toml:6:") && fault.contains("`if_mob` is not the name of a module"),
        "{fault}"
    );
    program.logs("the poller keeps the old one");
    assert_eq!(own("mibc_poll_config_last_reload_successful"), 0.0);
    let more = CONFIGURATION.to_owned() + "[[device]]\naddress = \"192.0.2.2\"\n";
    fs::write(&file, more).expect("a file");
    program.signal("-HUP");
    assert!(program.logs("devices are known").contains("devices: 2, jobs: 2"));
    assert_eq!(own("mibc_poll_config_last_reload_successful"), 1.0);
    program.signal("-TERM");
    program.logs("the poller has stopped, left: 0");
    assert_eq!(program.status(), Some(0));
}

/// What a service manager is told.
fn told(manager: &UnixDatagram) -> String {
    let mut octets = [0; 4_096];
    let length = manager.recv(&mut octets).expect("it is told something");
    String::from_utf8_lossy(&octets[..length]).into_owned()
}

/// Outputs change by a signal, and the service manager is told when that begins and how it ends. A file whose output cannot
/// start changes nothing.
#[test]
fn outputs() {
    let (_runtime, simulator) = device();
    let first = CONFIGURATION.replace("192.0.2.1", &simulator.addr().to_string());
    let folder = folder(&first);
    let file = folder.path().join("fleet.toml");
    let manager = UnixDatagram::bind(folder.path().join("notify")).expect("a socket");
    manager.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let mut command = mibc(folder.path(), &["poll", "fleet.toml", "--listen", "127.0.0.1:0"]);
    let mut program = Program::start(command.env("NOTIFY_SOCKET", folder.path().join("notify")));
    let address = program.logs_after("listening, address: ");
    assert_eq!(told(&manager), "READY=1");
    // There is something in the file before it is left.
    let file_of_results = folder.path().join("out.jsonl");
    let begun = std::time::Instant::now();
    while fs::read_to_string(&file_of_results).unwrap_or_default().is_empty() {
        assert!(begun.elapsed() < PATIENCE, "no result comes");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let receiver = Receiver::start(&[]);
    let other = first.replace(
        "type = \"json-lines\"\npath = \"out.jsonl\"",
        &format!(
            "name = \"web\"\ntype = \"influx\"\nurl = \"{}/write\"\nauthorities = \"none.pem\"",
            receiver.url
        ),
    );
    // A queue that cannot be where it should: a file has the place of the folder.
    fs::write(folder.path().join("queue"), "").expect("a file");
    let blocked = other.replace("authorities = \"none.pem\"", "queue = { folder = \"queue\" }");
    fs::write(&file, &blocked).expect("a file");
    program.signal("-HUP");
    assert!(told(&manager).starts_with("RELOADING=1\nMONOTONIC_USEC="));
    let why = program.logs("an output does not start");
    assert!(why.contains("the output `web` does not start: "), "{why}");
    let status = told(&manager);
    assert!(status.starts_with("STATUS=The new configuration is refused: the output `web`"), "{status}");
    assert_eq!(told(&manager), "READY=1");
    let metrics = http::get(&address, "/metrics");
    assert_eq!(metrics.number("mibc_poll_config_last_reload_successful"), 0.0);
    assert!(metrics.number("mibc_output_sent_total{output=\"json-lines\"}") >= 0.0);
    assert!(!metrics.body.contains("output=\"web\""), "{}", metrics.body);
    // Certificates are of no use to a URL without TLS, so their file is not looked at.
    fs::write(&file, &other).expect("a file");
    program.signal("-HUP");
    assert!(told(&manager).starts_with("RELOADING=1"));
    assert!(program.logs("outputs are changed").contains("started: 1, changed: 0, ended: 1"));
    assert_eq!(told(&manager), "STATUS=The configuration was read again.");
    assert_eq!(told(&manager), "READY=1");
    assert!(receiver.requests_when(1)[0].body.contains("if_mib,device=switch-1"));
    let metrics = http::get(&address, "/metrics");
    assert_eq!(metrics.number("mibc_poll_config_last_reload_successful"), 1.0);
    assert!(!metrics.body.contains("output=\"json-lines\""), "{}", metrics.body);
    program.signal("-TERM");
    assert_eq!(told(&manager), "STOPPING=1");
    assert_eq!(program.status(), Some(0));
    assert!(fs::read_to_string(folder.path().join("out.jsonl")).is_ok_and(|text| text.ends_with("}\n")));
}
