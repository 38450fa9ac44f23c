//! Against our own agent.

use crate::agent;
use crate::place::{Place, said, workspace};
use std::fs;
use std::process::Stdio;

/// `mibc VERB -I <the strip's module> … AGENT …`.
fn arguments<'a>(verb: &'a str, mibs: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    [&[verb, "-I", mibs], rest].concat()
}

fn mibs() -> String {
    workspace("examples/quickstart/mibs").display().to_string()
}

#[test]
fn reads_by_name_in_every_version() {
    let (place, agent, mibs) = (Place::new(), agent::start(), mibs());
    let at = agent.address.as_str();
    for version in ["1", "2c"] {
        let get = ["-v", version, "-c", "public", at, "acmePowerName.0", "acmePowerTotal.0"];
        assert_eq!(
            place.answer(&arguments("get", &mibs, &get)),
            "ACME-POWER-MIB::acmePowerName.0 = STRING: rack 7\nACME-POWER-MIB::acmePowerTotal.0 = Gauge32: 460 watts\n"
        );
    }
    let outlet = r#"acmeOutletAlarms.2."A""#;
    let bits = place.answer(&arguments("get", &mibs, &["-v2c", "-cpublic", "-Os", at, outlet]));
    assert_eq!(bits, "acmeOutletAlarms.2.\"A\" = BITS: A0 overload(0) groundFault(2) \n");
    let next =
        place.answer(&arguments("getnext", &mibs, &["-v2c", "-cpublic", "-Oqv", at, "acmeOutletCurrent"]));
    assert_eq!(next, "1.2 amperes\n");
    let bulk = arguments(
        "getbulk",
        &mibs,
        &["-v2c", "-cpublic", "-Cn1", "-Cr2", "-OQs", at, "acmePowerTotal", "acmeOutletState"],
    );
    assert_eq!(
        place.answer(&bulk),
        "acmePowerTotal.0 = 460 watts\nacmeOutletState.1.\"A\" = on\nacmeOutletState.1.\"B\" = on\n"
    );
    let numbers = place.answer(&["get", "-v2c", "-cpublic", "-m", "", at, ".1.3.6.1.4.1.32473.1.1.2.0"]);
    assert_eq!(numbers, "iso.3.6.1.4.1.32473.1.1.2.0 = Gauge32: 460\n");
}

/// `-m`: a name that several modules define is looked up in those that are given.
#[test]
fn modules_to_look_in_first() {
    let (place, agent) = (Place::new(), agent::start());
    for (module, number) in [("FIRST-MIB", 1), ("SECOND-MIB", 2)] {
        let text = format!(
            "{module} DEFINITIONS ::= BEGIN\nIMPORTS enterprises, OBJECT-TYPE, Integer32 FROM SNMPv2-SMI;\n\
             sharedName OBJECT-TYPE SYNTAX Integer32 MAX-ACCESS read-only STATUS current\n  \
             DESCRIPTION \"Shared.\" ::= {{ enterprises 32473 77 {number} }}\nEND\n"
        );
        fs::write(place.path().join(format!("{module}.txt")), text).expect("a file");
    }
    let get = |modules: &str| {
        place.run(&["get", "-I", ".", "-m", modules, "-v2c", "-cpublic", &agent.address, "sharedName.0"])
    };
    for (modules, found) in
        [("FIRST-MIB", "FIRST"), ("IF-MIB:SECOND-MIB", "SECOND"), ("+SECOND-MIB", "SECOND")]
    {
        let said = get(modules);
        let expected = format!("{found}-MIB::sharedName.0 = No Such Object");
        assert!(said.out.starts_with(&expected), "{modules}: {said:?}");
    }
    for (modules, expected) in [
        ("ALL", "is defined by several modules; say which one"),
        ("FRIST-MIB", "module `FRIST-MIB` is not found; did you mean `FIRST-MIB`?"),
        ("./FIRST-MIB.txt", "use `--include ./FIRST-MIB.txt`"),
    ] {
        let said = get(modules);
        assert!(said.status == Some(1) && said.err.contains(expected), "{modules}: {said:?}");
    }
    let typo = place.run(&["get", "-v2c", "-cpublic", &agent.address, "sysDecsr.0"]);
    assert!(typo.err.contains("did you mean `SNMPv2-MIB::sysDescr`?"), "the current module: {}", typo.err);
}

