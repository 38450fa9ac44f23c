use super::{Config, DEFAULT, Modules};
use crate::FileError;
use crate::toml_place;
use mibc_compiler::query::Library;
use mibc_compiler::search::Cache;
use mibc_compiler::world::FsWorld;
use std::path::Path;

fn library(modules: &Modules) -> Result<Library, String> {
    let world = modules.folders.iter().fold(FsWorld::new(), |world, folder| world.include(folder));
    Library::new(world, Cache::None).prefer(modules.preferred.clone()).map_err(|error| error.to_string())
}

fn parse(text: &str) -> Result<Config, Vec<FileError>> {
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
rate = { events = 10, seconds = "1m" }

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
linger = "100ms"

[[output]]
name = "old"
type = "forward"
address = "udp:127.0.0.1:1163"
user = "operator"
inform = true

[[output]]
name = "new"
type = "forward"
address = "udp:127.0.0.1:1164"
user = "operator"
engine-id = "0x80007ed9040102"
"#,
    );
    let config = config.unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    assert_eq!(config.summary(), "listeners 2, rules 4, outputs 4");
    assert_eq!((config.listeners[0].users.len(), config.listeners[1].users.len()), (1, 0));
    let alerts: Vec<_> = config.rules.iter().filter_map(|rule| rule.alert.as_ref()).collect();
    assert_eq!(alerts[0].severity, alerts[1].severity, "what ends has the severity of what begins");
    assert_eq!(config.rules[3].name, "rule 4");
}

/// Reads a text in which `§` is before each place of a mistake, and compares with what is said there. Without the mark the
/// mistake has no place.
fn refused(marked: &str, said: &[&str]) {
    let mut text = String::new();
    let mut places = Vec::new();
    for (number, part) in marked.split('§').enumerate() {
        if number > 0 {
            places.push(Some(text.len()));
        }
        text += part;
    }
    places.resize(said.len(), None);
    let mistakes = parse(&text).err().unwrap_or_else(|| panic!("accepted:\n{text}"));
    let places: Vec<_> = places.into_iter().map(|at| at.map(|at| toml_place::place(&text, at))).collect();
    let found: Vec<_> = mistakes.iter().map(|mistake| mistake.place).collect();
    assert_eq!(found, places, "{text}\n{mistakes:#?}");
    for (mistake, said) in mistakes.iter().zip(said) {
        assert!(mistake.message.contains(said), "`{said}` is not said of\n{text}\nbut {mistake}");
    }
}

#[test]
fn mistakes_at_the_top() {
    let top = |text: &str| format!("{text}\n{OUTPUT}{LISTENER}");
    for (text, said) in [
        ("§listner = 1", "`listner` is not a key here; expected another one, perhaps `listener`"),
        ("log = §\"loud\"", "expected error, warn, info or debug"),
        (
            "mibs = []\nrule = §{ drop = true }",
            "found a table; expected a list of them, which have two brackets",
        ),
        ("log = §1", "found the number `1`; expected a string"),
        ("http = §\"9163\"", "is not an address with a port"),
        ("web-config = §\"web.yml\"\nhttp = \"127.0.0.1:0\"", "web.yml: the file cannot be read"),
        ("drain = §-1.0", "expected 0 to 3600 seconds"),
        (
            "drain = §\"1 fortnight\"",
            "found a string; expected a number of seconds, or a time such as \"60s\"",
        ),
        ("drain = §\"2h\"", "`drain` is 7200 s; expected 0 to 3600 seconds"),
        ("max-waiting = §0", "expected 1 to 10000000"),
        ("max-waiting = §-5", "found the number `-5`; expected a whole number from 0"),
        ("mibs = [§\"IF-MIBB\"]", "IF-MIB"),
        ("mib-dirs = [§\"nowhere\"]", "nowhere is not a folder"),
        ("user = §3", "expected a list"),
        ("log = §", "string values must be quoted"),
    ] {
        refused(&top(text), &[said]);
    }
    refused(OUTPUT, &["there is no [[listener]]"]);
    refused(LISTENER, &["there is no [[output]]"]);
}

