//! A program that is started for each record.

use super::group::Group;
use super::record::Record;
use super::sink::{Failure, Sending, Sink};
use bytes::Bytes;
use std::collections::HashSet;
use std::io;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Which program, and how it is started.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ScriptSettings {
    /// The program, and its arguments. A shell does not read them.
    pub command: Vec<String>,
    /// How many run at a time. With one, they run in the order of the records.
    pub processes: usize,
    /// A record is only taken when its process has ended with status 0; it is tried again otherwise. Without this it is taken
    /// when its process has ended.
    pub confirm: bool,
    /// How long a process may take. Then it is killed, with those that it has started.
    pub timeout: Duration,
}

/// Starts a program for each record, which reads the record on its standard input, up to the end of it. Its standard error is
/// that of this process.
///
/// [`Process`](super::Process) costs less: there one process reads all records.
#[derive(Debug)]
pub struct Script {
    settings: Arc<ScriptSettings>,
    /// Whether the last process has ended badly.
    failing: bool,
    /// Records whose processes have ended well beside one that is tried again: theirs are not.
    done: HashSet<String>,
}

/// What has become of a process.
enum End {
    Well,
    Badly(String),
    NotStarted(String),
}

impl ScriptSettings {
    /// This program with these arguments, one after the other, each for 30 seconds at most.
    pub fn new(command: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let command = command.into_iter().map(Into::into).collect();
        Self { command, processes: 1, confirm: false, timeout: Duration::from_secs(30) }
    }

    async fn run(&self, record: Bytes) -> End {
        let none = || io::Error::new(io::ErrorKind::InvalidInput, "there is no command");
        let started = self.command.split_first().ok_or_else(none).and_then(|(program, arguments)| {
            let mut command = Command::new(program);
            Group::start(command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()))
        });
        let mut process = match started {
            Ok(process) => process,
            Err(error) => return End::NotStarted(error.to_string()),
        };
        let input = process.0.stdin.take();
        let feeding = async {
            if let Some(mut input) = input {
                // It may end, or close its standard input, without having read all.
                let _ = input.write_all(&record).await;
            }
        };
        let ending = async {
            let mut waiting = pin!(process.0.wait());
            tokio::select! {
                status = &mut waiting => return status,
                () = feeding => {}
            }
            waiting.await
        };
        match timeout(self.timeout, ending).await {
            Ok(Ok(status)) if ExitStatus::success(&status) => End::Well,
            Ok(Ok(status)) => End::Badly(format!("it has ended with {status}")),
            Ok(Err(error)) => End::Badly(error.to_string()),
            Err(_) => End::Badly(format!("it has not ended within {:?}: killed", self.timeout)),
        }
    }
}

impl Script {
    /// Nothing is started before there is something for it.
    pub fn new(settings: ScriptSettings) -> Self {
        Self { settings: Arc::new(settings), failing: false, done: HashSet::new() }
    }

    /// Runs a process for each of these records, all at a time; gives what has become of them, in order.
    async fn run(&self, records: &[Record]) -> Vec<End> {
        let mut running = JoinSet::new();
        let wanted = |(_, record): &(usize, &Record)| !self.done.contains(&record.id);
        for (place, record) in records.iter().enumerate().filter(wanted) {
            let (settings, payload) = (Arc::clone(&self.settings), record.payload.clone());
            running.spawn(async move { (place, settings.run(payload).await) });
        }
        let ended = |record: &Record| match self.done.contains(&record.id) {
            true => End::Well,
            false => End::Badly("its end is not known".to_owned()),
        };
        let mut ends: Vec<End> = records.iter().map(ended).collect();
        while let Some(ended) = running.join_next().await {
            if let Ok((place, end)) = ended
                && let Some(known) = ends.get_mut(place)
            {
                *known = end;
            }
        }
        ends
    }

    /// The failure of a record, if it is to be tried again.
    fn failure(&mut self, end: End) -> Option<Failure> {
        let name = self.settings.command.first().map_or("", String::as_str);
        let (reason, again) = match end {
            End::Well => {
                self.failing = false;
                return None;
            }
            End::NotStarted(reason) => (format!("{name}: {reason}"), true),
            End::Badly(reason) => (format!("{name}: {reason}"), self.settings.confirm),
        };
        if again {
            return Some(Failure::again(reason));
        }
        if std::mem::replace(&mut self.failing, true) {
            tracing::debug!(target: mibc_runtime::logs::DELIVERY, %reason, "a script fails again");
        } else {
            tracing::warn!(target: mibc_runtime::logs::DELIVERY, %reason, "a script fails: its record counts as taken");
        }
        None
    }
}

