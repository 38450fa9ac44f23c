//! What the compiler says about mistakes: one program per mistake in `tests/ui/fail`, with the text beside it; and
//! programs without mistakes in `tests/ui/pass`.
//!
//! The texts are those of one version of rustc. With another, this test makes sure only that the mistakes do not
//! compile. `TRYBUILD=overwrite cargo test -p mibc --test ui` writes the texts anew.

use std::{fs, path::Path, process::Command};

/// The version whose texts stand beside the programs.
const RUSTC: &str = "rustc 1.95.";

#[test]
fn mistakes_do_not_compile_and_say_why() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    if rustc_version().starts_with(RUSTC) {
        cases.compile_fail("tests/ui/fail/*.rs");
        return;
    }
    // Without a text beside them, trybuild asks only that they fail: copies, without the texts.
    eprintln!("notice: texts of errors are compared with {RUSTC}* alone, here is {}", rustc_version());
    let copies = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui");
    let _ = fs::remove_dir_all(&copies);
    fs::create_dir_all(&copies).unwrap();
    for case in programs() {
        let copy = copies.join(case.file_name().unwrap());
        fs::copy(&case, &copy).unwrap();
        cases.compile_fail(copy);
    }
}

/// Each row of the table of mistakes has its program, and each program its text.
#[test]
fn every_mistake_has_a_text() {
    let programs = programs();
    assert!(programs.len() >= 6, "{programs:?}");
    for case in programs {
        assert!(case.with_extension("stderr").exists(), "{} has no text", case.display());
    }
}

fn programs() -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/fail");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

fn rustc_version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}
