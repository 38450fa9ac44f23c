//! Handlers that stand for other agents, with their faults: any error-status, no answer, names that do not increase,
//! values that are none; contexts and communities that are found out when a message comes.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use mibc_runtime::access::{AccessControl, Origin, Refusal, View, ViewType};
use mibc_runtime::agent::{
    Agent, Arrival, CommunityLookup, Dropped, Exchange, GetBatch, Handler, KnownCommunity, NextBatch,
    Principal, ReadError, Responder, SetError,
};
use mibc_runtime::entity::{Eventual, Tested};
use mibc_runtime::message::{ErrorStatus, PduHeader, PduKind, Version};
use mibc_runtime::net::TransportAddress;
use mibc_runtime::value::{Value, VarBind};

use crate::ask::{Manager, encode, oid, unspecified};

/// Gives the name of the context, or fails as the name of a variable says.
struct Odd;

impl Handler for Odd {
    fn get(&self, who: &Principal<'_>, batch: &mut GetBatch<'_>) {
        while let Some(slot) = batch.next_slot() {
            match slot.name().last() {
                1 => slot.answer(&Value::from(&*String::from_utf8_lossy(&who.context_name))),
                2 => slot.imitate(&Value::Null),
                3 => slot.fail(&ReadError::silent("nobody is there")),
                status => {
                    let status = ErrorStatus(i32::try_from(status).expect("a small number"));
                    slot.fail(&ReadError::with_status(status, "as it was asked"));
                }
            }
        }
    }

    fn next(&self, _: &Principal<'_>, batch: &mut NextBatch<'_>) {
        // Always the same two, whatever comes before.
        while let Some(mut run) = batch.next_run() {
            let _ = run.imitate(&oid("1.3.9.2"), &Value::Null)
                && run.imitate(&oid("1.3.9.1"), &Value::Integer(7));
        }
    }

    fn test(&self, _: &Principal<'_>, changes: Vec<VarBind>) -> Tested {
        let silent = changes.iter().any(|change| change.name.last() == 3);
        Eventual::Now(Err(match silent {
            true => SetError::silent(),
            false => SetError::with_status(ErrorStatus::TOO_BIG),
        }))
    }
}

/// Every community is a context of its own, except `unknown`.
struct Anybody;

impl CommunityLookup for Anybody {
    fn find<'c>(&'c self, community: &'c [u8], _: Option<&dyn Origin>) -> Option<KnownCommunity<'c>> {
        let known = KnownCommunity { security_name: b"anybody", context: community };
        (community != b"unknown").then_some(known)
    }
}

impl AccessControl for Anybody {
    fn view(&self, who: &Principal<'_>, context: &[u8], _: ViewType) -> Result<Arc<View>, Refusal> {
        assert_eq!(&*who.security_name, b"anybody");
        if context == b"missing" { Err(Refusal::NoSuchContext) } else { Ok(Arc::new(View::of([oid("1.3")]))) }
    }
}

fn responder() -> Responder {
    Responder::new([], 65_507)
        .with_community_lookup(Arc::new(Anybody))
        .with_access_control(Arc::new(Anybody))
        .with_any_context(Arc::new(Odd))
}

fn manager<'r>(responder: &'r Responder, community: &'static str) -> Manager<'r> {
    Manager { responder, version: Version::V2c, community }
}

#[test]
fn a_community_is_looked_up_and_any_context_answered() {
    let responder = responder();
    assert_eq!(manager(&responder, "lab/7").get(&["1.3.9.1"]).values(), [Value::from("lab/7")]);
    let drop_of = |community| {
        let header = PduHeader::new(PduKind::Get, 1);
        manager(&responder, community).try_ask(header, unspecified(&["1.3.9.1"])).map(|answer| answer.status)
    };
    assert_eq!(drop_of("unknown"), Err(Dropped::UnknownCommunity));
    assert_eq!(drop_of("missing"), Err(Dropped::UnknownContext));
}

#[test]
fn what_is_registered_in_a_context_comes_before_what_is_for_all() {
    use mibc_runtime::registry::{Owner, Registration};
    let responder = responder();
    let only = Registration::new(oid("1.3.8"), Arc::new(Odd) as Arc<dyn Handler>, Owner::APPLICATION);
    responder.registry().edit(|registry| registry.register(only.context("own"))).expect("nothing is there");
    assert_eq!(manager(&responder, "own").get(&["1.3.9.1"]).values(), [Value::NoSuchObject]);
    assert_eq!(manager(&responder, "other").get(&["1.3.9.1"]).values(), [Value::from("other")]);
}

