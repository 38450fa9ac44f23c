//! Doc comments from DESCRIPTION clauses: whatever the text says, rustdoc shows it as it is written.
//!
//! Descriptions are prose laid out for a fixed-width page, by people who have never heard of Markdown. Only the first
//! paragraph is taken; its lines are joined and rewrapped, so that an indented list does not become a doctest, and
//! everything that means something to Markdown, HTML or rustdoc's links is escaped.

use super::context::Context;
use crate::model::{
    DefId, DefaultValue, IndexTarget, Kind, Model, ModuleId, Object, Ref, Syntax, Text, Type,
};
use mibc_runtime::syntax::{BaseType, Status};
use proc_macro2::TokenStream;
use quote::quote;

/// The widest line of a doc comment, in characters, counted before escapes.
const WIDTH: usize = 100;

/// The longest paragraph, in characters; what is longer ends at a sentence or word before that, with `…`.
const LONGEST: usize = 600;

/// The longest DEFVAL that is shown, in characters.
const LONGEST_DEFAULT: usize = 60;

/// The longest date, in characters: one of SMI has 13.
const LONGEST_DATE: usize = 20;

/// How many revisions are named.
const MAX_REVISIONS: usize = 12;

/// The doc comment of a definition: what its DESCRIPTION says first, and a line of facts.
pub(super) fn of_definition(context: &Context<'_>, id: DefId) -> TokenStream {
    let definition = &context.model[id];
    let name = code(context.model.spelling(definition.name));
    let name = match &definition.oid {
        Some(oid) => format!("{name} (`{oid}`)"),
        None => name,
    };
    let mut facts = match &definition.kind {
        Kind::Scalar(object) => format!("{name}, scalar{}", facts(context, object)),
        Kind::Column(object, _) => format!("{name}, column{}", facts(context, object)),
        Kind::Row(row) if row.augments.is_some() => {
            let base = row.augments.map_or("", |base| context.model.ref_name(base));
            format!("{name}, row that augments {}", code(base))
        }
        Kind::Value => format!("{name}, node"),
        kind => format!("{name}, {}", kind.as_str()),
    };
    facts.push('.');
    let row = match &definition.kind {
        Kind::Column(_, row) => Some(*row),
        Kind::Row(_) => Some(id),
        _ => None,
    };
    facts.push_str(&row.map(|row| index(context, row)).unwrap_or_default());
    facts.push_str(&definition.object().map(|object| default(context, object)).unwrap_or_default());
    facts.push_str(&status(definition.status));
    lines(paragraph(context.text(definition.description)), facts)
}

/// The INDEX of a row, also of the one that it augments.
fn index(context: &Context<'_>, row: DefId) -> String {
    let parts: Vec<String> = context
        .model
        .index(row)
        .iter()
        .map(|item| {
            let name = match &item.target {
                IndexTarget::Object(object) => context.model.ref_name(*object),
                IndexTarget::Type(syntax) => context.model.text(syntax.span),
            };
            code(&format!("{}{}", if item.implied { "IMPLIED " } else { "" }, one_line(name)))
        })
        .collect();
    if parts.is_empty() { String::new() } else { format!(" Index: {}.", parts.join(", ")) }
}

/// The DEFVAL of an object, as SMI writes it.
fn default(context: &Context<'_>, object: &Object) -> String {
    let spell = |names: &[crate::model::Name]| -> Vec<&str> {
        names.iter().map(|name| context.model.spelling(*name)).collect()
    };
    let text = match object.default.as_deref() {
        None => return String::new(),
        Some(DefaultValue::Int(number)) => number.to_string(),
        Some(DefaultValue::Label(label)) => context.model.spelling(*label).to_owned(),
        Some(DefaultValue::Text(text)) => format!("\"{}\"", one_line(context.model.text(*text))),
        Some(DefaultValue::Bytes(octets)) => {
            let octets: String =
                octets.iter().take(LONGEST_DEFAULT).map(|octet| format!("{octet:02x}")).collect();
            format!("'{octets}'H")
        }
        Some(DefaultValue::Bits(names)) => format!("{{ {} }}", spell(names).join(", ")),
        Some(DefaultValue::Oid(names, arcs)) => {
            let names = names.iter().map(|name| context.model.ref_name(*name).to_owned());
            names.chain(arcs.iter().map(u32::to_string)).collect::<Vec<_>>().join(".")
        }
    };
    let short: String = text.chars().take(LONGEST_DEFAULT).collect();
    format!(" Default: {}.", code(if short.is_empty() { "\"\"" } else { &short }))
}

