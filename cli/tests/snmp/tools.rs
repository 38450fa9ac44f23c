//! Under the names of net-snmp's tools: beside those tools, with the same agent and the same arguments.

use crate::agent;
use crate::netsnmp::{installed, run, snmpd};
use crate::place::{Place, Said, v3_user};
use mibc_test_support::netsnmp::SNMPD;
use std::fs;

/// What matters of a message: net-snmp's has what it looked up last in parentheses, and ours a reason.
fn message(said: &Said) -> String {
    let aside = ["Cannot find module", "MIB search path", "Created directory"];
    let own = |line: &&str| !aside.iter().any(|aside| line.starts_with(aside));
    let line = said.err.lines().find(own).unwrap_or_default();
    line.split(" (").next().unwrap_or_default().to_owned()
}

/// Both say the same, and end in the same way.
fn same(place: &Place, tool: &str, arguments: &[&str]) {
    let (theirs, ours) = (run(place, tool, arguments), place.tool(tool, arguments));
    assert_eq!(ours.status, theirs.status, "{tool} {arguments:?}: {}{}", ours.err, theirs.err);
    assert_eq!(ours.out, theirs.out, "{tool} {arguments:?}: {}", ours.err);
    assert_eq!(message(&ours), message(&theirs), "{tool} {arguments:?}");
}

/// Arguments in one line.
fn line(place: &Place, tool: &str, line: &str) {
    let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
    same(place, tool, &words);
}

#[test]
fn options_in_every_order_and_what_is_wrong_with_them() {
    if !installed(SNMPD) || !installed("snmpget") {
        return;
    }
    let place = Place::new();
    let (_snmpd, at) = snmpd();
    let port = at.rsplit(':').next().expect("a port");
    let public = format!("-v2c -cpublic {at}");
    for arguments in [
        format!("{public} sysName.0"),
        format!("{at} -v2c sysName.0 -c public -Oqv"),
        format!("-v2c -cpublic {port} sysName.0"),
        format!("-v2c -cpublic udp:{port} sysName.0"),
        format!("--defVersion=2c --defCommunity=public {at} sysName.0"),
        format!("-Y defversion=2c -cpublic {at} sysName.0"),
        format!("-v2c -c public -Is .0 {at} sysName sysContact"),
        format!("{public} sysName sysContact.0"),
        format!("-IR -On {public} sysName.0"),
        format!("-Pu -Z1,2 -r0 -t.5 {public} sysName.0"),
        format!("{public} foo.0"),
        format!("-Ln {public} foo.0"),
        format!("-u old -l3 -A maplesyrup -X pancakes {at} sysName.0"),
        format!("-v3 -u alice -l ap -aSHA -Amaplesyrup -xAES -Xpancakes {at} sysName.0"),
        format!("-v3 -u alice -l ap -aSHA -Amaplesyrupp -xAES -Xpancakes {at} sysName.0"),
        format!("-v3 -u nobody -l nanp {at} sysName.0"),
        format!("-v3 -u alice -l anp -aSHA -Amaplesyrup {at} sysName.0"),
        format!("-v1 -cpublic {at} sysName.0 sysName sysLocation.0"),
        format!("-v1 -cpublic -Cf {at} sysName.0 sysName sysLocation.0"),
        format!("-v2c -c wrong -t.2 -r1 {at} sysName.0"),
        format!("-v2c -cpublic {at}"),
        format!("-v2c {at} sysName.0"),
        "-v2c -cpublic".to_owned(),
        format!("-v7 -cpublic {at} sysName.0"),
        format!("-Oz {public} sysName.0"),
        format!("-Iz {public} sysName.0"),
        format!("-Lz {public} sysName.0"),
        format!("-Pz {public} sysName.0"),
        format!("-Cz {public} sysName.0"),
        format!("-q {public} sysName.0"),
        format!("-p 161 {public} sysName.0"),
        format!("-t 0 {public} sysName.0"),
        format!("-r x {public} sysName.0"),
        format!("-Z 1 {public} sysName.0"),
        format!("-l bad {public} sysName.0"),
        format!("-a bad {public} sysName.0"),
        format!("-x bad {public} sysName.0"),
        format!("{public} sysName.0 -v"),
    ] {
        line(&place, "snmpget", &arguments);
    }
    assert!(place.tool("snmpget", &["-V"]).err.starts_with("NET-SNMP version: 5.9"));
}

