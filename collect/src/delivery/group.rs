//! Processes that end together.

use std::io;
use tokio::process::{Child, Command};

/// A process and those that it has started, which end with it.
#[derive(Debug)]
pub(super) struct Group(pub(super) Child);

impl Group {
    /// Starts a process.
    pub(super) fn start(command: &mut Command) -> io::Result<Self> {
        #[cfg(unix)]
        command.process_group(0);
        command.kill_on_drop(true).spawn().map(Self)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Its number is not given to others before its end has been waited for, and then there is none here.
        #[cfg(unix)]
        if let Some(group) = self.0.id().and_then(|id| i32::try_from(id).ok()) {
            // It may have ended just now.
            let _ = nix::sys::signal::killpg(
                nix::unistd::Pid::from_raw(group),
                nix::sys::signal::Signal::SIGKILL,
            );
        }
    }
}
