//! A cursor over encoded octets. It borrows, allocates nothing and cannot panic.

use super::{Anomaly, ErrorKind, Failed, Ledger, MAX_INTEGER_OCTETS, MAX_LENGTH_OCTETS, oid, tag};

/// Content of the OID 0.0.
const ZERO_OID: &[u8] = &[0];

/// A cursor over part of a message.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    /// Offset of the end of `rest` in the message.
    end: usize,
}

impl<'a> Reader<'a> {
    /// Reads a whole message; offsets in errors count from its first octet.
    pub fn new(message: &'a [u8]) -> Self {
        Self { rest: message, end: message.len() }
    }

    /// Octets `rest`, which end where `end` says, counted from the start of the message.
    #[inline]
    pub(super) fn within(rest: &'a [u8], end: usize) -> Self {
        Self { rest, end }
    }

    /// Octets from the start of the message to the end of what is read.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    /// Octets from the start of the message to the cursor.
    pub fn offset(&self) -> u32 {
        count(self.end - self.rest.len())
    }

    /// What has not been read.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// True at the end.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next identifier octet, without moving the cursor.
    pub fn peek_tag(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Reads one TLV: its tag and a reader of its content.
    ///
    /// # Errors
    /// The octets end inside the TLV, or its tag or length is malformed. The ledger has the error.
    #[inline]
    pub fn tlv(&mut self, ledger: &mut Ledger) -> Result<(u8, Reader<'a>), Failed> {
        if let Some((tag, content, rest)) = short_tlv(self.rest) {
            self.rest = rest;
            return Ok((tag, Reader { rest: content, end: self.end - rest.len() }));
        }
        self.longer_tlv(ledger)
    }

    /// What wraps more than a few varbinds: lengths of one or two further octets, as few as will do.
    #[inline(never)]
    fn longer_tlv(&mut self, ledger: &mut Ledger) -> Result<(u8, Reader<'a>), Failed> {
        let (tag, length, rest) = match self.rest {
            [tag, 0x81, length @ 0x80..=0xff, rest @ ..] => (*tag, usize::from(*length), rest),
            [tag, 0x82, high @ 1..=0xff, low, rest @ ..] => {
                (*tag, usize::from(u16::from_be_bytes([*high, *low])), rest)
            }
            _ => return self.odd_tlv(ledger),
        };
        match rest.split_at_checked(length) {
            Some((content, rest)) if tag & tag::HIGH_NUMBER != tag::HIGH_NUMBER => {
                self.rest = rest;
                Ok((tag, Reader { rest: content, end: self.end - rest.len() }))
            }
            _ => self.odd_tlv(ledger),
        }
    }

    /// Lengths that are rare or longer than need be, and everything bad.
    #[cold]
    fn odd_tlv(&mut self, ledger: &mut Ledger) -> Result<(u8, Reader<'a>), Failed> {
        let offset = self.offset();
        let [tag, first, rest @ ..] = self.rest else {
            return Err(ledger.fail(offset, ErrorKind::Truncated));
        };
        if tag & tag::HIGH_NUMBER == tag::HIGH_NUMBER {
            return Err(ledger.fail(offset, ErrorKind::HighTag));
        }
        let (length, rest) = match *first {
            0..0x80 => (u32::from(*first), rest),
            0x80 => return Err(ledger.fail(offset, ErrorKind::IndefiniteLength)),
            _ => {
                let count = first & 0x7f;
                if usize::from(count) > MAX_LENGTH_OCTETS {
                    return Err(ledger.fail(offset, ErrorKind::LongLength(count)));
                }
                let Some((octets, rest)) = rest.split_at_checked(usize::from(count)) else {
                    return Err(ledger.fail(offset, ErrorKind::Truncated));
                };
                let length = octets.iter().fold(0u32, |n, o| n << 8 | u32::from(*o));
                if length < 0x80 || octets.first() == Some(&0) {
                    ledger.note(Anomaly::LongLength, offset)?;
                }
                (length, rest)
            }
        };
        let Some((content, rest)) = rest.split_at_checked(length as usize) else {
            return Err(ledger.fail(offset, ErrorKind::PastEnd { length, room: count(rest.len()) }));
        };
        self.rest = rest;
        Ok((*tag, Reader { rest: content, end: self.end - rest.len() }))
    }

    /// Reads one TLV that must have the tag `expected`; gives a reader of its content.
    ///
    /// # Errors
    /// The TLV is malformed or has another tag. The ledger has the error.
    #[inline]
    pub fn expect(&mut self, expected: u8, ledger: &mut Ledger) -> Result<Reader<'a>, Failed> {
        let offset = self.offset();
        let (found, content) = self.tlv(ledger)?;
        if found != expected {
            return Err(ledger.fail(offset, ErrorKind::WrongTag { expected, found }));
        }
        Ok(content)
    }

