//! The same series and values as Debian's prometheus-snmp-exporter, on a recording that has every kind of metric, index and
//! lookup that it knows. Kinds that are newer than 0.21 are compared with what snmp_exporter's documentation says of them.

use crate::debian::{PROGRAM, both_forms, comparable, series, theirs};
use crate::place::{exporter, get};
use mibc_runtime::usm::{Auth, Privacy, User};
use mibc_runtime::value::{
    Counter32, Counter64, Gauge32, IpAddress, OctetString, Opaque, TimeTicks, Value, VarBind,
};
use mibc_simulator::{Recording, Simulated, Simulator};
use mibc_test_support::netsnmp::installed;
use std::collections::BTreeMap;

/// Scalars of every kind.
const SCALARS: &str = "    walk: [1.3.6.1.4.1.32473.1]
    get: [1.3.6.1.2.1.1.3.0, 1.3.6.1.4.1.32473.9.0]
    metrics:
    - {name: sysUpTime, oid: 1.3.6.1.2.1.1.3, type: gauge, help: h}
    - {name: absent, oid: 1.3.6.1.4.1.32473.9, type: gauge, help: h}
    - {name: below_zero, oid: 1.3.6.1.4.1.32473.1.1, type: gauge, help: h}
    - {name: counts, oid: 1.3.6.1.4.1.32473.1.2, type: counter, help: h}
    - {name: large_counts, oid: 1.3.6.1.4.1.32473.1.3, type: counter, help: h}
    - {name: single, oid: 1.3.6.1.4.1.32473.1.4, type: Float, help: h}
    - {name: double, oid: 1.3.6.1.4.1.32473.1.5, type: Double, help: h}
    - {name: date, oid: 1.3.6.1.4.1.32473.1.6, type: DateAndTime, help: h}
    - {name: date_of_zone, oid: 1.3.6.1.4.1.32473.1.7, type: DateAndTime, help: h}
    - {name: not_a_date, oid: 1.3.6.1.4.1.32473.1.8, type: DateAndTime, help: h}
    - {name: state, oid: 1.3.6.1.4.1.32473.1.9, type: EnumAsInfo, help: h, enum_values: {1: up, 2: down}}
    - {name: unknown_state, oid: 1.3.6.1.4.1.32473.1.10, type: EnumAsInfo, help: h, enum_values: {1: up}}
    - {name: states, oid: 1.3.6.1.4.1.32473.1.11, type: EnumAsStateSet, help: h, enum_values: {1: up, 2: down}}
    - {name: unknown_states, oid: 1.3.6.1.4.1.32473.1.12, type: EnumAsStateSet, help: h, enum_values: {1: up}}
    - {name: bits, oid: 1.3.6.1.4.1.32473.1.13, type: Bits, help: h, enum_values: {0: a, 7: b, 8: c, 40: d}}
    - {name: octets, oid: 1.3.6.1.4.1.32473.1.14, type: OctetString, help: h}
    - {name: no_octets, oid: 1.3.6.1.4.1.32473.1.15, type: OctetString, help: h}
    - {name: text, oid: 1.3.6.1.4.1.32473.1.16, type: DisplayString, help: 'say \"h\" \\ twice'}
    - {name: mac, oid: 1.3.6.1.4.1.32473.1.17, type: PhysAddress48, help: h}
    - {name: short_mac, oid: 1.3.6.1.4.1.32473.1.18, type: PhysAddress48, help: h}
    - {name: v4, oid: 1.3.6.1.4.1.32473.1.19, type: InetAddressIPv4, help: h}
    - {name: v6, oid: 1.3.6.1.4.1.32473.1.20, type: InetAddressIPv6, help: h}
    - {name: address, oid: 1.3.6.1.4.1.32473.1.21, type: InetAddressIPv4, help: h}
    - {name: name_of_object, oid: 1.3.6.1.4.1.32473.1.22, type: OctetString, help: h}
    - {name: number_as_text, oid: 1.3.6.1.4.1.32473.1.23, type: DisplayString, help: h}
    - {name: by_type_v4, oid: 1.3.6.1.4.1.32473.1.25, type: InetAddress, help: h}
    - {name: by_type_v6, oid: 1.3.6.1.4.1.32473.1.27, type: InetAddressMissingSize, help: h}
    - {name: by_other_type, oid: 1.3.6.1.4.1.32473.1.29, type: InetAddress, help: h}
    - {name: by_no_type, oid: 1.3.6.1.4.1.32473.1.31, type: InetAddress, help: h}
    - {name: port_mac, oid: 1.3.6.1.4.1.32473.1.33, type: LldpPortId, help: h}
    - {name: port_name, oid: 1.3.6.1.4.1.32473.1.35, type: LldpPortId, help: h}
    - {name: port_other, oid: 1.3.6.1.4.1.32473.1.37, type: LldpPortId, help: h}
    - name: temperature
      oid: 1.3.6.1.4.1.32473.1.38
      type: DisplayString
      help: h
      regex_extracts:
        Celsius: [{regex: 'no', value: '1'}, {regex: '.*t=([0-9.]+).*'}]
        Fan: [{regex: '.*fan (?P<speed>[0-9]+)%.*', value: '${speed}'}]
        Never: [{regex: 't=21', value: '$1'}]
        Text: [{regex: '(.*)', value: '$1'}]
