//! Configurations of all services.

use crate::polled::MODULES;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const AGENT: &str =
    "listen = \"udp:127.0.0.1:0\"\nhttp = \"localhost:0\"\n[[community]]\nname = \"public\"\n";

const TRAPD: &str = "http = \"localhost:0\"\n[[listener]]\naddress = \"udp:127.0.0.1:0\"\ncommunities = [\"traps\"]\n\
                     [[output]]\nname = \"file\"\ntype = \"lines\"\npath = \"traps.json\"\n";

const FLEET: &str = "snmp-yml = [\"snmp.yml\"]\n[auth.public]\ncommunity = \"public\"\n[profile.p]\nmodules = [\"if_mib\"]\n\
                     interval = \"1s\"\n[[output]]\ntype = \"json-lines\"\npath = \"out.jsonl\"\n";

/// Writes a file that only its owner may read.
pub(crate) fn write(folder: &Path, name: &str, text: &str) {
    let file = folder.join(name);
    fs::write(&file, text).expect("a file");
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).expect("a mode");
}

/// Writes `agent.toml`, `trapd.toml`, `fleet.toml` and `exporter.yml`. The folder has a `snmp.yml` already.
pub(crate) fn write_configurations(folder: &Path, device: &str) {
    write(folder, "agent.toml", AGENT);
    write(folder, "trapd.toml", TRAPD);
    write(folder, "fleet.toml", &format!("{FLEET}[[device]]\nname = \"one\"\naddress = \"{device}\"\n"));
    write(folder, "exporter.yml", &format!("auths:\n  public_v2: {{version: 2}}\n{}", MODULES.trim_start()));
}
