//! Packing metadata.

use std::collections::HashMap;

use super::{
    HAS_DEFAULT, HAS_UNITS, ObjectKind, VERSION,
    cursor::{put_number, put_signed, put_size, put_string, put_u24},
    default, type_mark,
};
use crate::{
    index::Form,
    oid::Oid,
    syntax::{Access, BaseType, Status},
    value::Value,
};

/// A type, as [`MetaBuilder::add_type`] takes it: named in this module, imported, or inline in an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TypeDef {
    /// The name of the textual convention or type; none for what an object says inline.
    pub name: Option<String>,
    /// The type underneath.
    pub base: BaseType,
    /// The effective DISPLAY-HINT.
    pub hint: Option<String>,
    /// Labels of an enumeration, or of bits if the base is BITS, in the order of the MIB.
    pub labels: Vec<(String, i32)>,
    /// Effective range of a number, or SIZE of a string in octets; inclusive.
    pub ranges: Vec<(i64, i64)>,
}

impl TypeDef {
    /// A type without name, hint, labels and ranges.
    pub const fn new(base: BaseType) -> Self {
        Self { name: None, base, hint: None, labels: Vec::new(), ranges: Vec::new() }
    }
}

/// A definition, as [`MetaBuilder::add_object`] takes it. Made by [`ObjectDef::new`], then filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ObjectDef {
    /// The name, such as `ifDescr`.
    pub name: String,
    /// Where it is defined; a column without index.
    pub oid: Oid,
    /// What it is.
    pub kind: ObjectKind,
    /// Its status.
    pub status: Status,
    /// Who may do what with a scalar or column; others have none.
    pub access: Access,
    /// The type of a scalar or column, as numbered by [`MetaBuilder::add_type`]; others have none.
    pub syntax: Option<u32>,
    /// UNITS of a scalar or column.
    pub units: Option<String>,
    /// DEFVAL of a scalar or column: a value of its type.
    pub default: Option<Value>,
    /// The index of a row, also one that it has by AUGMENTS.
    pub index: Vec<IndexDef>,
    /// The names of a notification's objects.
    pub objects: Vec<String>,
}

impl ObjectDef {
    /// A definition that is current, not accessible and has nothing else.
    pub fn new(name: impl Into<String>, oid: Oid, kind: ObjectKind) -> Self {
        Self {
            name: name.into(),
            oid,
            kind,
            status: Status::Current,
            access: Access::NotAccessible,
            syntax: None,
            units: None,
            default: None,
            index: Vec::new(),
            objects: Vec::new(),
        }
    }
}

/// One object of a row's index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexDef {
    /// The name of the object, of this module or another.
    pub name: String,
    /// Its type, as numbered by [`MetaBuilder::add_type`].
    pub syntax: u32,
    /// How it is encoded in the index.
    pub form: Form,
}

/// Why metadata cannot be packed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetaError {
    /// More than the format's 16 MiB.
    #[error("the metadata of module {module} takes {size} bytes; the format ends at 16777215")]
    TooLarge {
        /// The module.
        module: String,
        /// The size it would have.
        size: usize,
    },
    /// A type number that was not given out.
    #[error("`{object}` refers to type {number}, but there are {types}")]
    UnknownType {
        /// The definition.
        object: String,
        /// The number.
        number: u32,
        /// How many types there are.
        types: usize,
    },
}

/// Packs the metadata of one module. The same content gives the same bytes, whatever the order of the definitions.
///
/// ```
/// use mibc_runtime::{meta::*, syntax::{Access, BaseType}};
///
/// let mut builder = MetaBuilder::new("ACME-MIB");
/// let number = builder.add_type(TypeDef::new(BaseType::Integer32));
/// let mut object = ObjectDef::new("acmeCount", "1.3.6.1.4.1.9999.1".parse()?, ObjectKind::Scalar);
/// object.access = Access::ReadOnly;
/// object.syntax = Some(number);
/// builder.add_object(object);
/// let bytes = builder.finish()?;
/// assert_eq!(Meta::new(&bytes).object("acmeCount").map(|object| object.access()), Some(Access::ReadOnly));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct MetaBuilder {
    module: String,
    types: Vec<TypeDef>,
    numbers: HashMap<TypeDef, u32>,
    objects: Vec<ObjectDef>,
}

impl MetaBuilder {
    /// For the module of this name.
    pub fn new(module: impl Into<String>) -> Self {
        Self { module: module.into(), types: Vec::new(), numbers: HashMap::new(), objects: Vec::new() }
    }

    /// Adds a type and gives its number. The same type again has the same number.
    pub fn add_type(&mut self, def: TypeDef) -> u32 {
        if let Some(number) = self.numbers.get(&def) {
            return *number;
        }
        let number = self.types.len() as u32;
        self.numbers.insert(def.clone(), number);
        self.types.push(def);
        number
    }

    /// Adds a scalar, table, row, column, notification or other node.
    pub fn add_object(&mut self, def: ObjectDef) {
        self.objects.push(def);
    }

