//! One thing may be called what it is called in another file.

use crate::place::write;
use crate::polled::folder;
use mibc_test_support::program::{in_folder, text};

/// A user, as each file may have it: keys of snmp_exporter, and those of agent and trapd.
const USERS: [[(&str, &str); 5]; 3] = [
    [
        ("username", "operator"),
        ("auth_protocol", "SHA-256"),
        ("password", "maplesyrup"),
        ("priv_protocol", "AES-128"),
        ("priv_password", "pancakes!"),
    ],
    [
        ("name", "operator"),
        ("auth", "SHA256"),
        ("auth-passphrase", "maplesyrup"),
        ("privacy", "AES"),
        ("privacy-passphrase", "pancakes!"),
    ],
    [
        ("username", "operator"),
        ("auth-protocol", "sha_512"),
        ("auth_passphrase", "maplesyrup"),
        ("priv-protocol", "aes256c"),
        ("priv-password", "pancakes!"),
    ],
];

#[test]
fn users() {
    let folder = folder("");
    for user in USERS {
        let user: String = user.iter().map(|(key, value)| format!("{key} = \"{value}\"\n")).collect();
        let level = "version = 3\nsecurity-level = \"authPriv\"\n";
        let files = [
            ("agent.toml", format!("listen = \"udp:127.0.0.1:0\"\n[[user]]\naccess = \"read-only\"\n{user}")),
            ("exporter.toml", format!("web_config = \"web.yml\"\n[auth.a]\n{level}{user}[module.m]\nmibs = [\"IF-MIB\"]\nwalk = [\"ifDescr\"]\nmax_repetitions = 5\n")),
            (
                "fleet.toml",
                format!("snmp_yml = \"snmp.yml\"\n[auth.a]\n{level}{user}[profile.p]\nmodules = [\"if_mib\"]\nrequest_timeout = 1\nlabels_from = [\"sysName\"]\n[[device]]\naddress = \"192.0.2.1\"\n")
                    .replace("\"snmp.yml\"", "[\"snmp.yml\"]"),
            ),
            ("trapd.toml", format!("[[listener]]\naddress = \"udp:127.0.0.1:0\"\n[[user]]\n{user}[[output]]\nname = \"o\"\ntype = \"lines\"\n")),
        ];
        write(folder.path(), "web.yml", "{}\n");
        for (file, content) in files {
            write(folder.path(), file, &content);
            let words: &[&str] = match file {
                "fleet.toml" => &["poll", file, "--check"],
                _ => &[file.trim_end_matches(".toml"), "--config", file, "--check"],
            };
            let output =
                in_folder(env!("CARGO_BIN_EXE_mibc"), folder.path(), words).output().expect("mibc runs");
            assert!(output.status.success(), "{file}: {}: {content}", text(&output.stderr));
        }
    }
}

/// A configuration of net-snmp is told as what it is, with the command that converts it.
#[test]
fn configurations_of_net_snmp() {
    let folder = folder("");
    write(folder.path(), "snmptrapd.conf", "# traps\nauthCommunity log,execute public\n");
    write(folder.path(), "snmpd.conf", "rocommunity public\n");
    for (command, file) in [("trapd", "snmptrapd.conf"), ("agent", "snmpd.conf")] {
        let words = [command, "--config", file, "--check"];
        let output =
            in_folder(env!("CARGO_BIN_EXE_mibc"), folder.path(), &words).output().expect("mibc runs");
        let said = text(&output.stderr);
        let advice = format!("`mibc {command} import {file}`");
        assert!(output.status.code() == Some(1) && said.contains(&advice), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

/// Some commands name their configuration with an option, others do not: each says how it is done.
#[test]
fn configurations_in_the_way_of_another_command() {
    let folder = folder("");
    for (words, advice) in [
        (&["poll", "--config", "fleet.toml"][..], "mibc poll … FILE"),
        (&["fleet", "apply", "--config", "fleet.toml"], "mibc fleet … FILE"),
        (&["agent", "agent.toml"], "mibc agent --config agent.toml"),
        (&["exporter", "snmp.yml"], "mibc exporter --config snmp.yml"),
        (&["trapd", "trapd.toml"], "mibc trapd --config trapd.toml"),
    ] {
        let output = in_folder(env!("CARGO_BIN_EXE_mibc"), folder.path(), words).output().expect("mibc runs");
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains(advice), "{words:?}: {said}");
    }
}
