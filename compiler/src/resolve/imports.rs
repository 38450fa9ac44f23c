//! IMPORTS: each symbol is bound to what it means, or reported (RFC 2578 §3.2).

use super::report::ReportId;
use super::scope::{Binding, TypeSymbol};
use super::{ADD_FOLDER, Resolver, builtin, published, successors, suggest};
use crate::diag::{Code, Diagnostic};
use crate::model::{Import, ImportTarget, Language, ModuleId, Name};
use crate::syntax::ast::{self, DefinitionKind, Ident};
use crate::work;
use rustc_hash::FxHashSet;

impl<'s> Resolver<'s> {
    /// Binds every imported symbol of every module.
    pub(super) fn bind_imports(&mut self) {
        for number in 0..self.inputs.len() {
            for import in &self.inputs[number].module.imports {
                let source = self.model.names.intern(import.module.text());
                for symbol in &import.symbols {
                    let name = self.model.names.intern(symbol.text());
                    self.scopes[number].sources.entry(name).or_insert(source);
                }
            }
        }
        for number in 0..self.inputs.len() {
            let module = ModuleId::new(number);
            let imports = std::mem::take(&mut self.inputs[number].module.imports);
            for import in &imports {
                self.bind_import(module, import);
            }
            self.inputs[number].module.imports = imports;
            self.note_missing_macros(module);
        }
        self.report_import_cycles();
    }

    fn bind_import(&mut self, module: ModuleId, import: &ast::Import<'s>) {
        let source = self.model.names.intern(import.module.text());
        let from = self.model.modules_by_name.get(&source).copied();
        let (definers, cause) = match from {
            Some(_) => (Vec::new(), None),
            None => {
                let definers = self.successors(import.module.text());
                let cause = self.missing_module(module, source, import, &definers);
                (definers, cause)
            }
        };
        for symbol in &import.symbols {
            let name = self.model.names.intern(symbol.text());
            let binding = match from {
                Some(from) => self.bind_symbol(module, from, *symbol),
                None => self
                    .defined_in(&definers, symbol.text())
                    .map(|(_, binding)| binding)
                    .or_else(|| self.well_known(module, symbol.text()))
                    .unwrap_or(Binding { cause, ..Binding::default() }),
            };
            if let (Some(cause), false) = (binding.cause, binding.is_bound())
                && from.is_none()
            {
                self.reports.follow_on(cause);
            }
            let target = match binding {
                Binding { def: Some(def), .. } => ImportTarget::Definition(def),
                Binding { named_type: Some(TypeSymbol::Named(id)), .. } => ImportTarget::Type(id),
                Binding { builtin: true, .. } | Binding { named_type: Some(_), .. } => ImportTarget::Builtin,
                _ => ImportTarget::Unresolved,
            };
            self.scopes[module.index()].imports.entry(name).or_insert(binding);
            let import = Import { symbol: name, span: symbol.span(), module: source, target };
            self.model.modules[module.index()].imports.push(import);
        }
    }

    /// One report for each missing module, however many clauses import from it.
    fn missing_module(
        &mut self,
        module: ModuleId,
        source: Name,
        import: &ast::Import<'s>,
        definers: &[ModuleId],
    ) -> Option<ReportId> {
        if let Some(&known) = self.scopes[module.index()].missing_modules.get(&source) {
            return Some(known);
        }
        let cause = self.report_unknown_module(module, import, definers)?;
        self.scopes[module.index()].missing_modules.insert(source, cause);
        Some(cause)
    }

    /// `None` if everything imported from it is well known, so that nothing is lost.
    fn report_unknown_module(
        &mut self,
        module: ModuleId,
        import: &ast::Import<'s>,
        definers: &[ModuleId],
    ) -> Option<ReportId> {
        let name = import.module.text();
        let renamed = import.symbols.iter().find_map(|symbol| self.defined_in(definers, symbol.text()));
        if let Some((definer, _)) = renamed {
            let definer = self.inputs[definer.index()].module.name.text();
            self.reports.push(
                Diagnostic::new(Code::RenamedModule, format!("there is no module `{name}`"))
                    .at(import.module.span(), format!("its symbols are read from {definer}"))
                    .help(format!("import from {definer}")),
            );
        }
        let found = |symbol: &str| {
            self.well_known(module, symbol).is_some() || self.defined_in(definers, symbol).is_some()
        };
        let lost = import.symbols.iter().any(|symbol| !found(symbol.text()));
        if renamed.is_some() && !lost {
            return None;
        }
        if builtin::means_base_module(name) && !lost {
            if !builtin::is_base_module(name) {
                let smi_v2 = self.model[module].language == Language::SmiV2;
                let definer =
                    import.symbols.iter().find_map(|s| builtin::well_known_module(s.text(), smi_v2));
                let mut diagnostic =
                    Diagnostic::new(Code::BaseModuleMismatch, format!("there is no module `{name}`"))
                        .at(import.module.span(), "its symbols are read as those of the SMI");
                if let Some(definer) = definer {
                    diagnostic = diagnostic.help(format!("import from {definer}"));
                }
                self.reports.push(diagnostic);
            }
            return None;
        }
        let diagnostic = Diagnostic::new(Code::UnknownModule, format!("module `{name}` is not found"))
            .at(import.module.span(), "no file on the search path defines it, and it is not built in");
        let diagnostic = match self.similar_module(import) {
            Some(similar) => diagnostic.help(format!("did you mean `{similar}`?")),
            None => diagnostic,
        };
        let help = match published::document(name) {
            Some(document) => {
                format!("{document} defines it: {ADD_FOLDER}")
            }
            None => ADD_FOLDER.to_owned(),
        };
        Some(self.reports.push(diagnostic.help(help)))
    }

