//! Which names the built-in modules define: what a module uses without a word of where it comes from is read as theirs.

use crate::model::Names;
use std::cmp::Ordering;
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
pub(super) fn is_standard(module: &str) -> bool {
    mibc_mibs::find(module).is_some() && !OF_VENDORS.iter().any(|vendor| module.starts_with(vendor))
}

/// The built-in modules that define a name; none for most names.
pub(super) fn homes(name: &str) -> impl Iterator<Item = &'static str> {
    find(name).unwrap_or_default().split_whitespace()
}

/// The built-in module that a name is read from when nobody says where it comes from: the only one that defines it in
/// that version of the SMI. The base modules are another matter (see [`super::builtin::well_known_home`]).
pub(crate) fn home(name: &str, smi_v2: bool) -> Option<&'static str> {
    let homes = || homes(name).filter(|home| !REPLACED.contains(home));
    if let Some(old) = homes().find(|home| *home == OF_V1)
        && (!smi_v2 || homes().count() == 1)
    {
        return Some(old);
    }
    let mut new = homes().filter(|home| *home != OF_V1);
    new.next().filter(|_| new.next().is_none())
}

/// What stands behind a name in its line.
fn find(name: &str) -> Option<&'static str> {
    if !Filter::get().may_have(name) {
        return None;
    }
    let (mut low, mut high) = (0, TEXT.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = TEXT.get(low..middle)?.rfind('\n').map_or(low, |at| low + at + 1);
        let end = TEXT.get(start..)?.find('\n').map_or(TEXT.len(), |at| start + at);
        let (found, homes) = TEXT.get(start..end)?.split_once(' ')?;
        match found.cmp(name) {
            Ordering::Equal => return Some(homes),
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start,
        }
    }
    None
}

/// A bit for each name, at a place that its hash says: nearly all names that are not there are told at once, as every
/// module asks for most of the names it uses.
struct Filter(Vec<u64>);

impl Filter {
    /// How many bits there are.
    const BITS: u32 = 1 << 16;

    fn get() -> &'static Filter {
        static FILTER: OnceLock<Filter> = OnceLock::new();
        FILTER.get_or_init(|| {
            let mut words = vec![0; Filter::BITS as usize / 64];
            for (name, _) in TEXT.lines().filter_map(|line| line.split_once(' ')) {
                let bit = Filter::bit(name);
                words[bit / 64] |= 1 << (bit % 64);
            }
            Filter(words)
        })
    }

    fn may_have(&self, name: &str) -> bool {
        let bit = Filter::bit(name);
        self.0[bit / 64] & (1 << (bit % 64)) != 0
    }

    fn bit(name: &str) -> usize {
        (Names::hash(name) % Filter::BITS) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::{TEXT, home, homes, is_standard};

    #[test]
    fn every_line_is_found() {
        let mut last = "";
        for line in TEXT.lines() {
            let (name, modules) = line.split_once(' ').expect("a name and modules");
            assert!(last < name, "{name} stands behind {last}");
            last = name;
            let found: Vec<&str> = homes(name).collect();
            assert_eq!(found, modules.split(' ').collect::<Vec<_>>());
            assert!(found.iter().all(|module| is_standard(module)), "{line}");
        }
        for other in ["", "A", "ifIndes", "ifIndexx", "zzzz", "IfEntry"] {
            assert_eq!(homes(other).count(), 0, "{other}");
        }
    }

    #[test]
    fn the_home_depends_on_the_version() {
        assert_eq!(home("ifIndex", true), Some("IF-MIB"));
        assert_eq!(home("ifIndex", false), Some("RFC1213-MIB"));
        assert_eq!(home("InetAddressType", false), Some("INET-ADDRESS-MIB"));
        assert_eq!(home("atTable", true), Some("RFC1213-MIB"));
        assert_eq!(home("OwnerString", true), None, "two modules define it, each in its own way");
        assert_eq!(home("nothing", true), None);
    }
}
