//! Values that take waiting.

use std::sync::Arc;
use std::time::Duration;

use mibc_runtime::agent::{
    Agent, Arrival, Community, Dropped, Exchange, ReadError, Responder, Step, Variables,
};
use mibc_runtime::message::{Decoder, ErrorStatus, Message, OwnedBody, Pdu, PduHeader, PduKind, Version};
use mibc_runtime::oid::OidRef;
use mibc_runtime::value::{Counter64, OctetString, Value, VarBind};
use tokio::net::UdpSocket;
use tokio::time::{Instant, sleep, timeout};

use crate::acme::{
    ACME_CHARGE, ACME_LIMIT, ACME_LOCATION, ACME_MODE, CHARGE, LIMIT, LOCATION, agent, responder,
};
use crate::ask::{Manager, encode, oid, unspecified};

const DELAY: Duration = Duration::from_secs(1);

/// Location and limit take a second each; charge is there at once.
fn slow() -> Responder {
    let responder = responder(65_507);
    responder.serve_async(ACME_LOCATION, || async {
        sleep(DELAY).await;
        OctetString::from("cellar")
    });
    responder.serve(ACME_CHARGE, || Counter64(5));
    responder.serve_async(ACME_LIMIT, || async {
        sleep(DELAY).await;
        7
    });
    responder
}

async fn ask(
    responder: &Responder,
    version: Version,
    header: PduHeader,
    names: &[&str],
) -> Result<Pdu, Dropped> {
    let request = encode(version, "public", header, unspecified(names));
    let mut exchange = Exchange::default();
    let waiting = match responder.begin(Arrival::new(std::time::Instant::now(), &request), &mut exchange)? {
        Step::Nothing => panic!("a request is answered"),
        Step::Response(_) => panic!("it has to wait"),
        Step::Wait(waiting) => waiting,
    };
    let response = responder.finish(waiting, std::time::Instant::now, &mut exchange).await?;
    let mut decoder = Decoder::default();
    let decoded = decoder.decode(response).expect("a valid response");
    match Message::from(&decoded.message).body {
        OwnedBody::Pdu(pdu) => Ok(pdu),
        OwnedBody::TrapV1(_) => panic!("a trap is no answer"),
    }
}

fn values(pdu: Pdu) -> Vec<Value> {
    assert_eq!((pdu.header.error_status, pdu.header.error_index), (ErrorStatus::NO_ERROR, 0));
    pdu.varbinds.into_iter().map(|varbind| varbind.value).collect()
}

/// All values of a request are waited for together.
#[tokio::test(start_paused = true)]
async fn one_request_waits_once() {
    let responder = slow();
    let begin = Instant::now();
    let names = [LOCATION, CHARGE, LIMIT, LOCATION].map(|object| format!("{object}.0"));
    let names = names.each_ref().map(String::as_str);
    let pdu =
        ask(&responder, Version::V2c, PduHeader::new(PduKind::Get, 1), &names).await.expect("an answer");
    let expected = ["cellar".into(), Value::from(Counter64(5)), Value::Integer(7), "cellar".into()];
    assert_eq!(values(pdu), expected);
    assert_eq!(begin.elapsed(), DELAY);
    assert_eq!((responder.counters().in_pkts(), responder.counters().out_pkts()), (1, 1));
}

/// GETNEXT and GETBULK find them like others.
#[tokio::test(start_paused = true)]
async fn walks_wait_too() {
    let responder = slow();
    let begin = Instant::now();
    let bulk = PduHeader::bulk(1, 0, 10);
    let pdu = ask(&responder, Version::V2c, bulk, &["1.3"]).await.expect("an answer");
    let expected = ["cellar".into(), Value::from(Counter64(5)), Value::Integer(7), Value::EndOfMibView];
    assert_eq!(values(pdu), expected);
    assert_eq!(begin.elapsed(), DELAY);
    let next = PduHeader::new(PduKind::GetNext, 1);
    let pdu = ask(&responder, Version::V2c, next, &[CHARGE, LOCATION]).await;
    assert_eq!(values(pdu.expect("an answer")), [Value::from(Counter64(5)), "cellar".into()]);
}

