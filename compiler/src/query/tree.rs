//! The OID tree below a node, or of a module.

use super::Library;
use crate::model::{Definition, IndexTarget, Kind, Language, Model, ModuleId, Ref, Syntax};
use mibc_runtime::oid::Oid;
use mibc_runtime::syntax::{Access, Status};

/// The deepest tree that is drawn: OIDs have no more arcs.
const MAX_DEPTH: usize = mibc_runtime::oid::MAX_ARCS;

/// How many labels of an enumeration stand beside its object.
const MAX_LABELS: usize = 4;

/// How a tree is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Lines of box-drawing characters, or ASCII.
    pub unicode: bool,
    /// Whether each node has its whole OID.
    pub oids: bool,
    /// How many levels below the root are drawn.
    pub depth: usize,
}

impl Default for Style {
    fn default() -> Style {
        Style { unicode: true, oids: false, depth: MAX_DEPTH }
    }
}

/// Definitions in the order of their OIDs, each with how deep it is.
#[derive(Clone, Debug)]
pub struct Tree {
    nodes: Vec<Node>,
}

#[derive(Clone, Debug)]
struct Node {
    depth: usize,
    /// Behind the node above: `2`, or `2.1` where no definition is between; the whole OID of a root.
    arcs: String,
    oid: String,
    name: String,
    /// Access, type, index: what stands to the right.
    access: &'static str,
    notes: String,
}

impl Tree {
    /// The tree of what one module defines.
    pub fn of_module(model: &Model, module: ModuleId) -> Tree {
        let definitions = model[module].definitions.iter().map(|&id| &model[id]).collect();
        Tree::build(model, definitions, None)
    }

    /// The tree below an OID, of all modules that define something there.
    pub fn below(library: &Library, oid: &Oid) -> Tree {
        let mut modules: Vec<&str> = library
            .index()
            .below(oid)
            .filter(|entry| !entry.module.shadowed)
            .map(|entry| entry.module.name)
            .collect();
        modules.sort_unstable();
        modules.dedup();
        let compilation = library.compile(&modules);
        let model = &compilation.model;
        let below =
            |definition: &&Definition| definition.oid.as_ref().is_some_and(|other| other.starts_with(oid));
        let definitions = model.modules().iter().flat_map(|module| &module.definitions).map(|&id| &model[id]);
        Tree::build(model, definitions.filter(below).collect(), Some(modules.len()))
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    fn build(model: &Model, mut definitions: Vec<&Definition>, modules: Option<usize>) -> Tree {
        definitions.retain(|definition| definition.oid.is_some());
        let old = |definition: &Definition| model[definition.module].language == Language::SmiV1;
        let key = |d: &Definition| (kind_rank(&d.kind), old(d), d.id);
        definitions.sort_by(|a, b| a.oid.cmp(&b.oid).then_with(|| key(a).cmp(&key(b))));
        let mut nodes: Vec<Node> = Vec::with_capacity(definitions.len());
        let mut above: Vec<&Oid> = Vec::new();
        for definition in definitions {
            let Some(oid) = &definition.oid else { continue };
            if above.last() == Some(&oid) {
                // Another name of the same node.
                if let Some(node) = nodes.last_mut()
                    && !node.name.split(" = ").any(|name| name == model.spelling(definition.name))
                {
                    node.name = format!("{} = {}", node.name, model.spelling(definition.name));
                }
                continue;
            }
            while above.last().is_some_and(|last| !oid.starts_with(*last)) {
                above.pop();
            }
            let rest = above.last().and_then(|last| oid.strip_prefix(*last));
            let arcs: Vec<String> = match rest {
                Some(rest) => rest.map(|arc| arc.to_string()).collect(),
                None => vec![oid.to_string()],
            };
            let mut notes = notes(model, definition);
            if modules.is_some_and(|count| count > 1) && above.is_empty() {
                notes = join(&[notes, model.spelling(model[definition.module].name).to_owned()]);
            }
            nodes.push(Node {
                depth: above.len(),
                arcs: arcs.join("."),
                oid: oid.to_string(),
                name: model.spelling(definition.name).to_owned(),
                access: access(definition),
                notes,
            });
            above.push(oid);
        }
        Tree { nodes }
    }

    /// The tree as text, a line for each node.
    pub fn draw(&self, style: &Style) -> String {
        let [branch, last, line, space] = match style.unicode {
            true => ["├─ ", "└─ ", "│  ", "   "],
            false => ["+- ", "`- ", "|  ", "   "],
        };
        let shown: Vec<&Node> = self.nodes.iter().filter(|node| node.depth <= style.depth).collect();
        let is_last = last_siblings(&shown);
        let mut ends: Vec<bool> = Vec::new();
        let mut lines: Vec<(String, &Node)> = Vec::with_capacity(shown.len());
        for (node, end) in shown.iter().zip(is_last) {
            ends.truncate(node.depth);
            let mut text = String::new();
            if node.depth > 0 {
                text.extend(ends.iter().skip(1).map(|end| if *end { space } else { line }));
                text.push_str(if end { last } else { branch });
            }
            ends.push(end);
            text.push_str(&format!("{}({})", node.name, node.arcs));
            lines.push((text, node));
        }
        let width = lines.iter().map(|(text, _)| text.chars().count()).max().unwrap_or(0);
        let oids = lines.iter().map(|(_, node)| node.oid.len()).max().unwrap_or(0);
        let draw = |(text, node): &(String, &Node)| {
            let pad = " ".repeat(width - text.chars().count());
            let oid = if style.oids { format!("{:oids$}  ", node.oid) } else { String::new() };
            let line = format!("{text}{pad}  {oid}{:3} {}", node.access, node.notes);
            line.trim_end().to_owned() + "\n"
        };
        lines.iter().map(draw).collect()
    }
}

/// Whether each node is the last child of the one above it.
fn last_siblings(nodes: &[&Node]) -> Vec<bool> {
    let mut last = vec![true; nodes.len()];
    // From the end: whether a sibling has been seen at each depth.
    let mut seen: Vec<bool> = Vec::new();
    for (number, node) in nodes.iter().enumerate().rev() {
        seen.truncate(node.depth + 1);
        seen.resize(node.depth + 1, false);
        if let Some(seen) = seen.last_mut() {
            last[number] = !*seen;
            *seen = true;
        }
    }
    last
}

fn kind_rank(kind: &Kind) -> u8 {
    match kind {
        Kind::Scalar(_) | Kind::Table(..) | Kind::Row(_) | Kind::Column(..) => 0,
        Kind::Notification(_) | Kind::ModuleIdentity => 1,
        _ => 2,
    }
}

/// `r`, `rw`, `rwc` …: what may be done with it.
fn access(definition: &Definition) -> &'static str {
    let object = match &definition.kind {
        Kind::Scalar(object) | Kind::Column(object, _) => object,
        _ => return "",
    };
    match object.access {
        Some(Access::ReadOnly) => "r",
        Some(Access::ReadWrite) => "rw",
        Some(Access::ReadCreate) => "rwc",
        Some(Access::WriteOnly) => "w",
        Some(Access::AccessibleForNotify) => "n",
        Some(Access::NotAccessible | Access::NotImplemented) | None => "-",
    }
}

