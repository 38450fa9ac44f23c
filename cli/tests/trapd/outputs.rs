//! What outputs send, and in which form.

use crate::place::{FILE, LISTENER, Place, link, link_varbinds, message, trap};
use mibc_runtime::message::PduKind;
use mibc_runtime::value::VarBind;
use mibc_test_support::program::PATIENCE;
use mibc_test_support::receiver::Receiver;
use mibc_test_support::v3::oid;
use std::io::Read;
use std::net::{TcpListener, UdpSocket};

const RULES: &str = "
[[rule]]
name = \"down\"
alert = \"LinkDown\"
notification = \"linkDown\"
severity = \"critical\"
raise = \"{agent} {ifIndex}\"

[[rule]]
name = \"up\"
alert = \"LinkDown\"
notification = \"linkUp\"
clear = \"{agent} {ifIndex}\"
";

fn http(kind: &str, receiver: &Receiver, more: &str) -> Place {
    let output =
        format!("[[output]]\nname = \"o\"\ntype = \"{kind}\"\nurl = \"{}/path?x=y\"\n{more}\n", receiver.url);
    Place::with(&format!("{LISTENER}{RULES}{output}"))
}

#[test]
fn plain_http() {
    let receiver = Receiver::start(&[401]);
    let more = "format = \"lines\"\nuser = \"me\"\npassword = { file = \"secret\" }\nheaders = { X-Tenant = \"t\" }\nmax-pause = 0.1";
    let place = http("http", &receiver, more);
    place.write("secret", "old\n");
    let service = place.start();
    service.send(&trap(1));
    receiver.requests_when(1);
    // A password that has changed is used from then on.
    place.write("secret", "pass\n");
    let request = receiver.requests_when(2).pop().expect("a request");
    assert!(request.head.starts_with("post /path?x=y http/1.1"), "{}", request.head);
    for header in ["x-tenant: t", "content-type: application/x-ndjson"] {
        assert!(request.head.contains(header), "{}", request.head);
    }
    assert_eq!(request.json()["notification"], "IF-MIB::linkDown");
    assert_eq!(request.body.matches('\n').count(), 1);
}

#[test]
fn loki() {
    let receiver = Receiver::start(&[]);
    let place = http("loki", &receiver, "labels = { site = \"north\", agent = \"\" }");
    let service = place.start();
    service.send(&trap(1));
    let pushed = receiver.requests_when(1)[0].json();
    let stream = &pushed["streams"][0];
    let expected = serde_json::json!({
        "service_name": "mibc-trapd", "severity": "critical", "notification": "IF-MIB::linkDown", "site": "north",
    });
    assert_eq!(stream["stream"], expected, "a label that is empty is left out");
    let [at, line] =
        [&stream["values"][0][0], &stream["values"][0][1]].map(|text| text.as_str().expect("a text"));
    assert_eq!(at.len(), 19, "nanoseconds: {at}");
    let event: serde_json::Value = serde_json::from_str(line).expect("an event");
    assert_eq!(event["schema"], 1);
}

/// A text of a device does not become a label that is too long for the receiver: that would refuse the event.
#[test]
fn long_labels() {
    let receiver = Receiver::start(&[]);
    let place = http("loki", &receiver, "labels = { name = \"x{ifDescr}\" }");
    let service = place.start();
    let mut varbinds = link_varbinds(true, 1, 2);
    let long = mibc_runtime::value::OctetString::from("\u{e4}".repeat(5_000).as_bytes());
    varbinds.push(VarBind::new(oid("1.3.6.1.2.1.2.2.1.2.1"), long));
    service.send(&message("traps", PduKind::Trap, 1, varbinds));
    let pushed = receiver.requests_when(1)[0].json();
    let name = pushed["streams"][0]["stream"]["name"].as_str().expect("a label");
    assert!(name.len() <= 1_024 && name.len() > 1_000, "{name}");
}

#[test]
fn otlp() {
    let receiver = Receiver::start(&[]);
    let place = http("otlp", &receiver, "");
    let service = place.start();
    service.send(&trap(1));
    let logs = receiver.requests_when(1)[0].json();
    let resource = &logs["resourceLogs"][0];
    assert_eq!(resource["resource"]["attributes"][0]["value"]["stringValue"], "mibc-trapd");
    let record = &resource["scopeLogs"][0]["logRecords"][0];
    assert_eq!((&record["severityNumber"], &record["severityText"]), (&21.into(), &"critical".into()));
    let body = record["body"]["stringValue"].as_str().expect("a text");
    assert_eq!(body, "IF-MIB::linkDown: IF-MIB::ifIndex.1 = 1, IF-MIB::ifOperStatus.1 = down");
    assert!(record["timeUnixNano"].as_str().is_some_and(|at| at.len() == 19));
    let attribute = |key: &str| {
        let attributes = record["attributes"].as_array().expect("attributes");
        let found = attributes.iter().find(|attribute| attribute["key"] == key);
        found.unwrap_or_else(|| panic!("{key}: {record}"))["value"]["stringValue"].clone()
    };
    assert_eq!(attribute("event.name"), "IF-MIB::linkDown");
    assert_eq!(attribute("snmp.varbind.IF-MIB::ifOperStatus.1"), "down");
    assert_eq!(attribute("mibc.alert.key"), "127.0.0.1 1");
}

