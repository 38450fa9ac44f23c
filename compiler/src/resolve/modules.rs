//! Which modules there are, and what each of them defines.

use super::{Input, Place, Resolver, Scope, SequenceId, builtin};
use crate::diag::{Code, Diagnostic};
use crate::model::{
    DefId, Definition, Duplicate, Kind, Language, Module, ModuleId, Name, Names, Ref, Revision, Shared,
    Syntax, Text, Type, TypeId,
};
use crate::parallel;
use crate::source::Span;
use crate::syntax::ast::{self, DefinitionKind, Ident, SyntaxKind};
use crate::work;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;

/// The modules that are resolved, and those that another one of their name is taken for.
pub(super) struct Choice<'s> {
    pub(super) chosen: Vec<Input<'s>>,
    pub(super) rejected: Vec<Rejected<'s>>,
}

/// Modules that are left out for another one of their name.
pub(super) struct Rejected<'s> {
    names: Vec<Ident<'s>>,
    /// The name of the module that is taken.
    chosen: Ident<'s>,
    reason: &'static str,
}

/// How many modules of one name that are left out are shown.
const MAX_SHOWN: usize = 4;

/// How many modules' names are looked at ahead: few enough for their text to be at hand afterwards.
const MODULES_HASHED: usize = 64;

/// A SEQUENCE or SEQUENCE OF that has a name.
pub(super) struct Sequence {
    pub(super) place: Place,
    /// The whole type.
    span: Span,
}

/// What the definitions of one module say together.
#[derive(Default)]
struct Declared {
    by_name: FxHashMap<Name, DefId>,
    /// The first definition of each name, in their order.
    first: Vec<DefId>,
    /// Definitions of a name that has been defined before, and by which.
    again: Vec<(DefId, DefId)>,
    /// Those with a STATUS that means nothing, or is spelt in another way.
    odd_status: Vec<DefId>,
}

/// Takes one module of each name: the one that defines most of the symbols that the others import from it, then
/// the one with the latest LAST-UPDATED, then the first.
pub(super) fn choose(inputs: Vec<Input<'_>>) -> Choice<'_> {
    let mut by_name: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (number, input) in inputs.iter().enumerate() {
        by_name.entry(input.module.name.text()).or_default().push(number);
    }
    if by_name.values().all(|candidates| candidates.len() == 1) {
        return Choice { chosen: inputs, rejected: Vec::new() };
    }
    let mut needs: FxHashMap<&str, FxHashSet<&str>> = FxHashMap::default();
    for import in inputs.iter().flat_map(|input| &input.module.imports) {
        if by_name.get(import.module.text()).is_some_and(|candidates| candidates.len() > 1) {
            needs.entry(import.module.text()).or_default().extend(import.symbols.iter().map(|s| s.text()));
        }
    }
    let (mut order, mut rejected) = (Vec::with_capacity(by_name.len()), Vec::new());
    for (number, input) in inputs.iter().enumerate() {
        let name = input.module.name;
        let candidates = &by_name[name.text()];
        if candidates.first() != Some(&number) {
            continue;
        }
        let (best, reason) = best(&inputs, candidates, needs.get(name.text()));
        order.push(best);
        let others = candidates.iter().filter(|&&other| other != best);
        let names: Vec<Ident<'_>> = others.map(|&other| inputs[other].module.name).collect();
        if !names.is_empty() {
            rejected.push(Rejected { names, chosen: inputs[best].module.name, reason });
        }
    }
    let mut inputs: Vec<Option<Input<'_>>> = inputs.into_iter().map(Some).collect();
    Choice { chosen: order.into_iter().filter_map(|number| inputs[number].take()).collect(), rejected }
}

impl Rejected<'_> {
    fn report(&self) -> Diagnostic {
        let taken = self.chosen;
        let message = format!("there are {} modules `{}`", self.names.len() + 1, taken.text());
        let mut diagnostic = Diagnostic::new(Code::AmbiguousModule, message)
            .at(taken.span(), format!("this one is taken: {}", self.reason));
        for left in self.names.iter().take(MAX_SHOWN) {
            diagnostic = diagnostic.also(left.span(), "this one is left out");
        }
        if self.names.len() > MAX_SHOWN {
            diagnostic = diagnostic.help(format!("{} more are left out", self.names.len() - MAX_SHOWN));
        }
        diagnostic.help("keep one of them on the search path")
    }
}

