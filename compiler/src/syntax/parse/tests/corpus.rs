//! Thousands of real modules, if they are available: nothing panics, nothing is lost.

use std::path::{Path, PathBuf};

use super::*;

/// The folder `name` of the shared corpus; `None`, with a notice, if there is none.
pub(super) fn corpus(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("MIBC_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let folder = shared.join("corpus").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("MIBC_REQUIRE_PEERS").is_none(), "no corpus at {}", folder.display());
    eprintln!("skipped: no corpus at {}; set MIBC_SHARED", folder.display());
    None
}

/// Calls `check` with the files below `folder`: with each where the build is optimised, else with every `step`-th.
pub(super) fn each_file(folder: PathBuf, step: usize, mut check: impl FnMut(&SourceFile)) {
    let step = if cfg!(debug_assertions) { step } else { 1 };
    for path in files_below(folder).into_iter().step_by(step) {
        if let Ok(bytes) = std::fs::read(&path) {
            let mut map = SourceMap::default();
            let id = map.add_bytes(path.display().to_string(), &bytes);
            check(map.file(id));
        }
    }
}

/// Every file below `folder`, sorted.
fn files_below(folder: PathBuf) -> Vec<PathBuf> {
    let mut pending = vec![folder];
    let mut files = Vec::new();
    while let Some(path) = pending.pop() {
        match std::fs::read_dir(&path) {
            Ok(entries) => pending.extend(entries.flatten().map(|entry| entry.path())),
            Err(_) => files.push(path),
        }
    }
    files.sort_unstable();
    files
}

#[test]
fn the_standard_modules_lose_nothing() {
    let Some(folder) = corpus("standard") else { return };
    let (mut modules, mut definitions) = (0, 0);
    each_file(folder, 1, |file| {
        let parsed = parse(file);
        if crate::source::module_names(file.text.as_bytes()).is_empty() {
            // SMIng is another language.
            assert_eq!(codes(&parsed), [Code::NoModule], "{}", file.name);
            return;
        }
        let errors: Vec<_> = parsed.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", file.name);
        modules += parsed.modules.len();
        definitions += parsed.modules.iter().map(|module| module.definitions.len()).sum::<usize>();
    });
    assert!(modules >= 330 && definitions >= 28_000, "{modules} modules, {definitions} definitions");
}

#[test]
fn hardly_a_vendor_definition_is_lost() {
    let Some(folder) = corpus("vendor") else { return };
    let (mut errors, mut definitions) = (0, 0);
    each_file(folder, 4, |file| {
        let parsed = parse(file);
        errors += parsed.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
        definitions += parsed.modules.iter().map(|module| module.definitions.len()).sum::<usize>();
    });
    assert!(definitions > 25_000, "{definitions} definitions");
    assert!(errors * 2_000 < definitions, "{errors} errors in {definitions} definitions");
}

/// The two ways to read a file agree: reading by definition finds what reading it whole finds.
#[test]
fn by_definition_finds_the_same() {
    let Some(folder) = corpus("standard/ietf") else { return };
    each_file(folder, 4, |file| {
        let whole = parse(file);
        let mut builder = Builder::new(file, Way::Short);
        let modules = builder.by_definition(&file.text);
        let names = |modules: &[Module<'_>]| -> Vec<(String, Vec<String>)> {
            let of =
                |module: &Module<'_>| module.definitions.iter().map(|d| d.name.text().to_owned()).collect();
            modules.iter().map(|module| (module.name.text().to_owned(), of(module))).collect()
        };
        assert_eq!(names(&modules), names(&whole.modules), "{}", file.name);
        assert_eq!(
            builder.diagnostics.len(),
            whole.diagnostics.len(),
            "{}: {:?}",
            file.name,
            builder.diagnostics
        );
    });
}

/// §3 row 2 (file name ≠ module name, several modules in a file): the finder, which does not parse, sees the modules
/// that the parser sees, in every file of the corpus.
#[test]
fn the_finder_sees_what_the_parser_sees() {
    for name in ["standard", "vendor"] {
        let Some(folder) = corpus(name) else { return };
        let modules = crate::parallel::map(files_below(folder), |path| {
            let octets = std::fs::read(&path).expect("the file");
            let mut map = SourceMap::default();
            let id = map.add_bytes(path.display().to_string(), &octets);
            let parsed = parse(map.file(id));
            let parsed: Vec<&str> = parsed.modules.iter().map(|module| module.name.text()).collect();
            assert_eq!(crate::source::module_names(&octets), parsed, "{}", path.display());
            parsed.len()
        });
        assert!(modules.into_iter().sum::<usize>() > 330);
    }
}
