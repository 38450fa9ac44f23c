//! The types that a SEQUENCE gives to the columns of its row.

use super::prelude::*;
use crate::model::{DefId, ImportTarget, ModuleId};
use rustc_hash::FxHashMap;

/// How many imports of a module are searched for the name of a type.
const MAX_IMPORTS: usize = 5_000;

/// A column whose type has another name in the SEQUENCE than in its definition.
pub(super) struct Difference<'c, 's> {
    field: &'c ast::Field<'s>,
    listed: &'s str,
    column: ObjectItem<'c, 's>,
    defined: &'s str,
    /// Whether both stand on the same base type, as far as that is known.
    pub(super) same_base: bool,
}

impl Difference<'_, '_> {
    /// The diagnostic; `but` is said of the definition.
    pub(super) fn diagnostic(&self, code: Code, but: &str) -> Diagnostic {
        let (name, listed, defined) = (self.field.name.text(), self.listed, self.defined);
        let message = format!("column `{name}` is {listed} in the SEQUENCE and {defined} in its definition");
        Diagnostic::new(code, message)
            .at(self.field.syntax.span, "in the SEQUENCE")
            .also(self.column.clauses.syntax.span, format!("in its definition, {but}"))
            .help(format!("write {defined} in the SEQUENCE"))
            .fix(self.field.syntax.span, defined)
    }
}

/// Calls `visit` for each difference between the SEQUENCE of a row and the definitions of its columns.
pub(super) fn each_difference<'c, 's>(
    cx: &Context<'c, 's>,
    r: &RowItem<'c, 's>,
    mut visit: impl FnMut(Difference<'c, 's>),
) {
    let Some(fields) = r.fields else { return };
    let columns: FxHashMap<&str, DefId> = r.row.columns.iter().map(|&id| (cx.def_name(id), id)).collect();
    for field in fields {
        let Some(column) = columns.get(field.name.text()).and_then(|&id| cx.object(id)) else { continue };
        let (Some(listed), Some(defined)) =
            (type_name(&field.syntax.kind), type_name(&column.clauses.syntax.kind))
        else {
            continue;
        };
        if plain(listed) != plain(defined) {
            let base = base(cx, r.module.id, listed);
            let same_base = base.is_none() || base.map(wire) == column.object.syntax.base.map(wire);
            visit(Difference { field, listed, column, defined, same_base });
        }
    }
}

fn type_name<'s>(kind: &SyntaxKind<'s>) -> Option<&'s str> {
    match kind {
        SyntaxKind::Named { name, .. } => Some(name.text()),
        SyntaxKind::Bits(_) => Some("BITS"),
        _ => None,
    }
}

/// INTEGER and Integer32 are the same.
fn plain(name: &str) -> &str {
    if name == "Integer32" { "INTEGER" } else { name }
}

/// Types with one tag are the same on the wire.
fn wire(base: BaseType) -> BaseType {
    match base {
        BaseType::Unsigned32 => BaseType::Gauge32,
        BaseType::Bits => BaseType::OctetString,
        base => base,
    }
}

/// The base type behind a name in a module.
fn base(cx: &Context<'_, '_>, module: ModuleId, name: &str) -> Option<BaseType> {
    if let Some(base) = crate::resolve::base_type(name) {
        return Some(base);
    }
    if let Some(ty) = cx.model.named_type(module, name) {
        return ty.syntax.base;
    }
    let name = cx.model.names.get(name)?;
    // A linear search, for the few fields that differ.
    let import = cx.model[module].imports.iter().take(MAX_IMPORTS).find(|import| import.symbol == name)?;
    match import.target {
        ImportTarget::Type(id) => cx.model[id].syntax.base,
        _ => None,
    }
}
