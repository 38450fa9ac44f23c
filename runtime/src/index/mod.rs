//! The index of a conceptual row, and its form at the end of an OID (RFC 2578 §7.7).
//!
//! Generated code has a type per list of INDEX objects that implements [`Index`] with one call per object:
//! [`IndexWriter::part`] and [`IndexReader::part`], told the object's [`Form`].

mod part;
mod reader;
#[cfg(test)]
mod tests;
mod untyped;
mod writer;

use std::cmp::Ordering;

pub use part::{IndexPart, order_part};
pub use reader::IndexReader;
pub use untyped::Untyped;
#[cfg(feature = "agent")]
pub(crate) use writer::IndexMark;
pub use writer::IndexWriter;

use crate::oid::{Oid, OidError};

/// The index of one row: all its INDEX objects in order.
///
/// `Ord` must be the order in which SNMP walks rows, or agents skip rows. For indexes of numbers, addresses and
/// strings of fixed size the derived order is that. Where a string or OID of variable length takes part, shorter
/// ones come first, which [`order`] knows.
pub trait Index: Clone + Ord + Sized + 'static {
    /// How many sub-identifiers the index takes, where that is always the same: `oid!` checks it at compile time.
    const ARCS: Option<usize> = None;

    /// Writes the parts of this index behind the column's OID.
    fn write(&self, w: &mut IndexWriter);

    /// Reads the parts back.
    ///
    /// # Errors
    /// Where the arcs do not form such an index.
    fn read(r: &mut IndexReader<'_>) -> Result<Self, IndexError>;
}

/// How a string or OID stands in an index. Numbers have one form only and ignore it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// Behind its length: an object of variable size.
    Variable,
    /// Without a length: an object whose SIZE is one number of octets.
    Fixed(usize),
    /// Without a length, up to the end: the last object, marked IMPLIED.
    Implied,
    /// A NetworkAddress: 1 for the Internet, then the address (RFC 1212 §4.1.6).
    NetworkAddress,
}

/// Why an index cannot be written or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// The arcs end too early.
    #[error("the index ends where {expected} is expected")]
    Missing {
        /// What should have come next.
        expected: &'static str,
    },
    /// Arcs are left over.
    #[error("{count} sub-identifiers are left behind the index")]
    Trailing {
        /// How many.
        count: usize,
    },
    /// An arc that should be an octet is above 255.
    #[error("sub-identifier {arc} of the index should be an octet, 0 to 255")]
    NotAnOctet {
        /// The arc.
        arc: u32,
    },
    /// A string whose object has one fixed size is of another.
    #[error("this index takes a string of exactly {expected} octets, found {found}")]
    WrongLength {
        /// The size by the MIB.
        expected: usize,
        /// The size of the string.
        found: usize,
    },
    /// A NetworkAddress of another kind than 1, the Internet's.
    #[error("a network address in an index begins with 1, found {found}")]
    NotInternet {
        /// The kind found.
        found: u32,
    },
    /// An IMPLIED string or OID without content, which RFC 2578 §7.7 excludes.
    #[error("an IMPLIED index cannot be empty (RFC 2578 section 7.7)")]
    EmptyImplied,
    /// A negative number, which no index has (RFC 2578 §7.7).
    #[error("{found} is negative; a number in an index is 0 or more")]
    Negative {
        /// The number.
        found: i32,
    },
    /// A number that no sub-identifier can hold.
    #[error("{found} does not fit into a sub-identifier, which is at most 4294967295")]
    TooLarge {
        /// The number.
        found: u64,
    },
    /// The arcs are no OID, or the instance has too many.
    #[error(transparent)]
    Oid(#[from] OidError),
}

/// Orders two indexes as SNMP walks their rows, by their encoding. For `impl Ord` of an index type with strings
/// or OIDs of variable length.
///
/// Indexes that no OID can name, being too long or of a wrong size, come last and are all equal.
pub fn order<I: Index>(a: &I, b: &I) -> Ordering {
    let encode = |index: &I| {
        let mut writer = IndexWriter::new(&Oid::ZERO);
        index.write(&mut writer);
        writer.finish()
    };
    match (encode(a), encode(b)) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (a, b) => a.is_err().cmp(&b.is_err()),
    }
}

/// An index read from the arcs behind a column's OID, all of them.
///
/// # Errors
/// Where they do not form such an index, or some are left over.
pub fn decode<I: Index>(arcs: crate::oid::Arcs<'_>) -> Result<I, IndexError> {
    let mut reader = IndexReader::new(arcs);
    let index = I::read(&mut reader)?;
    reader.finish()?;
    Ok(index)
}

/// How many sub-identifiers these parts take together, where that is always the same.
#[doc(hidden)]
pub const fn total_arcs(parts: &[(Option<usize>, Form)]) -> Option<usize> {
    let (mut total, mut at) = (0, 0);
    while at < parts.len() {
        total += match parts[at] {
            (_, Form::Fixed(size)) => size,
            (_, Form::NetworkAddress) => 5,
            (Some(count), _) => count,
            (None, _) => return None,
        };
        at += 1;
    }
    Some(total)
}

macro_rules! tuple {
    ($($part:ident $at:tt),*) => {
        /// Strings and OIDs are of variable size; for others write an index type of your own.
        impl<$($part: IndexPart + Clone + Ord + 'static),*> Index for ($($part,)*) {
            const ARCS: Option<usize> = total_arcs(&[$(($part::ARCS, Form::Variable)),*]);

            fn write(&self, w: &mut IndexWriter) {
                $(w.part(&self.$at, Form::Variable);)*
            }

            fn read(r: &mut IndexReader<'_>) -> Result<Self, IndexError> {
                Ok(($(r.part::<$part>(Form::Variable)?,)*))
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
