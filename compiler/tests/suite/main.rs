//! What is hard about real MIB text: for each difficulty a small source, the model that it must give, and the
//! diagnostics as they are drawn.
//!
//! `NAME.mib` is the source, `NAME.txt` what comes of it. The source begins with comments for this program:
//!
//! - `-- shows: CODE, CODE` are the codes whose diagnostics are drawn; the others are counted.
//! - `-- also: description, rust` adds the texts of DESCRIPTION clauses, or the public items of the emitted Rust.
//! - `-- file: NAME` begins another file; without any, all is one file. All files are checked, in their order,
//! - `-- asks: MODULE` unless a module is asked for by its name.
//!
//! `<96>` is the octet of that number. With `MIBC_UPDATE_SNAPSHOTS=1` the expected texts are written instead of
//! compared. [`rows::ROWS`] tells which difficulty has which cases; `COVERAGE.md` is that table for readers.
#![forbid(unsafe_code)]

mod digest;
mod rows;
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rows::ROWS;
use source::Case;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite")
}

/// Compares a file with what it should hold; `None` where it does, or was made to.
fn compare(path: &Path, found: &str) -> Option<String> {
    if std::env::var_os("MIBC_UPDATE_SNAPSHOTS").is_some_and(|value| value == "1") {
        fs::write(path, found).expect("a writable folder");
        return None;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    (expected != found).then(|| format!("--- {}\n{found}", path.display()))
}

fn cases() -> BTreeSet<String> {
    let entries = fs::read_dir(folder()).expect("the folder of the suite").flatten();
    let paths = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "mib"));
    paths.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect()
}

#[test]
fn every_case_gives_its_model_and_its_diagnostics() {
    let mut wrong = Vec::new();
    for name in cases() {
        let path = folder().join(format!("{name}.mib"));
        let case = Case::parse(&fs::read_to_string(&path).expect("a case"), &name);
        let found = digest::of(&case);
        if found.contains(digest::NEVER) {
            wrong.push(format!("--- {}\n{found}", path.display()));
        }
        wrong.extend(compare(&path.with_extension("txt"), &found));
    }
    assert!(wrong.is_empty(), "run with MIBC_UPDATE_SNAPSHOTS=1 after a look:\n{}", wrong.join("\n"));
}

#[test]
fn every_row_has_a_case_and_every_case_a_row() {
    assert!(ROWS.iter().all(|row| !row.cases.is_empty()));
    let cited: BTreeSet<String> =
        ROWS.iter().flat_map(|row| row.cases).map(|case| (*case).to_owned()).collect();
    assert_eq!(cited, cases());
    let wrong = compare(&folder().join("COVERAGE.md"), &rows::table());
    assert!(wrong.is_none(), "run with MIBC_UPDATE_SNAPSHOTS=1: {wrong:?}");
}

/// Every row of the catalogue of difficulties is here, if the catalogue is available.
#[test]
fn the_catalogue_is_covered() {
    let shared = std::env::var_os("MIBC_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let Ok(text) = fs::read_to_string(shared.join("MIB-TEXT.md")) else {
        assert!(std::env::var_os("MIBC_REQUIRE_PEERS").is_none(), "no catalogue at {}", shared.display());
        eprintln!("skipped: no catalogue at {}; set MIBC_SHARED", shared.display());
        return;
    };
    let rows_of = |heading: &str| -> usize {
        let section = text.split("\n## ").find(|section| section.starts_with(heading)).unwrap_or_default();
        // Without the head of the table and the line below it.
        section.lines().filter(|line| line.starts_with('|')).count().saturating_sub(2)
    };
    for (heading, section) in [("1.", "§1"), ("2.", "§2")] {
        let ours = ROWS.iter().filter(|row| row.section == section).count();
        assert_eq!(ours, rows_of(heading), "rows of {section}");
    }
}