#[test]
fn walks_and_their_end() {
    let (place, agent, mibs) = (Place::new(), agent::start(), mibs());
    let at = agent.address.as_str();
    let walk = |verb, rest: &[&str]| place.answer(&arguments(verb, &mibs, rest));
    let slow = walk("walk", &["-v2c", "-cpublic", at, "acmeOutletTable"]);
    let last = "ACME-POWER-MIB::acmeOutletLabel.2.\"spare\" = No more variables left in this MIB View (It is past the end of \
                the MIB tree)\n";
    let (variables, end) = slow.split_at(slow.len().saturating_sub(last.len()));
    assert_eq!((variables.lines().count(), end), (20, last));
    assert_eq!(walk("bulkwalk", &["-v2c", "-cpublic", "-Cr3", at, "acmeOutletTable"]), slow);
    let v1 = walk("bulkwalk", &["-v1", "-cpublic", at, "acmeOutletTable"]);
    assert_eq!(v1, format!("{variables}End of MIB\n"));
    let counted =
        walk("walk", &["-v2c", "-cpublic", "-Cp", "-CE", "acmeOutletCurrent", at, "acmeOutletTable"]);
    assert!(counted.ends_with("Variables found: 5\n"), "{counted}");
    let one = walk("walk", &["-v2c", "-cpublic", "-Oqv", at, "acmePowerName.0"]);
    assert_eq!(one, "rack 7\n", "an instance is asked for itself");
    let none = walk("walk", &["-v2c", "-cpublic", "-Ov", at, "acmePowerName.7"]);
    assert_eq!(none, "No Such Instance currently exists at this OID\n");
    let itself = walk("walk", &["-v2c", "-cpublic", "-Oqv", "-Ci", at, "acmePowerName.0"]);
    assert_eq!(itself, "rack 7\n", "asked for once");
    let bulk = place.run(&["walk", "-v2c", "-cpublic", "--max-repetitions", "3", at]);
    assert!(bulk.status == Some(1) && bulk.err.contains("mibc bulkwalk"), "{}", bulk.err);
    let limited =
        place.run(&arguments("walk", &mibs, &["-v2c", "-cpublic", "--limit", "3", at, "acmeOutletTable"]));
    assert_eq!((limited.status, limited.out.lines().count()), (Some(1), 3));
    assert!(limited.err.contains("more than the limit of 3"), "{}", limited.err);
}

