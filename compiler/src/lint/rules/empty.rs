//! Texts without a word in them.

use super::prelude::*;
use crate::syntax::ast::Text;

/// A diagnostic for a text of nothing but blanks.
pub(super) fn empty(
    code: Code,
    clause: &str,
    of: &str,
    text: Option<Text<'_>>,
    help: &str,
) -> Option<Diagnostic> {
    let text = text.filter(|text| text.raw().bytes().all(|b| b <= b' '))?;
    Some(
        Diagnostic::new(code, format!("the {clause} of `{of}` is empty"))
            .at(text.span(), "says nothing")
            .help(help),
    )
}

/// The DESCRIPTION of a definition.
pub(super) fn description<'s>(kind: &DefinitionKind<'s>) -> Option<Text<'s>> {
    match kind {
        DefinitionKind::ModuleIdentity(d) => d.description,
        DefinitionKind::ObjectIdentity(d) => d.description,
        DefinitionKind::ObjectType(d) => d.description,
        DefinitionKind::NotificationType(d) => d.description,
        DefinitionKind::TrapType(d) => d.description,
        DefinitionKind::TextualConvention(d) => d.description,
        DefinitionKind::ObjectGroup(d) | DefinitionKind::NotificationGroup(d) => d.description,
        DefinitionKind::ModuleCompliance(d) => d.description,
        DefinitionKind::AgentCapabilities(d) => d.description,
        DefinitionKind::TypeAssignment(_) | DefinitionKind::ValueAssignment(_) | DefinitionKind::Macro => {
            None
        }
    }
}

/// The REFERENCE of a definition.
pub(super) fn reference<'s>(kind: &DefinitionKind<'s>) -> Option<Text<'s>> {
    match kind {
        DefinitionKind::ObjectIdentity(d) => d.reference,
        DefinitionKind::ObjectType(d) => d.reference.as_deref().copied(),
        DefinitionKind::NotificationType(d) => d.reference,
        DefinitionKind::TrapType(d) => d.reference,
        DefinitionKind::TextualConvention(d) => d.reference,
        DefinitionKind::ObjectGroup(d) | DefinitionKind::NotificationGroup(d) => d.reference,
        DefinitionKind::ModuleCompliance(d) => d.reference,
        DefinitionKind::AgentCapabilities(d) => d.reference,
        _ => None,
    }
}
