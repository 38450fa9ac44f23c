//! Who an engine is, and how often it has started: what must outlive the process (RFC 3414 §2.2.2).

use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::PathBuf;

use super::OsRandom;
use crate::engine::{MAX_BOOTS, Random};
use crate::usm::EngineId;

/// Random octets of an engine ID that nobody has configured.
const RANDOM_OCTETS: usize = 12;

/// Enterprise number in such IDs: the one that RFC 5612 reserves for documentation, because we have none.
const ENTERPRISE: u32 = 32_473;

/// Longest state file that is read, in octets.
const MAX_FILE: u64 = 4_096;

/// What an engine keeps over restarts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineState {
    /// snmpEngineID.
    pub engine_id: EngineId,
    /// snmpEngineBoots: how often the engine has started under this ID.
    pub boots: u32,
}

/// Keeps the state of an engine. Without it old messages could be sent to the engine again.
pub trait EngineStore: Debug + Send + Sync {
    /// What was saved last; `None` when nothing ever was.
    ///
    /// # Errors
    ///
    /// It cannot be read, or makes no sense. That is not the same as nothing.
    fn load(&self) -> io::Result<Option<EngineState>>;

    /// Saves for good: when this returns, the state survives a crash.
    ///
    /// # Errors
    ///
    /// It cannot be saved; the engine does not start then.
    fn save(&self, state: &EngineState) -> io::Result<()>;
}

impl EngineState {
    /// An engine with an ID of random octets, which tells nothing about its host, in its first run. It will be another
    /// engine the next time.
    #[must_use]
    pub fn random() -> Self {
        let mut random = OsRandom::new();
        let octets: Vec<u8> = std::iter::repeat_with(|| random.next_u32().to_be_bytes())
            .flatten()
            .take(RANDOM_OCTETS)
            .collect();
        // The length is right, and the format octet makes it neither all zeros nor all ones.
        let engine_id = EngineId::from_octets(ENTERPRISE, &octets).unwrap_or(EngineId::LOCAL);
        Self { engine_id, boots: 1 }
    }

    /// The state for this start: the stored one with one boot more, saved before the engine answers anything. With
    /// `configured` the engine has this ID, and begins to count anew if that is not the stored one.
    ///
    /// A store that cannot be read leaves unknown which messages are old. With an ID configured the engine counts as
    /// started as often as it can be: nothing authenticated is in its time window any more. Without one there is
    /// no engine to be.
    ///
    /// # Errors
    ///
    /// The store cannot be read, and no ID is configured; or the state cannot be saved.
    pub fn start(store: &dyn EngineStore, configured: Option<EngineId>) -> io::Result<Self> {
        let state = match (store.load(), configured) {
            (Err(_), Some(engine_id)) => return Ok(Self { engine_id, boots: MAX_BOOTS }),
            (Err(error), None) => return Err(error),
            (Ok(Some(stored)), configured) if configured.is_none_or(|id| id == stored.engine_id) => {
                Self { boots: stored.boots.saturating_add(1).min(MAX_BOOTS), ..stored }
            }
            (Ok(_), Some(engine_id)) => Self { engine_id, boots: 1 },
            (Ok(_), None) => Self::random(),
        };
        store.save(&state)?;
        Ok(state)
    }
}

#[cfg(any(feature = "agent", feature = "listener"))]
impl EngineState {
    /// The state for this start of an engine with this store and this ID, as far as they are given.
    pub(crate) fn configured(
        store: Option<&dyn EngineStore>,
        engine_id: Option<EngineId>,
    ) -> io::Result<Self> {
        match (store, engine_id) {
            (Some(store), engine_id) => Self::start(store, engine_id),
            (None, None) => Ok(Self::random()),
            (None, Some(_)) => Err(io::Error::other(
                "an engine ID of one's own needs `.engine_store(..)`: what was sent before a restart could be sent \
                 again",
            )),
        }
    }
}

/// Saves the boots of this engine in the store; tells whether that has worked.
#[cfg(any(feature = "agent", feature = "listener"))]
pub(crate) fn boots_keeper(
    engine_id: EngineId,
    store: std::sync::Arc<dyn EngineStore>,
) -> impl Fn(u32) -> bool + Send + Sync + 'static {
    move |boots| store.save(&EngineState { engine_id, boots }).is_ok()
}

/// Keeps the state of an engine in a file of two lines, which only its owner can read.
#[derive(Clone, Debug)]
pub struct FileStore {
    path: PathBuf,
}

impl FileStore {
    /// The file; its folder must be there.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn invalid(&self, what: &str) -> io::Error {
        let text =
            format!("{}: {what}; the file has lines `engine-id = …` and `boots = …`", self.path.display());
        io::Error::new(io::ErrorKind::InvalidData, text)
    }
}

impl EngineStore for FileStore {
    fn load(&self) -> io::Result<Option<EngineState>> {
        match fs::symlink_metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
            Ok(metadata) if !metadata.is_file() => return Err(self.invalid("not a regular file")),
            Ok(_) => {}
        }
        let mut text = String::new();
        File::open(&self.path)?.take(MAX_FILE).read_to_string(&mut text)?;
        let value = |key: &str| {
            text.lines().find_map(|line| {
                let (name, value) = line.split_once('=')?;
                (name.trim() == key).then(|| value.trim())
            })
        };
        let engine_id = value("engine-id").ok_or_else(|| self.invalid("there is no engine-id"))?;
        let engine_id = engine_id.parse().map_err(|error| self.invalid(&format!("{error}")))?;
        let boots = value("boots").and_then(|boots| boots.parse().ok()).filter(|boots| *boots <= MAX_BOOTS);
        let boots = boots.ok_or_else(|| self.invalid("there is no number of boots"))?;
        Ok(Some(EngineState { engine_id, boots }))
    }

    /// Writes a new file beside the old one and puts it in its place, so that there is always a whole one.
    fn save(&self, state: &EngineState) -> io::Result<()> {
        let mut name =
            self.path.file_name().ok_or_else(|| self.invalid("not the name of a file"))?.to_owned();
        name.push(".new");
        let new = self.path.with_file_name(name);
        // What a crash may have left. Created anew, it cannot be a link to somewhere else.
        match fs::remove_file(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&new)?;
        write!(file, "engine-id = {}\nboots = {}\n", state.engine_id, state.boots)?;
        file.sync_all()?;
        fs::rename(&new, &self.path)
    }
}
