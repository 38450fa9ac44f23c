//! The documents: keys, order, values.

use super::{module_json, module_value};
use crate::compile::compile;
use crate::world::MemWorld;
use serde_json::{Value, json};

const TEXT: &str = r#"T-MIB DEFINITIONS ::= BEGIN
IMPORTS MODULE-IDENTITY, OBJECT-TYPE, enterprises FROM SNMPv2-SMI
    DisplayString, TruthValue FROM SNMPv2-TC
    lost FROM SNMPv2-SMI;
test MODULE-IDENTITY
    LAST-UPDATED "202601010000Z" ORGANIZATION "Example" CONTACT-INFO "someone@example.com"
    DESCRIPTION "A test."
    REVISION "202601010000Z" DESCRIPTION "First."
    ::= { enterprises 9 }
Level ::= INTEGER { low(1), high(0) }
x OBJECT-TYPE
    SYNTAX      DisplayString (SIZE (0..300))
    UNITS       "big
                 things"
    MAX-ACCESS  read-write
    STATUS      current
    DESCRIPTION
        "Two
           lines, é."
    REFERENCE   "A book"
    DEFVAL      { ''H }
    ::= { test 1 }
n NOTIFICATION-TYPE OBJECTS { x, gone } STATUS current DESCRIPTION "" ::= { test 0 1 }
x OBJECT IDENTIFIER ::= { test 2 }
END
"#;

fn document() -> Value {
    let compilation = compile(&MemWorld::new().with_built_in().file("T-MIB.mib", TEXT), &["T-MIB"]);
    module_value(&compilation.model, compilation.requested[0])
}

#[test]
fn header() {
    let document = document();
    assert_eq!(document["schema"], "mibc-module");
    assert_eq!(document["version"], 1);
    assert_eq!(document["name"], "T-MIB");
    assert_eq!(document["language"], "SMIv2");
    assert_eq!(document["source"], "T-MIB.mib");
    assert_eq!(document["identity"], "test");
    assert_eq!(document["last_updated"], "202601010000Z");
    assert_eq!(document["organization"], "Example");
    assert_eq!(document["revisions"], json!([{ "date": "202601010000Z", "description": "First." }]));
    assert_eq!(
        document["imports"][1],
        json!({ "module": "SNMPv2-TC", "symbols": ["DisplayString", "TruthValue"] })
    );
    assert_eq!(
        document["imports"][2],
        json!({ "module": "SNMPv2-SMI", "symbols": ["lost"], "unresolved": ["lost"] })
    );
}

#[test]
fn definitions() {
    let document = document();
    let x = &document["definitions"][1];
    assert_eq!(
        *x,
        json!({
            "name": "x",
            "oid": "1.3.6.1.4.1.9.1",
            "arcs": [1, 3, 6, 1, 4, 1, 9, 1],
            "kind": "scalar",
            "parent": "test",
            "status": "current",
            "access": "read-write",
            "syntax": {
                "base": "OctetString",
                "type": "DisplayString",
                "hint": "255a",
                "range": [[0, 255]],
                "declared": [[0, 300]],
            },
            "units": "big things",
            "default": ["string", ""],
            "description": "Two\nlines, é.",
            "reference": "A book",
            "span": { "file": "T-MIB.mib", "line": 11, "column": 1, "end": { "line": 22, "column": 19 } },
        })
    );
    let n = &document["definitions"][2];
    assert_eq!(n["objects"], json!(["x", "gone"]));
    assert_eq!(n["unresolved"], json!(["gone"]));
    assert_eq!(
        document["types"][0]["syntax"]["enum"],
        json!([["low", 1], ["high", 0]]),
        "in the order written"
    );
    assert_eq!(document["duplicates"][0]["oid"], "1.3.6.1.4.1.9.2");
    assert_eq!(document["duplicates"][0]["span"]["line"], 24);
}

#[test]
fn the_order_of_keys_is_fixed() {
    let compilation = compile(&MemWorld::new().with_built_in(), &["IF-MIB"]);
    let write = || module_json(&compilation.model, compilation.requested[0]);
    let text = write();
    assert_eq!(text, write());
    assert!(
        text.starts_with("{\n  \"schema\": \"mibc-module\",\n  \"version\": 1,\n  \"name\": \"IF-MIB\",")
    );
    assert!(text.ends_with("}\n"));
    let names: Vec<usize> = ["\"name\": \"ifIndex\"", "\"name\": \"ifDescr\"", "\"name\": \"ifXTable\""]
        .map(|n| text.find(n).unwrap_or(0))
        .to_vec();
    assert!(names[0] > 0 && names[0] < names[1] && names[1] < names[2], "in source order");
}

#[test]
fn rows_and_conformance() {
    let compilation = compile(&MemWorld::new().with_built_in(), &["IF-MIB"]);
    let document = module_value(&compilation.model, compilation.requested[0]);
    let definitions = document["definitions"].as_array().expect("a list");
    let find = |name: &str| definitions.iter().find(|d| d["name"] == name).expect("it is there");
    assert_eq!(find("ifEntry")["index"], json!([{ "name": "ifIndex", "implied": false }]));
    assert_eq!(find("ifEntry")["table"], "ifTable");
    assert_eq!(find("ifXEntry")["augments"], "ifEntry");
    assert_eq!(find("ifXEntry").get("index"), None);
    assert_eq!(find("ifTable")["row"], "ifEntry");
    assert_eq!(find("ifDescr")["row"], "ifEntry");
    assert_eq!(find("linkDown")["objects"], json!(["ifIndex", "ifAdminStatus", "ifOperStatus"]));
    assert!(
        find("ifCompliance3")["compliance"][0]["mandatory"].as_array().is_some_and(|list| !list.is_empty())
    );
    assert!(find("ifGeneralInformationGroup")["members"].as_array().is_some_and(|list| list.len() > 5));
}

#[test]
fn the_work_grows_with_the_file() {
    let steps = |n: usize| {
        let text: String = (0..n)
            .map(|at| format!("M{at}-MIB DEFINITIONS ::= BEGIN a OBJECT IDENTIFIER ::= {{ iso 3 }} END\n"))
            .collect();
        let world = MemWorld::new().file("all.mib", text);
        let names: Vec<_> = (0..n).map(|at| format!("M{at}-MIB")).collect();
        let compilation = compile(&world, &names);
        assert_eq!(compilation.requested.len(), n);
        crate::work::of(|| {
            compilation.requested.iter().for_each(|&id| drop(module_json(&compilation.model, id)))
        })
        .1
    };
    let (few, many) = (steps(100), steps(400));
    assert!(few > 0 && many <= 5 * few, "{few} steps, {many} for four times as much");
}
