//! One poll in all forms.

use super::*;
use crate::Module;
use crate::Variables;
use crate::fetch::Fetched;
use crate::module::{Index, IndexKind, Kind, Lookup, Metric, Source, Text};
use crate::poll::device::{Credentials, Device};
use crate::poll::job::Job;
use crate::poll::polled::{Answer, Polled};
use crate::poll::profile::{Part, Profile};
use crate::snmp_yml;
use mibc_runtime::manager::Manager;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Counter32, Counter64, Value, VarBind};
use std::sync::Arc;
use std::time::Duration;

fn oid(text: &str) -> Oid {
    text.parse().expect("an OID")
}

fn module() -> Module {
    let mut octets = Metric::new("ifInOctets", oid("1.3.6.1.2.1.2.2.1.10"), Kind::Counter);
    octets.help = "Octets \"in\"".to_owned();
    octets.indexes = vec![Index::new("ifIndex", IndexKind::Number)];
    let text = Metric::new("sysDescr", oid("1.3.6.1.2.1.1.1"), Kind::Text(Text::DisplayString));
    let mut scaled = Metric::new("load", oid("1.3.6.1.2.1.99.1"), Kind::Gauge);
    scaled.scale = Some(0.5);
    Module::new(Vec::new(), Vec::new(), vec![octets, text, scaled])
}

/// A poll of a device that has two interfaces and a description; of a third interface nothing came.
pub(in crate::poll) async fn polled(answers: bool) -> Polled {
    polled_of(module(), Vec::new(), Vec::new(), answers).await
}

/// A poll of a device that has some more variables, with labels from scalars.
async fn polled_of(module: Module, more: Vec<VarBind>, labels_from: Vec<Arc<str>>, answers: bool) -> Polled {
    let auths = snmp_yml::parse("auths: {public: {community: hidden, version: 2}}").expect("YAML").auths;
    let credentials = Arc::new(Credentials { name: "public".into(), auth: auths["public"].clone() });
    let part = Part { name: "interfaces".into(), module: Arc::new(module), asking: Default::default() };
    let profile = Arc::new(Profile {
        name: "p".into(),
        parts: vec![part.clone()],
        choices: Vec::new(),
        interval: Duration::from_secs(60),
        timeout: Duration::from_secs(30),
        label_ttl: Duration::ZERO,
        labels_from,
    });
    let device = Arc::new(Device {
        name: "switch, 1".into(),
        address: "192.0.2.1".into(),
        credentials,
        profiles: vec![Arc::clone(&profile)],
        labels: [("empty".into(), "".into()), ("site".into(), "cellar =1\\".into())].into(),
    });
    let manager = Manager::bind().await.expect("sockets");
    let mut polled =
        Polled::new(Arc::new(Job::new(&manager, device, profile)), 29_000_000, 1_740_000_000_007);
    polled.elapsed = Duration::from_millis(250);
    let variable = |name: &str, value: Value| VarBind { name: oid(name), value };
    let mut all = vec![
        variable("1.3.6.1.2.1.1.1.0", Value::from("a \"switch\"\nof ours")),
        variable("1.3.6.1.2.1.2.2.1.10.1", Value::Counter64(Counter64(u64::MAX))),
        variable("1.3.6.1.2.1.2.2.1.10.2", Value::Counter32(Counter32(7))),
        variable("1.3.6.1.2.1.99.1.0", Value::Integer(3)),
    ];
    all.extend(more);
    let variables = Variables::new(all);
    if answers {
        let elapsed = polled.elapsed;
        let fetched =
            Fetched { variables, received: 4, packets: 2, retries: 1, elapsed, failures: Vec::new() };
        polled.answers.push(Answer { part, fetched });
    } else {
        polled.failure = Some("it says \"nothing\"".to_owned());
    }
    polled
}

async fn encoded(format: Format, answers: bool) -> Vec<u8> {
    let labels =
        BTreeMap::from([("job".to_owned(), "net".to_owned()), ("site".to_owned(), "none".to_owned())]);
    let (octets, made) = Encoder::new(format, &labels).encode(&polled(answers).await);
    assert_eq!(made, Made { samples: if answers { 4 } else { 0 }, duplicates: 0 });
    octets
}

fn text_of(octets: Vec<u8>) -> String {
    String::from_utf8(octets).expect("text")
}

