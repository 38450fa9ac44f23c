//! Hands results to the outputs.

use super::count::Count;
use super::encode::{Encoder, Format};
use super::given::Given;
use super::output::{BatchConfig, OutputConfig, OverflowConfig, QueueConfig};
use super::polled::Made;
use crate::delivery::{
    Batch, Completion, Http, HttpSettings, Lines, Output, Overflow, Place, Record, Reopen, Settings, Sink,
    Snapshot,
};
use crate::span::Span;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::task::{JoinSet, spawn_blocking};
use toml::Spanned;

/// How long a result waits for others that are sent with it, unless the configuration says otherwise.
const LINGER: Duration = Duration::from_secs(1);

/// Results that may wait in an output.
pub(super) const RESULTS: usize = 100_000;

/// Octets that may wait in an output.
pub(super) const OCTETS: usize = 256 << 20;

/// An output that cannot start.
#[derive(Debug, thiserror::Error)]
#[error("the output `{name}` does not start: {reason}")]
pub struct OutputError {
    /// Its name.
    pub name: String,
    /// What is wrong.
    pub reason: String,
}

/// Where results go.
#[derive(Debug)]
pub(crate) struct Outputs {
    running: RwLock<Arc<[Running]>>,
    reopen: Reopen,
    /// Those that were removed and send what they have; nobody after the end.
    ending: Mutex<Option<JoinSet<usize>>>,
}

/// An output, and what it is made from.
#[derive(Clone, Debug)]
struct Running {
    config: OutputConfig,
    encoder: Arc<Encoder>,
    output: Arc<Output>,
}

/// What becomes of an output of another configuration.
enum Step {
    /// It runs already, as it is or from now on with these settings and this sink.
    Goes(Running, Option<(Settings, Box<dyn Sink>)>),
    /// It is new.
    Starts(Running),
}

/// Where results go: without a word, as lines of JSON to the standard output, as fast as that takes them.
pub(super) fn wanted(configs: &[OutputConfig], standard_output: bool) -> Vec<OutputConfig> {
    let is_standard = |config: &&OutputConfig| {
        config.path.as_ref().is_some_and(|path| path.get_ref().as_path() == Path::new("-"))
    };
    if !standard_output {
        return configs.iter().filter(|config| !is_standard(config)).cloned().collect();
    }
    if !configs.is_empty() {
        return configs.to_vec();
    }
    let mut lines = OutputConfig::new(Format::JsonLines);
    lines.path = Some(Spanned::new(0..0, PathBuf::from("-")));
    lines.queue = QueueConfig {
        results: Some(Count(10_000)),
        overflow: OverflowConfig::Block,
        ..QueueConfig::default()
    };
    lines.batch = BatchConfig { linger: Some(Span(Duration::ZERO)), ..BatchConfig::default() };
    vec![lines]
}

impl Running {
    fn start(config: &OutputConfig, reopen: &Reopen) -> Result<Self, OutputError> {
        let start = || -> Result<_, String> {
            let sink = sink(config, reopen)?;
            Output::start(settings(config), sink).map_err(|error| error.to_string())
        };
        let output = start().map_err(|reason| OutputError { name: config.name().to_owned(), reason })?;
        let encoder = Arc::new(Encoder::new(*config.format.get_ref(), &config.labels));
        Ok(Self { config: config.clone(), encoder, output: Arc::new(output) })
    }

    /// Whether results that wait here can be sent by another one.
    fn has_the_queue_of(&self, config: &OutputConfig) -> bool {
        self.config.format == config.format
            && self.config.labels == config.labels
            && settings(&self.config).place == settings(config).place
    }
}

