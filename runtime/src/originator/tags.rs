//! Tags, which select rows of the target address table (RFC 3413 §4.1.1).

use std::fmt;

/// Most octets of a tag or a list of tags.
pub const MAX_TAGS: usize = 255;

/// A tag: any octets but delimiters. One without octets selects nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(Vec<u8>);

/// A list of tags with one delimiter between two of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagList(Vec<u8>);

/// Why octets are not a tag, or not a list of tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TagError {
    /// Too many octets.
    #[error("tags have at most {MAX_TAGS} octets: found {0}")]
    Length(usize),
    /// A delimiter where none may be.
    #[error(
        "a delimiter (space, tab, CR or LF) at octet {0}: a tag has none, and a list has one between two tags, none at \
         its ends"
    )]
    Delimiter(usize),
}

fn is_delimiter(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\r' | b'\n')
}

fn check_length(octets: &[u8]) -> Result<(), TagError> {
    if octets.len() > MAX_TAGS { Err(TagError::Length(octets.len())) } else { Ok(()) }
}

impl Tag {
    /// From the octets of an SnmpTagValue.
    ///
    /// # Errors
    ///
    /// More than 255 octets, or a delimiter among them.
    pub fn new(octets: impl Into<Vec<u8>>) -> Result<Self, TagError> {
        let octets = octets.into();
        check_length(&octets)?;
        match octets.iter().position(|octet| is_delimiter(*octet)) {
            Some(at) => Err(TagError::Delimiter(at)),
            None => Ok(Self(octets)),
        }
    }

    /// The octets.
    #[must_use]
    pub fn as_octets(&self) -> &[u8] {
        &self.0
    }
}

impl TagList {
    /// From the octets of an SnmpTagList.
    ///
    /// # Errors
    ///
    /// More than 255 octets, or a delimiter at an end or beside another one.
    pub fn new(octets: impl Into<Vec<u8>>) -> Result<Self, TagError> {
        let octets = octets.into();
        check_length(&octets)?;
        let mut after_delimiter = true;
        for (at, octet) in octets.iter().enumerate() {
            let here = is_delimiter(*octet);
            if here && (after_delimiter || at + 1 == octets.len()) {
                return Err(TagError::Delimiter(at));
            }
            after_delimiter = here;
        }
        Ok(Self(octets))
    }

    /// Of these tags. Those without octets are left out.
    ///
    /// # Errors
    ///
    /// Together they have more than 255 octets.
    pub fn of(tags: impl IntoIterator<Item = Tag>) -> Result<Self, TagError> {
        let mut octets = Vec::new();
        for tag in tags.into_iter().filter(|tag| !tag.0.is_empty()) {
            if !octets.is_empty() {
                octets.push(b' ');
            }
            octets.extend(tag.0);
        }
        Self::new(octets)
    }

    /// The octets.
    #[must_use]
    pub fn as_octets(&self) -> &[u8] {
        &self.0
    }

    /// The tags, each as its octets.
    pub fn tags(&self) -> impl Iterator<Item = &[u8]> {
        self.0.split(|octet| is_delimiter(*octet)).filter(|tag| !tag.is_empty())
    }

    /// Whether the tag is in the list.
    #[must_use]
    pub fn contains(&self, tag: &Tag) -> bool {
        self.tags().any(|own| own == tag.0)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}