fn notes(model: &Model, definition: &Definition) -> String {
    let status = match definition.status {
        Some(status @ (Status::Deprecated | Status::Obsolete)) => status.as_str().to_owned(),
        _ => String::new(),
    };
    let names = |refs: &[Ref<crate::model::DefId>]| {
        refs.iter().map(|name| model.ref_name(*name)).collect::<Vec<_>>().join(", ")
    };
    let what = match &definition.kind {
        Kind::Scalar(object) | Kind::Column(object, _) => match (object.syntax.named, object.syntax.base) {
            (Some(Ref::Bound(id)), _) => model.spelling(model[id].name).to_owned(),
            (Some(Ref::Unresolved(name)), _) => model.spelling(name).to_owned(),
            (None, Some(base)) => match labels(model, &object.syntax) {
                Some(labels) => labels,
                None => base.as_str().to_owned(),
            },
            (None, None) => String::new(),
        },
        Kind::Row(row) => match row.augments {
            Some(base) => format!("augments {}", model.ref_name(base)),
            None => {
                let item = |item: &crate::model::IndexItem| {
                    let name = match &item.target {
                        IndexTarget::Object(object) => model.ref_name(*object),
                        IndexTarget::Type(syntax) => model.text(syntax.span).trim(),
                    };
                    if item.implied { format!("implied {name}") } else { name.to_owned() }
                };
                format!("[{}]", row.index.iter().map(item).collect::<Vec<_>>().join(", "))
            }
        },
        Kind::Table(..) => "table".to_owned(),
        Kind::Notification(data) if data.objects.is_empty() => "notification".to_owned(),
        Kind::Notification(data) => format!("notification {{{}}}", names(&data.objects)),
        Kind::Group(_) | Kind::Compliance(_) | Kind::Capabilities(_) => definition.kind.as_str().to_owned(),
        Kind::ModuleIdentity | Kind::ObjectIdentity | Kind::Value => String::new(),
    };
    join(&[what, status])
}

/// The labels of an enumeration or BITS, or the first of them.
fn labels(model: &Model, syntax: &Syntax) -> Option<String> {
    let enums = syntax.enums.iter().map(|(name, _)| *name);
    let names: Vec<&str> =
        enums.chain(syntax.bits.iter().map(|(name, _)| *name)).map(|name| model.spelling(name)).collect();
    match names.get(..MAX_LABELS) {
        _ if names.is_empty() => None,
        Some(first) if names.len() > MAX_LABELS => Some(format!("{{{}, ...}}", first.join(", "))),
        _ => Some(format!("{{{}}}", names.join(", "))),
    }
}

fn join(parts: &[String]) -> String {
    parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("  ")
}
