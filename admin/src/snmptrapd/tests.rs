//! Lines of snmptrapd.conf, and the configuration that comes of them.

use super::import;
use crate::config::StandardNames;
use crate::snmpd::{Import, MemFiles};

const FILE: &str = "/etc/snmp/snmptrapd.conf";

fn of(text: &str) -> Import {
    import(&[FILE], &MemFiles([(FILE.into(), text.into())].into()), &StandardNames)
}

/// The tables of the TOML, each on one line.
fn tables(text: &str) -> Vec<String> {
    let import = of(text);
    assert_eq!(import.left_out(), [], "{text}");
    let lines = import.toml().lines().filter(|line| !line.starts_with('#'));
    let mut tables = vec![String::new()];
    for line in lines {
        match (line.is_empty(), tables.last_mut()) {
            (false, Some(table)) if table.is_empty() => line.clone_into(table),
            (false, Some(table)) => *table += &format!(" {}", line.trim()),
            _ => tables.push(String::new()),
        }
    }
    tables.retain(|table| !table.is_empty());
    tables
}

const ALL: &str = "[[rule]] outputs = [\"log\"]";
const LOG: &str = "[[output]] name = \"log\" type = \"lines\"";

#[test]
fn listeners() {
    for (text, listener) in [
        ("authCommunity log,execute,net traps", "communities = [ \"traps\", ]"),
        (
            "authcommunity log,execute,net traps 10.0.0.0/255.0.0.0\nauthCommunity log|execute|net 'a b' default",
            "communities = [ { community = \"traps\", sources = [\"10.0.0.0/8\"] }, \"a b\", ]",
        ),
        (
            "authCommunity log,execute,net traps 2001:db8::/32\nauthCommunity log,execute,net traps localhost",
            "communities = [ { community = \"traps\", sources = [\"2001:db8::/32\"] }, { community = \"traps\", sources = [\"127.0.0.1/32\"] }, ]",
        ),
        (
            "snmpTrapdAddr udp:127.0.0.1:1162, tcp:1162\nsnmpTrapdAddr udp6:[::1]:1162\ndisableAuthorization yes",
            "address = [\"udp:127.0.0.1:1162\", \"tcp:1162\", \"udp6:[::1]:1162\"] any-community = true",
        ),
        ("[snmptrapd] authCommunity log,execute,net traps\ndoNotLogTraps no", "communities = [ \"traps\", ]"),
        ("authCommunity log,execute,net traps 10.0.0.0/8\ndisableAuthorization yes", "any-community = true"),
    ] {
        assert_eq!(tables(text), [&format!("[[listener]] {listener}"), ALL, LOG], "{text}");
    }
}

#[test]
fn users() {
    let text = "createUser full SHA-256 \"maple syrup\" AES pancakes\nauthUser log,execute,net full priv\n\
                createUser some SHA maplesyrup AES\nauthUser log,execute,net -s usm some\n\
                createUser guest\nauthUser log,execute,net guest noauth\n";
    assert_eq!(
        tables(text)[2..5],
        [
            "[[user]] name = \"full\" auth = \"SHA-256\" auth-passphrase = \"maple syrup\" privacy = \"AES-128\" privacy-passphrase = \"pancakes\"",
            "[[user]] name = \"some\" auth = \"SHA\" auth-passphrase = \"maplesyrup\" privacy = \"AES-128\" privacy-passphrase = \"maplesyrup\" level = \"authNoPriv\"",
            "[[user]] name = \"guest\"",
        ]
    );
    let open = tables("createUser full SHA maplesyrup\ndisableAuthorization 1\n");
    assert!(open[2].ends_with("level = \"noAuthNoPriv\""), "{open:?}");
}

