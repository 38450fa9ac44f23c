//! Questions over the built-in modules and small ones.

mod every_value;
mod standing;
mod texts;

use super::{Direction, Filter, Form, Glob, Library, Renderer, Style, Translator, Tree, find, why};
use crate::search::{Cache, EntryKind};
use crate::world::FsWorld;
use mibc_runtime::show;
use mibc_runtime::value::{Value, VarBind};
use std::fs;
use std::sync::OnceLock;
use tempfile::TempDir;

const ACME: &str = r#"ACME-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises, MODULE-IDENTITY, OBJECT-TYPE, Integer32, IpAddress FROM SNMPv2-SMI
  DisplayString, MacAddress FROM SNMPv2-TC InetAddressType, InetAddress FROM INET-ADDRESS-MIB
  SnmpAdminString FROM SNMP-FRAMEWORK-MIB ifIndex FROM IF-MIB;
acme MODULE-IDENTITY LAST-UPDATED "202001010000Z" ORGANIZATION "A" CONTACT-INFO "A" DESCRIPTION "A"
  ::= { enterprises 9999 }
acmeTable OBJECT-TYPE SYNTAX SEQUENCE OF AcmeEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "T"
  ::= { acme 1 }
acmeEntry OBJECT-TYPE SYNTAX AcmeEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "R"
  INDEX { acmeGroup, acmeMode, acmeMac, acmeKind, acmePeer, acmeOid, IMPLIED acmeTag } ::= { acmeTable 1 }
AcmeEntry ::= SEQUENCE { acmeGroup SnmpAdminString, acmeMode INTEGER, acmeMac MacAddress,
  acmeKind InetAddressType, acmePeer InetAddress, acmeOid OBJECT IDENTIFIER, acmeTag DisplayString, acmeValue Integer32 }
acmeGroup OBJECT-TYPE SYNTAX SnmpAdminString (SIZE (0..32)) MAX-ACCESS not-accessible STATUS current DESCRIPTION "I"
  ::= { acmeEntry 1 }
acmeMode OBJECT-TYPE SYNTAX INTEGER { any(0), exact(2) } MAX-ACCESS not-accessible STATUS current DESCRIPTION "I"
  ::= { acmeEntry 2 }
acmeMac OBJECT-TYPE SYNTAX MacAddress MAX-ACCESS not-accessible STATUS current DESCRIPTION "I" ::= { acmeEntry 3 }
acmeKind OBJECT-TYPE SYNTAX InetAddressType MAX-ACCESS not-accessible STATUS current DESCRIPTION "I" ::= { acmeEntry 4 }
acmePeer OBJECT-TYPE SYNTAX InetAddress MAX-ACCESS not-accessible STATUS current DESCRIPTION "I" ::= { acmeEntry 5 }
acmeOid OBJECT-TYPE SYNTAX OBJECT IDENTIFIER MAX-ACCESS not-accessible STATUS current DESCRIPTION "I" ::= { acmeEntry 6 }
acmeTag OBJECT-TYPE SYNTAX DisplayString (SIZE (1..9)) MAX-ACCESS not-accessible STATUS current DESCRIPTION "I"
  ::= { acmeEntry 7 }
acmeValue OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION "V" ::= { acmeEntry 8 }
acmeAddress OBJECT-TYPE SYNTAX SEQUENCE OF AcmeAddress MAX-ACCESS not-accessible STATUS current DESCRIPTION "T"
  ::= { acme 2 }
acmeAddressEntry OBJECT-TYPE SYNTAX AcmeAddress MAX-ACCESS not-accessible STATUS current DESCRIPTION "R"
  INDEX { acmeIp, ifIndex } ::= { acmeAddress 1 }
AcmeAddress ::= SEQUENCE { acmeIp IpAddress }
acmeIp OBJECT-TYPE SYNTAX IpAddress MAX-ACCESS read-only STATUS current DESCRIPTION "I" ::= { acmeAddressEntry 1 }
AcmeCode ::= INTEGER { a(1) }
twice OBJECT IDENTIFIER ::= { acme 7 }
END
"#;

const OTHER: &str = "OTHER-MIB DEFINITIONS ::= BEGIN IMPORTS enterprises FROM SNMPv2-SMI nothing FROM NO-MIB;
    other OBJECT IDENTIFIER ::= { enterprises 9998 } twice OBJECT IDENTIFIER ::= { other 7 } END";

