//! Where names are in files, for what is said of them.

use std::collections::HashMap;
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

/// Where names are below a key of a YAML file, as far as each has a line of its own.
pub(super) fn in_yaml<'t>(text: &'t str, key: &str) -> HashMap<&'t str, Place> {
    let mut places = HashMap::new();
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
            (inside, column) = (name(words) == Some(key), None);
        } else if inside
            && *column.get_or_insert(indented) == indented
            && let Some(name) = name(words)
        {
            places.entry(name).or_insert((number + 1, indented + 1));
        }
    }
    places
}

/// The key that a line begins with.
fn name(line: &str) -> Option<&str> {
    match line.strip_prefix(['"', '\'']) {
        Some(quoted) => {
            let (name, rest) = quoted.split_once(['"', '\''])?;
            rest.trim_start().starts_with(':').then_some(name)
        }
        None => {
            let ends = |(at, _): &(usize, &str)| {
                line.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
            };
            let (at, _) = line.match_indices(':').find(ends)?;
            line.get(..at).map(str::trim_end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_yaml() {
        let text = "# auths:\n#   b:\nauths:\n  a:\n    b: 1\n\n  'b' : {version: 2}\nmodules:\n  \"a\":\n    walk: []\n";
        let place = |key: &str, name: &str| in_yaml(text, key).get(name).copied();
        assert_eq!(place("auths", "a"), Some((4, 3)));
        assert_eq!(place("auths", "b"), Some((7, 3)), "not the one inside of another");
        assert_eq!(place("modules", "a"), Some((9, 3)));
        assert_eq!(place("modules", "walk"), None);
        assert!(in_yaml("auths: {a: {version: 2}}", "auths").is_empty(), "it has no line of its own");
        assert_eq!(in_yaml("auths:\n a:b: {}\n c :\n", "auths"), [("a:b", (2, 2)), ("c", (3, 2))].into());
    }
}
