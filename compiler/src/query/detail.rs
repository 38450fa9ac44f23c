//! A definition with everything around it.

use super::{Answer, Form};
use crate::emit::smi::{Assignment, definition_smi};
use crate::model::{IndexTarget, Kind, Model, Ref, Syntax};

/// The definition as text: name and OID, then SMIv2 with comments on where it comes from.
pub(super) fn of(answer: &Answer) -> String {
    let (model, definition) = (answer.model(), answer.definition());
    let mut notes = vec![format!(
        "-- FROM {} ({})",
        answer.module(),
        model.sources.file(model[definition.module].file).name
    )];
    if !answer.others.is_empty() {
        notes.push(format!("-- ALSO {}", answer.others.join(", ")));
    }
    if let Some(object) = definition.object() {
        notes.extend(types(model, &object.syntax));
    }
    if let Kind::Column(_, row) = definition.kind {
        let index: Vec<String> = model
            .index(row)
            .iter()
            .map(|item| match &item.target {
                IndexTarget::Object(object) => model.ref_name(*object).to_owned(),
                IndexTarget::Type(syntax) => model.text(syntax.span).trim().to_owned(),
            })
            .collect();
        notes.push(format!("-- INDEX {{ {} }}", index.join(", ")));
    }
    let text = definition_smi(model, definition.id, Assignment::Path);
    let (head, body) = text.split_once('\n').unwrap_or((&text, ""));
    let notes: String = notes.iter().map(|note| format!("    {note}\n")).collect();
    let head = format!("{}  {}\n{head}\n", answer.text(Form::Module), answer.oid);
    head + &notes + body
}

/// What the type of an object is made of, from the outside to the inside.
pub(super) fn types(model: &Model, syntax: &Syntax) -> Vec<String> {
    let mut notes = Vec::new();
    let mut named = syntax.named;
    // As many steps as there are types: more would be a circle.
    for _ in 0..=model.types().len() {
        let Some(Ref::Bound(id)) = named else { break };
        let data = &model[id];
        let word = if data.textual_convention { "TEXTUAL CONVENTION" } else { "TYPE" };
        let module = model.spelling(model[data.module].name);
        let mut note = format!("-- {word} {module}::{}", model.spelling(data.name));
        if let Some(base) = data.syntax.base {
            note.push_str(&format!(": {base}"));
        }
        let pieces: Vec<String> = data.syntax.range.iter().map(|(low, high)| piece(*low, *high)).collect();
        if !pieces.is_empty() {
            note.push_str(&format!(" ({})", pieces.join(" | ")));
        }
        if let Some(hint) = data.syntax.hint {
            note.push_str(&format!(", DISPLAY-HINT \"{}\"", model.text(hint)));
        }
        notes.push(note);
        let labels = data.syntax.enums.iter().map(|(name, number)| (*name, *number));
        let bits = data.syntax.bits.iter().map(|(name, number)| (*name, i64::from(*number)));
        let labels: Vec<String> =
            labels.chain(bits).map(|(name, number)| format!("{}({number})", model.spelling(name))).collect();
        if notes.len() == 1 && !labels.is_empty() && !syntax.declared_labels {
            notes.push(format!("--   {{ {} }}", labels.join(", ")));
        }
        named = data.syntax.named;
    }
    notes
}

fn piece(low: i128, high: i128) -> String {
    if low == high { low.to_string() } else { format!("{low}..{high}") }
}