/// A text in one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The doc comment of a module, without `///`: what its MODULE-IDENTITY says.
pub fn of_module(model: &Model, module: ModuleId) -> Vec<String> {
    let data = &model[module];
    let mut out = vec![format!(" The module {}.", code(model.spelling(data.name)))];
    let mut block = |lines: Vec<String>| {
        if !lines.is_empty() {
            out.push(String::new());
            out.extend(lines.into_iter().map(|line| format!(" {line}")));
        }
    };
    let text = |text: Option<Text>| text.map_or("", |text| model.text(text));
    block(paragraph(text(data.identity.and_then(|id| model[id].description))));
    for (name, words) in [("Organization", data.organization), ("Contact", data.contact)] {
        let words = one_line(text(words));
        if !words.is_empty() {
            block(paragraph(&format!("{name}: {words}")));
        }
    }
    let date = |date: Text| code(&one_line(model.text(date)).chars().take(LONGEST_DATE).collect::<String>());
    let mut dates = Vec::new();
    if let Some(updated) = data.last_updated {
        dates.push(format!("Last updated {}.", date(updated)));
    }
    let revisions: Vec<String> =
        data.revisions.iter().take(MAX_REVISIONS).map(|revision| date(revision.date)).collect();
    if !revisions.is_empty() {
        let more = if data.revisions.len() > MAX_REVISIONS { " and earlier" } else { "" };
        dates.push(format!("Revisions: {}{more}.", revisions.join(", ")));
    }
    block(if dates.is_empty() { Vec::new() } else { vec![dates.join(" ")] });
    out
}

/// The doc comment of a textual convention or type assignment.
pub(super) fn of_type(context: &Context<'_>, data: &Type) -> TokenStream {
    let mut facts = code(context.model.spelling(data.name));
    facts.push_str(if data.textual_convention { ", textual convention" } else { ", type" });
    if let Some(base) = data.syntax.base {
        facts.push_str(" over ");
        facts.push_str(&code(base.as_str()));
    }
    facts.push_str(&range(&data.syntax));
    facts.push('.');
    facts.push_str(&status(data.status));
    lines(paragraph(context.text(data.description)), facts)
}