#[tokio::test]
async fn lines_of_json() {
    let line = text_of(encoded(Format::JsonLines, true).await);
    assert!(!line.contains('\n'));
    let value: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(
        value,
        serde_json::json!({
            "device": "switch, 1", "address": "192.0.2.1", "profile": "p", "tick": 29_000_000, "time": 1_740_000_000.007, "up": true,
            "complete": true, "took": 0.25, "labels": {"job": "net", "site": "cellar =1\\", "empty": ""},
            "samples": [
                {"name": "sysDescr", "labels": {"sysDescr": "a \"switch\"\nof ours"}, "value": 1},
                {"name": "ifInOctets", "labels": {"ifIndex": "1"}, "value": u64::MAX},
                {"name": "ifInOctets", "labels": {"ifIndex": "2"}, "value": 7},
                {"name": "load", "labels": {}, "value": 1.5},
            ],
            "metrics": [
                {"name": "sysDescr", "module": "interfaces"},
                {"name": "ifInOctets", "module": "interfaces", "counter": true},
                {"name": "load", "module": "interfaces"},
            ],
        })
    );
    let dead: serde_json::Value =
        serde_json::from_slice(&encoded(Format::JsonLines, false).await).expect("JSON");
    assert_eq!((&dead["up"], &dead["complete"]), (&false.into(), &false.into()));
    assert_eq!(dead["reason"], "it says \"nothing\"");
}

/// What is read from a line of JSON is in all forms as it was at first, but for what samples are for people.
#[cfg(feature = "nats")]
#[tokio::test]
async fn what_a_line_tells_is_all() {
    use crate::poll::Told;
    let labels = BTreeMap::from([("job".to_owned(), "net".to_owned())]);
    let forms = [
        Format::JsonLines,
        Format::Influx,
        Format::RemoteWrite,
        Format::Otlp,
        #[cfg(feature = "parquet")]
        Format::Parquet,
    ];
    for answers in [true, false] {
        let polled = polled(answers).await;
        let (line, _) = Encoder::new(Format::JsonLines, &BTreeMap::new()).encode(&polled);
        let told = Told::read(&line).expect("a line");
        assert_eq!(told.id(), polled.id());
        for form in forms {
            let encoder = Encoder::new(form, &labels);
            let ((first, made), (again, counted)) = (encoder.encode(&polled), encoder.encode(&told));
            assert_eq!(made, counted);
            let first = if form == Format::Otlp {
                let described = text_of(first);
                let rest: Vec<&str> = described.split(",\"description\":\"Octets \\\"in\\\"\"").collect();
                assert_eq!(rest.len(), if answers { 2 } else { 1 });
                rest.concat().into_bytes()
            } else {
                first
            };
            assert_eq!(first, again, "{form:?}: {}", String::from_utf8_lossy(&again));
        }
    }
    for junk in ["", "{}", "junk", "[1]", &"[".repeat(100_000)] {
        assert!(Told::read(junk.as_bytes()).is_err());
    }
}

#[tokio::test]
async fn line_protocol() {
    let lines = text_of(encoded(Format::Influx, true).await);
    let tags = "device=switch\\,\\ 1,job=net,site=cellar\\ \\=1";
    let expected = [
        "snmp_poll,device=switch\\,\\ 1,job=net,profile=p,site=cellar\\ \\=1 up=1.0,snmp_poll_complete=1.0,snmp_poll_duration_seconds=0.25 1740000000007000000".to_owned(),
        format!("interfaces,{tags} sysDescr=\"a \\\"switch\\\" of ours\",load=1.5 1740000000007000000"),
        "interfaces,device=switch\\,\\ 1,ifIndex=1,job=net,site=cellar\\ \\=1 ifInOctets=9223372036854775807i 1740000000007000000".to_owned(),
        "interfaces,device=switch\\,\\ 1,ifIndex=2,job=net,site=cellar\\ \\=1 ifInOctets=7i 1740000000007000000".to_owned(),
    ];
    assert_eq!(lines.lines().collect::<Vec<_>>(), expected);
}