/// What ends has the labels of what begins, whatever the notifications say.
#[test]
fn alertmanager() {
    let receiver = Receiver::start(&[]);
    let more = "expires = 3600\nlabels = { site = \"north\", interface = \"if {ifIndex}\", job = \"\" }";
    let place = http("alertmanager", &receiver, more);
    let service = place.start();
    service.send(&link(PduKind::Trap, true, 3));
    let raised = receiver.requests_when(1)[0].json()[0].clone();
    service.send(&link(PduKind::Trap, false, 3));
    let cleared = receiver.requests_when(2)[1].json()[0].clone();
    let labels = serde_json::json!({
        "alertname": "LinkDown", "key": "127.0.0.1 3", "severity": "critical", "instance": "127.0.0.1",
        "site": "north", "interface": "if 3",
    });
    assert_eq!((&raised["labels"], &cleared["labels"]), (&labels, &labels));
    let time = |alert: &serde_json::Value, name: &str| alert[name].as_str().map(str::to_owned);
    assert!(time(&raised, "endsAt") > time(&cleared, "endsAt"), "{raised} {cleared}");
    assert!(time(&raised, "startsAt") <= time(&cleared, "endsAt"));
    assert_eq!(time(&cleared, "startsAt"), None);
}

#[test]
fn syslog() {
    let udp = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    udp.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let tcp = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let output = |name: &str, address: std::net::SocketAddr| {
        format!(
            "[[output]]\nname = \"{name}\"\ntype = \"syslog\"\ntransport = \"{name}\"\naddress = \"{address}\"\nfacility = \"local1\"\nenterprise = 99999\n"
        )
    };
    let outputs =
        [output("udp", udp.local_addr().expect("bound")), output("tcp", tcp.local_addr().expect("bound"))];
    let place = Place::with(&format!("{LISTENER}{RULES}{}", outputs.concat()));
    let mut service = place.start();
    service.send(&trap(5));
    let mut octets = [0; 2048];
    let length = udp.recv(&mut octets).expect("a datagram");
    let message = String::from_utf8_lossy(&octets[..length]).into_owned();
    let (head, rest) = message.split_once(" [snmp@99999 id=\"").expect("structured data");
    let fields: Vec<&str> = head.split(' ').collect();
    assert_eq!((fields[0], &fields[2..]), ("<138>1", &["127.0.0.1", "trapd", "-", "linkDown"][..]));
    let data = "oid=\"1.3.6.1.6.3.1.1.5.3\" source=\"127.0.0.1\" version=\"v2c\" kind=\"trap\" rule=\"down\" \
                alert=\"LinkDown\" key=\"127.0.0.1 5\" ifIndex=\"5\" ifOperStatus=\"down\"] \
                IF-MIB::linkDown: IF-MIB::ifIndex.5 = 5, IF-MIB::ifOperStatus.5 = down";
    assert_eq!(rest.split_once("\" ").map(|(_, rest)| rest), Some(data));
    let (mut stream, _) = tcp.accept().expect("a connection");
    service.signal("-TERM");
    assert_eq!(service.status(), Some(0));
    let mut framed = String::new();
    stream.read_to_string(&mut framed).expect("text");
    assert_eq!(
        framed,
        format!("{} {message}", message.len()),
        "octets in front of it, and the end of the connection"
    );
}

/// Structured data has its end, whatever a device says: without it a receiver takes none of it.
#[test]
fn syslog_of_long_values() {
    let udp = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    udp.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let address = udp.local_addr().expect("bound");
    let place = Place::with(&format!(
        "{LISTENER}{RULES}[[output]]\nname = \"o\"\ntype = \"syslog\"\naddress = \"{address}\"\n"
    ));
    let service = place.start();
    let mut varbinds = link_varbinds(true, 1, 2);
    let long = mibc_runtime::value::OctetString::from("]\" ".repeat(10_000).as_bytes());
    varbinds.insert(2, VarBind::new(oid("1.3.6.1.2.1.2.2.1.2.1"), long));
    for number in 0..500 {
        varbinds.push(VarBind::new(oid(&format!("1.3.6.1.2.1.2.2.1.10.{number}")), number));
    }
    service.send(&message("traps", PduKind::Trap, 1, varbinds));
    let mut octets = [0; 16_384];
    let length = udp.recv(&mut octets).expect("a datagram");
    let message = String::from_utf8_lossy(&octets[..length]).into_owned();
    let (data, text) = message.split_once("\"] ").expect("the end of the structured data");
    assert!(length <= 8_192 && !data.contains("ifDescr"), "{message}");
    assert!(data.contains("ifIndex=\"1\"") && data.contains("ifOperStatus=\"down\""), "{message}");
    assert!(text.starts_with("IF-MIB::linkDown: IF-MIB::ifDescr.1 = ]\" ]"), "{message}");
}

