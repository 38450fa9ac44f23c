//! Which files are read, and which module is taken.

use super::{compile, compile_files};
use crate::diag::{Code, Renderer, Severity};
use crate::world::{Location, MemWorld, World};

const BASE: &str = "IMPORTS enterprises FROM SNMPv2-SMI;";

fn module(name: &str, imports: &str, body: &str) -> String {
    format!("{name} DEFINITIONS ::= BEGIN {imports} {body} END\n")
}

#[test]
fn imports_are_followed_and_each_file_is_read_once() {
    let world = MemWorld::new()
        .with_built_in()
        .file(
            "a.mib",
            module("A-MIB", "IMPORTS b FROM B-MIB c FROM C-MIB;", "a OBJECT IDENTIFIER ::= { b 1 }"),
        )
        .file("b.mib", module("B-MIB", "IMPORTS c FROM C-MIB;", "b OBJECT IDENTIFIER ::= { c 1 }"))
        .file("c.mib", module("C-MIB", BASE, "c OBJECT IDENTIFIER ::= { enterprises 1 }"))
        .file("unused.mib", module("D-MIB", BASE, ""));
    let compilation = compile(&world, &["A-MIB"]);
    assert!(compilation.diagnostics.is_empty(), "{:?}", compilation.diagnostics);
    let names: Vec<&str> =
        compilation.model.modules().iter().map(|m| compilation.model.spelling(m.name)).collect();
    assert_eq!(names, ["A-MIB", "B-MIB", "C-MIB", "SNMPv2-SMI"]);
    let embedded: Vec<bool> = compilation.model.modules().iter().map(|m| m.embedded).collect();
    assert_eq!(embedded, [false, false, false, true]);
    assert_eq!(compilation.files.len(), 3);
    assert_eq!(compilation.requested.len(), 1);
    assert!(!compilation.has_errors());
}

#[test]
fn a_missing_request_has_no_place() {
    let compilation = compile(&MemWorld::new().with_built_in(), &["NO-MIB", "../../etc/passwd", ""]);
    assert_eq!(compilation.missing, ["NO-MIB", "../../etc/passwd", ""]);
    assert_eq!(compilation.diagnostics.len(), 3);
    assert!(compilation.diagnostics.iter().all(|d| d.primary.is_none()));
    assert!(compilation.has_errors());
    assert!(compilation.requested.is_empty());
}

/// The search path has the module, with the ending that most names have.
#[test]
fn a_request_without_its_ending_gets_a_hint() {
    let world = MemWorld::new().with_built_in().file("f.mib", module("ACME-FAN-MIB", BASE, ""));
    for (asked, hint) in [
        ("ACME-FAN", "did you mean `ACME-FAN-MIB`?"),
        ("ACME-FNA-MIB", "did you mean `ACME-FAN-MIB`?"),
        ("acme-fan-mib", "did you mean `ACME-FAN-MIB`?"),
        ("DISMAN-EVENT", "did you mean `DISMAN-EVENT-MIB`?"),
        (
            "ACME-LAMP",
            "check its spelling, or add its folder to the search path: `-I FOLDER`, in build.rs `.include(\"FOLDER\")`",
        ),
    ] {
        let compilation = compile(&world, &[asked]);
        let hints: Vec<&String> = compilation.diagnostics.iter().flat_map(|d| &d.help).collect();
        assert_eq!(hints, [hint], "{asked}");
    }
}

/// Errors in what is imported do not make the requested module fail.
#[test]
fn errors_elsewhere_are_not_its_own() {
    let world = MemWorld::new()
        .with_built_in()
        .file("a.mib", module("A-MIB", "IMPORTS b FROM B-MIB;", "a OBJECT IDENTIFIER ::= { b 1 }"))
        .file(
            "b.mib",
            module(
                "B-MIB",
                BASE,
                "b OBJECT IDENTIFIER ::= { enterprises 1 } c OBJECT IDENTIFIER ::= { x 1 }",
            ),
        );
    assert!(!compile(&world, &["A-MIB"]).has_errors());
    assert!(compile(&world, &["B-MIB"]).has_errors());
}