/// What becomes of each output of another configuration. Nothing changes yet, but new ones are started.
fn steps(before: &[Running], configs: &[OutputConfig], reopen: &Reopen) -> Result<Vec<Step>, OutputError> {
    let step = |config: &OutputConfig| {
        let wrong = |reason| OutputError { name: config.name().to_owned(), reason };
        let known = before.iter().find(|running| running.config.name() == config.name());
        if let Some(running) = known.filter(|running| running.has_the_queue_of(config)) {
            // The certificates in a file can be others.
            let same =
                running.config == *config && config.authorities.is_none() && config.certificate.is_none();
            let change = (!same).then(|| sink(config, reopen).map(|sink| (settings(config), sink)));
            let running = Running { config: config.clone(), ..running.clone() };
            return Ok(Step::Goes(running, change.transpose().map_err(wrong)?));
        }
        let folder = &config.queue.folder;
        let owner = before.iter().find(|running| folder.is_some() && running.config.queue.folder == *folder);
        if let Some(owner) = owner {
            let folder = folder.as_deref().unwrap_or_else(|| Path::new("")).display();
            return Err(wrong(format!(
                "results of the output `{}` wait in {folder}, in another form or under another name; expected another folder, or its name, type and labels",
                owner.config.name()
            )));
        }
        Running::start(config, reopen).map(Step::Starts)
    };
    configs.iter().map(step).collect()
}

impl Outputs {
    /// Starts outputs.
    pub(crate) fn start(configs: &[OutputConfig]) -> Result<Self, OutputError> {
        let reopen = Reopen::new();
        let running = configs.iter().map(|config| Running::start(config, &reopen));
        let running = running.collect::<Result<_, _>>()?;
        Ok(Self { running: RwLock::new(running), reopen, ending: Mutex::new(Some(JoinSet::new())) })
    }