/// Row 22: by the MIB, from text, with errors that say what was expected.
#[test]
fn sets_by_the_mib() {
    let (place, agent, mibs) = (Place::new(), agent::start(), mibs());
    let at = agent.address.as_str();
    let run = |rest: &[&str]| place.run(&arguments("set", &mibs, rest));
    let state = r#"acmeOutletState.1."C""#;
    let set = run(&["-v2c", "-csecret", at, state, "=", "on", "acmePowerName.0", "s", "rack 8"]);
    assert_eq!(
        set.out,
        "ACME-POWER-MIB::acmeOutletState.1.\"C\" = INTEGER: on(2)\nACME-POWER-MIB::acmePowerName.0 = STRING: rack 8\n"
    );
    let now =
        place.answer(&arguments("get", &mibs, &["-v2c", "-cpublic", "-Oqv", at, state, "acmePowerName.0"]));
    assert_eq!(now, "on\nrack 8\n");
    for (rest, status, expected) in [
        (["acmePowerTotal.0", "=", "5"], 1, "is read-only by the MIB; --force sends it anyway"),
        ([state, "=", "onn"], 1, "expected one of off(1), on(2), tripped(3)"),
        ([state, "s", "on"], 1, "the object is of type INTEGER"),
        (
            ["acmePowerName.0", "=", "a name that is longer than thirty-two octets"],
            1,
            "a string of 0..32 octets",
        ),
        (["acmePowerName", "=", "x"], 1, "ask for `acmePowerName.0`"),
        (["1.3.6.1.4.1.32473.9.9.0", "=", "x"], 1, "give a type"),
        (["1.3.6.1.4.1.32473.9.9.0", "i", "1"], 2, "SNMPv2-SMI::enterprises.32473.9.9.0: the agent answered"),
        ([state, "=", "tripped"], 2, "ACME-POWER-MIB::acmeOutletState.1.\"C\": the agent answered"),
    ] {
        let said = run(&[&["-v2c", "-csecret", at], rest.as_slice()].concat());
        assert_eq!((said.status, said.out.as_str()), (Some(status), ""), "{rest:?}: {}", said.err);
        assert!(said.err.contains(expected), "{rest:?}: {}", said.err);
    }
    let forced = run(&["-v2c", "-csecret", "--force", at, "acmePowerTotal.0", "u", "5"]);
    assert_eq!(forced.status, Some(2));
    assert!(forced.err.contains("the agent answered notWritable"), "{}", forced.err);
    let quiet = run(&["-v2c", "-csecret", "-Cq", at, "acmePowerName.0", "=", "rack 9"]);
    assert_eq!((quiet.status, quiet.out.as_str()), (Some(0), ""), "{}", quiet.err);
    let odd = run(&["-v2c", "-csecret", at, "acmePowerName.0", "="]);
    assert!(odd.status == Some(1) && odd.err.contains("expected NAME TYPE VALUE"), "{}", odd.err);
}

/// Credentials of SNMPv3 from a profile and from the environment: no passphrase on the command line.
#[test]
fn profiles_and_environment() {
    let (place, agent, mibs) = (Place::new(), agent::start(), mibs());
    let profile = format!(
        "[core]\ntargets = [\"{}\"]\nuser = \"operator\"\nauth = \"SHA-256\"\nauth-passphrase = \"maplesyrup\"\n\
         privacy = \"AES\"\npriv-passphrase = \"pancakes\"\n",
        agent.address
    );
    let file = place.secret("profiles.toml", &profile);
    let by_profile = ["--profiles", &file, "--profile", "core", "-Oqv", "acmePowerName.0"];
    let said = place.run(&arguments("get", &mibs, &by_profile));
    assert_eq!((said.status, said.out.as_str(), said.err.as_str()), (Some(0), "rack 7\n", ""));
    fs::create_dir_all(place.path().join("config/mibc")).expect("a folder");
    place.secret("config/mibc/profiles.toml", &profile);
    let own = place.answer(&arguments("get", &mibs, &["--profile", "core", "-Oqv", "acmePowerName.0"]));
    assert_eq!(own, "rack 7\n", "the user's own file");

    let options = ["-v3", "-u", "operator", "-l", "authPriv", "-a", "SHA-256", "-x", "AES", "-Oqv"];
    let asked = [options.as_slice(), &[agent.address.as_str(), "acmePowerName.0"]].concat();
    let environment = |auth: &str| {
        let mut command = place.command(&arguments("get", &mibs, &asked));
        command.env("MIBC_AUTH_PASSPHRASE", auth).env("MIBC_PRIV_PASSPHRASE", "pancakes");
        said_by(&mut command)
    };
    assert_eq!(environment("maplesyrup").out, "rack 7\n");
    let wrong = environment("maplesyrupp");
    assert_eq!(wrong.status, Some(1));
    assert!(wrong.err.contains("wrong digest"), "{}", wrong.err);
    // The environment counts more than the profile, and an option more than the environment.
    let mut command = place.command(&arguments("get", &mibs, &by_profile));
    assert_eq!(said_by(command.env("MIBC_AUTH_PASSPHRASE", "maplesyrupp")).status, Some(1));
    let over = [by_profile.as_slice(), &["-A", "maplesyrup"]].concat();
    let mut command = place.command(&arguments("get", &mibs, &over));
    assert_eq!(said_by(command.env("MIBC_AUTH_PASSPHRASE", "maplesyrupp")).status, Some(0));
}

