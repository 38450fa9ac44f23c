//! The columns of a table that an agent serves.

use std::ops::Bound;

use super::constraint::Constraint;
use super::index_check::IndexCheck;
use super::seek::{Seek, seek};
use super::table::{AnyColumn, ServeTable, TableColumn};
use crate::index::{self, Index, IndexMark, IndexWriter};
use crate::oid::{Arcs, Oid, OidRef};
use crate::typed::Module;

/// Where the cells of a table are among OIDs.
pub(super) struct Columns {
    row: Oid,
    /// What is left out is not among them.
    columns: Vec<ServedColumn>,
    indexes: IndexCheck,
}

pub(super) struct ServedColumn {
    pub(super) column: TableColumn,
    pub(super) oid: Oid,
    pub(super) constraint: Constraint,
    /// With the OID of the column.
    writer: IndexWriter,
    /// Where the OID of the column ends.
    end: IndexMark,
}

/// Names of cells of one column, each written over the one before.
pub(super) struct Names {
    writer: IndexWriter,
    end: IndexMark,
    pub(super) sub_id: u32,
}

impl ServedColumn {
    pub(super) fn names(&self) -> Names {
        Names { writer: self.writer.clone(), end: self.end, sub_id: self.column.sub_id() }
    }
}

impl Names {
    /// The name of the cell in a row; `None` where it would be too long for an OID, so that nobody can ask for it.
    #[inline]
    pub(super) fn name(&mut self, index: &impl Index) -> Option<OidRef<'_>> {
        self.writer.rewind(self.end);
        index.write(&mut self.writer);
        self.writer.name()
    }
}

impl Columns {
    /// Those of the row `R`, which is at `row`; `constraint` knows what MIB says about the values of a column.
    pub(super) fn new<R: ServeTable<T>, T>(
        row: Oid,
        left_out: &[AnyColumn<R>],
        constraint: impl Fn(u32) -> Constraint,
    ) -> Self {
        let is_left_out = |column: &TableColumn| {
            let mut left_out = left_out.iter().chain(R::LEFT_OUT);
            left_out.any(|left_out| left_out.sub_id() == column.sub_id())
        };
        let columns = R::COLUMNS.iter().filter(|column| !is_left_out(column)).filter_map(|&column| {
            let oid = row.child(column.sub_id()).ok()?;
            let writer = IndexWriter::new(&oid);
            let end = writer.mark();
            Some(ServedColumn { column, constraint: constraint(column.sub_id()), oid, writer, end })
        });
        let columns = columns.collect();
        let indexes = IndexCheck::of(<R::Module as Module>::META, &row);
        Self { row, columns, indexes }
    }

    /// The column that `name` is in, and its index part.
    pub(super) fn locate<'n>(&self, name: OidRef<'n>) -> Option<(&ServedColumn, Arcs<'n>)> {
        let mut rest = name.strip_prefix(&self.row)?;
        let sub_id = rest.next()?;
        let column = self.columns.get(self.position(sub_id))?;
        (column.column.sub_id() == sub_id).then_some((column, rest))
    }

    /// The same, if it can be read.
    pub(super) fn locate_readable<'n>(&self, name: OidRef<'n>) -> Option<(&ServedColumn, Arcs<'n>)> {
        self.locate(name).filter(|(served, _)| served.column.is_readable())
    }

    /// The index that these sub-identifiers are, if a row can have it.
    pub(super) fn index<I: Index>(&self, arcs: Arcs<'_>) -> Option<I> {
        index::decode(arcs.clone()).ok().filter(|_| self.indexes.admits(arcs))
    }

    /// The column and row of a place.
    pub(super) fn start<I: Index>(&self, from: Bound<OidRef<'_>>) -> (usize, Seek<I>) {
        let (Bound::Included(name) | Bound::Excluded(name)) = from else { return (0, Seek::First) };
        // Before the row, since what lies behind it is another region.
        let Some(mut rest) = name.strip_prefix(&self.row) else { return (0, Seek::First) };
        let Some(sub_id) = rest.next() else { return (0, Seek::First) };
        let position = self.position(sub_id);
        if self.columns.get(position).is_none_or(|served| served.column.sub_id() != sub_id) {
            return (position, Seek::First);
        }
        let inclusive = matches!(from, Bound::Included(_));
        let start = match index::decode(rest.clone()) {
            Ok(index) if inclusive => Seek::From(index),
            Ok(index) => Seek::After(index),
            Err(_) => seek(&rest.collect::<Vec<u32>>(), inclusive),
        };
        (position, start)
    }

    /// A column by its position.
    pub(super) fn get(&self, position: usize) -> Option<&ServedColumn> {
        self.columns.get(position)
    }

    /// From a position on.
    pub(super) fn behind(&self, position: usize) -> &[ServedColumn] {
        self.columns.get(position..).unwrap_or_default()
    }

    /// Position of the first column that is not before `sub_id`.
    fn position(&self, sub_id: u32) -> usize {
        self.columns.partition_point(|served| served.column.sub_id() < sub_id)
    }
}
