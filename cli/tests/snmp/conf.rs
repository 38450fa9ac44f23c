//! `snmp.conf`, `hosts/NAME.conf`, MIBS, MIBDIRS: what is set up for net-snmp's tools.

use crate::place::{Place, Said, said, workspace};
use crate::{agent, netsnmp};
use mibc_test_support::netsnmp::{SNMPD, Snmpd};
use std::fs;

impl Place {
    /// Writes a file of the folder that `SNMPCONFPATH` names.
    fn configured(&self, name: &str, text: &str) {
        let file = self.path().join("snmp").join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a file");
    }

    fn with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Said {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        said(&command.output().expect("mibc runs"))
    }
}

const TOTAL: &str = "1.3.6.1.4.1.32473.1.1.2.0";

#[test]
fn credentials_and_who_wins() {
    let (place, agent) = (Place::new(), agent::start());
    let at = agent.address.as_str();
    let none = place.run(&["get", at, TOTAL]);
    assert!(none.err.contains("No community name specified."), "{}", none.err);
    place.configured(
        "snmp.conf",
        "defVersion 1\ndefCommunity wrong\ndefCommunity public\nretries 0\ntimeout 5\n",
    );
    assert!(place.answer(&["get", at, TOTAL]).ends_with("Gauge32: 460\n"));
    assert!(place.answer(&["walk", "-On", at, TOTAL]).ends_with("Gauge32: 460\n"));
    let off = place.run(&["get", "--no-snmp-conf", at, TOTAL]);
    assert_eq!(off.status, Some(1), "{}", off.err);
    // Options and variables win; what they do not say is still set up.
    let short = ["-t0.2", "-r0"];
    for wrong in [vec!["-c", "wrong"], vec!["-v2c", "-c", "wrong"]] {
        let said = place.run(&[&["get"], short.as_slice(), &wrong, &[at, TOTAL]].concat());
        assert!(said.err.contains("Timeout: No Response from"), "{wrong:?}: {}", said.err);
    }
    let said = place.with(&[("MIBC_COMMUNITY", "wrong")], &["get", "-t0.2", "-r0", at, TOTAL]);
    assert!(said.err.contains("Timeout: No Response from"), "{}", said.err);
    // A profile is whole: nothing of snmp.conf is mixed into who asks.
    let profiles =
        place.secret("p.toml", "[a]\nuser = \"operator\"\n[b]\ncommunity = \"public\"\nversion = \"2c\"\n");
    let user = place.run(&["get", "--profiles", &profiles, "--profile", "a", at, TOTAL]);
    assert!(user.err.contains("authorizationError"), "{}", user.err);
    place.answer(&["get", "--profiles", &profiles, "--profile", "b", at, TOTAL]);

    place.configured(
        "snmp.conf",
        "defVersion 3\ndefSecurityName operator\ndefSecurityLevel authPriv\ndefAuthType SHA-256\ndefPrivType AES\n\
         defAuthPassphrase maplesyrup\ndefPrivPassphrase pancakes\nretries 0\n",
    );
    place.answer(&["get", at, TOTAL]);
    let wrong = place.run(&["get", "-A", "maplesyrupp", at, TOTAL]);
    assert!(wrong.err.contains("Authentication failure"), "{}", wrong.err);
    place.answer(&["get", "-c", "public", at, TOTAL]);
}

#[test]
fn of_one_host_and_of_the_user() {
    let (place, agent) = (Place::new(), agent::start());
    let (host, port) = agent.address.split_once(':').expect("host and port");
    place.configured("snmp.conf", "defVersion 2c\ndefCommunity wrong\nretries 0\n");
    place.configured(&format!("hosts/{host}.conf"), &format!("defCommunity public\ndefaultPort {port}\n"));
    place.answer(&["get", host, TOTAL]);
    place.answer(&["get", &agent.address, TOTAL]);
    place.answer(&["get", &format!("udp:{host}"), TOTAL]);
    let other = place.run(&["get", "-t0.2", &format!("localhost:{port}"), TOTAL]);
    assert_eq!(other.status, Some(1), "{}", other.err);
    // Without SNMPCONFPATH the user's own folder is looked in.
    let own = place.path().join(".snmp");
    fs::rename(place.path().join("snmp"), &own).expect("a folder");
    let mut command = place.command(&["get", host, TOTAL]);
    command.env_remove("SNMPCONFPATH").env("HOME", place.path());
    let found = said(&command.output().expect("mibc runs"));
    assert_eq!(found.status, Some(0), "{}", found.err);
}

