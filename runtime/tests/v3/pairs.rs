//! Every pair of protocols, between our manager and our agent.

use crate::lab::{Lab, NAME, oid, see, user, values};
use mibc_runtime::agent::Account;
use mibc_runtime::message::{Level, PduHeader, PduKind};
use mibc_runtime::usm::{Auth, Privacy, User};
use mibc_runtime::value::{OctetString, Value, VarBind};
use std::sync::Arc;

fn talk(user: &User) {
    let mut lab = Lab::with(vec![Account::read_write(user.clone())]);
    let peer = Arc::new(Lab::peer(user));
    assert_eq!(values(lab.get(&peer)), [Value::from(OctetString::from("agent"))], "{user:?}");
    // Lengths of all remainders by eight: DES pads.
    for length in 0..18 {
        let value: Value = OctetString::from("x".repeat(length).as_str()).into();
        let varbind = VarBind { name: oid(NAME), value: value.clone() };
        assert_eq!(values(lab.ask(&peer, PduHeader::new(PduKind::Set, 0), [varbind.as_ref()])), [value]);
    }
    let root = VarBind::unspecified(oid("1.3"));
    let next = values(lab.ask(&peer, PduHeader::new(PduKind::GetNext, 0), [root.as_ref()]));
    assert_eq!(next, [Value::from(OctetString::from("x".repeat(17).as_str()))]);
    let bulk = values(lab.ask(&peer, PduHeader::bulk(0, 0, 5), [root.as_ref()]));
    assert_eq!(bulk.last(), Some(&Value::EndOfMibView));
    // The question for the engine ID and the requests: nothing was asked twice.
    assert_eq!(lab.requests.len(), 1 + 1 + 18 + 2);
    for request in &lab.requests[1..] {
        assert_eq!(see(request).header.flags.level(), Some(user.level()));
    }
    // M5.
    assert!(lab.requests.iter().all(|message| see(message).header.flags.is_reportable()));
    assert!(lab.answers.iter().all(|message| !see(message).header.flags.is_reportable()));
    // U16: no salt twice in either direction.
    if user.level() == Level::AuthPriv {
        let mut salts: Vec<_> =
            lab.requests[1..].iter().chain(&lab.answers[1..]).map(|message| see(message).salt).collect();
        salts.sort();
        salts.dedup();
        assert_eq!(salts.len(), 2 * 21);
    }
}

#[test]
fn every_authentication_with_every_privacy() {
    for auth in Auth::ALL {
        talk(&user("ops", auth, None));
        for privacy in Privacy::ALL {
            talk(&user("ops", auth, Some(privacy)));
        }
    }
}

#[test]
fn users_without_keys() {
    talk(&User::new("guest"));
}

/// U19, §3 row 9: the two extensions are different keys where there is something to extend, and the manager is told.
#[test]
fn the_other_extension_is_a_decryption_error() {
    use mibc_runtime::engine::{Outcome, Report};
    let pairs = [(Privacy::Aes256, Privacy::Aes256Reeder), (Privacy::Aes192Reeder, Privacy::Aes192)];
    for (ours, theirs) in pairs {
        let mut lab = Lab::with(vec![Account::read_only(user("ops", Auth::Sha1, Some(theirs)))]);
        let peer = Arc::new(Lab::peer(&user("ops", Auth::Sha1, Some(ours))));
        match lab.get(&peer) {
            Outcome::Refused { report: Report::DecryptionError, .. } => {}
            other => panic!("{ours} against {theirs}: {other:?}"),
        }
    }
}
