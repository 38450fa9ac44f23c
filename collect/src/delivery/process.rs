//! A process that is fed on its standard input.

use super::group::Group;
use super::record::Record;
use super::sink::{Failure, Sending, Sink};
use std::io;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// How long a process that is to end may take.
const ENDING: Duration = Duration::from_secs(5);

/// Octets of a line that a process confirms with.
const LINE: u64 = 4 << 10;

/// Which process, and how it is fed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProcessSettings {
    /// The program, and its arguments. A shell does not read them.
    pub command: Vec<String>,
    /// The process writes a line to its standard output for each that it has dealt with. Without this, a record counts
    /// as taken when it is in the pipe, and what the process has not read when it ends is lost.
    pub confirm: bool,
    /// How long it may take to read a batch, and to confirm it.
    pub timeout: Duration,
}

/// Feeds one process, which lives as long as the sink: each record is a line of its standard input. If it ends, another one
/// is started. Its standard error is that of this process.
#[derive(Debug)]
pub struct Process {
    settings: ProcessSettings,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Group,
    input: ChildStdin,
    output: Option<BufReader<ChildStdout>>,
}

impl ProcessSettings {
    /// This program with these arguments, which confirms nothing and may take 30 seconds for a batch.
    pub fn new(command: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let command = command.into_iter().map(Into::into).collect();
        Self { command, confirm: false, timeout: Duration::from_secs(30) }
    }
}

impl Process {
    /// Starts the process when there is something for it.
    pub fn new(settings: ProcessSettings) -> Self {
        Self { settings, running: None }
    }

    fn start(&self) -> io::Result<Running> {
        let none = || io::Error::new(io::ErrorKind::InvalidInput, "there is no command");
        let (program, arguments) = self.settings.command.split_first().ok_or_else(none)?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped());
        command.stdout(if self.settings.confirm { Stdio::piped() } else { Stdio::null() });
        let mut child = Group::start(&mut command)?;
        let input = child.0.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let output = child.0.stdout.take().map(BufReader::new);
        Ok(Running { child, input, output })
    }

    /// Gives how many were confirmed before the error.
    async fn feed(&mut self, batch: &[Record]) -> Result<(), (usize, String)> {
        let kept = self.running.take().and_then(|mut running| {
            let lives = matches!(running.child.0.try_wait(), Ok(None));
            lives.then_some(running)
        });
        let mut running = match kept {
            Some(running) => running,
            None => self.start().map_err(|error| (0, error.to_string()))?,
        };
        let mut text = Vec::new();
        for record in batch {
            text.extend_from_slice(&record.payload);
            text.push(b'\n');
        }
        let mut confirmed = 0;
        let Running { input, output, .. } = &mut running;
        let writing = async {
            input.write_all(&text).await?;
            input.flush().await
        };
        let result = match output {
            None => writing.await,
            // It may confirm before it has read all, and would wait for us otherwise.
            Some(output) => {
                let confirming = async {
                    for _ in batch {
                        let mut line = Vec::new();
                        let read = tokio::io::AsyncReadExt::take(&mut *output, LINE)
                            .read_until(b'\n', &mut line)
                            .await?;
                        if read == 0 {
                            return Err(io::Error::new(
                                io::ErrorKind::UnexpectedEof,
                                "it has closed its standard output",
                            ));
                        }
                        confirmed += 1;
                    }
                    Ok(())
                };
                tokio::try_join!(writing, confirming).map(|_| ())
            }
        };
        match result {
            Ok(()) => {
                self.running = Some(running);
                Ok(())
            }
            Err(error) => {
                let status = timeout(Duration::from_millis(100), running.child.0.wait()).await;
                let reason = match status {
                    Ok(Ok(status)) => format!("it has ended with {status}"),
                    _ => error.to_string(),
                };
                Err((confirmed, reason))
            }
        }
    }

    fn named(&self, reason: &str) -> String {
        format!("{}: {reason}", self.settings.command.first().map_or("", String::as_str))
    }
}

impl Sink for Process {
    fn send<'a>(&'a mut self, batch: &'a [Record]) -> Sending<'a> {
        Box::pin(async move {
            let limit = self.settings.timeout;
            match timeout(limit, self.feed(batch)).await {
                Ok(result) => {
                    result.map_err(|(taken, reason)| Failure::again(self.named(&reason)).taken(taken))
                }
                // The process went with the future.
                Err(_) => {
                    Err(Failure::again(self.named(&format!("it has not taken a batch within {limit:?}"))))
                }
            }
        })
    }

    fn close(&mut self) -> Sending<'_> {
        Box::pin(async move {
            let Some(Running { mut child, input, output }) = self.running.take() else { return Ok(()) };
            drop((input, output));
            match timeout(ENDING, child.0.wait()).await {
                Ok(_) => Ok(()),
                Err(_) => {
                    Err(Failure::again(self.named("it does not end when its standard input does: killed")))
                }
            }
        })
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::{Process, ProcessSettings, Sink};
    use crate::delivery::Record;
    use std::path::Path;
    use std::time::Duration;

    #[tokio::test]
    async fn what_a_command_has_started_ends_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("number");
        let script = format!("sleep 1000 & echo $! > {}; wait", file.display());
        let mut settings = ProcessSettings::new(["sh", "-c", &script]);
        settings.confirm = true;
        settings.timeout = Duration::from_secs(2);
        let mut process = Process::new(settings);
        let failure = process.send(&[Record::new("x")]).await.expect_err("nothing is confirmed");
        assert!(failure.reason.contains("has not taken a batch"), "{}", failure.reason);
        let child = std::fs::read_to_string(&file).expect("it was started");
        let state = Path::new("/proc").join(child.trim()).join("stat");
        let lives = || std::fs::read_to_string(&state).is_ok_and(|stat| !stat.contains(") Z "));
        for _ in 0..100 {
            if !lives() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("what the command has started lives on");
    }
}