/// MIB-TEXT §1: several modules in a file; only those that are needed are in the model.
#[test]
fn several_modules_in_a_file() {
    let file = module("A-MIB", BASE, "a OBJECT IDENTIFIER ::= { enterprises 1 }")
        + &module("B-MIB", "IMPORTS a FROM A-MIB;", "b OBJECT IDENTIFIER ::= { a 1 }")
        + &module("C-MIB", "IMPORTS x FROM GONE-MIB;", "");
    let world = MemWorld::new().with_built_in().file("all.txt", file);
    let compilation = compile(&world, &["B-MIB"]);
    assert!(compilation.diagnostics.is_empty());
    assert_eq!(compilation.model.modules().len(), 3);
    assert_eq!(compilation.files.len(), 1);
    let all = compile_files(&world, &[Location::File("all.txt".into())]);
    assert_eq!(all.requested.len(), 3);
    assert_eq!(all.missing, ["GONE-MIB"]);
}

/// MIB-TEXT §1: the same module in several files: by what others need of it, then by LAST-UPDATED, and it is said.
#[test]
fn the_same_module_in_several_files() {
    let identity = |date: &str| {
        format!(
            "m MODULE-IDENTITY LAST-UPDATED \"{date}\" ORGANIZATION \"o\" CONTACT-INFO \"c\" DESCRIPTION \"d\"
             ::= {{ enterprises 1 }}"
        )
    };
    let imports = "IMPORTS enterprises, MODULE-IDENTITY FROM SNMPv2-SMI;";
    let old = module("M-MIB", imports, &(identity("9912310000Z") + " x OBJECT IDENTIFIER ::= { m 1 }"));
    let new = module("M-MIB", imports, &identity("200001010000Z"));
    let world = MemWorld::new().with_built_in().file("a/M-MIB", old).file("b/M-MIB", new);
    let latest = compile(&world, &["M-MIB"]);
    let chosen = latest.model.module("M-MIB").map(|m| latest.model.sources.file(m.file).name.as_str());
    assert_eq!(chosen, Some("b/M-MIB"));
    let codes: Vec<&str> = latest.diagnostics.iter().map(|d| d.code.id()).collect();
    assert_eq!(codes, ["ambiguous-module"]);
    let said = Renderer::plain(&latest.model.sources).render_all(&latest.diagnostics);
    for part in ["there are 2 modules `M-MIB`", "b/M-MIB", "taken: its LAST-UPDATED is the latest", "a/M-MIB"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(latest.model.modules().len(), 2);

    let world =
        world.file("n.mib", module("N-MIB", "IMPORTS x FROM M-MIB;", "n OBJECT IDENTIFIER ::= { x 1 }"));
    let needed = compile(&world, &["N-MIB"]);
    let chosen = needed.model.module("M-MIB").map(|m| needed.model.sources.file(m.file).name.as_str());
    assert_eq!(chosen, Some("a/M-MIB"), "the other one lacks `x`");

    let given = compile_files(&world, &[Location::File("a/M-MIB".into())]);
    let chosen = given.model.module("M-MIB").map(|m| given.model.sources.file(m.file).name.as_str());
    assert_eq!((chosen, given.diagnostics.len()), (Some("a/M-MIB"), 0), "who names a file means that one");
}

/// The user's own copy of a standard module comes before the built-in one.
#[test]
fn files_come_before_built_in_modules() {
    let world = MemWorld::new().with_built_in().file("IF-MIB", module("IF-MIB", BASE, ""));
    let compilation = compile(&world, &["IF-MIB"]);
    let module = compilation.model.module("IF-MIB").expect("it is there");
    assert!(!module.embedded);
    assert!(module.definitions.is_empty());
}

/// A world whose files cannot be read, and one that is wrong about what they hold.
#[test]
fn unreadable_and_misleading_files() {
    #[derive(Debug)]
    struct Odd;
    impl World for Odd {
        fn candidates(&self, _: &str) -> Vec<Location> {
            vec![Location::File("gone".into()), Location::File("other".into())]
        }
        fn read(&self, location: &Location) -> std::io::Result<std::borrow::Cow<'static, [u8]>> {
            match location.to_string().as_str() {
                "other" => Ok(b"OTHER-MIB DEFINITIONS ::= BEGIN END".as_slice().into()),
                _ => Err(std::io::Error::other("on fire")),
            }
        }
        fn files_read(&self) -> Vec<std::path::PathBuf> {
            vec!["other".into()]
        }
    }
    let compilation = compile(&Odd, &["A-MIB", "B-MIB"]);
    let codes: Vec<&str> = compilation.diagnostics.iter().map(|d| d.code.id()).collect();
    assert_eq!(codes, ["unreadable-file", "unknown-module", "unknown-module"]);
    assert!(compilation.model.modules().is_empty());
    assert_eq!(compilation.model.sources.files().len(), 1);
}