#[test]
fn output_modules_and_mistakes() {
    let (place, agent) = (Place::new(), agent::start());
    let at = agent.address.as_str();
    let mibs = workspace("examples/quickstart/mibs").display().to_string();
    let get = |variables: &[(&str, &str)], options: &[&str]| {
        place.with(variables, &[&["get", "-v2c", "-cpublic"], options, &[at, TOTAL]].concat())
    };
    place.configured("snmp.conf", "printNumericOids yes\nquickPrinting yes\nprintValueOnly yes\n");
    assert_eq!(get(&[], &[]).out, "460\n");
    assert!(get(&[], &["--format", "json"]).out.contains("\"value\":460"));
    place.configured(
        "snmp.conf",
        &format!("suffixPrinting 1\nmibdirs +{mibs}:/nowhere\nmibs +ACME-POWER-MIB:NO-MIB\n"),
    );
    let named = get(&[], &[]);
    assert_eq!(named.out, "acmePowerTotal.0 = Gauge32: 460 watts\n", "{}", named.err);
    assert_eq!(named.err, "warning: Cannot find module (NO-MIB), which MIBS or snmp.conf names\n");
    assert_eq!(
        get(&[], &["-OS"]).out,
        "ACME-POWER-MIB::acmePowerTotal.0 = Gauge32: 460 watts\n",
        "options win"
    );
    // Debian sets up that no module is loaded, since it has none.
    place.configured("snmp.conf", "mibs :\n");
    assert_eq!(get(&[], &[]).out, "SNMPv2-SMI::enterprises.32473.1.1.2.0 = Gauge32: 460\n");
    // Scripts say so where no module is installed; ours are built in.
    for (none, options) in [("", [].as_slice()), (":", &[]), ("", &["-m", "ALL"])] {
        let said = get(&[("MIBS", none)], options);
        assert_eq!(
            said.out, "SNMPv2-SMI::enterprises.32473.1.1.2.0 = Gauge32: 460\n",
            "`{none}` {options:?}"
        );
    }
    let numbers = "iso.3.6.1.4.1.32473.1.1.2.0 = Gauge32: 460\n";
    assert_eq!(get(&[("MIBS", "")], &["-m", ""]).out, numbers);
    let tool = place.tool_with("snmpget", &[("MIBS", "")], &["-v2c", "-cpublic", at, TOTAL]);
    assert_eq!(tool.out, numbers, "{}", tool.err);
    place.configured("snmp.conf", &format!("mibdirs +{mibs}\nmibs +ACME-POWER-MIB\n"));
    assert!(get(&[("MIBS", "")], &[]).out.starts_with("ACME-POWER-MIB::"), "as if it were not set");
    for variables in
        [[("MIBDIRS", mibs.as_str()), ("MIBS", "+ALL")], [("MIBDIRS", &format!("+{mibs}")), ("MIBS", "ALL")]]
    {
        assert!(get(&variables, &["-m", "+ALL"]).out.starts_with("ACME-POWER-MIB::"), "{variables:?}");
        assert!(!get(&variables, &["--no-snmp-conf"]).out.starts_with("ACME"), "{variables:?}");
    }
    place.configured("snmp.conf", "# fine\ndefVersion 4\ndefComunity x\nrocommunity x\n");
    let said = get(&[], &[]);
    let warnings: Vec<&str> = said.err.lines().collect();
    assert_eq!(said.status, Some(0), "{}", said.err);
    assert_eq!(warnings.len(), 2, "{}", said.err);
    assert!(warnings[0].contains("snmp.conf:2: `defVersion`: `4` is not a version"), "{}", said.err);
    assert!(
        warnings[1].contains("snmp.conf:3: ") && warnings[1].contains("did you mean `defCommunity`?"),
        "{}",
        said.err
    );
}

/// The same file, the same text as net-snmp's tools.
#[test]
fn as_net_snmp_reads_it() {
    if !netsnmp::installed(SNMPD) || !netsnmp::installed("snmpget") {
        return;
    }
    let place = Place::new();
    let snmpd = Snmpd::start("rocommunity public 127.0.0.1\n");
    let at = snmpd.address().to_string();
    for conf in [
        "quickPrinting yes",
        "printNumericOids 1",
        "printNumericEnums 1\nextendedIndex yes",
        "oidOutputFormat 3",
        "oidOutputFormat 5",
        "suffixPrinting 1\ndontBreakdownOids 1",
        "numericTimeticks 1\nprintValueOnly 1",
        "[snmp] printNumericOids 1\n  # comment\n",
        "PRINTNUMERICOIDS TRUE",
    ] {
        let conf = format!("defVersion 2c\ndefCommunity \"public\"\n{conf}\n");
        place.configured("snmp.conf", &conf);
        // net-snmp's command looks in the place itself.
        fs::write(place.path().join("snmp.conf"), &conf).expect("a file");
        let asked = [at.as_str(), "sysServices.0", "ifType.1", "sysORUpTime.1", "vacmViewTreeFamilyType"];
        let (theirs, ours) = (
            netsnmp::run(&place, "snmpgetnext", &asked),
            place.run(&[&["getnext"], asked.as_slice()].concat()),
        );
        assert_eq!(
            (&ours.out, ours.status),
            (&theirs.out, theirs.status),
            "{conf}: {}{}",
            ours.err,
            theirs.err
        );
        assert!(!ours.out.is_empty(), "{conf}");
    }
}
