//! The variable-bindings field of a message, borrowed from it.

use super::reader::short_tlv;
use super::{Anomalies, Error, ErrorKind, Failed, Ledger, MAX_VARBINDS, Reader, Rules, tag, value};
use crate::oid::OidRef;
use crate::value::VarBindRef;

/// Varbinds that have been checked: going through them again cannot fail.
#[derive(Clone, Copy, Debug, Default)]
pub struct VarBinds<'a> {
    content: &'a [u8],
    count: usize,
}

impl<'a> VarBinds<'a> {
    /// Reads the SEQUENCE OF varbinds at the cursor and checks every one.
    pub fn read(reader: &mut Reader<'a>, ledger: &mut Ledger) -> Result<Self, Failed> {
        let content = reader.expect(tag::SEQUENCE, ledger)?;
        Self::check(content, ledger)
    }

    /// Checks octets that are the content of a SEQUENCE OF varbinds, as
    /// [`as_bytes`](Self::as_bytes) gives them.
    pub fn from_content(content: &'a [u8], rules: Rules) -> Result<(Self, Anomalies), Error> {
        let mut ledger = Ledger::new(rules);
        let varbinds = Self::check(Reader::new(content), &mut ledger).map_err(|Failed| ledger.error())?;
        Ok((varbinds, ledger.anomalies()))
    }

    /// Octets and count of varbinds that a call of [`read`](Self::read) has checked before.
    pub(crate) fn checked_before(content: &'a [u8], count: usize) -> Self {
        Self { content, count }
    }

    fn check(content: Reader<'a>, ledger: &mut Ledger) -> Result<Self, Failed> {
        let mut cursor = content;
        let mut count = 0;
        while !cursor.is_empty() {
            if count == MAX_VARBINDS {
                return Err(ledger.fail(cursor.offset(), ErrorKind::TooManyVarBinds));
            }
            count += 1;
            let (raw, rest) = RawVarBind::split(cursor, ledger)?;
            cursor = rest;
            raw.name.into_oid(ledger)?;
            value::read(raw.tag, raw.value, ledger)?;
        }
        Ok(Self { content: content.rest(), count })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The content octets of the SEQUENCE OF.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.content
    }

    /// Goes through them in the order of the message.
    pub fn iter(&self) -> VarBindsIter<'a> {
        VarBindsIter { rest: Reader::new(self.content), left: self.count }
    }

    /// What is left after `count` varbinds, which take up `octets` octets.
    #[cfg(feature = "manager")]
    pub(crate) fn skip(&self, octets: usize, count: usize) -> Self {
        let content = self.content.get(octets..).unwrap_or_default();
        Self { content, count: self.count.saturating_sub(count) }
    }

    /// The same, uninterpreted: for mending OIDs that are not canonical.
    pub(crate) fn raw(&self) -> impl Iterator<Item = RawVarBind<'a>> + use<'a> {
        let mut rest = Reader::new(self.content);
        let mut ledger = Ledger::default();
        core::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (raw, after) = RawVarBind::split(rest, &mut ledger).ok()?;
            rest = after;
            Some(raw)
        })
    }
}

impl<'a> IntoIterator for VarBinds<'a> {
    type Item = VarBindRef<'a>;
    type IntoIter = VarBindsIter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Iterator over [`VarBinds`].
#[derive(Clone, Debug)]
pub struct VarBindsIter<'a> {
    rest: Reader<'a>,
    left: usize,
}

impl<'a> Iterator for VarBindsIter<'a> {
    type Item = VarBindRef<'a>;

    #[inline]
    fn next(&mut self) -> Option<VarBindRef<'a>> {
        self.left = self.left.checked_sub(1)?;
        // Checked already: no error can come up, and nothing is left to note.
        let mut ledger = Ledger::default();
        let (raw, rest) = RawVarBind::split(self.rest, &mut ledger).ok()?;
        self.rest = rest;
        let value = value::read(raw.tag, raw.value, &mut ledger).ok()?;
        Some(VarBindRef { name: OidRef::trusted(raw.name.as_checked_oid()), value })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for VarBindsIter<'_> {}

impl<'a> VarBindsIter<'a> {
    /// Octets of the varbinds that are still to come.
    #[cfg(feature = "manager")]
    pub(crate) fn octets_left(&self) -> usize {
        self.rest.rest().len()
    }
}

/// One varbind, taken apart but not interpreted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawVarBind<'a> {
    /// Content of the name.
    pub(crate) name: Reader<'a>,
    /// Tag of the value.
    pub(crate) tag: u8,
    /// Content of the value.
    pub(crate) value: Reader<'a>,
}

impl<'a> RawVarBind<'a> {
    /// Takes the first varbind off a list. Everything goes by value: a reader whose address is taken
    /// would live in memory, and cost the common case twice its time.
    #[inline(always)]
    fn split(list: Reader<'a>, ledger: &mut Ledger) -> Result<(Self, Reader<'a>), Failed> {
        match Self::split_short(list) {
            Some(split) => Ok(split),
            None => Self::split_any(list, ledger),
        }
    }

    /// The common case: every length in its short form, and nothing to note.
    #[inline(always)]
    fn split_short(list: Reader<'a>) -> Option<(Self, Reader<'a>)> {
        let (tag::SEQUENCE, fields, after) = short_tlv(list.rest())? else { return None };
        let (tag::OBJECT_IDENTIFIER, name, rest) = short_tlv(fields)? else { return None };
        let (tag, value, []) = short_tlv(rest)? else { return None };
        let end = list.end() - after.len();
        let name = Reader::within(name, end - rest.len());
        Some((Self { name, tag, value: Reader::within(value, end) }, Reader::within(after, list.end())))
    }

    #[cold]
    fn split_any(mut list: Reader<'a>, ledger: &mut Ledger) -> Result<(Self, Reader<'a>), Failed> {
        let mut fields = list.expect(tag::SEQUENCE, ledger)?;
        let name = fields.expect(tag::OBJECT_IDENTIFIER, ledger)?;
        let (tag, value) = fields.tlv(ledger)?;
        fields.finish(ledger)?;
        Ok((Self { name, tag, value }, list))
    }
}
