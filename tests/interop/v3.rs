//! SNMPv3 both ways against net-snmp: every authentication with every privacy that it has.

use crate::matrix::{AUTH, PRIVACY, Pair, exercise, oid};
use crate::relay::Relay;
use mibc::agent::{Account, Agent};
use mibc::manager::Error;
use mibc::mibs::snmpv2_mib::*;
use mibc::mibs::snmpv2_tc::DisplayString;
use mibc::runtime::engine::Report;
use mibc::usm::{Auth, Privacy};
use mibc::{Manager, Target, User};
use mibc_test_support::netsnmp::{SNMPD, Snmpd, installed, run};
use std::cell::Cell;
use std::time::Duration;

/// What the net-snmp of Debian is built with; its AES-192 and AES-256 extend keys in Blumenthal's way.
const PRIVACIES: [Privacy; 4] = [Privacy::Des, Privacy::Aes128, Privacy::Aes192, Privacy::Aes256];

/// As net-snmp writes the protocol.
fn spelling(privacy: Privacy) -> &'static str {
    match privacy {
        Privacy::Aes128 => "AES",
        other => other.as_str(),
    }
}

/// An agent with a user for every pair.
fn configuration() -> String {
    let mut text = String::from("rocommunity public 127.0.0.1\ncreateUser guest\nrouser guest noauth\n");
    for pair @ Pair { auth, privacy } in Pair::all(&PRIVACIES) {
        let name = pair.name();
        let (privacy, level) = match privacy {
            Some(privacy) => (format!("{} \"{PRIVACY}\"", spelling(privacy)), "priv"),
            None => (String::new(), "auth"),
        };
        text += &format!("createUser {name} {auth} \"{AUTH}\" {privacy}\nrwuser {name} {level}\n");
    }
    text
}

