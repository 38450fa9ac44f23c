//! The options that net-snmp's tools have in common, and those behind `-C`.

use super::arguments::Arguments;
use super::{Stop, usage};
use crate::snmp::{is_protocol, is_token, tokens_text};
use crate::tool::Tool;
use std::ffi::OsString;
use std::process::ExitCode;

/// What a command line has said so far.
#[derive(Debug)]
pub(super) struct Said {
    /// Options of ours.
    pub(super) words: Vec<OsString>,
    /// The version of SNMP.
    pub(super) version: String,
}

impl Default for Said {
    fn default() -> Self {
        Self { words: Vec::new(), version: "3".to_owned() }
    }
}

/// The letters that take a value, apart from those that a tool has for itself.
const WITH_VALUE: &str = "YmMOIPDvrtcZeEnuloxXaApTs3LC-";

impl Said {
    /// What counts where nothing else is said.
    pub(super) fn defaults(&self, tool: Tool) -> Vec<String> {
        let words: &[&str] = match tool {
            Tool::Set => &["--force-access"],
            Tool::BulkWalk => &["--max-repetitions", "10"],
            _ => &[],
        };
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn push(&mut self, letter: char, value: &str) {
        self.words.push(format!("-{letter}").into());
        self.words.push(value.into());
    }

    pub(super) fn invalid(&self, tool: Tool, word: OsString) -> Stop {
        Stop::Wrong(format!("{}: `{}` is not text", tool.name(), word.to_string_lossy()))
    }
}

/// Takes in one option.
pub(super) fn option(tool: Tool, letter: char, from: &mut Arguments, said: &mut Said) -> Result<(), Stop> {
    let usage = |message: String| Err(Stop::Usage(message));
    let own = match tool {
        Tool::Translate => "VhwmMDPIOTLd-",
        _ => "YVhHmMOIPDdvrtcZeEnulxXaApTs3LC-",
    };
    if !own.contains(letter) {
        return usage(format!("{}: invalid option -- '{letter}'", tool.name()));
    }
    let takes = WITH_VALUE.contains(letter) || (tool == Tool::Translate && letter == 'w');
    let value = match takes.then(|| from.value()) {
        Some(None) => return usage(format!("{}: option requires an argument -- '{letter}'", tool.name())),
        Some(Some(value)) => value,
        None => String::new(),
    };
    match letter {
        'h' => {
            eprint!("{}", usage::text(tool));
            return Err(Stop::Told(usage::status(tool)));
        }
        'V' => return Err(version()),
        'H' => {
            eprint!("{}", tokens_text());
            return Err(Stop::Told(ExitCode::SUCCESS));
        }
        '-' => return long(tool, &value, said),
        'd' => said.words.push("-d".into()),
        'Y' => {
            let token = value.split(['=', ' ']).next().unwrap_or_default();
            match is_token(token) {
                true => said.push('Y', &value),
                false => eprintln!("Warning: Unknown token: {token}."),
            }
        }
        'v' => match value.to_ascii_lowercase().as_str() {
            version @ ("1" | "2c" | "3") => {
                version.clone_into(&mut said.version);
                said.push('v', version);
            }
            _ => return usage(format!("Invalid version specified after -v flag: {value}")),
        },
        'r' => match value.parse::<u32>() {
            Ok(_) => said.push('r', &value),
            Err(_) => return usage("Invalid number of retries after -r flag.".to_owned()),
        },
        't' => match value.parse::<f64>() {
            Ok(seconds) if seconds > 0.0 => said.push('t', &value),
            _ => return usage("Invalid timeout in seconds after -t flag.".to_owned()),
        },
        'l' => match value.to_ascii_lowercase().as_str() {
            "1" | "2" | "3" | "noauthnopriv" | "authnopriv" | "authpriv" | "noauth" | "auth" | "priv"
            | "nanp" | "anp" | "ap" => said.push('l', &value),
            _ => return usage(format!("Invalid security level specified after -3l flag: {value}")),
        },
        'a' if !is_protocol(true, &value) => {
            return usage(format!("Invalid authentication protocol specified after -3a flag: {value}"));
        }
        'x' if !is_protocol(false, &value) => {
            return usage(format!("Invalid privacy protocol specified after -3x flag: {value}"));
        }
        'p' => {
            return usage(
                "Warning: -p option is no longer used - specify the remote host as HOST:PORT".to_owned(),
            );
        }
        'T' if tool == Tool::Translate && value.contains(|letter| !"Bdpalostz".contains(letter)) => {
            let other = value.chars().find(|letter| !"Bdpalostz".contains(*letter)).unwrap_or_default();
            return usage(format!("Invalid -T<lostpad> character: {other}"));
        }
        'T' if tool != Tool::Translate && !value.contains('=') => {
            return usage("-T expects a NAME=VALUE pair.".to_owned());
        }
        // Without a certificate there is nothing that it could be about.
        'T' if tool != Tool::Translate => {
            return Err(Stop::Wrong(format!(
                "{}: Configuration data found but the transport can't be configured",
                tool.name()
            )));
        }
        // Taken, and without effect.
        's' => {}
        'Z' => {
            let clock = match value.contains(',') {
                true => Some(value),
                false => {
                    from.next().filter(|time| time.parse::<u32>().is_ok()).map(|t| format!("{value},{t}"))
                }
            };
            match clock {
                Some(clock) => said.push('Z', &clock),
                None => return usage("Need engine time after \"-Z engineBoot\".".to_owned()),
            }
        }
        'O' => output(tool, &value, from, said)?,
        'I' => input(&value, from, said)?,
        'L' => logging(&value, from, said)?,
        'P' => {
            if let Some(other) = value.chars().find(|letter| !"ucdewWR0".contains(*letter)) {
                return usage(format!("Unknown parsing option passed to -P: {other}."));
            }
        }
        '3' => {
            let mut letters = value.chars();
            let known = letters.next().is_some_and(|letter| "mMkKaAxXulneE".contains(letter));
            if !known {
                return usage(format!("Unknown SNMPv3 option passed to -3: {value}."));
            }
            said.words.push(format!("-3{value}").into());
            if letters.as_str().is_empty() {
                said.words.extend(from.next().map(OsString::from));
            }
        }
        'C' => application(tool, &value, from, said)?,
        // Contexts and engine IDs are nothing to the other versions.
        letter => said.push(letter, &value),
    }
    Ok(())
}

fn version() -> Stop {
    eprintln!("NET-SNMP version: 5.9 (mibc {} in its place)", env!("CARGO_PKG_VERSION"));
    Stop::Told(ExitCode::SUCCESS)
}

/// `--help`, `--version`, and tokens of snmp.conf.
fn long(tool: Tool, text: &str, said: &mut Said) -> Result<(), Stop> {
    match text {
        "help" => return Err(Stop::Usage(String::new())),
        "version" => return Err(version()),
        _ => {}
    }
    let (token, value) = text.split_once('=').unwrap_or((text, ""));
    if token.eq_ignore_ascii_case("defVersion") {
        value.clone_into(&mut said.version);
    }
    match is_token(token) {
        _ if tool == Tool::Translate => {}
        true => said.words.push(format!("--{token}={value}").into()),
        false => eprintln!("Warning: Unknown token: {token}."),
    }
    Ok(())
}

fn output(tool: Tool, value: &str, from: &mut Arguments, said: &mut Said) -> Result<(), Stop> {
    let (letters, form) = match value.split_once('p') {
        Some((letters, "")) => (letters, from.next()),
        Some((letters, form)) => (letters, Some(form.to_owned())),
        None => (value, None),
    };
    if let Some(other) = letters.chars().find(|letter| !"0abeEfnqQsStTuUvxX".contains(*letter)) {
        return Err(Stop::Usage(match tool {
            Tool::Translate => format!("Unknown OID option to -O: {other}."),
            _ => format!("Unknown output option passed to -O: {other}."),
        }));
    }
    if !letters.is_empty() {
        said.push('O', letters);
    }
    if let Some(form) = form {
        said.words.extend(["-Op".into(), form.into()]);
    }
    Ok(())
}

fn input(value: &str, from: &mut Arguments, said: &mut Said) -> Result<(), Stop> {
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            'b' | 'h' | 'r' | 'R' | 'u' => said.words.extend(["--input".into(), letter.to_string().into()]),
            's' | 'S' => {
                let rest = letters.as_str();
                let text = if rest.is_empty() { from.next() } else { Some(rest.to_owned()) };
                let option = if letter == 's' { "--suffix" } else { "--prefix" };
                said.words.extend([option.into(), text.unwrap_or_default().into()]);
                return Ok(());
            }
            other => return Err(Stop::Usage(format!("Unknown input option passed to -I: {other}."))),
        }
    }
    Ok(())
}

