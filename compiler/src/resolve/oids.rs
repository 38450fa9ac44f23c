//! OIDs: every definition's value, from its parent's (RFC 2578 §3.1, §3.5).

use super::report::ReportId;
use super::{Resolver, builtin};
use crate::diag::{Code, Diagnostic};
use crate::model::{DefId, ModuleId};
use crate::source::Span;
use crate::syntax::ast::{DefinitionKind, Ident, OidArc, OidValue};
use crate::work;
use mibc_runtime::oid::{Oid, OidError};
use rustc_hash::FxHashMap;
use std::ops::Deref;

/// How many members of a circle a diagnostic names.
const MOST_NAMES: usize = 8;

/// What an OID value hangs on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Root {
    /// Another definition.
    Def(DefId),
    /// A name that the SMI fixes; its module is not in the set.
    Known(&'static [u32]),
    /// Nothing: the value starts with a number.
    Numbers,
    /// A name that means nothing, or a number that is too large.
    Broken(ReportId),
}

impl Root {
    fn definition(self) -> Option<DefId> {
        match self {
            Root::Def(id) => Some(id),
            Root::Known(_) | Root::Numbers | Root::Broken(_) => None,
        }
    }
}

/// An OID value with its names bound: a root and the numbers after it.
#[derive(Clone, Debug)]
pub(super) struct Path {
    pub(super) root: Root,
    pub(super) numbers: Numbers,
}

/// The numbers of an OID value behind its root: nearly always one, which needs no memory of its own.
#[derive(Clone, Debug)]
pub(super) enum Numbers {
    One(u32),
    Any(Vec<u32>),
}

impl Default for Numbers {
    fn default() -> Numbers {
        Numbers::Any(Vec::new())
    }
}

impl Numbers {
    fn push(&mut self, number: u32) {
        match self {
            Numbers::Any(numbers) if numbers.is_empty() => *self = Numbers::One(number),
            Numbers::Any(numbers) => numbers.push(number),
            Numbers::One(first) => *self = Numbers::Any(vec![*first, number]),
        }
    }
}

impl Deref for Numbers {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        match self {
            Numbers::One(number) => std::slice::from_ref(number),
            Numbers::Any(numbers) => numbers,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

impl<'s> Resolver<'s> {
    /// Computes every OID, parents first, along chains of any length.
    pub(super) fn assign_oids(&mut self) {
        self.oid_suffixes.reserve_exact(self.definitions.len());
        // The number of each plain path, whose parent the model has; all other paths.
        let mut plain: Vec<u32> = Vec::with_capacity(self.definitions.len());
        let mut odd: FxHashMap<usize, Path> = FxHashMap::default();
        for stretch in self.stretches() {
            let numbers = self.work_ahead(&stretch, |resolver, id, definition| {
                let (parent, number) = resolver.plain_path(id)?;
                definition.parent = Some(parent);
                Some(number)
            });
            for (id, number) in stretch.definitions.map(DefId::new).zip(numbers) {
                let (suffix, number) = match number {
                    Some(number) => (1, number),
                    None => {
                        let path = self.definition_path(id);
                        self.model.definitions[id.index()].parent = path.root.definition();
                        let suffix = path.numbers.len() as u32;
                        match (path.root, &*path.numbers) {
                            (Root::Def(_), &[number]) => (suffix, number),
                            _ => {
                                odd.insert(id.index(), path);
                                (suffix, 0)
                            }
                        }
                    }
                };
                self.oid_suffixes.push(suffix);
                plain.push(number);
            }
        }
        self.arc_labels.close();
        self.follow_paths(&plain, &odd);
    }

    fn follow_paths(&mut self, plain: &[u32], odd: &FxHashMap<usize, Path>) {
        let mut states = vec![State::New; plain.len()];
        let mut chain: Vec<usize> = Vec::new();
        for start in 0..plain.len() {
            let mut at = start;
            loop {
                match states[at] {
                    State::Done => break,
                    State::Open => {
                        self.report_circle(&chain, at);
                        break;
                    }
                    State::New => {}
                }
                states[at] = State::Open;
                chain.push(at);
                let Some(parent) = self.model.definitions[at].parent else { break };
                at = parent.index();
            }
            while let Some(member) = chain.pop() {
                if states[member] == State::Open {
                    states[member] = State::Done;
                    let id = DefId::new(member);
                    match (odd.get(&member), self.model.definitions[member].parent) {
                        (Some(path), _) => self.assign_oid(id, path.root, &path.numbers),
                        (None, Some(parent)) => {
                            self.assign_oid(id, Root::Def(parent), &plain[member..=member])
                        }
                        (None, None) => {}
                    }
                }
            }
        }
    }

    /// An OID value of a name and a number, where the name is bound: what [`Resolver::definition_path`] makes of it,
    /// without a change to anything.
    fn plain_path(&self, id: DefId) -> Option<(DefId, u32)> {
        if self.in_full {
            return None;
        }
        let place = self.definitions[id.index()];
        let (value, None) = oid_value(self.kind(place))? else { return None };
        let (parent, number) = value.arcs.child()?;
        let number = number.text().parse().ok()?;
        Some((self.peek_def(place.module, parent.text())?, number))
    }

