//! The parser has a short way for texts that match the grammar, and the resolver has some for plain definitions. What comes
//! of a set is the same without them: the model and the diagnostics of every source of the suite, of the linter's cases, and of real modules if those are available.
#![forbid(unsafe_code)]

use std::fmt::{self, Write};
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use mibc_compiler::compile::{Compilation, Options, compile_with};
use mibc_compiler::lint::{Profile, Settings};
use mibc_compiler::world::{FsWorld, Location, MemWorld, World};

/// A number for a text that is not kept.
#[derive(Default)]
struct Sum(DefaultHasher);

impl Write for Sum {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

fn sum(value: &dyn fmt::Debug) -> u64 {
    let mut sum = Sum::default();
    write!(sum, "{value:?}").expect("a sum takes everything");
    sum.0.finish()
}

/// Fails where the compilation of a set differs; says of what.
fn assert_same(what: &str, world: &dyn World, names: &[String], locations: &[Location], checks: bool) {
    let compiled = |in_full: bool| -> Compilation {
        let mut options = Options::default();
        options.checks = checks.then(|| Settings::new(Profile::Rfc));
        options.in_full = in_full;
        compile_with(world, names, locations, &options)
    };
    let (short, full) = (compiled(false), compiled(true));
    assert!(
        !short.model.definitions().is_empty() || short.model.modules().len() < 2,
        "{what}: nothing is compared"
    );
    for (a, b) in short.model.definitions().iter().zip(full.model.definitions()) {
        if sum(a) != sum(b) {
            assert_eq!(format!("{a:#?}"), format!("{b:#?}"), "{what}: `{}`", short.model.spelling(a.name));
        }
    }
    assert_eq!(short.model.definitions().len(), full.model.definitions().len(), "{what}");
    assert_eq!(sum(&short.model.types()), sum(&full.model.types()), "{what}: types");
    assert_eq!(sum(&short.model.modules()), sum(&full.model.modules()), "{what}: modules");
    for (a, b) in short.diagnostics.iter().zip(full.diagnostics.iter()) {
        assert_eq!(a, b, "{what}");
    }
    assert_eq!(short.diagnostics.len(), full.diagnostics.len(), "{what}");
}

/// The files of a folder with that ending.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the cases").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|e| e == "mib")).collect();
    files.sort();
    files
}

#[test]
fn small_sources() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut count = 0;
    for path in files(&tests.join("suite")).into_iter().chain(files(&tests.join("lint"))) {
        let octets = fs::read(&path).expect("a case");
        let world = MemWorld::new().with_built_in().file("case.mib", octets);
        assert_same(&path.display().to_string(), &world, &[], &[Location::File("case.mib".into())], true);
        count += 1;
    }
    assert!(count > 100, "{count} cases");
}

#[test]
fn built_in_modules() {
    let names: Vec<String> = mibc_mibs::modules().iter().map(|module| module.name.to_owned()).collect();
    assert_same("built-in modules", &MemWorld::new().with_built_in(), &names, &[], true);
}

/// Real modules, if they are available.
#[test]
fn real_modules() {
    let shared = std::env::var_os("MIBC_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let corpus = shared.join("corpus");
    if !corpus.is_dir() {
        assert!(std::env::var_os("MIBC_REQUIRE_PEERS").is_none(), "no modules at {}", corpus.display());
        eprintln!("skipped: no modules at {}; set MIBC_SHARED", corpus.display());
        return;
    }
    for folder in ["standard", "vendor"] {
        let world = FsWorld::new().include_below(corpus.join(folder));
        let names = world.modules();
        assert_same(folder, &world, &names, &[], false);
    }
}
