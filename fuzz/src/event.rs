//! Notifications in the forms in which the receiver of notifications gives them to its outputs.

use mibc_collect::delivery::Record;
use mibc_collect::trapd::{Config, Trial};
use mibc_compiler::query::Library;
use mibc_compiler::search::Cache;
use mibc_compiler::world::FsWorld;
use mibc_runtime::ber::Rules;
use mibc_runtime::listener::Receiver;
use mibc_runtime::message::Decoder;
use mibc_runtime::net::TransportAddress;
use std::cell::RefCell;
use std::path::Path;
use std::time::{Duration, Instant, UNIX_EPOCH};

/// An output of each form, and rules that look into varbinds.
const CONFIG: &str = r#"
[[listener]]
any-community = true

[[rule]]
varbind = [{ name = "ifDescr", matches = "^e.*[0-9]$" }, { name = "ifIndex", at-least = 2 }]
severity = "error"
continue = true

[[rule]]
name = "all"
raise = "{source} {agent} {notification} {user} {index} {ifIndex} {sysDescr}"

[[output]]
name = "lines"
type = "lines"

[[output]]
name = "syslog"
type = "syslog"
address = "127.0.0.1:514"

[[output]]
name = "loki"
type = "loki"
url = "http://127.0.0.1:3100/"

[[output]]
name = "alertmanager"
type = "alertmanager"
url = "http://127.0.0.1:9093/"

[[output]]
name = "otlp"
type = "otlp"
url = "http://127.0.0.1:4318/"

[[output]]
name = "forward"
type = "forward"
address = "udp:127.0.0.1:1162"
community = "x"
"#;

thread_local! {
    static TRIAL: RefCell<Trial<'static>> = RefCell::new(trial());
}

fn trial() -> Trial<'static> {
    let library = |_: &_| Ok(Library::new(FsWorld::new(), Cache::None));
    let (config, library) = Config::parse(CONFIG, Path::new("."), &library).expect("a configuration");
    // Once for each thread.
    Trial::new(&config, Box::leak(Box::new(library)))
}

/// Datagrams of any bytes: what is taken for a notification has all forms, and JSON is JSON on one line.
pub fn event(data: &[u8]) {
    let mut receiver = Receiver::new([], 1).any_community();
    let source = TransportAddress::Udp(([192, 0, 2, 7], 162).into());
    let Ok(handled) = receiver.handle(Instant::now(), &source, data, true) else { return };
    let Some(notification) = handled.notification else { return };
    TRIAL.with_borrow_mut(|trial| {
        let records = trial.records(&notification, UNIX_EPOCH + Duration::from_secs(1_000_000_000));
        assert!(records.len() >= 5);
        records.iter().for_each(|(output, record)| check(output, record));
    });
}

fn check(output: &str, record: &Record) {
    let octets: &[u8] = &record.payload;
    match output {
        "forward" => assert!(Decoder::new(Rules::Lenient).decode(octets).is_ok()),
        "syslog" => assert!(std::str::from_utf8(octets).is_ok()),
        _ => {
            assert!(!octets.contains(&b'\n'));
            let json: serde_json::Value = serde_json::from_slice(octets).expect("JSON");
            assert!(json.is_object());
            if output == "lines" {
                assert_eq!(json["schema"], 1);
                let varbinds = json["varbinds"].as_array().expect("varbinds");
                for varbind in varbinds {
                    assert!(varbind["text"].is_string() && varbind["oid"].is_string());
                    assert!(!varbind["name"].as_str().expect("a name").is_empty());
                }
            }
        }
    }
}
