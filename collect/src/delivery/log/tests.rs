use super::{Damage, Log, SEGMENT};
use crate::delivery::{Batch, Record};
use bytes::Bytes;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

fn record(number: usize) -> Record {
    Record { id: number.to_string(), subject: "s".to_owned(), payload: Bytes::from(vec![b'x'; number % 50]) }
}

fn append(log: &mut Log, numbers: std::ops::Range<usize>) {
    let records: Vec<Record> = numbers.map(record).collect();
    log.append(records.iter()).expect("it is written");
}

fn read(log: &mut Log, records: usize) -> Vec<usize> {
    let batch = Batch { records, ..Batch::default() };
    let read = log.read(&batch).expect("it is read");
    read.iter().map(|record| record.id.parse().expect("a number")).collect()
}

fn open(folder: &Path) -> Log {
    Log::open(folder, false).expect("a log")
}

/// The files with records, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let names = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = names.filter(|path| path.extension().is_some_and(|e| e == "log")).collect();
    files.sort();
    files
}

#[test]
fn in_order_and_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut log = open(folder.path());
    append(&mut log, 0..5);
    assert_eq!(log.unread().0, 5);
    assert_eq!(read(&mut log, 3), [0, 1, 2]);
    append(&mut log, 5..7);
    assert_eq!(read(&mut log, 10), [3, 4, 5, 6]);
    assert!(read(&mut log, 10).is_empty());
    assert_eq!(log.unread(), (0, 0));
}

#[test]
fn what_is_not_done_comes_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut log = open(folder.path());
    append(&mut log, 0..6);
    assert_eq!(read(&mut log, 2), [0, 1]);
    log.done().expect("it is remembered");
    assert_eq!(read(&mut log, 2), [2, 3]);
    drop(log);
    let mut log = open(folder.path());
    assert_eq!(log.unread().0, 4);
    append(&mut log, 6..8);
    assert_eq!(read(&mut log, 10), [2, 3, 4, 5, 6, 7]);
    log.done().expect("it is remembered");
    drop(log);
    let mut log = open(folder.path());
    assert_eq!((log.unread(), read(&mut log, 10)), ((0, 0), vec![]));
    assert!(files(folder.path()).is_empty(), "what is done is gone");
    append(&mut log, 8..9);
    assert_eq!(read(&mut log, 10), [8]);
}

#[test]
fn octets_limit_a_batch() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut log = open(folder.path());
    append(&mut log, 40..44);
    let batch = Batch { octets: 90, ..Batch::default() };
    let lengths = |log: &mut Log| log.read(&batch).expect("it is read").len();
    assert_eq!([lengths(&mut log), lengths(&mut log), lengths(&mut log)], [2, 1, 1]);
}

#[test]
fn what_is_passed_over_is_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut log = open(folder.path());
    append(&mut log, 0..9);
    assert_eq!(read(&mut log, 2), [0, 1]);
    assert_eq!(log.skip(3).expect("it is read").0, 3);
    assert_eq!(read(&mut log, 2), [5, 6]);
    assert_eq!(log.skip(30).expect("it is read").0, 2);
    assert_eq!(log.skip(1).expect("it is read").0, 0);
}

#[test]
fn a_record_cut_short_at_the_end_was_never_there() {
    for cut in 1..30 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut log = open(folder.path());
        append(&mut log, 0..20);
        drop(log);
        let file = files(folder.path()).pop().expect("a file");
        let length = fs::metadata(&file).expect("a file").len();
        OpenOptions::new().write(true).open(&file).expect("a file").set_len(length - cut).expect("it is cut");
        let mut log = open(folder.path());
        append(&mut log, 20..22);
        let numbers = read(&mut log, 100);
        let kept = numbers.len() - 2;
        assert!((17..20).contains(&kept), "{numbers:?}");
        assert!(
            numbers.iter().take(kept).copied().eq(0..kept) && numbers.ends_with(&[20, 21]),
            "{numbers:?}"
        );
        assert_eq!(*log.damage(), Damage::default());
    }
}

