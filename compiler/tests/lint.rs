//! Every code of the linter: a small module, and what is reported on it.
//!
//! `tests/lint/CODE.mib` is the module, `CODE.txt` what the profile `rfc` reports under that code: the text that is
//! marked, the change that is suggested, and the diagnostic as it is drawn. A suggested change is made, and has to
//! remove the finding. With `MIBC_UPDATE_SNAPSHOTS=1` the expected texts are written instead of compared.
//!
//! Each code is a test of its name: `cargo test -p mibc-compiler --test lint -- invalid-default`.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use mibc_compiler::compile::{Compilation, check};
use mibc_compiler::diag::{Code, Diagnostic, Renderer, Severity};
use mibc_compiler::lint::{Profile, Settings, book};
use mibc_compiler::world::{Location, MemWorld};

/// The first of January 2026: dates in the future are those after it.
const NOW: u64 = 1_767_225_600;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint")
}

fn updating() -> bool {
    std::env::var_os("MIBC_UPDATE_SNAPSHOTS").is_some_and(|value| value == "1")
}

/// Checks under the strictest profile that shows a code.
fn checked(name: &str, bytes: &[u8], code: Code) -> Compilation {
    let world = MemWorld::new().file(name, bytes).with_built_in();
    let profile = Profile::ALL.into_iter().find(|profile| profile.level(code).is_some()).unwrap_or_default();
    let settings = Settings::new(profile).now(NOW);
    check(&world, &[] as &[&str], &[Location::File(name.into())], &settings)
}

/// What is reported under a code, and which other codes are reported.
fn report(code: Code, name: &str, bytes: &[u8]) -> String {
    let compilation = checked(name, bytes, code);
    let sources = &compilation.model.sources;
    let mut renderer = Renderer::plain(sources);
    let mut text = String::new();
    let mut others: BTreeMap<&str, u32> = BTreeMap::new();
    for diagnostic in compilation.diagnostics.iter() {
        if diagnostic.code != code {
            *others.entry(diagnostic.code.id()).or_default() += 1;
            continue;
        }
        if let Some(label) = &diagnostic.primary {
            let marked: String = sources.text(label.span).chars().take(80).collect();
            writeln!(text, "marked: {marked:?}").expect("a string");
        }
        if let Some(fix) = &diagnostic.fix {
            writeln!(text, "change: {:?} -> {:?}", sources.text(fix.span), fix.replacement)
                .expect("a string");
            assert_fixed(diagnostic, name, bytes, &compilation);
        }
        writeln!(text, "{}\n", renderer.render(diagnostic)).expect("a string");
    }
    assert!(!text.is_empty(), "{name}: nothing is reported under {code}, but {others:?}");
    let others: Vec<String> = others.iter().map(|(id, count)| format!("{id} {count}")).collect();
    writeln!(text, "besides: {}", others.join(", ")).expect("a string");
    text
}

/// Makes the suggested change: the finding must be gone, and nothing worse be there instead.
fn assert_fixed(diagnostic: &Diagnostic, name: &str, bytes: &[u8], before: &Compilation) {
    let Some(fix) = &diagnostic.fix else { return };
    let mut text = String::from_utf8(bytes.to_vec()).expect("a case with a change is UTF-8");
    text.replace_range(fix.span.range(), &fix.replacement);
    let after = checked(name, text.as_bytes(), diagnostic.code);
    let count = |compilation: &Compilation| {
        let same = |d: &&Diagnostic| d.code == diagnostic.code && d.message == diagnostic.message;
        compilation.diagnostics.iter().filter(same).count()
    };
    assert_eq!(count(&after) + 1, count(before), "{name}: the change removes nothing");
    let errors = |compilation: &Compilation| {
        compilation.diagnostics.iter().filter(|d| d.severity == Severity::Error).count()
    };
    assert!(errors(&after) <= errors(before), "{name}: the change makes it worse");
}

