//! A queue in files: a thread that has the log, and writes what has come meanwhile at a time.

use super::completion::Completion;
use super::figures::{Figures, Loss};
use super::gate::Gate;
use super::log::Log;
use super::record::Record;
use super::settings::Batch;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, oneshot};

/// Most records and octets that are written at a time.
const TOGETHER: Batch = Batch { records: 8_192, octets: 4 << 20, linger: Duration::ZERO };

/// How long the disk is left in peace after it has refused something.
const PAUSE: Duration = Duration::from_millis(200);

/// How often a disk that refuses records is said to.
const SOMETIMES: Duration = Duration::from_secs(10);

/// The thread, as others see it. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Disk {
    commands: Sender<Command>,
}

enum Command {
    Add(Record, Option<Completion>),
    Read(Batch, oneshot::Sender<io::Result<Vec<Record>>>),
    /// What was read last is done: so many records and octets leave.
    Done(usize, usize, oneshot::Sender<()>),
    /// Drops so many of the oldest; says how many there were.
    Skip(usize, oneshot::Sender<usize>),
    /// Says how many were not read, once all that came before is written.
    Left(oneshot::Sender<usize>),
    /// The thread ends. Others can have the folder when it has said so.
    End(oneshot::Sender<()>),
}

/// What the thread has.
struct Work {
    log: Log,
    commands: Receiver<Command>,
    gate: Arc<Gate>,
    figures: Arc<Figures>,
    /// Told when there is something to read.
    ready: Arc<Notify>,
    /// When the disk was last said to refuse records.
    said: Option<Instant>,
}

impl Disk {
    /// Opens a folder. Gives what waits there as well: records, and their octets.
    pub(super) fn open(folder: &Path, sync: bool) -> io::Result<(Log, (usize, usize))> {
        let log = Log::open(folder, sync)?;
        let unread = log.unread();
        Ok((log, unread))
    }

    /// Starts the thread.
    pub(super) fn start(
        log: Log,
        gate: Arc<Gate>,
        figures: Arc<Figures>,
        ready: Arc<Notify>,
    ) -> io::Result<Self> {
        for file in &log.damage().files {
            tracing::error!(target: mibc_runtime::logs::DELIVERY, output = %figures.name, file = %file.display(), "a file of a queue is damaged: a part of it cannot be read");
        }
        if log.damage().places > 0 {
            figures.lost(Loss::Disk, log.damage().places);
        }
        let (sender, commands) = channel();
        let work = Work { log, commands, gate, figures, ready, said: None };
        thread::Builder::new().name("queue".to_owned()).spawn(move || work.run())?;
        Ok(Self { commands: sender })
    }

    /// Adds a record.
    pub(super) fn add(&self, record: Record, completion: Option<Completion>) {
        // Without a thread nothing is written, and the completion says so.
        let _ = self.commands.send(Command::Add(record, completion));
    }

    pub(super) async fn read(&self, batch: &Batch) -> io::Result<Vec<Record>> {
        self.ask(|reply| Command::Read(*batch, reply)).await?
    }

    pub(super) async fn done(&self, records: usize, octets: usize) {
        // If it is not remembered, the records come again.
        let _ = self.ask(|reply| Command::Done(records, octets, reply)).await;
    }

    pub(super) async fn drop_oldest(&self, records: usize) -> usize {
        self.ask(|reply| Command::Skip(records, reply)).await.unwrap_or(0)
    }

    pub(super) async fn left(&self) -> usize {
        self.ask(Command::Left).await.unwrap_or(0)
    }

    /// Ends the thread, once all that came before is written.
    pub(super) async fn end(&self) {
        let _ = self.ask(Command::End).await;
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> io::Result<T> {
        let gone = || io::Error::other("the queue's thread has ended");
        let (reply, answer) = oneshot::channel();
        self.commands.send(command(reply)).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())
    }
}

impl Work {
    fn run(mut self) {
        while let Ok(first) = self.commands.recv() {
            let mut adding = Adding::default();
            let mut next = Some(first);
            while let Some(command) = next {
                match command {
                    Command::Add(record, completion) => {
                        adding.octets += record.octets();
                        adding.records.push(record);
                        adding.completions.push(completion);
                        if !TOGETHER.has_room(adding.records.len(), adding.octets, 0) {
                            self.write(&mut adding);
                        }
                    }
                    other => {
                        self.write(&mut adding);
                        if let Command::End(reply) = other {
                            drop(self.log);
                            let _ = reply.send(());
                            return;
                        }
                        self.answer(other);
                    }
                }
                next = self.commands.try_recv().ok();
            }
            self.write(&mut adding);
        }
    }

    /// Writes what has come, and says so.
    fn write(&mut self, adding: &mut Adding) {
        let Adding { records, completions, octets } = std::mem::take(adding);
        if records.is_empty() {
            return;
        }
        match self.log.append(records.iter()) {
            Ok(()) => {
                completions.into_iter().flatten().for_each(Completion::taken);
                self.ready.notify_one();
            }
            Err(error) => {
                if self.said.is_none_or(|said| said.elapsed() >= SOMETIMES) {
                    self.said = Some(Instant::now());
                    tracing::error!(target: mibc_runtime::logs::DELIVERY, output = %self.figures.name, records = records.len(), %error, "records cannot be written to the disk: they are dropped");
                }
                self.figures.lost(Loss::Disk, records.len());
                self.gate.leave(records.len(), octets);
                drop(completions);
                // A disk that is full stays full for a while.
                thread::sleep(PAUSE);
            }
        }
    }

    fn answer(&mut self, command: Command) {
        // Who has asked may have gone.
        match command {
            Command::Read(batch, reply) => {
                let read = self.log.read(&batch);
                self.count_lost();
                let _ = reply.send(read);
            }
            Command::Done(records, octets, reply) => {
                if let Err(error) = self.log.done() {
                    tracing::warn!(target: mibc_runtime::logs::DELIVERY, output = %self.figures.name, %error, "the place in a queue cannot be kept: after a restart records come again");
                }
                self.gate.leave(records, octets);
                let _ = reply.send(());
            }
            Command::Skip(records, reply) => {
                let (records, octets) = self.log.skip(records).unwrap_or_default();
                self.count_lost();
                self.gate.leave(records, octets);
                let _ = reply.send(records);
            }
            Command::Left(reply) => {
                let _ = reply.send(self.log.unread().0);
            }
            Command::Add(..) | Command::End(_) => {}
        }
    }

    /// Counts what turned out to be damaged.
    fn count_lost(&mut self) {
        let (records, octets) = self.log.take_lost();
        if records > 0 {
            self.figures.lost(Loss::Disk, records);
            self.gate.leave(records, octets);
        }
    }
}

#[derive(Default)]
struct Adding {
    records: Vec<Record>,
    completions: Vec<Option<Completion>>,
    octets: usize,
}
