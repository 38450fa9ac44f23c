//! snmpsim's form: `OID|tag|value`, with the letter of an encoding and the name of a variation module behind the tag.

use std::path::{Path, PathBuf};
use std::time::Duration;

use mibc_runtime::oid::Oid;

use super::source::{Source, folder_files};
use super::tagged::value_of_tag;
use super::{Reading, lines};
use crate::problem::shown;
use crate::store::Subtree;
use crate::variation::{Options, Variation};

/// A snapshot may not have snapshots.
const MAX_DEPTH: usize = 1;

/// Most snapshots of a subtree.
const MAX_SNAPSHOTS: usize = 10_000;

pub(super) fn read(octets: &[u8], reading: &mut Reading<'_>) {
    let mut problems = Vec::new();
    let lines = lines(octets, &mut problems);
    reading.problems.append(&mut problems);
    for (number, line) in lines {
        // Octets are characters of ISO 8859-1.
        let text: String = line.iter().map(|octet| char::from(*octet)).collect();
        if text.trim().is_empty() || text.starts_with('#') {
            continue;
        }
        if let Err(message) = entry(&text, reading) {
            reading.problem(number, message);
        }
    }
}

fn entry(line: &str, reading: &mut Reading<'_>) -> Result<(), String> {
    let mut parts = line.splitn(3, '|');
    let (Some(name), Some(tag), Some(value)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(format!("expected OID|tag|value, found `{}`", shown(line)));
    };
    let name = name.trim();
    let name: Oid = name
        .strip_prefix('.')
        .unwrap_or(name)
        .parse()
        .map_err(|error| format!("`{}` is not an OID: {error}", shown(name)))?;
    let (tag, module) = match tag.trim().split_once(':') {
        Some((tag, module)) => (tag, Some(module)),
        None => (tag.trim(), None),
    };
    let encoding = tag.chars().last().filter(|c| matches!(c, 'x' | 'e'));
    let digits = encoding.and_then(|c| tag.strip_suffix(c)).unwrap_or(tag);
    if module == Some("multiplex") {
        let subtree = snapshots(name, value, reading)?;
        reading.draft.subtree(subtree);
        return Ok(());
    }
    if let (Some(module), true) = (module, digits.is_empty()) {
        // Others that stand for a subtree are not here: this says which they are.
        return Err(match Variation::read(module, 0, "") {
            Err(message) if message.contains("not supported") => message,
            _ => format!(
                "the module `{module}` needs the tag of a value in front of its name, such as 4:{module}"
            ),
        });
    }
    let tag: u8 = digits
        .parse()
        .map_err(|_| format!("expected the tag of a value such as 4, found `{}`", shown(tag)))?;
    match module {
        None => reading.draft.fixed(name, value_of_tag(tag, encoding, value)?),
        Some(module) => reading.draft.varied(name, Variation::read(module, tag, value)?),
    }
    Ok(())
}

/// `multiplex`: files of a folder, each the subtree for a while.
fn snapshots(root: Oid, options: &str, reading: &mut Reading<'_>) -> Result<Subtree, String> {
    if reading.depth >= MAX_DEPTH {
        return Err("a snapshot of the module `multiplex` may not have snapshots of its own".to_owned());
    }
    let mut options = Options::read(options)?;
    let dir = options.take("dir").ok_or("the module `multiplex` needs `dir`: the folder of its snapshots")?;
    let period: f64 = options.parsed("period", "a number of seconds")?.unwrap_or(60.0);
    let wraps = options.is_on("wrap");
    if options.take("control").is_some() {
        return Err(
            "the option `control` of the module `multiplex` is not supported; time chooses the snapshot"
                .into(),
        );
    }
    options.finish("multiplex")?;
    let folder = snapshot_folder(Path::new(&dir), reading.folder)?;
    let mut files: Vec<(u64, PathBuf)> = folder_files(&folder)
        .map_err(|error| format!("the folder {} cannot be read: {error}", folder.display()))?
        .into_iter()
        .filter_map(|path| Some((path.file_stem()?.to_str()?.parse().ok()?, path)))
        .collect();
    files.sort();
    if files.is_empty() || files.len() > MAX_SNAPSHOTS {
        return Err(format!(
            "expected 1 to {MAX_SNAPSHOTS} snapshots such as 0.snmprec in {}, found {}",
            folder.display(),
            files.len()
        ));
    }
    let mut found = Vec::new();
    for (_, path) in files {
        let read = Source::File(path.clone()).read_at(reading.names, reading.depth + 1);
        let read = read.map_err(|error| error.to_string())?;
        reading.problems.extend(read.problems);
        found.push(read.recording.below(&root));
    }
    let period = Duration::try_from_secs_f64(period).unwrap_or_default().max(Duration::from_millis(1));
    Ok(Subtree { root, snapshots: found, period, wraps })
}

/// The folder that a recording names: beside it, or beside one of the folders that it is in, and nowhere else.
fn snapshot_folder(dir: &Path, folder: Option<&Path>) -> Result<PathBuf, String> {
    let plain = dir.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if !plain {
        return Err(format!(
            "`dir={}`: expected a folder beside the recording, without `..` and not from the root",
            dir.display()
        ));
    }
    let above = folder.into_iter().flat_map(Path::ancestors);
    let found = above.map(|above| above.join(dir)).find(|path| path.is_dir());
    found.ok_or_else(|| format!("there is no folder {} beside the recording or above it", dir.display()))
}
