//! Which objects a request means, and what is said where it means none.

use super::sample::{compilation, selection};
use super::{Form, Request, SelectError, Selection, select};
use crate::compile::Compilation;

fn names(compilation: &Compilation, selection: &Selection<'_>) -> Vec<String> {
    let model = &compilation.model;
    let spell = |id: crate::model::DefId| model.spelling(model[id].name).to_owned();
    let tables = selection.tables.iter().map(|table| {
        let columns: Vec<String> = table.columns.iter().map(|&id| spell(id)).collect();
        format!("{}{}: {}", spell(table.definition), if table.whole { "" } else { "?" }, columns.join(" "))
    });
    selection.scalars.iter().map(|&id| spell(id)).chain(tables).collect()
}

fn error(compilation: &Compilation, request: Request) -> SelectError {
    select(&compilation.model, &compilation.requested, &request).expect_err("the request is wrong")
}

#[test]
fn nothing_asked_for_is_everything_that_can_be_read() {
    let compilation = compilation();
    let all = names(&compilation, &selection(&compilation, "", "", ""));
    assert_eq!(
        all,
        [
            "name",
            "age",
            "load",
            "blob",
            "since",
            "name",
            "portTable: portIndex portName portState portFlags portOctets portMac portPhys portHeat",
            "moreTable: moreErrors",
            "peerTable: peerCost peerViaType peerVia peerLost",
            "hopTable: hopDelay",
            "arpTable: arpTo arpUse",
            "lostTable: lostUse",
        ]
    );
}

#[test]
fn names_rows_oids_and_columns() {
    let compilation = compilation();
    let one = |tables: &str, walks: &str| names(&compilation, &selection(&compilation, tables, walks, ""));
    assert_eq!(one("moreTable", ""), ["moreTable: moreErrors"]);
    assert_eq!(one("SAMPLE-MIB::moreEntry", ""), ["moreTable: moreErrors"]);
    assert_eq!(one("1.3.6.1.4.1.9.11", ""), ["moreTable: moreErrors"]);
    assert_eq!(one("", "portMac .1.3.6.1.4.1.9.10.1.2 age"), ["age", "portTable?: portName portMac"]);
    assert_eq!(one("", "OLD-MIB::name"), ["name"]);
    let imported = one("", "snmp");
    assert_eq!(imported[0], "snmpInPkts", "of a module that is imported, where those asked for have nothing");
    assert_eq!(one("portTable portTable", "portEntry").len(), 1, "each once");
}

#[test]
fn what_is_wrong_is_said() {
    let compilation = compilation();
    let tables = |name: &str| Request { tables: vec![name.to_owned()], ..Request::default() };
    let unknown = error(&compilation, tables("portTabel"));
    assert_eq!(unknown.to_string(), "`portTabel` is not defined; did you mean `portTable`?");
    assert!(matches!(error(&compilation, tables("GONE-MIB::x")), SelectError::Unknown { .. }));
    assert_eq!(error(&compilation, tables("portName")).to_string(), "`portName` is a column; give a table");
    let lookup = Request { lookups: vec!["peerName".to_owned()], ..Request::default() };
    assert_eq!(
        error(&compilation, lookup).to_string(),
        "`peerName` is a column; give a column that can be read"
    );
    let walk = |name: &str| Request { walks: vec![name.to_owned()], ..Request::default() };
    assert!(matches!(error(&compilation, walk("1.3.6.1.4.1.9.10.1.2.7")), SelectError::Nothing { .. }));
    assert!(matches!(error(&compilation, walk("secret")), SelectError::Nothing { .. }));
}

/// RFC 2578 §7.7, RFC 1212 §4.1.6.
#[test]
fn parts_of_indexes() {
    let compilation = compilation();
    let forms = |table: &str| -> Vec<(String, Form)> {
        let selection = selection(&compilation, table, "", "");
        let parts = selection.tables[0].index.clone().expect("the index is known");
        parts.into_iter().map(|part| (part.name, part.form)).collect()
    };
    let expect = |list: &[(&str, Form)]| -> Vec<(String, Form)> {
        list.iter().map(|&(name, form)| (name.to_owned(), form)).collect()
    };
    assert_eq!(forms("moreTable"), expect(&[("portIndex", Form::Integer)]));
    assert_eq!(
        forms("peerTable"),
        expect(&[
            ("portIndex", Form::Integer),
            ("peerMac", Form::Fixed(6)),
            ("peerPhys", Form::Variable),
            ("peerType", Form::Integer),
            ("peerAddress", Form::Variable),
            ("peerName", Form::Implied),
        ])
    );
    assert_eq!(
        forms("hopTable"),
        expect(&[
            ("hopTo", Form::IpAddress),
            ("hopMac", Form::Fixed(6)),
            ("hopNumber", Form::Integer),
            ("hopNumber_4", Form::Integer),
            ("hopId", Form::Oid),
        ])
    );
    assert_eq!(forms("arpTable"), expect(&[("arpTo", Form::NetworkAddress), ("arpEntry_2", Form::Integer)]));
    assert!(selection(&compilation, "lostTable", "", "").tables[0].index.is_none());
}
