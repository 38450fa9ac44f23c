//! `snmptrapd`: listens in the foreground, for whom its configuration names.

use super::arguments::Arguments;
use super::common::{self, Said};
use super::{Stop, usage};
use crate::tool::Tool;
use std::ffi::OsString;
use std::fs;
use std::process::ExitCode;

/// Most octets of a configuration.
const MAX_OCTETS: u64 = 1 << 20;

/// The words of `mibc listen` for the arguments of `snmptrapd`.
pub(super) fn words(words: Vec<OsString>) -> Result<Vec<OsString>, Stop> {
    let mut from = Arguments::new(words, false);
    let mut out: Vec<OsString> = vec!["mibc".into(), Tool::Trapd.verb().into()];
    let mut addresses = Vec::new();
    while let Some(letter) =
        from.option().map_err(|_| Stop::Wrong("snmptrapd: an argument is not text".into()))?
    {
        let takes = "cmMOLDFgpux-".contains(letter);
        let value = match takes.then(|| from.value()) {
            Some(None) => {
                return Err(Stop::Usage(format!("snmptrapd: option requires an argument -- '{letter}'")));
            }
            Some(Some(value)) => value,
            None => String::new(),
        };
        match letter {
            'h' => {
                eprint!("{}", usage::text(Tool::Trapd));
                return Err(Stop::Told(ExitCode::SUCCESS));
            }
            'v' => {
                eprintln!("NET-SNMP version: 5.9 (mibc {} in its place)", env!("CARGO_PKG_VERSION"));
                return Err(Stop::Told(ExitCode::SUCCESS));
            }
            '-' if value == "help" => {
                eprint!("{}", usage::text(Tool::Trapd));
                return Err(Stop::Told(ExitCode::SUCCESS));
            }
            'c' => {
                // Options count more.
                let mut words = Vec::new();
                configuration(&value, &mut words, &mut addresses)?;
                out.splice(2..2, words);
            }
            'm' | 'M' | 'O' => out.extend([format!("-{letter}").into(), value.into()]),
            'L' => {
                let mut said = Said::default();
                common::logging(&value, &mut from, &mut said)?;
                out.append(&mut said.words);
            }
            'F' => {
                for option in ["--format1", "--format2"] {
                    out.extend([option.into(), value.clone().into()]);
                }
            }
            'n' => out.push("--numeric-hosts".into()),
            // It stays in the foreground, with the rights it was started with.
            'f' | 'C' | 't' | 'a' | 'A' | 'X' | 'd' | 'D' | 'g' | 'p' | 'u' | 'x' | '-' => {}
            other => return Err(Stop::Usage(format!("snmptrapd: invalid option -- '{other}'"))),
        }
    }
    out.push("--".into());
    let operands = from.operands();
    out.extend(if operands.is_empty() { addresses } else { operands }.into_iter().map(OsString::from));
    Ok(out)
}

/// Whom a file in the form of `snmptrapd.conf` lets send, and where it says to listen.
fn configuration(file: &str, out: &mut Vec<OsString>, addresses: &mut Vec<String>) -> Result<(), Stop> {
    let wrong = |error: String| Stop::Wrong(format!("snmptrapd: {file}: {error}"));
    let about = fs::metadata(file).map_err(|error| wrong(error.to_string()))?;
    if about.len() > MAX_OCTETS {
        return Err(wrong(format!("longer than {MAX_OCTETS} octets")));
    }
    let text = fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
    for (number, line) in text.lines().enumerate() {
        let words = split(line);
        let mut rest = words.iter().map(String::as_str);
        let token = rest.next().unwrap_or_default().to_ascii_lowercase();
        match token.as_str() {
            "" => {}
            "authcommunity" => {
                // TYPES COMMUNITY [SOURCE [OID]]
                if let Some(community) = rest.nth(1) {
                    out.extend(["--also-community".into(), community.into()]);
                }
            }
            "disableauthorization" => {
                if rest.next().is_some_and(|word| ["yes", "true", "1"].contains(&word)) {
                    out.push("--any-community".into());
                }
            }
            "createuser" => {
                // [-e ENGINE] NAME [AUTH PASSPHRASE [PRIV [PASSPHRASE]]]
                let mut user: Vec<&str> = rest.collect();
                if user.first() == Some(&"-e") {
                    user.drain(..2.min(user.len()));
                }
                if !user.is_empty() {
                    out.extend(["--also-user".into(), user.join("\n").into()]);
                }
            }
            "snmptrapdaddr" => {
                addresses.extend(rest.next().iter().flat_map(|list| list.split(',')).map(str::to_owned))
            }
            // Users' permissions are not distinguished: notifications of every created user are accepted.
            "authuser" | "authgroup" | "authaccess" | "donotlogtraps" | "donotfork" | "pidfile"
            | "logoption" => {}
            "outputoption" => out.extend(rest.next().map(|letters| format!("-O{letters}").into())),
            "format1" | "format2" => {
                // The line as it stands.
                let format = line.trim().split_once(char::is_whitespace).map_or("", |(_, format)| format);
                out.extend([format!("--{token}").into(), format.trim_start().into()]);
            }
            other => eprintln!("{file}: line {}: Warning: Unknown token: {other}.", number + 1),
        }
    }
    Ok(())
}

/// The words of a line: quotes hold blanks together, `#` begins a comment.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '#') if word.is_none() => break,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn words_of_a_line() {
        assert_eq!(
            split("createUser \"the operator\" SHA '' # x"),
            ["createUser", "the operator", "SHA", ""]
        );
        assert!(split("  # a comment").is_empty() && split("").is_empty());
        assert_eq!(split("a#b \"open"), ["a#b", "open"]);
    }
}
