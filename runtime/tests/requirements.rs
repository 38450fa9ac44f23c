//! `REQUIREMENTS.md` beside this file says which tests cover which requirement: what it says is so.
#![forbid(unsafe_code)]

use std::error::Error;
use std::path::Path;

/// True when a comment has the words, not as part of longer ones.
fn cites(text: &str, words: &str) -> bool {
    let comments = text.lines().filter_map(|line| line.split_once("//").map(|(_, comment)| comment));
    let mut found =
        comments.flat_map(|comment| comment.match_indices(words).map(move |(at, _)| (comment, at)));
    found.any(|(comment, at)| {
        let before = comment.get(..at).and_then(|text| text.chars().next_back());
        let after = comment.get(at + words.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Rows of the table with their cells: id, words, files.
fn rows(table: &str) -> Vec<Vec<&str>> {
    let lines = table.lines().filter(|line| line.starts_with("| "));
    lines.map(|line| line.split('|').map(str::trim).collect()).collect()
}

/// What other work has to test: proxies.
const OF_OTHERS: [&str; 3] = ["X1", "X2", "X3"];

/// Every requirement on operations, coexistence, SNMPv3, access control and notifications, and those on RowStatus,
/// TestAndIncr and StorageType, has a test that cites it, by the table of this folder.
#[test]
fn every_requirement_has_a_test() -> Result<(), Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().ok_or("the workspace")?;
    let shared = std::env::var_os("MIBC_SHARED").map_or_else(|| root.join("../shared"), Into::into);
    let Ok(wanted) = std::fs::read_to_string(shared.join("REQUIREMENTS.md")) else {
        eprintln!("notice: skipped, there is no REQUIREMENTS.md in {}", shared.display());
        return Ok(());
    };
    let table = std::fs::read_to_string(here.join("tests/REQUIREMENTS.md"))?;
    let rows = rows(&table);
    let has_files = |id: &str| {
        rows.iter()
            .any(|cells| cells.get(1) == Some(&id) && cells.get(3).is_some_and(|files| files.contains('`')))
    };
    let (mut section, mut checked) = ("", 0);
    for line in wanted.lines() {
        if let Some(title) = line.strip_prefix("### ").or_else(|| line.strip_prefix("## ")) {
            section = title.split(' ').next().unwrap_or_default();
        }
        let Some(id) = line.strip_prefix("| ").and_then(|line| line.split(' ').next()) else { continue };
        let is_of_rows = section == "1.1" && ["S20", "S21", "S22", "S23"].contains(&id);
        let is_ours = is_of_rows || (["1.3", "1.4", "1.5", "1.6"].contains(&section) && id != "id");
        if !is_ours || OF_OTHERS.contains(&id) {
            continue;
        }
        assert!(has_files(id), "{id} has no test: {line}");
        checked += 1;
    }
    assert!(checked > 70, "only {checked} requirements were found");
    Ok(())
}

#[test]
fn the_table_is_true() -> Result<(), Box<dyn Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().ok_or("the workspace")?;
    let table = std::fs::read_to_string(here.join("tests/REQUIREMENTS.md"))?;
    let mut rows = 0;
    for line in table.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, id, _, files, _] = cells.as_slice() else {
            return Err(format!("not three cells: {line}").into());
        };
        for file in files.split('`').skip(1).step_by(2) {
            let text =
                std::fs::read_to_string(root.join(file)).map_err(|error| format!("{file}: {error}"))?;
            let is_cited = match id.parse::<u32>() {
                // "§3 row 6", also among others: "§3 rows 16 and 24".
                Ok(_) => text.lines().any(|line| line.contains("§3 row") && cites(line, id)),
                Err(_) => cites(&text, id),
            };
            assert!(is_cited, "{file} has no test that cites {id}");
        }
        rows += 1;
    }
    assert!(rows > 110, "only {rows} rows");
    assert!(cites("/// P1: x", "P1") && !cites("// P12", "P1") && !cites("let p = P1;", "P1"));
    Ok(())
}
