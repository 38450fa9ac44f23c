//! Informs that the application acknowledges.

use crate::lab::{Lab, Outcome, link_down, ok, operator, response, v2c};
use mibc_runtime::listener::{BindError, Dropped, Listener, MAX_HELD, Receiver};
use mibc_runtime::message::PduKind;
use mibc_runtime::value::VarBind;
use mibc_runtime::whole::Entity;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::timeout;

const LONG: Duration = Duration::from_secs(60);

fn lab() -> Lab {
    Lab::of(Receiver::new([b"traps".to_vec()], 7).acknowledge_later())
}

fn inform(number: i32) -> Vec<u8> {
    v2c("traps", PduKind::Inform, number, link_down())
}

/// P14: an inform is answered when it has been dealt with, and repetitions are answered from then on.
#[test]
fn dealt_with() {
    let mut lab = lab();
    let (now, datagram) = (lab.now, inform(1));
    let handled = lab.receiver.handle(now, &1, &datagram, true).expect("an inform");
    let ticket = handled.ticket.expect("it is acknowledged later");
    assert!(handled.notification.is_some_and(|notification| notification.is_inform));
    assert_eq!(response(handled.reply.expect("a reply"), "traps"), (ok(1), link_down()));
    // Repetitions are not delivered, however much time passes, and bring another reply for the same ticket.
    for seconds in [1, 60, 600] {
        lab.pass(seconds);
        let handled = lab.receiver.handle(lab.now, &1, &datagram, true).expect("a repetition");
        assert_eq!((handled.ticket, handled.notification), (Some(ticket), None));
        assert!(handled.reply.is_some());
    }
    lab.receiver.settle(lab.now, ticket, true);
    let Outcome { reply, notification, .. } = lab.take_from(1, &datagram).expect("a repetition");
    assert!(reply.is_some() && notification.is_none(), "acknowledged at once");
    assert_eq!(lab.receiver.counters().out_pkts(), 2);
}

/// What was not dealt with comes again as a new one.
#[test]
fn not_dealt_with() {
    let mut lab = lab();
    let datagram = inform(1);
    for _ in 0..3 {
        let handled = lab.receiver.handle(lab.now, &1, &datagram, true).expect("an inform");
        assert!(handled.notification.is_some());
        let ticket = handled.ticket.expect("it is acknowledged later");
        lab.receiver.settle(lab.now, ticket, false);
        // Settling it again changes nothing.
        lab.receiver.settle(lab.now, ticket, true);
    }
    assert_eq!(lab.receiver.counters().out_pkts(), 0);
}

/// While one waits, the same numbers and varbinds are that one, also of a sender whose numbers say nothing.
#[test]
fn senders_without_numbers() {
    let mut lab = lab();
    let own = || vec![VarBind::new(crate::lab::oid("1.3.6.1.2.1.2.2.1.1.7"), 7)];
    let datagram = v2c("traps", PduKind::Inform, 0, own());
    let first = lab.receiver.handle(lab.now, &1, &datagram, true).expect("an inform").ticket;
    lab.pass(2);
    let again = lab.receiver.handle(lab.now, &1, &datagram, true).expect("a repetition");
    assert_eq!((again.ticket, again.notification), (first, None));
    let other = v2c("traps", PduKind::Inform, 0, link_down());
    assert!(lab.receiver.handle(lab.now, &1, &other, true).expect("an inform").notification.is_some());
    assert!(lab.receiver.handle(lab.now, &2, &datagram, true).expect("of another").notification.is_some());
}

