//! Where messages go: standard error, unless `-L` says otherwise.

use super::Failure;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError};

/// A place for messages.
#[derive(Debug)]
enum Place {
    Error,
    Output,
    Nowhere,
    File(Mutex<File>),
}

/// What `-L` says, once that is read.
static PLACES: OnceLock<Vec<Place>> = OnceLock::new();

/// Sends messages where these say, each a letter as net-snmp's `-L` has them, with what belongs to it behind: `e`,
/// `o`, `n`, `f FILE`, and `E`, `O`, `N`, `F` with priorities in front, which count for nothing here.
///
/// # Errors
/// Another letter, and a file that cannot be written.
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
                return Err(
                    "-Ls: messages do not go to syslog; the shell can send them there: `2>&1 | logger`"
                        .into(),
                );
            }
            other => {
                return Err(format!(
                    "-L{other}: expected e (standard error), o (standard output), n (nowhere) or f FILE"
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
    let Some(places) = PLACES.get() else {
        eprintln!("{text}");
        return;
    };
    for place in places {
        // There is nobody to tell of a message that cannot be written.
        let _ = match place {
            Place::Error => writeln!(std::io::stderr(), "{text}"),
            Place::Output => writeln!(std::io::stdout(), "{text}"),
            Place::Nowhere => Ok(()),
            Place::File(file) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                writeln!(file, "{text}")
            }
        };
    }
}
