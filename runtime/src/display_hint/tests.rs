use proptest::{collection::vec, prelude::*};

use super::*;

const DATE_AND_TIME: &str = "2d-1d-1d,1d:1d:1d.1d,1a1d:1d";

fn octets(hint: &str, octets: &[u8]) -> String {
    Hint::parse(hint).unwrap_or_else(|error| panic!("{hint}: {error}")).octets(octets).to_string()
}

fn integer(hint: &str, number: i128) -> String {
    Hint::parse(hint).unwrap().integer(number).to_string()
}

/// Shows octets and reads them back.
fn both(hint: &str, value: &[u8], text: &str) {
    assert_eq!(octets(hint, value), text, "{hint}");
    assert_eq!(Hint::parse(hint).unwrap().parse_octets(text).as_deref(), Ok(value), "{hint} of {text}");
}

/// S14.
#[test]
fn s14_integers() {
    for (hint, number, text) in [
        ("d-2", 1234, "12.34"),
        ("d-2", 5, "0.05"),
        ("d-2", -5, "-0.05"),
        ("d-2", 0, "0.00"),
        ("d-0", 5, "5"),
        ("d", i64::MIN, "-9223372036854775808"),
        ("x", 255, "ff"),
        ("x", -255, "-ff"),
        ("o", 8, "10"),
        ("b", 5, "101"),
        ("d-40", 5, "0.0000000000000000000000000000000000000005"),
    ] {
        assert_eq!(integer(hint, number.into()), text, "{hint}");
        assert_eq!(Hint::parse(hint).unwrap().parse_integer(text), Ok(number), "{hint} of {text}");
    }
    assert_eq!(integer("d-40", i128::MIN), "-0.0170141183460469231731687303715884105728".to_owned());
    assert_eq!(integer("d-38", i128::MAX), "1.70141183460469231731687303715884105727");
    assert_eq!(integer("1x:", 7), "7", "a hint for octets");
    assert_eq!(octets("d", b"text"), "text", "a hint for integers");
}

#[test]
fn integers_that_do_not_follow_the_hint() {
    let bad = |hint: &str, text: &str| Hint::parse(hint).unwrap().parse_integer(text).unwrap_err();
    for (hint, text) in [
        ("d", ""),
        ("d", "-"),
        ("d", "1.5"),
        ("d", "12a"),
        ("d-2", "1.234"),
        ("d-2", ".5"),
        ("d-2", "1.-5"),
        ("x", "g"),
        ("o", "8"),
        ("d", "9223372036854775808"),
        ("d", "99999999999999999999999999999999999999999999999999"),
    ] {
        assert!(!bad(hint, text).expected.is_empty(), "{hint} of {text}");
    }
    assert_eq!(Hint::parse("d-2").unwrap().parse_integer("3"), Ok(300));
    assert_eq!(Hint::parse("d-2").unwrap().parse_integer("3.1"), Ok(310));
}

/// S15: 8 octets have no time zone and no separator in its place.
#[test]
fn s15_date_and_time() {
    let value = [0x07, 0xc8, 5, 26, 13, 30, 15, 0, b'-', 4, 0];
    both(DATE_AND_TIME, &value, "1992-5-26,13:30:15.0,-4:0");
    both(DATE_AND_TIME, &value[..8], "1992-5-26,13:30:15.0");
    assert_eq!(octets(DATE_AND_TIME, &[]), "");
}

/// S16: the last specification repeats, the separator at the end is left out.
#[test]
fn s16_repeats() {
    both("1x:", &[0, 0x1b, 0x21, 0xaa, 0xbb, 0xcc], "00:1b:21:aa:bb:cc");
    both("1d.", &[192, 0, 2, 1], "192.0.2.1");
    both(
        "2x:2x:2x:2x:2x:2x:2x:2x",
        &[0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        "fe80:0000:0000:0000:0000:0000:0000:0001",
    );
    both("1d.1d.1d.1d:2d", &[192, 0, 2, 1, 0, 161], "192.0.2.1:161");
}

/// S17: the count octet is used up, a separator does not stand before the terminator, a count of 0 takes nothing more.
#[test]
fn s17_repeat_count() {
    both("*1x:/1x:", &[2, 0xaa, 0xbb, 0xcc, 0xdd], "aa:bb/cc:dd");
    both("*1x:/1x:", &[0, 0xcc], "/cc");
    assert_eq!(octets("*1x:/1x:", &[0]), "");
    assert_eq!(octets("*1x:/1x:", &[2, 0xaa, 0xbb]), "aa:bb");
    assert_eq!(octets("*1x:/1x:", &[200, 0xaa, 0xbb]), "aa:bb", "fewer octets than the count says");
    assert_eq!(octets("*1d.", &[2, 1, 2, 1, 3]), "1.2.3", "counts again for the rest");
    both("*1a", b"\x03abc", "abc");
}

/// S18.
#[test]
fn s18_text() {
    both("255t", "Zürich".as_bytes(), "Zürich");
    assert_eq!(octets("255t", &"Zü".as_bytes()[..2]), "Z", "cut within a character");
    assert_eq!(octets("255t", b"a\xffb\xff\xff"), "a\u{fffd}b");
    assert_eq!(octets("3t.", "aü€".as_bytes()), "aü.€");
    both("255a", b"eth0", "eth0");
    assert_eq!(octets("255a", &[0xff, b'a', 0xc3]), "\u{fffd}a\u{fffd}");
    assert_eq!(octets("1a", "ü".as_bytes()), "\u{fffd}\u{fffd}");
    assert_eq!(Hint::parse("3t.").unwrap().parse_octets("aü.€").unwrap(), "aü€".as_bytes());
}

/// S19: a last specification of no octets does not go on forever; in front it is a way to write a mark.
#[test]
fn s19_no_octets() {
    assert_eq!(octets("0a[1a", b"xy"), "[xy");
    assert_eq!(octets("1a0a[", b"xy"), "x");
    assert_eq!(octets("0a", b"xy"), "");
    assert_eq!(octets("0x:", &[1; 1000]), "");
    assert_eq!(octets("*0x:", &[255; 1000]).len(), 998);
    assert_eq!(octets("*0d", &[255; 1000]), "");
    let transport = "0a[2x:2x:2x:2x:2x:2x:2x:2x]0a:2d";
    let address = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 161];
    both(transport, &address, "[2001:0db8:0000:0000:0000:0000:0000:0001]:161");
    assert!(Hint::parse("0a").unwrap().parse_octets("x").is_err());
    assert!(Hint::parse("0a[").unwrap().parse_octets("[[[").is_err());
}

