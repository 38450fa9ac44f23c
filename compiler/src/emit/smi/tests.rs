//! What is written has the facts of what was read.

use super::{Assignment, definition_smi, module_smi};
use crate::compile::{Compilation, compile};
use crate::emit::json::module_value;
use crate::world::MemWorld;
use serde_json::Value;

fn read(world: &MemWorld, module: &str) -> Compilation {
    compile(world, &[module])
}

/// The text of a module, and the facts of the module and of that text.
fn round_trip(text: Option<&str>, module: &str) -> (String, Value, Value) {
    let mut world = MemWorld::new().with_built_in();
    if let Some(text) = text {
        world = world.file("input.mib", text);
    }
    let first = read(&world, module);
    let id = first.requested[0];
    let formatted = module_smi(&first.model, id).expect("a text");
    assert_eq!(formatted.verbatim, 0, "{module}");
    let second = read(&MemWorld::new().with_built_in().file("output.mib", formatted.text.clone()), module);
    assert!(!second.has_errors(), "{:?}\n{}", second.diagnostics, formatted.text);
    let again = module_smi(&second.model, second.requested[0]).expect("a text");
    assert_eq!(again.text, formatted.text, "what is canonical stays");
    let facts = |compilation: &Compilation| {
        let mut value = module_value(&compilation.model, compilation.requested[0]);
        without_places(&mut value);
        value
    };
    (formatted.text, facts(&first), facts(&second))
}

fn without_places(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("span");
            map.remove("source");
            map.values_mut().for_each(without_places);
        }
        Value::Array(list) => list.iter_mut().for_each(without_places),
        _ => {}
    }
}

#[test]
fn every_standard_module_comes_back() {
    let mut seen = 0;
    for module in mibc_mibs::modules() {
        if crate::resolve::is_base_module(module.name) {
            let compilation = read(&MemWorld::new().with_built_in(), module.name);
            assert!(module_smi(&compilation.model, compilation.requested[0]).is_err());
            continue;
        }
        let (text, before, after) = round_trip(None, module.name);
        if before["language"] == "SMIv2" {
            assert_eq!(before, after, "{text}");
            seen += 1;
        }
    }
    assert!(seen > 3);
}

const ODD: &str = r#"ODD-MIB DEFINITIONS ::= BEGIN
IMPORTS MODULE-IDENTITY, OBJECT-TYPE, NOTIFICATION-TYPE, Integer32, Unsigned32, enterprises FROM SNMPv2-SMI
  TEXTUAL-CONVENTION, DisplayString, RowStatus FROM SNMPv2-TC
  OBJECT-GROUP, MODULE-COMPLIANCE, AGENT-CAPABILITIES FROM SNMPv2-CONF ifIndex, ifEntry FROM IF-MIB;
odd MODULE-IDENTITY LAST-UPDATED "202001010000Z" ORGANIZATION "" CONTACT-INFO "
    indented
  less" DESCRIPTION "one
     two -- no comment

       three" REVISION "202001010000Z" DESCRIPTION "first" ::= { enterprises 9999 }
-- kept
OddState ::= TEXTUAL-CONVENTION DISPLAY-HINT "d-2" STATUS current DESCRIPTION "S" REFERENCE "R"
  SYNTAX INTEGER { off(-1), on(1), a(2), b(3), c(4) }
OddName ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "S" SYNTAX DisplayString (SIZE (0 | 4..8))
OddBits ::= BITS { low(0), high(9) }
oddTable OBJECT-TYPE SYNTAX SEQUENCE OF OddEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "T"
  ::= { odd 1 }
oddEntry OBJECT-TYPE SYNTAX OddEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "R"
  INDEX { ifIndex, IMPLIED oddName } ::= { oddTable 1 }
OddEntry ::= SEQUENCE { oddName OddName, oddBits OddBits, oddState OddState, oddRow RowStatus, oddPlain INTEGER }
oddName OBJECT-TYPE SYNTAX OddName MAX-ACCESS not-accessible STATUS current DESCRIPTION "N" ::= { oddEntry 1 }
oddBits OBJECT-TYPE SYNTAX OddBits MAX-ACCESS read-create -- lost
  STATUS deprecated DESCRIPTION "" DEFVAL { { high, low } } ::= { oddEntry 2 }
