//! An object whose last number is 0.
//!
//! The last number of an object is positive: 0 is reserved. Some agents and managers take it for the instance of what lies
//! above.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    if o.def.oid.as_ref().is_some_and(|oid| oid.last() == 0) {
        out.push(
            Diagnostic::new(Code::ObjectZero, format!("the OID of `{}` ends in 0", o.name()))
                .at(o.clauses.oid.span, "0 is reserved")
                .help("give it a positive number"),
        );
    }
}
