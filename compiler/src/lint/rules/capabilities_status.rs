//! AGENT-CAPABILITIES that are neither current nor obsolete.
//!
//! The STATUS of a capabilities statement is `current` or `obsolete`: an agent either is that version or no longer is.

use super::prelude::*;

pub(in crate::lint) fn check(_: &Context<'_, '_>, g: &MemberItem<'_, '_>, out: &mut Sink) {
    let DefinitionKind::AgentCapabilities(tree) = &g.tree.kind else { return };
    let (Some(word), Some(status)) = (tree.status, g.def.status) else { return };
    if !matches!(status, Status::Current | Status::Obsolete) {
        out.push(
            Diagnostic::new(
                Code::CapabilitiesStatus,
                format!("AGENT-CAPABILITIES have no status `{status}`"),
            )
            .at(word.span(), "current or obsolete")
            .help("write `current`, or `obsolete` if the agent is no longer used"),
        );
    }
}
