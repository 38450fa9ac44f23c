//! Reads TOML, and tells all that is wrong with it.

use crate::file_error::{self, FileError};
use crate::toml_table::MOST;
use crate::{toml_place, toml_table};
use mibc_compiler::query::similar;
use serde::de::DeserializeOwned;
use toml::de::DeTable;

/// What serde says of types, and what it means in a file.
const WORDS: [(&str, &str); 11] = [
    ("u16", "a whole number from 0 to 65535"),
    ("u32", "a whole number from 0"),
    ("u64", "a whole number from 0"),
    ("usize", "a whole number from 0"),
    ("i64", "a whole number"),
    ("f64", "a number"),
    ("a boolean", "true or false"),
    ("path string", "a string, the name of a file"),
    ("a sequence", "a list"),
    ("a map", "a table"),
    ("struct", "a table"),
];

/// What was read.
pub(crate) struct Reading<T> {
    /// The value, without what is wrong; `None` if nothing can be made of the rest.
    pub(crate) value: Option<T>,
    /// All that is wrong.
    pub(crate) mistakes: Vec<FileError>,
    /// Whether the rest can be checked: nothing of it is missing.
    pub(crate) whole: bool,
}

/// Reads a text. What is wrong is left out, and reading goes on without it.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Reading<T> {
    let mut reading = tolerant(text);
    reading.mistakes.sort_by_key(|mistake| mistake.place);
    reading
}

fn tolerant<T: DeserializeOwned>(text: &str) -> Reading<T> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut mistakes: Vec<FileError> =
        errors.iter().take(MOST).map(|error| toml_place::problem(text, error)).collect();
    if !mistakes.is_empty() {
        return Reading { value: None, mistakes, whole: false };
    }
    let (value, errors) = toml_table::read(table.span(), table.into_inner());
    // A key that is not known changes nothing about the others.
    let whole = value.is_some() && errors.iter().all(|error| error.message().starts_with("unknown field"));
    mistakes.extend(errors.iter().map(|error| {
        let mut mistake = toml_place::problem(text, error);
        mistake.message = plain(error.message());
        mistake
    }));
    Reading { value, mistakes, whole }
}

/// What serde says, in plain words.
fn plain(message: &str) -> String {
    if let Some(rest) = message.strip_prefix("missing field `") {
        return format!("there is no `{}", rest.replacen('`', "` here; expected this key", 1));
    }
    if let Some((found, known)) =
        message.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'))
    {
        let known = file_error::plain(&format!("`{found}`{known}"));
        let known: Vec<&str> = known.split('`').skip(3).step_by(2).collect();
        return match similar(found, known.iter().copied()) {
            Some(meant) => format!("`{found}` is not a key here; expected another one, perhaps `{meant}`"),
            None => format!("`{found}` is not a key here; expected one of {}", known.join(", ")),
        };
    }
    let typed = ["invalid type: ", "invalid value: ", "invalid length "];
    let Some((found, expected)) =
        typed.iter().find_map(|start| message.strip_prefix(start)?.split_once(", expected "))
    else {
        return message.to_owned();
    };
    let word =
        |(word, _): &&(&str, &str)| expected == *word || *word == "struct" && expected.starts_with("struct ");
    let expected = &WORDS.iter().find(word).map_or(expected, |(_, words)| *words);
    // A text may be a secret.
    let found = if found.starts_with("string \"") { "a string" } else { found };
    match (found, *expected) {
        ("map", "a list") => {
            "found a table; expected a list of them, which have two brackets, as in [[rule]]".to_owned()
        }
        ("map", expected) => format!("found a table; expected {expected}"),
        ("sequence", expected) => format!("found a list; expected {expected}"),
        _ => format!("found {}; expected {expected}", found.replace("integer `", "the number `")),
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Whole {
        number: Option<u32>,
        #[serde(default)]
        thing: Vec<toml::Spanned<Thing>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Thing {
        name: String,
        #[serde(default)]
        deep: Vec<Thing>,
    }

    fn told(text: &str) -> Vec<String> {
        read::<Whole>(text).mistakes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn all_that_is_wrong() {
        let text = "number = -1\nnumbr = 2\n[[thing]]\nnam = \"a\"\n[[thing]]\nname = 3\n[[thing]]\nname = \"c\"\ndeep = [{ name = true }, { name = \"d\" }]\n";
        assert_eq!(
            told(text),
            [
                "1:10: found the number `-1`; expected a whole number from 0",
                "2:1: `numbr` is not a key here; expected another one, perhaps `number`",
                "3:1: there is no `name` here; expected this key",
                "4:1: `nam` is not a key here; expected another one, perhaps `name`",
                "6:8: found the number `3`; expected a string",
                "9:18: found boolean `true`; expected a string",
            ]
        );
        let read = read::<Whole>(text);
        let rest = read.value.expect("the rest");
        assert!(!read.whole && rest.number.is_none());
        assert_eq!(rest.thing.iter().map(|thing| thing.get_ref().name.as_str()).collect::<Vec<_>>(), ["c"]);
        assert_eq!(rest.thing[0].get_ref().deep[0].name, "d");
    }

    #[test]
    fn what_is_not_known_leaves_the_rest_whole() {
        let read = read::<Whole>("colour = 1\nnumber = 1\n");
        assert!(read.whole && read.value.is_some_and(|whole| whole.number == Some(1)));
        assert_eq!(read.mistakes[0].message, "`colour` is not a key here; expected one of number, thing");
    }

    #[test]
    fn what_is_not_toml() {
        let read = read::<Whole>("number = \nthing = [\n");
        assert!(read.value.is_none() && !read.mistakes.is_empty());
        assert_eq!(read.mistakes[0].place, Some((1, 10)));
    }

    #[test]
    fn there_is_an_end() {
        let text: String = (0..1000).map(|number| format!("k{number} = 1\n")).collect();
        assert_eq!(told(&text).len(), crate::toml_table::MOST);
    }
}
