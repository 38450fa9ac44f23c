//! `mibc links`: the names of net-snmp's tools, for this program.

use crate::snmp::Failure;
use crate::tool::Tool;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

/// What `mibc links` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct LinksArguments {
    /// The folder for the links. It is created if it is missing. Links in it are replaced, files are not.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Makes a link for each tool.
pub(crate) fn run(arguments: &LinksArguments) -> Result<ExitCode, Failure> {
    let folder = &arguments.folder;
    let failed = |path: &Path, error: io::Error| format!("cannot make `{}`: {error}", path.display());
    let program =
        env::current_exe().map_err(|error| format!("this program's own path is not known: {error}"))?;
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    for tool in Tool::ALL {
        let path = folder.join(tool.name()).with_extension(env::consts::EXE_EXTENSION);
        match fs::symlink_metadata(&path) {
            Ok(about) if about.is_symlink() => {
                fs::remove_file(&path).map_err(|error| failed(&path, error))?
            }
            Ok(_) => {
                return Err(
                    format!("`{}` is there and is not a link: it stays as it is", path.display()).into()
                );
            }
            Err(_) => {}
        }
        link(&program, &path).map_err(|error| failed(&path, error))?;
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(unix)]
fn link(program: &Path, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(program, path)
}

/// Links need rights that not everybody has; a second name of the file does as well.
#[cfg(not(unix))]
fn link(program: &Path, path: &Path) -> io::Result<()> {
    fs::hard_link(program, path)
}
