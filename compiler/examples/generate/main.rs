//! Writes the crate `mibc-generated`, the features that name its modules, and the list of their names in the compiler: `cargo run -p mibc-compiler --example
//! generate`, after a change of the compiler or of `mibs/`. Continuous integration compares.

mod output;

use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let wanted = output::files(&root)?;
    for old in output::generated_sources(&root)? {
        if !wanted.iter().any(|(path, _)| *path == old) {
            println!("removed {old}");
            fs::remove_file(root.join(old))?;
        }
    }
    for (path, text) in wanted {
        let place = root.join(&path);
        if fs::read_to_string(&place).ok().as_deref() != Some(text.as_str()) {
            println!("written {path}");
            fs::write(place, text)?;
        }
    }
    Ok(())
}
