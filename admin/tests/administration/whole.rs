//! What is one change is made, and kept, as a whole.

use crate::lab::{Lab, configuration, datastore, oid};
use mibc_admin::store::{Batch, LogStore, Record, Store, StoreError};
use mibc_runtime::agent::{Agent, SetError};
use mibc_runtime::message::ErrorStatus;
use mibc_runtime::meta::Meta;
use mibc_runtime::typed::{Module, Scalar, access};
use mibc_runtime::value::{OctetString, Value};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const NOTIFY: &str = "1.3.6.1.6.3.13.1.1.1";
const ADDRESS: &str = "1.3.6.1.6.3.12.1.2.1";
const EXTENSION: &str = "1.3.6.1.6.3.18.1.2.1";
const COMMUNITY: &str = "1.3.6.1.6.3.18.1.1.1";
const SYS_NAME: &str = "1.3.6.1.2.1.1.5.0";
const CREATE_AND_GO: Value = Value::Integer(4);
const DESTROY: Value = Value::Integer(6);

/// A store on disk that says what is written, and refuses on demand.
#[derive(Debug)]
struct Watched {
    inner: LogStore,
    batches: Mutex<Vec<usize>>,
    is_full: Mutex<bool>,
}

impl Watched {
    fn open(folder: &Path) -> Arc<Self> {
        let inner = LogStore::open(folder).expect("a store");
        Arc::new(Self { inner, batches: Mutex::default(), is_full: Mutex::default() })
    }

    fn written(&self) -> Vec<usize> {
        std::mem::take(&mut *self.batches.lock().expect("no panic"))
    }
}

impl Store for Watched {
    fn load(&self) -> Vec<Record> {
        self.inner.load()
    }

    fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        if *self.is_full.lock().expect("no panic") {
            return Err(StoreError::TooLarge { what: "a batch", found: batch.len(), most: 0 });
        }
        if !batch.is_empty() {
            self.batches.lock().expect("no panic").push(batch.len());
        }
        self.inner.write(batch)
    }
}

fn octets(text: &str) -> Value {
    Value::OctetString(OctetString::from(text))
}

/// Makes rows of three tables and sets a scalar. Of the address and what belongs to it the latter comes first.
fn several(name: u8) -> Vec<(String, Value)> {
    let cell = |table: &str, column: u32| format!("{table}.{column}.{name}");
    vec![
        (SYS_NAME.to_owned(), octets("several")),
        (cell(EXTENSION, 1), Value::OctetString(OctetString::from(&[255, 255, 255, 0, 0, 0][..]))),
        (cell(EXTENSION, 2), Value::Integer(1_472)),
        (cell(NOTIFY, 5), CREATE_AND_GO),
        (cell(NOTIFY, 2), octets("tag")),
        (cell(ADDRESS, 9), CREATE_AND_GO),
        (cell(ADDRESS, 2), Value::ObjectIdentifier(oid("1.3.6.1.6.1.1"))),
        (cell(ADDRESS, 3), Value::OctetString(OctetString::from(&[127, 0, 0, 1, 0, 9][..]))),
        (cell(ADDRESS, 6), octets("tag")),
        (cell(ADDRESS, 7), octets("none")),
    ]
}

fn set(lab: &Lab, changes: &[(String, Value)]) -> (ErrorStatus, i32) {
    let changes: Vec<(&str, Value)> =
        changes.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    lab.set(&changes)
}