/// As snmptrapd does it: the most special OID, and with it all lines that have the same.
#[test]
fn handlers() {
    let text = "authCommunity log,execute,net traps\n\
                traphandle default /bin/default -a 'b c'\n\
                traphandle IF-MIB::linkDown /bin/one\n\
                traphandle .1.3.6.1.6.3.1.1.5.3 /bin/two | logger\n\
                traphandle .1.3.6.1.6.3.1.1.5.* /bin/standard\n\
                traphandle enterprises.9* /bin/one\n";
    assert_eq!(
        tables(text)[1..],
        [
            "[[rule]] notification = \"IF-MIB::linkDown\" outputs = [\"log\", \"handler-1\", \"handler-2\"]",
            "[[rule]] below = \"1.3.6.1.6.3.1.1.5\" outputs = [\"log\", \"handler-3\"]",
            "[[rule]] below = \"enterprises.9\" outputs = [\"log\", \"handler-1\"]",
            "[[rule]] outputs = [\"log\", \"handler-4\"]",
            LOG,
            "[[output]] name = \"handler-1\" type = \"traphandle\" command = [\"/bin/one\"]",
            "[[output]] name = \"handler-2\" type = \"traphandle\" command = [\"/bin/sh\", \"-c\", \"/bin/two | logger\"]",
            "[[output]] name = \"handler-3\" type = \"traphandle\" command = [\"/bin/standard\"]",
            "[[output]] name = \"handler-4\" type = \"traphandle\" command = [\"/bin/default\", \"-a\", \"b c\"]",
        ]
    );
}

/// Who may not have all done to its notifications has rules of its own, before those of all.
#[test]
fn limits_of_senders() {
    let text = "authCommunity log weak 10.0.0.0/8\nauthCommunity log,execute,net strong\n\
                authCommunity log,execute below default .1.3.6.1.6.3\n\
                traphandle SNMPv2-MIB::coldStart /bin/cold\ntraphandle default /bin/other\n\
                traphandle .1.3.6.1.4.1.* /bin/vendor\n";
    let weak = "[[rule]] community = \"weak\" source = \"10.0.0.0/8\"";
    let below = "[[rule]] community = \"below\"";
    assert_eq!(
        tables(text)[1..9],
        [
            &format!("{weak} notification = \"SNMPv2-MIB::coldStart\" outputs = [\"log\"]"),
            &format!("{weak} below = \"1.3.6.1.4.1\" outputs = [\"log\"]"),
            &format!("{weak} outputs = [\"log\"]"),
            &format!("{below} notification = \"SNMPv2-MIB::coldStart\" outputs = [\"log\", \"handler-1\"]"),
            &format!("{below} below = \"1.3.6.1.6.3\" outputs = [\"log\", \"handler-2\"]"),
            &format!("{below} drop = true"),
            "[[rule]] notification = \"SNMPv2-MIB::coldStart\" outputs = [\"log\", \"handler-1\"]",
            "[[rule]] below = \"1.3.6.1.4.1\" outputs = [\"log\", \"handler-3\"]",
        ]
    );
    let text = "createUser u SHA maplesyrup\nauthUser log u\ntraphandle default /bin/x\n";
    assert_eq!(
        tables(text)[3..5],
        ["[[rule]] user = \"u\" outputs = [\"log\"]", "[[rule]] outputs = [\"log\", \"handler-1\"]"]
    );
    let text = "authCommunity log traps\ndoNotLogTraps yes\n";
    assert_eq!(tables(text)[1..], ["[[rule]] community = \"traps\" drop = true", "[[rule]] drop = true"]);
}

#[test]
fn what_is_not_logged() {
    let text =
        "authCommunity log,execute,net traps\nignoreAuthFailure yes\ntraphandle .1.3.6.1.6.3.* /bin/x\n";
    assert_eq!(
        tables(text)[1..4],
        [
            "[[rule]] notification = \"SNMPv2-MIB::authenticationFailure\" outputs = [\"handler-1\"]",
            "[[rule]] below = \"1.3.6.1.6.3\" outputs = [\"log\", \"handler-1\"]",
            ALL,
        ]
    );
    let text = "authCommunity log,execute,net traps\nignoreAuthFailure yes\ndoNotLogTraps yes\ntraphandle default /bin/x\n";
    assert!(tables(text).iter().all(|table| !table.contains("\"log\"")), "{:?}", tables(text));
}

