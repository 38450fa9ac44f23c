//! The names that a definition uses: every word in it that can be an imported symbol.

use crate::syntax::ast::{self, DefVal, DefValKind, DefinitionKind, Ident, OidArc, OidValue, SyntaxKind};

/// Calls `visit` with the spelling of every name in a definition, its macro included.
pub(super) fn each_name<'s>(definition: &ast::Definition<'s>, visit: &mut dyn FnMut(&'s str)) {
    match &definition.kind {
        DefinitionKind::ModuleIdentity(d) => {
            visit("MODULE-IDENTITY");
            oid(&d.oid, visit);
        }
        DefinitionKind::ObjectIdentity(d) => {
            visit("OBJECT-IDENTITY");
            oid(&d.oid, visit);
        }
        DefinitionKind::ObjectType(d) => {
            visit("OBJECT-TYPE");
            syntax(&d.syntax, visit);
            index(d.index.as_ref(), visit);
            default(d.default.as_deref(), visit);
            oid(&d.oid, visit);
        }
        DefinitionKind::NotificationType(d) => {
            visit("NOTIFICATION-TYPE");
            names(&d.objects, visit);
            oid(&d.oid, visit);
        }
        DefinitionKind::TrapType(d) => {
            visit("TRAP-TYPE");
            oid(&d.enterprise, visit);
            names(&d.variables, visit);
        }
        DefinitionKind::TextualConvention(d) => {
            visit("TEXTUAL-CONVENTION");
            syntax(&d.syntax, visit);
        }
        DefinitionKind::ObjectGroup(d) => {
            visit("OBJECT-GROUP");
            names(&d.members, visit);
            oid(&d.oid, visit);
        }
        DefinitionKind::NotificationGroup(d) => {
            visit("NOTIFICATION-GROUP");
            names(&d.members, visit);
            oid(&d.oid, visit);
        }
        DefinitionKind::ModuleCompliance(d) => {
            visit("MODULE-COMPLIANCE");
            d.modules.iter().for_each(|clause| compliance(clause, visit));
            oid(&d.oid, visit);
        }
        DefinitionKind::AgentCapabilities(d) => {
            visit("AGENT-CAPABILITIES");
            d.supports.iter().for_each(|clause| supports(clause, visit));
            oid(&d.oid, visit);
        }
        DefinitionKind::TypeAssignment(written) => syntax(written, visit),
        DefinitionKind::ValueAssignment(value) => oid(value, visit),
        DefinitionKind::Macro => {}
    }
}

fn names<'s>(names: &[Ident<'s>], visit: &mut dyn FnMut(&'s str)) {
    names.iter().for_each(|name| visit(name.text()));
}

fn arcs<'s>(arcs: &[OidArc<'s>], visit: &mut dyn FnMut(&'s str)) {
    for arc in arcs {
        if let Some(name) = arc.name() {
            visit(name.text());
        }
    }
}

fn oid<'s>(value: &OidValue<'s>, visit: &mut dyn FnMut(&'s str)) {
    arcs(&value.arcs.list(), visit);
}

fn default<'s>(value: Option<&DefVal<'s>>, visit: &mut dyn FnMut(&'s str)) {
    match value.map(|value| &value.kind) {
        Some(DefValKind::Name(name)) => visit(name.text()),
        Some(DefValKind::Braces(inner)) => arcs(inner, visit),
        _ => {}
    }
}

fn index<'s>(index: Option<&ast::Index<'s>>, visit: &mut dyn FnMut(&'s str)) {
    match index {
        Some(ast::Index::Augments(row)) => visit(row.text()),
        Some(ast::Index::Index(items)) => {
            for item in items {
                match &item.target {
                    ast::IndexTarget::Object(name) => visit(name.text()),
                    ast::IndexTarget::Type(written) => syntax(written, visit),
                }
            }
        }
        None => {}
    }
}

/// Types nest to a fixed depth, which the grammar sets.
fn syntax<'s>(written: &ast::Syntax<'s>, visit: &mut dyn FnMut(&'s str)) {
    match &written.kind {
        SyntaxKind::Named { name, .. } => visit(name.text()),
        SyntaxKind::Bits(_) => visit("BITS"),
        SyntaxKind::Sequence(fields) | SyntaxKind::Choice(fields) => {
            fields.iter().for_each(|field| syntax(&field.syntax, visit));
        }
        SyntaxKind::SequenceOf(row) => visit(row.text()),
        SyntaxKind::Tagged { inner, .. } => syntax(inner, visit),
    }
}

fn compliance<'s>(clause: &ast::ComplianceModule<'s>, visit: &mut dyn FnMut(&'s str)) {
    names(&clause.mandatory, visit);
    clause.groups.iter().for_each(|group| visit(group.group.text()));
    for object in &clause.objects {
        visit(object.object.text());
        object.syntax.iter().chain(&object.write_syntax).for_each(|written| syntax(written, visit));
    }
}

fn supports<'s>(clause: &ast::Supports<'s>, visit: &mut dyn FnMut(&'s str)) {
    names(&clause.includes, visit);
    for variation in &clause.variations {
        visit(variation.object.text());
        variation.syntax.iter().chain(&variation.write_syntax).for_each(|written| syntax(written, visit));
        names(&variation.creation_requires, visit);
        default(variation.default.as_ref(), visit);
    }
}