    /// As [`expect`](Self::expect), for what holds other fields: a [forgiving](Ledger::forgiving) ledger has it end
    /// where the message ends.
    #[inline]
    pub(crate) fn open(&mut self, expected: u8, ledger: &mut Ledger) -> Result<Reader<'a>, Failed> {
        let offset = self.offset();
        let (found, content) = self.open_any(ledger)?;
        if found != expected {
            return Err(ledger.fail(offset, ErrorKind::WrongTag { expected, found }));
        }
        Ok(content)
    }

    /// As [`tlv`](Self::tlv), for what holds other fields.
    #[inline]
    pub(crate) fn open_any(&mut self, ledger: &mut Ledger) -> Result<(u8, Reader<'a>), Failed> {
        match self.tlv(ledger) {
            Err(Failed) if ledger.is_forgiving() => self.open_to_the_end(ledger),
            result => result,
        }
    }

    /// What announces more octets than there are: has it end with them.
    #[cold]
    fn open_to_the_end(&mut self, ledger: &mut Ledger) -> Result<(u8, Reader<'a>), Failed> {
        let (ErrorKind::PastEnd { room, .. }, Some(tag)) = (ledger.error().kind, self.peek_tag()) else {
            return Err(Failed);
        };
        ledger.note(Anomaly::Truncated, self.offset())?;
        let (_, content) = self.rest.split_at(self.rest.len().saturating_sub(room as usize));
        self.rest = &[];
        Ok((tag, Reader { rest: content, end: self.end }))
    }

    /// Takes off the first octet.
    pub(crate) fn octet(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// Reads an INTEGER of 32 bits.
    ///
    /// # Errors
    /// The TLV is malformed, has another tag, or holds a number of more than 32 bits. The ledger has the error.
    #[inline]
    pub fn integer(&mut self, ledger: &mut Ledger) -> Result<i32, Failed> {
        match self.rest {
            [tag::INTEGER, 1, a, rest @ ..] => {
                self.rest = rest;
                return Ok(i32::from(*a as i8));
            }
            [tag::INTEGER, 4, a, b, c, d, rest @ ..] if !is_padded(*a, *b) => {
                self.rest = rest;
                return Ok(i32::from_be_bytes([*a, *b, *c, *d]));
            }
            _ => {}
        }
        self.any_integer(ledger)
    }

    #[inline(never)]
    fn any_integer(&mut self, ledger: &mut Ledger) -> Result<i32, Failed> {
        self.expect(tag::INTEGER, ledger)?.into_integer(ledger)
    }

    /// Reads a primitive OCTET STRING.
    ///
    /// # Errors
    /// The TLV is malformed or has another tag. The ledger has the error.
    pub fn octets(&mut self, ledger: &mut Ledger) -> Result<&'a [u8], Failed> {
        Ok(self.expect(tag::OCTET_STRING, ledger)?.rest)
    }

    /// Reads an OBJECT IDENTIFIER; gives its content octets, which are
    /// [canonical](Self::into_oid) unless the ledger has [`Anomaly::PaddedSubId`].
    ///
    /// # Errors
    /// The TLV is malformed, has another tag, or does not hold an OID. The ledger has the error.
    #[inline]
    pub fn oid(&mut self, ledger: &mut Ledger) -> Result<&'a [u8], Failed> {
        self.expect(tag::OBJECT_IDENTIFIER, ledger)?.into_oid(ledger)
    }

    /// Notes whatever is left.
    ///
    /// # Errors
    /// Under [`Rules::Strict`](super::Rules::Strict), octets that are left are an error.
    pub fn finish(self, ledger: &mut Ledger) -> Result<(), Failed> {
        if self.rest.is_empty() { Ok(()) } else { ledger.note(Anomaly::TrailingOctets, self.offset()) }
    }

    /// Takes the whole content as a signed integer of 32 bits.
    ///
    /// # Errors
    /// The number does not fit into 32 bits; under strict rules also if it is empty or padded. The ledger has the
    /// error.
    #[inline]
    pub fn into_integer(self, ledger: &mut Ledger) -> Result<i32, Failed> {
        match *self.rest {
            [a] => Ok(i32::from(a as i8)),
            [a, b] if !is_padded(a, b) => Ok(i32::from(i16::from_be_bytes([a, b]))),
            [a, b, c, d] if !is_padded(a, b) => Ok(i32::from_be_bytes([a, b, c, d])),
            _ => self.into_odd_integer(ledger),
        }
    }

    #[cold]
    fn into_odd_integer(self, ledger: &mut Ledger) -> Result<i32, Failed> {
        let (first, padded) = match *self.rest {
            [] => {
                ledger.note(Anomaly::EmptyInteger, self.offset())?;
                return Ok(0);
            }
            [a] => (a, false),
            [a, b, ..] => (a, is_padded(a, b)),
        };
        if self.rest.len() > MAX_INTEGER_OCTETS {
            return Err(self.out_of_range(ledger));
        }
        let sign = if first & 0x80 == 0 { 0i128 } else { -1 };
        let value = self.rest.iter().fold(sign, |n, o| n << 8 | i128::from(*o));
        let value = i32::try_from(value).map_err(|_| self.out_of_range(ledger))?;
        if padded {
            ledger.note(Anomaly::PaddedInteger, self.offset())?;
        }
        Ok(value)
    }

    /// Takes the whole content as an unsigned integer of 32 bits.
    ///
    /// # Errors
    /// The number does not fit into 32 bits; under strict rules also if it is empty, padded or negative. The ledger
    /// has the error.
    #[inline]
    pub fn into_unsigned(self, ledger: &mut Ledger) -> Result<u32, Failed> {
        match *self.rest {
            [a @ 0..0x80] => Ok(u32::from(a)),
            [a @ 1..0x80, b] => Ok(u32::from(u16::from_be_bytes([a, b]))),
            [a @ 1..0x80, b, c, d] => Ok(u32::from_be_bytes([a, b, c, d])),
            [0, a @ 0x80..=0xff, b, c, d] => Ok(u32::from_be_bytes([a, b, c, d])),
            _ => {
                let value = self.into_counter64(ledger)?;
                u32::try_from(value).map_err(|_| self.out_of_range(ledger))
            }
        }
    }

    /// Takes the whole content as an unsigned integer of 64 bits.
    ///
    /// # Errors
    /// The number does not fit into 64 bits; under strict rules also if it is empty, padded or negative. The ledger
    /// has the error.
    pub fn into_counter64(self, ledger: &mut Ledger) -> Result<u64, Failed> {
        let offset = self.offset();
        match *self.rest {
            [] => ledger.note(Anomaly::EmptyInteger, offset)?,
            [0x80..=0xff, ..] => ledger.note(Anomaly::NegativeUnsigned, offset)?,
            [0, b, ..] if b < 0x80 => ledger.note(Anomaly::PaddedInteger, offset)?,
            _ => {}
        }
        if self.rest.len() > MAX_INTEGER_OCTETS {
            return Err(self.out_of_range(ledger));
        }
        let value = self.rest.iter().fold(0u128, |n, o| n << 8 | u128::from(*o));
        u64::try_from(value).map_err(|_| self.out_of_range(ledger))
    }

    /// Takes the whole content as an OBJECT IDENTIFIER and checks it. An empty one reads as 0.0; a
    /// padded one is noted and given as it is, for the message layer to
    /// [mend](crate::message::Decoder).
    ///
    /// # Errors
    /// The content ends inside a sub-identifier, or has too many or too large ones; under strict rules also if it is
    /// empty or padded. The ledger has the error.
    #[inline]
    pub fn into_oid(self, ledger: &mut Ledger) -> Result<&'a [u8], Failed> {
        match oid::check(self.rest) {
            Ok(oid::Shape::Canonical) => Ok(self.rest),
            Ok(oid::Shape::Empty) => {
                ledger.note(Anomaly::EmptyOid, self.offset())?;
                Ok(ZERO_OID)
            }
            Ok(oid::Shape::Padded) => {
                ledger.note(Anomaly::PaddedSubId, self.offset())?;
                Ok(self.rest)
            }
            Err(what) => Err(ledger.fail(self.offset(), ErrorKind::Oid(what))),
        }
    }

    /// The content of an OBJECT IDENTIFIER that [`into_oid`](Self::into_oid) has checked before.
    #[inline]
    pub(super) fn as_checked_oid(&self) -> &'a [u8] {
        if self.rest.is_empty() { ZERO_OID } else { self.rest }
    }

    fn out_of_range(&self, ledger: &mut Ledger) -> Failed {
        ledger.fail(self.offset(), ErrorKind::IntegerRange { length: count(self.rest.len()) })
    }
}

/// Splits a TLV with a short length off the front: its tag, its content, and what follows.
#[inline(always)]
fn short_tlv(octets: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let [tag, length @ 0..0x80, rest @ ..] = octets else { return None };
    if tag & tag::HIGH_NUMBER == tag::HIGH_NUMBER {
        return None;
    }
    let (content, rest) = rest.split_at_checked(usize::from(*length))?;
    Some((*tag, content, rest))
}

/// A number of octets for an error.
pub(super) fn count(octets: usize) -> u32 {
    u32::try_from(octets).unwrap_or(u32::MAX)
}

/// True when the first of two leading octets only repeats the sign of the second.
fn is_padded(first: u8, second: u8) -> bool {
    (first == 0 && second & 0x80 == 0) || (first == 0xff && second & 0x80 != 0)
}
