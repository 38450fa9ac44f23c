//! Bytes that are in memory, or in a file, of which only what is asked for is read.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    sync::{Arc, Mutex, OnceLock},
};

/// How many octets are read at once. Nothing that is asked for goes over the end of such a block.
pub(super) const BLOCK: usize = 1 << 14;

/// The first place from `at` on where a block begins.
pub(super) fn aligned(at: usize) -> Option<usize> {
    at.checked_next_multiple_of(BLOCK)
}

/// The bytes of a section.
#[derive(Debug, Default)]
pub(super) struct Store {
    length: usize,
    /// The blocks that have been read.
    blocks: Vec<OnceLock<Box<[u8]>>>,
    /// Where the other ones are, and where the section begins there.
    file: Option<(Arc<Mutex<File>>, u64)>,
}

impl Store {
    /// Bytes in memory.
    pub(super) fn of(bytes: &[u8]) -> Store {
        let blocks = bytes.chunks(BLOCK).map(|block| OnceLock::from(Box::from(block))).collect();
        Store { length: bytes.len(), blocks, file: None }
    }

    /// `length` octets of a file from `start` on.
    pub(super) fn of_file(file: Arc<Mutex<File>>, start: u64, length: usize) -> Store {
        let blocks = std::iter::repeat_with(OnceLock::new).take(length.div_ceil(BLOCK)).collect();
        Store { length, blocks, file: Some((file, start)) }
    }

    /// How many octets there are.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Some octets of one block; `None` beyond its end, and where it cannot be read.
    pub(super) fn get(&self, at: usize, count: usize) -> Option<&[u8]> {
        let number = at / BLOCK;
        let block = self.blocks.get(number)?.get_or_init(|| self.read(number).unwrap_or_default());
        block.get(at % BLOCK..)?.get(..count)
    }

    /// A 32-bit number.
    pub(super) fn u32(&self, at: usize) -> Option<usize> {
        let octets: [u8; 4] = self.get(at, 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(octets)).ok()
    }

    /// A 64-bit number.
    pub(super) fn u64(&self, at: usize) -> Option<u64> {
        Some(u64::from_le_bytes(self.get(at, 8)?.try_into().ok()?))
    }

    fn read(&self, number: usize) -> Option<Box<[u8]>> {
        let (file, start) = self.file.as_ref()?;
        let at = number * BLOCK;
        let mut bytes = vec![0; BLOCK.min(self.length.checked_sub(at)?)];
        let mut file = file.lock().ok()?;
        file.seek(SeekFrom::Start(start.checked_add(at as u64)?)).ok()?;
        file.read_exact(&mut bytes).ok()?;
        Some(bytes.into())
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Store};
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[test]
    fn a_file_is_read_block_by_block() {
        let mut file = tempfile::tempfile().expect("a file");
        let bytes: Vec<u8> = (0..BLOCK * 3 + 5).map(|at| (at / 7) as u8).collect();
        file.write_all(b"head").and_then(|()| file.write_all(&bytes)).expect("written");
        let (kept, read) = (Store::of(&bytes), Store::of_file(Arc::new(Mutex::new(file)), 4, bytes.len()));
        assert_eq!((kept.len(), read.len()), (bytes.len(), bytes.len()));
        for at in [0, 1, BLOCK - 4, BLOCK, BLOCK * 3 + 1, BLOCK * 3 + 2, BLOCK * 9] {
            assert_eq!(kept.get(at, 4), read.get(at, 4), "{at}");
            assert_eq!(read.get(at, 4).is_some(), at <= BLOCK * 3 + 1);
        }
        assert_eq!(read.get(BLOCK - 1, 2), None, "over the end of a block");
        assert_eq!(
            read.blocks.iter().filter(|block| block.get().is_some()).count(),
            3,
            "the third is not read"
        );
    }
}
