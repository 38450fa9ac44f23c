//! `type = "parquet"`: results as files of Parquet in a folder.

#[cfg(feature = "parquet")]
mod file;
#[cfg(feature = "parquet")]
mod sink;
#[cfg(feature = "parquet")]
mod table;

#[cfg(feature = "parquet")]
use super::count::Count;
use super::encode::Format;
use super::output::{Mistake, OutputConfig};
use crate::delivery::{Batch, Limits, Sink};
use std::time::Duration;

/// How long the first result of a file waits for others, unless the configuration says otherwise.
const LINGER: Duration = Duration::from_secs(300);

/// Octets of results that make a file, unless the configuration says otherwise.
const OCTETS: usize = 64 << 20;

/// Keys that Parquet does not have.
#[cfg(feature = "parquet")]
const SERVERS: [&str; 15] = [
    "url",
    "headers",
    "username",
    "password-file",
    "token-file",
    "authorities",
    "timeout",
    "brokers",
    "topic",
    "tls",
    "certificate",
    "private-key",
    "mechanism",
    "password-env",
    "compression",
];

impl OutputConfig {
    /// What makes a file, if results become files of a folder: a batch is a file.
    pub(super) fn batch_of_a_file(&self, limits: &Limits) -> Option<Batch> {
        // Others wait while a file is written.
        let whole = Batch {
            records: (limits.records / 2).max(1),
            octets: OCTETS.min((limits.octets / 2).max(1)),
            linger: LINGER,
        };
        (*self.format.get_ref() == Format::Parquet).then_some(whole)
    }
}

#[cfg(not(feature = "parquet"))]
impl OutputConfig {
    /// What is wrong with an output to files of Parquet.
    pub(super) fn parquet_mistakes(&self) -> Vec<Mistake> {
        let message =
            "this program was built without Parquet; expected one with the feature `parquet` of mibc-cli";
        vec![(self.format.span(), message.to_owned())]
    }

    /// Where its files go.
    pub(super) fn parquet_sink(&self) -> Result<Box<dyn Sink>, String> {
        Err("this program was built without Parquet".to_owned())
    }
}

#[cfg(feature = "parquet")]
impl OutputConfig {
    /// What is wrong with an output to files of Parquet.
    pub(super) fn parquet_mistakes(&self) -> Vec<Mistake> {
        let mut mistakes = self.foreign(&SERVERS);
        let here = self.format.span();
        match &self.path {
            None => mistakes
                .push((here.clone(), "`path` is missing; expected a folder for files of Parquet".to_owned())),
            Some(path) if path.get_ref().as_os_str() == "-" => {
                mistakes.push((
                    path.span(),
                    "`path` is `-`; expected a folder: a file of Parquet is written as a whole".to_owned(),
                ));
            }
            Some(path) if path.get_ref().is_file() => {
                let message =
                    format!("`path` is {}, which is a file; expected a folder", path.get_ref().display());
                mistakes.push((path.span(), message));
            }
            Some(_) => {}
        }
        let count = |count: Option<Count>| count.map(|count| count.0);
        for (key, batch, queue, usual) in [
            ("results", count(self.batch.results), count(self.queue.results), super::outputs::RESULTS),
            ("octets", count(self.batch.octets), count(self.queue.octets), super::outputs::OCTETS),
        ] {
            let queue = queue.unwrap_or(usual);
            if let Some(batch) = batch.filter(|batch| *batch > queue) {
                let message = format!(
                    "`{key}` of `batch` is {batch}, but only {queue} may wait for a file: expected less, or more in `{key}` of `queue`"
                );
                mistakes.push((here.clone(), message));
            }
        }
        mistakes
    }

    /// Where its files go.
    pub(super) fn parquet_sink(&self) -> Result<Box<dyn Sink>, String> {
        let folder = self.path.as_ref().map(|path| path.get_ref().clone()).unwrap_or_default();
        Ok(Box::new(sink::Parquet::new(folder)))
    }
}

#[cfg(all(test, feature = "parquet"))]
mod tests;
