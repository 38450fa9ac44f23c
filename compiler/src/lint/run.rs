//! Goes through what is checked once and asks every enabled rule about each thing.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::context::{
    Context, MemberItem, ModuleItem, NotificationItem, RowItem, Sink, SyntaxItem, TypeItem,
};
use super::registry::RULES;
use super::rule::Check;
use super::settings::Settings;
use crate::diag::Diagnostics;
use crate::model::{DefId, Kind, Model, ModuleId, Name, Ref, TypeId};
use crate::resolve::Trees;
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, DefinitionKind, SyntaxKind};
use crate::work;

/// Checks some modules of a model with every rule that `settings` show. `text` gives the text of a file. What
/// `reported` says of the parse is the root cause of much else: definitions that did not parse are not checked.
pub fn check<'a>(
    model: &'a Model,
    trees: &'a Trees<'_>,
    text: &'a dyn Fn(FileId) -> &'a str,
    modules: &[ModuleId],
    reported: &Diagnostics,
    settings: &Settings,
) -> Diagnostics {
    let asked = Asked::new(settings);
    let facts = Facts::of(model, modules, reported);
    let context = Context { model, trees, text, today: settings.today(), facts };
    let mut sink = Sink::default();
    let mut files = FxHashSet::default();
    for &module in modules {
        if files.insert(model[module].file) {
            let item = module_item(&context, module);
            work::steps(item.text.len() / 64);
            asked.file.iter().for_each(|ask| ask(&context, &item, &mut sink));
        }
        module_rules(&context, &asked, module, &mut sink);
    }
    let mut found = Diagnostics::default();
    sink.found.into_iter().for_each(|diagnostic| found.push(diagnostic));
    found
}

/// What rules need to know about other modules than the one they look at.
#[derive(Default)]
pub(super) struct Facts {
    /// Types that something uses.
    pub(super) used_types: FxHashSet<TypeId>,
    /// Groups that a compliance statement names.
    pub(super) used_groups: FxHashSet<DefId>,
    /// Modules that define objects.
    pub(super) with_objects: FxHashSet<ModuleId>,
    /// Modules that have a compliance statement.
    pub(super) with_compliances: FxHashSet<ModuleId>,
    /// Modules with the OBJECT-TYPE of RFC 1155.
    pub(super) older_than_rfc_1212: FxHashSet<ModuleId>,
    /// The groups that list each object or notification, made when the first rule asks.
    groups: OnceCell<FxHashMap<DefId, Vec<DefId>>>,
    /// Where each file has parse errors, in order.
    broken: FxHashMap<FileId, Vec<u32>>,
}

impl Facts {
    /// Whether a definition, or the like, has a parse error in it.
    pub(super) fn is_broken(&self, span: Span) -> bool {
        self.broken.get(&span.file).is_some_and(|places| {
            let at = places.partition_point(|&place| place < span.start);
            places.get(at).is_some_and(|&place| place <= span.end)
        })
    }

    /// Whether anything of a file could not be parsed.
    pub(super) fn is_incomplete(&self, file: FileId) -> bool {
        self.broken.contains_key(&file)
    }

    /// The groups that list an object or notification, in order.
    pub(super) fn groups_of(&self, model: &Model, member: DefId) -> &[DefId] {
        let groups = self.groups.get_or_init(|| {
            let mut groups: FxHashMap<DefId, Vec<DefId>> = FxHashMap::default();
            for definition in model.definitions() {
                if let Kind::Group(group) = &definition.kind {
                    for member in group.members.iter().filter_map(|member| member.bound()) {
                        groups.entry(member).or_default().push(definition.id);
                    }
                }
            }
            groups
        });
        groups.get(&member).map_or(&[], Vec::as_slice)
    }

