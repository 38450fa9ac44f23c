//! Entries that are not always the same, as snmpsim's modules make them.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mibc_runtime::listener::Listener;
use mibc_runtime::manager::{Manager, Target};
use mibc_runtime::value::{Counter32, Value, VarBind};
use mibc_simulator::Simulated;

use crate::asking::{device, get, oid, public, walk};

fn change(name: &str, value: impl Into<Value>) -> VarBind {
    VarBind::new(oid(name), value.into())
}

#[tokio::test]
async fn numbers_move_with_time() {
    let seconds = Arc::new(AtomicU64::new(0));
    let clock = Arc::clone(&seconds);
    let simulator = device("1.3.6.1.1|65:numeric|rate=100,initial=5\n1.3.6.1.2|4|fixed\n")
        .clock(move || Duration::from_secs(clock.load(Ordering::Relaxed)))
        .spawn()
        .await
        .expect("loopback");
    let session = public(&simulator).await;
    for (time, expected) in [(0, 5), (3, 305), (10, 1_005)] {
        seconds.store(time, Ordering::Relaxed);
        let expected = Value::Counter32(Counter32(expected));
        assert_eq!(get(&session, "1.3.6.1.1").await.expect("it answers"), expected);
        let walked = walk(&session).await.expect("it answers");
        assert_eq!(walked, [change("1.3.6.1.1", expected), change("1.3.6.1.2", "fixed")]);
    }
}

#[tokio::test]
async fn a_write_cache_keeps_and_refuses() {
    let text = "1.3.6.1.1|4:writecache|value=first\n1.3.6.1.2|2:writecache|value=1,vlist=lt:0:wrongValue:eq:7:noAccess\n\
                1.3.6.1.3|2|3\n";
    let simulator = device(text).spawn().await.expect("loopback");
    let session = public(&simulator).await;
    assert_eq!(get(&session, "1.3.6.1.1").await.expect("it answers"), Value::from("first"));
    session.set_varbinds(&[change("1.3.6.1.1", "second")]).await.expect("it is written");
    assert_eq!(get(&session, "1.3.6.1.1").await.expect("it answers"), Value::from("second"));
    for (bad, expected) in [
        (change("1.3.6.1.2", Value::Integer(-1)), "wrongValue"),
        (change("1.3.6.1.2", Value::Integer(7)), "noAccess"),
        (change("1.3.6.1.2", "text"), "wrongType"),
        (change("1.3.6.1.3", Value::Integer(1)), "notWritable"),
    ] {
        let error = session.set_varbinds(&[bad]).await.expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
    }
    session.set_varbinds(&[change("1.3.6.1.2", Value::Integer(5))]).await.expect("it is written");
    assert_eq!(get(&session, "1.3.6.1.2").await.expect("it answers"), Value::Integer(5));
}

#[tokio::test]
async fn an_entry_can_fail() {
    let text =
        "1.3.6.1.1|2:error|status=genError,value=1\n1.3.6.1.2|2:error|op=set,status=noAccess,value=2\n";
    let simulator = device(text).writable().spawn().await.expect("loopback");
    let session = public(&simulator).await;
    let error = get(&session, "1.3.6.1.1").await.expect_err("an error").to_string();
    assert!(error.contains("genErr"), "{error}");
    assert_eq!(get(&session, "1.3.6.1.2").await.expect("it answers"), Value::Integer(2));
    let error = session.set_varbinds(&[change("1.3.6.1.2", Value::Integer(1))]).await.expect_err("an error");
    assert!(error.to_string().contains("noAccess"), "{error}");
}

#[tokio::test]
async fn an_entry_can_take_its_time_or_all_of_it() {
    let text = "1.3.6.1.1|4:delay|value=slow,wait=80\n1.3.6.1.2|4:delay|value=never,wait=100000\n";
    let simulator = device(text).spawn().await.expect("loopback");
    let session = public(&simulator).await;
    let since = Instant::now();
    assert_eq!(get(&session, "1.3.6.1.1").await.expect("it answers"), Value::from("slow"));
    assert!(since.elapsed() >= Duration::from_millis(80));
    let since = Instant::now();
    let next = session.get_next(&[oid("1.3.6.1")]).await.expect("it answers");
    assert!(since.elapsed() >= Duration::from_millis(80));
    assert_eq!(next, [change("1.3.6.1.1", "slow")]);
    let hasty = Target::v2c(simulator.addr(), "c").timeout(Duration::from_millis(200)).retries(0);
    let hasty = Manager::bind().await.expect("a socket").target(hasty);
    assert!(hasty.get_oids(&[oid("1.3.6.1.2")]).await.is_err());
}

#[tokio::test]
async fn snapshots_follow_each_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("it is written");
    fs::create_dir(folder.path().join("shots")).expect("a folder");
    write("shots/0.snmprec", "1.3.6.1.2.1|2|10\n1.3.6.1.2.2|2|11\n1.3.6.1.9|2|99\n");
    write("shots/1.snmprec", "1.3.6.1.2.1|2|20\n1.3.6.1.2.3|2|21\n");
    write(
        "device.snmprec",
        "1.3.6.1.1|4|before\n1.3.6.1.2|:multiplex|dir=shots,period=10,wrap=1\n1.3.6.1.3|4|behind\n",
    );
    let seconds = Arc::new(AtomicU64::new(0));
    let clock = Arc::clone(&seconds);
    let simulated = Simulated::load(folder.path().join("device.snmprec")).expect("a recording");
    assert_eq!(simulated.problems(), []);
    let simulated = simulated.clock(move || Duration::from_secs(clock.load(Ordering::Relaxed)));
    let simulator = simulated.spawn().await.expect("loopback");
    let session = public(&simulator).await;
    let first = [("1.3.6.1.2.1", 10), ("1.3.6.1.2.2", 11)];
    let second = [("1.3.6.1.2.1", 20), ("1.3.6.1.2.3", 21)];
    for (time, shot) in [(0, first), (10, second), (19, second), (20, first)] {
        seconds.store(time, Ordering::Relaxed);
        let mut expected = vec![change("1.3.6.1.1", "before")];
        expected.extend(shot.map(|(name, value)| change(name, Value::Integer(value))));
        expected.push(change("1.3.6.1.3", "behind"));
        assert_eq!(walk(&session).await.expect("it answers"), expected, "at {time}");
        let (name, value) = shot[1];
        assert_eq!(get(&session, name).await.expect("it answers"), Value::Integer(value));
    }
    assert_eq!(get(&session, "1.3.6.1.2.3").await.expect("it answers"), Value::NoSuchInstance);
}

#[tokio::test]
async fn a_read_can_send_a_notification() {
    let mut listener = Listener::builder().community("traps").bind("127.0.0.1:0").await.expect("loopback");
    let text = format!(
        "1.3.6.1.1|4:notification|value=told,op=get,host=127.0.0.1,port={},community=traps,trapoid=1.3.6.1.6.3.1.1.5.3,\
         varbinds=1.3.6.1.9.1:s:hello:1.3.6.1.9.2:i:7\n",
        listener.local_addr().port()
    );
    let simulator = device(&text).spawn().await.expect("loopback");
    assert_eq!(get(&public(&simulator).await, "1.3.6.1.1").await.expect("it answers"), Value::from("told"));
    let notification = listener.next().await.expect("a notification");
    let text = format!("{notification:?}");
    assert!(text.contains("1.3.6.1.6.3.1.1.5.3") && text.contains("hello"), "{text}");
}