";

/// A column below each kind of index, with lookups.
const TABLES: &str = "    walk: [1.3.6.1.4.1.32473.2, 1.3.6.1.4.1.32473.3]
    metrics:
    - name: by_number
      oid: 1.3.6.1.4.1.32473.2.1
      type: gauge
      help: h
      indexes: [{labelname: row, type: gauge}]
      lookups:
      - {labels: [row], labelname: name, oid: 1.3.6.1.4.1.32473.3.1, type: DisplayString}
      - {labels: [row], labelname: address, oid: 1.3.6.1.4.1.32473.3.3, type: InetAddressIPv4}
      - {labels: [row], labelname: kin, oid: 1.3.6.1.4.1.32473.3.4, type: gauge}
      - {labels: [kin], labelname: name_of_kin, oid: 1.3.6.1.4.1.32473.3.1, type: DisplayString}
      - {labels: [], labelname: kin}
    - name: by_two
      oid: 1.3.6.1.4.1.32473.2.2
      type: counter
      help: h
      indexes: [{labelname: one, type: gauge}, {labelname: two, type: gauge}]
      lookups:
      - {labels: [two, one], labelname: turned, oid: 1.3.6.1.4.1.32473.3.5, type: DisplayString}
      - {labels: [one, two], labelname: straight, oid: 1.3.6.1.4.1.32473.3.5, type: DisplayString}
      - {labels: [], labelname: two}
    - name: by_text
      oid: 1.3.6.1.4.1.32473.2.3
      type: gauge
      help: h
      indexes: [{labelname: text, type: DisplayString}, {labelname: last, type: gauge}]
      lookups:
      - {labels: [text], labelname: shown, oid: 1.3.6.1.4.1.32473.3.6, type: DisplayString}
    - name: by_fixed
      oid: 1.3.6.1.4.1.32473.2.4
      type: gauge
      help: h
      indexes: [{labelname: fixed, type: OctetString, fixed_size: 3}, {labelname: last, type: gauge}]
    - name: by_implied
      oid: 1.3.6.1.4.1.32473.2.5
      type: gauge
      help: h
      indexes: [{labelname: first, type: gauge}, {labelname: rest, type: DisplayString, implied: true}]
    - name: by_mac
      oid: 1.3.6.1.4.1.32473.2.6
      type: gauge
      help: h
      indexes: [{labelname: mac, type: PhysAddress48}]
    - name: by_v4
      oid: 1.3.6.1.4.1.32473.2.7
      type: gauge
      help: h
      indexes: [{labelname: address, type: InetAddressIPv4}]
    - name: by_v6
      oid: 1.3.6.1.4.1.32473.2.8
      type: gauge
      help: h
      indexes: [{labelname: address, type: InetAddressIPv6}]
    - name: by_address
      oid: 1.3.6.1.4.1.32473.2.9
      type: gauge
      help: h
      indexes: [{labelname: address, type: InetAddress}, {labelname: last, type: gauge}]
    - name: by_address_without_size
      oid: 1.3.6.1.4.1.32473.2.10
      type: gauge
      help: h
      indexes: [{labelname: address, type: InetAddressMissingSize}]
    - name: by_port
      oid: 1.3.6.1.4.1.32473.2.11
      type: gauge
      help: h
      indexes: [{labelname: port, type: LldpPortId}, {labelname: last, type: gauge}]
    - name: by_state
      oid: 1.3.6.1.4.1.32473.2.12
      type: EnumAsStateSet
      help: h
      enum_values: {1: up, 2: down}
      indexes: [{labelname: state, type: EnumAsInfo, enum_values: {1: hot}}]
    - name: named_like_its_index
      oid: 1.3.6.1.4.1.32473.2.13
      type: DisplayString
      help: h
      indexes: [{labelname: named_like_its_index, type: gauge}]