    /// The bytes.
    ///
    /// # Errors
    /// A definition refers to a type that was not added, or the whole is above 16 MiB.
    pub fn finish(mut self) -> Result<Vec<u8>, MetaError> {
        self.objects.sort_by(|a, b| a.oid.cmp(&b.oid).then_with(|| a.name.cmp(&b.name)));
        let mut pool = Pool::default();
        let mut records = Vec::new();
        let mut type_places = Vec::with_capacity(self.types.len());
        for def in &self.types {
            type_places.push(records.len());
            put_type(&mut records, &mut pool, def);
        }
        let mut object_places = Vec::with_capacity(self.objects.len());
        for def in &self.objects {
            self.check(def)?;
            object_places.push(records.len());
            put_object(&mut records, &mut pool, def);
        }

        let mut name = Vec::new();
        put_string(&mut name, self.module.as_bytes());
        let types_at = 1 + 5 * 3 + name.len();
        let objects_at = types_at + 3 * type_places.len();
        let records_at = objects_at + 3 * object_places.len();
        let pool_at = records_at + records.len();
        let size = pool_at + pool.bytes.len();
        if size >= 1 << 24 {
            return Err(MetaError::TooLarge { module: self.module, size });
        }
        let mut out = Vec::with_capacity(size);
        out.push(VERSION);
        for number in [type_places.len(), types_at, object_places.len(), objects_at, pool_at] {
            put_u24(&mut out, number);
        }
        out.append(&mut name);
        for place in type_places.into_iter().chain(object_places) {
            put_u24(&mut out, records_at + place);
        }
        out.append(&mut records);
        out.append(&mut pool.bytes);
        Ok(out)
    }

    fn check(&self, def: &ObjectDef) -> Result<(), MetaError> {
        let types = self.types.len();
        match def
            .syntax
            .into_iter()
            .chain(def.index.iter().map(|part| part.syntax))
            .find(|n| *n as usize >= types)
        {
            Some(number) => Err(MetaError::UnknownType { object: def.name.clone(), number, types }),
            None => Ok(()),
        }
    }
}

/// Strings that several records refer to, each once.
#[derive(Default)]
struct Pool {
    bytes: Vec<u8>,
    places: HashMap<Vec<u8>, usize>,
}

impl Pool {
    fn place(&mut self, octets: &[u8]) -> usize {
        if let Some(place) = self.places.get(octets) {
            return *place;
        }
        let place = self.bytes.len();
        put_string(&mut self.bytes, octets);
        self.places.insert(octets.into(), place);
        place
    }
}

fn put_type(out: &mut Vec<u8>, pool: &mut Pool, def: &TypeDef) {
    let marks = [
        (def.name.is_some(), type_mark::NAME),
        (def.hint.is_some(), type_mark::HINT),
        (!def.ranges.is_empty(), type_mark::RANGES),
        (!def.labels.is_empty(), type_mark::LABELS),
    ];
    out.push(marks.into_iter().fold(def.base.code(), |head, (is, mark)| if is { head | mark } else { head }));
    if let Some(name) = &def.name {
        put_string(out, name.as_bytes());
    }
    if let Some(hint) = &def.hint {
        put_size(out, pool.place(hint.as_bytes()));
    }
    if !def.ranges.is_empty() {
        put_size(out, def.ranges.len());
        for (low, high) in &def.ranges {
            put_signed(out, *low);
            put_number(out, high.wrapping_sub(*low) as u64);
        }
    }
    if !def.labels.is_empty() {
        put_size(out, def.labels.len());
        let mut before = 0;
        for (label, number) in &def.labels {
            put_signed(out, i64::from(*number) - before);
            put_size(out, pool.place(label.as_bytes()));
            before = i64::from(*number);
        }
    }
}

fn put_object(out: &mut Vec<u8>, pool: &mut Pool, def: &ObjectDef) {
    let value = def.default.as_ref().and_then(default::write);
    let marks = [(def.units.is_some(), HAS_UNITS), (value.is_some(), HAS_DEFAULT)];
    let head = def.kind.code() | def.status.code() << 3;
    out.push(marks.into_iter().fold(head, |head, (is, mark)| if is { head | mark } else { head }));
    put_string(out, def.name.as_bytes());
    let content = def.oid.as_ber();
    let prefix = def.oid.as_ref().parent().map_or(0, |parent| parent.as_ber().len());
    let (prefix, last) = content.split_at(prefix);
    put_size(out, pool.place(prefix));
    out.extend_from_slice(last);
    match def.kind {
        ObjectKind::Scalar | ObjectKind::Column => {
            out.push(def.access.code());
            // 0 says that there is none.
            put_number(out, def.syntax.map_or(0, |number| u64::from(number) + 1));
        }
        ObjectKind::Row => {
            put_size(out, def.index.len());
            for part in &def.index {
                put_size(out, pool.place(part.name.as_bytes()));
                put_number(out, part.syntax.into());
                match part.form {
                    Form::Variable => put_number(out, 0),
                    Form::Implied => put_number(out, 1),
                    Form::NetworkAddress => put_number(out, 2),
                    Form::Fixed(size) => put_number(out, (size as u64).saturating_add(3)),
                }
            }
        }
        ObjectKind::Notification => {
            put_size(out, def.objects.len());
            for name in &def.objects {
                put_size(out, pool.place(name.as_bytes()));
            }
        }
        ObjectKind::Node | ObjectKind::Table => {}
    }
    if let Some(units) = &def.units {
        put_size(out, pool.place(units.as_bytes()));
    }
    if let Some(value) = value {
        put_size(out, pool.place(&value));
    }
}
