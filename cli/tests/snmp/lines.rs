//! The same command lines to net-snmp's tools and to ours, started under the same names: what they print and how they end.
//!
//! `lines.txt` lists them. Standard output and the exit status must be equal, and what net-snmp says on standard error
//! must come first on ours, which may explain more below it. A line that is answered otherwise on purpose has a key,
//! under which docs/profiles.md says why; it must really differ.
//!
//! How a tool is called (what is below `USAGE:`) is told in words of our own, and left out.

use crate::netsnmp::installed;
use crate::place::{Place, Said, said, workspace};
use mibc_test_support::netsnmp::{SNMPD, Snmpd, command};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

const LINES: &str = include_str!("lines.txt");

/// The modules that net-snmp is told to load; ours knows them without. DISMAN-EVENT-MIB, which has another name for
/// sysUpTime.0, is loaded where a line says so.
const MODULES: &str = "SNMPv2-MIB:IF-MIB:IP-MIB:HOST-RESOURCES-MIB:HOST-RESOURCES-TYPES:SNMP-FRAMEWORK-MIB:\
                       SNMP-MPD-MIB:SNMP-TARGET-MIB:SNMP-NOTIFICATION-MIB:SNMP-VIEW-BASED-ACM-MIB:\
                       SNMP-USER-BASED-SM-MIB:NOTIFICATION-LOG-MIB:TCP-MIB:UDP-MIB:UCD-SNMP-MIB:\
                       NET-SNMP-MIB:NET-SNMP-AGENT-MIB:NET-SNMP-EXTEND-MIB:NET-SNMP-TC";

const AGENT: &str = "\
rocommunity public 127.0.0.1
view writable included .1.3.6.1.2.1.1.4
view writable included .1.3.6.1.2.1.1.5
view writable included .1.3.6.1.2.1.1.6
view writable included .1.3.6.1.4.1.8072.9999.9999
view system included .1.3.6.1.2.1.1
rwcommunity private 127.0.0.1 -V writable
rocommunity narrow 127.0.0.1 -V system
createUser nobody0
createUser reader SHA maplesyrup
createUser operator SHA maplesyrup AES pancakes
createUser legacy MD5 maplesyrup DES pancakes
rouser nobody0 noauth
rouser reader auth
rwuser operator priv -V writable
rouser legacy priv
sysServices 76
psysContact nobody
override -rw .1.3.6.1.4.1.8072.9999.9999.1.0 integer 7
override -rw .1.3.6.1.4.1.8072.9999.9999.2.0 octet_str \"hello world\"
override -rw .1.3.6.1.4.1.8072.9999.9999.3.0 object_id .1.3.6.1.2.1.1
override -rw .1.3.6.1.4.1.8072.9999.9999.4.0 counter 42
override -rw .1.3.6.1.4.1.8072.9999.9999.5.0 uinteger 43
override .1.3.6.1.2.1.1.1.0 octet_str \"A system that describes itself\"
extend greeting /bin/echo hello
";

/// A line of the list.
struct Line {
    number: usize,
    /// Why it is answered otherwise.
    key: Option<&'static str>,
    text: &'static str,
}

fn lines() -> Vec<Line> {
    let numbered = LINES.lines().enumerate().map(|(position, line)| (position + 1, line.trim()));
    numbered
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line)| match line.strip_prefix('~').and_then(|rest| rest.split_once(": ")) {
            Some((key, text)) => Line { number, key: Some(key.trim()), text },
            None => Line { number, key: None, text: line },
        })
        .collect()
}

/// The words of a line, as a shell makes them: quotes keep words together, a backslash keeps a letter.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), letter) if open == letter => quote = None,
            (Some(_), letter) => word.get_or_insert_default().push(letter),
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, '\\') => word.get_or_insert_default().extend(letters.next()),
            (None, ' ') => words.extend(word.take()),
            (None, letter) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// What stands for the options and addresses of a line.
fn filled(line: &str, address: &str) -> String {
    line.replace("$V2", "-v2c -c public")
        .replace("$W2", "-v2c -c private")
        .replace("$V3", "-v3 -u operator -l authPriv -a SHA -A maplesyrup -x AES -X pancakes")
        .replace("$A", address)
}

/// Most lines that a report shows of each side.
const SHOWN: usize = 6;

/// With what moves by itself, such as the time that the agent is up, and folders in one form; without the text that
/// says how a tool is called.
fn steady(text: &str) -> Vec<String> {
    let moving = |line: &str| line.contains("sysUpTime") && line.contains("Timeticks: (");
    let mut lines = Vec::new();
    for line in text.lines() {
        let end = match line.strip_prefix("MIB search path: ") {
            Some(folders) => Some(line.len() - folders.len()),
            None if moving(line) => line.find("Timeticks: (").map(|start| start + 12),
            None => None,
        };
        lines.push(line.get(..end.unwrap_or(line.len())).unwrap_or(line).to_string());
        if line.to_ascii_uppercase().starts_with("USAGE:") {
            break;
        }
    }
    lines
}

/// Whether two lines say the same. What net-snmp had to say of a name earlier is still behind its errors of messages.
fn same(program: &str, theirs: &str, ours: &str) -> bool {
    let stale =
        |rest: &str| rest.starts_with(" (Sub-id not found: ") && ours.starts_with(&format!("{program}: "));
    theirs.strip_prefix(ours).is_some_and(|rest| rest.is_empty() || stale(rest))
}

