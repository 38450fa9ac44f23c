//! `mibc translate`, `find`, `tree`, `list` and `why` as their users call them.

use std::fs;
use std::process::{Command, Output};
use tempfile::TempDir;

const ACME: &str = r#"ACME-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises, MODULE-IDENTITY, OBJECT-TYPE, Integer32 FROM SNMPv2-SMI;
acme MODULE-IDENTITY LAST-UPDATED "202001010000Z" ORGANIZATION "A" CONTACT-INFO "A" DESCRIPTION "A"
  ::= { enterprises 9999 }
acmeCount OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION "How many."
  ::= { acme 1 }
ifDescr OBJECT IDENTIFIER ::= { acme 2 }
END
"#;

/// A folder with a module under a name that is not its own, and a cache of its own.
struct Place {
    mibs: TempDir,
    cache: TempDir,
}

impl Place {
    fn new() -> Place {
        let place = Place { mibs: folder(), cache: folder() };
        fs::write(place.mibs.path().join("vendor-7.txt"), ACME).expect("a file");
        place
    }

    fn mibc(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_mibc"))
            .current_dir(self.mibs.path())
            .env("XDG_CACHE_HOME", self.cache.path())
            .env("SNMPCONFPATH", self.cache.path().join("snmp"))
            .env_remove("MIBS")
            .env_remove("MIBDIRS")
            .env_remove("MIBC_PATH")
            .args(arguments)
            .output()
            .expect("mibc runs")
    }

