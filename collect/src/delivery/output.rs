//! An output: a queue, and a worker that takes what is in it to a sink.

use super::completion::Completion;
use super::disk::Disk;
use super::figures::{Figures, Loss, Snapshot};
use super::gate::{Entry, Gate};
use super::memory::Memory;
use super::record::Record;
use super::settings::{Batch, Overflow, Place, Settings};
use super::sink::Sink;
use super::worker::Worker;
use std::io;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Mutex, Notify, mpsc, watch};
use tokio::task::JoinHandle;

/// A queue with limits, and a worker that takes what is in it to a sink, in order, batch by batch, and again where the
/// sink fails.
///
/// ```
/// # use mibc_collect::delivery::{Failure, Sending, Sink};
/// use mibc_collect::delivery::{Completion, Outcome, Output, Record, Settings};
/// use std::time::Duration;
///
/// # struct Printer;
/// # impl Sink for Printer {
/// #     fn send<'a>(&'a mut self, batch: &'a [Record]) -> Sending<'a> {
/// #         Box::pin(async move { Ok(()) })
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let output = Output::start(Settings::new("printer"), Box::new(Printer))?;
/// let (completion, outcome) = Completion::channel();
/// output.offer(Record::new("hello"), Some(completion)).await;
/// assert_eq!(outcome.await, Ok(Outcome::Taken));
/// output.stop(Duration::from_secs(5)).await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Output {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    sinks: mpsc::UnboundedSender<Box<dyn Sink>>,
    worker: Mutex<Option<JoinHandle<()>>>,
}

/// Looks at the figures of an output, also when that has ended.
#[derive(Clone, Debug)]
pub struct Observer {
    name: Arc<str>,
    gate: Arc<Gate>,
    figures: Arc<Figures>,
}

impl Observer {
    /// The name of the output.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it has counted, and what waits.
    pub fn figures(&self) -> Snapshot {
        let waiting = self.gate.waiting();
        Snapshot { waiting: waiting.records, waiting_octets: waiting.octets, ..self.figures.snapshot() }
    }
}

/// What the output and its worker have together.
#[derive(Debug)]
pub(super) struct Shared {
    settings: RwLock<Arc<Settings>>,
    pub(super) gate: Arc<Gate>,
    pub(super) figures: Arc<Figures>,
    pub(super) queue: Queue,
    /// Told when there is something in the queue.
    pub(super) ready: Arc<Notify>,
}

#[derive(Debug)]
pub(super) enum Queue {
    Memory(Memory),
    Disk(Disk),
}

impl Output {
    /// Opens the queue, and starts the worker, which needs a tokio runtime around it. What a queue on disk has from the
    /// time before is sent first.
    ///
    /// # Errors
    /// The folder of a queue on disk cannot be used, or belongs to another process.
    pub fn start(settings: Settings, sink: Box<dyn Sink>) -> io::Result<Self> {
        let figures = Arc::new(Figures::new(settings.name.clone()));
        let ready = Arc::new(Notify::new());
        let (gate, queue) = match &settings.place {
            Place::Memory => (Arc::new(Gate::new(settings.limits, 0, 0)), Queue::Memory(Memory::default())),
            Place::Disk { folder, sync } => {
                let (log, (records, octets)) = Disk::open(folder, *sync)?;
                let gate = Arc::new(Gate::new(settings.limits, records, octets));
                let disk = Disk::start(log, Arc::clone(&gate), Arc::clone(&figures), Arc::clone(&ready))?;
                (gate, Queue::Disk(disk))
            }
        };
        let settings = RwLock::new(Arc::new(settings));
        let shared = Arc::new(Shared { settings, gate, figures, queue, ready });
        let (stop, stopped) = watch::channel(false);
        let (sinks, successors) = mpsc::unbounded_channel();
        let worker = Worker::new(Arc::clone(&shared), sink, successors, stopped);
        let worker = Mutex::new(Some(tokio::spawn(worker.run())));
        Ok(Self { shared, stop, sinks, worker })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.shared.figures.name
    }

    /// How it keeps and sends records.
    pub fn settings(&self) -> Arc<Settings> {
        self.shared.settings()
    }

    /// From now on these settings count, and records go to this sink; those that wait do, too. A batch that is on its way
    /// ends its way first. The name and the place stay as they are.
    pub fn change(&self, settings: Settings, sink: Box<dyn Sink>) {
        let before = self.settings();
        let settings = Settings { name: before.name.clone(), place: before.place.clone(), ..settings };
        self.shared.gate.limit(settings.limits);
        *self.shared.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
        // One that has stopped sends nothing.
        let _ = self.sinks.send(sink);
    }

