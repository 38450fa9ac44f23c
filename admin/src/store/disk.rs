//! What a store needs of a file system.

use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Files of one folder. Only what was synced survives a crash: the content of a file by [`sync`](Self::sync), its name
/// by [`sync_folder`](Self::sync_folder).
pub trait Disk: Debug + Send {
    /// The content of a file, `None` if there is none; not more than `most` octets and one.
    ///
    /// # Errors
    /// It is there and cannot be read.
    fn read(&mut self, name: &str, most: u64) -> io::Result<Option<Vec<u8>>>;

    /// Makes a new, empty file, in the place of one that is there.
    ///
    /// # Errors
    /// It cannot be made.
    fn create(&mut self, name: &str) -> io::Result<()>;

    /// Writes octets into a file, from this place on.
    ///
    /// # Errors
    /// Some of them may have been written.
    fn write_at(&mut self, name: &str, at: u64, octets: &[u8]) -> io::Result<()>;

    /// Cuts a file.
    ///
    /// # Errors
    /// It is as long as before.
    fn cut(&mut self, name: &str, length: u64) -> io::Result<()>;

    /// Waits until the content of a file is on the disk.
    ///
    /// # Errors
    /// It may be there or not.
    fn sync(&mut self, name: &str) -> io::Result<()>;

    /// Gives a file another name, in the place of one that has it.
    ///
    /// # Errors
    /// Both are as before.
    fn rename(&mut self, from: &str, to: &str) -> io::Result<()>;

    /// Waits until names are on the disk.
    ///
    /// # Errors
    /// They may be there or not.
    fn sync_folder(&mut self) -> io::Result<()>;
}

/// A folder of the file system. It stays locked while this lives.
#[derive(Debug)]
pub struct OsDisk {
    folder: PathBuf,
    /// The file that is written to, by its name.
    open: Option<(String, File)>,
    _lock: Lock,
}

/// The name of the file that is locked: the store itself gets new files under its name.
const LOCK: &str = "lock";

impl OsDisk {
    /// Makes the folder where it is missing, and locks it; `None` if another process has it.
    ///
    /// # Errors
    /// The folder cannot be made or written to.
    pub fn lock(folder: &Path) -> io::Result<Option<Self>> {
        make_folder(folder)?;
        let Some(lock) = lock(&folder.join(LOCK))? else { return Ok(None) };
        Ok(Some(Self { folder: folder.to_path_buf(), open: None, _lock: lock }))
    }

    fn file(&mut self, name: &str) -> io::Result<&mut File> {
        if self.open.as_ref().is_none_or(|(open, _)| open != name) {
            let file = OpenOptions::new().read(true).write(true).open(self.folder.join(name))?;
            self.open = Some((name.to_owned(), file));
        }
        match &mut self.open {
            Some((_, file)) => Ok(file),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

impl Disk for OsDisk {
    fn read(&mut self, name: &str, most: u64) -> io::Result<Option<Vec<u8>>> {
        let path = self.folder.join(name);
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
            Ok(about) if !about.is_file() => return Err(io::Error::other("it is not a regular file")),
            Ok(about) => only_for_owner(&path, &about)?,
        }
        let mut octets = Vec::new();
        File::open(&path)?.take(most + 1).read_to_end(&mut octets)?;
        Ok(Some(octets))
    }

    fn create(&mut self, name: &str) -> io::Result<()> {
        let path = self.folder.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        // Created anew, it cannot be a link to somewhere else.
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        self.open = Some((name.to_owned(), options.open(path)?));
        Ok(())
    }

    fn write_at(&mut self, name: &str, at: u64, octets: &[u8]) -> io::Result<()> {
        let file = self.file(name)?;
        file.seek(SeekFrom::Start(at))?;
        file.write_all(octets)
    }

    fn cut(&mut self, name: &str, length: u64) -> io::Result<()> {
        self.file(name)?.set_len(length)
    }

    fn sync(&mut self, name: &str) -> io::Result<()> {
        self.file(name)?.sync_data()
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.folder.join(from), self.folder.join(to))?;
        // The open file goes with its name; one that had the other name is gone.
        self.open = self.open.take().filter(|(open, _)| open == from).map(|(_, file)| (to.to_owned(), file));
        Ok(())
    }

    #[cfg(unix)]
    fn sync_folder(&mut self) -> io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }

    /// Elsewhere folders cannot be opened, and names are written with the files.
    #[cfg(not(unix))]
    fn sync_folder(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Takes rights away from others, which a copy may have given them: there are keys in it.
#[cfg(unix)]
fn only_for_owner(path: &Path, about: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    if about.mode() & 0o077 == 0 {
        Ok(())
    } else {
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))
    }
}

#[cfg(not(unix))]
fn only_for_owner(_: &Path, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
type Lock = nix::fcntl::Flock<File>;

/// Locks a file until it is closed, also by the end of the process.
#[cfg(unix)]
fn lock(path: &Path) -> io::Result<Option<Lock>> {
    use nix::fcntl::{Flock, FlockArg};
    use std::os::unix::fs::OpenOptionsExt;
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
        Ok(lock) => Ok(Some(lock)),
        Err((_, nix::errno::Errno::EWOULDBLOCK)) => Ok(None),
        Err((_, error)) => Err(error.into()),
    }
}

#[cfg(not(unix))]
type Lock = File;

/// Opens a file that nobody else can open meanwhile.
#[cfg(windows)]
fn lock(path: &Path) -> io::Result<Option<Lock>> {
    use std::os::windows::fs::OpenOptionsExt;
    const SHARING_VIOLATION: i32 = 32;
    match OpenOptions::new().write(true).create(true).truncate(false).share_mode(0).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.raw_os_error() == Some(SHARING_VIOLATION) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(not(any(unix, windows)))]
fn lock(_: &Path) -> io::Result<Option<Lock>> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "files cannot be locked on this system"))
}
