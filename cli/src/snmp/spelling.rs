//! The options of net-snmp's tools that are letters behind `-C`, in ours: `-Cr10` is `--max-repetitions 10`.

use super::theirs::{self, Ours};
use std::ffi::OsString;

/// What a letter behind `-C` takes.
#[derive(Clone, Copy)]
enum Takes {
    Nothing,
    /// Digits, or the argument that follows.
    Number,
    /// All that is left, or the argument that follows.
    Text,
}

/// The long options for letters behind `-C`, by command.
const LETTERS: [(&[&str], char, &str, Takes); 43] = [
    (&["df"], 'u', "--ucd", Takes::Nothing),
    (&["df"], 'h', "--binary", Takes::Nothing),
    (&["df"], 'H', "--decimal", Takes::Nothing),
    (&["delta"], 'F', "--names-from", Takes::Text),
    (&["delta"], 'k', "--seconds", Takes::Nothing),
    (&["delta"], 'l', "--to-files", Takes::Nothing),
    (&["delta"], 'L', "--sum-name", Takes::Text),
    (&["delta"], 'm', "--max", Takes::Nothing),
    (&["delta"], 'p', "--period", Takes::Number),
    (&["delta"], 'P', "--peaks", Takes::Number),
    (&["delta"], 's', "--timestamps", Takes::Nothing),
    (&["delta"], 'S', "--sum", Takes::Nothing),
    (&["delta"], 'v', "--per-request", Takes::Number),
    (&["delta"], 't', "--agent-time", Takes::Nothing),
    (&["delta"], 'T', "--tabular", Takes::Nothing),
    (&["get", "getnext"], 'f', "--all-or-none", Takes::Nothing),
    (&["walk", "bulkwalk"], 'T', "--each-time", Takes::Nothing),
    (&["getbulk", "bulkwalk"], 'n', "--non-repeaters", Takes::Number),
    (&["getbulk", "bulkwalk", "table"], 'r', "--max-repetitions", Takes::Number),
    (&["set"], 'q', "--quiet", Takes::Nothing),
    (&["walk", "bulkwalk"], 'c', "--any-order", Takes::Nothing),
    (&["walk", "bulkwalk"], 'E', "--end", Takes::Text),
    (&["walk", "bulkwalk"], 'i', "--with-itself", Takes::Nothing),
    (&["walk", "bulkwalk"], 'I', "--only-below", Takes::Nothing),
    (&["walk", "bulkwalk"], 'p', "--count", Takes::Nothing),
    (&["walk", "bulkwalk"], 't', "--time", Takes::Nothing),
    (&["table"], 'B', "--max-repetitions=1", Takes::Nothing),
    (&["table"], 'b', "--brief", Takes::Nothing),
    (&["table"], 'c', "--column-width", Takes::Number),
    (&["table"], 'f', "--separator", Takes::Text),
    (&["table"], 'h', "--headings-only", Takes::Nothing),
    (&["table"], 'H', "--no-headings", Takes::Nothing),
    (&["table"], 'i', "--index", Takes::Nothing),
    (&["table"], 'l', "--left", Takes::Nothing),
    (&["table"], 'w', "--width", Takes::Number),
    (&["trap", "inform"], 'i', "--inform", Takes::Nothing),
    (&["usm"], 'a', "--auth-key", Takes::Nothing),
    (&["usm"], 'x', "--privacy-key", Takes::Nothing),
    (&["usm"], 'k', "--localized", Takes::Nothing),
    (&["usm"], 'w', "--wait", Takes::Nothing),
    (&["usm"], 'E', "--engine", Takes::Text),
    (&["usm"], 'p', "--public", Takes::Text),
    (&["vacm"], 'e', "--excluded", Takes::Nothing),
];

/// The commands that speak SNMP.
const COMMANDS: [&str; 16] = [
    "get", "getnext", "getbulk", "set", "walk", "bulkwalk", "table", "status", "delta", "df", "record",
    "listen", "trap", "inform", "usm", "vacm",
];

/// Whether a command speaks SNMP.
pub(crate) fn speaks_snmp(command: &str) -> bool {
    COMMANDS.contains(&command)
}

/// The letters behind `-C` that a command knows.
fn letters(command: &str) -> impl Iterator<Item = (char, &'static str, Takes)> {
    let of = move |(commands, ..): &&(&[&str], char, &str, Takes)| commands.contains(&command);
    LETTERS.iter().filter(of).map(|(_, letter, option, takes)| (*letter, *option, *takes))
}

/// The long option for a letter behind `-C`.
fn long(command: &str, letter: char) -> Option<(&'static str, Takes)> {
    letters(command).find(|(known, ..)| *known == letter).map(|(_, option, takes)| (option, takes))
}

/// What to do instead of an option that net-snmp's tools have and `mibc COMMAND` has not.
pub(crate) fn instead(command: &str, option: &str) -> Option<String> {
    if !COMMANDS.contains(&command) {
        return None;
    }
    let instead = match option {
        "-C" => {
            let known: Vec<String> = letters(command).map(|(letter, ..)| format!("-C{letter}")).collect();
            return Some(match known.as_slice() {
                [] => format!("`mibc {command}` has no options after -C"),
                known => format!("after -C `mibc {command}` has {}; see --help", known.join(" ")),
            });
        }
        "-H" => "docs/profiles.md lists the directives of snmp.conf that count here",
        "-V" => "the version: mibc --version",
        "-3" => "after -3 come m M k K (keys) or a A x X u l n e E (as without the 3)",
        _ => return None,
    };
    Some(instead.to_owned())
}

