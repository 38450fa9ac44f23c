//! Results of a fleet handed on to outputs, each acknowledged when all outputs have taken it.

mod hands;

use super::layout::{RESULTS, consumer_of_results};
use super::results::whole;
use super::trouble::{News, Trouble};
use crate::Exposition;
use crate::delivery::{Completion, Outcome};
use crate::nats::{Error, Nats, Pull};
use crate::poll::{OutputConfig, OutputError, Outputs, OverflowConfig, Told, expose};
use hands::Hands;
use mibc_runtime::logs;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

/// Most results that are in our hands, and most octets.
const MOST: (usize, usize) = (100_000, 256 << 20);

/// Results and octets per pull.
const BATCH: (usize, usize) = (1_000, 16 << 20);

/// How long a pull may take.
const PULL: Duration = Duration::from_secs(2);

/// The pause after a pull that failed.
const PAUSE: Duration = Duration::from_millis(500);

/// Why an export does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The file has no outputs.
    #[error("there are no outputs to hand results to; expected a table [[output]] for each")]
    Nothing,
    /// An output does not start.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The server does not do what is needed.
    #[error(transparent)]
    Nats(#[from] Error),
}

/// Hands the results of a fleet to outputs. Several of one name share the results.
pub struct Export {
    shared: Arc<Shared>,
    consumer: String,
    config: Value,
}

struct Shared {
    nats: Nats,
    outputs: Outputs,
    hands: Hands,
    /// How often the server is told what is in our hands.
    hold: Duration,
    trouble: Trouble,
    taken: AtomicU64,
    refused: AtomicU64,
    unreadable: AtomicU64,
}

/// What an export has counted.
#[derive(Clone)]
pub struct Counts(Arc<Shared>);

impl fmt::Debug for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Export").field("consumer", &self.consumer).finish_non_exhaustive()
    }
}

impl fmt::Debug for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counts").finish_non_exhaustive()
    }
}

impl Counts {
    /// As samples for `/metrics`.
    pub fn exposition(&self) -> Exposition {
        let mut out = Exposition::default();
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed) as f64;
        let Shared { hands, taken, refused, unreadable, .. } = &*self.0;
        let help = "Results that all outputs have taken.";
        out.counter("mibc_fleet_exported_total", help, &[], read(taken));
        let help = "Results that an output has refused for good.";
        out.counter("mibc_fleet_export_refused_total", help, &[], read(refused));
        let help = "Messages in the stream of results that are not results.";
        out.counter("mibc_fleet_export_unreadable_total", help, &[], read(unreadable));
        let help = "Results that were taken from the stream and are not taken by all outputs yet.";
        out.gauge("mibc_fleet_export_in_hand", help, &[], hands.count() as f64);
        expose(&self.0.outputs.figures(), &mut out);
        out
    }

    /// What keeps results from coming, if it has lasted for so long.
    pub fn trouble(&self, lasting: Duration) -> Option<String> {
        self.0.trouble.lasts(lasting)
    }
}

impl Export {
    /// An export with a name: what was handed on under this name is not handed on again. A new name begins with the oldest
    /// result that the server keeps. When one is silent for as long as `takeover`, others of its name get the results that
    /// were in its hands.
    ///
    /// # Errors
    ///
    /// If there are no outputs, one does not start, or the server has no fleet.
    pub async fn start(
        nats: Nats,
        outputs: &[OutputConfig],
        name: &str,
        takeover: Duration,
    ) -> Result<Self, ExportError> {
        if outputs.is_empty() {
            return Err(ExportError::Nothing);
        }
        if nats.stream(RESULTS).await?.is_none() {
            let text = format!("NATS has no stream {RESULTS}; run `mibc fleet apply` first, which makes it");
            return Err(Error::Unfit(text).into());
        }
        let (consumer, config) = consumer_of_results(name, takeover);
        nats.ensure_consumer(RESULTS, &config).await?;
        let outputs: Vec<OutputConfig> = outputs.iter().map(waiting_for_all).collect();
        let shared = Shared {
            nats,
            outputs: Outputs::start(&outputs)?,
            hands: Hands::default(),
            hold: takeover / 3,
            trouble: Trouble::default(),
            taken: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            unreadable: AtomicU64::new(0),
        };
        Ok(Self { shared: Arc::new(shared), consumer, config })
    }

    /// What it counts.
    pub fn counts(&self) -> Counts {
        Counts(Arc::clone(&self.shared))
    }