    /// Standard output of a run that must succeed.
    fn answer(&self, arguments: &[&str]) -> String {
        let output = self.mibc(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

#[test]
fn several_at_once_and_both_ways() {
    let place = Place::new();
    let questions = ["translate", "-I", ".", "IF-MIB::ifDescr.3", ".1.3.6.1.2.1.2.2.1.2.3", "acmeCount.0"];
    assert_eq!(place.answer(&questions), "1.3.6.1.2.1.2.2.1.2.3\nIF-MIB::ifDescr.3\n1.3.6.1.4.1.9999.1.0\n");
    assert_eq!(place.answer(&["translate", "-Os", "1.3.6.1.2.1.1.3.0"]), "sysUpTime.0\n");
    assert_eq!(place.answer(&["translate", "-OS", "sysUpTime.0"]), "SNMPv2-MIB::sysUpTime.0\n");
    assert_eq!(
        place.answer(&["translate", "--form", "full", "sysUpTime.0"]),
        ".iso.org.dod.internet.mgmt.mib-2.system.sysUpTime.0\n"
    );
    let detail = place.answer(&["translate", "-I", ".", "-d", "acmeCount"]);
    assert!(detail.contains("acmeCount OBJECT-TYPE\n    -- FROM ACME-MIB (./vendor-7.txt)\n"), "{detail}");
    assert!(detail.ends_with("enterprises(1) acme(9999) 1 }\n"), "{detail}");
}

#[test]
fn what_has_no_answer_fails_and_the_rest_is_answered() {
    let place = Place::new();
    let output = place.mibc(&["translate", "-I", ".", "acmeCuont", "acmeCount", "ifDescr"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "1.3.6.1.4.1.9999.1\n");
    let errors = text(&output.stderr);
    assert!(
        errors.starts_with("acmeCuont: Unknown Object Identifier (Sub-id not found: (top) -> acmeCuont)\n")
    );
    assert!(
        errors.contains("no module defines `acmeCuont`; did you mean `ACME-MIB::acmeCount`?"),
        "{errors}"
    );
    for candidate in
        ["ACME-MIB::ifDescr     1.3.6.1.4.1.9999.2\n", "IF-MIB::ifDescr       1.3.6.1.2.1.2.2.1.2\n"]
    {
        assert!(errors.contains(candidate), "{errors}");
    }
    assert_eq!(place.mibc(&["translate", "-Oz", "ifDescr"]).status.code(), Some(2));
}

#[test]
fn the_index_is_kept_in_the_cache_and_nowhere_else() {
    let place = Place::new();
    place.answer(&["translate", "-I", ".", "--no-cache", "acmeCount"]);
    assert_eq!(fs::read_dir(place.cache.path()).expect("a folder").count(), 0);
    place.answer(&["translate", "-I", ".", "acmeCount"]);
    let kept = fs::read_dir(place.cache.path().join("mibc")).expect("a folder").count();
    // The index, and when it was last compared with all files.
    assert_eq!((kept, fs::read_dir(place.mibs.path()).expect("a folder").count()), (2, 1));
    // A file that is new or gone counts at once.
    fs::rename(place.mibs.path().join("vendor-7.txt"), place.mibs.path().join("vendor-8.txt"))
        .expect("a file");
    assert!(place.answer(&["list", "-I", ".", "ACME*"]).contains("./vendor-8.txt"));
    fs::remove_file(place.mibs.path().join("vendor-8.txt")).expect("no file");
    assert!(!place.mibc(&["translate", "-I", ".", "acmeCount"]).status.success());
}

#[test]
fn find_list_tree_and_why() {
    let place = Place::new();
    let found = place.answer(&["find", "-I", ".", "ACME*"]);
    assert!(found.starts_with("ACME-MIB::acme "), "{found}");
    assert_eq!(found.lines().count(), 2);
    let typed = place.answer(&["find", "--type", "Counter64", "--kind", "column", "ifHCInO*"]);
    assert_eq!(typed, "IF-MIB::ifHCInOctets  column           1.3.6.1.2.1.31.1.1.1.6  Counter64\n");
    assert_eq!(place.mibc(&["find", "nothingLikeThis"]).status.code(), Some(1));
    assert_eq!(place.mibc(&["find", "--kind", "thing"]).status.code(), Some(2));

    let list = place.answer(&["list", "-I", ".", "acme-*"]);
    let line = list.lines().nth(1).expect("a line");
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words, ["ACME-MIB", "v2", "202001010000Z", "1", "0", "0", "./vendor-7.txt"]);
    assert!(place.answer(&["list", "--names"]).contains("IF-MIB\n"));

    let tree = place.answer(&["tree", "-I", ".", "--ascii", "ACME-MIB"]);
    assert_eq!(tree, "acme(1.3.6.1.4.1.9999)\n+- acmeCount(1)         r   Integer32\n`- ifDescr(2)\n");
    assert!(
        place.answer(&["tree", "ifTable", "-d", "1"]).ends_with("└─ ifEntry(1)                 [ifIndex]\n")
    );
    assert_eq!(place.mibc(&["tree", "2.9"]).status.code(), Some(2));

    let why = place.answer(&["why", "-I", ".", "ACME-MIB::acmeCount"]);
    assert!(why.contains("a scalar that ACME-MIB defines at ./vendor-7.txt:5:1"), "{why}");
    let unknown = place.mibc(&["why", "ifDescrr"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(text(&unknown.stderr).contains("did you mean `IF-MIB::ifDescr`?"));
}

/// Modules and folders of net-snmp's configuration are those of `translate`, too.
#[test]
fn what_is_set_up_for_net_snmp() {
    let place = Place::new();
    let conf = place.cache.path().join("snmp");
    fs::create_dir(&conf).expect("a folder");
    fs::write(conf.join("snmp.conf"), format!("mibdirs +{}\nmibs +ACME-MIB\n", place.mibs.path().display()))
        .expect("a file");
    assert_eq!(
        place.answer(&["translate", "acmeCount", "ifDescr"]),
        "1.3.6.1.4.1.9999.1\n1.3.6.1.4.1.9999.2\n"
    );
    let without = place.mibc(&["translate", "--no-snmp-conf", "acmeCount", "ifDescr"]);
    assert_eq!((without.status.code(), text(&without.stdout).as_str()), (Some(2), "1.3.6.1.2.1.2.2.1.2\n"));
}
