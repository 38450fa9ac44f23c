//! A disk that fails at any step, and that loses, tears and reorders what was not synced when the power goes.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use mibc_test_support::Xorshift;

use super::super::*;
use super::{SMALL, put};

/// What has not reached a file yet.
#[derive(Clone, Debug)]
enum Pending {
    Write(usize, Vec<u8>),
    Cut(usize),
}

impl Pending {
    fn apply(&self, octets: &mut Vec<u8>) {
        match self {
            Pending::Write(at, new) => {
                let end = at + new.len();
                if octets.len() < end {
                    octets.resize(end, 0);
                }
                octets[*at..end].copy_from_slice(new);
            }
            Pending::Cut(length) => octets.truncate(*length),
        }
    }
}

#[derive(Clone, Debug, Default)]
struct File {
    synced: Vec<u8>,
    pending: Vec<Pending>,
}

impl File {
    fn now(&self) -> Vec<u8> {
        let mut octets = self.synced.clone();
        self.pending.iter().for_each(|pending| pending.apply(&mut octets));
        octets
    }
}

#[derive(Debug, Default)]
struct State {
    files: Vec<File>,
    /// Names as the process sees them, and as they are on the disk; those between, step by step.
    names: BTreeMap<String, usize>,
    synced_names: BTreeMap<String, usize>,
    name_steps: Vec<BTreeMap<String, usize>>,
    /// Steps until something fails, and how.
    steps: usize,
    fail_at: Option<(usize, Fault)>,
    /// How often it has failed.
    failed: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The step fails, and does nothing; a write does half.
    Once,
    /// So does everything after it.
    FromThenOn,
}

/// A disk whose state outlives those who use it.
#[derive(Clone, Debug, Default)]
struct FaultyDisk(Arc<Mutex<State>>);

impl FaultyDisk {
    fn failing(at: usize, fault: Fault) -> Self {
        Self(Arc::new(Mutex::new(State { fail_at: Some((at, fault)), ..State::default() })))
    }

    /// What is left when the power goes: of each file, what was synced, and any of what was not, torn.
    fn crash(&self, random: &mut Xorshift) -> FaultyDisk {
        let state = self.0.lock().expect("the state");
        let files = state.files.iter().map(|file| {
            let mut octets = file.synced.clone();
            for pending in &file.pending {
                match (random.below(3), pending) {
                    (0, _) => {}
                    (1, Pending::Write(at, new)) => {
                        // Any piece of it.
                        let from = random.below(new.len() + 1);
                        let to = from + random.below(new.len() - from + 1);
                        Pending::Write(at + from, new[from..to].to_vec()).apply(&mut octets);
                    }
                    (_, pending) => pending.apply(&mut octets),
                }
            }
            File { synced: octets, pending: Vec::new() }
        });
        let files: Vec<File> = files.collect();
        let steps = &state.name_steps;
        let names = match random.below(steps.len() + 1) {
            0 => state.synced_names.clone(),
            step => steps[step - 1].clone(),
        };
        let left = State { files, synced_names: names.clone(), names, ..State::default() };
        FaultyDisk(Arc::new(Mutex::new(left)))
    }

    fn step<T>(&self, action: impl FnOnce(&mut State, bool) -> io::Result<T>) -> io::Result<T> {
        let mut state = self.0.lock().expect("the state");
        state.steps += 1;
        let fails = match state.fail_at {
            Some((at, Fault::Once)) => state.steps == at,
            Some((at, Fault::FromThenOn)) => state.steps >= at,
            None => false,
        };
        state.failed += usize::from(fails);
        action(&mut state, fails)
    }

    fn on_file<T>(&self, name: &str, action: impl FnOnce(&mut File) -> T) -> io::Result<T> {
        self.step(|state, fails| {
            let number = *state.names.get(name).ok_or(io::ErrorKind::NotFound)?;
            if fails { Err(full()) } else { Ok(action(&mut state.files[number])) }
        })
    }
}

fn full() -> io::Error {
    io::ErrorKind::StorageFull.into()
}

impl Disk for FaultyDisk {
    fn read(&mut self, name: &str, _: u64) -> io::Result<Option<Vec<u8>>> {
        let state = self.0.lock().expect("the state");
        Ok(state.names.get(name).map(|number| state.files[*number].now()))
    }

    fn create(&mut self, name: &str) -> io::Result<()> {
        self.step(|state, fails| {
            if fails {
                return Err(full());
            }
            state.files.push(File::default());
            state.names.insert(name.to_owned(), state.files.len() - 1);
            state.name_steps.push(state.names.clone());
            Ok(())
        })
    }

    fn write_at(&mut self, name: &str, at: u64, octets: &[u8]) -> io::Result<()> {
        self.step(|state, fails| {
            let number = *state.names.get(name).ok_or(io::ErrorKind::NotFound)?;
            let length = if fails { octets.len() / 2 } else { octets.len() };
            // As the system writes: in pieces that reach the disk in any order.
            for (piece, octets) in octets[..length].chunks(16).enumerate() {
                state.files[number].pending.push(Pending::Write(at as usize + 16 * piece, octets.to_vec()));
            }
            if fails { Err(full()) } else { Ok(()) }
        })
    }

    fn cut(&mut self, name: &str, length: u64) -> io::Result<()> {
        self.on_file(name, |file| file.pending.push(Pending::Cut(length as usize)))
    }