/// The same input gives the same model and the same diagnostics, in the same order.
#[test]
fn deterministic() {
    let world = MemWorld::new().with_built_in().file(
        "a.mib",
        module(
            "A-MIB",
            "IMPORTS x, y, z FROM B-MIB;",
            "a OBJECT IDENTIFIER ::= { u 1 } b OBJECT IDENTIFIER ::= { v 1 }",
        ),
    );
    let run = || {
        let compilation = compile(&world, &["A-MIB", "IF-MIB"]);
        let diagnostics: Vec<String> = compilation.diagnostics.iter().map(|d| format!("{d:?}")).collect();
        (format!("{:?}", compilation.model.definitions()), diagnostics)
    };
    assert_eq!(run(), run());
}

/// Nothing in the standard modules that the program carries is lost. What their authors left out of the standards
/// (UPS-MIB and INTEGRATED-SERVICES-MIB have objects in no group, RFC1158-MIB rows without INDEX, RFC1271-MIB lacks an
/// import) is carried as it is, and is not an error.
#[test]
fn built_in_modules_lose_nothing() {
    let names: Vec<&str> = mibc_mibs::modules().iter().map(|module| module.name).collect();
    let compilation = compile(&MemWorld::new().with_built_in(), &names);
    let known = [Code::UngroupedObject, Code::MissingIndex, Code::MissingImport];
    let others: Vec<_> = compilation.diagnostics.iter().filter(|d| !known.contains(&d.code)).collect();
    assert!(others.is_empty(), "{others:?}");
    assert!(compilation.diagnostics.iter().all(|d| d.severity < Severity::Error));
    assert_eq!(compilation.requested.len(), names.len());
    assert!(compilation.model.definitions().iter().all(|d| d.oid.is_some() && d.unresolved.is_empty()));
}

/// The number of threads does not change the result.
#[cfg(feature = "parallel")]
#[test]
fn threads_change_nothing() {
    let mut world = MemWorld::new().with_built_in();
    let mut locations = Vec::new();
    for number in 0..200 {
        let name = format!("M{number}-MIB");
        let body = format!(
            "m{number} OBJECT IDENTIFIER ::= {{ enterprises {number} }} \
             x{number} OBJECT IDENTIFIER ::= {{ m{parent} 1 }} \
             early OBJECT IDENTIFIER ::= {{ late 1 }} late OBJECT IDENTIFIER ::= {{ x{number} {number} 2 }} \
             T{number} ::= INTEGER {{ a{number}(1), b(2) }} \
             s OBJECT-TYPE SYNTAX T{parent} ACCESS read-only STATUS mandatory DEFVAL {{ b }} ::= {{ late 3 }} \
             e OBJECT-TYPE SYNTAX INTEGER {{ l{number}(1), b(2), b(3) }} ACCESS odd STATUS current ::= {{ late 4 }} \
             r OBJECT-TYPE SYNTAX Integer32 (5..1 | 2..{number}) ACCESS read-only STATUS current ::= {{ late 5 }} \
             u OBJECT-TYPE SYNTAX Unknown{parent} ACCESS read-only STATUS current ::= {{ nowhere 6 }} \
             t OBJECT-TYPE SYNTAX SEQUENCE OF R ACCESS not-accessible STATUS current ::= {{ late 7 }} \
             w OBJECT-TYPE SYNTAX R ACCESS not-accessible STATUS current INDEX {{ c, gone }} ::= {{ t 1 }} \
             R ::= SEQUENCE {{ c Integer32 }} \
             c OBJECT-TYPE SYNTAX Integer32 ACCESS read-only STATUS current ::= {{ w 1 }} \
             trap TRAP-TYPE ENTERPRISE m{parent} VARIABLES {{ c, t, missing }} ::= {number} \
             broken OBJECT-TYPE",
            parent = number / 3
        );
        let imports =
            format!("IMPORTS enterprises FROM SNMPv2-SMI m{0}, T{0} FROM M{1}-MIB;", number / 3, number / 2);
        let path = format!("{}/{name}", number % 7);
        world = world.file(path.as_str(), module(&name, &imports, &body));
        locations.push(Location::File(path.into()));
    }
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let compilation = pool.install(|| compile_files(&world, &locations));
        let model = &compilation.model;
        let json: Vec<String> =
            compilation.requested.iter().map(|&id| crate::emit::json::module_json(model, id)).collect();
        let diagnostics: Vec<_> = compilation.diagnostics.iter().cloned().collect();
        (json, diagnostics, compilation.files, compilation.missing)
    };
    let one = with(1);
    assert_eq!(one.0.len(), 200);
    assert!(one.1.len() > 200);
    assert_eq!(one, with(4));
}