/// Whether a command takes net-snmp's other spellings.
fn takes_theirs(command: &str) -> bool {
    COMMANDS.contains(&command) || command == "translate"
}

/// The arguments of a program, with net-snmp's spellings replaced. What it does not know stays as it is.
pub(crate) fn ours(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments = arguments.peekable();
    let mut out: Vec<OsString> = arguments.by_ref().take(2).collect();
    let command = out.get(1).and_then(|command| command.to_str()).unwrap_or_default().to_owned();
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            out.push(argument);
            out.extend(arguments);
            return out;
        }
        let following = &mut arguments;
        let said = argument.to_str().filter(|_| takes_theirs(&command));
        match said.and_then(|text| theirs::of(text, &mut || following.next())) {
            Some(Ours::Here(words)) => {
                out.extend(words);
                continue;
            }
            Some(Ours::First(words)) => {
                out.splice(2..2, words);
                continue;
            }
            None => {}
        }
        let letters =
            argument.to_str().and_then(|text| text.strip_prefix("-C")).filter(|text| !text.is_empty());
        match letters.and_then(|letters| replaced(&command, letters, &mut arguments)) {
            Some(replaced) => out.extend(replaced),
            None => out.push(argument),
        }
    }
    out
}

/// Our options for the letters behind one `-C`; `None` if one of them is not known.
fn replaced(
    command: &str,
    letters: &str,
    following: &mut impl Iterator<Item = OsString>,
) -> Option<Vec<OsString>> {
    let options: Option<Vec<_>> =
        letters.chars().filter(|c| !c.is_ascii_digit()).map(|letter| long(command, letter)).collect();
    let text = |letter: char| matches!(long(command, letter), Some((_, Takes::Text)));
    if options.is_none() && !letters.chars().next().is_some_and(text) {
        return None;
    }
    let mut out = Vec::new();
    let mut rest = letters;
    while let Some(letter) = rest.chars().next() {
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        let (option, takes) = long(command, letter)?;
        out.push(option.into());
        let (value, behind) = match takes {
            Takes::Nothing => continue,
            Takes::Number => {
                let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                rest.split_at(end)
            }
            Takes::Text => (rest, ""),
        };
        rest = behind;
        match value {
            "" => out.extend(following.next()),
            value => out.push(value.into()),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{instead, ours};
    use std::ffi::OsString;

    fn spelled(text: &str) -> String {
        let words = text.split(' ').map(OsString::from);
        let out: Vec<String> = ours(words).iter().map(|word| word.to_string_lossy().into_owned()).collect();
        out.join(" ")
    }

    #[test]
    fn advice_for_options_that_are_missing() {
        assert_eq!(instead("listen", "-C").as_deref(), Some("`mibc listen` has no options after -C"));
        assert!(instead("bulkwalk", "-C").is_some_and(|text| text.contains("has -CT -Cn -Cr -Cc -CE")));
        assert!(instead("walk", "-H").is_some_and(|text| text.contains("snmp.conf")));
        assert_eq!(instead("walk", "-q"), None);
        assert_eq!(instead("check", "-C"), None);
    }

    #[test]
    fn letters_behind_c() {
        assert_eq!(
            spelled("mibc getbulk -Cn1r20 h x"),
            "mibc getbulk --non-repeaters 1 --max-repetitions 20 h x"
        );
        assert_eq!(spelled("mibc getbulk -Cr 20 h x"), "mibc getbulk --max-repetitions 20 h x");
        assert_eq!(
            spelled("mibc bulkwalk -Cn0r5 h"),
            "mibc bulkwalk --non-repeaters 0 --max-repetitions 5 h"
        );
        assert_eq!(spelled("mibc set -Cq h"), "mibc set --quiet h");
        assert_eq!(spelled("mibc walk -Cc -Cpt h"), "mibc walk --any-order --count --time h");
        assert_eq!(spelled("mibc walk -Ci h"), "mibc walk --with-itself h");
        assert_eq!(spelled("mibc walk -CE 1.3 h"), "mibc walk --end 1.3 h");
        assert_eq!(spelled("mibc walk -CE1.3 h"), "mibc walk --end 1.3 h");
        assert_eq!(spelled("mibc table -Cbi -Cf , h t"), "mibc table --brief --index --separator , h t");
        assert_eq!(spelled("mibc table -Cw80 -CB h t"), "mibc table --width 80 --max-repetitions=1 h t");
        for same in
            ["mibc", "mibc walk", "mibc walk -Cz h", "mibc walk -C h", "mibc walk -- -Cc", "mibc set -Cc h"]
        {
            assert_eq!(spelled(same), same);
        }
        assert_eq!(spelled("mibc walk -CE"), "mibc walk --end");
        assert_eq!(spelled("mibc walk -Cé"), "mibc walk -Cé");
    }
}