/// Each with its line and the reason, also in the TOML; no secret is told.
#[test]
fn what_is_left_out() {
    for (line, directive, reason) in [
        ("format2 %B %v\\n", "format2", "object of JSON"),
        ("logOption s 3", "logOption", "standard output"),
        ("outputOption n", "outputOption", "jq"),
        ("pidFile /run/x", "pidFile", "foreground"),
        ("sqlMaxQueue 140", "sqlMaxQueue", "MySQL"),
        ("perl do 'x'", "perl", "Perl"),
        ("frobnicate yes", "frobnicate", "not known"),
        ("authCommunity log secret9 nms.example.org", "authCommunity", "not a network"),
        ("authCommunity log secret9 default -v view", "authCommunity", "views"),
        ("authCommunity read secret9", "authCommunity", "`read` is for snmpd"),
        ("authCommunity all secret9", "authCommunity", "expected log, execute or net"),
        ("authUser log nobody", "authUser", "no `createUser`"),
        ("authUser log -s tsm nobody", "authUser", "security model `tsm`"),
        ("createUser lonely SHA secret9secret9", "createUser", "no `authUser` is for this user"),
        ("disableAuthorization perhaps", "disableAuthorization", "expected yes or no"),
        ("traphandle default", "traphandle", "there is no program"),
        ("traphandle * /bin/x", "traphandle", "`*` has no OID"),
        ("forward .* 192.0.2.1", "forward", "`.*` has no OID"),
        ("forward default udp:192.0.2.1", "forward", "first community"),
        ("forward default dtlsudp:192.0.2.1", "forward", "no transport `dtlsudp`"),
        ("[snmpd] rocommunity secret9", "rocommunity", "it is for `snmpd`, not for snmptrapd"),
        ("engineID x", "engineID", "ID of its own"),
    ] {
        let import = of(&format!("authCommunity log,execute,net traps\n{line}\n"));
        let [left] = import.left_out() else { panic!("{line}: {:?}", import.left_out()) };
        assert_eq!((left.line, left.directive.as_str()), (2, directive), "{line}");
        assert!(left.reason.contains(reason), "{line}: {}", left.reason);
        let told = format!("#   {FILE}:2: {directive}: {}\n", left.reason);
        assert!(import.toml().contains(&told) && !import.toml().contains("secret9"), "{}", import.toml());
    }
    let users = of("createUser -e 0x8000000001020304 u SHA maplesyrup\nauthUser log,execute,net u priv\n\
                    createUser u SHA othersyrup\nusmUser 1 3 0x8000000001020304 v v NULL .1.3.6.1.6.3.10.1.1.3 0x00112233445566778899aabbccddeeff00112233 .1.3.6.1.6.3.10.1.2.1 \"\" \"\"\n\
                    createUser -e 0x8000000001020304 w SHA maplesyrup\nauthUser log,execute,net w\nforward default 192.0.2.1\n");
    let left: Vec<String> =
        users.left_out().iter().map(|left| format!("{} {}", left.line, left.reason)).collect();
    for (place, reason) in [
        "1 `authUser` wants a higher level",
        "2 no `createUser` that is taken over",
        "3 `authUser` wants a higher level",
        "4 it has keys",
        "5 -e is not needed",
        "7 there is no community to forward with",
    ]
    .into_iter()
    .enumerate()
    {
        assert!(left.get(place).is_some_and(|left| left.starts_with(reason)), "{reason}: {left:#?}");
    }
    assert_eq!(left.len(), 6);
    assert!(!users.toml().contains("forward-"), "{}", users.toml());
}

#[test]
fn forwarding() {
    let import = of(
        "authCommunity log,execute,net traps\nforward IF-MIB::linkUp udp:192.0.2.1:1162\nforward default other.example.org\n",
    );
    for part in [
        "notification = \"IF-MIB::linkUp\"\noutputs = [\"log\", \"forward-1\"]\n",
        "outputs = [\"log\", \"forward-2\"]\n",
        "type = \"forward\"\naddress = \"udp:192.0.2.1:1162\"\ncommunity = \"traps\"\n",
        "address = \"udp:other.example.org\"\n",
    ] {
        assert!(import.toml().contains(part), "{part}\n{}", import.toml());
    }
}

/// Work and the result follow the text: who is limited has rules of its own, but not without end.
#[test]
fn many_lines() {
    let senders: String =
        (0..400).map(|number| format!("authCommunity log c{number} 10.0.0.0/8\n")).collect();
    let handlers: String =
        (0..400).map(|number| format!("traphandle .1.3.6.1.4.1.{number} /bin/x{number}\n")).collect();
    let import = of(&format!("{senders}{handlers}"));
    let rules = import.toml().matches("[[rule]]").count();
    assert!((10_000..=21_000).contains(&rules), "{rules}");
    let left = import.left_out();
    assert!(left.iter().all(|left| left.reason.ends_with("handlers are too many together")), "{left:?}");
    assert_eq!(left.len(), 351);
    let many = of(&"traphandle default /bin/x\n".repeat(5_000));
    assert_eq!(many.left_out().len(), 3_000);
    assert_eq!(many.left_out()[0].reason, "there are more than 2000 handlers");
}
