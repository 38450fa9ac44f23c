//! Input that is meant to hang or to overflow (REQUIREMENTS §2, gosmi #52 and "MIB bombs").

use super::{case, v2};
use std::fmt::Write;

/// A budget that only a wrong algorithm exceeds, in a debug build on a busy machine.
const BUDGET: std::time::Duration = std::time::Duration::from_secs(1_200);

fn within_budget<T>(run: impl FnOnce() -> T) -> T {
    let start = std::time::Instant::now();
    let result = run();
    assert!(start.elapsed() < BUDGET, "took {:?}", start.elapsed());
    result
}

#[test]
fn long_chains_of_oids() {
    let count = 20_000;
    let mut body = String::new();
    for n in 0..count {
        writeln!(body, "n{n} OBJECT IDENTIFIER ::= {{ n{} 1 }}", n + 1).expect("a string");
    }
    // The end is missing: one diagnostic, and everything follows from it.
    let open = within_budget(|| v2(&body));
    assert_eq!(open.codes(), ["unknown-name"]);
    assert_eq!(open.only("unknown-name").follow_ons, count - 1);
    // The end is the start: one circle.
    writeln!(body, "n{count} OBJECT IDENTIFIER ::= {{ n0 1 }}").expect("a string");
    assert_eq!(within_budget(|| v2(&body)).codes(), ["cyclic-oid"]);
}

#[test]
fn long_chains_of_types() {
    let count = 20_000;
    let mut body = String::new();
    for n in 0..count {
        writeln!(body, "T{n} ::= T{} (SIZE (0..{}))", n + 1, n).expect("a string");
    }
    writeln!(body, "T{count} ::= OCTET STRING").expect("a string");
    assert_eq!(within_budget(|| v2(&body)).codes(), [""; 0]);
    let circle = body.replace("OCTET STRING", "T0");
    assert_eq!(within_budget(|| v2(&circle)).codes(), ["cyclic-type"]);
}

#[test]
fn long_circles_of_augments() {
    let count = 2_000;
    let mut body = String::new();
    for n in 0..count {
        let next = (n + 1) % count;
        writeln!(
            body,
            "t{n} OBJECT-TYPE SYNTAX SEQUENCE OF E{n} MAX-ACCESS not-accessible STATUS current DESCRIPTION \"d\" ::= {{ test {n} }}
             e{n} OBJECT-TYPE SYNTAX E{n} MAX-ACCESS not-accessible STATUS current DESCRIPTION \"d\"
               AUGMENTS {{ e{next} }} ::= {{ t{n} 1 }}
             E{n} ::= SEQUENCE {{ c{n} INTEGER }}"
        )
        .expect("a string");
    }
    let case = within_budget(|| v2(&body));
    assert_eq!(case.codes(), ["cyclic-augments"]);
    assert!(case.0.model.index(case.def("e0").id).is_empty());
}

#[test]
fn long_chains_of_imports() {
    let count = 500;
    let texts: Vec<(String, String)> = (0..count)
        .map(|n| {
            let next = (n + 1) % count;
            (format!("M{n}-MIB"), format!("M{n}-MIB DEFINITIONS ::= BEGIN IMPORTS x FROM M{next}-MIB; END"))
        })
        .collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let codes = within_budget(|| case(&texts[..1]).codes().len());
    assert_eq!(codes, 1, "only the first is in the set: its import is missing");
    let case = within_budget(|| case(&texts));
    assert_eq!(case.codes().iter().filter(|code| **code == "cyclic-import").count(), 1);
    assert_eq!(case.codes().iter().filter(|code| **code == "unknown-import").count(), count);
}

#[test]
fn many_unknown_names() {
    let mut body = String::new();
    for n in 0..10_000 {
        writeln!(body, "unknown{n}x OBJECT IDENTIFIER ::= {{ unkown{n} 1 }}").expect("a string");
    }
    let case = within_budget(|| v2(&body));
    assert_eq!(case.codes().len(), 10_000);
}

#[test]
fn many_labels() {
    let labels: Vec<String> = (0..20_000).map(|n| format!("l{n}({n})")).collect();
    let body = format!("T ::= INTEGER {{ {} }} U ::= T {{ {} }}", labels.join(","), labels.join(","));
    let case = within_budget(|| v2(&body));
    assert_eq!(case.codes(), [""; 0]);
    assert_eq!(case.named_type("U").syntax.enums.len(), 20_000);
}

#[test]
fn many_pieces() {
    let pieces: Vec<String> = (0..20_000).map(|n| (n * 2).to_string()).collect();
    let body = format!("T ::= INTEGER ({}) U ::= T ({})", pieces.join("|"), pieces.join("|"));
    let case = within_budget(|| v2(&body));
    assert_eq!(case.codes(), [""; 0]);
}

/// MIB-TEXT §1, gosmi #52: the same module ten thousand times in one file: one is taken, and it is said once.
#[test]
fn many_modules_of_one_name() {
    let module = "X-MIB DEFINITIONS ::= BEGIN x OBJECT IDENTIFIER ::= { iso 3 } END\n";
    let text = module.repeat(10_000);
    let case = within_budget(|| case(&[("X-MIB", &text)]));
    assert_eq!(case.codes(), ["ambiguous-module"]);
    assert_eq!(case.module().definitions.len(), 1);
}