impl Sink for Script {
    fn send<'a>(&'a mut self, batch: &'a [Record]) -> Sending<'a> {
        Box::pin(async move {
            let mut taken = 0;
            for records in batch.chunks(self.settings.processes.max(1)) {
                let mut ends = records.iter().zip(self.run(records).await);
                while let Some((_, end)) = ends.next() {
                    if let Some(failure) = self.failure(end) {
                        let well =
                            ends.filter(|(record, end)| matches!(end, End::Well) && !record.id.is_empty());
                        self.done = well.map(|(record, _)| record.id.clone()).collect();
                        return Err(failure.taken(taken));
                    }
                    taken += 1;
                }
                self.done.clear();
            }
            Ok(())
        })
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::{Record, Script, ScriptSettings, Sink};
    use crate::delivery::Kind;
    use std::time::Duration;

    fn script(text: &str) -> ScriptSettings {
        ScriptSettings::new(["sh", "-c", text])
    }

    /// One process for each, which reads to the end, in order; what it says about itself counts only if it is to confirm.
    #[tokio::test]
    async fn a_process_for_each_record() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("out");
        let text = format!("{{ cat; echo end; }} >> {}; exit 3", file.display());
        let batch = ["one\n", "two\nlines\n"].map(Record::new);
        Script::new(script(&text)).send(&batch).await.expect("it is taken whatever its status");
        assert_eq!(std::fs::read_to_string(&file).expect("a file"), "one\nend\ntwo\nlines\nend\n");
        let mut settings = script("read line; test \"$line\" = one");
        settings.confirm = true;
        let failure = Script::new(settings).send(&batch).await.expect_err("the second is not confirmed");
        assert_eq!((failure.taken, failure.kind), (1, Kind::Again(None)));
        assert!(failure.reason.contains("exit status: 1"), "{}", failure.reason);
    }

    /// What does not read, what does not end, what is not there.
    #[tokio::test]
    async fn bad_programs() {
        let large = Record::new(vec![b'x'; 1 << 20]);
        let mut settings = script("exit 0");
        settings.confirm = true;
        Script::new(settings).send(&[large]).await.expect("it has ended well, whatever it has read");
        let mut settings = script("sleep 1000");
        (settings.confirm, settings.timeout) = (true, Duration::from_millis(100));
        let failure = Script::new(settings).send(&[Record::new("x")]).await.expect_err("it does not end");
        assert!(failure.reason.contains("killed"), "{}", failure.reason);
        let missing = ScriptSettings::new(["/nonexistent/script"]);
        let failure = Script::new(missing).send(&[Record::new("x")]).await.expect_err("it is not there");
        assert!(failure.reason.contains("/nonexistent/script"), "{}", failure.reason);
    }

    /// One that is tried again has no others run again that have ended well beside it.
    #[tokio::test]
    async fn what_has_ended_well_does_not_run_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().display();
        let text = format!("read line; echo $line >> {path}/out; test $line != 1 -o -e {path}/good");
        let mut settings = script(&text);
        (settings.processes, settings.confirm) = (3, true);
        let batch = ["1", "2", "3", "4"].map(|text| Record { id: text.to_owned(), ..Record::new(text) });
        let mut script = Script::new(settings);
        for _ in 0..2 {
            assert_eq!(script.send(&batch).await.expect_err("the first fails").taken, 0);
        }
        std::fs::write(folder.path().join("good"), "").expect("a file");
        script.send(&batch).await.expect("all of them");
        let out = std::fs::read_to_string(folder.path().join("out")).expect("a file");
        let mut lines: Vec<&str> = out.lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, ["1", "1", "1", "2", "3", "4"]);
    }

    /// As many at a time as are allowed: each waits for the others, so fewer would not end.
    #[tokio::test]
    async fn several_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().display();
        let text = format!("touch {path}/$$; until [ $(ls {path} | wc -l) -ge 3 ]; do sleep 0.01; done");
        let mut settings = script(&text);
        (settings.processes, settings.confirm) = (3, true);
        let batch = ["1", "2", "3"].map(Record::new);
        Script::new(settings).send(&batch).await.expect("all three run");
    }
}