    /// A module of almost that name that defines something of what is imported.
    fn similar_module(&mut self, import: &ast::Import<'s>) -> Option<String> {
        self.suggestions_left = self.suggestions_left.checked_sub(1)?;
        let fits = |module: ModuleId| {
            import.symbols.iter().any(|symbol| self.defined_by(module, symbol.text()).is_bound())
        };
        let modules = (0..self.inputs.len()).map(ModuleId::new);
        let candidates = modules.map(|module| (self.inputs[module.index()].module.name.text(), module));
        suggest::closest_that(import.module.text(), candidates, fits).map(str::to_owned)
    }

    /// The modules that have today what a module of that name once had.
    fn successors(&self, module: &str) -> Vec<ModuleId> {
        let definer = |name| self.model.modules_by_name.get(&self.model.names.get(name)?).copied();
        successors(module).iter().filter_map(|name| definer(name)).collect()
    }

    /// What a symbol means in the first of some modules that defines it, and which that is.
    fn defined_in(&self, definers: &[ModuleId], symbol: &str) -> Option<(ModuleId, Binding)> {
        definers.iter().find_map(|&definer| {
            let binding = self.defined_by(definer, symbol);
            binding.is_bound().then_some((definer, binding))
        })
    }

    /// What a symbol of an existing module is: its own, one that it imports in turn, or one of the SMI.
    fn bind_symbol(&mut self, module: ModuleId, from: ModuleId, symbol: Ident<'s>) -> Binding {
        let direct = self.defined_by(from, symbol.text());
        if direct.is_bound() {
            return direct;
        }
        let source = self.inputs[from.index()].module.name.text();
        if builtin::is_macro(symbol.text()) {
            if !builtin::defines_macro(source, symbol.text()) {
                self.report_macro(module, symbol, source);
            }
            return Binding { builtin: true, ..Binding::default() };
        }
        if builtin::asn1_type(symbol.text()).is_some() {
            self.reports.push(
                Diagnostic::new(Code::BuiltinImport, format!("`{}` is built in", symbol.text()))
                    .at(symbol.span(), "no module defines it")
                    .help("remove it from IMPORTS"),
            );
            return Binding { builtin: true, ..Binding::default() };
        }
        if builtin::is_base_module(source)
            && let Some(binding) = self.well_known(module, symbol.text())
        {
            self.report_base_mismatch(module, symbol, source);
            return binding;
        }
        if builtin::is_base_module(source)
            && let Some(meant) = builtin::type_meant(symbol.text())
            && let Some(binding) = Some(self.defined_by(from, meant))
                .filter(Binding::is_bound)
                .or_else(|| self.well_known(module, meant))
        {
            self.report_respelt(symbol, meant);
            return binding;
        }
        if let Some((definer, binding)) = self.follow(from, symbol.text()) {
            let definer = self.inputs[definer.index()].module.name.text();
            self.reports.push(
                Diagnostic::new(
                    Code::IndirectImport,
                    format!("{source} does not define `{}`, it imports it itself", symbol.text()),
                )
                .at(symbol.span(), format!("defined in {definer}"))
                .help(format!("import it from {definer}")),
            );
            return binding;
        }
        let cause = match self.left_out(from, symbol.text()) {
            Some(cause) => {
                self.reports.follow_on(cause);
                cause
            }
            None => match self.standard(module, symbol.text()) {
                Some((definer, binding)) => {
                    self.report_misplaced(symbol, source, definer);
                    return binding;
                }
                None => self.report_unknown_import(module, from, symbol),
            },
        };
        // The name still means what it means everywhere.
        let known = self.well_known(module, symbol.text()).unwrap_or_default();
        Binding { cause: Some(cause), ..known }
    }

