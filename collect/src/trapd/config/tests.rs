use super::{Config, DEFAULT, Modules};
use crate::trapd::Mistake;
use mibc_compiler::query::Library;
use mibc_compiler::search::Cache;
use mibc_compiler::world::FsWorld;
use std::path::Path;

fn library(modules: &Modules) -> Result<Library, String> {
    let world = modules.folders.iter().fold(FsWorld::new(), |world, folder| world.include(folder));
    Library::new(world, Cache::None).prefer(modules.preferred.clone()).map_err(|error| error.to_string())
}

fn parse(text: &str) -> Result<Config, Vec<Mistake>> {
    Config::parse(text, Path::new("."), &library).map(|(config, _)| config)
}

const LISTENER: &str = "[[listener]]\ncommunities = [\"traps\"]\n";
const OUTPUT: &str = "[[output]]\nname = \"o\"\ntype = \"lines\"\n";

#[test]
fn the_default_is_good() {
    let config = parse(DEFAULT).expect("the default");
    assert_eq!(config.summary(), "listeners 1, rules 0, outputs 1");
}

#[test]
fn a_long_one() {
    let config = parse(
        r#"
log = "debug"
http = "127.0.0.1:0"
state = "state"
drain = 3
mibs = ["IF-MIB"]

[[user]]
name = "operator"
auth = "SHA-256"
auth-passphrase = "maplesyrup"
privacy = "AES"

[[listener]]
address = ["udp:127.0.0.1:1162", "tcp:127.0.0.1:1162"]
communities = ["traps"]

[[listener]]
address = "udp6:[::1]:1162"
any-community = true
users = []

[[rule]]
name = "noise"
source = "192.0.2.0/24"
notification = ["IF-MIB::linkUp", "coldStart"]
drop = true

[[rule]]
name = "link down"
notification = "linkDown"
varbind = [{ name = "ifAdminStatus", equals = "up" }, { name = "ifIndex", at-least = 1 }]
severity = "critical"
raise = "{agent} {ifIndex}"
rate = { events = 10, seconds = 60 }

[[rule]]
name = "link up"
notification = "linkUp"
clear = "{agent} {ifIndex}"
alert = "link down"
outputs = ["alertmanager", "file"]
continue = true

[[rule]]
below = "1.3.6.1.4.1"
severity = "warning"

[[output]]
name = "file"
type = "lines"
path = "traps.json"
required = true
queue = "disk"

[[output]]
name = "alertmanager"
type = "alertmanager"
url = "http://127.0.0.1:9093/api/v2/alerts"
user = "x"
password = { environment = "X" }
linger = 0.1

[[output]]
name = "old"
type = "forward"
address = "udp:127.0.0.1:1163"
user = "operator"
inform = true
"#,
    );
    let config = config.unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    assert_eq!(config.summary(), "listeners 2, rules 4, outputs 3");
    assert_eq!((config.listeners[0].users.len(), config.listeners[1].users.len()), (1, 0));
    let alerts: Vec<_> = config.rules.iter().filter_map(|rule| rule.alert.as_ref()).collect();
    assert_eq!(alerts[0].severity, alerts[1].severity, "what ends has the severity of what begins");
    assert_eq!(config.rules[3].name, "rule 4");
}

