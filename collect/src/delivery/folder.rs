//! A folder that belongs to one process.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// The file that is locked.
const LOCK: &str = "lock";

/// The same error, with the file or folder that it is about.
pub(super) fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// Keeps others out while it lives, and is gone with the process.
#[cfg(unix)]
pub(super) type Lock = nix::fcntl::Flock<File>;

/// Keeps others out while it lives, and is gone with the process.
#[cfg(not(unix))]
pub(super) type Lock = File;

/// Makes a folder where it is missing, and locks it.
///
/// # Errors
/// Another process has it, or it cannot be made.
#[cfg(unix)]
pub(super) fn lock(folder: &Path) -> io::Result<Lock> {
    use nix::fcntl::{Flock, FlockArg};
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| at(folder, &error))?;
    let lock = folder.join(LOCK);
    let file = only_for_owner(OpenOptions::new().write(true).create(true).truncate(false))
        .open(&lock)
        .map_err(|error| at(&lock, &error))?;
    match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
        Ok(lock) => Ok(lock),
        Err((_, nix::errno::Errno::EWOULDBLOCK)) => {
            let taken = format!("another process or output uses the folder {}", folder.display());
            Err(io::Error::new(io::ErrorKind::AddrInUse, taken))
        }
        Err((_, error)) => Err(error.into()),
    }
}

/// Makes a folder where it is missing, and locks it.
///
/// # Errors
/// Another process has it, or it cannot be made.
#[cfg(not(unix))]
pub(super) fn lock(folder: &Path) -> io::Result<Lock> {
    fs::create_dir_all(folder).map_err(|error| at(folder, &error))?;
    let mut options = OpenOptions::new();
    #[cfg(windows)]
    std::os::windows::fs::OpenOptionsExt::share_mode(&mut options, 0);
    options.write(true).create(true).truncate(false).open(folder.join(LOCK))
}

/// New files can be read by nobody else: records may be confidential.
pub(super) fn only_for_owner(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Waits until the names of a folder's files are on the disk.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