/// The best of several modules of one name, and why it is.
fn best(
    inputs: &[Input<'_>],
    candidates: &[usize],
    needs: Option<&FxHashSet<&str>>,
) -> (usize, &'static str) {
    let [first, others @ ..] = candidates else { return (0, "") };
    if others.is_empty() {
        return (*first, "");
    }
    let score = |number: usize| {
        let module = &inputs[number].module;
        let covered = needs.map_or(0, |needs| {
            work::steps(module.definitions.len());
            // Not the other way round: many modules of one name need not be many times what is asked of it.
            let names = module.definitions.iter().map(|d| d.name.text()).filter(|name| needs.contains(name));
            names.collect::<FxHashSet<&str>>().len()
        });
        (covered, updated(module))
    };
    let mut best = (*first, score(*first));
    let mut reason = "it was found first";
    for &number in others {
        let score = score(number);
        if score > best.1 || score.0 < best.1.0 || score.1 < best.1.1 {
            reason = if score.0 != best.1.0 {
                "it defines more of what other modules import"
            } else {
                "its LAST-UPDATED is the latest"
            };
        }
        if score > best.1 {
            best = (number, score);
        }
    }
    (best.0, reason)
}

/// LAST-UPDATED in a form that sorts: years of two digits are of the 1900s (RFC 2578 §2, ExtUTCTime).
fn updated(module: &ast::Module<'_>) -> String {
    let identity = module.definitions.iter().find_map(|d| match &d.kind {
        DefinitionKind::ModuleIdentity(identity) => Some(identity),
        _ => None,
    });
    let raw = identity.and_then(|i| i.last_updated).map_or("", |text| text.raw().trim());
    if raw.len() == "YYMMDDhhmmZ".len() { format!("19{raw}") } else { raw.to_owned() }
}

impl<'s> Resolver<'s> {
    /// Gives every module, definition and type its id and its place in its module's scope.
    pub(super) fn declare(&mut self) {
        let (names, types) = self.name_all();
        // Exact: the largest list of the model must not be copied while it grows, nor be larger than it needs. Its
        // memory is new, which costs more than what is written there: threads share that.
        self.model.definitions =
            parallel::map_range(0..names.len(), |number| self.bare(number, names[number]));
        let modules = (0..self.inputs.len()).map(ModuleId::new).collect();
        let declared = parallel::map(modules, |module| self.declared(module, &names));
        drop(names);
        let mut types = types.into_iter().peekable();
        let others = std::mem::take(&mut self.others);
        let mut left = others.iter().copied().peekable();
        for (number, declared) in declared.into_iter().enumerate() {
            let module = ModuleId::new(number);
            self.declare_module(module, declared.first);
            self.model.definitions_by_name.push(declared.by_name);
            // Outside meanwhile, so that the rest can change.
            let trees = std::mem::take(&mut self.inputs[number].module.definitions);
            let tree = |place: Place| &trees[place.number as usize];
            for id in declared.odd_status {
                let written = clauses(&tree(self.definitions[id.index()]).kind).status;
                self.model.definitions[id.index()].status = self.status(written);
            }
            for (again, first) in declared.again {
                let tree = tree(self.definitions[again.index()]);
                self.declare_again(again, tree, first);
            }
            while let Some(place) = types.next_if(|place| place.module == module) {
                self.declare_type_assignment(place, tree(place));
            }
            while let Some(id) = left.next_if(|id| self.model[*id].module == module) {
                if let DefinitionKind::ModuleIdentity(identity) = &tree(self.definitions[id.index()]).kind {
                    self.declare_identity(module, id, identity);
                }
            }
            self.inputs[number].module.definitions = trees;
            self.model.modules[number].duplicates.sort_by_key(|duplicate| duplicate.span.start);
        }
        self.others = others;
        for rejected in std::mem::take(&mut self.rejected) {
            self.reports.push(rejected.report());
        }
    }

    /// Interns the names of all modules and definitions, in their order, and notes where everything stands. Answers the
    /// names of what has an OID, and the places of types and sequences.
    fn name_all(&mut self) -> (Vec<Name>, Vec<Place>) {
        let Resolver { inputs, model, definitions, ends, others, .. } = self;
        let all = || inputs.iter().flat_map(|input| &input.module.definitions);
        let count = all().count();
        let nodes = count - all().filter(|definition| is_type(definition)).count();
        model.names.reserve(count);
        definitions.reserve_exact(nodes);
        let (mut names, mut types) = (Vec::with_capacity(nodes), Vec::with_capacity(count - nodes));
        let mut first = 0;
        for modules in inputs.chunks(MODULES_HASHED) {
            // Most of the time is spent waiting for the text, which is long out of reach: threads share that.
            let ahead: Vec<&ast::Definition<'_>> =
                modules.iter().flat_map(|input| &input.module.definitions).collect();
            let hashes = parallel::map_range(0..ahead.len(), |at| Names::hash(ahead[at].name.text()));
            let mut hashes = hashes.into_iter();
            for (number, input) in (first..).zip(modules) {
                let module = ModuleId::new(number);
                model.names.intern(input.module.name.text());
                for ((number, definition), hash) in (0..).zip(&input.module.definitions).zip(hashes.by_ref())
                {
                    let name = model.names.intern_hashed(definition.name.text(), hash);
                    let place = Place { module, number };
                    match definition.kind {
                        _ if is_type(definition) => {
                            types.push(place);
                            continue;
                        }
                        DefinitionKind::ObjectType(_) | DefinitionKind::ValueAssignment(_) => {}
                        _ => others.push(DefId::new(names.len())),
                    }
                    definitions.push(place);
                    names.push(name);
                }
                ends.push(names.len() as u32);
            }
            first += modules.len();
        }
        (names, types)
    }

    /// A definition with what its own text says, where no name has to be bound for that.
    fn bare(&self, number: usize, name: Name) -> Definition {
        let place = self.definitions[number];
        let definition = self.definition(place);
        let clauses = clauses(&definition.kind);
        Definition {
            id: DefId::new(number),
            module: place.module,
            name,
            name_span: definition.name.span(),
            span: definition.span(),
            parent: None,
            oid: None,
            kind: Kind::Value,
            status: clauses.status.and_then(|word| word.text().parse().ok()),
            description: clauses.description,
            reference: clauses.reference,
            unresolved: Shared::default(),
        }
    }

    /// What the definitions of a module say together.
    fn declared(&self, module: ModuleId, names: &[Name]) -> Declared {
        let range = self.definitions_of(module);
        let mut declared = Declared {
            by_name: FxHashMap::with_capacity_and_hasher(range.len(), FxBuildHasher),
            first: Vec::with_capacity(range.len()),
            ..Declared::default()
        };
        for number in range {
            let id = DefId::new(number);
            match declared.by_name.entry(names[number]) {
                Entry::Occupied(first) => declared.again.push((id, *first.get())),
                Entry::Vacant(entry) => {
                    entry.insert(id);
                    declared.first.push(id);
                }
            }
            let status = self.model.definitions[number].status;
            if status.is_none() && clauses(self.kind(self.definitions[number])).status.is_some() {
                declared.odd_status.push(id);
            }
        }
        declared
    }

    fn declare_module(&mut self, id: ModuleId, definitions: Vec<DefId>) {
        let input = &self.inputs[id.index()];
        let name = self.model.names.intern(input.module.name.text());
        self.model.modules_by_name.insert(name, id);
        self.model.modules.push(Module {
            id,
            name,
            name_span: input.module.name.span(),
            file: input.module.span.file,
            embedded: input.embedded,
            language: language(&input.module, &input.module.definitions),
            identity: None,
            last_updated: None,
            organization: None,
            contact: None,
            revisions: Vec::new(),
            imports: Vec::new(),
            definitions,
            types: Vec::new(),
            duplicates: Vec::new(),
        });
        self.scopes.push(Scope::default());
    }

    /// A name that the module has defined before.
    fn declare_again(&mut self, id: DefId, definition: &ast::Definition<'s>, first: DefId) {
        self.report_duplicate(definition, self.model[first].name_span);
        let Definition { module, name, name_span, .. } = self.model[id];
        self.model.modules[module.index()].duplicates.push(Duplicate {
            name,
            definition: Ref::Bound(id),
            named_type: None,
            span: name_span,
        });
    }

    fn declare_type_assignment(&mut self, place: Place, definition: &ast::Definition<'s>) {
        let name = self.model.names.intern(definition.name.text());
        match &definition.kind {
            DefinitionKind::TypeAssignment(syntax)
                if matches!(syntax.kind, SyntaxKind::Sequence(_) | SyntaxKind::SequenceOf(_)) =>
            {
                self.declare_sequence(place, name, definition, syntax.span);
            }
            DefinitionKind::TypeAssignment(_) | DefinitionKind::TextualConvention(_) => {
                self.declare_type(place, name, definition);
            }
            _ => {}
        }
    }

    fn declare_sequence(&mut self, place: Place, name: Name, definition: &ast::Definition<'s>, span: Span) {
        let module = place.module;
        let id = SequenceId(self.sequences.len() as u32);
        self.sequences.push(Sequence { place, span });
        let known =
            self.sequences_by_name.get(&(module, name)).map(|&first| self.sequences[first.0 as usize].span);
        if let Some(first) = known {
            self.report_duplicate(definition, first);
            self.model.modules[module.index()].duplicates.push(Duplicate {
                name,
                definition: Ref::Unresolved(name),
                named_type: None,
                span: definition.name.span(),
            });
        } else {
            self.sequences_by_name.insert((module, name), id);
        }
    }

    fn declare_type(&mut self, place: Place, name: Name, definition: &ast::Definition<'s>) {
        let module = place.module;
        let id = TypeId::new(self.model.types.len());
        let (syntax, tc) = match &definition.kind {
            DefinitionKind::TextualConvention(tc) => (&tc.syntax, Some(tc)),
            DefinitionKind::TypeAssignment(syntax) => (&**syntax, None),
            _ => return,
        };
        let module_name = self.inputs[module.index()].module.name.text();
        let status = tc.and_then(|tc| self.status(tc.status));
        self.types.push(place);
        self.model.types.push(Type {
            id,
            module,
            name,
            name_span: definition.name.span(),
            span: definition.span(),
            textual_convention: tc.is_some(),
            builtin: tc.is_none()
                && builtin::is_base_module(module_name)
                && builtin::application_type(definition.name.text()).is_some(),
            syntax: Syntax::unknown(syntax.span),
            status,
            description: tc.and_then(|tc| tc.description).map(|text| text.span()),
            reference: tc.and_then(|tc| tc.reference).map(|text| text.span()),
            unresolved: Vec::new(),
        });
        match self.model.types_by_name.get(&(module, name)) {
            Some(&first) => {
                self.report_duplicate(definition, self.model[first].name_span);
                self.model.modules[module.index()].duplicates.push(Duplicate {
                    name,
                    definition: Ref::Unresolved(name),
                    named_type: Some(id),
                    span: definition.name.span(),
                });
            }
            None => {
                self.model.types_by_name.insert((module, name), id);
                self.model.modules[module.index()].types.push(id);
            }
        }
    }

    fn declare_identity(&mut self, module: ModuleId, id: DefId, identity: &ast::ModuleIdentity<'s>) {
        if let Some(first) = self.model[module].identity {
            let (first, second) = (self.model[first].name_span, self.model[id].name_span);
            self.reports.push(
                Diagnostic::new(
                    Code::DuplicateModuleIdentity,
                    "a module has one MODULE-IDENTITY, this has more",
                )
                .at(second, "a further one")
                .also(first, "the first one: its clauses count for the module")
                .help("make it an OBJECT-IDENTITY, or move it to a module of its own"),
            );
            return;
        }
        let header = &mut self.model.modules[module.index()];
        header.identity = Some(id);
        header.last_updated = span(identity.last_updated);
        header.organization = span(identity.organization);
        header.contact = span(identity.contact);
        let revision =
            |r: &ast::Revision<'s>| Revision { date: r.date.span(), description: span(r.description) };
        header.revisions = identity.revisions.iter().map(revision).collect();
    }

    fn report_duplicate(&mut self, definition: &ast::Definition<'s>, first: Span) {
        self.reports.push(
            Diagnostic::new(
                Code::DuplicateName,
                format!("`{}` is defined more than once in this module", definition.name.text()),
            )
            .at(definition.name.span(), "defined again")
            .also(first, "first defined here: this definition counts")
            .help("rename or remove one of them"),
        );
    }
}

/// Whether a module is written in SMIv2: see [`language`].
pub(crate) fn is_smi_v2(module: &ast::Module<'_>) -> bool {
    language(module, &module.definitions) == Language::SmiV2
}

/// The version of the SMI that a module with these definitions is written in: SMIv2 where it has a MODULE-IDENTITY or
/// imports from the base modules of SMIv2. One whose macros all come from the documents of SMIv1 only borrows from
/// the others, a textual convention above all.
fn language(module: &ast::Module<'_>, definitions: &[ast::Definition<'_>]) -> Language {
    let is_identity = |d: &ast::Definition<'_>| matches!(d.kind, DefinitionKind::ModuleIdentity(_));
    let imports_macro = |from: fn(&str) -> bool| {
        let imports = module.imports.iter().filter(|import| from(import.module.text()));
        imports.flat_map(|import| &import.symbols).any(|symbol| builtin::is_macro(symbol.text()))
    };
    let v2 = builtin::is_smi_v2_base(module.name.text())
        || module.imports.iter().any(|import| builtin::is_smi_v2_base(import.module.text()))
            && (imports_macro(builtin::is_smi_v2_base) || !imports_macro(builtin::is_smi_v1_base))
        || definitions.iter().any(is_identity);
    if v2 { Language::SmiV2 } else { Language::SmiV1 }
}

