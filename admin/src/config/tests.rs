//! Texts, and what comes of them.

use std::fs;
use std::path::Path;

use mibc_runtime::access::{ContextMatch, Model};
use mibc_runtime::message::{Level, Version};

use super::*;

fn parse(text: &str) -> Result<Config, Problems> {
    Config::parse(text, Path::new("/etc/mibc"), &StandardNames)
}

fn good(text: &str) -> Config {
    parse(text).unwrap_or_else(|problems| panic!("{problems}\n{text}"))
}

/// The lines of all problems.
fn bad(text: &str) -> Vec<String> {
    let problems = parse(text).expect_err("it is refused");
    problems.list.iter().map(ToString::to_string).collect()
}

const WHOLE: &str = r#"
listen = ["udp:0.0.0.0:161", "udp6:[::]:161", "tcp:127.0.0.1:161", "unix:/run/mibc.sock"]
engine-id = "80001f8804706c75746f"
engine-boots = 7
persistence = "store"
log = "debug"
authentication-traps = true
abandoned-rows = 90
http = ["127.0.0.1:9117", "[::1]:9117"]
web-config = "web.yml"
contexts = ["other"]

[system]
description = "a switch"
object-id = "enterprises.99999.1"
contact = "noc"
name = "switch-1"
location = "here"
services = 72

[[community]]
name = "public"
source = "10.0.0.0/8"
view = "system"

[[community]]
name = "public"
source = ["!192.0.2.7", "192.0.2.0/24"]
security-name = "lab"

[[user]]
name = "operator"
auth = "SHA-256"
auth-passphrase = "maplesyrup"
privacy = "aes"
privacy-key = "00112233445566778899aabbccddeeff"
access = "read-write"

[[user]]
name = "guest"
access = "read-only"
view = "most"
context-match = "prefix"

[[user]]
name = "other"
auth = "MD5"
auth-master-key = "00112233445566778899aabbccddeeff"

[[group]]
name = "labs"
model = ["v1", "v2c"]
members = ["lab"]

[[group]]
name = "labs"
members = "other"

[[access]]
group = "labs"
context = "o"
context-match = "prefix"
level = "noauth"
read = "most"
notify = "all"

[[view]]
name = "most"
include = ["1", "ifEntry.*.4"]
exclude = ["snmpModules", "1.3.6.1.2.1.2.2.1.0.5/ff:a0"]

[[target]]
name = "nms"
address = "192.0.2.1"
tags = ["a", "b"]
timeout = 2
retries = 5
parameters = "v3"

[[target]]
address = "tcp:192.0.2.1:1162"
version = "1"
community = "traps"
filter = "few"

[[parameters]]
name = "v3"
version = "3"
security-name = "operator"
level = "authPriv"

[[notify]]
tag = "a"
type = "inform"

[[filter]]
name = "few"
include = "snmpTraps"

[agentx]
listen = ["unix:/run/agentx", "tcp:127.0.0.1"]
timeout = 2
deny = "snmpModules"
"#;

