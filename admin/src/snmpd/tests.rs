//! Lines of snmpd.conf, and the configuration that comes of them.

use std::path::Path;

use mibc_test_support::Xorshift;

use super::*;
use crate::config::{Config, StandardNames};

const FILE: &str = "/etc/snmp/snmpd.conf";

fn import(text: &str) -> Import {
    Import::read(&[FILE], &MemFiles([(FILE.into(), text.into())].into()), &StandardNames)
}

/// The TOML without what is left out, and the configuration.
fn good(text: &str) -> (String, Config) {
    let import = import(text);
    assert_eq!(import.left_out(), [], "{text}");
    let config = Config::parse(import.toml(), Path::new("/"), &StandardNames);
    let config = config.unwrap_or_else(|problems| panic!("{problems}\n{text}\n{}", import.toml()));
    (import.toml().to_owned(), config)
}

/// The entries of the TOML, each on one line, without the comment above.
fn entries(text: &str) -> Vec<String> {
    let (toml, _) = good(text);
    let mut entries = Vec::new();
    for line in toml.lines().filter(|line| !line.starts_with('#')) {
        if line.is_empty() {
            entries.push(String::new());
        } else if let Some(entry) = entries.last_mut() {
            let gap = if entry.is_empty() { "" } else { " " };
            *entry += &format!("{gap}{}", line.trim());
        }
    }
    entries.retain(|entry| !entry.is_empty());
    entries
}

#[test]
fn communities() {
    for (line, expected) in [
        (
            "rocommunity public",
            "[[community]] name = \"public\" source = \"0.0.0.0/0\" access = \"read-only\" view = \"all\"",
        ),
        (
            "rocommunity6 public",
            "[[community]] name = \"public\" source = \"::/0\" access = \"read-only\" view = \"all\"",
        ),
        (
            "rwcommunity 'a \\'b' 10.0.0.0/255.0.0.0 system",
            "[[community]] name = \"a 'b\" source = \"10.0.0.0/8\" access = \"read-write\" view = \"1.3.6.1.2.1.1\"",
        ),
        (
            "ROCOMMUNITY c localhost .1.3.6.1.2.1.2 ctx*",
            "[[community]] name = \"c\" source = \"127.0.0.1\" context = \"ctx\" access = \"read-only\" view = \"1.3.6.1.2.1.2\"",
        ),
        (
            "rwcommunity6 c 2001:db8::/32",
            "[[community]] name = \"c\" source = \"2001:db8::/32\" access = \"read-write\" view = \"all\"",
        ),
        (
            "authcommunity read,write c nms.example.org",
            "[[community]] name = \"c\" source = \"nms.example.org\" access = \"read-write\" view = \"all\"",
        ),
        (
            "rocommunity c 192.0.2.1/32 # nothing",
            "[[community]] name = \"c\" source = \"192.0.2.1\" access = \"read-only\" view = \"all\"",
        ),
    ] {
        let (line, expected) = (
            line,
            expected
                .replace("\"127.0.0.1\"", "\"127.0.0.1/32\"")
                .replace("\"192.0.2.1\"", "\"192.0.2.1/32\""),
        );
        assert_eq!(entries(line), [expected], "{line}");
    }
    let (_, config) = good("rocommunity c default .1\n");
    let view =
        config.communities[0].grant.as_ref().and_then(|grant| config.view(&grant.read)).expect("a view");
    assert!(view.families[0].family.matches(&"1.0.8802".parse::<mibc_runtime::oid::Oid>().expect("an OID")));
    // A view that is not defined shows nothing; one that is called `all` is not ours.
    let (toml, config) = good("rocommunity c default -V all\nrocommunity d\n");
    assert_eq!(config.view("all").map(|view| view.families.len()), Some(0), "{toml}");
    assert_eq!(config.communities[1].grant.as_ref().map(|grant| grant.read.as_str()), Some("_all_"));
    assert_eq!(config.view("_all_").map(|view| view.families.len()), Some(3));
}

