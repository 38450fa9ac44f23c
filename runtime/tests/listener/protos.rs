//! Notifications that are malformed by rule, also under signature and cipher.

use crate::lab::{Lab, Made, engine_id, link_down, operator, reported, response, see, user, v2c, v3_lab};
use mibc_runtime::engine::Report;
use mibc_runtime::message::PduKind;
use mibc_runtime::usm::{Auth, User};
use mibc_test_support::malformed;
use mibc_test_support::v3::{self, ODD_LENGTHS, keys, with_digest_of, with_salt_of};

fn users() -> [User; 3] {
    [operator(), user("signer", Auth::Sha1, None), User::new("guest")]
}

/// It answers an inform as it did before; the notification itself was delivered the first time.
fn works(lab: &mut Lab) {
    let answer = lab.take(&v2c("traps", PduKind::Inform, 1, link_down())).expect("an inform").reply;
    assert_eq!(response(&answer.expect("an answer"), "traps").1, link_down());
}

/// CVE-2002-0012, CVE-2002-0013 (CERT CA-2002-03): each value of a trap and of an inform wrong in each way. Nothing is
/// delivered in the name of a user whose digest does not fit.
#[test]
fn notifications_with_every_value_wrong() {
    let mut lab = v3_lab(None);
    works(&mut lab);
    let (mut count, mut delivered) = (0, 0);
    for kind in [PduKind::Trap, PduKind::Inform] {
        for bad in malformed(&v2c("traps", kind, 2, link_down())) {
            let _ = lab.take(&bad);
            works(&mut lab);
            count += 1;
        }
    }
    for user in users() {
        for (made, engine) in [(Made::trap(&user, "switch"), "switch"), (Made::inform(&user), "listener")] {
            let datagram = made.datagram();
            let [outside, inside] = v3::malformed(&datagram, &keys(&user, &engine_id(engine)));
            for (bad, signed) in
                outside.iter().map(|bad| (bad, false)).chain(inside.iter().map(|bad| (bad, true)))
            {
                if let Ok(outcome) = lab.take(bad)
                    && outcome.notification.is_some()
                {
                    let credible = signed || !user.level().has_auth() || bad.starts_with(&datagram);
                    assert!(credible, "{bad:02x?} was believed");
                    delivered += 1;
                }
                works(&mut lab);
                count += 1;
            }
        }
    }
    assert!(count > 5_000, "{count}");
    assert!(delivered > 0, "some deviations are borne");
}

/// CVE-2026-8836, CVE-2008-0960: digests and salts of other lengths. Informs are answered with what is wrong with them.
#[test]
fn notifications_with_parameters_of_other_lengths() {
    let mut lab = v3_lab(None);
    works(&mut lab);
    for (made, engine) in
        [(Made::trap(&operator(), "switch"), "switch"), (Made::inform(&operator()), "listener")]
    {
        let (datagram, keys) = (made.datagram(), keys(&operator(), &engine_id(engine)));
        for length in [0].into_iter().chain(ODD_LENGTHS) {
            for (bad, report) in [
                (with_digest_of(&datagram, length), Report::WrongDigest),
                (with_salt_of(&datagram, &keys, length), Report::DecryptionError),
            ] {
                match lab.take(&bad) {
                    Ok(outcome) => {
                        assert!(outcome.notification.is_none(), "{length} octets");
                        let reply = outcome.reply.expect("a Report");
                        assert_eq!(reported(&see(&reply, &keys)), report, "{length} octets");
                        assert!(made.reportable, "traps are not answered");
                    }
                    Err(_) => assert!(!made.reportable || length > 65_000, "{length} octets"),
                }
                works(&mut lab);
            }
        }
        assert!(lab.take(&datagram).expect("a notification").notification.is_some());
    }
}
