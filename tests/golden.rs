//! The Rust of modules as it is committed: one of hostile names and texts, which `hostile.rs` compiles and uses, and one
//! that augments a standard table, for `served_tables.rs`.
//!
//! `MIBC_BLESS=1 cargo test --test golden` writes the files anew after a change of the compiler.

use mibc_compiler::Config;
use std::fs;
use std::path::Path;

#[test]
fn hostile_names_and_texts() {
    let tables = ["things", "colourTable", "brokenTable"];
    compare("hostile.golden", |config| config.modules(["HOSTILE-MIB"]).agent(tables).allow_errors(true));
}

#[test]
fn a_table_beside_a_standard_one() {
    let tables = ["ifTable", "acmePortTable"];
    compare("port.golden", |config| config.modules(["ACME-PORT-MIB"]).agent(tables));
}

/// The Rust is what the file has.
fn compare(name: &str, configure: impl FnOnce(Config) -> Config) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let config = configure(Config::new().include(&folder));
    let generated = config.generate().expect("what can be read is written");
    let file = folder.join(name);
    if std::env::var_os("MIBC_BLESS").is_some() {
        fs::write(&file, &generated.rust).expect("the file can be written");
    }
    let committed = fs::read_to_string(&file).expect("the file is there");
    let line = committed.lines().zip(generated.rust.lines()).position(|(old, new)| old != new);
    assert!(
        committed == generated.rust,
        "{name} differs from line {:?}; see the head of this file",
        line.map(|at| at + 1)
    );
}