    /// Hands results on until `stop` comes back. Then what is in the outputs has so long to be taken; what is left stays in
    /// the stream. How many results that are.
    ///
    /// # Errors
    ///
    /// If the connection cannot be used at all. One that is lost is waited for.
    pub async fn run(self, stop: impl Future<Output = ()>, drain: Duration) -> Result<usize, Error> {
        let Self { shared, consumer, config } = self;
        let mut pull = Pull::open(&shared.nats, RESULTS, &consumer, None).await?;
        // Those that outputs are done with, and whether they have taken them.
        let (done, mut ended) = mpsc::unbounded_channel::<(u64, Outcome)>();
        let (came, mut arrived) = mpsc::unbounded_channel::<u64>();
        let pulling = async {
            loop {
                let (results, octets) = shared.hands.room(MOST).await;
                // A message has to fit.
                pull.limit(octets.clamp(shared.nats.most(), BATCH.1.max(shared.nats.most())));
                let pulled = pull.pull(results.min(BATCH.0), PULL, |delivery| {
                    // The other end is beside us.
                    let _ = came.send(shared.hands.take(delivery));
                });
                match pulled.await {
                    Ok(()) => shared.trouble.works(),
                    Err(error) => {
                        if shared.nats.is_connected() {
                            shared.trouble.fails(&error);
                            // The stream may have been made anew. If this cannot be done either, pulling says so.
                            let _ = shared.nats.ensure_consumer(RESULTS, &config).await;
                        }
                        sleep(PAUSE).await;
                    }
                }
            }
        };
        let handing = async {
            while let Some(number) = arrived.recv().await {
                shared.hand(number, &done).await;
            }
        };
        let telling = async || {
            loop {
                sleep(shared.hold.min(Duration::from_secs(1))).await;
                shared.tell().await;
            }
        };
        let acknowledging = async {
            while let Some((number, outcome)) = ended.recv().await {
                shared.end(number, outcome).await;
            }
        };
        tokio::select! {
            () = stop => {}
            () = pulling => {}
            () = handing => {}
            () = telling() => {}
            () = acknowledging => {}
        }
        // What outputs take from now on is acknowledged all the same, and nobody else gets what waits in them.
        let taking = async {
            while let Some((number, outcome)) = ended.recv().await {
                if outcome == Outcome::Taken {
                    shared.end(number, outcome).await;
                }
            }
        };
        tokio::select! {
            _ = shared.outputs.stop(drain) => {}
            () = telling() => {}
            () = taking => {}
        }
        while let Ok((number, outcome)) = ended.try_recv() {
            if outcome == Outcome::Taken {
                shared.end(number, outcome).await;
            }
        }
        let rest = shared.hands.rest();
        for delivery in &rest {
            shared.nats.give_back(delivery).await;
        }
        let _ = timeout(Duration::from_secs(1), shared.nats.client().flush()).await;
        Ok(rest.len())
    }

    /// Files of outputs are opened anew, for programs that rename them.
    pub fn reopener(&self) -> impl Fn() + use<> {
        let shared = Arc::clone(&self.shared);
        move || shared.outputs.reopen()
    }
}

/// An output whose queue is the stream: what it has in memory is not acknowledged.
fn waiting_for_all(config: &OutputConfig) -> OutputConfig {
    let mut config = config.clone();
    config.queue.folder = None;
    config.queue.overflow = OverflowConfig::Block;
    config
}

impl Shared {
    /// Gives a result to the outputs.
    async fn hand(&self, number: u64, done: &mpsc::UnboundedSender<(u64, Outcome)>) {
        let Some(delivery) = self.hands.get(number) else { return };
        let result = loop {
            match whole(&self.nats, &delivery).await {
                Ok(Some(line)) => break Told::read(&line),
                Ok(None) => {
                    self.hands.give(number);
                    self.nats.acknowledge(&delivery).await;
                    return;
                }
                Err(error) if error.is_away() => sleep(PAUSE).await,
                Err(error) => break Err(error.to_string()),
            }
        };
        match result {
            Ok(told) => {
                let done = done.clone();
                let completion = Completion::new(move |outcome| {
                    // Nobody may be there any more.
                    let _ = done.send((number, outcome));
                });
                self.outputs.hand(&told, Some(&completion)).await;
                completion.taken();
            }
            Err(reason) => {
                self.hands.give(number);
                self.unreadable.fetch_add(1, Ordering::Relaxed);
                self.hands.unreadable.add(&delivery.subject, reason);
                self.nats.end(&delivery).await;
            }
        }
    }

    /// All outputs have said what becomes of a result.
    async fn end(&self, number: u64, outcome: Outcome) {
        let Some(delivery) = self.hands.give(number) else { return };
        match outcome {
            Outcome::Taken => {
                self.taken.fetch_add(1, Ordering::Relaxed);
                self.nats.acknowledge(&delivery).await;
            }
            // While we run, outputs drop only what their receivers refuse.
            Outcome::Dropped => {
                self.refused.fetch_add(1, Ordering::Relaxed);
                self.nats.end(&delivery).await;
            }
        }
    }

    /// Says what is to be said, and holds what is in our hands.
    async fn tell(&self) {
        for delivery in self.hands.due(self.hold) {
            self.nats.hold(&delivery).await;
        }
        if let Some((results, example, reason)) = self.hands.unreadable.take() {
            tracing::warn!(target: logs::FLEET, results, example, reason, "results that cannot be read are left out");
        }
        match self.trouble.news() {
            Some(News::Begins(error)) => {
                tracing::warn!(target: logs::FLEET, error, "no results arrive: trying again");
            }
            Some(News::Ends) => tracing::info!(target: logs::FLEET, "results come again"),
            None => {}
        }
    }
}
