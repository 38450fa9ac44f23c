//! The same series as Debian's prometheus-snmp-exporter, on the same agent.
//!
//! Written differences, all of them:
//!
//! - `snmp_scrape_*` have the label `module`, as in snmp_exporter from 0.24 on; Debian's 0.21 has none.
//! - `snmp_scrape_complete` and `snmp_scrape_duplicates_dropped` are ours.
//! - The order of samples and labels, and how numbers are written (`1e+06` for `1000000`).

use crate::place::{exporter, get};
use mibc_compiler::compile::compile;
use mibc_compiler::emit::collectors::{Request, select};
use mibc_compiler::emit::snmp_exporter::{Enums, Options, snmp_exporter};
use mibc_compiler::world::FsWorld;
use mibc_test_support::netsnmp::{SNMPD, Snmpd, installed};
use mibc_test_support::program::PATIENCE;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) const PROGRAM: &str = "prometheus-snmp-exporter";

/// What an agent on this machine has that does not change from one scrape to the next.
const SELECTED: [&str; 21] = [
    "IF-MIB::ifTable",
    "IF-MIB::ifXTable",
    "IF-MIB::ifNumber",
    "SNMPv2-MIB::system",
    "SNMPv2-MIB::snmp",
    "IP-MIB::ipAddressTable",
    "IP-MIB::ipAddrTable",
    "IP-MIB::ipSystemStatsTable",
    "IP-MIB::ipIfStatsTable",
    "IP-MIB::ipv6InterfaceTable",
    "IP-MIB::ipForwarding",
    "IP-MIB::icmpMsgStatsTable",
    "HOST-RESOURCES-MIB::hrSystemUptime",
    "HOST-RESOURCES-MIB::hrSystemInitialLoadDevice",
    "HOST-RESOURCES-MIB::hrSystemNumUsers",
    "HOST-RESOURCES-MIB::hrStorageTable",
    "HOST-RESOURCES-MIB::hrFSTable",
    "HOST-RESOURCES-MIB::hrNetworkTable",
    "HOST-RESOURCES-MIB::hrMemorySize",
    "SNMP-FRAMEWORK-MIB::snmpEngine",
    "SNMP-VIEW-BASED-ACM-MIB::vacmAccessTable",
];

const MIBS: [&str; 6] =
    ["IF-MIB", "SNMPv2-MIB", "IP-MIB", "HOST-RESOURCES-MIB", "SNMP-FRAMEWORK-MIB", "SNMP-VIEW-BASED-ACM-MIB"];

/// A module as it is below its name in both forms of the file.
fn module(enums: Enums, lookups: &[&str], drop: bool) -> String {
    let compilation = compile(&FsWorld::new(), &MIBS);
    let request = Request {
        tables: Vec::new(),
        walks: SELECTED.map(str::to_owned).to_vec(),
        lookups: lookups.iter().map(|name| (*name).to_owned()).collect(),
    };
    let selection = select(&compilation.model, &compilation.requested, &request).expect("a selection");
    let options = Options { auths: false, enums, drop_source_indexes: drop, ..Options::default() };
    let text = snmp_exporter(&compilation.model, &selection, &options).expect("a module").text;
    let (_, module) = text.split_once("  mibc:\n").expect("a module");
    module.to_owned()
}

/// Texts that numbers are taken out of, and an enumeration in an index.
const FURTHER: &str = "    walk: [1.3.6.1.2.1.1.1, 1.3.6.1.2.1.2.2.1.2]
    metrics:
    - name: version
      oid: 1.3.6.1.2.1.1.1
      type: DisplayString
      help: The kernel
      regex_extracts:
        Major: [{regex: '.* (\\d+)\\.\\d+.*', value: '$1'}, {regex: '.*', value: '0'}]
        Letters: [{regex: '([a-z]+)', value: '$1'}]
    - name: ifDescr
      oid: 1.3.6.1.2.1.2.2.1.2
      type: DisplayString
      help: The name
      indexes: [{labelname: ifIndex, type: EnumAsInfo, enum_values: {1: first}}]
    - name: length
      oid: 1.3.6.1.2.1.2.2.1.8
      type: gauge
      help: None
";

