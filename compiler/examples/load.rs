//! Loads every MIB file below some folders, as one set: what is found, how long it takes, how much memory.
//!
//! `cargo run --release -p mibc-compiler --example load -- [--list=CODE] FOLDER…`
//!
//! `--list` prints the diagnostics of one code.
#![forbid(unsafe_code)]

use mibc_compiler::compile::compile_files;
use mibc_compiler::diag::Severity;
use mibc_compiler::source::{FsWorld, Location};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

fn main() {
    let (flags, folders): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let listed: Vec<&str> = flags.iter().filter_map(|flag| flag.strip_prefix("--list=")).collect();
    let folders: Vec<PathBuf> = folders.into_iter().map(PathBuf::from).collect();
    let mut files = Vec::new();
    for folder in &folders {
        collect(folder, &mut files);
    }
    files.sort();
    let world = folders.iter().fold(FsWorld::new(), |world, folder| world.include_below(folder));
    let locations: Vec<Location> = files.into_iter().map(Location::File).collect();
    let start = Instant::now();
    let compilation = compile_files(&world, &locations);
    let elapsed = start.elapsed();
    let model = &compilation.model;
    let octets: usize = model.sources.files().iter().map(|file| file.text.len()).sum();
    println!(
        "{} files, {:.1} MB, {} modules, {} definitions, {} types in {:.2} s: {:.1} MB/s",
        model.sources.files().len(),
        octets as f64 / 1e6,
        model.modules().len(),
        model.definitions().len(),
        model.types().len(),
        elapsed.as_secs_f64(),
        octets as f64 / 1e6 / elapsed.as_secs_f64(),
    );
    let mut codes: BTreeMap<(Severity, &str), (usize, u64)> = BTreeMap::new();
    for diagnostic in compilation.diagnostics.iter() {
        if listed.contains(&diagnostic.code.id()) {
            let place = diagnostic.primary.as_ref().map_or(String::new(), |label| {
                let file = model.sources.file(label.span.file);
                let before = file.text.get(..label.span.start as usize).unwrap_or_default();
                format!("{}:{}: ", file.name, before.matches('\n').count() + 1)
            });
            println!("{place}{} {:?}", diagnostic.message, diagnostic.help);
        }
        let entry = codes.entry((diagnostic.severity, diagnostic.code.id())).or_default();
        entry.0 += 1;
        entry.1 += u64::from(diagnostic.follow_ons);
    }
    for ((severity, code), (count, follow_ons)) in codes.iter().rev() {
        println!("{severity:?} {code}: {count}, and {follow_ons} follow-ons");
    }
    println!("{} modules missing", compilation.missing.len());
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    match std::fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| collect(&entry.path(), files)),
        Err(_) => files.push(path.to_owned()),
    }
}
