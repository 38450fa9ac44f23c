//! The help of each command that speaks SNMP, as it is printed, and its manual page.
//!
//! `MIBC_UPDATE_SNAPSHOTS=1 cargo test -p mibc-cli --test snmp help` rewrites the texts.

use crate::place::{Place, workspace};
use std::fs;

const COMMANDS: [&str; 16] = [
    "get", "getnext", "getbulk", "set", "walk", "bulkwalk", "table", "status", "delta", "df", "record",
    "listen", "trap", "inform", "usm", "vacm",
];

#[test]
fn as_it_is_printed() {
    let place = Place::new();
    for command in COMMANDS {
        let printed = place.answer(&[command, "--help"]);
        let file = workspace(&format!("cli/tests/snmp/help/{command}.txt"));
        if std::env::var_os("MIBC_UPDATE_SNAPSHOTS").is_some_and(|value| value == "1") {
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(&file, &printed).expect("a file");
        }
        let expected = fs::read_to_string(&file).expect("the text that is expected");
        assert_eq!(printed, expected, "{command}: set MIBC_UPDATE_SNAPSHOTS=1 if this is meant");
        let short = place.answer(&[command, "-h"]);
        assert!(!short.contains("Examples:") && short.contains("more with '--help'"), "{short}");
    }
}

#[test]
fn manual_pages_have_examples_and_no_options_that_are_refused() {
    let place = Place::new();
    place.answer(&["man", "pages"]);
    for command in COMMANDS {
        let page = fs::read_to_string(place.path().join(format!("pages/mibc-{command}.1"))).expect("a page");
        let wanted = format!("mibc {command} ");
        assert!(page.replace("\\-", "-").contains(&wanted), "{command}: an example: {page}");
        assert_eq!(page.contains("non\\-repeaters"), command.contains("bulk"), "{command}");
        assert_eq!(page.contains("snmp\\-version"), command != "listen", "{command}");
    }
}

/// Shells complete the values of options that have a list of them.
#[test]
fn completions() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = place.answer(&["completions", shell]);
        for word in ["bulkwalk", "auth-passphrase", "max-repetitions", "json"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}
