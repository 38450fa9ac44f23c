//! Which difficulty has which cases.

/// A row of the catalogue of difficulties (MIB-TEXT §1 and §2), in its order.
pub(crate) struct Row {
    pub(crate) section: &'static str,
    /// The difficulty.
    pub(crate) about: &'static str,
    /// The names of its cases.
    pub(crate) cases: &'static [&'static str],
    /// Other tests of it: files of `compiler/`, or codes of the linter's suite.
    pub(crate) elsewhere: &'static str,
}

const fn row(
    section: &'static str,
    about: &'static str,
    cases: &'static [&'static str],
    elsewhere: &'static str,
) -> Row {
    Row { section, about, cases, elsewhere }
}

/// Every row.
pub(crate) const ROWS: &[Row] = &[
    row("§1", "CR LF, CR alone, byte order mark, NUL, Ctrl-Z", &["blanks"], "src/source/decode.rs"),
    row("§1", "text that is not UTF-8", &["not-utf8"], "src/source/decode.rs"),
    row("§1", "rules of dashes; where a comment ends", &["dashes", "two-readings"], "src/syntax/comments.rs"),
    row(
        "§1",
        "both versions of the SMI in one module",
        &["mixed-versions", "borrowed-convention"],
        "src/resolve/tests/imports.rs",
    ),
    row(
        "§1",
        "base symbols that are not imported",
        &["no-imports", "standard-names"],
        "src/resolve/tests/imports.rs",
    ),
    row(
        "§1",
        "odd names of objects and types",
        &["names", "digits-in-front", "odd-words"],
        "src/syntax/parse/tests/tolerance.rs",
    ),
    row("§1", "odd names of modules", &["module-names"], "src/syntax/parse/tests/tolerance.rs"),
    row(
        "§1",
        "several modules in a file, other file names, a module in several files",
        &["several-modules"],
        "src/compile/tests.rs, src/source/fs_world/tests.rs, ../cli/tests/search.rs",
    ),
    row("§1", "labelled arcs, several arcs", &["arcs", "arc-labels"], "src/resolve/tests/oids.rs"),
    row("§1", "TRAP-TYPE, generic traps", &["traps"], "src/resolve/tests/oids.rs"),
    row("§1", "AUGMENTS, IMPLIED, bare types as index", &["indexes"], "src/resolve/tests/tables.rs"),
    row("§1", "every kind of DEFVAL", &["defaults", "default-limits"], "src/resolve/tests/defaults.rs"),
    row(
        "§1",
        "bounds in hex and binary, MIN and MAX, impossible ranges",
        &["ranges"],
        "src/resolve/tests/types.rs",
    ),
    row("§1", "odd labels of enumerations", &["labels"], "src/syntax/parse/tests/tolerance.rs"),
    row(
        "§1",
        "commas and semicolons too many or too few, broken comments",
        &["commas"],
        "src/syntax/parse/tests/{tolerance,recovery}.rs",
    ),
    row("§1", "types that no standard has, SIZE of a number", &["odd-types"], "src/resolve/tests/types.rs"),
    row(
        "§1",
        "DESCRIPTION empty or absent",
        &["descriptions"],
        "lint: empty-description, missing-description",
    ),
    row("§1", "a parent in upper case", &["upper-case-parent"], "src/resolve/tests/oids.rs"),
    row(
        "§1",
        "capabilities, macros, CHOICE, tags, EXPORTS",
        &["capabilities", "macros", "compliance-modules"],
        "src/resolve/tests/conformance.rs, src/syntax/parse/tests/well_formed.rs",
    ),
    row("§1", "names that Rust makes equal", &["equal-names"], "src/emit/rust/tests.rs"),
    row("§1", "keywords of Rust as names", &["keywords"], "src/emit/rust/tests.rs, ../tests/hostile.rs"),
    row(
        "§1",
        "duplicates, circles, what is not there",
        &["circles", "absent"],
        "src/resolve/tests/{hostile,imports,oids}.rs",
    ),
    row("§2", "DisplayString of RFC1213-MIB", &["display-string"], "src/resolve/tests/types.rs"),
    row("§2", "ranges beyond the parent's", &["beyond-parent"], "src/resolve/tests/types.rs"),
    row("§2", "adjacent pieces of a range", &["pieces"], "src/resolve/tests/types.rs"),
    row("§2", "kinds that modules see differently", &["kind-per-module"], "src/resolve/tests/tables.rs"),
    row("§2", "members that are not defined", &["undefined-names"], "src/resolve/tests/tables.rs"),
    row("§2", "two MODULE-IDENTITY", &["two-identities"], "src/resolve/tests/oids.rs"),
    row("§2", "one descriptor, two definitions", &["defined-twice"], "src/resolve/tests/oids.rs"),
    row("§2", "one parent, two modules", &["two-parents"], "src/resolve/tests/imports.rs"),
    // Beyond the catalogue.
    row("more", "UTF-16", &["utf-16"], "src/source/decode.rs"),
    row(
        "more",
        "RFCs as they are: prose, page breaks",
        &["rfc-pages", "page-remains"],
        "src/source/pages.rs",
    ),
    row(
        "more",
        "misspelt keywords and `::=`, semicolons in IMPORTS, module names with a digit in front",
        &["misspelt-keywords"],
        "src/syntax/respell.rs",
    ),
    row(
        "more",
        "broken values: name and OID kept, follow-ons counted",
        &["broken-definitions"],
        "src/syntax/parse/tests/recovery.rs",
    ),
    row(
        "more",
        "lists with an item that cannot be read",
        &["broken-lists"],
        "src/syntax/parse/lists.rs, src/syntax/parse/tests/recovery.rs",
    ),
    row(
        "more",
        "keywords of clauses and types with other capitals, types of RFC 1442",
        &["keywords-in-small-letters"],
        "src/syntax/respell.rs",
    ),
    row("more", "modules imported under old names", &["renamed-modules"], "src/resolve/renamed.rs"),
];

/// The table for readers.
pub(crate) fn table() -> String {
    let mut text = "# What is hard about MIB text, and its tests\n\n\
        Written by the suite from `rows.rs`. Cases are files of this folder; other tests are below `compiler/`.\n\n\
        | section | difficulty | cases | other tests |\n|---|---|---|---|\n"
        .to_owned();
    for row in ROWS {
        let cases: Vec<String> = row.cases.iter().map(|case| format!("[{case}]({case}.txt)")).collect();
        text.push_str(&format!(
            "| {} | {} | {} | {} |\n",
            row.section,
            row.about,
            cases.join(", "),
            row.elsewhere
        ));
    }
    text
}
