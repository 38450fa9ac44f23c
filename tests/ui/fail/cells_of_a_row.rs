//! Cells of a row store that do not fit: a value of another type, a column of another table, an index.

use mibc::{RowStore, mibs::if_mib::*};

fn main() {
    let rows = RowStore::<IfXEntry>::new();
    let _ = rows.insert(1, |row| row.set(IF_PROMISCUOUS_MODE, "yes"));
    let _ = rows.insert(1, |row| row.set(IF_DESCR, "eth0"));
    let _ = rows.insert("eth0", |row| row);
    let addresses = RowStore::<IfRcvAddressEntry>::new();
    let _ = addresses.snapshot().iter().map(|row| row.get(IF_RCV_ADDRESS_ADDRESS));
}
