//! Messages that are malformed by rule, as those that many agents fell over in 2002 (CERT CA-2002-03). The messages that
//! they are made of are our own: nothing here has to bear bad input.

/// A tag, its length and its content, by their places in a message.
#[derive(Clone, Copy, Debug)]
struct Tlv {
    tag: usize,
    content: usize,
    end: usize,
}

const TAGS: [u8; 12] = [0x00, 0x02, 0x04, 0x05, 0x06, 0x30, 0x41, 0x46, 0x80, 0xa0, 0xa4, 0xff];

/// Every way in which one value of a well-formed BER message can be wrong: each of its values, nested ones as well, with
/// each bad length and tag, without its content, and cut off there. Lengths around it stay as they were.
///
/// # Panics
///
/// The message is not well-formed.
pub fn malformed(message: &[u8]) -> Vec<Vec<u8>> {
    let mut values = Vec::new();
    find(message, 0, message.len(), &mut values);
    values.into_iter().flat_map(|value| mutations(message, value)).collect()
}

/// The values that follow each other here, each with its tag and length.
#[cfg(feature = "snmp")]
pub(crate) fn values(octets: &[u8]) -> Vec<&[u8]> {
    let mut values = Vec::new();
    let mut at = 0;
    while at < octets.len() {
        let end = next(octets, at).end;
        values.push(&octets[at..end]);
        at = end;
    }
    values
}

/// The content of a value.
#[cfg(feature = "snmp")]
pub(crate) fn content(value: &[u8]) -> &[u8] {
    let Tlv { content, end, .. } = next(value, 0);
    &value[content..end]
}

/// Octets of tag and length.
#[cfg(feature = "snmp")]
pub(crate) fn header_len(value: &[u8]) -> usize {
    next(value, 0).content
}

/// A value.
#[cfg(feature = "snmp")]
pub(crate) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let [.., highest, high, low] = content.len().to_be_bytes();
    let head = match content.len() {
        ..0x80 => vec![tag, low],
        0x80..0x100 => vec![tag, 0x81, low],
        0x100..0x1_0000 => vec![tag, 0x82, high, low],
        _ => vec![tag, 0x83, highest, high, low],
    };
    [&head, content].concat()
}

/// The value that begins here.
fn next(message: &[u8], tag: usize) -> Tlv {
    let (length, content) = match message[tag + 1] {
        0x81 => (usize::from(message[tag + 2]), tag + 3),
        0x82 => (usize::from(message[tag + 2]) << 8 | usize::from(message[tag + 3]), tag + 4),
        short => (usize::from(short), tag + 2),
    };
    Tlv { tag, content, end: content + length }
}

/// Every value between two places, nested ones behind the one that has them.
fn find(message: &[u8], mut at: usize, end: usize, found: &mut Vec<Tlv>) {
    while at < end {
        let value = next(message, at);
        found.push(value);
        if message[at] & 0x20 != 0 {
            find(message, value.content, value.end, found);
        }
        at = value.end;
    }
    assert_eq!(at, end, "values end where what they are in ends");
}

/// The message with other octets in the place of a length, and cut short or with its tag changed.
fn mutations(message: &[u8], value: Tlv) -> Vec<Vec<u8>> {
    let with_length = |length: &[u8]| [&message[..=value.tag], length, &message[value.content..]].concat();
    let two_octets = |length: usize| [0x82, (length >> 8) as u8, length as u8];
    let length = value.end - value.content;
    let mut made = vec![
        with_length(&[0]),
        with_length(&two_octets(length + 1)),
        with_length(&two_octets(length.saturating_sub(1))),
        with_length(&[0x84, 0x80, 0, 0, 0]),
        with_length(&[0x80]),
        with_length(&[0x84, 0xff, 0xff, 0xff, 0xff]),
        with_length(&[0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        with_length(&[0xff]),
        message[..value.content].to_vec(),
        [&message[..value.content], &message[value.end..]].concat(),
    ];
    made.extend(TAGS.map(|tag| {
        let mut message = message.to_vec();
        message[value.tag] = tag;
        message
    }));
    made
}
