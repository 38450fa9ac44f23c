//! Reading numbers and strings from bytes that may be wrong.

/// The bytes not yet read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    /// From `at` on; `None` beyond the end.
    pub(super) fn at(bytes: &'a [u8], at: usize) -> Option<Self> {
        bytes.get(at..).map(Self)
    }

    pub(super) fn octet(&mut self) -> Option<u8> {
        let (octet, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*octet)
    }

    pub(super) fn octets(&mut self, count: usize) -> Option<&'a [u8]> {
        let (octets, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(octets)
    }

    pub(super) fn u24(&mut self) -> Option<usize> {
        let [a, b, c] = *self.octets(3)? else { return None };
        Some(usize::from(a) | usize::from(b) << 8 | usize::from(c) << 16)
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let octet = self.octet()?;
            number |= u64::from(octet & 0x7f) << shift;
            if octet < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn size(&mut self) -> Option<usize> {
        self.number()?.try_into().ok()
    }

    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub(super) fn string(&mut self) -> Option<&'a [u8]> {
        let length = self.size()?;
        self.octets(length)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.string()?).ok()
    }

    /// Octets up to the first without the top bit: one number of an OID.
    pub(super) fn sub_identifier(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|octet| *octet < 0x80)?;
        self.octets(end + 1)
    }
}

/// The same, written.
pub(super) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

pub(super) fn put_size(out: &mut Vec<u8>, size: usize) {
    put_number(out, size as u64);
}

pub(super) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put_number(out, (number << 1 ^ number >> 63) as u64);
}

pub(super) fn put_string(out: &mut Vec<u8>, octets: &[u8]) {
    put_size(out, octets.len());
    out.extend_from_slice(octets);
}

pub(super) fn put_u24(out: &mut Vec<u8>, number: usize) {
    out.extend([number as u8, (number >> 8) as u8, (number >> 16) as u8]);
}
