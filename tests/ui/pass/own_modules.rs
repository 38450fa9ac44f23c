//! Rows, scalars and indexes written by hand, as for a device whose MIB nobody has.
use mibc::{
    FromRow, Index, OctetString, Unsigned32, oid,
    runtime::{
        meta::Meta,
        typed::{Column, Module, Query, Row, Scalar, access::ReadOnly},
    },
};

mod mibs {
    pub mod my_mib {
        pub const MY_COUNT: super::super::Scalar<super::super::MyMib, i32, super::super::ReadOnly> =
            super::super::Scalar::new(&[1, 3, 6, 1, 4, 1, 32473, 9, 1]);
    }
}

struct MyMib;

impl Module for MyMib {
    const META: Meta<'static> = Meta::EMPTY;
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Index)]
struct MyIndex {
    bank: i32,
    #[index(size = 6)]
    address: OctetString,
    #[index(implied)]
    name: OctetString,
}

struct MyEntry;

impl Row for MyEntry {
    type Module = MyMib;
    type Index = MyIndex;
    const OID: &'static [u32] = &[1, 3, 6, 1, 4, 1, 32473, 9, 2, 1];
}

const MY_LOAD: Column<MyEntry, Unsigned32, ReadOnly> = Column::new(4);

#[derive(FromRow)]
#[row(MyEntry)]
#[mibc(crate = ::mibc::runtime)]
struct Mine {
    my_load: u64,
}

fn main() {
    let mut names = Vec::new();
    let index = MyIndex { bank: 1, address: [1, 2, 3, 4, 5, 6].into(), name: "a".into() };
    (MY_LOAD.at(index), oid!("MY-MIB::myCount.0")).names(&mut names).unwrap();
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["1.3.6.1.4.1.32473.9.2.1.4.1.1.2.3.4.5.6.97", "1.3.6.1.4.1.32473.9.1.0"]);
    assert_eq!(oid!("1.3.6.1.4.1").to_string(), "1.3.6.1.4.1");
    let mut columns = Vec::new();
    Mine::columns(&mut columns);
    assert_eq!(columns, [MY_LOAD.object()]);
    let read = |row| Mine::from_cells(&row).map(|mine| mine.my_load);
    let _ = read;
}