/// C1: also a Counter64 that was waited for.
#[tokio::test(start_paused = true)]
async fn v1_skips_a_counter64_after_waiting_for_it() {
    let responder = slow();
    responder.serve_async(ACME_CHARGE, || async {
        sleep(DELAY).await;
        Counter64(5)
    });
    let next = PduHeader::new(PduKind::GetNext, 1);
    let pdu = ask(&responder, Version::V1, next, &["1.3.6.1.4.1.9999.1.1.0"]).await;
    assert_eq!(values(pdu.expect("an answer")), [Value::Integer(7)]);
}

/// Who cannot wait reads genErr, not a wrong value.
#[test]
fn without_waiting_the_value_is_unreadable() {
    let responder = slow();
    let manager = Manager { responder: &responder, version: Version::V2c, community: "public" };
    let name = format!("{LIMIT}.0");
    assert_eq!(manager.get(&[&name]).error(), (ErrorStatus::GEN_ERR, 1));
    assert_eq!(manager.get(&[&format!("{LIMIT}.1")]).values(), [Value::NoSuchInstance]);
    assert_eq!(manager.get(&[&format!("{CHARGE}.0")]).values(), [Value::from(Counter64(5))]);
}

/// A provider that gives no value at all is at fault.
#[test]
fn what_is_no_value_is_gen_err() {
    struct Odd(Value);
    impl Variables for Odd {
        fn get(&self, _: OidRef<'_>) -> Result<Value, ReadError> {
            Ok(self.0.clone())
        }
        fn next(&self, _: std::ops::Bound<OidRef<'_>>) -> Result<Option<VarBind>, ReadError> {
            Ok(Some(VarBind { name: oid("1.3.6.1.4.1.9999.3.5"), value: self.0.clone() }))
        }
    }
    let (responder, ..) = agent();
    let manager = Manager { responder: &responder, version: Version::V2c, community: "public" };
    for value in [Value::Null, Value::EndOfMibView] {
        responder.register(oid("1.3.6.1.4.1.9999.3"), Arc::new(Odd(value)));
        assert_eq!(manager.get(&["1.3.6.1.4.1.9999.3.1"]).error(), (ErrorStatus::GEN_ERR, 1));
        assert_eq!(manager.next(&["1.3.6.1.4.1.9999.3.1"]).error(), (ErrorStatus::GEN_ERR, 1));
    }
}

/// A request that waits does not hold up the others, and is answered in the end.
#[tokio::test]
async fn others_are_answered_meanwhile() {
    let agent = Agent::builder()
        .community(Community::read_only("public"))
        .bind("127.0.0.1:0")
        .await
        .expect("loopback");
    let gate = Arc::new(tokio::sync::Notify::new());
    let opened = Arc::clone(&gate);
    agent.serve_async(ACME_MODE, move || {
        let gate = Arc::clone(&opened);
        async move {
            gate.notified().await;
            2
        }
    });
    agent.serve(ACME_LIMIT, || 7);
    let _running = agent.spawn();
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    socket.connect(agent.local_addr()).await.expect("loopback");
    for (request_id, name) in [(1, "1.3.6.1.4.1.9999.1.5.0"), (2, "1.3.6.1.4.1.9999.1.3.0")] {
        let header = PduHeader::new(PduKind::Get, request_id);
        let request = encode(Version::V2c, "public", header, unspecified(&[name]));
        socket.send(&request).await.expect("loopback");
    }
    let mut answers = Vec::new();
    for _ in 0..2 {
        let mut buffer = [0; 2_000];
        let received = timeout(Duration::from_secs(60), socket.recv(&mut buffer)).await;
        let length = received.expect("an answer").expect("loopback");
        let mut decoder = Decoder::default();
        let decoded = decoder.decode(&buffer[..length]).expect("a valid response");
        answers.push(decoded.message.pdu().expect("a response").header.request_id);
        gate.notify_one();
    }
    assert_eq!(answers, [2, 1]);
}
