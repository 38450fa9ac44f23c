//! Where names are in files, for what is said of them.

use std::fmt;
use std::path::PathBuf;

/// Line and column, from 1.
pub(super) type Place = (usize, usize);

/// A file, and where in it.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) file: PathBuf,
    pub(super) place: Option<Place>,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        self.place.map_or(Ok(()), |(line, column)| write!(f, ":{line}:{column}"))
    }
}

/// A name that has to be in one of the files.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Needed {
    pub(super) what: What,
    pub(super) name: String,
    /// Who needs it.
    pub(super) by: String,
    pub(super) place: Place,
}

/// What has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Auth,
    Module,
    /// A module, or `auto` where there are choices.
    ModuleOrAuto,
}

/// Where a name is below a key of a YAML file, if the file has a line for each.
pub(super) fn in_yaml(text: &str, key: &str, name: &str) -> Option<Place> {
    let is = |line: &str, key: &str| {
        let bare = line.strip_prefix(['"', '\'']).unwrap_or(line);
        let rest = bare.strip_prefix(key).map(|rest| rest.strip_prefix(['"', '\'']).unwrap_or(rest));
        rest.is_some_and(|rest| rest.trim_start().starts_with(':'))
    };
    let mut inside = false;
    // All names of a key begin in one column.
    let mut column = None;
    for (number, line) in text.lines().enumerate() {
        let words = line.trim_start_matches(' ');
        if words.is_empty() || words.starts_with('#') {
            continue;
        }
        let indented = line.len() - words.len();
        if indented == 0 {
            (inside, column) = (is(words, key), None);
        } else if inside && *column.get_or_insert(indented) == indented && is(words, name) {
            return Some((number + 1, indented + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_yaml() {
        let text = "# auths:\n#   b:\nauths:\n  a:\n    b: 1\n\n  'b' : {version: 2}\nmodules:\n  \"a\":\n    walk: []\n";
        assert_eq!(in_yaml(text, "auths", "a"), Some((4, 3)));
        assert_eq!(in_yaml(text, "auths", "b"), Some((7, 3)), "not the one inside of another");
        assert_eq!(in_yaml(text, "modules", "a"), Some((9, 3)));
        assert_eq!(in_yaml(text, "modules", "walk"), None);
        assert_eq!(in_yaml("auths: {a: {version: 2}}", "auths", "a"), None, "it has no line of its own");
    }
}
