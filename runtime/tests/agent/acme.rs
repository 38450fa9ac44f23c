//! A module as the compiler emits it, written by hand: scalars, and a table with two indexes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use mibc_runtime::agent::table::{AnyColumn, Cell, ServeTable, TableColumn, next_key, put};
use mibc_runtime::agent::{Community, Responder, SetError, Undo};
use mibc_runtime::index::{self, Form, Index, IndexError, IndexReader, IndexWriter};
use mibc_runtime::meta::{IndexDef, Meta, MetaBuilder, ObjectDef, ObjectKind, TypeDef};
use mibc_runtime::syntax::{Access, BaseType};
use mibc_runtime::typed::{Column, Module, Row, Scalar, access};
use mibc_runtime::value::{Counter64, Gauge32, OctetString, ValueRef};

pub(crate) struct AcmeMib;

impl Module for AcmeMib {
    const META: Meta<'static> = Meta::new(include_bytes!("acme.meta"));
}

/// read-write, SIZE (0..16)
pub(crate) const ACME_LOCATION: Scalar<AcmeMib, OctetString, access::ReadWrite> =
    Scalar::new(&[1, 3, 6, 1, 4, 1, 9999, 1, 1]);
/// read-only
pub(crate) const ACME_CHARGE: Scalar<AcmeMib, Counter64, access::ReadOnly> =
    Scalar::new(&[1, 3, 6, 1, 4, 1, 9999, 1, 2]);
/// read-write, (0..100)
pub(crate) const ACME_LIMIT: Scalar<AcmeMib, i32, access::ReadWrite> =
    Scalar::new(&[1, 3, 6, 1, 4, 1, 9999, 1, 3]);
/// read-write, TestAndIncr
pub(crate) const ACME_SERIAL: Scalar<AcmeMib, i32, access::ReadWrite> =
    Scalar::new(&[1, 3, 6, 1, 4, 1, 9999, 1, 4]);
/// read-write, { off(1), on(2) }
pub(crate) const ACME_MODE: Scalar<AcmeMib, i32, access::ReadWrite> =
    Scalar::new(&[1, 3, 6, 1, 4, 1, 9999, 1, 5]);

pub(crate) const LOCATION: &str = "1.3.6.1.4.1.9999.1.1";
pub(crate) const CHARGE: &str = "1.3.6.1.4.1.9999.1.2";
pub(crate) const LIMIT: &str = "1.3.6.1.4.1.9999.1.3";
pub(crate) const SERIAL: &str = "1.3.6.1.4.1.9999.1.4";
pub(crate) const MODE: &str = "1.3.6.1.4.1.9999.1.5";
pub(crate) const ENTRY: &str = "1.3.6.1.4.1.9999.2.1";

/// INDEX { acmeOutletBank, acmeOutletName }
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AcmeOutletIndex {
    pub(crate) bank: i32,
    pub(crate) name: OctetString,
}

impl AcmeOutletIndex {
    pub(crate) fn new(bank: i32, name: &str) -> Self {
        Self { bank, name: name.into() }
    }
}

impl Index for AcmeOutletIndex {
    fn write(&self, w: &mut IndexWriter) {
        w.part(&self.bank, Form::Variable);
        w.part(&self.name, Form::Variable);
    }

    fn read(r: &mut IndexReader<'_>) -> Result<Self, IndexError> {
        Ok(Self { bank: r.part(Form::Variable)?, name: r.part(Form::Variable)? })
    }
}

impl Ord for AcmeOutletIndex {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        index::order_part(&self.bank, &other.bank, Form::Variable)
            .then_with(|| index::order_part(&self.name, &other.name, Form::Variable))
    }
}

impl PartialOrd for AcmeOutletIndex {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

pub(crate) struct AcmeOutletEntry;

impl Row for AcmeOutletEntry {
    type Module = AcmeMib;
    type Index = AcmeOutletIndex;
    const OID: &'static [u32] = &[1, 3, 6, 1, 4, 1, 9999, 2, 1];
}

/// read-write
pub(crate) const ACME_OUTLET_STATE: Column<AcmeOutletEntry, i32, access::ReadWrite> = Column::new(4);
/// read-only
pub(crate) const ACME_OUTLET_SPARE: Column<AcmeOutletEntry, i32, access::ReadOnly> = Column::new(7);

pub(crate) trait AcmeOutletTable: Send + Sync + 'static {
    const LEFT_OUT: &'static [AnyColumn<AcmeOutletEntry>] = &[];

