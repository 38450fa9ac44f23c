//! An OID between the name of a module and DEFINITIONS.
//!
//! ASN.1 lets a module say its OID between its name and DEFINITIONS; the SMI does not. It has no effect.

use super::prelude::*;
use crate::source::Span;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let rest = m.text.get(m.tree.name.span().end as usize..).unwrap_or("");
    let trimmed = rest.trim_start();
    if trimmed.starts_with('{') {
        let at = m.tree.name.span().end as usize + (rest.len() - trimmed.len());
        let length = trimmed.find('}').map_or(1, |end| end + 1);
        out.push(
            Diagnostic::new(Code::ModuleOid, "the name of the module is followed by an OID")
                .at(Span::new(m.module.file, at, at + length), "has no effect")
                .help("remove it"),
        );
    }
}
