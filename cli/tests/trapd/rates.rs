//! Rates of rules: what becomes of the last event of an alert that goes beyond one.

use crate::place::{FILE, LISTENER, Place, Service, link_varbinds, message, until};
use mibc_runtime::message::PduKind;
use mibc_test_support::http;
use serde_json::Value;

const KEY: &str = "\"{agent} {ifIndex}\"";

/// Longer than a test takes.
const LONG: &str = "rate = { events = 1, seconds = 86400 }\n";

/// With a rate for what begins and one for what ends.
fn configuration(raise: &str, clear: &str) -> String {
    format!(
        "http = \"127.0.0.1:0\"\n{LISTENER}{FILE}\
         [[rule]]\nname = \"LinkDown\"\nnotification = \"linkDown\"\nraise = {KEY}\n{raise}\
         [[rule]]\nname = \"LinkUp\"\nalert = \"LinkDown\"\nnotification = \"linkUp\"\nclear = {KEY}\n{clear}"
    )
}

/// The `number`-th message, which has this number as its sysUpTime.0.
fn flap(kind: PduKind, down: bool, interface: i32, number: i32) -> Vec<u8> {
    message("traps", kind, number, link_varbinds(down, interface, number))
}

fn numbers(events: &[Value]) -> Vec<i64> {
    events.iter().map(|event| event["up_time"].as_i64().expect("sysUpTime.0")).collect()
}

/// One interface flaps, and another one goes down twice; the fourth and the sixth are the last ones beyond the rate.
fn flapping(service: &Service) {
    for (kind, down, interface, number) in [
        (PduKind::Trap, true, 1, 1),
        (PduKind::Trap, false, 1, 2),
        (PduKind::Trap, true, 1, 3),
        (PduKind::Trap, false, 1, 4),
        (PduKind::Trap, true, 2, 5),
    ] {
        service.send(&flap(kind, down, interface, number));
    }
    let socket = service.send(&flap(PduKind::Inform, true, 2, 6));
    socket.recv(&mut [0; 1500]).expect("one that is held is acknowledged");
}

fn held_and_suppressed(metrics: &str) -> (f64, f64) {
    let metrics = http::get(metrics, "/metrics");
    (metrics.number("mibc_trapd_rate_held"), metrics.number("mibc_trapd_rate_suppressed_total"))
}

/// Whatever is let through, the last state comes, and all others are counted.
#[test]
fn the_last_state_comes_when_the_rate_lets_it_through() {
    const LAST: i32 = 21;
    let rate = "rate = { events = 2, seconds = 0.5 }\n";
    let place = Place::with(&configuration(rate, rate));
    let service = place.start();
    let metrics = service.logs_after("metrics are served, address: ");
    for number in 1..=LAST {
        service.send(&flap(PduKind::Trap, number % 2 == 1, 1, number));
    }
    let events = until("the last state", || {
        Some(place.events("traps.json")).filter(|events| numbers(events).last() == Some(&LAST.into()))
    });
    assert_eq!(events.last().expect("there are some")["alert"]["state"], "raise");
    assert!(numbers(&events).is_sorted(), "{events:?}");
    let (held, suppressed) = held_and_suppressed(&metrics);
    assert_eq!((held, events.len() as f64 + suppressed), (0.0, LAST.into()));
    let told: u64 = events.iter().filter_map(|event| event["suppressed"].as_u64()).sum();
    assert!(told as f64 <= suppressed, "{events:?}");
}

#[test]
fn what_is_held_at_the_end() {
    let place = Place::with(&configuration(LONG, LONG));
    let mut service = place.start();
    let metrics = service.logs_after("metrics are served, address: ");
    flapping(&service);
    assert_eq!(held_and_suppressed(&metrics), (2.0, 1.0));
    service.signal("-TERM");
    assert_eq!(service.status(), Some(0));
    let events = place.events("traps.json");
    assert_eq!(numbers(&events), [1, 2, 5, 4, 6]);
    assert_eq!((&events[3]["alert"]["state"], &events[4]["kind"]), (&"clear".into(), &"inform".into()));
}

/// Under another configuration, whose rules count.
#[test]
fn what_is_held_at_a_reload() {
    let place = Place::with(&configuration(LONG, LONG));
    let service = place.start();
    let metrics = service.logs_after("metrics are served, address: ");
    flapping(&service);
    let severity = "severity = \"critical\"\n";
    place.write("trapd.toml", &configuration(&format!("{LONG}{severity}"), &format!("{LONG}{severity}")));
    service.signal("-HUP");
    service.logs("the configuration is read");
    let events = place.events_when("traps.json", 5);
    assert_eq!(numbers(&events), [1, 2, 5, 4, 6]);
    assert!(events[..3].iter().all(|event| event["severity"] == "info"), "{events:?}");
    assert!(events[3..].iter().all(|event| event["severity"] == "critical"), "{events:?}");
    assert_eq!(held_and_suppressed(&metrics), (0.0, 1.0));
    let metrics = http::get(&metrics, "/metrics");
    assert_eq!(metrics.number("mibc_trapd_notifications_total{kind=\"trap\"}"), 5.0, "each is counted once");
    assert_eq!(metrics.number("mibc_trapd_informs_acknowledged_total"), 1.0);
}

/// What a newer event says that is let through counts, also one of a rule without a rate.
#[test]
fn what_is_overtaken() {
    let place = Place::with(&configuration(LONG, ""));
    let mut service = place.start();
    let metrics = service.logs_after("metrics are served, address: ");
    for (down, number) in [(true, 1), (true, 2), (false, 3)] {
        service.send(&flap(PduKind::Trap, down, 1, number));
    }
    place.events_when("traps.json", 2);
    assert_eq!(held_and_suppressed(&metrics), (0.0, 1.0));
    service.signal("-TERM");
    assert_eq!(service.status(), Some(0));
    assert_eq!(numbers(&place.events("traps.json")), [1, 3]);
}

/// Which alert it is of is said by the last rule that matches.
#[test]
fn what_goes_on_to_other_rules() {
    let limit = format!("[[rule]]\nname = \"limit\"\nraise = {KEY}\n{LONG}continue = true\n");
    let text = configuration("", "").replacen("[[rule]]\n", &format!("{limit}[[rule]]\n"), 1);
    let place = Place::with(&text);
    let mut service = place.start();
    let metrics = service.logs_after("metrics are served, address: ");
    for (down, number) in [(true, 1), (false, 2), (true, 3)] {
        service.send(&flap(PduKind::Trap, down, 1, number));
    }
    until("one is held, and one is left out", || {
        Some(()).filter(|()| held_and_suppressed(&metrics) == (1.0, 1.0))
    });
    service.signal("-TERM");
    assert_eq!(service.status(), Some(0));
    let events = place.events("traps.json");
    assert_eq!(numbers(&events), [1, 3]);
    assert_eq!((&events[1]["alert"]["name"], &events[1]["rule"]), (&"LinkDown".into(), &"LinkDown".into()));
}

/// A rule without a key has nothing to hold.
#[test]
fn what_is_not_of_an_alert() {
    let place = Place::with(&format!("http = \"127.0.0.1:0\"\n{LISTENER}{FILE}[[rule]]\n{LONG}"));
    let mut service = place.start();
    let metrics = service.logs_after("metrics are served, address: ");
    flapping(&service);
    assert_eq!(held_and_suppressed(&metrics), (0.0, 5.0));
    service.signal("-TERM");
    assert_eq!(service.status(), Some(0));
    assert_eq!(numbers(&place.events("traps.json")), [1]);
}
