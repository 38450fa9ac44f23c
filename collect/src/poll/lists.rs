//! Reads lists of devices again and again, and tells what has changed.

use super::discovery::{self, Discovery, Group, Place};
use super::inventory::Inventory;
use crate::file_names;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::mpsc::Sender;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// How often files are looked at, to see whether they have changed.
const LOOK: Duration = Duration::from_secs(1);

/// A list that was read.
#[derive(Debug)]
pub(super) struct Found {
    /// The place.
    pub(super) place: String,
    pub(super) groups: Vec<Group>,
}

/// When files were changed, and how long they are.
type Seen = Vec<(PathBuf, Option<SystemTime>, u64)>;

/// Reads a list whenever it changes, and tells it if it has. Ends when nobody wants to know any more.
pub(super) async fn watch(discovery: Discovery, found: Sender<Found>) {
    match &discovery.place {
        Place::Files(patterns) => watch_files(&discovery, patterns, found).await,
        Place::Http(inventory) => watch_server(&discovery, inventory, found).await,
    }
}

async fn watch_files(discovery: &Discovery, patterns: &[PathBuf], found: Sender<Found>) {
    let place = discovery.place.name();
    let (mut before, mut read, mut told) = (None, Instant::now(), None);
    loop {
        let looked = patterns.to_owned();
        let Ok(seen) = spawn_blocking(move || look(&looked)).await else { return };
        if before.as_ref() != Some(&seen) || read.elapsed() >= discovery.interval {
            let patterns = patterns.to_owned();
            let Ok((groups, problems)) = spawn_blocking(move || discovery::read(&patterns)).await else {
                return;
            };
            for problem in &problems {
                tracing::warn!(target: mibc_runtime::logs::POLL, %problem, "a list of devices cannot be read: the old one stays in use");
            }
            (before, read) = (Some(seen), Instant::now());
            if problems.is_empty() && told.as_ref() != Some(&groups) {
                told = Some(groups.clone());
                if found.send(Found { place: place.clone(), groups }).await.is_err() {
                    return;
                }
            }
        }
        sleep(LOOK.min(discovery.interval)).await;
    }
}

fn look(patterns: &[PathBuf]) -> Seen {
    let about = |file: PathBuf| {
        let metadata = std::fs::metadata(&file).ok();
        let changed = metadata.as_ref().and_then(|metadata| metadata.modified().ok());
        (file, changed, metadata.map_or(0, |metadata| metadata.len()))
    };
    patterns.iter().flat_map(|pattern| file_names::fitting(pattern)).map(about).collect()
}

async fn watch_server(discovery: &Discovery, inventory: &Inventory, found: Sender<Found>) {
    let mut told = None;
    loop {
        match inventory.read(discovery.interval).await {
            Ok(groups) if told.as_ref() != Some(&groups) => {
                told = Some(groups.clone());
                if found.send(Found { place: discovery.place.name(), groups }).await.is_err() {
                    return;
                }
            }
            Ok(_) => {}
            Err(problem) => {
                tracing::warn!(target: mibc_runtime::logs::POLL, %problem, "a list of devices cannot be read: the old one stays in use");
            }
        }
        sleep(discovery.interval).await;
    }
}
