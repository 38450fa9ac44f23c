//! Options of net-snmp's tools whose arguments no parser of long options could tell apart, in our spelling: `-Lf FILE`,
//! `-Is SUFFIX`, `-Op .2`, `-3a SHA`, `-Y token=value` and every token of `snmp.conf` as a long option.

use super::tokens;
use std::ffi::OsString;
use std::path::Path;

/// What an argument becomes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ours {
    /// These words in its place.
    Here(Vec<OsString>),
    /// These words before all others: what is said of them on the command line itself counts more.
    First(Vec<OsString>),
}

/// The words for an argument, with the one behind it where it is needed; `None` if it stays as it is.
pub(super) fn of(argument: &str, next: &mut dyn FnMut() -> Option<OsString>) -> Option<Ours> {
    if let Some(long) = argument.strip_prefix("--") {
        let (token, value) = long.split_once('=')?;
        return tokens::options(token, value).map(Ours::First);
    }
    let mut letters = argument.strip_prefix('-')?.chars();
    let letter = letters.next()?;
    let rest = letters.as_str();
    match letter {
        'L' if !rest.is_empty() => Some(Ours::Here(logging(rest, next))),
        'I' => input(rest, next).map(Ours::Here),
        'O' => output(rest, next).map(Ours::Here),
        '3' if !rest.is_empty() => third(rest, next).map(Ours::Here),
        'Y' => {
            let line = if rest.is_empty() { next()?.to_str()?.to_owned() } else { rest.to_owned() };
            let (token, value) = line.split_once(['=', ' ']).unwrap_or((&line, ""));
            tokens::options(token, value.trim()).map(Ours::First)
        }
        _ => None,
    }
}

/// `-L`: a letter, and what belongs to it.
fn logging(rest: &str, next: &mut dyn FnMut() -> Option<OsString>) -> Vec<OsString> {
    let mut letters = rest.chars();
    let letter = letters.next().unwrap_or_default();
    let mut value = OsString::from(rest);
    let takes = match letter {
        'f' | 's' | 'E' | 'O' | 'N' => usize::from(letters.as_str().is_empty()),
        'F' | 'S' => 1 + usize::from(letters.as_str().is_empty()),
        _ => 0,
    };
    for _ in 0..takes {
        if let Some(word) = next() {
            value.push(" ");
            value.push(word);
        }
    }
    vec!["--log-to".into(), value]
}

/// `-I` with letters; with anything else it names a folder, and so do letters that name one.
fn input(rest: &str, next: &mut dyn FnMut() -> Option<OsString>) -> Option<Vec<OsString>> {
    if rest.is_empty() || Path::new(rest).exists() {
        return None;
    }
    let end = rest.find(['s', 'S']).unwrap_or(rest.len());
    let (plain, behind) = rest.split_at(end);
    if !plain.chars().all(|letter| "bhrRu".contains(letter)) {
        return None;
    }
    let mut out = Vec::new();
    if !plain.is_empty() {
        out.extend(["--input".into(), plain.into()]);
    }
    if let Some(letter) = behind.chars().next() {
        let text = behind.get(1..).unwrap_or_default();
        let value = if text.is_empty() { next()? } else { text.into() };
        out.extend([if letter == 's' { "--suffix" } else { "--prefix" }.into(), value]);
    }
    Some(out)
}

/// `-O` with a `p`, which takes the form of floating point numbers.
fn output(rest: &str, next: &mut dyn FnMut() -> Option<OsString>) -> Option<Vec<OsString>> {
    let (before, form) = rest.split_once('p')?;
    let mut out = Vec::new();
    if !before.is_empty() {
        out.extend(["-O".into(), before.into()]);
    }
    let form = if form.is_empty() { next()? } else { form.into() };
    out.extend(["--floats".into(), form]);
    Some(out)
}

/// `-3`: keys, and what other options say as well.
fn third(rest: &str, next: &mut dyn FnMut() -> Option<OsString>) -> Option<Vec<OsString>> {
    let mut letters = rest.chars();
    let option = match letters.next()? {
        'm' => "--auth-master-key".to_owned(),
        'M' => "--priv-master-key".to_owned(),
        'k' => "--auth-local-key".to_owned(),
        'K' => "--priv-local-key".to_owned(),
        letter @ ('a' | 'A' | 'x' | 'X' | 'u' | 'l' | 'n' | 'e' | 'E') => format!("-{letter}"),
        _ => return None,
    };
    let value = if letters.as_str().is_empty() { next()? } else { letters.as_str().into() };
    Some(vec![option.into(), value])
}

#[cfg(test)]
mod tests {
    use super::{Ours, of};
    use std::ffi::OsString;

    fn spelled(argument: &str, next: &str) -> Option<String> {
        let mut next = Some(OsString::from(next)).filter(|next| !next.is_empty());
        let text = |words: Vec<OsString>| {
            words.iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
        };
        match of(argument, &mut || next.take())? {
            Ours::Here(words) => Some(text(words)),
            Ours::First(words) => Some(format!("first: {}", text(words))),
        }
    }

    #[test]
    fn words() {
        for (argument, next, ours) in [
            ("-Ln", "x", "--log-to n"),
            ("-Lf", "a file", "--log-to f a file"),
            ("-Lffile", "x", "--log-to ffile"),
            ("-LE", "3", "--log-to E 3"),
            ("-IR", "x", "--input R"),
            ("-Irh", "x", "--input rh"),
            ("-Is", ".0", "--suffix .0"),
            ("-IrS", "IF-MIB::", "--input r --prefix IF-MIB::"),
            ("-Op", ".2", "--floats .2"),
            ("-Oqp.2", "x", "-O q --floats .2"),
            ("-3a", "SHA", "-a SHA"),
            ("-3k0x00", "x", "--auth-local-key 0x00"),
            ("--defVersion=2c", "x", "first: --snmp-version 2c"),
            ("-Y", "defversion=1", "first: --snmp-version 1"),
            ("-Yprintnumericoids=yes", "x", "first: -On"),
        ] {
            assert_eq!(spelled(argument, next).as_deref(), Some(ours), "{argument} {next}");
        }
        for same in [
            "-I",
            "-I.",
            "-Oq",
            "-O",
            "-L",
            "-3",
            "-3z",
            "--",
            "--count",
            "--nosuch=1",
            "-",
            "é",
            "-é",
            "",
            "-Iz",
        ] {
            assert_eq!(spelled(same, "x"), None, "{same}");
        }
        assert_eq!(spelled("-Is", ""), None, "nothing is behind it");
    }
}