oddState OBJECT-TYPE SYNTAX OddState { on(1) } MAX-ACCESS read-create STATUS current DESCRIPTION "S"
  DEFVAL { on } ::= { oddEntry 3 }
oddRow OBJECT-TYPE SYNTAX RowStatus MAX-ACCESS read-create STATUS current DESCRIPTION "S" ::= { oddEntry 4 }
oddPlain OBJECT-TYPE SYNTAX INTEGER (-5..5 | 9) UNITS "a
  b" MAX-ACCESS read-create STATUS current DESCRIPTION "
  S
    all further lines are further in

      this one too" DEFVAL { -3 } ::= { oddEntry 5 }
oddMore OBJECT-TYPE SYNTAX SEQUENCE OF OddMore MAX-ACCESS not-accessible STATUS current DESCRIPTION "T"
  ::= { odd 2 }
oddMoreEntry OBJECT-TYPE SYNTAX OddMore MAX-ACCESS not-accessible STATUS current DESCRIPTION "R"
  AUGMENTS { ifEntry } ::= { oddMore 1 }
OddMore ::= SEQUENCE { oddHex OCTET STRING }
oddHex OBJECT-TYPE SYNTAX OCTET STRING (SIZE (2)) MAX-ACCESS read-only STATUS current DESCRIPTION "S"
  DEFVAL { '00ff'H } ::= { oddMoreEntry 1 }
oddOid OBJECT-TYPE SYNTAX OBJECT IDENTIFIER MAX-ACCESS read-only STATUS current DESCRIPTION "S"
  DEFVAL { odd } ::= { odd 3 }
oddText OBJECT-TYPE SYNTAX DisplayString MAX-ACCESS read-only STATUS current DESCRIPTION "S"
  DEFVAL { "a b" } ::= { odd 4 }
oddEvent NOTIFICATION-TYPE OBJECTS { oddBits, oddState } STATUS current DESCRIPTION "E" ::= { odd 0 1 }
oddGroup OBJECT-GROUP OBJECTS { oddBits, oddState, oddRow, oddPlain, oddHex, oddOid, oddText } STATUS current
  DESCRIPTION "G" ::= { odd 5 }
oddCompliance MODULE-COMPLIANCE STATUS current DESCRIPTION "C" MODULE MANDATORY-GROUPS { oddGroup }
  OBJECT oddState SYNTAX OddState { on(1) } WRITE-SYNTAX OddState { off(-1) } MIN-ACCESS read-only DESCRIPTION "O"
  MODULE IF-MIB GROUP ifGeneralInformationGroup DESCRIPTION "if" ::= { odd 6 }
oddAgent AGENT-CAPABILITIES PRODUCT-RELEASE "1" STATUS current DESCRIPTION "A" SUPPORTS ODD-MIB
  INCLUDES { oddGroup } VARIATION oddPlain SYNTAX INTEGER (0..1) ACCESS read-only DEFVAL { 0 } DESCRIPTION "V"
  ::= { odd 7 }
END
"#;

#[test]
fn every_clause_comes_back() {
    let (text, before, after) = round_trip(Some(ODD), "ODD-MIB");
    assert_eq!(before, after, "{text}");
    assert!(text.contains("-- kept\n") && !text.contains("-- lost"));
    let compilation = read(&MemWorld::new().with_built_in().file("odd", ODD), "ODD-MIB");
    let formatted = module_smi(&compilation.model, compilation.requested[0]).expect("a text");
    assert_eq!(formatted.lost_comments, 1);
}

