//! A field that the row has no column for.
use mibc::{FromRow, mibs::if_mib::IfEntry};

#[derive(FromRow)]
#[row(mibc::mibs::if_mib::IfEntry)]
struct Port {
    if_desc: String,
}

#[derive(FromRow)]
#[row(IfEntry)]
struct NotInScope {
    if_descr: String,
}

fn main() {}
