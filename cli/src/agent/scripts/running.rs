//! A script that runs, with all that it has started.

use std::io;
use std::process::ExitStatus;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// The process of a script. If it is dropped before it has ended, the whole group of the process is killed: a script in
/// vain leaves nothing behind. What a script leaves running when it ends by itself stays.
pub(super) struct Running(Child);

impl Running {
    /// Starts a [command](super::command).
    ///
    /// # Errors
    /// The system's.
    pub(super) fn start(command: &mut Command) -> io::Result<Self> {
        command.spawn().map(Self)
    }

    pub(super) fn stdin(&mut self) -> Option<ChildStdin> {
        self.0.stdin.take()
    }

    pub(super) fn stdout(&mut self) -> Option<ChildStdout> {
        self.0.stdout.take()
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// The system's.
    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.0.wait().await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Its number is not given to others before its end has been waited for, and then there is none here.
        #[cfg(unix)]
        if let Some(group) = self.0.id().and_then(|id| i32::try_from(id).ok()) {
            let group = nix::unistd::Pid::from_raw(group);
            if let Err(error) = nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGKILL) {
                tracing::debug!(target: mibc_runtime::logs::COMMAND, %error, "a script cannot be killed");
            }
        }
    }
}
