//! The index codec: what is read is written as it was, what is written is read as it was.

use mibc_runtime::index::{Form, Index, IndexError, IndexPart, IndexReader, IndexWriter, Untyped, decode};
use mibc_runtime::oid::{Oid, OidRef};
use mibc_runtime::value::{Bits, Counter64, IpAddress, OctetString, Opaque, Unsigned32};
use std::cmp::Ordering;

/// One INDEX object of whatever type.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    Integer(i32),
    Unsigned(Unsigned32),
    Wide(Counter64),
    Address(IpAddress),
    Octets(OctetString),
    Opaque(Opaque),
    Bits(Bits),
    Oid(Oid),
}

/// Type and form of an INDEX object.
type Shape = (u8, Form);

fn shape(octet: u8) -> Shape {
    let form = match octet >> 3 & 3 {
        0 => Form::Variable,
        1 => Form::Implied,
        2 => Form::NetworkAddress,
        _ => Form::Fixed(usize::from(octet >> 5)),
    };
    (octet & 7, form)
}

impl Part {
    fn read(reader: &mut IndexReader<'_>, (kind, form): Shape) -> Result<Self, IndexError> {
        Ok(match kind {
            0 => Part::Integer(reader.part(form)?),
            1 => Part::Unsigned(reader.part(form)?),
            2 => Part::Wide(reader.part(form)?),
            3 => Part::Address(reader.part(form)?),
            4 => Part::Octets(reader.part(form)?),
            5 => Part::Opaque(reader.part(form)?),
            6 => Part::Bits(reader.part(form)?),
            _ => Part::Oid(reader.part(form)?),
        })
    }

    fn write(&self, writer: &mut IndexWriter, form: Form) {
        match self {
            Part::Integer(part) => writer.part(part, form),
            Part::Unsigned(part) => writer.part(part, form),
            Part::Wide(part) => writer.part(part, form),
            Part::Address(part) => writer.part(part, form),
            Part::Octets(part) => writer.part(part, form),
            Part::Opaque(part) => writer.part(part, form),
            Part::Bits(part) => writer.part(part, form),
            Part::Oid(part) => writer.part(part, form),
        }
    }

    fn order(&self, other: &Self, form: Form) -> Ordering {
        match (self, other) {
            (Part::Integer(a), Part::Integer(b)) => a.order_part(b, form),
            (Part::Unsigned(a), Part::Unsigned(b)) => a.order_part(b, form),
            (Part::Wide(a), Part::Wide(b)) => a.order_part(b, form),
            (Part::Address(a), Part::Address(b)) => a.order_part(b, form),
            (Part::Octets(a), Part::Octets(b)) => a.order_part(b, form),
            (Part::Opaque(a), Part::Opaque(b)) => a.order_part(b, form),
            (Part::Bits(a), Part::Bits(b)) => a.order_part(b, form),
            (Part::Oid(a), Part::Oid(b)) => a.order_part(b, form),
            _ => Ordering::Equal,
        }
    }
}

fn read(instance: &Oid, column: &Oid, shapes: &[Shape]) -> Result<Vec<Part>, IndexError> {
    let mut reader = IndexReader::new(instance.strip_prefix(column).expect("below the column"));
    let parts: Result<Vec<Part>, _> = shapes.iter().map(|shape| Part::read(&mut reader, *shape)).collect();
    reader.finish()?;
    parts
}

fn write(column: &Oid, shapes: &[Shape], parts: &[Part]) -> Result<Oid, IndexError> {
    let mut writer = IndexWriter::new(column);
    parts.iter().zip(shapes).for_each(|(part, (_, form))| part.write(&mut writer, *form));
    writer.finish()
}

/// Types and forms of up to four INDEX objects, and the arcs of two instances behind them, in BER. What is read as an
/// index is written as the same arcs, and two indexes have the order of their instances.
pub fn index(data: &[u8]) {
    let Some((count, data)) = data.split_first() else { return };
    let count = usize::from(count % 4) + 1;
    let Some((shapes, data)) = data.split_at_checked(count) else { return };
    let Some((length, data)) = data.split_first() else { return };
    let (one, other) = data.split_at(usize::from(*length).min(data.len()));
    let shapes: Vec<Shape> = shapes.iter().map(|octet| shape(*octet)).collect();
    let column = Oid::from_arcs(&[1, 3, 6, 1, 4, 1, 32_473, 1]).expect("an OID");
    let found: Vec<_> = [one, other].into_iter().filter_map(|arcs| check(arcs, &column, &shapes)).collect();
    if let [(a, first), (b, second)] = found.as_slice() {
        let order = a.iter().zip(b).zip(&shapes).map(|((a, b), (_, form))| a.order(b, *form));
        let order = order.fold(Ordering::Equal, Ordering::then);
        assert_eq!(order, first.cmp(second), "{a:?} and {b:?} in {shapes:?}");
    }
}

/// One index both ways, with its instance as it is written.
fn check(arcs: &[u8], column: &Oid, shapes: &[Shape]) -> Option<(Vec<Part>, Oid)> {
    let arcs: Vec<u32> = OidRef::from_ber(arcs).ok()?.arcs().collect();
    let instance = column.extend(arcs).ok()?;
    let behind = instance.strip_prefix(column)?;
    let untyped: Untyped = decode(behind).expect("arcs are arcs");
    let mut writer = IndexWriter::new(column);
    untyped.write(&mut writer);
    assert_eq!(writer.finish().as_ref(), Ok(&instance));
    let parts = read(&instance, column, shapes).ok()?;
    let written = match write(column, shapes, &parts) {
        Ok(written) => written,
        // An OID without arcs is read as 0.0, which takes two more.
        Err(error) => {
            assert!(parts.iter().any(|part| matches!(part, Part::Oid(_))), "{error}");
            return None;
        }
    };
    assert!(written == instance || parts.contains(&Part::Oid(Oid::ZERO)), "{instance}, then {written}");
    assert_eq!(read(&written, column, shapes).as_ref(), Ok(&parts));
    Some((parts, written))
}
