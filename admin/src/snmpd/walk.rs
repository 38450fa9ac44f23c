//! Reads files of net-snmp, line by line, with those that they include.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::files::{Files, MAX_FILE};
use super::line::{Section, word};
use super::sinks::Losses;
use super::{LeftOut, MAX_DEPTH, MAX_FILES, MAX_TOTAL};

/// Longest line, in octets.
const MAX_LINE: usize = 64 << 10;

/// Takes what lines say.
pub(crate) trait Directives {
    /// One directive, in small letters, and what stands behind it. What is lost of it, if it is taken otherwise.
    fn directive(&mut self, name: &str, rest: &str, here: &Here<'_>) -> Result<Losses, String>;
}

/// Where a directive stands.
pub(crate) struct Here<'h> {
    pub(crate) file: &'h Path,
    pub(crate) line: u32,
}

/// Files that are being read.
pub(crate) struct Walk<'r> {
    files: &'r dyn Files,
    /// The program whose files these are.
    program: &'static str,
    pub(crate) left_out: Vec<LeftOut>,
    /// A file that includes itself ends there.
    open: Vec<PathBuf>,
    read: usize,
    octets: u64,
}

impl<'r> Walk<'r> {
    /// Reads files in this order. Those that cannot be read are left out.
    pub(crate) fn read<P: AsRef<Path>>(
        paths: &[P],
        files: &'r dyn Files,
        program: &'static str,
        says: &mut dyn Directives,
    ) -> Vec<LeftOut> {
        let mut walk = Self { files, program, left_out: Vec::new(), open: Vec::new(), read: 0, octets: 0 };
        for path in paths {
            let path = path.as_ref();
            if let Err(reason) = walk.file(path, says) {
                let directive = String::new();
                walk.left_out.push(LeftOut { file: path.to_path_buf(), line: 0, directive, reason });
            }
        }
        walk.left_out
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Why it is not read.
    fn file(&mut self, path: &Path, says: &mut dyn Directives) -> Result<(), String> {
        if self.open.iter().any(|open| open == path) {
            return Err("the file includes itself".to_owned());
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("files include each other more than {MAX_DEPTH} deep"));
        }
        if self.read >= MAX_FILES {
            return Err(format!("there are more than {MAX_FILES} files"));
        }
        let octets = self.files.read(path)?;
        let length = octets.len() as u64;
        if length > MAX_FILE {
            return Err(format!("it is longer than {MAX_FILE} octets"));
        }
        self.octets += length;
        if self.octets > MAX_TOTAL {
            return Err(format!("all files together are longer than {MAX_TOTAL} octets"));
        }
        self.read += 1;
        self.open.push(path.to_path_buf());
        let mut section = Section::new(self.program);
        for (number, line) in octets.split(|octet| *octet == b'\n').enumerate() {
            let here = Here { file: path, line: u32::try_from(number + 1).unwrap_or(u32::MAX) };
            self.line(&here, line, &mut section, says);
        }
        self.open.pop();
        Ok(())
    }

    fn line(&mut self, here: &Here<'_>, line: &[u8], section: &mut Section, says: &mut dyn Directives) {
        if line.len() > MAX_LINE {
            return self.leave_out(here, "", format!("the line is longer than {MAX_LINE} octets"));
        }
        // Without the name of the directive: what is not text may be anything.
        let Ok(line) = std::str::from_utf8(line) else {
            return self.leave_out(here, "", "the line is not UTF-8".to_owned());
        };
        let directive = match section.directive(line) {
            Ok(Some(directive)) => directive,
            Ok(None) => return,
            Err(reason) => return self.leave_out(here, "[", reason),
        };
        if let Some(section) = directive.section {
            let reason = format!("it is for `{section}`, not for {}", self.program);
            return self.leave_out(here, &directive.name, reason);
        }
        if directive.rest.is_empty() {
            return self.leave_out(here, &directive.name, "there is nothing behind it".to_owned());
        }
        let result = match directive.name.to_ascii_lowercase().as_str() {
            "includefile" | "include" => self.include(directive.rest, here, says).map(|()| Losses::new()),
            "includedir" => self.include_folder(directive.rest, says),
            name => says.directive(name, directive.rest, here),
        };
        match result {
            Ok(losses) => losses.into_iter().for_each(|loss| self.leave_out(here, &directive.name, loss)),
            Err(reason) => self.leave_out(here, &directive.name, reason),
        }
    }

    fn leave_out(&mut self, here: &Here<'_>, directive: &str, reason: String) {
        let directive = directive.chars().take(64).collect();
        self.left_out.push(LeftOut { file: here.file.to_path_buf(), line: here.line, directive, reason });
    }

    fn include(&mut self, mut rest: &str, here: &Here<'_>, says: &mut dyn Directives) -> Result<(), String> {
        let name = word(&mut rest).ok_or("there is no file")?;
        let path = here.file.parent().unwrap_or(Path::new("")).join(name);
        self.file(&path, says).map_err(|reason| format!("`{}` is not read: {reason}", path.display()))
    }

    /// The files of a folder whose names end with `.conf`, sorted.
    fn include_folder(&mut self, mut rest: &str, says: &mut dyn Directives) -> Result<Losses, String> {
        let folder = PathBuf::from(word(&mut rest).ok_or("there is no folder")?);
        if !folder.has_root() {
            return Err("the folder has to be an absolute path".to_owned());
        }
        let found = self.files.list(&folder);
        let found = found.map_err(|reason| format!("`{}` is not read: {reason}", folder.display()))?;
        // Twice the same file says nothing more.
        let unique: HashSet<PathBuf> =
            found.into_iter().filter(|path| path.extension().is_some_and(|name| name == "conf")).collect();
        let mut paths: Vec<PathBuf> = unique.into_iter().collect();
        paths.sort();
        let mut losses = Losses::new();
        for path in paths {
            if let Err(reason) = self.file(&path, says) {
                losses.push(format!("`{}` is not read: {reason}", path.display()));
            }
        }
        Ok(losses)
    }
}
