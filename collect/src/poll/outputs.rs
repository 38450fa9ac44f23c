//! Hands results to the outputs.

use super::encode::{Encoder, Format};
use super::output::{OutputConfig, OverflowConfig};
use super::polled::{Made, Polled};
use crate::delivery::{
    Authorization, Batch, Http, HttpSettings, Lines, Output, Overflow, Place, Record, Reopen, Secret,
    Settings, Sink, Snapshot,
};
use std::io;
use std::path::Path;
use std::time::Duration;

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
    outputs: Vec<(Encoder, Output)>,
    reopen: Reopen,
}

impl Outputs {
    /// Starts outputs. Without any, results are lines of JSON on the standard output.
    pub(crate) fn start(configs: &[OutputConfig]) -> Result<Self, OutputError> {
        let reopen = Reopen::new();
        let mut outputs = Vec::with_capacity(configs.len());
        for config in configs {
            let start = || -> Result<_, String> {
                let sink = sink(config, &reopen)?;
                Output::start(settings(config), sink).map_err(|error| error.to_string())
            };
            let wrong = |reason| OutputError { name: config.name().to_owned(), reason };
            outputs.push((Encoder::new(*config.format.get_ref(), &config.labels), start().map_err(wrong)?));
        }
        if configs.is_empty() {
            let name = Format::JsonLines.name();
            let mut settings = Settings::new(name);
            settings.overflow = Overflow::Block;
            let started = Output::start(settings, Box::new(Lines::output()));
            let wrong = |error: io::Error| OutputError { name: name.to_owned(), reason: error.to_string() };
            outputs.push((Encoder::new(Format::JsonLines, &Default::default()), started.map_err(wrong)?));
        }
        Ok(Self { outputs, reopen })
    }

    /// Files are opened anew, for programs that rename them.
    pub(crate) fn reopen(&self) {
        self.reopen.now();
    }

    /// Gives a result to all outputs, and waits where one that is full wants it. Samples, and octets in all.
    pub(crate) async fn take(&self, polled: &Polled) -> (Made, usize) {
        let (mut all, mut octets) = (Made::default(), 0);
        for (encoder, output) in &self.outputs {
            let (payload, made) = encoder.encode(polled);
            all = made;
            octets += payload.len();
            let mut record = Record::new(payload);
            record.id = polled.id();
            // What a device gives stays in order.
            record.subject = encoder.key(polled);
            output.offer(record, None).await;
        }
        (all, octets)
    }

    /// Names, and what was counted.
    pub(crate) fn figures(&self) -> Vec<(String, Snapshot)> {
        self.outputs.iter().map(|(_, output)| (output.name().to_owned(), output.figures())).collect()
    }

    /// Sends what waits, for so long at most. How many results were left.
    pub(crate) async fn stop(self, deadline: Duration) -> usize {
        let mut left = 0;
        let mut stopping = tokio::task::JoinSet::new();
        for (_, output) in self.outputs {
            stopping.spawn(output.stop(deadline));
        }
        while let Some(ended) = stopping.join_next().await {
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
    settings.limits.records = queue.results.unwrap_or(RESULTS);
    settings.limits.octets = queue.octets.unwrap_or(OCTETS);
    settings.overflow = match queue.overflow {
        OverflowConfig::Block => Overflow::Block,
        OverflowConfig::DropOldest => Overflow::DropOldest,
        OverflowConfig::DropNewest => Overflow::DropNewest,
    };
    let (batch, whole) = (&config.batch, config.batch_of_a_file(&settings.limits));
    let usual = whole.unwrap_or(Batch { linger: LINGER, ..settings.batch });
    settings.batch.records = batch.results.unwrap_or(usual.records).max(1);
    settings.batch.octets = batch.octets.unwrap_or(usual.octets);
    settings.batch.linger = batch.linger.map_or(usual.linger, |linger| linger.0);
    settings
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
    http.authorization = match (&config.username, &config.password_file, &config.token_file) {
        (_, _, Some(token)) => Some(Authorization::Bearer(Secret::File(token.clone()))),
        (Some(name), Some(password), None) => {
            Some(Authorization::Basic(name.clone(), Secret::File(password.clone())))
        }
        _ => None,
    };
    http.authorities.clone_from(&config.authorities);
    http.timeout = config.timeout.map_or(http.timeout, |timeout| timeout.0);
    Ok(Box::new(Http::new(http).map_err(|error| error.to_string())?))
}
