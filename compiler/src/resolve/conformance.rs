//! Groups, compliance statements and capabilities (RFC 2580), and the checks between them.

use super::Resolver;
use super::report::ReportId;
use super::syntax::User;
use crate::diag::{Code, Diagnostic};
use crate::model::{
    Capabilities, Compliance, ComplianceModule, DefId, Group, Kind, ModuleId, ObjectRefinement, Ref,
    Supports, Variation,
};
use crate::parallel;
use crate::syntax::ast::{self, DefinitionKind, Ident};
use mibc_runtime::syntax::{Access, Status};
use rustc_hash::FxHashSet;

/// Where the names of a MODULE or SUPPORTS clause are looked up.
#[derive(Clone, Copy)]
enum Scope {
    /// In that module.
    Module(ModuleId),
    /// The module is not there: every name stays unresolved, counted on the report of the module.
    Missing(ReportId),
}

impl<'s> Resolver<'s> {
    /// Fills in groups, compliance statements and capabilities, then checks the groups.
    pub(super) fn resolve_conformance(&mut self) {
        for id in std::mem::take(&mut self.others) {
            let place = self.definitions[id.index()];
            if !is_conformance(self.kind(place)) {
                continue;
            }
            let tree = self.take(place);
            let kind = match &tree {
                DefinitionKind::ObjectGroup(group) => self.group(id, group, false),
                DefinitionKind::NotificationGroup(group) => self.group(id, group, true),
                DefinitionKind::ModuleCompliance(compliance) => self.compliance(id, compliance),
                DefinitionKind::AgentCapabilities(capabilities) => self.capabilities(id, capabilities),
                _ => continue,
            };
            self.model.definitions[id.index()].kind = kind;
            self.done(place, tree);
        }
        let modules = (0..self.model.modules.len()).map(ModuleId::new).collect();
        let found = parallel::map(modules, |module| self.check_groups(module));
        for diagnostic in found.into_iter().flatten() {
            self.reports.push(diagnostic);
        }
    }

    fn group(&mut self, id: DefId, group: &ast::Group<'s>, notifications: bool) -> Kind {
        let module = self.model[id].module;
        let members = group.members.iter().map(|name| self.bind(id, module, *name)).collect();
        Kind::Group(Box::new(Group { notifications, members }))
    }

    fn compliance(&mut self, id: DefId, ast: &ast::ModuleCompliance<'s>) -> Kind {
        let own = self.model[id].module;
        let mut modules = Vec::with_capacity(ast.modules.len());
        for clause in &ast.modules {
            let (name, scope) = match clause.module {
                None => (self.model[own].name, Scope::Module(own)),
                Some(name) => (self.model.names.intern(name.text()), self.scope_of(own, name)),
            };
            let mandatory = self.bind_all(id, scope, &clause.mandatory);
            let groups = clause
                .groups
                .iter()
                .map(|g| (self.bind_in(id, scope, g.group), g.description.map(|text| text.span())))
                .collect();
            let objects = clause
                .objects
                .iter()
                .map(|object| ObjectRefinement {
                    object: self.bind_in(id, scope, object.object),
                    syntax: object.syntax.as_ref().map(|s| self.resolve_syntax(own, s, User::Def(id))),
                    write_syntax: object
                        .write_syntax
                        .as_ref()
                        .map(|s| self.resolve_syntax(own, s, User::Def(id))),
                    min_access: self.access(object.min_access),
                    description: object.description.map(|text| text.span()),
                })
                .collect();
            modules.push(ComplianceModule { module: name, mandatory, groups, objects });
        }
        Kind::Compliance(Box::new(Compliance { modules }))
    }

    fn capabilities(&mut self, id: DefId, ast: &ast::AgentCapabilities<'s>) -> Kind {
        let own = self.model[id].module;
        let mut supports = Vec::with_capacity(ast.supports.len());
        for clause in &ast.supports {
            let scope = self.scope_of(own, clause.module);
            let includes = self.bind_all(id, scope, &clause.includes);
            let mut variations = Vec::with_capacity(clause.variations.len());
            for variation in &clause.variations {
                let object = self.bind_in(id, scope, variation.object);
                let syntax = variation.syntax.as_ref().map(|s| self.resolve_syntax(own, s, User::Def(id)));
                let write_syntax =
                    variation.write_syntax.as_ref().map(|s| self.resolve_syntax(own, s, User::Def(id)));
                let creation_requires = self.bind_all(id, scope, &variation.creation_requires);
                let default = variation.default.as_ref().and_then(|default| {
                    let of_object = object.bound().and_then(|object| self.model[object].object().cloned());
                    let syntax = syntax.clone().or_else(|| of_object.map(|object| object.syntax))?;
                    self.default_value(id, own, &syntax, default)
                });
                variations.push(Variation {
                    object,
                    syntax,
                    write_syntax,
                    access: self.access(variation.access),
                    creation_requires,
                    default,
                    description: variation.description.map(|text| text.span()),
                });
            }
            let module = self.model.names.intern(clause.module.text());
            supports.push(Supports { module, includes, variations });
        }
        let product_release = ast.product_release.map(|text| text.span());
        Kind::Capabilities(Box::new(Capabilities { product_release, supports }))
    }

