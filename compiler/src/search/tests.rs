//! The index over real folders.

use super::{Cache, EntryKind, SearchIndex};
use crate::world::{FsWorld, Location, World};
use std::fs;
use std::path::Path;

const ACME: &str = r#"ACME-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises, MODULE-IDENTITY, OBJECT-TYPE FROM SNMPv2-SMI;
acme MODULE-IDENTITY LAST-UPDATED "202001010000Z" ORGANIZATION "A" CONTACT-INFO "A" DESCRIPTION "A"
  ::= { enterprises 9999 }
acmeTable OBJECT-TYPE SYNTAX SEQUENCE OF AcmeEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "T"
  ::= { acme 1 }
acmeEntry OBJECT-TYPE SYNTAX AcmeEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "R"
  INDEX { acmeIndex } ::= { acmeTable 1 }
AcmeEntry ::= SEQUENCE { acmeIndex Integer32 }
acmeIndex OBJECT-TYPE SYNTAX Integer32 (1..9) MAX-ACCESS not-accessible STATUS current DESCRIPTION "I"
  ::= { acmeEntry 1 }
AcmeName ::= OCTET STRING (SIZE (0..9))
lost OBJECT IDENTIFIER ::= { nowhere 1 }
END
"#;

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).expect("a file");
    // Old enough to be trusted at once.
    let file = fs::File::options().write(true).open(folder.join(name)).expect("the file");
    let time = std::time::SystemTime::now() - std::time::Duration::from_secs(60 + text.len() as u64);
    file.set_modified(time).expect("a time");
}

/// With one built-in module: the others would cost time in every test.
fn open(mibs: &Path, cache: &Path) -> SearchIndex {
    with_base(&FsWorld::new().include(mibs), &Cache::Folder(cache.to_owned()))
}

fn with_base(world: &FsWorld, cache: &Cache) -> SearchIndex {
    let base = mibc_mibs::find("SNMPv2-SMI").expect("the base module");
    SearchIndex::open_with(world, cache, std::slice::from_ref(base))
}

#[test]
fn names_oids_and_modules_are_found() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "anything.txt", ACME);
    let index = SearchIndex::open(&FsWorld::new().include(folder.path()), &Cache::None);
    let entry = index.named("acmeIndex").next().expect("the column");
    assert_eq!((entry.kind, entry.module.name), (EntryKind::Column, "ACME-MIB"));
    let oid = entry.oid.expect("an OID").to_oid();
    assert_eq!(oid.to_string(), "1.3.6.1.4.1.9999.1.1.1");
    assert_eq!(index.at(&oid).map(|entry| entry.name).collect::<Vec<_>>(), ["acmeIndex"]);
    let acme = "1.3.6.1.4.1.9999".parse().expect("an OID");
    let below: Vec<&str> = index.below(&acme).map(|entry| entry.name).collect();
    assert_eq!(below, ["acme", "acmeTable", "acmeEntry", "acmeIndex"]);
    assert_eq!(index.named("AcmeName").next().map(|entry| entry.kind), Some(EntryKind::Type));
    assert!(index.named("AcmeEntry").next().is_none());
    assert!(index.named("lost").next().is_some_and(|entry| entry.oid.is_none()));
    let module = index.modules_named("ACME-MIB").next().expect("the module");
    assert_eq!((module.objects, module.types, module.definitions), (3, 1, 6));
    assert_eq!(*module.location, Location::File(folder.path().join("anything.txt")));
    assert!(index.named("ifDescr").any(|entry| entry.module.name == "IF-MIB"), "built-in modules are in it");
}

#[test]
fn what_has_not_changed_is_not_read_again() {
    let (mibs, cache) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    write(mibs.path(), "a", ACME);
    write(mibs.path(), "b", "B-MIB DEFINITIONS ::= BEGIN b OBJECT IDENTIFIER ::= { iso 3 9 } END");
    let first = open(mibs.path(), cache.path());
    assert_eq!(first.parsed(), 2 + 1);
    let second = open(mibs.path(), cache.path());
    assert_eq!(second.parsed(), 0);
    assert_eq!(second.entries().count(), first.entries().count());
    assert!(second.entries().zip(first.entries()).all(|(a, b)| (a.name, a.oid) == (b.name, b.oid)));

    write(mibs.path(), "b", "B-MIB DEFINITIONS ::= BEGIN bee OBJECT IDENTIFIER ::= { iso 3 9 } END");
    let third = open(mibs.path(), cache.path());
    assert_eq!(third.parsed(), 1);
    assert!(third.named("bee").next().is_some() && third.named("b").next().is_none());
    fs::remove_file(mibs.path().join("b")).expect("no file");
    let fourth = open(mibs.path(), cache.path());
    assert_eq!(fourth.parsed(), 0);
    assert!(fourth.named("bee").next().is_none());
}

#[test]
fn a_file_that_was_just_written_is_not_trusted() {
    let (mibs, cache) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    fs::write(mibs.path().join("a"), ACME).expect("a file");
    open(mibs.path(), cache.path());
    assert_eq!(open(mibs.path(), cache.path()).parsed(), 1);
}

