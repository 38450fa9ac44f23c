use super::*;

fn module(name: &str) -> String {
    format!("{name} DEFINITIONS ::= BEGIN END\n")
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("folder made");
    fs::write(path, text).expect("file written");
}

fn names(world: &FsWorld, folder: &Path, module: &str) -> Vec<String> {
    let relative = |location: &Location| match location {
        Location::File(path) => path.strip_prefix(folder).expect("below the folder").display().to_string(),
        Location::BuiltIn(_) => location.to_string(),
    };
    world.candidates(module).iter().map(relative).collect()
}

/// §3 row 2: what a file is called does not matter; it orders those that define the same module.
#[test]
fn by_content_in_search_order_then_built_in() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let folder = folder.path();
    for file in ["one/A-MIB.txt", "one/A-MIB.mib", "one/a-mib.my", "two/A-MIB", "two/deep/A-MIB"] {
        write(folder, file, &module("A-MIB"));
    }
    write(folder, "one/renamed.old", &module("A-MIB"));
    write(folder, "one/B-MIB", &module("C-MIB"));
    write(folder, "one/odd.bin", &(module("D-MIB") + &module("E-MIB")));
    let world = FsWorld::new().include(folder.join("two")).include(folder.join("one"));
    assert_eq!(
        names(&world, folder, "A-MIB"),
        ["two/A-MIB", "one/A-MIB.mib", "one/A-MIB.txt", "one/a-mib.my", "one/renamed.old"]
    );
    assert!(names(&world, folder, "B-MIB").is_empty(), "a name alone does not make a module");
    assert_eq!(names(&world, folder, "C-MIB"), ["one/B-MIB"]);
    assert_eq!(names(&world, folder, "E-MIB"), ["one/odd.bin"]);
    assert_eq!(names(&world, folder, "IF-MIB"), ["<built-in>/IF-MIB"]);
    assert!(world.files_read().is_empty());
    let (location, bytes) = world.load("E-MIB").expect("found");
    assert_eq!(location, Location::File(folder.join("one/odd.bin")));
    assert!(bytes.starts_with(b"D-MIB"));
    assert_eq!(world.files_read(), [folder.join("one/odd.bin")]);
    assert_eq!(world.modules(), ["A-MIB", "C-MIB", "D-MIB", "E-MIB"]);

    let below = FsWorld::new().include_below(folder.join("two"));
    assert_eq!(names(&below, folder, "A-MIB"), ["two/A-MIB", "two/deep/A-MIB"]);
    let file = FsWorld::new().include(folder.join("one/odd.bin"));
    assert_eq!(names(&file, folder, "D-MIB"), ["one/odd.bin"]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_loops_end() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let folder = folder.path();
    write(folder, "real/X-MIB", &module("X-MIB"));
    fs::create_dir_all(folder.join("top")).expect("folder made");
    std::os::unix::fs::symlink(folder.join("real"), folder.join("top/linked")).expect("link");
    std::os::unix::fs::symlink(folder.join("top"), folder.join("top/loop")).expect("link");
    std::os::unix::fs::symlink(folder.join("nowhere"), folder.join("top/dangling")).expect("link");
    let world = FsWorld::new().include_below(folder.join("top"));
    assert_eq!(names(&world, folder, "X-MIB"), ["top/linked/X-MIB"]);
    assert!(world.problems().is_empty());
}

#[test]
fn a_missing_search_path_is_reported() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let world = FsWorld::new().include(folder.path().join("missing"));
    assert!(world.candidates("X-MIB").is_empty());
    let problems = world.problems();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code, Code::UnreadableFile);
    assert!(problems[0].message.contains("missing"));
}

/// A file that cannot be read is not a reason to fail: if a module is missing because of it, that is reported.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_is_a_warning() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let folder = folder.path();
    write(folder, "A-MIB", &module("A-MIB"));
    let long = fs::File::create(folder.join("long")).expect("a file");
    long.set_len(SourceFile::MAX_LEN as u64 + 1).expect("a length without content");
    let world = FsWorld::new().include(folder);
    assert_eq!(names(&world, folder, "A-MIB"), ["A-MIB"]);
    let problems = world.problems();
    let found: Vec<_> = problems.iter().map(|d| (d.code, d.severity)).collect();
    assert_eq!(found, [(Code::UnreadableFile, Severity::Warning)]);
    assert_eq!(world.files_with_modules(), [folder.join("A-MIB")]);
}