/// Rules: by name, source and varbind; drop, rate, outputs, severities.
#[test]
fn rules() {
    let place = Place::with(&format!(
        "{LISTENER}
[[rule]]
notification = \"linkUp\"
drop = true

[[rule]]
source = \"192.0.2.0/24\"
drop = true

[[rule]]
name = \"second\"
varbind = [{{ name = \"ifIndex\", equals = 2 }}, {{ name = \"ifOperStatus\", equals = \"down\" }}]
severity = \"error\"
outputs = [\"second\"]

[[rule]]
name = \"few\"
below = \"snmpTraps\"
rate = {{ events = 2, seconds = 3600 }}

[[output]]
name = \"first\"
type = \"lines\"
path = \"first.json\"

[[output]]
name = \"second\"
type = \"lines\"
path = \"second.json\"

[[output]]
name = \"bad\"
type = \"lines\"
path = \"bad.json\"
severity = \"error\"
"
    ));
    let mut service = place.start();
    for number in [1, 2, 3, 4, 5] {
        service.send(&link(PduKind::Trap, true, number));
        service.send(&link(PduKind::Trap, false, number));
    }
    place.events_when("second.json", 3);
    service.signal("-TERM");
    assert_eq!(service.status(), Some(0));
    let numbers = |file: &str| place.events(file).iter().map(crate::place::number).collect::<Vec<_>>();
    assert_eq!((numbers("first.json"), numbers("second.json")), (vec![1, 3], vec![1, 2, 3]));
    assert!(numbers("bad.json").is_empty(), "the only one of that severity goes elsewhere");
    assert_eq!(place.events("second.json")[1]["rule"], "second");
}

/// A rate is that of a key, or of an agent: others that come from the same address lose nothing. What is left out is told.
#[test]
fn rates() {
    let place = Place::with(&format!(
        "{LISTENER}
[[rule]]
name = \"down\"
notification = \"linkDown\"
raise = \"{{agent}} {{ifIndex}}\"
rate = {{ events = 1, seconds = 3600 }}

[[rule]]
name = \"others\"
rate = {{ events = 1, seconds = 3600 }}
{FILE}"
    ));
    let service = place.start();
    for (time, interface) in [(1, 1), (2, 1), (3, 2), (4, 1), (5, 3)] {
        service.send(&message("traps", PduKind::Trap, time, link_varbinds(true, interface, time)));
    }
    // The last one of an alert is held.
    let told = service.logs("events are beyond the rate of a rule");
    assert!(told.contains("rule: down") && told.contains("events: 1"), "{told}");
    for (time, agent) in [(6, 1), (7, 2), (8, 1)] {
        let mut varbinds = link_varbinds(false, time, time);
        let address = mibc_runtime::value::IpAddress([192, 0, 2, agent]);
        varbinds.push(VarBind::new(oid("1.3.6.1.6.3.18.1.3.0"), address));
        service.send(&message("traps", PduKind::Trap, time, varbinds));
    }
    let told = service.logs("events are beyond the rate of a rule");
    assert!(told.contains("rule: others") && told.contains("events: 1"), "{told}");
    let events = place.events_when("traps.json", 5);
    assert_eq!(events.iter().map(crate::place::number).collect::<Vec<_>>(), [1, 2, 3, 6, 7]);
}

/// Texts are what they are, without quotes; bits have their names.
#[test]
fn texts() {
    let place = Place::with(&format!("{LISTENER}{FILE}"));
    let service = place.start();
    let mut varbinds = link_varbinds(true, 1, 2);
    for (name, value) in [
        ("1.3.6.1.4.1.8072.9.1", &b"say \"hello\""[..]),
        ("1.3.6.1.4.1.8072.9.2", &[0, 255]),
        ("1.3.6.1.2.1.2.2.1.2.1", b"eth \\0"),
        ("1.3.6.1.4.1.8072.9.3", b""),
    ] {
        varbinds.push(VarBind::new(oid(name), mibc_runtime::value::OctetString::from(value)));
    }
    service.send(&message("traps", PduKind::Trap, 1, varbinds));
    let event = place.events_when("traps.json", 1).remove(0);
    let texts: Vec<_> = (2..6).map(|at| event["varbinds"][at]["text"].as_str().expect("a text")).collect();
    assert_eq!(texts, ["say \"hello\"", "00 FF", "eth \\0", ""]);
}