/// Sources are tried in their order, and `!` refuses for good.
#[test]
fn com2sec() {
    let (toml, config) = good(
        "com2sec lab !10.10.10.0/24 pub\ncom2sec lab 10.0.0.0/8 pub\ncom2sec -Cn ctx other default pub\n\
         com2sec6 lab6 default pub\ncom2secunix here /run/x pub\n\
         group g v1 lab\ngroup g v2c lab\ngroup g any other\naccess g \"\" any noauth exact all none none\n\
         view all included .1 80\n",
    );
    assert_eq!(config.communities.len(), 4, "{toml}");
    assert_eq!(config.communities[0].sources.len(), 2);
    let name = |from: &str| {
        let community = config.community("pub", from.parse().expect("an address"));
        community.and_then(|community| community.security_name.as_deref())
    };
    assert_eq!(
        (name("10.1.1.1"), name("10.10.10.1"), name("11.0.0.1"), name("::1")),
        (Some("lab"), None, Some("other"), Some("lab6"))
    );
    assert_eq!(config.communities[1].context, "ctx");
    assert_eq!(config.communities[3].sources[0].to_string(), "unix:/run/x");
    assert_eq!(config.groups.len(), 5);
    assert_eq!(config.view("none").map(|view| view.families.len()), Some(0));
}

#[test]
fn users() {
    let entries = entries(
        "createUser a SHA-256 \"pass word 1\" AES\nrouser a priv .1.3.6.1.2.1\n\
         createUser b MD5 passpass1 AES256 \"other pass\"\nrwuser b\n\
         createUser c\nrouser c noauth -V some ctx*\n\
         createUser d SHA -m 0x000102030405060708090a0b0c0d0e0f10111213 DES -l 0x000102030405060708090a0b0c0d0e0f\n\
         rouser d auth -V some\nrwuser d priv\n\
         createUser e MD5 passpass1\nrouser e priv\n\
         rouser f\nview some included system\nengineID hello\n",
    );
    let expected = [
        "engine-id = \"80001f880468656c6c6f\" persistence = \"/var/lib/mibc\"",
        "[[user]] name = \"a\" auth = \"SHA-256\" auth-passphrase = \"pass word 1\" privacy = \"AES-128\" \
         privacy-passphrase = \"pass word 1\" access = \"read-only\" level = \"authPriv\" context-match = \"prefix\" \
         view = \"1.3.6.1.2.1\"",
        "[[user]] name = \"b\" auth = \"MD5\" auth-passphrase = \"passpass1\" privacy = \"AES-256\" \
         privacy-passphrase = \"other pass\" access = \"read-write\" level = \"authNoPriv\" context-match = \"prefix\" \
         view = \"all\"",
        "[[user]] name = \"c\" access = \"read-only\" level = \"noAuthNoPriv\" context = \"ctx\" \
         context-match = \"prefix\" view = \"some\"",
        "[[user]] name = \"d\" auth = \"SHA\" auth-master-key = \"000102030405060708090a0b0c0d0e0f10111213\" \
         privacy = \"DES\" privacy-key = \"000102030405060708090a0b0c0d0e0f\"",
        "[[user]] name = \"e\" auth = \"MD5\" auth-passphrase = \"passpass1\"",
        "[[group]] name = \"grpd\" model = \"usm\" members = \"d\"",
        "[[group]] name = \"grpe\" model = \"usm\" members = \"e\"",
        "[[group]] name = \"grpf\" model = \"usm\" members = \"f\"",
        "[[access]] group = \"grpd\" context-match = \"prefix\" model = \"usm\" level = \"authNoPriv\" read = \"some\"",
        "[[access]] group = \"grpd\" context-match = \"prefix\" model = \"usm\" level = \"authPriv\" read = \"all\" write = \"all\"",
        "[[access]] group = \"grpe\" context-match = \"prefix\" model = \"usm\" level = \"authPriv\" read = \"all\"",
        "[[access]] group = \"grpf\" context-match = \"prefix\" model = \"usm\" level = \"authNoPriv\" read = \"all\"",
        "[[view]] name = \"some\" include = \"1.3.6.1.2.1.1\"",
    ];
    assert_eq!(entries, expected);
}

