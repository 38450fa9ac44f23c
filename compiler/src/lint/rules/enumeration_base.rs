//! Labels on a type that is not an enumeration.
//!
//! Labels belong to INTEGER, and to types that are enumerations already, some of whose labels are listed again.
//! Integer32, Unsigned32 and the others have none.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, s: &SyntaxItem<'_, '_>, out: &mut Sink) {
    let Some((name, labels, _)) = s.named() else { return };
    let plain = matches!(
        name.text(),
        "Integer32"
            | "Unsigned32"
            | "Gauge32"
            | "Counter32"
            | "Counter64"
            | "TimeTicks"
            | "Counter"
            | "Gauge"
            | "OCTET STRING"
            | "OBJECT IDENTIFIER"
            | "IpAddress"
            | "Opaque"
    );
    if plain && !labels.is_empty() {
        let diagnostic = Diagnostic::new(
            Code::EnumerationBase,
            format!("`{}` has labels on {}", s.owner.text(), name.text()),
        )
        .at(name.span(), "has no labels");
        out.push(match s.syntax.base {
            Some(BaseType::Integer32) => diagnostic.help("write INTEGER").fix(name.span(), "INTEGER"),
            _ => diagnostic.help("use INTEGER for an enumeration, BITS for flags"),
        });
    }
}
