//! Why a store cannot be used.

use std::io;
use std::path::PathBuf;

/// Why a store cannot be opened or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process has it.
    #[error(
        "the store in `{folder}` is used by another process: end it, or give this agent a folder of its own"
    )]
    Locked {
        /// Its folder.
        folder: PathBuf,
    },
    /// The file is something else.
    #[error(
        "`{path}` is not a store of mibc: move it away to begin with an empty store, or give the agent another folder"
    )]
    NotAStore {
        /// The file.
        path: PathBuf,
    },
    /// A later version has written it.
    #[error(
        "`{path}` is a store of version {found}, and this program knows {known}: use the program that wrote it"
    )]
    LaterVersion {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The version that this program writes.
        known: u32,
    },
    /// What was written once is not there any more.
    #[error(
        "`{path}` is damaged at octet {at}, and what follows is whole: put a copy of the file in its place, or move it \
         away to begin with an empty store"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where.
        at: u64,
    },
    /// The system refuses something.
    #[error("cannot {what} `{path}`: {source}")]
    Io {
        /// What it refuses.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What it says.
        source: io::Error,
    },
    /// A batch is larger than a store takes.
    #[error("{what} has {found} octets, and may have {most}")]
    TooLarge {
        /// What of it.
        what: &'static str,
        /// Its octets.
        found: usize,
        /// The limit.
        most: usize,
    },
    /// A write has failed in a way that leaves unknown what is on the disk.
    #[error(
        "an earlier write to `{path}` has failed, and what is on the disk is not known: start the agent again"
    )]
    Unsure {
        /// The file.
        path: PathBuf,
    },
}
