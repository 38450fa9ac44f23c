//! The store on a real disk, and on one that fails and loses power.

mod faults;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use mibc_runtime::net::{EngineState, EngineStore};
use mibc_runtime::usm::EngineId;

use super::*;

const SMALL: Limits = Limits { small: 512, ratio: 2, most: 1 << 20 };

fn put(table: &str, key: &[u8], value: &[u8]) -> Batch {
    let mut batch = Batch::new();
    batch.put(table, key, value);
    batch
}

fn open(folder: &Path) -> LogStore {
    LogStore::open_with(folder, SMALL).expect("the store opens")
}

fn values(store: &LogStore) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    store.load().into_iter().map(|record| (record.table, record.key, record.value.to_vec())).collect()
}

#[test]
fn what_is_written_is_there_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().join("made").join("for it");
    let store = open(&folder);
    store.write(&put("b", b"2", b"two")).expect("a write");
    store.write(&put("a", b"1", b"one")).expect("a write");
    let mut batch = put("a", b"1", b"uno");
    batch.remove("b", b"2");
    batch.remove("b", b"3");
    batch.put("b", b"", b"");
    store.write(&batch).expect("a write");
    store.write(&Batch::new()).expect("nothing to write");
    let expected = [("a".to_owned(), b"1".to_vec(), b"uno".to_vec()), ("b".to_owned(), vec![], vec![])];
    assert_eq!(values(&store), expected);
    drop(store);
    assert_eq!(values(&open(&folder)), expected);
}

/// The file does not grow without end, and what is in it stays.
#[test]
fn the_file_is_written_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    store.write(&put("keep", b"me", b"here")).expect("a write");
    for number in 0_u32..500 {
        store.write(&put("counter", b"", &number.to_be_bytes())).expect("a write");
        assert!(store.octets() < 700, "{}", store.octets());
    }
    drop(store);
    let store = open(folder.path());
    assert_eq!(store.load().len(), 2);
    assert_eq!(&*store.load()[0].value, 499_u32.to_be_bytes());
}

#[test]
fn two_agents() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    let error = LogStore::open(folder.path()).expect_err("it is locked");
    assert!(
        matches!(error, StoreError::Locked { .. }) && error.to_string().contains("another process"),
        "{error}"
    );
    drop(store);
    open(folder.path());
}

#[test]
#[cfg(unix)]
fn only_the_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let inside = folder.path().join("x");
    drop(open(&inside));
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    assert_eq!(
        (mode(&inside), mode(&inside.join("store")), mode(&inside.join("lock"))),
        (0o700, 0o600, 0o600)
    );
    // As a copy may have left it.
    fs::set_permissions(inside.join("store"), fs::Permissions::from_mode(0o644)).expect("a mode");
    drop(open(&inside));
    assert_eq!(mode(&inside.join("store")), 0o600);
}

/// What cannot be read stops the agent, and stays as it is.
#[test]
fn files_that_cannot_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    for number in 0_u8..4 {
        store.write(&put("t", &[number], &[number; 40])).expect("a write");
    }
    drop(store);
    let file = folder.path().join("store");
    let good = fs::read(&file).expect("the file");
    let mut later = good.clone();
    later[11] = 2;
    let mut damaged = good.clone();
    damaged[60] ^= 1;
    let mut without_second = good[..19 + 74].to_vec();
    without_second.extend(&good[19 + 2 * 74..]);
    for (octets, expected) in [
        (Vec::new(), "is not a store of mibc"),
        (b"something else".to_vec(), "is not a store of mibc"),
        (good[..15].to_vec(), "is not a store of mibc"),
        (later, "is a store of version 2, and this program knows 1"),
        (damaged, "is damaged at octet 19"),
        (without_second, "is damaged at octet 93"),
        (vec![b'x'; (SMALL.most + 1) as usize], "the store has 1048577 octets"),
    ] {
        fs::write(&file, &octets).expect("the file");
        let error = LogStore::open_with(folder.path(), SMALL).expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
        assert!(fs::read(&file).expect("the file") == octets, "{expected}: it was changed");
    }
    // A last batch that is cut short was never acknowledged.
    for end in good.len() - 74..good.len() {
        fs::write(&file, &good[..end]).expect("the file");
        let store = open(folder.path());
        assert_eq!(store.load().len(), 3, "{end}");
        store.write(&put("t", &[9], b"")).expect("a write");
        drop(store);
        assert_eq!(open(folder.path()).load().len(), 4, "{end}");
    }
    fs::remove_file(&file).expect("the file");
    fs::create_dir(&file).expect("a folder");
    assert!(matches!(LogStore::open(folder.path()), Err(StoreError::Io { what: "read", .. })));
}

