//! The unit files in `packaging`.

use crate::of_workspace;
use mibc_test_support::program::{in_folder, said};
use std::fs;
use std::process::Command;

/// Each service has a unit file that systemd takes.
#[test]
fn units() {
    let there = Command::new("systemd-analyze").arg("--version").output().is_ok();
    let users = fs::read_to_string(of_workspace("packaging/mibc.sysusers")).expect("the user");
    for service in ["agent", "exporter", "poll", "trapd"] {
        let file = of_workspace(&format!("packaging/mibc-{service}.service"));
        let unit = fs::read_to_string(&file).expect("a unit file");
        for line in [
            "Type=notify\n",
            "ExecReload=/bin/kill -HUP $MAINPID\n",
            "RestartPreventExitStatus=1\n",
            "NoNewPrivileges=yes\n",
        ] {
            assert!(unit.contains(line), "{service} has no {line}");
        }
        // What is kept is for nobody else.
        let (keeps, private) =
            (unit.contains("\nStateDirectory="), unit.contains("\nStateDirectoryMode=0700\n"));
        assert_eq!((keeps, private), (service != "exporter", service != "exporter"), "{service}");
        assert!(users.contains(&format!("mibc-{service}.service")), "{users}");
        let start =
            unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/bin/mibc ")).expect("a command");
        let folder = tempfile::tempdir().expect("a folder");
        let help = format!("{} --help", start.split(' ').next().unwrap_or_default());
        said(&mut in_folder(env!("CARGO_BIN_EXE_mibc"), folder.path(), &help.split(' ').collect::<Vec<_>>()));
        if there {
            // The program is the one that is tested.
            let copy = folder.path().join(format!("mibc-{service}.service"));
            fs::write(&copy, unit.replace("/usr/bin/mibc", env!("CARGO_BIN_EXE_mibc"))).expect("a file");
            let output = Command::new("systemd-analyze").arg("verify").arg("--man=no").arg(&copy).output();
            let output = output.expect("systemd-analyze runs");
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(!errors.contains(&format!("mibc-{service}")), "{service}: {errors}");
        }
    }
}
