//! A group that no compliance statement names.
//!
//! A group says what belongs together; a compliance statement says whether it is required. A group that none names is
//! required of nobody.

use super::prelude::*;

pub(in crate::lint) fn check(cx: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    let compliances = cx.facts.with_compliances.contains(&g.module.id);
    if g.group().is_some()
        && compliances
        && !cx.facts.used_groups.contains(&g.def.id)
        && g.def.status == Some(Status::Current)
    {
        out.push(
            Diagnostic::new(Code::UnusedGroup, format!("no compliance statement names group `{}`", g.name()))
                .at(g.name_span(), "required of nobody")
                .help("name it in MANDATORY-GROUPS or GROUP"),
        );
    }
}
