//! Text made to hurt, from file to Rust and JSON: bounded time and memory, a diagnostic for each cause, and nothing
//! written outside of the output folder (REQUIREMENTS §2, "MIB bombs").
//!
//! The parser and the resolver have bombs of their own; these go through the whole pipeline, as a user's files do.

mod bombs;
mod folders;

use mibc_compiler::compile::{Compilation, compile, compile_files};
use mibc_compiler::diag::Renderer;
use mibc_compiler::emit::{json, rust};
use mibc_compiler::world::{Location, MemWorld};
use std::time::{Duration, Instant};

/// No measure of speed, but far from both what it takes and what it would take: a debug build on a busy machine needs
/// seconds, what is quadratic hours with these sizes.
const LIMIT: Duration = Duration::from_secs(1_200);

/// The most memory that the whole test program may ever have had, in octets. The largest text is of 100 MB.
const MEMORY: u64 = 2 << 30;

/// Compiles every module of some files, and writes everything that can be written of it.
fn all_of(files: &[(String, String)]) -> Compilation {
    let start = Instant::now();
    let world = files.iter().fold(MemWorld::new().with_built_in(), |world, (name, text)| {
        world.file(name.as_str(), text.as_bytes())
    });
    let locations: Vec<Location> = files.iter().map(|(name, _)| Location::File(name.into())).collect();
    let compilation = compile_files(&world, &locations);
    write_everything(&compilation);
    assert!(start.elapsed() < LIMIT, "took {:?}", start.elapsed());
    if let Some(peak) = peak_memory() {
        assert!(peak < MEMORY, "{peak} octets");
    }
    compilation
}

/// Compiles one module by its name.
fn one(text: &str) -> Compilation {
    let start = Instant::now();
    let world = MemWorld::new().with_built_in().file("X-MIB", text.as_bytes());
    let compilation = compile(&world, &["X-MIB"]);
    write_everything(&compilation);
    assert!(start.elapsed() < LIMIT, "took {:?}", start.elapsed());
    if let Some(peak) = peak_memory() {
        assert!(peak < MEMORY, "{peak} octets");
    }
    compilation
}

/// Rust, JSON and drawn diagnostics: their size is bounded by that of the input.
fn write_everything(compilation: &Compilation) {
    let model = &compilation.model;
    let text: usize = model.sources.files().iter().map(|file| file.text.len()).sum();
    for &module in &compilation.requested {
        let written = json::module_json(model, module);
        assert!(written.len() < 40 * text + 10_000, "{} octets of JSON for {text}", written.len());
    }
    match rust::bundle(model, &compilation.requested, &rust::Options::default()) {
        Ok(written) => {
            assert!(written.len() < 100 * text + 100_000, "{} octets of Rust for {text}", written.len());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let mut renderer = Renderer::plain(&model.sources);
    for diagnostic in compilation.diagnostics.iter().take(100) {
        let drawn = renderer.render(diagnostic);
        assert!(drawn.len() < 100_000, "{} octets drawn for {}", drawn.len(), diagnostic.code);
    }
}

/// The codes of all diagnostics, each once, sorted.
fn codes(compilation: &Compilation) -> Vec<&'static str> {
    let mut codes: Vec<&str> = compilation.diagnostics.iter().map(|d| d.code.id()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// A module with that body.
fn module(body: &str) -> String {
    format!(
        "X-MIB DEFINITIONS ::= BEGIN\nIMPORTS enterprises, OBJECT-TYPE, Integer32 FROM SNMPv2-SMI \
         TEXTUAL-CONVENTION FROM SNMPv2-TC;\nx OBJECT IDENTIFIER ::= {{ enterprises 32473 }}\n{body}\nEND\n"
    )
}

/// The most memory that this process ever had, in octets, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? << 10)
}