fn said_by(command: &mut std::process::Command) -> crate::place::Said {
    said(&command.output().expect("mibc runs"))
}

#[cfg(unix)]
#[test]
fn a_profile_that_others_can_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let file = place.secret("open.toml", "[a]\ncommunity = 7\n");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("a mode");
    let said = place.run(&["get", "--profiles", &file, "--profile", "a", "h", "sysDescr.0"]);
    assert_eq!(said.status, Some(1));
    assert!(said.err.contains("(mode 644): chmod 600"), "{}", said.err);
    assert!(said.err.contains("line 2, column"), "{}", said.err);
}

#[test]
fn several_agents_are_told_apart_and_a_dead_one_costs_the_others_nothing() {
    let (place, one, two, mibs) = (Place::new(), agent::start(), agent::start(), mibs());
    // Bound and never answering.
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let dead = silent.local_addr().expect("bound").to_string();
    let targets = ["--target", &one.address, "--target", &dead, "--target", &two.address];
    let rest =
        [targets.as_slice(), &["-v2c", "-cpublic", "-t0.2", "-r0", "-Oqv", "acmePowerName.0"]].concat();
    let said = place.run(&arguments("get", &mibs, &rest));
    assert_eq!(said.status, Some(1));
    let mut lines: Vec<&str> = said.out.lines().collect();
    lines.sort_unstable();
    let mut expected = [format!("{}: rack 7", one.address), format!("{}: rack 7", two.address)];
    expected.sort_unstable();
    assert_eq!(lines, expected);
    assert!(
        said.err.contains(&format!("error: {dead}: get")) && said.err.contains("no response"),
        "{}",
        said.err
    );
}

#[test]
fn tables_and_other_formats() {
    let (place, agent, mibs) = (Place::new(), agent::start(), mibs());
    let at = agent.address.as_str();
    let table = |rest: &[&str]| {
        place.answer(&arguments(
            "table",
            &mibs,
            &[&["-v2c", "-cpublic"], rest, &[at, "acmeOutletTable"]].concat(),
        ))
    };
    let text = table(&["-Ci", "-Cb"]);
    assert!(text.starts_with("SNMP table: ACME-POWER-MIB::acmeOutletTable\n\n"), "{text}");
    let row = text.lines().nth(6).expect("the fourth row");
    assert_eq!(
        row.split_whitespace().collect::<Vec<_>>(),
        ["2.\"A\"", "tripped", "0.0", "amperes", "\"A0", "\"", "coffee", "machine"]
    );
    let csv = table(&["--format", "csv"]);
    assert_eq!(
        csv.lines().next(),
        Some("target,index,acmeOutletState,acmeOutletCurrent,acmeOutletAlarms,acmeOutletLabel")
    );
    assert!(
        csv.contains(&format!("{at},\"2.\"\"A\"\"\",tripped,0.0 amperes,\"\"\"A0 \"\"\",coffee machine\n")),
        "{csv}"
    );
    let short = table(&["--format", "csv", "-Cb", "-Ch"]);
    assert_eq!(short, "target,index,State,Current,Alarms,Label\n");
    assert_eq!(table(&["--format", "csv", "-CH"]).lines().count() + 1, csv.lines().count());
    let rows = table(&["--format", "json"]);
    let row: serde_json::Value = serde_json::from_str(rows.lines().next().expect("a row")).expect("JSON");
    assert_eq!(row["row"]["acmeOutletCurrent"]["value"], 12);
    assert_eq!(row["row"]["acmeOutletState"]["text"], "on");
    assert_eq!(rows.lines().count(), 5);

    let get = ["-v2c", "-cpublic", "--format", "json", at, "acmePowerTotal.0"];
    let line: serde_json::Value =
        serde_json::from_str(&place.answer(&arguments("get", &mibs, &get))).expect("JSON");
    assert_eq!(line["name"], "ACME-POWER-MIB::acmePowerTotal.0");
    assert_eq!((&line["value"], &line["type"]), (&460.into(), &"Gauge32".into()));
    let get = ["-v2c", "-cpublic", "--format", "csv", at, "acmePowerName.0"];
    assert_eq!(
        place.answer(&arguments("get", &mibs, &get)),
        format!(
            "target,name,oid,type,text\n{at},ACME-POWER-MIB::acmePowerName.0,1.3.6.1.4.1.32473.1.1.1.0,OctetString,rack 7\n"
        )
    );
}

