//! From arcs to index values.

use super::{Form, IndexError, IndexPart};
use crate::{
    oid::{Arcs, Oid, OidBuilder},
    value::OctetString,
};

/// Takes the parts of an index from the arcs behind the OID of a column.
#[derive(Clone, Debug)]
pub struct IndexReader<'a> {
    arcs: Arcs<'a>,
}

impl<'a> IndexReader<'a> {
    /// From the arcs that [`Oid::strip_prefix`] leaves.
    #[inline]
    pub const fn new(arcs: Arcs<'a>) -> Self {
        Self { arcs }
    }

    /// One INDEX object.
    ///
    /// # Errors
    /// The arcs do not form it.
    #[inline]
    pub fn part<P: IndexPart>(&mut self, form: Form) -> Result<P, IndexError> {
        P::read_part(self, form)
    }

    /// An integer. Above 2^31-1 it stands for a negative one: SMI has none in an index, but some devices send them. No
    /// variable can be named by one.
    ///
    /// # Errors
    /// At the end of the arcs.
    #[inline]
    pub fn integer(&mut self) -> Result<i32, IndexError> {
        Ok(self.arc("a number")? as i32)
    }

    /// A number.
    ///
    /// # Errors
    /// At the end of the arcs.
    #[inline]
    pub fn unsigned(&mut self) -> Result<u32, IndexError> {
        self.arc("a number")
    }

    /// A string of variable size: its length, then its octets.
    ///
    /// # Errors
    /// The arcs end too early, or one is above 255.
    pub fn string(&mut self) -> Result<OctetString, IndexError> {
        let length = self.arc("the length of a string")?;
        self.octets(usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// A string of exactly `size` octets.
    ///
    /// # Errors
    /// The arcs end too early, or one is above 255.
    pub fn string_fixed(&mut self, size: usize) -> Result<OctetString, IndexError> {
        self.octets(size)
    }

    /// A string up to the end of the OID.
    ///
    /// # Errors
    /// At the end of the arcs, or where one is above 255.
    pub fn string_implied(&mut self) -> Result<OctetString, IndexError> {
        match self.arcs.len() {
            0 => Err(IndexError::EmptyImplied),
            rest => self.octets(rest),
        }
    }

    /// An OID of variable length: its length, then its arcs. Length 0 is read as `0.0`.
    ///
    /// # Errors
    /// The arcs end too early, or are not an OID.
    pub fn oid(&mut self) -> Result<Oid, IndexError> {
        let length = self.arc("the length of an OID")?;
        if length == 0 {
            return Ok(Oid::ZERO);
        }
        self.arcs_of_oid(usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// An OID up to the end of the instance's OID.
    ///
    /// # Errors
    /// The arcs end too early, or are not an OID.
    pub fn oid_implied(&mut self) -> Result<Oid, IndexError> {
        match self.arcs.len() {
            0 => Err(IndexError::EmptyImplied),
            rest => self.arcs_of_oid(rest),
        }
    }

    /// An IPv4 address: four arcs.
    ///
    /// # Errors
    /// The arcs end too early, or one is above 255.
    pub fn ip_address(&mut self) -> Result<[u8; 4], IndexError> {
        let mut address = [0; 4];
        for place in &mut address {
            *place = self.octet("an octet of an address")?;
        }
        Ok(address)
    }

    /// The arcs not yet read.
    pub fn rest(&self) -> Arcs<'a> {
        self.arcs.clone()
    }

    /// The end of the index.
    ///
    /// # Errors
    /// [`IndexError::Trailing`] where arcs are left.
    #[inline]
    pub fn finish(self) -> Result<(), IndexError> {
        if self.arcs.is_empty() {
            return Ok(());
        }
        Err(IndexError::Trailing { count: self.arcs.len() })
    }

    /// All arcs that are left.
    pub fn take_rest(&mut self) -> Arcs<'a> {
        std::mem::take(&mut self.arcs)
    }

    /// A NetworkAddress: its kind, which is 1, and four arcs.
    ///
    /// # Errors
    /// The arcs end too early, one of the four is above 255, or the kind is another.
    pub fn network_address(&mut self) -> Result<[u8; 4], IndexError> {
        match self.arc("the kind of a network address")? {
            1 => self.ip_address(),
            found => Err(IndexError::NotInternet { found }),
        }
    }

    #[inline]
    fn arc(&mut self, expected: &'static str) -> Result<u32, IndexError> {
        self.arcs.next().ok_or(IndexError::Missing { expected })
    }

    fn octet(&mut self, expected: &'static str) -> Result<u8, IndexError> {
        let arc = self.arc(expected)?;
        u8::try_from(arc).map_err(|_| IndexError::NotAnOctet { arc })
    }

    fn octets(&mut self, count: usize) -> Result<OctetString, IndexError> {
        // Looked at before anything is allocated: the length comes from the peer.
        if count > self.arcs.len() {
            return Err(IndexError::Missing { expected: "an octet of a string" });
        }
        let octets: Result<Vec<u8>, _> = (0..count).map(|_| self.octet("an octet of a string")).collect();
        octets.map(OctetString)
    }

    fn arcs_of_oid(&mut self, count: usize) -> Result<Oid, IndexError> {
        if count > self.arcs.len() {
            return Err(IndexError::Missing { expected: "a sub-identifier of an OID" });
        }
        let mut builder = OidBuilder::new();
        builder.extend(self.arcs.by_ref().take(count))?;
        Ok(builder.finish()?)
    }
}
