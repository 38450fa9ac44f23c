//! Files that are read, and mistakes that are found.

use super::parse;
use crate::module::{IndexKind, Kind, Text};
use mibc_runtime::manager::Target;
use mibc_runtime::oid::Oid;
use std::time::Duration;

const WHOLE: &str = "
auths:
  public_v2:
    community: secret
  old: {version: 1}
  safe:
    version: 3
    username: operator
    security_level: authPriv
    password: maplesyrup
    auth_protocol: SHA256
    priv_protocol: AES
    priv_password: pancakes!
    context_name: vlan7
modules:
  everything:
    walk: [1.3.6.1.2.1.2.2, .1.3.6.1.2.1.31.1.1.1.1]
    get: [1.3.6.1.2.1.1.3.0]
    max_repetitions: 10
    retries: 0
    timeout: 1m30s
    allow_nonincreasing_oids: true
    use_unconnected_udp_socket: true
    filters:
      - oid: 1.3.6.1.2.1.2.2.1.2
        targets: [1.3.6.1.2.1.2.2.1.10]
        values: ['^eth']
    metrics:
      - name: ifOperStatus
        oid: 1.3.6.1.2.1.2.2.1.8
        type: EnumAsStateSet
        help: The state - 1.3.6.1.2.1.2.2.1.8
        indexes:
          - {labelname: ifIndex, type: gauge}
          - {labelname: mac, type: PhysAddress48}
          - {labelname: text, type: DisplayString, implied: true}
        lookups:
          - {labels: [ifIndex], labelname: ifName, oid: 1.3.6.1.2.1.31.1.1.1.1, type: DisplayString}
          - {labels: [], labelname: ifIndex}
        enum_values: {1: true, 2: down, 3: 'no'}
        scale: 0.1
        offset: -5
        display_hint: '1x:'
      - name: version
        oid: 1.3.6.1.2.1.1.1
        type: DisplayString
        help: about
        regex_extracts:
          Major:
            - regex: 'v(\\d+).*'
            - {regex: '.*', value: '0'}
      - name: date
        oid: 1.3.6.1.4.1.9.1
        type: ParseDateAndTime
        help: about
        datetime_pattern: '%Y-%m-%d'
";

#[test]
fn everything() {
    let text = WHOLE.replace("\\\\", "\\");
    let file = parse(&text).expect("a file");
    let module = &file.modules["everything"];
    let asking = module.asking;
    assert_eq!((asking.max_repetitions, asking.retries), (10, 0));
    assert_eq!(asking.timeout, Duration::from_secs(90));
    assert!(asking.any_order && asking.any_source);
    assert_eq!((module.walk.len(), module.get.len(), module.filters.len()), (2, 1, 1));
    let oid: Oid = "1.3.6.1.2.1.2.2.1.8.4".parse().expect("an OID");
    let metric = module.metric(&oid).expect("a metric");
    assert_eq!(metric.kind, Kind::EnumAsStateSet);
    let kinds: Vec<_> = metric.indexes.iter().map(|index| index.kind).collect();
    let texts = [Text::PhysAddress48, Text::DisplayString].map(IndexKind::Text);
    assert_eq!(kinds, [IndexKind::Number, texts[0], texts[1]]);
    assert!(metric.indexes[2].implied);
    assert_eq!(metric.labels[&1], "true", "a scalar is its text");
    assert_eq!((metric.scale, metric.offset), (Some(0.1), -5.0));
    assert!(metric.lookups[0].source.is_some() && metric.lookups[1].source.is_none());
    let version = module.metric(&"1.3.6.1.2.1.1.1.0".parse().expect("an OID")).expect("a metric");
    assert_eq!(version.extracts[0].choices[0].1, "$1");
    let names: Vec<_> = file.auths.keys().collect();
    assert_eq!(names, ["old", "public_v2", "safe"]);
    assert_eq!(file.auths["public_v2"].target("192.0.2.1", "", None), Target::v2c("192.0.2.1", "secret"));
    assert_eq!(file.auths["old"].target("192.0.2.1", "", None), Target::v1("192.0.2.1", "public"));
    let safe = &file.auths["safe"];
    assert_ne!(safe.target("192.0.2.1", "", None), safe.target("192.0.2.1", "vlan8", None));
    assert_eq!(safe.target("192.0.2.1", "", None), safe.target("192.0.2.1", "vlan7", None));
    assert!(!format!("{file:?}").contains("maplesyrup") && !format!("{file:?}").contains("secret"));
}