/// Cases that no text file can be.
fn special(code: Code) -> Option<Vec<u8>> {
    match code {
        Code::NotUtf8 => Some(b"TEST-MIB DEFINITIONS ::= BEGIN -- caf\xE9 \x96\nEND\n".to_vec()),
        Code::TooMany => {
            let mut text = "TEST-MIB DEFINITIONS ::= BEGIN\n".to_owned();
            (0..1_100).for_each(|n| text.push_str(&format!("testNode{n} OBJECT-TYPE ::= {{ iso {n} }}\n")));
            text.push_str("END\n");
            Some(text.into_bytes())
        }
        _ => None,
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let cases = Code::ALL
        .iter()
        .filter(|&&code| code != Code::UnreadableFile)
        .map(|&code| Trial::test(code.id(), move || as_it_should(code)));
    let others: [(&str, fn()); 6] = [
        ("a_file_that_is_not_there_is_reported", a_file_that_is_not_there_is_reported),
        ("every_case_belongs_to_a_code", every_case_belongs_to_a_code),
        ("a_clean_module_is_clean", a_clean_module_is_clean),
        ("comments_and_settings_hide_findings", comments_and_settings_hide_findings),
        ("the_coverage_table_names_codes_that_exist", the_coverage_table_names_codes_that_exist),
        ("many_items_cost_no_square", many_items_cost_no_square),
    ];
    let others = others.into_iter().map(|(name, test)| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    });
    let document = Trial::test("the_document_is_up_to_date", the_document_is_up_to_date);
    libtest_mimic::run(&arguments, cases.chain(others).chain([document]).collect()).exit_code()
}

/// A code is reported as the text beside its case says.
fn as_it_should(code: Code) -> Result<(), Failed> {
    let file = folder().join(format!("{code}.mib"));
    let bytes = match special(code) {
        Some(bytes) => bytes,
        None => fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?,
    };
    let found = report(code, &format!("{code}.mib"), &bytes);
    compare(&file.with_extension("txt"), &found)
}

/// Compares a text with the file that holds it, or writes it there.
fn compare(path: &Path, found: &str) -> Result<(), Failed> {
    if updating() {
        return Ok(fs::write(path, found)?);
    }
    if fs::read_to_string(path).unwrap_or_default() == found {
        return Ok(());
    }
    let advice = "run with MIBC_UPDATE_SNAPSHOTS=1 after a look";
    Err(format!("{} says otherwise; {advice}:\n{found}", path.display()).into())
}

fn a_file_that_is_not_there_is_reported() {
    let settings = Settings::new(Profile::Lenient);
    let found = check(&MemWorld::new(), &[] as &[&str], &[Location::File("gone.mib".into())], &settings);
    let codes: Vec<Code> = found.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, [Code::UnreadableFile]);
}

fn every_case_belongs_to_a_code() {
    for entry in fs::read_dir(folder()).expect("the cases") {
        let path = entry.expect("a case").path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
        assert!(Code::find(stem).is_some(), "{}", path.display());
    }
}

/// A module without a fault: none of the rules has anything to say.
fn a_clean_module_is_clean() {
    let text = include_str!("lint-clean.mib");
    let compilation = checked("CLEAN-MIB.mib", text.as_bytes(), Code::Syntax);
    let mut renderer = Renderer::plain(&compilation.model.sources);
    assert!(compilation.diagnostics.is_empty(), "{}", renderer.render_all(&compilation.diagnostics));
}

