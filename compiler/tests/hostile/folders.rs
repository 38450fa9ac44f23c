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