/// P9: a SET over four tables and a scalar is one batch of the store: after a crash it is there or not. A store that fails
/// leaves all of it as it was.
#[test]
fn a_set_is_one_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Watched::open(folder.path());
    let lab = Lab::with(&configuration(""), Some(Arc::clone(&store) as Arc<dyn Store>));
    store.written();
    let tables = |lab: &Lab| [lab.walk(NOTIFY), lab.walk(ADDRESS), lab.walk(EXTENSION)];
    let before = tables(&lab);
    assert_eq!(set(&lab, &several(1)), (ErrorStatus::NO_ERROR, 0));
    let written = store.written();
    assert_eq!(written.len(), 1, "{written:?}");
    let made = tables(&lab);
    assert_eq!(made[2].len(), before[2].len() + 2);
    assert_eq!(lab.get(&format!("{EXTENSION}.2.1")), Value::Integer(1_472));

    // A disk that is full, and a part that fails elsewhere.
    *store.is_full.lock().expect("no panic") = true;
    assert_eq!(set(&lab, &several(2)).0, ErrorStatus::COMMIT_FAILED);
    *store.is_full.lock().expect("no panic") = false;
    assert_eq!((tables(&lab), store.written()), (made.clone(), vec![]));
    serve_broken(&lab.agent);
    let mut broken = several(2);
    broken.push((BROKEN.to_owned(), Value::Integer(1)));
    assert_eq!(set(&lab, &broken), (ErrorStatus::RESOURCE_UNAVAILABLE, broken.len() as i32));
    assert_eq!((tables(&lab), store.written()), (made.clone(), vec![]));
    // A row that was to go is as it was, with what belongs to it.
    let destroy = vec![(format!("{ADDRESS}.9.1"), DESTROY), (BROKEN.to_owned(), Value::Integer(1))];
    assert_eq!(set(&lab, &destroy).0, ErrorStatus::RESOURCE_UNAVAILABLE);
    assert_eq!((tables(&lab), store.written()), (made.clone(), vec![]));
    assert_eq!(lab.targets.tables().addresses().get(&[1]).expect("a row").mms, 1_472);

    drop(lab);
    drop(store);
    let lab = Lab::start(&configuration(""), Some(folder.path()));
    assert_eq!(tables(&lab), made);
    assert_eq!(lab.get(SYS_NAME), octets("several"));
    assert_eq!(set(&lab, &[(format!("{ADDRESS}.9.1"), DESTROY)]).0, ErrorStatus::NO_ERROR);
    assert_eq!(lab.walk(EXTENSION), before[2]);
}

const BROKEN: &str = "1.3.6.1.4.1.32473.5.0";

/// A scalar that can be tested and not committed; it comes last.
fn serve_broken(agent: &Agent) {
    struct Mib;
    impl Module for Mib {
        const META: Meta<'static> = Meta::EMPTY;
    }
    const OBJECT: Scalar<Mib, i32, access::ReadWrite> = Scalar::new(&[1, 3, 6, 1, 4, 1, 32473, 5]);
    agent.serve_rw(OBJECT, || 0, |_| Err::<(), _>(SetError::resource_unavailable()));
}

/// C11: masks and sizes in any SET: with their address, before it in the same SET, and afterwards; not without it.
#[test]
fn masks_and_sizes() {
    let lab = Lab::start(&configuration(""), None);
    let mask = |octets: &[u8]| Value::OctetString(OctetString::from(octets));
    let alone = lab.set(&[(&format!("{EXTENSION}.1.7"), mask(&[255; 6]))]);
    assert_eq!(alone, (ErrorStatus::NO_CREATION, 1));
    let mut changes = several(7);
    changes[1].1 = mask(&[255; 4]);
    assert_eq!(set(&lab, &changes), (ErrorStatus::INCONSISTENT_VALUE, 2), "the mask is too short");
    assert_eq!(lab.get(&format!("{ADDRESS}.9.7")), Value::NoSuchInstance);
    assert!(lab.targets.tables().addresses().get(&[7]).is_none());
    changes[1].1 = Value::Integer(1);
    assert_eq!(set(&lab, &changes), (ErrorStatus::WRONG_TYPE, 2));
    let mut turned = several(7);
    turned.reverse();
    for changes in [several(7), turned] {
        assert_eq!(set(&lab, &changes), (ErrorStatus::NO_ERROR, 0));
        let tables = lab.targets.tables();
        let row = tables.addresses().get(&[7]).expect("a row");
        assert_eq!((row.t_mask.as_slice(), row.mms), (&[255, 255, 255, 0, 0, 0][..], 1_472));
        let destroy = [(format!("{ADDRESS}.9.7"), DESTROY), (format!("{NOTIFY}.5.7"), DESTROY)];
        assert_eq!(set(&lab, &destroy).0, ErrorStatus::NO_ERROR);
        assert_eq!(lab.get(&format!("{EXTENSION}.1.7")), Value::NoSuchInstance);
    }
    assert_eq!(set(&lab, &several(7)).0, ErrorStatus::NO_ERROR);
    for (octets, error) in [
        (&[255; 6][..], ErrorStatus::NO_ERROR),
        (&[255; 5], ErrorStatus::INCONSISTENT_VALUE),
        (&[], ErrorStatus::NO_ERROR),
    ] {
        assert_eq!(lab.set(&[(&format!("{EXTENSION}.1.7"), mask(octets))]).0, error, "{octets:?}");
    }
    assert_eq!(lab.set(&[(&format!("{EXTENSION}.2.7"), Value::Integer(483))]).0, ErrorStatus::WRONG_VALUE);
}

