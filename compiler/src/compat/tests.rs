//! Each rule once, over a small module and its next revision.

use super::{Change, Effect, Report, Rule, Side, compare};
use crate::compile::{Compilation, compile};
use crate::world::MemWorld;
use std::collections::BTreeSet;

const BASE: &str = r#"A-MIB DEFINITIONS ::= BEGIN
IMPORTS MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE, OBJECT-IDENTITY, Integer32, Unsigned32, Counter32, enterprises
    FROM SNMPv2-SMI TEXTUAL-CONVENTION, DisplayString FROM SNMPv2-TC
  OBJECT-GROUP, MODULE-COMPLIANCE, AGENT-CAPABILITIES FROM SNMPv2-CONF;
a MODULE-IDENTITY LAST-UPDATED "202001010000Z" ORGANIZATION "A" CONTACT-INFO "A" DESCRIPTION "A"
  REVISION "202001010000Z" DESCRIPTION "first" ::= { enterprises 9999 }
State ::= TEXTUAL-CONVENTION DISPLAY-HINT "d" STATUS current DESCRIPTION "S" SYNTAX INTEGER { off(0), on(1) }
Size ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "S" SYNTAX Unsigned32 (0..9)
Plain ::= OCTET STRING
one OBJECT-TYPE SYNTAX State MAX-ACCESS read-only STATUS current DESCRIPTION "D" REFERENCE "R" ::= { a 1 }
two OBJECT-TYPE SYNTAX Integer32 (0..9) UNITS "m" MAX-ACCESS read-write STATUS current DESCRIPTION "D"
  DEFVAL { 1 } ::= { a 2 }
three OBJECT-TYPE SYNTAX Size MAX-ACCESS read-only STATUS deprecated DESCRIPTION "D" ::= { a 3 }
ts OBJECT-TYPE SYNTAX SEQUENCE OF T MAX-ACCESS not-accessible STATUS current DESCRIPTION "D" ::= { a 4 }
t OBJECT-TYPE SYNTAX T MAX-ACCESS not-accessible STATUS current DESCRIPTION "D" INDEX { t1 } ::= { ts 1 }
T ::= SEQUENCE { t1 Integer32, t3 Integer32 }
t1 OBJECT-TYPE SYNTAX Integer32 (1..9) MAX-ACCESS not-accessible STATUS current DESCRIPTION "D" ::= { t 1 }
t3 OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION "D" ::= { t 3 }
event NOTIFICATION-TYPE OBJECTS { one, two } STATUS current DESCRIPTION "D" ::= { a 0 1 }
thing OBJECT-IDENTITY STATUS current DESCRIPTION "D" ::= { a 5 }
group OBJECT-GROUP OBJECTS { one, two } STATUS current DESCRIPTION "D" ::= { a 6 }
all MODULE-COMPLIANCE STATUS current DESCRIPTION "D" MODULE MANDATORY-GROUPS { group }
  OBJECT two MIN-ACCESS read-only DESCRIPTION "D" ::= { a 7 }
agent AGENT-CAPABILITIES PRODUCT-RELEASE "1" STATUS current DESCRIPTION "D" SUPPORTS A-MIB INCLUDES { group } ::= { a 8 }
END
"#;

fn read(text: &str) -> Compilation {
    let world = MemWorld::new().with_built_in().file("a.mib", text);
    let compilation = crate::compile::compile_files(&world, &[crate::world::Location::File("a.mib".into())]);
    assert_eq!(compilation.requested.len(), 1, "{text}");
    compilation
}

fn report(old: &str, new: &str) -> Report {
    let (old, new) = (read(old), read(new));
    let side = |compilation: &Compilation| compilation.requested[0];
    compare(Side { model: &old.model, module: side(&old) }, Side { model: &new.model, module: side(&new) })
}

