//! A name that is a keyword in Rust.
//!
//! The generated code escapes such a name: a field or method `type` is `r#type`, and where Rust has no escape (`self`,
//! `super`, `crate`), an underscore is added.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, d: &Item<'_, '_>, out: &mut Sink) {
    let object = matches!(d.def.kind, Kind::Column(..) | Kind::Scalar(_));
    let member = mibc_runtime::names::member(d.name());
    if object && (member.starts_with("r#") || member.ends_with('_')) {
        out.push(
            Diagnostic::new(Code::RustKeyword, format!("`{}` is a keyword in Rust", d.name()))
                .at(d.name_span(), format!("fields and methods are called `{member}`"))
                .help("nothing needs to change; a longer name reads better"),
        );
    }
}
