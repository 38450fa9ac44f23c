//! Families of subtrees, which views are made of (vacmViewTreeFamilyTable of RFC 3415 §4).

use crate::oid::{Oid, OidRef};

/// The subtrees that one OID stands for, and whether a view shows or hides them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    subtree: Oid,
    mask: Mask,
    included: bool,
}

impl Family {
    /// Shows a subtree.
    #[must_use]
    pub fn included(subtree: Oid) -> Self {
        Self { subtree, mask: Mask::default(), included: true }
    }

    /// Shows everything: any two sub-identifiers at the beginning.
    #[must_use]
    pub fn everything() -> Self {
        Self { subtree: Oid::ZERO, mask: Mask(vec![0x3f]), included: true }
    }

    /// Hides a subtree.
    #[must_use]
    pub fn excluded(subtree: Oid) -> Self {
        Self { included: false, ..Self::included(subtree) }
    }

    /// Lets sub-identifiers be any number.
    #[must_use]
    pub fn mask(self, mask: Mask) -> Self {
        Self { mask, ..self }
    }

    /// vacmViewTreeFamilySubtree.
    #[must_use]
    pub fn subtree(&self) -> &Oid {
        &self.subtree
    }

    /// vacmViewTreeFamilyMask.
    #[must_use]
    pub fn mask_of(&self) -> &Mask {
        &self.mask
    }

    /// vacmViewTreeFamilyType.
    #[must_use]
    pub fn is_included(&self) -> bool {
        self.included
    }

    /// Whether `name` is in one of the subtrees.
    #[must_use]
    pub fn matches<'n>(&self, name: impl Into<OidRef<'n>>) -> bool {
        let mut arcs = name.into().arcs();
        self.subtree.arcs().enumerate().all(|(position, expected)| {
            arcs.next().is_some_and(|found| found == expected || self.mask.is_wild(position))
        })
    }

    /// Whether every OID is in it.
    pub(super) fn matches_all(&self) -> bool {
        self.subtree.len() == 2 && self.mask.is_wild(0) && self.mask.is_wild(1)
    }

    /// Whether it is more than one subtree.
    pub(super) fn has_wildcards(&self) -> bool {
        (0..self.subtree.len()).any(|position| self.mask.is_wild(position))
    }
}

/// A bit for each sub-identifier of a subtree, the first in the highest bit of the first octet; 0 means that it can be
/// any number. Where octets are missing, bits are 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mask(Vec<u8>);

/// A mask has at most 16 octets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a mask has at most 16 octets, as an OID has at most 128 sub-identifiers: found {found}")]
pub struct MaskError {
    /// Octets found.
    pub found: usize,
}

impl Mask {
    /// From the octets of vacmViewTreeFamilyMask.
    ///
    /// # Errors
    ///
    /// More than 16 octets.
    pub fn new(octets: impl Into<Vec<u8>>) -> Result<Self, MaskError> {
        let octets = octets.into();
        if octets.len() > 16 { Err(MaskError { found: octets.len() }) } else { Ok(Self(octets)) }
    }

    /// In which the sub-identifiers at these positions, counted from 0, can be any number.
    ///
    /// # Errors
    ///
    /// A position above 127.
    pub fn wild(positions: impl IntoIterator<Item = usize>) -> Result<Self, MaskError> {
        let mut octets: Vec<u8> = Vec::new();
        for position in positions {
            let at = position / 8;
            if at >= 16 {
                return Err(MaskError { found: at + 1 });
            }
            if octets.len() <= at {
                octets.resize(at + 1, 0xff);
            }
            if let Some(octet) = octets.get_mut(at) {
                *octet &= !(0x80 >> (position % 8));
            }
        }
        Ok(Self(octets))
    }

    /// The octets.
    #[must_use]
    pub fn as_octets(&self) -> &[u8] {
        &self.0
    }

    /// Whether the sub-identifier at a position, counted from 0, can be any number.
    #[must_use]
    pub fn is_wild(&self, position: usize) -> bool {
        self.0.get(position / 8).is_some_and(|octet| octet & (0x80 >> (position % 8)) == 0)
    }
}
