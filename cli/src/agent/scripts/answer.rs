//! What scripts of `pass` and `pass_persist` say, and are told: names, types and values as text.

use mibc_runtime::agent::SetError;
use mibc_runtime::message::ErrorStatus;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Counter32, Counter64, Gauge32, IpAddress, Opaque, TimeTicks, Value, VarBind};

/// A name as scripts get it.
pub(super) fn name(oid: &Oid) -> String {
    format!(".{oid}")
}

/// A variable: its name, its type and its value, each in a line.
///
/// # Errors
/// What is wrong with it.
pub(super) fn variable(lines: &[String; 3]) -> Result<VarBind, String> {
    let [name, kind, value] = lines;
    let text = name.trim().trim_start_matches('.');
    let name: Oid =
        text.parse().map_err(|error| format!("its first line `{text}` is not an OID: {error}"))?;
    Ok(VarBind { name, value: typed(kind.trim(), value)? })
}

/// A value of a type by snmpd's names.
fn typed(kind: &str, text: &str) -> Result<Value, String> {
    let whole = text.trim();
    let wrong = || format!("`{whole}` is not a value of the type {kind}");
    let unsigned = || whole.parse::<u32>().map_err(|_| wrong());
    let kind_in_small = kind.to_ascii_lowercase();
    Ok(match kind_in_small.as_str() {
        "string" => Value::OctetString(text.as_bytes().into()),
        "integer" => Value::Integer(whole.parse().map_err(|_| wrong())?),
        "unsigned" | "uinteger" | "gauge" => Value::Gauge32(Gauge32(unsigned()?)),
        "counter" | "counter32" => Value::Counter32(Counter32(unsigned()?)),
        "timeticks" | "timetick" => Value::TimeTicks(TimeTicks(unsigned()?)),
        "counter64" => Value::Counter64(Counter64(whole.parse().map_err(|_| wrong())?)),
        "objectid" | "oid" => {
            Value::ObjectIdentifier(whole.trim_start_matches('.').parse().map_err(|_| wrong())?)
        }
        "ipaddress" => {
            Value::IpAddress(IpAddress(whole.parse::<std::net::Ipv4Addr>().map_err(|_| wrong())?.octets()))
        }
        "octet" | "octet_str" | "bitstring" | "bits" => {
            Value::OctetString(octets(whole).ok_or_else(wrong)?.into())
        }
        "opaque" => Value::Opaque(Opaque(octets(whole).ok_or_else(wrong)?)),
        _ => {
            return Err(format!(
                "`{kind}` is not a type: string, octet, integer, unsigned, gauge, counter, counter64, timeticks, \
                 ipaddress, objectid, bitstring and opaque are"
            ));
        }
    })
}

/// Octets in hexadecimal, with blanks between.
fn octets(text: &str) -> Option<Vec<u8>> {
    text.split_whitespace().map(|word| u8::from_str_radix(word, 16).ok()).collect()
}

/// A value to be written, as type and text.
pub(super) fn written(value: &Value) -> Option<(&'static str, String)> {
    let hexadecimal = |octets: &[u8]| octets.iter().map(|octet| format!("{octet:02X} ")).collect::<String>();
    Some(match value {
        Value::Integer(number) => ("integer", number.to_string()),
        Value::Gauge32(number) => ("gauge", number.0.to_string()),
        Value::Counter32(number) => ("counter", number.0.to_string()),
        Value::TimeTicks(number) => ("timeticks", number.0.to_string()),
        Value::Counter64(number) => ("counter64", number.0.to_string()),
        Value::IpAddress(address) => ("ipaddress", address.to_string()),
        Value::ObjectIdentifier(oid) => ("objectid", name(oid)),
        // A line of its own for a script that reads lines: what is not plain text is written in octets.
        Value::OctetString(octets) => match std::str::from_utf8(octets) {
            Ok(text) if !text.chars().any(char::is_control) => ("string", text.to_owned()),
            _ => ("octet", hexadecimal(octets)),
        },
        Value::Opaque(octets) => ("opaque", hexadecimal(&octets.0)),
        _ => return None,
    })
}

/// What a script says about a SET: nothing, DONE, or why not.
///
/// # Errors
/// Why not.
pub(super) fn of_set(line: &str) -> Result<(), SetError> {
    let word = line.trim().to_ascii_lowercase();
    let refused = [
        ("not-writable", ErrorStatus::NOT_WRITABLE),
        ("wrong-type", ErrorStatus::WRONG_TYPE),
        ("wrong-length", ErrorStatus::WRONG_LENGTH),
        ("wrong-value", ErrorStatus::WRONG_VALUE),
        ("inconsistent-value", ErrorStatus::INCONSISTENT_VALUE),
    ];
    match refused.iter().find(|(name, _)| word.starts_with(name)) {
        Some((_, status)) => Err(SetError::with_status(*status)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str, value: &str) -> Result<Value, String> {
        variable(&[".1.3.6.1.4.1.9.1".to_owned(), kind.to_owned(), value.to_owned()]).map(|found| found.value)
    }

    #[test]
    fn every_type_is_read_and_written() {
        for (kind, text, value) in [
            ("string", "two words", Value::from("two words")),
            ("INTEGER", "-5", Value::Integer(-5)),
            ("gauge", "5", Value::Gauge32(Gauge32(5))),
            ("unsigned", "5", Value::Gauge32(Gauge32(5))),
            ("counter", "5", Value::Counter32(Counter32(5))),
            ("timeticks", "5", Value::TimeTicks(TimeTicks(5))),
            ("counter64", "18446744073709551615", Value::Counter64(Counter64(u64::MAX))),
            ("objectid", ".1.3.6", Value::ObjectIdentifier("1.3.6".parse().expect("an OID"))),
            ("ipaddress", "10.0.0.1", Value::IpAddress(IpAddress([10, 0, 0, 1]))),
            ("octet", "00 FF", Value::OctetString(vec![0, 255].into())),
            ("opaque", "9F 78", Value::Opaque(Opaque(vec![0x9f, 0x78]))),
        ] {
            assert_eq!(of(kind, text), Ok(value.clone()), "{kind}");
            let (kind, text) = written(&value).expect("it can be written");
            assert_eq!(of(kind, &text), Ok(value), "{kind}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (kind, value, expected) in [
            ("integer", "many", "is not a value of the type integer"),
            ("float", "1", "is not a type"),
            ("octet", "xyz", "is not a value of the type octet"),
            ("ipaddress", "::1", "is not a value"),
        ] {
            let error = of(kind, value).expect_err(kind);
            assert!(error.contains(expected), "{error}");
        }
        assert!(variable(&["x".into(), "integer".into(), "1".into()]).is_err());
        assert_eq!(of_set("not-writable\n").map_err(|error| error.status()), Err(ErrorStatus::NOT_WRITABLE));
        assert_eq!(of_set("DONE"), Ok(()));
    }

    /// Nothing that is written to a script is more than one line.
    #[test]
    fn a_value_cannot_be_another_command() {
        let (kind, text) = written(&Value::from("x\nset\n.1.3.6\ninteger 1")).expect("it can be written");
        assert_eq!(kind, "octet");
        assert!(!text.contains('\n'));
    }
}