/// One for all tests: reading the built-in modules takes a while.
fn library() -> &'static (Library, TempDir) {
    static LIBRARY: OnceLock<(Library, TempDir)> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("acme.mib"), ACME).expect("a file");
        fs::write(folder.path().join("other.mib"), OTHER).expect("a file");
        (Library::new(FsWorld::new().include(folder.path()), Cache::None), folder)
    })
}

/// The answer the other way: numbers for a name, a name for numbers.
fn ask(question: &str) -> String {
    let (library, _) = library();
    match Translator::new(library).translate(question) {
        Ok(answer) => match answer.direction {
            Direction::ToOid => answer.text(Form::Numeric),
            Direction::ToName => answer.text(Form::Module),
        },
        Err(error) => error.to_string(),
    }
}

/// S6: each sort of index object in text and back.
#[test]
fn both_ways() {
    for (name, oid) in [
        ("IF-MIB::ifDescr", "1.3.6.1.2.1.2.2.1.2"),
        ("IF-MIB::ifDescr.3", "1.3.6.1.2.1.2.2.1.2.3"),
        ("SNMPv2-MIB::sysDescr.0", "1.3.6.1.2.1.1.1.0"),
        ("ACME-MIB::acmeIp.192.0.2.1.7", "1.3.6.1.4.1.9999.2.1.1.192.0.2.1.7"),
        (
            "ACME-MIB::acmeValue.\"gr\".any.'00:1b:21:0a:0b:0c'.ipv4.\"192.0.2.1\".2.1.3.'tag'",
            "1.3.6.1.4.1.9999.1.1.8.2.103.114.0.0.27.33.10.11.12.1.4.192.0.2.1.2.1.3.116.97.103",
        ),
        (
            "ACME-MIB::acmeValue.\"\".exact.'00:00:00:00:00:00'.ipv6.\"2001:db8::1\".0.'x.\"y'",
            "1.3.6.1.4.1.9999.1.1.8.0.2.0.0.0.0.0.0.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1.0.120.46.34.121",
        ),
        ("ACME-MIB::acmeTable.7.7", "1.3.6.1.4.1.9999.1.7.7"),
    ] {
        assert_eq!(ask(name), oid);
        assert_eq!(ask(oid), name);
    }
}

#[test]
fn names_alone_and_paths() {
    assert_eq!(ask("ifDescr.3"), "1.3.6.1.2.1.2.2.1.2.3");
    assert_eq!(
        ask(".iso.org.dod.internet.mgmt.mib-2.interfaces.ifTable.ifEntry.ifDescr.3"),
        "1.3.6.1.2.1.2.2.1.2.3"
    );
    assert_eq!(ask("interfaces.ifTable"), "1.3.6.1.2.1.2.2");
    assert_eq!(ask("iso.3.6.1"), "SNMPv2-SMI::internet");
    assert_eq!(ask(".1.3.6.1.2.1.2.2.1.2"), "IF-MIB::ifDescr");
    assert_eq!(ask("mib-2.2.1"), "1.3.6.1.2.1.2.1");
    assert_eq!(ask("DISMAN-EVENT-MIB::sysUpTimeInstance"), "1.3.6.1.2.1.1.3.0");
    assert_eq!(ask("1.3.6.1.2.1.1.3.0"), "SNMPv2-MIB::sysUpTime.0");
    assert_eq!(ask("acmeValue.2.103.114.any"), "1.3.6.1.4.1.9999.1.1.8.2.103.114.0");
}

#[test]
fn what_does_not_fit_stays_in_numbers() {
    assert_eq!(ask("1.3.6.1.4.1.9999.1.1.8.9.1"), "ACME-MIB::acmeValue.9.1");
    assert_eq!(ask("1.3.6.1.4.1.9999.1.1.8.1.7.5"), "ACME-MIB::acmeValue.1.7.5");
    assert_eq!(ask("1.3.6.1.2.1.2.2.1.2.3.4.5"), "IF-MIB::ifDescr.3.4.5");
}

