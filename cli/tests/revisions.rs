//! `mibc diff`, `fmt`, `completions` and `man` as their users call them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn module(date: &str, range: &str, more: &str) -> String {
    format!(
        r#"ACME-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises, MODULE-IDENTITY, OBJECT-TYPE, Integer32 FROM SNMPv2-SMI;
acme MODULE-IDENTITY LAST-UPDATED "{date}" ORGANIZATION "A" CONTACT-INFO "A" DESCRIPTION "A"
  ::= {{ enterprises 9999 }}
-- Counts.
acmeCount OBJECT-TYPE SYNTAX Integer32 ({range}) -- inside
  MAX-ACCESS read-only STATUS current DESCRIPTION "How many." ::= {{ acme 1 }}
{more}END
"#
    )
}

fn mibc(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mibc"))
        .current_dir(folder)
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env_remove("MIBC_PATH")
        .args(arguments)
        .output()
        .expect("mibc runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Two revisions side by side, the later one first in the alphabet.
fn revisions() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let more = "acmeNew OBJECT IDENTIFIER ::= { acme 2 }\n";
    fs::write(folder.path().join("new.mib"), module("202101010000Z", "0..9", more)).expect("a file");
    fs::write(folder.path().join("old.mib"), module("202001010000Z", "0..99", "")).expect("a file");
    folder
}

#[test]
fn what_breaks_fails() {
    let folder = revisions();
    let output = mibc(folder.path(), &["diff", "old.mib", "new.mib"]);
    assert_eq!(
        text(&output.stdout),
        "ACME-MIB (202001010000Z) -> ACME-MIB (202101010000Z): 1 breaking, 0 careless, 1 allowed\n  \
         breaks    acmeCount  values are no longer allowed: 0..99 -> 0..9  [RFC 2578 §10.2]\n  \
         allowed   acmeNew    the definition is new: 1.3.6.1.4.1.9999.2  [RFC 2578 §10.2 (9)]\n",
        "{}",
        text(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(1));
    let same = mibc(folder.path(), &["diff", "old.mib", "old.mib"]);
    assert_eq!((same.status.code(), text(&same.stdout).ends_with(": no change\n")), (Some(0), true));
    let json = mibc(folder.path(), &["diff", "--format", "json", "--breaking", "old.mib", "new.mib"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(json[0]["changes"].as_array().map(Vec::len), Some(1));
    assert_eq!(json[0]["changes"][0]["rule"], "range-narrowed");
    assert_eq!(mibc(folder.path(), &["diff", "old.mib", "none.mib"]).status.code(), Some(2));
}

#[test]
fn folders_and_names() {
    let folder = revisions();
    let at = |path: &str| folder.path().join(path);
    for side in ["a", "b"] {
        fs::create_dir(at(side)).expect("a folder");
    }
    fs::rename(at("old.mib"), at("a/x.mib")).expect("a file");
    fs::rename(at("new.mib"), at("b/y.mib")).expect("a file");
    fs::write(at("a/gone"), "GONE-MIB DEFINITIONS ::= BEGIN END").expect("a file");
    fs::write(at("b/more"), "MORE-MIB DEFINITIONS ::= BEGIN END").expect("a file");
    fs::write(at("b/most"), "MOST-MIB DEFINITIONS ::= BEGIN END").expect("a file");
    let output = mibc(folder.path(), &["diff", "-b", "a", "b"]);
    let lines = text(&output.stdout);
    assert!(lines.contains("breaks    GONE-MIB  the module is gone"), "{lines}");
    assert!(lines.contains("MORE-MIB -> MORE-MIB"), "{lines}");
    let renamed = mibc(folder.path(), &["diff", "RFC1213-MIB", "IF-MIB"]);
    assert!(text(&renamed.stdout).contains("the module has another name: RFC1213-MIB -> IF-MIB"));
}

#[test]
fn canonical_text() {
    let folder = revisions();
    let output = mibc(folder.path(), &["fmt", "old.mib"]);
    let canonical = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(
        canonical.contains("-- Counts.\nacmeCount OBJECT-TYPE\n    SYNTAX Integer32 (0..99)\n"),
        "{canonical}"
    );
    assert!(
        text(&output.stderr).contains("note: comments inside of definitions of ACME-MIB are not kept: 1")
    );
    let check = mibc(folder.path(), &["fmt", "--check", "old.mib"]);
    assert_eq!((check.status.code(), text(&check.stdout).as_str()), (Some(1), "old.mib\n"));
    fs::write(folder.path().join("old.mib"), &canonical).expect("a file");
    assert!(mibc(folder.path(), &["fmt", "--check", "old.mib"]).status.success());
    assert!(mibc(folder.path(), &["fmt", "-o", "out", "IF-MIB", "new.mib"]).status.success());
    assert!(folder.path().join("out/IF-MIB.mib").exists() && folder.path().join("out/ACME-MIB.mib").exists());

    fs::write(folder.path().join("bad.mib"), canonical.replace("acme 1", "nowhere 1")).expect("a file");
    let refused = mibc(folder.path(), &["fmt", "bad.mib"]);
    assert_eq!((refused.status.code(), refused.stdout.is_empty()), (Some(1), true));
    let forced = mibc(folder.path(), &["fmt", "--force", "bad.mib"]);
    assert!(forced.status.success() && text(&forced.stdout).contains("nowhere 1"));
    assert_eq!(mibc(folder.path(), &["fmt", "SNMPv2-SMI"]).status.code(), Some(2));
}

#[test]
fn completions_and_manual_pages() {
    let folder = tempfile::tempdir().expect("a folder");
    for (shell, expected) in [("bash", "_mibc()"), ("zsh", "#compdef mibc"), ("fish", "complete -c mibc")] {
        let output = mibc(folder.path(), &["completions", shell]);
        assert!(output.status.success());
        let script = text(&output.stdout);
        assert!(script.contains(expected) && script.contains("translate"), "{shell}");
    }
    assert!(mibc(folder.path(), &["man", "man1"]).status.success());
    let page = fs::read_to_string(folder.path().join("man1/mibc-translate.1")).expect("a page");
    assert!(page.contains("Translate names to OIDs"), "{page}");
    assert!(folder.path().join("man1/mibc.1").exists());
}
