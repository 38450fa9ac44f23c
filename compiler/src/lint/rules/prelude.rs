//! What every rule uses.

pub(super) use crate::diag::{Code, Diagnostic};
pub(super) use crate::lint::context::{
    Context, Item, MemberItem, ModuleItem, NotificationItem, ObjectItem, RowItem, Sink, SyntaxItem, TypeItem,
};
pub(super) use crate::model::{IndexTarget, Kind, Ref};
pub(super) use crate::syntax::ast::{self, DefinitionKind, Ident, OidArc, SyntaxKind};
pub(super) use mibc_runtime::syntax::{Access, BaseType, Status};