#[test]
fn defaults() {
    let file = parse("modules: {m: {walk: [1.3.6.1], metrics: []}}\nversion: 2\n").expect("a file");
    assert_eq!(file.modules["m"].asking, crate::module::Asking::default());
    assert!(parse("# nothing\n\n").expect("a file").modules.is_empty());
}

/// Each mistake: the text of a module or of a file, the line, and what is said.
#[test]
fn mistakes() {
    let metric =
        |text: &str| format!("modules:\n  m:\n    metrics:\n    - {{name: a, oid: 1.3.6, {text}}}\n");
    for (text, line, said) in [
        ("auths:\n  a: {version: 4}\n".to_owned(), 2, "`version` is 4; expected 1, 2 or 3"),
        ("auths:\n  a:\n    version: 3\n".to_owned(), 3, "needs a `username`"),
        (
            "auths:\n  a: {version: 3, username: u, security_level: priv}\n".to_owned(),
            2,
            "expected noAuthNoPriv, authNoPriv or authPriv",
        ),
        (
            "auths:\n  a: {version: 3, username: u, security_level: authNoPriv, password: short}\n"
                .to_owned(),
            2,
            "passphrase",
        ),
        ("auths:\n  a: {comunity: x}\n".to_owned(), 2, "unknown field `comunity`, expected one of"),
        ("modules:\n  m: {walk: [ifTable]}\n".to_owned(), 2, "`ifTable` is not an OID in numbers"),
        ("modules:\n  m:\n    timeout: 5\n".to_owned(), 3, "expected a duration such as 5s"),
        ("modules:\n  m: {}\n  m: {}\n".to_owned(), 3, "`m` is here twice"),
        ("if_mib:\n  walk: []\n".to_owned(), 1, "write the file anew with its generator"),
        (metric("type: guage"), 4, "`type` is `guage`; expected gauge, counter"),
        (metric("type: gauge, indexes: [{labelname: 1x, type: gauge}]"), 4, "the name of a label"),
        (
            metric("type: gauge, indexes: [{labelname: x, type: float}]"),
            4,
            "the `type` of an index is `float`",
        ),
        (metric("type: gauge, lookups: [{labels: [x], labelname: y}]"), 4, "the lookup of `y` has no `oid`"),
        (metric("type: ParseDateAndTime"), 4, "needs a `datetime_pattern`"),
        (metric("type: ParseDateAndTime, datetime_pattern: '%Q'"), 4, "`%Q` is not a field of dates"),
        (
            metric("type: DisplayString, regex_extracts: {A: [{regex: '('}]}"),
            4,
            "is not a regular expression",
        ),
        (metric("type: gauge").replace("name: a", "name: a-b"), 4, "the name of a metric"),
    ] {
        let error = parse(&text).expect_err(&text);
        assert!(error.message.contains(said), "{text}\n{error}");
        let found = error.place.map(|(line, _)| line);
        assert_eq!(found, Some(line), "{text}\n{error}");
    }
}

#[test]
fn places_in_messages() {
    let error = parse("modules:\n  m: {retries: many}\n").expect_err("a mistake").in_file("snmp.yml");
    assert!(error.to_string().starts_with("snmp.yml:2:"), "{error}");
    assert!(!error.to_string().contains(" at line "), "{error}");
}

