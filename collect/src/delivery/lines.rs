//! Lines of a file, or of standard output.

use super::record::Record;
use super::sink::{Failure, Sending, Sink};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::spawn_blocking;

/// Writes each record as a line.
///
/// A line of a file counts as taken when the system has it: it survives the end of this process, and with
/// [`synced`](Self::synced) a loss of power as well. If writing fails half-way, the half is removed.
#[derive(Debug)]
pub struct Lines {
    place: Place,
    sync: bool,
    file: Option<File>,
    reopened: Option<watch::Receiver<()>>,
}

#[derive(Clone, Debug)]
enum Place {
    Output,
    File(Arc<Path>),
}

/// Has files opened anew, for programs that rename them. Clones are the same.
#[derive(Clone, Debug)]
pub struct Reopen(watch::Sender<()>);

impl Default for Reopen {
    fn default() -> Self {
        Self(watch::channel(()).0)
    }
}

impl Reopen {
    /// One that is used by nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Files are opened anew when the next record is written.
    pub fn now(&self) {
        self.0.send_replace(());
    }
}

impl Lines {
    /// Lines of standard output.
    pub fn output() -> Self {
        Self { place: Place::Output, sync: false, file: None, reopened: None }
    }

    /// Lines at the end of a file, which is made where it is missing.
    pub fn file(path: impl Into<PathBuf>, reopen: &Reopen) -> Self {
        let place = Place::File(path.into().into());
        Self { place, sync: false, file: None, reopened: Some(reopen.0.subscribe()) }
    }

    /// Waits for the disk as well.
    #[must_use]
    pub fn synced(mut self, sync: bool) -> Self {
        self.sync = sync;
        self
    }
}

impl Sink for Lines {
    fn send<'a>(&'a mut self, batch: &'a [Record]) -> Sending<'a> {
        Box::pin(async move {
            let mut text = Vec::with_capacity(batch.iter().map(|record| record.payload.len() + 1).sum());
            for record in batch {
                text.extend_from_slice(&record.payload);
                text.push(b'\n');
            }
            if let Some(reopened) = &mut self.reopened
                && reopened.has_changed().unwrap_or(false)
            {
                reopened.mark_unchanged();
                self.file = None;
            }
            let (place, sync, file) = (self.place.clone(), self.sync, self.file.take());
            let written = spawn_blocking(move || match &place {
                Place::Output => {
                    output(&text).map(|()| None).map_err(|error| format!("standard output: {error}"))
                }
                Place::File(path) => append(path, file, &text, sync)
                    .map(Some)
                    .map_err(|error| format!("{}: {error}", path.display())),
            });
            match written.await {
                Ok(Ok(file)) => {
                    self.file = file;
                    Ok(())
                }
                Ok(Err(reason)) => Err(Failure::again(reason)),
                Err(error) => Err(Failure::again(error.to_string())),
            }
        })
    }
}

fn output(text: &[u8]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text)?;
    output.flush()
}

/// Adds text to a file, all or nothing.
fn append(path: &Path, file: Option<File>, text: &[u8], sync: bool) -> io::Result<File> {
    let mut file = match file {
        Some(file) => file,
        None => open(path)?,
    };
    // Only of files, not of devices and pipes.
    let before = file.metadata().ok().filter(|about| about.is_file()).map(|about| about.len());
    let written = file.write_all(text).and_then(|()| if sync { file.sync_data() } else { Ok(()) });
    if let Err(error) = written {
        if let Some(before) = before {
            file.set_len(before)?;
        }
        return Err(error);
    }
    Ok(file)
}

/// Opens a file. If its last line has no end, which is what a process leaves that was killed, it gets one.
fn open(path: &Path) -> io::Result<File> {
    let mut file = OpenOptions::new().append(true).create(true).read(true).open(path).or_else(|error| {
        // Pipes and devices may not be readable.
        OpenOptions::new().append(true).open(path).map_err(|_| error)
    })?;
    if file.metadata()?.is_file() && file.seek(SeekFrom::End(0))? > 0 {
        file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::{Lines, Reopen};
    use crate::delivery::{Record, Sink};
    use std::fs;

    async fn send(lines: &mut Lines, texts: &[&str]) {
        let records: Vec<Record> = texts.iter().map(|text| Record::new(text.to_string())).collect();
        lines.send(&records).await.expect("they are written");
    }

    #[tokio::test]
    async fn files_are_opened_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, old) = (folder.path().join("traps.json"), folder.path().join("traps.json.1"));
        let reopen = Reopen::new();
        let mut lines = Lines::file(&path, &reopen).synced(true);
        send(&mut lines, &["1", "2"]).await;
        fs::rename(&path, &old).expect("it is renamed");
        send(&mut lines, &["3"]).await;
        reopen.now();
        send(&mut lines, &["4"]).await;
        assert_eq!(fs::read_to_string(&old).expect("a file"), "1\n2\n3\n");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "4\n");
    }

    #[tokio::test]
    async fn half_a_line_stays_one_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("traps.json");
        fs::write(&path, "1\n{\"hal").expect("it is written");
        send(&mut Lines::file(&path, &Reopen::new()), &["2"]).await;
        assert_eq!(fs::read_to_string(&path).expect("a file"), "1\n{\"hal\n2\n");
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("missing").join("traps.json");
        let failure =
            Lines::file(&path, &Reopen::new()).send(&[Record::new("1")]).await.expect_err("no folder");
        assert!(failure.reason.contains("traps.json"), "{failure}");
    }
}
