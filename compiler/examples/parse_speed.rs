//! Parses every file below the folders given and prints how fast, and what did not parse.
//!
//! `cargo run --release -p mibc-compiler --example parse_speed -- [--errors|--all] FOLDER…`
//!
//! `--errors` lists the errors, `--all` the warnings too.
#![forbid(unsafe_code)]

use std::{path::PathBuf, time::Instant};

use mibc_compiler::{diag::Severity, source::SourceMap, syntax::parse};

fn main() {
    let (flags, folders): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let listed = if flags.iter().any(|flag| flag == "--all") {
        Some(Severity::Note)
    } else {
        flags.iter().any(|flag| flag == "--errors").then_some(Severity::Error)
    };
    let mut pending: Vec<PathBuf> = folders.into_iter().map(PathBuf::from).collect();
    let mut sources = SourceMap::default();
    while let Some(path) = pending.pop() {
        if let Ok(folder) = std::fs::read_dir(&path) {
            pending.extend(folder.flatten().map(|entry| entry.path()));
        } else if let Ok(bytes) = std::fs::read(&path) {
            sources.add_bytes(path.display().to_string(), &bytes);
        }
    }
    let octets: usize = sources.files().iter().map(|file| file.text.len()).sum();
    let (mut modules, mut definitions, mut lost, mut noted) = (0, 0, 0, 0);
    let start = Clock::start();
    for file in sources.files() {
        let parsed = parse(file);
        modules += parsed.modules.len();
        definitions += parsed.modules.iter().map(|module| module.definitions.len()).sum::<usize>();
        for diagnostic in parsed.diagnostics.iter() {
            if diagnostic.severity < Severity::Error {
                noted += 1;
            } else {
                lost += 1;
            }
            if listed.is_some_and(|least| diagnostic.severity >= least) {
                let at = diagnostic.primary.as_ref().map_or(0, |label| label.span.start as usize);
                let line = file.text.get(..at).unwrap_or_default().matches('\n').count() + 1;
                println!("{}:{line}: {}: {}", file.name, diagnostic.code, diagnostic.message);
            }
        }
    }
    let (seconds, clock) = start.seconds();
    println!(
        "{} files, {:.1} MB in {:.0} ms of {clock}: {:.0} MB/s; {modules} modules, {definitions} definitions, {lost} errors, {noted} warnings",
        sources.files().len(),
        octets as f64 / 1e6,
        seconds * 1e3,
        octets as f64 / 1e6 / seconds,
    );
}

/// Time on the processor where the system tells, else on the wall.
struct Clock {
    wall: Instant,
    processor: Option<f64>,
}

impl Clock {
    fn start() -> Clock {
        Clock { wall: Instant::now(), processor: processor_seconds() }
    }

    fn seconds(&self) -> (f64, &'static str) {
        match (self.processor, processor_seconds()) {
            (Some(start), Some(end)) => (end - start, "CPU"),
            _ => (self.wall.elapsed().as_secs_f64(), "wall clock"),
        }
    }
}

/// What this thread has used so far, from Linux's scheduler.
fn processor_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: u64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds as f64 / 1e9)
}