#[test]
fn an_error_status_is_the_handlers() {
    let responder = responder();
    let manager = manager(&responder, "c");
    assert_eq!(manager.get(&["1.3.9.1", "1.3.9.16"]).error(), (ErrorStatus::AUTHORIZATION_ERROR, 2));
    // tooBig is of the request and has no varbinds (RFC 3416 §4.2.1).
    let too_big = manager.try_ask(PduHeader::new(PduKind::Get, 1), unspecified(&["1.3.9.1", "1.3.9.1"]));
    assert_eq!(too_big.expect("an answer").status, ErrorStatus::NO_ERROR);
    let answer = manager.set(&[("1.3.9.1", Value::Integer(1))]);
    assert_eq!((answer.error(), answer.varbinds.len()), ((ErrorStatus::TOO_BIG, 0), 0));
}

#[test]
fn a_handler_can_leave_a_request_without_an_answer() {
    let responder = responder();
    let manager = manager(&responder, "c");
    let get = PduHeader::new(PduKind::Get, 1);
    assert_eq!(manager.try_ask(get, unspecified(&["1.3.9.16", "1.3.9.3"])), Err(Dropped::Withheld));
    let set = PduHeader::new(PduKind::Set, 1);
    let change = vec![VarBind::new(oid("1.3.9.3"), Value::Integer(1))];
    assert_eq!(manager.try_ask(set, change), Err(Dropped::Withheld));
}

#[test]
fn null_and_names_that_go_back_are_imitated() {
    let responder = responder();
    let manager = manager(&responder, "c");
    assert_eq!(manager.get(&["1.3.9.2"]).values(), [Value::Null]);
    let next = manager.next(&["1.3.9.5"]);
    assert_eq!((next.names(), next.values()), (vec!["1.3.9.2".to_owned()], vec![Value::Null]));
    let bulk = manager.bulk(0, 5, &["1.3.9.2"]);
    assert_eq!(bulk.names(), ["1.3.9.2", "1.3.9.1", "1.3.9.2", "1.3.9.1", "1.3.9.2"]);
}

/// Gives the address of ours that it was asked at.
struct Where;

impl Handler for Where {
    fn get(&self, who: &Principal<'_>, batch: &mut GetBatch<'_>) {
        let local = who.origin_as::<mibc_runtime::net::Origin>().and_then(mibc_runtime::net::Origin::local);
        while let Some(slot) = batch.next_slot() {
            slot.answer(&Value::from(&*local.map_or(String::new(), |local| local.to_string())));
        }
    }

    fn next(&self, _: &Principal<'_>, batch: &mut NextBatch<'_>) {
        while let Some(run) = batch.next_run() {
            run.end();
        }
    }
}

#[tokio::test]
async fn a_handler_learns_the_address_that_was_asked() {
    let bound: Vec<TransportAddress> = ["127.0.0.2:0", "127.0.0.3:0", "0.0.0.0:0"]
        .iter()
        .map(|address| TransportAddress::Udp(address.parse().expect("an address")))
        .collect();
    let builder = Agent::builder().community_lookup(Anybody).access_control(Anybody).any_context(Where);
    let agent = builder.bind_to(bound).expect("loopback");
    let _running = agent.spawn();
    let ports: Vec<SocketAddr> = agent.local_addrs().collect();
    for (ask, expected) in [
        (ports[0], "127.0.0.2"),
        (ports[1], "127.0.0.3"),
        (SocketAddr::new(IpAddr::from([127, 0, 0, 9]), ports[2].port()), "127.0.0.9"),
    ] {
        let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
        let header = PduHeader::new(PduKind::Get, 1);
        let request = encode(Version::V2c, "c", header, unspecified(&["1.3.9.1"]));
        socket.send_to(&request, ask).await.expect("it is sent");
        let mut answer = [0; 512];
        let length = socket.recv(&mut answer).await.expect("an answer");
        let text = String::from_utf8_lossy(&answer[..length]).into_owned();
        assert!(text.ends_with(expected), "{expected} is not the end of {text}");
    }
}

/// The buffers are those of the message before; nothing of a withheld answer is left in them.
#[test]
fn nothing_of_a_withheld_answer_is_sent_later() {
    let responder = responder();
    let mut exchange = Exchange::default();
    let ask = |name: &str| encode(Version::V2c, "c", PduHeader::new(PduKind::Get, 1), unspecified(&[name]));
    let (silent, plain) = (ask("1.3.9.3"), ask("1.3.9.1"));
    assert_eq!(
        responder.respond(Arrival::new(Instant::now(), &silent), &mut exchange).err(),
        Some(Dropped::Withheld)
    );
    assert!(responder.respond(Arrival::new(Instant::now(), &plain), &mut exchange).is_ok());
}
