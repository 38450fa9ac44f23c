//! What a store knows of its table: columns, defaults, rules of the index. All of it comes from the module's metadata.

use crate::agent::constraint::Constraint;
use crate::agent::index_check::IndexCheck;
use crate::index::{Form, Index, IndexWriter};
use crate::meta::{Meta, ObjectKind, TypeMeta};
use crate::oid::{Oid, OidRef};
use crate::syntax::{Access, BaseType};
use crate::typed::{Module, ObjectRef, Row};
use crate::value::Value;

use super::change::index_of;
use super::page::PageForm;
use super::record::key_octets;

/// One table.
pub(super) struct Layout {
    /// The row object.
    pub(super) row: Oid,
    /// All that can have a value, ascending.
    pub(super) columns: Vec<ColumnLayout>,
    /// Where the column of type RowStatus is.
    pub(super) status: Option<usize>,
    /// Where the column of type StorageType is.
    pub(super) storage: Option<usize>,
    pub(super) index: IndexCheck,
    /// Whether an index can go on where another ends.
    pub(super) nests: bool,
    /// Whether octets are those of a typed index, in the one way in which they are written.
    pub(super) is_index: fn(&[u8]) -> bool,
}

/// One column.
pub(super) struct ColumnLayout {
    pub(super) object: ObjectRef,
    pub(super) sub_id: u32,
    pub(super) oid: Oid,
    pub(super) base: BaseType,
    access: Access,
    pub(super) constraint: Constraint,
    /// What a new row has in it.
    pub(super) default: Option<Value>,
    /// A row without it is not ready.
    pub(super) is_required: bool,
    /// The application has it.
    pub(super) is_implemented: bool,
    /// It cannot be changed in an active row.
    pub(super) is_frozen: bool,
    /// What managers read instead of what is in the row.
    pub(super) shown: Option<Value>,
}

impl ColumnLayout {
    pub(super) fn is_readable(&self) -> bool {
        self.is_implemented
            && matches!(self.access, Access::ReadOnly | Access::ReadWrite | Access::ReadCreate)
    }

    pub(super) fn is_writable(&self) -> bool {
        self.is_implemented
            && matches!(self.access, Access::ReadWrite | Access::ReadCreate | Access::WriteOnly)
    }
}

impl Layout {
    /// The table of a row.
    pub(super) fn of<R: Row>() -> Self {
        Self::described(R::Module::META, R::OID, is_index::<R>)
    }

    fn described(meta: Meta<'static>, row: &'static [u32], is_index: fn(&[u8]) -> bool) -> Self {
        let row_oid = Oid::from_arcs(row).unwrap_or_default();
        let mut layout = Self {
            columns: Vec::new(),
            status: None,
            storage: None,
            index: IndexCheck::of(meta, &row_oid),
            nests: meta
                .object_exact(&row_oid)
                .is_none_or(|row| row.index().any(|part| part.form == Form::Implied)),
            row: row_oid,
            is_index,
        };
        for object in meta.objects() {
            let oid = object.oid();
            let Some(syntax) = object.syntax().filter(|_| object.kind() == ObjectKind::Column) else {
                continue;
            };
            if oid.as_ref().parent() != Some(layout.row.as_ref()) || object.access() == Access::NotAccessible
            {
                continue;
            }
            let position = layout.columns.len();
            if is_of_type(&syntax, "RowStatus") {
                layout.status = Some(position);
            } else if is_of_type(&syntax, "StorageType") {
                layout.storage = Some(position);
            }
            let sub_id = oid.as_ref().last();
            layout.columns.push(ColumnLayout {
                object: ObjectRef::column(meta, row, sub_id),
                sub_id,
                oid,
                base: syntax.base(),
                access: object.access(),
                constraint: Constraint::described(&syntax),
                default: object.default(),
                is_required: false,
                is_implemented: true,
                is_frozen: false,
                shown: None,
            });
        }
        if let Some(status) = layout.status {
            // Rows are made by SET. SMIv1 has no other word than read-write for what SMIv2 calls read-create.
            for (position, column) in layout.columns.iter_mut().enumerate() {
                if position == status {
                    column.default = None;
                } else {
                    column.is_required = matches!(column.access, Access::ReadWrite | Access::ReadCreate);
                }
            }
        }
        layout
    }

    /// Octets of a map with a bit for each column.
    pub(super) fn map_octets(&self) -> usize {
        self.columns.len().div_ceil(8)
    }

    /// How pages keep the rows.
    pub(super) fn form(&self) -> PageForm {
        let is_secret = self.columns.iter().any(|column| column.shown.is_some());
        PageForm { map_octets: self.map_octets(), is_secret }
    }

    /// The position of the column with this number.
    pub(super) fn position(&self, sub_id: u32) -> Option<usize> {
        self.columns.binary_search_by_key(&sub_id, |column| column.sub_id).ok()
    }

    /// Position and number of the column that a name is in, and the name's index: octets that encode sub-identifiers.
    pub(super) fn locate<'n>(&self, name: OidRef<'n>) -> Option<(usize, &ColumnLayout, &'n [u8])> {
        let row = self.row.as_ber();
        if !name.as_ber().starts_with(row) {
            return None;
        }
        let sub_id = u32::try_from(name.number_at(row.len())?).ok()?;
        let position = self.position(sub_id)?;
        let column = self.columns.get(position)?;
        Some((position, column, name.as_ber().get(column.oid.as_ber().len()..)?))
    }
}

/// Reads and writes an index.
fn is_index<R: Row>(key: &[u8]) -> bool {
    let Some(index) = index_of::<R>(key) else { return false };
    let mut writer = IndexWriter::new(&Oid::ZERO);
    index.write(&mut writer);
    writer.finish().is_ok_and(|written| key_octets(&written) == key)
}

/// Whether the type is the one of this name. Refinements keep the name.
fn is_of_type(syntax: &TypeMeta<'_>, name: &str) -> bool {
    syntax.name() == Some(name) && syntax.base() == BaseType::Integer32
}
