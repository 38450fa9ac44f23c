//! What makes an unchanged build do no work: a small file beside the Rust, with the hash of everything that went in.
//!
//! That is the configuration, this crate's version, the content of every file read, and the names, sizes and times of
//! all other files on the search paths, since any of them could be chosen next time. A program that contains this
//! crate also counts: while mibc itself is worked on, its version stays.

use super::Generated;
use crate::world::FsWorld;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use std::{env, fs};

/// The first line of the file.
const HEAD: &str = "mibc cache 1";

/// What a build starts from, before any module is looked at.
pub(super) struct Inputs {
    key: String,
    /// Every file on the search paths, with size and time.
    listing: Vec<(PathBuf, String)>,
}

impl Inputs {
    pub(super) fn new(world: &FsWorld, fingerprint: &str) -> Inputs {
        let program = env::current_exe().ok().map(|path| stamp(&path)).unwrap_or_default();
        let key = hash(format!("{} {program} {fingerprint}", env!("CARGO_PKG_VERSION")).as_bytes());
        Inputs { key, listing: world.files().iter().map(|path| (path.clone(), stamp(path))).collect() }
    }

    /// The hash of the files on the search paths that were not read.
    fn others(&self, sources: &[PathBuf]) -> String {
        let mut text = String::new();
        for (path, stamp) in &self.listing {
            let read = sources.binary_search(path).is_ok();
            text.push_str(&format!("{path:?} {}\n", if read { "" } else { stamp }));
        }
        hash(text.as_bytes())
    }
}

/// The content of the cache's file.
pub(super) struct Cache {
    key: String,
    output: String,
    others: String,
    /// The files that were read, sorted.
    pub(super) sources: Vec<PathBuf>,
    /// The hash of each of them.
    hashes: Vec<String>,
    pub(super) warnings: Vec<String>,
}

impl Cache {
    pub(super) fn new(inputs: &Inputs, generated: &Generated) -> Cache {
        Cache {
            key: inputs.key.clone(),
            output: hash(generated.rust.as_bytes()),
            others: inputs.others(&generated.sources),
            hashes: generated.sources.iter().map(|path| hash_file(path)).collect(),
            sources: generated.sources.clone(),
            warnings: generated.warnings.clone(),
        }
    }

    /// Whether the Rust would be the same if it were written now, and is still there.
    pub(super) fn is_current(&self, inputs: &Inputs, output: &Path) -> bool {
        self.key == inputs.key
            && self.others == inputs.others(&self.sources)
            && self.sources.iter().zip(&self.hashes).all(|(path, hash)| hash_file(path) == *hash)
            && hash_file(output) == self.output
    }

    pub(super) fn read(file: &Path) -> Option<Cache> {
        Cache::parse(&fs::read_to_string(file).ok()?)
    }

    fn parse(text: &str) -> Option<Cache> {
        let mut lines = text.lines();
        if lines.next() != Some(HEAD) {
            return None;
        }
        let mut value = |name: &str| Some(lines.next()?.strip_prefix(name)?.strip_prefix(' ')?.to_owned());
        let (key, output, others) = (value("key")?, value("output")?, value("others")?);
        let mut cache =
            Cache { key, output, others, sources: Vec::new(), hashes: Vec::new(), warnings: Vec::new() };
        for line in lines {
            let (name, rest) = line.split_once(' ')?;
            match name {
                "file" => {
                    let (hash, path) = rest.split_once(' ')?;
                    cache.hashes.push(hash.to_owned());
                    cache.sources.push(path.into());
                }
                "warning" => cache.warnings.push(rest.to_owned()),
                "end" => return Some(cache),
                _ => return None,
            }
        }
        None
    }

    /// The text of the file. A path that a line cannot hold makes it one that is not read again.
    pub(super) fn to_text(&self) -> String {
        let mut text = format!("{HEAD}\nkey {}\noutput {}\nothers {}\n", self.key, self.output, self.others);
        for (path, hash) in self.sources.iter().zip(&self.hashes) {
            match path.to_str().filter(|path| !path.contains(['\n', '\r'])) {
                Some(path) => text.push_str(&format!("file {hash} {path}\n")),
                None => return String::new(),
            }
        }
        for warning in &self.warnings {
            text.push_str(&format!("warning {warning}\n"));
        }
        text.push_str("end .\n");
        text
    }
}

/// Size and time of a file; empty if it cannot be asked for.
fn stamp(path: &Path) -> String {
    let Ok(meta) = fs::metadata(path) else { return String::new() };
    let time = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    format!("{} {}", meta.len(), time.map_or(0, |time| time.as_nanos()))
}

/// The hash of a file; empty if it cannot be read.
fn hash_file(path: &Path) -> String {
    fs::read(path).map_or_else(|_| String::new(), |bytes| hash(&bytes))
}

/// 128 bits, so that two texts do not meet by chance. Nobody is kept from making two that do: who can write here can
/// change the Rust itself. Another version of Rust may hash otherwise, and then everything is done again.
fn hash(bytes: &[u8]) -> String {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, bytes).hash(&mut hasher);
        hasher.finish()
    };
    format!("{:016x}{:016x}", half(0), half(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_comes_back_as_written_and_anything_else_is_no_cache() {
        let cache = Cache {
            key: "k".into(),
            output: "o".into(),
            others: "x".into(),
            sources: vec!["a b/C-MIB".into(), "d".into()],
            hashes: vec!["1".into(), "2".into()],
            warnings: vec!["w w".into()],
        };
        let text = cache.to_text();
        let read = Cache::parse(&text).expect("its own text");
        assert_eq!(read.to_text(), text);
        assert_eq!(read.sources, cache.sources);
        for end in 0..text.len() - 1 {
            assert!(Cache::parse(&text[..end]).is_none_or(|read| read.to_text() == text), "{end}");
        }
        assert!(Cache::parse("mibc cache 0\n").is_none());
    }
}
