//! Texts of recordings, in our own words, and what comes of them.

use mibc_runtime::value::{Counter32, Counter64, Gauge32, IpAddress, Opaque, TimeTicks, Value};
use proptest::prelude::*;

use super::{Format, Read, read};

fn values(text: &[u8], format: Format) -> Vec<(String, Value)> {
    let read = clean(text, format);
    let value = |value: Option<Value>| value.expect("it is fixed");
    read.recording.variables().map(|variable| (variable.name.to_string(), value(variable.value))).collect()
}

fn clean(text: &[u8], format: Format) -> Read {
    let read = read(text, format, None, None);
    assert_eq!(read.problems, [], "{}", String::from_utf8_lossy(text));
    read
}

fn one(line: &str, format: Format) -> Value {
    let mut values = values(line.as_bytes(), format);
    assert_eq!(values.len(), 1, "{line}");
    values.remove(0).1
}

fn problem(line: &str, format: Format) -> String {
    let read = read(line.as_bytes(), format, None, None);
    assert_eq!(read.problems.len(), 1, "{line}: {:?}", read.problems);
    read.problems.first().map(ToString::to_string).unwrap_or_default()
}

fn octets(octets: &[u8]) -> Value {
    Value::OctetString(octets.into())
}

#[test]
fn every_tag_of_snmprec_is_read() {
    for (tag, value) in [
        ("2|-7", Value::Integer(-7)),
        ("4|a | b", octets(b"a | b")),
        ("4|", octets(b"")),
        ("4|caf\u{e9}", octets("caf\u{e9}".as_bytes())),
        ("4x|00ff10", octets(&[0, 0xff, 0x10])),
        (r"4e|a\x00\n\\\'", octets(b"a\0\n\\'")),
        ("5|", Value::Null),
        ("6|1.3.6.1.4.1", Value::ObjectIdentifier("1.3.6.1.4.1".parse().expect("an OID"))),
        ("64|10.0.0.1", Value::IpAddress(IpAddress([10, 0, 0, 1]))),
        ("64x|0A000001", Value::IpAddress(IpAddress([10, 0, 0, 1]))),
        ("65|4294967295", Value::Counter32(Counter32(u32::MAX))),
        ("66|5", Value::Gauge32(Gauge32(5))),
        ("67|5", Value::TimeTicks(TimeTicks(5))),
        ("68x|9f780441200000", Value::Opaque(Opaque(vec![0x9f, 0x78, 4, 0x41, 0x20, 0, 0]))),
        ("70|18446744073709551615", Value::Counter64(Counter64(u64::MAX))),
        ("128|", Value::NoSuchObject),
        ("129|", Value::NoSuchInstance),
        ("130|", Value::EndOfMibView),
    ] {
        assert_eq!(one(&format!("1.3.6.1|{tag}\n"), Format::Snmprec), value, "{tag}");
    }
}

#[test]
fn what_is_wrong_in_an_snmprec_is_said_and_the_rest_is_used() {
    for (line, expected) in [
        ("1.3.6.1.4", "expected OID|tag|value"),
        ("1.3.six|4|a", "is not an OID"),
        ("1.3.6|x|a", "expected the tag of a value"),
        ("1.3.6|9|a", "9 is not the tag of a value"),
        ("1.3.6|2|many", "expected a number of 32 bits with a sign, found `many`"),
        ("1.3.6|4x|abc", "an odd number"),
        (r"1.3.6|4e|a\q", "is not an escape"),
        ("1.3.6|64|10.0.0", "4 octets"),
        ("1.3.6|4:sql|select=1", "asks a database"),
        ("1.3.6|2:numeric|rte=1", "no option `rte`"),
        ("1.3.6|:multiplex|period=1", "needs `dir`"),
        ("1.3.6|:multiplex|dir=../x", "without `..`"),
        ("1.3.6|4:notification|value=a", "`host` is missing"),
        ("1.3.6|2:error|status=oops", "not an error-status"),
        ("1.3.6|2:writecache|value=1,vlist=eq:1", "expected eq, lt or gt, a value"),
    ] {
        let text = format!("1.3.6.1.1|2|1\n{line}\n1.3.6.1.3|2|3\n");
        let read = read(text.as_bytes(), Format::Snmprec, None, None);
        assert_eq!(read.recording.len(), 2, "{line}");
        let problem = read.problems.first().expect(line);
        assert_eq!(problem.line, 2);
        assert!(problem.message.contains(expected), "{line}: {problem}");
    }
}

