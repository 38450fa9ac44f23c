//! SNMP-PROXY-MIB: rows of the configuration, and of SETs.

use mibc_runtime::message::ErrorStatus;
use mibc_runtime::originator::ProxyType;
use mibc_runtime::value::{OctetString, Value};

use crate::lab::{Lab, configuration};

const PROXY: &str = "1.3.6.1.6.3.14.1.2.1";
/// The row of the name "a"; the index ends where the name does (IMPLIED).
const ROW: &str = "97";

fn octets(octets: &[u8]) -> Value {
    Value::OctetString(OctetString(octets.into()))
}

fn text() -> String {
    configuration(
        "[[community]]\nname = \"behind\"\nengine-id = \"0x80007ed904626568\"\nsecurity-name = \"behind\"\n\
         [[parameters]]\nname = \"in\"\nversion = \"2c\"\nsecurity-name = \"behind\"\n\
         [[target]]\nname = \"device\"\naddress = \"127.0.0.1:161\"\ncommunity = \"secret\"\ntags = [\"up\"]\n\
         [[proxy]]\nname = \"one\"\ntype = [\"read\", \"trap\"]\nengine-id = \"0x80007ed904626568\"\n\
         parameters = \"in\"\ntarget = \"device\"\ntag = \"up\"\n",
    )
}

#[test]
fn rows_of_a_configuration() {
    let lab = Lab::start(&text(), None);
    let tables = lab.targets.tables();
    let engine_id = [0x80, 0, 0x7e, 0xd9, 4, b'b', b'e', b'h'];
    let read = tables.proxies().get(b"one-read").expect("a row");
    assert_eq!((read.proxy_type, &read.context_engine_id[..]), (ProxyType::Read, &engine_id[..]));
    assert_eq!((&read.target_params_in[..], &read.single_target_out[..]), (&b"in"[..], &b"device"[..]));
    let trap = tables.proxies().get(b"one-trap").expect("a row");
    assert_eq!((trap.proxy_type, trap.multiple_target_out.as_octets()), (ProxyType::Trap, &b"up"[..]));
    // The community of the target is for that context too, and only for the target.
    assert!(
        tables
            .communities()
            .iter()
            .filter(|(_, row)| row.name == b"secret")
            .any(|(_, row)| row.context_engine_id == engine_id && !row.transport_tag.as_octets().is_empty())
    );
    let params = tables.params().get(b"in").expect("a row");
    assert_eq!(params.security_name, b"behind");
    drop(tables);
    // Rows that no configuration has any more are gone.
    lab.reload(&configuration(""));
    assert_eq!(lab.targets.tables().proxies().iter().count(), 0);
}

#[test]
fn rows_of_sets() {
    let folder = tempfile::tempdir().expect("a folder");
    let cell = |column: u32| format!("{PROXY}.{column}.{ROW}");
    {
        let lab = Lab::start(&text(), Some(folder.path()));
        // Neither the type nor the engine is there.
        assert_eq!(lab.set(&[(&cell(9), Value::Integer(4))]).0, ErrorStatus::INCONSISTENT_VALUE);
        let made = lab.set(&[
            (&cell(9), Value::Integer(4)),
            (&cell(2), Value::Integer(2)),
            (&cell(3), octets(b"\x80\x00\x7e\xd9\x04a")),
            (&cell(5), octets(b"in")),
            (&cell(6), octets(b"device")),
        ]);
        assert_eq!(made, (ErrorStatus::NO_ERROR, 0));
        let tables = lab.targets.tables();
        let row = tables.proxies().get(b"a").expect("it counts at once");
        assert_eq!((row.proxy_type, &row.single_target_out[..]), (ProxyType::Write, &b"device"[..]));
        assert_eq!(lab.get(&cell(4)), octets(b""));
        // While it is active, nothing of it changes but its storage.
        for (column, value) in [
            (2, Value::Integer(1)),
            (3, octets(b"\x80\x00\x7e\xd9\x04b")),
            (4, octets(b"vlan-7")),
            (5, octets(b"out")),
            (6, octets(b"other")),
            (7, octets(b"tag")),
        ] {
            let (status, index) = lab.set(&[(&cell(column), value)]);
            assert_eq!((status, index), (ErrorStatus::INCONSISTENT_VALUE, 1), "{column}");
        }
        // A tag has no blanks, and a type is one of four.
        assert_eq!(lab.set(&[(&cell(9), Value::Integer(2))]).0, ErrorStatus::NO_ERROR);
        assert!(lab.targets.tables().proxies().get(b"a").is_none(), "notInService");
        assert_eq!(lab.set(&[(&cell(7), octets(b"two tags"))]).0, ErrorStatus::WRONG_VALUE);
        assert_eq!(lab.set(&[(&cell(2), Value::Integer(5))]).0, ErrorStatus::WRONG_VALUE);
        assert_eq!(
            lab.set(&[(&cell(4), octets(b"vlan-7")), (&cell(9), Value::Integer(1))]).0,
            ErrorStatus::NO_ERROR
        );
        // Rows of the configuration are permanent.
        let configured =
            format!("{PROXY}.9.{}", "one-read".bytes().map(|b| b.to_string()).collect::<Vec<_>>().join("."));
        assert_eq!(lab.set(&[(&configured, Value::Integer(6))]).0, ErrorStatus::INCONSISTENT_VALUE);
    }
    // It is there after a restart.
    let lab = Lab::start(&text(), Some(folder.path()));
    let context = lab.targets.tables().proxies().get(b"a").map(|row| row.context_name.clone());
    assert_eq!(context.as_deref(), Some(&b"vlan-7"[..]));
    assert_eq!(lab.set(&[(&cell(9), Value::Integer(6))]).0, ErrorStatus::NO_ERROR);
    assert!(lab.targets.tables().proxies().get(b"a").is_none());
}
