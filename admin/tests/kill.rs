//! A process that writes to a store is killed at random moments (`kill -9`), again and again.
//!
//! Without arguments this program is the test; with a folder it is the process that is killed.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mibc_admin::store::{Batch, EngineRecord, Limits, LogStore, Store};
use mibc_runtime::net::{EngineState, EngineStore};
use mibc_test_support::Xorshift;

const ROUNDS: usize = 200;

/// The file is written anew every few batches.
const LIMITS: Limits = Limits { small: 1_024, ratio: 2, most: 1 << 20 };

fn main() {
    match std::env::args().nth(1) {
        Some(folder) if Path::new(&folder).is_dir() => writer(Path::new(&folder)),
        // The harness's own arguments, such as --list, mean nothing here.
        _ => killer(),
    }
}

/// Starts an engine, and writes numbers: `boots N` and `N` on standard output are acknowledgements.
fn writer(folder: &Path) {
    let store = Arc::new(LogStore::open_with(folder, LIMITS).expect("the store opens"));
    let first = number(&store);
    let state = EngineState::start(&EngineRecord::new(Arc::clone(&store) as Arc<dyn Store>), None)
        .expect("the engine starts");
    let mut out = std::io::stdout();
    let mut say = |text: String| writeln!(out, "{text}").and_then(|()| out.flush()).expect("somebody reads");
    say(format!("boots {}", state.boots));
    for next in first + 1.. {
        let mut batch = Batch::new();
        for table in ["a", "b", "c"] {
            batch.put(table, b"number", &next.to_be_bytes());
        }
        batch.put("log", &(next % 64).to_be_bytes(), &next.to_be_bytes());
        store.write(&batch).expect("a write");
        say(next.to_string());
    }
}

/// The number that all three tables have.
fn number(store: &LogStore) -> u64 {
    let records = store.load();
    let numbers: Vec<u64> = records
        .iter()
        .filter(|record| record.key == b"number")
        .map(|record| u64::from_be_bytes((*record.value).try_into().expect("a number")))
        .collect();
    assert!(numbers.windows(2).all(|pair| pair[0] == pair[1]), "half a batch: {numbers:?}");
    assert!(numbers.is_empty() || numbers.len() == 3, "half a batch: {numbers:?}");
    let last = numbers.first().copied().unwrap_or_default();
    for record in records.iter().filter(|record| record.table == "log") {
        let logged = u64::from_be_bytes((*record.value).try_into().expect("a number"));
        assert!(logged <= last && last - logged < 64, "{logged} of {last}");
    }
    last
}

fn killer() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = std::env::current_exe().expect("this program");
    let mut random = Xorshift(11);
    let (mut acknowledged, mut boots) = (0, 0);
    let started = Instant::now();
    for round in 0..ROUNDS {
        let mut child = Command::new(&program)
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the writer starts");
        let output = child.stdout.take().expect("its output");
        let reader = std::thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            lines.fold((0, 0), |(number, boots), line| match line.strip_prefix("boots ") {
                Some(told) => (number, told.parse().expect("a number")),
                None => (line.parse().expect("a number"), boots),
            })
        });
        // From before its first write to after some tens of them.
        std::thread::sleep(Duration::from_micros(random.below(60_000) as u64));
        child.kill().expect("it is killed");
        child.wait().expect("it ends");
        let (told, told_boots): (u64, u32) = reader.join().expect("its lines");
        let store = Arc::new(
            LogStore::open_with(folder.path(), LIMITS).unwrap_or_else(|error| panic!("{round}: {error}")),
        );
        let found = number(&store);
        assert!(found >= told.max(acknowledged), "{round}: {found} is there, {told} was acknowledged");
        let state = EngineRecord::new(store).load().expect("the engine's record");
        let found_boots = state.map_or(0, |state| state.boots);
        assert!(found_boots >= told_boots.max(boots), "{round}: boots fell from {boots} to {found_boots}");
        assert!(told_boots == 0 || told_boots > boots, "{round}: boots were given twice");
        (acknowledged, boots) = (found, found_boots);
    }
    assert!(
        acknowledged > ROUNDS as u64 && boots > ROUNDS as u32 / 4,
        "{acknowledged} writes, {boots} boots"
    );
    println!("killed {ROUNDS} times in {:?}: {acknowledged} batches, {boots} boots", started.elapsed());
}
