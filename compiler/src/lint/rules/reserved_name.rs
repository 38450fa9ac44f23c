//! A reserved word of ASN.1 used as a name.
//!
//! The words of the language cannot be the names of definitions or modules.

use super::prelude::*;
use super::spelling::each_name;

pub(in crate::lint) fn check(_: &Context<'_, '_>, m: &ModuleItem<'_, '_>, out: &mut Sink) {
    let mut check = |name: Ident<'_>| {
        // Nearly all names have a small letter.
        let capital = name.text().bytes().all(|b| b.is_ascii_uppercase());
        if capital && RESERVED.binary_search(&name.text()).is_ok() {
            out.push(
                Diagnostic::new(Code::ReservedName, format!("`{}` is a reserved word", name.text()))
                    .at(name.span(), "not a name")
                    .help("choose another name"),
            );
        }
    };
    check(m.tree.name);
    each_name(m, check);
}

/// Words of ASN.1 and of the SMI, sorted.
const RESERVED: &[&str] = &[
    "ABSENT",
    "ACCESS",
    "ANY",
    "APPLICATION",
    "AUGMENTS",
    "BEGIN",
    "BIT",
    "BITS",
    "BOOLEAN",
    "BY",
    "CHOICE",
    "COMPONENT",
    "COMPONENTS",
    "DEFAULT",
    "DEFINED",
    "DEFINITIONS",
    "DEFVAL",
    "DESCRIPTION",
    "END",
    "ENTERPRISE",
    "ENUMERATED",
    "EXPLICIT",
    "EXPORTS",
    "EXTERNAL",
    "FALSE",
    "FROM",
    "GROUP",
    "IDENTIFIER",
    "IMPLICIT",
    "IMPLIED",
    "IMPORTS",
    "INCLUDES",
    "INDEX",
    "INTEGER",
    "MACRO",
    "MODULE",
    "NOTIFICATIONS",
    "NULL",
    "OBJECT",
    "OBJECTS",
    "OCTET",
    "OF",
    "OPTIONAL",
    "ORGANIZATION",
    "PRESENT",
    "PRIVATE",
    "REAL",
    "REFERENCE",
    "REVISION",
    "SEQUENCE",
    "SET",
    "SIZE",
    "STATUS",
    "STRING",
    "SUPPORTS",
    "SYNTAX",
    "TAGS",
    "TRUE",
    "TYPE",
    "UNION",
    "UNITS",
    "UNIVERSAL",
    "VALUE",
    "VARIABLES",
    "VARIATION",
    "WITH",
];
