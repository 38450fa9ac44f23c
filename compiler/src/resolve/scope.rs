//! What a name means inside a module: its own definition, what it imports, or what everyone knows.

use super::definers::Definers;
use super::report::ReportId;
use super::{Resolver, builtin, standard, suggest};
use crate::diag::{Code, Diagnostic};
use crate::model::{DefId, Language, ModuleId, Name, TypeId};
use crate::parallel;
use crate::source::Span;
use crate::syntax::ast::Ident;
use crate::work;
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
    /// Symbols of standard modules used without an import: the first use, in the order found.
    missing: Vec<(Name, &'static str, Span)>,
    /// Their names.
    missing_names: FxHashSet<Name>,
    /// The places of definitions that could not be read, by their names; made when the first unknown name asks.
    left_out: Option<FxHashMap<Name, usize>>,
}

impl<'s> Resolver<'s> {
    /// The definition that a name means; reported if there is none.
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
        } else if let Some((definer, Binding { def: Some(def), .. })) = self.standard_use(module, ident) {
            self.note_missing_from(module, ident.text(), definer, ident.span());
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

    /// The type that a name means; reported if there is none.
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
        } else if let Some((definer, Binding { named_type: Some(symbol), .. })) =
            self.standard_use(module, ident)
        {
            self.note_missing_from(module, ident.text(), definer, ident.span());
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
        let message = format!("`{}` is not a type, `{meant}` is", ident.text());
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
        let definer = builtin::well_known_module(name, smi_v2);
        let other = || builtin::well_known_module(name, !smi_v2);
        let mut binding = Binding {
            builtin: builtin::is_macro(name) || builtin::well_known_arcs(name).is_some(),
            ..Binding::default()
        };
        for definer in [definer, other()].into_iter().flatten() {
            let Some(definer) =
                self.model.names.get(definer).and_then(|definer| self.model.modules_by_name.get(&definer))
            else {
                continue;
            };
            let local = self.defined_by(*definer, name);
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
        if let Some(definer) = builtin::well_known_module(symbol, smi_v2) {
            self.note_missing_from(module, symbol, definer, span);
        }
    }

    /// Remembers that a symbol of a standard module is used without an import.
    fn note_missing_from(&mut self, module: ModuleId, symbol: &str, definer: &'static str, span: Span) {
        let name = self.model.names.intern(symbol);
        let scope = &mut self.scopes[module.index()];
        if scope.missing_names.insert(name) {
            scope.missing.push((name, definer, span));
        }
    }

    /// The meaning of a name that its module neither defines nor imports: a standard module's definition, if only
    /// standard modules define it. Also returns which module that is.
    pub(super) fn standard(&self, module: ModuleId, name: &str) -> Option<(&'static str, Binding)> {
        let definer = standard::definer(name, self.model[module].language == Language::SmiV2)?;
        let id = self.module_named(definer).filter(|id| *id != module)?;
        let binding = self.defined_by(id, name);
        let is_standard =
            |definer: ModuleId| standard::is_standard(self.inputs[definer.index()].module.name.text());
        let alone = self.definers().of(self.model.names.get(name)?).all(is_standard);
        (binding.is_bound() && alone).then_some((definer, binding))
    }

    /// As [`Resolver::standard`], for a name that is used in that module; the clauses of a conformance statement name
    /// what is in other modules.
    fn standard_use(&self, module: ModuleId, ident: Ident<'s>) -> Option<(&'static str, Binding)> {
        let (own, used) = (self.inputs[module.index()].module.span, ident.span());
        let inside = own.file == used.file && own.start <= used.start && used.end <= own.end;
        if inside { self.standard(module, ident.text()) } else { None }
    }

    /// One diagnostic for each module that symbols should have been imported from.
    pub(super) fn report_missing_imports(&mut self) {
        for scope in &mut self.scopes {
            let mut by_module: Vec<(&'static str, Span, Vec<&str>)> = Vec::new();
            let mut places: FxHashMap<&'static str, usize> = FxHashMap::default();
            for (name, definer, span) in std::mem::take(&mut scope.missing) {
                let place = *places.entry(definer).or_insert_with(|| {
                    by_module.push((definer, span, Vec::new()));
                    by_module.len() - 1
                });
                by_module[place].2.push(self.model.names.spelling(name));
            }
            for (definer, span, mut symbols) in by_module {
                symbols.sort_unstable();
                let list = symbols.join(", ");
                let verb = if symbols.len() == 1 { "is" } else { "are" };
                self.reports.push(
                    Diagnostic::new(
                        Code::MissingImport,
                        format!("{list} of {definer} {verb} used without an import"),
                    )
                    .at(span, "first used here")
                    .help(format!("add to IMPORTS: {list} FROM {definer}")),
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
        let id = match self.definer_of(name, module) {
            Some(definer) => {
                let help = format!("it is defined in {definer}: import it from there");
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
        let scope = &mut self.scopes[module.index()];
        let names = &mut self.model.names;
        let places = scope.left_out.get_or_insert_with(|| {
            work::steps(lost.len());
            // From the end: of a name that is lost twice the first counts.
            let places = lost.iter().enumerate().rev();
            places.map(|(number, lost)| (names.intern(lost.name.text()), number)).collect()
        });
        let name = self.model.names.get(name)?;
        let number = *places.get(&name)?;
        let diagnostic = &self.inputs[module.index()].module.left_out.get(number)?.diagnostic;
        let unknown = &mut self.scopes[module.index()].unknown;
        Some(*unknown.entry(name).or_insert_with(|| self.reports.push(diagnostic.as_ref().clone())))
    }

    /// The modules that define each name.
    fn definers(&self) -> &Definers {
        self.definers.get_or_init(|| Definers::new(&self.model, &self.sequences_by_name))
    }

    /// The name of another module that defines a name: the standard's own, else the first of the set in their order.
    pub(super) fn definer_of(&self, name: Name, not: ModuleId) -> Option<&str> {
        let smi_v2 = self.model[not].language == Language::SmiV2;
        let spelling = self.model.spelling(name);
        let own = self.inputs[not.index()].module.name.text();
        let standard = standard::definer(spelling, smi_v2).or_else(|| standard::definers(spelling).next());
        if let Some(standard) = standard.filter(|definer| *definer != own) {
            return Some(standard);
        }
        let definer = self.definers().of(name).find(|definer| *definer != not)?;
        Some(self.model.spelling(self.model[definer].name))
    }

    /// A name of the module's scope that is spelt almost alike.
    fn similar(&self, &Unknown { module, name, types, .. }: &Unknown<'s>) -> Option<&str> {
        let model = &self.model;
        let own = &model[module];
        let defined_types = own.types.iter().filter(|_| types).map(|&id| model[id].name);
        let defined = own.definitions.iter().filter(|_| !types).map(|&id| model[id].name);
        let imports = &self.scopes[module.index()].imports;
        let fits =
            |binding: &Binding| if types { binding.named_type.is_some() } else { binding.def.is_some() };
        let imported = own.imports.iter().map(|import| import.symbol);
        let imported = imported.filter(|symbol| imports.get(symbol).is_some_and(fits));
        let built_in: &[&str] = if types { builtin::TYPES } else { &[] };
        let candidates = defined_types.chain(defined).chain(imported).map(|name| model.spelling(name));
        let candidates = candidates.chain(built_in.iter().copied());
        suggest::closest(name, candidates)
    }
}
