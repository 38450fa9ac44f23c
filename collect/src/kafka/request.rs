//! Requests and answers of Kafka's protocol, in versions without tags, which brokers from 0.11 to 4 have.

use super::wire::{Reader, Writer};
use bytes::Bytes;
use std::ops::RangeInclusive;

/// A kind of request: its number, its name for people, and the versions that we speak.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    pub(super) number: i16,
    pub(super) name: &'static str,
    versions: (i16, i16),
}

pub(super) const PRODUCE: Kind = Kind { number: 0, name: "Produce", versions: (3, 8) };
pub(super) const METADATA: Kind = Kind { number: 3, name: "Metadata", versions: (4, 8) };
pub(super) const SASL_HANDSHAKE: Kind = Kind { number: 17, name: "SaslHandshake", versions: (1, 1) };
pub(super) const API_VERSIONS: Kind = Kind { number: 18, name: "ApiVersions", versions: (0, 0) };
pub(super) const SASL_AUTHENTICATE: Kind = Kind { number: 36, name: "SaslAuthenticate", versions: (0, 0) };

impl Kind {
    /// The newest version that both sides speak.
    pub(super) fn version(self, theirs: &[(i16, RangeInclusive<i16>)]) -> Option<i16> {
        let (_, theirs) = theirs.iter().find(|(number, _)| *number == self.number)?;
        let version = self.versions.1.min(*theirs.end());
        (version >= self.versions.0 && version >= *theirs.start()).then_some(version)
    }

    /// The versions that we speak, for people.
    pub(super) fn ours(self) -> String {
        format!("{} {} to {}", self.name, self.versions.0, self.versions.1)
    }
}

/// The head of a request.
pub(super) fn head(kind: Kind, version: i16, number: i32, client: &str) -> Writer {
    let mut writer = Writer::with_capacity(16 + client.len());
    writer.int16(kind.number);
    writer.int16(version);
    writer.int32(number);
    writer.text(client);
    writer
}

/// The versions of each kind that a broker speaks.
pub(super) type Versions = Vec<(i16, RangeInclusive<i16>)>;

/// What a broker speaks, and an error.
pub(super) fn versions(answer: Bytes) -> Option<(i16, Versions)> {
    let mut reader = Reader::new(answer);
    let error = reader.int16()?;
    let versions = reader.list(|reader| {
        let (number, first, last) = (reader.int16()?, reader.int16()?, reader.int16()?);
        Some((number, first..=last))
    })?;
    Some((error, versions))
}

/// Asks for a mechanism of SASL.
pub(super) fn handshake(mechanism: &str) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.text(mechanism);
    writer.into_vec()
}

/// An error, and the mechanisms that a broker has.
pub(super) fn mechanisms(answer: Bytes) -> Option<(i16, Vec<String>)> {
    let mut reader = Reader::new(answer);
    Some((reader.int16()?, reader.list(Reader::text)?))
}

/// What a mechanism has to say.
pub(super) fn authenticate(octets: &[u8]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.octets(octets);
    writer.into_vec()
}

/// An error, in words as well, and what the mechanism of the broker says.
pub(super) fn authenticated(answer: Bytes) -> Option<(i16, String, Bytes)> {
    let mut reader = Reader::new(answer);
    Some((reader.int16()?, reader.text()?, reader.octets()?))
}

/// Asks who has a topic. One that is missing is not made.
pub(super) fn who_has(topic: &str, version: i16) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.count(1);
    writer.text(topic);
    writer.int8(0);
    if version >= 8 {
        writer.int8(0); // not what we may do with the cluster,
        writer.int8(0); // nor with the topic
    }
    writer.into_vec()
}

/// Who has a topic.
#[derive(Debug)]
pub(super) struct Metadata {
    /// Brokers by number, with their addresses.
    pub(super) brokers: Vec<(i32, String)>,
    /// What is wrong with the topic.
    pub(super) error: i16,
    /// Its partitions, each with its leader.
    pub(super) partitions: Vec<(i32, i32)>,
}

/// Who has the topic that was asked for.
pub(super) fn metadata(answer: Bytes, version: i16) -> Option<Metadata> {
    let mut reader = Reader::new(answer);
    reader.int32()?; // a pause, which the broker makes itself
    let brokers = reader.list(|reader| {
        let (number, host, port) = (reader.int32()?, reader.text()?, reader.int32()?);
        reader.text()?; // its rack
        Some((number, if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }))
    })?;
    reader.text()?; // the cluster,
    reader.int32()?; // and its controller
    let topics = reader.list(|reader| {
        let error = reader.int16()?;
        reader.text()?;
        reader.boolean()?;
        let partitions = reader.list(|reader| {
            reader.int16()?; // what is wrong shows in the leader
            let (number, leader) = (reader.int32()?, reader.int32()?);
            if version >= 7 {
                reader.int32()?; // the leader's epoch
            }
            // Replicas: all, those in sync, those that are away.
            for _ in 0..if version >= 5 { 3 } else { 2 } {
                reader.list(Reader::int32)?;
            }
            Some((number, leader))
        })?;
        if version >= 8 {
            reader.int32()?; // what we may do
        }
        Some((error, partitions))
    })?;
    let (error, partitions) = topics.into_iter().next()?;
    Some(Metadata { brokers, error, partitions })
}

