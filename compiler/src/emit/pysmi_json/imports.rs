//! `imports`: what a module imports, as pysmi lists it.
//!
//! pysmi rewrites imports from SMIv1 modules to the SMIv2 modules that took the definitions over, and adds the
//! symbols that its own output needs. Scripts look symbols up through this list, so it is reproduced.

use super::words::python_name;
use crate::model::{Model, ModuleId};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What pysmi imports into every module.
const ALWAYS: [(&str, &[&str]); 3] = [
    (
        "SNMPv2-SMI",
        &[
            "iso",
            "Bits",
            "Integer32",
            "TimeTicks",
            "MODULE-IDENTITY",
            "OBJECT-TYPE",
            "OBJECT-IDENTITY",
            "Unsigned32",
            "IpAddress",
            "MibIdentifier",
        ],
    ),
    ("SNMPv2-TC", &["DisplayString", "PhysAddress", "TEXTUAL-CONVENTION"]),
    ("SNMPv2-CONF", &["MODULE-COMPLIANCE", "NOTIFICATION-GROUP"]),
];

/// The imports of one module: symbols by the module they come from, both sorted.
pub(super) struct Imports {
    lists: BTreeMap<String, BTreeSet<String>>,
    /// The module of each symbol, by its name in Python; the last list that has it counts.
    modules: BTreeMap<String, String>,
    own: String,
}

impl Imports {
    pub(super) fn new(model: &Model, module: ModuleId) -> Imports {
        let mut lists: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for import in &model[module].imports {
            let (from, symbol) = (model.spelling(import.module), model.spelling(import.symbol));
            let (from, symbol) = modern(from, symbol).unwrap_or((from, symbol));
            lists.entry(from.to_owned()).or_default().insert(symbol.to_owned());
        }
        for (from, symbols) in ALWAYS {
            lists.entry(from.to_owned()).or_default().extend(symbols.iter().map(|&symbol| symbol.to_owned()));
        }
        let mut modules = BTreeMap::new();
        for (from, symbols) in &lists {
            modules.extend(symbols.iter().map(|symbol| (python_name(symbol), from.clone())));
        }
        Imports { lists, modules, own: model.spelling(model[module].name).to_owned() }
    }

    /// The module that a symbol comes from: the one it is imported from, else the module itself.
    pub(super) fn module_of(&self, symbol: &str) -> &str {
        self.modules.get(&python_name(symbol)).unwrap_or(&self.own)
    }

    /// The value of the key `imports`.
    pub(super) fn value(&self) -> Value {
        let mut map = Map::new();
        map.insert("class".to_owned(), Value::from("imports"));
        for (from, symbols) in &self.lists {
            map.insert(from.clone(), symbols.iter().cloned().collect::<Vec<_>>().into());
        }
        Value::Object(map)
    }
}

/// Where the SMIv2 modules have a symbol of an SMIv1 module (RFC 3584 §2.1.1), and what it is called there.
fn modern<'s>(module: &str, symbol: &'s str) -> Option<(&'static str, &'s str)> {
    match module {
        "RFC1065-SMI" | "RFC1155-SMI" => {
            let name = match symbol {
                "NetworkAddress" => "IpAddress",
                "Counter" => "Counter32",
                "Gauge" => "Gauge32",
                "internet" | "directory" | "mgmt" | "experimental" | "private" | "enterprises"
                | "OBJECT-TYPE" | "ObjectName" | "ObjectSyntax" | "SimpleSyntax" | "ApplicationSyntax"
                | "IpAddress" | "TimeTicks" | "Opaque" => symbol,
                _ => return None,
            };
            Some(("SNMPv2-SMI", name))
        }
        "RFC-1212" => (symbol == "OBJECT-TYPE").then_some(("SNMPv2-SMI", symbol)),
        "RFC-1215" => (symbol == "TRAP-TYPE").then_some(("SNMPv2-SMI", symbol)),
        "RFC1213-MIB" if symbol == "PhysAddress" => Some(("SNMPv2-TC", symbol)),
        "RFC1213-MIB" => mib_2(symbol),
        "RFC1158-MIB" => match symbol {
            "nullSpecific" => Some(("SNMPv2-SMI", "zeroDotZero")),
            "ipRoutingTable" => Some(("RFC1213-MIB", "ipRouteTable")),
            "snmpEnableAuthTraps" => Some(("SNMPv2-MIB", "snmpEnableAuthenTraps")),
            _ if symbol.starts_with("ipRoute") => Some(("RFC1213-MIB", symbol)),
            _ if symbol.starts_with("egp") && symbol != "egp" => Some(("RFC1213-MIB", symbol)),
            _ => mib_2(symbol),
        },
        _ => None,
    }
}

/// The module that took a part of MIB-II over.
fn mib_2(symbol: &str) -> Option<(&'static str, &str)> {
    let starts = |prefix: &str| symbol.starts_with(prefix);
    let module = match symbol {
        "mib-2" | "transmission" => "SNMPv2-SMI",
        "DisplayString" => "SNMPv2-TC",
        "interfaces" => "IF-MIB",
        _ if starts("ipRout") => return None,
        _ if starts("sys") || starts("snmp") => "SNMPv2-MIB",
        _ if starts("if") => "IF-MIB",
        _ if starts("ip") || starts("icmp") => "IP-MIB",
        _ if starts("tcp") => "TCP-MIB",
        _ if starts("udp") => "UDP-MIB",
        _ => return None,
    };
    Some((module, symbol))
}

#[cfg(test)]
mod tests {
    use super::modern;

    #[test]
    fn smiv1_imports_are_rewritten() {
        assert_eq!(modern("RFC1155-SMI", "Gauge"), Some(("SNMPv2-SMI", "Gauge32")));
        assert_eq!(modern("RFC1213-MIB", "ifIndex"), Some(("IF-MIB", "ifIndex")));
        assert_eq!(modern("RFC1213-MIB", "ipRouteTable"), None);
        assert_eq!(modern("RFC1213-MIB", "atTable"), None);
        assert_eq!(modern("RFC1158-MIB", "ipRoutingTable"), Some(("RFC1213-MIB", "ipRouteTable")));
        assert_eq!(modern("RFC1158-MIB", "egpInMsgs"), Some(("RFC1213-MIB", "egpInMsgs")));
        assert_eq!(modern("IF-MIB", "ifIndex"), None);
    }
}
