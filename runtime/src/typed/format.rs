//! Values of generated types as text.

use std::fmt;

use crate::value::{Convention, TypeInfo, Value};

/// Prints a value of a generated type as its module has it: by label, by DISPLAY-HINT, or plainly.
///
/// # Errors
/// Those of the formatter.
pub fn display<C: Convention>(value: &C, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    use crate::value::Syntax;
    display_value(C::INFO, &value.to_value(), f)
}

/// Prints a value of a generated type with the name of the type: `IfOperStatus(up)`.
///
/// # Errors
/// Those of the formatter.
pub fn debug<C: Convention>(value: &C, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let path = std::any::type_name::<C>();
    f.write_str(path.rsplit("::").next().unwrap_or(path))?;
    f.write_str("(")?;
    display(value, f)?;
    f.write_str(")")
}

fn display_value(_info: TypeInfo, value: &Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    fmt::Display::fmt(value, f)
}
