use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    oid::Oid,
    value::{IpAddress, OctetString, TimeTicks, Unsigned32},
};

/// Writes one part behind 1.3 and gives the arcs behind it.
fn write<P: IndexPart>(part: P, form: Form) -> Result<Vec<u32>, IndexError> {
    let mut writer = IndexWriter::column(&[1], 3);
    writer.part(&part, form);
    let oid = writer.finish()?;
    Ok(oid.arcs().skip(2).collect())
}

/// Reads one part that is the only one behind 1.3.
fn read<P: IndexPart>(arcs: &[u32], form: Form) -> Result<P, IndexError> {
    let prefix = Oid::from_arcs(&[1, 3]).unwrap();
    let oid = prefix.extend(arcs.iter().copied()).unwrap();
    let mut reader = IndexReader::new(oid.strip_prefix(&prefix).unwrap());
    let part = reader.part(form)?;
    reader.finish()?;
    Ok(part)
}

/// An index as generated code has it: numbers, a string of two octets, an IMPLIED string at the end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    number: i32,
    address: IpAddress,
    pair: OctetString,
    owner: OctetString,
    name: OctetString,
}

impl Index for Row {
    fn write(&self, w: &mut IndexWriter) {
        w.part(&self.number, Form::Variable);
        w.part(&self.address, Form::Variable);
        w.part(&self.pair, Form::Fixed(2));
        w.part(&self.owner, Form::Variable);
        w.part(&self.name, Form::Implied);
    }

    fn read(r: &mut IndexReader<'_>) -> Result<Self, IndexError> {
        Ok(Self {
            number: r.part(Form::Variable)?,
            address: r.part(Form::Variable)?,
            pair: r.part(Form::Fixed(2))?,
            owner: r.part(Form::Variable)?,
            name: r.part(Form::Implied)?,
        })
    }
}

/// S6: the number of arcs of each syntax and form.
#[test]
fn forms() {
    let text = || OctetString::from("ab");
    assert_eq!(write(7, Form::Variable), Ok(vec![7]));
    assert_eq!(write(Unsigned32(u32::MAX), Form::Variable), Ok(vec![u32::MAX]));
    assert_eq!(write(TimeTicks(5), Form::Variable), Ok(vec![5]));
    assert_eq!(write(text(), Form::Variable), Ok(vec![2, 97, 98]));
    assert_eq!(write(text(), Form::Fixed(2)), Ok(vec![97, 98]));
    assert_eq!(write(text(), Form::Implied), Ok(vec![97, 98]));
    assert_eq!(write(OctetString::new(), Form::Variable), Ok(vec![0]));
    assert_eq!(write(OctetString::new(), Form::Implied), Err(IndexError::EmptyImplied));
    assert_eq!(write(text(), Form::Fixed(3)), Err(IndexError::WrongLength { expected: 3, found: 2 }));
    assert_eq!(write(IpAddress([192, 0, 2, 1]), Form::Variable), Ok(vec![192, 0, 2, 1]));
    let oid = Oid::from_arcs(&[1, 3, 6]).unwrap();
    assert_eq!(write(oid.clone(), Form::Variable), Ok(vec![3, 1, 3, 6]));
    assert_eq!(write(oid, Form::Implied), Ok(vec![1, 3, 6]));
}

/// S6: what is read back, and what is refused.
#[test]
fn reading() {
    assert_eq!(read(&[2, 97, 98], Form::Variable), Ok(OctetString::from("ab")));
    assert_eq!(read(&[0], Form::Variable), Ok(OctetString::new()));
    assert_eq!(read(&[97, 98], Form::Implied), Ok(OctetString::from("ab")));
    assert_eq!(read::<OctetString>(&[], Form::Implied), Err(IndexError::EmptyImplied));
    assert_eq!(read::<OctetString>(&[256], Form::Implied), Err(IndexError::NotAnOctet { arc: 256 }));
    assert_eq!(read::<OctetString>(&[97, 98], Form::Fixed(1)), Err(IndexError::Trailing { count: 1 }));
    let missing = Err(IndexError::Missing { expected: "an octet of a string" });
    assert_eq!(read::<OctetString>(&[3, 97, 98], Form::Variable), missing);
    assert_eq!(read::<OctetString>(&[u32::MAX, 97, 98], Form::Variable), missing);
    assert_eq!(read::<OctetString>(&[97], Form::Fixed(2)), missing);
    assert_eq!(read::<i32>(&[], Form::Variable), Err(IndexError::Missing { expected: "a number" }));
    assert_eq!(read(&[3, 1, 3, 6], Form::Variable), Ok(Oid::from_arcs(&[1, 3, 6]).unwrap()));
    assert_eq!(read(&[0], Form::Variable), Ok(Oid::ZERO));
    assert_eq!(
        read::<Oid>(&[u32::MAX, 1], Form::Variable).unwrap_err().to_string().split(' ').next(),
        Some("the")
    );
    assert_eq!(
        read::<Oid>(&[2, 3, 1], Form::Variable),
        Err(IndexError::Oid(OidError::FirstArc { found: 3 }))
    );
    assert_eq!(read::<IpAddress>(&[10, 0, 0, 256], Form::Variable), Err(IndexError::NotAnOctet { arc: 256 }));
}

