//! Attributes of the derives where they mean nothing.
use mibc::{FromRow, Index, OctetString};

#[derive(FromRow)]
#[row(IfEntry)]
#[column(IF_DESCR)]
struct ColumnOfTheStruct {
    if_descr: String,
}

#[derive(FromRow)]
#[row(IfEntry)]
struct RowOfAField {
    #[row(IfXEntry)]
    if_name: String,
}

#[derive(FromRow)]
#[row(IfEntry)]
struct ColumnAsText {
    #[column("IF_DESCR")]
    name: String,
}

#[derive(Index)]
#[index(implied)]
struct IndexOfTheStruct {
    name: OctetString,
}

#[derive(Index)]
struct TwoForms {
    #[index(size = 6, implied)]
    address: OctetString,
}

fn main() {}