/// The file that snmpd keeps has keys that are localized, and the engine that they are localized to.
#[test]
fn what_snmpd_keeps() {
    let (toml, config) = good(
        "usmUser 1 3 0x80001f880468656c6c6f \"bob\" \"bob\" NULL .1.3.6.1.6.3.10.1.1.5 \
         0x000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f .1.3.6.1.6.3.10.1.2.4 \
         0x000102030405060708090a0b0c0d0e0f \"\"\n\
         usmUser 1 3 0x8000000001020304 0x65766500 0x65766500 NULL .1.3.6.1.6.3.10.1.1.1 \"\" .1.3.6.1.6.3.10.1.2.1 \"\" \"\"\n\
         engineBoots 41\noldEngineID 0x80001f880468656c6c6f\nrouser bob\n",
    );
    assert_eq!(config.engine_boots, 41, "{toml}");
    let bob = config.user("bob").expect("bob");
    assert!(bob.localized && bob.grant.is_some());
    let eve = config.users.iter().find(|user| user.user.name() == b"eve").expect("eve");
    assert_eq!(eve.engine_id.map(|id| id.to_string()).as_deref(), Some("8000000001020304"));
    // Boots are counted for an ID: a new one begins anew.
    let (toml, config) =
        good("engineBoots 41\noldEngineID 0x80001f880468656c6c6f\nengineID other\nrocommunity x\n");
    assert_eq!(config.engine_boots, 0, "{toml}");
}

/// The first row with an index counts, as it does in snmpd.
#[test]
fn rows_that_are_there_already() {
    let (_, config) = good(
        "view v included .1.3.6.1.2.1.1\nview v excluded .1.3.6.1.2.1.1 ff\nview v excluded sysDescr 0xfe.a0:1\n\
         group g usm u\ngroup h usm u\naccess g \"\" usm auth prefix v none none\naccess g \"\" usm auth exact none v none\n\
         authgroup write g auth -V v\nauthgroup read h priv system\nsetaccess g c any noauth exact read v\n",
    );
    let view = config.view("v").expect("a view");
    assert_eq!(view.families.len(), 2);
    assert!(view.families[0].family.is_included());
    assert_eq!(view.families[1].family.mask_of().as_octets(), [0xfe, 0xa0, 1]);
    assert_eq!(config.groups.iter().map(|row| row.group.as_str()).collect::<Vec<_>>(), ["g"]);
    let rows: Vec<_> = config
        .access
        .iter()
        .map(|row| (row.group.as_str(), row.grant.read.as_str(), row.grant.write.as_str()))
        .collect();
    assert_eq!(rows, [("g", "v", "v"), ("h", "1.3.6.1.2.1.1", ""), ("g", "v", "")]);
}

#[test]
fn texts_of_the_system_group() {
    let (_, config) = good(
        "sysLocation \"a b\" c \\\nsysContact   me <x@y>  # tail  \nsysName 'n'\nsysDescr ä \"\nsysServices 72\n\
         sysObjectID .1.3.6.1.4.1.99999.1\nrocommunity x\nagentaddress udp:161,tcp:127.0.0.1:1161,/run/a,UDP6:[::1]:161,TCP:1161,10.0.0.1\n\
         authtrapenable 1\n",
    );
    let system = &config.system;
    let texts = [&system.location, &system.contact, &system.name, &system.description];
    let texts: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
    assert_eq!(texts, ["\"a b\" c \\", "me <x@y>  # tail", "'n'", "ä \""]);
    assert_eq!((system.services, config.authentication_traps), (Some(72), true));
    let listen: Vec<&str> = config.listen.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(
        listen,
        ["udp:161", "tcp:127.0.0.1:1161", "unix:/run/a", "udp6:[::1]:161", "tcp:1161", "udp:10.0.0.1"]
    );
}