    /// The module that a clause names; reported if it is not in the set.
    fn scope_of(&mut self, own: ModuleId, name: Ident<'s>) -> Scope {
        if let Some(module) = self.module_named(name.text()) {
            return Scope::Module(module);
        }
        let key = self.model.names.intern(name.text());
        if let Some(&known) = self.scopes[own.index()].missing_modules.get(&key) {
            return Scope::Missing(known);
        }
        let cause = self.reports.push(
            Diagnostic::new(Code::UnknownConformanceModule, format!("module `{}` is not found", name.text()))
                .at(name.span(), "the names of this clause stay unresolved")
                .help(super::ADD_FOLDER),
        );
        self.scopes[own.index()].missing_modules.insert(key, cause);
        Scope::Missing(cause)
    }

    fn bind_all(&mut self, id: DefId, scope: Scope, names: &[Ident<'s>]) -> Vec<Ref<DefId>> {
        names.iter().map(|name| self.bind_in(id, scope, *name)).collect()
    }

    fn bind_in(&mut self, id: DefId, scope: Scope, name: Ident<'s>) -> Ref<DefId> {
        match scope {
            Scope::Module(module) => self.bind(id, module, name),
            Scope::Missing(cause) => {
                self.reports.follow_on(cause);
                self.note_unresolved(Some(id), name);
                Ref::Unresolved(self.model.names.intern(name.text()))
            }
        }
    }

    /// The rules of RFC 2580 §3.1 and §4.1 on what groups hold, for modules that have groups.
    fn check_groups(&self, module: ModuleId) -> Vec<Diagnostic> {
        let mut grouped: FxHashSet<DefId> = FxHashSet::default();
        let mut has_groups = false;
        let mut found = Vec::new();
        for &id in &self.model[module].definitions {
            let definition = &self.model[id];
            let Kind::Group(group) = &definition.kind else { continue };
            has_groups = true;
            let group_name = self.model.spelling(definition.name);
            for member in group.members.iter().filter_map(|member| member.bound()) {
                grouped.insert(member);
                let member = &self.model[member];
                let name = self.model.spelling(member.name);
                if member.module != module {
                    let definer = self.model.spelling(self.model[member.module].name);
                    found.push(
                        Diagnostic::new(
                            Code::ForeignGroupMember,
                            format!("`{name}` of {definer} is a member of `{group_name}`"),
                        )
                        .at(definition.name_span, "a group holds objects of its own module")
                        .help("name the other module's groups in MODULE-COMPLIANCE instead"),
                    );
                }
                if member.object().is_some_and(|object| object.access == Some(Access::NotAccessible)) {
                    found.push(
                        Diagnostic::new(
                            Code::InaccessibleGroupMember,
                            format!("`{name}` of group `{group_name}` is not-accessible"),
                        )
                        .at(definition.name_span, "a group holds objects that can be read or notified")
                        .also(member.name_span, "not-accessible")
                        .help("remove it from the group"),
                    );
                }
            }
        }
        if has_groups {
            for &id in &self.model[module].definitions {
                let definition = &self.model[id];
                let what = match &definition.kind {
                    Kind::Scalar(object) | Kind::Column(object, _)
                        if object.access.is_some_and(|access| access != Access::NotAccessible) =>
                    {
                        "object"
                    }
                    Kind::Notification(notification) if notification.trap.is_none() => "notification",
                    _ => continue,
                };
                if grouped.contains(&id) || definition.status == Some(Status::Obsolete) {
                    continue;
                }
                let name = self.model.spelling(definition.name);
                found.push(
                    Diagnostic::new(Code::UngroupedObject, format!("{what} `{name}` is not in any group"))
                        .at(definition.name_span, "no compliance statement can ask for it")
                        .help("add it to a group of this module"),
                );
            }
        }
        found
    }
}

/// Whether it is one of the macros of RFC 2580.
fn is_conformance(kind: &DefinitionKind<'_>) -> bool {
    matches!(
        kind,
        DefinitionKind::ObjectGroup(_)
            | DefinitionKind::NotificationGroup(_)
            | DefinitionKind::ModuleCompliance(_)
            | DefinitionKind::AgentCapabilities(_)
    )
}
