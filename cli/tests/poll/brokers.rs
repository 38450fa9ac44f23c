//! Results in Kafka and in files of Parquet.
#![cfg(any(feature = "kafka", feature = "parquet"))]

use crate::place::{CONFIGURATION, mibc};
use crate::polled::{device, folder};
use mibc_test_support::program::{PATIENCE, Program};
use std::fs;
use std::time::{Duration, Instant};

/// A configuration with a device that answers, polled each second, and an output besides the lines.
fn with_output(simulator: &mibc_simulator::Simulator, output: &str) -> String {
    let output = format!("[[output]]\n{output}\n[[device]]\nname");
    CONFIGURATION
        .replacen("[[device]]\nname", &output, 1)
        .replace("192.0.2.1", &simulator.addr().to_string())
        .replace("secret-word", "public")
}

/// What is in Kafka is what is in the file, with the device as key; a foreign client reads it, Snappy and all.
#[cfg(feature = "kafka")]
#[test]
fn results_in_kafka() {
    let Some(broker) = mibc_test_support::kafka::KafkaBroker::tansu() else { return };
    let (_runtime, simulator) = device();
    let output = format!("type = \"kafka\"\nbrokers = [\"{}\"]\ntopic = \"results\"", broker.address());
    let folder = folder(&with_output(&simulator, &output));
    let mut program = Program::start(&mut mibc(folder.path(), &["poll", "fleet.toml"]));
    // The records wait until there is a topic.
    let said = program.logs("an output fails");
    assert!(
        said.contains("the topic `results` cannot be used") && said.contains("kafka-topics.sh --create"),
        "{said}"
    );
    broker.make("results", 3);
    program.logs("an output works again");
    let lines = || fs::read_to_string(folder.path().join("out.jsonl")).unwrap_or_default();
    let begun = Instant::now();
    while lines().lines().count() < 3 {
        assert!(begun.elapsed() < PATIENCE, "{}", lines());
        std::thread::sleep(Duration::from_millis(50));
    }
    program.signal("-TERM");
    assert_eq!(program.status(), Some(0));
    let lines = lines();
    let records = broker.read("results", lines.lines().count());
    assert_eq!(
        records.iter().filter_map(|record| record["value"].as_str()).collect::<Vec<_>>(),
        lines.lines().collect::<Vec<_>>()
    );
    for record in records {
        assert_eq!(
            (&record["key"], &record["partition"]),
            (&"switch-1".into(), &record["theirs"]),
            "{record}"
        );
        let id = record["headers"]["id"].as_str().expect("an identity");
        assert!(id.starts_with("p/") && id.ends_with("/switch-1"), "{id}");
    }
}

/// Killed at any moment: what has the name of a file is a whole file.
#[cfg(feature = "parquet")]
#[test]
fn files_of_parquet_are_whole() {
    let (_runtime, simulator) = device();
    let output = "type = \"parquet\"\npath = \"samples\"\n[output.queue]\nfolder = \"queue\"\n[output.batch]\nlinger = \"100ms\"";
    let folder = folder(&with_output(&simulator, output).replace("\"1s\"", "\"200ms\""));
    let files = || -> Vec<std::path::PathBuf> {
        let entries = fs::read_dir(folder.path().join("samples")).into_iter().flatten().flatten();
        let files = entries.map(|entry| entry.path());
        files.filter(|path| path.extension() == Some("parquet".as_ref())).collect()
    };
    for signal in ["-KILL", "-KILL", "-KILL", "-TERM"] {
        let before = files().len();
        let mut program = Program::start(&mut mibc(folder.path(), &["poll", "fleet.toml"]));
        let begun = Instant::now();
        while files().len() < before + 2 {
            assert!(begun.elapsed() < PATIENCE, "{:?}", files());
            std::thread::sleep(Duration::from_millis(7));
        }
        program.signal(signal);
        program.status();
    }
    for file in files() {
        let octets = fs::read(&file).expect("a file");
        assert!(octets.starts_with(b"PAR1") && octets.ends_with(b"PAR1"), "{}", file.display());
    }
}
