//! Outputs to what is on this host: files and programs. A program that is missing may be there when it is needed, so that is
//! only a doubt.

use super::Reading;
use super::output::Kind;
use super::raw::RawOutput;
use crate::written;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Spanned;

/// Processes of an output that run at a time, at most.
const MOST: usize = 64;

impl Reading<'_> {
    /// The file of an output; `None` for standard output.
    pub(super) fn file(&mut self, raw: &RawOutput) -> Option<PathBuf> {
        let told = raw.path.as_ref().filter(|path| path.as_ref().as_os_str() != "-")?;
        let path = written::folder(self.folder).join(told.as_ref());
        // A path that ends with a slash is one as well.
        if path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/") {
            let wrong = format!("`path` is the folder {}; expected a file", path.display());
            self.wrong(told.span(), wrong);
        }
        Some(path)
    }

    /// A process for all events, or one for each.
    pub(super) fn program(
        &mut self,
        span: &Range<usize>,
        raw: &RawOutput,
        timeout: Duration,
    ) -> Option<Kind> {
        let kind = raw.kind.as_ref();
        let command = raw.command.as_ref().map(|command| command.as_ref().clone()).unwrap_or_default();
        let Some(program) = command.first().filter(|program| !program.is_empty()) else {
            self.wrong(
                span.clone(),
                format!(
                    "an output of type {kind} needs `command`; expected a list of a program and its arguments"
                ),
            );
            return None;
        };
        if let Err(doubt) = find(program) {
            self.doubt(raw.command.as_ref().map_or(0..0, Spanned::span), format!("`command`: {doubt}"));
        }
        let confirm = raw.confirm.as_ref().is_some_and(|confirm| *confirm.as_ref());
        if kind == "exec" {
            return Some(Kind::Process { command, confirm, timeout });
        }
        let processes = raw.processes.as_ref().map_or(1, |processes| *processes.as_ref());
        if !(1..=MOST).contains(&processes) {
            let place = raw.processes.as_ref().map_or(0..0, Spanned::span);
            self.wrong(place, format!("`processes` is {processes}; expected 1 to {MOST}"));
        }
        Some(Kind::Script { command, processes, confirm, timeout })
    }
}

/// Whether there is a program, in the folders of `PATH` if it is only a name.
fn find(program: &str) -> Result<(), String> {
    if program.contains('/') || cfg!(not(unix)) {
        let path = Path::new(program);
        return match path.metadata() {
            Err(error) if cfg!(unix) => Err(format!("{program}: {error}")),
            Ok(about) if !about.is_file() => Err(format!("{program} is not a file")),
            Ok(about) if !is_executable(&about) => Err(format!("{program} is not executable")),
            _ => Ok(()),
        };
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&folders).any(|folder| {
        folder.join(program).metadata().is_ok_and(|about| about.is_file() && is_executable(&about))
    });
    if found { Ok(()) } else { Err(format!("there is no program `{program}` in the folders of PATH")) }
}

#[cfg(unix)]
fn is_executable(about: &std::fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &std::fs::Metadata) -> bool {
    true
}