pub(super) fn logging(value: &str, from: &mut Arguments, said: &mut Said) -> Result<(), Stop> {
    let mut letters = value.chars();
    let letter = letters.next().unwrap_or_default();
    let missing = usize::from(letters.as_str().is_empty());
    let takes = match letter {
        'e' | 'o' | 'n' => 0,
        'f' | 's' | 'E' | 'O' | 'N' => missing,
        'F' | 'S' => 1 + missing,
        other => return Err(Stop::Usage(format!("Unknown logging option passed to -L: {other}."))),
    };
    let mut place = value.to_owned();
    for _ in 0..takes {
        place.push(' ');
        place.push_str(&from.next().unwrap_or_default());
    }
    said.words.extend(["--log-to".into(), place.into()]);
    Ok(())
}

/// What follows `-C`: letters, some of which take the text after them as a value.
fn application(tool: Tool, value: &str, from: &mut Arguments, said: &mut Said) -> Result<(), Stop> {
    let mut rest = value;
    while let Some(letter) = rest.chars().next() {
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        let option = match (tool, letter) {
            (Tool::Get | Tool::GetNext, 'f') => "--all-or-none",
            (Tool::Status | Tool::Delta, 'f') => continue,
            (Tool::Set, 'q') => "--quiet",
            (Tool::Walk | Tool::BulkWalk, 'p') => "--count",
            (Tool::Walk | Tool::BulkWalk, 'c') => "--any-order",
            (Tool::Walk | Tool::BulkWalk, 'i') => "--with-itself",
            (Tool::Walk, 'I') => "--only-below",
            (Tool::Walk, 't') => "--time",
            (Tool::Walk, 'T') => "--each-time",
            (Tool::Table, 'b') => "--brief",
            (Tool::Table, 'B') => "--max-repetitions=1",
            (Tool::Table, 'h') => "--headings-only",
            (Tool::Table, 'H') => "--no-headings",
            (Tool::Table, 'i') => "--index",
            (Tool::Table, 'l') => "--left",
            (Tool::Trap | Tool::Inform, 'i') => "--inform",
            (Tool::Usm, 'a') => "--auth-key",
            (Tool::Usm, 'x') => "--privacy-key",
            (Tool::Usm, 'k') => "--localized",
            (Tool::Usm, 'w') => "--wait",
            (Tool::Vacm, 'e') => "--excluded",
            (Tool::Df, 'u') => "--ucd",
            (Tool::Df, 'h') => "--binary",
            (Tool::Df, 'H') => "--decimal",
            (Tool::Delta, 'l') => "--to-files",
            (Tool::Delta, 'k') => "--seconds",
            (Tool::Delta, 'm') => "--max",
            (Tool::Delta, 'S') => "--sum",
            (Tool::Delta, 's') => "--timestamps",
            (Tool::Delta, 't') => "--agent-time",
            (Tool::Delta, 'T') => "--tabular",
            (Tool::Delta, 'F' | 'L' | 'p' | 'P' | 'v') => {
                let option = match letter {
                    'F' => "--names-from",
                    'L' => "--sum-name",
                    'p' => "--period",
                    'P' => "--peaks",
                    _ => "--per-request",
                };
                let text = if rest.is_empty() { from.next() } else { Some(rest.to_owned()) };
                said.words.extend([option.into(), text.unwrap_or_default().into()]);
                return Ok(());
            }
            (Tool::Walk, 'E') | (Tool::Table, 'f') | (Tool::Usm, 'E' | 'p') => {
                let text = if rest.is_empty() { from.next() } else { Some(rest.to_owned()) };
                let option = match (tool, letter) {
                    (Tool::Usm, 'E') => "--engine",
                    (Tool::Usm, _) => "--public",
                    (Tool::Walk, _) => "--end",
                    _ => "--separator",
                };
                said.words.extend([option.into(), text.unwrap_or_default().into()]);
                return Ok(());
            }
            (Tool::BulkGet | Tool::BulkWalk, 'n' | 'r') | (Tool::Table, 'c' | 'w' | 'r') => {
                let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                let (digits, behind) = rest.split_at(end);
                rest = behind;
                let number =
                    if digits.is_empty() { from.next().unwrap_or_default() } else { digits.to_owned() };
                if number.parse::<u32>().is_err() {
                    return Err(Stop::Usage(format!("Bad -C{letter} option: no number argument")));
                }
                let option = match letter {
                    'n' => "--non-repeaters",
                    'r' => "--max-repetitions",
                    'c' => "--column-width",
                    _ => "--width",
                };
                said.words.extend([option.into(), number.into()]);
                continue;
            }
            (Tool::Table, _) => return Err(Stop::Usage(format!("Bad option after -C: {letter}"))),
            _ => return Err(Stop::Wrong(format!("Unknown flag passed to -C: {letter}"))),
        };
        said.words.push(option.into());
    }
    Ok(())
}
