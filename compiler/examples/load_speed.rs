//! What loading costs: every module below some folders is found, read, parsed, resolved and checked at the default
//! level, in one process.
//!
//! `cargo run --release -p mibc-compiler --example load_speed -- FOLDER… [--threads N] [--runs N]`
//!
//! Prints the time on the processor (all threads, user and system, from Linux's scheduler), the time on the wall, the
//! highest memory, and what was found. With several runs the times are those of the run that took the least processor
//! time, which other programs on the machine disturb least; the memory is the highest of all runs.
#![forbid(unsafe_code)]

use mibc_compiler::compile::{Compilation, compile_files};
use mibc_compiler::diag::Severity;
use mibc_compiler::world::{FsWorld, Location};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs};

/// What is asked for on the command line.
struct Request {
    folders: Vec<PathBuf>,
    threads: usize,
    runs: usize,
}

/// One run's cost.
#[derive(Clone, Copy)]
struct Cost {
    /// On the processor; absent where the system does not tell.
    processor: Option<Duration>,
    wall: Duration,
}

fn main() -> ExitCode {
    let Some(request) = request() else {
        eprintln!("usage: load_speed FOLDER… [--threads N] [--runs N]");
        return ExitCode::from(2);
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(request.threads).build();
    let pool = match pool {
        Ok(pool) => pool,
        Err(error) => {
            eprintln!("error: no threads: {error}");
            return ExitCode::from(2);
        }
    };
    let mut best: Option<Cost> = None;
    let mut last = None;
    for _ in 0..request.runs {
        // The former result goes first: what a run needs is measured, not what two need.
        drop(last.take());
        let (start, processor) = (Instant::now(), processor_time());
        let compilation = pool.install(|| load(&request.folders));
        let wall = start.elapsed();
        let processor = processor_time().zip(processor).map(|(end, start)| end.saturating_sub(start));
        let cost = Cost { processor, wall };
        if best.is_none_or(|best| cost.time() < best.time()) {
            best = Some(cost);
        }
        last = Some(compilation);
    }
    if let (Some(cost), Some(compilation)) = (best, last) {
        report(&request, cost, &compilation);
    }
    ExitCode::SUCCESS
}

impl Cost {
    fn time(self) -> Duration {
        self.processor.unwrap_or(self.wall)
    }
}

fn request() -> Option<Request> {
    let mut request = Request { folders: Vec::new(), threads: 1, runs: 1 };
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--threads" => request.threads = arguments.next()?.parse().ok()?,
            "--runs" => request.runs = arguments.next()?.parse().ok()?,
            flag if flag.starts_with("--") => return None,
            folder => request.folders.push(folder.into()),
        }
    }
    (!request.folders.is_empty() && request.runs > 0).then_some(request)
}

fn load(folders: &[PathBuf]) -> Compilation {
    let world = folders.iter().fold(FsWorld::new(), |world, folder| world.include_below(folder));
    let files: Vec<Location> = world.files().iter().cloned().map(Location::File).collect();
    compile_files(&world, &files)
}

fn report(request: &Request, cost: Cost, compilation: &Compilation) {
    let model = &compilation.model;
    let octets: usize = model.sources.files().iter().map(|file| file.text.len()).sum();
    let text = octets as f64 / 1e6;
    let errors = |code: &str| {
        let matching = compilation.diagnostics.iter().filter(|d| d.code.id() == code);
        matching.filter(|d| d.severity == Severity::Error).count()
    };
    let unresolved: usize = model.definitions().iter().map(|definition| definition.unresolved.len()).sum();
    println!("text           {text:.1} MB in {} files", model.sources.files().len());
    println!("modules        {}", model.modules().len());
    println!("definitions    {}, and {} types", model.definitions().len(), model.types().len());
    println!("parse errors   {}", errors("syntax"));
    println!("unresolved     {unresolved} names in definitions");
    println!("diagnostics    {}", compilation.diagnostics.len());
    println!("threads        {}", request.threads);
    match cost.processor {
        Some(time) => println!(
            "processor      {:.0} ms: {:.1} MB/s",
            time.as_secs_f64() * 1e3,
            text / time.as_secs_f64()
        ),
        None => println!("processor      not known on this system"),
    }
    println!(
        "wall           {:.0} ms: {:.1} MB/s",
        cost.wall.as_secs_f64() * 1e3,
        text / cost.wall.as_secs_f64()
    );
    if let Some(peak) = peak_memory() {
        println!("peak memory    {:.1} MB: {:.2} times the text", peak / 1e6, peak / 1e6 / text);
    }
}

/// What all threads of this process have used so far; threads that have ended do not count, and none has here.
fn processor_time() -> Option<Duration> {
    let mut nanoseconds: u64 = 0;
    for thread in fs::read_dir("/proc/self/task").ok()? {
        let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        nanoseconds += text.split_whitespace().next()?.parse::<u64>().ok()?;
    }
    Some(Duration::from_nanos(nanoseconds))
}

/// The most memory that this process ever had resident, in octets.
fn peak_memory() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024.0)
}