#[test]
fn all_of_it() {
    let config = good(WHOLE);
    assert_eq!(config.listen.len(), 4);
    assert_eq!(config.persistence.as_deref(), Some(Path::new("/etc/mibc/store")));
    assert_eq!((config.engine_boots, config.log), (7, LogLevel::Debug));
    assert_eq!(config.abandoned_rows.map(|age| age.as_secs()), Some(90));
    let http: Vec<String> = config.http.iter().map(|(address, _)| address.to_string()).collect();
    assert_eq!(http, ["127.0.0.1:9117", "[::1]:9117"]);
    assert_eq!(
        config.web_config.as_ref().map(|(file, _)| file.as_path()),
        Some(Path::new("/etc/mibc/web.yml"))
    );
    assert_eq!(
        config.system.object_id.as_ref().map(ToString::to_string).as_deref(),
        Some("1.3.6.1.4.1.99999.1")
    );
    assert_eq!(config.system.services, Some(72));
    let agentx = config.agentx.as_ref().expect("sub-agents");
    assert_eq!((agentx.listen.len(), agentx.timeout.as_secs()), (2, 2));
    assert_eq!(agentx.deny.iter().map(ToString::to_string).collect::<Vec<_>>(), ["1.3.6.1.6.3"]);
    let [short, long] = &config.communities[..] else { panic!("two communities") };
    let grant = short.grant.as_ref().expect("a grant");
    assert_eq!((grant.read.as_str(), grant.write.as_str(), grant.level), ("system", "", Level::NoAuthNoPriv));
    assert_eq!((&long.grant, long.security_name.as_deref()), (&None, Some("lab")));
    assert_eq!(short.place, Some(Place { line: 21, column: 1 }));
    let operator = config.user("operator").expect("the operator");
    let grant = operator.grant.as_ref().expect("a grant");
    assert_eq!((grant.write.as_str(), grant.level, operator.localized), (ALL, Level::AuthPriv, true));
    assert_eq!(
        config.user("guest").and_then(|user| user.grant.as_ref()).map(|grant| grant.context_match),
        Some(ContextMatch::Prefix)
    );
    let members: Vec<_> = config.groups.iter().map(|row| (row.model, row.member.as_str())).collect();
    assert_eq!(members, [(Model::V1, "lab"), (Model::V2C, "lab"), (Model::USM, "other")]);
    let most = config.view("most").expect("a view");
    assert_eq!(most.families.len(), 4);
    assert_eq!(most.families[3].family.mask_of().as_octets(), [0xff, 0xa0]);
    assert!(!most.families[3].family.is_included());
    assert!(config.view("system").is_some_and(|view| view.implied));
    let [nms, second] = &config.targets[..] else { panic!("two targets") };
    assert_eq!((nms.timeout.as_millis(), nms.retries, nms.tags.len()), (2_000, 5, 2));
    assert_eq!((second.name.as_str(), &second.tags[..]), ("target-2", &["target-2".to_owned()][..]));
    assert!(matches!(&second.send, Send::Community { version: Version::V1, .. }));
    let notify: Vec<_> = config.notify.iter().map(|notify| (notify.tag.as_str(), notify.kind)).collect();
    assert_eq!(notify, [("a", NotifyType::Inform), ("target-2", NotifyType::Trap)]);
    assert_eq!(config.filters.len(), 1);
}

/// A source that is refused counts against all later entries of its community.
#[test]
fn who_asks() {
    let config = good(WHOLE);
    let from = |address: &str| {
        let address = address.parse().expect("an address");
        config
            .community("public", address)
            .map(|community| community.security_name.as_deref().unwrap_or_default())
    };
    assert_eq!(from("10.9.9.9"), Some(""));
    assert_eq!(from("192.0.2.1"), Some("lab"));
    assert_eq!(from("192.0.2.7"), None);
    assert_eq!(from("192.0.3.1"), None);
    assert!(config.community("Public", "10.0.0.1".parse().expect("an address")).is_none());
}