    /// Follows imports of imports to the module that defines a symbol. Each step is made once, however many modules
    /// lead to it.
    fn follow(&mut self, from: ModuleId, symbol: &str) -> Option<(ModuleId, Binding)> {
        let name = self.model.names.get(symbol)?;
        let (mut at, mut way) = (from, Vec::new());
        let definer = loop {
            work::steps(1);
            // In a circle this finds what stands there for the time being: nothing.
            if let Some(&known) = self.followed.get(&(at, name)) {
                break known;
            }
            self.followed.insert((at, name), None);
            way.push(at);
            let source = self.scopes[at.index()].sources.get(&name);
            let Some(&next) = source.and_then(|source| self.model.modules_by_name.get(source)) else {
                break None;
            };
            if self.defined_by(next, symbol).is_bound() {
                break Some(next);
            }
            at = next;
        };
        let definer = definer?;
        self.followed.extend(way.into_iter().map(|at| ((at, name), Some(definer))));
        Some((definer, self.defined_by(definer, symbol)))
    }

    fn report_macro(&mut self, module: ModuleId, symbol: Ident<'s>, source: &str) {
        let smi_v2 = self.model[module].language == Language::SmiV2;
        let Some(definer) = builtin::well_known_module(symbol.text(), smi_v2) else { return };
        self.reports.push(
            Diagnostic::new(
                Code::MacroImport,
                format!("{source} does not define the macro `{}`", symbol.text()),
            )
            .at(symbol.span(), "read as the macro of the SMI")
            .help(format!("import it from {definer}")),
        );
    }

    fn report_base_mismatch(&mut self, module: ModuleId, symbol: Ident<'s>, source: &str) {
        let smi_v2 = self.model[module].language == Language::SmiV2;
        let mut diagnostic = Diagnostic::new(
            Code::BaseModuleMismatch,
            format!("{source} does not define `{}`, another module of the SMI does", symbol.text()),
        )
        .at(symbol.span(), "read as the symbol of the SMI");
        if let Some(definer) = builtin::well_known_module(symbol.text(), smi_v2) {
            diagnostic = diagnostic.help(format!("import it from {definer}"));
        }
        self.reports.push(diagnostic);
    }

    fn report_misplaced(&mut self, symbol: Ident<'s>, source: &str, definer: &str) {
        self.reports.push(
            Diagnostic::new(
                Code::MisplacedImport,
                format!("{source} does not define `{}`, the standard module {definer} does", symbol.text()),
            )
            .at(symbol.span(), format!("read as that of {definer}"))
            .help(format!("import it from {definer}")),
        );
    }

    fn report_unknown_import(&mut self, module: ModuleId, from: ModuleId, symbol: Ident<'s>) -> ReportId {
        let source = self.inputs[from.index()].module.name.text();
        let diagnostic =
            Diagnostic::new(Code::UnknownImport, format!("{source} does not define `{}`", symbol.text()))
                .at(symbol.span(), format!("not defined in {source}"));
        let name = self.model.names.intern(symbol.text());
        let help = if let Some(definer) = self.definer_of(name, module) {
            format!("it is defined in {definer}: import it from there")
        } else if let Some(similar) = self.similar_export(from, symbol.text()) {
            format!("did you mean `{similar}`?")
        } else {
            format!("another revision of {source} may define it; or remove it from IMPORTS")
        };
        self.reports.push(diagnostic.help(help))
    }

    /// A name that a module defines and that is spelt almost alike.
    fn similar_export(&mut self, from: ModuleId, name: &str) -> Option<String> {
        self.suggestions_left = self.suggestions_left.checked_sub(1)?;
        let model = &self.model;
        let defs = model[from].definitions.iter().map(|&id| model[id].name);
        let types = model[from].types.iter().map(|&id| model[id].name);
        suggest::closest(name, defs.chain(types).map(|name| model.spelling(name))).map(str::to_owned)
    }

    /// Macros that a module uses without importing or defining them.
    fn note_missing_macros(&mut self, module: ModuleId) {
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        let definitions = std::mem::take(&mut self.inputs[module.index()].module.definitions);
        for definition in &definitions {
            let name = match &definition.kind {
                DefinitionKind::ModuleIdentity(_) => "MODULE-IDENTITY",
                DefinitionKind::ObjectIdentity(_) => "OBJECT-IDENTITY",
                DefinitionKind::ObjectType(_) => "OBJECT-TYPE",
                DefinitionKind::NotificationType(_) => "NOTIFICATION-TYPE",
                DefinitionKind::TrapType(_) => "TRAP-TYPE",
                DefinitionKind::TextualConvention(_) => "TEXTUAL-CONVENTION",
                DefinitionKind::ObjectGroup(_) => "OBJECT-GROUP",
                DefinitionKind::NotificationGroup(_) => "NOTIFICATION-GROUP",
                DefinitionKind::ModuleCompliance(_) => "MODULE-COMPLIANCE",
                DefinitionKind::AgentCapabilities(_) => "AGENT-CAPABILITIES",
                DefinitionKind::TypeAssignment(_) | DefinitionKind::ValueAssignment(_) => continue,
                DefinitionKind::Macro => {
                    seen.insert(definition.name.text());
                    continue;
                }
            };
            if !seen.insert(name) {
                continue;
            }
            let known = self.model.names.get(name);
            if known.is_none_or(|known| !self.scopes[module.index()].imports.contains_key(&known)) {
                self.note_missing(module, name, definition.name.span());
            }
        }
        self.inputs[module.index()].module.definitions = definitions;
    }

