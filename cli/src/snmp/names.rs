//! From what people write to OIDs.

use super::{Failure, words};
use mibc_compiler::model::Kind;
use mibc_compiler::query::{Answer, Direction, Renderer, Root, TranslateError};
use mibc_runtime::oid::Oid;

/// Where a walk begins.
#[derive(Clone, Debug)]
pub(super) enum Start {
    Oid(Oid),
    /// Above all OIDs: `.`, `.1`, `iso`.
    Root(Root),
}

/// Where a walk of this operand begins.
///
/// # Errors
/// As [`any`].
pub(super) fn start(renderer: &Renderer<'_>, operand: &str) -> Result<Start, Failure> {
    match Root::parse(operand) {
        Some(root) => Ok(Start::Root(root)),
        None => any(renderer, operand).map(Start::Oid),
    }
}

/// What to ask on from for what comes behind an operand.
///
/// # Errors
/// As [`any`].
pub(super) fn before(renderer: &Renderer<'_>, operand: &str) -> Result<Oid, Failure> {
    match Root::parse(operand) {
        Some(root) => Ok(root.beginning()),
        None => any(renderer, operand),
    }
}

/// What an operand names.
///
/// # Errors
/// What names nothing; the text has similar names.
pub(super) fn any(renderer: &Renderer<'_>, operand: &str) -> Result<Oid, Failure> {
    if let Some(oid) = numeric(operand) {
        return Ok(oid);
    }
    match renderer.translate(operand) {
        Ok(answer) => Ok(answer.oid),
        Err(error) => of_nobody(&error).ok_or_else(|| words::unknown(operand, &error)),
    }
}

/// An OID that no module knows anything of can still be asked for.
fn of_nobody(error: &TranslateError) -> Option<Oid> {
    match error {
        TranslateError::UnknownOid { oid } => oid.parse().ok(),
        _ => None,
    }
}

/// The same, for operations on instances: the name of an object without an instance is a mistake that would be answered
/// with noSuchInstance.
pub(super) fn instance(renderer: &Renderer<'_>, operand: &str) -> Result<Oid, Failure> {
    if let Some(oid) = numeric(operand) {
        return Ok(oid);
    }
    if Root::parse(operand).is_some() {
        return Err(
            format!("`{operand}` is above all objects: read what is below it with `mibc walk`").into()
        );
    }
    let answer = match renderer.translate(operand) {
        Ok(answer) => answer,
        Err(error) => return of_nobody(&error).ok_or_else(|| words::unknown(operand, &error)),
    };
    if answer.direction == Direction::ToOid
        && let Some(advice) = without_instance(&answer, operand)
    {
        return Err(advice.into());
    }
    Ok(answer.oid)
}

/// A numeric OID does not need a module.
fn numeric(operand: &str) -> Option<Oid> {
    let text = operand.strip_prefix('.').unwrap_or(operand);
    text.starts_with(|c: char| c.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// What to write instead of an object's name without an instance.
fn without_instance(answer: &Answer, operand: &str) -> Option<String> {
    if answer.definition().oid.as_ref() != Some(&answer.oid) {
        return None;
    }
    match answer.definition().kind {
        Kind::Scalar(_) => {
            Some(format!("`{operand}` is an object, not an instance of it: ask for `{operand}.0`"))
        }
        Kind::Column(..) => {
            let object = answer.object();
            let index: Vec<&str> =
                object.iter().flat_map(|object| object.index()).map(|part| part.name).collect();
            let index = if index.is_empty() { "its index".to_owned() } else { index.join(".") };
            Some(format!(
                "`{operand}` is a column, with an instance in each row: ask for `{operand}.` and {index} of a row, such \
                 as `{operand}.1`, or for all of them with `mibc walk`"
            ))
        }
        Kind::Table(..) | Kind::Row(_) => {
            Some(format!("`{operand}` is a table: read it with `mibc table` or `mibc walk`"))
        }
        _ => None,
    }
}