#[test]
fn each_tool() {
    if !installed(SNMPD) || !installed("snmpset") {
        return;
    }
    let place = Place::new();
    let (_snmpd, at) = snmpd();
    let public = format!("-v2c -cpublic {at}");
    let private = format!("-v2c -cprivate {at}");
    for (tool, arguments) in [
        ("snmpwalk", format!("{public} vacmAccessTable")),
        ("snmpwalk", format!("{public} sysName.0")),
        ("snmpwalk", format!("{public} sysName more")),
        ("snmpwalk", format!("{public} 1.3.6.1.2.1.1.99")),
        ("snmpwalk", format!("-CI {public} sysName.0")),
        ("snmpwalk", format!("-Cpc {public} sysContact")),
        ("snmpwalk", "-v2c -cpublic -t.2 -r0 127.0.0.1:9".to_owned()),
        ("snmpbulkwalk", format!("-Cn1r3 -Cp {public} sysName")),
        ("snmpbulkwalk", format!("-v1 -cpublic {at} system")),
        ("snmpbulkget", format!("-Cr2 {public} sysName")),
        ("snmpbulkget", format!("-v1 -cpublic {at} system")),
        ("snmpgetnext", format!("{public} sysName sysContact")),
        ("snmpgetnext", format!("-v1 -cpublic {at} 2.99")),
        ("snmpset", format!("{private} sysName.0")),
        ("snmpset", format!("{private} sysName.0 s")),
        ("snmpset", format!("{private} sysName.0 q 1")),
        ("snmpset", format!("{private} sysName.0 string here")),
        ("snmpset", format!("{private} sysName.0 x 0x6162")),
        ("snmpset", format!("{private} sysName.0 x 616")),
        ("snmpset", format!("{private} sysName.0 d 97.98")),
        ("snmpset", format!("{private} sysName.0 = here")),
        ("snmpset", format!("-Cq {private} sysName.0 s there")),
        ("snmpset", format!("{private} sysName.0 i 1")),
        ("snmpset", format!("{private} sysServices.0 i -1")),
        ("snmpset", format!("{private} nosuch.0 i 1")),
        ("snmpset", format!("{private} 1.3.6.1.4.1.32473.1.0 I -5")),
        ("snmpset", format!("-v1 -cpublic {at} sysName.0 s x")),
        ("snmptable", format!("-Cib {public} vacmAccessTable")),
        ("snmptable", format!("{public} sysName")),
        ("snmptable", public.clone()),
        ("snmpdf", format!("{public} -Cx")),
        ("snmpstatus", format!("-v2c -cwrong -t.2 -r0 {at}")),
    ] {
        line(&place, tool, &arguments);
    }
}

/// Times and counts differ from one moment to the next; the form is the same.
#[test]
fn status_and_storages() {
    if !installed(SNMPD) || !installed("snmpstatus") {
        return;
    }
    let place = Place::new();
    let (_snmpd, at) = snmpd();
    let digits = |text: &str| {
        let text: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
        let mut out = text.clone();
        while out.contains("99") {
            out = out.replace("99", "9");
        }
        out
    };
    for version in ["-v1", "-v2c"] {
        let asked = [version, "-cpublic", at.as_str()];
        let (theirs, ours) = (run(&place, "snmpstatus", &asked), place.tool("snmpstatus", &asked));
        assert_eq!(digits(&ours.out), digits(&theirs.out), "{}", ours.err);
        let interfaces =
            |said: &Said| said.out.lines().nth(1).and_then(|line| line.split(',').next()).map(str::to_owned);
        assert_eq!(interfaces(&ours), interfaces(&theirs));
        assert_eq!(ours.out.lines().nth(2), theirs.out.lines().nth(2));
    }
    for letters in [vec![], vec!["-Ch"], vec!["-CH"]] {
        let asked = [letters.as_slice(), &["-v2c", "-cpublic", at.as_str()]].concat();
        let (theirs, ours) = (run(&place, "snmpdf", &asked), place.tool("snmpdf", &asked));
        assert_eq!(digits(&ours.out).replace(' ', ""), digits(&theirs.out).replace(' ', ""), "{}", ours.err);
        assert_eq!(ours.out.lines().next(), theirs.out.lines().next());
    }
}

