//! What a rule is: a code, and a function that is asked about one sort of thing.

use super::context::{
    Context, Item, MemberItem, ModuleItem, NotificationItem, ObjectItem, RowItem, Sink, SyntaxItem, TypeItem,
};
use crate::diag::Code;

/// A rule of the linter.
pub(super) struct Rule {
    /// What it reports.
    pub(super) code: Code,
    /// The function that looks for it.
    pub(super) check: Check,
}

/// What a rule is asked about.
#[derive(Clone, Copy)]
pub(super) enum Check {
    /// Each file, by the first of its modules.
    File(for<'c, 's, 'x> fn(&Context<'c, 's>, &ModuleItem<'c, 's>, &'x mut Sink)),
    /// Each module.
    Module(for<'c, 's, 'x> fn(&Context<'c, 's>, &ModuleItem<'c, 's>, &'x mut Sink)),
    /// Each definition with an OID.
    Definition(for<'c, 's, 'x> fn(&Context<'c, 's>, &Item<'c, 's>, &'x mut Sink)),
    /// Each OBJECT-TYPE.
    Object(for<'c, 's, 'x> fn(&Context<'c, 's>, &ObjectItem<'c, 's>, &'x mut Sink)),
    /// Each scalar and column.
    Leaf(for<'c, 's, 'x> fn(&Context<'c, 's>, &ObjectItem<'c, 's>, &'x mut Sink)),
    /// Each conceptual table.
    Table(for<'c, 's, 'x> fn(&Context<'c, 's>, &ObjectItem<'c, 's>, &'x mut Sink)),
    /// Each conceptual row.
    Row(for<'c, 's, 'x> fn(&Context<'c, 's>, &RowItem<'c, 's>, &'x mut Sink)),
    /// Each NOTIFICATION-TYPE and TRAP-TYPE.
    Notification(for<'c, 's, 'x> fn(&Context<'c, 's>, &NotificationItem<'c, 's>, &'x mut Sink)),
    /// Each group, compliance and capabilities statement.
    Conformance(for<'c, 's, 'x> fn(&Context<'c, 's>, &MemberItem<'c, 's>, &'x mut Sink)),
    /// Each textual convention and type assignment.
    Type(for<'c, 's, 'x> fn(&Context<'c, 's>, &TypeItem<'c, 's>, &'x mut Sink)),
    /// Each type that is written: of a scalar or column, or behind a type's name.
    Syntax(for<'c, 's, 'x> fn(&Context<'c, 's>, &SyntaxItem<'c, 's>, &'x mut Sink)),
}
