//! Names in order, each as what it adds to the one before.

use mibc_runtime::oid::OidRef;

/// Names that are found by one that is whole: the first of each block.
pub(crate) const BLOCK: usize = 16;

/// Sorted names, packed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Names {
    /// For each: how many octets it shares with the one before (0 for the first of a block), how many are its own, and those.
    octets: Box<[u8]>,
    /// Where each block begins.
    blocks: Box<[u32]>,
    count: u32,
}

impl Names {
    /// Packs names that are sorted and differ.
    pub(crate) fn pack<'n>(names: impl Iterator<Item = OidRef<'n>>) -> Self {
        let (mut octets, mut blocks, mut count) = (Vec::new(), Vec::new(), 0_usize);
        let mut before: &[u8] = &[];
        for name in names {
            let name = name.as_ber();
            let shared = if count % BLOCK == 0 {
                blocks.push(u32::try_from(octets.len()).unwrap_or(u32::MAX));
                0
            } else {
                before.iter().zip(name).take_while(|(one, other)| one == other).count()
            };
            push_number(&mut octets, shared);
            push_number(&mut octets, name.len() - shared);
            octets.extend_from_slice(name.get(shared..).unwrap_or_default());
            before = name;
            count += 1;
        }
        Self { octets: octets.into(), blocks: blocks.into(), count: u32::try_from(count).unwrap_or(u32::MAX) }
    }

    pub(crate) fn len(&self) -> usize {
        self.count as usize
    }

    /// How many octets it takes.
    pub(crate) fn size(&self) -> usize {
        self.octets.len() + 4 * self.blocks.len()
    }

    /// The first name of a block.
    fn first_of(&self, block: usize) -> Option<OidRef<'_>> {
        let mut at = *self.blocks.get(block)? as usize;
        take_number(&self.octets, &mut at)?;
        let length = take_number(&self.octets, &mut at)?;
        OidRef::from_ber(self.octets.get(at..at + length)?).ok()
    }

    /// The last block whose first name is not behind `name`; the first one where there is none.
    pub(crate) fn block_of(&self, name: OidRef<'_>) -> usize {
        let (mut low, mut high) = (0, self.blocks.len());
        while low + 1 < high {
            let middle = low.midpoint(high);
            match self.first_of(middle) {
                Some(first) if first <= name => low = middle,
                _ => high = middle,
            }
        }
        low
    }

    /// From the first name of a block on.
    pub(crate) fn at_block(&self, block: usize) -> NameCursor<'_> {
        let at = self.blocks.get(block).map_or(self.octets.len(), |at| *at as usize);
        NameCursor { names: self, at, name: [0; MOST_OCTETS], length: 0 }
    }
}

/// Octets of the longest OID: 128 numbers of 32 bits.
const MOST_OCTETS: usize = 640;

/// Goes through names.
pub(crate) struct NameCursor<'n> {
    names: &'n Names,
    at: usize,
    name: [u8; MOST_OCTETS],
    length: usize,
}

impl NameCursor<'_> {
    /// The next name.
    pub(crate) fn advance(&mut self) -> Option<OidRef<'_>> {
        let shared = take_number(&self.names.octets, &mut self.at)?;
        let own = take_number(&self.names.octets, &mut self.at)?;
        let octets = self.names.octets.get(self.at..self.at + own)?;
        self.name.get_mut(shared..shared + own)?.copy_from_slice(octets);
        self.at += own;
        self.length = shared + own;
        self.name()
    }

    /// The name that it is at.
    pub(crate) fn name(&self) -> Option<OidRef<'_>> {
        OidRef::from_ber(self.name.get(..self.length)?).ok()
    }
}

/// Appends a number, seven bits in an octet.
pub(super) fn push_number(octets: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        octets.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    octets.push(number as u8);
}

/// Reads what [`push_number`] has written.
pub(super) fn take_number(octets: &[u8], at: &mut usize) -> Option<usize> {
    let (mut number, mut shift) = (0_usize, 0);
    loop {
        let octet = *octets.get(*at)?;
        *at += 1;
        number |= usize::from(octet & 0x7f).checked_shl(shift)?;
        if octet < 0x80 {
            return Some(number);
        }
        shift += 7;
    }
}
