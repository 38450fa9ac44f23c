//! A scalar that is not-accessible.
//!
//! Nobody can read or write it, or see it in a notification, so it says nothing. For an object that notifications carry,
//! there is accessible-for-notify.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    let Some(word) = o.clauses.access else { return };
    if matches!(o.def.kind, Kind::Scalar(_))
        && o.object.access == Some(Access::NotAccessible)
        && o.def.status != Some(Status::Obsolete)
    {
        out.push(
            Diagnostic::new(Code::ScalarNotAccessible, format!("scalar `{}` is not-accessible", o.name()))
                .at(word.span(), "nobody can see it")
                .help("write read-only, or accessible-for-notify"),
        );
    }
}