/// A column that is a tag of its row is not a field in a point of its own, and neither is a scalar that is a tag of all.
#[tokio::test]
async fn a_row_is_one_point() {
    let row = || vec![Index::new("ifIndex", IndexKind::Number)];
    let text = |name: &str, object: &str| Metric::new(name, oid(object), Kind::Text(Text::DisplayString));
    let column = |mut metric: Metric| {
        metric.indexes = row();
        let source = Source::new(vec!["ifIndex".into()], oid("1.3.6.1.2.1.2.2.1.2"), Text::DisplayString);
        metric.lookups = vec![Lookup::new("ifDescr", source)];
        metric
    };
    let metrics = vec![
        text("sysDescr", "1.3.6.1.2.1.1.1"),
        column(Metric::new("ifIndex", oid("1.3.6.1.2.1.2.2.1.1"), Kind::Gauge)),
        column(text("ifDescr", "1.3.6.1.2.1.2.2.1.2")),
        column(text("ifPhysAddress", "1.3.6.1.2.1.2.2.1.6")),
        column(Metric::new("ifInOctets", oid("1.3.6.1.2.1.2.2.1.10"), Kind::Counter)),
        Metric::new("load", oid("1.3.6.1.2.1.99.1"), Kind::Gauge),
    ];
    let variable = |name: &str, value: Value| VarBind { name: oid(name), value };
    let more = || {
        vec![
            variable("1.3.6.1.2.1.2.2.1.1.1", Value::Integer(1)),
            variable("1.3.6.1.2.1.2.2.1.2.1", Value::from("eth0")),
            variable("1.3.6.1.2.1.2.2.1.6.1", Value::from("mac")),
            // Of this one the name is all that there is.
            variable("1.3.6.1.2.1.2.2.1.2.3", Value::from("eth3")),
        ]
    };
    let lines = async |metrics: Vec<Metric>, labels: Vec<Arc<str>>| {
        let module = Module::new(Vec::new(), Vec::new(), metrics);
        let polled = polled_of(module, more(), labels, true).await;
        let (octets, made) = Encoder::new(Format::Influx, &BTreeMap::new()).encode(&polled);
        assert_eq!(made.duplicates, 0);
        let strip = |line: &str| line.rsplit_once(' ').map(|(line, _)| line.to_owned());
        text_of(octets).lines().skip(1).filter_map(strip).collect::<Vec<_>>()
    };
    let begin = "interfaces,device=switch\\,\\ 1";
    let site = "site=cellar\\ \\=1";
    assert_eq!(
        lines(metrics.clone(), Vec::new()).await,
        [
            format!("{begin},{site} sysDescr=\"a \\\"switch\\\" of ours\",load=3i"),
            format!("{begin},ifIndex=3,{site} ifDescr=\"eth3\""),
            format!(
                "{begin},ifDescr=eth0,ifIndex=1,{site} ifPhysAddress=\"mac\",ifInOctets=9223372036854775807i"
            ),
            format!("{begin},ifIndex=2,{site} ifInOctets=7i"),
        ]
    );
    let described = "sysDescr=a\\ \"switch\"\\ of\\ ours";
    assert_eq!(
        lines(metrics, vec!["sysDescr".into()]).await,
        [
            format!("{begin},ifIndex=3,{site},{described} ifDescr=\"eth3\""),
            format!(
                "{begin},ifDescr=eth0,ifIndex=1,{site},{described} ifPhysAddress=\"mac\",ifInOctets=9223372036854775807i"
            ),
            format!("{begin},ifIndex=2,{site},{described} ifInOctets=7i"),
            format!("{begin},{site},{described} load=3i"),
        ]
    );
}

/// Reads protobuf, as far as a message of remote-write has it.
struct Message<'m>(&'m [u8]);

impl<'m> Message<'m> {
    fn varint(&mut self) -> u64 {
        let mut number = 0;
        for shift in (0..).step_by(7) {
            let octet = self.0[0];
            self.0 = &self.0[1..];
            number |= u64::from(octet & 0x7f) << shift;
            if octet < 0x80 {
                break;
            }
        }
        number
    }

    fn octets(&mut self, count: usize) -> &'m [u8] {
        let (octets, rest) = self.0.split_at(count);
        self.0 = rest;
        octets
    }

    /// The tag of the next field, and its content.
    fn field(&mut self) -> Option<(u64, &'m [u8], u64)> {
        if self.0.is_empty() {
            return None;
        }
        let tag = self.varint();
        Some(match tag & 7 {
            0 => (tag >> 3, &[], self.varint()),
            1 => {
                let octets = self.octets(8);
                (tag >> 3, octets, u64::from_le_bytes(octets.try_into().expect("eight")))
            }
            2 => {
                let length = self.varint() as usize;
                (tag >> 3, self.octets(length), 0)
            }
            other => panic!("wire type {other}"),
        })
    }
}

/// Series as texts: labels, value and time.
fn series(body: &[u8]) -> Vec<String> {
    let mut request = Message(body);
    let mut found = Vec::new();
    while let Some((1, series, _)) = request.field() {
        let (mut labels, mut sample, mut series) = (Vec::new(), String::new(), Message(series));
        while let Some((number, part, _)) = series.field() {
            let mut part = Message(part);
            let (first, second) = (part.field().expect("a field"), part.field().expect("a field"));
            assert_eq!((first.0, second.0, part.field()), (1, 2, None));
            match number {
                1 => {
                    let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).expect("text");
                    labels.push(format!("{}={}", text(first.1), text(second.1)));
                }
                2 => sample = format!("{}@{}", f64::from_bits(first.2), second.2),
                other => panic!("field {other}"),
            }
        }
        assert!(labels.is_sorted(), "{labels:?}");
        found.push(format!("{} {sample}", labels.join(",")));
    }
    found
}

