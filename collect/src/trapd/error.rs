//! Why a service cannot start, or go on.

use std::io;

/// Why a service cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// It cannot listen.
    #[error("{0}")]
    Listen(String),
    /// An output cannot start.
    #[error("the output `{output}` cannot start: {reason}")]
    Output {
        /// Its name.
        output: String,
        /// Why.
        reason: String,
    },
    /// Nobody can look at it.
    #[error("{0}")]
    Http(String),
    /// What it keeps cannot be kept.
    #[error("the folder for what is kept, {folder}: {source}")]
    State {
        /// The folder.
        folder: String,
        /// Why.
        source: io::Error,
    },
    /// All its sockets are broken.
    #[error("all sockets are broken")]
    Deaf,
}
