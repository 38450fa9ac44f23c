//! Work grows with the input: whatever a file can hold many of, four times as many are four times the work. Counted in
//! steps, not in time (see [`crate::work`]).

use super::{object, text_v2};
use crate::compile::{check, compile_files};
use crate::diag::Renderer;
use crate::lint::{Profile, Settings};
use crate::work;
use crate::world::{Location, MemWorld};
use std::fmt::Write;

/// The text of something that there are `n` of.
type Text = fn(usize) -> String;

/// `n` pieces of text.
fn each(n: usize, piece: impl Fn(usize) -> String) -> String {
    (0..n).map(piece).collect()
}

/// `n` names, commas between them.
fn list(n: usize, item: impl Fn(usize) -> String) -> String {
    (0..n).map(item).collect::<Vec<_>>().join(", ")
}

fn module(name: &str, imports: &str, body: &str) -> String {
    format!("{name} DEFINITIONS ::= BEGIN {imports} {body} END\n")
}

fn convention(syntax: &str) -> String {
    format!("T ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"d\" SYNTAX {syntax}\n")
}

/// `n` objects of the type `T`.
fn users(n: usize, refinement: impl Fn(usize) -> String, rest: impl Fn(usize) -> String) -> String {
    each(n, |at| {
        object(&format!("o{at}"), &format!("T {}", refinement(at)), &rest(at), &format!("test 1 {at}"))
    })
}

fn group(name: &str, members: &str, oid: &str) -> String {
    format!("{name} OBJECT-GROUP OBJECTS {{ {members} }} STATUS current DESCRIPTION \"d\" ::= {{ {oid} }}\n")
}

fn row(name: &str, sequence: &str, rest: &str) -> String {
    format!(
        "{name}Table OBJECT-TYPE SYNTAX SEQUENCE OF {sequence} MAX-ACCESS not-accessible STATUS current
           DESCRIPTION \"d\" ::= {{ test 2 1 }}
         {name} OBJECT-TYPE SYNTAX {sequence} MAX-ACCESS not-accessible STATUS current DESCRIPTION \"d\"
           {rest} ::= {{ {name}Table 1 }}\n"
    )
}

