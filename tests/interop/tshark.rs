//! tshark reads what was recorded.

use crate::matrix::{AUTH, PRIVACY, Pair};
use mibc::usm::{Auth, Privacy};
use mibc_test_support::netsnmp::installed;
use std::path::Path;
use std::process::{Command, Stdio};

/// The severity of an error among expert information; warnings are below.
const ERROR: u32 = 0x0080_0000;

/// What is asked of each datagram.
const FIELDS: [&str; 9] = [
    "snmp.msgVersion",
    "_ws.malformed",
    "_ws.expert.severity",
    "_ws.expert.message",
    "snmp.msgUserName",
    "snmp.v3.flags.auth",
    "snmp.v3.flags.crypt",
    "snmp.v3.auth",
    "snmp.decrypted_pdu",
];

/// The protocols of a pair as tshark calls them. `None` where it cannot decrypt: 3DES it does not know, and the version
/// of Debian 12 does not extend keys.
fn spelling(pair: Pair) -> Option<[&'static str; 2]> {
    let auth = match pair.auth {
        Auth::Md5 => "MD5",
        Auth::Sha1 => "SHA1",
        Auth::Sha224 => "SHA2-224",
        Auth::Sha256 => "SHA2-256",
        Auth::Sha384 => "SHA2-384",
        Auth::Sha512 => "SHA2-512",
        _ => return None,
    };
    let privacy = match pair.privacy {
        None | Some(Privacy::Des) => "DES",
        Some(privacy) if privacy.key_len() > pair.auth.key_len() => return None,
        Some(Privacy::Aes128) => "AES",
        Some(Privacy::Aes192 | Privacy::Aes192Reeder) => "AES192",
        Some(Privacy::Aes256 | Privacy::Aes256Reeder) => "AES256",
        Some(_) => return None,
    };
    Some([auth, privacy])
}

/// Has a capture read: nothing is malformed and nothing is an error, every message of these users is authentic and, if
/// it is encrypted, can be decrypted. Skipped with a notice where tshark is not installed.
pub(crate) fn check(file: &Path, datagrams: usize, pairs: &[Pair]) {
    if !installed("tshark") {
        return;
    }
    let settings = tempfile::tempdir().expect("a folder for settings");
    let mut command = Command::new("tshark");
    command.env("WIRESHARK_CONFIG_DIR", settings.path()).arg("-r").arg(file);
    let mut known = Vec::new();
    for &pair in pairs {
        if let Some([auth, privacy]) = spelling(pair) {
            let name = pair.name();
            let entry = ["", &name, auth, AUTH, privacy, PRIVACY].map(|field| format!("\"{field}\""));
            command.arg("-o").arg(format!("uat:snmp_users:{}", entry.join(",")));
            known.push(name);
        }
    }
    command.args(["-T", "fields", "-E", "separator=/t"]);
    command.args(FIELDS.iter().flat_map(|field| ["-e", field]));
    let output = command.stdin(Stdio::null()).output().expect("tshark starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(text.lines().count(), datagrams, "{}", file.display());
    let (mut authentic, mut decrypted) = (0, 0);
    for (number, line) in text.lines().enumerate() {
        let place = format!("{} frame {}: {line}", file.display(), number + 1);
        let fields: Vec<&str> = line.split('\t').collect();
        let &[version, malformed, severity, _, user, signed, encrypted, auth, plain] = fields.as_slice()
        else {
            panic!("{place}: not {} fields", FIELDS.len());
        };
        assert!(malformed.is_empty(), "{place}");
        let severities = severity.split(',').filter_map(|severity| severity.parse::<u32>().ok());
        assert!(severities.max() < Some(ERROR), "{place}");
        if version == "3" && signed == "1" && known.iter().any(|name| user == name) {
            assert_eq!(auth, "1", "not authentic: {place}");
            assert!(encrypted != "1" || !plain.is_empty(), "not decrypted: {place}");
            authentic += 1;
            decrypted += usize::from(encrypted == "1");
        }
    }
    assert!(known.is_empty() || authentic > 0, "{}: no message is signed", file.display());
    eprintln!("{}: {datagrams} datagrams, {authentic} authentic, {decrypted} decrypted", file.display());
}