";

fn variables() -> Vec<VarBind> {
    let text = |text: &str| Value::OctetString(OctetString(text.as_bytes().into()));
    let octets = |octets: &[u8]| Value::OctetString(OctetString(octets.into()));
    let opaque = |octets: &[u8]| Value::Opaque(Opaque(octets.into()));
    let v6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xab, 1];
    let mut found = vec![("1.3.6.1.2.1.1.3.0".to_owned(), Value::TimeTicks(TimeTicks(4_711)))];
    let scalars = [
        (1, Value::Integer(-7)),
        (2, Value::Counter32(Counter32(u32::MAX))),
        (3, Value::Counter64(Counter64((1 << 53) + 17))),
        (4, opaque(&[0x9f, 0x78, 4, 0x3f, 0xc0, 0, 0])),
        (5, opaque(&[0x9f, 0x79, 8, 0xc0, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18])),
        (6, octets(&[7, 0xe9, 2, 28, 23, 59, 60, 9])),
        (7, octets(&[7, 0xe9, 12, 31, 1, 2, 3, 0, b'-', 11, 30])),
        (8, octets(&[7, 0xe9, 12])),
        (9, Value::Integer(2)),
        (10, Value::Integer(5)),
        (11, Value::Integer(2)),
        (12, Value::Integer(5)),
        (13, octets(&[0x81, 0])),
        (14, octets(&[0xab, 0, 0x1f])),
        (15, octets(&[])),
        (16, text("über \"alles\" \\ und\nmehr")),
        (17, octets(&[0, 0x1b, 0x21, 0xab, 2, 3])),
        (18, octets(&[0, 0x1b])),
        (19, octets(&[192, 0, 2, 200])),
        (20, octets(&v6)),
        (21, Value::IpAddress(IpAddress([203, 0, 113, 9]))),
        (22, Value::ObjectIdentifier("1.3.6.1.4.1.8072.3.2.10".parse().expect("an OID"))),
        (23, Value::Gauge32(Gauge32(3_000_000_000))),
        (24, Value::Integer(1)),
        (25, octets(&[192, 0, 2, 1])),
        (26, Value::Integer(2)),
        (27, octets(&v6)),
        (28, Value::Integer(16)),
        (29, text("switch.example.net")),
        (31, octets(&[192, 0, 2, 2])),
        (32, Value::Integer(3)),
        (33, octets(&[0, 0x1b, 0x21, 1, 2, 3])),
        (34, Value::Integer(5)),
        (35, text("eth0")),
        (36, Value::Integer(4)),
        (37, octets(&[1, 10, 0, 0, 1])),
        (38, text("all good: t=21.5 fan 40%")),
    ];
    found.extend(scalars.map(|(number, value)| (format!("1.3.6.1.4.1.32473.1.{number}.0"), value)));
    for (index, number) in [
        ("1.1", 1),
        ("1.2", 2),
        ("1.3", 3),
        ("2.1.2", 12),
        ("2.2.1", 21),
        ("3.2.104.105.7", 3),
        ("3.0.8", 4),
        ("4.1.2.171.9", 5),
        ("5.4.101.116.104.48", 6),
        ("6.0.27.33.171.2.3", 7),
        ("7.192.0.2.1", 8),
        ("7.10.0.0", 9),
        ("8.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1", 10),
        ("9.1.4.192.0.2.1.7", 11),
        ("9.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1.8", 12),
        ("9.16.2.104.105.9", 13),
        ("10.1.192.0.2.1", 14),
        ("10.16.104.105", 15),
        ("11.3.6.0.27.33.1.2.3.1", 16),
        ("11.5.2.104.105.2", 17),
        ("12.1", 1),
        ("12.2", 2),
    ] {
        found.push((format!("1.3.6.1.4.1.32473.2.{index}"), Value::Integer(number)));
    }
    found.push(("1.3.6.1.4.1.32473.2.13.4".to_owned(), text("four")));
    for (cell, value) in [
        ("1.1", text("first")),
        ("1.2", text("second")),
        ("3.1", Value::IpAddress(IpAddress([192, 0, 2, 1]))),
        ("3.2", octets(&[192, 0, 2, 2])),
        ("4.1", Value::Integer(2)),
        ("4.2", Value::Integer(9)),
        ("5.1.2", text("one two")),
        ("5.2.1", text("two one")),
        ("6.2.104.105", text("looked up by hi")),
    ] {
        found.push((format!("1.3.6.1.4.1.32473.3.{cell}"), value));
    }
    found.into_iter().map(|(name, value)| VarBind::new(name.parse().expect("an OID"), value)).collect()
}

