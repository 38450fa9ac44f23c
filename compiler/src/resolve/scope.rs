//! What a name means inside a module: its own definition, what it imports, or what everyone knows.

use super::homes::Homes;
use super::report::ReportId;
use super::{Resolver, builtin, suggest};
use crate::diag::{Code, Diagnostic};
use crate::model::{DefId, Language, ModuleId, Name, TypeId};
use crate::parallel;
use crate::source::Span;
use crate::syntax::ast::Ident;
use mibc_runtime::syntax::BaseType;
use rustc_hash::{FxHashMap, FxHashSet};

/// A SEQUENCE or SEQUENCE OF that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct SequenceId(pub(super) u32);

/// What the name of a type can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TypeSymbol {
    /// A textual convention or type assignment.
    Named(TypeId),
    /// The columns of a row.
    Sequence(SequenceId),
    /// A type of the SMI whose base module is not in the set.
    Base(BaseType),
}

/// A name that means nothing, and that something else may have been meant by.
pub(super) struct Unknown<'s> {
    report: ReportId,
    module: ModuleId,
    name: &'s str,
    /// Whether a type was meant.
    types: bool,
}

/// What an imported name is bound to. A spelling can be both a type and an object.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Binding {
    pub(super) def: Option<DefId>,
    pub(super) named_type: Option<TypeSymbol>,
    /// Whether it is a macro or a name that the SMI fixes.
    pub(super) builtin: bool,
    /// Why it is bound to nothing.
    pub(super) cause: Option<ReportId>,
}

impl Binding {
    pub(super) fn is_bound(&self) -> bool {
        self.def.is_some() || self.named_type.is_some() || self.builtin
    }
}

/// The names that a module sees besides its own.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) imports: FxHashMap<Name, Binding>,
    /// The module named by the import of each symbol.
    pub(super) sources: FxHashMap<Name, Name>,
    /// Modules that are not in the set, and the one report of each.
    pub(super) missing_modules: FxHashMap<Name, ReportId>,
    /// Types whose names are spelt with other capitals, already reported.
    respelt: FxHashSet<Name>,
    /// Names already reported as unknown.
    unknown: FxHashMap<Name, ReportId>,
    /// Well-known symbols used without an import: the first use, in the order found.
    missing: Vec<(Name, &'static str, Span)>,
}

impl<'s> Resolver<'s> {
    /// The definition that a name means; reported where there is none.
    pub(super) fn find_def(&mut self, module: ModuleId, ident: Ident<'s>) -> Result<DefId, ReportId> {
        if let Some(def) = self.peek_def(module, ident.text()) {
            return Ok(def);
        }
        let name = self.model.names.intern(ident.text());
        if let Some(binding) = self.scopes[module.index()].imports.get(&name) {
            if let Some(cause) = binding.cause {
                self.reports.follow_on(cause);
                return Err(cause);
            }
        } else if let Some(def) = self.well_known(module, ident.text()).and_then(|binding| binding.def) {
            self.note_missing(module, ident.text(), ident.span());
            return Ok(def);
        }
        Err(self.report_unknown(module, ident, "object"))
    }

    /// The definition that a name means by definition or import; nothing is reported.
    pub(super) fn peek_def(&self, module: ModuleId, name: &str) -> Option<DefId> {
        let name = self.model.names.get(name)?;
        if let Some(def) = self.model.definition_named(module, name) {
            return Some(def);
        }
        self.scopes[module.index()].imports.get(&name)?.def
    }

    /// The type that a name means; reported where there is none.
    pub(super) fn find_type(&mut self, module: ModuleId, ident: Ident<'s>) -> Result<TypeSymbol, ReportId> {
        if let Some(symbol) = self.peek_type(module, ident.text()) {
            return Ok(symbol);
        }
        let name = self.model.names.intern(ident.text());
        if let Some(binding) = self.scopes[module.index()].imports.get(&name) {
            if let Some(cause) = binding.cause {
                self.reports.follow_on(cause);
                return Err(cause);
            }
        } else if let Some(symbol) =
            self.well_known(module, ident.text()).and_then(|binding| binding.named_type)
        {
            self.note_missing(module, ident.text(), ident.span());
            return Ok(symbol);
        } else if let Some(symbol) = self.type_meant(module, ident) {
            return Ok(symbol);
        }
        Err(self.report_unknown(module, ident, "type"))
    }

