//! A configuration, and the program in its folder.

use mibc_test_support::program::in_folder;
use std::path::Path;
use std::process::{Command, Output, Stdio};

pub(crate) const CONFIGURATION: &str = "
snmp-yml = [\"snmp.yml\"]
[auth.public]
community = \"secret-word\"
[profile.p]
modules = [\"if_mib\"]
interval = \"1s\"
[[output]]
type = \"json-lines\"
path = \"out.jsonl\"
[[device]]
name = \"switch-1\"
address = \"192.0.2.1\"
labels = { site = \"cellar, x=1\" }
";

pub(crate) fn mibc(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = in_folder(env!("CARGO_BIN_EXE_mibc"), folder, arguments);
    command.stdout(Stdio::null());
    command
}

pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    mibc(folder, arguments).stdout(Stdio::piped()).output().expect("mibc runs")
}
