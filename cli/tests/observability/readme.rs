//! What README tells operators.

use crate::of_workspace;
use crate::place::{write, write_configurations};
use crate::polled::{MODULES, folder};
use mibc_test_support::program::{in_folder, text};
use std::fs;

#[test]
fn commands_of_operators() {
    let folder = folder("");
    write_configurations(folder.path(), "127.0.0.1:9");
    write(
        folder.path(),
        "snmp.yml",
        &format!("auths:\n  public_v2: {{version: 2}}\n{}", MODULES.trim_start()),
    );
    let fleet = "snmp-yml = [\"snmp.yml\"]\n[profile.p]\nmodules = [\"if_mib\"]\n[[device]]\naddress = \"192.0.2.1\"\n";
    write(folder.path(), "fleet.toml", fleet);
    let readme = fs::read_to_string(of_workspace("README.md")).expect("README");
    let part = readme.split("\n## For operators\n").nth(1).and_then(|rest| rest.split("\n## ").next());
    let part = part.expect("a part for operators");
    let lines =
        part.split("```sh\n").skip(1).flat_map(|rest| rest.split("```").next().unwrap_or(rest).lines());
    let commands: Vec<&str> = lines.map(|line| line.split(" #").next().unwrap_or(line).trim()).collect();
    assert_eq!(commands.len(), 7, "{commands:?}");
    for command in commands {
        let words: Vec<&str> = command.split(' ').collect();
        let Some((&"mibc", words)) = words.split_first() else {
            // What builds is run by `.ci/package`; here it is seen that what it names is there.
            let named = words.iter().find(|word| word.starts_with("packaging/") || **word == "cli");
            assert!(named.is_some_and(|named| of_workspace(named).exists()), "{command}");
            continue;
        };
        let words = [words, &["--check"]].concat();
        let output =
            in_folder(env!("CARGO_BIN_EXE_mibc"), folder.path(), &words).output().expect("mibc runs");
        assert!(output.status.success(), "{command}: {}", text(&output.stderr));
    }
    for page in part.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(of_workspace(page).exists(), "{page}");
    }
}