#[tokio::test]
async fn our_manager_and_its_agent() {
    if !installed(SNMPD) {
        return;
    }
    let snmpd = Snmpd::start(&configuration());
    let relay = Relay::start("net-snmp-agent-v3", snmpd.address());
    let manager = Manager::bind().await.expect("a socket");
    let interfaces = oid("1.3.6.1.2.1.2.2.1.2");
    let pairs = Pair::all(&PRIVACIES);
    for pair in &pairs {
        let what = pair.name();
        let target = Target::v3(relay.address(), pair.user()).timeout(Duration::from_secs(60)).retries(1);
        if let Err(error) = exercise(&manager.target(target), &what, &interfaces).await {
            panic!("{what}: {error}");
        }
    }
    relay.finish(&pairs);
    let target =
        |user| manager.target(Target::v3(snmpd.address(), user).timeout(Duration::from_secs(60)).retries(1));
    let guest = target(User::new("guest"));
    assert!(guest.get(SYS_UP_TIME).await.is_ok());

    // What it reports is what we say.
    let refused = async |user: User| match target(user).get(SYS_UP_TIME).await {
        Err(Error::Report { report, .. }) => report,
        other => panic!("expected a Report, found {other:?}"),
    };
    let sha = Pair { auth: Auth::Sha1, privacy: None };
    let name = Pair { privacy: Some(Privacy::Aes256), ..sha }.name();
    let base = || User::new(&name).auth(Auth::Sha1, AUTH);
    assert_eq!(refused(User::new("nobody").auth(Auth::Md5, AUTH)).await, Report::UnknownUser);
    assert_eq!(refused(User::new(&name).auth(Auth::Sha1, "another one")).await, Report::WrongDigest);
    assert_eq!(refused(User::new(&name).auth(Auth::Sha256, AUTH)).await, Report::WrongDigest);
    // It says nothing to what it cannot decrypt; we say what that may mean.
    let silent = Target::v3(snmpd.address(), base().privacy(Privacy::Aes256Reeder, PRIVACY));
    let silent = manager.target(silent.timeout(Duration::from_millis(300)).retries(0)).get(SYS_UP_TIME).await;
    let text = silent.expect_err("it cannot be decrypted").to_string();
    assert!(text.contains("Reeder"), "{text}");
    let reader = User::new(sha.name()).auth(Auth::Sha1, AUTH);
    assert_eq!(refused(reader.privacy(Privacy::Aes128, PRIVACY)).await, Report::UnsupportedLevel);
    assert_eq!(manager.outstanding(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_commands_and_our_agent() {
    if !installed("snmpget") {
        return;
    }
    let mut builder = Agent::builder();
    let pairs = Pair::all(&PRIVACIES);
    for pair in &pairs {
        builder = builder.user(Account::read_write(pair.user()));
    }
    let agent =
        builder.user(Account::read_only(User::new("guest"))).bind("127.0.0.1:0").await.expect("loopback");
    agent.serve(SYS_DESCR, || DisplayString::from("ours"));
    agent.serve_rw(SYS_NAME, || DisplayString::from("switch-1"), |_| Ok(()));
    let _running = agent.spawn();
    let relay = Relay::start("net-snmp-commands-v3", agent.local_addr());
    let address = Cell::new(relay.address());
    let ask = |program: &str, security: &[&str], rest: &[&str]| {
        let mut arguments = vec!["-v3", "-On", "-t", "5", "-r", "0"];
        arguments.extend(security);
        let address = address.get().to_string();
        arguments.push(&address);
        arguments.extend(rest);
        run(program, &[], &arguments)
    };
    let descr = ".1.3.6.1.2.1.1.1.0";
    for pair @ &Pair { auth, privacy } in &pairs {
        let name = pair.name();
        let mut security = vec!["-u", &name, "-a", auth.as_str(), "-A", AUTH];
        match privacy {
            Some(privacy) => security.extend(["-l", "authPriv", "-x", spelling(privacy), "-X", PRIVACY]),
            None => security.extend(["-l", "authNoPriv"]),
        }
        let output = ask("snmpget", &security, &[descr]);
        assert_eq!(output.stdout.trim(), format!("{descr} = STRING: \"ours\""), "{name}: {}", output.stderr);
        let output = ask("snmpset", &security, &[".1.3.6.1.2.1.1.5.0", "s", "renamed"]);
        assert!(output.success, "{name}: {}", output.stderr);
        let output = ask("snmpgetnext", &security, &[".1.3.6.1.2.1.1"]);
        assert!(output.stdout.starts_with(descr), "{name}: {}{}", output.stdout, output.stderr);
        let output = ask("snmpbulkget", &security, &["-Cn0", "-Cr2", ".1.3.6.1"]);
        assert_eq!(output.stdout.matches("STRING").count(), 2, "{name}: {}{}", output.stdout, output.stderr);
        for program in ["snmpwalk", "snmpbulkwalk"] {
            let output = ask(program, &security, &[".1.3.6.1"]);
            assert_eq!(output.stdout.matches("STRING").count(), 2, "{name}: {program}: {}", output.stderr);
        }
    }
    relay.finish(&pairs);
    address.set(agent.local_addr());
    let output = ask("snmpget", &["-u", "guest", "-l", "noAuthNoPriv"], &[descr]);
    assert!(output.success, "{}", output.stderr);

    let complaint = |security: &[&str]| ask("snmpget", security, &[descr]).stderr;
    let text = complaint(&["-u", "nobody", "-l", "authNoPriv", "-a", "SHA", "-A", AUTH]);
    assert!(text.contains("Unknown user name"), "{text}");
    let sha = Pair { auth: Auth::Sha1, privacy: None }.name();
    let text = complaint(&["-u", &sha, "-l", "authNoPriv", "-a", "SHA", "-A", "another one"]);
    assert!(text.contains("Authentication failure"), "{text}");
    let text =
        complaint(&["-u", &sha, "-l", "authPriv", "-a", "SHA", "-A", AUTH, "-x", "AES", "-X", PRIVACY]);
    assert!(text.contains("Unsupported security level"), "{text}");
    // U4: USM lets it pass, access control does not.
    let text = ask("snmpget", &["-u", &sha, "-l", "noAuthNoPriv"], &[descr]);
    assert!(
        !text.success && format!("{}{}", text.stdout, text.stderr).contains("authorizationError"),
        "{}",
        text.stderr
    );
    let text = complaint(&["-u", "guest", "-l", "noAuthNoPriv", "-n", "vlan-7"]);
    assert!(text.contains("Bad context specified"), "{text}");
}
