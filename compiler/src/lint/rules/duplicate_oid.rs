//! Two definitions of a module with one OID.
//!
//! An OID names one thing. If two objects share one, a manager cannot tell which of them a value belongs to: the first
//! counts when names are looked up by OID.
//!
//! A plain `OBJECT IDENTIFIER ::=` may give a second name to an OID.

use super::prelude::*;
use rustc_hash::FxHashMap;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let mut seen = FxHashMap::default();
    for &id in &m.module.definitions {
        let definition = &cx.model[id];
        if matches!(definition.kind, Kind::Value)
            || matches!(&definition.kind, Kind::Notification(n) if n.trap.is_some())
        {
            continue;
        }
        let Some(oid) = &definition.oid else { continue };
        let Some(first) = seen.insert(oid, id) else { continue };
        seen.insert(oid, first);
        let first = &cx.model[first];
        out.push(
            Diagnostic::new(
                Code::DuplicateOid,
                format!(
                    "`{}` and `{}` have the same OID {oid}",
                    cx.name(first.name),
                    cx.name(definition.name)
                ),
            )
            .at(definition.name_span, "the second one")
            .also(first.name_span, "the first one")
            .help("correct the number of one of them"),
        );
    }
}