#[test]
fn a_damaged_cache_is_no_cache() {
    let (mibs, cache) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    write(mibs.path(), "a", ACME);
    let all = open(mibs.path(), cache.path()).parsed();
    let mut files = fs::read_dir(cache.path()).expect("a folder").map(|file| file.expect("a file").path());
    let file =
        files.find(|path| path.extension().is_some_and(|ending| ending == "index")).expect("the index");
    let whole = fs::read(&file).expect("the cache");
    for length in [0, 7, 31, 40, whole.len() / 2, whole.len() - 1] {
        fs::write(&file, &whole[..length]).expect("a file");
        assert_eq!(open(mibs.path(), cache.path()).parsed(), all, "{length} octets");
    }
    // Damage in the middle is found by what is read: nothing panics, whatever comes of it.
    for at in (0..whole.len()).step_by(whole.len() / 97) {
        let mut broken = whole.clone();
        broken[at] ^= 0xff;
        fs::write(&file, &broken).expect("a file");
        let index = open(mibs.path(), cache.path());
        let _ = index.named("acmeIndex").count() + index.entries().count();
        let _ = index.at(&"1.3.6.1".parse().expect("an OID")).count();
    }
    fs::write(&file, [b"mibcix\0\x01".as_slice(), &[0xff; 64]].concat()).expect("a file");
    assert_eq!(open(mibs.path(), cache.path()).parsed(), all);
}

#[test]
fn racing_processes_leave_a_whole_file() {
    let (mibs, cache) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    write(mibs.path(), "a", ACME);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let index = open(mibs.path(), cache.path());
                assert!(index.named("acmeTable").next().is_some());
            });
        }
    });
    assert_eq!(open(mibs.path(), cache.path()).parsed(), 0);
    let files = fs::read_dir(cache.path()).expect("a folder").map(|file| file.expect("a file").file_name());
    assert!(files.into_iter().all(|name| !name.to_string_lossy().starts_with('.')), "nothing is left aside");
}

#[test]
fn a_module_of_a_file_hides_the_built_in_one() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "x", "IF-MIB DEFINITIONS ::= BEGIN mine OBJECT IDENTIFIER ::= { iso 3 9 } END");
    let world = FsWorld::new().include(folder.path());
    let index = SearchIndex::open(&world, &Cache::None);
    assert!(index.named("ifAlias").next().is_none() && index.named("mine").next().is_some());
    let shadowed: Vec<bool> = index.modules_named("IF-MIB").map(|module| module.shadowed).collect();
    assert_eq!(shadowed, [false, true]);
    assert_eq!(world.candidates("IF-MIB").len(), 2);
    assert_eq!(world.files_read().len(), 0);
}

#[test]
fn circles_and_missing_parents_have_no_oid() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "X-MIB DEFINITIONS ::= BEGIN
        a OBJECT IDENTIFIER ::= { b 1 } b OBJECT IDENTIFIER ::= { a 1 } c OBJECT IDENTIFIER ::= { c 1 }
        d OBJECT IDENTIFIER ::= { iso org(3) 6 99999999999 } e OBJECT IDENTIFIER ::= { iso org(3) dod(6) 1 } END";
    write(folder.path(), "x", text);
    let index = with_base(&FsWorld::new().include(folder.path()), &Cache::None);
    let oid = |name: &str| index.named(name).find_map(|entry| entry.oid).map(|oid| oid.to_string());
    assert_eq!([oid("a"), oid("b"), oid("c"), oid("d")], [None, None, None, None]);
    assert_eq!(oid("e").as_deref(), Some("1.3.6.1"));
}

/// A folder's time, long enough ago to be trusted at once.
#[cfg(unix)]
fn settle(folder: &Path, seconds: u64) {
    let time = std::time::SystemTime::now() - std::time::Duration::from_secs(seconds);
    fs::File::open(folder).and_then(|folder| folder.set_modified(time)).expect("a time");
}

#[cfg(unix)]
fn kept(world: &FsWorld, cache: &Path) -> Option<SearchIndex> {
    let base = mibc_mibs::find("SNMPv2-SMI").expect("the base module");
    SearchIndex::kept_with(world, &Cache::Folder(cache.to_owned()), std::slice::from_ref(base))
}

