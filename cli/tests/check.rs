//! `mibc check` and `mibc explain`, run as a user runs them.
#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const CLEAN: &str = "CLEAN-MIB DEFINITIONS ::= BEGIN
IMPORTS MODULE-IDENTITY, enterprises FROM SNMPv2-SMI;
cleanMIB MODULE-IDENTITY
    LAST-UPDATED \"202001010000Z\" ORGANIZATION \"A\" CONTACT-INFO \"B\" DESCRIPTION \"C\"
    REVISION \"202001010000Z\" DESCRIPTION \"D\"
    ::= { enterprises 99999 }
END
";

const FAULTY: &str = "FAULTY-MIB DEFINITIONS ::= BEGIN
IMPORTS OBJECT-TYPE, Integer32 FROM SNMPv2-SMI cleanMIB FROM CLEAN-MIB gone FROM GONE-MIB;
faultyA OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION \"A\" ::= { cleanMIB 0 }
faultyB OBJECT IDENTIFIER ::= { gone 1 }
faultyC OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATSU current DESCRIPTION \"A\" ::= { cleanMIB 3 }
END
";

fn mibc(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mibc"))
        .args(arguments)
        .current_dir(folder)
        .env("XDG_CACHE_HOME", folder.join(".cache"))
        .env_remove("MIBC_PATH")
        .output()
        .expect("the command runs")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("below")).expect("a folder");
    fs::write(folder.path().join("clean.txt"), CLEAN).expect("a file");
    fs::write(folder.path().join("below/faulty.mib"), FAULTY).expect("a file");
    fs::write(folder.path().join("README"), "no module").expect("a file");
    folder
}

#[test]
fn a_clean_module_by_path_and_by_name() {
    let folder = folder();
    for arguments in [&["check", "clean.txt"][..], &["check", "CLEAN-MIB", "-I", "."], &["check", "IF-MIB"]] {
        let output = mibc(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output));
    }
    let output = mibc(folder.path(), &["check", "clean.txt", "--profile", "rfc"]);
    assert!(
        text(&output).starts_with("1 module, 1 definition: 0 errors, 0 warnings, 0 notes"),
        "{}",
        text(&output)
    );
}

/// §3 row 2: a broken module takes no other down; a summary tells how much was lost.
#[test]
fn a_folder_is_checked_with_all_below_it() {
    let folder = folder();
    let output = mibc(folder.path(), &["check", "."]);
    let text = text(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(!text.contains("README"), "{text}");
    let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("no {what} in {text}"));
    assert!(place("error[unknown-module]") < place("error[syntax]"), "root causes first: {text}");
    assert!(place("error[syntax]") < place("warning[object-zero]"), "errors first: {text}");
    assert!(place("1 with a parse error, 2 unresolved names") > place("2 modules"), "{text}");
    assert!(!text.contains("--summary lists all"), "one module has all the findings: {text}");
    let more = FAULTY.replace("FAULTY-MIB", "MORE-MIB");
    fs::write(folder.path().join("more.mib"), more).expect("a file");
    let text = self::text(&mibc(folder.path(), &["check", "."]));
    let table = text.split("\nmodule ").nth(1).unwrap_or_else(|| panic!("no table in {text}"));
    let rows: Vec<&str> = table.lines().skip(1).take_while(|line| !line.is_empty()).collect();
    assert_eq!(rows.len(), 2, "{table}");
    assert!(rows[0].starts_with("MORE-MIB ") && rows[1].starts_with("FAULTY-MIB "), "{table}");
}

#[test]
fn lines_of_json() {
    let folder = folder();
    let output = mibc(folder.path(), &["check", ".", "--format", "json"]);
    let found: Vec<Value> =
        text(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(found.iter().any(|d| d["code"] == "object-zero" && d["severity"] == "warning"), "{found:?}");
    let output = mibc(folder.path(), &["check", ".", "--summary", "--format", "json"]);
    let rows: Vec<Value> =
        text(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let total = rows.last().expect("a total");
    assert_eq!((&total["modules"], &total["parseErrors"]), (&Value::from(2), &Value::from(1)), "{total}");
    assert!(total["profiles"]["rfc"]["errors"].as_u64() > total["profiles"]["lenient"]["errors"].as_u64());
}

#[test]
fn sarif_has_rules_places_and_changes() {
    let folder = folder();
    fs::write(folder.path().join("table.mib"), CLEAN.replace("CLEAN", "T").replace("\"D\"", "\"\""))
        .expect("a file");
    let output = mibc(folder.path(), &["check", ".", "--profile", "rfc", "--format", "sarif"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["version"], "2.1.0");
    let run = &report["runs"][0];
    let results = run["results"].as_array().expect("results");
    assert!(!results.is_empty());
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().expect("an index") as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        if let Some(place) = result["locations"][0]["physicalLocation"].as_object() {
            assert!(place["region"]["startLine"].as_u64() >= Some(1), "{result}");
        }
    }
}

#[test]
fn codes_are_allowed_and_denied() {
    let folder = folder();
    let status = |arguments: &[&str]| mibc(folder.path(), arguments).status.code();
    assert_eq!(status(&["check", ".", "--allow", "syntax", "--allow", "unknown-module"]), Some(0));
    assert_eq!(status(&["check", "clean.txt", "--deny", "warnings"]), Some(0));
    let only = ["check", ".", "--allow", "syntax", "--allow", "unknown-module", "--deny"];
    assert_eq!(status(&[&only[..], &["object-zero"]].concat()), Some(1));
    assert_eq!(status(&[&only[..], &["warnings"]].concat()), Some(1));
    let output = mibc(folder.path(), &["check", ".", "--allow", "sytnax"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean `syntax`?"));
}

#[test]
fn a_baseline_shows_what_is_new() {
    let folder = folder();
    let output = mibc(folder.path(), &["check", ".", "--write-baseline", "known"]);
    assert_eq!(output.status.code(), Some(1));
    let output = mibc(folder.path(), &["check", ".", "--baseline", "known"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(text(&output).contains(" known; 1 with a parse error"), "{}", text(&output));
    let more = FAULTY.replace("END\n", "faultyD OBJECT IDENTIFIER ::= { fualtyA 1 }\nEND\n");
    fs::write(folder.path().join("below/faulty.mib"), more).expect("a file");
    let output = mibc(folder.path(), &["check", ".", "--baseline", "known"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("`fualtyA`") && !text(&output).contains("GONE-MIB"), "{}", text(&output));
    fs::write(folder.path().join("known"), "nonsense").expect("a file");
    let output = mibc(folder.path(), &["check", ".", "--baseline", "known"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn wrong_arguments_are_said_to_be_so() {
    let folder = folder();
    for arguments in
        [&["check"][..], &["check", "no/such/path"], &["check", ".", "--profile", "strict"], &["explain"]]
    {
        assert_eq!(mibc(folder.path(), arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert_eq!(
        mibc(folder.path(), &["check", "NO-SUCH-MIB"]).status.code(),
        Some(1),
        "a module that is missing"
    );
}

#[test]
fn every_code_is_explained() {
    let folder = folder();
    let list = text(&mibc(folder.path(), &["explain", "--list"]));
    let codes: Vec<&str> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(codes.len() >= 120, "{}", codes.len());
    let output = mibc(folder.path(), &[&["explain"], &codes[..]].concat());
    assert_eq!(output.status.code(), Some(0));
    let pages = text(&output);
    assert!(codes.iter().all(|code| pages.contains(&format!("{code}: "))), "{pages}");
    let output = mibc(folder.path(), &["explain", "sytnax"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean `syntax`?"));
}