#[tokio::test]
async fn remote_write() {
    let first = encoded(Format::RemoteWrite, true).await;
    let second = encoded(Format::RemoteWrite, false).await;
    let framing = Format::RemoteWrite.framing();
    let records = [first, second].map(crate::delivery::Record::new);
    let body = framing.body(&records);
    let (_, name) = framing.pack.expect("it is compressed");
    assert_eq!((framing.content_type.as_str(), name), ("application/x-protobuf", "snappy"));
    let body = snap::raw::Decoder::new().decompress_vec(&body).expect("Snappy");
    let common = "instance=switch, 1,job=net";
    let site = "site=cellar =1\\";
    let own =
        |name: &str, value: &str| format!("__name__={name},{common},profile=p,{site} {value}@1740000000007");
    assert_eq!(
        series(&body),
        [
            own("up", "1"),
            own("snmp_poll_complete", "1"),
            own("snmp_poll_duration_seconds", "0.25"),
            format!("__name__=sysDescr,{common},{site},sysDescr=a \"switch\"\nof ours 1@1740000000007"),
            format!("__name__=ifInOctets,ifIndex=1,{common},{site} 18446744073709552000@1740000000007"),
            format!("__name__=ifInOctets,ifIndex=2,{common},{site} 7@1740000000007"),
            format!("__name__=load,{common},{site} 1.5@1740000000007"),
            own("up", "0"),
            own("snmp_poll_complete", "0"),
            own("snmp_poll_duration_seconds", "0.25"),
        ]
    );
}

#[tokio::test]
async fn otlp() {
    let records = [crate::delivery::Record::new(encoded(Format::Otlp, true).await)];
    let body: serde_json::Value =
        serde_json::from_slice(&Format::Otlp.framing().body(&records)).expect("JSON");
    let resource = &body["resourceMetrics"][0];
    let attributes: Vec<String> = resource["resource"]["attributes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|attribute| format!("{}={}", attribute["key"], attribute["value"]["stringValue"]))
        .collect();
    assert_eq!(
        attributes,
        [
            "\"service.name\"=\"mibc\"",
            "\"device.name\"=\"switch, 1\"",
            "\"device.address\"=\"192.0.2.1\"",
            "\"job\"=\"net\"",
            "\"site\"=\"cellar =1\\\\\"",
            "\"empty\"=\"\"",
        ]
    );
    let metrics = resource["scopeMetrics"][0]["metrics"].as_array().expect("a list");
    let names: Vec<&str> = metrics.iter().filter_map(|metric| metric["name"].as_str()).collect();
    assert_eq!(
        names,
        ["up", "snmp_poll_complete", "snmp_poll_duration_seconds", "sysDescr", "ifInOctets", "load"]
    );
    assert_eq!(
        metrics[4],
        serde_json::json!({
            "name": "ifInOctets", "description": "Octets \"in\"",
            "sum": {"aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [
                {
                    "attributes": [{"key": "ifIndex", "value": {"stringValue": "1"}}],
                    "timeUnixNano": "1740000000007000000", "asInt": "9223372036854775807",
                },
                {
                    "attributes": [{"key": "ifIndex", "value": {"stringValue": "2"}}],
                    "timeUnixNano": "1740000000007000000", "asInt": "7",
                },
            ]},
        })
    );
    assert_eq!(metrics[5]["gauge"]["dataPoints"][0]["asDouble"], 1.5);
}

/// A device cannot have each of its samples repeat a text without an end.
#[tokio::test]
async fn a_label_of_a_scalar_has_a_limit() {
    let text = Value::from("\u{e4}".repeat(30_000).as_str());
    let more = vec![VarBind { name: oid("1.3.6.1.2.1.1.1.0"), value: text }];
    let polled = polled_of(module(), more, vec!["sysDescr".into()], true).await;
    let line = text_of(Encoder::new(Format::JsonLines, &BTreeMap::new()).encode(&polled).0);
    let value: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    for at in [1, 2, 3] {
        assert_eq!(value["samples"][at]["labels"]["sysDescr"], "\u{e4}".repeat(127), "sample {at}");
    }
    assert_eq!(
        value["samples"][0]["labels"]["sysDescr"],
        "\u{e4}".repeat(30_000),
        "its own text is all there"
    );
}
