//! A limit of the size of files (`ulimit -f`, `LimitFSIZE=`) is a failing output, not the end of the service.

use crate::place::{FILE, LISTENER, Place, Service, trap};
use mibc_test_support::http;
use std::process::Command;

#[test]
fn a_file_that_may_not_grow() {
    let place = Place::with(&format!("http = \"127.0.0.1:0\"\ndrain = 0.1\n{LISTENER}{FILE}"));
    let service = place.mibc(&["trapd", "--config", "trapd.toml"]);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "ulimit -f 4 && exec \"$@\"", "sh"])
        .arg(service.get_program())
        .args(service.get_args());
    limited.current_dir(place.path("")).env_remove("JOURNAL_STREAM").env_remove("MIBC_PATH");
    limited.envs(service.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut service = Service::start(&mut limited);
    let metrics = service.logs_after("metrics are served, address: ");
    service.send(&trap(0));
    place.events_when("traps.json", 1);
    for number in 1..30 {
        service.send(&trap(number));
    }
    let line = service.logs("an output fails");
    assert!(line.contains("large"), "{line}");
    assert_eq!(http::get(&metrics, "/metrics").number("mibc_trapd_output_up{output=\"file\"}"), 0.0);
    let events = place.events("traps.json").len();
    assert!(events > 0 && events < 30, "{events}");
    service.signal("-TERM");
    assert_eq!(service.status(), Some(0));
}
