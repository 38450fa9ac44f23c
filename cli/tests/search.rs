//! How modules are found: by what files say, through an index that is kept outside of the folders that are searched.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

/// A folder with MIB modules, and one for the user's caches.
struct Place {
    mibs: tempfile::TempDir,
    cache: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        Place { mibs: tempfile::tempdir().expect("a folder"), cache: tempfile::tempdir().expect("a folder") }
    }

    /// A file that was written long enough ago for the index to trust it.
    fn file(&self, name: &str, text: &str) {
        let path = self.mibs.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("a file");
        let file = fs::File::options().write(true).open(path).expect("the file");
        file.set_modified(SystemTime::now() - Duration::from_secs(60)).expect("a time");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mibc"));
        command.current_dir(self.mibs.path()).env("XDG_CACHE_HOME", self.cache.path()).args(arguments);
        command.env_remove("MIBC_PATH").env("NO_COLOR", "1");
        command
    }

    fn mibc(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("mibc runs")
    }

    fn indexes(&self) -> Vec<PathBuf> {
        files_below(self.cache.path())
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut left) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(path) = left.pop() {
        match fs::read_dir(&path) {
            Ok(entries) => left.extend(entries.flatten().map(|entry| entry.path())),
            Err(_) => found.push(path),
        }
    }
    found.sort();
    found
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

fn module(name: &str, date: &str, node: &str) -> String {
    format!(
        "{name} DEFINITIONS ::= BEGIN IMPORTS MODULE-IDENTITY, enterprises FROM SNMPv2-SMI;
        identity MODULE-IDENTITY LAST-UPDATED \"{date}\" ORGANIZATION \"o\" CONTACT-INFO \"c\" DESCRIPTION \"d\"
          ::= {{ enterprises 99999 }}
        {node} OBJECT IDENTIFIER ::= {{ identity 1 }} END\n"
    )
}