/// A configuration that cannot be taken in changes nothing, in no table, whatever comes before what is wrong with it.
#[test]
fn a_configuration_that_cannot_be() {
    let lab = Lab::start(&configuration(""), None);
    let before = lab.walk("1.3.6.1.6.3");
    let other = configuration(
        "contexts = [\"other\"]\n[[view]]\nname = \"v\"\ninclude = \"1.3\"\n[[user]]\nname = \"new\"\naccess = \"read-only\"\n",
    )
    .replace("\"collector\"", "\"another\"");
    // In each table in turn there is a row that cannot be: its name is too long.
    let long = || vec![b'x'; 250];
    for table in 0..5 {
        let mut rows = datastore(&other);
        let looked_up = lab.look_up(&rows);
        match table {
            0 => drop(rows.contexts.insert(long(), mibc_admin::datastore::Sourced::configured(()))),
            1 => {
                let row = rows.communities.values().next().expect("one").clone();
                rows.communities.insert(long(), row);
            }
            2 => {
                let row = rows.notify.values().next().expect("one").clone();
                rows.notify.insert(long(), row);
            }
            3 => {
                let row = rows.parameters.values().next().expect("one").clone();
                rows.parameters.insert(long(), row);
            }
            _ => {
                let row = rows.families.values().next().expect("one").clone();
                rows.families.insert((long(), oid("1.3")), row);
            }
        }
        let refused = lab.administration.configure(&rows, &looked_up, &lab.agent);
        assert!(refused.is_err(), "table {table}");
        let after = lab.walk("1.3.6.1.6.3");
        // The engine's time goes on, and nothing else.
        let moved = |varbind: &&mibc_runtime::value::VarBind| varbind.name != oid("1.3.6.1.6.3.10.2.1.3.0");
        assert_eq!(
            before.iter().filter(moved).collect::<Vec<_>>(),
            after.iter().filter(moved).collect::<Vec<_>>(),
            "table {table}"
        );
        assert!(lab.targets.tables().addresses().get(b"another").is_none());
    }
    lab.reload(&other);
    assert!(lab.targets.tables().addresses().get(b"another").is_some());
}

/// S20: rows that managers leave unfinished go after a time, those of the configuration and those that are ready do not
/// (RFC 2579, RowStatus: abandoned rows).
#[test]
fn abandoned_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let lab = Lab::start(&configuration(""), Some(folder.path()));
    let status = |name: u8| format!("{COMMUNITY}.8.{name}");
    let make = |name: u8, status_is: i32| {
        let name_of = format!("{COMMUNITY}.2.{name}");
        let security = format!("{COMMUNITY}.3.{name}");
        let row = [
            (&*status(name), Value::Integer(status_is)),
            (&*name_of, octets("n")),
            (&*security, octets("s")),
        ];
        assert_eq!(lab.set(&row).0, ErrorStatus::NO_ERROR);
    };
    make(1, 4);
    make(2, 5);
    assert_eq!(lab.set(&[(&status(3), Value::Integer(5))]).0, ErrorStatus::NO_ERROR);
    let own = lab.walk(&format!("{COMMUNITY}.8"))[3].name.to_string();
    assert_eq!(
        lab.set(&[(&own, Value::Integer(2))]).0,
        ErrorStatus::NO_ERROR,
        "{own} is of the configuration"
    );
    let states = || [1, 2, 3].map(|name| lab.get(&status(name)));
    assert_eq!(states(), [1, 2, 3].map(Value::Integer));
    let (begun, age) = (Instant::now(), Duration::from_secs(300));
    let expire = |after| lab.administration.expire(begun + Duration::from_secs(after), age).expect("a store");
    assert_eq!((expire(0), expire(299)), (0, 0));
    // Whoever works on a row has the time anew.
    assert_eq!(lab.set(&[(&format!("{COMMUNITY}.2.3"), octets("n"))]).0, ErrorStatus::NO_ERROR);
    assert_eq!(expire(301), 1);
    assert_eq!(states(), [Value::Integer(1), Value::NoSuchInstance, Value::Integer(3)]);
    assert_eq!((expire(600), expire(601)), (0, 1));
    assert_eq!(states(), [Value::Integer(1), Value::NoSuchInstance, Value::NoSuchInstance]);
    assert_eq!(lab.get(&own), Value::Integer(2));
    drop(lab);
    let lab = Lab::start(&configuration(""), Some(folder.path()));
    assert_eq!([1, 2].map(|name| lab.get(&status(name))), [Value::Integer(1), Value::NoSuchInstance]);
}
