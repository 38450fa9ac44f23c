//! A DEFVAL that a RowStatus cannot have.
//!
//! A status column is read as active, notInService or notReady. The other labels are commands, and no value.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, o: &ObjectItem<'_, '_>, out: &mut Sink) {
    let Some(crate::model::DefaultValue::Label(label)) = o.object.default.as_deref() else { return };
    let Some(span) = o.object.default_span else { return };
    let label = cx.name(*label);
    if cx.is_named(&o.object.syntax, "RowStatus")
        && matches!(label, "createAndGo" | "createAndWait" | "destroy")
    {
        out.push(
            Diagnostic::new(
                Code::RowStatusDefault,
                format!("status column `{}` has the default `{label}`", o.name()),
            )
            .at(span, "a command, not a value")
            .help("remove DEFVAL"),
        );
    }
}
