//! A MIN-ACCESS beyond the MAX-ACCESS of the object.
//!
//! MIN-ACCESS is the least that an agent has to support. It cannot be more than the most that makes sense.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    for (clause, tree) in g.compliance() {
        for (object, written) in clause.objects.iter().zip(&tree.objects) {
            let Some(target) = object.object.bound().map(|id| &cx.model[id]) else { continue };
            let (Some(least), Some(most)) = (object.min_access, target.object().and_then(|o| o.access))
            else {
                continue;
            };
            if let Some(word) = written.min_access
                && least > most
                && most <= Access::ReadCreate
            {
                out.push(
                    Diagnostic::new(
                        Code::MinAccessAbove,
                        format!(
                            "`{}` asks for {least} of `{}`, which is {most} at most",
                            g.name(),
                            written.object.text()
                        ),
                    )
                    .at(word.span(), "more than MAX-ACCESS")
                    .also(target.name_span, "defined here")
                    .help(format!("write {most} or less")),
                );
            }
        }
    }
}
