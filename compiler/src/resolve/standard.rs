//! Which names the built-in modules define: what a module uses without a word of where it comes from is read as theirs.

use crate::model::Names;
use std::sync::OnceLock;

/// A line for each name, sorted: the name, then the modules that define it, the one to import it from first. Written
/// by `cargo run -p mibc-compiler --example generate`.
const TEXT: &str = include_str!("standard.txt");

/// The module of SMIv1 that SMIv2 has taken apart.
const OF_V1: &str = "RFC1213-MIB";

/// Modules that others have replaced: what these define is read as the others'.
const REPLACED: &[&str] = &["RFC1065-SMI", "RFC1158-MIB", "RFC1271-MIB", "TOKEN-RING-RMON-MIB"];

/// How the names of those built-in modules begin that are a vendor's.
const OF_VENDORS: &[&str] = &["LM-SENSORS-", "NET-SNMP-", "UCD-"];

/// Whether a module is one of the standard modules that the program carries, by its name.
pub(crate) fn is_standard(module: &str) -> bool {
    mibc_mibs::find(module).is_some() && !OF_VENDORS.iter().any(|vendor| module.starts_with(vendor))
}

/// The built-in modules that define a name; none for most names.
pub(super) fn definers(name: &str) -> impl Iterator<Item = &'static str> {
    find(name).into_iter().flat_map(|definers| definers.split(' '))
}

/// The built-in module that a name is read from when nobody says where it comes from: the only one that defines it in
/// that version of the SMI. The base modules are another matter (see [`super::builtin::well_known_module`]).
pub(crate) fn definer(name: &str, smi_v2: bool) -> Option<&'static str> {
    let all = find(name)?;
    let definers = || all.split(' ').filter(|definer| !REPLACED.contains(definer));
    if let Some(old) = definers().find(|definer| *definer == OF_V1)
        && (!smi_v2 || definers().count() == 1)
    {
        return Some(old);
    }
    let mut new = definers().filter(|definer| *definer != OF_V1);
    new.next().filter(|_| new.next().is_none())
}

/// Whether a built-in module defines a name.
pub(crate) fn defines(name: &str) -> bool {
    find(name).is_some()
}

/// What follows a name in its line.
fn find(name: &str) -> Option<&'static str> {
    Table::get().find(name)
}

/// Where the line of each name is. Every module asks for most of the names it uses, and nearly none is there.
struct Table {
    /// At a place that the hash of the name says, or behind it: the hash, and where the line begins; past the end of the
    /// text if there is none.
    places: Vec<(u32, u32)>,
}

impl Table {
    /// How many places there are: a few times as many as names.
    const PLACES: usize = 1 << 14;

    fn get() -> &'static Table {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| {
            let mut places = vec![(0, u32::MAX); Table::PLACES];
            let mut start = 0;
            for end in memchr::memchr_iter(b'\n', TEXT.as_bytes()) {
                let name = TEXT.get(start..end).and_then(|line| line.split(' ').next()).unwrap_or_default();
                let hash = Names::hash(name);
                let mut at = hash as usize % Table::PLACES;
                while places[at].1 != u32::MAX {
                    at = (at + 1) % Table::PLACES;
                }
                places[at] = (hash, start as u32);
                start = end + 1;
            }
            Table { places }
        })
    }

    fn find(&self, name: &str) -> Option<&'static str> {
        let hash = Names::hash(name);
        let mut at = hash as usize % Table::PLACES;
        loop {
            let (found, start) = self.places[at];
            let line = TEXT.get(start as usize..)?;
            if found == hash
                && let Some(rest) = line.strip_prefix(name).and_then(|rest| rest.strip_prefix(' '))
            {
                return rest.get(..memchr::memchr(b'\n', rest.as_bytes())?);
            }
            at = (at + 1) % Table::PLACES;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{TEXT, definer, definers, is_standard};

    #[test]
    fn every_line_is_found() {
        let mut last = "";
        assert!(TEXT.lines().count() < super::Table::PLACES / 2);
        for line in TEXT.lines() {
            let (name, modules) = line.split_once(' ').expect("a name and modules");
            assert!(last < name, "{name} stands behind {last}");
            last = name;
            let found: Vec<&str> = definers(name).collect();
            assert_eq!(found, modules.split(' ').collect::<Vec<_>>());
            assert!(found.iter().all(|module| is_standard(module)), "{line}");
        }
        for other in ["", "A", "ifIndes", "ifIndexx", "zzzz", "IfEntry"] {
            assert_eq!(definers(other).count(), 0, "{other}");
        }
    }

    #[test]
    fn what_is_well_known_is_listed() {
        for name in super::super::builtin::TYPES
            .iter()
            .filter(|name| super::super::builtin::asn1_type(name).is_none())
        {
            assert!(definers(name).next().is_some(), "{name}");
        }
        for name in
            ["enterprises", "mib-2", "internet", "zeroDotZero", "NetworkAddress", "TAddress", "Counter"]
        {
            assert!(super::defines(name), "{name}");
        }
    }

    #[test]
    fn the_definer_depends_on_the_version() {
        assert_eq!(definer("ifIndex", true), Some("IF-MIB"));
        assert_eq!(definer("ifIndex", false), Some("RFC1213-MIB"));
        assert_eq!(definer("InetAddressType", false), Some("INET-ADDRESS-MIB"));
        assert_eq!(definer("atTable", true), Some("RFC1213-MIB"));
        assert_eq!(definer("OwnerString", true), None, "two modules define it, each in its own way");
        assert_eq!(definer("nothing", true), None);
    }
}
