//! Sockets of the Unix domain as entries of the file system.

use std::io;
use std::path::{Path, PathBuf};

/// The file of a bound socket, removed with it.
#[derive(Debug)]
pub(super) struct SocketFile(PathBuf);

impl SocketFile {
    /// Binds to a path. If a process ended without cleaning up, the socket that it left there is replaced: one where
    /// `is_alive` finds nobody.
    pub(super) fn bind<T>(
        path: &Path,
        bind: impl Fn() -> io::Result<T>,
        is_alive: impl Fn() -> io::Result<()>,
    ) -> io::Result<(T, Self)> {
        let bound = match bind() {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                match is_alive() {
                    Err(dead) if dead.kind() == io::ErrorKind::ConnectionRefused => {}
                    _ => return Err(error),
                }
                std::fs::remove_file(path)?;
                bind()?
            }
            other => other?,
        };
        Ok((bound, Self(path.to_owned())))
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Somebody may have removed it before, which is as good.
        let _ = std::fs::remove_file(&self.0);
    }
}