#[test]
fn mistakes_of_listeners_and_users() {
    for (text, said) in [
        ("§[[listener]]", "nobody to listen to"),
        (
            "[[listener]]\nany-community = true\nusers = [§\"x\"]",
            "there is no [[user]] `x`; expected nothing",
        ),
        ("[[listener]]\nany-community = true\naddress = §\"ucp:1:2\"", "not a transport; expected udp"),
        (
            "[[listener]]\nany-community = true\naddress = §\"udp:127.0.0.1:99999\"",
            "`udp:127.0.0.1:99999`: expected host, host:port",
        ),
        (
            "[[listener]]\nany-community = true\naddress = §\"256.1.1.1:162\"",
            "expected four numbers from 0 to 255",
        ),
        (
            "[[listener]]\nany-community = true\naddress = §[]",
            "expected at least one such as udp:0.0.0.0:162",
        ),
        (
            "[[listener]]\nany-community = true\naddress = §{ udp = 1 }",
            "expected a string or a list of strings",
        ),
        ("[[listener]]\nany-community = §\"yes\"", "found a string; expected true or false"),
        (
            "[[listener]]\nany-community = true\naddress = §\"127.0.0.1 1162\"",
            "is not an address; expected one such as",
        ),
        ("[[listener]]\ncommunities = §\"traps\"", "found a string; expected a list"),
        ("[[listener]]\ncommunities = §[5]", "expected a string, { file ="),
        ("[[listener]]\ncommunities = [§{ file = \"nothing\" }]", "nothing cannot be read"),
        ("[[listener]]\ncommunities = [\"traps\"]\nreceive-buffer = §1", "expected 4096 to"),
        (
            "[[listener]]\ncommunities = [§{ community = \"x\", sources = [\"10.0.0.0/33\"] }]",
            "`sources`: `10.0.0.0/33` is not a network",
        ),
        ("[[listener]]\ncommunities = [§{ community = \"x\", sources = [] }]", "`sources` is empty"),
        ("[[listener]]\ncommunities = §[{ community = \"x\" }]", "or { community = …, sources = […] }"),
        (
            "[[listener]]\n[[user]]\nname = \"u\"\nlevel = §\"high\"",
            "expected noAuthNoPriv, authNoPriv or authPriv",
        ),
        (
            "[[listener]]\n[[user]]\nname = \"u\"\nauth = \"SHA\"\nauth-passphrase = \"maplesyrup\"\nlevel = §\"authPriv\"",
            "`level` is authPriv, but the user has keys for authNoPriv only",
        ),
        (
            "[[listener]]\ncommunities = [\"traps\"]\n§community = \"x\"",
            "expected one of address, communities",
        ),
        ("[[listener]]\n[[user]]\nname = \"u\"\nauth = §\"SHA\"", "needs `auth-passphrase`"),
        ("[[listener]]\n[[user]]\nname = \"u\"\nauth-passphrase = §\"maplesyrup\"", "needs `auth`"),
        (
            "[[listener]]\n[[user]]\nname = \"u\"\nauth = §\"SHB\"\nauth-passphrase = \"maplesyrup\"",
            "`auth`: `SHB` is not an authentication protocol; expected MD5, SHA",
        ),
        (
            "[[listener]]\n[[user]]\nname = \"u\"\nauth = \"SHA\"\nauth-passphrase = \"maplesyrup\"\nprivacy = §\"RC4\"",
            "`privacy`: `RC4` is not a privacy protocol; expected DES",
        ),
        (
            "[[listener]]\n§[[user]]\nname = \"u\"\nauth = \"SHA\"\nauth-passphrase = \"short\"",
            "the user `u` cannot be used",
        ),
        ("[[listener]]\n[[user]]\nname = \"u\"\n[[user]]\nname = §\"u\"", "there are two users `u`"),
    ] {
        refused(&format!("{OUTPUT}{text}\n"), &[said]);
    }
}