/// In a file with a line for each thing, a mistake has the line of the thing.
#[test]
fn places_are_exact() {
    let file = "auths:\n  a:\n    version: 2\nmodules:\n  m:\n    walk:\n    - 1.3.6.1.2.1.2\n    timeout: 5s\n    metrics:\n\
                    \x20   - name: first\n      oid: 1.3.6.1.2.1.2.2.1.1\n      type: gauge\n\
                    \x20   - name: second\n      oid: 1.3.6.1.2.1.2.2.1.2\n      type: DisplayString\n      indexes:\n\
                    \x20     - labelname: row\n        type: gauge\n      lookups:\n      - labels: [row]\n\
                    \x20       labelname: name\n        oid: 1.3.6.1.2.1.2.2.1.3\n        type: OctetString\n";
    parse(file).expect("a file");
    for (from, to, place, said) in [
        ("timeout: 5s", "timeout: 5 s", (8, 14), "found `5 s`, expected a duration"),
        ("- 1.3.6.1.2.1.2\n", "- interfaces\n", (7, 7), "`interfaces` is not an OID"),
        ("name: second", "name: second-one", (13, 13), "the name of a metric"),
        ("type: DisplayString", "type: Text", (15, 13), "`type` is `Text`"),
        ("labelname: row", "labelname: the row", (17, 20), "the name of a label"),
        ("type: gauge\n      lookups", "type: guage\n      lookups", (18, 15), "of an index is `guage`"),
        ("oid: 1.3.6.1.2.1.2.2.1.3", "oid: one", (22, 14), "`one` is not an OID"),
        ("type: OctetString", "type: Octets", (23, 15), "of a lookup is `Octets`"),
        (
            "type: DisplayString",
            "type: ParseDateAndTime",
            (13, 7),
            "metric `second`: `type: ParseDateAndTime` needs",
        ),
        ("version: 2", "version: 7", (3, 5), "`version` is 7"),
        ("timeout: 5s", "retries: -1", (8, 14), "expected a whole number from 0 to 4294967295"),
    ] {
        assert_eq!(file.matches(from).count(), 1, "{from}");
        let error = parse(&file.replace(from, to)).expect_err(to);
        assert!(error.message.contains(said), "{to}: {error}");
        assert_eq!(error.place, Some(place), "{to}: {error}");
    }
}

/// What snmp_exporter takes, and what is not meant like that, is noted.
#[test]
fn notes() {
    let file = "modules:\n  m:\n    metrics:\n    - {name: a, oid: 1.3.6.1, type: OctetString, display_hint: '1q', \
                indexes: [{labelname: row, type: gauge}], \
                lookups: [{labels: [row, col], labelname: name, oid: 1.3.6.2}, {labels: [], labelname: row}]}\n";
    let file = parse(file).expect("a file");
    assert_eq!(file.modules["m"].metrics()[0].hint, None);
    let [hint, label] = &file.notes[..] else { panic!("{:?}", file.notes) };
    assert!(hint.starts_with("module `m`: metric `a`: `display_hint` is `1q`"), "{hint}");
    assert!(label.contains("the lookup of `name` goes by the label `col`"), "{label}");
}

/// The label of a lookup can be that of a number.
#[test]
fn lookups_of_enumerations() {
    let lookup = |kind: &str| {
        let text = format!(
            "modules:\n  m:\n    metrics:\n    - {{name: a, oid: 1.3.6.1, type: gauge, indexes: [{{labelname: row, type: gauge}}], \
             lookups: [{{labels: [row], labelname: state, oid: 1.3.6.2, type: {kind}, enum_values: {{1: up}}}}]}}\n"
        );
        let file = parse(&text).expect("a file");
        file.modules["m"].metrics()[0].lookups[0].source.clone().expect("a source")
    };
    assert_eq!(lookup("EnumAsInfo").enumeration, [(1, "up".to_owned())].into());
    assert!(lookup("gauge").enumeration.is_empty());
}

/// Parts that modules share, as people write them by hand.
#[test]
fn anchors_and_merge_keys() {
    let text = "modules:\n  base: &base\n    walk: [1.3.6.1.2.1.2.2.1.10]\n    retries: 1\n    metrics: &metrics\n    \
                - {name: a, oid: 1.3.6.1.2.1.2.2.1.10, type: counter}\n  more:\n    <<: *base\n    retries: 5\n  \
                same:\n    walk: [1.3.6.1.2.1.2.2.1.10]\n    metrics: *metrics\n";
    let modules = parse(text).expect("a file").modules;
    for (name, retries) in [("base", 1), ("more", 5), ("same", 3)] {
        let module = &modules[name];
        assert_eq!(
            (module.asking.retries, module.walk.len(), module.metrics().len()),
            (retries, 1, 1),
            "{name}"
        );
    }
    let error = parse(&text.replace("retries: 5", "tries: 5")).expect_err("another key");
    assert!(error.message.contains("unknown field `tries`"), "{error}");
    assert_eq!(error.place.map(|place| place.0), Some(9), "{error}");
    let list = (0..2_000).map(|number| format!("1.3.6.1.{number}")).collect::<Vec<_>>().join(", ");
    let laughs: String = (0..3_000).map(|number| format!("  m{number}: *m\n")).collect();
    let error = parse(&format!("modules:\n  m: &m {{walk: [{list}]}}\n{laughs}")).expect_err("far too much");
    assert!(error.message.contains("aliases"), "{error}");
}
