//! A program that runs beside a test, and whose log is read.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How long anything may take. A server that syncs its files waits for all that a build has just written.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// A program in a folder, which has its cache, too; nothing of the user's is around.
pub fn in_folder(program: &str, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).args(arguments).env_remove("MIBC_PATH").env_remove("JOURNAL_STREAM");
    command.env("XDG_CACHE_HOME", folder).stdin(Stdio::null());
    command
}

/// What a command prints that goes well.
pub fn said(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().expect("the program runs");
    assert!(status.success(), "{command:?}: {}", text(&stderr));
    text(&stdout)
}

/// Octets as text.
pub fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

/// A program that writes its log to standard error; ended when dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    lines: Receiver<String>,
}

impl Program {
    /// Starts it.
    pub fn start(command: &mut Command) -> Self {
        let mut child =
            command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let errors = BufReader::new(child.stderr.take().expect("its log"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            errors.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { child, lines }
    }

    /// The first line of the log from here on that has this in it.
    pub fn logs(&self, wanted: &str) -> String {
        let mut seen = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(wanted) => return line,
                Ok(line) => seen.push(line),
                Err(error) => panic!("no line of the log has `{wanted}`: {error}: {seen:#?}"),
            }
        }
    }

    /// What follows a text in the first line that has it, such as the address after `listening, address: `.
    pub fn logs_after(&self, wanted: &str) -> String {
        let line = self.logs(wanted);
        line.split_once(wanted).map(|(_, rest)| rest.trim().to_owned()).expect("the line has it")
    }

    /// The next line of the log.
    pub fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("another line of the log")
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, such as `-HUP`.
    pub fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(status.is_ok_and(|status| status.success()), "{signal}");
    }

    /// Waits until it has ended, and gives its exit status.
    pub fn status(&mut self) -> Option<i32> {
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
