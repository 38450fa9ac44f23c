//! Real servers: rsyslog, Alertmanager, and a receiver with OpenTelemetry's own classes. Without them the test is skipped, unless `MIBC_REQUIRE_PEERS` is set.

use crate::place::{LISTENER, Place, link, until};
use mibc_runtime::message::PduKind;
use mibc_test_support::http;
use mibc_test_support::netsnmp::installed;
use mibc_test_support::otlp::Otlp;
use mibc_test_support::program::Program;
use serde_json::Value;
use std::fs;
use std::process::Command;

#[test]
fn rsyslog() {
    if !installed("/usr/sbin/rsyslogd") {
        return;
    }
    let place = Place::new();
    let folder = place.path("");
    let folder = folder.display();
    place.write(
        "rsyslog.conf",
        &format!(
            "global(workDirectory=\"{folder}\")\nmodule(load=\"imtcp\")\n\
             input(type=\"imtcp\" address=\"127.0.0.1\" port=\"0\" listenPortFileName=\"{folder}/port\")\n\
             template(name=\"t\" type=\"string\" string=\"%app-name%|%hostname%|%msgid%|%syslogseverity-text%|%syslogfacility-text%|%structured-data%|%msg%\\n\")\n\
             action(type=\"omfile\" file=\"{folder}/out\" template=\"t\")\n"
        ),
    );
    let mut command = Command::new("/usr/sbin/rsyslogd");
    command.args(["-n", "-f"]).arg(place.path("rsyslog.conf")).arg("-i").arg(place.path("pid"));
    let _rsyslog = Program::start(&mut command);
    let port = until("the port of rsyslog", || {
        fs::read_to_string(place.path("port")).ok().filter(|port| !port.is_empty())
    });
    place.write(
        "trapd.toml",
        &format!(
            "{LISTENER}[[rule]]\nnotification = \"linkDown\"\nseverity = \"error\"\n\
             [[output]]\nname = \"o\"\ntype = \"syslog\"\ntransport = \"tcp\"\naddress = \"127.0.0.1:{}\"\nfacility = \"local3\"\n",
            port.trim()
        ),
    );
    let service = place.start();
    for number in 1..=3 {
        service.send(&link(PduKind::Trap, true, number));
    }
    // It says on its own that it has started.
    let lines = until("the messages", || {
        let text = fs::read_to_string(place.path("out")).unwrap_or_default();
        let lines: Vec<String> =
            text.lines().filter(|line| line.starts_with("trapd|")).map(str::to_owned).collect();
        (lines.len() >= 3).then_some(lines)
    });
    for (number, line) in (1..).zip(lines) {
        let fields: Vec<&str> = line.split('|').collect();
        assert_eq!(fields[..5], ["trapd", "127.0.0.1", "linkDown", "err", "local3"], "{line}");
        assert!(
            fields[5].starts_with("[snmp@32473 id=") && fields[5].contains(&format!(" ifIndex=\"{number}\""))
        );
        assert!(fields[6].contains(&format!("IF-MIB::ifIndex.{number} = {number}")), "{line}");
    }
}

#[test]
fn alertmanager() {
    if !installed("prometheus-alertmanager") {
        return;
    }
    let place = Place::new();
    place.write("alertmanager.yml", "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n");
    let mut command = Command::new("prometheus-alertmanager");
    command.arg(format!("--config.file={}", place.path("alertmanager.yml").display()));
    command.arg(format!("--storage.path={}", place.path("data").display()));
    command.args(["--web.listen-address=127.0.0.1:0", "--cluster.listen-address="]);
    let server = Program::start(&mut command);
    let address = server.logs_after("msg=\"Listening on\" address=");
    place.write(
        "trapd.toml",
        &format!(
            "{LISTENER}
[[rule]]
name = \"LinkDown\"
notification = \"linkDown\"
severity = \"critical\"
raise = \"{{agent}} {{ifIndex}}\"

[[rule]]
name = \"LinkUp\"
alert = \"LinkDown\"
notification = \"linkUp\"
clear = \"{{agent}} {{ifIndex}}\"

[[output]]
name = \"alertmanager\"
type = \"alertmanager\"
url = \"http://{address}/api/v2/alerts\"
labels = {{ site = \"north\", interface = \"{{ifIndex}}\" }}
"
        ),
    );
    let service = place.start();
    let active = || -> Vec<Value> {
        let answer = http::get(&address, "/api/v2/alerts?active=true");
        serde_json::from_str(&answer.body).unwrap_or_default()
    };
    for number in [1, 2] {
        service.send(&link(PduKind::Trap, true, number));
    }
    let alerts = until("two alerts", || Some(active()).filter(|alerts| alerts.len() == 2));
    for alert in &alerts {
        let labels = &alert["labels"];
        assert_eq!((&labels["alertname"], &labels["severity"]), (&"LinkDown".into(), &"critical".into()));
        assert_eq!((&labels["instance"], &labels["site"]), (&"127.0.0.1".into(), &"north".into()));
        let interface = labels["key"].as_str().and_then(|key| key.split(' ').nth(1)).expect("a key");
        assert_eq!(labels["interface"], interface);
    }
    service.send(&link(PduKind::Trap, false, 1));
    let left = until("one alert", || Some(active()).filter(|alerts| alerts.len() == 1));
    assert_eq!(left[0]["labels"]["key"], "127.0.0.1 2");
}

/// OpenTelemetry's own classes read an event as what it is.
#[test]
fn opentelemetry() {
    let Some(receiver) = Otlp::start() else { return };
    let place = Place::with(&format!(
        "{LISTENER}[[rule]]\nnotification = \"linkDown\"\nseverity = \"error\"\n\
         [[output]]\nname = \"o\"\ntype = \"otlp\"\nurl = \"http://{}/v1/logs\"\n",
        receiver.address
    ));
    let service = place.start();
    for number in [7, 8] {
        service.send(&link(PduKind::Trap, true, number));
        let record = receiver.next();
        assert_eq!(record["resource"]["service.name"], "mibc-trapd", "{record}");
        assert_eq!(record["severity"], serde_json::json!([17, "error"]));
        let attributes = &record["attributes"];
        assert_eq!(attributes["event.name"], "IF-MIB::linkDown");
        assert_eq!(attributes["snmp.trap.oid"], "1.3.6.1.6.3.1.1.5.3");
        assert_eq!(attributes[format!("snmp.varbind.IF-MIB::ifIndex.{number}")], number.to_string());
        assert!(
            record["body"].as_str().is_some_and(|body| body.starts_with("IF-MIB::linkDown: ")),
            "{record}"
        );
        assert!(record["time"].as_u64().is_some_and(|time| time > 1 << 60), "{record}");
    }
}
