//! Without a file, with a wrong one, with another one; acknowledgements; the end.

use crate::place::{FILE, LISTENER, Place, Service, inform, number, trap, until};
use mibc_test_support::receiver::Receiver;
use std::fs;
use std::io::ErrorKind;
use std::process::Stdio;
use std::time::Duration;

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

/// Two commands do all on embedded defaults: this is one.
#[test]
fn without_a_file() {
    let place = Place::new();
    let output = fs::File::create(place.path("out")).expect("a file");
    let mut command = place.mibc(&["trapd", "--listen", "udp:127.0.0.1:0"]);
    let mut service = Service::start(command.stdout(Stdio::from(output)));
    service.send(&trap(7));
    service.send(&inform(8)).recv(&mut [0; 1500]).expect("it is acknowledged");
    service.signal("-TERM");
    assert_eq!(service.status(), Some(0));
    let events = place.events("out");
    assert_eq!(events.iter().map(number).collect::<Vec<_>>(), [7, 8]);
    assert_eq!(
        (&events[0]["schema"], &events[0]["kind"], &events[1]["kind"]),
        (&1.into(), &"trap".into(), &"inform".into())
    );
    assert_eq!(events[0]["notification"], "IF-MIB::linkDown");
    assert_eq!(events[0]["varbinds"][1]["text"], "down");
    assert_ne!(events[0]["id"], events[1]["id"]);
}

/// Configuration mistakes are refused with file, line, what was expected.
#[test]
fn check() {
    let place = Place::with(&format!("{LISTENER}{FILE}"));
    let good = place.run(&["trapd", "--config", "trapd.toml", "--check"]);
    assert_eq!(text(&good.stdout), "the configuration is good: listeners 1, rules 0, outputs 1\n");
    place.write("trapd.toml", &format!("log = \"loud\"\n{LISTENER}{FILE}overflow = \"spill\"\n"));
    for arguments in
        [&["trapd", "--config", "trapd.toml", "--check"][..], &["trapd", "--config", "trapd.toml"]]
    {
        let bad = place.run(arguments);
        assert_eq!(bad.status.code(), Some(1));
        let said = text(&bad.stderr);
        assert!(
            said.contains("error: trapd.toml:1:7: `log` is `loud`; expected error, warn, info or debug"),
            "{said}"
        );
        assert!(said.contains("error: trapd.toml:9:12: `overflow` is `spill`; expected block"), "{said}");
    }
    let missing = place.run(&["trapd", "--config", "nothing.toml"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(text(&missing.stderr).contains("nothing.toml: the file cannot be read"), "{missing:?}");
}

/// P14, X3: an inform is acknowledged when the required output has taken it, and not before.
#[test]
fn acknowledgements() {
    let receiver = Receiver::start(&[503, 500, 429]);
    let place = Place::with(&format!(
        "{LISTENER}{FILE}[[output]]\nname = \"http\"\ntype = \"http\"\nurl = \"{}/x\"\nrequired = true\nmax-pause = 0.1\n",
        receiver.url
    ));
    let service = place.start();
    let socket = service.send(&inform(1));
    // A repetition while it waits is not delivered.
    socket.send_to(&inform(1), &service.address).expect("loopback");
    socket.recv(&mut [0; 1500]).expect("it is acknowledged");
    let requests = receiver.requests_when(4);
    assert!(requests.iter().all(|request| request.json()[0]["varbinds"][0]["value"] == 1), "{requests:?}");
    socket.send_to(&inform(1), &service.address).expect("loopback");
    socket.recv(&mut [0; 1500]).expect("it is acknowledged again");
    assert_eq!(place.events_when("traps.json", 1).len(), 1);
    // One that is refused for good is not acknowledged.
    let receiver = Receiver::start(&[400]);
    place.write(
        "trapd.toml",
        &format!(
            "{LISTENER}[[output]]\nname = \"http\"\ntype = \"http\"\nurl = \"{}/x\"\nrequired = true\n",
            receiver.url
        ),
    );
    service.signal("-HUP");
    service.logs("the configuration is read");
    let socket = service.send(&inform(2));
    receiver.requests_when(1);
    socket.set_read_timeout(Some(Duration::from_millis(300))).expect("a timeout");
    let silence = socket.recv(&mut [0; 1500]).expect_err("not acknowledged");
    assert!(matches!(silence.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
    // Its repetition is tried as a new one.
    socket.send_to(&inform(2), &service.address).expect("loopback");
    receiver.requests_when(2);
    socket.recv(&mut [0; 1500]).expect("it is acknowledged");
}

/// SIGTERM sends what waits; a receiver that is away does not hold it up for longer than `drain`.
#[test]
fn the_end() {
    let receiver = Receiver::start(&[503; 100]);
    let output = format!("[[output]]\nname = \"http\"\ntype = \"http\"\nurl = \"{}/x\"\n", receiver.url);
    let disk = "queue = \"disk\"\nfolder = \"queue\"\n";
    let place = Place::with(&format!("drain = 0.2\n{LISTENER}{output}{disk}{FILE}"));
    let mut service = place.start();
    for number in 0..20 {
        service.send(&trap(number));
    }
    place.events_when("traps.json", 20);
    service.signal("-TERM");
    assert_eq!(service.status(), Some(0));
    // What was not sent is sent by the next one, with the same identities.
    let receiver = Receiver::start(&[]);
    let output = format!("[[output]]\nname = \"http\"\ntype = \"http\"\nurl = \"{}/x\"\n", receiver.url);
    place.write("trapd.toml", &format!("{LISTENER}{output}{disk}"));
    let _service = place.start();
    let sent = until("all events", || {
        let requests = receiver.requests();
        let events: Vec<_> =
            requests.iter().flat_map(|request| request.json().as_array().cloned()).flatten().collect();
        Some(events).filter(|events| events.len() >= 20)
    });
    assert_eq!(sent.iter().map(number).collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
    let before = place.events("traps.json");
    assert!(before.iter().zip(&sent).all(|(before, sent)| before["id"] == sent["id"]));
}
