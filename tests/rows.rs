//! Structs for rows and indexes, as the derives make them.
#![cfg(feature = "if-mib")]

use mibc::{
    Counter64, FromRow, Index, OctetString, Oid, Value,
    mibs::if_mib::*,
    runtime::{index, typed::RowCells},
};

#[derive(Debug, PartialEq, FromRow)]
#[row(IfEntry)]
struct Port {
    if_descr: String,
    if_oper_status: IfOperStatus,
    #[column(IF_HC_IN_OCTETS)]
    received: Option<u64>,
}

/// What a row with these cells and index 7 is as a `Port`.
fn port(cells: [Option<Value>; 3]) -> Result<Port, String> {
    let mut columns = Vec::new();
    Port::columns(&mut columns);
    let name: Oid = "1.3.6.1.2.1.2.2.1.2.7".parse().unwrap();
    let arcs = name.strip_prefix(&columns[0].oid().unwrap()).unwrap();
    Port::from_cells(&RowCells::new(&columns, arcs, &cells)).map_err(|error| error.to_string())
}

#[test]
fn fields_are_converted() {
    let row = port([Some("eth0".into()), Some(Value::Integer(1)), Some(Counter64(1 << 40).into())]).unwrap();
    assert_eq!(
        row,
        Port { if_descr: "eth0".to_owned(), if_oper_status: IfOperStatus::UP, received: Some(1 << 40) }
    );
}

#[test]
fn an_option_takes_a_hole_and_other_fields_name_it() {
    let row = port([Some("eth0".into()), Some(Value::Integer(17)), None]).unwrap();
    assert_eq!((row.received, row.if_oper_status.to_string().as_str()), (None, "unknown(17)"));
    let row = port([Some("eth0".into()), Some(Value::Integer(1)), Some(Value::NoSuchInstance)]).unwrap();
    assert_eq!(row.received, None);
    assert_eq!(
        port([Some("eth0".into()), None, None]).unwrap_err(),
        "ifOperStatus.7 (1.3.6.1.2.1.2.2.1.8.7): the row has no value in this column; an `Option` takes a hole"
    );
    assert_eq!(
        port([Some("eth0".into()), Some(Value::Integer(1)), Some(Value::Integer(1))]).unwrap_err(),
        "ifHCInOctets.7 (1.3.6.1.2.1.31.1.1.1.6.7): expected Counter64, found Integer32"
    );
}

#[test]
fn indexes_of_generated_rows_print_as_in_instances() {
    assert_eq!(IfIndex::from(7).to_string(), "7");
    assert_eq!(IfStackIndex::from((0, 3)).to_string(), "0.3");
    assert_eq!(IF_STACK_STATUS.at((0, 3)).to_string(), "ifStackStatus.0.3");
    let address = vec![0, 1, 2, 3, 4, 255].into();
    let address = IfRcvAddressIndex { if_index: 2.into(), if_rcv_address_address: address };
    assert_eq!(address.to_string(), "2.\"00:01:02:03:04:ff\"");
}

#[derive(Clone, Debug, PartialEq, Eq, Index)]
struct Key {
    bank: i32,
    name: OctetString,
    #[index(size = 2)]
    slot: OctetString,
    #[index(implied)]
    path: Oid,
}

fn key(bank: i32, name: &str, slot: &str, path: &str) -> Key {
    Key { bank, name: name.into(), slot: slot.into(), path: path.parse().unwrap() }
}

/// S6
#[test]
fn indexes_read_back_and_are_ordered_as_walked() {
    let mut keys = vec![
        key(2, "", "aa", "1.3"),
        key(1, "bb", "aa", "1.3"),
        key(1, "c", "ab", "1.3.6"),
        key(1, "c", "ab", "1.3"),
        key(1, "c", "aa", "1.4"),
    ];
    let mut encoded = keys.clone();
    keys.sort();
    encoded.sort_by(index::order);
    assert_eq!(keys, encoded);
    assert_eq!(keys[0], key(1, "c", "aa", "1.4"));
    for key in keys {
        let mut writer = index::IndexWriter::column(&[1, 3, 6], 1);
        key.write(&mut writer);
        let oid = writer.finish().unwrap();
        assert_eq!(index::decode::<Key>(oid.strip_prefix_arcs(&[1, 3, 6, 1]).unwrap()), Ok(key));
    }
}