/// Sub-agents are let in only if `master agentx` says so.
#[test]
fn sub_agents() {
    let lines =
        "agentXSocket /run/agentx/master,tcp:127.0.0.1:705,tcp:7050\nagentXTimeout 3\nrocommunity x\n";
    let (_, config) = good(lines);
    assert_eq!(config.agentx, None);
    let (_, config) = good(&format!("master agentx\n{lines}"));
    let agentx = config.agentx.expect("there are sub-agents");
    let listen: Vec<&str> = agentx.listen.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(listen, ["unix:/run/agentx/master", "tcp:127.0.0.1:705", "tcp:0.0.0.0:7050"]);
    assert_eq!(agentx.timeout, std::time::Duration::from_secs(3));
    let (_, config) = good("master agentx\nrocommunity x\n");
    let agentx = config.agentx.expect("there are sub-agents");
    assert_eq!(agentx.listen[0].0, "unix:/var/agentx/master");
}

#[test]
fn receivers() {
    let entries = entries(
        "trapsink 192.0.2.1\ntrapcommunity tc\ntrap2sink -name n1 -tag t1 -profile p1 192.0.2.2:1162\n\
         informsink udp:192.0.2.3 ic 1163\ntrapsess -v 2c -c tsc -Ci -r 2 -t 3 -tag t1 tcp:192.0.2.4\n\
         trapsess -v3 -u bob -l authPriv 192.0.2.5\n\
         trapsess -v 3 -u eve -l authNoPriv -a SHA -A eve-eve-eve -Ci 192.0.2.6\n\
         notificationFilter p1 .1.3.6.1.4 0x00 included\nnotificationFilter p1 coldStart ff excluded\n\
         createUser bob MD5 bobbobbob DES\nrouser bob priv\nrocommunity x\n",
    );
    let expected = [
        "[[user]] name = \"bob\" auth = \"MD5\" auth-passphrase = \"bobbobbob\" privacy = \"DES\" privacy-passphrase = \"bobbobbob\" \
         access = \"read-only\" level = \"authPriv\" context-match = \"prefix\" view = \"all\" notify = \"all\"",
        "[[user]] name = \"eve\" auth = \"SHA\" auth-passphrase = \"eve-eve-eve\" notify = \"all\"",
        "[[target]] name = \"sink-1\" address = \"udp:192.0.2.1\" type = \"trap\" version = \"1\" community = \"public\"",
        "[[target]] name = \"n1\" address = \"udp:192.0.2.2:1162\" tags = \"t1\" version = \"2c\" community = \"tc\" filter = \"p1\"",
        "[[target]] name = \"sink-3\" address = \"udp:192.0.2.3:1163\" type = \"inform\" version = \"2c\" community = \"ic\"",
        "[[target]] name = \"sink-4\" address = \"tcp:192.0.2.4\" tags = \"t1\" timeout = 3.0 retries = 2 version = \"2c\" community = \"tsc\"",
        "[[target]] name = \"sink-5\" address = \"udp:192.0.2.5\" type = \"trap\" user = \"bob\" level = \"authPriv\"",
        "[[target]] name = \"sink-6\" address = \"udp:192.0.2.6\" type = \"inform\" user = \"eve\" level = \"authNoPriv\"",
        "[[notify]] name = \"t1\" tag = \"t1\" type = \"trap\"",
        "[[notify]] name = \"t1-inform\" tag = \"t1\" type = \"inform\"",
        "[[filter]] name = \"p1\" include = \"1.3.6.1.4/00\" exclude = \"1.3.6.1.6.3.1.1.5.1\"",
    ];
    for expected in expected {
        assert!(entries.iter().any(|entry| entry == expected), "{expected}\n{entries:#?}");
    }
}

