//! Devices that are slow, lossy, full of errors, small, endless, or alive.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mibc_runtime::manager::{Manager, Session, Target};
use mibc_runtime::message::ErrorStatus;
use mibc_runtime::oid::Oid;
use mibc_runtime::value::{Counter32, Gauge32, TimeTicks, Value};
use mibc_simulator::{Behaviour, Simulator};

use crate::asking::{device, get, oid, public, walk};

const TEXT: &str = "1.3.6.1.2.1.1.3.0|67|1000\n1.3.6.1.2.1.1.5.0|4|switch\n1.3.6.1.2.1.2.2.1.5.1|66|1000\n\
                    1.3.6.1.2.1.2.2.1.10.1|65|86400\n1.3.6.1.2.1.2.2.1.10.2|65|0\n1.3.6.1.4.1.9.1|5|\n";

async fn behaving(behaviour: Behaviour) -> Simulator {
    device(TEXT).behaviour(behaviour).spawn().await.expect("loopback")
}

/// A manager that asks once, and not for long.
async fn hasty(simulator: &Simulator) -> Session {
    let target = Target::v2c(simulator.addr(), "public").timeout(Duration::from_millis(300)).retries(0);
    Manager::bind().await.expect("a socket").target(target)
}

#[tokio::test]
async fn a_slow_device_takes_its_time_for_each_kind_of_request() {
    let delay = Duration::from_millis(60);
    let simulator = behaving(Behaviour { delay, ..Behaviour::default() }).await;
    let session = public(&simulator).await;
    let since = Instant::now();
    assert_eq!(get(&session, "1.3.6.1.2.1.1.5.0").await.expect("it answers"), Value::from("switch"));
    assert!(since.elapsed() >= delay);
    assert_eq!(get(&session, "1.3.6.1.2.1.1.9.0").await.expect("it answers"), Value::NoSuchObject);
    assert_eq!(get(&session, "1.3.6.1.4.1.9.1").await.expect("it answers"), Value::Null);
    let since = Instant::now();
    let found = walk(&session).await.expect("it answers");
    assert!(since.elapsed() >= delay);
    assert_eq!(found.len(), TEXT.lines().count());
    // Others are answered meanwhile.
    let since = Instant::now();
    let many = (0..20).map(|_| {
        let session = session.clone();
        tokio::spawn(async move { get(&session, "1.3.6.1.2.1.1.5.0").await.is_ok() })
    });
    for one in many.collect::<Vec<_>>() {
        assert!(one.await.expect("a task"));
    }
    assert!(since.elapsed() < 20 * delay, "{:?}", since.elapsed());
}

#[tokio::test]
async fn what_is_lost_gets_no_answer() {
    let simulator = behaving(Behaviour { loss: 1.0, ..Behaviour::default() }).await;
    let session = hasty(&simulator).await;
    assert!(get(&session, "1.3.6.1.2.1.1.5.0").await.is_err());
    assert!(session.get_next(&[oid("1.3.6")]).await.is_err());
    assert!(
        session
            .set_varbinds(&[mibc_runtime::value::VarBind::new(oid("1.3.6.1"), Value::Integer(1))])
            .await
            .is_err()
    );
}

/// The share of what is lost is about what it should be, and the same in each run.
#[tokio::test]
async fn losses_are_a_share_and_come_again() {
    let lost = || async {
        let simulator = behaving(Behaviour { errors: 0.5, ..Behaviour::default() }).await;
        let session = public(&simulator).await;
        let mut failed = Vec::new();
        for _ in 0..60 {
            failed.push(get(&session, "1.3.6.1.2.1.1.5.0").await.is_err());
        }
        failed
    };
    let (one, other) = (lost().await, lost().await);
    assert_eq!(one, other);
    let count = one.iter().filter(|failed| **failed).count();
    assert!((15..=45).contains(&count), "{count} of 60");
}

