//! Files and folders that a service writes: where they are, and whether they can be written.

use std::path::{Path, PathBuf};

/// The folder that their relative paths begin at: the one that the service manager has made for the service
/// (`StateDirectory=` of systemd.exec(5)), or else that of the configuration, which a service often may not write.
pub(crate) fn folder(of_configuration: &Path) -> PathBuf {
    state_folder(std::env::var_os("STATE_DIRECTORY")).unwrap_or_else(|| of_configuration.to_owned())
}

/// The first folder of the variable.
fn state_folder(variable: Option<std::ffi::OsString>) -> Option<PathBuf> {
    std::env::split_paths(&variable?).next().filter(|folder| folder.is_absolute())
}

/// Why a file cannot be written, as far as that can be told without writing it.
pub(crate) fn refused_file(file: &Path) -> Option<String> {
    if file.exists() {
        return writable(file).err().map(|why| format!("{} cannot be written: {why}", file.display()));
    }
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Some(format!(
            "{} cannot be written: there is no folder {}",
            file.display(),
            folder.display()
        ));
    }
    let why = writable(folder).err()?;
    Some(format!("{} cannot be written: the folder {}: {why}", file.display(), folder.display()))
}

/// Why a folder cannot be used, which is made where it is missing.
pub(crate) fn refused_folder(folder: &Path) -> Option<String> {
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or_else(|| Path::new("."));
    let why = if there.is_dir() { writable(there).err()? } else { "it is not a folder".to_owned() };
    if there == folder {
        return Some(format!("{} cannot be written: {why}", folder.display()));
    }
    Some(format!("{} cannot be made: {}: {why}", folder.display(), there.display()))
}

#[cfg(unix)]
fn writable(path: &Path) -> Result<(), String> {
    use nix::unistd::{AccessFlags, access};
    access(path, AccessFlags::W_OK).map_err(|error| error.desc().to_owned())
}

#[cfg(not(unix))]
fn writable(path: &Path) -> Result<(), String> {
    let about = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if about.is_file() && about.permissions().readonly() { Err("it is read-only".to_owned()) } else { Ok(()) }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_the_service_manager() {
        let of = |variable: &str| state_folder(Some(variable.into()));
        assert_eq!(of("/var/lib/a:/var/lib/b"), Some("/var/lib/a".into()));
        assert_eq!((of(""), of("relative"), state_folder(None)), (None, None, None));
    }

    #[test]
    fn what_cannot_be_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("file"), "").expect("a file");
        assert_eq!((refused_file(&at("file")), refused_file(&at("new"))), (None, None));
        assert_eq!((refused_folder(&at("a/b/c")), refused_folder(folder.path())), (None, None));
        let said = refused_file(&at("none/file")).expect("there is no folder");
        assert!(said.contains("there is no folder "), "{said}");
        let said = refused_folder(&at("file/below")).expect("a file is no place for a folder");
        assert!(said.ends_with("file: it is not a folder"), "{said}");
        // Root may write everything but what the system does not let anybody write.
        let said = refused_file(Path::new("/proc/version"));
        assert!(said.is_none_or(|said| said.starts_with("/proc/version cannot be written: ")));
        let said = refused_file(Path::new("/proc/new"));
        assert!(said.is_none_or(|said| said.starts_with("/proc/new cannot be written: the folder /proc: ")));
    }
}