/// What is left out is told with its line, and never with what may be a secret.
#[test]
fn lines_that_are_left_out() {
    for (line, reason) in [
        ("proc sshd", "does not watch its machine"),
        ("agentxperms 0777", "only the owner of the socket"),
        ("agentxtimeout 0", "from 1 to 255"),
        ("agentxsocket ssh:x", "expected unix:PATH"),
        ("exec x /bin/y", "no shell is asked"),
        ("extend .1.3.6 x /bin/y", "leave the OID out"),
        ("extend x y", "not written with its whole path"),
        ("pass .1.3.6.1.4.1.9", "there is no program"),
        ("pass -p 0 .1.3.6.1.4.1.9 /bin/y", "a priority of 1 to 255"),
        ("engineIDType 3", "write it as `engine-id`"),
        ("nonsense s3cret", "no directive of snmpd.conf"),
        ("rocommunity", "there is nothing behind it"),
        ("rocommunity s3cret 10.0.0.1/8", "bits set behind its mask"),
        ("rocommunity s3cret ::1", "is an IPv6 address"),
        ("rocommunity s3cret default .1.3 \"\"", "an empty text"),
        ("rocommunity x", "the first one counts"),
        ("createUser s3cret", "above makes the same user"),
        ("createUser u SHA s3cret", "the passphrase has 6 octets"),
        ("createUser u ROT13 s3crets3cret", "`ROT13` is not an authentication protocol"),
        ("createUser u default s3crets3cret", "`default` is not an authentication protocol"),
        ("createUser u MD5 -m 0xs3cret", "the key is not pairs"),
        ("createUser -e 0x80 u", "the engine ID cannot be used"),
        ("rouser u sometimes", "`sometimes` is no level"),
        ("rouser -s tsm u", "no security model `tsm`"),
        ("group g", "expected GROUP MODEL SECNAME"),
        ("access g \"\" any noauth almost v v v", "`almost` does not say"),
        ("access g \"\" any noauth exact v", "expected GROUP CONTEXT"),
        ("view v include .1.3", "`include` is no type"),
        ("view v included .1.3 xyz", "`xyz` is no octet"),
        ("authuser log u", "is for snmptrapd"),
        ("trapsess 192.0.2.1", "there is no version"),
        ("trapsess -v 3 192.0.2.1", "there is no user"),
        ("trapsess -v 1 -Ci -c s3cret 192.0.2.1", "no informs in SNMPv1"),
        ("trapsess -v 3 -u nobody -l authPriv 192.0.2.1", "has no passphrase"),
        ("trapsink -s 10.0.0.1 192.0.2.1", "the source address is not chosen"),
        ("trap2sink ssh:192.0.2.1", "no transport `ssh`"),
        ("agentaddress ipx:/40000", "no transport `ipx`"),
        ("authtrapenable yes", "expected 1 or 2"),
        ("sysServices many", "expected a number"),
        ("[snmp] defVersion 3", "it is for `snmp`"),
        ("[snmp", "does not end with `]`"),
        ("includeFile other.conf", "`/etc/snmp/other.conf` is not read: it is not there"),
        ("includeFile snmpd.conf", "the file includes itself"),
        ("includeDir conf.d", "absolute path"),
    ] {
        let import = import(&format!("rocommunity x\ncreateUser s3cret\n{line}\n"));
        let [left] = import.left_out() else { panic!("{line}: {:?}", import.left_out()) };
        assert!(left.line == 3 && left.reason.contains(reason), "{line}: {left}");
        assert!(import.toml().contains("# Left out:\n#   /etc/snmp/snmpd.conf:3: "), "{}", import.toml());
        assert!(line.contains("createUser s3cret") || !left.to_string().contains("s3cret"), "{left}");
        Config::parse(import.toml(), Path::new("/"), &StandardNames)
            .unwrap_or_else(|problems| panic!("{problems}\n{line}"));
    }
}

/// A name that is not known stays, so that nobody sees more than before.
#[test]
fn names_that_are_not_known() {
    for line in
        ["view v excluded vendorSecrets", "rocommunity y default vendorStuff", "rouser y auth vendorStuff.1"]
    {
        let import = import(&format!("rocommunity x default -V v\nview v included .1.3\n{line}\n"));
        let problems =
            Config::parse(import.toml(), Path::new("/"), &StandardNames).expect_err("it is refused");
        assert!(
            problems.to_string().contains("`vendorS") && problems.to_string().contains("is no name"),
            "{problems}"
        );
    }
}

