//! Programs: `pass`, `pass_persist`, `extend`.

use super::line::{word, words};
use super::state::State;
use crate::config::Names;

/// A program, as the TOML has it.
pub(super) enum Program {
    Pass { root: String, persistent: bool, priority: Option<u8>, command: Vec<String> },
    Extend { name: String, cache: Option<u32>, command: Vec<String> },
}

impl State {
    /// `pass [-p PRIORITY] OID PROGRAM ARGUMENT …`.
    pub(super) fn pass_line(
        &mut self,
        mut rest: &str,
        persistent: bool,
        names: &dyn Names,
    ) -> Result<(), String> {
        let mut first = word(&mut rest).ok_or("there is no OID")?;
        let mut priority = None;
        if first == "-p" {
            let number = word(&mut rest).and_then(|number| number.parse().ok()).filter(|number| *number > 0);
            priority = Some(number.ok_or("expected a priority of 1 to 255 behind -p")?);
            first = word(&mut rest).ok_or("there is no OID")?;
        }
        let root = crate::config::oid(&first, names)?.to_string();
        let command = command(rest)?;
        self.programs.push(Program::Pass { root, persistent, priority, command });
        Ok(())
    }

    /// `extend [-cacheTime SECONDS] NAME PROGRAM ARGUMENT …`.
    pub(super) fn extend_line(&mut self, mut rest: &str) -> Result<(), String> {
        let mut name = word(&mut rest).ok_or("there is no name")?;
        let mut cache = None;
        if name.eq_ignore_ascii_case("-cacheTime") {
            let seconds = word(&mut rest).and_then(|seconds| seconds.parse().ok());
            cache = Some(seconds.ok_or("expected seconds behind -cacheTime")?);
            name = word(&mut rest).ok_or("there is no name")?;
        }
        if name.starts_with('-') {
            return Err(format!("the option `{name}` of `extend` is not taken over"));
        }
        if name.starts_with('.') || name.parse::<mibc_runtime::oid::Oid>().is_ok() {
            return Err("output below an OID of its own is not taken over: leave the OID out".to_owned());
        }
        if self
            .programs
            .iter()
            .any(|known| matches!(known, Program::Extend { name: known, .. } if *known == name))
        {
            return Err(format!("`extend {name}` stands above already"));
        }
        let command = command(rest)?;
        self.programs.push(Program::Extend { name, cache, command });
        Ok(())
    }
}

fn command(rest: &str) -> Result<Vec<String>, String> {
    let words = words(rest);
    match words.first() {
        Some(program) if program.starts_with('/') => Ok(words),
        Some(_) => Err("the program is not written with its whole path".to_owned()),
        None => Err("there is no program".to_owned()),
    }
}
