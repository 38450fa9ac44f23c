//! What may lie below what in the tree of OIDs (RFC 2578 §7.10).

use super::prelude::*;
use crate::model::Definition;

/// What lies right above a definition: the parent its OID value names, where that is one arc away.
pub(super) fn above<'c>(cx: &Context<'c, '_>, def: &Definition) -> Option<&'c Definition> {
    let parent = &cx.model[def.parent?];
    let (own, above) = (def.oid.as_ref()?, parent.oid.as_ref()?);
    (own.len() == above.len() + 1).then_some(parent)
}

/// Whether it is an OBJECT-TYPE, or a definition of another sort that nothing lies below.
pub(super) fn is_leaf(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Scalar(_) | Kind::Table(..) | Kind::Row(_) | Kind::Column(..) | Kind::Notification(_)
    )
}

/// A diagnostic for a definition that lies below something it must not lie below.
pub(super) fn misplaced(
    code: Code,
    cx: &Context<'_, '_>,
    item: &Item<'_, '_>,
    above: &Definition,
    rule: &str,
) -> Diagnostic {
    let (kind, parent) = (item.def.kind.noun(), above.kind.noun());
    Diagnostic::new(
        code,
        format!("`{}`, {kind}, lies below `{}`, {parent}", item.name(), cx.name(above.name)),
    )
    .at(item.value().map_or(item.name_span(), |value| value.span), rule.to_owned())
    .also(above.name_span, parent)
    .help("correct the parent in its OID value")
}