#[test]
fn numbers_of_many_octets() {
    both("8d", &[0, 0, 0, 0, 0, 0, 1, 0], "256");
    both("16d", &[0xff; 16], "340282366920938463463374607431768211455");
    assert_eq!(octets("17d", &[1; 17]), format!("0x{}", "01".repeat(17)));
    assert_eq!(octets("65535d", &[1; 65535]).len(), 2 + 2 * 65535);
    both("2o", &[1, 1], "401");
    both("255x", &[0, 1, 2], "000102");
    assert_eq!(octets("4x:", &[1, 2, 3, 4, 5]), "01020304:05", "the rest is shorter");
    assert_eq!(octets("99999999999999999999a", b"ab"), "ab");
}

#[test]
fn text_that_does_not_follow_the_hint() {
    let error = |hint: &str, text: &str| Hint::parse(hint).unwrap().parse_octets(text).unwrap_err();
    assert_eq!(error("1x:", "00-1b"), HintError { position: 3, expected: "the separator of the hint" });
    assert_eq!(error("1x:", "00:zz"), HintError { position: 4, expected: "hexadecimal digits" });
    assert_eq!(error("1d.", "256").position, 1);
    assert_eq!(error("2d-", "1-65536").position, 3);
    assert_eq!(error("1x:", "é").position, 1);
    assert_eq!(error(DATE_AND_TIME, "1992-5-26 13:30").position, 10);
    assert!(Hint::parse("*1x:/1x:").unwrap().parse_octets(&["00"; 256].join(":")).is_err());
    assert!(Hint::parse("1a").unwrap().parse_octets(&"a".repeat(65_536)).is_err());
}

#[test]
fn wrong_hints() {
    for (hint, position) in [
        ("", 1),
        ("q", 1),
        ("d2", 2),
        ("d-", 3),
        ("d-x", 3),
        ("d-+2", 3),
        ("d-99", 3),
        ("xx", 2),
        ("1", 2),
        ("*", 2),
        ("*x", 2),
        ("1x:1q", 5),
        ("1xé1q", 5),
        ("1x::", 4),
    ] {
        let error = Hint::parse(hint).unwrap_err();
        assert_eq!(error.position, position, "{hint}: {error}");
    }
    assert!(Hint::parse("d").unwrap().is_integer() && !Hint::parse("1d").unwrap().is_integer());
}

proptest! {
    #[test]
    fn hints_and_values_of_any_kind(hint in "[*]?[0-9]{0,2}[xdoat]?[:/é*]{0,2}([*]?[0-9][xdoat][:.]?){0,3}", value in vec(any::<u8>(), 0..60), text in "[0-9a-f:./é]{0,30}") {
        if let Ok(hint) = Hint::parse(&hint) {
            let _ = hint.octets(&value).to_string();
            let _ = hint.parse_octets(&text);
            let _ = hint.parse_integer(&text);
        }
    }

    #[test]
    fn integers_round_trip(number: i64, hint in prop_oneof![Just("d"), Just("x"), Just("o"), Just("b"), Just("d-1"), Just("d-7"), Just("d-30")]) {
        let hint = Hint::parse(hint).unwrap();
        prop_assert_eq!(hint.parse_integer(&hint.integer(number.into()).to_string()), Ok(number));
    }

    #[test]
    fn octets_round_trip(value in vec(any::<u8>(), 1..40), hint in prop_oneof![Just("1x:"), Just("1d."), Just("1o,"), Just("255x"), Just("1x")]) {
        let hint = Hint::parse(hint).unwrap();
        let text = hint.octets(&value).to_string();
        prop_assert_eq!(hint.parse_octets(&text), Ok(value));
    }
}