#[test]
fn batches_that_are_too_large() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    store.write(&put("t", b"k", b"v")).expect("a write");
    for batch in [
        put(&"t".repeat(256), b"", b""),
        put("t", &[0; 65_536], b""),
        put("t", b"k", &vec![0; (1 << 20) + 1]),
        put("t", b"k", &vec![0; 1 << 20]),
    ] {
        assert!(matches!(store.write(&batch), Err(StoreError::TooLarge { .. })));
    }
    assert_eq!(&*store.load()[0].value, b"v");
}

/// Rows of a table come back with their columns, and go when they are removed.
#[test]
fn rows_of_tables() {
    use mibc_generated::snmp_notification_mib::{SNMP_NOTIFY_TAG, SnmpNotifyEntry, SnmpNotifyIndex};
    use mibc_runtime::rows::{RowJournal, RowStore};
    let folder = tempfile::tempdir().expect("a folder");
    let rows = || {
        let journal: Arc<dyn RowJournal> = Arc::new(StoreJournal::new(Arc::new(open(folder.path()))));
        RowStore::<SnmpNotifyEntry>::builder().journal(journal).build().expect("a store of rows")
    };
    let index = |name: &str| SnmpNotifyIndex { snmp_notify_name: name.into() };
    let store = rows();
    for name in ["one", "two"] {
        store.insert(index(name), |row| row.set(SNMP_NOTIFY_TAG, name)).expect("a row");
    }
    drop(store);
    let store = rows();
    assert_eq!(store.len(), 2);
    assert_eq!(store.get(&index("two"), SNMP_NOTIFY_TAG), Some("two".into()));
    assert!(store.remove(index("one")).expect("a change"));
    drop(store);
    assert_eq!(rows().len(), 1);
}

/// Each start counts, and is on the disk before the engine answers.
#[test]
fn boots() {
    let folder = tempfile::tempdir().expect("a folder");
    let id = |last| EngineId::new(&[0x80, 0, 0, 0, last]).expect("an engine ID");
    let start = |configured, record: EngineRecord| EngineState::start(&record, configured).expect("a start");
    let record = || EngineRecord::new(Arc::new(open(folder.path())));
    let first = start(None, record());
    assert_eq!(first.boots, 1);
    assert_eq!(start(None, record()), EngineState { boots: 2, ..first });
    assert_eq!(start(Some(id(1)), record()), EngineState { engine_id: id(1), boots: 1 });
    // An engine that was another agent's before goes on counting there.
    assert_eq!(start(Some(id(1)), record().at_least(id(1), 40)).boots, 41);
    assert_eq!(start(Some(id(1)), record().at_least(id(1), 40)).boots, 42);
    assert_eq!(start(Some(id(2)), record().at_least(id(2), 7)), EngineState { engine_id: id(2), boots: 8 });
    assert_eq!(record().load().expect("a state"), Some(EngineState { engine_id: id(2), boots: 8 }));
    let store = Arc::new(open(folder.path()));
    store.write(&put("engine", b"", b"odd")).expect("a write");
    assert!(EngineRecord::new(store).load().is_err());
}
