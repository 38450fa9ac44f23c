//! Targets that do not answer, or not in time, and what it costs the others. Where the clock is paused, it moves on to
//! the next timer when there is nothing else to do.

use super::agent::Faults;
use super::*;
use std::time::Instant;

/// A target that nobody answers for, and the socket that keeps others from its port.
fn dead() -> (std::net::UdpSocket, Target) {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let target = Target::v2c(socket.local_addr().expect("an address"), "public");
    (socket, target.timeout(Duration::from_millis(20)).retries(0))
}

/// §3 row 15: after some timeouts operations fail at once, then one probe goes out.
#[tokio::test(start_paused = true)]
async fn a_dead_target_is_left_alone() {
    let (socket, target) = dead();
    socket.set_nonblocking(true).expect("set");
    let breaker = Breaker { timeouts: 3, pause: Duration::from_millis(200) };
    // Long enough for the test itself to answer.
    let session = manager().await.target(target.timeout(Duration::from_millis(300)).breaker(breaker));
    for _ in 0..3 {
        assert!(session.open_circuit().is_none());
        assert!(session.get(UP_TIME).await.expect_err("dead").is_timeout());
    }
    assert_eq!(session.open_circuit().map(|open| open.timeouts), Some(3));
    let requests = || std::iter::from_fn(|| socket.recv_from(&mut [0; 500]).ok()).count();
    assert_eq!(requests(), 3);
    let error = session.get(UP_TIME).await.expect_err("not asked");
    let Error::CircuitOpen { circuit, at } = &error else { panic!("{error:?}") };
    assert_eq!((circuit.timeouts, at.attempt), (3, 0));
    let text = error.to_string();
    assert!(
        text.contains("not asked: its last 3 requests went unanswered, and it has not been asked for "),
        "{text}"
    );
    assert!(session.bulk_walk(PORT_NAME).try_next().await.is_err());
    assert!(session.rows::<Port>().await.is_err());
    assert_eq!(requests(), 0);
    tokio::time::sleep(breaker.pause).await;
    // Of several operations one goes out; the target answers it, and all is well again.
    let operations: Vec<_> = (0..5)
        .map(|_| {
            let session = session.clone();
            tokio::spawn(async move { session.get_oids(&[oid("1.3")]).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(5)).await;
    let mut buffer = [0; 500];
    let (length, from) = socket.recv_from(&mut buffer).expect("a probe");
    assert!(socket.recv_from(&mut [0; 500]).is_err(), "one probe alone");
    // As an answer the request itself will do, with the tag of a response.
    let tag = buffer.iter().position(|octet| *octet == 0xa0).expect("a get");
    buffer[tag] = 0xa2;
    socket.send_to(&buffer[..length], from).expect("sent");
    let mut answered = 0;
    for operation in operations {
        match operation.await.expect("no panic") {
            Ok(_) => answered += 1,
            Err(error) => assert!(matches!(error, Error::CircuitOpen { .. }), "{error:?}"),
        }
    }
    assert_eq!(answered, 1);
    assert!(session.open_circuit().is_none());
}

/// The opt-out: every request is sent.
#[tokio::test(start_paused = true)]
async fn without_breaker() {
    let (_socket, target) = dead();
    let session = manager().await.target(target.timeout(Duration::from_millis(1)).breaker(None));
    for _ in 0..10 {
        assert!(matches!(session.get(UP_TIME).await, Err(Error::Timeout { .. })));
    }
}

/// Callers who give up count as unanswered only when the first attempt has waited to its end.
#[tokio::test(start_paused = true)]
async fn callers_who_give_up() {
    let (_socket, target) = dead();
    let breaker = Breaker { timeouts: 1, pause: Duration::from_secs(60) };
    let session = manager().await.target(target.timeout(Duration::from_secs(60)).breaker(breaker));
    for _ in 0..5 {
        let _ = tokio::time::timeout(Duration::from_millis(1), session.get(UP_TIME)).await;
    }
    assert!(session.open_circuit().is_none());
    let (_socket, target) = dead();
    let session = manager().await.target(target.retries(5).breaker(breaker));
    let _ = tokio::time::timeout(Duration::from_millis(60), session.get(UP_TIME)).await;
    assert!(session.open_circuit().is_some());
}

/// §3 row 15, acceptance 3: one dead device among 1,000 delays none of the others.
#[tokio::test]
async fn one_dead_among_a_thousand() {
    let agent = Agent::new().await;
    let manager = manager().await;
    let (_socket, dead) = dead();
    let dead = manager.target(dead.timeout(Duration::from_secs(600)));
    let waiting: Vec<_> = (0..100)
        .map(|_| {
            let dead = dead.clone();
            tokio::spawn(async move { dead.get(UP_TIME).await })
        })
        .collect();
    let start = Instant::now();
    // Names of their own make them targets of their own.
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..999 {
        let session = manager.target(Target::v2c(agent.address, format!("community {n}")));
        tasks.spawn(async move { session.get(UP_TIME).await.is_ok() });
    }
    while let Some(answered) = tasks.join_next().await {
        assert!(answered.expect("no panic"));
    }
    assert!(start.elapsed() < Duration::from_secs(600), "none waited for the dead one");
    assert_eq!(manager.outstanding(), Target::MAX_OUTSTANDING);
    for task in waiting {
        task.abort();
        let _ = task.await;
    }
    assert_eq!(manager.outstanding(), 0);
}

/// Requests to one target wait for each other, in the order in which they came.
#[tokio::test]
async fn the_number_of_outstanding_requests_is_limited() {
    let faults = Faults { delay: Duration::from_millis(5), ..Faults::default() };
    let agent = Agent::with(faults, "127.0.0.1:0").await;
    let manager = manager().await;
    // Another session of an equal target counts as well.
    let sessions: Vec<_> = (0..3).map(|_| manager.target(agent.v2c().max_outstanding(2))).collect();
    let order = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let mut tasks = Vec::new();
    for n in 0..12 {
        let (session, order) = (sessions[n % 3].clone(), order.clone());
        tasks.push(tokio::spawn(async move {
            session.get(UP_TIME).await.expect("a value");
            order.lock().expect("not poisoned").push(n);
        }));
        tokio::task::yield_now().await;
    }
    while !tasks.iter().all(tokio::task::JoinHandle::is_finished) {
        assert!(manager.outstanding() <= 2);
        tokio::time::sleep(Duration::from_micros(500)).await;
    }
    let order = order.lock().expect("not poisoned").clone();
    for (place, n) in order.iter().enumerate() {
        assert!(place.abs_diff(*n) <= 2, "{order:?}");
    }
    // One is the least.
    let session = manager.target(agent.v2c().max_outstanding(0));
    assert_eq!(session.get(UP_TIME).await.expect("a value"), TimeTicks(4711));
}

/// A deadline is for the whole operation, and says who, what and how long.
#[tokio::test(start_paused = true)]
async fn deadlines() {
    let (_socket, target) = dead();
    let target = target.timeout(Duration::from_secs(60)).deadline(Duration::from_millis(30));
    let manager = manager().await;
    let session = manager.target(target.max_outstanding(1));
    let error = session.get(UP_TIME).await.expect_err("no answer");
    assert!(matches!(error, Error::Deadline { .. }) && error.is_timeout(), "{error:?}");
    assert!(error.to_string().contains(": get: the deadline came after 0."), "{error}");
    assert!(error.attempt().is_some_and(|at| at.elapsed >= Duration::from_millis(30)));
    // Also for those that wait for others.
    let operations: Vec<_> = (0..10)
        .map(|_| {
            let session = session.clone();
            tokio::spawn(async move { session.get(UP_TIME).await })
        })
        .collect();
    for operation in operations {
        let result = operation.await.expect("no panic");
        assert!(matches!(result, Err(Error::Deadline { .. })), "{result:?}");
    }
    assert_eq!(manager.outstanding(), 0);

    let faults = Faults { delay: Duration::from_millis(10), ..Faults::default() };
    let agent = Agent::with(faults, "127.0.0.1:0").await;
    let session = manager.target(agent.v2c());
    let mut walk = session.walk(PORT_NAME).deadline(Duration::from_millis(35));
    let error = loop {
        match walk.try_next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("twenty times ten milliseconds are no 35"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Deadline { .. }), "{error:?}");
    assert_eq!(walk.try_next().await.expect("the end"), None);
    let table = session.table((PORT_NAME, PORT_COUNT)).max_repetitions(1).deadline(Duration::from_millis(35));
    assert!(matches!(table.collect().await, Err(Error::Deadline { .. })));
    let patient = manager.target(agent.v2c().deadline(Duration::MAX));
    assert_eq!(patient.rows::<Port>().await.expect("rows").len(), 20);
    assert_eq!(manager.outstanding(), 0);
}
