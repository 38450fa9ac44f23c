//! Scripts under `mibc agent`, beside snmpd with the same scripts: `pass`, `pass_persist` and `extend`.

use crate::place::Place;
use mibc_test_support::netsnmp::{self, Snmpd, installed};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PASS: &str = ".1.3.6.1.4.1.32473.77";
const PERSIST: &str = ".1.3.6.1.4.1.32473.78";
const EXTEND: &str = ".1.3.6.1.4.1.8072.1.3.2";

/// Four variables, of which the second can be written: it is kept in a file.
const VARIABLES: &str = r#"
value() {
    case "$1" in
        "$ROOT.1.0") echo "$1"; echo string; echo "plain \"text\"";;
        "$ROOT.2.0") echo "$1"; echo integer; cat "$0.state" 2>/dev/null || echo 42;;
        "$ROOT.3.1") echo "$1"; echo counter; echo 4294967295;;
        "$ROOT.3.2") echo "$1"; echo objectid; echo .1.3.6.1.4.1;;
        *) return 1;;
    esac
}
behind() {
    case "$1" in
        "$ROOT" | "$ROOT.1") echo "$ROOT.1.0";;
        "$ROOT.1.0" | "$ROOT.2") echo "$ROOT.2.0";;
        "$ROOT.2.0" | "$ROOT.3") echo "$ROOT.3.1";;
        "$ROOT.3.1") echo "$ROOT.3.2";;
    esac
}
change() {
    case "$1 $2" in
        "$ROOT.2.0 integer") if [ "$3" -gt 99 ]; then echo wrong-value; else echo "$3" > "$0.state"; echo DONE; fi;;
        "$ROOT.2.0 "*) echo wrong-type;;
        *) echo not-writable;;
    esac
}
"#;

fn script(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{text}")).expect("it is written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it can be run");
    path.to_str().expect("a path in UTF-8").to_owned()
}

/// The scripts of a folder: for `pass`, `pass_persist`, and two for `extend`.
struct Scripts {
    pass: String,
    persist: String,
    lines: String,
    fails: String,
}

fn scripts(folder: &Path) -> Scripts {
    let pass = format!(
        "ROOT={PASS}\n{VARIABLES}\ncase \"$1\" in\n-g) value \"$2\";;\n-n) value \"$(behind \"$2\")\";;\n\
         -s) change \"$2\" \"$3\" \"$4\";;\nesac\n"
    );
    let persist = format!(
        "ROOT={PERSIST}\n{VARIABLES}\nwhile read -r word; do\ncase \"$word\" in\nPING) echo PONG;;\n\
         get) read -r oid; value \"$oid\" || echo NONE;;\n\
         getnext) read -r oid; value \"$(behind \"$oid\")\" || echo NONE;;\n\
         set) read -r oid; read -r kind text; change \"$oid\" \"$kind\" \"$text\";;\n\
         *) exit;;\nesac\ndone\n"
    );
    Scripts {
        pass: script(folder, "pass.sh", &pass),
        persist: script(folder, "persist.sh", &persist),
        lines: script(folder, "lines.sh", "echo \"one $1\"\necho\necho three\n"),
        fails: script(folder, "fails.sh", "echo partly\nexit 3\n"),
    }
}