/// Hexadecimal as net-snmp lays it out, beside the same octets taken apart.
#[test]
fn messages_are_shown() {
    let (place, agent) = (Place::new(), agent::start());
    let at = agent.address.as_str();
    let said = place.run(&["get", "-d", "-v2c", "-cpublic", at, "sysUpTime.0"]);
    let lines: Vec<&str> = said.err.lines().collect();
    // A request-id has up to four octets.
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("Sending 4") && line.contains(" bytes to UDP: [127.0.0.1]:"))
    );
    assert!(
        lines.iter().any(|line| line.starts_with("Received ") && line.contains(" byte packet from UDP: ["))
    );
    let first = |line: &&str| {
        line.starts_with("0000: 30 2") && line.contains("02 01  01 04 06 70  75 62 6C 69  63 A0 ")
    };
    assert!(lines.iter().any(first), "{lines:?}");
    let apart = place.run(&["get", "-Ddump", "-v1", "-cpublic", at, "sysUpTime.0"]).err;
    assert!(apart.contains("community \"public\"") && apart.contains("    1.3.6.1.2.1.1.3.0 = "), "{apart}");
    let user = ["-u", "operator", "-a", "SHA-256", "-A", "maplesyrup", "-x", "AES", "-X", "pancakes"];
    let apart = place.run(&[&["get", "-D", "ALL"], user.as_slice(), &[at, "sysUpTime.0"]].concat()).err;
    assert!(apart.contains("engine none") && apart.contains("the PDU is encrypted"), "{apart}");
    if installed("snmpget") {
        let asked = ["-d", "-v2c", "-cpublic", at, "1.3.6.1.2.1.1.3.0"];
        let theirs = run(&place, "snmpget", &asked).err;
        let ours = place.tool("snmpget", &asked).err;
        // Ports and request-ids differ: what is left is the layout of whole lines, and where there are none.
        let layout = |text: &str| -> Vec<String> {
            let begin = text.find("\nSending").unwrap_or(0);
            let digits = |line: &str| match line.contains("UDP") {
                true => line.split(' ').next().unwrap_or_default().to_owned(),
                false => line
                    .char_indices()
                    .map(|(at, c)| if c == ' ' || at > 53 { c } else { 'x' })
                    .take(54)
                    .collect(),
            };
            text.get(begin..)
                .unwrap_or_default()
                .lines()
                .filter(|line| !line.starts_with("0032"))
                .map(digits)
                .collect()
        };
        assert_eq!(layout(&ours), layout(&theirs), "{ours}{theirs}");
    }
}

