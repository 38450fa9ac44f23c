//! One definition of a module.

use std::{cmp::Ordering, fmt};

use super::{HAS_DEFAULT, HAS_UNITS, Meta, TypeMeta, cursor::Cursor, default};
use crate::{
    index::Form,
    oid::{Oid, compare},
    syntax::{Access, Status},
    value::Value,
};

/// What a definition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ObjectKind {
    /// A node of the tree that carries no value.
    Node = 0,
    /// An object with the one instance `.0`.
    Scalar = 1,
    /// A conceptual table.
    Table = 2,
    /// A conceptual row.
    Row = 3,
    /// An object with an instance per row.
    Column = 4,
    /// A notification or trap.
    Notification = 5,
}

impl ObjectKind {
    const ALL: [Self; 6] =
        [Self::Node, Self::Scalar, Self::Table, Self::Row, Self::Column, Self::Notification];

    /// The word for it, in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Scalar => "scalar",
            Self::Table => "table",
            Self::Row => "row",
            Self::Column => "column",
            Self::Notification => "notification",
        }
    }

    pub(super) const fn code(self) -> u8 {
        self as u8
    }

    fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A definition, read in place.
#[derive(Clone, Copy)]
pub struct ObjectMeta<'a> {
    meta: Meta<'a>,
    kind: ObjectKind,
    status: Status,
    name: &'a str,
    /// Content octets of the OID, but for the last number.
    prefix: &'a [u8],
    /// The last number.
    last: &'a [u8],
    access: Access,
    syntax: Option<u32>,
    /// How many index objects or notification objects begin at `list`.
    count: usize,
    list: Cursor<'a>,
    has_units: bool,
    has_default: bool,
}

impl<'a> ObjectMeta<'a> {
    pub(super) fn read(meta: Meta<'a>, mut cursor: Cursor<'a>) -> Option<Self> {
        let head = cursor.octet()?;
        let kind = ObjectKind::from_code(head & 7)?;
        let status = Status::from_code(head >> 3 & 7)?;
        let name = cursor.text()?;
        let prefix = meta.pooled(cursor.size()?)?;
        let last = cursor.sub_identifier()?;
        let (mut access, mut syntax, mut count) = (Access::NotAccessible, None, 0);
        match kind {
            ObjectKind::Scalar | ObjectKind::Column => {
                access = Access::from_code(cursor.octet()?)?;
                syntax = u32::try_from(cursor.number()?).ok()?.checked_sub(1);
            }
            ObjectKind::Row | ObjectKind::Notification => count = cursor.size()?,
            ObjectKind::Node | ObjectKind::Table => {}
        }
        let (has_units, has_default) = (head & HAS_UNITS != 0, head & HAS_DEFAULT != 0);
        let list = cursor;
        Some(Self {
            meta,
            kind,
            status,
            name,
            prefix,
            last,
            access,
            syntax,
            count,
            list,
            has_units,
            has_default,
        })
    }

