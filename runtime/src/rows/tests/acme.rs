//! A module as the compiler emits it: a table with RowStatus and StorageType, one whose rows come and go by
//! themselves, one whose index is an IMPLIED string.

use std::cmp::Ordering;

use crate::index::{Form, Index, IndexError, IndexReader, IndexWriter, order_part};
use crate::message::ErrorStatus;
use crate::meta::{IndexDef, Meta, MetaBuilder, ObjectDef, ObjectKind, TypeDef};
use crate::oid::Oid;
use crate::rows::RowStore;
use crate::syntax::{Access, BaseType};
use crate::typed::access::{ReadCreate, ReadOnly, ReadWrite};
use crate::typed::{Column, Module, Row};
use crate::value::{Counter64, OctetString, Unsigned32, Value, VarBind};

pub(super) struct AcmeMib;

impl Module for AcmeMib {
    const META: Meta<'static> = Meta::new(include_bytes!("acme.meta"));
}

/// acmePortEntry, INDEX { acmePortSlot (1..16), acmePortName (SIZE (1..8)) }
#[derive(Debug)]
pub(super) struct Port;

impl Row for Port {
    type Module = AcmeMib;
    type Index = PortIndex;
    const OID: &'static [u32] = &[1, 3, 6, 1, 4, 1, 9999, 5, 1];
}

/// SIZE (0..16), no default
pub(super) const OWNER: Column<Port, OctetString, ReadCreate> = Column::new(3);
/// (1..100000), DEFVAL { 100 }
pub(super) const SPEED: Column<Port, Unsigned32, ReadCreate> = Column::new(4);
/// { auto(1), fixed(2) }, DEFVAL { auto }
pub(super) const MODE: Column<Port, i32, ReadCreate> = Column::new(5);
pub(super) const OCTETS: Column<Port, Counter64, ReadOnly> = Column::new(6);
/// StorageType, DEFVAL { volatile }
pub(super) const STORAGE: Column<Port, i32, ReadCreate> = Column::new(7);
/// RowStatus
pub(super) const STATUS: Column<Port, i32, ReadCreate> = Column::new(8);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PortIndex {
    pub(super) slot: i32,
    pub(super) name: OctetString,
}

impl From<(i32, &str)> for PortIndex {
    fn from((slot, name): (i32, &str)) -> Self {
        Self { slot, name: name.into() }
    }
}

impl Index for PortIndex {
    fn write(&self, w: &mut IndexWriter) {
        w.part(&self.slot, Form::Variable);
        w.part(&self.name, Form::Variable);
    }

    fn read(r: &mut IndexReader<'_>) -> Result<Self, IndexError> {
        Ok(Self { slot: r.part(Form::Variable)?, name: r.part(Form::Variable)? })
    }
}

impl Ord for PortIndex {
    fn cmp(&self, other: &Self) -> Ordering {
        order_part(&self.slot, &other.slot, Form::Variable)
            .then_with(|| order_part(&self.name, &other.name, Form::Variable))
    }
}

impl PartialOrd for PortIndex {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// acmeFanEntry, INDEX { acmeFanNumber }
pub(super) struct Fan;

impl Row for Fan {
    type Module = AcmeMib;
    type Index = (i32,);
    const OID: &'static [u32] = &[1, 3, 6, 1, 4, 1, 9999, 6, 1];
}

/// (0..100)
pub(super) const FAN_SPEED: Column<Fan, i32, ReadWrite> = Column::new(2);
pub(super) const FAN_NAME: Column<Fan, OctetString, ReadOnly> = Column::new(3);

/// acmeNoteEntry, INDEX { IMPLIED acmeNoteName }
pub(super) struct Note;

impl Row for Note {
    type Module = AcmeMib;
    type Index = NoteIndex;
    const OID: &'static [u32] = &[1, 3, 6, 1, 4, 1, 9999, 7, 1];
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NoteIndex(pub(super) OctetString);

impl Index for NoteIndex {
    fn write(&self, w: &mut IndexWriter) {
        w.part(&self.0, Form::Implied);
    }