#[tokio::test]
async fn errors_are_those_that_were_chosen() {
    let behaviour =
        Behaviour { errors: 1.0, error: ErrorStatus::AUTHORIZATION_ERROR, ..Behaviour::default() };
    let simulator = behaving(behaviour).await;
    let error = get(&public(&simulator).await, "1.3.6.1.2.1.1.5.0").await.expect_err("an error").to_string();
    assert!(error.contains("authorizationError"), "{error}");
}

#[tokio::test]
async fn a_request_can_be_too_big_for_a_small_device() {
    let simulator = behaving(Behaviour { max_variables: Some(1), ..Behaviour::default() }).await;
    let session = public(&simulator).await;
    assert!(get(&session, "1.3.6.1.2.1.1.5.0").await.is_ok());
    // The manager asks for fewer at a time then: in the end it has all.
    let names = [oid("1.3.6.1.2.1.1.5.0"), oid("1.3.6.1.2.1.1.3.0")];
    let found = session.get_oids(&names).await;
    match found {
        Ok(found) => assert_eq!(found.len(), 2),
        Err(error) => assert!(error.to_string().contains("tooBig"), "{error}"),
    }
    let sent = simulator.agent().counters().in_pkts();
    assert!(sent > 2, "{sent} requests");
}

#[tokio::test]
async fn an_endless_walk_goes_back() {
    let root: Oid = oid("1.3.6.1.2.1.2.2.1.10");
    let simulator = behaving(Behaviour { endless: Some(root.clone()), ..Behaviour::default() }).await;
    let session = public(&simulator).await;
    let next = session.get_next(&[oid("1.3.6.1.2.1.2.2.1.10.2")]).await;
    let text = format!("{next:?}");
    assert!(text.contains("10.1"), "{text}");
    let error = walk(&session).await.expect_err("a manager notices").to_string();
    assert!(error.contains("1.3.6.1.2.1.2.2.1.10"), "{error}");
    // What is not below it is as it was.
    let next = session.get_next(&[oid("1.3.6.1.2.1.1.3.0")]).await.expect("it answers");
    assert_eq!(next.first().map(|next| next.name.to_string()).as_deref(), Some("1.3.6.1.2.1.1.5.0"));
}

#[tokio::test]
async fn a_lively_device_counts() {
    let seconds = Arc::new(AtomicU64::new(0));
    let clock = Arc::clone(&seconds);
    let simulator = device(TEXT)
        .behaviour(Behaviour { lively: true, ..Behaviour::default() })
        .clock(move || Duration::from_secs(clock.load(Ordering::Relaxed)))
        .spawn()
        .await
        .expect("loopback");
    let session = public(&simulator).await;
    assert_eq!(
        get(&session, "1.3.6.1.2.1.1.3.0").await.expect("it answers"),
        Value::TimeTicks(TimeTicks(1_000))
    );
    let mut before = 0;
    let mut gauges = std::collections::BTreeSet::new();
    for time in (0..5_000).step_by(100) {
        seconds.store(time, Ordering::Relaxed);
        let Value::Counter32(Counter32(now)) =
            get(&session, "1.3.6.1.2.1.2.2.1.10.1").await.expect("it answers")
        else {
            panic!("not a counter")
        };
        assert!(now >= before, "{now} after {before}");
        before = now;
        let Value::Gauge32(Gauge32(now)) = get(&session, "1.3.6.1.2.1.2.2.1.5.1").await.expect("it answers")
        else {
            panic!("not a gauge")
        };
        assert!((900..=1_100).contains(&now), "{now}");
        gauges.insert(now);
    }
    assert!(gauges.len() > 3, "{gauges:?}");
    // A day of 86,400 was one a second.
    assert!((86_400 + 4_800..86_400 + 5_000).contains(&before), "{before}");
    seconds.store(50, Ordering::Relaxed);
    assert_eq!(
        get(&session, "1.3.6.1.2.1.1.3.0").await.expect("it answers"),
        Value::TimeTicks(TimeTicks(6_000))
    );
    assert_eq!(
        get(&session, "1.3.6.1.2.1.2.2.1.10.2").await.expect("it answers"),
        Value::Counter32(Counter32(0))
    );
    assert_eq!(walk(&session).await.expect("it answers").len(), TEXT.lines().count());
}
