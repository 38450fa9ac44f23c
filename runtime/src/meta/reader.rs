//! Reading packed metadata.

use std::{cmp::Ordering, fmt};

use super::{ObjectMeta, TypeMeta, Types, VERSION, cursor::Cursor};
use crate::oid::OidRef;

/// The packed metadata of one module.
#[derive(Clone, Copy)]
pub struct Meta<'a> {
    bytes: &'a [u8],
}

/// Where the header says where the pool is: behind the version and four numbers.
const POOL_AT: usize = 1 + 4 * 3;

/// The numbers at the front.
struct Header<'a> {
    types: usize,
    types_at: usize,
    objects: usize,
    objects_at: usize,
    module: &'a str,
}

impl<'a> Meta<'a> {
    /// Metadata of a module without anything.
    pub const EMPTY: Meta<'static> = Meta::new(&[]);

    /// Metadata made by the compiler. Bytes are looked at when asked for; wrong ones describe nothing.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The version of the format; this crate reads only [`VERSION`]. `None` without bytes.
    pub fn version(&self) -> Option<u8> {
        self.bytes.first().copied()
    }

    /// The name of the module, such as `IF-MIB`; empty if the bytes are wrong.
    pub fn module(&self) -> &'a str {
        self.header().map(|header| header.module).unwrap_or_default()
    }

    /// The definition of this name. Looks at all definitions.
    pub fn object(&self, name: &str) -> Option<ObjectMeta<'a>> {
        self.objects().find(|object| object.name() == name)
    }

    /// The definition at exactly this OID.
    pub fn object_exact<'b>(&self, oid: impl Into<OidRef<'b>>) -> Option<ObjectMeta<'a>> {
        self.exact(oid.into().as_ber())
    }

    /// The definition that this OID belongs to: the one nearest above it, or at it. For the OID of an instance
    /// that is its scalar or column.
    pub fn object_at<'b>(&self, oid: impl Into<OidRef<'b>>) -> Option<ObjectMeta<'a>> {
        let header = self.header()?;
        let mut content = oid.into().as_ber();
        loop {
            let object = self.last_up_to(&header, content)?;
            let shared = object.shared_octets(content);
            if object.contains(content) {
                return Some(object);
            }
            // The nearest one before is beside the OID, so what is above it is above what both share.
            if shared == 0 || shared >= content.len() {
                return None;
            }
            content = content.get(..shared)?;
        }
    }

    /// All definitions, in the order of their OIDs.
    pub fn objects(&self) -> Objects<'a> {
        Objects { meta: *self, next: 0, end: self.header().map_or(0, |header| header.objects) }
    }

    /// The type of a number.
    pub fn type_at(&self, number: u32) -> Option<TypeMeta<'a>> {
        let header = self.header()?;
        let number = usize::try_from(number).ok().filter(|number| *number < header.types)?;
        TypeMeta::read(*self, self.record(header.types_at, number)?)
    }

    /// All types, by number.
    pub fn types(&self) -> Types<'a> {
        Types::new(*self, self.header().map_or(0, |header| header.types))
    }

    /// The string of the pool at `place`.
    pub(super) fn pooled(&self, place: usize) -> Option<&'a [u8]> {
        let pool = Cursor::at(self.bytes, POOL_AT)?.u24()?;
        let at = pool.checked_add(place)?;
        Cursor::at(self.bytes, at)?.string()
    }

    /// The same, as text.
    pub(super) fn pooled_text(&self, place: usize) -> Option<&'a str> {
        std::str::from_utf8(self.pooled(place)?).ok()
    }

    /// The definition at exactly these OID content octets.
    pub(super) fn exact(&self, content: &[u8]) -> Option<ObjectMeta<'a>> {
        let object = self.last_up_to(&self.header()?, content)?;
        (object.compare(content) == Ordering::Equal).then_some(object)
    }

    fn header(&self) -> Option<Header<'a>> {
        let mut cursor = Cursor::at(self.bytes, 0)?;
        if cursor.octet()? != VERSION {
            return None;
        }
        Some(Header {
            types: cursor.u24()?,
            types_at: cursor.u24()?,
            objects: cursor.u24()?,
            objects_at: cursor.u24()?,
            module: {
                cursor.u24()?;
                cursor.text()?
            },
        })
    }

    /// The record that entry `number` of the table at `table` points to.
    fn record(&self, table: usize, number: usize) -> Option<Cursor<'a>> {
        let place = Cursor::at(self.bytes, table + 3 * number)?.u24()?;
        Cursor::at(self.bytes, place)
    }

    fn object_number(&self, header: &Header<'a>, number: usize) -> Option<ObjectMeta<'a>> {
        ObjectMeta::read(*self, self.record(header.objects_at, number)?)
    }

    /// The last definition whose OID is not behind `content`.
    fn last_up_to(&self, header: &Header<'a>, content: &[u8]) -> Option<ObjectMeta<'a>> {
        let (mut low, mut high) = (0, header.objects);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.object_number(header, middle)?.compare(content) {
                Ordering::Greater => high = middle,
                Ordering::Less | Ordering::Equal => low = middle + 1,
            }
        }
        self.object_number(header, low.checked_sub(1)?)
    }
}

impl fmt::Debug for Meta<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Meta({}, {} bytes)", self.module(), self.bytes.len())
    }
}

/// The definitions of a module, in the order of their OIDs.
#[derive(Clone, Debug)]
pub struct Objects<'a> {
    meta: Meta<'a>,
    next: usize,
    end: usize,
}

impl<'a> Iterator for Objects<'a> {
    type Item = ObjectMeta<'a>;

    fn next(&mut self) -> Option<ObjectMeta<'a>> {
        if self.next >= self.end {
            return None;
        }
        let object = self.meta.object_number(&self.meta.header()?, self.next);
        // A record that cannot be read ends the iteration: the bytes are wrong.
        self.next = if object.is_some() { self.next + 1 } else { self.end };
        object
    }
}
