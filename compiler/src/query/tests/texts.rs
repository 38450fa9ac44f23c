//! Texts and brackets in the place of index numbers, as net-snmp's tools take and print them.

use super::{ask, library};
use crate::query::{Form, InstanceError, Library, Renderer, TranslateError, Translator, WordPlace};
use crate::search::Cache;
use crate::world::FsWorld;
use mibc_runtime::oid::Oid;
use mibc_runtime::show::{Indexes, Style};

const GROUP: &str = "1.3.6.1.6.3.16.1.2.1.3.3.5.97.108.105.99.101";

#[test]
fn quotes_brackets_and_numbers() {
    for (question, oid) in [
        (r#"vacmGroupName.3."alice""#, GROUP),
        (r#"SNMP-VIEW-BASED-ACM-MIB::vacmGroupName.3."alice""#, GROUP),
        (r"vacmGroupName.3.'alice'", GROUP),
        (r#"vacmGroupName.3.\"alice\""#, GROUP),
        (r#"vacmGroupName[3]["alice"]"#, GROUP),
        (r"vacmGroupName[3]['alice']", GROUP),
        (r"vacmGroupName[3][alice]", GROUP),
        (r#"vacmGroupName.3."al\"i\\ce""#, "1.3.6.1.6.3.16.1.2.1.3.3.7.97.108.34.105.92.99.101"),
        // IMPLIED: no length.
        (r"snmpTargetAddrTDomain.'alice'", "1.3.6.1.6.3.12.1.2.1.2.97.108.105.99.101"),
        (r#"snmpTargetAddrTDomain["alice"]"#, "1.3.6.1.6.3.12.1.2.1.2.97.108.105.99.101"),
        ("ifDescr[3]", "1.3.6.1.2.1.2.2.1.2.3"),
        ("ipAdEntIfIndex[10.1.2.3]", "1.3.6.1.2.1.4.20.1.2.10.1.2.3"),
        ("ipAddressIfIndex[ipv4][\"1.2.3.4\"]", "1.3.6.1.2.1.4.34.1.3.1.4.1.2.3.4"),
        ("tcpConnState[1.2.3.4][5][6.7.8.9][10]", "1.3.6.1.2.1.6.13.1.1.1.2.3.4.5.6.7.8.9.10"),
        // Where nothing says what a text is: its length and its octets, or only its octets.
        (r#"sysDescr."x""#, "1.3.6.1.2.1.1.1.1.120"),
        ("sysDescr.'x'", "1.3.6.1.2.1.1.1.120"),
        (r#"ifDescr.3."x".7"#, "1.3.6.1.2.1.2.2.1.2.3.1.120.7"),
        ("ifTable[1][2.3]", "1.3.6.1.2.1.2.2.1.2.3"),
        ("sysUpTimeInstance", "1.3.6.1.2.1.1.3.0"),
        ("SNMPv2-MIB::sysUpTimeInstance", "1.3.6.1.2.1.1.3.0"),
        (".iso.org.dod.internet.mgmt.mib-2.system.sysUpTime.sysUpTimeInstance", "1.3.6.1.2.1.1.3.0"),
    ] {
        assert_eq!(ask(question), oid, "{question}");
    }
}

/// Numbers with a text behind them, whether or not a module knows the OID.
#[test]
fn numbers_and_a_text() {
    let (library, _) = library();
    for (question, oid) in [
        (r#".1.3.6.1.6.3.16.1.2.1.3.3."alice""#, GROUP),
        (r#"1.3.6.1.4.1.9999.7."a.b""#, "1.3.6.1.4.1.9999.7.3.97.46.98"),
        ("1.3.6.1.4.1.9999.7.'ab'.9", "1.3.6.1.4.1.9999.7.97.98.9"),
        ("1.3.6.1.4.1.9999.7.'ü'", "1.3.6.1.4.1.9999.7.195.188"),
    ] {
        let answer = Translator::new(library).translate(question).expect("an answer");
        assert_eq!(answer.oid.to_string(), oid, "{question}");
    }
    assert_eq!(ask(r#"2.9."a""#), "no module defines anything at or above 2.9.1.97");
}

#[test]
fn mistakes() {
    for (question, expected) in [
        ("ifDescr.\"x\"", "`ifIndex`: `x` does not follow the DISPLAY-HINT `d`"),
        ("vacmGroupName[usm][alice]", "expected a number after `vacmSecurityModel`, found `usm`"),
        ("ifDescr[x]", "expected a number after `ifIndex`, found `x`"),
        ("ifDescr[3", "a bracket in `ifDescr[3` is not closed"),
        ("ifDescr[3][x]", "expected a number after `ifDescr`, found `x`"),
        ("ifDescr[\"x\"3]", "expected a dot behind the closing quote or bracket"),
        ("acmeValue.9.\"x\"", "expected a number after `acmeValue`, found \"x\""),
        ("IF-MIB::sysUpTimeInstance", "module `IF-MIB` does not define `sysUpTimeInstance`"),
    ] {
        let found = ask(question);
        assert!(found.contains(expected), "{question}: {found}");
    }
}

/// What is printed, in any of the styles for indexes, leads back to the same OID.
#[test]
fn every_style_leads_back() {
    let (library, _) = library();
    for oid in [
        GROUP,
        "1.3.6.1.6.3.16.1.2.1.3.3.7.97.108.34.105.92.99.92",
        "1.3.6.1.6.3.12.1.2.1.2.97.108.39.99.101",
        "1.3.6.1.2.1.4.34.1.3.1.4.1.2.3.4",
        "1.3.6.1.2.1.6.13.1.1.1.2.3.4.5.6.7.8.9.10",
        "1.3.6.1.2.1.88.1.2.2.1.3.1.97.98",
        "1.3.6.1.4.1.9999.1.1.8.2.103.114.0.0.27.33.10.11.12.1.4.192.0.2.1.2.1.3.116.97.103",
    ] {
        for (indexes, escaped_quotes) in [
            (Indexes::Typed, false),
            (Indexes::Typed, true),
            (Indexes::Extended, false),
            (Indexes::Numeric, false),
        ] {
            let mut style = Style::DEFAULT;
            (style.indexes, style.escaped_quotes) = (indexes, escaped_quotes);
            let renderer = Renderer::new(library, Form::Module, style);
            let number: Oid = oid.parse().expect("an OID");
            let name = renderer.name(number.as_ref());
            let back = renderer.translate(&name).map(|answer| answer.oid.to_string());
            assert_eq!(back.as_deref(), Ok(oid), "{name}");
        }
    }
}

/// IPv6 addresses with each octet apart, as net-snmp writes them in an index, lead back as well.
#[test]
fn octets_apart() {
    let (library, _) = library();
    let zeros = ".0".repeat(13);
    for (index, text) in [
        (format!("2.16.254.128{zeros}.1"), "ipv6."),
        (format!("4.20.254.128{zeros}.1.0.0.0.7"), "ipv6z."),
        ("1.4.192.0.2.1".to_owned(), r#"ipv4."192.0.2.1""#),
    ] {
        for indexes in [Indexes::Typed, Indexes::Extended] {
            let mut style = Style::DEFAULT;
            (style.indexes, style.octets_apart) = (indexes, true);
            let renderer = Renderer::new(library, Form::Module, style);
            let number: Oid = format!("1.3.6.1.2.1.4.34.1.3.{index}").parse().expect("an OID");
            let name = renderer.name(number.as_ref());
            assert_eq!(name.contains("fe:80:00:00:"), text.contains('6'), "{name}");
            assert!(indexes == Indexes::Extended || name.contains(text), "{name}");
            assert_eq!(renderer.translate(&name).expect("an answer").oid, number, "{name}");
        }
    }
}

/// The instance of a scalar has the name that another module gives it where that module is to be looked in first.
#[test]
fn name_of_an_instance() {
    let (library, _) = library();
    let uptime: Oid = "1.3.6.1.2.1.1.3.0".parse().expect("an OID");
    let name = |library: &Library| Renderer::new(library, Form::Module, Style::DEFAULT).name(uptime.as_ref());
    assert_eq!(name(library), "SNMPv2-MIB::sysUpTime.0");
    let first = Library::new(FsWorld::new(), Cache::None);
    let first = first.prefer(vec!["DISMAN-EVENT-MIB".to_owned()]).expect("a module");
    assert_eq!(name(&first), "DISMAN-EVENT-MIB::sysUpTimeInstance");
}

/// What a word stands in the place of.
#[test]
fn places_of_words() {
    let (library, _) = library();
    for (question, expected) in [
        ("sysDescr.here", WordPlace::Scalar),
        ("ifDescr.here", WordPlace::Index("ifIndex".to_owned())),
        ("ifDescr.1.here", WordPlace::Below("ifIndex".to_owned())),
        ("ifTable.here", WordPlace::Below("ifTable".to_owned())),
        (".1.3.6.1.2.1.2.here", WordPlace::Below("interfaces".to_owned())),
    ] {
        match Translator::new(library).translate(question) {
            Err(TranslateError::Instance(InstanceError::NotANumber { place, .. })) => {
                assert_eq!(place, expected, "{question}");
            }
            other => panic!("{question}: {other:?}"),
        }
    }
}
