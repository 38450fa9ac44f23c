//! SNMPv3 both ways against net-snmp: every authentication with every privacy that it has.

use crate::peer::{Snmpd, installed, run};
use mibc::agent::{Account, Agent};
use mibc::manager::Error;
use mibc::mibs::if_mib::*;
use mibc::mibs::snmpv2_mib::*;
use mibc::mibs::snmpv2_tc::DisplayString;
use mibc::runtime::engine::Report;
use mibc::usm::{Auth, Privacy};
use mibc::{Manager, Session, Target, User};
use std::time::Duration;

pub(crate) const AUTH: &str = "maplesyrup over";
pub(crate) const PRIVACY: &str = "pancakes and more";

const AUTHENTICATIONS: [Auth; 6] = Auth::ALL;

/// What the net-snmp of Debian is built with; its AES-192 and AES-256 extend keys in Blumenthal's way.
const PRIVACIES: [Option<Privacy>; 5] =
    [None, Some(Privacy::Des), Some(Privacy::Aes128), Some(Privacy::Aes192), Some(Privacy::Aes256)];

fn pairs() -> impl Iterator<Item = (Auth, Option<Privacy>)> {
    AUTHENTICATIONS.into_iter().flat_map(|auth| PRIVACIES.map(|privacy| (auth, privacy)))
}

pub(crate) fn name(auth: Auth, privacy: Option<Privacy>) -> String {
    let text = format!("{auth}{}", privacy.map_or("none", Privacy::as_str));
    text.replace('-', "").to_lowercase()
}

pub(crate) fn user(auth: Auth, privacy: Option<Privacy>) -> User {
    let user = User::new(name(auth, privacy)).auth(auth, AUTH);
    match privacy {
        Some(privacy) => user.privacy(privacy, PRIVACY),
        None => user,
    }
}

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
    for (auth, privacy) in pairs() {
        let name = name(auth, privacy);
        let (privacy, level) = match privacy {
            Some(privacy) => (format!("{} \"{PRIVACY}\"", spelling(privacy)), "priv"),
            None => (String::new(), "auth"),
        };
        text += &format!("createUser {name} {auth} \"{AUTH}\" {privacy}\nrwuser {name} {level}\n");
    }
    text
}

async fn exercise(host: &Session, what: &str) -> Result<(), Error> {
    let up = host.get(SYS_UP_TIME).await?;
    assert!(up.0 < 100 * 3600, "{what}: just started");
    host.set(SYS_NAME, DisplayString::from(what)).await?;
    assert_eq!(host.get(SYS_NAME).await?, DisplayString::from(what));
    let mut walk = host.bulk_walk(IF_DESCR);
    let mut bulk = 0;
    while walk.try_next().await?.is_some() {
        bulk += 1;
    }
    assert_eq!(host.walk(IF_DESCR).collect().await?.len(), bulk, "{what}");
    assert!(bulk > 0, "{what}: a loopback interface");
    Ok(())
}

#[tokio::test]
async fn our_manager_and_its_agent() {
    if !installed(Snmpd::PROGRAM) {
        return;
    }
    let snmpd = Snmpd::start(&configuration());
    let manager = Manager::bind().await.expect("a socket");
    let target =
        |user| manager.target(Target::v3(snmpd.address(), user).timeout(Duration::from_secs(5)).retries(1));
    for (auth, privacy) in pairs() {
        let what = name(auth, privacy);
        if let Err(error) = exercise(&target(user(auth, privacy)), &what).await {
            panic!("{what}: {error}");
        }
    }
    let guest = target(User::new("guest"));
    assert!(guest.get(SYS_UP_TIME).await.is_ok());

    // What it reports is what we say.
    let refused = async |user: User| match target(user).get(SYS_UP_TIME).await {
        Err(Error::Report { report, .. }) => report,
        other => panic!("expected a Report, found {other:?}"),
    };
    let name = name(Auth::Sha1, Some(Privacy::Aes256));
    let base = || User::new(&name).auth(Auth::Sha1, AUTH);
    assert_eq!(refused(User::new("nobody").auth(Auth::Md5, AUTH)).await, Report::UnknownUser);
    assert_eq!(refused(User::new(&name).auth(Auth::Sha1, "another one")).await, Report::WrongDigest);
    assert_eq!(refused(User::new(&name).auth(Auth::Sha256, AUTH)).await, Report::WrongDigest);
    // It says nothing to what it cannot decrypt; we say what that may mean.
    let silent = Target::v3(snmpd.address(), base().privacy(Privacy::Aes256Reeder, PRIVACY));
    let silent = manager.target(silent.timeout(Duration::from_millis(300)).retries(0)).get(SYS_UP_TIME).await;
    let text = silent.expect_err("it cannot be decrypted").to_string();
    assert!(text.contains("Reeder"), "{text}");
    let reader = User::new(super::v3::name(Auth::Sha1, None)).auth(Auth::Sha1, AUTH);
    assert_eq!(refused(reader.privacy(Privacy::Aes128, PRIVACY)).await, Report::UnsupportedLevel);
    assert_eq!(manager.outstanding(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_commands_and_our_agent() {
    if !installed("snmpget") {
        return;
    }
    let mut builder = Agent::builder();
    for (auth, privacy) in pairs() {
        builder = builder.user(Account::read_write(user(auth, privacy)));
    }
    let agent =
        builder.user(Account::read_only(User::new("guest"))).bind("127.0.0.1:0").await.expect("loopback");
    agent.serve(SYS_DESCR, || DisplayString::from("ours"));
    agent.serve_rw(SYS_NAME, || DisplayString::from("switch-1"), |_| Ok(()));
    let _running = agent.spawn();
    let address = agent.local_addr().to_string();
    let ask = |program: &str, security: &[&str], rest: &[&str]| {
        let mut arguments = vec!["-v3", "-On", "-t", "5", "-r", "0"];
        arguments.extend(security);
        arguments.push(&address);
        arguments.extend(rest);
        run(program, &[], &arguments)
    };
    let descr = ".1.3.6.1.2.1.1.1.0";
    for (auth, privacy) in pairs() {
        let name = name(auth, privacy);
        let mut security = vec!["-u", &name, "-a", auth.as_str(), "-A", AUTH];
        match privacy {
            Some(privacy) => security.extend(["-l", "authPriv", "-x", spelling(privacy), "-X", PRIVACY]),
            None => security.extend(["-l", "authNoPriv"]),
        }
        let output = ask("snmpget", &security, &[descr]);
        assert_eq!(output.stdout.trim(), format!("{descr} = STRING: \"ours\""), "{name}: {}", output.stderr);
        let output = ask("snmpset", &security, &[".1.3.6.1.2.1.1.5.0", "s", "renamed"]);
        assert!(output.success, "{name}: {}", output.stderr);
        let output = ask("snmpbulkwalk", &security, &[".1.3.6.1"]);
        assert_eq!(output.stdout.matches("STRING").count(), 2, "{name}: {}{}", output.stdout, output.stderr);
    }
    let output = ask("snmpget", &["-u", "guest", "-l", "noAuthNoPriv"], &[descr]);
    assert!(output.success, "{}", output.stderr);

    let complaint = |security: &[&str]| ask("snmpget", security, &[descr]).stderr;
    let text = complaint(&["-u", "nobody", "-l", "authNoPriv", "-a", "SHA", "-A", AUTH]);
    assert!(text.contains("Unknown user name"), "{text}");
    let sha = name(Auth::Sha1, None);
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