#[test]
fn comments_and_ends_of_lines_of_other_systems_are_no_matter() {
    let text = b"# a switch\r\n\r\n1.3.6.1|4|a\r\n.1.3.6.2|2|1\r\n";
    let expected = [("1.3.6.1".to_owned(), octets(b"a")), ("1.3.6.2".to_owned(), Value::Integer(1))];
    assert_eq!(values(text, Format::Snmprec), expected);
}

#[test]
fn every_type_of_a_walk_is_read() {
    for (text, value) in [
        ("INTEGER: 7", Value::Integer(7)),
        ("INTEGER: -1", Value::Integer(-1)),
        ("INTEGER: up(1)", Value::Integer(1)),
        ("INTEGER: 60 seconds", Value::Integer(60)),
        ("INTEGER: 12.34 volts", Value::Integer(1_234)),
        ("STRING: \"a \\\"b\\\" c\\\\d\"", octets(br#"a "b" c\d"#)),
        ("STRING: plain text", octets(b"plain text")),
        ("STRING: 0:1b:2:3:4:ff", octets(&[0, 0x1b, 2, 3, 4, 0xff])),
        ("STRING: 12:30:45", octets(b"12:30:45")),
        ("STRING: 2024-1-5,12:0:7.3,+1:0", octets(&[7, 232, 1, 5, 12, 0, 7, 3, b'+', 1, 0])),
        ("STRING: ", octets(b"")),
        ("\"\"", octets(b"")),
        ("", octets(b"")),
        ("Hex-STRING: 00 1B FF ", octets(&[0, 0x1b, 0xff])),
        ("Hex-STRING: 41 42   [AB]", octets(b"AB")),
        ("HEX-STRING: 001bff", octets(&[0, 0x1b, 0xff])),
        ("BITS: A0 00 one(0) three(2) ", octets(&[0xa0, 0])),
        ("BITS: ", octets(b"")),
        ("OID: .1.3.6.1", Value::ObjectIdentifier("1.3.6.1".parse().expect("an OID"))),
        ("OID: iso.3.6.1", Value::ObjectIdentifier("1.3.6.1".parse().expect("an OID"))),
        ("OID: ccitt.0", Value::ObjectIdentifier("0.0".parse().expect("an OID"))),
        ("IpAddress: 10.0.0.1", Value::IpAddress(IpAddress([10, 0, 0, 1]))),
        ("Network Address: 0A:00:00:01", Value::IpAddress(IpAddress([10, 0, 0, 1]))),
        ("Counter32: 9", Value::Counter32(Counter32(9))),
        ("Gauge32: 9 octets", Value::Gauge32(Gauge32(9))),
        ("Counter64: 18446744073709551615", Value::Counter64(Counter64(u64::MAX))),
        ("Timeticks: (12345) 0:02:03.45", Value::TimeTicks(TimeTicks(12_345))),
        ("12345", Value::TimeTicks(TimeTicks(12_345))),
        ("Opaque: Float: 10.000000", Value::Opaque(Opaque(vec![0x9f, 0x78, 4, 0x41, 0x20, 0, 0]))),
        ("Opaque: Int64: -2", Value::Opaque(Opaque(vec![0x9f, 0x7a, 1, 0xfe]))),
        ("Opaque: UInt64: 200", Value::Opaque(Opaque(vec![0x9f, 0x7b, 2, 0, 200]))),
        ("OPAQUE: 01 02", Value::Opaque(Opaque(vec![1, 2]))),
        ("NULL", Value::Null),
        ("No Such Object available on this agent at this OID", Value::NoSuchObject),
        ("No Such Instance currently exists at this OID", Value::NoSuchInstance),
        ("Wrong Type (should be INTEGER): STRING: \"x\"", octets(b"x")),
        ("Wrong Type (should be Gauge32 or Unsigned32): INTEGER: 5", Value::Integer(5)),
    ] {
        assert_eq!(one(&format!(".1.3.6.1.2 = {text}\n"), Format::Walk), value, "{text}");
    }
}

#[test]
fn a_value_may_have_several_lines() {
    let text = ".1.3.6.1.1 = STRING: \"first\n\n .1.3 = second\nthird\"\n\
                .1.3.6.1.2 = STRING: a\nb = c\n\
                .1.3.6.1.3 = Hex-STRING: 00 01\n02 03 \n\
                iso.3.6.1.4 = INTEGER: 4\n\
                .1.3.6.1.5 = No more variables left in this MIB View (It is past the end of the MIB tree)\n";
    let expected = [
        ("1.3.6.1.1", octets(b"first\n\n .1.3 = second\nthird")),
        ("1.3.6.1.2", octets(b"a\nb = c")),
        ("1.3.6.1.3", octets(&[0, 1, 2, 3])),
        ("1.3.6.1.4", Value::Integer(4)),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    assert_eq!(values(text.as_bytes(), Format::Walk), expected);
}

#[test]
fn what_is_wrong_in_a_walk_is_said() {
    for (line, expected) in [
        ("snmpwalk: Timeout", "expected `.1.3.6… = TYPE: value`"),
        (".1.3.6 = Whatever: 1", "is not a type of net-snmp's"),
        (".1.3.6 = words", "expected a type such as `STRING:`"),
        (".1.3.6 = INTEGER: none", "expected a number of 32 bits with a sign"),
        (".1.3.6 = IpAddress: here", "expected an IPv4 address"),
        (".1.3.6 = Opaque: Float: big", "expected a number in the Opaque"),
        ("IF-MIB::ifDescr.1 = STRING: \"lo\"", "record with numbers (snmpwalk -On)"),
        (".1.3.6 = OID: SNMPv2-SMI::zeroDotZero", "is not known"),
    ] {
        let problem = problem(line, Format::Walk);
        assert!(problem.contains(expected), "{line}: {problem}");
    }
}

#[test]
fn names_of_modules_are_read_by_who_knows_them() {
    let names =
        |name: &str| (name == "IF-MIB::ifDescr.1").then(|| "1.3.6.1.2.1.2.2.1.2.1".parse().expect("an OID"));
    let read = read(b"IF-MIB::ifDescr.1 = STRING: lo\n", Format::Walk, None, Some(&names));
    let variable = read.recording.variables().next().expect("a variable");
    assert_eq!(
        (variable.name.to_string(), variable.value),
        ("1.3.6.1.2.1.2.2.1.2.1".to_owned(), Some(octets(b"lo")))
    );
}

#[test]
fn lines_of_json_are_read() {
    for (json, value) in [
        (r#""type":"Integer32","value":-7,"text":"x""#, Value::Integer(-7)),
        (r#""type":"OctetString","value":"a\n""#, octets(b"a\n")),
        (r#""type":"OctetString","value":{"hex":"00ff"}"#, octets(&[0, 0xff])),
        (
            r#""type":"ObjectIdentifier","value":"1.3""#,
            Value::ObjectIdentifier("1.3".parse().expect("an OID")),
        ),
        (r#""type":"IpAddress","value":"10.0.0.1""#, Value::IpAddress(IpAddress([10, 0, 0, 1]))),
        (r#""type":"Counter64","value":18446744073709551615"#, Value::Counter64(Counter64(u64::MAX))),
        (r#""type":"TimeTicks","value":5"#, Value::TimeTicks(TimeTicks(5))),
        (r#""type":"Opaque","value":1.5"#, Value::Opaque(Opaque(vec![0x9f, 0x78, 4, 0x3f, 0xc0, 0, 0]))),
        (r#""type":"Opaque","value":-2"#, Value::Opaque(Opaque(vec![0x9f, 0x7a, 1, 0xfe]))),
        (r#""type":"no value","value":null"#, Value::Null),
    ] {
        assert_eq!(one(&format!("{{\"oid\":\"1.3.6.1\",{json}}}\n"), Format::Json), value, "{json}");
    }
    for (line, expected) in [
        ("{", "not a JSON object"),
        ("[]", "expected an object with"),
        (r#"{"oid":"1.3","type":"Integer32","value":"x"}"#, "expected a number"),
        (r#"{"oid":"1.3","type":"Text","value":"x"}"#, "is not a type"),
        (r#"{"oid":"1.3","type":"OctetString","value":7}"#, "expected text"),
    ] {
        let problem = problem(line, Format::Json);
        assert!(problem.contains(expected), "{line}: {problem}");
    }
}

#[test]
fn a_line_that_is_too_long_is_left_out() {
    let mut text = b"1.3.6.1|4|".to_vec();
    text.resize(super::MAX_LINE + 1, b'a');
    text.extend(b"\n1.3.6.2|2|1\n");
    let read = read(&text, Format::Snmprec, None, None);
    assert_eq!((read.recording.len(), read.problems.len()), (1, 1));
}

proptest! {
    #[test]
    fn nothing_makes_a_reader_panic(text in prop::collection::vec(any::<u8>(), 0..400)) {
        for format in [Format::Snmprec, Format::Walk, Format::Json] {
            let _ = read(&text, format, None, None);
        }
    }

    #[test]
    fn lines_that_look_like_some_do_not_either(
        text in "(\\.?1\\.3(\\.[0-9]{1,11}){0,4}( = |\\|)(INTEGER: |STRING: \"?|Opaque: Float: |4x?\\||2:numeric\\||Hex-STRING: )?[ -~]{0,20}\n){0,6}",
    ) {
        for format in [Format::Snmprec, Format::Walk] {
            let _ = read(text.as_bytes(), format, None, None);
        }
    }
}
