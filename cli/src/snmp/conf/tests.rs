//! Files, and what comes of them.

use super::settings::Settings;
use super::{host, lines, read};
use mibc_runtime::usm::Secret;
use std::fs;
use std::path::Path;

fn set(text: &str) -> (Settings, Vec<String>) {
    let (mut settings, mut warnings) = (Settings::default(), Vec::new());
    lines(Path::new("/x/snmp.conf"), text, &mut settings, &mut |warning| warnings.push(warning));
    (settings, warnings)
}

#[test]
fn what_is_set() {
    let (settings, warnings) = set(
        "defVersion 3\nDEFCOMMUNITY public\ndefSecurityName \"op erator\"\ndefSecurityLevel authPriv\n\
         defAuthType SHA-256\ndefPrivType AES\ndefPassphrase both\ndefPrivPassphrase pancakes\ndefContext there\n\
         timeout 2.5\nretries 0\nmibs +IF-MIB:IP-MIB\nmibs -TCP-MIB\nmibdirs /a:/b\nmibfile /c/X.txt\n",
    );
    assert_eq!(warnings, [""; 0]);
    let text = |option: &Option<String>| option.clone().unwrap_or_default();
    assert_eq!(text(&settings.version), "3");
    assert_eq!(text(&settings.community), "public");
    assert_eq!(text(&settings.user), "op erator");
    assert_eq!((text(&settings.auth), text(&settings.privacy)), ("SHA-256".into(), "AES".into()));
    assert!(settings.auth_secret().is_some() && settings.priv_secret().is_some());
    assert_eq!((settings.timeout, settings.retries), (Some(2.5), Some(0)));
    assert_eq!(settings.modules.as_deref().unwrap_or_default(), ["TCP-MIB", "IF-MIB", "IP-MIB"]);
    assert_eq!(settings.folders.as_deref().unwrap_or_default(), ["/a", "/b"]);
    assert_eq!(settings.files, ["/c/X.txt"]);
    assert!(!format!("{settings:?}").contains("pancakes"));
    let bare = settings.without_credentials();
    assert!(bare.user.is_none() && bare.auth_secret().is_none() && bare.timeout == Some(2.5));
    assert_eq!(set("mibs :\n").0.modules.as_deref(), Some(&[][..]));
}

/// A localized key counts more than a master key, and that more than a passphrase, wherever they stand.
#[test]
fn keys_and_the_address_to_ask_from() {
    let (master, local) = (Secret::master([1, 2]), Secret::localized([3, 4]));
    for (text, expected) in [
        ("defPassphrase maplesyrup\n", Secret::from("maplesyrup")),
        ("defAuthMasterKey 0x0102\ndefAuthPassphrase maplesyrup\n", master.clone()),
        ("defAuthLocalizedKey 0304\ndefAuthMasterKey 0102\n", local),
    ] {
        assert!(set(text).0.auth_secret() == Some(expected), "{text}");
    }
    assert!(set("defPrivMasterKey 0102\n").0.priv_secret() == Some(master));
    let client = |text: &str| set(text).0.client().map(|address| address.to_string());
    assert_eq!(client("clientaddr 127.0.0.1\n").as_deref(), Some("127.0.0.1:0"));
    assert_eq!(client("clientaddr udp:127.0.0.1:5000\n").as_deref(), Some("127.0.0.1:0"));
    assert_eq!(client("clientaddr [::1]:5000\nclientaddrUsesPort yes\n").as_deref(), Some("[::1]:5000"));
}

#[test]
fn letters_of_output() {
    for (text, letters) in [
        ("printNumericOids yes\nquickPrinting 1\n", "nq"),
        ("quickPrinting on\nquickPrinting off\n", ""),
        ("oidOutputFormat full\n", "f"),
        ("oidOutputFormat 5\nsuffixPrinting 1\n", "s"),
        ("suffixPrinting 2\nprintNumericOids no\n", ""),
        ("dontBreakdownOids y\n", ""),
        (
            "escapeQuotes true\nextendedIndex 1\nprintHexText 1\nnumericTimeticks 1\nprintNumericEnums 1\n",
            "EXTte",
        ),
        ("dontPrintUnits 1\nprintValueOnly 1\ndontBreakdownOids 1\n", "Uvb"),
    ] {
        assert_eq!(set(text).0.letters().iter().collect::<String>(), letters, "{text}");
    }
}