#[test]
#[cfg(unix)]
fn an_index_is_kept_while_no_folder_changes() {
    let (mibs, cache) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let deep = mibs.path().join("vendor/deep");
    fs::create_dir_all(&deep).expect("folders");
    write(mibs.path(), "a", ACME);
    write(&deep, "b", "B-MIB DEFINITIONS ::= BEGIN b OBJECT IDENTIFIER ::= { iso 3 9 } END");
    let world = || FsWorld::new().include_below(mibs.path());
    let full = || with_base(&world(), &Cache::Folder(cache.path().to_owned()));
    let settle = || [mibs.path(), &mibs.path().join("vendor"), &deep].map(|folder| settle(folder, 60));
    assert!(kept(&world(), cache.path()).is_none(), "nothing is kept yet");
    full();
    assert!(kept(&world(), cache.path()).is_none(), "folders that have just changed may change unseen");
    settle();
    full();
    let index = kept(&world(), cache.path()).expect("an index");
    assert!(index.stands(), "nothing has been used");
    assert_eq!(index.named("b").map(|entry| entry.module.name).collect::<Vec<_>>(), ["B-MIB"]);
    assert_eq!(index.candidates("ACME-MIB"), world().candidates("ACME-MIB"));
    assert_eq!(index.candidates("SNMPv2-SMI"), world().candidates("SNMPv2-SMI"));
    assert!(index.stands());
    let texts = |index: &SearchIndex| {
        index.entries().map(|entry| format!("{} {:?} {:?}", entry.name, entry.oid, entry.module)).collect()
    };
    let (one, other): (Vec<String>, Vec<String>) = (texts(&index), texts(&full()));
    assert_eq!(one, other);

    // A file that is written in its place is seen by whoever takes something from it.
    write(&deep, "b", "B-MIB DEFINITIONS ::= BEGIN bee OBJECT IDENTIFIER ::= { iso 3 9 } END");
    let index = kept(&world(), cache.path()).expect("an index: no folder has changed");
    assert!(index.named("acmeIndex").next().is_some() && index.stands());
    assert!(index.named("b").next().is_some() && !index.stands());

    // Nor does it help to write as many octets and set its time back.
    settle();
    full();
    let text =
        |name: &str| format!("B-MIB DEFINITIONS ::= BEGIN {name} OBJECT IDENTIFIER ::= {{ iso 3 9 }} END");
    write(&deep, "b", &text("bee"));
    let set_back =
        || fs::File::open(deep.join("b")).and_then(|file| file.set_modified(std::time::UNIX_EPOCH));
    set_back().expect("a time");
    full();
    assert!(
        kept(&world(), cache.path()).is_some_and(|index| index.named("bee").count() == 1 && index.stands())
    );
    std::thread::sleep(std::time::Duration::from_millis(20));
    write(&deep, "b", &text("bar"));
    set_back().expect("a time");
    assert!(
        kept(&world(), cache.path()).is_some_and(|index| index.named("bee").count() == 1 && !index.stands())
    );
    assert_eq!(full().named("bar").count(), 1);

    // A file that is new or gone is seen by its folder, however deep it is.
    write(&deep, "c", "C-MIB DEFINITIONS ::= BEGIN c OBJECT IDENTIFIER ::= { iso 3 8 } END");
    assert!(kept(&world(), cache.path()).is_none());
    full();
    settle();
    full();
    assert!(kept(&world(), cache.path()).is_some());
    fs::remove_file(deep.join("c")).expect("no file");
    assert!(kept(&world(), cache.path()).is_none());
}

#[test]
#[cfg(unix)]
fn an_index_is_kept_for_five_minutes_of_the_same_clock() {
    let (mibs, cache) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    write(mibs.path(), "a", ACME);
    settle(mibs.path(), 60);
    open(mibs.path(), cache.path());
    let world = FsWorld::new().include(mibs.path());
    assert!(kept(&world, cache.path()).is_some());
    let mut files = fs::read_dir(cache.path()).expect("a folder").map(|file| file.expect("a file").path());
    let file =
        files.find(|path| path.extension().is_some_and(|ending| ending == "checked")).expect("the file");
    let whole = fs::read(&file).expect("its octets");
    let at = |change: i64| {
        let mut octets = whole.clone();
        let time = u64::from_le_bytes(octets[8..16].try_into().expect("eight octets"));
        let time = time.checked_add_signed(change * 1_000_000_000).expect("a time");
        octets[8..16].copy_from_slice(&time.to_le_bytes());
        fs::write(&file, octets).expect("a file");
        kept(&world, cache.path()).is_some()
    };
    assert!(at(-200) && !at(-310) && !at(3_600));
    // Too old or from a time to come: the next look at everything renews it.
    open(mibs.path(), cache.path());
    assert!(kept(&world, cache.path()).is_some());
    // It belongs to one index, and a damaged file is not an index.
    for (at, damage) in [(0, 1), (16, 1), (24, 1), (whole.len() - 1, 1), (32, 0xff)] {
        let mut octets = whole.clone();
        octets[at] ^= damage;
        fs::write(&file, octets).expect("a file");
        assert!(kept(&world, cache.path()).is_none(), "octet {at}");
    }
    for length in 0..whole.len() {
        fs::write(&file, &whole[..length]).expect("a file");
        assert!(kept(&world, cache.path()).is_none(), "{length} octets");
    }
}

#[test]
#[cfg(unix)]
fn search_paths_that_cannot_be_read_are_looked_at_each_time() {
    let (mibs, cache) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    write(mibs.path(), "a", ACME);
    settle(mibs.path(), 60);
    let world = || FsWorld::new().include(mibs.path()).include(mibs.path().join("nothing"));
    with_base(&world(), &Cache::Folder(cache.path().to_owned()));
    assert!(kept(&world(), cache.path()).is_none());
}