const CASES: &[(&str, Text)] = &[
    ("modules", |n| each(n, |at| module(&format!("M{at}-MIB"), "", "a OBJECT IDENTIFIER ::= { iso 3 }"))),
    ("modules of one name, and imports from them", |n| {
        let asked = format!("IMPORTS {} FROM M-MIB;", list(n, |at| format!("a{at}")));
        each(n, |at| module("M-MIB", "", &format!("a{at} OBJECT IDENTIFIER ::= {{ iso 3 }}")))
            + &module("N-MIB", &asked, "")
    }),
    ("modules that hand on an import", |n| {
        each(n, |at| module(&format!("M{at}-MIB"), &format!("IMPORTS a FROM M{}-MIB;", at + 1), ""))
            + &module(&format!("M{n}-MIB"), "", "a OBJECT IDENTIFIER ::= { iso 3 }")
    }),
    ("modules that hand on an import in a circle", |n| {
        each(n, |at| module(&format!("M{at}-MIB"), &format!("IMPORTS a FROM M{}-MIB;", (at + 1) % n), ""))
    }),
    ("labels and objects with a default", |n| {
        text_v2(
            "",
            &(convention(&format!("INTEGER {{ {} }}", list(n, |at| format!("l{at}({at})"))))
                + &users(
                    n,
                    |_| String::new(),
                    |at| format!("DEFVAL {{ {} }}", ["l1", "L1", "1", "m"][at % 4]),
                )),
        )
    }),
    ("labels and refinements", |n| {
        text_v2(
            "",
            &(convention(&format!("INTEGER {{ {} }}", list(n, |at| format!("l{at}({at})"))))
                + &users(n, |at| format!("{{ l{at}({at}) }}"), |_| String::new())),
        )
    }),
    ("bits and objects with a default", |n| {
        text_v2(
            "",
            &(convention(&format!("BITS {{ {} }}", list(n, |at| format!("l{at}({at})"))))
                + &users(
                    n,
                    |_| String::new(),
                    |at| format!("DEFVAL {{ {} }}", ["{ l1, l2 }", "'80'H"][at % 2]),
                )),
        )
    }),
    ("pieces of a range and refinements", |n| {
        let pieces: Vec<String> = (0..n).map(|at| (2 * at).to_string()).collect();
        text_v2(
            "",
            &(convention(&format!("Integer32 ({})", pieces.join(" | ")))
                + &users(n, |_| "(MIN..MAX)".to_owned(), |_| "DEFVAL { 2 }".to_owned())),
        )
    }),
    ("unknown names of a notification", |n| {
        text_v2(
            "",
            &format!(
                "n NOTIFICATION-TYPE OBJECTS {{ {} }} STATUS current DESCRIPTION \"d\" ::= {{ test 1 }}",
                list(n, |at| format!("u{at}"))
            ),
        )
    }),
    ("definitions that cannot be read, and uses of them", |n| {
        text_v2(
            "",
            &(each(n, |at| format!("o{at} OBJECT-TYPE SYNTAX ::= \n"))
                + &group("g", &list(n, |at| format!("o{at}")), "test 1")),
        )
    }),
    ("macros", |n| {
        let macros =
            each(n, |at| format!("M{at} MACRO ::= BEGIN TYPE NOTATION ::= a VALUE NOTATION ::= b END\n"));
        text_v2(
            "",
            &(macros + &each(n, |at| object(&format!("o{at}"), "Integer32", "", &format!("test {at}")))),
        )
    }),
    ("groups of one object, and refinements of it", |n| {
        text_v2(
            "",
            &(object("o", "Integer32", "", "test 1")
                + &each(n, |at| group(&format!("g{at}"), "o", &format!("test 2 {at}")))
                + "c MODULE-COMPLIANCE STATUS current DESCRIPTION \"d\" MODULE MANDATORY-GROUPS { g0 } "
                + &each(n, |_| "OBJECT o MIN-ACCESS read-only DESCRIPTION \"d\" ".to_owned())
                + "::= { test 3 }"),
        )
    }),
    ("rows of one SEQUENCE", |n| {
        text_v2(
            "",
            &(format!("E ::= SEQUENCE {{ {} }}\n", list(n, |at| format!("c{at} Integer32")))
                + &each(n, |at| row(&format!("e{at}"), "E", "INDEX { c0 }"))),
        )
    }),
    ("rows without INDEX, and imports", |n| {
        let imports = each(n, |at| format!("a{at} FROM IF-MIB "));
        text_v2(&imports, &each(n, |at| row(&format!("e{at}"), &format!("E{at}"), "")))
    }),
    ("names of standard modules without an import", |n| {
        let names: Vec<&str> = include_str!("../standard.txt")
            .lines()
            .filter_map(|line| line.split(' ').next())
            .take(n)
            .collect();
        text_v2("", &group("g", &names.join(", "), "test 1"))
    }),
];

/// The steps that checking a text takes, on this thread.
fn steps(text: &str) -> u64 {
    let world = MemWorld::new().file("x.mib", text.as_bytes()).with_built_in();
    let run = || {
        let settings = Settings::new(Profile::Rfc);
        work::of(|| check(&world, &[] as &[&str], &[Location::File("x.mib".into())], &settings)).1
    };
    // The counter is the thread's.
    #[cfg(feature = "parallel")]
    let run =
        || rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one more thread").install(run);
    run()
}

/// Findings on one line: each is drawn at its column.
#[test]
fn findings_of_a_long_line_are_drawn() {
    let drawn = |n: usize| {
        let imports = format!("IMPORTS {};", each(n, |at| format!("a{at} FROM M{at}-MIB ")));
        let text = module("é-MIB", "", "") + &module("X-MIB", &imports, "");
        let world = MemWorld::new().file("x.mib", text.as_bytes()).with_built_in();
        let compilation = compile_files(&world, &[Location::File("x.mib".into())]);
        assert!(compilation.diagnostics.len() >= n);
        work::of(|| Renderer::plain(&compilation.model.sources).render_all(&compilation.diagnostics)).1
    };
    let (few, many) = (drawn(FEW), drawn(4 * FEW));
    assert!(many <= 6 * few, "{few} steps, then {many}");
}

#[test]
fn four_times_as_many_are_four_times_the_work() {
    let mut wrong = String::new();
    for (what, text) in CASES {
        let (few, many) = (steps(&text(FEW)), steps(&text(4 * FEW)));
        assert!(many > 0, "{what}: nothing is counted");
        if many > 5 * few.max(FEW as u64) {
            writeln!(wrong, "{what}: {few} steps, then {many}").expect("a string");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// More than the length below which lists are gone through, see `lists::SHORT`.
const FEW: usize = 400;