    fn next(&self, after: Option<&AcmeOutletIndex>) -> Option<AcmeOutletIndex>;

    fn acme_outlet_load(&self, index: &AcmeOutletIndex) -> Option<Gauge32> {
        let _ = index;
        None
    }

    fn acme_outlet_state(&self, index: &AcmeOutletIndex) -> Option<i32> {
        let _ = index;
        None
    }

    fn acme_outlet_owner(&self, index: &AcmeOutletIndex) -> Option<OctetString> {
        let _ = index;
        None
    }

    fn acme_outlet_octets(&self, index: &AcmeOutletIndex) -> Option<Counter64> {
        let _ = index;
        None
    }

    fn acme_outlet_spare(&self, index: &AcmeOutletIndex) -> Option<i32> {
        let _ = index;
        None
    }

    fn test(&self, rows: &[AcmeOutletSet]) -> Result<(), SetError> {
        let _ = rows;
        Ok(())
    }

    fn commit(&self, rows: &[AcmeOutletSet]) -> Result<Undo, SetError> {
        let _ = rows;
        Err(SetError::not_writable())
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AcmeOutletSet {
    pub(crate) index: AcmeOutletIndex,
    pub(crate) acme_outlet_state: Option<i32>,
    pub(crate) acme_outlet_owner: Option<OctetString>,
}

impl<T: AcmeOutletTable> ServeTable<T> for AcmeOutletEntry {
    type Set = AcmeOutletSet;
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::new(3, Access::ReadOnly),
        TableColumn::new(4, Access::ReadWrite),
        TableColumn::new(5, Access::ReadCreate),
        TableColumn::new(6, Access::ReadOnly),
        TableColumn::new(7, Access::ReadOnly),
    ];
    const LEFT_OUT: &'static [AnyColumn<AcmeOutletEntry>] = <T as AcmeOutletTable>::LEFT_OUT;

    fn next(table: &T, after: Option<&AcmeOutletIndex>) -> Option<AcmeOutletIndex> {
        <T as AcmeOutletTable>::next(table, after)
    }

    fn get(table: &T, column: u32, index: &AcmeOutletIndex, cell: &mut Cell<'_>) {
        match column {
            3 => cell.give(<T as AcmeOutletTable>::acme_outlet_load(table, index)),
            4 => cell.give(<T as AcmeOutletTable>::acme_outlet_state(table, index)),
            5 => cell.give(<T as AcmeOutletTable>::acme_outlet_owner(table, index)),
            6 => cell.give(<T as AcmeOutletTable>::acme_outlet_octets(table, index)),
            7 => cell.give(<T as AcmeOutletTable>::acme_outlet_spare(table, index)),
            _ => {}
        }
    }

    fn row_set(index: AcmeOutletIndex) -> Option<AcmeOutletSet> {
        Some(AcmeOutletSet { index, acme_outlet_state: None, acme_outlet_owner: None })
    }

    fn assign(row: &mut AcmeOutletSet, column: u32, value: ValueRef<'_>) -> Result<(), SetError> {
        match column {
            4 => put(&mut row.acme_outlet_state, value),
            5 => put(&mut row.acme_outlet_owner, value),
            _ => Err(SetError::not_writable()),
        }
    }

    fn test(table: &T, rows: &[AcmeOutletSet]) -> Result<(), SetError> {
        <T as AcmeOutletTable>::test(table, rows)
    }

    fn commit(table: &T, rows: &[AcmeOutletSet]) -> Result<Undo, SetError> {
        <T as AcmeOutletTable>::commit(table, rows)
    }
}

/// The metadata that the compiler would emit for the above.
fn packed() -> Vec<u8> {
    let mut meta = MetaBuilder::new("ACME-MIB");
    let ranged = |base, ranges: &[(i64, i64)]| {
        let mut def = TypeDef::new(base);
        def.ranges = ranges.to_vec();
        def
    };
    let labelled = |labels: &[(&str, i32)]| {
        let mut def = TypeDef::new(BaseType::Integer32);
        def.labels = labels.iter().map(|(label, number)| ((*label).to_owned(), *number)).collect();
        def
    };
    let text = meta.add_type(ranged(BaseType::OctetString, &[(0, 16)]));
    let limit = meta.add_type(ranged(BaseType::Integer32, &[(0, 100)]));
    let serial = meta.add_type(ranged(BaseType::Integer32, &[(0, i64::from(i32::MAX))]));
    let mode = meta.add_type(labelled(&[("off", 1), ("on", 2)]));
    let charge = meta.add_type(TypeDef::new(BaseType::Counter64));
    let load = meta.add_type(TypeDef::new(BaseType::Gauge32));
    let plain = meta.add_type(TypeDef::new(BaseType::Integer32));
    use Access::{ReadCreate, ReadOnly, ReadWrite};
    for (name, oid, kind, access, syntax) in [
        ("acmeLocation", LOCATION, ObjectKind::Scalar, ReadWrite, text),
        ("acmeCharge", CHARGE, ObjectKind::Scalar, ReadOnly, charge),
        ("acmeLimit", LIMIT, ObjectKind::Scalar, ReadWrite, limit),
        ("acmeSerial", SERIAL, ObjectKind::Scalar, ReadWrite, serial),
        ("acmeMode", MODE, ObjectKind::Scalar, ReadWrite, mode),
        ("acmeOutletLoad", "1.3.6.1.4.1.9999.2.1.3", ObjectKind::Column, ReadOnly, load),
        ("acmeOutletState", "1.3.6.1.4.1.9999.2.1.4", ObjectKind::Column, ReadWrite, mode),
        ("acmeOutletOwner", "1.3.6.1.4.1.9999.2.1.5", ObjectKind::Column, ReadCreate, text),
        ("acmeOutletOctets", "1.3.6.1.4.1.9999.2.1.6", ObjectKind::Column, ReadOnly, charge),
        ("acmeOutletSpare", "1.3.6.1.4.1.9999.2.1.7", ObjectKind::Column, ReadOnly, plain),
    ] {
        let mut object = ObjectDef::new(name, crate::ask::oid(oid), kind);
        object.access = access;
        object.syntax = Some(syntax);
        meta.add_object(object);
    }
    let bank = meta.add_type(ranged(BaseType::Integer32, &[(0, i64::from(i32::MAX))]));
    let name = meta.add_type(ranged(BaseType::OctetString, &[(0, 40)]));
    let mut row = ObjectDef::new("acmeOutletEntry", crate::ask::oid(ENTRY), ObjectKind::Row);
    row.index = [("acmeOutletBank", bank), ("acmeOutletName", name)]
        .map(|(name, syntax)| IndexDef { name: name.to_owned(), syntax, form: Form::Variable })
        .into();
    meta.add_object(row);
    meta.finish().expect("it can be packed")
}

/// Run with `MIBC_BLESS=1` after the format has changed.
#[test]
fn the_packed_metadata_is_current() {
    let packed = packed();
    if std::env::var_os("MIBC_BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/agent/acme.meta");
        std::fs::write(path, &packed).expect("acme.meta can be written");
    }
    assert!(AcmeMib::META.as_bytes() == packed, "acme.meta is of another format: run once with MIBC_BLESS=1");
}

