//! What a subcommand is asked about: a file, a folder, or a module by its name.

use crate::search_path::SearchPath;
use mibc_compiler::compile::{Compilation, Options, compile, compile_files, compile_with};
use mibc_compiler::world::{FsWorld, Location, Pinned};
use std::path::Path;

/// Compiles a file (all its modules, and no other revision of them), a folder (all modules in it), or a module of
/// the search path. What a file or folder imports is looked for beside it, too.
pub(crate) fn load(search: &SearchPath, subject: &str) -> Result<Compilation, String> {
    let path = Path::new(subject);
    let unreadable = |error: std::io::Error| format!("cannot read `{subject}`: {error}");
    let compilation = if path.is_dir() {
        let own = FsWorld::new().include(path);
        let modules = own.modules();
        compile(&search.world_behind(own), &modules)
    } else if path.is_file() {
        let world = search.world().include(folder_of(path));
        let location = Location::File(path.to_owned());
        let pinned = Pinned::new(world, location.clone()).map_err(unreadable)?;
        compile_files(&pinned, &[location])
    } else {
        compile(&search.world(), &[subject])
    };
    if compilation.requested.is_empty() {
        return Err(format!(
            "`{subject}` is neither a file or folder with a module, nor a module of the search path"
        ));
    }
    Ok(compilation)
}

/// Compiles files, folders and modules of the search path at once.
pub(crate) fn compile_all(search: &SearchPath, subjects: &[String]) -> Compilation {
    let (mut world, mut locations, mut names) = (search.world(), Vec::new(), Vec::new());
    for subject in subjects {
        let path = Path::new(subject);
        if path.is_dir() {
            let own = FsWorld::new().include(path);
            locations
                .extend(own.files_with_modules().into_iter().map(|file| Location::File(file.to_owned())));
            world = world.include(path);
        } else if path.is_file() {
            locations.push(Location::File(path.to_owned()));
            world = world.include(folder_of(path));
        } else {
            names.push(subject);
        }
    }
    if locations.is_empty() {
        return search.quiet_library().compile(&names);
    }
    compile_with(&world, &names, &locations, &Options::default())
}

/// The folder that a file is in.
fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
