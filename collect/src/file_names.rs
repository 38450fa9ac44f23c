//! Names of files with a `*`.

use std::path::{Path, PathBuf};

/// The files that a pattern stands for.
pub(crate) fn fitting(pattern: &Path) -> Vec<PathBuf> {
    let Some(name) = pattern.file_name().and_then(|name| name.to_str()).filter(|name| name.contains('*'))
    else {
        return vec![pattern.to_owned()];
    };
    let (begin, end) = name.split_once('*').unwrap_or((name, ""));
    let folder =
        pattern.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let fits = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.len() >= begin.len() + end.len() && name.starts_with(begin) && name.ends_with(end)
    };
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(fits).collect();
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["a.json", "b.json", "b.yml"] {
            std::fs::write(folder.path().join(name), "[]").expect("a file");
        }
        let found = fitting(&folder.path().join("*.json"));
        assert_eq!(found, [folder.path().join("a.json"), folder.path().join("b.json")]);
        assert_eq!(fitting(Path::new("x/y.json")), [Path::new("x/y.json")]);
        assert!(fitting(Path::new("no/such/folder/*.json")).is_empty());
    }
}