/// What `mibc fmt --force` makes of texts stays as it is, whatever they are.
#[test]
fn what_is_formatted_once_is_formatted() {
    let head = "IMPORTS OBJECT-TYPE FROM RFC-1212 DisplayString FROM ACME-TC;";
    let texts = [
        "A-MIB DEFINITIONS ::= BEGIN END".to_owned(),
        "A-MIB DEFINITIONS ::= BEGIN\n-- one\n\n\n-- two\nEND".to_owned(),
        // SMIv1 that nothing makes SMIv2: the note comes once.
        "A-MIB DEFINITIONS ::= BEGIN Port ::= INTEGER -- of one\n--and more\n\nEND -- behind".to_owned(),
        format!("A-MIB DEFINITIONS ::= BEGIN {head} Port ::= INTEGER (1..9) END"),
        "A-MIB DEFINITIONS ::= BEGIN IMPORTS OBJECT-TYPE, mgmt FROM snmpv2-SMI TEXTUAL-CONVENTION FROM SNMPV2-Tc
            ifIndex FROM If-Mib; a OBJECT-TYPE SYNTAX INTEGER MAX-ACCESS read-only STATUS current ::= { mgmt 9 } END"
            .to_owned(),
        // Definitions that lack what their macro asks for, or come twice.
        "A-MIB DEFINITIONS ::= BEGIN a OBJECT IDENTIFIER ::= { iso 3 9 } n NOTIFICATION-TYPE ::= { a 1 }
            o OBJECT-TYPE ::= { a 2 } g OBJECT-GROUP ::= { a 3 } c MODULE-COMPLIANCE ::= { a 4 }
            i MODULE-IDENTITY ::= { a 5 } t TRAP-TYPE ENTERPRISE a ::= 6 a OBJECT IDENTIFIER ::= { iso 3 8 }
            T ::= TEXTUAL-CONVENTION SYNTAX INTEGER END"
            .to_owned(),
    ];
    for text in texts {
        let format = |text: &str| {
            let compilation = read(&MemWorld::new().with_built_in().file("input.mib", text), "A-MIB");
            module_smi(&compilation.model, compilation.requested[0]).expect("a text").text
        };
        let once = format(&text);
        assert_eq!(format(&once), once, "of {text}");
        assert!(once.matches("Converted from").count() <= 1);
        let written = |word: &str| once.matches(word).count();
        assert_eq!(
            written("STATUS"),
            text.matches("STATUS").count() + text.matches("TRAP-TYPE E").count(),
            "{once}"
        );
    }
}