#[test]
fn files_are_not_mixed_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let large = |id: usize| Record {
        id: id.to_string(),
        subject: String::new(),
        payload: Bytes::from(vec![0; 1 << 20]),
    };
    let mut log = open(folder.path());
    let count = 2 * (SEGMENT >> 20) as usize + 3;
    for number in 0..count {
        log.append([large(number)].iter()).expect("it is written");
    }
    assert_eq!(files(folder.path()).len(), 3);
    drop(log);
    // The second file is damaged in the middle.
    let damaged = files(folder.path()).swap_remove(1);
    let mut octets = fs::read(&damaged).expect("a file");
    let middle = octets.len() / 2;
    octets[middle] ^= 1;
    fs::write(&damaged, octets).expect("it is written");
    let mut log = open(folder.path());
    assert_eq!(*log.damage(), Damage { files: vec![damaged.with_extension("damaged")], places: 1 });
    let mut numbers = Vec::new();
    loop {
        let read = read(&mut log, 5);
        if read.is_empty() {
            break;
        }
        numbers.extend(read);
        log.done().expect("it is remembered");
    }
    let lost: Vec<usize> = (0..count).filter(|number| !numbers.contains(number)).collect();
    assert!(lost.len() == 1 && lost.first() > Some(&16), "lost: {lost:?}");
    assert!(files(folder.path()).is_empty(), "what is done is gone");
}

/// Turns one bit of a file.
fn damage(file: &Path, at: usize) {
    let mut octets = fs::read(file).expect("a file");
    octets[at] ^= 1;
    fs::write(file, octets).expect("it is written");
}

/// All that can be read, whatever turns out to be damaged meanwhile.
fn read_all(log: &mut Log) -> Vec<usize> {
    let mut numbers = Vec::new();
    loop {
        match log.read(&Batch::default()) {
            Ok(records) if records.is_empty() => return numbers,
            Ok(records) => {
                numbers.extend(records.iter().map(|record| record.id.parse::<usize>().expect("a number")))
            }
            Err(error) => assert!(error.to_string().contains("cannot be read any more"), "{error}"),
        }
    }
}

#[test]
fn damage_costs_the_record_that_it_touches() {
    let folder = tempfile::tempdir().expect("a folder");
    append(&mut open(folder.path()), 0..20);
    let file = files(folder.path()).pop().expect("a file");
    let whole = fs::read(&file).expect("a file");
    for at in 8..whole.len() {
        damage(&file, at);
        let mut log = open(folder.path());
        assert_eq!((log.damage().places <= 1, log.unread().0), (true, 19), "octet {at}");
        append(&mut log, 20..21);
        let numbers = read_all(&mut log);
        assert!(
            numbers.len() == 20 && numbers.ends_with(&[20]) && numbers.is_sorted(),
            "octet {at}: {numbers:?}"
        );
        assert_eq!((log.take_lost(), log.unread()), ((0, 0), (0, 0)), "octet {at}");
        drop(log);
        for made in files(folder.path()) {
            fs::remove_file(made).expect("it is removed");
        }
        fs::write(&file, &whole).expect("it is written");
    }
}

#[test]
fn damage_that_comes_while_it_runs_costs_one_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut log = open(folder.path());
    append(&mut log, 0..10);
    damage(&files(folder.path()).pop().expect("a file"), 40);
    let numbers = read_all(&mut log);
    assert_eq!((numbers.len(), log.take_lost().0, log.unread().0), (9, 1, 0), "{numbers:?}");
    append(&mut log, 10..12);
    assert_eq!(read(&mut log, 10), [10, 11]);
}

#[test]
fn a_file_that_is_cut_short_while_it_runs_ends_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut log = open(folder.path());
    append(&mut log, 0..10);
    assert_eq!(read(&mut log, 4), [0, 1, 2, 3]);
    log.reader = None;
    let file = files(folder.path()).pop().expect("a file");
    OpenOptions::new().write(true).open(&file).expect("a file").set_len(20).expect("it is cut");
    // The next one had been read when it was too much for the batch.
    assert_eq!(read_all(&mut log), [4]);
    assert_eq!((log.take_lost().0, log.unread()), (5, (0, 0)));
    log.done().expect("it is remembered");
    assert!(log.is_done());
}

