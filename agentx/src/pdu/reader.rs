//! Reading payloads.

use mibc_runtime::oid::{Oid, OidBuilder, OidError};
use mibc_runtime::value::{
    Counter32, Counter64, Gauge32, IpAddress, OctetString, Opaque, TimeTicks, Value, VarBind,
};

use super::body::Range;
use super::error::Fault;
use super::header::ByteOrder;
use super::value_type;

/// The least octets of a varbind, and of a search range.
const LEAST: usize = 8;

/// What is left of a payload.
pub(super) struct Reader<'p> {
    payload: &'p [u8],
    at: usize,
    order: ByteOrder,
}

impl<'p> Reader<'p> {
    pub(super) fn new(payload: &'p [u8], order: ByteOrder) -> Self {
        Self { payload, at: 0, order }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.payload.len()
    }

    /// Nothing may be left.
    pub(super) fn end(&self) -> Result<(), Fault> {
        if self.is_at_end() {
            return Ok(());
        }
        Err(Fault::Trailing { at: self.at, more: self.payload.len() - self.at })
    }

    fn take(&mut self, count: usize, what: &'static str) -> Result<&'p [u8], Fault> {
        let rest = self.payload.get(self.at..).unwrap_or_default();
        let Some(taken) = rest.get(..count) else {
            return Err(Fault::CutOff { at: self.payload.len(), what, missing: count - rest.len() });
        };
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], Fault> {
        let taken = self.take(N, what)?;
        Ok(taken.try_into().unwrap_or([0; N]))
    }

    pub(super) fn four(&mut self, what: &'static str) -> Result<[u8; 4], Fault> {
        self.array(what)
    }

    pub(super) fn u16(&mut self, what: &'static str) -> Result<u16, Fault> {
        Ok(self.order.u16(self.array(what)?))
    }

    pub(super) fn u32(&mut self, what: &'static str) -> Result<u32, Fault> {
        Ok(self.order.u32(self.array(what)?))
    }

    /// An octet string. What it is filled up with is not looked at.
    pub(super) fn octets(&mut self, what: &'static str) -> Result<&'p [u8], Fault> {
        let length = self.u32(what)? as usize;
        let octets = self.take(length, what)?;
        let filled = length.next_multiple_of(4) - length;
        self.take(filled, what)?;
        Ok(octets)
    }

    /// An OID, and its field include. The null OID is 0.0. One of a single sub-identifier, which cannot be written in BER, is the
    /// same with a 0 behind it: no name lies between the two.
    pub(super) fn oid(&mut self) -> Result<(Oid, bool), Fault> {
        let at = self.at;
        let [count, prefix, include, _] = self.four("the header of an object identifier")?;
        let mut oid = OidBuilder::new();
        let failed = |source: OidError| Fault::Oid { at, source };
        if prefix != 0 {
            oid.extend([1, 3, 6, 1, prefix.into()]).map_err(failed)?;
        } else if count == 0 {
            return Ok((Oid::ZERO, include != 0));
        }
        let numbers = self.take(usize::from(count) * 4, "the sub-identifiers of an object identifier")?;
        for number in numbers.chunks_exact(4) {
            let number = number.try_into().map_or(0, |octets| self.order.u32(octets));
            oid.push(number).map_err(failed)?;
        }
        if oid.len() == 1 {
            oid.push(0).map_err(failed)?;
        }
        Ok((oid.finish().map_err(failed)?, include != 0))
    }

    /// An OID outside of a search range, where include means nothing (A2).
    pub(super) fn plain_oid(&mut self) -> Result<Oid, Fault> {
        self.oid().map(|(oid, _)| oid)
    }

    /// Search ranges up to the end.
    pub(super) fn ranges(&mut self) -> Result<Vec<Range>, Fault> {
        let mut ranges = Vec::with_capacity(self.left() / (2 * LEAST) + 1);
        while !self.is_at_end() {
            let (start, include) = self.oid()?;
            let end = self.plain_oid()?;
            ranges.push(Range { start, include, end: (end != Oid::ZERO).then_some(end) });
        }
        Ok(ranges)
    }

    /// Varbinds up to the end.
    pub(super) fn varbinds(&mut self) -> Result<Vec<VarBind>, Fault> {
        let mut varbinds = Vec::with_capacity(self.left() / (2 * LEAST) + 1);
        while !self.is_at_end() {
            varbinds.push(self.varbind()?);
        }
        Ok(varbinds)
    }

    fn left(&self) -> usize {
        self.payload.len().saturating_sub(self.at)
    }

    fn varbind(&mut self) -> Result<VarBind, Fault> {
        let at = self.at;
        let kind = self.u16("a varbind")?;
        self.u16("a varbind")?;
        let name = self.plain_oid()?;
        let value = match kind {
            value_type::INTEGER => Value::Integer(self.u32("an Integer")? as i32),
            value_type::OCTET_STRING => {
                Value::OctetString(OctetString(self.octets("an Octet String")?.to_vec()))
            }
            value_type::NULL => Value::Null,
            value_type::OBJECT_IDENTIFIER => Value::ObjectIdentifier(self.plain_oid()?),
            value_type::IP_ADDRESS => {
                let at = self.at;
                let octets = self.octets("an IpAddress")?;
                let four = octets.try_into().map_err(|_| Fault::IpAddress { at, found: octets.len() })?;
                Value::IpAddress(IpAddress(four))
            }
            value_type::COUNTER32 => Value::Counter32(Counter32(self.u32("a Counter32")?)),
            value_type::GAUGE32 => Value::Gauge32(Gauge32(self.u32("a Gauge32")?)),
            value_type::TIME_TICKS => Value::TimeTicks(TimeTicks(self.u32("TimeTicks")?)),
            value_type::OPAQUE => Value::Opaque(Opaque(self.octets("an Opaque")?.to_vec())),
            value_type::COUNTER64 => Value::Counter64(Counter64(self.order.u64(self.array("a Counter64")?))),
            value_type::NO_SUCH_OBJECT => Value::NoSuchObject,
            value_type::NO_SUCH_INSTANCE => Value::NoSuchInstance,
            value_type::END_OF_MIB_VIEW => Value::EndOfMibView,
            found => return Err(Fault::ValueType { at, found }),
        };
        Ok(VarBind { name, value })
    }
}
