//! Values of generated types as text.

use std::{fmt, fmt::Write};

use super::{Convention, Module, ObjectRef, Row, TypeInfo, debug_enum};
use crate::{
    index::{Index, IndexWriter},
    show::{self, Style},
    syntax::BaseType,
    value::{Syntax, Value, ValueRef},
};

/// `Display` of a generated type, as its module defines it: labels of enumerations and BITS, `unknown(17)` for what the
/// module does not name, numbers and strings by DISPLAY-HINT, plainly if there is none.
///
/// # Errors
/// Those of the formatter.
pub fn display<C: Convention>(value: &C, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    display_value(C::INFO, &value.repr().to_value(), f)
}

/// `Debug` of a generated type: `up(1)` for enumerations, else the type's name around what `Display` says:
/// `DisplayString(eth0)`.
///
/// # Errors
/// Those of the formatter.
pub fn debug<C: Convention>(value: &C, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    debug_value(C::INFO, std::any::type_name::<C>(), &value.repr().to_value(), f)
}

/// `Display` of an index type, as its module defines it: what follows a column's name and its dot in the text of an
/// instance. `3` for the index of `ifDescr.3`, `ipv4."192.0.2.1"`, `2.'core'`.
///
/// # Errors
/// Those of the formatter.
pub fn display_index<R: Row>(index: &R::Index, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut writer = IndexWriter::column(R::OID, 1);
    index.write(&mut writer);
    display_instance(ObjectRef::new(<R::Module as Module>::META, R::OID), writer, f)
}

/// What follows column 1 of a row. An index that no OID can hold prints as what is wrong with it.
fn display_instance(row: ObjectRef, writer: IndexWriter, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let oid = match writer.finish() {
        Ok(oid) => oid,
        Err(error) => return write!(f, "({error})"),
    };
    let mut rest = oid.arcs();
    let behind = row.arcs().count() + 1;
    rest.by_ref().take(behind).for_each(drop);
    let text = show::index(row.meta().as_ref(), rest, &Style::DEFAULT, &|oid| oid.to_string());
    f.pad(text.strip_prefix('.').unwrap_or(&text))
}

fn display_value(info: TypeInfo, value: &Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match info.describe() {
        Some(described) => fmt::Display::fmt(&described.display(ValueRef::from(value)), f),
        None => fmt::Display::fmt(value, f),
    }
}

fn debug_value(info: TypeInfo, path: &str, value: &Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let described = info.describe();
    match (value, described) {
        (Value::Integer(number), Some(described))
            if described.base() == BaseType::Integer32 && described.labels().next().is_some() =>
        {
            debug_enum(info, *number, f)
        }
        _ => {
            f.write_str(path.rsplit("::").next().unwrap_or(path))?;
            f.write_char('(')?;
            display_value(info, value, f)?;
            f.write_char(')')
        }
    }
}