fn comments_and_settings_hide_findings() {
    let text = fs::read_to_string(folder().join("object-zero.mib")).expect("a case");
    let count = |text: &str, settings: &Settings| {
        let world = MemWorld::new().file("a.mib", text).with_built_in();
        let found = check(&world, &[] as &[&str], &[Location::File("a.mib".into())], settings);
        found
            .diagnostics
            .iter()
            .filter(|d| d.code == Code::ObjectZero)
            .map(|d| d.severity)
            .collect::<Vec<_>>()
    };
    let rfc = Settings::new(Profile::Rfc);
    assert_eq!(count(&text, &rfc), [Severity::Error]);
    assert_eq!(count(&text, &Settings::new(Profile::Vendor)), [Severity::Warning]);
    assert_eq!(count(&text, &Settings::new(Profile::Lenient)), []);
    assert_eq!(count(&format!("-- mibc: allow object-zero\n{text}"), &rfc), []);
    assert_eq!(count(&text, &rfc.clone().allow("object-zero").expect("a code")), []);
    assert_eq!(count(&text, &rfc.clone().allow("TEST-MIB:object-zero").expect("a code")), []);
    assert_eq!(count(&text, &rfc.allow("OTHER-MIB:object-zero").expect("a code")), [Severity::Error]);
}

fn the_document_is_up_to_date() -> Result<(), Failed> {
    compare(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/diagnostics.md"), &book())
}

fn the_coverage_table_names_codes_that_exist() {
    let text = include_str!("../src/lint/COVERAGE.md");
    let mut rows = 0;
    for row in text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| theirs")) {
        let ours = row.split('|').nth(2).unwrap_or("").trim();
        assert!(ours.starts_with("not: ") || Code::find(ours).is_some(), "{row}");
        rows += 1;
    }
    assert!(rows > 400, "{rows}");
}

/// A row, an index, a SEQUENCE, groups, labels and imports of some ten thousand items: rules that searched lists in lists
/// would not come to an end here.
fn many_items_cost_no_square() {
    const MANY: usize = 10_000;
    let list = |item: &dyn Fn(usize) -> String| (0..MANY).map(item).collect::<Vec<_>>().join(",\n");
    let mut text = "BIG-MIB DEFINITIONS ::= BEGIN\nIMPORTS ".to_owned();
    text.push_str(&list(&|n| format!("gone{n}")));
    text.push_str(" FROM GONE-MIB;\nbTable OBJECT-TYPE SYNTAX SEQUENCE OF BEntry ::= { enterprises 9 }\n");
    let index = list(&|n| format!("b{}", n / 2));
    writeln!(text, "bEntry OBJECT-TYPE SYNTAX BEntry INDEX {{ {index} }} ::= {{ bTable 1 }}")
        .expect("a string");
    let fields = list(&|n| format!("b{} OCTET STRING", MANY + 1 - n));
    writeln!(text, "BEntry ::= SEQUENCE {{ {fields} }}").expect("a string");
    for n in 0..MANY {
        writeln!(text, "b{n} OBJECT-TYPE SYNTAX INTEGER ACCESS read-only ::= {{ bEntry {n} }}")
            .expect("a string");
        writeln!(text, "T{n} ::= INTEGER {{ a{n}(1), A{n}(2) }}").expect("a string");
    }
    let labels = list(&|n| format!("l{}({n})", n / 2));
    writeln!(text, "big OBJECT-TYPE SYNTAX BITS {{ {labels} }} ::= {{ enterprises 8 }}").expect("a string");
    let members = list(&|n| format!("b{}", n / 3));
    writeln!(text, "bGroup OBJECT-GROUP OBJECTS {{ {members} }} ::= {{ enterprises 7 }}").expect("a string");
    text.push_str("bCompliance MODULE-COMPLIANCE MODULE MANDATORY-GROUPS { bGroup }\n");
    (0..MANY).for_each(|n| {
        writeln!(text, "OBJECT b{n} MIN-ACCESS read-write DESCRIPTION \"\"").expect("a string")
    });
    text.push_str("::= { enterprises 6 }\nEND\n");
    let compilation = checked("BIG-MIB.mib", text.as_bytes(), Code::DuplicateIndex);
    let count = |code| compilation.diagnostics.iter().filter(|d| d.code == code).count();
    assert_eq!(count(Code::DuplicateIndex), MANY / 2);
    assert_eq!(count(Code::RefinementNotInGroup), MANY - MANY.div_ceil(3));
}