/// §3 rows 2 and 25, CVE-2020-15861: file names do not matter, several modules share a file, and the index is only in
/// the user's cache folder.
#[test]
fn modules_are_found_by_content_and_the_index_is_elsewhere() {
    let place = Place::new();
    place.file(
        "lib/one.txt",
        &(module("A-MIB", "202001010000Z", "a") + &module("B-MIB", "202001010000Z", "b")),
    );
    place.file(
        "C-MIB.mib",
        "D-MIB -- not C-MIB\nDEFINITIONS ::= BEGIN IMPORTS b FROM B-MIB; d OBJECT IDENTIFIER ::= { b 4 } END",
    );
    let before = files_below(place.mibs.path());
    for arguments in [
        &["compile", "--emit", "json", "-I", ".", "-I", "lib", "D-MIB"][..],
        &["compile", "--emit", "json", "-R", ".", "D-MIB"],
        &["check", "D-MIB", "-I", "."],
        &["check", "C-MIB.mib", "-I", "lib"],
        // Again, from the index.
        &["compile", "--emit", "json", "-R", ".", "D-MIB"],
        &["check", "D-MIB", "-I", "."],
    ] {
        let output = place.mibc(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
    }
    let output = place.mibc(&["compile", "--emit", "json", "-R", ".", "C-MIB"]);
    assert_eq!(output.status.code(), Some(1), "a file name makes no module");
    let found = place.command(&["compile", "--emit", "json", "A-MIB"]).env("MIBC_PATH", "lib").output();
    assert_eq!(found.expect("mibc runs").status.code(), Some(0));
    assert_eq!(files_below(place.mibs.path()), before, "nothing is written beside the modules");
    assert!(!place.indexes().is_empty());
}

/// §3 row 25: no cache where none is wanted.
#[test]
fn nothing_is_kept_where_the_user_says_so() {
    let place = Place::new();
    place.file("x", &module("A-MIB", "202001010000Z", "a"));
    for arguments in
        [&["compile", "-I", ".", "--no-cache", "A-MIB"][..], &["check", "A-MIB", "-I", ".", "--no-cache"]]
    {
        assert_eq!(place.mibc(arguments).status.code(), Some(0), "{arguments:?}");
    }
    assert!(place.indexes().is_empty(), "{:?}", place.indexes());
}

/// Which of several files is taken, and why, is said where the module is compiled and where it is checked.
#[test]
fn the_choice_between_files_is_said() {
    let place = Place::new();
    place.file("a/X-MIB", &module("X-MIB", "9901010000Z", "old"));
    place.file("b/other.txt", &module("X-MIB", "202001010000Z", "new"));
    let output = place.mibc(&["compile", "--emit", "json", "-R", ".", "X-MIB"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("\"new\"") && !text(&output.stdout).contains("\"old\""));
    let checked = place.mibc(&["check", "X-MIB", "-I", "."]);
    for said in [text(&output.stderr), text(&checked.stdout)] {
        for part in [
            "there are 2 modules `X-MIB`",
            "b/other.txt:1:1",
            "its LAST-UPDATED is the latest",
            "a/X-MIB:1:1",
        ] {
            assert!(said.contains(part), "{part} is not in {said}");
        }
    }
    let output = place.mibc(&["check", "a/X-MIB", "-I", ".", "--profile", "rfc", "--format", "json"]);
    let said = text(&output.stdout);
    assert!(said.contains("two-digit-year"), "the file that was named is checked: {said}");
}

/// Several processes at once make one index, and all of them find the module.
#[test]
fn racing_processes() {
    let place = Place::new();
    for number in 0..40 {
        place.file(&format!("{number}.txt"), &module(&format!("M{number}-MIB"), "202001010000Z", "x"));
    }
    let run = |number: usize| {
        let mut command = place.command(&["compile", "--emit", "json", "-I", ".", &format!("M{number}-MIB")]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("mibc runs")
    };
    let running: Vec<_> = (0..4).map(run).collect();
    for (number, child) in running.into_iter().enumerate() {
        let output = child.wait_with_output().expect("an end");
        assert!(text(&output.stdout).contains(&format!("\"M{number}-MIB\"")), "{}", text(&output.stderr));
    }
    let endings: Vec<_> = place.indexes().iter().map(|path| path.extension().map(OsString::from)).collect();
    assert_eq!(endings, [Some("checked".into()), Some("index".into())], "nothing is left aside");
}

/// CVE-2020-15861: a link that someone put where the index goes is replaced, not followed.
#[cfg(unix)]
#[test]
fn a_link_in_the_cache_is_not_followed() {
    let place = Place::new();
    place.file("x", &module("A-MIB", "202001010000Z", "a"));
    let compile = || place.mibc(&["compile", "--emit", "json", "-I", ".", "A-MIB"]).status.code();
    assert_eq!(compile(), Some(0));
    let victim = place.cache.path().join("victim");
    fs::write(&victim, "precious").expect("a file");
    let kept: Vec<PathBuf> = place.indexes().into_iter().filter(|path| *path != victim).collect();
    assert_eq!(kept.len(), 2, "{kept:?}");
    for path in &kept {
        fs::remove_file(path).expect("no file");
        std::os::unix::fs::symlink(&victim, path).expect("a link");
    }
    assert_eq!(compile(), Some(0));
    assert_eq!(fs::read_to_string(&victim).expect("the file"), "precious");
    for path in &kept {
        assert!(!fs::symlink_metadata(path).expect("the file").is_symlink(), "{}", path.display());
    }
}

/// Questions are answered from the index without a look at every file, but never with outdated answers.
#[cfg(unix)]
#[test]
fn a_change_is_seen_by_the_next_question() {
    let place = Place::new();
    let settle = |folder: &Path| {
        let time = SystemTime::now() - Duration::from_secs(60);
        fs::File::open(folder).and_then(|folder| folder.set_modified(time)).expect("a time");
    };
    // Other OIDs than those of `module`, and another number below.
    let other = |name: &str, root: u32, node: &str, number: u32| {
        let text = module(name, "202001010000Z", node).replace("99999 }", &format!("{root} }}"));
        text.replace("identity 1 }", &format!("identity {number} }}"))
            .replace("identity", &format!("{node}Root"))
    };
    let ask = |question: &str| {
        let output = place.mibc(&["translate", "--no-snmp-conf", "-R", ".", question]);
        (output.status.code() == Some(0)).then(|| text(&output.stdout).trim().to_owned())
    };
    let found = |oid: &str| Some(format!("1.3.6.1.4.1.{oid}"));
    place.file("a/A-MIB", &other("A-MIB", 1001, "alpha", 1));
    place.file("b/deep/B-MIB", &other("B-MIB", 1002, "beta", 1));
    for folder in [".", "a", "b", "b/deep"] {
        settle(&place.mibs.path().join(folder));
    }
    for _ in 0..2 {
        assert_eq!(ask("alpha"), found("1001.1"));
        assert_eq!(ask("B-MIB::beta"), found("1002.1"));
        assert_eq!(ask("1.3.6.1.4.1.1002.1").as_deref(), Some("B-MIB::beta"));
    }

    // In its place: the file that the answer is from, by a name that is still there and one that is not.
    place.file("a/A-MIB", &other("A-MIB", 1001, "alpha", 22));
    assert_eq!(ask("alpha"), found("1001.22"));
    place.file("a/A-MIB", &other("A-MIB", 1001, "gamma", 333));
    assert_eq!(ask("alpha"), None);
    assert_eq!(ask("gamma"), found("1001.333"));

    // In its place: another file, for a name and for an OID that nothing had. What is above it does not do.
    place.file("b/deep/B-MIB", &other("B-MIB", 1002, "delta", 4444));
    assert_eq!(ask("delta"), found("1002.4444"));
    place.file("b/deep/B-MIB", &other("B-MIB", 1002, "epsilon", 55555));
    assert_eq!(ask("1.3.6.1.4.1.1002.55555").as_deref(), Some("B-MIB::epsilon"));

    // A new file, a renamed one, one that goes: by their folders.
    place.file("b/deep/C-MIB", &other("C-MIB", 1003, "zeta", 1));
    assert_eq!(ask("zeta"), found("1003.1"));
    for folder in [".", "a", "b", "b/deep"] {
        settle(&place.mibs.path().join(folder));
    }
    assert_eq!((ask("gamma"), ask("zeta")), (found("1001.333"), found("1003.1")));
    // A later revision of a module, in a new folder.
    place.file("new/A-MIB", &other("A-MIB", 1001, "gamma", 7).replace("20200101", "20210101"));
    assert_eq!(ask("A-MIB::gamma"), found("1001.7"));
    fs::remove_file(place.mibs.path().join("new/A-MIB")).expect("no file");
    assert_eq!(ask("A-MIB::gamma"), found("1001.333"));
    let (old, new) = (place.mibs.path().join("a/A-MIB"), place.mibs.path().join("b/anything"));
    fs::rename(old, new).expect("another name");
    assert_eq!(ask("gamma"), found("1001.333"));
    fs::remove_file(place.mibs.path().join("b/deep/C-MIB")).expect("no file");
    assert_eq!((ask("zeta"), ask("C-MIB::zeta")), (None, None));
    // The same search path written otherwise has its files.
    assert_eq!(ask("gamma"), found("1001.333"));
    let path = place.mibs.path().to_str().expect("a path");
    let output = place.mibc(&["translate", "--no-snmp-conf", "-R", path, "gamma"]);
    assert_eq!(text(&output.stdout).trim(), "1.3.6.1.4.1.1001.333");
}
