//! Checks of the embedded texts that need no compiler.

use super::{MODULES, find, modules};

/// The tokens of `text` up to the end of its IMPORTS clause, without
/// comments and with `,` and `;` as tokens of their own.
fn imports(text: &str) -> Vec<String> {
    let code: String =
        text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let Some((_, after)) = code.split_once(" IMPORTS ") else {
        return Vec::new();
    };
    let Some((clause, _)) = after.split_once(';') else {
        return Vec::new();
    };
    clause.replace(',', " , ").split_whitespace().map(str::to_owned).collect()
}

#[test]
fn sorted_without_duplicates() {
    for pair in MODULES.windows(2) {
        assert!(pair[0].name < pair[1].name, "{} is out of order", pair[1].name);
    }
    assert_eq!(MODULES.len(), modules().len());
}

#[test]
fn find_knows_every_module_and_no_other() {
    for module in MODULES {
        assert_eq!(find(module.name).map(|found| found.name), Some(module.name));
    }
    for absent in ["", "IF-MI", "IF-MIBS", "if-mib", "ZZZ-MIB"] {
        assert!(find(absent).is_none(), "{absent:?}");
    }
}

#[test]
fn text_holds_the_module_it_is_named_after() {
    for module in MODULES {
        let start = format!("{} DEFINITIONS ::= BEGIN\n", module.name);
        assert!(module.text().starts_with(&start), "{}", module.name);
        assert!(module.text().ends_with("\nEND\n"), "{}", module.name);
        assert_eq!(module.text().matches(" DEFINITIONS ::= BEGIN").count(), 1);
    }
}

/// The texts are those of the files, whether they were compressed or not.
#[test]
fn texts_are_those_of_the_files() {
    for module in MODULES {
        let path = format!("{}/text/{}.mib", env!("CARGO_MANIFEST_DIR"), module.name);
        let file = std::fs::read_to_string(&path).expect("the file of a module");
        assert!(module.text() == file, "{}", module.name);
        assert_eq!(module.size(), file.len(), "{}", module.name);
    }
}

#[test]
fn text_is_plain() {
    for module in MODULES {
        assert!(module.text().is_ascii(), "{}", module.name);
        for (number, line) in module.text().lines().enumerate() {
            let at = format!("{}:{}: {line}", module.name, number + 1);
            assert!(line.len() <= 76, "too long: {at}");
            assert_eq!(line, line.trim_end(), "space at the end: {at}");
            assert!(!line.contains('\t'), "tab: {at}");
        }
        let quotes = module.text().matches('"').count();
        assert_eq!(quotes % 2, 0, "odd number of quotes in {}", module.name);
    }
}

#[test]
fn every_imported_module_is_present() {
    let mut seen = 0;
    for module in MODULES {
        let tokens = imports(module.text());
        for pair in tokens.windows(2) {
            if pair[0] == "FROM" {
                let found = find(&pair[1]);
                assert!(found.is_some(), "{} imports {}", module.name, pair[1]);
                seen += 1;
            }
        }
    }
    assert!(seen > MODULES.len() / 2, "only {seen} imports were seen");
}

#[test]
fn every_imported_symbol_is_defined_where_it_comes_from() {
    for module in MODULES {
        let mut symbols: Vec<String> = Vec::new();
        let mut tokens = imports(module.text()).into_iter();
        while let Some(token) = tokens.next() {
            match token.as_str() {
                "," => {}
                "FROM" => {
                    let source = tokens.next().and_then(|name| find(&name));
                    let source = source.expect("the module after FROM is present");
                    for symbol in symbols.drain(..) {
                        let defined = source.text().lines().any(|line| {
                            line.strip_prefix(symbol.as_str()).is_some_and(|rest| rest.starts_with(' '))
                        });
                        assert!(
                            defined,
                            "{} imports {symbol}, which {} does not define",
                            module.name, source.name
                        );
                    }
                }
                _ => symbols.push(token),
            }
        }
    }
}
