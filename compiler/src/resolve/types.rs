//! Named types: each is resolved after the type it stands on, along chains of any length (RFC 2578 §9).

use super::Resolver;
use super::scope::TypeSymbol;
use super::syntax::User;
use crate::diag::{Code, Diagnostic};
use crate::model::{ModuleId, Ref, TypeId};
use crate::syntax::ast::{self, DefinitionKind, SyntaxKind};

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

impl<'s> Resolver<'s> {
    /// Resolves every named type.
    pub(super) fn resolve_types(&mut self) {
        let parents: Vec<Option<TypeId>> =
            (0..self.types.len()).map(|number| self.parent_type(number)).collect();
        let mut states = vec![State::New; parents.len()];
        let mut chain: Vec<usize> = Vec::new();
        for start in 0..parents.len() {
            let mut at = start;
            let mut circle = None;
            loop {
                match states[at] {
                    State::Done => break,
                    State::Open => {
                        circle = chain.iter().position(|&member| member == at);
                        break;
                    }
                    State::New => {}
                }
                states[at] = State::Open;
                chain.push(at);
                let Some(parent) = parents[at] else { break };
                at = parent.index();
            }
            if let Some(first) = circle {
                self.report_type_circle(&chain[first..]);
                for &member in &chain[first..] {
                    states[member] = State::Done;
                    self.model.types[member].syntax.named = parents[member].map(Ref::Bound);
                }
            }
            while let Some(member) = chain.pop() {
                if states[member] == State::Open {
                    states[member] = State::Done;
                    self.resolve_type(TypeId::new(member));
                }
            }
        }
    }

    /// The syntax clause of a type's definition.
    fn type_syntax(&self, number: usize) -> Option<&ast::Syntax<'s>> {
        match self.kind(self.types[number]) {
            DefinitionKind::TextualConvention(tc) => Some(&tc.syntax),
            DefinitionKind::TypeAssignment(syntax) => Some(syntax),
            _ => None,
        }
    }

    fn parent_type(&self, number: usize) -> Option<TypeId> {
        let ty = &self.model.types[number];
        // The SMI's own types are what they are, however their module writes them.
        if ty.builtin {
            return None;
        }
        let mut syntax = self.type_syntax(number)?;
        while let SyntaxKind::Tagged { inner, .. } = &syntax.kind {
            syntax = inner;
        }
        let SyntaxKind::Named { name, refinement } = &syntax.kind else { return None };
        let scope: ModuleId = match refinement.as_ref().and_then(|refinement| refinement.module) {
            Some(qualifier) => self.module_named(qualifier.text())?,
            None => ty.module,
        };
        let imported = |name: &str| {
            let name = self.model.names.get(name);
            name.is_some_and(|name| self.scopes[scope.index()].imports.contains_key(&name))
        };
        let standard = |name| if imported(name) { None } else { self.standard(scope, name)?.1.named_type };
        let known = |name| self.peek_type(scope, name).or_else(|| self.well_known(scope, name)?.named_type);
        let symbol = known(name.text())
            .or_else(|| standard(name.text()))
            .or_else(|| known(super::builtin::type_meant(name.text())?));
        match symbol? {
            TypeSymbol::Named(id) => Some(id),
            TypeSymbol::Sequence(_) | TypeSymbol::Base(_) => None,
        }
    }

    fn resolve_type(&mut self, id: TypeId) {
        let number = id.index();
        let ty = &self.model.types[number];
        if ty.builtin {
            let base = super::builtin::application_type(self.model.spelling(ty.name));
            self.model.types[number].syntax.base = base;
            return;
        }
        let (module, place) = (ty.module, self.types[number]);
        let kind = self.take(place);
        let (written, hint) = match &kind {
            DefinitionKind::TextualConvention(tc) => (&tc.syntax, tc.display_hint),
            DefinitionKind::TypeAssignment(syntax) => (&**syntax, None),
            _ => return,
        };
        let mut syntax = self.resolve_syntax(module, written, User::Type(id));
        if let Some(hint) = hint {
            syntax.hint = Some(hint.span());
        }
        self.model.types[number].syntax = syntax;
        self.done(place, kind);
    }

    fn report_type_circle(&mut self, circle: &[usize]) {
        const MOST_NAMES: usize = 8;
        let Some(&first) = circle.first() else { return };
        let name = |&number: &usize| self.model.spelling(self.model.types[number].name);
        let message = match circle {
            [one] => format!("type `{}` is defined by itself", name(one)),
            _ => {
                let mut names: Vec<&str> = circle.iter().take(MOST_NAMES).map(name).collect();
                names.push(if circle.len() > MOST_NAMES { "…" } else { name(&first) });
                format!("these types are defined by each other: {}", names.join(" → "))
            }
        };
        let mut report = Diagnostic::new(Code::CyclicType, message)
            .at(self.model.types[first].name_span, "its base type stays unknown")
            .help("let one of them stand on a base type");
        for &member in circle.iter().skip(1).take(MOST_NAMES) {
            report = report.also(self.model.types[member].name_span, "part of the circle");
        }
        self.reports.push(report);
    }
}
