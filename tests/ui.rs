//! What the compiler says about mistakes: one program per mistake in `tests/ui/fail`, with the text beside it; and
//! programs without mistakes in `tests/ui/pass`.
//!
//! The texts are those of one version of rustc. With another, this test makes sure only that the mistakes do not
//! compile. `TRYBUILD=overwrite cargo test -p mibc --test ui` writes the texts anew.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The version whose texts stand beside the programs.
const RUSTC: &str = "rustc 1.95.";

/// Set for the run that does not compare texts: the folder with copies of the programs.
const COPIES: &str = "MIBC_UI_COPIES";

#[test]
fn mistakes_do_not_compile_and_say_why() {
    let cases = trybuild::TestCases::new();
    if let Some(copies) = env::var_os(COPIES) {
        programs(copies.as_ref()).into_iter().for_each(|program| cases.compile_fail(program));
        return;
    }
    cases.pass("tests/ui/pass/*.rs");
    let version = rustc_version();
    if version.starts_with(RUSTC) {
        cases.compile_fail("tests/ui/fail/*.rs");
    } else {
        eprintln!("notice: texts of errors are compared with {RUSTC}* alone, here is {version}");
        mistakes_do_not_compile();
    }
}

/// Compiles copies of the programs with trybuild told to write their texts, which compares nothing. It is told through
/// the environment, so this takes another process.
fn mistakes_do_not_compile() {
    let copies = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui");
    if copies.exists() {
        fs::remove_dir_all(&copies).unwrap();
    }
    fs::create_dir_all(&copies).unwrap();
    for program in programs(&fail()) {
        fs::copy(&program, copies.join(program.file_name().unwrap())).unwrap();
    }
    let again = Command::new(env::current_exe().unwrap())
        .args(["--exact", "mistakes_do_not_compile_and_say_why"])
        .env(COPIES, &copies)
        .env("TRYBUILD", "overwrite")
        .status();
    assert!(again.unwrap().success(), "a mistake compiles");
}

#[test]
fn every_mistake_has_a_text() {
    let programs = programs(&fail());
    assert!(programs.len() >= 6, "{programs:?}");
    for program in programs {
        assert!(program.with_extension("stderr").exists(), "{} has no text", program.display());
    }
}

/// A mistake is one error that fits a screen, without paths that a program cannot write.
#[test]
fn texts_are_short() {
    for program in programs(&fail()) {
        let text = fs::read_to_string(program.with_extension("stderr")).unwrap();
        for error in text.split("\nerror").filter(|error| !error.trim().is_empty()) {
            let lines = error.trim_end().lines().count();
            assert!(lines <= 25, "{}: {lines} lines: error{error}", program.display());
        }
        assert!(!text.contains("mibc_runtime"), "{} has a path of its own", program.display());
    }
}

fn fail() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/fail")
}

fn programs(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

fn rustc_version() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}
