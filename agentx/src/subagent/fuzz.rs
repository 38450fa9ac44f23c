//! Whatever comes from a master agent, for the fuzzer.

use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use mibc_runtime::agent::{Inquiry, Served};
use mibc_runtime::meta::Meta;
use mibc_runtime::originator::Event;
use mibc_runtime::typed::{Module, Scalar, access};
use tokio::runtime::{Builder, Runtime};

use super::answer;
use super::core::{Core, Limits};
use super::session::Identity;
use super::sets::Sets;
use crate::pdu::{Body, ByteOrder, Capabilities, Frames, Pdu, Response};

struct Mib;

impl Module for Mib {
    const META: Meta<'static> = Meta::EMPTY;
}

const NUMBER: Scalar<Mib, i32, access::ReadWrite> = Scalar::new(&[1, 3, 6, 1, 4, 1, 32473, 1, 1]);
const OTHER: Scalar<Mib, i32, access::ReadWrite> = Scalar::new(&[1, 3, 6, 1, 4, 1, 32473, 1, 2]);

/// Deadlines need a runtime's timer, although nothing here waits for one.
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_time().build().expect("a timer"));

/// A master agent opens the session, and sends then whatever it likes.
///
/// # Panics
///
/// When the sub-agent sends something that cannot be read.
pub fn fuzz(data: &[u8]) {
    let _timer = RUNTIME.enter();
    let now = Instant::now();
    let second = Duration::from_secs(1);
    let limits = Limits { ping: second, patience: second, notifications: 4, region_timeout: 0 };
    let mut core = Core::new(Identity { order: ByteOrder::Big, ..Identity::default() }, limits);
    core.add_capabilities(Capabilities {
        context: None,
        id: Event::cold_start().oid().clone(),
        description: vec![],
    });
    core.notify(Event::cold_start(), now, None);
    core.connected(now);
    let served = Arc::new(Served::new());
    served.serve_rw(NUMBER, || 1, |_: i32| Ok(()));
    served.serve_rw(OTHER, || 2, |_: i32| Err::<(), _>(mibc_runtime::agent::SetError::commit_failed()));
    let mut sets = Sets::new(Arc::clone(&served), second);
    let mut inquiry = Inquiry::new();
    let (mut out, mut said) = (Vec::new(), Frames::new());
    // The session is open, with the number 1.
    let opened = Pdu {
        order: ByteOrder::Big,
        session_id: 1,
        transaction_id: 0,
        packet_id: 1,
        body: Body::Response(Response::default()),
    };
    let mut octets = Vec::new();
    if opened.encode(&mut octets).is_ok() {
        core.push(&octets);
    }
    core.push(data);
    while let Ok(Some(pdu)) = core.next_request(now) {
        let to = pdu.envelope();
        if answer::begin(&served, &mut inquiry, to, &pdu.body) {
            assert!(answer::write(&inquiry, to, &mut out), "all that it serves is there at once");
            continue;
        }
        let mut phase = pin!(sets.phase(to, pdu.body));
        match phase.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => out.extend(answer),
            Poll::Pending => panic!("all that it serves is set at once"),
        }
    }
    core.pump(now);
    core.take_out(&mut out);
    said.push(&out);
    while let Some((header, payload)) = said.next_frame().expect("it sends frames") {
        Pdu::decode(&header, payload).expect("it sends what can be read");
    }
}
