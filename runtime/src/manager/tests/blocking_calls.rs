//! The blocking façade, and what ends when a manager is stopped or dropped (§3 rows 16 and 24).

use super::*;
use std::sync::Arc;

/// An agent on a runtime of its own thread, for tests without one.
struct Elsewhere {
    target: Target,
    /// Ends the thread when it is dropped.
    _stop: tokio::sync::oneshot::Sender<()>,
}

fn elsewhere() -> Elsewhere {
    let (tell, told) = std::sync::mpsc::channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        runtime().block_on(async {
            let agent = Agent::new().await;
            tell.send(agent.v2c()).expect("the test waits");
            let _ = stopped.await;
        });
    });
    Elsewhere { target: told.recv().expect("an agent"), _stop: stop }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

#[test]
fn plain_threads() {
    let agent = elsewhere();
    let manager = blocking::Manager::bind().expect("a socket");
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let session = manager.target(agent.target.clone());
            std::thread::spawn(move || {
                for n in 1..=20 {
                    let name = session.get(PORT_NAME.at(n)).expect("a value");
                    assert_eq!(name, OctetString::from(format!("port {n}").as_str()));
                }
                session.set(NAME, "x".into()).expect("written");
                session.set_all([NAME.assign("y")]).expect("written");
                assert_eq!(session.rows::<Port>().expect("rows").len(), 20);
                assert_eq!(
                    session.bulk_walk(PORT_COUNT).collect::<Result<Vec<_>, _>>().expect("a walk").len(),
                    14
                );
                let mut table = session.table((PORT_NAME, PORT_COUNT)).with(|table| table.limit(5));
                assert_eq!(table.by_ref().take_while(Result::is_ok).count(), 5);
                assert!(table.next().is_none(), "after an error it is at its end");
                assert!(table.get_ref().details().requests > 0);
                assert_eq!(session.get_oids(&[oid("1.3.6.1.2.1.1.3.0")]).expect("a value").len(), 1);
                assert_eq!(session.get_next(&[oid("1.3")]).expect("a value").len(), 1);
                assert_eq!(session.get_bulk(0, 3, &[oid("1.3")]).expect("values").len(), 3);
                let several = session.walk_several([oid("1.3.6.1.2"), oid("1.3.6.1.4")]);
                assert_eq!(several.collect::<Result<Vec<_>, _>>().expect("a walk").len(), 36);
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic");
    }
    assert_eq!(manager.outstanding(), 0);
    let local: Vec<_> = manager.local_addrs().collect();
    drop(manager);
    for address in local {
        std::net::UdpSocket::bind(address).expect("its thread has ended, and its ports are free");
    }
}

#[test]
fn inside_a_runtime_it_says_so() {
    let agent = elsewhere();
    let manager = blocking::Manager::bind().expect("a socket");
    let session = manager.target(agent.target.clone());
    let inside = session.clone();
    runtime().block_on(async move {
        let error = inside.get(UP_TIME).expect_err("inside a runtime");
        assert!(
            matches!(error, Error::InsideRuntime) && error.to_string().contains("std::thread"),
            "{error}"
        );
        assert!(matches!(inside.walk(NAME).next(), Some(Err(Error::InsideRuntime))));
        assert!(matches!(blocking::Manager::bind(), Err(Error::InsideRuntime)));
        // The last handle may go here as well.
        drop(inside);
    });
    assert_eq!(session.get(UP_TIME).expect("a value"), TimeTicks(4711));
    manager.stop();
    assert!(matches!(session.get(UP_TIME), Err(Error::Closed { .. })));
}

async fn stopping() {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let manager = manager().await;
    let target = Target::v2c(socket.local_addr().expect("an address"), "public");
    let session = manager.target(target.max_outstanding(5));
    let weak = Arc::downgrade(&manager.links);
    let operations: Vec<_> = (0..20)
        .map(|_| {
            let session = session.clone();
            tokio::spawn(async move { session.get(UP_TIME).await })
        })
        .collect();
    while manager.outstanding() < 5 {
        tokio::task::yield_now().await;
    }
    manager.stop();
    manager.stop();
    for operation in operations {
        let result = operation.await.expect("no panic");
        assert!(matches!(result, Err(Error::Closed { .. })), "{result:?}");
    }
    assert!(matches!(session.get(UP_TIME).await, Err(Error::Closed { .. })));
    assert!(matches!(session.rows::<Port>().await, Err(Error::Closed { .. })));
    assert_eq!(manager.outstanding(), 0);
    drop((manager, session));
    assert!(weak.upgrade().is_none());
}

#[tokio::test]
async fn stop_ends_everything() {
    stopping().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stop_ends_everything_on_many_threads() {
    stopping().await;
}

/// A runtime that ends with operations under way ends them; no task is left that keeps it.
#[test]
fn runtimes_end_with_operations_under_way() {
    for _ in 0..20 {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
        let target = Target::v2c(socket.local_addr().expect("an address"), "public");
        let manager = runtime.block_on(manager());
        for _ in 0..10 {
            let session = manager.target(target.clone());
            runtime.spawn(async move { session.get(UP_TIME).await.is_ok() });
        }
        drop(runtime);
        assert_eq!(manager.outstanding(), 0);
    }
}