#[test]
fn strange_files_do_not_stop_it() {
    let folder = tempfile::tempdir().expect("a folder");
    append(&mut open(folder.path()), 0..3);
    let path = |name: &str| folder.path().join(name);
    // As a loss of power leaves them, and what somebody has put there.
    fs::write(path("0000000000000002.log"), [0; 100]).expect("it is written");
    fs::write(path("0000000000000003.log"), "MI").expect("it is written");
    fs::write(path("0000000000000004.log"), "this is not a queue").expect("it is written");
    fs::create_dir(path("0000000000000007.log")).expect("it is made");
    let mut log = open(folder.path());
    append(&mut log, 3..5);
    assert_eq!(read(&mut log, 10), [0, 1, 2, 3, 4]);
    assert!(log.damage().files.contains(&path("0000000000000002.damaged")), "{:?}", log.damage());
    // The header is gone, and the records are there.
    drop(log);
    damage(&path("0000000000000001.log"), 1);
    assert_eq!(read(&mut open(folder.path()), 10), [0, 1, 2, 3, 4]);
    // A newer version has written it.
    let mut newer = fs::read(path("0000000000000008.log")).expect("a file");
    newer[4] = 9;
    fs::write(path("0000000000000008.log"), newer).expect("it is written");
    let error = Log::open(folder.path(), false).expect_err("it is newer").to_string();
    assert!(error.contains("0000000000000008.log: a newer version"), "{error}");
    // A file in place of the folder.
    let error = Log::open(&path("0000000000000008.log"), false).expect_err("a file").to_string();
    assert!(error.contains("0000000000000008.log"), "{error}");
}

#[test]
fn what_is_done_does_not_fill_the_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let large = |id: usize| Record {
        id: id.to_string(),
        subject: String::new(),
        payload: Bytes::from(vec![0; 1 << 18]),
    };
    let mut log = open(folder.path());
    assert!(files(folder.path()).is_empty(), "opening writes nothing");
    for number in 0..5 {
        log.append([large(number)].iter()).expect("it is written");
    }
    assert_eq!(read_all(&mut log), [0, 1, 2, 3, 4]);
    assert_eq!(files(folder.path()).len(), 1);
    log.done().expect("it is remembered");
    assert!(files(folder.path()).is_empty(), "all is done");
    append(&mut log, 5..7);
    assert_eq!(read(&mut log, 1), [5]);
    log.done().expect("it is remembered");
    drop(log);
    let mut log = open(folder.path());
    assert_eq!(read(&mut log, 10), [6]);
    // Its place cannot be kept: then what is done goes at once.
    fs::remove_file(folder.path().join("position")).expect("it is removed");
    fs::create_dir(folder.path().join("position.new")).expect("it is made");
    log.done().expect("nothing is left to be remembered");
    assert!(files(folder.path()).is_empty());
    append(&mut log, 7..8);
    drop(log);
    assert_eq!(read(&mut open(folder.path()), 10), [7]);
}

#[test]
fn a_folder_is_for_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let _log = open(folder.path());
    let error = Log::open(folder.path(), false).expect_err("it is in use");
    assert!(error.to_string().contains("another process or output uses the folder"), "{error}");
}

#[test]
fn a_position_that_is_damaged_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut log = open(folder.path());
    append(&mut log, 0..3);
    assert_eq!(read(&mut log, 2), [0, 1]);
    log.done().expect("it is remembered");
    drop(log);
    for text in ["", "1 9999 00000000\n", "x", "1 40"] {
        fs::write(folder.path().join("position"), text).expect("it is written");
        assert_eq!(read(&mut open(folder.path()), 10), [0, 1, 2], "{text:?}");
    }
}

/// Records may be confidential, and so is what tells about them.
#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let mut log = open(folder.path());
    append(&mut log, 0..3);
    read(&mut log, 2);
    log.done().expect("it is kept");
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.path()).expect("a folder") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{entry:?}");
        names.push(entry.file_name());
    }
    assert!(names.iter().any(|name| name == "position"), "{names:?}");
}
