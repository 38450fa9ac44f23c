//! A module of hostile names and texts: its Rust is what is committed. `hostile.rs` compiles and uses that.
//!
//! `MIBC_BLESS=1 cargo test --test golden` writes the file anew after a change of the compiler.

use mibc_compiler::Config;
use std::fs;
use std::path::Path;

#[test]
fn hostile_names_and_texts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let config = Config::new().include(&folder).modules(["HOSTILE-MIB"]).agent([
        "things",
        "colourTable",
        "brokenTable",
    ]);
    let generated = config.allow_errors(true).generate().expect("what can be read is written");
    let file = folder.join("hostile.golden");
    if std::env::var_os("MIBC_BLESS").is_some() {
        fs::write(&file, &generated.rust).expect("the file can be written");
    }
    let committed = fs::read_to_string(&file).expect("the file is there");
    let line = committed.lines().zip(generated.rust.lines()).position(|(old, new)| old != new);
    assert!(
        committed == generated.rust,
        "differs from line {:?}; see the head of this file",
        line.map(|at| at + 1)
    );
}