#[test]
fn mistakes_are_explained() {
    for (question, expected) in [
        ("ifDescrr", "no module defines `ifDescrr`; did you mean `IF-MIB::ifDescr`?"),
        ("IF-MB::ifDescr", "module `IF-MB` is not found; did you mean `IF-MIB`?"),
        ("IF-MIB::ifDesc", "module `IF-MIB` does not define `ifDesc`; did you mean `ifDescr`?"),
        (
            "IF-MIB::sysDescr",
            "module `IF-MIB` does not define `sysDescr`; did you mean `SNMPv2-MIB::sysDescr`?",
        ),
        (
            "twice",
            "`twice` is defined by several modules; say which one:\n  ACME-MIB::twice   1.3.6.1.4.1.9999.7\n  \
             OTHER-MIB::twice  1.3.6.1.4.1.9998.7",
        ),
        (
            "ACME-MIB::AcmeCode",
            "`ACME-MIB::AcmeCode` is a type and has no OID: `mibc why AcmeCode` says what it is made of",
        ),
        (
            "AcmeCode",
            "`ACME-MIB::AcmeCode` is a type and has no OID: `mibc why AcmeCode` says what it is made of",
        ),
        (
            "acmeValue.\"g\".exct",
            "`exct` is not a label of `acmeMode`, which has any, exact; did you mean `exact`?",
        ),
        ("acmeValue.group", "`acmeGroup` is a string: write it in quotes, `\"group\"`"),
        ("ifTable.ifEntr", "expected a number after `ifTable`, found `ifEntr`; did you mean `ifEntry`?"),
        (
            "acmeValue.\"g\".any.\"zz\"",
            "`acmeMac`: `zz` does not follow the DISPLAY-HINT `1x:`: expected hexadecimal digits at character 1",
        ),
        ("1.3.6.1.2x", "expected a number after `1.3.6.1`, found `2x`"),
        ("2.9.9", "no module defines anything at or above 2.9.9"),
        ("1.99", "the second sub-identifier of an OID under 1 is at most 39, found 99"),
    ] {
        assert_eq!(ask(question), expected, "{question}");
    }
    // S1
    assert!(ask(&format!("ifDescr{}", ".1".repeat(118))).starts_with("1.3.6.1"));
    assert!(ask(&format!("ifDescr{}", ".1".repeat(119))).contains("at most 128"));
    assert!(ask("ifDescr.4294967296").contains("above 4294967295"));
}

#[test]
fn forms_and_detail() {
    let (library, _) = library();
    let mut translator = Translator::new(library);
    let answer = translator.translate("ifDescr.3").expect("an answer");
    assert_eq!(answer.text(Form::Short), "ifDescr.3");
    assert_eq!(
        answer.text(Form::Full),
        ".iso.org.dod.internet.mgmt.mib-2.interfaces.ifTable.ifEntry.ifDescr.3"
    );
    assert_eq!(answer.others, ["RFC1158-MIB::ifDescr", "RFC1213-MIB::ifDescr"]);
    let detail = answer.detail();
    for expected in [
        "IF-MIB::ifDescr.3  1.3.6.1.2.1.2.2.1.2.3\nifDescr OBJECT-TYPE\n",
        "    -- FROM IF-MIB (<built-in>/IF-MIB)\n    -- ALSO RFC1158-MIB::ifDescr, RFC1213-MIB::ifDescr\n",
        "    -- TEXTUAL CONVENTION SNMPv2-TC::DisplayString: OctetString (0..255), DISPLAY-HINT \"255a\"\n",
        "    -- INDEX { ifIndex }\n    SYNTAX DisplayString (SIZE (0..255))\n    MAX-ACCESS read-only\n",
        "ifEntry(1) 2 }\n",
    ] {
        assert!(detail.contains(expected), "{expected:?} in\n{detail}");
    }
    let status = translator.translate("IF-MIB::ifAdminStatus").expect("an answer").detail();
    assert!(status.contains("SYNTAX INTEGER { up(1), down(2), testing(3) }\n"), "{status}");
}

#[test]
fn found_by_name_kind_type_and_module() {
    let (library, _) = library();
    let names = |filter: &Filter| find(library, filter).into_iter().map(|f| f.name).collect::<Vec<_>>();
    let glob = |text: &str| Some(Glob::new(text));
    let counters = Filter { name: glob("ifHC*"), syntax: glob("Counter64"), ..Filter::default() };
    let found = find(library, &counters);
    assert_eq!(found.len(), 8);
    assert_eq!(
        (found[0].name.as_str(), found[0].types.as_slice()),
        ("ifHCInOctets", &["Counter64".to_owned()][..])
    );
    let tables = Filter { kinds: vec![EntryKind::Table], module: glob("acme-*"), ..Filter::default() };
    assert_eq!(names(&tables), ["acmeTable", "acmeAddress"]);
    let chain = Filter { syntax: glob("SnmpAdminString"), module: glob("ACME-MIB"), ..Filter::default() };
    assert_eq!(names(&chain), ["acmeGroup"]);
    assert!(names(&Filter { name: glob("no*such"), ..Filter::default() }).is_empty());
}

