//! Configurations, good and bad.

use super::*;
use std::fs;

const GOOD: &str = "
include = [\"mibs\"]
snmp-yml = [\"snmp.yml\"]

[auth.public]
community = \"hidden\"

[profile.fast]
modules = [\"uptime\"]
interval = \"10s\"
request-timeout = \"500ms\"
retries = 0

[profile.slow]
modules = [\"uptime\"]
interval = 300
label-ttl = \"1h\"

[[device]]
name = \"one\"
address = \"192.0.2.1\"
profile = [\"fast\", \"slow\"]
labels = { site = \"x\" }

[[device]]
address = \"192.0.2.2:1161\"
profile = \"fast\"
auth = \"public\"

[[file-sd]]
files = [\"devices/*.json\"]
profile = \"slow\"

[[http-sd]]
url = \"http://127.0.0.1:1/devices\"
interval = \"5m\"
profile = \"fast\"

[[output]]
type = \"remote-write\"
url = \"https://prometheus.example.net/api/v1/write\"
token-file = \"/run/token\"
labels = { job = \"snmp\" }
[output.queue]
results = 5
overflow = \"block\"

[[output]]
type = \"json-lines\"
path = \"-\"
";

const MODULES: &str = "modules:
  uptime:
    get: [1.3.6.1.2.1.1.3.0]
    metrics:
      - {name: sysUpTime, oid: 1.3.6.1.2.1.1.3, type: gauge, help: h}
";

fn load(text: &str) -> Result<Fleet, Vec<FileError>> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("devices")).expect("a folder");
    fs::create_dir_all(folder.path().join("mibs")).expect("a folder");
    fs::write(folder.path().join("snmp.yml"), MODULES).expect("a file");
    let list = r#"[{"targets": ["192.0.2.3"], "labels": {"__name": "three", "site": "y", "__meta": "m"}},
                   {"targets": ["192.0.2.4", "192.0.2.5"], "labels": {"__profile": "fast,slow", "__auth": "public"}},
                   {"targets": ["192.0.2.6"], "labels": {"__profile": "none"}}]"#;
    fs::write(folder.path().join("devices/a.json"), list).expect("a file");
    let file = folder.path().join("fleet.toml");
    fs::write(&file, text).expect("a file");
    let fleet = Fleet::load(&file);
    // Lists are read while the folder is there.
    if let Ok(fleet) = &fleet
        && let Some(discovery) = fleet.discoveries.first()
        && let Place::Files(patterns) = &discovery.place
    {
        let (groups, problems) = crate::poll::discovery::read(patterns);
        assert!(problems.is_empty(), "{problems:?}");
        let (devices, problems) = fleet.listed(discovery, &groups);
        let shown: Vec<String> = devices
            .iter()
            .map(|device| {
                let profiles: Vec<&str> = device.profiles.iter().map(|profile| &*profile.name).collect();
                format!("{} {} {profiles:?} {:?}", device.name, device.address, device.labels)
            })
            .collect();
        assert_eq!(
            shown,
            [
                "three 192.0.2.3 [\"slow\"] [(\"site\", \"y\")]",
                "192.0.2.4 192.0.2.4 [\"fast\", \"slow\"] []",
                "192.0.2.5 192.0.2.5 [\"fast\", \"slow\"] []"
            ]
        );
        assert_eq!(problems, ["192.0.2.6: `none` is not the name of a profile"]);
    }
    fleet
}

#[test]
fn a_good_file() {
    let fleet = load(GOOD).expect("good");
    let names: Vec<&str> = fleet.devices.iter().map(|device| &*device.name).collect();
    assert_eq!(names, ["one", "192.0.2.2:1161"]);
    let one = &fleet.devices[0];
    assert_eq!((one.profiles.len(), &*one.credentials.name), (2, "public"));
    assert_eq!(one.labels.len(), 1);
    let fast = &fleet.profiles["fast"];
    assert_eq!((fast.interval, fast.timeout), (Duration::from_secs(10), Duration::from_secs(5)));
    let asking = fast.parts[0].asking;
    assert_eq!((asking.timeout, asking.retries), (Duration::from_millis(500), 0));
    let slow = &fleet.profiles["slow"];
    assert_eq!((slow.interval, slow.timeout), (Duration::from_secs(300), Duration::from_secs(30)));
    assert_eq!(slow.parts[0].asking, slow.parts[0].module.asking);
    assert_eq!(fleet.discoveries[1].interval, Duration::from_secs(300));
    assert_eq!(fleet.outputs.len(), 2);
    assert!(!format!("{fleet:?}").contains("hidden"), "secrets are not shown");
}

/// What the first profile asks for, and how often.
const FAST: &str = "modules = [\"uptime\"]\ninterval = \"10s\"";

/// Where an output goes.
const URL: &str = "url = \"https://prometheus.example.net/api/v1/write\"";

/// Each mistake: what is changed, the line, and what is said.
#[test]
fn mistakes_have_places() {
    for (from, to, line, said) in [
        ("interval = \"10s\"", "interval = \"10 parsecs\"", 10, "expected a time of at most a day"),
        ("interval = \"10s\"", "interval = \"10ms\"", 10, "expected at least 100ms"),
        (
            "interval = \"10s\"",
            "interval = \"10s\"\ntimeout = \"11s\"",
            11,
            "at most the interval, which is 10s",
        ),
        ("[profile.fast]", "[profile.\"a/b\"]", 8, "expected letters, digits and `_-.`"),
        (FAST, "modules = [\"uptme\"]\ninterval = \"10s\"", 9, "expected one of `uptime`"),
        (FAST, "modules = []\ninterval = \"10s\"", 9, "expected at least one"),
        (
            "profile = [\"fast\", \"slow\"]",
            "profile = \"quick\"",
            22,
            "`quick` is not the name of a profile; expected one of `fast`, `slow`",
        ),
        ("profile = [\"fast\", \"slow\"]\n", "", 21, "`profile` is missing; expected one of `fast`, `slow`"),
        (
            "auth = \"public\"",
            "auth = \"pubic\"",
            28,
            "`pubic` is not the name of an auth; expected one of `public`",
        ),
        (
            "address = \"192.0.2.2:1161\"",
            "address = \"192.0.2.2:1161\"\nname = \"one\"",
            27,
            "the device `one` is in line 20 already",
        ),
        ("address = \"192.0.2.1\"", "address = \"\"", 21, "expected a host"),
        (
            "address = \"192.0.2.1\"",
            "address = \"192.0.2.1:70000\"",
            21,
            "expected host, host:port or [ipv6]:port",
        ),
        ("address = \"192.0.2.1\"", "address = \"192.0.2.256\"", 21, "four numbers from 0 to 255"),
        ("address = \"192.0.2.1\"", "address = \"192.0.2.1:0\"", 21, "the port is 0"),
        (
            "profile = [\"fast\", \"slow\"]",
            "profile = 5",
            22,
            "integer `5`, expected a name or a list of names",
        ),
        (
            "[profile.fast]",
            "[limits]\nin-flight = 0\n[profile.fast]",
            9,
            "expected a whole number of at least 1",
        ),
        (
            "[profile.fast]",
            "[profile]\ninterval = \"5s\"\n[profile.fast]",
            9,
            "in a table with a name, such as [profile.NAME]",
        ),
        (
            "[auth.public]",
            "outputs = 3\n[auth.public]",
            5,
            "`outputs` is not a key of this file; expected one of",
        ),
        ("[[file-sd]]", "[file-sd]", 30, "expected [[file-sd]], once for each"),
        ("token-file = \"/run/token\"", "username = \"u\"", 40, "`username` needs `password-file`"),
        ("token-file = \"/run/token\"", "authorities = \"none.pem\"", 41, "none.pem"),
        ("snmp-yml = [\"snmp.yml\"]", "snmp-yml = \"snmp.yml\"", 3, "expected a list"),
        ("address = \"192.0.2.1\"", "adress = \"192.0.2.1\"", 21, "unknown field `adress`"),
        ("address = \"192.0.2.1\"\n", "", 19, "`address` is missing"),
        ("retries = 0", "retries = -1", 12, "a whole number from 0 to"),
        ("path = \"-\"", "path = \"-\"\ntimeout = \"5s\"", 49, "`timeout` is for requests to a `url`"),
        (
            "path = \"-\"",
            "path = \"-\"\nname = \"remote-write\"",
            49,
            "the output of line 40 is `remote-write`, too",
        ),
        (
            "url = \"http://127.0.0.1:1/devices\"",
            "url = \"http://127.0.0.1:1/devices\"\noctets = 0",
            36,
            "at least 1",
        ),
        ("name = \"one\"", "name = \"one\\n\"", 20, "without control characters"),
        ("labels = { site = \"x\" }", "labels = { \"a b\" = \"x\" }", 23, "cannot be the name of a label"),
        ("labels = { site = \"x\" }", "label = { site = \"x\" }", 23, "unknown field `label`"),
        ("url = \"http://127", "url = \"ftp://127", 35, "the scheme ftp is not known; expected http://"),
        ("type = \"remote-write\"", "type = \"remote-right\"", 40, "unknown variant `remote-right`"),
        ("url = \"https://prom", "url = \"prom", 41, "begins with http:// or https://"),
        (URL, "", 40, "`url` is missing"),
        ("path = \"-\"", "", 49, "`path` or `url` is missing"),
        (URL, "path = \"x\"", 41, "expected `url`, found `path`"),
        ("community = \"hidden\"", "community = \"hidden\"\nversion = 7", 5, "expected 1, 2 or 3"),
        ("snmp-yml = [\"snmp.yml\"]", "snmp-yml = [\"none.yml\"]", 0, "none.yml: the file cannot be read"),
        (
            "[auth.public]",
            "[module.uptime]\nmibs = [\"SNMPv2-MIB\"]\n[auth.public]",
            5,
            "the module `uptime` is in a file of `snmp-yml` too",
        ),
        ("[auth.public]", "[auth.public", 5, ""),
    ] {
        assert_eq!(GOOD.matches(from).count(), 1, "{from}");
        let problems = load(&GOOD.replace(from, to)).expect_err(to);
        let first = problems[0].to_string();
        assert!(first.contains(said), "{to}: {first}");
        if line > 0 {
            assert_eq!(problems[0].place.map(|place| place.0), Some(line), "{to}: {first}");
            assert!(first.contains("fleet.toml:"), "{first}");
        }
    }
}

/// A mistake in one piece hides none in others, and is not told again where something refers to it.
#[test]
fn mistakes_hide_no_others() {
    let text = GOOD
        .replace("interval = 300", "interval = \"soon\"")
        .replace("community = \"hidden\"", "comunity = \"hidden\"")
        .replace("address = \"192.0.2.2:1161\"", "adress = \"192.0.2.2:1161\"")
        .replace("interval = \"5m\"", "interval = 0")
        .replace("overflow = \"block\"", "overflow = \"wait\"");
    let problems = load(&text).expect_err("mistakes");
    let lines: Vec<Option<usize>> =
        problems.iter().map(|problem| problem.place.map(|place| place.0)).collect();
    assert_eq!(lines, [6, 16, 26, 36, 46].map(Some), "{problems:#?}");
    // What a file of snmp_exporter may have is not missed when that cannot be read.
    let problems =
        load(&GOOD.replace("snmp-yml = [\"snmp.yml\"]", "snmp-yml = [\"none.yml\"]")).expect_err("no file");
    assert_eq!(problems.len(), 1, "{problems:#?}");
}

/// All mistakes are told at once, up to a limit.
#[test]
fn many_mistakes() {
    let device = |number: usize| {
        format!("[[device]]\nname = \"d{number}\"\naddress = \"192.0.2.1\"\nprofile = \"x\"\n")
    };
    let text = GOOD.to_owned() + &(0..30).map(device).collect::<String>();
    let problems = load(&text).expect_err("mistakes");
    assert_eq!(problems.len(), MOST_TOLD + 1);
    assert!(problems[MOST_TOLD].to_string().ends_with("there are 10 more mistakes"), "{problems:?}");
}

/// The mistakes of an output, behind the one line of its table.
fn output_mistakes(text: &str) -> Vec<(Option<usize>, String)> {
    let begin = GOOD.find("[[output]]").expect("an output");
    let first = GOOD[..begin].lines().count();
    let problems = load(&format!("{}[[output]]\n{text}\n", &GOOD[..begin])).err().unwrap_or_default();
    let place = |problem: &FileError| problem.place.map(|place| place.0 - first - 1);
    problems.iter().map(|problem| (place(problem), problem.to_string())).collect()
}

#[cfg(not(feature = "kafka"))]
#[test]
fn without_kafka() {
    let mistakes = output_mistakes("type = \"kafka\"\nbrokers = [\"kafka1\"]\ntopic = \"t\"");
    assert!(mistakes[0].1.contains("expected the package mibc-full"), "{mistakes:?}");
}

#[cfg(not(feature = "parquet"))]
#[test]
fn without_parquet() {
    let mistakes = output_mistakes("type = \"parquet\"\npath = \"p\"");
    assert!(mistakes[0].1.contains("the feature `parquet`"), "{mistakes:?}");
}

/// Each mistake of an output to Kafka: the line, and what is said.
#[cfg(feature = "kafka")]
#[test]
fn mistakes_of_kafka() {
    let good = "type = \"kafka\"\nbrokers = [\"kafka1:9092\"]\ntopic = \"results\"\n";
    assert_eq!(output_mistakes(good), []);
    let secret = "username = \"mibc\"\npassword-env = \"X\"\nmechanism = \"scram-sha-512\"\ntls = true\ncompression = \"none\"";
    assert_eq!(output_mistakes(&format!("{good}{secret}")), []);
    for (text, line, said) in [
        ("type = \"kafka\"\ntopic = \"t\"", 1, "`brokers` is missing"),
        ("type = \"kafka\"\ntopic = \"t\"\nbrokers = []", 3, "expected at least one"),
        ("type = \"kafka\"\ntopic = \"t\"\nbrokers = [\"a:b\"]", 3, "expected a host with a port"),
        ("type = \"kafka\"\nbrokers = [\"a\"]", 1, "`topic` is missing"),
        ("type = \"kafka\"\nbrokers = [\"a\"]\ntopic = \"a b\"", 3, "cannot be the name of a topic"),
    ] {
        let mistakes = output_mistakes(text);
        assert_eq!(mistakes[0].0, Some(line), "{mistakes:?}");
        assert!(mistakes[0].1.contains(said), "{mistakes:?}");
    }
    for (text, line, said) in [
        ("url = \"http://x\"", 4, "an output of type `kafka` has no `url`"),
        ("path = \"x\"", 4, "has no `path`"),
        (
            "mechanism = \"scram\"\nusername = \"a\"\npassword-env = \"X\"",
            4,
            "expected plain, scram-sha-256 or scram-sha-512",
        ),
        ("mechanism = \"plain\"", 4, "belongs to `username`"),
        ("compression = \"zip\"", 4, "expected none or snappy"),
        ("username = \"a\"", 1, "either `password-file` or `password-env`"),
        ("username = \"a\"\npassword-env = \"X\"", 1, "`mechanism` is missing"),
        ("certificate = \"x\"", 4, "`private-key` is missing"),
        ("private-key = \"x\"", 4, "`certificate` is missing"),
        ("tls = false\nauthorities = \"x\"", 4, "expected `tls = true`"),
    ] {
        let mistakes = output_mistakes(&format!("{good}{text}"));
        assert_eq!(mistakes[0].0, Some(line), "{mistakes:?}");
        assert!(mistakes.len() == 1 && mistakes[0].1.contains(said), "{mistakes:?}");
    }
    let two = output_mistakes(&format!("{good}compression = \"zip\"\nmechanism = \"x\""));
    assert_eq!(two.len(), 3, "all are told: {two:?}");
    let other = output_mistakes("type = \"influx\"\nurl = \"http://x\"\ntopic = \"t\"");
    assert!(other[0].1.contains("has no `topic`; that belongs to `kafka`"), "{other:?}");
}

/// Each mistake of an output to files of Parquet.
#[cfg(feature = "parquet")]
#[test]
fn mistakes_of_parquet() {
    let good = "type = \"parquet\"\npath = \"samples\"\n";
    assert_eq!(output_mistakes(good), []);
    for (text, line, said) in [
        ("type = \"parquet\"", 1, "`path` is missing"),
        ("type = \"parquet\"\npath = \"-\"", 2, "expected a folder"),
        ("type = \"parquet\"\npath = \"snmp.yml\"", 2, "which is a file"),
        ("type = \"parquet\"\npath = \"p\"\nurl = \"http://x\"", 3, "has no `url`"),
        (
            "type = \"parquet\"\npath = \"p\"\n[output.batch]\noctets = 300000000",
            1,
            "only 268435456 may wait for a file",
        ),
        (
            "type = \"parquet\"\npath = \"p\"\n[output.queue]\nresults = 10\n[output.batch]\nresults = 11",
            1,
            "`results` of `batch` is 11",
        ),
    ] {
        let mistakes = output_mistakes(text);
        assert_eq!(mistakes.first().map(|mistake| mistake.0), Some(Some(line)), "{text}: {mistakes:?}");
        assert!(mistakes.len() == 1 && mistakes[0].1.contains(said), "{mistakes:?}");
    }
}

#[test]
fn all_mistakes_of_a_table_are_told() {
    let text = GOOD
        .replace(
            "interval = 300\nlabel-ttl = \"1h\"",
            "intervall = 300\nretries = \"two\"\nlabel-ttl = \"soon\"",
        )
        .replace("address = \"192.0.2.2:1161\"", "host = \"192.0.2.2\"\nlabels = 5");
    let told: Vec<String> = load(&text).expect_err("mistakes").iter().map(ToString::to_string).collect();
    let about = |words: &str| told.iter().filter(|mistake| mistake.contains(words)).count();
    for words in
        ["field `intervall`", "\"two\"", "\"soon\"", "field `host`", "integer `5`", "`address` is missing"]
    {
        assert_eq!(about(words), 1, "{words}: {told:#?}");
    }
    assert_eq!(told.len(), 6, "{told:#?}");
}