/// The suite, and the vendors' modules if there are any: every so many of them.
#[test]
fn what_is_formatted_stays_so_in_real_modules() {
    use crate::world::{FsWorld, Location};
    use std::path::{Path, PathBuf};
    let shared =
        std::env::var_os("MIBC_SHARED").map_or_else(|| Path::new("../../shared").to_owned(), PathBuf::from);
    let vendor = shared.join("corpus/vendor");
    let world = FsWorld::new().include_below(&vendor);
    if !vendor.is_dir() {
        eprintln!("notice: {} is absent, its modules are not formatted", vendor.display());
    }
    let suite = FsWorld::new().include("tests/suite");
    let is_case = |path: &&PathBuf| path.extension().is_some_and(|ending| ending == "mib");
    let mut files: Vec<PathBuf> = suite.files().iter().filter(is_case).cloned().collect();
    files.extend(world.files().iter().step_by(80).cloned());
    let (mut seen, mut wrong) = (0, Vec::new());
    let folder = tempfile::tempdir().expect("a folder");
    for file in &files {
        let format = |path: &Path| {
            let compilation = crate::compile::compile_files(&world, &[Location::File(path.to_owned())]);
            let own = compilation.requested.iter().filter(|&&id| {
                compilation.model.sources.file(compilation.model[id].file).name == path.display().to_string()
            });
            own.filter_map(|&id| module_smi(&compilation.model, id).ok())
                .map(|formatted| formatted.text)
                .collect::<String>()
        };
        let once = format(file);
        let path = folder.path().join(file.file_name().unwrap_or_default());
        std::fs::write(&path, &once).expect("a file");
        let twice = format(&path);
        seen += 1;
        if once != twice {
            let line = once.lines().zip(twice.lines()).position(|(a, b)| a != b).unwrap_or(usize::MAX);
            wrong.push(format!(
                "{}: line {line}: {:?} / {:?}",
                file.display(),
                once.lines().nth(line),
                twice.lines().nth(line)
            ));
        }
    }
    assert!(seen > 40 && wrong.is_empty(), "{} of {seen}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn smi_v1_becomes_smi_v2() {
    let text = r#"OLD-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises, Counter, Gauge, NetworkAddress FROM RFC1155-SMI OBJECT-TYPE FROM RFC-1212
  TRAP-TYPE FROM RFC-1215 DisplayString FROM RFC1213-MIB;
old OBJECT IDENTIFIER ::= { enterprises 9998 }
oldCount OBJECT-TYPE SYNTAX Counter ACCESS read-only STATUS mandatory DESCRIPTION "C" ::= { old 1 }
oldLevel OBJECT-TYPE SYNTAX Gauge ACCESS write-only STATUS optional DESCRIPTION "G" ::= { old 2 }
oldPeer OBJECT-TYPE SYNTAX NetworkAddress ACCESS read-only STATUS mandatory DESCRIPTION "N" ::= { old 3 }
oldNumber OBJECT-TYPE SYNTAX INTEGER ACCESS read-only STATUS mandatory DESCRIPTION "I" ::= { old 4 }
oldName OBJECT-TYPE SYNTAX DisplayString (SIZE (0..9)) ACCESS read-only STATUS mandatory DESCRIPTION "S"
  ::= { old 5 }
oldTrap TRAP-TYPE ENTERPRISE old VARIABLES { oldCount } DESCRIPTION "T" ::= 7
END
"#;
    let (text, before, after) = round_trip(Some(text), "OLD-MIB");
    assert_eq!((&before["language"], &after["language"]), (&"SMIv1".into(), &"SMIv2".into()));
    let of = |value: &Value, key: &str| {
        let list = value["definitions"].as_array().expect("definitions");
        list.iter().map(|definition| definition[key].clone()).collect::<Vec<_>>()
    };
    for key in ["name", "oid", "kind", "parent", "objects", "description"] {
        assert_eq!(of(&before, key), of(&after, key), "{key}");
    }
    for expected in [
        "SYNTAX Counter32\n    MAX-ACCESS read-only\n    STATUS current\n",
        "SYNTAX Gauge32\n    MAX-ACCESS read-write\n",
        "SYNTAX IpAddress\n",
        "SYNTAX Integer32\n",
        "SYNTAX DisplayString (SIZE (0..9))\n",
        "oldTrap NOTIFICATION-TYPE\n    OBJECTS { oldCount }\n    STATUS current\n",
        "    ::= { old 0 7 }\n",
        "-- Converted from SMIv1.",
    ] {
        assert!(text.contains(expected), "{expected:?} in\n{text}");
    }
    for gone in ["RFC1155-SMI", "RFC-1212", "RFC-1215", "TRAP-TYPE", "RFC1213-MIB", "NetworkAddress"] {
        assert!(!text.contains(gone), "{gone} in\n{text}");
    }
}

#[test]
fn the_path_names_what_it_knows() {
    let compilation = read(&MemWorld::new().with_built_in(), "IF-MIB");
    let model = &compilation.model;
    let definition = model.definition(compilation.requested[0], "ifDescr").expect("ifDescr");
    let text = definition_smi(model, definition.id, Assignment::Path);
    let path =
        "::= { iso(1) org(3) dod(6) internet(1) mgmt(2) mib-2(1) interfaces(2) ifTable(2) ifEntry(1) 2 }";
    assert!(text.contains(path), "{text}");
}

#[test]
fn what_is_not_resolved_stays_as_it_is() {
    let text = "BAD-MIB DEFINITIONS ::= BEGIN x OBJECT-TYPE SYNTAX Missing ACCESS read-only\nSTATUS current DESCRIPTION
        \"D\" ::= { nowhere 1 } END";
    let compilation = read(&MemWorld::new().file("bad", text), "BAD-MIB");
    let formatted = module_smi(&compilation.model, compilation.requested[0]).expect("a text");
    assert_eq!(formatted.verbatim, 1);
    assert!(
        formatted.text.contains("x OBJECT-TYPE SYNTAX Missing ACCESS read-only\nSTATUS"),
        "{}",
        formatted.text
    );
}
