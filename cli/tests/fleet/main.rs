//! `mibc fleet` and `mibc poll --nats`: processes with a real nats-server, killed in the middle; and the commands of the
//! page.
#![cfg(all(unix, feature = "nats"))]

mod access;
mod cluster;
mod export;
mod file;
mod held;
mod killed;
mod page;
mod secured;
mod shown;
mod trouble;

#[path = "../polled/mod.rs"]
mod polled;

use mibc_collect::nats::{Access, Nats};
use mibc_test_support::program::{self, PATIENCE, in_folder};
use polled::{device, device_with, folder};
use std::path::Path;
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// A configuration with so many devices, which are all at one address.
fn configuration(address: &str, devices: usize, interval: u64) -> String {
    let mut text = format!(
        "snmp-yml = [\"snmp.yml\"]\n[auth.public]\ncommunity = \"secret-word\"\n[profile.p]\nmodules = [\"if_mib\"]\ninterval = {interval}\n"
    );
    for number in 0..devices {
        text.push_str(&format!("[[device]]\nname = \"switch {number}\"\naddress = \"{address}\"\n"));
    }
    text
}

fn mibc(folder: &Path, arguments: &[&str]) -> Command {
    in_folder(env!("CARGO_BIN_EXE_mibc"), folder, arguments)
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    mibc(folder, arguments).output().expect("mibc runs")
}

/// Repeats until it is so.
fn until(what: &str, mut so: impl FnMut() -> Result<(), String>) {
    let begun = Instant::now();
    while let Err(found) = so() {
        assert!(begun.elapsed() < PATIENCE, "{what}: {found}");
        sleep(Duration::from_millis(100));
    }
}

fn connected(runtime: &Runtime, url: &str) -> Nats {
    runtime.block_on(Access::new(url).connect()).expect("a connection")
}

/// What a command prints that goes well.
fn said(folder: &Path, arguments: &[&str]) -> String {
    program::said(&mut mibc(folder, arguments))
}
