//! Where modules are looked for, by the subcommands that ask questions.

use clap::Args;
use mibc_compiler::query::Library;
use mibc_compiler::search::Cache;
use mibc_compiler::world::FsWorld;
use std::env;
use std::path::{Path, PathBuf};

/// The variable with further folders, which are searched with everything below them.
const VARIABLE: &str = "MIBC_PATH";

/// Search paths and the cache of their index.
#[derive(Debug, Args)]
pub(crate) struct SearchPath {
    /// A folder to look for modules in, or a file; may be given more than once. Standard modules are built in.
    #[arg(short = 'I', long = "include", value_name = "PATH")]
    include: Vec<PathBuf>,
    /// A folder to look for modules in, and in everything below it. The folders of the environment variable
    /// MIBC_PATH are searched so, too, after all others.
    #[arg(short = 'R', long = "include-below", value_name = "PATH")]
    include_below: Vec<PathBuf>,
    /// Read every file anew: neither use nor keep the index of the search paths. It is kept in the user's cache
    /// folder, never beside the modules.
    #[arg(long)]
    no_cache: bool,
}

impl SearchPath {
    /// Not a path but letters, as net-snmp's tools take them after `-I`.
    pub(crate) fn input_letters(&self) -> Option<&Path> {
        let letters = |path: &Path| {
            path.to_str().is_some_and(|text| text.len() <= 2 && text.chars().all(|c| "bhrRsSu".contains(c)))
        };
        self.include.iter().map(PathBuf::as_path).find(|path| letters(path) && !path.exists())
    }

    /// What there is to ask. Folders that cannot be read are reported at once.
    pub(crate) fn library(&self) -> Library {
        self.library_with(&[])
    }

    /// As [`SearchPath::library`], with further folders behind those of `--include`.
    pub(crate) fn library_with(&self, folders: &[PathBuf]) -> Library {
        let world = folders.iter().fold(self.world(), |world, path| world.include(path));
        let library = Library::new(world, cache(self.no_cache));
        for problem in library.problems() {
            eprintln!("warning: {}", problem.message);
        }
        library
    }

    /// As [`SearchPath::library`], for a subcommand that reports the diagnostics of what it compiles: those of the
    /// search paths are among them.
    pub(crate) fn quiet_library(&self) -> Library {
        Library::new(self.world(), cache(self.no_cache))
    }

    /// Only the search paths, without an index.
    pub(crate) fn world(&self) -> FsWorld {
        self.world_behind(FsWorld::new())
    }

    /// As [`SearchPath::world`], behind other search paths.
    pub(crate) fn world_behind(&self, world: FsWorld) -> FsWorld {
        let world = self.include.iter().fold(world, |world, path| world.include(path));
        self.include_below.iter().chain(&further()).fold(world, |world, path| world.include_below(path))
    }
}

/// The folders of the environment variable.
pub(crate) fn further() -> Vec<PathBuf> {
    let further = env::var_os(VARIABLE).unwrap_or_default();
    env::split_paths(&further).filter(|path| !path.as_os_str().is_empty()).collect()
}

/// Where indexes are kept.
pub(crate) fn cache(none: bool) -> Cache {
    if none { Cache::None } else { Cache::of_user() }
}
