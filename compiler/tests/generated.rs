//! The committed crate `mibc-generated` is what the compiler writes now.

#[path = "../examples/generate/output.rs"]
mod output;

use std::fs;
use std::path::Path;

#[test]
fn generated_code_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let wanted = output::files(&root).expect("the modules compile");
    let different: Vec<&str> = wanted
        .iter()
        .filter(|(path, text)| fs::read_to_string(root.join(path)).ok().as_deref() != Some(text.as_str()))
        .map(|(path, _)| path.as_str())
        .collect();
    let sources = output::generated_sources(&root).expect("generated/src is there");
    let left_over: Vec<&String> =
        sources.iter().filter(|source| !wanted.iter().any(|(path, _)| path == *source)).collect();
    assert!(
        different.is_empty() && left_over.is_empty(),
        "different: {different:?}, left over: {left_over:?}; run `cargo run -p mibc-compiler --example generate`"
    );
}