#[test]
fn trees_are_drawn() {
    let (library, _) = library();
    let tree = Tree::below(library, &"1.3.6.1.4.1.9999.2".parse().expect("an OID"));
    assert_eq!(
        tree.draw(&Style::default()),
        "acmeAddress(1.3.6.1.4.1.9999.2)      table\n\
         └─ acmeAddressEntry(1)               [acmeIp, ifIndex]\n   \
            └─ acmeIp(1)                  r   IpAddress\n"
    );
    let whole = library.compile(&["ACME-MIB"]);
    let tree = Tree::of_module(&whole.model, whole.requested[0]);
    let text = tree.draw(&Style { unicode: false, oids: true, depth: 1 });
    assert_eq!(
        text,
        "acme(1.3.6.1.4.1.9999)  1.3.6.1.4.1.9999\n\
         +- acmeTable(1)         1.3.6.1.4.1.9999.1      table\n\
         +- acmeAddress(2)       1.3.6.1.4.1.9999.2      table\n\
         `- twice(7)             1.3.6.1.4.1.9999.7\n"
    );
    assert!(Tree::below(library, &"2.9.9".parse().expect("an OID")).is_empty());
}

#[test]
fn why_a_name_is_what_it_is() {
    let (library, folder) = library();
    let text = why(library, "ACME-MIB::acmeGroup").expect("an account").to_string();
    let file = folder.path().join("acme.mib").display().to_string();
    for expected in [
        "a column that ACME-MIB defines at ",
        "1.3.6.1.4.1.9999        ACME-MIB::acme  (ACME-MIB imports `enterprises` from SNMPv2-SMI)",
        "written `SnmpAdminString (SIZE (0..32))`, in the end OctetString",
        "ACME-MIB imports `SnmpAdminString` from SNMP-FRAMEWORK-MIB",
        "SNMP-FRAMEWORK-MIB: <built-in>/SNMP-FRAMEWORK-MIB",
        &format!("ACME-MIB: {file}"),
    ] {
        assert!(text.contains(expected), "{expected:?} in\n{text}");
    }
    let text = why(library, "OTHER-MIB::nothing").expect("an account").to_string();
    assert!(text.contains("not resolved: module NO-MIB is not found on the search path"), "{text}");
    let text = why(library, "DisplayString").expect("an account").to_string();
    assert!(text.contains("SNMPv2-TC::DisplayString\n  a textual convention"), "{text}");
    assert!(why(library, "ifDescrr").is_err_and(|error| error.to_string().contains("ifDescr`")));
    assert!(
        why(library, "IF-MIB::DisplayStrin").is_err_and(|error| error.to_string().contains("DisplayString"))
    );
}

/// S24: an InetAddress by the InetAddressType that precedes it in the same row, octets without one.
#[test]
fn addresses_by_their_siblings() {
    let (library, _) = library();
    let renderer = Renderer::new(library, Form::Module, show::Style::DEFAULT);
    let column = |name: &str, value: Value| {
        let name = renderer.translate(&format!("DOCS-IF-MIB::docsIfCmtsCmStatus{name}")).expect("a column");
        VarBind { name: name.oid, value }
    };
    let address = column("InetAddress.7", Value::OctetString([10, 20, 30, 40].as_slice().into()));
    let beside =
        |others: &[&VarBind]| renderer.value_beside(address.name.as_ref(), address.value.as_ref(), others);
    let ipv4 = column("InetAddressType.7", Value::Integer(1));
    let (other_row, ipv6) = (column("InetAddressType.8", Value::Integer(1)), Value::Integer(2));
    let (other_column, ipv6) = (column("Index.7", Value::Integer(1)), column("InetAddressType.7", ipv6));
    assert_eq!(beside(&[&other_column, &ipv4, &address]), "STRING: 10.20.30.40");
    for others in [vec![], vec![&other_row, &other_column, &address], vec![&ipv6]] {
        assert_eq!(beside(&others), "Hex-STRING: 0A 14 1E 28 ");
    }
    let quick = Renderer::new(library, Form::Module, show::Style::QUICK);
    let text = quick.value_beside(address.name.as_ref(), address.value.as_ref(), &[&ipv4]);
    assert_eq!(text, "10.20.30.40");
}