/// From the first line that differs, as much as can be read.
fn report(of: &str, theirs: &[String], ours: &[String]) -> String {
    let same = theirs.iter().zip(ours).take_while(|(theirs, ours)| theirs == ours).count();
    let shown = |lines: &[String]| {
        let lines = lines.iter().skip(same).take(SHOWN);
        lines.map(|line| format!("      {line:?}\n")).collect::<String>()
    };
    format!("  {of}, from line {}\n    net-snmp:\n{}    mibc:\n{}", same + 1, shown(theirs), shown(ours))
}

/// What ours does otherwise than net-snmp's; empty if nothing.
fn difference(program: &str, theirs: &Said, ours: &Said) -> String {
    let mut found = String::new();
    let (expected, printed) = (steady(&theirs.out), steady(&ours.out));
    if expected != printed {
        found += &report("standard output", &expected, &printed);
    }
    let (expected, printed) = (steady(&theirs.err), steady(&ours.err));
    let alike = expected.iter().zip(&printed).all(|(theirs, ours)| same(program, theirs, ours));
    if !alike || printed.len() < expected.len() {
        found += &report("standard error", &expected, &printed);
    }
    if theirs.status != ours.status {
        found += &format!("  exit status {:?}, net-snmp's is {:?}\n", ours.status, theirs.status);
    }
    found
}

/// One of net-snmp's tools, or ours under its name.
fn run(mut command: Command, place: &Place, arguments: &[String]) -> Said {
    command.current_dir(place.path()).env("HOME", place.path()).env("COLUMNS", "200").args(arguments);
    said(&command.output().expect("the tool starts"))
}

fn ours(place: &Place, links: &Path, program: &str, arguments: &[String]) -> Said {
    let mut command = Command::new(links.join(program));
    command.env("XDG_CACHE_HOME", place.path().join("cache")).env("SNMPCONFPATH", place.path());
    for variable in ["MIBS", "MIBDIRS", "MIBC_PATH", "MIBC_COMMUNITY", "MIBC_USER"] {
        command.env_remove(variable);
    }
    run(command, place, arguments)
}

#[test]
fn two_hundred_command_lines() {
    if !installed(SNMPD) || !installed("snmpget") {
        return;
    }
    let lines = lines();
    let alike = lines.iter().filter(|line| line.key.is_none()).count();
    assert!(alike >= 200, "{alike} lines are answered alike");
    let place = Place::new();
    let links = place.path().join("bin");
    fs::create_dir(&links).expect("a folder");
    place.answer(&["links", &links.display().to_string()]);
    let snmpd = Snmpd::start(AGENT);
    let address = snmpd.address().to_string();
    let documented = fs::read_to_string(workspace("docs/profiles.md")).expect("the list of differences");
    let theirs = |program: &str, arguments: &[String]| {
        let mut command = command(program, place.path());
        command.env("MIBDIRS", workspace("mibs/text")).env("MIBS", MODULES);
        run(command, &place, arguments)
    };
    // The first of net-snmp's tools says that it makes a folder.
    theirs("snmptranslate", &words(".1"));
    let mut report = String::new();
    let mut undocumented = BTreeSet::new();
    for Line { number, key, text } in lines {
        let arguments = words(&filled(text, &address));
        let (program, arguments) = arguments.split_first().expect("a program");
        let found =
            difference(program, &theirs(program, arguments), &ours(&place, &links, program, arguments));
        match key {
            None if !found.is_empty() => report += &format!("line {number}: {text}\n{found}"),
            Some(key) if found.is_empty() => {
                report += &format!(
                    "line {number}: {text}\n  is answered alike, and should not have the key {key}\n"
                );
            }
            Some(key) if !documented.contains(&format!("**{key}**")) => {
                undocumented.insert(key);
            }
            _ => {}
        }
    }
    assert!(report.is_empty(), "our tools answer otherwise:\n{report}");
    assert!(undocumented.is_empty(), "docs/profiles.md does not explain {undocumented:?}");
}

#[test]
fn words_are_those_of_a_shell() {
    assert_eq!(words(r#"a 'b c' "d" e\"f\" "" g."h"  i"#), ["a", "b c", "d", "e\"f\"", "", "g.h", "i"]);
}

#[test]
fn lines_that_say_the_same() {
    for (theirs, ours, expected) in [
        ("a", "a", true),
        ("a b", "a", false),
        ("snmpget: no (Sub-id not found: (top) -> x)", "snmpget: no", true),
        ("snmpwalk: no (Sub-id not found: (top) -> x)", "snmpwalk: no", false),
        ("x: Unknown (Sub-id not found: (top) -> x)", "x: Unknown", false),
        ("snmpget: no (Sub-id not found: (top) -> x)", "snmpget: yes", false),
    ] {
        assert_eq!(same("snmpget", theirs, ours), expected, "{theirs} {ours}");
    }
    assert_eq!(steady("a\nUSAGE: b\nc"), ["a", "USAGE: b"]);
    assert_eq!(steady("MIB search path: /x\nb"), ["MIB search path: ", "b"]);
}
