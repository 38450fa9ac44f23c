//! What the system knows of this process, by the names that Prometheus' own programs use.

use crate::Exposition;
use std::fs;

/// Ticks per second of processor time in `/proc`, on all architectures of Linux that Rust compiles for.
const TICKS: f64 = 100.0;

/// What is known; nothing where there is no `/proc`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Process {
    processor: Option<f64>,
    started: Option<f64>,
    resident: Option<f64>,
    virtual_memory: Option<f64>,
    threads: Option<f64>,
    files: Option<f64>,
    most_files: Option<f64>,
}

/// Adds `process_*`: processor time, memory, open files, threads, start time. On Linux only; elsewhere it adds nothing.
pub fn add(samples: &mut Exposition) {
    let process = Process::read();
    for (name, help, value) in [
        ("process_open_fds", "Open file descriptors.", process.files),
        ("process_max_fds", "Most file descriptors that may be open.", process.most_files),
        ("process_resident_memory_bytes", "Resident memory, in octets.", process.resident),
        ("process_virtual_memory_bytes", "Virtual memory, in octets.", process.virtual_memory),
        ("process_threads", "Threads.", process.threads),
        ("process_start_time_seconds", "When the process started, in seconds since 1970.", process.started),
    ] {
        if let Some(value) = value {
            samples.gauge(name, help, &[], value);
        }
    }
    if let Some(seconds) = process.processor {
        let help = "Processor time, user and system, in seconds.";
        samples.counter("process_cpu_seconds_total", help, &[], seconds);
    }
}

/// Adds `NAME_build_info`, which is 1 and has the version as its label.
pub fn add_version(samples: &mut Exposition, name: &str, version: &str) {
    samples.gauge(&format!("{name}_build_info"), "The version that runs.", &[("version", version)], 1.0);
}

impl Process {
    fn read() -> Self {
        let text = |name: &str| fs::read_to_string(format!("/proc/{name}")).unwrap_or_default();
        let mut process =
            Self::of(&text("self/stat"), &text("stat"), &text("self/status"), &text("self/limits"));
        // The folder itself is open while it is read.
        process.files =
            fs::read_dir("/proc/self/fd").ok().map(|files| files.count().saturating_sub(1) as f64);
        process
    }

    fn of(stat: &str, system: &str, status: &str, limits: &str) -> Self {
        // The name of the program is in brackets and may have blanks and brackets.
        let fields: Vec<&str> =
            stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect()).unwrap_or_default();
        let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok().map(|ticks| ticks / TICKS);
        let of_line = |text: &str, name: &str| {
            let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
            rest.split_whitespace().next()?.parse::<f64>().ok()
        };
        let kilobytes = |name: &str| of_line(status, name).map(|number| number * 1_024.0);
        Self {
            processor: ticks(11).zip(ticks(12)).map(|(user, system)| user + system),
            started: of_line(system, "btime ").zip(ticks(19)).map(|(boot, since)| boot + since),
            resident: kilobytes("VmRSS:"),
            virtual_memory: kilobytes("VmSize:"),
            threads: of_line(status, "Threads:"),
            files: None,
            most_files: of_line(limits, "Max open files"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_proc() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194304 9 0 0 0 150 50 0 0 20 0 3 0 2000 11 22 33";
        let system = "cpu 1 2 3\nbtime 1700000000\nprocesses 5\n";
        let status = "Name:\ta\nVmSize:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t3\n";
        let limits =
            "Limit   Soft Limit   Hard Limit   Units\nMax open files            1024     4096     files\n";
        let expected = Process {
            processor: Some(2.0),
            started: Some(1_700_000_020.0),
            resident: Some(1_048_576.0),
            virtual_memory: Some(2_097_152.0),
            threads: Some(3.0),
            files: None,
            most_files: Some(1_024.0),
        };
        assert_eq!(Process::of(stat, system, status, limits), expected);
        assert_eq!(Process::of("", "", "", ""), Process::default());
        let unlimited = limits.replace("1024", "unlimited");
        assert_eq!(Process::of(stat, system, status, &unlimited).most_files, None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process() {
        let process = Process::read();
        assert!(process.resident.is_some_and(|octets| octets > 100_000.0), "{process:?}");
        assert!(process.files.is_some_and(|files| files >= 3.0), "{process:?}");
        assert!(process.started.is_some_and(|started| started > 1.5e9), "{process:?}");
        assert!(process.processor.is_some(), "{process:?}");
    }
}
