//! Where output goes: standard output, or one file per module below a folder.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// A file or stream that could not be written.
#[derive(Debug)]
pub(crate) struct WriteError {
    place: String,
    source: io::Error,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot write {}: {}", self.place, self.source)
    }
}

impl std::error::Error for WriteError {}

/// Whether the reader of standard output has gone away.
static READER_GONE: AtomicBool = AtomicBool::new(false);

/// Writes `text` to standard output. A reader that has gone away is not an error, see [`reader_is_gone`].
pub(crate) fn to_stdout(text: &str) -> Result<(), WriteError> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            READER_GONE.store(true, Ordering::Relaxed);
            Ok(())
        }
        Err(error) => Err(WriteError { place: "standard output".to_owned(), source: error }),
        Ok(()) => Ok(()),
    }
}

/// Whether nobody reads what is written any more: `mibc walk … | head`.
pub(crate) fn reader_is_gone() -> bool {
    READER_GONE.load(Ordering::Relaxed)
}

/// Writes `text` to `folder/name.extension`, through a temporary file so that no reader sees half of it.
///
/// The name comes from MIB text: only a plain file name is taken, so that nothing is written elsewhere.
pub(crate) fn to_folder(folder: &Path, name: &str, extension: &str, text: &str) -> Result<(), WriteError> {
    let fail = |path: &Path, source| WriteError { place: format!("`{}`", path.display()), source };
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        let reason = format!("the module's name {name:?} is not a file name (letters, digits, `-` and `_`)");
        return Err(fail(folder, io::Error::new(io::ErrorKind::InvalidInput, reason)));
    }
    fs::create_dir_all(folder).map_err(|error| fail(folder, error))?;
    let path = folder.join(format!("{name}.{extension}"));
    let partial = folder.join(format!(".{name}.{extension}.{}", std::process::id()));
    fs::write(&partial, text).and_then(|()| fs::rename(&partial, &path)).map_err(|error| {
        let _ = fs::remove_file(&partial);
        fail(&path, error)
    })
}
