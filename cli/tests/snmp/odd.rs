//! What devices send and should not, as the command shows it.

use crate::fake;
use crate::place::Place;
use mibc::runtime::value::{OctetString, Opaque, Value};

const COLUMN: &str = "1.3.6.1.2.1.2.2.1";

fn text(octets: &[u8]) -> Value {
    Value::OctetString(OctetString(octets.into()))
}

/// A table with a hole, and with cells that would break their rows.
fn interfaces() -> String {
    let name = |column: u32, row: u32| format!("{COLUMN}.{column}.{row}");
    let variables = [
        (name(1, 1), Value::Integer(1)),
        (name(1, 2), Value::Integer(2)),
        (name(2, 1), text(b"two\nlines\tand\rmore\x0b\x1b[1m")),
        (name(6, 1), text(&[0xab; 20])),
        (name(6, 2), text(b"")),
    ];
    let variables: Vec<(&str, Value)> =
        variables.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    fake::start(&variables)
}

#[test]
fn rows_are_lines() {
    let (place, at) = (Place::new(), interfaces());
    let shown = place.answer(&["table", "-v2c", "-cpublic", "--separator", "|", &at, "IF-MIB::ifTable"]);
    let rows: Vec<Vec<&str>> = shown.lines().skip(2).map(|line| line.split('|').collect()).collect();
    assert_eq!(rows.len(), 3, "{shown}");
    let column = |name: &str| rows[0].iter().position(|heading| *heading == name).expect(name);
    assert_eq!(rows[1][column("ifDescr")], r"two\nlines\tand\rmore..[1m");
    assert_eq!(rows[2][column("ifDescr")], "?", "a hole");
    assert_eq!(rows[1][column("ifPhysAddress")], vec!["ab"; 20].join(":"));
    let csv = place.answer(&["table", "-v2c", "-cpublic", "--format", "csv", &at, "IF-MIB::ifTable"]);
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.contains(r"two\nlines\tand\rmore"), "{csv}");
    assert!(!csv.chars().any(|c| c.is_control() && c != '\n'), "{csv:?}");
    let json = place.answer(&["table", "-v2c", "-cpublic", "--format", "json", &at, "IF-MIB::ifTable"]);
    let row: serde_json::Value = serde_json::from_str(json.lines().next().expect("a row")).expect("JSON");
    assert_eq!(row["row"]["ifDescr"]["text"], "two\nlines\tand\rmore..[1m");
    // The same for lists of variables.
    let csv = place.answer(&["walk", "-v2c", "-cpublic", "--format", "csv", &at, "IF-MIB::ifTable"]);
    assert_eq!(csv.lines().count(), 6, "{csv}");
}

/// Numbers that SMI does not have, as net-snmp shows them. An invalid value does not affect its neighbours.
#[test]
fn values_that_smi_does_not_have() {
    let odd = |tag, bytes: &[u8]| Value::Undecodable { tag, bytes: bytes.into() };
    let opaque = |octets: &[u8]| Value::Opaque(Opaque(octets.into()));
    let cases = [
        (odd(2, &[0, 0x80, 0, 0, 0]), "INTEGER: 2147483648", "2147483648"),
        (odd(0x47, &[5]), "5", "5"),
        (opaque(&[0x9f, 0x7a, 1, 0xfb]), "Opaque: Int64: -5", "-5"),
        (opaque(&[0x9f, 0x7b, 1, 7]), "Opaque: UInt64: 7", "7"),
        (opaque(&[0x9f, 0x76, 2, 1, 2]), "Opaque: Counter64: 258", "258"),
        (opaque(&[0x9f, 0x78, 4, 0x40, 0x20, 0, 0]), "Opaque: Float: 2.500000", "2.5"),
        (opaque(&[4, 1, 0xff]), "OPAQUE: 04 01 FF ", "{\"hex\":\"0401ff\"}"),
        (odd(0x9f, &[0x78, 4, 0x40, 0x20, 0, 0]), "Float: 2.500000", "null"),
        (odd(0x30, &[1, 2]), "undecodable value with tag 0x30: 01 02", "null"),
    ];
    let names: Vec<String> = (1..=cases.len()).map(|n| format!("1.3.6.1.4.1.32473.99.{n}.0")).collect();
    let variables: Vec<(&str, Value)> =
        names.iter().zip(&cases).map(|(name, (value, ..))| (name.as_str(), value.clone())).collect();
    let (place, at) = (Place::new(), fake::start(&variables));
    let walk = |format: &str| {
        let root = "1.3.6.1.4.1.32473.99";
        place.answer(&["bulkwalk", "-v2c", "-cpublic", "-On", "-m", "", "--format", format, &at, root])
    };
    let shown = walk("text");
    let expected: Vec<String> =
        names.iter().zip(&cases).map(|(name, (_, text, _))| format!(".{name} = {text}")).collect();
    assert_eq!(shown.lines().take(cases.len()).collect::<Vec<_>>(), expected);
    for (line, (_, _, value)) in walk("json").lines().zip(&cases) {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(line["value"].to_string(), *value);
    }
    // net-snmp's own words, but for those that it does not read.
    if !crate::netsnmp::installed("snmpget") {
        return;
    }
    for (name, (_, text, _)) in names.iter().zip(&cases).take(7) {
        let said = crate::netsnmp::run(&place, "snmpget", &["-v2c", "-cpublic", "-On", "-m", "", &at, name]);
        assert_eq!(said.out, format!(".{name} = {text}\n"));
    }
}
