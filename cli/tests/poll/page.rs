//! The page of the poller.

use crate::place::{mibc, run};
use crate::polled::{MODULES, folder};
use mibc_test_support::certificates::AUTHORITY;
use mibc_test_support::program::{Program, text};
use std::fs;
use std::path::Path;

/// Every command and every configuration of docs/poll.md.
#[test]
fn the_page() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/poll.md");
    let page = fs::read_to_string(page).expect("the page");
    let folder = folder("");
    let auths = "auths:\n  public_v2: {community: public, version: 2}\n";
    fs::write(folder.path().join("snmp.yml"), auths.to_owned() + MODULES).expect("a file");
    let blocks = |kind: &str| -> Vec<String> {
        let begin = format!("```{kind}\n");
        page.split(&begin).skip(1).map(|rest| rest.split("```").next().unwrap_or(rest).to_owned()).collect()
    };
    fs::create_dir_all(folder.path().join("secrets")).expect("a folder");
    fs::create_dir_all(folder.path().join("devices")).expect("a folder");
    fs::create_dir_all(folder.path().join("targets")).expect("a folder");
    let target = "- targets: [192.0.2.7]\n  labels: {site: attic}\n";
    fs::write(folder.path().join("targets/a.yml"), target).expect("a file");
    for (secret, text) in [("auth", "maplesyrup\n"), ("priv", "maplesyrup\n"), ("authority.pem", AUTHORITY)] {
        fs::write(folder.path().join("secrets").join(secret), text).expect("a file");
    }
    let [list] = &blocks("json")[..] else { panic!("one list of devices") };
    fs::write(folder.path().join("devices/a.json"), list).expect("a file");
    let files = blocks("toml");
    for block in &files {
        let name =
            block.lines().next().and_then(|line| line.strip_prefix("# ")).expect("the name of the file");
        fs::write(folder.path().join(name), block).expect("a file");
        let output = run(folder.path(), &["poll", name, "--check"]);
        let without = [("kafka.toml", cfg!(feature = "kafka")), ("parquet.toml", cfg!(feature = "parquet"))];
        if without.contains(&(name, false)) {
            assert!(text(&output.stderr).contains("this program was built without"), "{name}");
            continue;
        }
        assert!(output.status.success(), "{name}: {}", text(&output.stderr));
        let said = text(&output.stdout);
        let expected = match name {
            "fleet.toml" => "devices 2, of these in shard 1/1 2, lists 0, profiles 1, auths 1, outputs 0",
            "lists.toml" => "devices 1, of these in shard 1/1 1, lists 2, profiles 2, auths 1, outputs 0",
            "outputs.toml" => "devices 1, of these in shard 1/1 1, lists 0, profiles 1, auths 1, outputs 4",
            _ => "the configuration is good",
        };
        assert!(said.contains(expected), "{name}: {said}");
    }
    assert_eq!(files.len(), 8);
    let commands: Vec<String> = blocks("sh")
        .iter()
        .flat_map(|block| block.lines().map(|line| line.split(" #").next().unwrap_or(line).trim().to_owned()))
        .collect();
    assert!(commands.len() >= 8, "{commands:?}");
    for command in commands {
        let words: Vec<&str> = command.split(' ').skip(1).collect();
        if words.contains(&"--check") {
            let output = run(folder.path(), &words);
            assert!(output.status.success(), "{command}: {}", text(&output.stderr));
            continue;
        }
        // Another process may have the port of the page.
        let words: Vec<&str> = words
            .into_iter()
            .map(|word| if word.starts_with("127.0.0.1:") { "127.0.0.1:0" } else { word })
            .collect();
        let mut program = Program::start(&mut mibc(folder.path(), &[&words[..], &["--drain", "0"]].concat()));
        program.logs(if words.contains(&"--watch") { "devices 2, polls" } else { "devices are known" });
        program.signal("-TERM");
        assert_eq!(program.status(), Some(0), "{command}");
    }
}