    /// One diagnostic for each circle of modules that import from each other.
    fn report_import_cycles(&mut self) {
        let count = self.inputs.len();
        let edges: Vec<Vec<u32>> = (0..count)
            .map(|number| {
                let module = &self.model.modules[number];
                let mut targets: Vec<u32> = module
                    .imports
                    .iter()
                    .filter(|import| import.target != ImportTarget::Builtin)
                    .filter_map(|import| self.model.modules_by_name.get(&import.module))
                    .map(|id| id.index() as u32)
                    .collect();
                targets.sort_unstable();
                targets.dedup();
                targets
            })
            .collect();
        for circle in circles(&edges) {
            let first = circle[0] as usize;
            let names: Vec<&str> =
                circle.iter().map(|&number| self.inputs[number as usize].module.name.text()).collect();
            let members: FxHashSet<&str> = names.iter().copied().collect();
            let span = self.inputs[first]
                .module
                .imports
                .iter()
                .find(|import| members.contains(import.module.text()))
                .map_or(self.inputs[first].module.name.span(), |import| import.module.span());
            let message = match names.as_slice() {
                [one] => format!("module `{one}` imports from itself"),
                _ => format!("modules import from each other in a circle: {}", shown(&names)),
            };
            self.reports.push(
                Diagnostic::new(Code::CyclicImport, message)
                    .at(span, "part of the circle")
                    .help("move what both sides need to a module of its own"),
            );
        }
    }
}

/// The first names of a long list.
fn shown(names: &[&str]) -> String {
    const MOST: usize = 8;
    let mut text = names[..names.len().min(MOST)].join(", ");
    if names.len() > MOST {
        text.push_str(&format!(" and {} more", names.len() - MOST));
    }
    text
}

/// The strongly connected components of a graph that are circles, each sorted, in the order of their first member
/// (Tarjan's algorithm with an explicit stack).
fn circles(edges: &[Vec<u32>]) -> Vec<Vec<u32>> {
    const NEW: u32 = u32::MAX;
    let mut index = vec![NEW; edges.len()];
    let mut low = vec![0u32; edges.len()];
    let mut on_stack = vec![false; edges.len()];
    let mut stack: Vec<u32> = Vec::new();
    let mut next = 0;
    let mut found = Vec::new();
    for root in 0..edges.len() {
        if index[root] != NEW {
            continue;
        }
        let mut work = vec![(root, 0usize)];
        while let Some(frame) = work.last_mut() {
            let (node, edge) = (frame.0, frame.1);
            if edge == 0 {
                index[node] = next;
                low[node] = next;
                next += 1;
                stack.push(node as u32);
                on_stack[node] = true;
            }
            if let Some(&target) = edges[node].get(edge) {
                frame.1 += 1;
                let target = target as usize;
                if index[target] == NEW {
                    work.push((target, 0));
                } else if on_stack[target] {
                    low[node] = low[node].min(index[target]);
                }
                continue;
            }
            work.pop();
            if let Some(&(parent, _)) = work.last() {
                low[parent] = low[parent].min(low[node]);
            }
            if low[node] == index[node] {
                let mut component = Vec::new();
                while let Some(member) = stack.pop() {
                    on_stack[member as usize] = false;
                    component.push(member);
                    if member as usize == node {
                        break;
                    }
                }
                if component.len() > 1 || edges[node].contains(&(node as u32)) {
                    component.sort_unstable();
                    found.push(component);
                }
            }
        }
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::circles;

    #[test]
    fn circles_are_found_once() {
        assert_eq!(circles(&[vec![1], vec![2], vec![0], vec![0]]), [[0, 1, 2]]);
        assert_eq!(circles(&[vec![0], vec![]]), [[0]]);
        assert!(circles(&[vec![1], vec![]]).is_empty());
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let count = 200_000;
        let mut edges: Vec<Vec<u32>> = (1..count).map(|next| vec![next]).collect();
        edges.push(vec![0]);
        assert_eq!(circles(&edges).len(), 1);
    }
}