fn lines(mut paragraph: Vec<String>, facts: String) -> TokenStream {
    if !paragraph.is_empty() {
        paragraph.push(String::new());
    }
    paragraph.push(facts);
    let lines = paragraph.into_iter().map(|line| if line.is_empty() { line } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// Type, access, range and units of an object, each behind a comma.
fn facts(context: &Context<'_>, object: &Object) -> String {
    let mut facts = String::new();
    let named = object.syntax.named.map(|named| match named {
        Ref::Bound(id) => context.model.spelling(context.model[id].name),
        Ref::Unresolved(name) => context.model.spelling(name),
    });
    if let Some(name) = named.or(object.syntax.base.map(BaseType::as_str)) {
        facts.push_str(", ");
        facts.push_str(&code(name));
    }
    if let Some(access) = object.access {
        facts.push_str(", ");
        facts.push_str(access.as_str());
    }
    facts.push_str(&range(&object.syntax));
    let units = code(&paragraph(context.text(object.units)).join(" "));
    if units != "``" {
        facts.push_str(", in ");
        facts.push_str(&units);
    }
    facts
}

/// The range of a number or the size of a string, if it is short enough to be of use.
fn range(syntax: &Syntax) -> String {
    if syntax.range.is_empty() || syntax.range.len() > 4 || !syntax.enums.is_empty() {
        return String::new();
    }
    let piece =
        |(low, high): &(i128, i128)| if low == high { low.to_string() } else { format!("{low}..{high}") };
    let pieces: Vec<String> = syntax.range.iter().map(piece).collect();
    let size =
        if matches!(syntax.base, Some(BaseType::OctetString | BaseType::Opaque)) { "SIZE " } else { "" };
    format!(", {}", code(&format!("{size}({})", pieces.join(" | "))))
}

fn status(status: Option<Status>) -> String {
    status.map_or_else(String::new, |status| format!(" Status: {}.", status.as_str()))
}

/// The lines of a doc comment, without `///`, for the first paragraph of a description. Empty for an empty text.
pub fn paragraph(description: &str) -> Vec<String> {
    let words = first_paragraph(description);
    let (words, cut) = shorten(&words);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut width = 0;
    for (at, word) in words.iter().enumerate() {
        let escaped = escape(word);
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            lines.push(std::mem::take(&mut line));
            width = 0;
        }
        if width > 0 {
            line.push(' ');
            line.push_str(&escaped);
            width += 1 + length;
        } else {
            line.push_str(&at_line_start(escaped));
            width = length;
        }
        if cut && at + 1 == words.len() {
            line.push_str(" …");
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A name or number as code: `` `ifDescr` ``. Names hold no backticks; anything else that could end the code is left
/// out.
pub fn code(name: &str) -> String {
    let kept: String = name.chars().filter(|c| *c != '`' && visible(*c)).collect();
    if kept.trim().is_empty() { "``".to_owned() } else { format!("`{kept}`") }
}

/// The words up to the first empty line that follows a word.
fn first_paragraph(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for line in text.lines() {
        let before = words.len();
        let of_line = line.split(|c: char| c.is_whitespace() || c.is_control());
        words.extend(of_line.map(|word| word.chars().filter(|c| visible(*c)).collect::<String>()));
        words.retain(|word| !word.is_empty());
        if words.len() == before && before > 0 {
            break;
        }
    }
    words
}

/// Characters that show: no control, no direction override (which rustc refuses in comments), no byte order mark.
fn visible(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
        && !matches!(c, '\u{fff9}'..='\u{fffd}')
}

/// The words that fit into [`LONGEST`], ending with a sentence where one ends in the second half; and whether words
/// are missing.
fn shorten(words: &[String]) -> (&[String], bool) {
    let mut length = 0;
    let mut sentence = None;
    for (at, word) in words.iter().enumerate() {
        length += word.chars().count() + 1;
        if length > LONGEST {
            return match sentence {
                Some(end) => (words.get(..end).unwrap_or(words), false),
                None => (words.get(..at.max(1)).unwrap_or(words), true),
            };
        }
        if word.ends_with('.') && length > LONGEST / 2 {
            sentence = Some(at + 1);
        }
    }
    (words, false)
}

/// Escapes one word for Markdown; a web address becomes a link, since rustdoc warns about bare ones.
fn escape(word: &str) -> String {
    if word.chars().count() > LONGEST {
        let head: String = word.chars().take(WIDTH).collect();
        return escape(&(head + "…"));
    }
    let mut out = String::with_capacity(word.len() + 8);
    let mut rest = word;
    while let Some(at) = ["http://", "https://", "ftp://"].iter().filter_map(|scheme| rest.find(scheme)).min()
    {
        let (before, address) = rest.split_at(at);
        let end = address.find(|c: char| !url_char(c)).unwrap_or(address.len());
        let end = address
            .get(..end)
            .unwrap_or("")
            .trim_end_matches(['.', ',', ';', ':', ')', '\'', '!', '?'])
            .len();
        let (address, after) = address.split_at(end);
        escape_into(before, &mut out);
        if address.ends_with("://") {
            escape_into(address.strip_suffix("//").unwrap_or(address), &mut out);
            out.push_str("\\/\\/");
        } else {
            out.push('<');
            out.push_str(address);
            out.push('>');
        }
        rest = after;
    }
    escape_into(rest, &mut out);
    out
}

fn url_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=%".contains(c)
}

fn escape_into(text: &str, out: &mut String) {
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '&' | '|' | '$' | '^') {
            out.push('\\');
        }
        out.push(c);
    }
}

/// Escapes what would make a heading, list, quote or rule of a line that begins with this word.
fn at_line_start(word: String) -> String {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    match word.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => {
            let (number, rest) = word.split_at(digits);
            format!("{number}\\{rest}")
        }
        Some(b'#' | b'-' | b'+' | b'=' | b':' | b'/' | b'!') if digits == 0 => format!("\\{word}"),
        _ => word,
    }
}

#[cfg(test)]
mod tests;
