//! Replays the fuzz targets' seeds, and a fixed number of mutations of each, on stable.

#[allow(unreachable_pub)] // a crate of its own for the fuzzer
#[path = "../fuzz/src/lib.rs"]
mod targets;

use mibc_test_support::Xorshift;
use std::fs;
use std::path::Path;

/// Mutations per seed where each is cheap; the fuzzer itself does the long runs.
const MUTATIONS: usize = 400;

/// Mutations per seed where each loads standard modules, or hashes keys.
const FEW: usize = 20;

fn replay(name: &str, mutations: usize, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
    let mut seeds: Vec<_> = fs::read_dir(&folder)
        .expect("the seeds are there")
        .map(|entry| entry.expect("a seed").path())
        .collect();
    seeds.sort();
    assert!(!seeds.is_empty());
    let mut random = Xorshift(0x6d69_6263);
    for seed in seeds {
        let data = fs::read(&seed).expect("a readable seed");
        target(&data);
        for _ in 0..mutations {
            target(&random.damaged(&data));
        }
    }
}

macro_rules! replay {
    ($($target:ident $mutations:expr;)*) => {
        $(#[test]
        fn $target() {
            replay(stringify!($target), $mutations, targets::$target);
        })*
    };
}

replay! {
    admin_tables FEW;
    agentx_master MUTATIONS;
    agentx_pdu MUTATIONS;
    agentx_subagent MUTATIONS;
    ber MUTATIONS;
    chunker MUTATIONS;
    emitter FEW;
    event MUTATIONS;
    hint MUTATIONS;
    index MUTATIONS;
    message MUTATIONS;
    message_v3 MUTATIONS;
    parse MUTATIONS;
    resolver FEW;
    snmpd_conf MUTATIONS;
    snmprec MUTATIONS;
    transaction MUTATIONS;
    trap MUTATIONS;
    usm_agent FEW;
    usm_manager FEW;
    walk MUTATIONS;
}
