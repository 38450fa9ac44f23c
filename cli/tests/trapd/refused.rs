//! What becomes of messages that are not accepted.

use crate::place::{FILE, LISTENER, Place, link_varbinds, message, trap, until};
use mibc_runtime::message::PduKind;
use mibc_runtime::usm::{Auth, Privacy, User};
use mibc_test_support::http;
use mibc_test_support::v3::{Made, user};

/// U3: each reason is counted, and told once with the source; neither the community nor anything else of the message is.
#[test]
fn reasons() {
    let place = Place::with(&format!(
        "http = \"127.0.0.1:0\"\n{LISTENER}{FILE}
[[user]]
name = \"operator\"
auth = \"SHA-256\"
auth-passphrase = \"maplesyrup\"
privacy = \"AES\"
level = \"authNoPriv\"
"
    ));
    let service = place.start();
    let page = service.logs_after("metrics are served, address: ");
    let of = |community: &str, number: i32| {
        message(community, PduKind::Trap, number, link_varbinds(true, number, number + 1))
    };
    let wrong = user("operator", Auth::Sha256, Some(Privacy::Aes128));
    for (message, reason) in [
        (of("wrong9", 1), "unknown community"),
        (of("traps", 2).split_off(3), "not an SNMP message"),
        (message("traps", PduKind::Get, 3, Vec::new()), "not a notification"),
        (Made::trap(&user("stranger", Auth::Sha1, None), "switch").datagram(), "unknown user"),
        (Made::trap(&wrong, "switch").datagram(), "wrong digest"),
        (Made::trap(&User::new("operator"), "switch").datagram(), "wrong security level"),
    ] {
        service.send(&message);
        let line = service.logs("a message is refused");
        assert!(line.contains("source: 127.0.0.1") && line.contains(reason), "{reason}: {line}");
        assert!(!line.contains("wrong9") && !line.contains("stranger"), "{line}");
    }
    // Again, from another port: it is counted, and not told.
    service.send(&of("wrong9", 7));
    service.send(&trap(8));
    place.events_when("traps.json", 1);
    let metrics = http::get(&page, "/metrics").body;
    for (reason, count) in
        [("community", 2), ("decode", 1), ("pdu", 1), ("user", 1), ("digest", 1), ("level", 1), ("source", 0)]
    {
        let line = format!("mibc_trapd_refused_total{{reason=\"{reason}\"}} {count}\n");
        assert!(metrics.contains(&line), "{line}{metrics}");
    }
    // This is not behind the others.
    assert!(metrics.contains("mibc_trapd_messages_total 8\n"), "{metrics}");
}

/// A community that is only accepted from some networks; an inform is not acknowledged then.
#[test]
fn sources() {
    let place = Place::with(&format!(
        "http = \"127.0.0.1:0\"
[[listener]]
address = \"udp:127.0.0.1:0\"
communities = [{{ community = \"far\", sources = [\"192.0.2.0/24\"] }}, {{ community = \"near\", sources = \"127.0.0.0/8\" }}]
{FILE}"
    ));
    let service = place.start();
    let page = service.logs_after("metrics are served, address: ");
    for (number, community) in [(1, "far"), (2, "near"), (3, "far"), (4, "near")] {
        let kind = if number < 3 { PduKind::Trap } else { PduKind::Inform };
        service.send(&message(community, kind, number, link_varbinds(true, number, number + 1)));
    }
    let line = service.logs("a message is refused");
    assert!(line.contains("not accepted from this address"), "{line}");
    let events = place.events_when("traps.json", 2);
    assert_eq!(events.iter().map(crate::place::number).collect::<Vec<_>>(), [2, 4]);
    until("what is refused is counted", || {
        let metrics = http::get(&page, "/metrics").body;
        metrics.contains("mibc_trapd_refused_total{reason=\"source\"} 2\n").then_some(())
    });
}

/// Rules for a community and for a user.
#[test]
fn rules_of_senders() {
    let place = Place::with(&format!(
        "[[listener]]
address = \"udp:127.0.0.1:0\"
communities = [\"traps\", \"quiet\"]
[[rule]]
name = \"quiet\"
community = {{ file = \"quiet\" }}
severity = \"debug\"
[[rule]]
name = \"guest\"
user = \"guest\"
severity = \"notice\"
[[user]]
name = \"guest\"
{FILE}"
    ));
    place.write("quiet", "quiet\n");
    let service = place.start();
    service.send(&message("quiet", PduKind::Trap, 1, link_varbinds(true, 1, 2)));
    service.send(&Made::trap(&User::new("guest"), "switch").datagram());
    service.send(&trap(2));
    let events = place.events_when("traps.json", 3);
    let severities: Vec<_> = events.iter().map(|event| event["severity"].as_str().expect("a text")).collect();
    assert_eq!(severities, ["debug", "notice", "info"]);
    // The engine of a trap is that of its sender, whatever engine has the context.
    let mut made = Made::trap(&User::new("guest"), "router");
    let authoritative = made.engine_id.clone();
    made.context_engine_id = b"context".to_vec();
    service.send(&made.datagram());
    let event = place.events_when("traps.json", 4).remove(3);
    let hexadecimal = |octets: &[u8]| octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
    assert_eq!(event["engine"], hexadecimal(&authoritative));
    assert_eq!(event["context_engine"], hexadecimal(b"context"));
    assert_eq!(events[1].get("context_engine"), None, "it is the same");
}