/// An option that comes twice: the last counts, as in net-snmp's tools. What is counted does not stand among JSON.
#[test]
fn repeated_options_and_counts() {
    let (place, agent, mibs) = (Place::new(), agent::start(), mibs());
    let at = agent.address.as_str();
    let twice = ["-v1", "-v2C", "-cwrong", "-cpublic", "-On", "-Oq", at, "acmePowerName.0"];
    assert_eq!(place.answer(&arguments("get", &mibs, &twice)), ".1.3.6.1.4.1.32473.1.1.1.0 rack 7\n");
    let walk = |rest: &[&str]| {
        let options = [&["-v2c", "-cpublic", "-Cp", "-Cn1"], rest, &[at, "acmeOutletLabel"]].concat();
        place.run(&arguments("bulkwalk", &mibs, &options))
    };
    let (text, json) = (walk(&[]), walk(&["--format", "json"]));
    assert!(text.out.ends_with("\nVariables found: 5\n") && text.err.is_empty(), "{text:?}");
    assert_eq!((json.out.lines().count(), json.err.as_str()), (5, "Variables found: 5\n"));
    assert!(json.out.lines().all(|line| line.starts_with('{')), "{}", json.out);
}

/// Text that is not an address is refused without asking a resolver; the error shows the form of an address.
#[test]
fn addresses_that_are_none() {
    let place = Place::new();
    for address in ["127.0.0.1:99999", "::1:16100", "ipx:127.0.0.1:161"] {
        let said = place.run(&["get", "-c", "x", address, "sysDescr.0"]);
        assert_eq!(said.status, Some(1), "{}", said.err);
        assert!(said.err.contains("expected host, host:port or [ipv6]:port"), "{}", said.err);
    }
}

/// `mibc walk … | head`: a reader that goes away ends the walk before its limit would, and is not an error.
#[test]
fn a_reader_that_goes_away() {
    let (place, agent, mibs) = (Place::new(), agent::start(), mibs());
    for format in ["text", "json", "csv"] {
        let walk = ["-v2c", "-cpublic", "--limit", "2", "--format", format, "--target", &agent.address];
        let mut command =
            place.command(&arguments("walk", &mibs, &[walk.as_slice(), &["acmeOutletLabel"]].concat()));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("mibc starts");
        drop(child.stdout.take());
        let said = said(&child.wait_with_output().expect("it ends"));
        assert_eq!((said.status, said.err.as_str()), (Some(0), ""), "{format}");
    }
}