/// Batches for partitions of a topic, to be taken when all replicas in sync have them.
pub(super) fn produce(topic: &str, batches: &[(i32, Vec<u8>)], patience: i32) -> Vec<u8> {
    let octets = batches.iter().map(|(_, batch)| batch.len() + 8).sum::<usize>();
    let mut writer = Writer::with_capacity(octets + topic.len() + 32);
    writer.no_text(); // no transaction
    writer.int16(-1);
    writer.int32(patience);
    writer.count(1);
    writer.text(topic);
    writer.count(batches.len());
    for (partition, batch) in batches {
        writer.int32(*partition);
        writer.octets(batch);
    }
    writer.into_vec()
}

/// For each partition an error, in words as well.
pub(super) fn produced(answer: Bytes, version: i16) -> Option<Vec<(i32, i16, String)>> {
    let mut reader = Reader::new(answer);
    let topics = reader.list(|reader| {
        reader.text()?;
        reader.list(|reader| {
            let (partition, error) = (reader.int32()?, reader.int16()?);
            reader.int64()?; // the first offset,
            reader.int64()?; // the time of the broker,
            if version >= 5 {
                reader.int64()?; // and where its log begins
            }
            let mut said = String::new();
            if version >= 8 {
                let records = reader.list(|reader| Some((reader.int32()?, reader.text()?)))?;
                said = reader.text()?;
                if said.is_empty() {
                    said = records
                        .into_iter()
                        .map(|(_, said)| said)
                        .find(|said| !said.is_empty())
                        .unwrap_or(said);
                }
            }
            Some((partition, error, said))
        })
    })?;
    Some(topics.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::{METADATA, PRODUCE, metadata, produced};
    use crate::kafka::wire::Writer;
    use bytes::Bytes;

    #[test]
    fn the_newest_version_that_both_speak() {
        for (theirs, version) in
            [(0..=11, Some(8)), (3..=5, Some(5)), (0..=2, None), (9..=13, None), (0..=3, Some(3))]
        {
            assert_eq!(PRODUCE.version(&[(3, 0..=12), (0, theirs)]), version);
        }
        assert_eq!(METADATA.version(&[]), None);
    }

    /// An answer is read to its end in each version, and one that ends too early is none.
    #[test]
    fn answers_of_each_version() {
        for version in 4..=8 {
            let mut writer = Writer::default();
            writer.int32(0);
            writer.count(1);
            writer.int32(7);
            writer.text("2001:db8::1");
            writer.int32(9_092);
            writer.no_text();
            writer.no_text();
            writer.int32(7);
            writer.count(1);
            writer.int16(3);
            writer.text("t");
            writer.int8(0);
            writer.count(1);
            writer.int16(0);
            writer.int32(5);
            writer.int32(7);
            if version >= 7 {
                writer.int32(1);
            }
            for _ in 0..if version >= 5 { 3 } else { 2 } {
                writer.count(2);
                writer.int32(7);
                writer.int32(8);
            }
            if version >= 8 {
                writer.int32(0);
                writer.int32(0);
            }
            let whole = Bytes::from(writer.into_vec());
            let read = metadata(whole.clone(), version).expect("an answer");
            assert_eq!(read.brokers, [(7, "[2001:db8::1]:9092".to_owned())]);
            assert_eq!((read.error, read.partitions), (3, vec![(5, 7)]));
            let end = whole.len() - if version >= 8 { 4 } else { 0 };
            assert!((0..end).all(|length| metadata(whole.slice(..length), version).is_none()), "{version}");
        }
        for version in 3..=8 {
            let mut writer = Writer::default();
            writer.count(1);
            writer.text("t");
            writer.count(1);
            writer.int32(5);
            writer.int16(87);
            writer.int64(-1);
            writer.int64(-1);
            if version >= 5 {
                writer.int64(0);
            }
            if version >= 8 {
                writer.count(1);
                writer.int32(0);
                writer.text("no key");
                writer.no_text();
            }
            let end = writer.len();
            writer.int32(0);
            let whole = Bytes::from(writer.into_vec());
            let said = if version >= 8 { "no key" } else { "" };
            assert_eq!(produced(whole.clone(), version), Some(vec![(5, 87, said.to_owned())]));
            assert!((0..end).all(|length| produced(whole.slice(..length), version).is_none()), "{version}");
        }
    }
}