/// Each mistake, with its line and column and a part of what is said. Lines are counted behind the three lines of an output.
#[test]
fn mistakes_have_places() {
    let rule = |text: &str| format!("{OUTPUT}{LISTENER}[[rule]]\n{text}\n");
    let output = |text: &str| format!("{LISTENER}[[output]]\nname = \"o\"\n{text}\n");
    for (text, place, said) in [
        ("lsten = 1\n".to_owned(), Some((1, 1)), "unknown field `lsten`"),
        (format!("log = \"loud\"\n{OUTPUT}{LISTENER}"), Some((1, 7)), "expected error, warn, info or debug"),
        (format!("http = \"9163\"\n{OUTPUT}{LISTENER}"), Some((1, 8)), "is not an address with a port"),
        (format!("drain = -1.0\n{OUTPUT}{LISTENER}"), Some((1, 9)), "expected 0 to 3600 seconds"),
        (OUTPUT.to_owned(), None, "there is no [[listener]]"),
        (LISTENER.to_owned(), None, "there is no [[output]]"),
        (format!("{OUTPUT}[[listener]]\n"), Some((4, 1)), "nobody to listen to"),
        (
            format!("{OUTPUT}[[listener]]\nusers = [\"x\"]\n"),
            Some((4, 1)),
            "the user `x`, which is not there",
        ),
        (format!("{OUTPUT}{LISTENER}address = \"ucp:1:2\"\n"), Some((4, 1)), "not a transport"),
        (format!("{OUTPUT}{LISTENER}[[user]]\nname = \"u\"\nauth = \"SHA\"\n"), Some((6, 1)), "or neither"),
        (
            format!(
                "{OUTPUT}{LISTENER}[[user]]\nname = \"u\"\nauth = \"SHB\"\nauth-passphrase = \"maplesyrup\"\n"
            ),
            Some((8, 8)),
            "expected MD5, SHA",
        ),
        (rule("notification = \"IF-MIB::linkDwn\""), Some((7, 16)), "linkDown"),
        (rule("source = \"192.0.2.0/33\""), Some((7, 10)), "is not a network"),
        (rule("severity = \"bad\""), Some((7, 12)), "is not a severity"),
        (rule("raise = \"{ifIndx}\""), Some((7, 9)), "ifInd"),
        (rule("raise = \"a\"\nclear = \"b\""), Some((8, 9)), "not both"),
        (rule("clear = \"b\""), None, "which no rule raises"),
        (rule("rate = { events = 0, seconds = 1 }"), Some((7, 8)), "at least 1 event"),
        (rule("outputs = [\"p\"]"), Some((7, 12)), "there is no output `p`; expected o"),
        (
            rule("varbind = [{ name = \"ifDescr\", matches = \"[\" }]"),
            Some((7, 42)),
            "not a regular expression",
        ),
        (
            output("type = \"carrier pigeon\""),
            Some((5, 8)),
            "is not a type of output; expected lines, syslog",
        ),
        (output("type = \"lines\"\nurl = \"http://x/\""), Some((6, 7)), "has no `url`: that belongs to http"),
        (output("type = \"http\""), Some((3, 1)), "needs `url`"),
        (output("type = \"http\"\nurl = \"x\""), Some((6, 7)), "there is no scheme"),
        (output("type = \"lines\"\nqueue = \"disk\""), Some((4, 8)), "needs a folder"),
        (output("type = \"lines\"\nqueue = \"tape\""), Some((6, 9)), "expected memory or disk"),
        (output("type = \"lines\"\noverflow = \"drop\""), Some((6, 12)), "expected block, drop-oldest"),
        (output("type = \"lines\"\nmax-records = 0"), Some((6, 15)), "expected 1 to"),
        (
            output("type = \"syslog\"\naddress = \"h:514\"\nrequired = true"),
            Some((3, 1)),
            "cannot be required",
        ),
        (output("type = \"exec\"\ncommand = [\"x\"]\nrequired = true"), Some((3, 1)), "`confirm = true`"),
        (
            output("type = \"syslog\"\naddress = \"h:514\"\nfacility = \"local8\""),
            Some((7, 12)),
            "not a facility",
        ),
        (output("type = \"forward\"\naddress = \"h\""), Some((3, 1)), "needs `community`"),
        (
            output(
                "type = \"lines\"\nqueue = \"disk\"\nfolder = \"q\"\nrequired = true\noverflow = \"drop-oldest\"",
            ),
            Some((3, 1)),
            "must not drop what it has taken",
        ),
    ] {
        let mistakes = parse(&text).err().unwrap_or_else(|| panic!("accepted:\n{text}"));
        let found = mistakes.iter().find(|mistake| mistake.message.contains(said));
        let found = found.unwrap_or_else(|| panic!("`{said}` is not said of\n{text}\nbut {mistakes:#?}"));
        assert_eq!(found.place, place, "{text}\n{found}");
    }
}

