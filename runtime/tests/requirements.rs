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