    fn of(model: &Model, modules: &[ModuleId], reported: &Diagnostics) -> Facts {
        let mut facts = Facts::default();
        for diagnostic in reported.iter().filter(|diagnostic| diagnostic.code.is_parse_error()) {
            if let Some(label) = &diagnostic.primary {
                facts.broken.entry(label.span.file).or_default().push(label.span.start);
            }
        }
        facts.broken.values_mut().for_each(|places| places.sort_unstable());
        let checked: FxHashSet<ModuleId> = modules.iter().copied().collect();
        for definition in model.definitions() {
            if let Some(Ref::Bound(id)) = definition.object().and_then(|object| object.syntax.named) {
                facts.used_types.insert(id);
            }
            if definition.object().is_some() {
                facts.with_objects.insert(definition.module);
            }
            if let Kind::Compliance(compliance) = &definition.kind {
                facts.with_compliances.insert(definition.module);
                for clause in &compliance.modules {
                    let named = clause.groups.iter().map(|(group, _)| group).chain(&clause.mandatory);
                    facts.used_groups.extend(named.filter_map(|group| group.bound()));
                }
            }
        }
        for ty in model.types() {
            if let Some(Ref::Bound(id)) = ty.syntax.named {
                facts.used_types.insert(id);
            }
        }
        for module in model.modules().iter().filter(|module| checked.contains(&module.id)) {
            let object_type =
                module.imports.iter().find(|import| model.spelling(import.symbol) == "OBJECT-TYPE");
            let definer = object_type.map_or("", |import| model.spelling(import.module));
            if matches!(definer, "RFC1155-SMI" | "RFC1065-SMI") {
                facts.older_than_rfc_1212.insert(module.id);
            }
            for import in &module.imports {
                if let crate::model::ImportTarget::Type(id) = import.target {
                    facts.used_types.insert(id);
                }
            }
        }
        facts
    }
}

/// The functions of the rules that are shown, by what they are asked about.
#[derive(Default)]
struct Asked {
    file: Vec<for<'c, 's, 'x> fn(&Context<'c, 's>, &ModuleItem<'c, 's>, &'x mut Sink)>,
    module: Vec<for<'c, 's, 'x> fn(&Context<'c, 's>, &ModuleItem<'c, 's>, &'x mut Sink)>,
    definition: Vec<for<'c, 's, 'x> fn(&Context<'c, 's>, &super::context::Item<'c, 's>, &'x mut Sink)>,
    object: Vec<for<'c, 's, 'x> fn(&Context<'c, 's>, &super::context::ObjectItem<'c, 's>, &'x mut Sink)>,
    leaf: Vec<for<'c, 's, 'x> fn(&Context<'c, 's>, &super::context::ObjectItem<'c, 's>, &'x mut Sink)>,
    table: Vec<for<'c, 's, 'x> fn(&Context<'c, 's>, &super::context::ObjectItem<'c, 's>, &'x mut Sink)>,
    row: Vec<for<'c, 's, 'x> fn(&Context<'c, 's>, &RowItem<'c, 's>, &'x mut Sink)>,
    notification: Vec<for<'c, 's, 'x> fn(&Context<'c, 's>, &NotificationItem<'c, 's>, &'x mut Sink)>,
    conformance: Vec<for<'c, 's, 'x> fn(&Context<'c, 's>, &MemberItem<'c, 's>, &'x mut Sink)>,
    named_type: Vec<for<'c, 's, 'x> fn(&Context<'c, 's>, &TypeItem<'c, 's>, &'x mut Sink)>,
    syntax: Vec<for<'c, 's, 'x> fn(&Context<'c, 's>, &SyntaxItem<'c, 's>, &'x mut Sink)>,
}

impl Asked {
    fn new(settings: &Settings) -> Asked {
        let mut asked = Asked::default();
        for rule in RULES.iter().filter(|rule| settings.level(rule.code).is_some()) {
            match rule.check {
                Check::File(ask) => asked.file.push(ask),
                Check::Module(ask) => asked.module.push(ask),
                Check::Definition(ask) => asked.definition.push(ask),
                Check::Object(ask) => asked.object.push(ask),
                Check::Leaf(ask) => asked.leaf.push(ask),
                Check::Table(ask) => asked.table.push(ask),
                Check::Row(ask) => asked.row.push(ask),
                Check::Notification(ask) => asked.notification.push(ask),
                Check::Conformance(ask) => asked.conformance.push(ask),
                Check::Type(ask) => asked.named_type.push(ask),
                Check::Syntax(ask) => asked.syntax.push(ask),
            }
        }
        asked
    }
}

fn module_item<'c, 's>(cx: &Context<'c, 's>, id: ModuleId) -> ModuleItem<'c, 's> {
    let module = &cx.model[id];
    ModuleItem { module, tree: cx.trees.module(id), text: (cx.text)(module.file) }
}

