//! Small sources, what they must become, and what must be said about them.

mod corpus;
mod hostile;
mod recovery;
mod tolerance;
mod ways;
mod well_formed;

use super::*;
use crate::{
    source::{Encoding, SourceMap},
    syntax::ast::{Definition, DefinitionKind, Ident, Module, ObjectType, SyntaxKind},
};

/// A file in a map of its own; leaked, so that trees can borrow from it in tests.
fn file(text: &str) -> &'static SourceFile {
    let mut map = SourceMap::default();
    let id = map.add("TEST-MIB", text, Encoding::Utf8);
    Box::leak(Box::new(map)).file(id)
}

/// Parses `text` as it stands.
fn parsed(text: &str) -> Parsed<'static> {
    parse(file(text))
}

/// Parses definitions within a module.
fn module(definitions: &str) -> Parsed<'static> {
    parsed(&format!("T-MIB DEFINITIONS ::= BEGIN\n{definitions}\nEND\n"))
}

/// The definitions of a text whose only module nothing is said about.
fn clean(definitions: &str) -> Vec<Definition<'static>> {
    let parsed = module(definitions);
    assert_eq!(said(&parsed), [] as [String; 0], "{definitions}");
    only(parsed.modules).definitions
}

fn only<T: std::fmt::Debug>(mut list: Vec<T>) -> T {
    assert_eq!(list.len(), 1, "one item expected: {list:?}");
    list.remove(0)
}

/// Every diagnostic as `line:column code message`, columns in characters.
fn said(parsed: &Parsed<'_>) -> Vec<String> {
    parsed.diagnostics.iter().map(|d| format!("{} {}", d.code, d.message)).collect()
}

fn codes(parsed: &Parsed<'_>) -> Vec<Code> {
    parsed.diagnostics.iter().map(|d| d.code).collect()
}

fn names(module: &Module<'static>) -> Vec<&'static str> {
    module.definitions.iter().map(|definition| definition.name.text()).collect()
}

fn texts(idents: &[Ident<'static>]) -> Vec<&'static str> {
    idents.iter().map(|ident| ident.text()).collect()
}

fn object(definition: Definition<'static>) -> ObjectType<'static> {
    match definition.kind {
        DefinitionKind::ObjectType(object) => *object,
        other => panic!("an OBJECT-TYPE expected: {other:?}"),
    }
}

/// An object with the given SYNTAX clause and further clauses.
fn object_with(syntax: &str, more: &str) -> String {
    format!(
        "x OBJECT-TYPE SYNTAX {syntax} MAX-ACCESS read-only STATUS current DESCRIPTION \"\" {more} ::= {{ y 1 }}"
    )
}

/// The type of an object, spelt compactly.
fn type_of(syntax: &str) -> String {
    show(&object(only(clean(&object_with(syntax, "")))).syntax.kind)
}

fn show(kind: &SyntaxKind<'_>) -> String {
    match kind {
        SyntaxKind::Named { name, refinement } => {
            let refinement = refinement.as_deref().cloned().unwrap_or_default();
            let module = refinement.module.map(|module| format!("{}.", module.text()));
            let mut out = module.unwrap_or_default() + name.text();
            for number in &refinement.named_numbers {
                out += &format!(" {}={:?}", number.label.text(), number.number.value());
            }
            if let Some(constraint) = &refinement.constraint {
                out += if constraint.size { " SIZE" } else { " RANGE" };
                for piece in &constraint.pieces {
                    out += &format!(" {}", piece.low.text());
                    if let Some(high) = piece.high {
                        out += &format!("..{}", high.text());
                    }
                }
            }
            out
        }
        SyntaxKind::Bits(numbers) => {
            "BITS".to_owned()
                + &numbers
                    .iter()
                    .map(|n| format!(" {}={}", n.label.text(), n.number.text()))
                    .collect::<String>()
        }
        SyntaxKind::Sequence(fields) | SyntaxKind::Choice(fields) => fields
            .iter()
            .map(|field| format!("{}:{}", field.name.text(), show(&field.syntax.kind)))
            .collect::<Vec<_>>()
            .join(","),
        SyntaxKind::SequenceOf(row) => format!("SEQUENCE OF {}", row.text()),
        SyntaxKind::Tagged { class, number, implicit, inner } => {
            let class = class.as_ref().map_or("", |class| class.text());
            format!("[{class} {}] {implicit} {}", number.text(), show(&inner.kind))
        }
    }
}