#[test]
fn what_makes_no_sense_is_said_before_anything_is_sent() {
    let place = Place::new();
    for (arguments, expected) in [
        (vec!["get", "h", "sysDescr.0"], "no community: give it with -c, in MIBC_COMMUNITY"),
        (vec!["get", "-v3", "h", "sysDescr.0"], "no user"),
        (vec!["get", "-v4", "h", "sysDescr.0"], "expected 1, 2c or 3"),
        (vec!["get", "-u", "x", "-l", "authPriv", "h", "sysDescr.0"], "no authentication passphrase"),
        (
            vec!["get", "-u", "x", "-l", "most", "h", "sysDescr.0"],
            "expected noAuthNoPriv, authNoPriv or authPriv",
        ),
        (
            vec!["get", "-u", "x", "-a", "SHA3", "-A", "maplesyrup", "h", "sysDescr.0"],
            "not an authentication protocol",
        ),
        (vec!["get", "-u", "x", "-A", "short", "h", "sysDescr.0"], "8"),
        (vec!["get", "-c", "x", "h"], "no name"),
        (vec!["get", "-c", "x", "h", "ifDescr"], "`ifDescr` is a column"),
        (vec!["get", "-c", "x", "h", "ifTable"], "read it with `mibc table`"),
        (vec!["get", "-c", "x", "h", "sysDescr"], "ask for `sysDescr.0`"),
        (vec!["get", "-c", "x", "h", "sysDecsr.0"], "::sysDescr`?"),
        (vec!["get", "-c", "x", "-Oz", "h", "sysDescr.0"], "-Oz: expected letters"),
        (vec!["get", "-c", "x", "-t", "0", "h", "sysDescr.0"], "timeout"),
        (vec!["get", "-c", "x", "-e", "zz", "h", "sysDescr.0"], "is not an engine ID in hexadecimal"),
        (vec!["table", "-c", "x", "h", "sysDescr"], "is not a table"),
        (vec!["walk", "-c", "x", "h", "ifTable", "more"], "one beginning"),
        (
            vec!["get", "--profile", "p", "h", "sysDescr.0"],
            "write a table `[p]` there, or name another file with --profiles",
        ),
        (vec!["get", "--profiles", "p", "h", "sysDescr.0"], "name a profile"),
        (vec!["listen", "127.0.0.1:0"], "nobody to listen to"),
        (vec!["walk", "-c", "x"], "no agent: give one"),
        (
            vec!["get", "-c", "x", "--target", "h", "127.0.0.1:161", "sysDescr.0"],
            "ask this one with --target 127",
        ),
        (vec!["getbulk", "-c", "x", "-Cf", "h", "sysDescr"], "after -C `mibc getbulk` has -Cn -Cr"),
        (vec!["walk", "-c", "x", "-Cn1", "h"], "after -C `mibc walk` has -CT -Cc -CE"),
        (vec!["walk", "-c", "x", "--non-repeaters", "1", "h"], "`mibc bulkwalk` asks for more"),
        (vec!["get", "-c", "x", "-T", "ourIdentity", "h", "sysDescr.0"], "`ourIdentity` is not NAME=VALUE"),
        (vec!["get", "-c", "x", "-Lsx", "h", "sysDescr.0"], "-Ls: `x` is not a facility"),
        (
            vec!["get", "-c", "x", "-I", "R", "h", "sysDescr.0"],
            "net-snmp's letters stand behind -I without a blank: -IR",
        ),
        (vec!["get", "-c", "x", "-n", "y", "h", "sysDescr.0"], "contexts and engine IDs need SNMPv3"),
        (vec!["get", "-c", "x", "-Ov", "--format", "csv", "h", "sysDescr.0"], "-Ov: JSON and CSV have names"),
        (vec!["table", "-c", "x", "-Cf", ";", "--format", "csv", "h", "ifTable"], "has no effect on CSV"),
        (vec!["table", "-c", "x", "-CH", "--format", "json", "h", "ifTable"], "has no effect on JSON"),
        (vec!["get", "-c", "x", "h", "1.3.6.1.2.1.1.3.0x"], "after `1.3.6.1.2.1.1.3`, found `0x`"),
    ] {
        let said = place.run(&arguments);
        assert_eq!(said.status, Some(1), "{arguments:?}: {}", said.err);
        assert!(said.err.contains(expected), "{arguments:?}: {}", said.err);
    }
}
