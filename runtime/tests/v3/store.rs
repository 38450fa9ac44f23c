//! U8: boots outlive the process.

use crate::lab::engine_id;
use mibc_runtime::agent::{EngineState, EngineStore, FileStore};
use std::fs;
use std::io;
use std::path::PathBuf;

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("mibc-v3-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn boots_are_counted() -> io::Result<()> {
    let folder = Folder::new("counted");
    let store = FileStore::new(folder.0.join("engine"));
    assert_eq!(store.load()?, None);
    let first = EngineState::start(&store, None)?;
    assert_eq!((first.boots, store.load()?), (1, Some(first)), "saved before anything is answered");
    let second = EngineState::start(&store, None)?;
    assert_eq!(second, EngineState { boots: 2, ..first });
    // An ID of one's own begins anew, and then counts.
    for boots in [1, 2] {
        let state = EngineState::start(&store, Some(engine_id("own")))?;
        assert_eq!(state, EngineState { engine_id: engine_id("own"), boots });
    }
    store.save(&EngineState { boots: 2_147_483_647, ..first })?;
    assert_eq!(EngineState::start(&store, None)?.boots, 2_147_483_647, "it stays at its end");
    Ok(())
}

/// Unreadable is not the same as nothing.
#[test]
fn an_unreadable_store() {
    let folder = Folder::new("unreadable");
    let path = folder.0.join("engine");
    let store = FileStore::new(&path);
    for text in [
        "",
        "boots = 3\n",
        "engine-id = 8000\nboots = 3\n",
        "engine-id = 80000000050102\nboots = x\n",
        "engine-id = 80000000050102\nboots = 2147483648\n",
        "engine-id = 80000000050102\nboots = -1\n",
    ] {
        fs::write(&path, text).expect("the file is written");
        assert!(store.load().is_err(), "{text:?}");
        assert!(EngineState::start(&store, None).is_err());
        let state = EngineState::start(&store, Some(engine_id("own"))).expect("it starts");
        assert_eq!(state.boots, 2_147_483_647);
        assert_eq!(fs::read_to_string(&path).expect("the file"), text, "nothing is overwritten");
    }
}

/// CVE-2020-15861: the file is private, and a link in its place leads nowhere.
#[cfg(unix)]
#[test]
fn the_file_is_private() -> io::Result<()> {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new("private");
    let path = folder.0.join("engine");
    let store = FileStore::new(&path);
    EngineState::start(&store, None)?;
    assert_eq!(fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
    let victim = folder.0.join("victim");
    fs::write(&victim, "precious")?;
    fs::remove_file(&path)?;
    symlink(&victim, &path)?;
    assert!(store.load().is_err());
    symlink(&victim, folder.0.join("engine.new"))?;
    store.save(&EngineState::random())?;
    assert_eq!(fs::read_to_string(&victim)?, "precious");
    assert!(fs::symlink_metadata(&path)?.is_file());
    Ok(())
}

/// U22: no two engines get the same random ID.
#[test]
fn random_ids_differ() {
    let ids: std::collections::BTreeSet<_> = (0..1_000).map(|_| EngineState::random().engine_id).collect();
    assert_eq!(ids.len(), 1_000);
    assert!(ids.iter().all(|id| id.as_bytes()[0] & 0x80 != 0 && id.as_bytes()[4] == 5));
}
