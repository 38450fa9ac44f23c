//! Modules that are not there, as net-snmp's tools tell of them: each once, the first with the folders that were searched.

use super::log;
use mibc_compiler::query::Library;
use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The folders that modules were searched in, beside what is built in.
static FOLDERS: OnceLock<Vec<PathBuf>> = OnceLock::new();
/// Of which it has been told.
static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Modules were searched in these folders.
pub(crate) fn searched(folders: &[PathBuf]) {
    // The first library is that of the whole command.
    let _ = FOLDERS.set(folders.to_vec());
}

/// The lines about a module, each with its end; empty if they have been written.
pub(crate) fn lines(module: &str) -> String {
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    let first = told.is_empty();
    if !told.insert(module.to_owned()) {
        return String::new();
    }
    let folders = FOLDERS.get().map(Vec::as_slice).unwrap_or_default();
    text(module, first.then_some(folders))
}

/// Leaves out modules that are not there, and tells of them.
pub(crate) fn leave_out(modules: &mut Vec<String>, library: &Library) {
    modules.retain(|module| {
        let known = library.has_module(module);
        if !known {
            let lines = lines(module);
            if !lines.is_empty() {
                log::say(lines.trim_end());
            }
        }
        known
    });
}

fn text(module: &str, folders: Option<&[PathBuf]>) -> String {
    let path = folders.map_or_else(String::new, |folders| {
        let joined = env::join_paths(folders.iter().map(PathBuf::as_path).map(Path::as_os_str));
        format!("MIB search path: {}\n", joined.unwrap_or_default().display())
    });
    format!("{path}Cannot find module ({module}): At line 1 in (none)\n")
}

#[cfg(test)]
mod tests {
    use super::text;
    use std::path::PathBuf;

    #[test]
    fn folders_first() {
        let folders = ["/a", "/b"].map(PathBuf::from);
        let line = "Cannot find module (X-MIB): At line 1 in (none)\n";
        assert_eq!(text("X-MIB", Some(&folders[..1])), format!("MIB search path: /a\n{line}"));
        assert_eq!(text("X-MIB", Some(&[])), format!("MIB search path: \n{line}"));
        assert_eq!(text("X-MIB", None), line);
        assert!(text("X-MIB", Some(&folders)).starts_with("MIB search path: /a"), "both folders");
    }
}
