//! Files of Parquet, read again with the reader of the crate that writes them.

use super::file;
use super::sink::Parquet;
use crate::delivery::{Failure, Kind, Record, Sink};
use crate::poll::encode::tests::polled;
use crate::poll::encode::{Encoder, Format, decode};
use bytes::Bytes;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

async fn record(answers: bool) -> Record {
    let labels =
        BTreeMap::from([("site".to_owned(), "none".to_owned()), ("job".to_owned(), "net".to_owned())]);
    let (octets, _) = Encoder::new(Format::Parquet, &labels).encode(&polled(answers).await);
    Record::new(octets)
}

async fn send(folder: &Path, batch: &[Record]) -> Result<(), Failure> {
    Parquet::new(folder.to_owned()).send(batch).await
}

/// The names of a folder.
fn names(folder: &Path) -> BTreeSet<PathBuf> {
    fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
}

/// Rows as text: time, device, profile, tick, metric, type, value, labels.
fn rows(file: &Path) -> Vec<String> {
    let reader = SerializedFileReader::new(File::open(file).expect("a file")).expect("a file of Parquet");
    let rows = reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row"));
    let shown = rows.map(|row| {
        let text = |place| row.get_string(place).expect("a text").clone();
        format!(
            "{} {} {} {} {} {} {} {}",
            row.get_timestamp_millis(0).expect("a time"),
            text(1),
            text(2),
            row.get_long(3).expect("a number"),
            text(4),
            text(5),
            row.get_double(6).expect("a number"),
            {
                let labels = row.get_map(7).expect("labels").entries();
                let labels = labels.iter().map(|(name, value)| format!("{name}={value}"));
                labels.collect::<Vec<_>>().join(",")
            }
        )
    });
    shown.collect()
}

#[tokio::test]
async fn a_file_of_two_polls() {
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("samples");
    send(&folder, &[record(true).await, record(false).await]).await.expect("it is written");
    let files = names(&folder);
    assert_eq!(files.len(), 1, "{files:?}");
    let file = files.first().expect("a file");
    assert_eq!(file.extension(), Some("parquet".as_ref()));
    let head = "1740000000007 switch, 1 p 29000000";
    let device = "\"job\"=\"net\",\"site\"=\"cellar =1\\\",\"empty\"=\"\"";
    let rows = rows(file);
    let of_device = |row: &str| rows.iter().any(|found| found == &format!("{head} {row}"));
    for row in [
        &format!("up gauge 1 {device}"),
        &format!("up gauge 0 {device}"),
        &format!("ifInOctets counter 18446744073709552000 {device},\"ifIndex\"=\"1\""),
        &format!("ifInOctets counter 7 {device},\"ifIndex\"=\"2\""),
        &format!("load gauge 1.5 {device}"),
    ] {
        assert!(of_device(row), "{row}: {rows:#?}");
    }
    assert_eq!(rows.len(), 3 + 4 + 3, "{rows:#?}");
}

/// More rows than are in memory at a time.
#[tokio::test]
async fn many_rows() {
    let place = tempfile::tempdir().expect("a folder");
    let batch = vec![record(true).await; 20_000];
    send(place.path(), &batch).await.expect("it is written");
    let file = names(place.path()).pop_first().expect("a file");
    let reader = SerializedFileReader::new(File::open(file).expect("a file")).expect("a file of Parquet");
    let about = reader.metadata();
    assert_eq!(about.file_metadata().num_rows(), 20_000 * 7);
    assert_eq!(about.num_row_groups(), 2);
    assert_eq!(about.file_metadata().created_by(), Some(&*format!("mibc {}", env!("CARGO_PKG_VERSION"))));
}

/// What is not a result makes no file, and is refused when it comes without others.
#[tokio::test]
async fn what_is_not_a_result() {
    let place = tempfile::tempdir().expect("a folder");
    let good = record(true).await;
    for payload in [
        Bytes::new(),
        Bytes::from_static(b"\x01"),
        Bytes::from_static(b"{}"),
        Bytes::from([&good.payload[..], b"x"].concat()),
    ] {
        let failure =
            send(place.path(), &[good.clone(), Record::new(payload)]).await.expect_err("not a result");
        assert_eq!(failure.kind, Kind::Refused, "{failure}");
        assert!(names(place.path()).is_empty(), "nothing is left");
    }
    // Whatever is cut off: no panic, and never more rows than there were.
    for length in 0..good.payload.len() {
        let mut count = 0;
        decode(&good.payload.slice(..length), |_, _| count += 1);
        assert!(count < 7, "{length}");
    }
    let failure = send(Path::new("/dev/null/folder"), &[good]).await.expect_err("not a folder");
    assert_eq!(failure.kind, Kind::Again(None));
    assert!(failure.reason.contains("/dev/null/folder"), "{failure}");
}

/// What a process has left that was killed goes, but not what another one writes.
#[tokio::test]
async fn parts_that_were_left() {
    let place = tempfile::tempdir().expect("a folder");
    for (name, age) in
        [(".samples-1-a.parquet.part", 7_200), (".samples-2-b.parquet.part", 60), ("mine.part", 7_200)]
    {
        let file = File::create(place.path().join(name)).expect("a file");
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).expect("a time");
    }
    file::tidy(place.path());
    let left: Vec<PathBuf> = names(place.path()).into_iter().collect();
    assert_eq!(left, [place.path().join(".samples-2-b.parquet.part"), place.path().join("mine.part")]);
}