/// The clauses that most macros have.
#[derive(Default)]
struct Clauses<'s> {
    status: Option<ast::Ident<'s>>,
    description: Option<Text>,
    reference: Option<Text>,
}

fn clauses<'s>(kind: &DefinitionKind<'s>) -> Clauses<'s> {
    let of = |status, description: Option<ast::Text<'s>>, reference: Option<ast::Text<'s>>| Clauses {
        status,
        description: span(description),
        reference: span(reference),
    };
    match kind {
        DefinitionKind::ModuleIdentity(d) => of(None, d.description, None),
        DefinitionKind::ObjectIdentity(d) => of(d.status, d.description, d.reference),
        DefinitionKind::ObjectType(d) => of(d.status, d.description, d.reference.as_deref().copied()),
        DefinitionKind::NotificationType(d) => of(d.status, d.description, d.reference),
        DefinitionKind::TrapType(d) => of(None, d.description, d.reference),
        DefinitionKind::ObjectGroup(d) | DefinitionKind::NotificationGroup(d) => {
            of(d.status, d.description, d.reference)
        }
        DefinitionKind::ModuleCompliance(d) => of(d.status, d.description, d.reference),
        DefinitionKind::AgentCapabilities(d) => of(d.status, d.description, d.reference),
        DefinitionKind::TextualConvention(_)
        | DefinitionKind::TypeAssignment(_)
        | DefinitionKind::ValueAssignment(_)
        | DefinitionKind::Macro => Clauses::default(),
    }
}

fn span(text: Option<ast::Text<'_>>) -> Option<Text> {
    text.map(|text| text.span())
}

/// Whether it defines no object: a type, a SEQUENCE or a macro.
fn is_type(definition: &ast::Definition<'_>) -> bool {
    matches!(
        definition.kind,
        DefinitionKind::TypeAssignment(_) | DefinitionKind::TextualConvention(_) | DefinitionKind::Macro
    )
}
