//! Where messages go: standard error, unless `-L` says otherwise.

mod syslog;

use super::Failure;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError};
use syslog::{Facility, Level};

/// A place for messages.
#[derive(Debug)]
enum Place {
    Error,
    Output,
    Nowhere,
    File(Mutex<File>),
    System(Facility),
}

/// What `-L` says, once that is read.
static PLACES: OnceLock<Vec<Place>> = OnceLock::new();

/// Sends messages where these say, each a letter as net-snmp's `-L` has them, with what belongs to it behind: `e`,
/// `o`, `n`, `f FILE`, `s FACILITY`, and `E`, `O`, `N`, `F`, `S` with priorities in front, which count for nothing here.
///
/// # Errors
/// Another letter, an unknown facility, and a file that cannot be written.
pub(crate) fn to(options: &[String]) -> Result<(), Failure> {
    let mut places = Vec::new();
    for option in options {
        let mut letters = option.chars();
        let letter = letters.next().unwrap_or_default();
        let rest = letters.as_str().trim_start();
        places.push(match letter {
            'e' | 'E' => Place::Error,
            'o' | 'O' => Place::Output,
            'n' | 'N' => Place::Nowhere,
            'f' | 'F' => {
                let file =
                    if letter == 'F' { rest.split_once(' ').map_or("", |(_, file)| file) } else { rest };
                if file.is_empty() {
                    return Err("-Lf takes the name of a file".into());
                }
                let opened = OpenOptions::new().create(true).append(true).open(file);
                Place::File(Mutex::new(
                    opened.map_err(|error| format!("-Lf: cannot write `{file}`: {error}"))?,
                ))
            }
            's' | 'S' => {
                let facility =
                    if letter == 'S' { rest.split_once(' ').map_or("", |(_, name)| name) } else { rest };
                Place::System(Facility::of(facility)?)
            }
            other => {
                return Err(format!(
                    "-L{other}: expected e (standard error), o (standard output), n (nowhere), f FILE or s FACILITY"
                )
                .into());
            }
        });
    }
    if !places.is_empty() {
        // Options are read once.
        let _ = PLACES.set(places);
    }
    Ok(())
}

/// Writes a message, which ends a line.
pub(crate) fn say(text: &str) {
    match PLACES.get() {
        Some(places) => write(places, &format!("{text}\n"), Level::Error),
        None => eprintln!("{text}"),
    }
}

/// Writes output of whole lines where messages go, for tools whose output is their log; gives false if no place is
/// named.
pub(crate) fn print(text: &str) -> bool {
    PLACES.get().map(|places| write(places, text, Level::Notice)).is_some()
}

fn write(places: &[Place], lines: &str, level: Level) {
    for place in places {
        // There is nobody to tell of a message that cannot be written.
        let _ = match place {
            Place::Error => std::io::stderr().write_all(lines.as_bytes()),
            Place::Output => std::io::stdout().write_all(lines.as_bytes()),
            Place::Nowhere => Ok(()),
            Place::File(file) => {
                file.lock().unwrap_or_else(PoisonError::into_inner).write_all(lines.as_bytes())
            }
            Place::System(facility) => syslog::send(*facility, level, lines)
                .or_else(|_| std::io::stderr().write_all(lines.as_bytes())),
        };
    }
}
