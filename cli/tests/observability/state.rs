//! What services write is in the folder that the service manager gives them.

use crate::place::write;
use crate::polled::{device, folder};
use mibc_test_support::program::{Program, in_folder, said, text};
use std::fs;
use std::path::Path;
use std::process::Command;

const FLEET: &str = "snmp-yml = [\"snmp.yml\"]\n[auth.public]\ncommunity = \"public\"\n[profile.p]\nmodules = [\"if_mib\"]\n\
                     interval = \"1s\"\n[[output]]\ntype = \"json-lines\"\npath = \"out.jsonl\"\n[output.queue]\nfolder = \"queue\"\n";

const TRAPD: &str = "state = \"state\"\n[[listener]]\naddress = \"udp:127.0.0.1:0\"\ncommunities = [\"traps\"]\n\
                     [[output]]\nname = \"file\"\ntype = \"lines\"\npath = \"traps.json\"\nqueue = \"disk\"\n\
                     [[output]]\nname = \"other\"\ntype = \"lines\"\nqueue = \"disk\"\nfolder = \"other\"\n";

const AGENT: &str =
    "listen = \"udp:127.0.0.1:0\"\npersistence = \"store\"\n[[community]]\nname = \"public\"\n";

fn mibc(folder: &Path, words: &[&str]) -> Command {
    in_folder(env!("CARGO_BIN_EXE_mibc"), folder, words)
}

#[test]
fn in_the_folder_of_the_service() {
    let (_runtime, simulator) = device();
    let folder = folder("");
    let state = tempfile::tempdir().expect("a folder");
    write(folder.path(), "fleet.toml", &format!("{FLEET}[[device]]\naddress = \"{}\"\n", simulator.addr()));
    write(folder.path(), "trapd.toml", TRAPD);
    write(folder.path(), "agent.toml", AGENT);
    for (words, logged) in [
        (&["poll", "fleet.toml"][..], "devices are known"),
        (&["trapd", "--config", "trapd.toml"], "listening"),
        (&["agent", "--config", "agent.toml"], "listening"),
    ] {
        let mut program = Program::start(mibc(folder.path(), words).env("STATE_DIRECTORY", state.path()));
        program.logs(logged);
        while words[0] == "poll" && !state.path().join("out.jsonl").exists() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        program.signal("-TERM");
        assert_eq!(program.status(), Some(0), "{words:?}");
    }
    for name in ["out.jsonl", "queue", "state/queues/file", "other", "store"] {
        assert!(state.path().join(name).exists() && !folder.path().join(name).exists(), "{name}");
    }
}

/// `--check` says what cannot be written.
#[test]
fn places_that_cannot_be_written() {
    let folder = folder("");
    write(
        folder.path(),
        "fleet.toml",
        &FLEET.replace("out.jsonl", "none/out.jsonl").replace("\"queue\"", "\"snmp.yml\""),
    );
    write(
        folder.path(),
        "trapd.toml",
        &TRAPD.replace("traps.json", "none/traps.json").replace("\"state\"", "\"snmp.yml/x\""),
    );
    for (words, expected) in [
        (
            &["poll", "fleet.toml", "--check"][..],
            &[
                "the output `json-lines`: none/out.jsonl cannot be written: there is no folder none",
                "snmp.yml cannot be written: it is not a folder",
            ][..],
        ),
        (
            &["trapd", "--config", "trapd.toml", "--check"],
            &[
                "`state`: ./snmp.yml/x cannot be made: ./snmp.yml: it is not a folder",
                "the output `file`: ./none/traps.json cannot be written",
            ],
        ),
    ] {
        let output = mibc(folder.path(), words).output().expect("mibc runs");
        let said = text(&output.stderr);
        for expected in expected {
            assert!(said.contains(expected) && said.contains("note: "), "{said}");
        }
        assert!(output.status.success(), "{said}");
    }
    fs::create_dir(folder.path().join("none")).expect("a folder");
    write(folder.path(), "fleet.toml", FLEET);
    assert!(
        said(&mut mibc(folder.path(), &["poll", "fleet.toml", "--check"]))
            .starts_with("the configuration is good")
    );
}