/// The recording for communities, in a context, and for a user.
async fn device() -> Simulator {
    let user = User::new("operator").auth(Auth::Sha1, "maplesyrup").privacy(Privacy::Aes128, "pancakes!");
    let recording = || Recording::of(variables());
    let simulated = Simulated::none().device("public", recording()).device("vlan7", recording()).user(user);
    simulated.listen("127.0.0.1:0").spawn().await.expect("a device")
}

/// Names, labels and values. Numbers may be written in another way.
fn values(text: &str) -> BTreeMap<String, f64> {
    let (series, _) = series(text);
    comparable(series.keys().cloned().collect())
        .into_iter()
        .filter(|name| !name.starts_with("snmp_scrape_"))
        .map(|name| {
            let value = series[&name];
            (name, value)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_values() {
    if !installed(PROGRAM) {
        return;
    }
    let v3 = "{version: 3, username: operator, security_level: authPriv, password: maplesyrup, auth_protocol: SHA, \
              priv_protocol: AES, priv_password: pancakes!, context_name: vlan7}";
    let device = device().await;
    for (version, auth) in [(1, "{version: 1}"), (2, "{version: 2}"), (3, v3)] {
        let (new, old) = both_forms(auth, &[("scalars", SCALARS), ("tables", TABLES)]);
        let place = exporter(&new, |_| {}).await;
        let theirs = theirs(&old).await;
        for module in ["scalars", "tables"] {
            let path = format!("/snmp?target={}&module={module}", device.addr());
            let (ours, expected) = (get(place.address, &path).await, get(theirs.address, &path).await);
            assert_eq!((ours.status, expected.status), (200, 200), "{}{}", ours.body, expected.body);
            let (found, expected) = (values(&ours.body), values(&expected.body));
            // Version 1 has no Counter64.
            assert!(found.len() > 20, "{found:#?}");
            let different: Vec<_> = found
                .keys()
                .chain(expected.keys())
                .filter(|name| found.get(*name) != expected.get(*name))
                .map(|name| format!("{name}: {:?}, expected {:?}", found.get(name), expected.get(name)))
                .collect();
            assert!(different.is_empty(), "SNMPv{version}, {module}: {different:#?}");
        }
    }
}
