//! `mibc tree`: a part of the OID tree.

use crate::output;
use crate::search_path::SearchPath;
use mibc_compiler::query::{Library, Style, Translator, Tree};
use std::error::Error;
use std::process::ExitCode;

/// What `mibc tree` is asked to do.
#[derive(Debug, clap::Args)]
pub(crate) struct TreeArguments {
    #[command(flatten)]
    search: SearchPath,
    /// How many levels to draw below the root.
    #[arg(short, long, value_name = "LEVELS")]
    depth: Option<usize>,
    /// Put each node's whole OID beside it.
    #[arg(short, long)]
    oids: bool,
    /// Draw with plain ASCII characters.
    #[arg(long)]
    ascii: bool,
    /// A module, or a name or OID: the tree below it, of all modules that have something there.
    #[arg(value_name = "MODULE|NAME|OID")]
    root: String,
}

/// The tree on standard output. Beside each object is what may be done with it (`r` read, `w` write, `c` create,
/// `n` in notifications only), its type, the index of a row, and its status unless that is current.
pub(crate) fn run(arguments: &TreeArguments) -> Result<ExitCode, Box<dyn Error>> {
    let library = arguments.search.library();
    let tree = match module(&library, &arguments.root) {
        Some(tree) => tree,
        None => {
            let oid = match arguments.root.trim_start_matches('.').parse() {
                Ok(oid) => oid,
                Err(_) => Translator::new(&library).translate(&arguments.root)?.oid,
            };
            Tree::below(&library, &oid)
        }
    };
    if tree.is_empty() {
        return Err(format!("no module defines anything below {}", arguments.root).into());
    }
    let depth = arguments.depth.unwrap_or(Style::default().depth);
    output::to_stdout(&tree.draw(&Style { unicode: !arguments.ascii, oids: arguments.oids, depth }))?;
    Ok(ExitCode::SUCCESS)
}

fn module(library: &Library, name: &str) -> Option<Tree> {
    library.index().modules_named(name).next()?;
    let compilation = library.compile(&[name]);
    let module = compilation.model.module(name)?;
    Some(Tree::of_module(&compilation.model, module.id))
}