#[test]
fn mistakes_of_rules() {
    for (text, said) in [
        ("notification = §\"IF-MIB::linkDwn\"", "linkDown"),
        ("notification = §\"ifIndex\"", "`ifIndex` is a column; expected the name of a notification"),
        ("notification = §[\"linkDown\", 3]", "expected a string or a list of strings"),
        ("below = §\"1.3.6.x\"", "x"),
        ("source = §\"192.0.2.0/33\"", "is not a network"),
        ("severity = §\"bad\"", "is not a severity; expected emergency"),
        ("raise = §\"{ifIndx}\"", "ifInd"),
        ("raise = §\"{linkDown}\"", "`linkDown` is a notification; expected the name of an object"),
        ("raise = §\"{agent\"", "without a `}`"),
        ("raise = \"a\"\nclear = §\"b\"", "not both"),
        ("alert = §\"a\"", "needs `raise` or `clear`"),
        ("rate = §{ events = 0, seconds = 1 }", "a rate of 0 events in 1 seconds; expected at least 1 event"),
        ("rate = §{ events = 1 }", "there is no `seconds` here"),
        ("outputs = [§\"p\"]", "there is no output `p`; expected o"),
        ("varbind = [{ name = \"ifDescr\", matches = §\"[\" }]", "not a regular expression"),
        (
            "varbind = [{ name = §\"ifAdminStatus\", equals = [\"up\", \"dwn\"] }]",
            "`dwn` is not a label of ifAdminStatus; expected up, down or testing, or a number",
        ),
        (
            "varbind = [{ name = §\"ifIndex\", at-least = 2, at-most = 1 }]",
            "nothing is at least 2 and at most 1",
        ),
        (
            "varbind = [{ name = \"ifIndex\", equals = §1.5 }]",
            "expected a whole number, a string, or a list of such",
        ),
        (
            "varbind = [{ name = \"ifIndex\", at-least = §nan }]",
            "`at-least` is NaN; expected a finite number",
        ),
        (
            "varbind = [{ name = \"ifIndex\", at-most = §-inf }]",
            "`at-most` is -inf; expected a finite number",
        ),
        ("user = §\"u\"", "there is no [[user]] `u`; expected nothing"),
        ("community = §{ file = \"nothing\" }", "nothing cannot be read"),
        ("community = §5", "or a list of such"),
        ("drop = §1", "found the number `1`; expected true or false"),
        ("§serverity = \"error\"", "perhaps `severity`"),
    ] {
        refused(&format!("{OUTPUT}{LISTENER}[[rule]]\n{text}\n"), &[said]);
    }
    refused(&format!("{OUTPUT}{LISTENER}§[[rule]]\nclear = \"b\"\n"), &["which no rule raises"]);
    let raise = "raise = \"{agent}\"\nalert = \"a\"\n";
    refused(
        &format!("{OUTPUT}{LISTENER}[[rule]]\n{raise}§[[rule]]\nseverity = \"error\"\n{raise}"),
        &["raises the alert `a` with the severity error, another one with info"],
    );
    refused(
        &format!("{OUTPUT}{LISTENER}[[rule]]\nname = \"r\"\n§[[rule]]\nname = \"r\"\n"),
        &["there are two rules `r`"],
    );
}

#[test]
fn mistakes_of_outputs() {
    for (text, said) in [
        ("type = §\"carrier pigeon\"", "is not a type of output; expected lines, syslog"),
        ("type = \"lines\"\nurl = §\"http://x/\"", "has no `url`: that belongs to http"),
        ("type = \"lines\"\n§pth = \"x\"", "perhaps `path`"),
        ("type = \"http\"\nurl = §\"x\"", "there is no scheme"),
        ("type = \"http\"\nurl = §\"https://x/\"\nca-file = \"nothing.pem\"", "nothing.pem"),
        ("type = \"lines\"\nqueue = §\"tape\"", "expected memory or disk"),
        ("type = \"lines\"\noverflow = §\"drop\"", "expected block, drop-oldest"),
        ("type = \"lines\"\nmax-records = §0", "expected 1 to"),
        ("type = \"lines\"\nrequired = §\"yes\"", "expected true or false"),
        ("type = \"http\"\nurl = \"http://x/\"\nfolder = §\"q\"", "expected `queue = \"disk\"` with it"),
        ("type = \"syslog\"\naddress = \"h:514\"\nfacility = §\"local8\"", "not a facility"),
        ("type = \"forward\"\naddress = \"h\"\nuser = §\"u\"", "there is no [[user]] `u`"),
        ("type = \"forward\"\naddress = §\"h:0\"\ncommunity = \"c\"", "`h:0`: the port is 0"),
        (
            "type = \"forward\"\naddress = \"h\"\ncommunity = \"c\"\nengine-id = §\"0x8000000001\"",
            "expected `user` as well",
        ),
        (
            "type = \"forward\"\naddress = \"h\"\ncommunity = \"c\"\nversion = §\"2\"",
            "expected \"1\" for traps",
        ),
        ("type = \"exec\"\ncommand = §\"x\"", "found a string; expected a list"),
        ("type = \"traphandle\"\ncommand = [\"sh\"]\nprocesses = §0", "`processes` is 0; expected 1 to 64"),
        ("type = \"exec\"\ncommand = [\"sh\"]\nprocesses = §2", "that belongs to traphandle"),
        ("type = \"syslog\"\naddress = §\"h\"", "`h` is not a host with a port"),
        ("type = \"syslog\"\naddress = \"h:514\"\nenterprise = §-1", "expected a whole number from 0"),
        ("type = \"lines\"\npath = §\"/\"", "`path` is the folder /; expected a file"),
        ("type = \"lines\"\npath = §\"x/\"", "x/; expected a file"),
        ("type = \"loki\"\nurl = \"http://x/\"\nlabels = §{ a = \"{ifIndx}\" }", "the label `a`"),
        (
            "type = \"alertmanager\"\nurl = \"http://x/\"\nlabels = §{ if-index = \"1\" }",
            "`if-index` is not the name of a label",
        ),
        ("type = \"loki\"\nurl = \"http://x/\"\nlabels = §{ 1a = \"\" }", "not a digit first"),
        (
            "type = \"forward\"\naddress = §\"127.0.0.1\"\ncommunity = \"c\"",
            "would go round and round; expected another receiver",
        ),
    ] {
        refused(&format!("{LISTENER}[[output]]\nname = \"o\"\n{text}\n"), &[said]);
    }
    for (text, said) in [
        ("type = \"http\"", "needs `url`"),
        ("type = \"exec\"", "needs `command`"),
        ("type = \"traphandle\"", "type traphandle needs `command`"),
        ("type = \"traphandle\"\ncommand = [\"sh\"]\nrequired = true", "`confirm = true`"),
        ("type = \"forward\"\naddress = \"h\"", "needs `community`"),
        ("type = \"syslog\"\naddress = \"h:514\"\nrequired = true", "cannot be required"),
        ("type = \"exec\"\ncommand = [\"x\"]\nrequired = true", "`confirm = true`"),
        (
            "type = \"lines\"\nqueue = \"disk\"\nfolder = \"q\"\nrequired = true\noverflow = \"drop-oldest\"",
            "must not drop what it has taken",
        ),
    ] {
        refused(&format!("{LISTENER}§[[output]]\nname = \"o\"\n{text}\n"), &[said]);
    }
    refused(
        &format!("{LISTENER}[[output]]\nname = §\"o\"\ntype = \"lines\"\nqueue = \"disk\"\n"),
        &["needs a folder"],
    );
    refused(
        &format!("{LISTENER}{OUTPUT}[[output]]\nname = §\"o\"\ntype = \"lines\"\n"),
        &["two outputs `o`"],
    );
    refused(
        &format!(
            "{LISTENER}[[user]]\nname = \"u\"\n[[output]]\nname = \"o\"\ntype = \"forward\"\naddress = \"h\"\nuser = §\"u\"\n"
        ),
        &["traps of SNMPv3 need `state`"],
    );
}

