//! The tree as a picture: `-Tp`.

use super::nodes::{Nodes, access, base, convention, index, labels, ranges};
use mibc_compiler::model::{Kind, Model, Object};
use mibc_runtime::oid::MAX_ARCS;

/// What is at and below an OID.
pub(super) fn text(nodes: &Nodes<'_>, model: &Model, root: &[u32]) -> String {
    let mut out = String::new();
    node(nodes, model, root, ("", true), &mut true, &mut out);
    out
}

/// The object of a node that is a leaf with a type.
fn leaf<'m>(nodes: &Nodes<'m>, oid: &[u32]) -> Option<&'m Object> {
    match &nodes.definition(oid)?.kind {
        Kind::Scalar(object) | Kind::Column(object, _) => Some(object),
        _ => None,
    }
}

/// One node with all below it; `indent` is what stands before it, `last` whether none of its siblings follows, `simple`
/// whether the node before it had a type.
fn node(
    nodes: &Nodes<'_>,
    model: &Model,
    oid: &[u32],
    (indent, last): (&str, bool),
    simple: &mut bool,
    out: &mut String,
) {
    let name = nodes.name(model, oid);
    let number = oid.last().copied().unwrap_or_default();
    let below = format!("{indent}{}", if last { "   " } else { "|  " });
    let children = nodes.children(oid);
    *simple = has_type(nodes, oid);
    if let Some(object) = leaf(nodes, oid).filter(|_| children.is_empty()) {
        let values = labels(model, &object.syntax);
        let kind = base(model, &object.syntax);
        let shown = match kind {
            Some(_) if !object.syntax.enums.is_empty() => "EnumVal",
            Some(kind) => kind.short(),
            None => "",
        };
        out.push_str(&format!("{indent}+-- {} {shown:<9} {name}({number})\n", access(object.access)));
        let mut line = |text: String| out.push_str(&format!("{below}      {text}\n"));
        if let Some(convention) = convention(model, &object.syntax) {
            line(format!("Textual Convention: {convention}"));
        }
        let ranges = ranges(model, &object.syntax);
        if !ranges.is_empty() && values.is_empty() {
            line(format!(
                "{}: {ranges}",
                if shown == "String" || shown == "Opaque" { "Size" } else { "Range" }
            ));
        }
        if !values.is_empty() {
            line(format!("Values: {}", values.join(", ")));
        }
        return;
    }
    out.push_str(&format!("{indent}+--{name}({number})\n"));
    let index = nodes.definition(oid).map(|definition| index(model, definition)).unwrap_or_default();
    if !index.is_empty() {
        out.push_str(&format!("{below}|  Index: {}\n", index.join(", ").replace("IMPLIED ", "")));
    }
    // OIDs cannot be longer than this, so the tree cannot be deeper.
    if oid.len() >= MAX_ARCS {
        return;
    }
    for (place, child) in children.iter().enumerate() {
        // A line of its own sets apart what is only a way to something, before and behind.
        if !*simple || !has_type(nodes, child) {
            out.push_str(&format!("{below}|\n"));
        }
        node(nodes, model, child, (&below, place + 1 == children.len()), simple, out);
    }
    *simple &= children.is_empty();
}

/// Whether a node is more than a name for what is below it.
fn has_type(nodes: &Nodes<'_>, oid: &[u32]) -> bool {
    nodes
        .definition(oid)
        .is_some_and(|definition| !matches!(definition.kind, Kind::Value | Kind::Table(..) | Kind::Row(_)))
}