/// The base with a later date, and with each pair replaced.
fn revised(pairs: &[(&str, &str)]) -> String {
    let mut text = BASE.replace("LAST-UPDATED \"2020", "LAST-UPDATED \"2021");
    for (from, to) in pairs {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    text
}

/// Rules, effects and names of what a replacement changes.
fn changes(pairs: &[(&str, &str)]) -> Vec<(Rule, Effect, String)> {
    report(BASE, &revised(pairs))
        .changes
        .into_iter()
        .map(|Change { rule, effect, name, .. }| (rule, effect, name))
        .collect()
}

/// What is replaced by what.
type Replaced<'a> = &'a [(&'a str, &'a str)];
/// Rule, effect and name.
type Found = (Rule, Effect, String);

use Effect::{Allowed, Breaks, Careless};

/// What moves with its root is one line; what changed in another way, or moved elsewhere, has its own.
#[test]
fn a_moved_root_is_one_change() {
    let found = report(BASE, &revised(&[("{ a 4 }", "{ a 9 4 }"), ("(1..9) MAX", "(1..8) MAX")]));
    let moved: Vec<_> = found.changes.iter().map(|c| (c.rule, c.name.as_str(), c.below)).collect();
    assert_eq!(moved, [(Rule::OidChanged, "ts", 3), (Rule::RangeNarrowed, "t1", 0)]);
    assert!(found.to_string().contains(".9999.4 -> 1.3.6.1.4.1.9999.9.4, and 3 below it  ["), "{found}");
    let found = report(BASE, &revised(&[("{ a 4 }", "{ a 9 4 }"), ("{ t 3 }", "{ t 4 }")]));
    let moved: Vec<_> = found.changes.iter().map(|c| (c.rule, c.name.as_str(), c.below)).collect();
    assert_eq!(moved, [(Rule::OidChanged, "ts", 2), (Rule::OidChanged, "t3", 0)]);
    // The whole module: what is below its identity goes along.
    let found = report(BASE, &revised(&[("{ enterprises 9999 }", "{ enterprises 9998 }")]));
    let moved: Vec<_> = found.changes.iter().map(|c| (c.rule, c.name.as_str(), c.below)).collect();
    assert_eq!(moved, [(Rule::OidChanged, "a", 12)]);
}

/// S13: labels may be added.
#[test]
fn each_rule() {
    let one = |rule, effect, name: &str| vec![(rule, effect, name.to_owned())];
    let cases: Vec<(Replaced<'_>, Vec<Found>)> = vec![
        (&[], vec![]),
        (&[("on(1) }", "on(1), idle(2) }")], one(Rule::LabelAdded, Allowed, "State")),
        (&[("on(1) }", "active(1) }")], one(Rule::LabelChanged, Allowed, "State")),
        (&[("off(0), ", "")], one(Rule::LabelRemoved, Breaks, "State")),
        (&[("INTEGER { off(0), on(1) }", "Integer32")], one(Rule::RangeWidened, Breaks, "State")),
        (&[("\"d\"", "\"x\"")], one(Rule::HintChanged, Allowed, "State")),
        (&[("DISPLAY-HINT \"d\"", "")], one(Rule::HintRemoved, Careless, "State")),
        (&[("Unsigned32 (0..9)", "Unsigned32 (0..8)")], one(Rule::RangeNarrowed, Breaks, "Size")),
        (&[("Unsigned32 (0..9)", "Unsigned32 (0..4 | 5..9)")], vec![]),
        (&[("Plain ::= OCTET STRING", "")], one(Rule::Removed, Breaks, "Plain")),
        (
            &[("Plain ::=", "Plain ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"P\" SYNTAX")],
            vec![
                (Rule::Convention, Allowed, "Plain".to_owned()),
                (Rule::DescriptionChanged, Allowed, "Plain".to_owned()),
            ],
        ),
        (&[("(0..9) UNITS", "(0..10) UNITS")], one(Rule::RangeWidened, Breaks, "two")),
        (&[("Integer32 (0..9) UNITS", "Counter32 UNITS")], one(Rule::BaseChanged, Breaks, "two")),
        (&[("UNITS \"m\"", "UNITS \"km\"")], one(Rule::UnitsChanged, Breaks, "two")),
        (&[("SYNTAX Size", "SYNTAX Size UNITS \"m\"")], one(Rule::UnitsAdded, Allowed, "three")),
        (&[("SYNTAX Size", "SYNTAX Unsigned32 (0..9)")], one(Rule::TypeUnnamed, Careless, "three")),
        (&[("read-write", "read-only")], one(Rule::AccessChanged, Breaks, "two")),
        (&[("DEFVAL { 1 }", "DEFVAL { 2 }")], one(Rule::DefaultChanged, Allowed, "two")),
        (&[("DEFVAL { 1 }", "")], one(Rule::DefaultRemoved, Breaks, "two")),
        (&[("STATUS deprecated", "STATUS obsolete")], one(Rule::StatusLowered, Allowed, "three")),
        (&[("STATUS deprecated", "STATUS current")], one(Rule::StatusChanged, Breaks, "three")),
        (&[("REFERENCE \"R\"", "REFERENCE \"S\"")], one(Rule::ReferenceChanged, Allowed, "one")),
        (&[("REFERENCE \"R\"", "")], one(Rule::ReferenceRemoved, Careless, "one")),
        (
            &[("DESCRIPTION \"D\" REF", "DESCRIPTION \"E\" REF")],
            one(Rule::DescriptionChanged, Allowed, "one"),
        ),
        (&[("DESCRIPTION \"D\" REF", "DESCRIPTION \"\n  D \" REF")], vec![]),
        (
            &[("DESCRIPTION \"D\" REF", "DESCRIPTION \"\" REF")],
            one(Rule::DescriptionRemoved, Careless, "one"),
        ),
        (
            &[("thing OBJECT-IDENTITY STATUS current DESCRIPTION \"D\" ::= { a 5 }", "")],
            one(Rule::Removed, Breaks, "thing"),
        ),
        (&[("thing OBJECT", "other OBJECT")], one(Rule::Renamed, Breaks, "thing")),
        (&[("::= { a 5 }", "::= { a 55 }")], one(Rule::OidChanged, Breaks, "thing")),
        (
            &[("::= { a 5 }", "::= { a 55 } other OBJECT IDENTIFIER ::= { a 5 }")],
            vec![
                (Rule::OidChanged, Breaks, "thing".to_owned()),
                (Rule::OidReused, Breaks, "other".to_owned()),
            ],
        ),
        (
            &[("::= { a 5 }", "::= { a 5 } more OBJECT IDENTIFIER ::= { a 56 }")],
            one(Rule::Added, Allowed, "more"),
        ),
        (
            &[("thing OBJECT-IDENTITY", "thing OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only")],
            one(Rule::KindChanged, Breaks, "thing"),
        ),
        (
            &[(
                "t3 OBJECT",
                "t4 OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION \"D\" ::= { t 4 } t3 OBJECT",
            )],
            one(Rule::ColumnAdded, Allowed, "t4"),
        ),
        (
            &[(
                "t3 OBJECT",
                "t2 OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION \"D\" ::= { t 2 } t3 OBJECT",
            )],
            one(Rule::ColumnInserted, Careless, "t2"),
        ),
        (&[("INDEX { t1 }", "INDEX { t1, t3 }")], one(Rule::IndexChanged, Breaks, "t")),
        (
            &[(
                "OBJECTS { one, two } STATUS current DESCRIPTION \"D\" ::= { a 0",
                "OBJECTS { two, one } STATUS current DESCRIPTION \"D\" ::= { a 0",
            )],
            one(Rule::ObjectsChanged, Breaks, "event"),
        ),
        (
            &[("group OBJECT-GROUP OBJECTS { one, two }", "group OBJECT-GROUP OBJECTS { one }")],
            one(Rule::MembersChanged, Breaks, "group"),
        ),
        (&[("group OBJECT-GROUP OBJECTS { one, two }", "group OBJECT-GROUP OBJECTS { two, one }")], vec![]),
        (
            &[("MIN-ACCESS read-only", "MIN-ACCESS not-accessible")],
            one(Rule::RequirementsChanged, Breaks, "all"),
        ),
        (
            &[("PRODUCT-RELEASE \"1\"", "PRODUCT-RELEASE \"2\"")],
            one(Rule::CapabilitiesChanged, Breaks, "agent"),
        ),
        (
            &[("A-MIB DEF", "B-MIB DEF"), ("SUPPORTS A-MIB", "SUPPORTS B-MIB")],
            one(Rule::ModuleRenamed, Breaks, "A-MIB"),
        ),
        (
            &[("REVISION \"202001010000Z\" DESCRIPTION \"first\"", "")],
            one(Rule::RevisionRemoved, Careless, "A-MIB"),
        ),
        (&[("LAST-UPDATED \"2021", "LAST-UPDATED \"2019")], one(Rule::UpdatedBackwards, Careless, "A-MIB")),
        (
            &[("LAST-UPDATED \"2021", "LAST-UPDATED \"2020"), ("DEFVAL { 1 }", "DEFVAL { 2 }")],
            vec![
                (Rule::DefaultChanged, Allowed, "two".to_owned()),
                (Rule::NotUpdated, Careless, "A-MIB".to_owned()),
            ],
        ),
    ];
    let mut seen: BTreeSet<Rule> = BTreeSet::new();
    for (pairs, expected) in cases {
        let found = changes(pairs);
        assert_eq!(found, expected, "{pairs:?}");
        seen.extend(found.into_iter().map(|(rule, _, _)| rule));
    }
    let backwards = report(
        &revised(&[])
            .replace("Plain ::=", "Plain ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION \"P\" SYNTAX"),
        &revised(&[]),
    );
    seen.extend(backwards.changes.iter().map(|change| change.rule));
    let named = report(
        BASE,
        &revised(&[
            ("Integer32 (0..9) UNITS", "Nine UNITS"),
            ("one OBJECT", "Nine ::= Integer32 (0..9) one OBJECT"),
        ]),
    );
    seen.extend(named.changes.iter().map(|change| change.rule));
    assert!(named.changes.iter().any(|change| change.rule == Rule::TypeNamed && change.effect == Allowed));
    // Whole modules come and go beside a comparison, and SMIv1 has a test of its own.
    seen.extend([Rule::ModuleAdded, Rule::ModuleRemoved, Rule::LanguageChanged]);
    let untested: Vec<&Rule> = Rule::ALL.iter().filter(|rule| !seen.contains(rule)).collect();
    assert!(untested.is_empty(), "{untested:?}");
    let ids: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(ids.len(), Rule::ALL.len());
}

#[test]
fn from_smi_v1_to_smi_v2() {
    let text = |status: &str, access: &str, imports: &str, counter: &str| {
        format!(
            "O-MIB DEFINITIONS ::= BEGIN IMPORTS {imports};
            o OBJECT IDENTIFIER ::= {{ enterprises 9 }}
            c OBJECT-TYPE SYNTAX {counter} {access} read-only STATUS {status} DESCRIPTION \"C\" ::= {{ o 1 }} END"
        )
    };
    let old = text(
        "mandatory",
        "ACCESS",
        "enterprises, Counter FROM RFC1155-SMI OBJECT-TYPE FROM RFC-1212",
        "Counter",
    );
    let new =
        text("current", "MAX-ACCESS", "enterprises, Counter32, OBJECT-TYPE FROM SNMPv2-SMI", "Counter32");
    let report = report(&old, &new);
    let rules: Vec<Rule> = report.changes.iter().map(|change| change.rule).collect();
    assert_eq!(rules, [Rule::LanguageChanged]);
    assert!(!report.breaks());
}

#[test]
fn text_and_json() {
    let new = revised(&[("(0..9) UNITS", "(0..10) UNITS"), ("on(1) }", "on(1), idle(2) }")]);
    let report = report(BASE, &new);
    assert_eq!(
        report.to_string(),
        "A-MIB (202001010000Z) -> A-MIB (202101010000Z): 1 breaking, 0 careless, 1 allowed\n  \
         breaks    two    more values are allowed than were: 0..9 -> 0..10  [RFC 2578 §10.2]\n  \
         allowed   State  a label is new: idle(2)  [RFC 2578 §10.2 (1)]\n"
    );
    let json = report.to_json();
    assert_eq!(json["changes"][0]["rule"], "range-widened");
    assert_eq!(json["changes"][0]["effect"], "breaks");
    assert_eq!(json["changes"][0]["section"], "RFC 2578 §10.2");
    assert_eq!(json["new_revision"], "202101010000Z");
    for rule in Rule::ALL {
        assert_eq!(serde_json::to_value(rule).expect("a word"), rule.id());
    }
}

/// The interfaces group moved from RFC1213-MIB to IF-MIB: what changed there is known.
#[test]
fn standard_modules() {
    let compilation = compile(&MemWorld::new().with_built_in(), &["RFC1213-MIB", "IF-MIB"]);
    let side = |at: usize| Side { model: &compilation.model, module: compilation.requested[at] };
    let report = compare(side(0), side(1));
    let has =
        |rule, name: &str| report.changes.iter().any(|change| change.rule == rule && change.name == name);
    assert!(has(Rule::Removed, "ipForwarding") && has(Rule::Added, "ifHCInOctets"));
    assert!(has(Rule::StatusLowered, "ifInNUcastPkts") && has(Rule::ModuleRenamed, "RFC1213-MIB"));
    assert_eq!(compare(side(1), side(1)).changes, []);
}