    /// The names and numbers of a definition's OID value. A TRAP-TYPE is enterprise.0.number (RFC 3584 §3.1).
    fn definition_path(&mut self, id: DefId) -> Path {
        let module = self.model[id].module;
        let Some((value, trap)) = oid_value(self.kind(self.definitions[id.index()])) else {
            return Path { root: Root::Numbers, numbers: Numbers::default() };
        };
        let (arcs, span) = (value.arcs.clone(), value.span);
        let mut path = self.arcs_path(module, &arcs.list(), span, Some(id));
        if let Some(number) = trap {
            path.numbers.push(0);
            match self.arc(number) {
                Ok(number) => path.numbers.push(number),
                Err(cause) => path.root = Root::Broken(cause),
            }
        }
        path
    }

    /// Binds the names of an OID value. The last name that is bound is the root; names that cannot be bound are
    /// noted at the definition `user`.
    pub(super) fn arcs_path(
        &mut self,
        module: ModuleId,
        arcs: &[OidArc<'s>],
        span: Span,
        user: Option<DefId>,
    ) -> Path {
        let mut path = Path { root: Root::Numbers, numbers: Numbers::default() };
        for (position, arc) in arcs.iter().enumerate() {
            match arc {
                OidArc::Name(name) => path = self.named_path(module, *name, user),
                OidArc::Qualified(qualified) => {
                    path.numbers = Numbers::default();
                    path.root = self.oid_root(module, Some(qualified.module), qualified.name, user);
                }
                // The first name of a path may be one that the module knows; `iso(1)` is as good as 1.
                OidArc::Named(arc)
                    if position == 0
                        && !builtin::is_root(arc.name.text())
                        && self.peek_def(module, arc.name.text()).is_some() =>
                {
                    path.root = self.oid_root(module, None, arc.name, user);
                }
                OidArc::Named(arc)
                    if position == 0
                        && !builtin::is_root(arc.name.text())
                        && self.is_label(module, arc.name, arc.number) =>
                {
                    path = self.named_path(module, arc.name, user);
                }
                OidArc::Number(_) | OidArc::Named(_) => {
                    let Some(digits) = arc.number() else { continue };
                    match self.arc(digits) {
                        Ok(number) => path.numbers.push(number),
                        Err(cause) => path.root = Root::Broken(cause),
                    }
                }
            }
            if let Root::Broken(_) = path.root {
                return path;
            }
        }
        if arcs.is_empty() {
            let report = Diagnostic::new(Code::InvalidOid, "an OID value without a single arc")
                .at(span, "expected a name or a number")
                .help("write the parent and the number under it, as in `{ enterprises 1 }`");
            path.root = Root::Broken(self.reports.push(report));
        }
        path
    }

    /// What a name stands for at the beginning of an OID value.
    fn named_path(&mut self, module: ModuleId, name: Ident<'s>, user: Option<DefId>) -> Path {
        match self.label_path(module, name, user) {
            Some(path) => path,
            None => Path { root: self.oid_root(module, None, name, user), numbers: Numbers::default() },
        }
    }

    pub(super) fn oid_root(
        &mut self,
        module: ModuleId,
        qualifier: Option<Ident<'s>>,
        name: Ident<'s>,
        user: Option<DefId>,
    ) -> Root {
        let scope = match qualifier {
            Some(qualifier) => match self.module_named(qualifier.text()) {
                Some(scope) => scope,
                None => {
                    let cause = self.report_unknown(module, qualifier, "module");
                    self.note_unresolved(user, name);
                    return Root::Broken(cause);
                }
            },
            None => module,
        };
        if let Some(def) = self.peek_def(scope, name.text()) {
            return Root::Def(def);
        }
        if let Some(arcs) = builtin::well_known_arcs(name.text()) {
            let imported =
                self.model.names.get(name.text()).and_then(|n| self.scopes[scope.index()].imports.get(&n));
            let imported = imported.is_some();
            if !imported {
                self.note_missing(module, name.text(), name.span());
            }
            return match self.well_known(scope, name.text()).and_then(|binding| binding.def) {
                Some(def) => Root::Def(def),
                None => Root::Known(arcs),
            };
        }
        match self.find_def(scope, name) {
            Ok(def) => Root::Def(def),
            Err(cause) => {
                self.note_unresolved(user, name);
                Root::Broken(cause)
            }
        }
    }

    /// The module of that name.
    pub(super) fn module_named(&self, name: &str) -> Option<ModuleId> {
        self.model.modules_by_name.get(&self.model.names.get(name)?).copied()
    }

    /// Remembers a name that a definition uses and that means nothing.
    pub(super) fn note_unresolved(&mut self, user: Option<DefId>, ident: Ident<'_>) {
        let Some(user) = user else { return };
        let name = self.model.names.intern(ident.text());
        work::steps(1);
        self.unresolved.entry(user).or_default().push(name);
    }

    fn arc(&mut self, digits: Ident<'s>) -> Result<u32, ReportId> {
        digits.text().parse().map_err(|_| {
            let report = Diagnostic::new(
                Code::InvalidOid,
                format!("`{}` is not a sub-identifier: they go from 0 to 4294967295", digits.text()),
            )
            .at(digits.span(), "out of range")
            .help("the OID of this definition, and of those below it, stays unknown");
            self.reports.push(report)
        })
    }

    fn assign_oid(&mut self, id: DefId, root: Root, numbers: &[u32]) {
        if self.oid_causes.contains_key(&id) {
            return;
        }
        let parent = match root {
            Root::Broken(cause) => Err(cause),
            Root::Def(parent) => match (&self.model[parent].oid, self.oid_causes.get(&parent)) {
                (Some(oid), _) => Ok(oid.extend(numbers.iter().copied())),
                // A parent of one arc, such as `iso`: no OID of its own, but a prefix.
                (None, None) => match self.single_arc(parent) {
                    Some(first) => {
                        let arcs: Vec<u32> = std::iter::once(first).chain(numbers.iter().copied()).collect();
                        Ok(Oid::from_arcs(&arcs))
                    }
                    None => return,
                },
                (None, Some(&cause)) => {
                    self.reports.follow_on(cause);
                    Err(cause)
                }
            },
            Root::Known(arcs) => {
                let arcs: Vec<u32> = arcs.iter().chain(numbers).copied().collect();
                Ok(Oid::from_arcs(&arcs))
            }
            Root::Numbers => Ok(Oid::from_arcs(numbers)),
        };
        match parent {
            Ok(Ok(oid)) => self.model.definitions[id.index()].oid = Some(oid),
            Ok(Err(OidError::TooFewArcs { .. })) => {}
            Ok(Err(error)) => {
                let definition = &self.model[id];
                let report = Diagnostic::new(
                    Code::InvalidOid,
                    format!("the OID of `{}` is not valid: {error}", self.model.spelling(definition.name)),
                )
                .at(definition.name_span, "its OID, and that of what is below it, stays unknown")
                .help("correct the numbers of its OID value, or of its parents'");
                let cause = self.reports.push(report);
                self.oid_causes.insert(id, cause);
            }
            Err(cause) => {
                self.oid_causes.insert(id, cause);
            }
        }
    }

    /// The arc of a definition whose OID has only one.
    fn single_arc(&self, id: DefId) -> Option<u32> {
        match self.kind(self.definitions[id.index()]) {
            DefinitionKind::ValueAssignment(value) => match &*value.arcs.list() {
                [arc @ (OidArc::Name(_) | OidArc::Qualified(_))] => {
                    match builtin::well_known_arcs(arc.name()?.text())? {
                        [one] => Some(*one),
                        _ => None,
                    }
                }
                [arc] => arc.number()?.text().parse().ok(),
                _ => None,
            },
            _ => None,
        }
    }

    /// Reports a circle: the part of `chain` from `first` on.
    fn report_circle(&mut self, chain: &[usize], first: usize) {
        let start = chain.iter().position(|&member| member == first).unwrap_or(0);
        let circle = &chain[start..];
        let head = &self.model.definitions[first];
        let name = |&number: &usize| self.model.spelling(self.model.definitions[number].name);
        let mut report = match circle {
            [one] => Diagnostic::new(Code::CyclicOid, format!("`{}` is its own parent", name(one))),
            _ => {
                let mut names: Vec<&str> = circle.iter().take(MOST_NAMES).map(name).collect();
                names.push(if circle.len() > MOST_NAMES { "…" } else { name(&first) });
                Diagnostic::new(
                    Code::CyclicOid,
                    format!("the OIDs of these definitions form a circle: {}", names.join(" → ")),
                )
            }
        }
        .at(head.name_span, "its OID depends on itself");
        for &member in circle.iter().skip(1).take(MOST_NAMES) {
            report = report.also(self.model.definitions[member].name_span, "part of the circle");
        }
        let cause = self.reports.push(report.help("give one of them a parent outside of the circle"));
        for &member in circle {
            self.oid_causes.insert(DefId::new(member), cause);
        }
    }
}

/// The OID value of a definition, and the number of a TRAP-TYPE besides.
pub(super) fn oid_value<'t, 's>(
    kind: &'t DefinitionKind<'s>,
) -> Option<(&'t OidValue<'s>, Option<Ident<'s>>)> {
    Some(match kind {
        DefinitionKind::ModuleIdentity(d) => (&d.oid, None),
        DefinitionKind::ObjectIdentity(d) => (&d.oid, None),
        DefinitionKind::ObjectType(d) => (&d.oid, None),
        DefinitionKind::NotificationType(d) => (&d.oid, None),
        DefinitionKind::TrapType(d) => (&d.enterprise, Some(d.number)),
        DefinitionKind::ObjectGroup(d) | DefinitionKind::NotificationGroup(d) => (&d.oid, None),
        DefinitionKind::ModuleCompliance(d) => (&d.oid, None),
        DefinitionKind::AgentCapabilities(d) => (&d.oid, None),
        DefinitionKind::ValueAssignment(value) => (&**value, None),
        DefinitionKind::TextualConvention(_) | DefinitionKind::TypeAssignment(_) | DefinitionKind::Macro => {
            return None;
        }
    })
}