    /// The metadata of the module.
    pub const fn meta(&self) -> Meta<'a> {
        self.meta
    }

    /// The name of the module.
    pub fn module(&self) -> &'a str {
        self.meta.module()
    }

    /// The name, such as `ifDescr`.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// What it is.
    pub const fn kind(&self) -> ObjectKind {
        self.kind
    }

    /// Its status.
    pub const fn status(&self) -> Status {
        self.status
    }

    /// What may be done with it; only scalars and columns are accessible.
    pub const fn access(&self) -> Access {
        self.access
    }

    /// Its OID; `0.0` if the bytes are wrong.
    pub fn oid(&self) -> Oid {
        Oid::from_ber(&[self.prefix, self.last].concat()).unwrap_or_default()
    }

    /// The type of a scalar or column.
    pub fn syntax(&self) -> Option<TypeMeta<'a>> {
        self.meta.type_at(self.syntax?)
    }

    /// UNITS of a scalar or column.
    pub fn units(&self) -> Option<&'a str> {
        if !self.has_units {
            return None;
        }
        self.meta.pooled_text(self.behind_list()?.size()?)
    }

    /// The DEFVAL of a scalar or column, as a value of its type.
    pub fn default(&self) -> Option<Value> {
        if !self.has_default {
            return None;
        }
        let mut cursor = self.behind_list()?;
        if self.has_units {
            cursor.number()?;
        }
        default::read(self.syntax()?.base(), self.meta.pooled(cursor.size()?)?)
    }

    fn behind_list(&self) -> Option<Cursor<'a>> {
        let mut cursor = self.list;
        let references = match self.kind {
            ObjectKind::Row => 3,
            _ => 1,
        };
        for _ in 0..self.count {
            for _ in 0..references {
                cursor.number()?;
            }
        }
        Some(cursor)
    }

    /// The row that a column belongs to.
    pub fn row(&self) -> Option<ObjectMeta<'a>> {
        match self.kind {
            ObjectKind::Column => {
                self.meta.exact(self.prefix).filter(|object| object.kind == ObjectKind::Row)
            }
            _ => None,
        }
    }

    /// The objects that index a row, or the row of a column.
    pub fn index(&self) -> IndexObjects<'a> {
        let row = match self.kind {
            ObjectKind::Column => self.row(),
            _ => Some(*self),
        };
        match row.filter(|row| row.kind == ObjectKind::Row) {
            Some(row) => IndexObjects { meta: self.meta, rest: row.count, cursor: row.list },
            None => IndexObjects { meta: self.meta, rest: 0, cursor: self.list },
        }
    }

    /// The names of the objects that a notification carries.
    pub fn notification_objects(&self) -> NotificationObjects<'a> {
        let rest = if self.kind == ObjectKind::Notification { self.count } else { 0 };
        NotificationObjects { meta: self.meta, rest, cursor: self.list }
    }

    /// How this definition's OID compares with these content octets.
    pub(super) fn compare(&self, content: &[u8]) -> Ordering {
        match content.strip_prefix(self.prefix) {
            Some(rest) => compare(self.last, rest),
            None => compare(self.prefix, content),
        }
    }

    /// Whether these content octets are this definition's OID or under it.
    pub(super) fn contains(&self, content: &[u8]) -> bool {
        content.strip_prefix(self.prefix).is_some_and(|rest| rest.starts_with(self.last))
    }

    /// The content octets of what this definition's OID and these have in common: whole numbers only.
    pub(super) fn shared_octets(&self, content: &[u8]) -> usize {
        let own = self.prefix.iter().chain(self.last);
        let same = own.zip(content).take_while(|(a, b)| a == b).count();
        let same = content.get(..same).unwrap_or_default();
        same.iter().rposition(|octet| *octet < 0x80).map_or(0, |at| at + 1)
    }

    /// Octets of the OID.
    pub(crate) fn octets(&self) -> usize {
        self.prefix.len() + self.last.len()
    }
}

impl fmt::Debug for ObjectMeta<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{} ({})", self.module(), self.name, self.kind)
    }
}

/// One object of an index.
#[derive(Clone, Copy, Debug)]
pub struct IndexObject<'a> {
    /// Its name; it may be of another module.
    pub name: &'a str,
    /// Its type.
    pub syntax: TypeMeta<'a>,
    /// How it is encoded in the index.
    pub form: Form,
}

/// The objects of an index, in order.
#[derive(Clone, Debug)]
pub struct IndexObjects<'a> {
    meta: Meta<'a>,
    rest: usize,
    cursor: Cursor<'a>,
}

impl<'a> IndexObjects<'a> {
    fn read(&mut self) -> Option<IndexObject<'a>> {
        let name = self.meta.pooled_text(self.cursor.size()?)?;
        let syntax = self.meta.type_at(u32::try_from(self.cursor.number()?).ok()?)?;
        let form = match self.cursor.size()? {
            0 => Form::Variable,
            1 => Form::Implied,
            2 => Form::NetworkAddress,
            size => Form::Fixed(size - 3),
        };
        Some(IndexObject { name, syntax, form })
    }
}

impl<'a> Iterator for IndexObjects<'a> {
    type Item = IndexObject<'a>;

    fn next(&mut self) -> Option<IndexObject<'a>> {
        self.rest = self.rest.checked_sub(1)?;
        let object = self.read();
        if object.is_none() {
            self.rest = 0;
        }
        object
    }
}

/// The names of a notification's objects, in order.
#[derive(Clone, Debug)]
pub struct NotificationObjects<'a> {
    meta: Meta<'a>,
    rest: usize,
    cursor: Cursor<'a>,
}

impl<'a> Iterator for NotificationObjects<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.rest = self.rest.checked_sub(1)?;
        let name = self.cursor.size().and_then(|place| self.meta.pooled_text(place));
        if name.is_none() {
            self.rest = 0;
        }
        name
    }
}
