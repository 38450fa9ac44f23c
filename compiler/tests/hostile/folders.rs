//! Names that look like paths: nothing is written outside of the output folder.

use mibc_compiler::Config;
use std::fs;
use std::path::{Path, PathBuf};

/// Everything below a folder, files and folders, sorted.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        if let Ok(entries) = fs::read_dir(&path) {
            left.extend(entries.flatten().map(|entry| entry.path()));
        }
        found.push(path);
    }
    found.sort();
    found
}

/// MIB bombs: path traversal as the name of a module.
#[test]
fn nothing_is_written_outside() {
    for name in ["../../x", "..", "/etc/x", "a/b", "C:\\x", "x\0y", ".", "aux", "~", "X-MIB.", "Ünï"] {
        let place = tempfile::tempdir().expect("a folder");
        let inner = place.path().join("a/b/c");
        fs::create_dir_all(inner.join("mibs")).expect("a folder");
        let object =
            format!("{name}-o OBJECT IDENTIFIER ::= {{ iso 3 }}\nT{name} ::= INTEGER {{ {name}(1) }}\n");
        let text = format!("{name} DEFINITIONS ::= BEGIN IMPORTS y FROM {name}/y; {object} END\n");
        fs::write(inner.join("mibs/one.mib"), text).expect("a file");
        let honest = format!("X-MIB DEFINITIONS ::= BEGIN IMPORTS y FROM {name}; {object} END\n");
        fs::write(inner.join("mibs/two.mib"), honest).expect("a file");
        let before = below(place.path());
        // Whether it can be compiled is not the question; where anything went is.
        let _ = Config::new()
            .base_dir(&inner)
            .include("mibs")
            .modules([name, "X-MIB"])
            .out_dir("out")
            .allow_errors(true)
            .emit_rerun_if_changed(false)
            .compile();
        let out = inner.join("out");
        let strangers: Vec<PathBuf> = below(place.path())
            .into_iter()
            .filter(|path| !before.contains(path) && !path.starts_with(&out))
            .collect();
        assert!(strangers.is_empty(), "{name:?}: {strangers:?}");
    }
}

/// §3 row 25: a build script reads only what it is configured to search, and keeps nothing outside of its output
/// folder, whatever the environment offers.
#[test]
fn a_build_keeps_to_its_folders() {
    const INNER: &str = "MIBC_TEST_BUILD_IN";
    if let Some(place) = std::env::var_os(INNER).map(PathBuf::from) {
        let config =
            Config::new().base_dir(&place).include("mibs").out_dir("out").emit_rerun_if_changed(false);
        let compiled = config.clone().modules(["GOOD-MIB"]).compile().expect("Rust");
        assert_eq!(compiled.sources, [place.join("mibs/any.txt")]);
        assert!(config.modules(["ELSEWHERE-MIB"]).compile().is_err(), "it is on MIBC_PATH alone");
        return;
    }
    let place = tempfile::tempdir().expect("a folder");
    let home = tempfile::tempdir().expect("a folder");
    for (file, name) in [("mibs/any.txt", "GOOD-MIB"), ("other/ELSEWHERE-MIB", "ELSEWHERE-MIB")] {
        let path = place.path().join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let text = format!("{name} DEFINITIONS ::= BEGIN x OBJECT IDENTIFIER ::= {{ iso 3 }} END");
        fs::write(path, text).expect("a file");
    }
    let before = below(place.path());
    let output = std::process::Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "folders::a_build_keeps_to_its_folders", "--nocapture"])
        .current_dir(place.path().join("other"))
        .env(INNER, place.path())
        .env("MIBC_PATH", place.path().join("other"))
        .env("HOME", home.path())
        .env("XDG_CACHE_HOME", home.path().join("cache"))
        .env_remove("OUT_DIR")
        .output()
        .expect("it runs");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert_eq!(below(home.path()), [home.path()], "nothing in the user's folders");
    let out = place.path().join("out");
    let strangers: Vec<PathBuf> = below(place.path())
        .into_iter()
        .filter(|path| !before.contains(path) && !path.starts_with(&out))
        .collect();
    assert!(strangers.is_empty(), "{strangers:?}");
    assert!(out.join("mibs.rs").is_file());
}
