//! One definition in all its clauses: `-Td`.

use super::nodes::{Nodes, base, convention, index, labels, ranges};
use mibc_compiler::model::{Definition, Kind, Model};
use mibc_compiler::query::Answer;

/// The clauses, one in each line, and the way from the root.
pub(super) fn text(answer: &Answer) -> String {
    let (model, definition) = (answer.model(), answer.definition());
    let word = match &definition.kind {
        Kind::ModuleIdentity => "MODULE-IDENTITY",
        Kind::ObjectIdentity => "OBJECT-IDENTITY",
        Kind::Notification(data) if data.trap.is_some() => "TRAP-TYPE",
        Kind::Notification(_) => "NOTIFICATION-TYPE",
        Kind::Group(group) if group.notifications => "NOTIFICATION-GROUP",
        Kind::Group(_) => "OBJECT-GROUP",
        Kind::Compliance(_) => "MODULE-COMPLIANCE",
        Kind::Capabilities(_) => "AGENT-CAPABILITIES",
        _ => "OBJECT-TYPE",
    };
    let name = model.spelling(definition.name);
    let mut out = format!("{name} {word}\n  -- FROM\t{}\n", answer.module());
    object(model, definition, &mut out);
    let row = index(model, definition);
    if let Kind::Row(data) = &definition.kind {
        match data.augments {
            Some(augmented) => out += &format!("  AUGMENTS\t{{ {} }}\n", model.ref_name(augmented)),
            None => out += &format!("  INDEX\t\t{{ {} }}\n", row.join(", ")),
        }
    }
    if let Kind::Notification(data) = &definition.kind
        && !data.objects.is_empty()
    {
        let names: Vec<&str> = data.objects.iter().map(|object| model.ref_name(*object)).collect();
        out += &format!("  OBJECTS\t{{ {} }}\n", names.join(", "));
    }
    if let Some(description) = definition.description {
        out += &format!("  DESCRIPTION\t\"{}\"\n", model.text(description));
    }
    if let Some(span) = definition.object().and_then(|object| object.default_span) {
        let value = model.text(span).trim();
        out += &format!("  DEFVAL\t{{ {value} }}\n");
    }
    out + &way(answer)
}

fn object(model: &Model, definition: &Definition, out: &mut String) {
    let Some(object) = definition.object() else { return };
    if matches!(definition.kind, Kind::Scalar(_) | Kind::Column(..)) {
        if let Some(convention) = convention(model, &object.syntax) {
            *out += &format!("  -- TEXTUAL CONVENTION {convention}\n");
        }
        if let Some(base) = base(model, &object.syntax) {
            *out += &format!("  SYNTAX\t{}", base.name());
            let (labels, ranges) = (labels(model, &object.syntax), ranges(model, &object.syntax));
            match (labels.is_empty(), ranges.is_empty()) {
                (false, _) => *out += &format!(" {{{}}} ", labels.join(", ")),
                (true, false) => *out += &format!(" ({ranges}) "),
                (true, true) => {}
            }
            out.push('\n');
        }
        if let Some(hint) = object.syntax.hint {
            *out += &format!("  DISPLAY-HINT\t\"{}\"\n", model.text(hint));
        }
        if let Some(units) = object.units {
            *out += &format!("  UNITS\t\t\"{}\"\n", model.text(units));
        }
    }
    if let Some(access) = object.access {
        *out += &format!("  MAX-ACCESS\t{access}\n");
    }
    if let Some(status) = definition.status {
        *out += &format!("  STATUS\t{}\n", status.as_str());
    }
}

/// `::= { iso(1) org(3) … 2 }`: the nodes above have names, the last one is only a number.
fn way(answer: &Answer) -> String {
    let model = answer.model();
    let nodes = Nodes::of(model);
    let oid: Vec<u32> = answer.oid.arcs().collect();
    let own = answer.definition().oid.as_ref().map_or(0, |own| own.arcs().count());
    let mut out = "::= {".to_owned();
    for end in 1..=oid.len() {
        let part = oid.get(..end).unwrap_or_default();
        let number = part.last().copied().unwrap_or_default();
        match end < oid.len() && end <= own {
            true => out += &format!(" {}({number})", nodes.name(model, part)),
            false => out += &format!(" {number}"),
        }
    }
    out + " }\n"
}
