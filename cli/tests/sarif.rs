//! SARIF 2.1.0: what the standard asks of every part that is written, and, if it is available, the published schema.
//!
//! The schema is that of the npm package `@microsoft/jest-sarif`; `MIBC_SARIF_SCHEMA` is its path, and `MIBC_PYTHON` a
//! Python with the package `jsonschema`. `.ci/run` provides both.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Findings with and without a place, with other places, changes, a text that is not UTF-8, a name with a blank.
fn report() -> (tempfile::TempDir, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../compiler/tests/lint");
    let mut copied = 0;
    for entry in fs::read_dir(cases).expect("the linter's cases").flatten() {
        if entry.path().extension().is_some_and(|ending| ending == "mib") {
            // All of them call their module alike, of which one would count.
            let text = fs::read_to_string(entry.path()).expect("a case");
            let text = text.replace("TEST-MIB", &format!("TEST{copied}-MIB"));
            fs::write(folder.path().join(entry.file_name()), text).expect("a file");
            copied += 1;
        }
    }
    assert!(copied > 100, "{copied} cases");
    fs::write(folder.path().join("ö 1.mib"), b"T-MIB DEFINITIONS ::= BEGIN -- caf\xE9\n x OBJECT")
        .expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_mibc"))
        .args(["check", ".", "NO-SUCH-MIB", "--no-cache", "--profile", "rfc", "--format", "sarif"])
        .current_dir(folder.path())
        .env_remove("MIBC_PATH")
        .output()
        .expect("mibc runs");
    assert_eq!(output.status.code(), Some(1));
    let report = serde_json::from_slice(&output.stdout).expect("JSON");
    (folder, report)
}

fn strings<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| match value.as_str() {
            Some(text) if name == key => found.push(text),
            _ => strings(value, key, found),
        }),
        Value::Array(items) => items.iter().for_each(|value| strings(value, key, found)),
        _ => {}
    }
}

/// SARIF 2.1.0 §3: what a consumer relies on, part by part.
#[test]
fn every_part_is_as_the_standard_says() {
    let (_folder, report) = report();
    assert_eq!(report["version"], "2.1.0");
    let [run] = report["runs"].as_array().expect("runs").as_slice() else { panic!("one run") };
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(run["tool"]["driver"]["name"], "mibc");
    let mut ids: Vec<&str> = rules.iter().filter_map(|rule| rule["id"].as_str()).collect();
    assert_eq!(ids.len(), rules.len());
    ids.dedup();
    assert_eq!(ids.len(), rules.len(), "§3.49.3: ids are unique");
    for rule in rules {
        assert!(!rule["shortDescription"]["text"].as_str().expect("a text").is_empty(), "{rule}");
        assert!(
            !rule["help"]["text"].as_str().expect("§3.49.13: a text beside Markdown").is_empty(),
            "{rule}"
        );
        let level = rule["defaultConfiguration"]["level"].as_str();
        assert!(matches!(level, Some("error" | "warning" | "note")), "{rule}");
    }
    let results = run["results"].as_array().expect("results");
    assert!(results.len() > 250 && rules.len() > 120, "{} results, {} rules", results.len(), rules.len());
    let region = |region: &Value| {
        let number = |key: &str| region[key].as_u64().unwrap_or_else(|| panic!("no {key} in {region}"));
        let (start, end) =
            ((number("startLine"), number("startColumn")), (number("endLine"), number("endColumn")));
        assert!(start.0 >= 1 && start.1 >= 1 && start <= end, "§3.30: {region}");
    };
    let (mut placed, mut related, mut changed) = (0, 0, 0);
    for result in results {
        let rule = result["ruleIndex"].as_u64().and_then(|at| rules.get(usize::try_from(at).ok()?));
        assert_eq!(rule.expect("§3.27.6: a rule")["id"], result["ruleId"]);
        assert!(!result["message"]["text"].as_str().expect("a text").is_empty());
        for location in result["locations"].as_array().into_iter().flatten() {
            region(&location["physicalLocation"]["region"]);
            placed += 1;
        }
        let mut numbers: Vec<u64> = Vec::new();
        for location in result["relatedLocations"].as_array().into_iter().flatten() {
            region(&location["physicalLocation"]["region"]);
            numbers.push(location["id"].as_u64().expect("§3.28.2: a number"));
            related += 1;
        }
        let count = numbers.len();
        numbers.dedup();
        assert_eq!(numbers.len(), count, "§3.28.2: ids are unique in a result");
        for fix in result["fixes"].as_array().into_iter().flatten() {
            let changes = fix["artifactChanges"].as_array().expect("§3.55.3: changes");
            let replacements = changes[0]["replacements"].as_array().expect("§3.56.3: replacements");
            assert!(!changes.is_empty() && !replacements.is_empty());
            replacements.iter().for_each(|replacement| region(&replacement["deletedRegion"]));
            changed += 1;
        }
    }
    assert!(placed > 250 && related > 10 && changed > 5, "{placed} {related} {changed}");
    assert!(results.iter().any(|result| result.get("locations").is_none()), "a module that is nowhere");
    let mut uris = Vec::new();
    strings(&run["results"], "uri", &mut uris);
    assert!(uris.contains(&"./%C3%B6%201.mib"), "{uris:?}");
    for uri in uris {
        assert!(uri.bytes().all(|b| b.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&b)), "§3.10.1: {uri}");
    }
}

#[test]
fn the_published_schema_accepts_it() {
    let (Some(schema), Some(python)) =
        (std::env::var_os("MIBC_SARIF_SCHEMA"), std::env::var_os("MIBC_PYTHON"))
    else {
        assert!(
            std::env::var_os("MIBC_REQUIRE_PEERS").is_none(),
            "MIBC_SARIF_SCHEMA and MIBC_PYTHON are not set"
        );
        eprintln!("skipped: set MIBC_SARIF_SCHEMA to the schema, MIBC_PYTHON to a Python with jsonschema");
        return;
    };
    let (folder, report) = report();
    let file: PathBuf = folder.path().join("report.sarif");
    fs::write(&file, report.to_string()).expect("a file");
    let script = "import json, sys, jsonschema\n\
        schema, report = (json.load(open(path)) for path in sys.argv[1:])\n\
        kind = jsonschema.validators.validator_for(schema)\n\
        assert list(kind(schema).iter_errors({})), 'the schema accepts anything'\n\
        faults = [f'{list(e.absolute_path)}: {e.message[:300]}' for e in kind(schema).iter_errors(report)]\n\
        print('\\n'.join(faults[:10])); sys.exit(bool(faults))";
    let output =
        Command::new(python).args(["-c", script]).arg(schema).arg(file).output().expect("Python runs");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