    fn sync(&mut self, name: &str) -> io::Result<()> {
        self.on_file(name, |file| {
            file.synced = file.now();
            file.pending.clear();
        })
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        self.step(|state, fails| {
            if fails {
                return Err(full());
            }
            let number = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
            state.names.insert(to.to_owned(), number);
            state.name_steps.push(state.names.clone());
            Ok(())
        })
    }

    fn sync_folder(&mut self) -> io::Result<()> {
        self.step(|state, fails| {
            if fails {
                return Err(full());
            }
            state.synced_names = state.names.clone();
            state.name_steps.clear();
            Ok(())
        })
    }
}

fn store(disk: &FaultyDisk) -> Result<LogStore, StoreError> {
    LogStore::on(Box::new(disk.clone()), PathBuf::from("/x/store"), SMALL)
}

/// Batches of three records that say the same number.
fn batch(number: u32) -> Batch {
    let mut batch = put("a", b"1", &number.to_be_bytes());
    batch.put("b", b"2", &number.to_be_bytes());
    batch.put("c", b"3", &[&number.to_be_bytes()[..], &[0; 60]].concat());
    batch
}

/// The number, which all records have; 0 where there are none.
fn number(store: &LogStore) -> u32 {
    let records = store.load();
    if records.is_empty() {
        return 0;
    }
    assert_eq!(records.len(), 3);
    let numbers: Vec<&[u8]> = records.iter().map(|record| &record.value[..4]).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] == pair[1]), "half a batch: {numbers:?}");
    u32::from_be_bytes(numbers[0].try_into().expect("four octets"))
}

/// Writes until the store gives up; the last number that was acknowledged, and the last that was tried.
fn write_all(disk: &FaultyDisk) -> (u32, u32) {
    let Ok(store) = store(disk) else { return (0, 0) };
    let (mut acknowledged, mut tried) = (0, 0);
    for next in 1..=24 {
        tried = next;
        match store.write(&batch(next)) {
            Ok(()) => acknowledged = next,
            Err(StoreError::Unsure { .. }) => break,
            Err(_) => {
                // Nothing of it is seen, and the next one may work.
                assert_eq!(number(&store), acknowledged);
            }
        }
        assert_eq!(number(&store), acknowledged);
    }
    (acknowledged, tried)
}

/// At every step something fails, once or for good; then the power goes, in many ways. What was acknowledged is there,
/// and no batch is half there.
#[test]
fn every_step_fails() {
    let disk = FaultyDisk::default();
    assert_eq!(write_all(&disk), (24, 24));
    let steps = disk.0.lock().expect("the state").steps;
    assert!(steps > 70, "{steps}: the file was written anew in between");
    let mut random = Xorshift(5);
    for at in 1..=steps {
        for fault in [Fault::Once, Fault::FromThenOn] {
            let disk = FaultyDisk::failing(at, fault);
            let (acknowledged, tried) = write_all(&disk);
            assert!(disk.0.lock().expect("the state").failed > 0);
            for _ in 0..40 {
                let left = disk.crash(&mut random);
                let store = store(&left).unwrap_or_else(|error| panic!("{at}, {fault:?}: {error}"));
                let found = number(&store);
                assert!(
                    (acknowledged..=tried).contains(&found),
                    "{at}, {fault:?}: {found}, {acknowledged}..={tried}"
                );
                store.write(&batch(99)).expect("it can be written again");
                drop(store);
                assert_eq!(number(&self::store(&left).expect("it opens")), 99);
            }
        }
    }
}

/// The power goes between two steps, at each of them.
#[test]
fn the_power_goes_at_every_step() {
    let mut random = Xorshift(9);
    for steps in 1..110 {
        // Everything fails from there on, which is as far as the process comes.
        let disk = FaultyDisk::failing(steps, Fault::FromThenOn);
        let (acknowledged, tried) = write_all(&disk);
        let mut left = disk.crash(&mut random);
        // And once more while the store is opened.
        for again in 1..6 {
            left.0.lock().expect("the state").fail_at = Some((again, Fault::FromThenOn));
            let _ = store(&left);
            left = left.crash(&mut random);
        }
        let found = number(&store(&left).expect("it opens"));
        assert!((acknowledged..=tried).contains(&found), "{steps}: {found}, {acknowledged}..={tried}");
    }
}

/// A full disk refuses one batch, and takes the next once there is room.
#[test]
fn a_full_disk() {
    let disk = FaultyDisk::default();
    let store = store(&disk).expect("the store");
    store.write(&batch(1)).expect("a write");
    let fail_next = |after: usize| {
        let mut state = disk.0.lock().expect("the state");
        state.fail_at = Some((state.steps + after, Fault::Once));
    };
    fail_next(1);
    let error = store.write(&batch(2)).expect_err("the disk is full");
    assert!(matches!(&error, StoreError::Io { what: "write", .. }), "{error}");
    assert_eq!(number(&store), 1);
    store.write(&batch(3)).expect("there is room again");
    // When syncing fails, nobody knows what is there: nothing is written any more before a new start.
    fail_next(2);
    assert!(store.write(&batch(4)).is_err());
    assert!(matches!(store.write(&batch(5)), Err(StoreError::Unsure { .. })));
    drop(store);
    let found = number(&self::store(&disk).expect("it opens"));
    assert!(found == 3 || found == 4);
}
