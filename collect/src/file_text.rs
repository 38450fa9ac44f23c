//! Files that are read whole.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use zeroize::Zeroizing;

/// The text of a file, which may have so many octets. A pipe or a device is refused: reading it may never end.
///
/// # Errors
/// In words, without the name of the file.
pub(crate) fn read(path: &Path, most: u64) -> Result<Zeroizing<String>, String> {
    let in_words = |error: std::io::Error| error.to_string();
    let file = std::fs::metadata(path).map_err(in_words)?;
    if !file.is_file() {
        let what = if file.is_dir() { "a folder" } else { "a pipe or a device" };
        return Err(format!("it is {what}; expected an ordinary file"));
    }
    // It may grow meanwhile, and files of the kernel do not tell their length.
    let mut text =
        Zeroizing::new(String::with_capacity(usize::try_from(file.len().min(most)).unwrap_or(0) + 1));
    let read = File::open(path).and_then(|file| file.take(most + 1).read_to_string(&mut text));
    if read.map_err(in_words)? as u64 > most {
        return Err(format!("it has more than {most} octets, which is the limit"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::read;
    use std::path::Path;

    #[test]
    fn only_ordinary_files_of_some_length() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        std::fs::write(&file, "12345").expect("it is written");
        assert_eq!(read(&file, 5).expect("a text").as_str(), "12345");
        assert!(read(&file, 4).is_err_and(|why| why.contains("more than 4 octets")));
        assert!(read(folder.path(), 5).is_err_and(|why| why.contains("a folder")));
        assert!(read(&folder.path().join("other"), 5).is_err());
        std::fs::write(&file, [0xff]).expect("it is written");
        assert!(read(&file, 5).is_err_and(|why| why.contains("UTF-8")));
        if Path::new("/dev/zero").exists() {
            assert!(read(Path::new("/dev/zero"), 5).is_err_and(|why| why.contains("a pipe or a device")));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
        assert!(made.success());
        assert!(read(&pipe, 5).is_err_and(|why| why.contains("a pipe or a device")));
    }
}