pub(crate) struct Theirs {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Drop for Theirs {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Debian's exporter with a configuration.
pub(crate) async fn theirs(configuration: &str) -> Theirs {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("snmp.yml");
    std::fs::write(&file, configuration).expect("a file");
    for _ in 0..5 {
        let free =
            TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("loopback");
        let child = Command::new(PROGRAM)
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--web.listen-address={free}"))
            .arg("--log.level=error")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("it starts");
        let mut theirs = Theirs { child, address: free };
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if tokio::net::TcpStream::connect(free).await.is_ok() {
                return theirs;
            }
            if !matches!(theirs.child.try_wait(), Ok(None)) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    panic!("{PROGRAM} did not start in five tries");
}

/// Name and labels of each sample, the latter in order, and its value; and the type of each name.
pub(crate) fn series(text: &str) -> (BTreeMap<String, f64>, BTreeMap<String, String>) {
    let (mut series, mut types) = (BTreeMap::new(), BTreeMap::new());
    for line in text.lines() {
        if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').expect("a type");
            types.insert(name.to_owned(), kind.to_owned());
        } else if !line.starts_with('#') {
            let (labelled, value) = line.rsplit_once(' ').expect("a sample");
            let (name, labels) = labelled.split_once('{').unwrap_or((labelled, "}"));
            let mut labels: Vec<String> = split(labels.strip_suffix('}').expect("labels"));
            labels.sort();
            let value = value.parse().expect("a number");
            let before = series.insert(format!("{name}{{{}}}", labels.join(",")), value);
            assert!(before.is_none(), "twice: {line}");
        }
    }
    (series, types)
}

/// Labels, which are between commas that are not in quotes.
fn split(labels: &str) -> Vec<String> {
    let (mut found, mut current, mut quoted, mut escaped) = (Vec::new(), String::new(), false, false);
    for letter in labels.chars() {
        match letter {
            ',' if !quoted => found.push(std::mem::take(&mut current)),
            letter => {
                quoted ^= letter == '"' && !escaped;
                escaped = letter == '\\' && !escaped;
                current.push(letter);
            }
        }
    }
    if !current.is_empty() {
        found.push(current);
    }
    found
}

/// Ours without what the list of differences has.
pub(crate) fn comparable(series: BTreeSet<String>) -> BTreeSet<String> {
    let ours = ["snmp_scrape_complete{", "snmp_scrape_duplicates_dropped{"];
    series
        .into_iter()
        .filter(|series| !ours.iter().any(|name| series.starts_with(name)))
        .map(|series| match series.split_once('{') {
            Some((name, _)) if name.starts_with("snmp_scrape_") => format!("{name}{{}}"),
            _ => series,
        })
        .collect()
}

/// Modules as files from 0.23 on have them, and as those before. The auth is that of the new form.
pub(crate) fn both_forms(auth: &str, modules: &[(&str, &str)]) -> (String, String) {
    let (mut new, mut old) = (format!("auths:\n  public_v2: {auth}\nmodules:\n"), String::new());
    let parts: Vec<&str> = auth.trim_matches(['{', '}']).split(", ").collect();
    let (version, others): (Vec<&str>, Vec<&str>) =
        parts.into_iter().partition(|part| part.starts_with("version: "));
    let [version] = version[..] else { panic!("`{auth}` has one version") };
    for (name, module) in modules {
        new += &format!("  {name}:\n{module}");
        old += &format!("{name}:\n  {version}\n  auth: {{{}}}\n", others.join(", "));
        old.extend(module.lines().map(|line| format!("{}\n", line.strip_prefix("  ").unwrap_or(line))));
    }
    (new, old)
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_series() {
    if !installed(SNMPD) || !installed(PROGRAM) {
        return;
    }
    let modules = [
        ("gauges", module(Enums::Gauge, &[], false)),
        ("states", module(Enums::StateSet, &["IF-MIB::ifName", "HOST-RESOURCES-MIB::hrStorageDescr"], false)),
        ("infos", module(Enums::Info, &["IF-MIB::ifDescr"], true)),
        ("further", FURTHER.to_owned()),
    ];
    let forms: Vec<(&str, &str)> = modules.iter().map(|(name, module)| (*name, module.as_str())).collect();
    let (new, old) = both_forms("{version: 2, community: public}", &forms);
    let agent = Snmpd::start("rocommunity public\nsysContact someone\nsysLocation \"a \\\\ place\"\n");
    let place = exporter(&new, |_| {}).await;
    let theirs = theirs(&old).await;
    for (name, _) in &modules {
        let path = format!("/snmp?target={}&module={name}", agent.address());
        let ours = get(place.address, &path).await;
        let expected = get(theirs.address, &path).await;
        assert_eq!((ours.status, expected.status), (200, 200), "{}{}", ours.body, expected.body);
        let (found, types) = series(&ours.body);
        let (expected, their_types) = series(&expected.body);
        let found = comparable(found.into_keys().collect());
        let expected: BTreeSet<String> = expected.into_keys().collect();
        let missing: Vec<_> = expected.difference(&found).collect();
        let more: Vec<_> = found.difference(&expected).collect();
        assert!(missing.is_empty() && more.is_empty(), "{name}\nmissing: {missing:#?}\nmore: {more:#?}");
        assert!(*name == "further" || expected.len() > 100, "{name}: {}", expected.len());
        for (metric, kind) in &their_types {
            assert_eq!(types.get(metric), Some(kind), "{name} {metric}");
        }
    }
}