/// Messages go to a file; a port without a host is on this machine; the source address is one of this machine's.
#[test]
fn further_options_of_ours() {
    let (place, agent) = (Place::new(), agent::start());
    let at = agent.address.as_str();
    let port = at.rsplit(':').next().expect("a port");
    let said = place.run(&["get", "-Lf", "messages", "-v2c", "-cpublic", port, "nosuch.0"]);
    assert!(said.err.is_empty() && said.status == Some(1), "{said:?}");
    let messages = fs::read_to_string(place.path().join("messages")).expect("a file");
    assert!(messages.contains("nosuch"), "{messages}");
    let get = |rest: &[&str]| place.run(&[&["get", "-v2c", "-cpublic"], rest].concat());
    for rest in [
        vec!["--clientaddr=127.0.0.1", port, "sysUpTime.0"],
        vec!["-Is", ".0", at, "sysUpTime"],
        vec!["-IS", "SNMPv2-MIB::", at, "sysUpTime.0"],
        vec!["-Ib", at, "-Is", ".0", "sys.*pTime$"],
        vec!["-Iu", at, "1.3.0"],
        vec!["-3n", "", at, "sysUpTime.0"],
    ] {
        let said = get(&rest);
        assert!(said.out.starts_with("SNMPv2-MIB::sysUpTime.0 = "), "{rest:?}: {said:?}");
    }
    for (rest, expected) in [
        (vec!["--client-address", "somewhere", at, "sysUpTime.0"], "is not an IP address"),
        (vec!["-Ib", at, "sys(.0"], "is not a regular expression"),
        (vec!["-Ib", at, "nothing-like-this"], "no name matches"),
        (vec!["-Lq", at, "sysUpTime.0"], "expected e (standard error)"),
        (vec!["-Op", "%s", at, "sysUpTime.0"], "is not a form of floating point numbers"),
        (vec!["-Z", "1", at, "sysUpTime.0"], "is not BOOTS,TIME"),
        (vec!["--input", "z", at, "sysUpTime.0"], "expected letters of b h r R u"),
    ] {
        let said = get(&rest);
        assert!(said.status == Some(1) && said.err.contains(expected), "{rest:?}: {said:?}");
    }
    let level = |level: &str| {
        let mut user = v3_user("operator", "SHA-256", ["maplesyrup", "pancakes"]);
        user[4] = level;
        place.run(&[&["get", "-Oqv"], &user[1..], &[at, "sysUpTime.0"]].concat())
    };
    for name in ["3", "ap", "authPriv"] {
        assert_eq!(level(name).status, Some(0), "{name}");
    }
    assert!(level("4").err.contains("is not a security level"));
    let delta = place.answer(&["delta", "-v2c", "-cpublic", "--count", "1", "-CsT", at, "sysUpTime.0"]);
    let lines: Vec<&str> = delta.lines().collect();
    assert!(lines.len() == 2 && lines[1].contains("]\t"), "{delta}");
}

/// Localized keys: those of the passphrase do as well as the passphrase itself.
#[test]
fn keys_in_place_of_passphrases() {
    let (place, agent) = (Place::new(), agent::start());
    let at = agent.address.as_str();
    let master = |passphrase: &str| {
        let key =
            mibc::runtime::usm::Key::from_password(mibc::runtime::usm::Auth::Sha256, passphrase.as_bytes());
        key.as_bytes().iter().map(|octet| format!("{octet:02x}")).collect::<String>()
    };
    let (auth, private) = (format!("0x{}", master("maplesyrup")), master("pancakes"));
    let asked = [
        "get",
        "-Oqv",
        "-u",
        "operator",
        "-a",
        "SHA-256",
        "-x",
        "AES",
        "-3m",
        &auth,
        "-3M",
        &private,
        at,
        "sysUpTime.0",
    ];
    assert_eq!(place.run(&asked).status, Some(0));
    let wrong = place.run(&["get", "-u", "operator", "-3m", "maple", at, "sysUpTime.0"]);
    assert!(
        wrong.err.contains("not pairs of hexadecimal digits") && !wrong.err.contains("maple"),
        "{wrong:?}"
    );
}

/// What is there and no link stays as it is.
#[test]
fn links() {
    let place = Place::new();
    for _ in 0..2 {
        assert_eq!(place.run(&["links", "bin"]).status, Some(0));
    }
    assert!(place.path().join("bin/snmpbulkwalk").exists());
    fs::create_dir_all(place.path().join("other")).expect("a folder");
    fs::write(place.path().join("other/snmpget"), "mine").expect("a file");
    let said = place.run(&["links", "other"]);
    assert!(said.status == Some(2) && said.err.contains("is not a link"), "{said:?}");
    assert_eq!(fs::read_to_string(place.path().join("other/snmpget")).expect("a file"), "mine");
}

