//! What one registration covers: a subtree, or a row of subtrees that differ in one sub-identifier.

use std::fmt;

use crate::oid::{Oid, OidError, OidRef};

/// The most subtrees that one range may stand for, unless it is a range of the last sub-identifier, which is one piece
/// however long it is.
pub const MAX_SUBTREES: u32 = 4_096;

/// A subtree, or the subtrees that come of one sub-identifier running from its own value up to another (RFC 2741
/// §6.2.3, range_subid and upper_bound).
///
/// ```
/// use mibc_runtime::registry::Subtrees;
///
/// let row_7 = Subtrees::range("1.3.6.1.2.1.2.2.1.1.7".parse()?, 10, 22)?;
/// assert_eq!(row_7.to_string(), "1.3.6.1.2.1.2.2.1.[1-22].7");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subtrees {
    root: Oid,
    range: Option<Range>,
}

/// A sub-identifier that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Range {
    /// Position of the sub-identifier, counted from 1.
    position: usize,
    low: u32,
    high: u32,
}

/// What is wrong with a range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubtreesError {
    /// The OID has no such sub-identifier.
    #[error(
        "a range stands for one of the {len} sub-identifiers of the subtree, counted from 1: found {found}"
    )]
    Position {
        /// Sub-identifiers of the subtree.
        len: usize,
        /// What was given.
        found: usize,
    },
    /// The range ends before it begins.
    #[error("a range runs upwards: it begins at {low}, its upper bound is {high}")]
    Empty {
        /// The sub-identifier of the subtree.
        low: u32,
        /// The upper bound.
        high: u32,
    },
    /// The range stands for more subtrees than [`MAX_SUBTREES`].
    #[error(
        "a range before the last sub-identifier stands for at most {MAX_SUBTREES} subtrees, this one for {found}: \
         register the subtree around them"
    )]
    TooMany {
        /// Subtrees in the range.
        found: u64,
    },
    /// The upper bound cannot stand where it should.
    #[error("with the upper bound in its place the subtree is not an OID: {0}")]
    Oid(#[from] OidError),
}

/// Subtrees that follow one another without a gap: the children of one parent from `low` to `high`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// A child of the parent.
    pub(super) any: Oid,
    /// In numbers as they are encoded.
    pub(super) low: u64,
    pub(super) high: u64,
}

impl Piece {
    /// The octets of the parent.
    pub(super) fn parent(&self) -> &[u8] {
        self.any.as_ref().split_last().0
    }

    /// The first OID of it.
    pub(super) fn lower(&self) -> Oid {
        Oid::joined(self.parent(), self.low).unwrap_or_else(|| self.any.clone())
    }

    /// The first OID after it; `None` if it reaches the end of all OIDs.
    pub(super) fn upper(&self) -> Option<Oid> {
        end_of(self.parent(), self.high)
    }
}

/// The first OID behind the child `number` of a parent.
pub(super) fn end_of(parent: &[u8], number: u64) -> Option<Oid> {
    Oid::joined(parent, number)?.as_ref().after_subtree()
}

impl Subtrees {
    /// `subtree` with its sub-identifier at `position`, counted from 1, running up to `upper_bound`.
    ///
    /// # Errors
    ///
    /// A position that the subtree does not have, a range that ends before it begins or is too large, an upper bound
    /// that is not possible there.
    pub fn range(subtree: Oid, position: usize, upper_bound: u32) -> Result<Self, SubtreesError> {
        let len = subtree.len();
        let low = position.checked_sub(1).and_then(|before| subtree.arcs().nth(before));
        let low = low.ok_or(SubtreesError::Position { len, found: position })?;
        if upper_bound < low {
            return Err(SubtreesError::Empty { low, high: upper_bound });
        }
        let found = u64::from(upper_bound - low) + 1;
        if position < len && found > u64::from(MAX_SUBTREES) {
            return Err(SubtreesError::TooMany { found });
        }
        let range = Range { position, low, high: upper_bound };
        let subtrees = Self { root: subtree, range: (found > 1).then_some(range) };
        // Where the last is an OID, those before are too.
        subtrees.with(range, upper_bound)?;
        Ok(subtrees)
    }

    /// The subtree, or the first of them.
    #[must_use]
    pub fn root(&self) -> &Oid {
        &self.root
    }

    /// The position of the sub-identifier that runs, counted from 1, and where it ends.
    #[must_use]
    pub fn range_of(&self) -> Option<(usize, u32)> {
        self.range.map(|range| (range.position, range.high))
    }

    /// Whether `name` lies in one of the subtrees.
    #[must_use]
    pub fn contains<'n>(&self, name: impl Into<OidRef<'n>>) -> bool {
        let name = name.into();
        let Some(range) = self.range else { return name.starts_with(&self.root) };
        let mut arcs = name.arcs();
        self.root.arcs().enumerate().all(|(at, arc)| {
            arcs.next().is_some_and(|found| {
                found == arc || at + 1 == range.position && (range.low..=range.high).contains(&found)
            })
        })
    }

    /// The pieces of the OID space that it covers, in OID order.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let piece = |root: Oid, more: u32| {
            let low = root.as_ref().split_last().1;
            Piece { any: root, low, high: low + u64::from(more) }
        };
        match self.range {
            None => vec![piece(self.root.clone(), 0)],
            Some(range) if range.position == self.root.len() => {
                vec![piece(self.root.clone(), range.high - range.low)]
            }
            Some(range) => (range.low..=range.high)
                .filter_map(|arc| self.with(range, arc).ok())
                .map(|root| piece(root, 0))
                .collect(),
        }
    }

    /// The subtree with this sub-identifier instead of the range.
    fn with(&self, range: Range, arc: u32) -> Result<Oid, OidError> {
        let mut arcs: Vec<u32> = self.root.arcs().collect();
        if let Some(place) = range.position.checked_sub(1).and_then(|at| arcs.get_mut(at)) {
            *place = arc;
        }
        Oid::from_arcs(&arcs)
    }
}

impl From<Oid> for Subtrees {
    fn from(root: Oid) -> Self {
        Self { root, range: None }
    }
}

/// As RFC 2741 §6.2.3 writes it: `1.3.6.1.2.1.2.2.1.[1-22].7`.
impl fmt::Display for Subtrees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(range) = self.range else { return self.root.fmt(f) };
        let mut dot = "";
        for (at, arc) in self.root.arcs().enumerate() {
            f.write_str(dot)?;
            if at + 1 == range.position {
                write!(f, "[{}-{}]", range.low, range.high)?;
            } else {
                write!(f, "{arc}")?;
            }
            dot = ".";
        }
        Ok(())
    }
}
