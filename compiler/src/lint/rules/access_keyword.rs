//! An SMIv2 object with ACCESS, or an SMIv1 object with MAX-ACCESS.
//!
//! The clause is called MAX-ACCESS in SMIv2 and ACCESS in SMIv1. Tools that follow one version do not read the other word.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    let (Some(keyword), Some(access)) = (o.clauses.access_keyword, o.clauses.access) else { return };
    let expected = if o.v2() { "MAX-ACCESS" } else { "ACCESS" };
    if keyword.text() != expected {
        let version = if o.v2() { 2 } else { 1 };
        out.push(
            Diagnostic::new(
                Code::AccessKeyword,
                format!("`{}` is in SMIv{version}, where the clause is called {expected}", o.name()),
            )
            .at(keyword.span(access), format!("expected {expected}"))
            .help(format!("write {expected}"))
            .fix(keyword.span(access), expected),
        );
    }
}
