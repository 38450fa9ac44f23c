//! A batch of records, as Kafka stores it since 0.11.

use super::access::Compression;
use super::crc32c::crc32c;
use super::message::Message;
use super::wire::Writer;

/// The header that tells a record from all others.
const ID: &[u8] = b"id";

/// The octets before what the checksum is of.
const BEFORE: usize = 21;

/// How many octets of Snappy are in a block.
const BLOCK: usize = 32 << 10;

/// A batch with these messages, written at this time in milliseconds since 1970.
pub(super) fn batch<'m>(
    messages: impl ExactSizeIterator<Item = &'m Message> + Clone,
    time: i64,
    compression: Compression,
) -> Vec<u8> {
    let count = messages.len();
    let octets = messages.clone().map(Message::octets).sum::<usize>();
    let mut records = Writer::with_capacity(octets + 16 * count);
    let mut record = Writer::default();
    for (place, message) in messages.enumerate() {
        record.clear();
        record.int8(0); // attributes
        record.varint(0); // milliseconds after the first one
        record.varint(place as i64);
        record.short_octets(Some(message.key.as_bytes()).filter(|key| !key.is_empty()));
        record.short_octets(Some(&message.payload));
        match message.id.is_empty() {
            true => record.varint(0),
            false => {
                record.varint(1);
                record.short_octets(Some(ID));
                record.short_octets(Some(message.id.as_bytes()));
            }
        }
        records.varint(record.len() as i64);
        records.raw(record.as_slice());
    }
    let records = match compression {
        Compression::None => records.into_vec(),
        Compression::Snappy => snappy(records.as_slice()),
    };
    let mut summed = Writer::with_capacity(records.len() + 40);
    summed.int16(compression as i16); // attributes
    summed.int32(i32::try_from(count.saturating_sub(1)).unwrap_or(i32::MAX)); // the last one's place
    summed.int64(time);
    summed.int64(time);
    summed.int64(-1); // no transaction's producer,
    summed.int16(-1); // nor its epoch,
    summed.int32(-1); // nor a sequence
    summed.count(count);
    summed.raw(&records);
    let mut batch = Writer::with_capacity(BEFORE + summed.len());
    batch.int64(0); // the offset, which the broker gives
    batch.count(9 + summed.len());
    batch.int32(-1); // the leader's epoch, which it gives as well
    batch.int8(2); // the version
    batch.uint32(crc32c(summed.as_slice()));
    batch.raw(summed.as_slice());
    batch.into_vec()
}

/// Snappy in the frame of Java's library, which all clients read.
fn snappy(octets: &[u8]) -> Vec<u8> {
    let mut framed = Writer::with_capacity(octets.len() / 2 + 32);
    framed.raw(b"\x82SNAPPY\0");
    framed.int32(1); // its version,
    framed.int32(1); // and the oldest one that can read it
    let mut encoder = snap::raw::Encoder::new();
    for block in octets.chunks(BLOCK) {
        // Only what is longer than 4 GiB cannot be written.
        framed.octets(&encoder.compress_vec(block).unwrap_or_default());
    }
    framed.into_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: &str, key: &str, payload: &str) -> Message {
        Message { id: id.to_owned(), key: key.to_owned(), payload: payload.to_owned().into() }
    }

    /// What the format says, octet by octet.
    #[test]
    fn a_batch_of_two() {
        let messages = [message("i", "k", "one"), message("", "", "x")];
        let batch = batch(messages.iter(), 0x1122, Compression::None);
        let records = b"\x1e\0\0\0\x02k\x06one\x02\x04id\x02i\x0e\0\0\x02\x01\x02x\0";
        assert_eq!(&batch[61..], records);
        assert_eq!(batch.len(), 61 + records.len());
        assert_eq!(batch[8..12], (batch.len() as u32 - 12).to_be_bytes());
        assert_eq!(batch[16], 2);
        assert_eq!(batch[17..21], crc32c(&batch[21..]).to_be_bytes());
        assert_eq!(batch[21..27], [0, 0, 0, 0, 0, 1]);
        assert_eq!(batch[27..43], [0, 0, 0, 0, 0, 0, 0x11, 0x22].repeat(2));
        assert_eq!(batch[43..57], [0xff; 14]);
        assert_eq!(batch[57..61], [0, 0, 0, 2]);
    }

    #[test]
    fn snappy_in_blocks() {
        let text = "what is said again and again ".repeat(5_000);
        let framed = snappy(text.as_bytes());
        assert!(framed.len() < text.len() / 10, "{}", framed.len());
        let (head, mut rest) = framed.split_at(16);
        assert_eq!(head, b"\x82SNAPPY\0\0\0\0\x01\0\0\0\x01");
        let mut read = Vec::new();
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let (block, after) = after.split_at(u32::from_be_bytes(*length) as usize);
            read.extend(snap::raw::Decoder::new().decompress_vec(block).expect("a block"));
            rest = after;
        }
        assert_eq!(read, text.as_bytes());
    }
}