    /// Gives it a record, and waits for room if its policy says so. `completion` is told what becomes of the record;
    /// see [`Place`] for when it counts as taken.
    pub async fn offer(&self, record: Record, completion: Option<Completion>) {
        self.put(record, completion).await;
        self.wake();
    }

    /// As [`offer`](Self::offer), but a record in memory may stay there until [`wake`](Self::wake) is called, once for
    /// several records.
    pub async fn put(&self, record: Record, completion: Option<Completion>) {
        let Shared { gate, figures, queue, .. } = &*self.shared;
        Figures::add(&figures.offered, 1);
        let octets = record.octets();
        let entry = match gate.enter(octets) {
            Entry::Full => {
                self.wake();
                match self.settings().overflow {
                    Overflow::Block => gate.enter_later(octets).await,
                    Overflow::DropOldest => self.make_room(octets).await,
                    Overflow::DropNewest => Entry::Full,
                }
            }
            entry => entry,
        };
        match entry {
            Entry::In => match queue {
                Queue::Memory(memory) => memory.push(record, completion),
                Queue::Disk(disk) => disk.add(record, completion),
            },
            Entry::Full => figures.lost(Loss::Overflow, 1),
            Entry::Closed => figures.lost(Loss::Stopped, 1),
        }
    }

    /// Has the worker send what it was given.
    pub fn wake(&self) {
        // The thread of a queue on disk does so by itself.
        if let Queue::Memory(_) = &self.shared.queue {
            self.shared.ready.notify_one();
        }
    }

    /// Drops the oldest until a record of so many octets has room, or all that is left is being sent.
    async fn make_room(&self, octets: usize) -> Entry {
        let Shared { gate, figures, queue, .. } = &*self.shared;
        let many = (self.settings().limits.records / 128).max(1);
        loop {
            let dropped = match queue {
                Queue::Memory(memory) => match memory.drop_oldest() {
                    Some(octets) => {
                        gate.leave(1, octets);
                        1
                    }
                    None => 0,
                },
                // Some more at a time, since each takes a question to the thread.
                Queue::Disk(disk) => disk.drop_oldest(many).await,
            };
            if dropped > 0 {
                figures.lost(Loss::Overflow, dropped);
            }
            match gate.enter(octets) {
                Entry::Full if dropped > 0 => {}
                entry => return entry,
            }
        }
    }

    /// What it has counted, and what waits.
    pub fn figures(&self) -> Snapshot {
        self.observer().figures()
    }

    /// What looks at its figures from elsewhere.
    pub fn observer(&self) -> Observer {
        Observer {
            name: self.name().into(),
            gate: Arc::clone(&self.shared.gate),
            figures: Arc::clone(&self.shared.figures),
        }
    }

    /// Takes no more records, and sends those that wait for so long at most. What is left then is dropped where it was in
    /// memory, and stays where it is on disk. Gives how many were left.
    ///
    /// Who still offers something is told that the output has stopped.
    pub async fn stop(&self, deadline: Duration) -> usize {
        let shared = &self.shared;
        shared.gate.close();
        self.stop.send_replace(true);
        let mut running = self.worker.lock().await;
        let Some(worker) = running.as_mut() else { return shared.gate.waiting().records };
        if tokio::time::timeout(deadline, &mut *worker).await.is_err() {
            worker.abort();
            // The sink is gone when this is over.
            let _ = worker.await;
        }
        *running = None;
        if let Queue::Disk(disk) = &shared.queue {
            disk.end().await;
        }
        let left = shared.gate.waiting().records;
        if left > 0
            && let Queue::Memory(memory) = &shared.queue
        {
            memory.clear();
            shared.figures.lost(Loss::Stopped, left);
            tracing::warn!(target: mibc_runtime::logs::DELIVERY, output = %self.name(), records = left, "an output ends before all is sent: the rest is dropped");
        }
        left
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some(worker) = self.worker.get_mut() {
            worker.abort();
        }
    }
}

impl Shared {
    pub(super) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is sent next: records, and who wants to know what becomes of them.
    pub(super) async fn take(&self, batch: &Batch) -> io::Result<(Vec<Record>, Vec<Option<Completion>>)> {
        match &self.queue {
            Queue::Memory(memory) => Ok(memory.take(batch)),
            Queue::Disk(disk) => Ok((disk.read(batch).await?, Vec::new())),
        }
    }

    /// A batch has been sent or refused.
    pub(super) async fn done(&self, records: usize, octets: usize) {
        match &self.queue {
            Queue::Memory(_) => self.gate.leave(records, octets),
            Queue::Disk(disk) => disk.done(records, octets).await,
        }
    }

    /// How many wait that are not being sent.
    pub(super) async fn left(&self) -> usize {
        match &self.queue {
            Queue::Memory(memory) => memory.len(),
            Queue::Disk(disk) => disk.left().await,
        }
    }
}