/// Every form of names, definitions and trees, beside net-snmp's tool over the same modules.
#[test]
fn translations() {
    if !installed("snmptranslate") {
        return;
    }
    let place = Place::new();
    // Names that RFC1213-MIB defines as well are left out: net-snmp names each module that it has happened to read.
    let modules = "SNMPv2-MIB:IF-MIB:HOST-RESOURCES-MIB:SNMP-VIEW-BASED-ACM-MIB:SNMP-TARGET-MIB:NOTIFICATION-LOG-MIB:IP-MIB";
    let translate = |arguments: &str| line(&place, "snmptranslate", &format!("-m {modules} {arguments}"));
    for name in [
        "ifXEntry",
        "ifXTable",
        "linkDown",
        "coldStart",
        "ipAddressPrefix",
        "ipAddressEntry",
        "ifCompliance3",
        "ifMIB",
        "zeroDotZero",
        "hrStorageSize",
        "hrSystemDate",
        "snmpTrapOID",
        "enterprises",
        "ifStackStatus",
        "vacmAccessContextMatch",
        "vacmBasicGroup",
        "nosuch",
        "snmpTargetAddrEntry",
        "snmpTargetAddrTAddress",
        "ifHCInOctets.7",
        "ifRcvAddressType",
    ] {
        for form in ["-OS", "-Os", "-On", "-Of", "-Ou", "-OX", "-Td", "-Td -On"] {
            translate(&format!("-IR {form} {name}"));
        }
    }
    for name in [
        "1.3.6.1.2.1.31.1.1.1.6.3",
        ".1.3.6.1.4.1.32473.1",
        "0.0",
        ".iso.org.dod",
        "IF-MIB::ifDescr.4",
        "1.3.6.1.6.3.16.1.4.1.4.7.103.114.112.97.108.108.49.0.0.1",
    ] {
        for form in ["-OS", "-On", "-Of", "-Ou", "-OX", "-Ob", "-OE"] {
            translate(&format!("{form} {name}"));
        }
    }
    for name in
        ["system", "snmpTraps", "vacmAccessTable", "ifMIB", "ipAddressPrefixTable", "hrDevice", "snmpModules"]
    {
        translate(&format!("-Tp -IR {name}"));
    }
    for report in ["-Tp", "-Tl", "-To", "-Tz", "-Ts", "-Tso"] {
        translate(report);
    }
    for wrong in ["", "-TQ", "IF-MIB::nosuch", "-IR -Oz sysDescr"] {
        line(&place, "snmptranslate", wrong);
    }
    translate("-IR sysDescr sysName");
    line(&place, "snmptranslate", "-m IF-MIB -Ib if.*[sS]tatus$");
}

/// The same letters for `mibc translate`.
#[test]
fn letters_of_translate() {
    let place = Place::new();
    assert_eq!(place.answer(&["translate", "-On", "sysDescr.0"]), ".1.3.6.1.2.1.1.1.0\n");
    assert_eq!(place.answer(&["translate", "-Is", ".0", "sysDescr"]), "1.3.6.1.2.1.1.1.0\n");
    let types = place.answer(&["translate", "-m", "SNMPv2-MIB", "-Tt"]);
    assert!(types.contains("              sysDescr(1) type=2 hint=255a\n"), "{types}");
    let assignments = place.answer(&["translate", "-m", "SNMPv2-MIB", "-Ta"]);
    assert!(assignments.contains("\nsysDescr OBJECT IDENTIFIER ::= { system 1 }\n"), "{assignments}");
    let all = place.answer(&["translate", "-TB", "^ifdescr$"]);
    assert_eq!(all, "IF-MIB::ifDescr\n");
    for (arguments, expected) in [
        (vec!["translate"], "nothing to translate"),
        (vec!["translate", "-TQ", "sysDescr"], "expected letters of B d p"),
        (vec!["translate", "-Oz", "sysDescr"], "expected letters of n s S f u"),
        (vec!["translate", "-m", "NO-SUCH-MIB", "-Tp"], "is not found"),
    ] {
        let said = place.run(&arguments);
        assert!(said.status == Some(2) && said.err.contains(expected), "{arguments:?}: {said:?}");
    }
}