#[test]
fn negative_numbers_are_read_and_not_written() {
    assert_eq!(write(-1, Form::Variable), Err(IndexError::Negative { found: -1 }));
    assert_eq!(read(&[u32::MAX], Form::Variable), Ok(-1));
}

/// S1: an index that makes the instance longer than 128 arcs is an error, not a cut.
#[test]
fn too_long() {
    let limit = |length: usize| write(OctetString(vec![1; length]), Form::Variable).map(|arcs| arcs.len());
    assert_eq!(limit(125), Ok(126));
    assert_eq!(limit(126), Err(IndexError::Oid(OidError::TooManyArcs)));
    assert_eq!(limit(100_000), Err(IndexError::Oid(OidError::TooManyArcs)));
}

#[test]
fn order_is_that_of_the_walk() {
    let names = |a: &str, b: &str| {
        let index = |name: &str| (OctetString::from(name),);
        order(&index(a), &index(b))
    };
    assert_eq!(names("b", "aa"), Ordering::Less, "shorter first: the length is the first arc");
    assert_eq!(names("ab", "aa"), Ordering::Greater);
    assert_eq!(names("aa", "aa"), Ordering::Equal);
    let long = (OctetString(vec![0; 200]),);
    assert_eq!(order(&long, &(OctetString::from("a"),)), Ordering::Greater);
    assert_eq!(order(&long, &long), Ordering::Equal);
}

proptest! {
    #[test]
    fn rows_round_trip(
        number in 0..i32::MAX, address: [u8; 4], pair: [u8; 2],
        owner in vec(any::<u8>(), 0..20), name in vec(any::<u8>(), 1..20),
    ) {
        let row = Row { number, address: address.into(), pair: pair.into(), owner: owner.into(), name: name.into() };
        let column = Oid::from_arcs(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 4]).unwrap();
        let mut writer = IndexWriter::new(&column);
        row.write(&mut writer);
        let oid = writer.finish().unwrap();
        prop_assert_eq!(oid.len(), column.len() + 1 + 4 + 2 + 1 + row.owner.len() + row.name.len());
        prop_assert_eq!(decode::<Row>(oid.strip_prefix(&column).unwrap()), Ok(row));
    }

    #[test]
    fn any_arcs_are_read_without_panic(arcs in vec(prop_oneof![0_u32..300, any::<u32>()], 0..40)) {
        let prefix = Oid::from_arcs(&[1, 3]).unwrap();
        let oid = prefix.extend(arcs).unwrap();
        let rest = oid.strip_prefix(&prefix).unwrap();
        if let Ok(row) = decode::<Row>(rest.clone()) {
            let mut writer = IndexWriter::new(&prefix);
            row.write(&mut writer);
            prop_assert_eq!(writer.finish().unwrap(), oid.clone());
        }
        let _ = decode::<(Oid, OctetString)>(rest);
    }
}

#[test]
fn a_network_address_has_its_kind_before_it() {
    let mut writer = IndexWriter::new(&Oid::ZERO);
    writer.part(&IpAddress([192, 0, 2, 1]), Form::NetworkAddress);
    let oid = writer.finish().unwrap();
    assert_eq!(oid.to_string(), "0.0.1.192.0.2.1");
    let read = |arcs: &str| {
        let oid: Oid = arcs.parse().unwrap();
        let mut reader = IndexReader::new(oid.strip_prefix(&Oid::ZERO).unwrap());
        reader.part::<IpAddress>(Form::NetworkAddress)
    };
    assert_eq!(read("0.0.1.192.0.2.1"), Ok(IpAddress([192, 0, 2, 1])));
    assert_eq!(read("0.0.2.192.0.2.1"), Err(IndexError::NotInternet { found: 2 }));
    assert!(read("0.0.1.192.0.2").is_err() && read("0.0").is_err());
}