    /// The built-in type that is spelt with other capitals; reported once for each module.
    fn type_meant(&mut self, module: ModuleId, ident: Ident<'s>) -> Option<TypeSymbol> {
        let meant = builtin::type_meant(ident.text())?;
        let built_in = || builtin::asn1_type(meant).map(TypeSymbol::Base);
        let symbol = self
            .peek_type(module, meant)
            .or_else(built_in)
            .or_else(|| self.well_known(module, meant)?.named_type)?;
        let name = self.model.names.intern(ident.text());
        if self.scopes[module.index()].respelt.insert(name) {
            self.report_respelt(ident, meant);
        }
        Some(symbol)
    }

    pub(super) fn report_respelt(&mut self, ident: Ident<'s>, meant: &str) {
        let message = format!("`{}` is no type, `{meant}` is", ident.text());
        self.reports.push(
            Diagnostic::new(Code::KeywordSpelling, message)
                .at(ident.span(), format!("read as `{meant}`"))
                .help(format!("write `{meant}`"))
                .fix(ident.span(), meant),
        );
    }

    /// The type that a name means by definition or import; nothing is reported.
    pub(super) fn peek_type(&self, module: ModuleId, name: &str) -> Option<TypeSymbol> {
        let name = self.model.names.get(name)?;
        if let Some(&id) = self.model.types_by_name.get(&(module, name)) {
            return Some(TypeSymbol::Named(id));
        }
        if let Some(&id) = self.sequences_by_name.get(&(module, name)) {
            return Some(TypeSymbol::Sequence(id));
        }
        self.scopes[module.index()].imports.get(&name)?.named_type
    }

    /// What a symbol of the SMI means when no import says where it comes from.
    pub(super) fn well_known(&self, module: ModuleId, name: &str) -> Option<Binding> {
        let smi_v2 = self.model[module].language == Language::SmiV2;
        let home = builtin::well_known_home(name, smi_v2);
        let other = || builtin::well_known_home(name, !smi_v2);
        let mut binding = Binding {
            builtin: builtin::is_macro(name) || builtin::well_known_arcs(name).is_some(),
            ..Binding::default()
        };
        for home in [home, other()].into_iter().flatten() {
            let Some(home) =
                self.model.names.get(home).and_then(|home| self.model.modules_by_name.get(&home))
            else {
                continue;
            };
            let local = self.defined_by(*home, name);
            if local.def.is_some() || local.named_type.is_some() {
                return Some(Binding { builtin: binding.builtin, ..local });
            }
        }
        binding.named_type = builtin::application_type(name).map(TypeSymbol::Base);
        binding.is_bound().then_some(binding)
    }

    /// What a module itself defines under a name.
    pub(super) fn defined_by(&self, module: ModuleId, name: &str) -> Binding {
        let Some(name) = self.model.names.get(name) else { return Binding::default() };
        let key = (module, name);
        let named = self.model.types_by_name.get(&key).map(|&id| TypeSymbol::Named(id));
        let sequence = || self.sequences_by_name.get(&key).map(|&id| TypeSymbol::Sequence(id));
        Binding {
            def: self.model.definition_named(module, name),
            named_type: named.or_else(sequence),
            builtin: false,
            cause: None,
        }
    }

    /// Remembers that a well-known symbol is used without an import.
    pub(super) fn note_missing(&mut self, module: ModuleId, symbol: &str, span: Span) {
        if builtin::is_root(symbol) || builtin::is_base_module(self.inputs[module.index()].module.name.text())
        {
            return;
        }
        let smi_v2 = self.model[module].language == Language::SmiV2;
        let Some(home) = builtin::well_known_home(symbol, smi_v2) else { return };
        let name = self.model.names.intern(symbol);
        let missing = &mut self.scopes[module.index()].missing;
        if !missing.iter().any(|(known, ..)| *known == name) {
            missing.push((name, home, span));
        }
    }

