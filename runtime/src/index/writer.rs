//! From index values to arcs.

use super::{Form, IndexError, IndexPart};
use crate::oid::{Oid, OidBuilder, OidRef, ShortOid};

/// A place in what has been written.
#[cfg(feature = "agent")]
pub(crate) type IndexMark = crate::oid::OidMark;

/// Appends the parts of an index to the OID of a column. Keeps the first error for [`IndexWriter::finish`], so
/// that [`Index::write`](super::Index::write) need not care.
#[derive(Clone, Debug)]
pub struct IndexWriter {
    builder: OidBuilder,
    error: Option<IndexError>,
}

impl IndexWriter {
    /// Behind the OID of a column.
    pub fn new<'a>(column: impl Into<OidRef<'a>>) -> Self {
        Self { builder: OidBuilder::from(column.into()), error: None }
    }

    /// Behind the OID of a row and the number of a column, as generated code has them.
    pub fn column(row: &[u32], column: u32) -> Self {
        let mut writer = Self { builder: OidBuilder::new(), error: None };
        row.iter().for_each(|arc| writer.arc(*arc));
        writer.arc(column);
        writer
    }

    /// The same, where the row's OID is written out already.
    #[inline]
    pub(crate) fn short_column(row: ShortOid, column: u32) -> Self {
        let mut writer = Self { builder: OidBuilder::from(row), error: None };
        writer.arc(column);
        writer
    }

    /// One INDEX object.
    #[inline]
    pub fn part<P: IndexPart>(&mut self, part: &P, form: Form) {
        part.write_part(self, form);
    }

    /// An integer: one arc. A negative one is an error (RFC 2578 §7.7).
    #[inline]
    pub fn integer(&mut self, number: i32) {
        match u32::try_from(number) {
            Ok(number) => self.arc(number),
            Err(_) => self.fail(IndexError::Negative { found: number }),
        }
    }

    /// A number: one arc.
    #[inline]
    pub fn unsigned(&mut self, number: u32) {
        self.arc(number);
    }

    /// A string of variable size: its length, then its octets.
    pub fn string(&mut self, octets: &[u8]) {
        self.length(octets.len());
        self.octets(octets);
    }

    /// A string of exactly `size` octets.
    pub fn string_fixed(&mut self, octets: &[u8], size: usize) {
        if octets.len() != size {
            self.fail(IndexError::WrongLength { expected: size, found: octets.len() });
        }
        self.octets(octets);
    }

    /// A string up to the end of the OID.
    pub fn string_implied(&mut self, octets: &[u8]) {
        if octets.is_empty() {
            self.fail(IndexError::EmptyImplied);
        }
        self.octets(octets);
    }

    /// An OID of variable length: its length, then its arcs.
    pub fn oid<'a>(&mut self, oid: impl Into<OidRef<'a>>) {
        let oid = oid.into();
        self.length(oid.len());
        oid.arcs().for_each(|arc| self.arc(arc));
    }

    /// An OID up to the end of the instance's OID.
    pub fn oid_implied<'a>(&mut self, oid: impl Into<OidRef<'a>>) {
        oid.into().arcs().for_each(|arc| self.arc(arc));
    }

    /// An IPv4 address: four arcs.
    pub fn ip_address(&mut self, address: [u8; 4]) {
        self.octets(&address);
    }

    /// A NetworkAddress: 1, then four arcs.
    pub fn network_address(&mut self, address: [u8; 4]) {
        self.arc(1);
        self.octets(&address);
    }

    /// Keeps an error, unless there was one before.
    pub fn fail(&mut self, error: IndexError) {
        self.error.get_or_insert(error);
    }

    /// Where it is, for [`rewind`](Self::rewind).
    #[cfg(feature = "agent")]
    pub(crate) fn mark(&self) -> IndexMark {
        self.builder.mark()
    }

    /// Forgets what was written since `mark`, and what was wrong with it.
    #[cfg(feature = "agent")]
    #[inline]
    pub(crate) fn rewind(&mut self, mark: IndexMark) {
        self.builder.rewind(mark);
        self.error = None;
    }

    /// As [`finish`](Self::finish), without a copy.
    #[cfg(feature = "agent")]
    #[inline]
    pub(crate) fn name(&self) -> Option<OidRef<'_>> {
        if self.error.is_none() { self.builder.as_oid() } else { None }
    }

    /// The OID of the instance.
    ///
    /// # Errors
    /// The first thing that went wrong: a string of the wrong size, more than 128 arcs in all.
    #[inline]
    pub fn finish(self) -> Result<Oid, IndexError> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.builder.finish()?),
        }
    }

    fn length(&mut self, length: usize) {
        // What does not fit does not fit into an OID either, which the arcs themselves will show.
        self.arc(u32::try_from(length).unwrap_or(u32::MAX));
    }

    fn octets(&mut self, octets: &[u8]) {
        for octet in octets {
            if self.error.is_some() {
                return;
            }
            self.arc(u32::from(*octet));
        }
    }

    #[inline]
    fn arc(&mut self, arc: u32) {
        if self.error.is_none()
            && let Err(error) = self.builder.push(arc)
        {
            self.error = Some(error.into());
        }
    }
}
