use super::{Log, SEGMENT};
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
    assert_eq!(files(folder.path()).len(), 1, "what is done is gone");
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
        assert!(log.put_aside().is_empty());
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
    assert_eq!(log.put_aside(), [damaged.with_extension("damaged")]);
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
    assert!(lost.len() < 10 && lost.first() > Some(&16) && numbers.ends_with(&[count - 1]), "lost: {lost:?}");
    assert_eq!(files(folder.path()).len(), 1, "what is done is gone");
}

#[test]
fn damage_that_comes_while_it_runs_costs_one_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut log = open(folder.path());
    append(&mut log, 0..10);
    let file = files(folder.path()).pop().expect("a file");
    let mut octets = fs::read(&file).expect("a file");
    octets[40] ^= 1;
    fs::write(&file, octets).expect("it is written");
    let batch = Batch::default();
    let first = log.read(&batch);
    let before = first.as_ref().map_or(0, Vec::len);
    let error = if before > 0 { log.read(&batch) } else { first };
    assert!(error.is_err_and(|error| error.to_string().contains("cannot be read any more")));
    assert_eq!(log.take_lost().0, 10 - before);
    append(&mut log, 10..12);
    assert_eq!(read(&mut log, 10), [10, 11]);
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
