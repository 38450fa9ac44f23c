//! Secrets in files of their own.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

/// Most octets of such a file.
const MAX_FILE: u64 = 4_096;

/// The first line of a file that only its owner and its group can read.
///
/// # Errors
/// It cannot be read, others can read it, or there is nothing in it.
pub(super) fn first_line(path: &Path) -> Result<Zeroizing<String>, String> {
    let fail = |what: &dyn std::fmt::Display| format!("`{}` {what}", path.display());
    let file = File::open(path).map_err(|error| fail(&format_args!("cannot be read: {error}")))?;
    let about = file.metadata().map_err(|error| fail(&format_args!("cannot be read: {error}")))?;
    if !about.is_file() {
        return Err(fail(&"is not a file"));
    }
    if let Some(mode) = open_mode(&about) {
        return Err(fail(&format_args!(
            "has mode {mode:03o}: others than its owner can read or write it (chmod 600)"
        )));
    }
    let mut text = Zeroizing::new(String::new());
    let read = file.take(MAX_FILE).read_to_string(&mut text);
    read.map_err(|error| fail(&format_args!("cannot be read: {error}")))?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() { Err(fail(&"has an empty first line")) } else { Ok(Zeroizing::new(line.to_owned())) }
}

/// The mode of a file that others may read or anybody but its owner may write.
#[cfg(unix)]
pub(super) fn open_mode(about: &std::fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let mode = about.mode() & 0o777;
    (mode & 0o027 != 0).then_some(mode)
}

/// Other systems do not have modes.
#[cfg(not(unix))]
pub(super) fn open_mode(_: &std::fs::Metadata) -> Option<u32> {
    None
}
