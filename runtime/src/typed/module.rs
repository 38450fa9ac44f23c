//! Markers of modules and of conceptual rows.

use crate::{index::Index, meta::Meta};

/// A MIB module: a marker type in each generated module, through which its metadata is found.
pub trait Module: 'static {
    /// Names, access, types and units of everything the module defines.
    const META: Meta<'static>;
}

/// A conceptual row, such as `ifEntry`: a marker type per table.
///
/// The type of the index belongs to the ordered list of index objects. Rows with the same list, as one that
/// AUGMENTS another, share it, and that is what lets their columns be read together.
pub trait Row: 'static {
    /// The module that defines the row.
    type Module: Module;
    /// What tells one row from another.
    type Index: Index;
    /// The OID of the row object; a column is one sub-identifier below.
    const OID: &'static [u32];
}
