//! Numbers without chance.

/// A small generator (xorshift): what fails once fails again. The seed is not 0.
#[derive(Clone, Debug)]
pub struct Xorshift(pub u64);

/// Octets that mean something to a decoder: tags, and first octets of lengths.
const LIKELY: [u8; 16] =
    [0, 1, 2, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xff, 0x30, 0x02, 0x04, 0x06, 0xa0, 0xa5, 0x46];

/// Lengths that lie, in each of their forms.
const LIES: [&[u8]; 6] =
    [&[0], &[0x80], &[0x81, 0xff], &[0x84, 0xff, 0xff, 0xff, 0xff], &[0x82, 0, 1], &[0xff]];

impl Xorshift {
    /// The next number.
    pub fn next_u32(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as u32
    }

    /// A number below this one; 0 where there is none.
    pub fn below(&mut self, end: usize) -> usize {
        self.next_u32() as usize % end.max(1)
    }

    /// Any octet, of which every second means something to a decoder.
    pub fn octet(&mut self) -> u8 {
        let number = self.next_u32();
        if number & 0x100 == 0 { number as u8 } else { LIKELY[self.below(LIKELY.len())] }
    }

    /// Octets without sense, fewer than `end` of them.
    pub fn noise(&mut self, end: usize) -> Vec<u8> {
        (0..self.below(end)).map(|_| self.octet()).collect()
    }

    /// A message with one to three changes that a network, a broken device or somebody malicious could make: cut,
    /// lengthened, octets set, flipped, inserted, removed, copied, lengths that lie.
    #[must_use]
    pub fn damaged(&mut self, good: &[u8]) -> Vec<u8> {
        let mut octets = good.to_vec();
        for _ in 0..=self.below(3) {
            self.damage(&mut octets, good);
        }
        octets
    }

    fn damage(&mut self, octets: &mut Vec<u8>, good: &[u8]) {
        let at = self.below(octets.len());
        let piece = at..(at + 1 + self.below(40)).min(octets.len());
        match self.below(12) {
            0 => octets.truncate(at),
            1 => octets.insert(at, self.octet()),
            2 if at < octets.len() => drop(octets.remove(at)),
            3 if at < octets.len() => drop(octets.drain(piece)),
            4 if at < octets.len() => {
                let copied = octets[piece].to_vec();
                let to = self.below(octets.len());
                drop(octets.splice(to..to, copied));
            }
            5 if at < octets.len() => {
                let lie = LIES[self.below(LIES.len())];
                drop(octets.splice(at..=at, lie.iter().copied()));
            }
            6 => octets.extend_from_slice(&good[..at.min(good.len())]),
            7 | 8 if at < octets.len() => octets[at] ^= 1 << self.below(8),
            _ if at < octets.len() => octets[at] = self.octet(),
            _ => octets.push(self.octet()),
        }
    }
}

#[cfg(feature = "snmp")]
impl mibc_runtime::engine::Random for Xorshift {
    fn next_u32(&mut self) -> u32 {
        Xorshift::next_u32(self)
    }
}