#[test]
fn all_mistakes_are_reported() {
    let text =
        format!("log = \"x\"\n{OUTPUT}queue = \"x\"\n{LISTENER}address = \"\"\n[[rule]]\nseverity = \"x\"\n");
    assert_eq!(parse(&text).expect_err("mistakes").len(), 4);
}

#[test]
fn files_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("trapd.toml");
    let missing = Config::load(&file, &library).expect_err("no file");
    assert!(missing[0].to_string().contains("trapd.toml: the file cannot be read"), "{}", missing[0]);
    std::fs::write(&file, "log = 1\n").expect("it is written");
    let wrong = Config::load(&file, &library).expect_err("a mistake");
    assert!(wrong[0].to_string().contains("trapd.toml:1:7: "), "{}", wrong[0]);
}

#[cfg(not(feature = "kafka"))]
#[test]
fn without_kafka() {
    let text =
        format!("{LISTENER}[[output]]\nname = \"o\"\ntype = \"kafka\"\nbrokers = [\"a\"]\ntopic = \"t\"\n");
    let mistakes = parse(&text).expect_err("it was built without");
    assert!(mistakes[0].to_string().contains("expected the package mibc-full"), "{mistakes:?}");
}

/// Each mistake of an output to Kafka, with its line behind those of the listener.
#[cfg(feature = "kafka")]
#[test]
fn mistakes_of_kafka() {
    let output =
        |text: &str| parse(&format!("{LISTENER}[[output]]\nname = \"o\"\ntype = \"kafka\"\n{text}\n"));
    let good = "brokers = [\"kafka1\", \"[::1]:9093\"]\ntopic = \"traps\"\n";
    let secret = "key = \"alert\"\nuser = \"a\"\npassword = { file = \"x\" }\nmechanism = \"plain\"\ncompression = \"snappy\"\nrequired = true";
    output(good).expect("good");
    output(&format!("{good}{secret}")).expect("good");
    for (text, line, said) in [
        ("topic = \"t\"".to_owned(), 3, "needs `brokers`"),
        ("topic = \"t\"\nbrokers = []".to_owned(), 7, "needs `brokers`"),
        ("topic = \"t\"\nbrokers = [\":1\"]".to_owned(), 7, "expected a host with a port"),
        ("brokers = [\"a\"]".to_owned(), 3, "needs `topic`"),
        ("brokers = [\"a\"]\ntopic = \"ü\"".to_owned(), 7, "cannot be the name of a topic"),
        (format!("{good}url = \"x\""), 8, "an output of type kafka has no `url`"),
        (format!("{good}key = \"device\""), 8, "expected agent, source or alert"),
        (format!("{good}mechanism = \"plain\""), 8, "belongs to `user`"),
        (format!("{good}user = \"x\""), 3, "expected `user` with `password`"),
        (format!("{good}user = \"x\"\npassword = \"y\""), 8, "`mechanism` is missing"),
        (
            format!("{good}user = \"x\"\npassword = \"y\"\nmechanism = \"gssapi\""),
            10,
            "expected plain, scram-sha-256",
        ),
        (format!("{good}compression = \"gzip\""), 8, "expected none or snappy"),
        (format!("{good}certificate = \"x\""), 8, "`certificate` with `private-key`"),
        (format!("{good}tls = false\nca-file = \"x\""), 8, "expected `tls = true`"),
    ] {
        let mistakes = output(&text).expect_err(&text);
        let said_first = mistakes[0].to_string();
        assert!(mistakes.len() == 1 && said_first.contains(said), "{text}: {mistakes:?}");
        assert_eq!(mistakes[0].place.map(|place| place.0), Some(line), "{text}: {said_first}");
    }
}
