//! Where the path of `persistence` begins.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A relative path begins at the folder that the service manager has made for the service (`StateDirectory=` of
/// systemd.exec(5), which the variable has), or else at that of the configuration, which a service often may not write.
/// What is beside the configuration already stays in use: an engine must not forget its boots.
pub(super) fn place(path: &str, folder_of_configuration: &Path, variable: Option<OsString>) -> PathBuf {
    let beside = folder_of_configuration.join(path);
    let state = variable.and_then(|folders| std::env::split_paths(&folders).next());
    match state.filter(|state| state.is_absolute() && !beside.exists()) {
        Some(state) => state.join(path),
        None => beside,
    }
}

#[cfg(test)]
mod tests {
    use super::place;
    use std::path::Path;

    #[cfg(unix)]
    #[test]
    fn places() {
        let folder = tempfile::tempdir().expect("a folder");
        let of = |path: &str, variable: Option<&str>| place(path, folder.path(), variable.map(Into::into));
        let beside = folder.path().join("store");
        assert_eq!(of("store", None), beside);
        assert_eq!(of("store", Some("/var/lib/a:/var/lib/b")), Path::new("/var/lib/a/store"));
        assert_eq!([of("store", Some("")), of("store", Some("relative"))], [beside.clone(), beside.clone()]);
        assert_eq!(of("/var/lib/mibc", Some("/var/lib/a")), Path::new("/var/lib/mibc"));
        std::fs::create_dir(&beside).expect("a folder");
        assert_eq!(of("store", Some("/var/lib/a")), beside, "it is in use");
    }
}
