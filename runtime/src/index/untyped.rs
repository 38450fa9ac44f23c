//! Indexes whose objects are not known.

use std::fmt;

use super::{Index, IndexError, IndexReader, IndexWriter};

/// The sub-identifiers of an index whose INDEX clause names what cannot be found.
///
/// ```
/// use mibc_runtime::{index::{self, Untyped}, oid::Oid};
///
/// let oid: Oid = "1.3.6.1.4.1.32473.7.1.2".parse()?;
/// let row: Oid = "1.3.6.1.4.1.32473.7".parse()?;
/// let index: Untyped = index::decode(oid.strip_prefix(&row).ok_or("not below")?)?;
/// assert_eq!(index, Untyped::from([1, 2]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Untyped(pub Vec<u32>);

impl Index for Untyped {
    fn write(&self, w: &mut IndexWriter) {
        self.0.iter().for_each(|arc| w.unsigned(*arc));
    }

    fn read(r: &mut IndexReader<'_>) -> Result<Self, IndexError> {
        Ok(Self(r.take_rest().collect()))
    }
}

/// Prints the sub-identifiers with dots between: `1.2`.
impl fmt::Display for Untyped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arcs: Vec<String> = self.0.iter().map(u32::to_string).collect();
        f.pad(&arcs.join("."))
    }
}

impl From<Vec<u32>> for Untyped {
    fn from(arcs: Vec<u32>) -> Self {
        Self(arcs)
    }
}

impl From<&[u32]> for Untyped {
    fn from(arcs: &[u32]) -> Self {
        Self(arcs.into())
    }
}

impl<const N: usize> From<[u32; N]> for Untyped {
    fn from(arcs: [u32; N]) -> Self {
        Self(arcs.into())
    }
}