/// Traps go on as ever, and informs beyond the limit are left to their senders.
#[test]
fn the_limit() {
    let mut lab = lab();
    lab.trap(&v2c("traps", PduKind::Trap, 1, link_down()));
    let number = |n: usize| i32::try_from(n).expect("small");
    let mut first = None;
    for n in 0..MAX_HELD {
        let handled = lab.receiver.handle(lab.now, &1, &inform(number(n)), true).expect("an inform");
        first = first.or(handled.ticket);
    }
    let refused = lab.receiver.handle(lab.now, &1, &inform(number(MAX_HELD)), true).map(|_| ());
    assert_eq!(refused, Err(Dropped::NoRoom));
    lab.trap(&v2c("traps", PduKind::Trap, 2, link_down()));
    lab.receiver.settle(lab.now, first.expect("a ticket"), true);
    assert!(lab.receiver.handle(lab.now, &1, &inform(number(MAX_HELD)), true).is_ok());
}

async fn listener() -> Listener {
    let builder = Listener::builder().community("traps").user(operator()).acknowledge_later();
    builder.bind("127.0.0.1:0").await.expect("loopback")
}

async fn sender(listener: &Listener) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("loopback");
    socket.connect(listener.local_addr()).await.expect("loopback");
    socket
}

async fn answer(socket: &UdpSocket) -> Vec<u8> {
    let mut buffer = [0; 1_500];
    let length = timeout(LONG, socket.recv(&mut buffer)).await.expect("it arrives").expect("loopback");
    buffer[..length].to_vec()
}

/// P14: over a socket, and at the end of a listener.
#[tokio::test]
async fn on_a_socket() {
    let mut listener = listener().await;
    let socket = sender(&listener).await;
    socket.send(&inform(1)).await.expect("loopback");
    socket.send(&inform(2)).await.expect("loopback");
    let first = timeout(LONG, listener.next_unacknowledged()).await.expect("it arrives").expect("it listens");
    let second =
        timeout(LONG, listener.next_unacknowledged()).await.expect("it arrives").expect("it listens");
    socket.send(&inform(1)).await.expect("loopback");
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(socket.try_recv(&mut [0; 1_500]).is_err(), "not acknowledged");
    assert!(listener.try_next_unacknowledged().is_none(), "a repetition");
    second.1.expect("an inform").send();
    assert_eq!(response(&answer(&socket).await, "traps").0, ok(2));
    // One that is dropped comes again.
    drop(first.1.expect("an inform"));
    tokio::time::sleep(Duration::from_millis(50)).await;
    socket.send(&inform(1)).await.expect("loopback");
    let first = timeout(LONG, listener.next_unacknowledged()).await.expect("it arrives").expect("it listens");
    // A listener that is to finish still acknowledges.
    listener.finish();
    assert!(timeout(LONG, listener.next()).await.expect("it ends").is_none());
    first.1.expect("an inform").send();
    timeout(LONG, listener.ended()).await.expect("it ends");
    assert_eq!(response(&answer(&socket).await, "traps").0, ok(1));
}

/// Acknowledgements leave while the queue is full: room may come from them.
#[tokio::test]
async fn in_a_full_queue() {
    let builder = Listener::builder().community("traps").queue(1).acknowledge_later();
    let mut listener = builder.bind("127.0.0.1:0").await.expect("loopback");
    let socket = sender(&listener).await;
    for n in 1..5 {
        socket.send(&inform(n)).await.expect("loopback");
    }
    let first = timeout(LONG, listener.next_unacknowledged()).await.expect("it arrives").expect("it listens");
    // By now the second is in the queue, and the third waits for room.
    tokio::time::sleep(Duration::from_millis(50)).await;
    first.1.expect("an inform").send();
    assert_eq!(response(&answer(&socket).await, "traps").0, ok(1));
    // Who does not care acknowledges by taking.
    for n in 2..5 {
        assert!(timeout(LONG, listener.next()).await.expect("it arrives").is_some());
        assert_eq!(response(&answer(&socket).await, "traps").0, ok(n));
    }
}

/// A listener without sockets of its own cannot do it, and says so.
#[tokio::test]
async fn not_on_the_sockets_of_others() {
    let entity = Entity::bind("127.0.0.1:0").await.expect("loopback");
    let error =
        entity.listener(Listener::builder().community("traps").acknowledge_later()).expect_err("refused");
    assert!(matches!(error, BindError::AcknowledgesLater));
}
