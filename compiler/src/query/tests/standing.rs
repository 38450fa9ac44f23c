//! Which of several modules gives an OID its name.

use super::ask;
use crate::query::{Direction, Form, Library, Renderer, Translator};
use crate::search::Cache;
use crate::world::FsWorld;
use mibc_runtime::show::Style;
use std::fs;
use tempfile::TempDir;

#[test]
fn the_document_of_today() {
    for (oid, name) in [
        ("1.3.6.1.2.1.4.21.1.7", "RFC1213-MIB::ipRouteNextHop"),
        ("1.3.6.1.2.1.3", "RFC1213-MIB::at"),
        ("1.3.6.1.2.1.3.1.1.2", "RFC1213-MIB::atPhysAddress"),
        ("1.3.6.1.2.1.8", "RFC1213-MIB::egp"),
        ("1.3.6.1.2.1.16", "RMON-MIB::rmon"),
        ("1.3.6.1.2.1.16.1.1", "RMON-MIB::etherStatsTable"),
        ("1.3.6.1.2.1.16.11", "RMON2-MIB::protocolDir"),
        ("1.3.6.1.2.1.1", "SNMPv2-MIB::system"),
        ("1.3.6.1.2.1.2", "IF-MIB::interfaces"),
        ("1.3.6.1.2.1.4", "IP-MIB::ip"),
        ("1.3.6.1.2.1.4.22", "IP-MIB::ipNetToMediaTable"),
        ("1.3.6.1.2.1.6.13.1.1", "TCP-MIB::tcpConnState"),
        ("1.3.6.1.2.1.10", "SNMPv2-SMI::transmission"),
        ("1.3.6.1.2.1.17", "BRIDGE-MIB::dot1dBridge"),
        ("1.3.6.1.2.1", "SNMPv2-SMI::mib-2"),
        ("1.3.6.1.4.1", "SNMPv2-SMI::enterprises"),
        ("0.0", "SNMPv2-SMI::zeroDotZero"),
    ] {
        assert_eq!(ask(oid), name);
    }
}

/// A folder with modules.
fn library(modules: &[(&str, String)]) -> (Library, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in modules {
        let text = format!("{name} DEFINITIONS ::= BEGIN\n{text}\nEND\n");
        fs::write(folder.path().join(format!("{name}.mib")), text).expect("a file");
    }
    (Library::new(FsWorld::new().include(folder.path()), Cache::None), folder)
}

fn name(library: &Library, oid: &str) -> String {
    let oid = oid.parse().expect("an OID");
    Translator::new(library).by_oid(oid).expect("a definition").text(Form::Module)
}

const HEAD: &str =
    "IMPORTS MODULE-IDENTITY, OBJECT-TYPE, Integer32, enterprises, mib-2, mgmt FROM SNMPv2-SMI;\n";

fn identity(name: &str, date: &str, oid: &str) -> String {
    format!(
        "{name} MODULE-IDENTITY LAST-UPDATED \"{date}\" ORGANIZATION \"O\" CONTACT-INFO \"C\" DESCRIPTION \"D\"\n  \
         ::= {{ {oid} }}\n"
    )
}

fn scalar(name: &str, oid: &str) -> String {
    format!(
        "{name} OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current DESCRIPTION \"D\" ::= {{ {oid} }}\n"
    )
}

/// A vendor's later copy does not take a standard's names, neither of objects nor of nodes.
#[test]
fn a_copy_of_a_standard() {
    let mine = HEAD.to_owned()
        + &identity("copyMIB", "203001010000Z", "enterprises 9999")
        + "system OBJECT IDENTIFIER ::= { mib-2 1 }\nours OBJECT IDENTIFIER ::= { mgmt 1 }\n"
        + &scalar("copyDescr", "system 1");
    let (library, _folder) = library(&[("COPY-MIB", mine)]);
    assert_eq!(name(&library, "1.3.6.1.2.1.1.1.0"), "SNMPv2-MIB::sysDescr.0");
    assert_eq!(name(&library, "1.3.6.1.2.1.1"), "SNMPv2-MIB::system");
    assert_eq!(name(&library, "1.3.6.1.2.1"), "SNMPv2-SMI::mib-2");
    assert_eq!(name(&library, "1.3.6.1.4.1.9999"), "COPY-MIB::copyMIB");
    let library = library.prefer(vec!["COPY-MIB".to_owned()]).expect("a module");
    assert_eq!(name(&library, "1.3.6.1.2.1.1.1.0"), "COPY-MIB::copyDescr.0", "asked for");
}

/// Of equals: who begins the node, whatever the order, the kind or the date; then the latest.
#[test]
fn nodes_that_others_add_to() {
    let first = HEAD.to_owned()
        + &identity("ownerMIB", "200001010000Z", "enterprises 9998")
        + "shared OBJECT IDENTIFIER ::= { enterprises 9997 }\nplain OBJECT IDENTIFIER ::= { enterprises 9996 }\n"
        + &scalar("ownerFirst", "shared 1");
    let second = HEAD.to_owned()
        + &identity("shared", "201001010000Z", "enterprises 9997")
        + "plain OBJECT IDENTIFIER ::= { enterprises 9996 }\n"
        + &scalar("borrowerSecond", "shared 2");
    for names in [["A-OWNER-MIB", "B-BORROWER-MIB"], ["B-OWNER-MIB", "A-BORROWER-MIB"]] {
        let (library, _folder) = library(&[(names[0], first.clone()), (names[1], second.clone())]);
        assert_eq!(name(&library, "1.3.6.1.4.1.9997"), format!("{}::shared", names[0]));
        assert_eq!(name(&library, "1.3.6.1.4.1.9997.2.0"), format!("{}::borrowerSecond.0", names[1]));
        assert_eq!(name(&library, "1.3.6.1.4.1.9996"), format!("{}::plain", names[1]), "the latest");
        let answer = Translator::new(&library).translate("shared").expect("an answer");
        assert_eq!(
            (answer.text(Form::Module), answer.direction),
            (format!("{}::shared", names[0]), Direction::ToOid)
        );
        let renderer = Renderer::new(&library, Form::Module, Style::DEFAULT);
        let oid = "1.3.6.1.4.1.9997".parse::<mibc_runtime::oid::Oid>().expect("an OID");
        assert_eq!(renderer.name(oid.as_ref()), format!("{}::shared", names[0]));
    }
}