    /// One diagnostic for each module that symbols should have been imported from.
    pub(super) fn report_missing_imports(&mut self) {
        for scope in &mut self.scopes {
            let missing = std::mem::take(&mut scope.missing);
            for (number, &(_, home, span)) in missing.iter().enumerate() {
                if missing[..number].iter().any(|(_, other, _)| *other == home) {
                    continue;
                }
                let mut symbols: Vec<&str> = missing
                    .iter()
                    .filter(|(_, other, _)| *other == home)
                    .map(|(name, ..)| self.model.names.spelling(*name))
                    .collect();
                symbols.sort_unstable();
                let list = symbols.join(", ");
                let verb = if symbols.len() == 1 { "is" } else { "are" };
                self.reports.push(
                    Diagnostic::new(
                        Code::MissingImport,
                        format!("{list} of {home} {verb} used without an import"),
                    )
                    .at(span, "first used here")
                    .help(format!("add to IMPORTS: {list} FROM {home}")),
                );
            }
        }
    }

    /// Reports a name that means nothing here, the first time; counts the others.
    pub(super) fn report_unknown(&mut self, module: ModuleId, ident: Ident<'s>, what: &str) -> ReportId {
        let name = self.model.names.intern(ident.text());
        let unknown = self.scopes[module.index()].unknown.get(&name).copied();
        if let Some(known) = unknown.or_else(|| self.left_out(module, ident.text())) {
            self.reports.follow_on(known);
            return known;
        }
        let module_name = self.inputs[module.index()].module.name.text();
        let diagnostic = Diagnostic::new(
            Code::UnknownName,
            format!("`{}` is neither defined in {module_name} nor imported", ident.text()),
        )
        .at(ident.span(), format!("no {what} of that name"));
        let id = match self.home_of(name, module) {
            Some(home) => {
                let help = format!("it is defined in {home}: import it from there");
                self.reports.push(diagnostic.help(help))
            }
            None => {
                let report = self.reports.push(diagnostic);
                self.unknown.push(Unknown { report, module, name: ident.text(), types: what == "type" });
                report
            }
        };
        self.scopes[module.index()].unknown.insert(name, id);
        id
    }

    /// Says what was meant by names that mean nothing, when all that could be meant is known.
    pub(super) fn suggest(&mut self) {
        let unknown = std::mem::take(&mut self.unknown);
        let searches = self.suggestions_left as usize;
        let found = parallel::map(unknown.into_iter().enumerate().collect(), |(number, unknown)| {
            let similar = if number < searches { self.similar(&unknown) } else { None };
            (unknown.report, similar.map(str::to_owned))
        });
        for (report, similar) in found {
            let help = match similar {
                Some(similar) => format!("did you mean `{similar}`?"),
                None => "define it, or import it from the module that does".to_owned(),
            };
            self.reports.help(report, help);
        }
    }

    /// What was said about the definition of a name that the parser could not read. Said once more, for what follows
    /// from it to be counted on.
    pub(super) fn left_out(&mut self, module: ModuleId, name: &str) -> Option<ReportId> {
        let lost = &self.inputs[module.index()].module.left_out;
        let diagnostic = lost.iter().find(|lost| lost.name.text() == name)?.diagnostic.as_ref().clone();
        let name = self.model.names.intern(name);
        let unknown = &mut self.scopes[module.index()].unknown;
        Some(*unknown.entry(name).or_insert_with(|| self.reports.push(diagnostic)))
    }

    /// The name of another module that defines a name, where it is in the set. The first one in their order.
    pub(super) fn home_of(&mut self, name: Name, not: ModuleId) -> Option<&str> {
        let model = &self.model;
        let homes = self.homes.get_or_insert_with(|| Homes::new(model, &self.sequences_by_name));
        let home = homes.of(name).find(|home| *home != not)?;
        Some(self.model.spelling(self.model[home].name))
    }

    /// A name of the module's scope that is spelt almost alike.
    fn similar(&self, &Unknown { module, name, types, .. }: &Unknown<'s>) -> Option<&str> {
        let model = &self.model;
        let own = &model[module];
        let defined: Vec<Name> = if types {
            own.types.iter().map(|&id| model[id].name).collect()
        } else {
            own.definitions.iter().map(|&id| model[id].name).collect()
        };
        let mut imported: Vec<Name> = self.scopes[module.index()]
            .imports
            .iter()
            .filter(|(_, binding)| if types { binding.named_type.is_some() } else { binding.def.is_some() })
            .map(|(&name, _)| name)
            .collect();
        imported.sort_unstable();
        let built_in: &[&str] = if types { builtin::TYPES } else { &[] };
        let candidates = defined.iter().chain(&imported).map(|&name| model.spelling(name));
        let candidates = candidates.chain(built_in.iter().copied());
        suggest::closest(name, candidates)
    }
}