/// One outlet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outlet {
    pub(crate) load: u32,
    pub(crate) state: i32,
    /// A hole in the table while `None`.
    pub(crate) owner: Option<OctetString>,
}

/// What an application has behind the table, with a count of the calls.
#[derive(Default)]
pub(crate) struct Outlets {
    pub(crate) rows: Mutex<BTreeMap<AcmeOutletIndex, Outlet>>,
    pub(crate) next_calls: AtomicUsize,
    pub(crate) get_calls: AtomicUsize,
    /// Owner for which commit fails.
    pub(crate) poison: Option<OctetString>,
}

impl Outlets {
    fn read<V>(&self, index: &AcmeOutletIndex, value: impl FnOnce(&Outlet) -> Option<V>) -> Option<V> {
        self.get_calls.fetch_add(1, Ordering::Relaxed);
        self.rows.lock().expect("not poisoned").get(index).and_then(value)
    }
}

impl AcmeOutletTable for Outlets {
    const LEFT_OUT: &'static [AnyColumn<AcmeOutletEntry>] = &[ACME_OUTLET_SPARE.any()];

    fn next(&self, after: Option<&AcmeOutletIndex>) -> Option<AcmeOutletIndex> {
        self.next_calls.fetch_add(1, Ordering::Relaxed);
        next_key(&self.rows.lock().expect("not poisoned"), after)
    }

    fn acme_outlet_load(&self, index: &AcmeOutletIndex) -> Option<Gauge32> {
        self.read(index, |outlet| Some(Gauge32(outlet.load)))
    }

