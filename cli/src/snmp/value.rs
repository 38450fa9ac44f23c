//! Values that people give, by the type of their object.

use super::input::Input;
use super::{Failure, names, words};
use mibc_compiler::query::{Answer, Renderer};
use mibc_runtime::meta::{ObjectKind, ObjectMeta};
use mibc_runtime::show::{self, InputError};
use mibc_runtime::value::Value;

/// The scalar or column that a name is an instance of.
pub(super) fn object(answer: Option<&Answer>) -> Option<ObjectMeta<'_>> {
    let object = answer.and_then(Answer::object);
    object.filter(|object| matches!(object.kind(), ObjectKind::Scalar | ObjectKind::Column))
}

/// A value in text, with the letter of its type, for a variable that is called `name`. With `force` it need not be of the
/// object's type.
///
/// # Errors
/// What it is not, in net-snmp's words and in ours.
pub(super) fn of(
    renderer: &Renderer<'_>,
    input: &Input,
    name: &str,
    object: Option<&ObjectMeta<'_>>,
    (kind, text): (&str, &str),
    force: bool,
) -> Result<Value, Failure> {
    let syntax = object.and_then(|object| object.syntax());
    let resolve = |text: &str| names::any(renderer, text).map_err(|error| error.to_string());
    let value = match input.value(kind, text, syntax.as_ref(), &resolve) {
        Err(_) if force && kind != "=" => show::read(kind, text, None, &resolve),
        other => other,
    };
    value.map_err(|error| words::mistake(theirs(name, text, &error), format!("{name}: {error}")))
}

/// What net-snmp's tools say to a type and a value that do not do.
fn theirs(name: &str, text: &str, error: &InputError) -> String {
    match error {
        InputError::OtherType { expected, given, .. } => {
            format!("{name}: Bad variable type (Type of attribute is {expected}, not {given})")
        }
        InputError::Type { found } => format!("{name}: Bad object type: {found}"),
        InputError::Unknown => format!("{name}: Bad variable type (\"=\")"),
        InputError::Value { .. } => format!("{name}: Value out of range ({text})"),
        InputError::Oid { .. } => {
            format!("{name}: Unknown Object Identifier (Sub-id not found: (top) -> {text})")
        }
        _ => format!("{name}: Bad value notation ({text})"),
    }
}
