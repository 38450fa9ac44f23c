//! The import of snmpd.conf.

use mibc_admin::config::{Config, StandardNames};
use mibc_admin::snmpd::{Import, MemFiles};
use std::path::Path;

/// Files of any octets, separated by lines of `===`: the first one may include the others as `1`, `2` and so on. What
/// is written is TOML with keys and types that the configuration has, and it is written anew the same.
pub fn snmpd_conf(data: &[u8]) {
    let mut files = MemFiles::default();
    let mut number = 0_usize;
    let mut text: Vec<&[u8]> = Vec::new();
    for line in data.split_inclusive(|octet| *octet == b'\n') {
        if line == b"===\n" {
            files.0.insert(format!("/conf/{number}").into(), text.concat());
            text.clear();
            number += 1;
        } else {
            text.push(line);
        }
    }
    files.0.insert(format!("/conf/{number}").into(), text.concat());
    let import = Import::read(&["/conf/0"], &files, &StandardNames);
    if let Err(problems) = Config::parse(import.toml(), Path::new("/"), &StandardNames) {
        let told = problems.to_string();
        for form in ["unknown key", "missing key", "invalid type", "duplicate key"] {
            assert!(!told.contains(form), "{told}\n{}", import.toml());
        }
    }
    let again = Import::read(&["/conf/0"], &files, &StandardNames);
    assert_eq!(import.toml(), again.toml());
    for left in import.left_out() {
        assert!(!left.reason.is_empty());
    }
}