    fn acme_outlet_state(&self, index: &AcmeOutletIndex) -> Option<i32> {
        self.read(index, |outlet| Some(outlet.state))
    }

    fn acme_outlet_owner(&self, index: &AcmeOutletIndex) -> Option<OctetString> {
        self.read(index, |outlet| outlet.owner.clone())
    }

    fn acme_outlet_octets(&self, index: &AcmeOutletIndex) -> Option<Counter64> {
        self.read(index, |outlet| Some(Counter64(u64::from(outlet.load) << 32)))
    }

    /// New rows need an owner; bank 9 does not exist.
    fn test(&self, rows: &[AcmeOutletSet]) -> Result<(), SetError> {
        let known = self.rows.lock().expect("not poisoned");
        for (position, row) in rows.iter().enumerate() {
            if row.index.bank == 9 {
                return Err(SetError::no_creation().row(position));
            }
            if !known.contains_key(&row.index) && row.acme_outlet_owner.is_none() {
                return Err(SetError::inconsistent_name().row(position));
            }
            if row.acme_outlet_owner.as_deref() == Some(b"nobody") {
                return Err(SetError::inconsistent_value().row(position).column(5));
            }
        }
        Ok(())
    }

    fn commit(&self, rows: &[AcmeOutletSet]) -> Result<Undo, SetError> {
        let mut known = self.rows.lock().expect("not poisoned");
        for (position, row) in rows.iter().enumerate() {
            if row.acme_outlet_owner.is_some() && row.acme_outlet_owner == self.poison {
                return Err(SetError::resource_unavailable().row(position).column(5));
            }
        }
        for row in rows {
            let outlet = known.entry(row.index.clone()).or_insert(Outlet { load: 0, state: 1, owner: None });
            if let Some(state) = row.acme_outlet_state {
                outlet.state = state;
            }
            if let Some(owner) = &row.acme_outlet_owner {
                outlet.owner = Some(owner.clone());
            }
        }
        Ok(Undo::nothing())
    }
}

/// Communities: `public` reads, `private` writes, `narrow` reads parts.
pub(crate) fn responder(max_message: usize) -> Responder {
    let narrow = ["1.3.6.1.4.1.9999.1.1", "1.3.6.1.4.1.9999.2.1.3.1.1.97"].map(crate::ask::oid);
    Responder::new(
        [
            Community::read_only("public"),
            Community::read_write("private"),
            Community::read_write("narrow").view(narrow),
        ],
        max_message,
    )
}

/// Values that an application keeps.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    pub(crate) location: Arc<Mutex<OctetString>>,
    pub(crate) limit: Arc<Mutex<i32>>,
    pub(crate) mode: Arc<Mutex<i32>>,
}

/// An agent with three scalars and a table of three rows: (1, a), (1, bb), (2, a).
pub(crate) fn agent() -> (Responder, Settings, Arc<Outlets>) {
    let responder = responder(65_507);
    let settings = Settings::default();
    *settings.location.lock().expect("not poisoned") = "cellar".into();
    *settings.mode.lock().expect("not poisoned") = 1;

    let (read, write) = (settings.location.clone(), settings.location.clone());
    responder.serve_rw(
        ACME_LOCATION,
        move || read.lock().expect("not poisoned").clone(),
        move |value| {
            *write.lock().expect("not poisoned") = value;
            Ok(())
        },
    );
    responder.serve(ACME_CHARGE, || Counter64(1 << 40));
    let (read, write) = (settings.limit.clone(), settings.limit.clone());
    responder.serve_rw(
        ACME_LIMIT,
        move || *read.lock().expect("not poisoned"),
        move |value| match value {
            13 => Err(SetError::commit_failed()),
            _ => {
                *write.lock().expect("not poisoned") = value;
                Ok(())
            }
        },
    );
    let outlets = Arc::new(Outlets::default());
    outlets.rows.lock().expect("not poisoned").extend([
        (AcmeOutletIndex::new(1, "a"), Outlet { load: 10, state: 1, owner: Some("ann".into()) }),
        (AcmeOutletIndex::new(1, "bb"), Outlet { load: 20, state: 2, owner: None }),
        (AcmeOutletIndex::new(2, "a"), Outlet { load: 30, state: 1, owner: Some("cy".into()) }),
    ]);
    responder.serve_table(AcmeOutletEntry, Arc::clone(&outlets));
    (responder, settings, outlets)
}