/// In the order of the file; what could only follow from another mistake is not said.
#[test]
fn all_mistakes_are_reported() {
    refused(
        &format!(
            "log = §\"x\"\n§colour = 1\n{OUTPUT}queue = §\"x\"\n{LISTENER}address = §\"\"\n[[rule]]\nseverity = §\"x\"\noutputs = [\"o\"]\n"
        )
        .replace("§colour = 1\n", ""),
        &["`log` is `x`", "`queue` is `x`", "an address is empty", "is not a severity"],
    );
    refused(
        &format!(
            "log = §1\n§colour = 1\n{OUTPUT}queue = §1\n[[listener]]\ncommunities = §[1]\n[[rule]]\nrate = §1\n"
        ),
        &[
            "expected a string",
            "`colour` is not a key here",
            "expected a string",
            "{ file =",
            "expected a table",
        ],
    );
}

/// What is missing now may be there when it is needed.
#[test]
fn doubts() {
    for (text, doubt) in [
        ("type = \"exec\"\ncommand = [\"/nonexistent/x\"]", Some("/nonexistent/x: No such file")),
        (
            "type = \"exec\"\ncommand = [\"no-such-program\"]",
            Some("no program `no-such-program` in the folders of PATH"),
        ),
        ("type = \"traphandle\"\ncommand = [\"/\"]", Some("/ is not a file")),
        ("type = \"traphandle\"\ncommand = [\"/etc/passwd\"]", Some("/etc/passwd is not executable")),
        ("type = \"exec\"\ncommand = [\"sh\"]", None),
        ("type = \"exec\"\ncommand = [\"/bin/sh\"]", None),
        ("type = \"lines\"\npath = \"x\"", None),
    ] {
        let config = parse(&format!("{LISTENER}[[output]]\nname = \"o\"\n{text}\n"));
        let config = config.unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
        let found: Vec<_> = config.doubts().iter().map(ToString::to_string).collect();
        match doubt {
            Some(doubt) => {
                assert!(
                    found.len() == 1 && found[0].starts_with("6:") && found[0].contains(doubt),
                    "{found:?}"
                );
            }
            None => assert!(found.is_empty(), "{text}: {found:?}"),
        }
    }
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