fn module_rules<'c, 's>(cx: &Context<'c, 's>, asked: &Asked, id: ModuleId, out: &mut Sink) {
    let item = module_item(cx, id);
    let ModuleItem { module, tree, .. } = item;
    asked.module.iter().for_each(|ask| ask(cx, &item, out));
    let mut sequences = sequences(cx, tree);
    for &definition in &module.definitions {
        definition_rules(cx, asked, definition, &mut sequences, out);
    }
    for &ty in &module.types {
        let (ty, tree) = (&cx.model[ty], cx.trees.named_type(ty));
        if ty.builtin || cx.facts.is_broken(ty.span) {
            continue;
        }
        let item = TypeItem { ty, tree, module };
        asked.named_type.iter().for_each(|ask| ask(cx, &item, out));
        let written = match &tree.kind {
            DefinitionKind::TextualConvention(convention) => &convention.syntax,
            DefinitionKind::TypeAssignment(syntax) => syntax,
            _ => continue,
        };
        let item = SyntaxItem { owner: tree.name, is_type: true, module, written, syntax: &ty.syntax };
        asked.syntax.iter().for_each(|ask| ask(cx, &item, out));
    }
}

fn definition_rules<'c, 's>(
    cx: &Context<'c, 's>,
    asked: &Asked,
    id: DefId,
    sequences: &mut FxHashMap<Name, Listed<'c, 's>>,
    out: &mut Sink,
) {
    let item = cx.item(id);
    if cx.facts.is_broken(item.def.span) {
        return;
    }
    asked.definition.iter().for_each(|ask| ask(cx, &item, out));
    if let Some(object) = cx.object(id) {
        asked.object.iter().for_each(|ask| ask(cx, &object, out));
        match &item.def.kind {
            Kind::Scalar(resolved) | Kind::Column(resolved, _) => {
                asked.leaf.iter().for_each(|ask| ask(cx, &object, out));
                let syntax = SyntaxItem {
                    owner: item.tree.name,
                    is_type: false,
                    module: item.module,
                    written: &object.clauses.syntax,
                    syntax: &resolved.syntax,
                };
                asked.syntax.iter().for_each(|ask| ask(cx, &syntax, out));
            }
            Kind::Table(..) => asked.table.iter().for_each(|ask| ask(cx, &object, out)),
            Kind::Row(row) => {
                let fields = match &object.clauses.syntax.kind {
                    SyntaxKind::Sequence(fields) => Some(&**fields),
                    SyntaxKind::Named { name, .. } => {
                        let listed =
                            cx.model.names.get(name.text()).and_then(|name| sequences.get_mut(&name));
                        listed.and_then(Listed::for_a_row)
                    }
                    _ => None,
                };
                let row = RowItem { object, row, fields };
                asked.row.iter().for_each(|ask| ask(cx, &row, out));
            }
            _ => {}
        }
        return;
    }
    match &item.def.kind {
        Kind::Notification(notification) => {
            let item = NotificationItem { item, notification };
            asked.notification.iter().for_each(|ask| ask(cx, &item, out));
        }
        Kind::Group(_) | Kind::Compliance(_) | Kind::Capabilities(_) => {
            let item = MemberItem { item };
            asked.conformance.iter().for_each(|ask| ask(cx, &item, out));
        }
        _ => {}
    }
}

/// How many rows are compared with the SEQUENCE that they have in common: it should be one.
const MAX_ROWS: usize = 16;

/// What a SEQUENCE lists.
struct Listed<'c, 's> {
    fields: &'c [ast::Field<'s>],
    /// How many rows have been compared with it.
    rows: usize,
}

impl<'c, 's> Listed<'c, 's> {
    /// For one more row; `None` beyond the limit.
    fn for_a_row(&mut self) -> Option<&'c [ast::Field<'s>]> {
        self.rows += 1;
        (self.rows <= MAX_ROWS).then_some(self.fields).inspect(|fields| work::steps(fields.len()))
    }
}

/// The SEQUENCEs of a module by name, the first of each.
fn sequences<'c, 's>(cx: &Context<'c, 's>, tree: &'c ast::Module<'s>) -> FxHashMap<Name, Listed<'c, 's>> {
    let mut sequences = FxHashMap::default();
    for definition in &tree.definitions {
        if let DefinitionKind::TypeAssignment(syntax) = &definition.kind
            && let SyntaxKind::Sequence(fields) = &syntax.kind
            && let Some(name) = cx.model.names.get(definition.name.text())
        {
            sequences.entry(name).or_insert(Listed { fields, rows: 0 });
        }
    }
    sequences
}