    fn read(r: &mut IndexReader<'_>) -> Result<Self, IndexError> {
        Ok(Self(r.part(Form::Implied)?))
    }
}

/// No default
pub(super) const NOTE_TEXT: Column<Note, OctetString, ReadCreate> = Column::new(2);
/// RowStatus
pub(super) const NOTE_STATUS: Column<Note, i32, ReadCreate> = Column::new(3);

pub(super) const ACTIVE: i32 = 1;
pub(super) const NOT_IN_SERVICE: i32 = 2;
pub(super) const NOT_READY: i32 = 3;
pub(super) const CREATE_AND_GO: i32 = 4;
pub(super) const CREATE_AND_WAIT: i32 = 5;
pub(super) const DESTROY: i32 = 6;

fn packed() -> Vec<u8> {
    let mut meta = MetaBuilder::new("ACME-MIB");
    let plain = TypeDef::new;
    let ranged = |base, low, high| TypeDef { ranges: vec![(low, high)], ..plain(base) };
    let labelled = |name: Option<&str>, labels: &[&str]| TypeDef {
        name: name.map(str::to_owned),
        labels: labels.iter().zip(1..).map(|(label, number)| ((*label).to_owned(), number)).collect(),
        ..plain(BaseType::Integer32)
    };
    use BaseType as B;
    let status = ["active", "notInService", "notReady", "createAndGo", "createAndWait", "destroy"];
    let storage = ["other", "volatile", "nonVolatile", "permanent", "readOnly"];
    let [slot, name, owner, speed, mode, octets, storage, status, number, percent, text] = [
        ranged(B::Integer32, 1, 16),
        ranged(B::OctetString, 1, 8),
        ranged(B::OctetString, 0, 16),
        ranged(B::Unsigned32, 1, 100_000),
        labelled(None, &["auto", "fixed"]),
        plain(B::Counter64),
        labelled(Some("StorageType"), &storage),
        labelled(Some("RowStatus"), &status),
        plain(B::Integer32),
        ranged(B::Integer32, 0, 100),
        plain(B::OctetString),
    ]
    .map(|def| meta.add_type(def));
    let part = |name: &str, syntax, form| IndexDef { name: name.into(), syntax, form };
    for (entry, oid, index) in [
        (
            "acmePortEntry",
            Port::OID,
            vec![part("acmePortSlot", slot, Form::Variable), part("acmePortName", name, Form::Variable)],
        ),
        ("acmeFanEntry", Fan::OID, vec![part("acmeFanNumber", number, Form::Variable)]),
        ("acmeNoteEntry", Note::OID, vec![part("acmeNoteName", name, Form::Implied)]),
    ] {
        let mut row = ObjectDef::new(entry, Oid::from_arcs(oid).unwrap(), ObjectKind::Row);
        row.index = index;
        meta.add_object(row);
    }
    use Access as A;
    let hundred = || Some(Value::from(Unsigned32(100)));
    for (object, row, sub_id, syntax, access, default) in [
        ("acmePortSlot", Port::OID, 1, slot, A::NotAccessible, None),
        ("acmePortName", Port::OID, 2, name, A::NotAccessible, None),
        ("acmePortOwner", Port::OID, 3, owner, A::ReadCreate, None),
        ("acmePortSpeed", Port::OID, 4, speed, A::ReadCreate, hundred()),
        ("acmePortMode", Port::OID, 5, mode, A::ReadCreate, Some(Value::Integer(1))),
        ("acmePortOctets", Port::OID, 6, octets, A::ReadOnly, None),
        ("acmePortStorage", Port::OID, 7, storage, A::ReadCreate, Some(Value::Integer(2))),
        ("acmePortStatus", Port::OID, 8, status, A::ReadCreate, None),
        ("acmeFanNumber", Fan::OID, 1, number, A::NotAccessible, None),
        ("acmeFanSpeed", Fan::OID, 2, percent, A::ReadWrite, None),
        ("acmeFanName", Fan::OID, 3, text, A::ReadOnly, None),
        ("acmeNoteName", Note::OID, 1, name, A::NotAccessible, None),
        ("acmeNoteText", Note::OID, 2, text, A::ReadCreate, None),
        ("acmeNoteStatus", Note::OID, 3, status, A::ReadCreate, None),
    ] {
        let oid = Oid::from_arcs(row).unwrap().child(sub_id).unwrap();
        let mut def = ObjectDef::new(object, oid, ObjectKind::Column);
        (def.access, def.syntax, def.default) = (access, Some(syntax), default);
        meta.add_object(def);
    }
    meta.finish().unwrap()
}

/// Run with `MIBC_BLESS=1` after the format has changed.
#[test]
fn the_packed_metadata_is_current() {
    let packed = packed();
    if std::env::var_os("MIBC_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rows/tests/acme.meta");
        std::fs::write(path, &packed).unwrap();
    }
    assert!(AcmeMib::META.as_bytes() == packed, "acme.meta is of another format: run once with MIBC_BLESS=1");
}

/// A variable of the port table.
pub(super) fn port(slot: i32, name: &str, sub_id: u32, value: impl Into<Value>) -> VarBind {
    let mut writer = IndexWriter::column(Port::OID, sub_id);
    PortIndex::from((slot, name)).write(&mut writer);
    VarBind::new(writer.finish().unwrap(), value.into())
}

/// A variable of the port table with these sub-identifiers in the place of its index.
pub(super) fn odd_port(sub_id: u32, arcs: &[u32], value: impl Into<Value>) -> VarBind {
    let column = Oid::from_arcs(Port::OID).unwrap().child(sub_id).unwrap();
    VarBind::new(column.extend(arcs.iter().copied()).unwrap(), value.into())
}

pub(super) fn status_is(slot: i32, name: &str, status: i32) -> VarBind {
    port(slot, name, 8, status)
}

/// A whole SET; error-status and position from 1.
pub(super) fn set<R: Row>(store: &RowStore<R>, changes: &[VarBind]) -> (ErrorStatus, usize) {
    let done = store.prepare(changes).and_then(|mut prepared| prepared.commit());
    outcome(done)
}

pub(super) fn outcome(done: Result<(), crate::agent::SetError>) -> (ErrorStatus, usize) {
    match done {
        Ok(()) => OK,
        Err(error) => (error.status(), error.at_varbind().map_or(0, |position| position + 1)),
    }
}

pub(super) const OK: (ErrorStatus, usize) = (ErrorStatus::NO_ERROR, 0);

/// Everything that GETNEXT gives, one by one.
pub(super) fn walk<R: Row>(store: &RowStore<R>) -> Vec<VarBind> {
    let mut found: Vec<VarBind> = Vec::new();
    let mut name = store.root().clone();
    while let Some(varbind) = store.run(std::ops::Bound::Excluded(name.as_ref()), 1).pop() {
        assert!(varbind.name > name, "{varbind} does not come after {name}");
        assert_eq!(store.value(varbind.name.as_ref()), varbind.value);
        name = varbind.name.clone();
        found.push(varbind);
    }
    found
}