/// `mibc agent`, ended when dropped.
struct Agent {
    child: Child,
    address: String,
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn agent(place: &Place, configuration: &str) -> Agent {
    let address = netsnmp::free_udp_address().to_string();
    let file = place.path().join("agent.toml");
    let text = format!(
        "listen = \"udp:{address}\"\n[[community]]\nname = \"public\"\naccess = \"read-write\"\n{configuration}"
    );
    fs::write(&file, text).expect("it is written");
    let child = place
        .command(&["agent", "--config", file.to_str().expect("a path in UTF-8")])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut agent = Agent { child, address };
    let begun = Instant::now();
    while place.run(&["get", "-v2c", "-c", "public", "-r0", "-t1", &agent.address, "sysUpTime.0"]).status
        != Some(0)
    {
        assert!(begun.elapsed() < Duration::from_secs(60), "it does not answer");
        assert!(matches!(agent.child.try_wait(), Ok(None)), "it has ended");
    }
    agent
}

/// What a command of net-snmp prints about an agent.
fn ask(tool: &str, address: &str, arguments: &[&str]) -> String {
    let mut words = vec!["-v2c", "-cpublic", "-On", "-t", "10", "-r0", address];
    words.extend(arguments);
    let output = netsnmp::run(tool, &[], &words);
    // The tools say where they make folders for their state.
    let errors = output.stderr.lines().filter(|line| !line.starts_with("Created directory"));
    output.stdout + &errors.collect::<Vec<_>>().join("\n")
}

#[test]
fn scripts_answer_as_under_snmpd() {
    if !installed("snmpget") || !installed(netsnmp::SNMPD) {
        return;
    }
    let place = Place::new();
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let [ours, theirs] = [scripts(folders[0].path()), scripts(folders[1].path())];
    let agent = agent(
        &place,
        &format!(
            "[[pass]]\noid = \"{PASS}\"\ncommand = \"{}\"\n[[pass]]\noid = \"{PERSIST}\"\ncommand = \"{}\"\n\
             persistent = true\n",
            ours.pass, ours.persist
        ),
    );
    let snmpd = Snmpd::start(&format!(
        "rwcommunity public\npass {PASS} {}\npass_persist {PERSIST} {}\n",
        theirs.pass, theirs.persist
    ));
    let snmpd_address = snmpd.address().to_string();
    let both = |tool: &str, arguments: &[&str]| {
        let ours = ask(tool, &agent.address, arguments);
        assert_eq!(ours, ask(tool, &snmpd_address, arguments), "{tool} {arguments:?}");
        ours
    };
    for root in [PASS, PERSIST] {
        let name = |end: &str| format!("{root}{end}");
        let walked = both("snmpwalk", &[root]);
        assert_eq!(walked.lines().count(), 4, "{walked}");
        for end in [".1.0", ".2.0", ".3.1", ".3.2"] {
            both("snmpget", &[&name(end)]);
        }
        for end in ["", ".1", ".1.0", ".2", ".2.0", ".3", ".3.1"] {
            both("snmpgetnext", &[&name(end)]);
        }
        both("snmpget", &[&name(".1.0"), &name(".3.2")]);
        both("snmpbulkwalk", &[root]);
        both("snmpset", &[&name(".2.0"), "i", "77"]);
        let read = both("snmpget", &[&name(".2.0")]);
        assert!(read.contains("INTEGER: 77"), "{read}");
        let refused = both("snmpset", &[&name(".1.0"), "s", "other"]);
        assert!(refused.contains("notWritable"), "{refused}");
        let refused = both("snmpset", &[&name(".2.0"), "s", "other"]);
        assert!(refused.contains("wrongType"), "{refused}");
        let refused = both("snmpset", &[&name(".2.0"), "i", "100"]);
        assert!(refused.contains("wrongValue"), "{refused}");
    }
}

#[test]
fn the_output_of_commands_is_that_of_snmpd() {
    if !installed("snmpwalk") || !installed(netsnmp::SNMPD) {
        return;
    }
    let place = Place::new();
    let folder = tempfile::tempdir().expect("a folder");
    let Scripts { lines, fails, .. } = scripts(folder.path());
    let configuration = format!(
        "[[extend]]\nname = \"lines\"\ncommand = [\"{lines}\", \"argument\"]\n[[extend]]\nname = \"no\"\n\
         command = \"{fails}\"\n[[extend]]\nname = \"silent\"\ncommand = \"/bin/true\"\n"
    );
    let agent = agent(&place, &configuration);
    let snmpd = Snmpd::start(&format!(
        "rwcommunity public\nextend lines {lines} argument\nextend no {fails}\nextend silent /bin/true\n"
    ));
    let ours = ask("snmpwalk", &agent.address, &[EXTEND]);
    let theirs = ask("snmpwalk", &snmpd.address().to_string(), &[EXTEND]);
    let differences: Vec<_> = ours.lines().zip(theirs.lines()).filter(|(one, other)| one != other).collect();
    assert_eq!(differences, []);
    assert_eq!(ours.lines().count(), theirs.lines().count(), "{ours}\n{theirs}");
    assert!(ours.lines().count() > 30, "{ours}");
    let name = format!("{EXTEND}.4.1.2.5.108.105.110.101.115.3");
    assert_eq!(ask("snmpget", &agent.address, &[&name]), format!("{name} = STRING: \"three\"\n"));
    // No command comes of a SET.
    let input = format!("{EXTEND}.2.1.2.5.108.105.110.101.115");
    let refused = ask("snmpset", &agent.address, &[&input, "s", "/bin/false"]);
    assert!(refused.contains("notWritable"), "{refused}");
    let fresh = format!("{EXTEND}.2.1.21.1.120");
    let refused = ask("snmpset", &agent.address, &[&fresh, "i", "4"]);
    assert!(refused.contains("notWritable") || refused.contains("noCreation"), "{refused}");
}

/// What a command prints counts for a while: it runs once, however often it is read.
#[test]
fn output_is_cached() {
    let place = Place::new();
    let folder = tempfile::tempdir().expect("a folder");
    let counter = folder.path().join("count");
    let text = format!("echo x >> {0}\nwc -l < {0}\n", counter.display());
    let command = script(folder.path(), "count.sh", &text);
    let agent = agent(&place, &format!("[[extend]]\nname = \"c\"\ncommand = \"{command}\"\ncache = 3600\n"));
    let walk = || place.answer(&["walk", "-v2c", "-c", "public", &agent.address, EXTEND]);
    let first = walk();
    assert!(first.contains("1"), "{first}");
    assert_eq!(walk(), first);
    assert_eq!(fs::read_to_string(&counter).expect("it has run").lines().count(), 1);
}

/// One script that hangs, one that says nonsense and one that ends harm nobody else, and come back.
#[test]
fn bad_scripts_are_bounded() {
    let place = Place::new();
    let folder = tempfile::tempdir().expect("a folder");
    let hangs = script(folder.path(), "hangs.sh", "exec sleep 600\n");
    let floods = script(folder.path(), "floods.sh", "exec yes\n");
    let marker = folder.path().join("ok");
    let ends = script(
        folder.path(),
        "ends.sh",
        &format!(
            "[ -e {} ] || exit 1\nwhile read -r word; do case \"$word\" in PING) echo PONG;; get) read -r oid; \
             echo \"$oid\"; echo integer; echo 1;; esac; done\n",
            marker.display()
        ),
    );
    let pass = |oid: &str, command: &str, more: &str| {
        format!("[[pass]]\noid = \"1.3.6.1.4.1.32473.{oid}\"\ncommand = \"{command}\"\ntimeout = 1\n{more}")
    };
    let agent = agent(
        &place,
        &[pass("1", &hangs, ""), pass("2", &floods, ""), pass("3", &ends, "persistent = true\n")].concat(),
    );
    let get = |end: &str| {
        place.run(&[
            "get",
            "-v2c",
            "-c",
            "public",
            "-t5",
            "-r0",
            &agent.address,
            &format!("1.3.6.1.4.1.32473.{end}"),
        ])
    };
    for end in ["1.0", "2.0", "3.0"] {
        let said = format!("{:?}", get(end));
        assert!(said.contains("genErr") || said.contains("genError"), "{end}: {said}");
    }
    let system = place.answer(&["get", "-v2c", "-c", "public", &agent.address, "sysUpTime.0"]);
    assert!(system.contains("Timeticks"), "{system}");
    // The script that ended is started again, not at once.
    fs::write(&marker, "").expect("it is written");
    let begun = Instant::now();
    while get("3.0").status != Some(0) {
        assert!(begun.elapsed() < Duration::from_secs(30), "it is not started again");
        std::thread::sleep(Duration::from_millis(200));
    }
    // No process is left of the one that hung.
    let left = Command::new("pgrep").args(["-f", &hangs]).output().expect("pgrep runs");
    assert!(left.stdout.is_empty(), "{}", String::from_utf8_lossy(&left.stdout));
}

/// A SET that fails takes back what scripts have been told before; one that cannot be written at all runs nothing.
#[test]
fn a_set_that_fails_is_taken_back() {
    let place = Place::new();
    let folder = tempfile::tempdir().expect("a folder");
    let scripts = scripts(folder.path());
    let agent = agent(
        &place,
        &format!(
            "[[pass]]\noid = \"{PASS}\"\ncommand = \"{}\"\n[[pass]]\noid = \"{PERSIST}\"\ncommand = \"{}\"\n\
             persistent = true\n",
            scripts.pass, scripts.persist
        ),
    );
    let run = |verb: &str, more: &[&str]| {
        let mut words = vec![verb, "-v2c", "-c", "public", "-t10", "-r0", agent.address.as_str()];
        words.extend(more);
        format!("{:?}", place.run(&words))
    };
    let (pass, persist) = (format!("{PASS}.2.0"), format!("{PERSIST}.2.0"));
    let state = |path: &str| fs::read_to_string(format!("{path}.state")).ok();
    for (name, path) in [(&pass, &scripts.pass), (&persist, &scripts.persist)] {
        let read_only = name.replace(".2.0", ".1.0");
        // The second is refused by the script.
        let refused = run("set", &[name, "i", "7", &read_only, "s", "x"]);
        assert!(refused.contains("notWritable"), "{refused}");
        assert!(run("get", &[name]).contains("42"), "{name} has its old value");
        assert_eq!(state(path).as_deref(), Some("42\n"), "the script was told twice");
    }
    // The second is another script's.
    let refused = run("set", &[&pass, "i", "7", &persist, "i", "100"]);
    assert!(refused.contains("wrongValue"), "{refused}");
    assert!(run("get", &[&pass]).contains("42"));
    // What was not there cannot be made to be gone.
    let gone = format!("{PASS}.9.0");
    let absent = script(
        folder.path(),
        "absent.sh",
        &format!("ROOT={PASS}.9\n[ \"$1\" != -s ] || {{ [ \"$2\" = \"$ROOT.0\" ] || echo wrong-value; }}\n"),
    );
    drop(agent);
    let second = self::agent(&place, &format!("[[pass]]\noid = \"{PASS}.9\"\ncommand = \"{absent}\"\n"));
    let refused = format!(
        "{:?}",
        place.run(&[
            "set",
            "-v2c",
            "-c",
            "public",
            "-t10",
            "-r0",
            &second.address,
            &gone,
            "i",
            "1",
            &format!("{PASS}.9.1"),
            "i",
            "1"
        ])
    );
    assert!(refused.contains("undoFailed"), "{refused}");
}

/// What a script has started ends with it when it takes too long.
#[test]
fn children_end_with_their_script() {
    let place = Place::new();
    let folder = tempfile::tempdir().expect("a folder");
    let pids = folder.path().join("pids");
    let text = format!("sleep 86399 &\necho $! >> {0}\nsleep 86399 | cat\n", pids.display());
    let once = script(folder.path(), "once.sh", &text);
    let stays = script(folder.path(), "stays.sh", &text);
    let pass = |end: &str, command: &str, more: &str| {
        format!("[[pass]]\noid = \"{PASS}.{end}\"\ncommand = \"{command}\"\ntimeout = 1\n{more}")
    };
    let agent = agent(&place, &[pass("1", &once, ""), pass("2", &stays, "persistent = true\n")].concat());
    for end in ["1.0", "2.0"] {
        let name = format!("{PASS}.{end}");
        let said = format!(
            "{:?}",
            place.run(&["get", "-v2c", "-c", "public", "-t10", "-r0", &agent.address, &name])
        );
        assert!(said.contains("genErr"), "{said}");
    }
    let pids = fs::read_to_string(&pids).expect("both have run");
    assert_eq!(pids.lines().count(), 2, "{pids}");
    let is_there = |pid: &str| {
        // What has ended may wait for its end to be heard of.
        let status = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        !status.is_empty() && !status.contains(") Z ")
    };
    let begun = Instant::now();
    while pids.lines().any(is_there) {
        assert!(begun.elapsed() < Duration::from_secs(30), "a child is left of {pids}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The lines of snmpd.conf come over.
#[test]
fn lines_of_snmpd_conf_are_taken_over() {
    let place = Place::new();
    let file = place.path().join("snmpd.conf");
    let text = "rocommunity public\npass -p 5 .1.3.6.1.4.1.9 /opt/x --all 'two words'\n\
                pass_persist .1.3.6.1.4.1.10 /opt/y\nextend -cacheTime 60 disks /opt/z -h\n";
    fs::write(&file, text).expect("it is written");
    let toml = place.answer(&["agent", "import", file.to_str().expect("a path in UTF-8")]);
    for expected in [
        "[[pass]]\noid = \"1.3.6.1.4.1.9\"\ncommand = [\n    \"/opt/x\",\n    \"--all\",\n    \"two words\",\n]\npriority = 5\n",
        "[[pass]]\noid = \"1.3.6.1.4.1.10\"\ncommand = \"/opt/y\"\npersistent = true\n",
        "[[extend]]\nname = \"disks\"\ncommand = [\n    \"/opt/z\",\n    \"-h\",\n]\ncache = 60\n",
    ] {
        assert!(toml.contains(expected), "{toml}");
    }
    let taken = place.path().join("taken.toml");
    fs::write(&taken, &toml).expect("it is written");
    place.answer(&["agent", "--check", "--config", taken.to_str().expect("a path in UTF-8")]);
}

#[test]
fn what_is_wrong_with_scripts_is_said() {
    let place = Place::new();
    let file = place.path().join("agent.toml");
    for (text, expected) in [
        ("[[pass]]\noid = \"1.3.6.1\"\ncommand = \"script\"\n", "is not the whole path of a program"),
        ("[[pass]]\noid = \"1.3.6.1\"\ncommand = []\n", "the `command` is empty"),
        ("[[pass]]\noid = \"1.3.6.1\"\ncommand = \"/x\"\ntimeout = 0\n", "`0` is out of range"),
        ("[[extend]]\nname = \"\"\ncommand = \"/x\"\n", "the name has 0 octets"),
        (
            "[[extend]]\nname = \"a\"\ncommand = \"/x\"\n[[extend]]\nname = \"a\"\ncommand = \"/y\"\n",
            "two [[extend]] `a`",
        ),
        (
            "[[pass]]\noid = \"1.3.6.1\"\ncommand = \"/x\"\n[[pass]]\noid = \"1.3.6.1\"\ncommand = \"/y\"\n",
            "two [[pass]] for 1.3.6.1",
        ),
    ] {
        fs::write(&file, format!("[[community]]\nname = \"public\"\n{text}")).expect("it is written");
        let said =
            format!("{:?}", place.run(&["agent", "--check", "--config", file.to_str().expect("a path")]));
        assert!(said.contains(expected), "{text}: {said}");
    }
}