/// A line that cannot be read is told with its place, and changes nothing; what is unknown only where it is nearly known.
#[test]
fn lines_that_cannot_be_read() {
    for (line, expected) in [
        ("defVersion 4", "`defVersion`: `4` is not a version of SNMP: 1, 2c or 3"),
        ("defSecurityLevel much", "`much` is not a security level"),
        ("defAuthType SHA-3", "`SHA-3` is not an authentication protocol"),
        ("defPrivType rot13", "`rot13` is not a privacy protocol"),
        ("timeout soon", "`soon` is not a number of seconds above 0"),
        ("timeout -1", "`-1` is not"),
        ("retries 1001", "is not a number of 0..1000"),
        ("defaultPort 65536", "is not a port"),
        ("defaultPort 0", "is not a port"),
        ("defDomain snmp pigeon", "is not `snmp` and udp"),
        ("quickPrinting maybe", "`maybe` is not yes or no"),
        ("oidOutputFormat 9", "is not 1 to 5"),
        ("suffixPrinting 3", "is not 0, 1 or 2"),
        ("defAuthMasterKey 0x0", "`defAuthMasterKey`: the key is not pairs of hexadecimal digits"),
        ("clientaddr there", "`there` is not an IP address"),
        ("clientaddrUsesPort maybe", "`maybe` is not yes or no"),
        ("defCommunity", "`defCommunity` has no value"),
        ("defComunity x", "`defComunity` is not a directive of snmp.conf; did you mean `defCommunity`?"),
        ("printnumericoid yes", "did you mean `printNumericOids`?"),
    ] {
        let (settings, warnings) = set(&format!("# first\n{line}\nretries 7\n"));
        assert!(
            warnings.len() == 1
                && warnings[0].starts_with("/x/snmp.conf:2: ")
                && warnings[0].contains(expected),
            "{line}: {warnings:?}"
        );
        assert_eq!(settings.retries, Some(7), "the next line counts");
    }
    for quiet in [
        "somethingElse x",
        "rocommunity public",
        "dumpPacket 1",
        "clientaddr 10.0.0.1",
        "mibs",
        "[snmpd] timeout x",
    ] {
        assert_eq!(set(quiet).1, [""; 0], "{quiet}");
    }
}

#[test]
fn ports_and_transports() {
    let settings = set("defaultPort 1161\n").0;
    for (agent, address) in [
        ("h", "h:1161"),
        ("h:161", "h:161"),
        ("10.0.0.1", "10.0.0.1:1161"),
        ("udp:h", "udp:h:1161"),
        ("::1", "[::1]:1161"),
        ("[::1]", "[::1]:1161"),
        ("udp6:[::1]:5", "udp6:[::1]:5"),
        ("unix:/a", "unix:/a"),
    ] {
        assert_eq!(settings.address(agent), address);
    }
    let settings = set("defDomain snmp tcp\ndefDomain snmptrap udp6\n").0;
    assert_eq!(settings.address("h:161"), "tcp:h:161");
    assert_eq!(settings.address("udp:h"), "udp:h");
    for (agent, name) in [
        ("h", "h"),
        ("h:161", "h"),
        ("tcp:h:161", "h"),
        ("[2001:db8::1]:161", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("udp6:[::1]", "::1"),
    ] {
        assert_eq!(host(agent), name);
    }
}

#[test]
fn included_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    fs::create_dir(folder.path().join("more")).expect("a folder");
    write("snmp.conf", "retries 1\nincludeFile other.conf\nincludeDir more\n");
    write("other.conf", "retries 2\ntimeout 9\nincludeFile snmp.conf\n");
    write("more/a.conf", "retries 3\n");
    write("more/b.conf", "retries 4\n");
    write("more/c.txt", "retries 5\n");
    let (mut settings, mut warnings) = (Settings::default(), Vec::new());
    read(&folder.path().join("snmp.conf"), &mut settings, &mut |warning| warnings.push(warning));
    assert_eq!((settings.retries, settings.timeout, warnings.len()), (Some(4), Some(9.0), 0));
    write("long.conf", &"# x\n".repeat(300_000));
    read(&folder.path().join("long.conf"), &mut settings, &mut |warning| warnings.push(warning));
    assert!(warnings[0].contains("longer than 1048576 octets"), "{warnings:?}");
    let names: Vec<String> = (0..200).map(|n| format!("includeFile {n}.conf\n")).collect();
    write("many.conf", &names.concat());
    read(&folder.path().join("many.conf"), &mut settings, &mut |warning| warnings.push(warning));
    assert!(warnings[1].contains("more than 100 files"), "{warnings:?}");
}