#[test]
fn included_files() {
    let file = |path: &str, text: &str| (path.into(), text.into());
    let files = MemFiles(
        [
            file("/a/snmpd.conf", "rocommunity one\nincludeFile b.conf\nincludeDir /c\nrocommunity six\n"),
            file("/a/b.conf", "[snmp]\nx y\nincludeFile /a/snmpd.conf\n[snmpd]\nrocommunity two\n"),
            file("/c/2.conf", "rocommunity four\nincludeFile 1.conf"),
            file("/c/1.conf", "rocommunity three\n"),
            file("/c/3.txt", "rocommunity no\n"),
        ]
        .into(),
    );
    let import = Import::read(&["/a/snmpd.conf"], &files, &StandardNames);
    let names: Vec<&str> = import.toml().lines().filter_map(|line| line.strip_prefix("name = ")).collect();
    assert_eq!(names, ["\"one\"", "\"two\"", "\"three\"", "\"four\"", "\"six\""]);
    let left: Vec<String> = import.left_out().iter().map(ToString::to_string).collect();
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(
        left[0].starts_with("/a/b.conf:2: x: it is for `snmp`") && left[2].starts_with("/c/1.conf:1: "),
        "{left:?}"
    );
    // Each includes the next one twice, so that there would be 2^40 of them.
    let many = (0..40).map(|n| file(&format!("/d/{n}"), &format!("includeFile {}\n", n + 1).repeat(2)));
    let import = Import::read(&["/d/0"], &MemFiles(many.collect()), &StandardNames);
    assert!(
        import.left_out().iter().any(|left| left.reason.contains("deep")),
        "{:?}",
        import.left_out().len()
    );
}

/// Whatever stands there: there is a configuration, it is TOML, and it takes no time to speak of.
#[test]
fn damaged_files() {
    let words = [
        "rocommunity",
        "rwuser",
        "createUser",
        "view",
        "access",
        "group",
        "trapsess",
        "com2sec",
        "-V",
        "-Cn",
        "-s",
        "any",
        "\"",
        "'",
        "\\",
        "#",
        "[snmp]",
        "[",
        "default",
        "!10.0.0.0/8",
        ".1.3",
        "system",
        "noauth",
        "exact",
        "included",
        "ff:",
        "0x",
        "-l",
        "-m",
        "SHA",
        "AES",
        "passphrase",
        "\t",
        "\u{0}",
        "ä",
        "usmUser",
        "1",
        "NULL",
        "trapsink",
        "-v3",
        "-3m",
        "includeFile",
        "/",
        "notificationFilter",
        "sysContact",
        "engineID",
        "*",
        "ctx*",
        "\"\"",
    ];
    let mut random = Xorshift(7);
    for _ in 0..3_000 {
        let mut text = String::new();
        for _ in 0..random.below(40) {
            text += words[random.below(words.len())];
            text.push(if random.below(5) == 0 { '\n' } else { ' ' });
        }
        let import = import(&text);
        if let Err(problems) = Config::parse(import.toml(), Path::new("/"), &StandardNames) {
            // What is wrong is what was written there, never the form of the TOML.
            let text = problems.to_string();
            assert!(
                !text.contains("invalid") && !text.contains("unknown key") && !text.contains("missing key"),
                "{text}\n{}",
                import.toml()
            );
        }
    }
    let mut many = String::new();
    for number in 0..20_000 {
        many += &format!(
            "rocommunity c{number}\ngroup g v1 s{number}\nview v included .1.3.{number}\naccess g c{number} any noauth exact v v v\n"
        );
    }
    let import = import(&many);
    let config = Config::parse(import.toml(), Path::new("/"), &StandardNames);
    let config = config.unwrap_or_else(|problems| panic!("{}", problems.list.len()));
    assert_eq!(
        (config.communities.len(), config.groups.len(), config.access.len()),
        (20_000, 20_000, 20_000)
    );
}

