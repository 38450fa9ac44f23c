//! Writes the functions that match the rules of `smi.pest`, the short way of the compiler's parser:
//! `cargo run -p mibc-grammar`. A package of its own, so that it builds where the functions no longer fit the grammar.
#![forbid(unsafe_code)]

mod rules;

use std::{fs, io, path::PathBuf};

fn main() -> io::Result<()> {
    let grammar = fs::read_to_string(in_compiler("src/syntax/smi.pest"))?;
    let rules = rules::of(&grammar).map_err(io::Error::other)?;
    fs::write(in_compiler(rules::PATH), rules)
}

fn in_compiler(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_functions_are_those_of_the_grammar() {
        let read = |path: &str| fs::read_to_string(in_compiler(path)).expect("a file");
        let written = rules::of(&read("src/syntax/smi.pest")).expect("functions");
        assert!(read(rules::PATH) == written, "{} is out of date: `cargo run -p mibc-grammar`", rules::PATH);
    }
}
