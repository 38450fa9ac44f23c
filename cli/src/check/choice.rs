//! What is checked: files, everything below folders, and modules by name.

use std::path::{Path, PathBuf};

use mibc_compiler::search::{Cache, SearchIndex};
use mibc_compiler::world::{FsWorld, Location};

use crate::search_path;

/// What the arguments name, and where imports are looked for.
pub(super) struct Choice {
    pub(super) world: FsWorld,
    pub(super) locations: Vec<Location>,
    pub(super) modules: Vec<String>,
}

impl Choice {
    /// Sorts the arguments into paths that exist and names of modules.
    ///
    /// # Errors
    /// An argument that can be neither.
    pub(super) fn of(targets: &[String], include: &[PathBuf], cache: &Cache) -> Result<Choice, String> {
        let search = |world: FsWorld| include.iter().fold(world, |world, path| world.include_below(path));
        let mut world = search(FsWorld::new());
        let mut paths = Vec::new();
        let mut modules = Vec::new();
        for target in targets {
            let path = Path::new(target);
            if path.is_dir() {
                paths.push(path);
                world = world.include_below(path);
            } else if path.is_file() {
                paths.push(path);
                world = world
                    .include(path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")));
            } else if is_name(target) {
                modules.push(target.clone());
            } else {
                return Err(format!("`{target}` is neither a file, nor a folder, nor the name of a module"));
            }
        }
        let further = search_path::further();
        let search_further =
            |world| further.iter().fold(world, |world: FsWorld, path| world.include_below(path));
        world = search_further(world);
        if *cache != Cache::None && !(include.is_empty() && further.is_empty()) {
            // What is checked is read anyhow: only the other folders are worth an index.
            SearchIndex::open(&search_further(search(FsWorld::new())), cache).inform(&world);
        }
        let mut locations = Vec::new();
        for path in paths {
            match path.is_dir() {
                true => locations.extend(modules_below(path, &world)?),
                false => locations.push(Location::File(path.to_owned())),
            }
        }
        Ok(Choice { world, locations, modules })
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// The files below a folder that seem to define a module; others, such as a README, are passed over. `world` is the one
/// that will read them.
fn modules_below(folder: &Path, world: &FsWorld) -> Result<Vec<Location>, String> {
    let listing = FsWorld::new().include_below(folder);
    let found: Vec<Location> = listing.hand_over(world).into_iter().map(Location::File).collect();
    if found.is_empty() {
        return Err(format!("no file below `{}` defines a module", folder.display()));
    }
    Ok(found)
}