#[test]
fn secrets_are_not_shown() {
    let shown = format!("{:?}", good(WHOLE));
    for secret in ["public", "maplesyrup", "traps\"", "00112233"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}

/// All problems are told, each with its place.
#[test]
fn all_problems_at_once() {
    let found = bad(r#"
listn = "x"
log = "loud"
engine-boots = -1

[[community]]
name = 5
sorce = "10.0.0.0/8"
view = 7

[[community]]
name = "a"
source = "10.0.0.1/8"
view = "sytem"
access = "rw"

[[user]]
name = "u"
auth = "SHA-3"
auth-passphrase = "short"

[[user]]
auth = "SHA"
"#);
    let expected = [
        "2:1: error: unknown key `listn`; expected one of `listen`",
        "3:7: error: `loud` is not known here; expected one of \"error\"",
        "4:16: error: `-1` is out of range; expected 0 to 2147483647",
        "7:8: error: invalid type: integer `5`, expected a string",
        "8:1: error: unknown key `sorce`, expected one of `name`",
        "9:8: error: invalid type: integer `7`, expected a string",
        "13:10: error: `10.0.0.1/8` has bits set behind its mask",
        "14:8: error: there is no view `sytem`; expected the name of a [[view]]",
        "15:10: error: `rw` is not known here; expected one of \"read-only\", \"read-write\", \"none\"",
        "19:8: error: `SHA-3` is not an authentication protocol; ",
        "22:1: error: missing key `name`",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}\n{expected}");
    }
    let found = bad("a = \n[b\n");
    assert!(found.len() >= 2 && found[0].starts_with("1:"), "{found:#?}");
}

/// Each mistake that only the whole shows.
#[test]
fn what_does_not_fit_together() {
    const BASE: &str = "[[community]]\nname = \"p\"\n";
    for (text, expected) in [
        ("", "error: nobody may ask this agent"),
        ("[[community]]\nname = \"p\"\naccess = \"none\"", "error: nobody may ask this agent"),
        ("[[group]]\nname = \"g\"\nmembers = \"u\"", "error: nobody may ask this agent"),
        ("listen = \"dtls:h:161\"", "1:10: error: `dtls:h:161` has no transport that is known"),
        ("listen = \"udp:127.0.0.1:99999\"", "1:10: error: `udp:127.0.0.1:99999`: expected host, host:port"),
        ("[agentx]\nlisten = \"udp:h\"", "4:10: error: sub-agents cannot connect to `udp:h`"),
        ("[agentx]\nlisten = []", "error: [agentx] listens nowhere"),
        ("[agentx]\ntimeout = 0", "4:11: error: `0` is out of range"),
        ("engine-id = \"8000000001020304\"", "error: there is an `engine-id`, and no `persistence`"),
        ("engine-id = \"80\"", "1:13: error: `80` is no engine ID"),
        ("[[community]]\nname = \"p\"", "3:1: error: an entry above is for the same community from anywhere"),
        (
            "[[user]]\nname = \"u\"\nauth = \"MD5\"\nauth-passphrase = \"short\"",
            "3:1: error: the user `u` cannot be used: the authentication passphrase has 5",
        ),
        ("[[user]]\nname = \"u\"\nauth = \"MD5\"", "3:1: error: the user has no secret for `auth`"),
        (
            "[[user]]\nname = \"u\"\nauth-passphrase = \"maplesyrup\"",
            "3:1: error: the user has a secret for `auth`, and no protocol",
        ),
        (
            "[[user]]\nname = \"u\"\nauth = \"MD5\"\nauth-key = \"xy\"",
            "6:12: error: `auth-key` is not pairs of",
        ),
        (
            "[[user]]\nname = \"u\"\nauth = \"MD5\"\nauth-key = \"00112233445566778899aabbccddeeff\"",
            "3:1: error: the user `u` has a key that was localized",
        ),
        (
            "[[user]]\nname = \"u\"\naccess = \"read-only\"\nlevel = \"auth\"",
            "3:1: error: the user `u` needs authNoPriv and has keys for noAuthNoPriv only",
        ),
        ("[[user]]\nname = \"u\"\n[[user]]\nname = \"u\"", "5:1: error: there is a user `u` above"),
        ("[[user]]\nname = \"u\"\nview = \"all\"", "5:8: error: the user has no `access`"),
        (
            "[[user]]\nname = \"u\"\naccess = \"read-only\"\n[[group]]\nname = \"g\"\nmembers = \"u\"",
            "3:1: error: the user `u` has `access` of its own and is in a group",
        ),
        (
            "[[group]]\nname = \"g\"\nmembers = [\"u\"]\n[[group]]\nname = \"h\"\nmembers = [\"u\"]",
            "8:12: error: `u` is in the group `g` already",
        ),
        (
            "[[group]]\nname = \"g\"\nmodel = \"any\"\nmembers = [\"u\"]",
            "5:9: error: `any` is not a model that a group has members of",
        ),
        ("[[access]]\ngroup = \"g\"", "3:1: error: the access has no `level`"),
        (
            "[[access]]\ngroup = \"g\"\nmodel = \"v1\"\nlevel = \"auth\"",
            "3:1: error: messages with communities have no",
        ),
        (
            "[[access]]\ngroup = \"g\"\nlevel = \"auth\"\n[[access]]\ngroup = \"g\"\nlevel = \"auth\"",
            "6:1: error: an [[access]] above is for the same",
        ),
        (
            "[[view]]\nname = \"v\"\ninclude = [\"1.3\", \"1.3/80\"]",
            "5:19: error: the subtree 1.3 is there twice",
        ),
        ("[[view]]\nname = \"v\"\ninclude = \"nothing\"", "5:11: error: `nothing` is no name that is known"),
        (
            "[[view]]\nname = \"a-name-that-is-longer-than-any-table-takes\"",
            "3:1: error: the name of a view has 42 octets",
        ),
        ("[[target]]\naddress = \"h\"", "3:1: error: the target does not say how to send"),
        ("[[target]]\naddress = \"h\"\nuser = \"u\"", "3:1: error: there is no user `u`"),
        (
            "[[target]]\naddress = \"h\"\ncommunity = \"c\"\nversion = \"3\"",
            "3:1: error: a community sends in version 1 or 2c",
        ),
        (
            "[[target]]\naddress = \"h\"\ncommunity = \"c\"\nversion = \"1\"\ntype = \"inform\"",
            "3:1: error: there are no informs in SNMPv1",
        ),
        (
            "[[target]]\naddress = \"h\"\ncommunity = \"c\"\ntype = \"trap\"\ntags = \"x\"",
            "3:1: error: the target has both `tags` and `type`",
        ),
        ("[[target]]\naddress = \"h\"\ncommunity = \"c\"\ntags = \"x y\"", "3:1: error: `x y` is no tag"),
        (
            "[[target]]\naddress = \"h\"\ncommunity = \"c\"\nfilter = \"f\"",
            "3:1: error: there is no filter `f`",
        ),
        ("[[target]]\naddress = \"h\"\nparameters = \"x\"", "3:1: error: there are no parameters `x`"),
        ("[[target]]\naddress = \"h\"\ncommunity = \"c\"\ntimeout = 0.0", "6:11: error: `0` is no timeout"),
        ("[system]\nservices = 300", "4:12: error: `300` is out of range; expected 0 to 127"),
        ("[community]\nname = \"x\"", "1:1: error: `community` is not a list of tables; write [[community]]"),
        ("community = [5]", "1:14: error: this is not a table"),
    ] {
        let needs_base = text.starts_with('[') && !text.contains("none") && !text.starts_with("[community]");
        let asks = text.is_empty() || text.contains("none") || expected.contains("nobody");
        let text = match (asks, needs_base) {
            (true, _) | (_, false) => text.to_owned(),
            _ => format!("{BASE}{text}"),
        };
        let found = bad(&text);
        assert!(found.iter().any(|found| found.starts_with(expected)), "{text}\n{expected}\n{found:#?}");
    }
}

/// What is only a warning does not stop the agent.
#[test]
fn warnings() {
    for (text, expected) in [
        ("[[view]]\nname = \"v\"", "nothing uses the view `v`"),
        ("[agentx]\nlisten = \"tcp:192.0.2.1\"", "anybody who can connect to `tcp:192.0.2.1`"),
        ("[[community]]\nname = \"q\"\nsecurity-name = \"x\"", "the community is not in any group"),
        ("[[user]]\nname = \"u\"", "the user `u` is not in any group"),
        ("[[group]]\nname = \"g\"\nmembers = \"u\"", "the group `g` may do nothing"),
        (
            "[[group]]\nname = \"g\"\nmodel = \"v1\"\nmembers = \"u\"",
            "no community has the security name `u`",
        ),
        ("[[access]]\ngroup = \"g\"\nlevel = \"auth\"", "the group `g` has no members"),
        ("[[notify]]\ntag = \"t\"", "no target has the tag `t`"),
        ("[[user]]\nname = \"u\"\naccess = \"read-only\"", "there are users, and no `persistence`"),
    ] {
        let config = good(&format!("[[community]]\nname = \"p\"\n{text}"));
        let found = config.check();
        assert!(
            found.iter().any(|problem| problem.what.starts_with(expected) && !problem.is_error()),
            "{text}: {found:?}"
        );
    }
    assert_eq!(good("[[community]]\nname = \"p\"").check(), []);
}

#[test]
fn too_many_sources() {
    let list = |from: u32| {
        let sources = (0..600).map(|number| format!("\"{}\"", std::net::Ipv4Addr::from(from + 2 * number)));
        sources.collect::<Vec<_>>().join(", ")
    };
    let entry = |from| format!("[[community]]\nname = \"p\"\nsource = [{}]\n", list(from));
    assert_eq!(good(&entry(0x0a00_0000)).communities[0].sources.len(), 600);
    let found = bad(&format!("{}{}", entry(0x0a00_0000), entry(0x0b00_0000)));
    assert!(found[0].starts_with("4:1: error: the community has more than 1000 sources"), "{found:?}");
}

#[test]
#[cfg(unix)]
fn secrets_in_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let secret = folder.path().join("secret");
    fs::write(&secret, "maplesyrup\n").expect("a file");
    let file = folder.path().join("agent.toml");
    fs::write(
        &file,
        "[[user]]\nname = \"u\"\nauth = \"SHA\"\nauth-passphrase-file = \"secret\"\naccess = \"read-only\"\n",
    )
    .expect("a file");
    let mode = |mode| fs::set_permissions(&secret, fs::Permissions::from_mode(mode)).expect("a mode");
    mode(0o644);
    let problems = Config::load(&file, &StandardNames).expect_err("others can read it").to_string();
    assert!(problems.contains("agent.toml:4:24: error: ") && problems.contains("has mode 644"), "{problems}");
    mode(0o640);
    let config = Config::load(&file, &StandardNames).expect("its group may read it");
    let expected = mibc_runtime::usm::User::new("u").auth(mibc_runtime::usm::Auth::Sha1, "maplesyrup");
    assert_eq!(config.users[0].user, expected);
    assert!(config.exposed(&file).is_some_and(|problem| problem.what.contains("mode 644")));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("a mode");
    assert_eq!(config.exposed(&file), None);
    assert!(Config::load(&folder.path().join("none"), &StandardNames).is_err());
    assert!(Config::load(folder.path(), &StandardNames).is_err());
}