/// Subtrees of other agents.
#[test]
fn proxies() {
    let text = "rocommunity public\ncreateUser eve SHA-256 maplesyrup AES maplesyrup\n\
                proxy -v 2c -c s3cret 192.0.2.1 .1.3.6.1.4.1.9\n\
                proxy -Cn vlan7 -v1 -cpublic -t 3 -r2 tcp:192.0.2.2:1161 enterprises.10 .1.3.6.1.2.1.2\n\
                proxy -v 3 -u eve -l authPriv -n there udp6:2001:db8::1 system\n\
                proxy -u zoe 192.0.2.3 .1.3.6.1.4.1.11\n";
    let toml = entries(text).into_iter().filter(|entry| {
        entry.starts_with("[[target]]") || entry.starts_with("[[subtree]]") || entry.starts_with("[[user]]")
    });
    assert_eq!(
        toml.collect::<Vec<_>>(),
        [
            "[[user]] name = \"eve\" auth = \"SHA-256\" auth-passphrase = \"maplesyrup\" privacy = \"AES-128\" \
             privacy-passphrase = \"maplesyrup\"",
            "[[user]] name = \"zoe\"",
            "[[target]] name = \"proxy-1\" address = \"udp:192.0.2.1:161\" tags = [] version = \"2c\" community = \"s3cret\"",
            "[[subtree]] root = \"1.3.6.1.4.1.9\" target = \"proxy-1\"",
            "[[target]] name = \"proxy-2\" address = \"tcp:192.0.2.2:1161\" tags = [] timeout = 3.0 retries = 2 version = \"1\" \
             community = \"public\"",
            "[[subtree]] root = \"1.3.6.1.4.1.10\" remote-root = \"1.3.6.1.2.1.2\" context = \"vlan7\" target = \"proxy-2\"",
            "[[target]] name = \"proxy-3\" address = \"udp6:[2001:db8::1]:161\" tags = [] user = \"eve\" level = \"authPriv\"",
            "[[subtree]] root = \"1.3.6.1.2.1.1\" remote-context = \"there\" target = \"proxy-3\"",
            "[[target]] name = \"proxy-4\" address = \"udp:192.0.2.3:161\" tags = [] user = \"zoe\" level = \"noAuthNoPriv\"",
            "[[subtree]] root = \"1.3.6.1.4.1.11\" target = \"proxy-4\"",
        ]
    );
    let (_, config) = good(text);
    assert_eq!(config.subtrees.len(), 4);
    for (line, reason) in [
        ("proxy -v 2c -c x 192.0.2.1", "there is no OID"),
        ("proxy -v 2c 192.0.2.1 .1.3.6", "there is no community"),
        ("proxy 192.0.2.1 .1.3.6", "there is no user"),
        ("proxy -v 2c -c x -Cz 192.0.2.1 .1.3.6", "-Cz is no option"),
        ("proxy -v 2c -c x -Cn", "there is no context behind -Cn"),
        ("proxy -v 2c -c x 192.0.2.1 nowhere.1", "`nowhere` is no name"),
        (
            "proxy -v 2c -c x 192.0.2.1 .1.3.6.1.9\nproxy -v 1 -c y 192.0.2.2 .1.3.6.1.9",
            "for 1.3.6.1.9 above",
        ),
        ("proxy -v 2c -c x -n there 192.0.2.1 .1.3.6", "only SNMPv3 has contexts"),
        ("proxy -v 3 -u who -l authNoPriv 192.0.2.1 .1.3.6", "has no passphrase"),
        (
            "createUser tom SHA maplesyrup AES\nproxy -v3 -u tom -l authNoPriv 192.0.2.1 .1.3.6",
            "has keys for authPriv",
        ),
    ] {
        let import = import(line);
        let [left_out] = import.left_out() else { panic!("{line}: {:?}", import.left_out()) };
        assert!(left_out.directive == "proxy" && left_out.reason.contains(reason), "{line}: {left_out}");
    }
}