    fn running(&self) -> Arc<[Running]> {
        Arc::clone(&self.running.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on results go to these outputs. Those that stay keep what waits in them, also if it goes elsewhere; those
    /// that go have so long to send what they have.
    ///
    /// If one cannot start, all are as before.
    pub(crate) async fn change(
        &self,
        configs: Vec<OutputConfig>,
        drain: Duration,
    ) -> Result<(), OutputError> {
        let mut ending = self.ending.lock().await;
        let Some(ending) = ending.as_mut() else { return Ok(()) };
        while ending.try_join_next().is_some() {}
        let (before, reopen) = (self.running(), self.reopen.clone());
        let looked = Arc::clone(&before);
        // Queues and certificates are read from the disk.
        let steps = spawn_blocking(move || steps(&looked, &configs, &reopen)).await;
        let steps = steps
            .unwrap_or_else(|error| Err(OutputError { name: String::new(), reason: error.to_string() }))?;
        let (mut started, mut changed) = (0_usize, 0_usize);
        let running: Arc<[Running]> = steps
            .into_iter()
            .map(|step| match step {
                Step::Starts(running) => {
                    started += 1;
                    running
                }
                Step::Goes(running, None) => running,
                Step::Goes(running, Some((settings, sink))) => {
                    changed += 1;
                    running.output.change(settings, sink);
                    running
                }
            })
            .collect();
        let goes_on = |old: &&Running| running.iter().any(|new| Arc::ptr_eq(&new.output, &old.output));
        let gone: Vec<Arc<Output>> =
            before.iter().filter(|old| !goes_on(old)).map(|old| Arc::clone(&old.output)).collect();
        *self.running.write().unwrap_or_else(PoisonError::into_inner) = running;
        if started + changed + gone.len() > 0 {
            tracing::info!(target: mibc_runtime::logs::POLL, started, changed, ended = gone.len(), "outputs are changed");
        }
        for output in gone {
            ending.spawn(async move { output.stop(drain).await });
        }
        Ok(())
    }

    /// Files are opened anew, for programs that rename them.
    pub(crate) fn reopen(&self) {
        self.reopen.now();
    }

    /// Gives a result to all outputs, and waits where one that is full wants it. Samples, and octets in all.
    pub(crate) async fn take(&self, polled: &(impl Given + Sync)) -> (Made, usize) {
        self.hand(polled, None).await
    }

    /// As [`take`](Self::take). All outputs tell the completion what becomes of the result.
    pub(crate) async fn hand(
        &self,
        polled: &(impl Given + Sync),
        completion: Option<&Completion>,
    ) -> (Made, usize) {
        let (mut all, mut octets) = (Made::default(), 0);
        for Running { encoder, output, .. } in self.running().iter() {
            let (payload, made) = encoder.encode(polled);
            all = made;
            octets += payload.len();
            let mut record = Record::new(payload);
            record.id = polled.id();
            // What a device gives stays in order.
            record.subject = encoder.key(polled);
            output.offer(record, completion.cloned()).await;
        }
        if self.running().is_empty() {
            all = polled.each(|_, _| {});
        }
        (all, octets)
    }

    /// Names, and what was counted.
    pub(crate) fn figures(&self) -> Vec<(String, Snapshot)> {
        let figures = |running: &Running| (running.output.name().to_owned(), running.output.figures());
        self.running().iter().map(figures).collect()
    }

    /// Sends what waits, for so long at most. How many results were left.
    pub(crate) async fn stop(&self, deadline: Duration) -> usize {
        let Some(mut ending) = self.ending.lock().await.take() else { return 0 };
        for Running { output, .. } in self.running().iter() {
            let output = Arc::clone(output);
            ending.spawn(async move { output.stop(deadline).await });
        }
        let mut left = 0;
        while let Some(ended) = ending.join_next().await {
            left += ended.unwrap_or(0);
        }
        left
    }
}

fn settings(config: &OutputConfig) -> Settings {
    let mut settings = Settings::new(config.name());
    let queue = &config.queue;
    if let Some(folder) = &queue.folder {
        settings.place = Place::Disk { folder: folder.clone(), sync: queue.sync };
    }
    settings.limits.records = queue.results.map_or(RESULTS, |count| count.0);
    settings.limits.octets = queue.octets.map_or(OCTETS, |count| count.0);
    settings.overflow = match queue.overflow {
        OverflowConfig::Block => Overflow::Block,
        OverflowConfig::DropOldest => Overflow::DropOldest,
        OverflowConfig::DropNewest => Overflow::DropNewest,
    };
    let (batch, whole) = (&config.batch, config.batch_of_a_file(&settings.limits));
    let usual = whole.unwrap_or(Batch { linger: LINGER, ..settings.batch });
    settings.batch.records = batch.results.map_or(usual.records, |count| count.0);
    settings.batch.octets = batch.octets.map_or(usual.octets, |count| count.0);
    settings.batch.linger = batch.linger.map_or(usual.linger, |linger| linger.0);
    settings
}

/// Whether requests can be made as an output says. Nobody is asked.
pub(super) fn check(config: &OutputConfig) -> Result<(), String> {
    match config.url {
        Some(_) => sink(config, &Reopen::new()).map(drop),
        None => Ok(()),
    }
}

fn sink(config: &OutputConfig, reopen: &Reopen) -> Result<Box<dyn Sink>, String> {
    let format = *config.format.get_ref();
    match format {
        Format::Kafka => return config.kafka_sink(),
        Format::Parquet => return config.parquet_sink(),
        _ => {}
    }
    if let Some(path) = &config.path {
        return Ok(Box::new(match path.get_ref() {
            path if path == Path::new("-") => Lines::output(),
            path => Lines::file(path, reopen),
        }));
    }
    let url = config.url.as_ref().map(|url| url.get_ref().as_str()).unwrap_or_default();
    let mut http = HttpSettings::new(url, format.framing());
    let fixed = format.headers().iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    http.headers = fixed.chain(config.headers.clone()).collect();
    http.authorization = config.authorization()?;
    http.authorities.clone_from(&config.authorities);
    http.timeout = config.timeout.map_or(http.timeout, |timeout| timeout.0);
    Ok(Box::new(Http::new(http).map_err(|error| error.to_string())?))
}
